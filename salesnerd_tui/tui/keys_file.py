"""Reader of keys.toml: parse it, resolve conflicts between keys, and explain every mistake (K101 to K112)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from salesnerd_tui.errors import error_reason
from salesnerd_tui.files import read_regular
from salesnerd_tui.playbook.diagnostics import Finding, closest_match, did_you_mean, error, warning
from salesnerd_tui.playbook.folders import display_path
from salesnerd_tui.playbook.model import SourceLocation
from salesnerd_tui.terminal.key_names import all_key_names, is_text, key_label, parse_key, unsendable_reason
from salesnerd_tui.text import one_line
from salesnerd_tui.tui.keymap import (
    CALL_SCREENS,
    DEFAULT_KEYMAP,
    INHERITING_SCREENS,
    REQUIRED,
    RESERVED_EVERYWHERE,
    RESERVED_KEYS,
    SCREENS,
    Command,
    Keymap,
    is_shared_with_call,
)

MAX_FILE_BYTES = 256 * 1024
"""Maximum size of a keys file; a file with every command has six kilobytes."""

MAX_KEYS = 8
"""Keys that one command may have."""

MAX_QUOTE = 60
"""Characters of the user's text that a message repeats."""

EXAMPLE = 'for example: next = "n", or next = ["n", "right"]'
_POSITION = re.compile(r"\(at (?:line (\d+), column (\d+)|end of document)\)")
_HEADER = re.compile(r"\s*\[\s*[\"']?([\w-]+)[\"']?\s*\]")

Tables = Mapping[str, tuple[Command, ...]]


class KeyBinding(Struct, frozen=True):
    """Keys for a command of a screen; no keys at all remove the default ones."""

    screen: str
    id: str
    keys: tuple[str, ...]
    location: SourceLocation


class LoadedKeys(Struct, frozen=True):
    """A keys file: its keymap, findings and text."""

    path: Path
    keymap: Keymap
    findings: tuple[Finding, ...] = ()
    text: str = ""
    exists: bool = True
    bindings: tuple[KeyBinding, ...] = ()


def load_keys(path: Path, *, is_required: bool = True) -> LoadedKeys:
    """Read a keys file. Never raises: every error becomes a finding, and its command keeps the default key.

    A missing file is an error only if it `is_required`.
    """
    name = display_path(path)
    start = SourceLocation(name, 1, 1)
    try:
        text = read_regular(path, MAX_FILE_BYTES).decode("utf-8-sig")
    except FileNotFoundError:
        if not is_required:
            return LoadedKeys(path, DEFAULT_KEYMAP, exists=False)
        missing = error("K100", "no such file", start, "create it with: salesnerd keys --write")
        return LoadedKeys(path, Keymap(problem=_first_error(path, [missing])), (missing,), exists=False)
    except (OSError, ValueError) as problem:
        message = f"cannot read the file: {error_reason(problem)}"
        unreadable = error("K100", message, start, "all keys keep their defaults")
        return LoadedKeys(path, Keymap(problem=_first_error(path, [unreadable])), (unreadable,))
    bindings, findings = parse_bindings(text, name)
    tables, conflicts = resolve_conflicts(bindings)
    findings = sorted([*findings, *conflicts], key=lambda each: each.location)
    keymap = Keymap(tables, _first_error(path, findings))
    return LoadedKeys(path, keymap, tuple(findings), text, bindings=tuple(bindings))


def _first_error(path: Path, findings: Sequence[Finding]) -> str:
    """Return one line with the first error; warnings are left to `salesnerd keys --check`."""
    errors = [each for each in findings if each.is_error]
    if not errors:
        return ""
    more = f", and {len(errors) - 1} more" if len(errors) > 1 else ""
    return one_line(f"{path.name}:{errors[0].location.line} {errors[0].message}{more}: salesnerd keys --check")


