"""Hostile text in every part of the screen is shown and never executed."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace
from textual.events import Paste

from hostile import TYPICAL
from live_stage import MEDIUM, PLAYBOOK, TRIGGER, LiveStage, live_screen
from salesnerd_tui.call.events import Promised, SourceChanged, SourceState, TapKind, Tapped
from salesnerd_tui.playbook.model import Answer, Section
from salesnerd_tui.tui.widgets.note_input import MAX_PASTED_LINE
from tap_reasons import recorded
from thoroughness import some

CONTROL = {chr(code) for code in (*range(0x20), *range(0x7F, 0xA0))} - {"\n"}
BIDI = set("\u202a\u202b\u202d\u202e\u2066\u2067\u2068")


def assert_harmless(stage: LiveStage) -> None:
    found = {hex(ord(char)) for char in set(stage.screen_text) & (CONTROL | BIDI)}
    assert not found
    assert stage.app.is_running
    assert not stage.is_left()


@pytest.mark.parametrize("text", TYPICAL.values(), ids=TYPICAL.keys())
async def test_text_of_a_playbook_or_call_is_never_interpreted(tmp_path: Path, text: str) -> None:
    ask = replace(
        TRIGGER,
        text=text,
        why=(text,),
        listen_for=(text,),
        avoid=(text,),
        follow_ups=(text,),
        answers=(Answer(text, text, follow_ups=(text,)), Answer("other", text, follow_ups=(text,))),
    )
    playbook = replace(PLAYBOOK, title=text, agenda=(Section(text), ask, *PLAYBOOK.agenda[2:]))
    async with live_screen(tmp_path, MEDIUM, playbook, people=(text,)) as stage:
        stage.session.record(
            Tapped(0.0, TapKind.OVER_PROMISING, recorded(text), text, text),
            Promised(0.0, text),
            SourceChanged(0.0, "captions", SourceState.BROKEN, text),
        )
        stage.screen.changed()
        stage.app.post_message(Paste(text))
        await stage.pilot.pause()
        assert_harmless(stage)
        for keys in (
            ("enter",),
            ("1",),
            ("i",),
            ("c",),
            ("j",),
            ("escape", "e"),
            ("1", "1"),
            ("escape", "escape", "x"),
        ):
            await stage.press(*keys)
            assert_harmless(stage)
        await stage.pilot.click("#middle", offset=(6, 4))
        await stage.pilot.click("#notes")
        await stage.press("x", "n")
        assert_harmless(stage)


@pytest.mark.parametrize("text", some(TYPICAL.values(), 3), ids=some(TYPICAL, 3))
async def test_pasted_note_is_stored_unchanged(stage: LiveStage, text: str) -> None:
    await stage.press("enter", "minus")
    stage.app.post_message(Paste(text))
    await stage.pilot.pause()
    await stage.press("enter")
    assert_harmless(stage)
    assert " ".join("".join(stage.notes).splitlines()).split() == " ".join(text.splitlines()).split() or is_long(text)


def is_long(text: str) -> bool:
    """Return whether the text has a line that is wrapped, which breaks words."""
    return any(len(line) > MAX_PASTED_LINE for line in text.splitlines())
