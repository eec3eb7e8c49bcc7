"""Utterances written as WebVTT, to turn a recorded meeting into captions that any player and any tool reads."""

from __future__ import annotations

from collections.abc import Iterable

from salesnerd_tui.speech.transcripts.clock_times import written
from salesnerd_tui.speech.transcripts.model import Utterance

HEADER = "WEBVTT - no cue repeats another"
"""The first line of what is written here. Without it, words that a caption repeats from the one before count once."""


def as_webvtt(utterances: Iterable[Utterance]) -> str:
    """Return a WebVTT file with a `<v Name>` for each utterance that has a speaker, without blank lines in a text."""
    return f"{HEADER}\n" + "".join(f"\n{cue_of(utterance)}" for utterance in utterances)


def cue_of(utterance: Utterance) -> str:
    """One caption with the new line that ends it, for writing a file that grows; put a blank line between two."""
    name = _escaped(" ".join(utterance.speaker.split()))
    lines = [line.strip() for line in utterance.text.replace("\r", "\n").split("\n")]
    text = _escaped("\n".join(line for line in lines if line))
    voiced = f"<v {name}>{text}</v>" if name else text
    return f"{written(utterance.start)} --> {written(utterance.end)}\n{voiced}\n"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
