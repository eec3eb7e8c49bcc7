"""Playback of a recorded call: growing partials and the requested speed, on the call's clock."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from salesnerd_tui.call.events import Heard, Side, SourceChanged, SourceState
from salesnerd_tui.speech.recording import FileSource
from salesnerd_tui.speech.sides import Sides
from salesnerd_tui.speech.source import CallClock, ReadProgress, SourceEvent, SpeakersFound

RECORDED = """WEBVTT

00:00:01.000 --> 00:00:05.000
<v Ana>So what happened that made you look now

00:00:05.500 --> 00:00:07.500
<v Bo>Our nightly import broke twice
"""


class Meanwhile:
    """Real time that passes only while a source waits; `hook` gets the number of each wait."""

    def __init__(self) -> None:
        self.real = 0.0
        self.waits: list[float] = []
        self.stopped_at = float("inf")
        self.hook: Callable[[int], None] = lambda count: None

    def now(self) -> float:
        return self.real

    def wait(self, timeout: float) -> bool:
        self.waits.append(timeout)
        self.hook(len(self.waits))
        self.real += timeout
        return self.is_set()

    def is_set(self) -> bool:
        return self.real >= self.stopped_at


class Played:
    """The events of a file source, with their real times."""

    def __init__(self, path: Path, speed: float = 1.0, me: str = "Ana", begin: float = 0.0) -> None:
        self.meanwhile = Meanwhile()
        self.sides = Sides([me] if me else [])
        self.source = FileSource(path, self.sides, speed, begin)
        self.clock = CallClock(speed, self.meanwhile.now)
        self.events: list[SourceEvent] = []
        self.at_real: list[float] = []
        self.event_costs = 0.0
        if path.exists():
            self.source.transcript  # noqa: B018 - read before the call, as for every short recording

    def emit(self, event: SourceEvent) -> None:
        self.events.append(event)
        self.at_real.append(self.meanwhile.real)
        self.meanwhile.real += self.event_costs

    def run(self) -> Played:
        self.source.run(self.emit, self.clock, self.meanwhile)
        return self

    @property
    def heard(self) -> list[Heard]:
        return [event for event in self.events if isinstance(event, Heard)]

    @property
    def reported(self) -> list[SourceChanged]:
        return [event for event in self.events if isinstance(event, SourceChanged)]


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    path = tmp_path / "call.vtt"
    path.write_text(RECORDED)
    return path


def test_words_grow_every_second_and_end_with_a_final(recording: Path) -> None:
    first = [event for event in Played(recording).run().heard if event.utterance == 0]
    assert [(event.at, event.text, event.final) for event in first] == [
        (2.0, "So what", False),
        (3.0, "So what happened that", False),
        (4.0, "So what happened that made you", False),
        (5.0, "So what happened that made you look now", True),
    ]
    assert [(event.start, event.end) for event in first] == [(1.0, 2.0), (1.0, 3.0), (1.0, 4.0), (1.0, 5.0)]


def test_sides_and_turns_come_with_the_words(recording: Path) -> None:
    finals = [event for event in Played(recording).run().heard if event.final]
    assert [(event.side, event.speaker, event.turn) for event in finals] == [(Side.ME, "Ana", 0), (Side.THEM, "Bo", 1)]


def test_at_twenty_times_the_pace_call_seconds_stay_the_same(recording: Path) -> None:
    once, fast = Played(recording).run(), Played(recording, speed=20).run()
    assert fast.heard == once.heard
    assert once.at_real[-1] == pytest.approx(7.5)
    assert fast.at_real[-1] == pytest.approx(7.5 / 20)
    assert fast.clock() == pytest.approx(7.5)


def test_the_beginning_and_the_end_are_reported(recording: Path) -> None:
    reported = Played(recording, speed=20).run().reported
    assert [event.state for event in reported] == [SourceState.LISTENING, SourceState.ENDED]
    assert "20 times" in reported[0].message
    assert "WebVTT" in reported[0].message


def test_a_missing_file_breaks_the_source_and_not_the_call(tmp_path: Path) -> None:
    reported = Played(tmp_path / "none.vtt").run().reported
    assert [event.state for event in reported] == [SourceState.BROKEN]
    assert "no such file" in reported[0].message
    assert "space" in reported[0].message


def test_a_screen_that_is_behind_is_warned_and_gets_no_partials(recording: Path) -> None:
    played = Played(recording)
    played.event_costs = 4.0
    played.run()
    assert SourceState.LAGGING in [event.state for event in played.reported]
    assert [event.text for event in played.heard if event.final] == [
        "So what happened that made you look now",
        "Our nightly import broke twice",
    ]
    assert len(played.heard) < len(Played(recording).run().heard)


def test_catching_up_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "call.txt"
    path.write_text("\n".join(f"Ana: one two three four five six seven {number}" for number in range(20)))
    played = Played(path)
    played.event_costs = 5.0

    def emit(event: SourceEvent) -> None:
        if len(played.events) > 3:
            played.event_costs = 0.0
        played.emit(event)

    played.source.run(emit, played.clock, played.meanwhile)
    states = [event.state for event in played.reported]
    assert states == [SourceState.LISTENING, SourceState.LAGGING, SourceState.LISTENING, SourceState.ENDED]


def test_stopping_ends_it_at_once(recording: Path) -> None:
    played = Played(recording)
    played.meanwhile.stopped_at = 2.2
    played.run()
    assert [event.at for event in played.heard] == [2.0]
    assert played.reported[-1].state is SourceState.LISTENING


def test_a_speaker_chosen_during_the_call_applies_from_then_on(recording: Path) -> None:
    played = Played(recording, me="")

    def emit(event: SourceEvent) -> None:
        played.emit(event)
        if isinstance(event, Heard) and event.at == 3.0:
            played.sides.choose(["bo"])

    played.source.run(emit, played.clock, played.meanwhile)
    assert {event.side for event in played.heard if event.at <= 3.0} == {Side.NOBODY}
    assert {(event.speaker, event.side) for event in played.heard if event.at > 3.0} == {
        ("Ana", Side.THEM),
        ("Bo", Side.ME),
    }


def test_a_resumed_call_does_not_repeat_what_it_heard(recording: Path) -> None:
    played = Played(recording, begin=5.2)
    played.clock.resume_from(5.2)
    played.run()
    assert {event.speaker for event in played.heard} == {"Bo"}
    assert played.at_real[-1] == pytest.approx(2.3)


def test_a_resumed_call_does_not_repeat_its_last_utterance(recording: Path) -> None:
    whole = Played(recording)
    whole.run()
    first, *rest = [event for event in whole.heard if event.final]
    resumed = Played(recording, begin=first.at)
    resumed.clock.resume_from(first.at)
    resumed.run()
    assert [event for event in resumed.heard if event.final] == rest


def test_a_paused_call_waits(recording: Path) -> None:
    played = Played(recording)

    def pauses(waits: int) -> None:
        if waits == 4:
            played.clock.pause()
        if waits == 40:
            played.clock.resume()

    played.meanwhile.hook = pauses
    played.run()
    assert played.heard[-1].at == 7.5
    assert played.clock() == pytest.approx(7.5)
    assert played.at_real[-1] > 12


class TestReadingDuringTheCall:
    """A long recording is read on the source's thread, after the screen is up."""

    @staticmethod
    def deferred(path: Path, sides: Sides, me: tuple[str, ...] = ()) -> Played:
        played = Played(path, me="")
        played.sides = sides
        played.source = FileSource(path, sides, user_names=me)
        return played

    @pytest.fixture
    def long_recording(self, tmp_path: Path) -> Path:
        path = tmp_path / "long.txt"
        path.write_text(
            "".join(f"{'Ana' if n % 2 else 'Bo'}: sentence number {n} of a long call\n" for n in range(3000))
        )
        return path

    def test_shows_growing_progress_and_then_plays_from_the_first_word(self, long_recording: Path) -> None:
        played = self.deferred(long_recording, Sides(["Ana"]))
        played.meanwhile.stopped_at = 5.0
        played.run()
        progress = [event.message for event in played.events if isinstance(event, ReadProgress)]
        shares = [int(message.rpartition(" ")[2].rstrip("%")) for message in progress[:-1]]
        assert shares == sorted(shares)
        assert shares[0] == 0
        assert shares[-1] == 100
        assert len(shares) > 5
        assert "reading long.txt (" in progress[0]
        assert progress[-1] == "", "the message is cleared"
        first = next(event for event in played.events if not isinstance(event, ReadProgress))
        assert isinstance(first, SourceChanged)
        assert first.state is SourceState.LISTENING
        assert played.heard[0].text == "sentence number"

    def test_stops_the_clock_of_the_call(self, long_recording: Path) -> None:
        played = self.deferred(long_recording, Sides(["Ana"]))
        readings: list[tuple[float, bool]] = []

        def emit(event: SourceEvent) -> None:
            if isinstance(event, ReadProgress):
                played.meanwhile.real += 1.0
                readings.append((played.clock(), played.clock.is_paused))
            else:
                played.meanwhile.stopped_at = 0.0

        played.source.run(emit, played.clock, played.meanwhile)
        assert set(readings) == {(0.0, True)}
        assert not played.clock.is_paused

    def test_asks_which_speaker_is_the_user_and_waits_for_the_answer(self, long_recording: Path) -> None:
        played = self.deferred(long_recording, Sides())
        found: list[SpeakersFound] = []

        def emit(event: SourceEvent) -> None:
            played.emit(event)
            if isinstance(event, SpeakersFound):
                found.append(event)

        def answers(waits: int) -> None:
            if waits == 4:
                assert not played.heard, "nothing is played before the answer"
                played.sides.choose(["Ana"])
                played.clock.resume()
            played.meanwhile.stopped_at = played.meanwhile.real if waits > 40 else float("inf")

        played.meanwhile.hook = answers
        played.source.run(emit, played.clock, played.meanwhile)
        assert found == [SpeakersFound(("Bo", "Ana"), "Bo")]
        assert {event.side for event in played.heard} <= {Side.ME, Side.THEM}
        assert played.heard

    def test_finds_the_user_by_the_name_that_was_given(self, long_recording: Path) -> None:
        played = self.deferred(long_recording, Sides(["ana"]), me=("ana",))
        played.meanwhile.stopped_at = 3.0
        played.run()
        assert played.sides.side_of("Ana") is Side.ME
        assert not [event for event in played.events if isinstance(event, SpeakersFound)]

    def test_reports_a_name_that_nobody_has(self, long_recording: Path) -> None:
        played = self.deferred(long_recording, Sides(["Zoe"]), me=("Zoe",)).run()
        assert [event.state for event in played.reported] == [SourceState.BROKEN]
        assert "unknown speaker 'Zoe'" in played.reported[0].message
        assert not played.clock.is_paused

    def test_ends_at_once_with_the_call(self, long_recording: Path) -> None:
        played = self.deferred(long_recording, Sides(["Ana"]))
        played.meanwhile.stopped_at = 0.0
        assert played.run().events == []

    def test_reports_a_file_that_vanished_meanwhile(self, long_recording: Path) -> None:
        played = self.deferred(long_recording, Sides(["Ana"]))
        long_recording.unlink()
        played.run()
        assert [event.state for event in played.reported] == [SourceState.BROKEN]
