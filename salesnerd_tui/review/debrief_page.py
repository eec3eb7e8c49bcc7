"""The debrief as a page of blocks, shared by the screen, `calls show` and the HTML export.

The first block can be read in ten seconds: who, the outcome, one lesson, one picture, and what to do now. The other
blocks follow in the order in which they are useful after a call, the transcript last; empty blocks are left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from msgspec import Struct
from msgspec.structs import replace

from salesnerd_tui.call.events import Event, Heard, NoteKind, Side, TapKind, Verdict
from salesnerd_tui.coach.signals.evidence import RUNGS, Rung
from salesnerd_tui.review.debrief.hypotheses import judgment, to_judge, touching_words
from salesnerd_tui.review.debrief.model import (
    AnswerEntry,
    Debrief,
    HypothesisResult,
    NoteLine,
    OutcomeKind,
    PlaybookStatus,
    QuestionEntry,
    Reveal,
    Sentence,
    Statement,
    Tap,
    TapReaction,
)
from salesnerd_tui.review.debrief.outcome import DRILL
from salesnerd_tui.review.debrief.reactions import KINDS_BY_WEIGHT
from salesnerd_tui.review.debrief.talk import best, drawable
from salesnerd_tui.review.debrief.timeline import agenda_ribbon, timeline
from salesnerd_tui.review.page_lines import BLANK, Line, Part, Tone, cut, line, paragraph
from salesnerd_tui.review.promises import promise_words, settled_words
from salesnerd_tui.text import one_line
from salesnerd_tui.timefmt import clock, day, length

INDENT = 8
"""Cells before a text: enough for `1:04:10` and a space."""

REVEALS_SHOWN = 8
"""Maximum number of reveals on the page; the JSON lists all."""

KINDS = {
    NoteKind.PAIN: "What hurts",
    NoteKind.NUMBER: "Numbers",
    NoteKind.PERSON: "People",
    NoteKind.QUOTE: "In their words",
    NoteKind.FREE: "Other",
}

PLAYBOOK_NOTES = {
    PlaybookStatus.SAME: "",
    PlaybookStatus.CHANGED: "The playbook has changed since this call; questions are shown in their old wording.",
    PlaybookStatus.DIFFERENT: "This call used a different playbook, so unasked questions are unknown.",
    PlaybookStatus.MISSING: "The playbook of this call is missing, so unasked questions are unknown.",
}


def _blocks(debrief: Debrief, width: int) -> Iterator[tuple[str, str, Iterable[Line]]]:
    """Yield the key, title and lines of every block in reading order; a block may have no lines."""
    yield "taps", "Taps", _taps(debrief, width)
    yield "reveals", "What they revealed", _reveals(debrief, width)
    yield "answers", "What they said", _answers(debrief, width)
    yield "promises", "Promises", _promises(debrief, width)
    yield "open", "Still open", _still_open(debrief, width)
    yield "notes", "Notes", _notes(debrief, width)
    yield "tested", "Hypotheses", _hypotheses(debrief, width)
    yield "evidence", "What their words are worth", _evidence(debrief, width)
    yield "before", "Background", _background(debrief, width)
    yield "agenda", "How it went", _agenda(debrief, width)


def reaction(tap: Tap) -> str:
    """Return how the user reacted to a tap, in words."""
    seconds = tap.after_seconds
    match tap.after:
        case TapReaction.HANDED_BACK:
            return f"✓ handed back in {length(seconds or 0.0)}"
        case TapReaction.BOUNDED:
            return f"✓ limited in {length(seconds or 0.0)}"
        case TapReaction.DISMISSED:
            return "dismissed"
        case TapReaction.TALKED_ON:
            return f"ignored: kept talking for {length(seconds or 0.0)}"
    return ""


def timed(at: float, text: str, width: int, *, tone: Tone = Tone.PLAIN) -> Iterator[Line]:
    """Yield a text after its time."""
    return paragraph(text, width, first=(Part(f"{clock(at):>{INDENT - 1}} ", Tone.DIM),), tone=tone)


def _under(name: str, text: str, width: int, tone: Tone) -> Iterator[Line]:
    return paragraph(text, width, first=(Part(" " * INDENT), Part(f"{name:8}", Tone.DIM)), tone=tone)


def _taps(debrief: Debrief, width: int) -> Iterator[Line]:
    for number, tap in enumerate(debrief.taps):
        if number:
            yield BLANK
        late = " (late)" if tap.late else ""
        reason = f" · {tap.reason}" if tap.reason else ""
        yield from timed(tap.at, f"▲ {tap.words}{late}{reason}", width, tone=Tone.TAP)
        yield from _said("they", tap.they_said, width, Tone.THEM)
        yield from _said("you", tap.before, width, Tone.ME)
        if tap.plain_wording:
            yield from _under("plain", tap.plain_wording, width, Tone.PLAIN)
        if tap.suggestion:
            label = "say" if tap.kind is TapKind.OVER_PROMISING else "ask"
            yield from _under(label, tap.suggestion, width, Tone.STRONG)
        if then := reaction(tap):
            yield from _under("then", then, width, Tone.GOOD if then.startswith("✓") else Tone.PLAIN)
    for praise in debrief.praise:
        said = f" · they said “{praise.they_said.text}”" if praise.they_said else ""
        yield from timed(praise.at, f"✓ {praise.words}{said}", width, tone=Tone.GOOD)


def passed_over(debrief: Debrief) -> tuple[Sequence[Reveal], int]:
    """Return the most important reveals that were passed over, and how many more there are."""
    missed = [reveal for reveal in debrief.reveals if not reveal.followed_up]
    worst = sorted(missed, key=lambda reveal: [kind.value for kind in KINDS_BY_WEIGHT].index(reveal.kind))
    shown = worst[:REVEALS_SHOWN]
    return sorted(shown, key=lambda reveal: reveal.at), len(missed) - len(shown)


def built_on(debrief: Debrief) -> str:
    """Return `You built on 4 of the 9 things they told you.`, an empty string without reveals."""
    count, total = sum(reveal.followed_up for reveal in debrief.reveals), len(debrief.reveals)
    if not total:
        return ""
    if total == 1:
        return f"You {'built' if count else 'did not build'} on the one thing they told you."
    if count == total:
        return f"You built on {'both' if total == 2 else f'all {total}'} things they told you."
    return f"You built on {count or 'none'} of the {total} things they told you."


def evidence_summary(debrief: Debrief) -> str:
    """Return how many of the buyer's statements count as evidence, an empty string without statements."""
    total = len(debrief.statements)
    count = sum(statement.is_evidence for statement in debrief.statements)
    if not total:
        return ""
    if total == 1:
        return f"The one statement of theirs that matters {'is' if count else 'is not'} evidence."
    if count == total:
        return f"{'Both' if total == 2 else f'All {total}'} of their statements that matter count as evidence."
    verb = "count" if count > 1 else "counts"
    return f"{count or 'None'} of their {total} statements that matter {verb} as evidence."


