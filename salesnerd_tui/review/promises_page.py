"""The promises as a page: who owes what by when on one line each, and under it the words it was said in, whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from salesnerd_tui.call.events import Side
from salesnerd_tui.review.canvas import Line, Part, Tone, cut, line, pad, paragraph
from salesnerd_tui.review.promises import OWED, PromiseStatus, TrackedPromise, due_words, sentence
from salesnerd_tui.text import one_line

STANDING = 9
DUE = 14
REF = 13
TONES = {
    PromiseStatus.LATE: Tone.TAP,
    PromiseStatus.TOO_MUCH: Tone.TAP,
    PromiseStatus.OPEN: Tone.STRONG,
    PromiseStatus.KEPT: Tone.GOOD,
    PromiseStatus.RETRACTED: Tone.DIM,
}


def promises_page(listed: Iterable[TrackedPromise], width: int) -> Iterator[Sequence[Line]]:
    """For each promise its lines, the first with its standing, day, whose it is and its short name."""
    for pledge in listed:
        yield tuple(_rows(pledge, width))


def summed_up(listed: Iterable[TrackedPromise]) -> str:
    """What is owed, in a sentence."""
    owed = [pledge for pledge in listed if pledge.standing in OWED]
    if not owed:
        return "Nothing is owed."
    mine = sum(pledge.promise.side is Side.ME for pledge in owed)
    late = sum(pledge.standing is PromiseStatus.LATE for pledge in owed)
    over = sum(pledge.standing is PromiseStatus.TOO_MUCH for pledge in owed)
    found = [f"You owe {mine}", f"they owe {len(owed) - mine}"]
    found += [f"{late} {'is' if late == 1 else 'are'} late"] if late else []
    found += [f"{over} to take back or put a bound on"] if over else []
    return "; ".join(found) + "."


def _rows(pledge: TrackedPromise, width: int) -> Iterator[Line]:
    promise = pledge.promise
    lead = STANDING + DUE
    room = max(width - lead - REF - 1, 8)
    whose = " · ".join(
        part for part in (f"{pledge.who} owe{'' if pledge.who in OWERS else 's'}", pledge.account) if part
    )
    yield line(
        Part(pad(pledge.standing.value, STANDING), TONES[pledge.standing]),
        Part(pad(one_line(due_words(pledge)) or "no day", DUE), Tone.PLAIN if due_words(pledge) else Tone.DIM),
        Part(pad(one_line(whose), room), Tone.DIM),
        Part(" " + pad(cut(pledge.ref, REF), REF), Tone.DIM),
    )
    indent = (Part(" " * STANDING),)
    tone = Tone.DIM if pledge.standing not in OWED else Tone.PLAIN
    yield from paragraph(sentence(promise.text), width - 1, first=indent, tone=tone)
    if promise.over and promise.bounded:
        yield from paragraph(f"say instead: {promise.bounded}", width - 1, first=indent, tone=Tone.DIM)
    elif promise.sentence is not None:
        yield from paragraph(f"from: “{promise.sentence.text}”", width - 1, first=indent, tone=Tone.DIM)


OWERS = frozenset(("you", "they"))
