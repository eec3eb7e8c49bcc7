"""Simulated power failure: the states that it may leave after a recorded series of system calls.

After the fsync of a file its bytes are on disk, and after the fsync of its folder its names. Everything else may be
there, missing, there without what was written before it, or incomplete (torn, or of full length but zeros). A few bytes
that replace others in their sector are written completely or not at all, because sectors are written whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from broken_disks import Call

State = dict[Path, bytes]
NAMES = ("name", "rename", "unlink")
DATA = ("write", "overwrite", "truncate")


def states_after(calls: Sequence[Call]) -> Iterator[State]:
    """Return every distinct state that a power failure right after `calls` may leave."""
    volatile = _volatile(calls)
    everything = frozenset(volatile)
    wanted = [everything, frozenset[int]()]
    wanted += [everything - {index} for index in volatile]
    wanted += [frozenset({index}) for index in volatile]
    wanted += [frozenset(index for index in volatile if calls[index][0] in kinds) for kinds in (NAMES, DATA)]
    seen = set()
    for kept in wanted:
        lost = everything - kept
        for torn in _tears(calls, kept):
            state = _replay(calls, lost, torn)
            key = tuple(sorted(state.items()))
            if key not in seen:
                seen.add(key)
                yield state


def _volatile(calls: Sequence[Call]) -> list[int]:
    volatile = []
    for index, call in enumerate(calls):
        after = calls[index + 1 :]
        if call[0] in DATA:
            durable = ("fsync", call[1]) in after
        elif call[0] in NAMES:
            durable = ("sync folder", call[1].parent) in after
        else:
            continue
        if not durable:
            volatile.append(index)
    return volatile


def _tears(calls: Sequence[Call], kept: frozenset[int]) -> Iterator[tuple[int, bytes] | None]:
    yield None
    writes = [index for index in kept if calls[index][0] == "write"]
    if writes:
        last = max(writes)
        data: bytes = calls[last][3]
        for length in (1, len(data) // 2, len(data) - 1):
            yield last, data[:length]
        yield last, bytes(len(data))
        yield last, data[: len(data) // 2] + bytes(len(data) - len(data) // 2)


def _replay(calls: Sequence[Call], lost: frozenset[int], torn: tuple[int, bytes] | None) -> State:
    files: dict[int, bytearray] = {}
    names: dict[Path, int] = {}
    for index, call in enumerate(calls):
        if index in lost:
            continue
        match call:
            case ("write" | "overwrite", file, at, data):
                bytes_written = torn[1] if torn and torn[0] == index else data
                content = files.setdefault(file, bytearray())
                content.extend(bytes(max(0, at - len(content))))
                content[at : at + len(bytes_written)] = bytes_written
            case ("truncate", file, size):
                del files.setdefault(file, bytearray())[size:]
            case ("name", path, file):
                names[path] = file
            case ("rename", source, target, file):
                names[target] = file
                if names.get(source) == file:
                    del names[source]
            case ("unlink", path):
                names.pop(path, None)
    return {path: bytes(files.get(file, b"")) for path, file in names.items()}


def lay_out(state: State, was: Path, folder: Path) -> None:
    """Create the files of `state`, which were recorded under `was`, in `folder`."""
    for path, data in state.items():
        target = folder / path.relative_to(was)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