def statement_counts(debrief: Debrief) -> str:
    """Return the number of statements on each rung, the strongest first: `1 date, 2 incidents, 3 opinions`."""
    counts = Counter(statement.rung for statement in debrief.statements)
    return ", ".join(f"{counts[rung]} {RUNG_NAMES[rung][counts[rung] > 1]}" for rung in reversed(RUNGS) if counts[rung])


RUNG_NAMES: Mapping[str, tuple[str, str]] = {
    **{rung: (rung.value, f"{rung.value}s") for rung in RUNGS},
    Rung.POLITENESS: ("polite remark", "polite remarks"),
    Rung.WISH: ("wish", "wishes"),
    Rung.SPENT: ("cost", "costs"),
}
"""Rungs of evidence in words: one statement, several."""


def rung_name(statement: Statement) -> str:
    """Return the rung of a statement in words."""
    return RUNG_NAMES[statement.rung][0]


def _reveals(debrief: Debrief, width: int) -> Iterator[Line]:
    if not debrief.reveals:
        return
    yield from paragraph(built_on(debrief), width, tone=Tone.STRONG)
    shown, more = passed_over(debrief)
    for reveal in shown:
        yield from timed(reveal.at, f"{reveal.kind}: “{reveal.said.text}”", width, tone=Tone.THEM)
        yield from _said("you", reveal.next_said, width, Tone.ME)
    if more:
        yield from paragraph(f"and {more} more without a follow-up", width, tone=Tone.DIM)
    built = [each for each in debrief.reveals if each.followed_up]
    room = REVEALS_SHOWN - len(shown)
    for reveal in built[:room]:
        yield from timed(reveal.at, f"✓ {reveal.kind}: “{reveal.said.text}”", width, tone=Tone.GOOD)
        yield from _said("you", reveal.next_said, width, Tone.ME)
    if len(built) > room:
        yield from paragraph(f"and {len(built) - room} more that you built on", width, tone=Tone.DIM)