class _Invalid(Exception):
    """A line of the file that cannot be used."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding


def parse_bindings(text: str, name: str) -> tuple[list[KeyBinding], list[Finding]]:
    """Return the bindings of a file in its order, and the findings for its other lines."""
    try:
        tables = tomllib.loads(text)
    except ValueError as problem:
        return [], [_not_toml(str(problem), text, name)]
    except RecursionError:
        return [], [_not_toml("lists are nested too deeply", text, name)]
    bindings: list[KeyBinding] = []
    findings: list[Finding] = []
    for screen, table in tables.items():
        if screen not in SCREENS or not isinstance(table, dict):
            findings.append(_unknown_screen(screen, table, _find_location(text, name, screen)))
            continue
        for id, value in table.items():
            try:
                bindings.append(_parse_binding(screen, id, value, _find_location(text, name, screen, id)))
            except _Invalid as problem:
                findings.append(problem.finding)
    return bindings, findings


def _find_location(text: str, name: str, screen: str, id: str = "") -> SourceLocation:
    """Return the location of an id in its section, or of a section header, because `tomllib` reports no lines."""
    section = ""
    named = re.compile(rf"\s*(?:{re.escape(screen)}\s*\.\s*)?([\"']?){re.escape(id or screen)}\1\s*[=.]")
    for number, line in enumerate(text.splitlines(), 1):
        header = _HEADER.match(line)
        section = header.group(1) if header else section
        if header and not id and section == screen:
            return SourceLocation(name, number, line.index("[") + 1, len(line.rstrip()) + 1)
        if not header and (section == screen or not section or not id) and named.match(line):
            start = len(line) - len(line.lstrip()) + 1
            return SourceLocation(name, number, start, max(len(line.split("#")[0].rstrip()), start) + 1)
    return SourceLocation(name, 1, 1, 2)


def _not_toml(problem: str, text: str, name: str) -> Finding:
    position = _POSITION.search(problem)
    line = int(position.group(1)) if position and position.group(1) else max(len(text.splitlines()), 1)
    column = int(position.group(2)) if position and position.group(2) else 1
    detail = one_line(_POSITION.sub("", problem))[:MAX_QUOTE].rstrip(" .")
    hint = f"put keys in quotes, {EXAMPLE}"
    for start, plain_detail, plain_hint in _DUPLICATES:
        if detail.startswith(start):
            detail, hint = plain_detail, plain_hint
    location = SourceLocation(name, line, column, column + 1)
    return error("K101", f"invalid TOML: {detail}; the file is ignored", location, hint)


_DUPLICATES = (
    ("Cannot declare", "duplicate section", "move its lines under the first section of that name"),
    ("Cannot overwrite", "duplicate id", "remove one of the lines"),
)
"""Beginnings of messages of `tomllib` about a duplicate name, each with the finding's words and hint."""


def _unknown_screen(screen: str, value: object, location: SourceLocation) -> Finding:
    shown = one_line(screen)[:MAX_QUOTE]
    if screen in SCREENS:
        return error("K102", f"[{screen}] must contain ids with their keys", location, EXAMPLE)
    if not isinstance(value, dict):
        owner = next(iter(_find_screens(screen)), "live")
        return error("K102", f"{shown} is not in a section", location, f"write [{owner}] on a line above it")
    return error("K102", f"unknown screen [{shown}]", location, *did_you_mean(screen, SCREENS))


def _find_screens(id: str) -> list[str]:
    return [name for name, table in SCREENS.items() if any(each.id == id for each in table)]


def _parse_binding(screen: str, id: str, value: object, location: SourceLocation) -> KeyBinding:
    ids = [command.id for command in SCREENS[screen]]
    if id not in ids:
        raise _Invalid(
            error("K103", f"[{screen}] has no command {one_line(id)[:MAX_QUOTE]!r}", location, *_id_hint(id, ids))
        )
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, list) or not all(isinstance(each, str) for each in names):
        raise _Invalid(error("K104", f"the keys of {id} must be strings", location, EXAMPLE))
    if len(names) > MAX_KEYS:
        raise _Invalid(
            error("K104", f"{id} has {len(names)} keys (at most {MAX_KEYS})", location, "remove some of them")
        )
    keys = (_parse_key(screen, id, each, location) for each in names if each)
    return KeyBinding(screen, id, tuple(dict.fromkeys(keys)), location)


