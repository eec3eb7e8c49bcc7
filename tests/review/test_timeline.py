"""The timeline fits its width, is correct, and its labels never touch."""

from __future__ import annotations

import pytest
from any_events import events
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from rich.cells import cell_len

from hostile import HOSTILE
from invented_calls import PLAYBOOK, Call, dana
from salesnerd_tui.call.events import Event, Side, SourceState, TapKind
from salesnerd_tui.review.debrief.builder import build_debrief
from salesnerd_tui.review.debrief.model import Span
from salesnerd_tui.review.debrief.timeline import Scale, agenda_ribbon, bars, timeline
from salesnerd_tui.review.debrief_page import render_page, to_plain_text
from thoroughness import examples


def drawn(call: Call, width: int) -> list[str]:
    return [line.plain for line in timeline(build_debrief(call.events, PLAYBOOK), width)]


def ribbon(call: Call, width: int) -> list[str]:
    return [line.plain for line in agenda_ribbon(build_debrief(call.events, PLAYBOOK), width)]


def test_a_half_hour_call_in_80_cells() -> None:
    assert drawn(dana(), 80) == [
        "you     ▃▁▁▁▆█▇▁▁▁▁▁▁▁▁▁▁▁▁▇▄▁▁▁▁▁▁▁▁▁▁▁▁▁▁▄▃▁▁▁▁▁▁▁▁▁▁▁▁▁▁   13%   longest 1:30",
        "them    ▆███▂▁▂████▅▁▁▁▁▁▁▁▁▆█████████▃▁▁▁▁▁▇█████████▆▁▁▁▁   87%   longest 6:18",
        "        ╵0:00           ╵10:00          ╵20:00       31:00╵",
        "taps         ▲ 3:22 follow that up",
        "                            ▲ 12:15 ask, don't tell",
        "marks           ◆ 5:10",
    ]


def test_the_agenda_ribbon_is_separate() -> None:
    first, *names = ribbon(dana(), 59)
    assert first == "agenda  ────┬──────┬╌╌╌╌┬─────────────┬ Decide ────────────"
    assert names == [
        "        └ Why now  └ ↪ demo request",
        "            └ What it costs",
        "                        └ What it costs",
    ]


def test_figures_are_below_the_lanes_on_a_narrow_screen() -> None:
    lines = drawn(dana(), 40)
    assert "        you 13%   longest 1:30" in lines
    assert max(map(cell_len, lines)) <= 40


def test_section_names_are_in_the_rule_on_a_wide_screen() -> None:
    agenda = ribbon(dana(), 200)[0]
    assert "Why now ───" in agenda
    assert "┬ What it costs ──" in agenda


def test_ascii_symbols_if_requested() -> None:
    page = render_page(build_debrief(dana().events, PLAYBOOK), 80, ascii_only=True)
    assert to_plain_text(page).isascii()


def test_a_bar_shows_the_fraction_of_time_talked() -> None:
    spans = (Span(Side.ME, 0, 15), Span(Side.THEM, 15, 40))
    assert bars(spans, Side.ME, Scale(40, 4)) == (1.0, 0.5, 0.0, 0.0)
    assert bars(spans, Side.THEM, Scale(40, 4)) == (0.0, 0.5, 1.0, 1.0)


def test_taps_that_do_not_fit_are_counted() -> None:
    call = Call().i_say(0, 1800, "We do this and that with the queue.")
    for minute in range(1, 30):
        call.tapped(minute * 60.0, TapKind.MONOLOGUE)
    lines = drawn(call, 60)
    shown = sum(line.count("▲") for line in lines)
    more = next(line for line in lines if line.strip().startswith("and "))
    assert shown + int(more.split()[1]) == 29


def test_listening_gaps_are_marked() -> None:
    call = Call().they_say(0, 100, "The auditor found forty double bills.").source(300, SourceState.BROKEN, "gone")
    lines = drawn(call.ended(600, "next_step", "go"), 80)
    assert "╌" in lines[0]
    assert any("not listening" in line for line in lines)


def test_a_call_without_speech_says_no_speech() -> None:
    assert drawn(Call().ended(600, "next_step", "go"), 80)[0] == "talk    no speech"


def test_a_call_without_duration_has_no_timeline() -> None:
    assert drawn(Call(), 80) == []


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_labels_stay_on_one_line(text: str) -> None:
    result = build_debrief(dana().events, PLAYBOOK)
    path = tuple(replace(visit, label=text) for visit in result.agenda_path)
    for line in agenda_ribbon(replace(result, agenda_path=path), 80):
        assert line.cells <= 80
        assert not {char for char in line.plain if ord(char) < 0x20 or 0x7F <= ord(char) < 0xA0}


@given(events(), st.integers(40, 200))
@settings(max_examples=examples(150), deadline=None)
def test_no_line_is_wider_than_the_screen(listed: list[Event], width: int) -> None:
    assert all(line.cells <= width for line in timeline(build_debrief(listed), width))


@given(st.lists(st.floats(0, 1800), max_size=40), st.integers(40, 200))
@settings(deadline=None)
def test_labels_never_touch(taps: list[float], width: int) -> None:
    call = Call().i_say(0, 1800, "We do this and that with the queue.")
    for at in sorted(taps):
        call.tapped(at, TapKind.MONOLOGUE)
    rows = [line for line in drawn(call, width) if "hand" in line]
    assert not any("back▲" in row or "▲▲" in row or "▲hand" in row for row in rows)