def _evidence(debrief: Debrief, width: int) -> Iterator[Line]:
    if not debrief.statements:
        return
    yield from paragraph(evidence_summary(debrief), width, tone=Tone.STRONG)
    yield from paragraph(statement_counts(debrief), width, tone=Tone.DIM)
    strongest = best(debrief.statements)
    if strongest is not None:
        said = f"✓ best, {rung_name(strongest)}: “{strongest.said.text}”"
        yield from timed(strongest.at, said, width, tone=Tone.GOOD)
    else:
        yield from paragraph("Ask for the last time it happened, what it cost, and what they do today.", width)


def _said(name: str, sentence: Sentence | None, width: int, tone: Tone) -> Iterator[Line]:
    if sentence is not None:
        yield from _under(name, f"“{sentence.text}”", width, tone)


def _answers(debrief: Debrief, width: int) -> Iterator[Line]:
    """Yield current questions first, then notes whose question the playbook no longer asks."""
    current = [answer for answer in debrief.answers if not answer.no_longer_asked and is_new(answer)]
    dropped = [answer for answer in debrief.answers if answer.no_longer_asked]
    yield from _answer_lines(current, debrief.header.prep, width)
    if dropped:
        yield from ((BLANK,) if current else ())
        yield line(Part("No longer asked by the playbook", Tone.HEADING))
    yield from _answer_lines(dropped, debrief.header.prep, width)


def _answer_lines(answers: Iterable[AnswerEntry], prep: str, width: int) -> Iterator[Line]:
    for answer in answers:
        yield from paragraph(answer.asked_as, width, tone=Tone.DIM)
        for note in answer.notes:
            yield from timed(note.at, note_words(note, prep), width)


def note_words(note: NoteLine, prep: str = "") -> str:
    """Return a note with its label, and its origin if it came from an earlier call or from the prep with this id."""
    words = " · ".join(part for part in (note.label, note.text) if part.strip())
    if not note.recalled_from:
        return words
    return f"{words} ({'from your prep' if note.recalled_from == prep else 'from an earlier call'})"


def _promises(debrief: Debrief, width: int) -> Iterator[Line]:
    sides = ((Side.ME, "You promised"), (Side.THEM, "They promised"))
    for side, title in sides:
        owed = [promise for promise in debrief.promises if promise.side is side and not promise.overpromise]
        if owed:
            yield line(Part(title, Tone.HEADING))
        for promise in owed:
            yield from timed(promise.at, promise_words(promise), width)
    overpromises = [promise for promise in debrief.promises if promise.overpromise]
    if overpromises:
        yield line(Part("Overpromises" if len(overpromises) > 1 else "Overpromise", Tone.HEADING))
    for promise in overpromises:
        yield from timed(promise.at, f"“{promise.text}”{settled_words(promise)}", width, tone=Tone.TAP)
        if promise.safer_wording:
            yield from _under("instead", promise.safer_wording, width, Tone.STRONG)


def _still_open(debrief: Debrief, width: int) -> Iterator[Line]:
    if debrief.open_questions:
        yield line(Part("Their questions you have not answered", Tone.HEADING))
    for asked in debrief.open_questions:
        yield from timed(asked.at, f"“{asked.text}”", width, tone=Tone.THEM)
    yield from _questions("Must-ask questions not asked", debrief.unasked_musts or (), width)
    others = (debrief.coverage.total or 0) - debrief.coverage.asked - len(debrief.unasked_musts or ())
    if others > 0:
        them = "1 other question was" if others == 1 else f"{others} other questions were"
        yield from paragraph(f"{them} not asked", width, first=(Part(" " * INDENT),), tone=Tone.DIM)
    yield from _questions("Asked, no answer noted", debrief.coverage.unanswered, width)
    if debrief.marks:
        yield line(Part("Bookmarks", Tone.HEADING))
    for mark in debrief.marks:
        said = f" · “{mark.said.text}”" if mark.said else ""
        yield from timed(mark.at, f"◆ {mark.question or 'bookmark'}{said}", width)


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