def _id_hint(id: str, ids: Sequence[str]) -> tuple[str, str]:
    """Return the hint for an unknown id, and its replacement."""
    elsewhere = _find_screens(id)
    if elsewhere:
        return f"it is a command of {' and '.join(f'[{name}]' for name in elsewhere[:3])}", ""
    return did_you_mean(id, ids)


def _parse_key(screen: str, id: str, text: str, location: SourceLocation) -> str:
    """Return the key with this name. Raises `_Invalid` if the key is unknown or cannot be bound to the command."""
    key = parse_key(text)
    if key is None:
        close = closest_match(text, all_key_names())
        hint = (
            f"did you mean '{close}'?" if close else "use a character, enter, space, tab, an arrow, f1 to f12, ctrl+g"
        )
        raise _Invalid(error("K105", f"unknown key {one_line(text)[:MAX_QUOTE]!r}", location, hint, close))
    if screen == "typing" and is_text(key):
        hint = "use a key that types nothing, for example ctrl+g or f12"
        raise _Invalid(error("K108", f"{id} needs a non-text key, because it works while typing", location, hint))
    reason = unsendable_reason(key)
    if reason and (screen, id) != ("typing", "line"):
        message = f"{key_label(key)} cannot be bound to {id}: {reason}"
        raise _Invalid(error("K106", message, location, "choose another key"))
    reason = RESERVED_EVERYWHERE.get(key) or next(
        (why for why, keys in RESERVED_KEYS[screen].items() if key in keys), ""
    )
    if reason:
        raise _Invalid(error("K107", f"{key_label(key)} is reserved: {reason}", location, "choose another key"))
    return key


# conflicts


def resolve_conflicts(bindings: Sequence[KeyBinding]) -> tuple[Tables, list[Finding]]:
    """Return the screens that differ from the default, and the conflicts.

    A bound key is removed from its default command. A binding that cannot be applied is ignored, so that its command
    keeps the default keys.
    """
    findings: list[Finding] = []
    applied: list[KeyBinding] = []
    for binding in bindings:
        rival = next((each for each in applied if each.id != binding.id and _have_conflict(each, binding)), None)
        if rival is None:
            applied.append(binding)
            continue
        key = next(key for key in binding.keys if key in rival.keys)
        message = f"{key_label(key)} is already bound to {rival.id} (line {rival.location.line})"
        findings.append(error("K109", message, binding.location, f"give {binding.id} or {rival.id} another key"))
    while locked := next(filter(None, (_find_lockout(screen, applied) for screen in SCREENS)), None):
        binding, needed = locked
        message = f"{needed} would have no key in [{binding.screen}]"
        findings.append(error("K110", message, binding.location, f"give {needed} another key as well"))
        applied.remove(binding)
    tables = {screen: _assign_keys(screen, applied) for screen in SCREENS}
    for binding in applied:
        for screen in (*_affected_screens(binding), *(("typing",) if binding.screen in CALL_SCREENS else ())):
            findings += _unbound_warnings(binding, screen, applied, tables)
        for screen in INHERITING_SCREENS if binding.screen == "live" else ():
            findings += _inheritance_warnings(binding, screen, applied, tables)
    return {screen: table for screen, table in tables.items() if table != SCREENS[screen]}, findings


def _affected_screens(binding: KeyBinding) -> Sequence[str]:
    """Return the screens whose keys a binding claims: `hide` of [typing] also works in calls at any time."""
    if binding.screen == "typing" and binding.id == "hide":
        return ("typing", *CALL_SCREENS)
    return (binding.screen,)


def _have_conflict(one: KeyBinding, other: KeyBinding) -> bool:
    """Return whether two bindings claim the same key on the same screen."""
    shares_screen = one.screen in _affected_screens(other) or other.screen in _affected_screens(one)
    return shares_screen and not set(one.keys).isdisjoint(other.keys)


