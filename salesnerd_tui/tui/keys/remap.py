"""From what a person wishes for to the keys of every screen: who gets a key that two want, and who keeps one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec.structs import replace

from salesnerd_tui.playbook.diagnostics import Finding, error, warning
from salesnerd_tui.tui.commands import NEEDED, Command
from salesnerd_tui.tui.keys.config import Wish
from salesnerd_tui.tui.keys.names import is_text, shown_key
from salesnerd_tui.tui.keys.tables import CALLS, FOLLOWING, SCREENS, is_shared

Tables = Mapping[str, tuple[Command, ...]]


def remapped(wishes: Sequence[Wish]) -> tuple[Tables, list[Finding]]:
    """The tables that differ from those the program comes with, and what is wrong or worth knowing.

    A key somebody asked for goes to the command it was asked for, and is taken from the one that comes with it. A
    wish that cannot be had leaves its command the keys it comes with.
    """
    findings: list[Finding] = []
    wishes = _without_text_keys(wishes, findings)
    wishes = _one_command_a_key(wishes, findings)
    wishes = _with_ways_out(wishes, findings)
    tables = {screen: _table(screen, wishes) for screen in SCREENS}
    findings += _lost(wishes, tables)
    return {screen: table for screen, table in tables.items() if table != SCREENS[screen]}, findings


def _without_text_keys(wishes: Iterable[Wish], findings: list[Finding]) -> list[Wish]:
    """While a line takes text, a key that types something types it."""
    kept = []
    for wish in wishes:
        text = next((key for key in wish.keys if wish.screen == "typing" and is_text(key)), None)
        if text is None:
            kept.append(wish)
        else:
            hint = "a key that types nothing, as in ctrl+g or f12"
            findings.append(
                error("K108", f"{wish.id} acts while you type, and {shown_key(text)} is text", wish.spot, hint)
            )
    return kept


def _one_command_a_key(wishes: Iterable[Wish], findings: list[Finding]) -> list[Wish]:
    """Of two commands that were given the same key the first in the file has it."""
    kept: list[Wish] = []
    for wish in wishes:
        rival = next((each for each in kept if each.id != wish.id and _meet(each, wish)), None)
        if rival is None:
            kept.append(wish)
        else:
            key = next(key for key in wish.keys if key in rival.keys)
            told = f"{shown_key(key)} is {rival.id}'s already (line {rival.spot.line})"
            findings.append(error("K109", told, wish.spot, f"give {wish.id} or {rival.id} another key"))
    return kept


def _meet(one: Wish, other: Wish) -> bool:
    """Whether the two want the same key on the same screen."""
    return bool(set(one.keys) & set(other.keys)) and (one.screen in _felt_on(other) or other.screen in _felt_on(one))


def _felt_on(wish: Wish) -> Sequence[str]:
    """The screens on which a wish takes keys from others. `hide` acts at any moment of a call."""
    if wish.screen == "typing" and wish.id == "hide":
        return ("typing", *CALLS)
    return (wish.screen,)


def _with_ways_out(wishes: list[Wish], findings: list[Finding]) -> list[Wish]:
    """Take back, one by one, wishes that leave a screen without a way out, to help or to everything else."""
    while True:
        bad = next(filter(None, (_locks_in(screen, wishes) for screen in SCREENS)), None)
        if bad is None:
            return wishes
        wish, needed = bad
        told = f"{needed} would have no key left on [{wish.screen}]"
        findings.append(error("K110", told, wish.spot, f"give {needed} another key as well"))
        wishes = [each for each in wishes if each is not wish]


def _locks_in(screen: str, wishes: Sequence[Wish]) -> tuple[Wish, str] | None:
    """A wish to take back, and the command it was that lost its last key."""
    for command in _table(screen, wishes):
        if command.id not in NEEDED or command.key:
            continue
        default = next(each for each in SCREENS[screen] if each.id == command.id)
        for wish in reversed(wishes):
            took = wish.id == command.id or set(wish.keys) & set(default.keys)
            if took and wish.screen in (screen, "typing", *(("live",) if screen in FOLLOWING else ())):
                return wish, command.id
    return None


def _table(screen: str, wishes: Sequence[Wish]) -> tuple[Command, ...]:
    """A screen's commands with their keys."""
    own = {wish.id: wish.keys for wish in wishes if wish.screen == screen}
    given = {**_followed(screen, wishes, own), **own}
    asked_for = {key for keys in given.values() for key in keys}
    asked_for |= {key for wish in wishes if screen in _felt_on(wish) for key in wish.keys}
    called_for = {key for wish in wishes if wish.screen in CALLS for key in wish.keys}
    made = []
    for command in SCREENS[screen]:
        keys = given.get(command.id)
        if keys is None:
            gone = asked_for | called_for if command.id == "hide" else asked_for
            keys = tuple(key for key in command.keys if key not in gone)
        made.append(command if keys == command.keys else replace(command, key=(*keys, "")[0], also=keys[1:]))
    return tuple(made)


