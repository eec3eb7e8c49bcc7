"""`python -m bench [--quick] [--only NAME …]`: measure, and print the table of budgets."""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from pathlib import Path

from bench.table import Row, Unmeasured, format_row, summary

Measure = Callable[[Path, bool], Iterator[Row | Unmeasured]]

PARTS: Mapping[str, str] = {
    "start": "bench.start_time",
    "keys": "bench.key_delay",
    "captions": "bench.caption_delay",
    "coach": "bench.coach_cost",
    "store": "bench.note_cost",
    "playbook": "bench.load_time",
    "saves": "bench.reload_delay",
    "idle": "bench.idle_cost",
    "bytes": "bench.bytes_sent",
    "voice": "bench.voice_cost",
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench ARGS='…'", description="Measure the budgets of the design.")
    parser.add_argument("--quick", action="store_true", help="fewer repeats and a shorter history: a first look")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS), metavar="PART", help=", ".join(PARTS))
    options = parser.parse_args()
    machine = f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
    print(f"Python {platform.python_version()}, {machine}")
    print(f"{'name':60} {'figure':>22}   {'budget':12} {'':5} comparison")
    rows: list[Row | Unmeasured] = []
    for name in options.only:
        with tempfile.TemporaryDirectory(prefix="salesnerd-bench-") as folder:
            measure: Measure = import_module(PARTS[name]).rows
            for row in measure(Path(folder), options.quick):
                print(format_row(row), flush=True)
                rows.append(row)
    print(summary(rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
