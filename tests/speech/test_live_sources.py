"""Captions that another program writes during the call, to a file or a pipe."""

from __future__ import annotations

import os
import select
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from salesnerd_tui.call.events import Heard, Side, SourceChanged, SourceState
from salesnerd_tui.speech.live_sources import FollowSource, StdinSource
from salesnerd_tui.speech.sides import Sides
from salesnerd_tui.speech.source import CallClock, SourceEvent

Action = Callable[[], object]


class Script:
    """Scripted actions by second; time passes only while a source waits."""

    def __init__(self, actions: dict[float, Action], until: float) -> None:
        self.now = 100.0
        self.started_at = self.now
        self._actions = sorted(actions.items())
        self._until = until

    def seconds(self) -> float:
        return self.now

    def wait(self, timeout: float) -> bool:
        self.now += timeout
        while self._actions and self._actions[0][0] <= self.now - self.started_at + 1e-9:
            self._actions.pop(0)[1]()
        return self.is_set()

    def is_set(self) -> bool:
        return self.now - self.started_at >= self._until


class Call:
    """Call that listens to a source while a script runs."""

    def __init__(self) -> None:
        self.sides = Sides(["Ana"])
        self.events: list[SourceEvent] = []
        self.clock: CallClock | None = None

    def follow(self, path: Path, actions: dict[float, Action], until: float = 20.0) -> Call:
        script = Script(actions, until)
        self.clock = CallClock(now=script.seconds)
        FollowSource(path, self.sides, now=script.seconds).run(self.events.append, self.clock, script)
        return self

    def clock_action(self, act: str) -> Action:
        """Return an action on the clock of the call."""
        return lambda: getattr(self.clock, act)()

    @property
    def said(self) -> list[tuple[str, str]]:
        return [(event.speaker, event.text or "") for event in self.heard if event.final]

    @property
    def heard(self) -> list[Heard]:
        return [event for event in self.events if isinstance(event, Heard)]

    @property
    def states(self) -> list[SourceState]:
        return [event.state for event in self.events if isinstance(event, SourceChanged)]

    @property
    def messages(self) -> list[str]:
        return [event.message for event in self.events if isinstance(event, SourceChanged)]


def cue(second: int, who: str, text: str) -> str:
    """Return a caption of one second."""
    minute, rest = divmod(second, 60)
    return f"00:{minute:02}:{rest:02}.000 --> 00:{minute:02}:{rest + 1:02}.000\n<v {who}>{text}\n\n"


def append(path: Path, text: str) -> Action:
    def act() -> None:
        with path.open("a", encoding="utf-8") as file:
            file.write(text)

    return act


@pytest.fixture
def captions(tmp_path: Path) -> Path:
    path = tmp_path / "captions.vtt"
    path.write_text("WEBVTT\n\n")
    return path


def test_each_caption_is_heard_once_soon_after_it_was_written(captions: Path) -> None:
    call = Call().follow(
        captions,
        {2.0: append(captions, cue(61, "Ana", "What happened?")), 5.0: append(captions, cue(64, "Bo", "It broke"))},
    )
    assert call.said == [("Ana", "What happened?"), ("Bo", "It broke")]
    assert [event.side for event in call.heard] == [Side.ME, Side.THEM]
    assert [event.at for event in call.heard] == pytest.approx([2.0, 5.0], abs=0.11)


def test_caption_times_are_aligned_with_the_call_clock(captions: Path) -> None:
    call = Call().follow(
        captions, {4.0: append(captions, cue(600, "Ana", "What?")), 9.0: append(captions, cue(605, "Bo", "It broke"))}
    )
    assert [event.start for event in call.heard] == pytest.approx([3.0, 8.0], abs=0.11)
    assert [event.end for event in call.heard] == pytest.approx([4.0, 9.0], abs=0.11)


def test_lines_without_times_are_timed_by_their_arrival(tmp_path: Path) -> None:
    path = tmp_path / "talk.txt"
    path.write_text("")
    call = Call().follow(path, {10.0: append(path, "Ana: one two three four five\n")})
    final = call.heard[-1]
    assert final.final
    assert final.start == pytest.approx(8.0, abs=0.11)
    assert final.end == pytest.approx(11.1, abs=0.2)