def _followed(screen: str, wishes: Sequence[Wish], own: Mapping[str, tuple[str, ...]]) -> Mapping[str, tuple[str, ...]]:
    """What [live] says of commands a screen shares with a call, as far as the screen's own commands leave it."""
    if screen not in FOLLOWING:
        return {}
    shared = {each.id for each in SCREENS[screen] if is_shared(each)}
    taken = {key for each in SCREENS[screen] if each.id not in shared for key in own.get(each.id, each.keys)}
    taken |= {key for keys in own.values() for key in keys}
    found: dict[str, tuple[str, ...]] = {}
    for wish in wishes:
        if wish.screen == "live" and wish.id in shared and wish.id not in own:
            keys = tuple(key for key in wish.keys if key not in taken)
            if keys or not wish.keys:
                found[wish.id] = keys
    return found


def _lost(wishes: Sequence[Wish], tables: Tables) -> list[Finding]:
    """Commands that lost their key to another, and wishes of [live] that another screen has no room for."""
    found: list[Finding] = []
    for wish in wishes:
        for screen in (*_felt_on(wish), *(("typing",) if wish.screen in CALLS else ())):
            found += _robbed(wish, screen, wishes, tables)
        for screen in FOLLOWING if wish.screen == "live" else ():
            found += _no_room(wish, screen, wishes, tables)
    return found


def _robbed(wish: Wish, screen: str, wishes: Sequence[Wish], tables: Tables) -> Iterator[Finding]:
    """Commands of a screen that have no key left because this wish has it."""
    for before, after in zip(SCREENS[screen], tables[screen], strict=True):
        gone = set(before.keys) & set(wish.keys)
        if gone and not after.key and before.id != wish.id and not _asked(wishes, screen, before.id):
            told = f"{shown_key(before.key)} is {wish.id} now, and {before.id} has no key on [{screen}]"
            yield warning("K111", told, wish.spot, f'{before.id} = "…" under [{screen}] gives it one')


def _asked(wishes: Sequence[Wish], screen: str, id: str) -> bool:
    return any(wish.screen == screen and wish.id == id for wish in wishes)


def _no_room(wish: Wish, screen: str, wishes: Sequence[Wish], tables: Tables) -> list[Finding]:
    command = next((each for each in tables[screen] if each.id == wish.id), None)
    if command is None or not is_shared(command) or not wish.keys or _asked(wishes, screen, wish.id):
        return []
    if set(command.keys) & set(wish.keys):
        return []
    owner = next((each for each in tables[screen] if set(each.keys) & set(wish.keys)), None)
    if owner is None:
        return []
    told = f"on [{screen}] {wish.id} stays as it comes: {shown_key(wish.keys[0])} is {owner.id} there"
    return [warning("K112", told, wish.spot, f'{wish.id} = "…" under [{screen}] gives it a key there')]
