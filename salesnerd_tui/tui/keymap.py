"""Keymap: the keys of all screens, with the user's own from keys.toml. The strip and the shell read them, too.

Without a keys.toml nothing else is loaded: most users have none, and every screen would start later.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, field

from salesnerd_tui.regular_file import read_regular
from salesnerd_tui.terminal.key_names import keys_file, shown_key
from salesnerd_tui.tui.key_bindings import SCREENS, TYPING, Command, by_key, hints

if TYPE_CHECKING:
    from salesnerd_tui.playbook.diagnostics import Finding
    from salesnerd_tui.tui.keys_file import KeyBinding

LIMIT = 256 * 1024
"""Bytes of a keys file that are read; a file with every command has six kilobytes."""


class Table:
    """Keys of one screen."""

    def __init__(self, commands: tuple[Command, ...], typing: tuple[Command, ...] = TYPING) -> None:
        self.commands = commands
        self.typing = typing

    @cached_property
    def by_key(self) -> Mapping[str, Command]:
        """Command of each single key."""
        return by_key(self.commands)

    @cached_property
    def by_typing_key(self) -> Mapping[str, str]:
        """Id of the command that a key runs while you type."""
        return {key: command.id for key, command in by_key(self.typing).items()}

    @cached_property
    def shown(self) -> Mapping[str, str]:
        """First key of each command as people write it; commands without a key are missing."""
        return {each.id: shown_key(each.key) for each in (*self.typing, *self.commands) if each.key}

    def key_of(self, id: str) -> str:
        """Return the first key of a command, or an empty string."""
        return next((each.key for each in self.commands if each.id == id), "")

    def told(self, id: str, does: str, otherwise: str = "") -> str:
        """Return `KEY does`, or `otherwise` if the command has no key."""
        key = self.shown.get(id)
        return f"{key} {does}" if key else otherwise

    def hints(self) -> tuple[tuple[str, str], ...]:
        """Return keys and labels for the hint line, the most useful first."""
        return hints(self.commands)


class Keymap(Struct, frozen=True):
    """Keys of all screens. `own` has the screens that differ from the default."""

    own: Mapping[str, tuple[Command, ...]] = field(default_factory=dict)
    problem: str = ""
    """The first error in keys.toml, on one line."""

    def of(self, screen: str) -> Table:
        """Return the keys of a screen, by its name in keys.toml."""
        return Table(self.own.get(screen) or SCREENS[screen], self.own.get("typing", TYPING))


DEFAULT_KEYMAP = Keymap()


class LoadedKeys(Struct, frozen=True):
    """A keys file: the keys it gives, what is wrong with it, and its text."""

    path: Path
    keymap: Keymap
    findings: tuple[Finding, ...] = ()
    text: str = ""
    exists: bool = True
    bindings: tuple[KeyBinding, ...] = ()


def user_keymap(given: str | None = None) -> Keymap:
    """Return the keys for a program that starts now; invalid lines are ignored."""
    path, named = keys_file(given)
    return load_keys(path).keymap if named or path.exists() else DEFAULT_KEYMAP


def load_keys(path: Path, *, named: bool = True) -> LoadedKeys:
    """Read a keys file. Never raises: every mistake becomes a finding, and its command keeps the default key."""
    # Most users have no such file, and every screen would start later.
    from salesnerd_tui.playbook.diagnostics import error
    from salesnerd_tui.playbook.folders import shown_name
    from salesnerd_tui.playbook.model import SourceLocation
    from salesnerd_tui.tui.keys_file import parse, resolve

    name = shown_name(path)
    start = SourceLocation(name, 1, 1)
    try:
        text = read_regular(path, LIMIT).decode("utf-8-sig")
    except FileNotFoundError:
        if not named:
            return LoadedKeys(path, DEFAULT_KEYMAP, exists=False)
        missing = error("K100", "no such file", start, "create it with: salesnerd keys --write")
        return LoadedKeys(path, Keymap(problem=_first_error(path, [missing])), (missing,), exists=False)
    except (OSError, ValueError) as problem:
        reason = problem.strerror if isinstance(problem, OSError) and problem.strerror else str(problem)
        unreadable = error("K100", f"cannot read the file: {reason}", start, "all keys are the default")
        return LoadedKeys(path, Keymap(problem=_first_error(path, [unreadable])), (unreadable,))
    bindings, findings = parse(text, name)
    tables, conflicts = resolve(bindings)
    findings = sorted([*findings, *conflicts], key=lambda each: each.spot)
    keymap = Keymap(tables, _first_error(path, findings))
    return LoadedKeys(path, keymap, tuple(findings), text, bindings=tuple(bindings))


def _first_error(path: Path, findings: list[Finding]) -> str:
    """Return one line with the first error; warnings are left to `salesnerd keys --check`."""
    from salesnerd_tui.playbook.diagnostics import Severity
    from salesnerd_tui.text import one_line

    errors = [each for each in findings if each.severity is Severity.ERROR]
    if not errors:
        return ""
    more = f", and {len(errors) - 1} more" if len(errors) > 1 else ""
    return one_line(f"{path.name}:{errors[0].spot.line} {errors[0].message}{more}: salesnerd keys --check")