def test_existing_content_is_not_heard(captions: Path) -> None:
    captions.write_text("WEBVTT\n\n" + cue(1, "Ana", "yesterday"))
    call = Call().follow(captions, {2.0: append(captions, cue(5, "Bo", "today"))})
    assert call.said == [("Bo", "today")]
    assert "from here on" in call.messages[0]


def test_a_caption_that_is_rewritten_as_it_grows_is_one_utterance(captions: Path) -> None:
    head = "WEBVTT\n\n"
    call = Call().follow(
        captions,
        {
            1.0: lambda: captions.write_text(head + "00:01.000 --> 00:02.000\n<v Bo>Our import"),
            1.5: lambda: captions.write_text(head + "00:01.000 --> 00:02.500\n<v Bo>Our import broke"),
            2.0: lambda: captions.write_text(head + "00:01.000 --> 00:03.000\n<v Bo>Our import broke twice"),
        },
    )
    assert [(event.utterance, event.text, event.final) for event in call.heard] == [
        (0, "Our import", False),
        (0, "Our import broke", False),
        (0, "Our import broke twice", False),
        (0, "Our import broke twice", True),
    ]
    assert call.heard[-1].at == pytest.approx(3.0, abs=0.31)


def test_a_missing_file_is_awaited(captions: Path) -> None:
    captions.unlink()
    call = Call().follow(captions, {3.0: lambda: captions.write_text("WEBVTT\n\n" + cue(1, "Bo", "hello"))})
    assert call.states == [SourceState.BROKEN, SourceState.LISTENING]
    assert call.messages[0] == "captions.vtt does not exist yet: waiting for it; use space to show who talks"
    assert call.said == [("Bo", "hello")]


def test_a_deleted_file_is_reported_once_until_it_is_back(captions: Path) -> None:
    call = Call().follow(
        captions,
        {
            1.0: append(captions, cue(1, "Ana", "before")),
            3.0: captions.unlink,
            9.0: lambda: captions.write_text("WEBVTT\n\n" + cue(1, "Ana", "before") + cue(9, "Bo", "after")),
        },
    )
    assert call.states == [SourceState.LISTENING, SourceState.BROKEN, SourceState.LISTENING]
    assert "is gone" in call.messages[1]
    assert call.said == [("Ana", "before"), ("Bo", "after")]


def test_a_file_moved_away_and_back_works_again(captions: Path) -> None:
    aside = captions.with_suffix(".aside")
    call = Call().follow(captions, {1.0: lambda: captions.rename(aside), 2.0: lambda: aside.rename(captions)})
    assert call.states == [SourceState.LISTENING, SourceState.BROKEN, SourceState.LISTENING]


def test_a_rotated_file_is_heard_from_its_beginning(captions: Path) -> None:

    def rotate() -> None:
        captions.rename(captions.with_suffix(".1"))
        captions.write_text("WEBVTT\n\n" + cue(1, "Bo", "a new part"))

    call = Call().follow(captions, {1.0: append(captions, cue(100, "Ana", "an old part")), 3.0: rotate})
    assert call.said == [("Ana", "an old part"), ("Bo", "a new part")]


def test_a_truncated_and_rewritten_file_repeats_nothing(captions: Path) -> None:
    old = cue(1, "Ana", "one") + cue(3, "Bo", "two")
    call = Call().follow(
        captions,
        {
            1.0: append(captions, old),
            2.0: lambda: captions.write_text(""),
            3.0: lambda: captions.write_text("WEBVTT\n\n" + old + cue(5, "Ana", "three")),
        },
    )
    assert call.said == [("Ana", "one"), ("Bo", "two"), ("Ana", "three")]


def test_a_longer_file_of_the_same_name_is_detected(captions: Path) -> None:
    other = "WEBVTT\n\n" + "".join(cue(second, "Cy", f"other {second}") for second in range(20, 26, 2))
    call = Call().follow(
        captions,
        {1.0: append(captions, cue(1, "Ana", "one") + cue(3, "Bo", "two")), 2.0: lambda: captions.write_text(other)},
    )
    assert call.said[2:] == [("Cy", "other 20"), ("Cy", "other 22"), ("Cy", "other 24")]


def test_a_file_that_stops_growing_and_its_return_are_reported(captions: Path) -> None:
    call = Call().follow(
        captions,
        {1.0: append(captions, cue(1, "Ana", "one")), 60.0: append(captions, cue(60, "Bo", "two"))},
        until=70.0,
    )
    assert call.states == [SourceState.LISTENING, SourceState.LAGGING, SourceState.LISTENING]
    assert (
        call.messages[1] == "not hearing the call: captions.vtt stopped growing 40 s ago; use space to show who talks"
    )


