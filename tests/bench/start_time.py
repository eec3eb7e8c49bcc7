"""Measure start-up: until the first screen is usable, and of commands without a screen."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from bench import meeting, questions
from bench.measure import PYTHON, SALESNERD, measure_alternately, measure_command, median
from bench.table import Row, Unmeasured, ratio_row
from terminal import NeverShown, Terminal

HELLO = str(Path(__file__).with_name("hello.py"))
HELP_TIMES_NOTHING = 4.0
FIRST_PAINT_TIMES_HELLO = 1.5
NEVER_LOADED = ("textual", "rich", "tinydb")


def rows(folder: Path, quick: bool) -> Iterator[Row | Unmeasured]:
    times = 5 if quick else 15
    yield from without_a_screen(folder, times)
    yield from first_paint(folder, times)


def without_a_screen(folder: Path, times: int) -> Iterator[Row | Unmeasured]:
    nothing = [PYTHON, "-c", "pass"]
    transcript = meeting.as_captions(folder / "short.vtt", utterances=40)
    small = questions.playbook(folder / "small.yaml", 10)
    commands = {
        "salesnerd --help": ["--help"],
        "salesnerd coach, a short transcript": ["coach", str(transcript), "--me", meeting.ME],
        "salesnerd playbook lint, ten questions": ["playbook", "lint", str(small)],
    }
    for name, words in commands.items():
        try:
            bare, ours = measure_alternately(
                times, partial(measure_command, nothing), partial(measure_command, [SALESNERD, *words])
            )
        except subprocess.CalledProcessError as problem:
            yield Unmeasured(name, problem.stderr.decode(errors="replace").strip().splitlines()[-1])
            continue
        loaded = modules_loaded(words)
        limit = HELP_TIMES_NOTHING if words == ["--help"] else None
        if limit:
            yield ratio_row(name, median(ours) * 1e3, median(bare) * 1e3, limit, "ms", "python -c pass")
        name = f"{name}: screens and store loaded"
        yield Row(name, ", ".join(loaded) or "none", "none", not loaded, f"{median(ours) * 1e3:.0f} ms in all")


def modules_loaded(words: Sequence[str]) -> list[str]:
    """Return which modules of screens and storage a command loads without needing them."""
    program = (
        "import sys\nfrom salesnerd_tui.cli import main\n"
        "try: main(sys.argv[1:])\nexcept SystemExit: pass\n"
        "sys.stderr.write('\\n' + ' '.join(sys.modules))"
    )
    done = subprocess.run([PYTHON, "-c", program, *words], capture_output=True, text=True, check=True)
    loaded = set(done.stderr.splitlines()[-1].split())
    return [name for name in NEVER_LOADED if name in loaded]


def first_paint(folder: Path, times: int) -> Iterator[Row | Unmeasured]:
    data = {"SALESNERD_DATA": str(folder / "data")}
    screens = {
        "salesnerd, start page: first usable paint": ([SALESNERD], "new call"),
        "salesnerd live: first usable paint": (
            [SALESNERD, "live", "first_call", "--account", "Acme"],
            "Thanks for making the time",
        ),
    }
    for name, (command, usable) in screens.items():
        bare = partial(paint_seconds, [PYTHON, HELLO], "hello", {})
        try:
            hello, ours = measure_alternately(times, bare, partial(paint_seconds, command, usable, data))
        except NeverShown as problem:
            yield Unmeasured(name, str(problem).splitlines()[0])
            continue
        yield ratio_row(
            name, median(ours) * 1e3, median(hello) * 1e3, FIRST_PAINT_TIMES_HELLO, "ms", "Textual hello-world"
        )


def paint_seconds(command: Sequence[str], usable: str, environment: dict[str, str]) -> float:
    """Return the seconds from the start of the command until `usable` is on the screen."""
    with Terminal(command, columns=120, rows=40, environment=environment) as terminal:
        return terminal.wait_for(usable) - terminal.started_at
