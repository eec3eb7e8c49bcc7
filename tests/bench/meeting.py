"""Invented meeting of any length: an engineer who drifts now and then, and a buyer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ME, THEM = "Ana", "Dana"
_MINE = (
    "What happened that made you look at this now?",
    "And what did that cost you, roughly?",
    (
        "So the way our pipeline works is that every event goes into a queue, the workers pick it up, retry it with a "
        "back-off, and then our scheduler writes it to the ledger, which is replicated, so you never lose a bill, and "
        "our dashboard shows it."
    ),
    "Who else would have to say yes?",
    (
        "Our platform also has an interface for that, we built the connector last year, and it does incremental "
        "syncs out of the box."
    ),
    "I see.",
)
_THEIRS = (
    "Billing broke twice last week and three of us were up at night.",
    "Hm, about four engineer days each time, and one customer who asked for money back.",
    "Right.",
    "Our finance lead signs, but security has a form, and that takes until the end of the month.",
    "We tried to write it ourselves two years ago. It fell over when the second region came.",
    "Can you show us a demo of that?",
)
MINUTE = 60.0
HOUR = 60 * MINUTE
_WORDS_A_SECOND = 2.5
_PAUSE_SECONDS = 0.4


@dataclass(frozen=True, slots=True)
class Line:
    speaker: str
    start: float
    end: float
    text: str


def lines(seconds: float = HOUR) -> Iterator[Line]:
    """Yield alternating turns at 150 words a minute, for `seconds`."""
    at, number = 0.0, 0
    while at < seconds:
        mine = number % 2 == 0
        said = _MINE if mine else _THEIRS
        text = said[(number // 2) % len(said)]
        end = at + len(text.split()) / _WORDS_A_SECOND
        yield Line(ME if mine else THEM, at, end, text)
        at, number = end + _PAUSE_SECONDS, number + 1


def as_captions(path: Path, seconds: float = HOUR, utterances: int | None = None) -> Path:
    """Write the meeting as WebVTT to `path`."""
    cues = [f"{_clock(line.start)} --> {_clock(line.end)}\n<v {line.speaker}>{line.text}\n" for line in lines(seconds)]
    path.write_text("WEBVTT\n\n" + "\n".join(cues[:utterances]))
    return path


def _clock(seconds: float) -> str:
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(int(minutes), 60)
    return f"{hours:02}:{minutes:02}:{rest:06.3f}"
