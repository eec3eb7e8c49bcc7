"""Invented dialogues with labeled moments, in `moments/*.txt`: they were written before the coach was tried on them.

A file holds one dialogue. Its first line names the kind of talk, the style and the words a minute. `M` is me, `T` the
other side; a moment is a stretch of mine from `[ok]` or `[drift]` (`asked` where it was invited) to the next label, and
`[>]` marks the turn in which a drift becomes clear.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from salesnerd_tui.call.events import Heard, Side, TapKind, Tapped
from salesnerd_tui.coach.engine import judge

FOLDER = Path(__file__).parent / "moments"
TALK = {TapKind.OVER_EXPLAINING, TapKind.PITCHING, TapKind.US_FOCUS, TapKind.MONOLOGUE}
_LABEL = re.compile(r"\[(ok|drift)( asked)?\] ")


@dataclass(slots=True)
class Moment:
    """Turns `first` to `last`; where it drifts, that is clear from turn `clear` on."""

    first: int
    last: int
    drift: bool
    asked: bool
    clear: int


@dataclass(frozen=True, slots=True)
class Dialogue:
    name: str
    kind: str
    words_per_minute: int
    turns: tuple[tuple[Side, str], ...]
    moments: tuple[Moment, ...]


def dialogues() -> list[Dialogue]:
    return [_read(path) for path in sorted(FOLDER.glob("*.txt"))]


def _read(path: Path) -> Dialogue:
    head, *lines = path.read_text(encoding="utf-8").splitlines()
    kind, _style, pace = (part.strip() for part in head.split(";"))
    turns: list[tuple[Side, str]] = []
    moments: list[Moment] = []
    for line in lines:
        who, text = line.split(" ", 1)
        label = _LABEL.match(text)
        if label:
            text = text[label.end() :]
            moments.append(Moment(len(turns), len(turns), label[1] == "drift", bool(label[2]), len(turns)))
        elif text.startswith("[>] "):
            text = text[4:]
            moments[-1].clear = len(turns)
        if who == "M" and moments:
            moments[-1].last = len(turns)
        turns.append((Side.ME if who == "M" else Side.THEM, text))
    return Dialogue(path.stem, kind, int(pace), tuple(turns), tuple(moments))


def plain(text: str) -> str:
    """Return the text as poor speech recognition would: without punctuation and capitals."""
    return re.sub(r"[^\w\s'’-]", " ", text).lower()


def with_losses(text: str) -> str:
    """Return the text without every seventh word or so, always the same ones."""
    chance = random.Random(len(text))
    return " ".join(word for word in text.split() if chance.random() > 0.15) or text


def taps(dialogue: Dialogue, noise: Callable[[str], str] = str) -> list[Tapped]:
    """Return the taps about talk, for a dialogue that starts one minute into a call."""
    heards = [Heard(5, Side.THEM, "them", 0, 5, "Good morning and thanks for making the time today.")]
    at = 60.0
    for turn, (side, text) in enumerate(dialogue.turns):
        end = at + len(text.split()) * 60 / dialogue.words_per_minute
        heards.append(Heard(end, side, side.value, at, end, noise(text), turn=turn))
        at = end + 0.3
    return [tap for tap in judge(heards) if tap.kind in TALK]
