"""The blocks of the page on what was there before the call: what was to be found out, what was known, what was thought.

What they said today comes first on the page; what was brought along must not look as if they had said it today.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from salesnerd_tui.review.canvas import Line, Part, Tone, line, paragraph
from salesnerd_tui.review.model import Answer, Debrief, NoteLine, Tested

INDENT = 8


def is_new(answer: Answer) -> bool:
    """Whether something was noted under it in this call."""
    return any(not note.recalled_from for note in answer.notes)


def is_own(answer: Answer, prep: str) -> bool:
    """Whether it is one's own answer to a prep question, brought along from the prep."""
    return bool(prep) and not is_new(answer) and all(note.recalled_from == prep for note in answer.notes)


def origin(note: NoteLine, prep: str) -> str:
    """Where a note came from, in words; empty for one of this call."""
    if not note.recalled_from:
        return ""
    return "from your prep" if note.recalled_from == prep else "known from an earlier call"


def found_out(debrief: Debrief, width: int) -> Iterator[Line]:
    """Each hypothesis, and under it what they said to its question."""
    for each in debrief.tested:
        yield from paragraph(each.text, width, first=(Part(f"{_sign(each):>{INDENT - 1}} ", _tone(each)),))
        for said in came_of(each):
            yield from paragraph(
                said, width, first=(Part(" " * INDENT),), tone=Tone.DIM if not each.said else Tone.THEM
            )


def came_of(each: Tested) -> Sequence[str]:
    """What they said to it, or that nobody asked."""
    if each.said:
        return tuple(f"“{words}”" for words in each.said)
    if not each.question:
        return ()
    return ("asked, and no answer noted",) if each.asked else (f"not asked: {each.asked_as}",)


def brought_along(debrief: Debrief, width: int) -> Iterator[Line]:
    """What earlier calls knew, and what was thought before; short, since it is all somewhere else."""
    prep = debrief.header.prep
    old = [answer for answer in debrief.answers if not answer.gone and not is_new(answer)]
    for title, answers in (
        ("They had said before", [answer for answer in old if not is_own(answer, prep)]),
        ("You had thought before", [answer for answer in old if is_own(answer, prep)]),
    ):
        if answers:
            yield line(Part(title, Tone.HEADING))
        for answer in answers:
            yield from paragraph(answer.asked_as, width, tone=Tone.DIM)
            words = " · ".join(dict.fromkeys(note.text for note in answer.notes if note.text.strip()))
            yield from paragraph(words, width, first=(Part(" " * INDENT),))


def _sign(each: Tested) -> str:
    return "✓" if each.said else "○" if each.question else "·"


def _tone(each: Tested) -> Tone:
    return Tone.GOOD if each.said else Tone.TAP if each.question else Tone.DIM
