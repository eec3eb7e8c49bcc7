"""Layout in the three designed sizes and all others: nothing moves, is cut in half, or crashes."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from textual.color import Color
from textual.geometry import Region
from textual.strip import Strip

from live_stage import MEDIUM, PLAYBOOK, SIZES, SMALL, TRIGGER, WIDE, LiveStage, live_screen, playbook_starting_with
from salesnerd_tui.call import actions, view
from salesnerd_tui.call.actions import CallContext
from salesnerd_tui.call.events import (
    Dismissal,
    Dismissed,
    Place,
    SourceChanged,
    SourceState,
    TapBasis,
    TapKind,
    Tapped,
    TapReason,
)
from salesnerd_tui.call.state import CallState
from salesnerd_tui.playbook.model import Answer, Say
from salesnerd_tui.speech.source import TALK_KEY_HINT
from salesnerd_tui.terminal.profile import Shade
from salesnerd_tui.tui.render.question import cut_question, draw_answers, draw_cues, draw_question
from salesnerd_tui.tui.render.status import draw_progress
from salesnerd_tui.tui.render.text import hang_all, line
from salesnerd_tui.tui.theme import BACKGROUNDS, PALETTES
from salesnerd_tui.tui.widgets.canvas import Canvas
from tap_reasons import recorded
from thoroughness import examples

TAP = Tapped(0.0, TapKind.OVER_EXPLAINING, recorded("48 s on features, nobody asked"), "", "Whose hours?")


@pytest.mark.parametrize("size", SIZES)
async def test_each_size_shows_question_answers_and_line_and_a_tap_moves_nothing(
    stage: LiveStage, size: tuple[int, int]
) -> None:
    assert "/ they said" in stage.screen_text
    assert "demo request" not in stage.screen_text
    for hidden_when_small in ("→ When did it last happen?", "listen for"):
        assert hidden_when_small in stage.screen_text or size == SMALL
    before = stage.rows
    await stage.repaint(TAP)
    changed = [number for number, (old, new) in enumerate(zip(before, stage.rows, strict=True)) if old != new]
    coach = stage.screen.query_one("#coach").region
    assert changed
    assert all(coach.y <= number < coach.bottom for number in changed)
    shown = " ".join(stage.screen_text.replace("▌", " ").split())
    for wanted in (
        "made you look",
        "1",
        "Something broke",
        "4",
        "You called me",
        "ASK, DON'T TELL",
        "Whose hours?",
        ">",
        "all keys",
    ):
        assert wanted in shown
    assert all(len(row) <= size[0] for row in stage.rows)


async def test_answers_are_shown_below_the_smallest_size(tmp_path: Path) -> None:
    async with live_screen(tmp_path, (40, 9)) as stage:
        await stage.repaint(TAP)
        for wanted in ("made you look", "1 Something broke", "ASK, DON'T TELL", "all keys"):
            assert wanted in stage.screen_text


async def test_handing_back_the_floor_is_shown_as_a_success(stage: LiveStage) -> None:
    await stage.repaint(TAP)
    await stage.repaint(Dismissed(1.0, TapKind.OVER_EXPLAINING, Dismissal.HANDED_BACK), at=1.0)
    assert "✓ HANDED BACK" in stage.screen_text
    await stage.repaint(at=30.0)
    assert "HANDED BACK" not in stage.screen_text


async def test_nothing_new_appears_while_the_buyer_talks(stage: LiveStage) -> None:
    await stage.speak("Dana", "We had forty double bills in March and I was up all night", 40.0)
    before = stage.rows[2:]
    await stage.speak("Dana", "and then the auditor came and asked for every single one of them", 40.0)
    assert stage.rows[2:] == before


async def test_talk_ratio_is_shown_a_minute_after_each_third_or_always_by_setting(stage: LiveStage) -> None:
    await stage.speak("Me", "What happened that made you look at this now?", 10.0)
    await stage.speak("Dana", "We had forty double bills in March, and the auditor found them.", 30.0)
    for seconds, is_shown in ((40.0, False), (605.0, True), (700.0, False), (1210.0, True)):
        await stage.repaint(at=seconds)
        assert ("you 25%" in stage.rows[0]) is is_shown, seconds
    stage.seconds = 1300.0
    stage.call.is_share_always_shown = True
    await stage.repaint()
    assert "you 25%" in stage.rows[0]


async def test_talk_ratio_over_the_limit_is_always_shown(stage: LiveStage) -> None:
    await stage.speak("Dana", "We had forty double bills in March.", 10.0)
    await stage.speak("Me", "And we have had this for years now.", 130.0)
    await stage.repaint()
    assert "you 93%!" in stage.rows[0]


async def test_missing_sound_is_a_notice_at_first_and_a_dim_label_later(stage: LiveStage) -> None:
    assert "no sound; space switches speaker" in stage.rows[1]
    await stage.repaint(at=30.0)
    assert "no sound" not in stage.rows[1]
    assert "no sound" in stage.rows[0]
    await stage.press("space")
    stage.seconds = 40.0
    stage.screen._tick()
    await stage.repaint()
    assert "no sound" not in stage.screen_text


async def test_silence_clears_the_speaker(stage: LiveStage) -> None:
    await stage.speak("Dana", "We had forty double bills in March and I was up all night", 10.0)
    await stage.wait_for(" ○", row=0)
    stage.seconds += 6
    stage.screen.changed()
    await stage.wait_for(" ·", row=0)
    assert not stage.rows[0].startswith(" ○")


@pytest.mark.thorough
async def test_many_resizes_end_with_the_right_layout(stage: LiveStage) -> None:
    random = Random(7)
    for _ in range(60):
        await stage.pilot.resize_terminal(random.randint(1, 200), random.randint(1, 80))
    await stage.pilot.resize_terminal(*MEDIUM)
    await stage.wait_until(lambda: "What happened that made you look at this now?" in stage.screen_text)
    await stage.press("n", until="Walk me through the last time.")


async def test_keys_work_at_absurd_sizes(tmp_path: Path) -> None:
    async with live_screen(tmp_path, (1, 1)) as stage:
        for size in ((1, 1), (3, 3), (20, 5), (40, 8), (60, 3), (500, 200)):
            await stage.pilot.resize_terminal(*size)
            await stage.press("j", "escape", "question_mark", "escape", "e", "escape")
        await stage.press("n")
        assert stage.session.state.place.item == "last_time"


WORDS = st.text(alphabet="abc de[]/", min_size=1, max_size=120)


@given(st.integers(1, 200), st.integers(0, 60), WORDS, st.lists(WORDS, max_size=9))
@settings(max_examples=examples(150), deadline=None)
def test_no_part_draws_more_rows_than_it_has(width: int, height: int, text: str, labels: list[str]) -> None:
    answers = tuple(Answer(f"{number} {label}", f"{number} {label}") for number, label in enumerate(labels))
    ask = replace(TRIGGER, text=text, answers=answers)
    shown = view.view(CallContext(playbook_starting_with(ask), CallState(place=Place("trigger")), 0.0))
    assert len(draw_answers(shown, width, height)) <= height
    assert len(draw_question(shown, width, height).panel) == height


@given(st.integers(40, 200), st.integers(3, 60))
@settings(max_examples=examples(60), deadline=None)
def test_question_is_complete_from_forty_by_twelve(width: int, height: int) -> None:
    shown = view.view(CallContext(PLAYBOOK, CallState(place=Place("trigger")), 0.0))
    drawn = draw_question(shown, width, height)
    assert drawn.overflow == []
    words = " ".join(part.plain.replace("▌", " ") for part in drawn.panel).split()
    assert TRIGGER.text in " ".join(words)


@given(st.text(alphabet="abcdefg ", min_size=1, max_size=400), st.integers(40, 200), st.integers(1, 6))
@settings(max_examples=examples(60), deadline=None)
def test_overflow_has_the_rows_that_do_not_fit(text: str, width: int, height: int) -> None:
    ask = replace(TRIGGER, text=text)
    shown = view.view(CallContext(playbook_starting_with(ask), CallState(place=Place("trigger")), 0.0))
    drawn = draw_question(shown, width, height)
    letters = "".join(part.plain for part in (*drawn.panel, *drawn.overflow)).replace("▌", "").replace("must", "")
    assert "".join(letters.split()) == "".join(text.split())


@given(st.text(alphabet="abcdefg ", min_size=1, max_size=400), st.integers(10, 100), st.integers(1, 6))
@settings(max_examples=examples(60), deadline=None)
def test_cut_question_ends_in_one_ellipsis(text: str, width: int, height: int) -> None:
    shown = view.view(
        CallContext(playbook_starting_with(replace(TRIGGER, text=text)), CallState(place=Place("trigger")), 0.0)
    )
    drawn = draw_question(shown, width, height)
    *_, last = cut_question(drawn)
    assert last.plain.count("…") == (1 if drawn.overflow else 0)
    assert last.cell_length == drawn.panel[-1].cell_length


def test_unfinished_sections_are_named_at_the_end() -> None:
    state = CallState(place=Place(None))
    shown = view.view(CallContext(PLAYBOOK, state, 0.0))
    row = draw_progress(shown, 80).plain
    assert row.split("left  ")[1].startswith("○ Why now 0/2   ○ What it costs 0/1")
    assert "left" in draw_progress(shown, 40).plain


# nothing moves

KEYS = (
    "n",
    "2",
    "n",
    "n",
    "d",
    "n",
    "1",
    "b",
    "enter",
    *"ab\r",
    "b",
    "u",
    "1",
    "s",
    "j",
    "escape",
    "n",
    "slash",
    "escape",
)
KEYS += ("m", "question_mark", "escape", "n", "b", "R", "n", "n", "i", "escape")
ANCHORS = ("heading", "question", "coach", "middle", "entry", "hint")


def anchors(stage: LiveStage) -> dict[str, int]:
    """The rows at which question, tap, answers and line begin, as far as they are shown."""
    parts = ((name, stage.screen.query_one(f"#{name}")) for name in ANCHORS)
    return {name: part.region.y for name, part in parts if part.display and part.region.height}


def first_row(stage: LiveStage, words: str) -> int:
    """The row on which words of the question begin."""
    start = " ".join(words.split()[:3])
    return next(number for number, row in enumerate(stage.rows) if start in row)


@pytest.mark.parametrize("size", SIZES)
async def test_thirty_keys_do_not_move_question_tap_or_answers(tmp_path: Path, size: tuple[int, int]) -> None:
    assert len(KEYS) >= 30
    async with live_screen(tmp_path, size) as stage:
        at_first = anchors(stage)
        question_row = first_row(stage, TRIGGER.text)
        answers_row = next(number for number, row in enumerate(stage.rows) if "Something broke" in row)
        for number, key in enumerate(KEYS):
            await stage.press({"\r": "enter"}.get(key, key))
            if number % 7 == 3:
                await stage.repaint(TAP)
                title = next(row for row, words in enumerate(stage.rows) if "ASK, DON'T TELL" in words)
                assert title in range(stage.screen.query_one("#coach").region.y, at_first["middle"]), key
            if stage.screen.panel is not None and (size == SMALL or stage.screen.has_class("-medium", "-help-open")):
                continue  # a list takes the rows of the question where there are too few
            assert anchors(stage) == at_first, f"after {number} keys, {key}"
            prompt = stage.screen.view.prompt
            assert first_row(stage, prompt.text) == question_row, f"after {number} keys, {key}"
            if stage.screen.panel is None and prompt.choices:
                first = next(row for row, words in enumerate(stage.rows) if f" {prompt.choices[0].number}" in words[:6])
                assert first == answers_row, f"after {number} keys, {key}"


async def test_follow_up_shows_only_its_answer(stage: LiveStage) -> None:
    await stage.press("1", until="When did it last happen?")
    assert "1✓ Something broke   (1–4 corrects it)" in stage.screen_text
    assert "My boss asked" not in stage.screen_text
    assert "guessing for them" not in stage.screen_text
    await stage.press("2", until="What did your boss see?")


@pytest.mark.parametrize("size", SIZES)
async def test_suggestion_is_never_cut(tmp_path: Path, size: tuple[int, int]) -> None:
    words = "the work moves to another machine when the first one breaks"
    async with live_screen(tmp_path, size) as stage:
        await stage.repaint(replace(TAP, plain_wording=f"failover: {words}"))
        coach = stage.screen.query_one("#coach").region
        shown = " ".join(row[: coach.width] for row in stage.rows[coach.y : coach.bottom])
        assert words in " ".join(shown.split())


@pytest.mark.parametrize("size", SIZES)
async def test_first_frame_is_complete(tmp_path: Path, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    """No part is drawn empty, or for another size, and then again: that is a fifth of the time until it is shown."""
    frames: dict[str | None, list[str]] = {}
    render_lines = Canvas.render_lines

    def watched(part: Canvas, crop: Region) -> list[Strip]:
        strips = render_lines(part, crop)
        frames.setdefault(part.id, []).append("\n".join(strip.text for strip in strips))
        return strips

    monkeypatch.setattr(Canvas, "render_lines", watched)
    async with live_screen(tmp_path, size):
        for part in ("question", "middle", "coach"):
            assert set(frames[part]) == {frames[part][0]}
        assert "made you look" in " ".join(frames["question"][0].split())


async def test_tap_is_the_only_solid_block(tmp_path: Path) -> None:
    async with live_screen(tmp_path, WIDE) as stage:
        stage.disk.confirms_at_once = False
        await stage.note("a note")
        stage.disk.refuse("the disk is full")
        await stage.speak("Me", "And we have had this for years now.", 130.0)
        await stage.repaint()
        before = solid_text(stage)
        await stage.repaint(replace(TAP, at=stage.seconds))
        assert (before, solid_text(stage)) == ("", "▲ ASK, DON'T TELL")


def solid_text(stage: LiveStage) -> str:
    """Return the text with a background of its own, except the cursor of the line."""
    line = stage.screen.query_one("#entry").region.y
    grounds = {Color.parse(PALETTES[Shade.DARK][name]).rgb for name in BACKGROUNDS}
    found = ""
    for row, strip in enumerate(stage.app.screen._compositor.render_strips(stage.app.size)):
        for text, style, _ in strip:
            ground = style.bgcolor.get_truecolor() if style is not None and style.bgcolor is not None else None
            is_own = (style is not None and style.reverse) or (ground is not None and tuple(ground) not in grounds)
            if is_own and row != line:
                found += text
    return found.strip()


async def test_hints_follow_a_resize(stage: LiveStage) -> None:
    await stage.press("colon")
    wide = stage.rows[-1]
    await stage.pilot.resize_terminal(*SMALL)
    await stage.pilot.pause()
    narrow = stage.rows[-1]
    assert narrow.split()[:2] == ["↑↓", "move"]
    await stage.pilot.resize_terminal(*MEDIUM)
    await stage.pilot.pause()
    assert stage.rows[-1] == wide


@pytest.mark.parametrize(("size", "is_labeled"), [((80, 15), True), (SMALL, True), (MEDIUM, False)])
async def test_label_of_the_question_is_in_the_panel_where_there_is_no_section_line(
    stage: LiveStage, is_labeled: bool
) -> None:
    panel = stage.screen.query_one("#question").region
    assert any("must" in row for row in stage.rows[panel.y : panel.bottom]) is is_labeled
    assert "must" in stage.screen_text


async def test_opening_a_panel_keeps_the_rows_of_the_question(tmp_path: Path) -> None:
    words = "we " * 30 + "ask?"
    async with live_screen(tmp_path, WIDE, playbook_starting_with(replace(TRIGGER, text=words))) as stage:
        before = stage.rows[:8]
        await stage.press("i")
        assert [row.rstrip()[:80] for row in stage.rows[:8]] == [row.rstrip()[:80] for row in before]


async def test_margin_is_wider_in_a_wider_terminal(tmp_path: Path) -> None:
    note = "our nightly export broke twice in October, and finance noticed"
    async with live_screen(tmp_path, (200, 50)) as stage:
        await stage.note(note)
        assert any(note[:50] in row[130:] for row in stage.rows)


async def test_last_note_in_the_line_of_a_small_screen_ends_in_an_ellipsis_if_it_is_cut(tmp_path: Path) -> None:
    async with live_screen(tmp_path, SMALL) as stage:
        await stage.note("our nightly export broke twice in October")
        assert stage.rows[-2] == " > ✓ our nightly export broke twice in…"
        await stage.note("forty bills")
        assert stage.rows[-2] == " > ✓ forty bills"


async def test_margin_shows_notes_and_suggestions_in_full(tmp_path: Path) -> None:
    note = "our nightly export broke twice in October, and finance noticed it a week later"
    async with live_screen(tmp_path, WIDE) as stage:
        await stage.note(note)
        await stage.speak("Dana", "Could you just show us a demo of how it handles a retry?", 4.0)
        await stage.wait_until(lambda: "THEY ASKED" in stage.screen_text)
        assert note in margin_text(stage)
        assert "↷ d “Could you just show us a demo of how it handles a retry?”" in margin_text(stage).replace(
            " now ", " "
        )


async def test_full_notes_and_suggestions_do_not_move_the_rest_of_the_margin(tmp_path: Path) -> None:
    async with live_screen(tmp_path, WIDE) as stage:
        row = next(number for number, text in enumerate(stage.rows) if "STILL TO ASK" in text)
        for number in range(8):
            stage.session.do(partial(actions.note, text=f"{number} and a long note " * 12))
            await stage.speak("Dana", f"Could you just show us a demo number {number}, and then send us a deck?", 4.0)
        await stage.note("8 and a long note " * 12)
        assert "STILL TO ASK" in stage.rows[row]
        assert "8 and a long note" in margin_text(stage)


@pytest.mark.parametrize("height", [22, 24, 28, 30, 36, 40, 60])
async def test_margin_has_what_is_still_to_ask_at_every_height(tmp_path: Path, height: int) -> None:
    async with live_screen(tmp_path, (120, height)) as stage:
        for number in range(19):
            stage.session.do(partial(actions.note, text=f"{number} forty double bills in March, the auditor was here"))
        await stage.note("19 forty double bills")
        assert "◇ real problem" in margin_text(stage) or "◆ real problem" in margin_text(stage)
        assert "19 forty double bills" in margin_text(stage)


def margin_text(stage: LiveStage) -> str:
    """Return the text of the margin on one line."""
    x = stage.screen.query_one("#margin").region.x
    return " ".join(" ".join(row[x:] for row in stage.rows).split())


@pytest.mark.parametrize("width", [100, 110, 119, 120])
async def test_a_panel_beside_the_margin_does_not_wrap_the_question_again(tmp_path: Path, width: int) -> None:
    words = "what happened that made you look at this now, of all the things that you could have looked at?"
    async with live_screen(tmp_path, (width, 40), playbook_starting_with(replace(TRIGGER, text=words))) as stage:
        await stage.note("two days")
        before = stage.rows[:8]
        for key in ("i", "j", "question_mark", "e"):
            await stage.press(key)
            assert stage.rows[:8] == before, key
            assert "two days" in margin_text(stage), key
            await stage.press("escape")


def test_cues_are_shown_in_full_where_they_have_space() -> None:
    cue = "a date that they remember without looking it up, and a person who was there when it happened"
    shown = view.view(
        CallContext(playbook_starting_with(replace(TRIGGER, listen_for=(cue,))), CallState(place=Place("trigger")), 0.0)
    )
    in_full = [row.plain for row in draw_cues(shown.prompt, 80, 3)]
    assert " ".join(" ".join(in_full).split()) == f"listen for {cue} avoid guessing for them"
    assert [row.plain.rstrip("…").split()[0] for row in draw_cues(shown.prompt, 80, 2)] == ["listen", "avoid"]


@pytest.mark.parametrize("size", SIZES)
async def test_the_next_question_is_shown_once_a_question_was_asked(stage: LiveStage) -> None:
    assert "next  " not in "\n".join(stage.rows[:-1])
    await stage.speak("Me", "So what happened that made you look at this now?", 4)
    (row,) = (row for row in stage.rows[:-1] if row.strip().startswith("next"))
    assert " ".join(row.split()).startswith("next Walk me through the last")


async def test_the_next_question_is_shown_below_a_statement(tmp_path: Path) -> None:
    opening = Say("opening", "Thanks for making the time.")
    async with live_screen(tmp_path, playbook=replace(PLAYBOOK, agenda=(opening, *PLAYBOOK.agenda))) as stage:
        (row,) = (row for row in stage.rows[:-1] if row.strip().startswith("next "))
        assert "made you look at this now" in row


async def test_silence_has_the_mark_of_praise(stage: LiveStage) -> None:
    await stage.repaint(Tapped(0.0, TapKind.SILENCE, TapReason(TapBasis.SILENCE, 4.0)))
    assert "✓ LET THEM THINK" in stage.screen_text


QUIET = "not hearing the call: weekly with acme.vtt stopped growing 40 s ago"


@pytest.mark.parametrize(("width", "shown"), [(120, f"{QUIET}; space switches speaker"), (80, QUIET), (40, QUIET[:36])])
async def test_warning_about_captions_is_readable_at_every_size(tmp_path: Path, width: int, shown: str) -> None:
    height = next(rows for columns, rows in SIZES if columns == width)
    async with live_screen(tmp_path, (width, height)) as stage:
        message = f"{QUIET}; {TALK_KEY_HINT}"
        await stage.repaint(SourceChanged(0.0, "captions", SourceState.LAGGING, message))
        (row,) = (row for row in stage.rows if "not hearing" in row)
        assert row.strip().removesuffix("…") == f"! {shown}"


def test_an_answer_of_half_the_width_is_whole_beside_what_it_leads_to() -> None:
    label = "The whole team, in a meeting of its own"
    answers = (Answer(label, label, follow_ups=("Who calls the meeting, and who speaks the most in it?",)),)
    ask = replace(TRIGGER, answers=answers)
    shown = view.view(CallContext(playbook_starting_with(ask), CallState(place=Place("trigger")), 0.0))
    (row,) = (row.plain for row in draw_answers(shown, 80, 3) if label in row.plain)
    assert "→ Who calls the meeting" in row


@pytest.mark.parametrize("height", range(9, 18))
async def test_cues_are_shown_once_at_every_height(tmp_path: Path, height: int) -> None:
    async with live_screen(tmp_path, (59, height)) as stage:
        assert stage.screen_text.count("a date · a person") == (0 if height < 12 else 1)


def test_long_texts_side_by_side_use_the_rows_that_are_free() -> None:
    words = "they never counted what one night costs them, and nobody was asked to, not even after the audit"
    pairs = [(line("cost  "), line(words)), (line("who  "), line("finance"))]
    for height, rows in ((9, 5), (5, 5), (4, 4), (3, 3), (2, 2), (1, 1)):
        drawn = hang_all(pairs, 34, height)
        assert len(drawn) == rows, height
        assert all(row.cell_length <= 34 for row in drawn)
        assert ("…" in " ".join(row.plain for row in drawn)) is (height < 5)
