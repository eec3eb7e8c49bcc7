"""Texts of calls: written as WebVTT, read as a whole, and read while they grow."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from html import escape
from types import FrameType
from typing import Any

from salesnerd_tui.speech.growing_transcript import GrowingTranscript, UtteranceChange
from salesnerd_tui.speech.transcripts.model import Utterance
from salesnerd_tui.speech.transcripts.read import read_transcript


def said(content: str | bytes) -> list[tuple[str, str]]:
    """Return the speakers and words of a whole file."""
    return [(turn.speaker, turn.text) for turn in read_transcript(content).utterances]


class Growing:
    """A file in memory with a writer and a reader."""

    def __init__(self) -> None:
        self.bytes = b""
        self.transcript = GrowingTranscript()
        self.changes: list[UtteranceChange] = []

    def append(self, text: str) -> list[UtteranceChange]:
        return self.rewrite(self.bytes + text.encode())

    def rewrite(self, content: bytes) -> list[UtteranceChange]:
        self.bytes = content
        new = self.transcript.feed(self.bytes[self.transcript.resume_at :])
        self.changes += new
        return new

    def replace(self, content: str) -> list[UtteranceChange]:
        self.transcript.restart()
        return self.rewrite(content.encode())

    def quiet(self) -> list[UtteranceChange]:
        new = self.transcript.complete_open()
        self.changes += new
        return new

    def close(self) -> None:
        self.changes += self.transcript.close(self.bytes[self.transcript.resume_at :])

    @property
    def said(self) -> list[tuple[str, str]]:
        return [(change.piece.speaker, change.piece.text) for change in self.changes if change.final]


def in_pieces(content: str, size: int) -> list[tuple[str, str]]:
    """Return the finals of a file that grows by `size` bytes at a time, and check that nothing stays open."""
    return _grown(content.encode(), range(size, len(content.encode()), size))


def line_by_line(content: str) -> list[tuple[str, str]]:
    """Return the finals of a file that grows by one line at a time, and check that nothing stays open."""
    data = content.encode()
    return _grown(data, [at for at, byte in enumerate(data, 1) if byte == ord("\n")])


def _grown(data: bytes, cuts: Iterable[int]) -> list[tuple[str, str]]:
    growing = Growing()
    for cut in [*cuts, len(data)]:
        growing.rewrite(data[:cut])
    growing.close()
    assert {change.number for change in growing.changes} == {
        change.number for change in growing.changes if change.final
    }
    return growing.said


def as_webvtt(utterances: Iterable[Utterance]) -> str:
    """Return a file with `<v Name>` for each named speaker and no blank lines inside a caption."""
    return "WEBVTT\n" + "".join(f"\n{_caption(utterance)}\n" for utterance in utterances)


def _caption(utterance: Utterance) -> str:
    lines = [line.strip() for line in utterance.text.replace("\r", "\n").split("\n")]
    name = escape(" ".join(utterance.speaker.split()), quote=False)
    text = escape("\n".join(filter(None, lines)), quote=False)
    return f"{times_of(utterance)}\n" + (f"<v {name}>{text}</v>" if name else text)


def times_of(utterance: Utterance, point: str = ".") -> str:
    """Return the line of times of a caption; SRT has a comma for the point."""
    return f"{_written(utterance.start, point)} --> {_written(utterance.end, point)}"


def _written(seconds: float, point: str) -> str:
    millis = round(seconds * 1000)
    return f"{millis // 3_600_000:02}:{millis // 60_000 % 60:02}:{millis // 1000 % 60:02}{point}{millis % 1000:03}"


def count_steps(act: Callable[[], Any]) -> int:
    """Count the executed lines and steps of generators of our code, which are the same on every machine."""
    lines = 0

    def count(frame: FrameType, event: str, argument: object) -> Any:
        nonlocal lines
        if "salesnerd_tui" not in frame.f_code.co_filename:
            return None
        lines += event in ("line", "call")
        return count

    before = sys.gettrace()
    sys.settrace(count)
    try:
        act()
    finally:
        sys.settrace(before)
    return lines
