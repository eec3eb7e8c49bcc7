"""The debrief as a page: the same lines for the screen, for `calls show` and for HTML.

The first block is what can be read in ten seconds: who, how it ended, the one thing to try, the picture. The other
blocks follow in the order in which they are of use after a call, and only where they have something to say.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct
from msgspec.structs import replace

from salesnerd_tui.review import blocks
from salesnerd_tui.review.canvas import BLANK, Line, Part, Tone, cut, line, paragraph
from salesnerd_tui.review.model import Debrief, Verdict
from salesnerd_tui.review.timeline import timeline
from salesnerd_tui.review.times import length
from salesnerd_tui.text import one_line

NARROW = 60
"""Below this, what stands side by side comes one under the other."""

_ASCII = str.maketrans(
    {
        "…": ".",
        "·": "-",
        "“": '"',
        "”": '"',
        "‘": "'",
        "’": "'",
        "–": "-",
        "→": ">",
        "✓": "+",
        "▲": "^",
        "◆": "*",
        "●": "*",
        "○": "o",
        "◐": "-",
        "╌": "~",
        "↪": ">",
    }
)


class Block(Struct, frozen=True):
    """A part of the page with its own tab; `title` is empty on the first."""

    key: str
    title: str
    lines: tuple[Line, ...]


def page(debrief: Debrief, width: int, *, ascii_only: bool = False, pictured: bool = True) -> tuple[Block, ...]:
    """The whole debrief for a width in cells; `pictured` draws the timeline with characters."""
    summary = _summary(debrief, width)
    picture = timeline(debrief, width, ascii_only=ascii_only) if pictured else ()
    first = Block("summary", "", (*summary, *((BLANK, *picture) if picture else ())))
    rest = (Block(key, title, tuple(lines)) for key, title, lines in blocks.blocks(debrief, width))
    made = (first, *(block for block in rest if block.lines))
    return tuple(in_ascii(block) for block in made) if ascii_only else made


def printed(pages: Iterable[Block]) -> str:
    """The page as plain text."""
    rows: list[str] = []
    for block in pages:
        rows += ["", block.title, ""] if block.title else []
        rows += [row.plain for row in block.lines]
    return "\n".join(rows) + "\n"


def _summary(debrief: Debrief, width: int) -> Iterator[Line]:
    header, outcome = debrief.header, debrief.outcome
    who = [header.account, *header.people, header.title or header.playbook, length(header.seconds)]
    told = one_line(" · ".join(part for part in who if part.strip()))
    tone = Tone.DIM if outcome.verdict is Verdict.UNFINISHED else Tone.GOOD
    head = one_line(outcome.headline)
    gap = width - line(told).cells - line(head).cells
    if gap >= 2 and width >= NARROW:
        yield line(Part(told, Tone.STRONG), " " * gap, Part(head, tone))
    else:
        yield from paragraph(told, width, tone=Tone.STRONG)
        yield line(Part(cut(head, width), tone))
    yield from paragraph(outcome.line, width)
    yield BLANK
    lead = "Do it again: " if debrief.lesson.praise else "One thing to try: "
    text = debrief.lesson.text.removeprefix(lead) if debrief.lesson.praise else debrief.lesson.text
    yield from paragraph(lead + text, width, tone=Tone.HEADING)
    if debrief.lesson.because:
        yield from paragraph(debrief.lesson.because, width, tone=Tone.DIM)
    if debrief.talk.forgotten:
        yield from paragraph("The words heard were forgotten; the figures are as they were.", width, tone=Tone.DIM)


def in_ascii(block: Block) -> Block:
    """The same block in characters that every terminal has."""
    lines = (Line(tuple(replace(part, text=part.text.translate(_ASCII)) for part in row.parts)) for row in block.lines)
    return replace(block, title=block.title.translate(_ASCII), lines=tuple(lines))
