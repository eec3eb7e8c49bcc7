"""Measure how well promises and overpromises are distinguished.

    PYTHONPATH=tests python -m bench.promise_accuracy [--wordings]

Prints recall and precision on the written sentences (by style, the held-out half separately). `--wordings` prints
twenty overpromises of the tuning half, with the reason and the safer wording.
"""

from __future__ import annotations

import argparse

from promised_sentences import DECIDING, KEPT, LATER, Label, Sentence, figures, heard, sentences
from salesnerd_tui.coach.safer_wording import reason_and_safer_wording
from salesnerd_tui.coach.sentences import split_words
from salesnerd_tui.coach.signals.promises import find_promise

SHOWN = 20


def show_sentences() -> None:
    print(f"{'recall and precision':32} {'promises':>16} {'over-promises':>16} {'neither, wrongly':>18}")
    for half in (DECIDING, LATER, KEPT):
        told = [each for each in sentences() if each.half == half]
        _row(f"{half}, all", told)
        for style in dict.fromkeys(each.style for each in told):
            _row(f"{half}, {style}", [each for each in told if each.style == style])


def _row(name: str, told: list[Sentence]) -> None:
    kept, over = (figures(told, label) for label in (Label.PROMISE, Label.OVER))
    neither = [each for each in told if each.label is Label.NONE]
    wrong = sum(heard(each.said) is not Label.NONE for each in neither)
    print(
        f"  {name:30} {kept.recall:8.2f} {kept.precision:7.2f} {over.recall:8.2f} {over.precision:7.2f} "
        f"{wrong:11} of {len(neither)}"
    )


def show_wordings() -> None:
    over = [each for each in sentences() if each.half == DECIDING and each.label is Label.OVER]
    for each in over[:: max(len(over) // SHOWN, 1)][:SHOWN]:
        line = " ".join(split_words(each.said))
        why, instead = reason_and_safer_wording(find_promise(line), "", line)
        print(f"\n  {each.said}\n      {why}\n      say: {instead}")


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure how promises are heard.")
    parser.add_argument("--wordings", action="store_true", help="what is offered in place of twenty over-promises")
    options = parser.parse_args()
    show_sentences()
    if options.wordings:
        show_wordings()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
