"""The user's own keys on the screens: the displayed keys are those that act."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual import events
from textual.pilot import Pilot

from live_stage import MEDIUM, PLAYBOOK, SMALL, WIDE, LiveStage, screen_text
from salesnerd_tui.call.events import Skipped
from salesnerd_tui.playbook.library import Library
from salesnerd_tui.services.call_service import CallService
from salesnerd_tui.storage.call_store import CallStore
from salesnerd_tui.terminal.key_parser import BurstCharacter
from salesnerd_tui.tui.app import SalesnerdApp
from salesnerd_tui.tui.keymap import user_keymap
from salesnerd_tui.tui.screens.debrief import DebriefScreen
from salesnerd_tui.tui.screens.home import HomeScreen
from terminal_input import read_events

OWN = """
[live]
next = ["N", "right"]
end = "E"
jump = "f3"
note = "a"
talk = "y"
help = "f1"
evidence = "C"
dismiss = "W"
leave = "Q"
find = "H"
accept = "f5"
commands = "f9"
[typing]
hide = "f12"
line = "f4"
[home]
new = "N"
help = "f1"
[debrief]
write = "E"
leave = "Q"
"""


@asynccontextmanager
async def with_keys(folder: Path, text: str, size: tuple[int, int] = MEDIUM) -> AsyncIterator[LiveStage]:
    """A call with these keys of one's own."""
    file = folder / "keys.toml"
    file.write_text(text, encoding="utf-8")
    stage = LiveStage(folder, PLAYBOOK, people=("Dana, VP Eng",))
    stage.app = SalesnerdApp(stage.service, lambda: stage.screen, user_keymap(str(file)))
    async with stage.app.run_test(size=size) as pilot:
        stage.pilot = pilot
        await pilot.pause()
        yield stage


async def post_reads(stage: LiveStage, *reads: str) -> None:
    """Send keys as a terminal does, each in a read of its own."""
    for event in read_events(*reads):
        stage.app.post_message(event)
    await stage.pilot.pause()
    await stage.pilot.pause()


# keys that are pressed and drawn


async def test_user_key_replaces_the_default(tmp_path: Path) -> None:
    async with with_keys(tmp_path, OWN) as stage:
        await stage.press("n")
        assert stage.hint_message() == "n does nothing here: f1 shows the keys"
        await stage.press("N", "right")
        assert stage.session.state.place.item == "cost"


@pytest.mark.parametrize("size", [WIDE, MEDIUM, SMALL])
async def test_hint_line_shows_user_keys(tmp_path: Path, size: tuple[int, int]) -> None:
    async with with_keys(tmp_path, OWN, size) as stage:
        hint = stage.rows[-1]
        assert "N next" in hint
        assert "E end" in hint
        assert "f1 all keys" in hint
        assert stage.rows[-2].strip() == "> a writes a note"
        assert " n next" not in hint


async def test_help_shows_user_keys(tmp_path: Path) -> None:
    async with with_keys(tmp_path, OWN, (120, 60)) as stage:
        await stage.press("f1", until="N right  Mark question as asked")
        assert "f12  Hide coaching" in stage.screen_text
        assert "f4  New line" in stage.screen_text


async def test_command_list_shows_user_keys(tmp_path: Path) -> None:
    async with with_keys(tmp_path, OWN, (120, 60)) as stage:
        await stage.press("f9")
        row = next(row for row in stage.rows if "Mark question as asked" in row)
        assert row.rstrip().endswith("N")


async def test_notice_about_speech_names_user_keys(tmp_path: Path) -> None:
    async with with_keys(tmp_path, OWN) as stage:
        assert "no sound; y switches speaker" in stage.screen_text


async def test_tap_names_user_keys(tmp_path: Path) -> None:
    async with with_keys(tmp_path, OWN, WIDE) as stage:
        await stage.speak("Me", "Our platform has a pipeline that shards the ledger and replays every event. " * 12, 90)
        await stage.wait_until(lambda: "W dismiss" in stage.screen_text)
        assert "C why · W dismiss" in stage.screen_text
        await stage.press("C", until="WHY THIS TAP")