def _agenda(debrief: Debrief, width: int) -> Iterator[Line]:
    yield from _covered(debrief, width)
    for visit in debrief.agenda_path:
        symbol = "↪ " if visit.detour else ""
        yield from timed(visit.start, f"{symbol}{visit.label} · {length(visit.end - visit.start)}", width)
    for gap in debrief.listening_gaps:
        message = f": {gap.message}" if gap.message else ""
        lasted = length(gap.end - gap.start)
        yield from timed(gap.start, f"not listening to {gap.source} for {lasted}{message}", width, tone=Tone.TAP)
    header = debrief.header
    if header.breaks:
        after = f" after {length(header.break_seconds)}" if header.break_seconds else ""
        times = {1: "once", 2: "twice"}.get(header.breaks, f"{header.breaks} times")
        yield from paragraph(f"Resumed {times}{after}.", width)
    if PLAYBOOK_NOTES[header.playbook_status]:
        yield from paragraph(PLAYBOOK_NOTES[header.playbook_status], width, tone=Tone.DIM)
    started_at = f"{header.started_at.day} {header.started_at:%B %Y, %H:%M}" if header.started_at else ""
    facts = (started_at, header.mode, f"playbook {header.playbook}" if header.playbook else "")
    yield from paragraph(" · ".join(fact for fact in facts if fact), width, tone=Tone.DIM)


def _covered(debrief: Debrief, width: int) -> Iterator[Line]:
    cover = debrief.coverage
    of = f" of {cover.total}" if cover.total is not None else ""
    skipped = f", {cover.skipped} skipped" if cover.skipped else ""
    yield from paragraph(f"Asked {cover.asked}{of}, answered {cover.answered}{skipped}", width, tone=Tone.STRONG)
    for section in cover.sections:
        dots = "●" * section.answered + "◐" * (section.asked - section.answered)
        dots += "○" * (section.total - section.asked)
        if len(dots) > width // 2:
            dots = f"{section.answered} answered, {section.asked} asked of {section.total}"
        yield from paragraph(section.title or "(no section)", width, first=(Part(f"{dots} ", Tone.THEM),))


def is_new(answer: AnswerEntry) -> bool:
    """Return True if something was noted under the question in this call."""
    return any(not note.recalled_from for note in answer.notes)


def _is_from_prep(answer: AnswerEntry, prep: str) -> bool:
    """Return True for the user's own answer to a prep question."""
    return bool(prep) and not is_new(answer) and all(note.recalled_from == prep for note in answer.notes)


def _hypotheses(debrief: Debrief, width: int) -> Iterator[Line]:
    for each in debrief.tested:
        symbol, tone = _MARKS.get(each.verdict, ("○", Tone.TAP) if each.touched else ("·", Tone.DIM))
        yield from paragraph(f"You believed: {each.text}", width, first=(Part(f"{symbol:>{INDENT - 1}} ", tone),))
        for said in hypothesis_words(each):
            tone = Tone.THEM if said.startswith("“") else Tone.DIM
            yield from paragraph(said, width, first=(Part(" " * INDENT),), tone=tone)


_MARKS: Mapping[Verdict | None, tuple[str, Tone]] = {
    Verdict.FOR: ("✓", Tone.GOOD),
    Verdict.AGAINST: ("✗", Tone.TAP),
    Verdict.DISPROVED: ("✗", Tone.TAP),
    Verdict.UNTOUCHED: ("·", Tone.DIM),
}


def hypothesis_words(each: HypothesisResult) -> Sequence[str]:
    """Return what concerns a hypothesis, what the user decided, and what would disprove it.

    Only the buyer's words are quoted; a label or a note of the user's is shown as a note.
    """
    said = dict.fromkeys(words for words in (each.quote, *each.said) if words)
    found = [f"“{words}”" if words == each.quote and each.is_quoted else f"noted: {words}" for words in said]
    if each.verdict is not None:
        found.append(f"this call {judgment(each)}")
    elif each.asked and not said:
        found.append("asked, no answer noted")
    elif each.question and not each.touched:
        found.append(f"not asked: {each.asked_as}")
    if each.disproof:
        found.append(f"wrong if: {each.disproof}")
    return tuple(found)


