"""Protocol between a running call and other windows: its orders, and its sockets, one for each call.

Orders are checked alike by the sender and by the call. The sockets are in a folder that only its owner can enter: the
runtime folder of the session, or without one (macOS, a bare SSH login) a folder next to the calls. Paths are strings
and only `os` is imported, because `salesnerd send` pays for imports on every key press.
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterator, Sequence

from salesnerd_tui.services import call_commands

LOOK, FOLLOW = "look", "follow"
"""Requests of displays, for the state of the call: once, or whenever it changes."""

ACCEPT = "yes"
"""Value of `offer_key` in a state if the order *yes* takes the offer; otherwise it is a detour's letter, or empty."""

ORDER_LIMIT = 64 * 1024
"""Bytes of one order: a long note, never a file."""


class InvalidOrder(Exception):
    """The words are not an order; the message says what is wrong and what to write instead."""


def parse_order(words: Sequence[str]) -> dict[str, str]:
    """Return the order in words such as `next`, `pick 2` or `note some words`. Raises `InvalidOrder`."""
    name, *arguments = words or ("",)
    argument = " ".join(arguments).strip()
    command = call_commands.find_command(name, call_commands.SEND)
    if command is None:
        names = [command.name for command in call_commands.commands_of(call_commands.SEND)]
        suggestion = call_commands.suggest_name(name, names)
        hint = f"did you mean {suggestion!r}?" if suggestion else f"one of: {', '.join(names)}"
        raise InvalidOrder(f"unknown action {name[:40]!r} ({hint})" if name else f"no action given ({hint})")
    if command.argument and not argument:
        raise InvalidOrder(f"{name} needs an argument (usage: salesnerd send {name} {command.argument})")
    if argument and not command.argument:
        raise InvalidOrder(f"{name} takes no argument: {argument[:40]!r}")
    if command.argument == "N" and not is_number(argument):
        raise InvalidOrder(f"{name} needs a number: {argument[:40]!r} (for example: salesnerd send {name} 2)")
    if len(argument.encode("utf-8", "replace")) > ORDER_LIMIT // 2:
        raise InvalidOrder(f"note too long (at most {ORDER_LIMIT // 2048} KB)")
    return {"do": name, "of": argument}


def is_number(text: str) -> bool:
    """Return whether a text is a number of up to three digits."""
    return text.isascii() and text.isdigit() and len(text) < 4


SUFFIX = ".sock"
PATH_LIMIT = 100
"""Bytes of a socket's path that every system accepts (104 on macOS, 108 on Linux, including the final zero)."""

SHORT_LINK = "short"
"""Name of a link in a folder whose path is too long; it leads to a folder of the same user with a short path."""

UNFINISHED_SECONDS = 60.0
"""Age after which a socket without its final name is one that a killed program left."""


class NoSocketFolder(Exception):
    """No folder can hold the socket; the message says why, on one line."""


def session_folders() -> tuple[str, ...]:
    """Return the runtime folder of this session, if it has one.

    A program that a keyboard shortcut starts may not get the variables of the desktop, so the usual path is tried too.
    """
    usual = f"/run/user/{os.getuid()}" if hasattr(os, "getuid") else ""
    for path in (os.environ.get("XDG_RUNTIME_DIR", ""), usual):
        if os.path.isabs(path) and os.path.isdir(path):
            return (os.path.join(path, "salesnerd"),)
    return ()


def socket_folder_in(data_folder: str) -> str:
    """Return the folder next to the calls, for systems without a runtime folder."""
    return os.path.join(data_folder, "run")


def _linked_folder(folder: str) -> str:
    """Return the folder with a short path that `folder` links to; empty if there is none or it is not private."""
    if not is_private(folder):
        return ""
    try:
        target = os.readlink(os.path.join(folder, SHORT_LINK))
    except OSError:
        return ""
    return target if is_private(target) and os.path.isdir(target) else ""


def usable_folder(folder: str, call_id: str) -> str:
    """Return a private folder in which the socket of a call fits: `folder`, or a temporary one to which it links.

    Nobody else can create or guess the link, because `folder` is private. Raises `NoSocketFolder`.
    """
    make_private(folder)
    if _fits(folder, call_id):
        return folder
    linked = _linked_folder(folder)
    if linked and _fits(linked, call_id):
        return linked
    import tempfile  # only needed for a long path

    link = os.path.join(folder, SHORT_LINK)
    for root in _temporary_roots(call_id):
        try:
            short_folder = tempfile.mkdtemp(prefix="salesnerd-", dir=root)
        except OSError:
            continue
        try:
            os.symlink(short_folder, link)
        except FileExistsError:  # of a call that started at this moment, or was killed
            linked = _linked_folder(folder)
            if linked and _fits(linked, call_id):
                os.rmdir(short_folder)
                return linked
            os.unlink(link)
            os.symlink(short_folder, link)
        except OSError:
            os.rmdir(short_folder)
            continue
        return short_folder
    return folder


