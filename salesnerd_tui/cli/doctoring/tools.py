"""What lives outside: an editor, the clipboard, sound. A call can do without any of it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping

from salesnerd_tui.cli.doctoring.finding import Finding, State
from salesnerd_tui.playbook.model import Spot
from salesnerd_tui.ui.editing import NoEditor, check_editor, editor_command

NO_CLIPBOARD = frozenset({"Apple_Terminal"})
"""Terminals that are known to ignore OSC 52, by which a text gets into the clipboard, also over SSH."""


def examined(environment: Mapping[str, str] = os.environ) -> Iterator[Finding]:
    yield _editor(environment)
    yield _clipboard(environment)
    yield from _sound()


def _editor(environment: Mapping[str, str]) -> Finding:
    try:
        command = editor_command(Spot("x.yaml", 1, 1), environment)
        check_editor(command)
    except NoEditor as problem:
        return Finding("editor", State.NOTE, str(problem), "export EDITOR=nano")
    return Finding("editor", State.WELL, command[0])


def _clipboard(environment: Mapping[str, str]) -> Finding:
    if environment.get("TERM_PROGRAM") in NO_CLIPBOARD:
        told = "this terminal takes no text for the clipboard"
        return Finding("clipboard", State.NOTE, told, "salesnerd calls show prints what you need")
    if environment.get("TMUX"):
        return Finding("clipboard", State.WELL, "through tmux", "tmux set -g set-clipboard on, if nothing arrives")
    return Finding("clipboard", State.WELL, "through the terminal (OSC 52), also over SSH")


def _sound() -> Iterator[Finding]:
    from salesnerd_tui.hearing.voice.starting import findings

    for each in findings():
        told, mend = (each.told, "") if each.ok else ("not there", each.told)
        yield Finding(f"voice: {each.what}", State.WELL if each.ok else State.NOTE, told, mend)
