"""The note line: typed text is saved exactly, in any bursts and pastes."""

from __future__ import annotations

from pathlib import Path

from textual.events import Paste

from live_stage import SMALL, LiveStage, live_screen
from salesnerd_tui.call.events import Noted, NoteKind
from salesnerd_tui.tui.widgets.note_input import EDITING_ACTIONS, MAX_PASTE, MAX_PASTED_LINE


async def test_twenty_notes_in_one_write_are_twenty_notes(stage: LiveStage) -> None:
    wanted = [f"note {number}: quick and next" for number in range(20)]
    await stage.type("".join(f"\r{note}\r" for note in wanted))
    await stage.wait_until(lambda: len(stage.notes) == 20)
    assert stage.notes == wanted


async def test_letters_of_a_note_never_run_as_commands(stage: LiveStage) -> None:
    await stage.type("\rnext undo jump end 1 2 3 d\rn")
    await stage.wait_until(lambda: len(stage.notes) == 1)
    assert stage.notes == ["next undo jump end 1 2 3 d"]
    assert stage.session.state.place.item == "last_time", "the n after the note is a command again"


async def test_text_after_j_filters_the_list(stage: LiveStage) -> None:
    await stage.type("jverdict\r")
    await stage.wait_until(lambda: stage.session.state.place.item == "verdict")
    assert stage.notes == []


async def test_corrections_in_a_burst_keep_their_order(stage: LiveStage) -> None:
    await stage.press("enter", *"abX", "backspace", *"cd", "home", *"0", "end", "left", "delete", *"e", "enter")
    assert stage.notes == ["0abce"]


async def test_editing_keys_never_end_the_program_and_ctrl_c_keeps_the_note(tmp_path: Path) -> None:
    async with live_screen(tmp_path) as stage:
        await stage.press("enter", "ctrl+c", *"abc", "ctrl+c")
        assert stage.screen.input.text == "abc"
        for key in EDITING_ACTIONS:
            await stage.press(key)
        assert stage.screen.input.input_mode is not None
        await stage.press("ctrl+u", *"saved", "enter")
        assert "saved" in stage.notes[-1]
    assert not (tmp_path / "crash.log").exists()


async def test_paste_keeps_every_line(stage: LiveStage) -> None:
    text = "\n".join(f"line {number}" for number in range(300))
    stage.app.post_message(Paste(text))
    await stage.wait_until(lambda: stage.screen.input.text == text)
    await stage.press("enter")
    assert stage.notes == [text]


async def test_paste_while_keys_are_commands_is_text(stage: LiveStage) -> None:
    stage.app.post_message(Paste("n e q x 1"))
    await stage.wait_until(lambda: stage.screen.input.text == "n e q x 1")
    assert stage.session.state.place.item == "trigger"
    assert not stage.is_left()


async def test_megabyte_paste_is_saved_complete(stage: LiveStage) -> None:
    text = "x" * (MAX_PASTE + 1)
    stage.app.post_message(Paste(text))
    await stage.wait_until(lambda: bool(stage.notes))
    assert stage.notes == [text]


async def test_long_pasted_line_is_split_without_loss(stage: LiveStage) -> None:
    stage.app.post_message(Paste("y" * (MAX_PASTED_LINE * 3)))
    await stage.wait_until(lambda: bool(stage.screen.input.text))
    assert stage.screen.input.text.replace("\n", "") == "y" * (MAX_PASTED_LINE * 3)


async def test_esc_keeps_the_draft(stage: LiveStage) -> None:
    await stage.press("enter")
    await stage.type("half a thou", "escape", until="half a thou")
    assert "draft kept" in stage.screen_text
    await stage.press("n")
    assert stage.session.state.place.item == "last_time"
    await stage.press("enter")
    await stage.type("ght", "enter")
    assert stage.notes == ["half a thought"]


async def test_list_does_not_change_the_draft(stage: LiveStage) -> None:
    await stage.press("enter")
    await stage.type("half", "escape", "j")
    await stage.type("cost")
    assert stage.screen.input.draft == "half"
    await stage.press("enter")
    assert stage.screen.input.text == "half"


async def test_draft_is_stored(stage: LiveStage) -> None:
    await stage.press("enter")
    await stage.type("half a thought")
    await stage.wait_until(lambda: bool(stage.disk.drafts) and stage.disk.drafts[-1] == "half a thought")
    await stage.press("enter")
    assert stage.disk.drafts[-1] == "", "a saved note is not a draft any more"


async def test_note_can_have_a_new_line(stage: LiveStage) -> None:
    await stage.press("enter", *"one", "ctrl+j", *"two", "enter")
    assert stage.notes == ["one\ntwo"]


async def test_line_grows_only_if_there_is_space(tmp_path: Path) -> None:
    async with live_screen(tmp_path) as stage:
        coach = stage.screen.query_one("#coach").region
        await stage.press("enter", *"one", "ctrl+j", *"two", "ctrl+j", *"three")
        assert stage.screen.input.size.height == 3
        assert stage.screen.query_one("#coach").region == coach, "nothing above moves"
    async with live_screen(tmp_path, SMALL) as stage:
        await stage.press("enter", *"one", "ctrl+j", *"two")
        assert stage.screen.input.size.height == 1


async def test_first_character_determines_the_kind(stage: LiveStage) -> None:
    await stage.press("enter", "number_sign", *" 40 a month", "enter")
    (noted,) = [event for event in stage.session.events if isinstance(event, Noted)]
    assert noted.kind is NoteKind.NUMBER


async def test_empty_note_is_not_saved(stage: LiveStage) -> None:
    await stage.press("enter", "enter", "n")
    assert stage.notes == []
    assert stage.session.state.place.item == "last_time"