@pytest.mark.parametrize(("delays", "late"), [((1, 1, 6, 6), ["captions.vtt is 5 s behind the call"]), ((1, 6, 1), [])])
def test_two_late_captions_in_a_row_are_reported(captions: Path, delays: Sequence[int], late: list[str]) -> None:
    times = enumerate(delays, 1)
    call = Call().follow(
        captions, {2.0 * at + delay: append(captions, cue(2 * at, "Ana", f"at {at}")) for at, delay in times}
    )
    assert call.states == [SourceState.LISTENING, *(SourceState.LAGGING for _ in late)]
    assert call.messages[1:] == late


def test_a_path_that_cannot_be_followed_is_reported(tmp_path: Path) -> None:
    fifo = tmp_path / "pipe"
    os.mkfifo(fifo)
    assert "pipe it with --listen -" in Call().follow(fifo, {}, until=1.0).messages[0]
    folder = Call().follow(tmp_path, {}, until=1.0)
    assert folder.states == [SourceState.BROKEN]


def test_a_paused_call_hears_and_stores_nothing(captions: Path) -> None:
    call = Call()
    call.follow(
        captions,
        {
            1.0: append(captions, cue(1, "Ana", "one")),
            2.0: call.clock_action("pause"),
            3.0: append(captions, cue(3, "Bo", "between us")),
            4.0: call.clock_action("resume"),
            5.0: append(captions, cue(5, "Ana", "two")),
        },
    )
    assert call.said == [("Ana", "one"), ("Ana", "two")]


def test_words_of_a_pause_are_not_stored_after_it(captions: Path) -> None:
    """A sentence that grows caption by caption is final long after it began."""
    call = Call()

    def speak(second: float, who: str, text: str) -> Action:
        return append(captions, f"00:00:{second:06.3f} --> 00:00:{second + 0.5:06.3f}\n<v {who}>{text}\n\n")

    call.follow(
        captions,
        {
            1.0: speak(1.0, "Bo", "we lost"),
            1.5: speak(1.5, "Bo", "we lost two"),
            2.0: speak(2.0, "Bo", "we lost two days."),
            2.5: speak(2.5, "Ana", "before the"),
            2.8: call.clock_action("pause"),
            3.0: speak(3.0, "Ana", "before the pause this is between us"),
            3.5: speak(3.5, "Bo", "what a secret"),
            3.8: call.clock_action("resume"),
            4.0: speak(4.0, "Bo", "what a secret that we keep"),
            4.5: speak(4.5, "Ana", "And now."),
            5.0: speak(6.0, "Bo", "a word"),
        },
    )
    assert call.said == [
        ("Bo", "we lost"),
        ("Bo", "two days."),
        ("Ana", "before the"),
        ("Ana", "And now."),
        ("Bo", "a word"),
    ]


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    reading, writing = os.pipe()
    yield reading, writing
    os.close(reading)


def pipes(call: Call, reading: int, actions: dict[float, Action], until: float = 20.0) -> Call:
    """Listen to a pipe while a script runs; waiting for bytes advances the script."""
    script = Script(actions, until)

    def there(_: int, seconds: float) -> bool:
        if select.select([reading], [], [], 0)[0]:
            return True
        script.wait(seconds)
        return False

    source = StdinSource(call.sides, reading, has_bytes=there, now=script.seconds)
    source.run(call.events.append, CallClock(now=script.seconds), script)
    return call


def test_a_pipe_is_heard_line_by_line_and_its_end_is_reported(pipe: tuple[int, int]) -> None:
    reading, writing = pipe
    call = pipes(
        Call(),
        reading,
        {
            1.0: lambda: os.write(writing, b"Ana: what happ"),
            2.0: lambda: os.write(writing, b"ened?\nBo: it bro"),
            3.0: lambda: os.write(writing, b"ke\n"),
            5.0: lambda: os.write(writing, b"Ana: when?"),
            9.0: lambda: os.close(writing),
        },
    )
    assert call.said == [("Ana", "what happened?"), ("Bo", "it broke"), ("Ana", "when?")]
    assert call.states == [SourceState.LISTENING, SourceState.ENDED]


