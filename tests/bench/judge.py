"""The coach scored on real conversations, where that corpus is present: `make judge`.

Prints the table of the corpus's own `score.py` for the coach beside its baselines, what each signal is worth when it
is taken away, and the figures with each project left out in turn. For every miss and every wrong tap it writes the
moment, what the coach knew at each sentence and why it decided so into `judge/`, to be read in an evening. Nothing of
the corpus goes into the repository: `judge/` is ignored by git.

    PYTHONPATH=tests python -m bench.judge [--corpus DIR] [--ablate] [--noise] [--leave-out] [--out judge]
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

from bench.noises import NOISES, Noise, noisy
from salesnerd_tui.call import tap_text
from salesnerd_tui.call.events import Heard, TapKind, Tapped
from salesnerd_tui.cli.coach import heard_in
from salesnerd_tui.coach.engine import Coach
from salesnerd_tui.coach.limits import Limits
from salesnerd_tui.coach.replay import ReplayStep, explain, judge
from salesnerd_tui.playbook.model import CoachSettings
from salesnerd_tui.speech.sides import Sides
from salesnerd_tui.speech.transcripts.model import Transcript
from salesnerd_tui.speech.transcripts.read import read_transcript

Row = dict[str, Any]
Warn = Callable[[Path, list[Row], set[str]], list[Row]]
SIGNALS = (
    "licence",
    "reveal",
    "reactions",
    "pace",
    "plans",
    "additions",
    "norm",
    "asks",
    "guides",
    "internals",
    "praise",
    "other",
)
"""What `off` takes away; an act taken away weighs like features."""

DRAWS = 5
STEPS = (20.0, 21.5, 23.0, 24.0, 25.0, 26.0, 27.5, 29.0, 31.0)


def corpus_folder(given: str | None) -> Path:
    """The corpus: as given, else SALESNERD_CORPUS, else beside the repository."""
    beside = Path(__file__).resolve().parents[3] / "shared" / "corpus"
    return Path(given or os.environ.get("SALESNERD_CORPUS") or beside)


def scorer(corpus: Path) -> ModuleType:
    """The corpus's score.py as a module, reading each file once."""
    spec = importlib.util.spec_from_file_location("corpus_score", corpus / "score.py")
    if spec is None or spec.loader is None:
        raise SystemExit(f"no score.py in {corpus}")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    read: dict[Path, list[Row]] = {}
    rows = module.rows

    def once(path: Path) -> list[Row]:
        if path not in read:
            read[path] = rows(path)
        return read[path]

    module.__dict__["rows"] = once
    return module


class Bench:
    """The labelled conversations, and the coach played over each of them once per setting."""

    def __init__(self, corpus: Path) -> None:
        self.corpus = corpus
        self.score = scorer(corpus)
        self._read: dict[Path, Transcript] = {}
        self.labels: dict[str, list[Row]] = defaultdict(list)
        for label in self.score.rows(corpus / "labels.jsonl"):
            self.labels[label["file"]].append(label)
        views = self.score.rows(corpus / "conversations.jsonl")
        self.views = [view for view in views if view["should_warn"] is not None or self.labels[view["file"]]]
        self.moments: list[Row] = self.score.rows(corpus / "moments.jsonl")

    def heards(self, path: Path, me: set[str]) -> list[Heard]:
        """A conversation as `salesnerd coach` reads it."""
        if path not in self._read:
            self._read[path] = read_transcript(path)
        return list(heard_in(self._read[path], Sides(sorted(me))))

    def coach(
        self, limits: Limits | None = None, off: Iterable[str] = (), noise: Noise | None = None, draw: int = 0
    ) -> Warn:
        """The coach as `score.py` wants it: a function from a conversation to its warnings."""
        kept: dict[tuple[Path, tuple[str, ...]], list[Row]] = {}

        def warn(path: Path, turns: list[Row], me: set[str]) -> list[Row]:
            key = (path, tuple(sorted(me)))
            if key not in kept:
                heards = self.heards(path, me)
                if noise is not None:
                    heards = noisy(heards, noise, f"{path.name} {draw}")
                taps = judge(heards, limits=limits, off=tuple(off))
                kept[key] = [_row(tap) for tap in taps]
            return kept[key]

        return warn

    def baseline(self, name: str) -> Warn:
        rule = self.score.BASELINES[name]
        return lambda path, turns, me: list(rule(turns, me))

    def moment_rows(self, warn: Warn, moments: list[Row] | None = None) -> dict[str, Row]:
        """score.py's figures for the moments: all, and by source."""
        chosen = self.moments if moments is None else moments
        sources = sorted({moment["file"].split("/")[0] for moment in chosen})
        table = {"moments": self.score.moment_figures(self.corpus, chosen, warn, None)}
        for source in sources:
            table[f"  {source}"] = self.score.moment_figures(self.corpus, chosen, warn, {source})
        return table

    def table(self, warn: Warn) -> dict[str, Row]:
        return {
            "all": self.score.figures(self.corpus, self.views, self.labels, warn, None),
            "innopolis": self.score.figures(self.corpus, self.views, self.labels, warn, {"innopolis"}),
            **self.moment_rows(warn),
        }


