"""Measure how well promises and overpromises are distinguished.

    PYTHONPATH=tests python -m bench.promise_accuracy [--wordings]

Prints recall and precision on the written sentences (by style, the held-out half separately). `--wordings` prints
twenty overpromises of the tuning half, with the reason and the safer wording.
"""

from __future__ import annotations

import argparse

from promised_sentences import HELD_OUT, LATER, TUNING, Label, Sentence, classify, figures, sentences
from salesnerd_tui.coach.overpromise import reason_and_safer_wording
from salesnerd_tui.coach.sentences import split_words
from salesnerd_tui.coach.signals.promises import find_promise

SHOWN = 20


def show_sentences() -> None:
    print(f"{'recall and precision':32} {'promises':>16} {'overpromises':>16} {'neither, wrong':>18}")
    for half in (TUNING, LATER, HELD_OUT):
        chosen = [each for each in sentences() if each.half == half]
        _row(f"{half}, all", chosen)
        for style in dict.fromkeys(each.style for each in chosen):
            _row(f"{half}, {style}", [each for each in chosen if each.style == style])


def _row(name: str, chosen: list[Sentence]) -> None:
    promises, overpromises = (figures(chosen, label) for label in (Label.PROMISE, Label.OVERPROMISE))
    neither = [each for each in chosen if each.label is Label.NONE]
    wrong = sum(classify(each.said) is not Label.NONE for each in neither)
    print(
        f"  {name:30} {promises.recall:8.2f} {promises.precision:7.2f} {overpromises.recall:8.2f} "
        f"{overpromises.precision:7.2f} {wrong:11} of {len(neither)}"
    )


def show_wordings() -> None:
    overpromises = [each for each in sentences() if each.half == TUNING and each.label is Label.OVERPROMISE]
    for each in overpromises[:: max(len(overpromises) // SHOWN, 1)][:SHOWN]:
        line = " ".join(split_words(each.said))
        reason, wording = reason_and_safer_wording(find_promise(line), "", line)
        print(f"\n  {each.said}\n      {reason}\n      say: {wording}")


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure how promises are recognized.")
    parser.add_argument("--wordings", action="store_true", help="print the safer wordings of twenty overpromises")
    options = parser.parse_args()
    show_sentences()
    if options.wordings:
        show_wordings()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
