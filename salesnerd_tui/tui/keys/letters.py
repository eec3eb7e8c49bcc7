"""Letters that a person gave to a command while a playbook has them for a detour."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from salesnerd_tui.playbook.diagnostics import Finding, listed, warning
from salesnerd_tui.playbook.library import Loaded
from salesnerd_tui.tui.keys.names import shown_key
from salesnerd_tui.tui.keys.own_keys import Read
from salesnerd_tui.tui.keys.tables import CALLS


def lost_letters(read: Read, playbooks: Sequence[Loaded]) -> Iterator[Finding]:
    """What no longer takes its detour, for each wish. The command has the letter; the list of detours still has all."""
    finds = read.keymap.of("live").told("hear", "finds it", "the command list finds it")
    for wish in read.wishes:
        if wish.screen not in CALLS or set(wish.keys).isdisjoint(read.keymap.of(wish.screen).by_key):
            continue
        for key in wish.keys:
            lost = list(_detours(key, playbooks))
            if lost:
                detours, users = (list(dict.fromkeys(names)) for names in zip(*lost, strict=True))
                told = f"{shown_key(key)} is {wish.id} now, so {listed(detours, 3)} has no letter"
                hint = f"{finds}; used by {listed(users, 3)}"
                yield warning("K113", told, wish.spot, hint)


def _detours(key: str, playbooks: Sequence[Loaded]) -> Iterator[tuple[str, str]]:
    """Detours with this letter, each with a playbook that has it."""
    for loaded in playbooks:
        if loaded.playbook is not None:
            yield from ((each.id, loaded.id) for each in loaded.playbook.detours.values() if each.key == key)
