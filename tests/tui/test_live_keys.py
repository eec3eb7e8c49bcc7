"""Each key of the live screen: what it does, and the message if it cannot act."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from live_stage import PLAYBOOK, SMALL, WIDE, LiveStage, live_screen
from salesnerd_tui.call.events import Asked, FloorTaken, Marked, Place, Side, Skipped, TapKind, Tapped
from salesnerd_tui.playbook.fields import RESERVED_LETTERS
from salesnerd_tui.tui.keymap import LIVE, Command, KeyTable
from salesnerd_tui.tui.screens.live import LiveScreen, PlaybookUpdates, SpeechController
from salesnerd_tui.tui.screens.live_commands import LiveCommands
from tap_reasons import recorded


async def test_n_marks_the_question_and_goes_to_the_next(stage: LiveStage) -> None:
    assert "What happened that made you look at this now?" in stage.screen_text
    await stage.press("n", until="Walk me through the last time.")
    assert any(isinstance(event, Asked) and event.question == "trigger" for event in stage.session.events)


async def test_n_at_the_end_says_what_to_do(stage: LiveStage) -> None:
    await stage.press("n", "n", "n", "n", "n", until="end of the agenda: end the call")
    assert "· decide" in stage.screen_text
    await stage.press("escape")
    assert stage.rows[-1].strip() == "j jump  e end  ? all keys", "no key that would only refuse"


async def test_leaving_names_its_keys_in_the_hint_line(stage: LiveStage) -> None:
    await stage.press("q")
    assert stage.rows[-1].strip() == "q leave open  e end with an outcome  esc back"


async def test_digit_picks_an_answer_and_shows_its_follow_up(stage: LiveStage) -> None:
    await stage.press("1", until="When did it last happen?")
    assert "WHY NOW · follow-up to “Something broke”" in stage.screen_text


async def test_follow_up_of_the_last_question_still_names_its_section(tmp_path: Path) -> None:
    only_question = replace(PLAYBOOK, agenda=(*PLAYBOOK.agenda[:2], *PLAYBOOK.agenda[3:]))
    async with live_screen(tmp_path, playbook=only_question) as stage:
        await stage.press("1", until="WHY NOW · follow-up to “Something broke”")
        assert "✓ Why now 1/1   then  ○ What it costs" in stage.screen_text


async def test_corrected_answer_is_no_longer_shown_and_undo_shows_it_again(stage: LiveStage) -> None:
    await stage.press("1", "2")
    assert [row.words for row in stage.screen.note_rows] == ["My boss asked"]
    await stage.press("u")
    assert [row.words for row in stage.screen.note_rows] == ["Something broke"]


async def test_digit_without_an_answer_says_so(stage: LiveStage) -> None:
    await stage.press("9", until="no answer 9 (choose 1 to 4)")
    await stage.press("n")
    assert "no answer 9" not in stage.screen_text, "said until the next key"


async def test_b_goes_back_or_says_why_not(stage: LiveStage) -> None:
    await stage.press("b", until="this is the first question")
    await stage.press("n", "b")
    assert stage.session.state.place == Place("trigger")


async def test_undone_note_is_no_longer_shown(stage: LiveStage) -> None:
    await stage.note("forty double bills")
    await stage.note("two days a month")
    await stage.press("u", until="forty double bills")
    assert [row.words for row in stage.screen.note_rows] == ["forty double bills"]


async def test_s_skips_the_question(stage: LiveStage) -> None:
    await stage.press("s")
    assert any(isinstance(event, Skipped) for event in stage.session.events)
    assert "skipped: What happened" in stage.screen_text


async def test_m_bookmarks_and_u_undoes_it(stage: LiveStage) -> None:
    await stage.press("u", until="nothing to undo")
    await stage.press("m", until="bookmark")
    await stage.press("u")
    assert stage.hint_message() == "undone: bookmark"
    assert not stage.session.state.marks
    assert any(isinstance(event, Marked) for event in stage.session.events), "nothing is erased"


async def test_narrow_list_shows_the_questions(tmp_path: Path) -> None:
    async with live_screen(tmp_path, SMALL) as stage:
        await stage.press("j", until="MUST What did that one time cost yo")
        await stage.press("escape", "slash", until="Can you just show us a demo?")


async def test_undo_shows_what_was_undone(tmp_path: Path) -> None:
    async with live_screen(tmp_path, people=()) as stage:
        for keys, words in (
            (("1",), "answer “Something broke”"),
            (("n",), "asked “What happened that made you look at this now?”"),
            (("s",), "skipped “What happened that made you look at this now?”"),
            (("d",), "detour “demo request”"),
            (("j", "enter"), "jump to “"),
            (("enter", *"> slides", "enter"), "promise “slides”"),
            (("enter", *"x y", "enter"), "note “x y”"),
        ):
            await stage.press(*keys)
            await stage.press("u")
            assert stage.hint_message().startswith(f"undone: {words}"), stage.hint_message()


async def test_letter_takes_a_detour_and_the_way_back_is_shown(stage: LiveStage) -> None:
    await stage.press("d", until="Gladly, two questions first.")
    assert "DETOUR: DEMO REQUEST · then back to: What happened" in stage.screen_text
    await stage.press("n", "n")
    assert stage.session.state.place == Place("trigger")


async def test_capital_letter_takes_a_different_detour(stage: LiveStage) -> None:
    await stage.press("R", until="What would it change for you?")


async def test_unbound_letter_says_so(stage: LiveStage) -> None:
    await stage.press("w", until="w does nothing here")
    await stage.press("ctrl+c")
    assert stage.hint_message() == "ctrl+c does nothing here: q leaves"


async def test_space_shows_the_speaker_at_once(stage: LiveStage) -> None:
    await stage.press("space")
    assert stage.rows[0].startswith(" ●")
    await stage.press("space")
    assert stage.rows[0].startswith(" ○")
    sides = [event.side for event in stage.session.events if isinstance(event, FloorTaken)]
    assert sides == [Side.ME, Side.THEM]


@pytest.mark.parametrize(("key", "title"), [("c", "WHY THIS TAP"), ("i", "ABOUT THIS QUESTION"), ("o", "PROMISES")])
async def test_key_that_opened_a_text_closes_it(stage: LiveStage, key: str, title: str) -> None:
    stage.session.record(Tapped(0.0, TapKind.MONOLOGUE, recorded("48 s without a break"), "", "Whose hours?"))
    await stage.press(key)
    assert title in stage.screen_text
    await stage.press(key)
    assert title not in stage.screen_text
    await stage.press(key)
    assert title in stage.screen_text
    await stage.press("n")
    assert stage.session.state.place == Place("last_time"), "another key closes it and acts"


async def test_text_that_needs_more_rows_says_how_to_move(tmp_path: Path) -> None:
    async with live_screen(tmp_path, SMALL) as stage:
        tap = Tapped(0.0, TapKind.MONOLOGUE, recorded("48 s without a break"), "A long sentence. " * 9, "Whose hours?")
        stage.session.record(tap)
        await stage.press("c")
        assert "↑↓ move  esc close" in stage.rows[-1]
    async with live_screen(tmp_path, WIDE) as stage:
        await stage.press("i")
        assert stage.rows[-1].strip() == "esc close"


async def test_evidence_for_silence_has_nothing_to_ask(stage: LiveStage) -> None:
    stage.session.record(Tapped(0.0, TapKind.SILENCE, recorded("3 s of silence"), "", "Walk me through it."))
    await stage.press("c", until="LET THEM THINK")
    assert "Walk me through it." not in stage.screen_text


async def test_dismiss_and_evidence_without_a_tap_say_so(stage: LiveStage) -> None:
    await stage.press("z", until="no tap to dismiss")
    await stage.press("c", until="no tap in this call yet")


async def test_tap_is_explained_and_dismissed(stage: LiveStage) -> None:
    await stage.repaint(Tapped(0.0, TapKind.PITCHING, recorded("they named a cost"), "we solve that", "Whose hours?"))
    assert "FOLLOW THAT UP" in stage.screen_text
    assert "they named a cost" in stage.screen_text
    assert "ask  Whose hours?" in stage.screen_text
    await stage.press("c", until="“we solve that”")
    await stage.press("z")
    assert "FOLLOW THAT UP" not in stage.screen_text, "w closes the explanation and does what it always does"


async def test_i_shows_the_purpose_of_the_question(stage: LiveStage) -> None:
    await stage.press("i", until="Nobody changes without a reason.")
    await stage.press("escape")
    assert "Nobody changes without a reason." not in stage.screen_text


async def test_j_filters_questions_and_jumps(stage: LiveStage) -> None:
    await stage.press("j", until="JUMP TO")
    await stage.type("cost you", until="1 of 4")
    await stage.press("enter")
    assert stage.session.state.place == Place("cost")


async def test_j_and_esc_change_nothing(stage: LiveStage) -> None:
    before = len(stage.session.events)
    await stage.press("j", "down", "x", "q", "escape")
    assert len(stage.session.events) == before
    assert "What happened" in stage.screen_text
    assert not stage.is_left()


async def test_slash_finds_a_detour_by_what_they_said(stage: LiveStage) -> None:
    await stage.press("slash")
    await stage.type("planned", "enter")
    assert stage.session.state.place == Place("wish", detour="roadmap")


async def test_command_list_runs_a_command(stage: LiveStage) -> None:
    await stage.press("ctrl+p")
    await stage.type("bookmark", "enter")
    assert any(isinstance(event, Marked) for event in stage.session.events)


async def test_command_list_separates_long_names_from_their_help(stage: LiveStage) -> None:
    await stage.press("ctrl+p", until="about this question  Show the question's purpose")


async def test_x_leaves_only_a_clock_and_notes(stage: LiveStage) -> None:
    await stage.note("pages twice a week")
    await stage.press("x")
    shown = stage.screen_text
    assert "pages twice a week" in shown
    for words in ("Acme", "What happened", "Why now", "MUST", "demo request", "help"):
        assert words not in shown
    await stage.press("n", "e", "d")
    assert "What happened" not in stage.screen_text, "other keys do not bring it back"
    await stage.note("another")
    assert "another" in stage.screen_text
    await stage.press("x", until="Acme")


async def test_q_asks_once_and_leaves_the_call_open(stage: LiveStage) -> None:
    await stage.press("q", until="LEAVE THE CALL?")
    await stage.press("escape")
    assert not stage.is_left()
    await stage.press("q", "q")
    assert stage.is_left()
    assert stage.disk.is_closed
    assert stage.session.state.ended is None


async def test_keys_that_move_in_the_filter_do_not_scroll_help(stage: LiveStage) -> None:
    await stage.press("question_mark", "pagedown")
    scrolled = stage.screen_text
    assert "KEYS" in scrolled
    assert "Pick the answer you heard" not in scrolled
    await stage.press("end", "home", "left", "right")
    assert stage.screen_text == scrolled


async def test_help_shows_every_key(tmp_path: Path) -> None:
    async with live_screen(tmp_path, size=(80, 70)) as stage:
        await stage.press("question_mark")
        shown = " ".join(stage.screen_text.split())
        for command in LIVE:
            assert command.help in shown


async def test_help_is_filtered_by_typed_text(stage: LiveStage) -> None:
    await stage.press("question_mark")
    await stage.type("detour", until="Search detours by what they said")
    assert "Bookmark this moment" not in stage.screen_text
    await stage.press("escape")
    assert stage.screen.panel is None
    assert "Something broke" in stage.screen_text


async def test_help_is_wrapped_and_never_cut(tmp_path: Path) -> None:
    async with live_screen(tmp_path, size=(40, 60)) as stage:
        await stage.press("question_mark")
        shown = " ".join(stage.screen_text.split())
        for command in LIVE[:8]:
            assert command.help in shown


def test_no_two_commands_share_a_key() -> None:
    keys = [key for command in LIVE for key in command.keys]
    assert len(keys) == len(set(keys)) == len(KeyTable(LIVE).command_by_key)


def test_detour_letters_of_playbooks_are_no_command_keys() -> None:
    assert {
        key: command.id for key, command in KeyTable(LIVE).command_by_key.items() if len(key) == 1
    } == RESERVED_LETTERS


@pytest.mark.parametrize("command", LIVE, ids=lambda command: command.id)
def test_every_command_has_a_handler(command: object) -> None:
    assert isinstance(command, Command)
    owners = (LiveScreen, SpeechController, PlaybookUpdates, LiveCommands)
    assert command.action is not None or any(hasattr(owner, f"do_{command.id}") for owner in owners)


async def test_arrows_move_the_cursor_in_a_list(stage: LiveStage) -> None:
    await stage.press("j", "up")
    assert any("❯" in row and "Walk me through" in row for row in stage.rows)
