"""Invented dialogues with labeled moments, in `moments/*.txt`, which were written before the coach was tried on them.

The first line of a file names the kind of talk, the style and the words a minute. `M` is the user, `T` the buyer. A
moment is the user's talk from `[ok]` or `[drift]` (`asked` if it was invited) to the next label, and `[>]` marks the
turn in which drift becomes clear.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from salesnerd_tui.call.events import Heard, Side, Tapped
from salesnerd_tui.coach.engine import judge
from salesnerd_tui.coach.tap_cadence import DRIFT_KINDS

FOLDER = Path(__file__).parent / "moments"
_LABEL = re.compile(r"\[(ok|drift)( asked)?\] ")


@dataclass(slots=True)
class Moment:
    """Turns `first` to `last`; drift is clear from turn `clear` on."""

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
    rng = random.Random(len(text))
    return " ".join(word for word in text.split() if rng.random() > 0.15) or text


def taps(dialogue: Dialogue, noise: Callable[[str], str] = str) -> list[Tapped]:
    """Return the taps for drift, for a dialogue that starts one minute into a call."""
    utterances = [Heard(5, Side.THEM, "them", 0, 5, "Good morning and thanks for making the time today.")]
    at = 60.0
    for turn, (side, text) in enumerate(dialogue.turns):
        end = at + len(text.split()) * 60 / dialogue.words_per_minute
        utterances.append(Heard(end, side, side.value, at, end, noise(text), turn=turn))
        at = end + 0.3
    return [tap for tap in judge(utterances) if tap.kind in DRIFT_KINDS]
