"""WebVTT files of invented calls."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from salesnerd_tui.speech.transcripts.model import Utterance


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