async def test_leaving_and_ending_ask_with_user_keys(tmp_path: Path) -> None:
    async with with_keys(tmp_path, OWN) as stage:
        await stage.press("E", until="f3 asks them")
        await stage.press("f3")
        assert stage.session.state.place.item == "trigger"
        await stage.press("Q", until="Q  leave open")
        assert "E  end with an outcome" in stage.screen_text
        await stage.press("Q")
        assert stage.is_left()


async def test_note_line_uses_user_keys(tmp_path: Path) -> None:
    async with with_keys(tmp_path, OWN) as stage:
        await stage.press("a", "o", "n", "e", "f4", "t", "w", "o", "enter")
        assert stage.notes == ["one\ntwo"]
        await stage.press("a", "b", "f12", until="Notes")
        assert "What happened" not in stage.screen_text
        await stage.press("f12", until="What happened")


async def test_letter_bound_to_a_command_takes_no_detour(tmp_path: Path) -> None:
    async with with_keys(tmp_path, '[live]\nskip = "d"\n', WIDE) as stage:
        assert "d demo" not in stage.screen_text.lower()
        await stage.press("d")
        assert any(isinstance(event, Skipped) for event in stage.session.events)
        await stage.press("slash", until="Can you just show us a demo?")


async def test_alt_chord_can_be_bound(tmp_path: Path) -> None:
    async with with_keys(tmp_path, '[live]\nnext = "alt+n"\nhelp = ["?", "alt+h"]\n') as stage:
        await post_reads(stage, "\x1bn")
        assert stage.session.state.place.item == "last_time"


async def test_invalid_keys_file_shows_one_line_and_keeps_the_defaults(tmp_path: Path) -> None:
    async with with_keys(tmp_path, '[live]\nnext = "cmd+n"\n', WIDE) as stage:
        assert stage.rows[-1].strip().startswith("keys.toml:2 cmd+n cannot be bound to next")
        await stage.press("n")
        assert stage.session.state.place.item == "last_time"
        assert "keys.toml" not in stage.screen_text


async def test_messages_of_the_call_come_before_key_errors(tmp_path: Path) -> None:
    file = tmp_path / "keys.toml"
    file.write_text('[live]\nnext = "cmd+n"\n', encoding="utf-8")
    stage = LiveStage(tmp_path)
    stage.call.messages = ("the playbook is gone, the notes are not",)
    stage.app = SalesnerdApp(stage.service, lambda: stage.screen, user_keymap(str(file)))
    async with stage.app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        await pilot.pause()
        assert stage.screen.last_message.startswith("the playbook is gone, the notes are not · keys.toml:2 ")


async def test_start_page_has_user_keys(tmp_path: Path) -> None:
    file = tmp_path / "keys.toml"
    file.write_text(OWN, encoding="utf-8")
    service = CallService(Library([]), CallStore(tmp_path))
    screen = HomeScreen(service)
    app = SalesnerdApp(service, lambda: screen, user_keymap(str(file)))
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert screen.key_table.shown_keys["new"] == "N"
        assert dict(screen.hints())["N"] == "new call"
        await pilot.press("N")
        await pilot.pause()
        assert screen.panel is not None


async def test_debrief_has_user_keys(tmp_path: Path) -> None:
    async with debrief_over_home(tmp_path, OWN) as (pilot, debrief, _):
        app = pilot.app
        shown = screen_text(app)
        assert "E write" in shown
        assert "Q to home" in shown
        await pilot.press("w")
        assert "w does nothing here" in debrief.last_message
        await pilot.press("E")
        await pilot.pause()
        assert debrief.input.input_mode is not None
        assert debrief.input.input_mode.label == "write the debrief to"
        await pilot.press("escape", "Q")
        await pilot.pause()
        assert app.screen is not debrief


async def test_letter_after_esc_goes_to_the_screen_below_the_debrief(tmp_path: Path) -> None:
    async with debrief_over_home(tmp_path, "") as (pilot, _, home):
        for event in read_events("\x1bn"):
            pilot.app.post_message(event)
        await pilot.pause()
        await pilot.pause()
        assert pilot.app.screen is home
        assert home.panel is not None


