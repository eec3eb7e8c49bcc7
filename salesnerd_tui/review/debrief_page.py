"""The debrief as a page of blocks for the screen, `calls show` and the HTML export, and as Markdown.

The first block can be read in ten seconds: the outcome, what each side owes, what they said, one lesson, one picture.
The other blocks follow in the order in which they are useful after a call, the transcript last; empty blocks are left
out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from msgspec import Struct
from msgspec.structs import replace
from rich.cells import cell_len

from salesnerd_tui.call import tap_text
from salesnerd_tui.call.events import Event, Heard, NoteKind, Origin, Side, TapKind, Verdict
from salesnerd_tui.coach.signals.evidence import RUNGS, Rung
from salesnerd_tui.review.debrief.hypotheses import touch_text, undecided, verdict_text
from salesnerd_tui.review.debrief.model import (
    AnswerEntry,
    Debrief,
    Header,
    HypothesisResult,
    Lesson,
    NoteLine,
    OutcomeKind,
    PlaybookStatus,
    Reveal,
    Sentence,
    Tap,
    TapReaction,
)
from salesnerd_tui.review.debrief.talk import KINDS_BY_WEIGHT, best_statement, normalize_events
from salesnerd_tui.review.debrief.timeline import agenda_ribbon, timeline
from salesnerd_tui.review.page_lines import BLANK, Line, Part, Tone, cut, escape, line, pad, paragraph
from salesnerd_tui.review.points import main_point
from salesnerd_tui.review.promises import DRILL, promise_text, settlement_text
from salesnerd_tui.text import one_line, quoted
from salesnerd_tui.timefmt import format_clock, format_day, format_duration

INDENT_CELLS = 8
"""Cells before a text: enough for `1:04:10` and a space."""

MAX_REVEALS = 8
"""Maximum number of reveals on the page; the JSON lists all."""

NOTE_KIND_TITLES = {
    NoteKind.PAIN: "What hurts",
    NoteKind.NUMBER: "Numbers",
    NoteKind.PERSON: "People",
    NoteKind.QUOTE: "In their words",
    NoteKind.FREE: "Other",
}

MAX_DOTS = 20
"""Longest row of dots for the questions of a section; a longer section is counted in words."""

PLAYBOOK_NOTES = {
    PlaybookStatus.SAME: "",
    PlaybookStatus.CHANGED: "The playbook has changed since this call; questions are shown in their old wording.",
    PlaybookStatus.DIFFERENT: "This call used a different playbook, so unasked questions are unknown.",
    PlaybookStatus.MISSING: "The playbook of this call is missing, so unasked questions are unknown.",
}


class PageEntry(Struct, frozen=True):
    """A fact of the debrief: lines on a page, and an item in a Markdown list.

    `lead` is a time, a name or a symbol before the text; `under` belongs to it. `box` is the state of a task.
    """

    text: str
    tone: Tone = Tone.PLAIN
    lead: tuple[Part, ...] = ()
    under: tuple[PageEntry, ...] = ()
    box: bool | None = None


GAP = PageEntry("")
MARGIN = Part(" " * INDENT_CELLS)


def timed_entry(at: float, text: str, tone: Tone = Tone.PLAIN, under: Iterable[PageEntry] = ()) -> PageEntry:
    """Return a text after its time."""
    return PageEntry(text, tone, (Part(f"{format_clock(at):>{INDENT_CELLS - 1}} ", Tone.DIM),), tuple(under))


def named_entry(name: str, text: str, tone: Tone = Tone.PLAIN) -> Iterator[PageEntry]:
    """Yield a text after a name, under another; nothing for an empty text."""
    if text:
        yield PageEntry(text, tone, (MARGIN, Part(f"{name:8}", Tone.DIM)))


def quote(sentence: Sentence | None) -> str:
    """Return a sentence in quotation marks, an empty string without one."""
    return f"“{sentence.text}”" if sentence is not None else ""


def page_sections(debrief: Debrief) -> Iterator[tuple[str, str, Iterable[PageEntry]]]:
    """Yield the key, title and entries of every section in reading order; a section may have no entries."""
    yield "promises", "Promises", _promises(debrief)
    yield "answers", "What they said", _answers(debrief)
    yield "open", "Still open", _still_open(debrief)
    yield "notes", "Notes", _notes(debrief)
    yield "tested", "Hypotheses", _hypotheses(debrief)
    yield "taps", "Taps", _taps(debrief)
    yield "reveals", "What they revealed", _reveals(debrief)
    yield "evidence", "What their words are worth", _evidence(debrief)
    yield "before", "Background", _background(debrief)
    yield "agenda", "How it went", _agenda(debrief)


def draw_entries(entries: Iterable[PageEntry], width: int) -> Iterator[Line]:
    """Yield the entries as lines of a page."""
    for entry in entries:
        yield from paragraph(entry.text, width, first=entry.lead, tone=entry.tone)
        yield from draw_entries(entry.under, width)


def markdown_list(entries: Iterable[PageEntry], indent: str = "") -> Iterator[str]:
    """Yield the entries as a Markdown list; what follows a heading is under it."""
    deeper = ""
    for entry in entries:
        if not entry.text:
            continue
        is_heading = entry.tone is Tone.HEADING
        deeper = "" if is_heading else deeper
        name = "".join(part.text for part in entry.lead).strip()
        lead = f"{escape(name)}{':' if name[-1:].isalpha() else ''} " if name else ""
        box = "" if entry.box is None else f"[{'x' if entry.box else ' '}] "
        yield f"{indent}{deeper}- {box}{lead}{escape(entry.text)}"
        yield from markdown_list(entry.under, f"{indent}{deeper}  ")
        deeper = "  " if is_heading else deeper


def headed(title: str, entries: Iterable[PageEntry]) -> Iterator[PageEntry]:
    """Yield the entries below a heading; nothing without entries."""
    for number, entry in enumerate(entries):
        yield from () if number else (PageEntry(title, Tone.HEADING),)
        yield entry


def reaction_text(tap: Tap) -> str:
    """Return how the user reacted to a tap, in words."""
    seconds = tap.after_seconds
    match tap.after:
        case TapReaction.HANDED_BACK:
            return f"✓ handed back in {format_duration(seconds or 0.0)}"
        case TapReaction.BOUNDED:
            return f"✓ limited in {format_duration(seconds or 0.0)}"
        case TapReaction.DISMISSED:
            return "dismissed"
        case TapReaction.TALKED_ON:
            return f"ignored: kept talking for {format_duration(seconds or 0.0)}"
    return ""


def _taps(debrief: Debrief) -> Iterator[PageEntry]:
    """Yield the taps, then the praise; praise alone needs no action, and the timeline shows it."""
    if not debrief.taps:
        return
    for number, tap in enumerate(debrief.taps):
        if number:
            yield GAP
        late = " (late)" if tap.late else ""
        reason = f" · {tap.reason}" if tap.reason else ""
        then = reaction_text(tap)
        under = (
            *named_entry("they", quote(tap.they_said), Tone.THEM),
            *named_entry("you", quote(tap.before), Tone.ME),
            *named_entry("plain", tap.plain_wording),
            *named_entry("say" if tap.kind is TapKind.OVER_PROMISING else "ask", tap.suggestion, Tone.STRONG),
            *named_entry("then", then, Tone.GOOD if then.startswith("✓") else Tone.PLAIN),
        )
        yield timed_entry(tap.at, f"{tap_text.symbol(tap.kind)} {tap.words}{late}{reason}", Tone.TAP, under)
    for praise in debrief.praise:
        said = f" · they said {quote(praise.they_said)}" if praise.they_said else ""
        yield timed_entry(praise.at, f"{tap_text.PRAISE_SYMBOL} {praise.words}{said}", Tone.GOOD)


def built_on_text(debrief: Debrief) -> str:
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


RUNG_NAMES: Mapping[str, tuple[str, str]] = {
    **{rung: (rung.value, f"{rung.value}s") for rung in RUNGS},
    Rung.POLITENESS: ("polite remark", "polite remarks"),
    Rung.WISH: ("wish", "wishes"),
    Rung.SPENT: ("cost", "costs"),
}
"""Rungs of evidence in words: one statement, several."""


def _reveals(debrief: Debrief) -> Iterator[PageEntry]:
    """Yield the most important reveals that were passed over, then those that the user built on."""
    if not debrief.reveals:
        return
    yield PageEntry(built_on_text(debrief), Tone.STRONG)
    missed = [reveal for reveal in debrief.reveals if not reveal.followed_up]
    worst = sorted(missed, key=lambda reveal: [kind.value for kind in KINDS_BY_WEIGHT].index(reveal.kind))
    shown = worst[:MAX_REVEALS]
    for reveal in sorted(shown, key=lambda reveal: reveal.at):
        yield _reveal_entry(reveal, "", Tone.THEM)
    if len(missed) > len(shown):
        yield PageEntry(f"and {len(missed) - len(shown)} more not followed up", Tone.DIM)
    built = [reveal for reveal in debrief.reveals if reveal.followed_up]
    max_built = MAX_REVEALS - len(shown)
    for reveal in built[:max_built]:
        yield _reveal_entry(reveal, "✓ ", Tone.GOOD)
    if len(built) > max_built:
        yield PageEntry(f"and {len(built) - max_built} more that you built on", Tone.DIM)


def _reveal_entry(reveal: Reveal, symbol: str, tone: Tone) -> PageEntry:
    missed = "" if reveal.followed_up else ", not followed up"
    text = f"{symbol}{reveal.kind}{missed}: {quote(reveal.said)}"
    return timed_entry(reveal.at, text, tone, named_entry("you", quote(reveal.next_said), Tone.ME))


def _evidence(debrief: Debrief) -> Iterator[PageEntry]:
    if not debrief.statements:
        return
    yield PageEntry(evidence_summary(debrief), Tone.STRONG)
    counts = Counter(statement.rung for statement in debrief.statements)
    rung_counts = [f"{counts[rung]} {RUNG_NAMES[rung][counts[rung] > 1]}" for rung in reversed(RUNGS) if counts[rung]]
    yield PageEntry(", ".join(rung_counts), Tone.DIM)
    strongest = best_statement(debrief.statements)
    if strongest is not None:
        said = f"✓ best, {RUNG_NAMES[strongest.rung][0]}: {quote(strongest.said)}"
        yield timed_entry(strongest.at, said, Tone.GOOD)
    else:
        yield PageEntry("Ask for the last time it happened, what it cost, and what they do today.")


def _answers(debrief: Debrief) -> Iterator[PageEntry]:
    """Yield current questions first, then notes whose question the playbook no longer asks."""
    current = [answer for answer in debrief.answers if not answer.no_longer_asked and has_new_note(answer)]
    dropped = [answer for answer in debrief.answers if answer.no_longer_asked]
    yield from (_answer_entry(answer, debrief.header.prep) for answer in current)
    if current and dropped:
        yield GAP
    yield from headed(
        "No longer asked by the playbook", (_answer_entry(answer, debrief.header.prep) for answer in dropped)
    )


def _answer_entry(answer: AnswerEntry, prep: str) -> PageEntry:
    notes = tuple(timed_entry(note.at, note_text(note, prep)) for note in answer.notes)
    return PageEntry(answer.asked_as, Tone.DIM, under=notes)


def note_text(note: NoteLine, prep: str = "") -> str:
    """Return a note with its label, and its origin if it came from an earlier call or from the prep with this id."""
    words = " · ".join(part for part in (note.label, note.text) if part.strip())
    if not note.recalled_from:
        return words
    return f"{words} ({'from your prep' if note.recalled_from == prep else 'from an earlier call'})"


def _promises(debrief: Debrief) -> Iterator[PageEntry]:
    for side, title in ((Side.ME, "You promised"), (Side.THEM, "They promised")):
        owed = (promise for promise in debrief.promises if promise.side is side and not promise.overpromise)
        yield from headed(
            title, (replace(timed_entry(each.at, promise_text(each)), box=not each.is_open) for each in owed)
        )
    overpromises = [promise for promise in debrief.promises if promise.overpromise]
    entries = (
        timed_entry(
            each.at,
            f"“{each.text}”{settlement_text(each)}",
            Tone.TAP,
            named_entry("instead", each.safer_wording, Tone.STRONG),
        )
        for each in overpromises
    )
    yield from headed("Overpromises" if len(overpromises) > 1 else "Overpromise", entries)


def _still_open(debrief: Debrief) -> Iterator[PageEntry]:
    asked = (timed_entry(asked.at, quote(asked), Tone.THEM) for asked in debrief.open_questions)
    yield from headed("Their questions you have not answered", asked)
    musts = debrief.unasked_musts or ()
    circle = (Part(f"{'○':>{INDENT_CELLS - 1}} ", Tone.TAP),)
    texts = (f"{must.text}{f' ({must.section})' if must.section else ''}" for must in musts)
    yield from headed("Must-ask questions not asked", (PageEntry(text, lead=circle) for text in texts))
    others = (debrief.coverage.total or 0) - debrief.coverage.asked - len(musts)
    if others > 0:
        other = "other " if musts else ""
        them = f"1 {other}question was" if others == 1 else f"{others} {other}questions were"
        yield PageEntry(f"{them} not asked", Tone.DIM, (MARGIN,))
    unanswered = (timed_entry(question.at or 0.0, question.text) for question in debrief.coverage.unanswered)
    yield from headed("Asked, no answer noted", unanswered)
    said = ((mark, f" · {quote(mark.said)}" if mark.said else "") for mark in debrief.marks)
    yield from headed(
        "Bookmarks", (timed_entry(mark.at, f"◆ {mark.question or 'bookmark'}{words}") for mark, words in said)
    )


def _notes(debrief: Debrief) -> Iterator[PageEntry]:
    for kind, notes in groupby(debrief.notes, key=lambda note: note.kind):
        yield from headed(NOTE_KIND_TITLES.get(kind, kind.value), (timed_entry(note.at, note.text) for note in notes))


def _agenda(debrief: Debrief) -> Iterator[PageEntry]:
    yield from _coverage(debrief)
    for visit in debrief.agenda_path:
        label = f"↪ detour: {visit.label}" if visit.detour else visit.label
        seconds = int(visit.end) - int(visit.start)  # as the clock shows them, so that they add up
        yield timed_entry(visit.start, f"{label} · {format_duration(seconds)}")
    for gap in debrief.listening_gaps:
        message = f": {gap.message}" if gap.message else ""
        yield timed_entry(
            gap.start, f"not listening to {gap.source} for {format_duration(gap.end - gap.start)}{message}", Tone.TAP
        )
    header = debrief.header
    if header.breaks:
        after = f" after {format_duration(header.break_seconds)}" if header.break_seconds else ""
        times = {1: "once", 2: "twice"}.get(header.breaks, f"{header.breaks} times")
        yield PageEntry(f"Resumed {times}{after}.")
    if PLAYBOOK_NOTES[header.playbook_status]:
        yield PageEntry(PLAYBOOK_NOTES[header.playbook_status], Tone.DIM)
    facts = (_start_text(header), header.mode, f"playbook {header.playbook}" if header.playbook else "")
    yield PageEntry(" · ".join(fact for fact in facts if fact), Tone.DIM)


def _start_text(header: Header) -> str:
    return f"{header.started_at.day} {header.started_at:%B %Y, %H:%M}" if header.started_at else ""


def _coverage(debrief: Debrief) -> Iterator[PageEntry]:
    cover = debrief.coverage
    of = f" of {cover.total}" if cover.total is not None else ""
    skipped = f", {cover.skipped} skipped" if cover.skipped else ""
    yield PageEntry(f"Asked {cover.asked}{of}, answered {cover.answered}{skipped}", Tone.STRONG)
    for section in cover.sections:
        dots = "●" * section.answered + "◐" * (section.asked - section.answered)
        dots += "○" * (section.total - section.asked)
        if len(dots) > MAX_DOTS:
            dots = f"{section.answered} answered, {section.asked} asked of {section.total}"
        yield PageEntry(section.title or "(no section)", lead=(Part(f"{dots} ", Tone.THEM),))


def has_new_note(answer: AnswerEntry) -> bool:
    """Return True if something was noted under the question in this call."""
    return any(not note.recalled_from for note in answer.notes)


def _hypotheses(debrief: Debrief) -> Iterator[PageEntry]:
    for hypothesis in debrief.tested:
        symbol, tone = _VERDICT_SYMBOLS.get(
            hypothesis.verdict, ("○", Tone.TAP) if hypothesis.touched else ("·", Tone.DIM)
        )
        under = (
            PageEntry(said, Tone.THEM if said.startswith("“") else Tone.DIM, (MARGIN,))
            for said in hypothesis_texts(hypothesis)
        )
        yield PageEntry(
            f"You believed: {hypothesis.text}", lead=(Part(f"{symbol:>{INDENT_CELLS - 1}} ", tone),), under=tuple(under)
        )


_VERDICT_SYMBOLS: Mapping[Verdict | None, tuple[str, Tone]] = {
    Verdict.FOR: ("✓", Tone.GOOD),
    Verdict.AGAINST: ("✗", Tone.TAP),
    Verdict.DISPROVED: ("✗", Tone.TAP),
    Verdict.UNTOUCHED: ("·", Tone.DIM),
}


def hypothesis_texts(hypothesis: HypothesisResult) -> Sequence[str]:
    """Return what concerns a hypothesis, what the user decided, and what would disprove it.

    Only the buyer's words are quoted; a label or a note of the user's is shown as a note.
    """
    quotes = dict.fromkeys(words for words in (hypothesis.quote, *hypothesis.said) if words)
    texts = [
        f"“{words}”" if words == hypothesis.quote and hypothesis.is_quoted else f"noted: {words}" for words in quotes
    ]
    if hypothesis.verdict is not None:
        texts.append(f"this call {verdict_text(hypothesis)}")
    elif hypothesis.asked and not quotes:
        texts.append("asked, no answer noted")
    elif hypothesis.question and not hypothesis.touched:
        texts.append(f"not asked: {hypothesis.asked_as}")
    if hypothesis.disproof:
        texts.append(f"wrong if: {hypothesis.disproof}")
    return tuple(texts)


def _background(debrief: Debrief) -> Iterator[PageEntry]:
    """Yield what came from earlier calls and from the prep, in short."""
    prep = debrief.header.prep
    earlier = [answer for answer in debrief.answers if not answer.no_longer_asked and not has_new_note(answer)]
    prepared = [answer for answer in earlier if prep and all(note.recalled_from == prep for note in answer.notes)]
    others = [answer for answer in earlier if answer not in prepared]
    for title, answers in (("From earlier calls", others), ("Your answers in the prep", prepared)):
        yield from headed(title, map(_brief_answer, answers))


def _brief_answer(answer: AnswerEntry) -> PageEntry:
    words = " · ".join(dict.fromkeys(note.text for note in answer.notes if note.text.strip()))
    return PageEntry(answer.asked_as, Tone.DIM, under=(PageEntry(words, lead=(MARGIN,)),))


ROW_NAME_CELLS = 11
"""Cells for the name of a row of the summary."""

MAX_POINT_NAME_CELLS = 20
"""Maximum cells for the name of an answer in the summary."""

NARROW_WIDTH = 60
"""Below this width, columns are stacked."""

_ASCII = str.maketrans("…·“”‘’–—→✓✗▲⚑◆●○◐╌↪▁▂▃▄▅▆▇█─┬└╵", ".-\"\"''-->+x^!**o-~>_.:-=+*#-+''")


class DocumentBlock(Struct, frozen=True):
    """A part of the page with its own tab; `title` is empty for the first."""

    key: str
    title: str
    lines: tuple[Line, ...]


def render_page(
    debrief: Debrief, width: int, *, ascii_only: bool = False, has_timeline: bool = True, has_head: bool = True
) -> tuple[DocumentBlock, ...]:
    """Return the debrief for a width in cells.

    `has_timeline` includes the timeline drawn with characters, `has_head` the line with who, how long and the outcome.
    """
    picture = timeline(debrief, width) if has_timeline else ()
    parts = (_to_do(debrief, width), _points(debrief, width), _lesson(debrief, width), picture)
    gap = (BLANK,) if width >= NARROW_WIDTH else ()
    lines = (row for part in map(tuple, parts) if part for row in (*(gap if part is not picture else (BLANK,)), *part))
    head = _head(debrief, width) if has_head else ()
    summary_block = DocumentBlock("summary", "", (*head, *_summary(debrief, width), *lines))
    sections = (
        DocumentBlock(key, title, tuple(draw_entries(entries, width))) for key, title, entries in page_sections(debrief)
    )
    blocks = (summary_block, *(block for block in sections if block.lines))
    ribbon = agenda_ribbon(debrief, width) if has_timeline else ()
    if ribbon:
        blocks = tuple(
            replace(block, lines=(*ribbon, BLANK, *block.lines)) if block.key == "agenda" else block for block in blocks
        )
    return tuple(to_ascii_block(block) for block in blocks) if ascii_only else blocks


def to_plain_text(pages: Iterable[DocumentBlock]) -> str:
    rows: list[str] = []
    for block in pages:
        rows += ["", block.title, ""] if block.title else []
        rows += [row.plain for row in block.lines]
    return "\n".join(rows) + "\n"


def _head(debrief: Debrief, width: int) -> Iterator[Line]:
    header, outcome = debrief.header, debrief.outcome
    who = [header.account, *header.people, header.title or header.playbook, format_duration(header.duration_seconds)]
    facts = one_line(" · ".join(part for part in who if part.strip()))
    is_open = outcome.verdict is OutcomeKind.OPEN
    tone = Tone.DIM if is_open else Tone.WARNING if outcome.is_undated else Tone.GOOD
    head = one_line(outcome.headline)
    gap = width - line(facts).cells - line(head).cells
    if gap >= 2 and width >= NARROW_WIDTH:
        yield line(Part(facts, Tone.STRONG), " " * gap, Part(head, tone))
    else:
        yield from paragraph(facts, width, tone=Tone.STRONG)
        yield line(Part(cut(head, width), tone))


def _summary(debrief: Debrief, width: int) -> Iterator[Line]:
    outcome = debrief.outcome
    yield from paragraph(outcome.line, width, tone=Tone.WARNING if outcome.is_undated else Tone.PLAIN)
    shown = f"{outcome.headline} {outcome.line}"
    for name, words in outcome.record.items():
        if outcome.name != DRILL and format_day(words, debrief.header.started_at).rstrip(".") not in shown:
            yield from paragraph(f"{name.replace('_', ' ').capitalize()}: {words}", width)


def _lesson(debrief: Debrief, width: int) -> Iterator[Line]:
    lead = "Do it again: " if debrief.lesson.praise else "One thing to try: "
    text = debrief.lesson.text.removeprefix(lead) if debrief.lesson.praise else debrief.lesson.text
    yield from paragraph(lead + text, width, tone=Tone.HEADING)
    if debrief.lesson.reason:
        yield from paragraph(debrief.lesson.reason, width, tone=Tone.DIM)
    if debrief.talk.transcript_deleted:
        yield from paragraph("The transcript was deleted; the figures still include it.", width, tone=Tone.DIM)


MAX_OVERPROMISES = 2
"""Overpromises that the summary shows; the list of promises has all."""

MAX_OWED = 2
"""Promises of each side that the summary shows, one on a narrow page."""

MAX_POINTS = 5
"""Maximum number of answers in the summary."""


def _to_do(debrief: Debrief, width: int) -> Iterator[Line]:
    """Yield what each side has to do now: promises to withdraw and to keep, questions to answer."""
    overpromises = [each for each in debrief.promises if each.overpromise and each.is_open]
    for promise in overpromises[:MAX_OVERPROMISES]:
        yield from _row("take back", f"{format_clock(promise.at)} “{promise.text}", width, Tone.TAP, "”")
    if len(overpromises) > MAX_OVERPROMISES:
        yield from _row("", f"and {len(overpromises) - MAX_OVERPROMISES} more", width, Tone.DIM)
    yield from _owed(debrief, Side.ME, "you owe", width)
    if asked := debrief.open_questions:
        yield from _row("answer", f"{format_clock(asked[0].at)} “{asked[0].text}", width, end=f"”{_more_text(asked)}")
    yield from _owed(debrief, Side.THEM, "they owe", width)
    if touched := undecided(debrief.tested):
        still_true = f"{touched[0].text}: still true?{_more_text(touched)}"
        yield from _row("believed", f"{still_true} {touch_text(touched[0])}", width)


def _owed(debrief: Debrief, side: Side, name: str, width: int) -> Iterator[Line]:
    owed = [each for each in debrief.promises if each.side is side and not each.overpromise and each.is_open]
    shown = owed[: MAX_OWED if width >= NARROW_WIDTH else 1]
    for number, promise in enumerate(shown):
        day = f" ({format_day(promise.due_on, promise.said_on)})" if promise.due_on else ""
        is_clear = side is Side.ME or len(debrief.header.people) == 1
        text = promise_text(replace(promise, owner="") if is_clear else promise)
        end = day if day and text.endswith(day) else ""
        more = _more_text(owed[number:]) if promise is shown[-1] else ""
        if width < NARROW_WIDTH and more:
            more = f" +{len(owed) - 1}"
        yield from _row("" if number else name, text.removesuffix(end), width, end=f"{end}{more}")


def _points(debrief: Debrief, width: int) -> Iterator[Line]:
    """Yield what they said to each must-ask question, in one line each, and the must-ask questions not asked.

    Without must-ask questions, the first answers are shown; a question that the lesson names is not repeated.
    """
    answers = [each for each in debrief.answers if has_new_note(each) and not each.no_longer_asked]
    musts = [each for each in answers if each.must]
    shown = musts or answers
    unasked = [each for each in debrief.unasked_musts or () if quoted(each.text, 120) not in debrief.lesson.text]
    names = [one_line(each.section or each.asked_as) for each in shown[:MAX_POINTS]]
    widest = max(map(cell_len, names), default=0) + 2 if width >= NARROW_WIDTH else 0
    cells = min(max(widest, ROW_NAME_CELLS), MAX_POINT_NAME_CELLS)
    for name, answer in zip(names, shown, strict=False):
        yield from _row(cut(name, cells - 1), _answer_point(answer), width, Tone.THEM, cells=cells)
    if len(shown) > MAX_POINTS:
        yield from _row("", f"and {len(shown) - MAX_POINTS} more", width, Tone.DIM, cells=cells)
    if unasked:
        yield from _row("not asked", unasked[0].text, width, Tone.DIM, _more_text(unasked), cells=cells)


def _answer_point(answer: AnswerEntry) -> str:
    """Return an answer of this call in short: what the user noted, otherwise the point of what was heard."""
    notes = [note for note in answer.notes if not note.recalled_from]
    typed = [note_text(note) for note in notes if note.how is Origin.HAND]
    return " · ".join(typed) or main_point(notes[0].text) or note_text(notes[0])


def _more_text(items: Sequence[object]) -> str:
    return f" · and {len(items) - 1} more" if len(items) > 1 else ""


def _row(
    name: str, text: str, width: int, tone: Tone = Tone.PLAIN, end: str = "", *, cells: int = ROW_NAME_CELLS
) -> Iterator[Line]:
    """Yield one line with a name in front and `end` after the text, which is cut to fit."""
    shown = _cut_quote(one_line(text), max(width - cells - len(end), 1), end)
    yield line(Part(pad(name, cells), Tone.STRONG), Part(f"{shown}{end}", tone))


def _cut_quote(text: str, width: int, end: str) -> str:
    """Return `text` cut to `width` cells; a quotation that it cuts is closed here, unless `end` closes it."""
    shown = cut(text, width)
    if shown == text or end.startswith("”") or shown.count("“") <= shown.count("”"):
        return shown
    shown = cut(text, max(width - 1, 1))
    return f"{shown}”" if shown.count("“") > shown.count("”") else shown


def to_ascii_block(block: DocumentBlock) -> DocumentBlock:
    lines = (Line(tuple(replace(part, text=part.text.translate(_ASCII)) for part in row.parts)) for row in block.lines)
    return replace(block, title=block.title.translate(_ASCII), lines=tuple(lines))


TIMELINE_CELLS = 100


def render_markdown(debrief: Debrief, call_id: str) -> str:
    """Return the whole debrief as Markdown, for a wiki, a ticket or a colleague; empty sections are left out.

    Words of people are escaped, so that they cannot become a heading, link, image, HTML or formula.
    """
    rows = [*_markdown_head(debrief, call_id)]
    picture = [row.plain for row in timeline(debrief, TIMELINE_CELLS)]
    for key, title, entries in page_sections(debrief):
        if key == "open":
            rows += ["", *_markdown_lesson(debrief.lesson)]
        if key == "taps" and picture:
            rows += ["", "## Timeline", "", "```text", *(row.replace("`", "'") for row in picture), "```"]
        if items := list(markdown_list(entries)):
            rows += ["", f"## {title}", "", *items]
    return "\n".join(rows) + "\n"


def _markdown_head(debrief: Debrief, call_id: str) -> Iterator[str]:
    header, outcome = debrief.header, debrief.outcome
    title = " · ".join(escape(part) for part in (header.account, header.title or header.playbook) if part.strip())
    yield f"# {title or 'A call'}"
    yield ""
    code = f"`{call_id.replace('`', '')}`" if call_id else ""
    facts = (_start_text(header), format_duration(header.duration_seconds), *map(escape, header.people), code)
    yield " · ".join(fact for fact in facts if fact)
    yield ""
    yield f"**{escape(outcome.headline)}.** {escape(outcome.line)}"
    for name, words in outcome.record.items():
        yield f"- {escape(name.replace('_', ' '))}: {escape(words)}"


def _markdown_lesson(lesson: Lesson) -> Iterator[str]:
    yield f"## {'Do it again' if lesson.praise else 'One thing to try'}"
    yield ""
    text = lesson.text.removeprefix("Do it again: ") if lesson.praise else lesson.text
    yield f"> {escape(text)}" + (f" {escape(lesson.reason)}" if lesson.reason else "")


TRANSCRIPT_KEY = "transcript"

_TONES = {Side.ME: Tone.ME, Side.THEM: Tone.THEM}
_NAMES = {Side.ME: "you", Side.THEM: "they"}


def render_transcript(events: Iterable[Event], width: int) -> DocumentBlock:
    """Return everything that was said, oldest first; without lines if nothing was heard or the words were deleted."""
    return DocumentBlock(TRANSCRIPT_KEY, "Everything said", tuple(_transcript_lines(events, width)))


def _transcript_lines(events: Iterable[Event], width: int) -> Iterator[Line]:
    for event in normalize_events(events):
        if isinstance(event, Heard) and event.text and event.text.strip():
            name = one_line(event.speaker) or _NAMES.get(event.side, "")
            lead = (
                Part(f"{format_clock(event.start):>{INDENT_CELLS - 1}} ", Tone.DIM),
                Part(f"{name}: " if name else "", _TONES.get(event.side, Tone.PLAIN)),
            )
            yield from _indent_lines(event.text, lead, width)


def _indent_lines(text: str, lead: tuple[Part, ...], width: int) -> Iterator[Line]:
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