def _row(tap: Tapped) -> Row:
    return {
        "at": tap.at,
        "turn": tap.turn,
        "kind": str(tap.kind),
        "cue": tap_text.title(tap),
        "because": tap_text.reason(tap),
    }


def project(file: str) -> str:
    """The team, the show or the series of calls that a conversation belongs to."""
    source, name = file.split("/")
    stem = name.removesuffix(".jsonl")
    return f"{source}/{stem.split('_')[0]}" if source == "innopolis" else f"{source}/{stem}"


def show(title: str, table: dict[str, Row]) -> None:
    print(f"\n{title}")
    for name, row in table.items():
        cells = (f"{key} {value:.2f}" if isinstance(value, float) else f"({value})" for key, value in row.items())
        print(f"  {name:22}" + "  ".join(cells))


def ablate(bench: Bench) -> None:
    """What each signal is worth: the moments' figures without it."""
    print("\nwithout …             F1    prec  rec   invited")
    for name in ("nothing", *SIGNALS):
        rows = bench.moment_rows(bench.coach(off=() if name == "nothing" else (name,)))
        parts = [
            f"{row['f1']:.2f}  {row['precision']:.2f}  {row['recall']:.2f}  {row['invited']:.2f}"
            for row in rows.values()
        ]
        print(f"  {name:18}  " + "  |  ".join(parts))


def disturb(bench: Bench) -> None:
    """The moments' figures where the text or the clock is worse, the mean of a few draws."""
    print(f"\n{'where …':30}F1    prec  rec   invited  in time")
    for name, noise in NOISES.items():
        draws = [bench.moment_rows(bench.coach(noise=noise, draw=draw))["moments"] for draw in range(DRAWS)]
        keys = ("f1", "precision", "recall", "invited", "in time")
        print(f"  {name:28}" + "  ".join(f"{sum(row[key] for row in draws) / DRAWS:.2f}" for key in keys))


def leave_out(bench: Bench) -> None:
    """The one threshold chosen on all other projects, each project judged with what the others chose."""
    warns = {step: bench.coach(limits=replace(Limits(), unasked_seconds=step)) for step in STEPS}
    chosen: dict[str, float] = {}
    for name in sorted({project(moment["file"]) for moment in bench.moments}):
        others = [moment for moment in bench.moments if project(moment["file"]) != name]
        chosen[name] = max(STEPS, key=lambda step: _f1(bench.moment_rows(warns[step], others)))

    def warn(path: Path, turns: list[Row], me: set[str]) -> list[Row]:
        return warns[chosen[project(f"{path.parent.name}/{path.name}")]](path, turns, me)

    show("threshold chosen with each project left out", bench.moment_rows(warn))
    print("  chosen: " + ", ".join(f"{step:g} s x{list(chosen.values()).count(step)}" for step in STEPS))


def _f1(rows: dict[str, Row]) -> float:
    value = float(rows["moments"]["f1"])
    return value if value == value else 0.0


