"""`{name}` in a playbook's text: constants, who is on the call, what is already known, and the points so far."""

from __future__ import annotations

import re

from salesnerd_tui.call.state import CallState
from salesnerd_tui.playbook.model import Playbook

_SLOT = re.compile(r"(?P<before>,? ?)\{(?P<name>[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)?)\}")


def fill(text: str, playbook: Playbook, state: CallState) -> str:
    """`text` with its slots filled. What nobody knows yet leaves a gap that can be spoken over ("Thanks, {name}.")."""
    if "{" not in text:
        return text
    return _SLOT.sub(lambda slot: _filled(slot, playbook, state), text)


def _filled(slot: re.Match[str], playbook: Playbook, state: CallState) -> str:
    before, name = slot.group("before"), slot.group("name")
    value = value_of(name, playbook, state)
    if value:
        return before + value
    return "" if before.startswith(",") else before + "…"


def value_of(name: str, playbook: Playbook, state: CallState) -> str:
    """What `{name}` stands for; empty when unknown."""
    started = state.started
    if started is not None:
        built_in = {
            "account": started.account,
            "name": started.people[0].split(",")[0] if started.people else "",
            "role": started.role,
            "me": started.me,
            "today": state.wall_readings[-1][1][:10] if state.wall_readings else "",
        }
        if built_in.get(name):
            return built_in[name]
    if name in playbook.vars:
        return playbook.vars[name]
    of, _, points = name.partition(".")
    if of == "points":
        return f"{state.points(points):g}"
    known = state.known(name)
    return known[-1] if known else ""
