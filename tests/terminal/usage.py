"""Resource usage of a process and its children. Linux only: it reads /proc."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Usage:
    cpu_seconds: float
    resident_megabytes: float


def usage_of(process: int) -> Usage:
    """Return processor time and memory of `process` and its running descendants."""
    cpu_seconds = resident_bytes = 0.0
    for member in _family(process):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            for thread in (Path("/proc") / str(member) / "task").iterdir():
                cpu_seconds += int((thread / "schedstat").read_text().split()[0]) / 1e9
            pages = int((Path("/proc") / str(member) / "statm").read_text().split()[1])
            resident_bytes += pages * os.sysconf("SC_PAGE_SIZE")
    return Usage(cpu_seconds, resident_bytes / 1e6)


def _family(process: int) -> Iterator[int]:
    waiting = [process]
    while waiting:
        member = waiting.pop()
        yield member
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            for thread in (Path("/proc") / str(member) / "task").iterdir():
                waiting += [int(child) for child in (thread / "children").read_text().split()]