def _background(debrief: Debrief, width: int) -> Iterator[Line]:
    """Yield what came from earlier calls and from the prep, in short."""
    prep = debrief.header.prep
    earlier = [answer for answer in debrief.answers if not answer.no_longer_asked and not is_new(answer)]
    for title, answers in (
        ("From earlier calls", [answer for answer in earlier if not _is_from_prep(answer, prep)]),
        ("Your answers in the prep", [answer for answer in earlier if _is_from_prep(answer, prep)]),
    ):
        if answers:
            yield line(Part(title, Tone.HEADING))
        for answer in answers:
            yield from paragraph(answer.asked_as, width, tone=Tone.DIM)
            words = " · ".join(dict.fromkeys(note.text for note in answer.notes if note.text.strip()))
            yield from paragraph(words, width, first=(Part(" " * INDENT),))


NARROW = 60
"""Below this width, columns are stacked."""

_ASCII = str.maketrans("…·“”‘’–→✓✗▲◆●○◐╌↪", ".-\"\"''->+x^**o-~>")


class DocumentBlock(Struct, frozen=True):
    """A part of the page with its own tab; `title` is empty for the first."""

    key: str
    title: str
    lines: tuple[Line, ...]


def page(
    debrief: Debrief, width: int, *, ascii_only: bool = False, has_timeline: bool = True, has_head: bool = True
) -> tuple[DocumentBlock, ...]:
    """Return the debrief for a width in cells.

    `has_timeline` includes the timeline drawn with characters, `has_head` the line with who, how long and the outcome.
    """
    summary = (*(_head(debrief, width) if has_head else ()), *_summary(debrief, width))
    picture = timeline(debrief, width, ascii_only=ascii_only) if has_timeline else ()
    now = tuple(_to_do(debrief, width))
    first = DocumentBlock(
        "summary", "", (*summary, *((BLANK, *picture) if picture else ()), *((BLANK, *now) if now else ()))
    )
    rest = (DocumentBlock(key, title, tuple(lines)) for key, title, lines in _blocks(debrief, width))
    made = (first, *(block for block in rest if block.lines))
    ribbon = agenda_ribbon(debrief, width, ascii_only=ascii_only) if has_timeline else ()
    if ribbon:
        made = tuple(
            replace(block, lines=(*ribbon, BLANK, *block.lines)) if block.key == "agenda" else block for block in made
        )
    return tuple(in_ascii(block) for block in made) if ascii_only else made


def printed(pages: Iterable[DocumentBlock]) -> str:
    """Return the page as plain text."""
    rows: list[str] = []
    for block in pages:
        rows += ["", block.title, ""] if block.title else []
        rows += [row.plain for row in block.lines]
    return "\n".join(rows) + "\n"


def _head(debrief: Debrief, width: int) -> Iterator[Line]:
    header, outcome = debrief.header, debrief.outcome
    who = [header.account, *header.people, header.title or header.playbook, length(header.duration_seconds)]
    facts = one_line(" · ".join(part for part in who if part.strip()))
    tone = Tone.DIM if outcome.verdict is OutcomeKind.UNFINISHED else Tone.GOOD
    head = one_line(outcome.headline)
    gap = width - line(facts).cells - line(head).cells
    if gap >= 2 and width >= NARROW:
        yield line(Part(facts, Tone.STRONG), " " * gap, Part(head, tone))
    else:
        yield from paragraph(facts, width, tone=Tone.STRONG)
        yield line(Part(cut(head, width), tone))


def _summary(debrief: Debrief, width: int) -> Iterator[Line]:
    outcome = debrief.outcome
    yield from paragraph(outcome.line, width)
    shown = f"{outcome.headline} {outcome.line}"
    for name, words in outcome.record.items():
        if outcome.name != DRILL and day(words, debrief.header.started_at).rstrip(".") not in shown:
            yield from paragraph(f"{name.replace('_', ' ').capitalize()}: {words}", width)
    yield BLANK
    lead = "Do it again: " if debrief.lesson.praise else "One thing to try: "
    text = debrief.lesson.text.removeprefix(lead) if debrief.lesson.praise else debrief.lesson.text
    yield from paragraph(lead + text, width, tone=Tone.HEADING)
    if debrief.lesson.reason:
        yield from paragraph(debrief.lesson.reason, width, tone=Tone.DIM)
    if debrief.talk.transcript_deleted:
        yield from paragraph("The transcript was deleted; the figures still include it.", width, tone=Tone.DIM)


