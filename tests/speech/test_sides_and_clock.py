"""Sides, the call clock, the talk key, and a source that fails."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesnerd_tui.call.events import FloorTaken, Side, SourceChanged, SourceState
from salesnerd_tui.speech.sides import CurrentSpeaker, Sides, UnknownSpeaker, resolve_speakers, suggest_user
from salesnerd_tui.speech.source import CallClock, Emit, SourceEvent, SourceThread, StopSignal, run_guarded
from salesnerd_tui.speech.transcripts.read import read_transcript


class TestSides:
    def test_names_ignore_case_and_spaces(self) -> None:
        sides = Sides(["ana  SILVA", "Bo"])
        assert sides.side_of("Ana Silva ") is Side.ME
        assert sides.side_of("BO") is Side.ME
        assert sides.side_of("Cy") is Side.THEM

    def test_without_a_choice_nobody_has_a_side(self) -> None:
        assert not Sides().is_chosen
        sides = Sides()
        assert sides.side_of("Ana") is Side.NOBODY
        sides.choose(["Ana"])
        assert sides.is_chosen
        assert sides.side_of("Ana") is Side.ME

    def test_an_unnamed_speaker_has_no_side(self) -> None:
        assert Sides(["Ana"]).side_of(" ") is Side.NOBODY

    @pytest.mark.parametrize(
        ("speakers", "me"),
        [
            (["Bo", "Ana (Host)"], "Ana (Host)"),
            (["customer", "team"], "team"),
            (["Them", "Me"], "Me"),
            (["Bo", "Ana"], "Bo"),
            ([], None),
        ],
    )
    def test_the_likely_user_is_suggested(self, speakers: list[str], me: str | None) -> None:
        assert suggest_user(read_transcript("".join(f"{who}: hello\n" for who in speakers))) == me

    def test_an_unknown_name_is_reported_with_the_speakers(self) -> None:
        resolve_speakers(["ana"], ["Ana", "Bo"])
        with pytest.raises(UnknownSpeaker, match=r"unknown speaker 'Anna' \(did you mean 'Ana'\? speakers: Ana, Bo\)"):
            resolve_speakers(["Ana", "Anna"], ["Ana", "Bo"])
        with pytest.raises(UnknownSpeaker, match=r"speakers: Wolf, Dana; Rami\)"):
            resolve_speakers(["Bo"], ["Wolf, Dana", "Rami"])
        with pytest.raises(UnknownSpeaker, match="speakers: none"):
            resolve_speakers(["Ana"], [])


class Real:
    """Real seconds, set by the test."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


class TestClock:
    def test_it_runs_as_fast_as_the_replay(self) -> None:
        real = Real()
        clock = CallClock(20, real)
        real.seconds += 3
        assert clock() == 60.0
        assert clock.real_seconds(60.0) == 3.0

    def test_a_pause_stops_the_clock(self) -> None:
        real = Real()
        clock = CallClock(2, real)
        real.seconds += 5
        clock.pause()
        real.seconds += 100
        assert clock() == 10.0
        assert clock.is_paused
        clock.pause()
        clock.resume()
        real.seconds += 1
        assert clock() == 12.0
        clock.resume()
        assert clock() == 12.0

    def test_an_interrupted_call_resumes_at_its_time(self) -> None:
        real = Real()
        clock = CallClock(now=real)
        clock.pause()
        clock.resume_from(754.5)
        real.seconds += 1
        assert clock() == 755.5
        clock.resume_from(-3)
        assert clock() == 0.0

    @pytest.mark.parametrize("speed", [0, -1, 1001, float("nan")])
    def test_an_invalid_speed_is_refused(self, speed: float) -> None:
        with pytest.raises(ValueError, match="invalid speed"):
            CallClock(speed)

    @given(st.lists(st.tuples(st.sampled_from(["wait", "pause", "go_on"]), st.floats(0, 100)), max_size=30))
    def test_it_never_goes_back(self, steps: list[tuple[str, float]]) -> None:
        real = Real()
        clock = CallClock(20, real)
        before = clock()
        for act, seconds in steps:
            real.seconds += seconds
            if act == "pause":
                clock.pause()
            elif act == "go_on":
                clock.resume()
            after = clock()
            assert after >= before
            before = after


class TestCurrentSpeaker:
    def test_the_talk_key_switches_sides(self) -> None:
        current = CurrentSpeaker()
        assert [current.press_talk_key(1.0), current.press_talk_key(2.0), current.press_talk_key(3.0)] == [
            FloorTaken(1.0, Side.ME),
            FloorTaken(2.0, Side.THEM),
            FloorTaken(3.0, Side.ME),
        ]

    def test_the_side_that_was_heard_talks(self) -> None:
        current = CurrentSpeaker()
        current.update(FloorTaken(1.0, Side.ME))
        current.update(FloorTaken(2.0, Side.NOBODY))
        assert current.side_at(3.0) is Side.NOBODY
        assert current.press_talk_key(4.0).side is Side.THEM


class Failing:
    """Source that raises."""

    name = "mic"
    speed = 1.0

    def run(self, emit: Emit, clock: CallClock, stop: StopSignal) -> None:
        raise ZeroDivisionError


class Patient:
    """Source that waits until it is stopped."""

    name = "patient"
    speed = 1.0

    def __init__(self) -> None:
        self.started = threading.Event()
        self.ended = threading.Event()

    def run(self, emit: Emit, clock: CallClock, stop: StopSignal) -> None:
        self.started.set()
        stop.wait(60)
        self.ended.set()


def test_a_failing_source_does_not_end_the_call(capfd: pytest.CaptureFixture[str]) -> None:
    events: list[SourceEvent] = []
    run_guarded(Failing(), events.append, CallClock(now=Real()), threading.Event())
    assert [(event.state, event.source) for event in events if isinstance(event, SourceChanged)] == [
        (SourceState.BROKEN, "mic")
    ]
    assert capfd.readouterr() == ("", "")


def test_a_source_runs_on_its_thread_until_stopped() -> None:
    source = Patient()
    listening = SourceThread(source, lambda event: None, CallClock())
    listening.start()
    assert source.started.wait(10)
    listening.stop(10)
    assert source.ended.is_set()
    listening.stop()
