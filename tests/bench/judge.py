"""The coach scored on labeled conversations: `make judge CORPUS=FOLDER`.

Every conversation is judged by a model that has not seen it (`make train` writes those models). Prints, by source, the
coach beside plain stopwatches and its rules alone; then with whole authors left out, with worse text and wrong clocks,
what each kind of tap is worth, and the older measure on single moments.

    PYTHONPATH=tests:tools python -m bench.judge --corpus DIR [--folds build/judge] [--held-out]
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from training.conversations import HEARINGS, HELD_OUT, Conversation, given, own
from training.evaluation import ModelOf, Tap, counted, precision_by_kind, taps_of
from training.scoring import Count, count, figures, interval, stopwatch

from salesnerd_tui.coach.drift_judge import DriftModel, shipped_model
from salesnerd_tui.coach.limits import Limits

STOPWATCHES = (20, 25, 30, 40, 60, 76)
SOURCES = ("calls_a", "hand_a", "hand_b", "pairs_a", "pairs_b", "written", "akash", "innopolis")
AUTHORS = {"calls_a": ("calls_a",), "hand_a": ("hand_a", "pairs_a"), "hand_b": ("hand_b", "pairs_b")}
RULES_ALONE = Limits(tap_probability=2.0, veto_probability=0.0)

Row = dict[str, Any]


def of_source(conversations: Iterable[Conversation], *sources: str) -> list[Conversation]:
    """Return the conversations of these sources."""
    return [each for each in conversations if each.source in sources]


def cell(counts: Sequence[Count]) -> str:
    """Return F1, its 90 % interval, wrong warnings per hour, share in time, and invited of all warnings."""
    found, (low, high) = figures(counts), interval(counts)
    return (
        f"F1 {found.f1:.2f} [{low:.2f} to {high:.2f}]  wrong/h {found.wrong_per_hour:4.1f}  in time {found.in_time:.2f}"
        f"  invited {found.invited} of {found.warnings}"
    )


def show(title: str, rows: Iterable[tuple[str, Sequence[Count]]]) -> None:
    """Print one table."""
    print(f"\n{title}")
    for name, counts in rows:
        if counts:
            print(f"  {name:24}{cell(counts)}")


def stopwatches(conversations: Sequence[Conversation]) -> Iterable[tuple[str, list[Count]]]:
    """Yield the counts of each stopwatch."""
    for seconds in STOPWATCHES:
        yield (
            f"stopwatch {seconds} s",
            [count(each, stopwatch(each.pieces(), seconds)) for each in conversations],
        )


def by_source(conversations: Sequence[Conversation], model_of: ModelOf) -> list[Tap]:
    """Print the scores of the coach and its baselines, by source; return all taps of the coach."""
    every: list[Tap] = []
    for source in SOURCES:
        chosen = of_source(conversations, source)
        counts, taps = counted(chosen, model_of)
        every += taps
        rules, _ = counted(chosen, model_of, limits=RULES_ALONE)
        stretches = sum(len(each.stretches) for each in chosen)
        title = f"{source}: {len(chosen)} conversations, {stretches} stretches, {sum(c.hours for c in chosen):.1f} h"
        show(title, [("the coach", counts), ("its rules alone", rules), *stopwatches(chosen)])
    return every


def heard_worse(conversations: Sequence[Conversation], model_of: ModelOf) -> None:
    """Print the figures for worse text and clocks."""
    for hearing in HEARINGS:
        rows = ((source, counted(of_source(conversations, source), model_of, hearing)[0]) for source in SOURCES)
        show(f"heard {hearing}", rows)


def load(path: Path) -> DriftModel:
    """Load the model of a fold."""
    return DriftModel(json.loads(path.read_bytes()))


def authors_left_out(conversations: Sequence[Conversation], folds: Path) -> None:
    """Print the figures of models that have seen nothing of an author."""
    for author, sources in AUTHORS.items():
        model = load(folds / f"author_{author}.json")
        rows = [
            (source, counted(of_source(conversations, source), lambda _, model=model: model)[0])  # type: ignore[misc]
            for source in sources
        ]
        show(f"author {author} left out", rows)


# The older measure: single moments, judged with the program's own weights -----------------------------------------


def moments(corpus: Path, model: DriftModel) -> None:
    """Print the figures of the corpus's score.py on its moments, if it is there."""
    if not (corpus / "score.py").is_file() or not (corpus / "moments.jsonl").is_file():
        return
    score = _module(corpus / "score.py")
    chosen: list[Row] = score.rows(corpus / "moments.jsonl")
    warn = _warner(corpus, model)
    print("\nmoments (the older measure; the trees have seen most of these conversations)")
    for source in (None, *sorted({moment["file"].split("/")[0] for moment in chosen})):
        row = score.moment_figures(corpus, chosen, warn, {source} if source else None)
        cells = (f"{key} {value:.2f}" if isinstance(value, float) else f"({value})" for key, value in row.items())
        print(f"  {source or 'all':24}" + "  ".join(cells))


def _warner(corpus: Path, model: DriftModel) -> Callable[[Path, list[Row], set[str]], list[Row]]:
    kept: dict[tuple[Path, frozenset[str]], list[Row]] = {}

    def warn(path: Path, turns: list[Row], me: set[str]) -> list[Row]:
        key = (path, frozenset(me))
        if key not in kept:
            conversation = Conversation(f"{path.parent.name}/{path.stem}", path.parent.name, path, key[1], turns)
            kept[key] = [
                {"turn": tap.turn, "kind": str(tap.kind), "at": conversation.clocks[tap.turn][1]}
                for tap in taps_of(conversation, model)
            ]
        return kept[key]

    return warn


def _module(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("corpus_score", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def main() -> int:
    parser = argparse.ArgumentParser(description="Score the coach on labeled conversations.")
    parser.add_argument("--corpus", type=Path, required=True, help="folder with conversations.jsonl and dense/")
    parser.add_argument("--folds", type=Path, default=Path("build/judge"), help="models written by make train")
    parser.add_argument(
        "--held-out", action="store_true", help=f"score {' and '.join(HELD_OUT)}, too, with the program's weights"
    )
    options = parser.parse_args()
    if not (options.folds / "folds.json").is_file():
        print(f"no models in {options.folds} (write them with: make train CORPUS={options.corpus})", file=sys.stderr)
        return 1
    conversations = [*given(options.corpus), *own()]
    folds: dict[str, int] = json.loads((options.folds / "folds.json").read_bytes())
    models = [load(options.folds / f"fold{number}.json") for number in range(1 + max(folds.values()))]

    def model_of(conversation: Conversation) -> DriftModel:
        return models[folds[conversation.name]]

    print("Each conversation is judged by a model that has not seen its project.")
    taps = by_source(conversations, model_of)
    print("\nwhat a tap is worth: how many came in a stretch that readers marked")
    for words, row in precision_by_kind(taps).items():
        print(f"  {words:24}{row['precision']:.2f} of {row['taps']:.0f}")
    authors_left_out(conversations, options.folds)
    heard_worse(conversations, model_of)
    moments(options.corpus, shipped_model())
    if options.held_out:
        held = own(HELD_OUT)
        for source in sorted({each.source for each in held}):
            chosen = of_source(held, source)
            rows = [("the coach", counted(chosen, lambda _: shipped_model())[0]), *stopwatches(chosen)]
            show(f"held out, {source}", rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