def remove_linked_folder(folder: str) -> None:
    """Remove the temporary folder that `folder` links to, unless another call listens there."""
    if linked := _linked_folder(folder):
        with contextlib.suppress(OSError):
            os.rmdir(linked)
            os.unlink(os.path.join(folder, SHORT_LINK))


def check_reachable(folder: str, call_id: str) -> None:
    """Make `folder` private, and check that a socket fits there or elsewhere. Raises `NoSocketFolder`."""
    make_private(folder)
    if not _fits(folder, call_id) and not any(_temporary_roots(call_id)):
        raise NoSocketFolder(f"{folder}: path too long for a socket")


def _temporary_roots(call_id: str) -> Iterator[str]:
    """Yield the folders in which a temporary folder has a path that is short enough."""
    import tempfile  # only needed for a long path

    try:
        default_root = tempfile.gettempdir()
    except OSError:  # none can be written
        return
    for root in (default_root, "/tmp"):
        if _fits(os.path.join(root, "salesnerd-12345678"), call_id):
            yield root


def _fits(folder: str, call_id: str) -> bool:
    return len(os.fsencode(os.path.join(folder, f".{call_id}{SUFFIX}"))) <= PATH_LIMIT


def make_private(folder: str) -> None:
    """Create the folder, or make an existing one private. Raises `NoSocketFolder`."""
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        info = os.lstat(folder)
        if not stat.S_ISDIR(info.st_mode):
            raise NoSocketFolder(f"{folder} is not a directory")
        if info.st_uid != os.getuid():
            raise NoSocketFolder(f"{folder} belongs to another user")
        if stat.S_IMODE(info.st_mode) != 0o700:
            os.chmod(folder, 0o700)
    except OSError as problem:
        raise NoSocketFolder(f"{folder}: {problem.strerror}") from problem


def is_private(path: str) -> bool:
    """Return whether a path exists, belongs to the user and is closed to everybody else."""
    try:
        info = os.lstat(path)
    except OSError:
        return False
    return info.st_uid == os.getuid() and not stat.S_ISLNK(info.st_mode) and not info.st_mode & 0o077


def socket_path(folder: str, call_id: str) -> str:
    """Return the path of a call's socket. Raises `NoSocketFolder` if it is too long for the system."""
    if not _fits(folder, call_id.removeprefix(".")):
        raise NoSocketFolder(f"{folder}: path too long for a socket")
    return os.path.join(folder, call_id + SUFFIX)


def call_id_of(path: str) -> str:
    """Return the id of the call that listens at a path."""
    return os.path.basename(path).removesuffix(SUFFIX).removeprefix(".")


def sockets(folders: Sequence[str], id_prefix: str = "") -> list[str]:
    """Return the sockets of calls whose id starts with `id_prefix`; the call opened last comes first."""
    changed_paths: list[tuple[int, str]] = []
    for folder in _with_linked_folders(folders):
        if not is_private(folder):
            continue
        for entry in _entries(folder):
            if entry.name.endswith(SUFFIX) and entry.name.startswith(id_prefix) and not entry.name.startswith("."):
                changed_paths.append((_changed_at(entry), entry.path))
    return [path for _, path in sorted(changed_paths, reverse=True)]


def unfinished_sockets(folders: Sequence[str], now: float) -> list[str]:
    """Return sockets without their final name that a killed program left behind."""
    return [
        entry.path
        for folder in _with_linked_folders(folders)
        for entry in _entries(folder)
        if entry.name.startswith(".")
        and entry.name.endswith(SUFFIX)
        and now - _changed_at(entry) / 1e9 > UNFINISHED_SECONDS
    ]


def _with_linked_folders(folders: Sequence[str]) -> Iterator[str]:
    for folder in folders:
        yield folder
        if linked := _linked_folder(folder):
            yield linked


def _entries(folder: str) -> Iterator[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            yield from entries
    except OSError:
        return


def _changed_at(entry: os.DirEntry[str]) -> int:
    try:
        return entry.stat(follow_symlinks=False).st_mtime_ns
    except OSError:
        return 0
