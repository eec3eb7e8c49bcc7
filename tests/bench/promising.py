"""How well promises and over-promises are told apart, and what a call would be told wrongly.

    PYTHONPATH=tests python -m bench.promising [--corpus DIR] [--wordings]

Prints recall and precision on the written sentences (by style, the half kept for the end apart), and where labelled
conversations are present those of every turn in their judged moments, whatever was shown. `--wordings` prints twenty
over-promises of the deciding half with the reason and the wording that is offered instead.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from bench.judge import Bench, corpus_folder
from promised_sentences import DECIDING, KEPT, LATER, Label, Sentence, figures, heard, sentences
from salesnerd_tui.call.events import Promised
from salesnerd_tui.coach.engine import Coach
from salesnerd_tui.coach.normalize import words
from salesnerd_tui.coach.replay import explain
from salesnerd_tui.coach.safer_wording import told_of
from salesnerd_tui.coach.signals.promises import promise
from salesnerd_tui.playbook.model import CoachSettings

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


def show_corpus(corpus: Path) -> None:
    bench = Bench(corpus)
    found: dict[tuple[str, tuple[str, ...]], dict[int, set[bool]]] = {}
    for label, over in (("commitments", False), ("over_promises", True)):
        meant = taken = right = 0
        for moment in bench.moments:
            key = (moment["file"], tuple(sorted(moment["me"])))
            if key not in found:
                found[key] = _promised(bench, *key)
            turns = range(moment["first_turn"], moment["last_turn"] + 1)
            got = {turn for turn in turns if over in found[key].get(turn, ())}
            wanted = {each["turn"] for each in moment[label]}
            meant, taken, right = meant + len(wanted), taken + len(got), right + len(wanted & got)
        print(f"  {label:30} {right / max(meant, 1):8.2f} {right / max(taken, 1):7.2f}   ({meant} turns)")


def _promised(bench: Bench, file: str, me: tuple[str, ...]) -> dict[int, set[bool]]:
    turns: dict[int, set[bool]] = {}
    for step in explain(Coach(CoachSettings()), bench.heards(bench.corpus / file, set(me))):
        for told in step.told:
            if isinstance(told, Promised):
                turns.setdefault(step.heard.turn, set()).add(told.overpromise)
    return turns


def show_wordings() -> None:
    over = [each for each in sentences() if each.half == DECIDING and each.label is Label.OVER]
    for each in over[:: max(len(over) // SHOWN, 1)][:SHOWN]:
        line = " ".join(words(each.said))
        why, instead = told_of(promise(line), "", line)
        print(f"\n  {each.said}\n      {why}\n      say: {instead}")


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure how promises are heard.")
    parser.add_argument("--corpus", help="folder of labelled conversations (default: SALESNERD_CORPUS, or beside)")
    parser.add_argument("--wordings", action="store_true", help="what is offered in place of twenty over-promises")
    options = parser.parse_args()
    show_sentences()
    corpus = corpus_folder(options.corpus)
    if (corpus / "score.py").is_file():
        print("\nturns of the judged moments of real conversations: recall, precision")
        show_corpus(corpus)
    if options.wordings:
        show_wordings()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
