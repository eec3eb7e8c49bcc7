"""The blocks of the page below its first screen, each a few lines of what one part of the debrief says.

The debrief as a page: the same lines for the screen, for `calls show` and for HTML.

The first block is what can be read in ten seconds: who, how it ended, the one thing to try, the picture. The other
blocks follow in the order in which they are of use after a call, and only where they have something to say.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby

from msgspec import Struct
from msgspec.structs import replace

from salesnerd_tui.call.events import NoteKind, Side
from salesnerd_tui.coach.signals.reveals import RevealKind
from salesnerd_tui.review.canvas import BLANK, Line, Part, Tone, cut, line, paragraph
from salesnerd_tui.review.debrief.model import (
    AnswerEntry,
    Debrief,
    HypothesisResult,
    NoteLine,
    OutcomeKind,
    PlaybookStatus,
    PromiseEntry,
    QuestionEntry,
    Reveal,
    Sentence,
    Tap,
    TapReaction,
)
from salesnerd_tui.review.debrief.taps import WEIGHT
from salesnerd_tui.review.debrief.timeline import timeline
from salesnerd_tui.review.times import length
from salesnerd_tui.text import one_line
from salesnerd_tui.timefmt import clock

INDENT = 8
"""Cells before a text: enough for `1:04:10` and a blank."""

REVEALS_SHOWN = 8
"""Enough to see a habit; the JSON has them all."""

KINDS = {
    NoteKind.PAIN: "What hurts",
    NoteKind.NUMBER: "Numbers",
    NoteKind.PERSON: "People",
    NoteKind.QUOTE: "In their words",
    NoteKind.FREE: "Other",
}

NEWS = {
    PlaybookStatus.SAME: "",
    PlaybookStatus.CHANGED: "The playbook has changed since this call; questions stand here as they were worded in it.",
    PlaybookStatus.OTHER: "The playbook of this call is not the one at hand; what it would have asked is not known.",
    PlaybookStatus.GONE: "The playbook of this call is not at hand; what it would have asked is not known.",
}

BlockLines = tuple[str, str, Iterable[Line]]


def blocks(debrief: Debrief, width: int) -> Iterator[BlockLines]:
    """Key, title and lines of every block, in reading order; one without lines has nothing to say."""
    yield "taps", "Taps", _taps(debrief, width)
    yield "reveals", "What they gave away", _reveals(debrief, width)
    yield "tested", "What you wanted to find out", found_out(debrief, width)
    yield "answers", "What they said", _answers(debrief, width)
    yield "promises", "Promises", _promises(debrief, width)
    yield "open", "Still open", _still_open(debrief, width)
    yield "notes", "Notes", _notes(debrief, width)
    yield "before", "Known before", brought_along(debrief, width)
    yield "agenda", "How it went", _how_it_went(debrief, width)


def came_of_it(tap: Tap) -> str:
    """What I did once I was tapped, in words."""
    seconds = tap.after_seconds
    match tap.after:
        case TapReaction.HANDED_BACK:
            return f"✓ handed back in {length(seconds or 0.0)}"
        case TapReaction.WAVED_AWAY:
            return "waved away"
        case TapReaction.TALKED_ON:
            return f"ignored: talked on for {length(seconds or 0.0)}"
    return ""


def timed(at: float, text: str, width: int, *, tone: Tone = Tone.PLAIN) -> Iterator[Line]:
    """A text behind its time."""
    return paragraph(text, width, first=(Part(f"{clock(at):>{INDENT - 1}} ", Tone.DIM),), tone=tone)


def _under(name: str, text: str, width: int, tone: Tone) -> Iterator[Line]:
    return paragraph(text, width, first=(Part(" " * INDENT), Part(f"{name:8}", Tone.DIM)), tone=tone)


def _taps(debrief: Debrief, width: int) -> Iterator[Line]:
    for number, tap in enumerate(debrief.taps):
        if number:
            yield BLANK
        late = " (late)" if tap.late else ""
        because = f" · {tap.because}" if tap.because else ""
        yield from timed(tap.at, f"▲ {tap.words}{late}{because}", width, tone=Tone.TAP)
        yield from _said("they", tap.they_said, width, Tone.THEM)
        yield from _said("you", tap.before, width, Tone.ME)
        if tap.plainer:
            yield from _under("plainer", tap.plainer, width, Tone.PLAIN)
        if tap.ready:
            yield from _under("ready", tap.ready, width, Tone.STRONG)
        if told := came_of_it(tap):
            yield from _under("then", told, width, Tone.GOOD if tap.after is TapReaction.HANDED_BACK else Tone.PLAIN)
    for praise in debrief.praise:
        said = f" · they said “{praise.they_said.text}”" if praise.they_said else ""
        yield from timed(praise.at, f"✓ {praise.words}{said}", width, tone=Tone.GOOD)


def let_lie(debrief: Debrief) -> tuple[Sequence[Reveal], int]:
    """What they gave away and nobody took up: as many as are worth reading, and how many more there are."""
    lain = [reveal for reveal in debrief.reveals if not reveal.taken_up]
    worst = sorted(lain, key=lambda reveal: WEIGHT.index(RevealKind(reveal.kind)))[:REVEALS_SHOWN]
    return sorted(worst, key=lambda reveal: reveal.at), len(lain) - len(worst)


def _reveals(debrief: Debrief, width: int) -> Iterator[Line]:
    if not debrief.reveals:
        return
    taken = sum(reveal.taken_up for reveal in debrief.reveals)
    yield from paragraph(f"You took up {taken} of {len(debrief.reveals)}.", width, tone=Tone.STRONG)
    shown, more = let_lie(debrief)
    for reveal in shown:
        yield from timed(reveal.at, f"{reveal.kind}: “{reveal.said.text}”", width, tone=Tone.THEM)
        yield from _said("you", reveal.next_said, width, Tone.ME)
    if more:
        yield from paragraph(f"and {more} more that nobody took up.", width, tone=Tone.DIM)
    for reveal in [each for each in debrief.reveals if each.taken_up][: REVEALS_SHOWN - len(shown)]:
        yield from timed(reveal.at, f"✓ {reveal.kind}: “{reveal.said.text}”", width, tone=Tone.GOOD)


def _said(name: str, sentence: Sentence | None, width: int, tone: Tone) -> Iterator[Line]:
    if sentence is not None:
        yield from _under(name, f"“{sentence.text}”", width, tone)


def _answers(debrief: Debrief, width: int) -> Iterator[Line]:
    """Questions that the playbook still asks come first; notes whose question is gone come last, under a heading."""
    prep = debrief.header.prep
    kept = [answer for answer in debrief.answers if not answer.gone and is_new(answer)]
    gone = [answer for answer in debrief.answers if answer.gone]
    for answer in kept:
        yield from paragraph(answer.asked_as, width, tone=Tone.DIM)
        for note in answer.notes:
            yield from timed(note.at, note_words(note, prep), width)
    if gone:
        yield from ((BLANK,) if kept else ())
        yield line(Part("No longer asked by the playbook", Tone.HEADING))
    for answer in gone:
        yield from paragraph(answer.asked_as, width, tone=Tone.DIM)
        for note in answer.notes:
            yield from timed(note.at, note_words(note, prep), width)


def note_words(note: NoteLine, prep: str = "") -> str:
    """A note with its label, and a word where it came from an earlier call or from the prep with this id."""
    words = " · ".join(part for part in (note.label, note.text) if part.strip())
    came = origin(note, prep)
    return f"{words} ({came})" if came else words


def _promises(debrief: Debrief, width: int) -> Iterator[Line]:
    sides = ((Side.ME, "You owe"), (Side.THEM, "They owe"))
    for side, title in sides:
        owed = [promise for promise in debrief.promises if promise.side is side and not promise.over]
        if owed:
            yield line(Part(title, Tone.HEADING))
        for promise in owed:
            yield from timed(promise.at, promise_words(promise), width)
    over = [promise for promise in debrief.promises if promise.over]
    if over:
        yield line(Part("Promised too much", Tone.HEADING))
    for promise in over:
        yield from timed(promise.at, f"“{promise.text}”", width, tone=Tone.TAP)
        if promise.bounded:
            yield from _under("instead", promise.bounded, width, Tone.STRONG)


def promise_words(promise: PromiseEntry) -> str:
    """A promise with its owner and date, where the text does not say them already."""
    owner = f"{promise.owner}: " if promise.owner else ""
    due = f" → {promise.due}" if promise.due and promise.due.casefold() not in promise.text.casefold() else ""
    return f"{owner}{promise.text}{due}"


def _still_open(debrief: Debrief, width: int) -> Iterator[Line]:
    yield from _questions("Musts nobody asked", debrief.unasked or (), width)
    yield from _questions("Asked, and no answer noted", debrief.coverage.unanswered, width)
    if debrief.marks:
        yield line(Part("Moments you marked", Tone.HEADING))
    for mark in debrief.marks:
        said = f" · “{mark.said.text}”" if mark.said else ""
        yield from timed(mark.at, f"◆ {mark.question or 'marked'}{said}", width)


def _questions(title: str, questions: Iterable[QuestionEntry], width: int) -> Iterator[Line]:
    listed = tuple(questions)
    if listed:
        yield line(Part(title, Tone.HEADING))
    for question in listed:
        if question.at is not None:
            yield from timed(question.at, question.text, width)
        else:
            section = f" ({question.section})" if question.section else ""
            yield from paragraph(f"{question.text}{section}", width, first=(Part(f"{'○':>{INDENT - 1}} ", Tone.TAP),))


def _notes(debrief: Debrief, width: int) -> Iterator[Line]:
    for kind, notes in groupby(debrief.notes, key=lambda note: note.kind):
        yield line(Part(KINDS.get(kind, kind.value), Tone.HEADING))
        for note in notes:
            yield from timed(note.at, note.text, width)


def _how_it_went(debrief: Debrief, width: int) -> Iterator[Line]:
    yield from _covered(debrief, width)
    for stay in debrief.stays:
        sign = "↪ " if stay.detour else ""
        yield from timed(stay.start, f"{sign}{stay.label} · {length(stay.end - stay.start)}", width)
    for spell in debrief.blind:
        told = f": {spell.told}" if spell.told else ""
        lasted = length(spell.end - spell.start)
        yield from timed(spell.start, f"not hearing {spell.source} for {lasted}{told}", width, tone=Tone.TAP)
    header = debrief.header
    if header.breaks:
        away = f", {length(header.break_seconds)} away" if header.break_seconds else ""
        yield from paragraph(f"Taken up again {_times(header.breaks)}{away}.", width)
    if NEWS[header.news]:
        yield from paragraph(NEWS[header.news], width, tone=Tone.DIM)
    began = _began(header.began)
    told = " · ".join(
        part for part in (began, header.mode, f"playbook {header.playbook}" if header.playbook else "") if part
    )
    yield from paragraph(told, width, tone=Tone.DIM)


def _covered(debrief: Debrief, width: int) -> Iterator[Line]:
    cover = debrief.coverage
    of = f" of {cover.total}" if cover.total is not None else ""
    skipped = f", {cover.skipped} skipped" if cover.skipped else ""
    yield from paragraph(f"Asked {cover.asked}{of}, answered {cover.answered}{skipped}", width, tone=Tone.STRONG)
    for section in cover.sections:
        lights = "●" * section.answered + "◐" * (section.asked - section.answered)
        lights += "○" * (section.total - section.asked)
        if len(lights) > width // 2:
            lights = f"{section.answered} answered, {section.asked} asked of {section.total}"
        yield from paragraph(section.title or "(no section)", width, first=(Part(f"{lights} ", Tone.THEM),))


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def _began(began: datetime | None) -> str:
    return f"{began.day} {began:%B %Y, %H:%M}" if began else ""


def is_new(answer: AnswerEntry) -> bool:
    """Whether something was noted under it in this call."""
    return any(not note.recalled_from for note in answer.notes)


def is_own(answer: AnswerEntry, prep: str) -> bool:
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


def came_of(each: HypothesisResult) -> Sequence[str]:
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


def _sign(each: HypothesisResult) -> str:
    return "✓" if each.said else "○" if each.question else "·"


def _tone(each: HypothesisResult) -> Tone:
    return Tone.GOOD if each.said else Tone.TAP if each.question else Tone.DIM


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


class DocumentBlock(Struct, frozen=True):
    """A part of the page with its own tab; `title` is empty on the first."""

    key: str
    title: str
    lines: tuple[Line, ...]


def page(debrief: Debrief, width: int, *, ascii_only: bool = False, pictured: bool = True) -> tuple[DocumentBlock, ...]:
    """The whole debrief for a width in cells; `pictured` draws the timeline with characters."""
    summary = _summary(debrief, width)
    picture = timeline(debrief, width, ascii_only=ascii_only) if pictured else ()
    first = DocumentBlock("summary", "", (*summary, *((BLANK, *picture) if picture else ())))
    rest = (DocumentBlock(key, title, tuple(lines)) for key, title, lines in blocks(debrief, width))
    made = (first, *(block for block in rest if block.lines))
    return tuple(in_ascii(block) for block in made) if ascii_only else made


def printed(pages: Iterable[DocumentBlock]) -> str:
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
    tone = Tone.DIM if outcome.verdict is OutcomeKind.UNFINISHED else Tone.GOOD
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


def in_ascii(block: DocumentBlock) -> DocumentBlock:
    """The same block in characters that every terminal has."""
    lines = (Line(tuple(replace(part, text=part.text.translate(_ASCII)) for part in row.parts)) for row in block.lines)
    return replace(block, title=block.title.translate(_ASCII), lines=tuple(lines))
