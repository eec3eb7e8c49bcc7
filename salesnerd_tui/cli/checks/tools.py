"""What lives outside: an editor, the clipboard, sound. A call can do without any of it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping

from salesnerd_tui.cli.checks.check import CheckResult, State
from salesnerd_tui.playbook.model import SourceLocation
from salesnerd_tui.tui.editor import NoEditor, check_editor, editor_command

NO_CLIPBOARD = frozenset({"Apple_Terminal"})
"""Terminals that are known to ignore OSC 52, by which a text gets into the clipboard, also over SSH."""


def examined(environment: Mapping[str, str] = os.environ) -> Iterator[CheckResult]:
    yield _editor(environment)
    yield _clipboard(environment)
    yield from _sound()


def _editor(environment: Mapping[str, str]) -> CheckResult:
    try:
        command = editor_command(SourceLocation("x.yaml", 1, 1), environment)
        check_editor(command)
    except NoEditor as problem:
        return CheckResult("editor", State.NOTE, str(problem), "export EDITOR=nano")
    return CheckResult("editor", State.WELL, command[0])


def _clipboard(environment: Mapping[str, str]) -> CheckResult:
    if environment.get("TERM_PROGRAM") in NO_CLIPBOARD:
        told = "this terminal takes no text for the clipboard"
        return CheckResult("clipboard", State.NOTE, told, "salesnerd calls show prints what you need")
    if environment.get("TMUX"):
        return CheckResult("clipboard", State.WELL, "through tmux", "tmux set -g set-clipboard on, if nothing arrives")
    return CheckResult("clipboard", State.WELL, "through the terminal (OSC 52), also over SSH")


def _sound() -> Iterator[CheckResult]:
    from salesnerd_tui.speech.microphone.setup import check_setup

    for each in check_setup():
        told, mend = (each.message, "") if each.ok else ("not there", each.message)
        yield CheckResult(f"voice: {each.subject}", State.WELL if each.ok else State.NOTE, told, mend)