def test_a_pipe_without_an_end_stops_when_the_call_does(pipe: tuple[int, int]) -> None:
    reading, writing = pipe
    call = pipes(Call(), reading, {1.0: lambda: os.write(writing, b'{"speaker": "Bo", "text": "hi"}\n')}, until=4.0)
    os.close(writing)
    assert call.said == [("Bo", "hi")]
    assert call.states == [SourceState.LISTENING]


def test_a_broken_pipe_is_reported(pipe: tuple[int, int]) -> None:
    reading, writing = pipe
    os.close(writing)

    def fails(_: int, seconds: float) -> bool:
        raise OSError(5, "Input/output error")

    call = Call()
    script = Script({}, 5.0)
    StdinSource(call.sides, reading, has_bytes=fails).run(call.events.append, CallClock(now=script.seconds), script)
    assert call.states == [SourceState.LISTENING, SourceState.BROKEN]


def test_skipped_lines_are_reported_once(tmp_path: Path) -> None:
    path = tmp_path / "talk.txt"
    path.write_text("")
    noise = "".join(f"entry {number} of some other program\n" for number in range(9))
    call = Call().follow(
        path,
        {
            1.0: lambda: path.write_text(f"{noise}Ana - 00:02\nWhat happened?\n\nBo - 00:09\nIt broke.\n"),
            3.0: append(path, "\nAna - 00:12\nWhen?\n"),
        },
    )
    assert [message for message in call.messages if "not speech" in message] == [
        "talk.txt, line 1: skipped 9 lines that are not speech, the first is 'entry 0 of some other program'"
    ]
    assert call.said == [("Ana", "What happened?"), ("Bo", "It broke."), ("Ana", "When?")]


def test_a_binary_file_is_not_heard(tmp_path: Path) -> None:
    path = tmp_path / "talk.vtt"
    call = Call().follow(path, {1.0: lambda: path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))})
    assert call.states == [SourceState.BROKEN, SourceState.BROKEN]
    assert "not a text file: an image" in call.messages[1]
    assert call.said == []


def test_a_binary_file_that_is_replaced_by_captions_is_heard(tmp_path: Path) -> None:
    path = tmp_path / "talk.vtt"
    call = Call().follow(
        path,
        {
            1.0: lambda: path.write_bytes(b"%PDF-1.5\n" + bytes(range(256))),
            2.0: lambda: path.write_text("WEBVTT\n\n" + cue(2, "Bo", "hello")),
        },
    )
    assert call.states == [SourceState.BROKEN, SourceState.BROKEN, SourceState.LISTENING]
    assert call.said == [("Bo", "hello")]


def test_a_binary_pipe_is_not_heard(pipe: tuple[int, int]) -> None:
    reading, writing = pipe
    os.write(writing, b"%PDF-1.5\n" + bytes(range(256)))
    source = StdinSource(Sides(), reading)
    assert "not a text file: a PDF document" in source.binary_reason(0)
    call = pipes(Call(), reading, {1.0: lambda: os.write(writing, b"OggS" + bytes(300))})
    os.close(writing)
    assert call.states == [SourceState.LISTENING, SourceState.BROKEN]
    assert "not a text file: an audio or video file" in call.messages[1]


def test_bytes_checked_before_the_call_are_heard(pipe: tuple[int, int]) -> None:
    reading, writing = pipe
    os.write(writing, b"Ana: what happened?\nBo: it broke\n")
    os.close(writing)
    events: list[SourceEvent] = []
    source = StdinSource(Sides(["Ana"]), reading)
    assert source.binary_reason(0) == ""
    source.run(events.append, CallClock(), Script({}, 5.0))
    assert [event.text for event in events if isinstance(event, Heard) and event.final] == [
        "what happened?",
        "it broke",
    ]


def test_a_file_with_the_last_lines_only_is_heard_once(tmp_path: Path) -> None:
    path = tmp_path / "window.txt"
    spoken = [f"{'Ana' if number % 2 else 'Bo'}: remark number {number}\n" for number in range(12)]

    def shows(last: int) -> Action:
        return lambda: path.write_text("".join(spoken[last - 4 : last]))

    call = Call().follow(path, {float(last): shows(last) for last in range(4, 13)})
    assert [text for _, text in call.said] == [f"remark number {number}" for number in range(12)]