TO_TAKE_BACK = 2
"""Overpromises that the summary shows; the list of promises has all."""


def _to_do(debrief: Debrief, width: int) -> Iterator[Line]:
    """Yield what to do now: promises to withdraw and to keep, questions not asked, and what was given away."""
    overpromises = [each for each in debrief.promises if each.overpromise and each.is_open]
    for promise in overpromises[:TO_TAKE_BACK]:
        yield from _row("take back", f"{clock(promise.at)} “{promise.text}", width, Tone.TAP, "”")
    if len(overpromises) > TO_TAKE_BACK:
        yield from _row("", f"and {len(overpromises) - TO_TAKE_BACK} more", width, Tone.DIM)
    owed = [each for each in debrief.promises if each.side is Side.ME and not each.overpromise and each.is_open]
    if owed:
        yield from _row("you owe", promise_words(owed[0]), width, end=_more(owed))
    if asked := debrief.open_questions:
        yield from _row("answer", f"{clock(asked[0].at)} “{asked[0].text}", width, end=f"”{_more(asked)}")
    if debrief.reveals:
        yield from _row("revealed", built_on(debrief), width, Tone.THEM)
    if touched := to_judge(debrief.tested):
        still_true = f"{touched[0].text}: still true?{_more(touched)}"
        yield from _row("believed", f"{still_true} {touching_words(touched[0])}", width)
    if musts := debrief.unasked_musts:
        yield from _row("not asked", musts[0].text, width, Tone.DIM, _more(musts))


def _more(listed: Sequence[object]) -> str:
    return f" · and {len(listed) - 1} more" if len(listed) > 1 else ""


def _row(name: str, text: str, width: int, tone: Tone = Tone.PLAIN, end: str = "") -> Iterator[Line]:
    """Yield one line with a name in front and `end` after the text, which is cut to fit."""
    room = max(width - ROW_NAMES - len(end), 1)
    yield line(Part(f"{name:{ROW_NAMES}}", Tone.STRONG), Part(f"{cut(one_line(text), room)}{end}", tone))


ROW_NAMES = 11
"""Cells for the name of a row of the summary."""


def in_ascii(block: DocumentBlock) -> DocumentBlock:
    """Return the block with ASCII characters only."""
    lines = (Line(tuple(replace(part, text=part.text.translate(_ASCII)) for part in row.parts)) for row in block.lines)
    return replace(block, title=block.title.translate(_ASCII), lines=tuple(lines))


KEY = "transcript"

_TONES = {Side.ME: Tone.ME, Side.THEM: Tone.THEM}
_NAMES = {Side.ME: "you", Side.THEM: "they"}


def transcript(events: Iterable[Event], width: int) -> DocumentBlock:
    """Return everything that was said, oldest first; without lines if nothing was heard or the words were deleted."""
    return DocumentBlock(KEY, "Everything said", tuple(_lines(events, width)))


def _lines(events: Iterable[Event], width: int) -> Iterator[Line]:
    for event in drawable(events):
        if isinstance(event, Heard) and event.text and event.text.strip():
            name = one_line(event.speaker) or _NAMES.get(event.side, "")
            lead = (
                Part(f"{clock(event.start):>{INDENT - 1}} ", Tone.DIM),
                Part(f"{name}: " if name else "", _TONES.get(event.side, Tone.PLAIN)),
            )
            yield from _indented(event.text, lead, width)


def _indented(text: str, lead: tuple[Part, ...], width: int) -> Iterator[Line]:
    """Yield the text after its speaker; later lines are indented like the time, whatever the length of the name."""
    name = lead[1].text
    rows = paragraph(f"{name}{text}", width, first=lead[:1])
    first = next(rows, None)
    if first is None:
        return
    said = first.parts[-1].text
    if said.startswith(name):
        yield Line((lead[0], lead[1], Part(said[len(name) :])))
    else:
        yield first
    yield from rows
