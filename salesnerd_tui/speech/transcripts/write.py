"""WebVTT writer, to turn a recorded meeting into captions for any player or tool."""

from __future__ import annotations

from collections.abc import Iterable

from salesnerd_tui.speech.transcripts.model import Utterance
from salesnerd_tui.speech.transcripts.timestamps import webvtt_time

HEADER = "WEBVTT - no cue repeats another"
"""First line of our files. In other files, words that a caption repeats from the previous one count once."""


def as_webvtt(utterances: Iterable[Utterance]) -> str:
    """Return a WebVTT file with `<v Name>` for each named speaker and no blank lines inside a caption."""
    return f"{HEADER}\n" + "".join(f"\n{cue_of(utterance)}" for utterance in utterances)


def cue_of(utterance: Utterance) -> str:
    """Return one caption with its final newline; separate captions by a blank line."""
    name = _escaped(" ".join(utterance.speaker.split()))
    lines = [line.strip() for line in utterance.text.replace("\r", "\n").split("\n")]
    text = _escaped("\n".join(line for line in lines if line))
    voiced = f"<v {name}>{text}</v>" if name else text
    return f"{webvtt_time(utterance.start)} --> {webvtt_time(utterance.end)}\n{voiced}\n"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
