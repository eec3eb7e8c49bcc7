"""Reading `keys.toml`: what it wishes for, and where in the file; what cannot be read is explained, never raised."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence

from msgspec import Struct

from salesnerd_tui.playbook.diagnostics import Finding, closest, did_you_mean, error
from salesnerd_tui.playbook.model import SourceLocation
from salesnerd_tui.text import one_line
from salesnerd_tui.tui.keys.names import key_named, known_names, shown_key, unsendable
from salesnerd_tui.tui.keys.tables import EVERYWHERE, SCREENS, TAKEN

MOST_KEYS = 8
"""Keys one command may have; more is a mistake, and a hint line of nothing else."""

SHOWN = 60
"""Characters of what somebody wrote that a message repeats."""

EXAMPLE = 'as in: next = "n", or next = ["n", "right"]'
_AT = re.compile(r"\(at (?:line (\d+), column (\d+)|end of document)\)")
_HEADER = re.compile(r"\s*\[\s*[\"']?([\w-]+)[\"']?\s*\]")


class Wish(Struct, frozen=True):
    """Keys for a command of a screen; none at all takes its keys away."""

    screen: str
    id: str
    keys: tuple[str, ...]
    spot: SourceLocation


def read(text: str, name: str) -> tuple[list[Wish], list[Finding]]:
    """What a file wishes for, in its order, and what is wrong with the rest."""
    try:
        tables = tomllib.loads(text)
    except ValueError as problem:
        return [], [_not_toml(str(problem), text, name)]
    except RecursionError:
        return [], [_not_toml("lists in lists in lists", text, name)]
    wishes: list[Wish] = []
    findings: list[Finding] = []
    places = Places(text, name)
    for screen, table in tables.items():
        if screen not in SCREENS or not isinstance(table, dict):
            findings.append(_no_screen(screen, table, places))
            continue
        for id, value in table.items():
            made = _wish(screen, id, value, places.of(screen, id))
            if isinstance(made, Wish):
                wishes.append(made)
            else:
                findings.append(made)
    return wishes, findings


class Places:
    """Where ids stand: `tomllib` does not tell."""

    def __init__(self, text: str, name: str) -> None:
        self._lines = text.splitlines()
        self.name = name

    def of(self, screen: str, id: str = "") -> SourceLocation:
        """The id in its section, or the section's header."""
        section = ""
        named = re.compile(rf"\s*(?:{re.escape(screen)}\s*\.\s*)?([\"']?){re.escape(id or screen)}\1\s*[=.]")
        for number, line in enumerate(self._lines, 1):
            header = _HEADER.match(line)
            section = header.group(1) if header else section
            if header and not id and section == screen:
                return self._spot(number, line.index("["), len(line.rstrip()))
            if not header and (section == screen or not section or not id) and named.match(line):
                start = len(line) - len(line.lstrip())
                return self._spot(number, start, len(line.split("#")[0].rstrip()) or len(line))
        return self._spot(1, 0, 1)

    def _spot(self, number: int, start: int, end: int) -> SourceLocation:
        return SourceLocation(self.name, number, start + 1, max(end, start + 1) + 1)


def _not_toml(problem: str, text: str, name: str) -> Finding:
    found = _AT.search(problem)
    line = int(found.group(1)) if found and found.group(1) else max(len(text.splitlines()), 1)
    column = int(found.group(2)) if found and found.group(2) else 1
    told = one_line(_AT.sub("", problem))[:SHOWN].rstrip(" .")
    spot = SourceLocation(name, line, column, column + 1)
    return error("K101", f"not TOML: {told}; no key of this file holds", spot, f"a key goes into quotes, {EXAMPLE}")


def _no_screen(screen: str, value: object, places: Places) -> Finding:
    spot = places.of(screen)
    if screen in SCREENS:
        return error("K102", f"[{screen}] holds ids with their keys", spot, EXAMPLE)
    if not isinstance(value, dict):
        owner = next((name for name, table in SCREENS.items() if any(each.id == screen for each in table)), "live")
        return error(
            "K102", f"{one_line(screen)[:SHOWN]} stands under no screen", spot, f"write [{owner}] on a line above it"
        )
    return error("K102", f"there is no screen [{one_line(screen)[:SHOWN]}]", spot, *did_you_mean(screen, SCREENS))


def _wish(screen: str, id: str, value: object, spot: SourceLocation) -> Wish | Finding:
    ids = [command.id for command in SCREENS[screen]]
    if id not in ids:
        return error("K103", f"[{screen}] has no command {one_line(id)[:SHOWN]!r}", spot, *_which(id, ids))
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, list) or not all(isinstance(each, str) for each in names):
        return error("K104", f"the keys of {id} are texts", spot, EXAMPLE)
    if len(names) > MOST_KEYS:
        return error("K104", f"{id} has {len(names)} keys; {MOST_KEYS} at most", spot, "the first one is shown")
    keys: list[str] = []
    for each in (text for text in names if text):
        key = key_named(each)
        problem = _refused(screen, id, each, key, spot)
        if problem is not None or key is None:
            return problem or error("K105", f"there is no key {one_line(each)[:SHOWN]!r}", spot)
        keys.append(key)
    return Wish(screen, id, tuple(dict.fromkeys(keys)), spot)


def _which(id: str, ids: Sequence[str]) -> tuple[str, str]:
    elsewhere = [name for name, table in SCREENS.items() if any(each.id == id for each in table)]
    if elsewhere:
        return f"it is a command of {' and '.join(f'[{name}]' for name in elsewhere[:3])}", ""
    return did_you_mean(id, ids)


def _refused(screen: str, id: str, text: str, key: str | None, spot: SourceLocation) -> Finding | None:
    """Why this key cannot be had, if it cannot."""
    if key is None:
        close = closest(text, known_names())
        hint = f"did you mean '{close}'?" if close else "a character, enter, space, tab, an arrow, f1 to f12, ctrl+g"
        return error("K105", f"there is no key {one_line(text)[:SHOWN]!r}", spot, hint, close)
    why = unsendable(key)
    if why and not (id == "line" and screen == "typing"):
        return error("K106", f"{id} would never hear {shown_key(key)}: {why}", spot, "choose another key")
    taken = next(iter(_taken(screen, key)), "")
    if taken:
        return error("K107", f"{shown_key(key)} is not free: {taken}", spot, "choose another key")
    return None


def _taken(screen: str, key: str) -> Iterator[str]:
    if key in EVERYWHERE:
        yield EVERYWHERE[key]
    for why, keys in TAKEN[screen].items():
        if key in keys:
            yield why
