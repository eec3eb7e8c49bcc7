"""A person's own keys, in `keys.toml`: where it is, and what becomes of it when a screen is opened.

Where there is no such file nothing is loaded for it: most people have none, and every screen would start later.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from salesnerd_tui.regular_file import read_regular
from salesnerd_tui.tui.keys.keymap import AS_IT_COMES, Keymap
from salesnerd_tui.tui.keys.location import keys_file

if TYPE_CHECKING:
    from salesnerd_tui.playbook.diagnostics import Finding
    from salesnerd_tui.tui.keys.config import Wish

LIMIT = 256 * 1024
"""Bytes of a keys file that are read; all keys there are take six kilobytes."""


class Read(Struct, frozen=True):
    """The keys a file gives, what is wrong with it, what it wished for, and its text."""

    path: Path
    keymap: Keymap
    findings: tuple[Finding, ...] = ()
    text: str = ""
    there: bool = True
    wishes: tuple[Wish, ...] = ()


def own_keys(given: str | None = None) -> Keymap:
    """The keys for a program that starts now. Mistakes are one line for its first screen."""
    path, named = keys_file(given)
    if not named and not path.exists():
        return AS_IT_COMES
    return read_keys(path, named=named).keymap


def read_keys(path: Path, *, named: bool = True) -> Read:
    """Everything there is to know about a keys file."""
    from salesnerd_tui.playbook.diagnostics import error
    from salesnerd_tui.playbook.folders import shown_name
    from salesnerd_tui.playbook.model import SourceLocation

    name = shown_name(path)
    try:
        text = read_regular(path, LIMIT).decode("utf-8-sig")
    except FileNotFoundError:
        if not named:
            return Read(path, AS_IT_COMES, there=False)
        missing = error("K100", "there is no such file", SourceLocation(name, 1, 1), "salesnerd keys --write makes one")
        return Read(path, Keymap(told=_told(path, [missing])), (missing,), there=False)
    except (OSError, ValueError) as problem:
        why = problem.strerror if isinstance(problem, OSError) and problem.strerror else str(problem)
        unread = error(
            "K100", f"cannot be read: {why}", SourceLocation(name, 1, 1), "the keys are those the program comes with"
        )
        return Read(path, Keymap(told=_told(path, [unread])), (unread,))
    return _understood(path, name, text)


def _understood(path: Path, name: str, text: str) -> Read:
    from salesnerd_tui.tui.keys.config import read
    from salesnerd_tui.tui.keys.remap import remapped

    wishes, findings = read(text, name)
    tables, more = remapped(wishes)
    findings = sorted([*findings, *more], key=lambda each: each.spot)
    return Read(path, Keymap(tables, _told(path, findings)), tuple(findings), text, wishes=tuple(wishes))


def _told(path: Path, findings: list[Finding]) -> str:
    """One line, the first mistake in it; what is only worth knowing waits to be asked for."""
    from salesnerd_tui.playbook.diagnostics import Severity
    from salesnerd_tui.text import one_line

    errors = [each for each in findings if each.severity is Severity.ERROR]
    if not errors:
        return ""
    more = f", and {len(errors) - 1} more" if len(errors) > 1 else ""
    return one_line(f"{path.name}:{errors[0].spot.line} {errors[0].message}{more}: salesnerd keys --check")
