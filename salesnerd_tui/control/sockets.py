"""Where running calls can be reached: one socket a call, in a folder that only its owner can enter.

The runtime folder of the session comes first; where there is none (macOS, a bare SSH), a folder beside the calls. Only
`os` here, and names as text: finding the call is a part of every key press.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping, Sequence

SUFFIX = ".sock"
PATH_LIMIT = 100
"""Bytes of a socket's path that every system takes (104 on macOS, 108 on Linux, the closing zero with them)."""

HALF_MADE_SECONDS = 60.0
"""A socket that is not in its place by then was left by a program that was killed while it opened."""


class NoSocketFolder(Exception):
    """There is no folder for the socket; the message says why, in one line."""


def session_folders(environment: Mapping[str, str] = os.environ) -> tuple[str, ...]:
    """The runtime folder of this session, if it has one; a shortcut may lack the variable that its desktop has."""
    usual = f"/run/user/{os.getuid()}" if hasattr(os, "getuid") else ""
    for each in (environment.get("XDG_RUNTIME_DIR", ""), usual):
        if os.path.isabs(each) and os.path.isdir(each):
            return (os.path.join(each, "salesnerd"),)
    return ()


def beside(data: str) -> str:
    """The folder beside the calls, for where there is no runtime folder."""
    return os.path.join(data, "run")


def own(folder: str) -> None:
    """Make the folder, or take it over when it is ours. Raises `NoSocketFolder`."""
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        found = os.lstat(folder)
        if not stat.S_ISDIR(found.st_mode):
            raise NoSocketFolder(f"{folder} is no folder")
        if found.st_uid != os.getuid():
            raise NoSocketFolder(f"{folder} belongs to somebody else")
        if stat.S_IMODE(found.st_mode) != 0o700:
            os.chmod(folder, 0o700)
    except OSError as problem:
        raise NoSocketFolder(f"{folder}: {problem.strerror}") from problem


def is_ours(path: str) -> bool:
    """Whether it is there, is ours, and nobody else can touch it."""
    try:
        found = os.lstat(path)
    except OSError:
        return False
    return found.st_uid == os.getuid() and not stat.S_ISLNK(found.st_mode) and not found.st_mode & 0o077


def path_of(folder: str, call_id: str) -> str:
    """The socket of a call. Raises `NoSocketFolder` where the system cannot hold a path so long."""
    path = os.path.join(folder, call_id + SUFFIX)
    if len(os.fsencode(path)) > PATH_LIMIT:
        raise NoSocketFolder(f"{folder} is too long a path for a socket")
    return path


def call_of(path: str) -> str:
    """The call that listens there."""
    return os.path.basename(path).removesuffix(SUFFIX).removeprefix(".")


def sockets(folders: Sequence[str], call: str = "") -> list[str]:
    """The sockets of calls, of those whose id begins with `call`; the call opened last comes first."""
    found: list[tuple[int, str]] = []
    for folder in folders:
        if not is_ours(folder):
            continue
        for entry in _entries(folder):
            if entry.name.endswith(SUFFIX) and entry.name.startswith(call) and not entry.name.startswith("."):
                found.append((_changed(entry), entry.path))
    return [path for _, path in sorted(found, reverse=True)]


def half_made(folders: Sequence[str], now: float) -> list[str]:
    """Sockets that a killed program was about to put in their place."""
    return [
        entry.path
        for folder in folders
        for entry in _entries(folder)
        if entry.name.startswith(".")
        and entry.name.endswith(SUFFIX)
        and now - _changed(entry) / 1e9 > HALF_MADE_SECONDS
    ]


def _entries(folder: str) -> Iterator[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            yield from entries
    except OSError:
        return


def _changed(entry: os.DirEntry[str]) -> int:
    try:
        return entry.stat(follow_symlinks=False).st_mtime_ns
    except OSError:
        return 0