def write_moments(bench: Bench, out: Path) -> tuple[int, int]:
    """Each miss and each wrong tap as Markdown; returns how many of each."""
    out.mkdir(parents=True, exist_ok=True)
    steps: dict[tuple[str, tuple[str, ...]], list[ReplayStep]] = {}
    misses: list[str] = []
    wrong: list[str] = []
    for number, moment in enumerate(bench.moments):
        key = (moment["file"], tuple(sorted(moment["me"])))
        if key not in steps:
            heards = bench.heards(bench.corpus / moment["file"], set(moment["me"]))
            steps[key] = list(explain(Coach(CoachSettings()), heards))
        here = steps[key][moment["first_turn"] : moment["last_turn"] + 1]
        taps = [told for step in here for told in step.told if isinstance(told, Tapped) and told.kind in TALK]
        if bool(taps) != moment["warn"]:
            before = steps[key][max(moment["first_turn"] - 2, 0) : moment["first_turn"]]
            (wrong if taps else misses).append(_told(number, moment, before, here, taps))
    (out / "misses.md").write_text("# Misses\n\n" + "\n".join(misses), encoding="utf-8")
    (out / "wrong.md").write_text("# Wrong taps\n\n" + "\n".join(wrong), encoding="utf-8")
    return len(misses), len(wrong)


TALK = {TapKind.OVER_EXPLAINING, TapKind.PITCHING, TapKind.US_FOCUS, TapKind.MONOLOGUE}


def _told(number: int, moment: Row, before: list[ReplayStep], here: list[ReplayStep], taps: list[Tapped]) -> str:
    lines = [
        f"## {number}: {moment['file']} {moment['first_turn']}–{moment['last_turn']}",
        f"judge: {moment['kind'] or 'no tap'}, confidence {moment['confidence']}, invited {moment['invited']}: "
        f"{moment['why']}",
        f"coach: {'; '.join(f'{tap.kind} in turn {tap.turn}: {tap_text.reason(tap)}' for tap in taps) or 'silent'}",
        "",
    ]
    for step in before:
        lines.append(f"> {step.heard.side}: {step.heard.text}")
        lines.append(">")
    for step in here:
        if not step.readings:
            lines.append(f"- **{step.heard.side}**: {step.heard.text}")
        for reading in step.readings:
            knew = [f"{reading.weighed:.0f}/{reading.allowed:.0f}", reading.deed.act.value]
            knew += [f"asked: {reading.licence}"] if reading.licence else []
            knew += (
                [f"revealed: {reading.revealed}{' (ignored)' if reading.ignored else ''}"] if reading.revealed else []
            )
            knew += ["adds"] if reading.deed.adds else []
            knew += [", ".join(reading.deed.strange)] if reading.deed.strange else []
            lines.append(f"- `{' · '.join(knew)}` {reading.deed.said.text}")
        lines += [f"  - **{told.kind}**: {tap_text.reason(told)}" for told in step.told if isinstance(told, Tapped)]
    return "\n".join(lines) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description="Score the coach on a labelled corpus, where it is present.")
    parser.add_argument("--corpus", help="folder with score.py (default: SALESNERD_CORPUS, or beside the repository)")
    parser.add_argument("--out", type=Path, default=Path("judge"), help="where the misses and wrong taps are written")
    parser.add_argument("--ablate", action="store_true", help="what each signal is worth")
    parser.add_argument("--noise", action="store_true", help="the figures where text or clock are worse")
    parser.add_argument("--leave-out", action="store_true", help="the threshold chosen without each project")
    options = parser.parse_args()
    corpus = corpus_folder(options.corpus)
    if not (corpus / "score.py").is_file():
        print(f"No corpus at {corpus}: set SALESNERD_CORPUS to its folder to score the coach.")
        return 0
    bench = Bench(corpus)
    for name in bench.score.BASELINES:
        show(name, bench.moment_rows(bench.baseline(name)))
    began = time.perf_counter()
    show("the coach", bench.table(bench.coach()))
    print(f"  judged in {time.perf_counter() - began:.2f} s")
    if options.ablate:
        ablate(bench)
    if options.noise:
        disturb(bench)
    if options.leave_out:
        leave_out(bench)
    misses, wrong = write_moments(bench, options.out)
    print(f"\n{misses} misses and {wrong} wrong taps are in {options.out}/misses.md and {options.out}/wrong.md")
    return 0


if __name__ == "__main__":
    sys.exit(main())