@asynccontextmanager
async def debrief_over_home(folder: Path, text: str) -> AsyncIterator[tuple[Pilot[None], DebriefScreen, HomeScreen]]:
    file = folder / "keys.toml"
    file.write_text(text, encoding="utf-8")
    service = CallService(Library([]), CallStore(folder))
    home, debrief = HomeScreen(service), DebriefScreen(())
    app = SalesnerdApp(service, lambda: home, user_keymap(str(file)))
    async with app.run_test(size=WIDE) as pilot:
        await app.workers.wait_for_complete()
        await pilot.pause()
        await app.push_screen(debrief)
        await pilot.pause()
        yield pilot, debrief, home


# Esc and then a letter, in one read


async def test_esc_and_a_letter_in_one_read_are_two_keys(tmp_path: Path) -> None:
    async with with_keys(tmp_path, "") as stage:
        await stage.press("enter", "h", "a", "l", "f")
        await post_reads(stage, "\x1bn")
        assert stage.screen.input.draft == "half"
        assert stage.session.state.place.item == "last_time"


async def test_alt_letter_moves_by_words_only_while_typing(tmp_path: Path) -> None:
    async with with_keys(tmp_path, "") as stage:
        await stage.press("n")
        await post_reads(stage, "\x1bb")
        assert stage.session.state.place.item == "trigger"
        await stage.press("enter", "o", "n", "e", "space", "t", "w", "o")
        await post_reads(stage, "\x1bb")
        await stage.press("X")
        assert stage.screen.input.text == "one Xtwo"


async def test_keys_after_esc_are_not_lost(tmp_path: Path) -> None:
    async with with_keys(tmp_path, "") as stage:
        await stage.press("enter", "h", "a", "l", "f")
        await post_reads(stage, "\x1bn\r, and three engineers up all night\rn")
        assert stage.notes == ["half, and three engineers up all night"]
        assert stage.session.state.place.item == "cost"


# pastes sent as keys


PASTED = "pages twice a week\rnobody sleeps in the week of a release\rno\rtwo hires left over it\r"


async def test_paste_sent_as_keys_is_text(tmp_path: Path) -> None:
    async with with_keys(tmp_path, "") as stage:
        await stage.press("enter")
        await post_reads(stage, PASTED)
        assert stage.notes == PASTED.strip().split("\r")
        assert stage.session.state.place.item == "trigger"
        assert not stage.is_left()


async def test_paste_sent_as_keys_is_text_without_a_note(tmp_path: Path) -> None:
    async with with_keys(tmp_path, "") as stage:
        await post_reads(stage, PASTED)
        assert stage.notes == PASTED.strip().split("\r")


@pytest.mark.parametrize("opened", ["i", "q"])
async def test_paste_sent_as_keys_is_text_over_a_panel(tmp_path: Path, opened: str) -> None:
    async with with_keys(tmp_path, "") as stage:
        await stage.press(opened)
        await post_reads(stage, "quarterly audits ate the plan\r")
        await stage.wait_until(lambda: bool(stage.notes))
        assert stage.notes == ["quarterly audits ate the plan"]
        assert not stage.is_left()


async def test_fast_keys_on_a_slow_connection_are_not_lost(tmp_path: Path) -> None:
    """Notes, next, a jump with filter words, and another note, all in one read."""
    async with with_keys(tmp_path, "") as stage:
        await post_reads(
            stage, "\rpages twice a week\rn\rthree engineers up at night\rjwhat did that one\r\rforty thousand\r"
        )
        await stage.wait_until(lambda: len(stage.notes) == 3)
        assert stage.notes == ["pages twice a week", "three engineers up at night", "forty thousand"]
        assert stage.session.state.place.item == "cost"


async def test_held_key_is_not_text(tmp_path: Path) -> None:
    async with with_keys(tmp_path, "") as stage:
        await post_reads(stage, "n" * 30)
        assert stage.notes == []
        assert stage.session.state.place.item is None


async def test_bracketed_paste_without_a_text_field_says_so(tmp_path: Path) -> None:
    service = CallService(Library([]), CallStore(tmp_path))
    screen = HomeScreen(service)
    app = SalesnerdApp(service, lambda: screen)
    async with app.run_test(size=MEDIUM) as pilot:
        await app.workers.wait_for_complete()
        await pilot.pause()
        app.post_message(events.Paste("anything"))
        await pilot.pause()
        await pilot.pause()
        assert screen.last_message == "cannot paste here: no text field is open"
        assert screen.panel is None


def test_only_characters_of_one_read_are_marked_as_a_burst() -> None:
    assert not isinstance("n", BurstCharacter)