def _find_lockout(screen: str, bindings: Sequence[KeyBinding]) -> tuple[KeyBinding, str] | None:
    """Return a binding that takes the last key of a required command, and the id of that command."""
    for command, default in zip(_assign_keys(screen, bindings), SCREENS[screen], strict=True):
        if command.id not in REQUIRED or command.key or screen == "typing":
            continue
        sources = (screen, "typing", *(("live",) if screen in INHERITING_SCREENS else ()))
        for binding in reversed(bindings):
            takes_key = binding.id == command.id or not set(binding.keys).isdisjoint(default.keys)
            if takes_key and binding.screen in sources:
                return binding, command.id
    return None


def _assign_keys(screen: str, bindings: Sequence[KeyBinding]) -> tuple[Command, ...]:
    """Return the commands of a screen with their keys."""
    own = {each.id: each.keys for each in bindings if each.screen == screen}
    assigned = {**_inherited(screen, bindings, own), **own}
    claimed = {key for keys in assigned.values() for key in keys}
    claimed |= {key for each in bindings if screen in _affected_screens(each) for key in each.keys}
    claimed_in_calls = {key for each in bindings if each.screen in CALL_SCREENS for key in each.keys}
    commands = []
    for command in SCREENS[screen]:
        keys = assigned.get(command.id)
        if keys is None:
            removed = claimed | claimed_in_calls if (screen, command.id) == ("typing", "hide") else claimed
            keys = tuple(key for key in command.keys if key not in removed)
        commands.append(command if keys == command.keys else replace(command, key=(*keys, "")[0], other_keys=keys[1:]))
    return tuple(commands)


def _inherited(
    screen: str, bindings: Sequence[KeyBinding], own: Mapping[str, tuple[str, ...]]
) -> dict[str, tuple[str, ...]]:
    """Return the [live] keys of commands that a screen shares with a call, without those its own commands use."""
    if screen not in INHERITING_SCREENS:
        return {}
    shared = {each.id for each in SCREENS[screen] if is_shared_with_call(each)}
    used = {key for each in SCREENS[screen] if each.id not in shared for key in own.get(each.id, each.keys)}
    used |= {key for keys in own.values() for key in keys}
    inherited: dict[str, tuple[str, ...]] = {}
    for binding in bindings:
        if binding.screen == "live" and binding.id in shared and binding.id not in own:
            keys = tuple(key for key in binding.keys if key not in used)
            if keys or not binding.keys:
                inherited[binding.id] = keys
    return inherited


def _has_binding(bindings: Sequence[KeyBinding], screen: str, id: str) -> bool:
    return any(each.screen == screen and each.id == id for each in bindings)


def _unbound_warnings(
    binding: KeyBinding, screen: str, bindings: Sequence[KeyBinding], tables: Tables
) -> Iterator[Finding]:
    """Warn about commands that lost their last key to this binding."""
    for before, after in zip(SCREENS[screen], tables[screen], strict=True):
        lost = not set(before.keys).isdisjoint(binding.keys) and not after.key
        if lost and before.id != binding.id and not _has_binding(bindings, screen, before.id):
            message = f"{key_label(before.key)} is now bound to {binding.id}, so {before.id} has no key in [{screen}]"
            yield warning("K111", message, binding.location, f'add {before.id} = "…" to [{screen}]')


def _inheritance_warnings(
    binding: KeyBinding, screen: str, bindings: Sequence[KeyBinding], tables: Tables
) -> Iterator[Finding]:
    """Warn about a [live] binding that another screen does not inherit, because it uses the key itself."""
    command = next((each for each in tables[screen] if each.id == binding.id), None)
    if (
        command is None
        or not is_shared_with_call(command)
        or not binding.keys
        or _has_binding(bindings, screen, binding.id)
    ):
        return
    if not set(command.keys).isdisjoint(binding.keys):
        return
    owner = next((each for each in tables[screen] if not set(each.keys).isdisjoint(binding.keys)), None)
    if owner is not None:
        message = f"{binding.id} keeps its default key in [{screen}]: {key_label(binding.keys[0])} is {owner.id} there"
        yield warning("K112", message, binding.location, f'add {binding.id} = "…" to [{screen}]')
