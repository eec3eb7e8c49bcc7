"""The coach scored on labeled conversations: `make judge CORPUS=FOLDER`.

Every conversation is judged by a model that has not seen it (`make train` writes those models). Compares the coach with
stopwatches and with its rules alone, by source. Then prints the precision of each kind of tap, and the figures with
whole authors left out, with worse text and wrong times, and of an older measure on single moments.

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

from training.conversations import BROKEN, HELD_OUT, VARIANTS, Conversation, load_corpus, load_dialogues
from training.evaluation import ModelOf, Tap, find_taps, precision_by_title, score_conversations
from training.scoring import Score, f1_interval, score, stopwatch_turns, sum_up

from salesnerd_tui.coach.drift_judge import DriftModel, shipped_model
from salesnerd_tui.coach.limits import Limits

STOPWATCHES = (20, 25, 30, 40, 60, 76)
SOURCES = ("calls_a", "hand_a", "hand_b", "pairs_a", "pairs_b", "written", "akash", "innopolis")
AUTHORS = {"calls_a": ("calls_a",), "hand_a": ("hand_a", "pairs_a"), "hand_b": ("hand_b", "pairs_b")}
RULES_ALONE = Limits(tap_probability=2.0, veto_probability=0.0)

Row = dict[str, Any]


def select(conversations: Iterable[Conversation], *sources: str) -> list[Conversation]:
    """Return the conversations of these sources."""
    return [each for each in conversations if each.source in sources]


def cell(scores: Sequence[Score]) -> str:
    """Return F1, its 90 % interval, wrong warnings per hour, share in time, and invited of all warnings."""
    figures, (low, high) = sum_up(scores), f1_interval(scores)
    return (
        f"F1 {figures.f1:.2f} [{low:.2f} to {high:.2f}]  wrong/h {figures.wrong_per_hour:4.1f}"
        f"  in time {figures.in_time:.2f}  invited {figures.invited} of {figures.warnings}"
    )


def show(title: str, rows: Iterable[tuple[str, Sequence[Score]]]) -> None:
    """Print one table."""
    print(f"\n{title}")
    for name, scores in rows:
        if scores:
            print(f"  {name:24}{cell(scores)}")


def stopwatches(conversations: Sequence[Conversation]) -> Iterable[tuple[str, list[Score]]]:
    """Yield the scores of each stopwatch."""
    for seconds in STOPWATCHES:
        yield (
            f"stopwatch {seconds} s",
            [score(each, stopwatch_turns(each.coach_sentences(), seconds)) for each in conversations],
        )


def show_by_source(conversations: Sequence[Conversation], model_of: ModelOf) -> list[Tap]:
    """Print the scores of the coach and its baselines, by source; return all taps of the coach."""
    all_taps: list[Tap] = []
    for source in SOURCES:
        chosen = select(conversations, source)
        scores, taps = score_conversations(chosen, model_of)
        all_taps += taps
        rules, _ = score_conversations(chosen, model_of, limits=RULES_ALONE)
        stretches = sum(len(each.stretches) for each in chosen)
        title = f"{source}: {len(chosen)} conversations, {stretches} stretches, {sum(c.hours for c in chosen):.1f} h"
        show(title, [("the coach", scores), ("its rules alone", rules), *stopwatches(chosen)])
    return all_taps


def show_variants(conversations: Sequence[Conversation], model_of: ModelOf) -> None:
    """Print the figures for worse text and wrong times."""
    for variant in (*VARIANTS, BROKEN):
        rows = (
            (source, score_conversations(select(conversations, source), model_of, variant)[0]) for source in SOURCES
        )
        show(f"heard {variant}", rows)


def load(path: Path) -> DriftModel:
    """Load the model of a fold."""
    return DriftModel(json.loads(path.read_bytes()))


def show_authors_left_out(conversations: Sequence[Conversation], folds: Path) -> None:
    """Print the figures of models that have not seen an author."""
    for author, sources in AUTHORS.items():
        model = load(folds / f"author_{author}.json")
        rows = [
            (source, score_conversations(select(conversations, source), lambda _, model=model: model)[0])  # type: ignore[misc]
            for source in sources
        ]
        show(f"author {author} left out", rows)


# Older measure: single moments, judged with the shipped weights ---------------------------------------------------


def show_moments(corpus: Path, model: DriftModel) -> None:
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
    taps_by_view: dict[tuple[Path, frozenset[str]], list[Row]] = {}

    def warn(path: Path, turns: list[Row], me: set[str]) -> list[Row]:
        key = (path, frozenset(me))
        if key not in taps_by_view:
            conversation = Conversation(f"{path.parent.name}/{path.stem}", path.parent.name, path, key[1], turns)
            taps_by_view[key] = [
                {"turn": tap.turn, "kind": str(tap.kind), "at": conversation.clocks[tap.turn][1]}
                for tap in find_taps(conversation, model)
            ]
        return taps_by_view[key]

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
    conversations = [*load_corpus(options.corpus), *load_dialogues()]
    folds: dict[str, int] = json.loads((options.folds / "folds.json").read_bytes())
    models = [load(options.folds / f"fold{number}.json") for number in range(1 + max(folds.values()))]

    def model_of(conversation: Conversation) -> DriftModel:
        return models[folds[conversation.name]]

    print("Each conversation is judged by a model that has not seen its project.")
    taps = show_by_source(conversations, model_of)
    print("\nprecision by tap: the share that came in a stretch that readers marked")
    for title, row in precision_by_title(taps).items():
        print(f"  {title:24}{row['precision']:.2f} of {row['taps']:.0f}")
    show_authors_left_out(conversations, options.folds)
    show_variants(conversations, model_of)
    show_moments(options.corpus, shipped_model())
    if options.held_out:
        held_out = load_dialogues(HELD_OUT)
        for source in sorted({each.source for each in held_out}):
            chosen = select(held_out, source)
            rows = [("the coach", score_conversations(chosen, lambda _: shipped_model())[0]), *stopwatches(chosen)]
            show(f"held out, {source}", rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
