"""A call opened by the program teaches the coach about this person, and the next one begins with it."""

from __future__ import annotations

from pathlib import Path

from salesnerd_tui.call import moves
from salesnerd_tui.call.events import Cued, CueKind
from salesnerd_tui.notes.habits import CoachHabits
from salesnerd_tui.notes.notebook import Notebook
from salesnerd_tui.playbook.library import Library
from salesnerd_tui.ui.opening import Desk
from salesnerd_tui.ui.wish import Wish

KIND = CueKind.PITCHING


def waved_away_thrice(folder: Path, wish: Wish) -> None:
    notebook = Notebook(folder)
    call = Desk(Library(), notebook).open(wish)
    call.begin()
    for number in range(3):
        call.session.record(Cued(number + 1.0, KIND, "Ask, don't tell", "nobody asked"))
        call.session.do(moves.wave_away)
    call.session.close()
    notebook.settings.wait()


def test_three_waves_and_the_next_call_is_quieter(tmp_path: Path) -> None:
    waved_away_thrice(tmp_path, Wish())
    assert CoachHabits(Notebook(tmp_path).settings).pauses() == {KIND: 2}


def test_what_is_a_recording() -> None:
    assert Wish(hear="meeting.vtt").is_recording
    assert not any(wish.is_recording for wish in (Wish(), Wish(hear="-"), Wish(hear="live.vtt", follow=True)))
