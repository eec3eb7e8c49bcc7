"""Three designed sizes, and every size between and beyond: nothing jumps, nothing is torn, nothing crashes."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from live_stage import MIDDLE, PLAYBOOK, SIZES, SMALL, TRIGGER, WIDE, Stage, on_stage, with_first
from salesnerd_tui.call import view
from salesnerd_tui.call.actions import CallContext
from salesnerd_tui.call.events import Dismissal, Dismissed, Place, TapKind, Tapped
from salesnerd_tui.call.state import CallState
from salesnerd_tui.playbook.model import Answer
from salesnerd_tui.tui.render.prompt import draw_prompt
from tap_reasons import recorded
from thoroughness import examples

TAP = Tapped(0.0, TapKind.OVER_EXPLAINING, recorded("48 s on features, nobody asked"), "", "Whose hours?")


def tap(stage: Stage) -> None:
    stage.session.record(TAP)
    stage.screen.changed()


@pytest.mark.parametrize("size", SIZES)
async def test_each_size_has_question_answers_tap_and_line(tmp_path: Path, size: tuple[int, int]) -> None:
    async with on_stage(tmp_path, size) as stage:
        tap(stage)
        await stage.pilot.pause()
        shown = " ".join(stage.shown.replace("▌", " ").split())
        assert "made you look" in shown
        for wanted in (
            "1",
            "Something broke",
            "4",
            "You called me",
            "ASK, DON'T TELL",
            "48 s on features",
            ">",
            "help",
        ):
            assert wanted in shown
        assert all(len(row) <= size[0] for row in stage.rows)


async def test_wide_and_middle_show_what_answers_lead_to(tmp_path: Path) -> None:
    for size in (WIDE, MIDDLE):
        async with on_stage(tmp_path, size) as stage:
            assert "→ When did it last happen?" in stage.shown
            assert "listen for" in stage.shown


async def test_the_smallest_keeps_the_detours_in_reach(tmp_path: Path) -> None:
    async with on_stage(tmp_path, SMALL) as stage:
        assert "dR detour" in stage.shown


@pytest.mark.parametrize("size", SIZES)
async def test_a_tap_moves_nothing(tmp_path: Path, size: tuple[int, int]) -> None:
    async with on_stage(tmp_path, size) as stage:
        before = stage.rows
        tap(stage)
        await stage.pilot.pause()
        changed = [number for number, (old, new) in enumerate(zip(before, stage.rows, strict=True)) if old != new]
        coach = stage.screen.query_one("#coach").region
        assert changed
        assert all(coach.y <= number < coach.bottom for number in changed)


async def test_handing_the_floor_back_is_shown_as_a_success(tmp_path: Path) -> None:
    async with on_stage(tmp_path) as stage:
        tap(stage)
        stage.session.record(Dismissed(1.0, TapKind.OVER_EXPLAINING, Dismissal.HANDED_BACK))
        stage.seconds = 1.0
        stage.screen.changed()
        await stage.pilot.pause()
        assert "✓ HANDED BACK" in stage.shown
        stage.seconds = 30.0
        stage.screen.changed()
        await stage.pilot.pause()
        assert "HANDED BACK" not in stage.shown


async def test_nothing_new_appears_while_they_talk(tmp_path: Path) -> None:
    async with on_stage(tmp_path) as stage:
        await stage.says("Dana", "We had forty double bills in March and I was up all night", 40.0)
        before = stage.rows[2:]
        await stage.says("Dana", "and then the auditor came and asked for every single one of them", 40.0)
        assert stage.rows[2:] == before


async def test_the_share_of_talk_is_on_the_first_line(tmp_path: Path) -> None:
    async with on_stage(tmp_path) as stage:
        await stage.says("Me", "What happened that made you look at this now?", 10.0)
        await stage.says("Dana", "We had forty double bills in March, and the auditor found them.", 30.0)
        stage.screen.changed()
        await stage.pilot.pause()
        assert "you 25%" in stage.rows[0]
        assert "they talk" in stage.rows[0]
        assert "00:40" in stage.rows[0]


async def test_no_sound_is_a_notice_at_the_start_and_a_dim_word_later(tmp_path: Path) -> None:
    async with on_stage(tmp_path) as stage:
        assert "no sound: space switches speaker" in stage.rows[1]
        stage.seconds = 30.0
        stage.screen.changed()
        await stage.pilot.pause()
        assert "no sound" not in stage.rows[1]
        assert "no sound" in stage.rows[0]
        await stage.press("space")
        stage.seconds = 40.0
        stage.screen._tick()
        stage.screen.changed()
        await stage.pilot.pause()
        assert "no sound" not in stage.shown


async def test_nobody_is_shown_as_talking_after_a_silence(tmp_path: Path) -> None:
    async with on_stage(tmp_path) as stage:
        await stage.says("Dana", "We had forty double bills in March and I was up all night", 10.0)
        await stage.sees("they talk", row=0)
        stage.seconds += 6
        stage.screen.changed()
        await stage.sees("·", row=0)
        assert "they talk" not in stage.rows[0]


@pytest.mark.thorough
async def test_a_storm_of_sizes_ends_in_the_right_drawing(tmp_path: Path) -> None:
    async with on_stage(tmp_path) as stage:
        random = Random(7)
        for _ in range(60):
            await stage.pilot.resize_terminal(random.randint(1, 200), random.randint(1, 80))
        await stage.pilot.resize_terminal(*MIDDLE)
        await stage.until(lambda: "What happened that made you look at this now?" in stage.shown)
        await stage.press("n")
        assert "Walk me through the last time." in stage.shown


@pytest.mark.parametrize("size", [(1, 1), (3, 3), (20, 5), (40, 8), (60, 3), (500, 200)])
async def test_even_absurd_sizes_take_keys(tmp_path: Path, size: tuple[int, int]) -> None:
    async with on_stage(tmp_path, size) as stage:
        await stage.press("j", "escape", "question_mark", "escape", "e", "escape", "n")
        assert stage.session.state.place.item == "last_time"


WORDS = st.text(alphabet="abc de[]/", min_size=1, max_size=120)


@given(st.integers(1, 200), st.integers(1, 60), WORDS, st.lists(WORDS, max_size=9))
@settings(max_examples=examples(150), deadline=None)
def test_the_middle_never_needs_more_than_it_is_given(width: int, height: int, text: str, labels: list[str]) -> None:
    answers = tuple(Answer(f"{number} {label}", f"{number} {label}") for number, label in enumerate(labels))
    ask = replace(TRIGGER, text=text, answers=answers)
    shown = view.view(CallContext(with_first(ask), CallState(place=Place("trigger")), 0.0))
    lines = draw_prompt(shown, width, height)
    assert len(lines) <= height


@given(st.integers(40, 200), st.integers(7, 60))
@settings(max_examples=examples(60), deadline=None)
def test_the_question_is_whole_from_forty_by_twelve_on(width: int, height: int) -> None:
    shown = view.view(CallContext(PLAYBOOK, CallState(place=Place("trigger")), 0.0))
    drawn = " ".join(part.plain.replace("▌", " ") for part in draw_prompt(shown, width, height))
    words = drawn.replace("MUST", "").split()
    assert " ".join(TRIGGER.text.split()) in " ".join(words)
