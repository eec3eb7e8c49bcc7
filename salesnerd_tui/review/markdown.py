"""Markdown export of a call, for a wiki, a ticket or a colleague who was not on the call.

Words of people are escaped, so that they cannot become a heading, link, image, HTML or formula.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from msgspec.structs import replace

from salesnerd_tui.call.events import Side
from salesnerd_tui.review.debrief.talk import best
from salesnerd_tui.review.debrief.timeline import timeline
from salesnerd_tui.review.debrief_page import (
    KINDS,
    PLAYBOOK_NOTES,
    built_on,
    evidence_summary,
    hypothesis_words,
    is_new,
    note_words,
    passed_over,
    reaction,
    rung_name,
    statement_counts,
)
from salesnerd_tui.review.promises import promise_words, settled_words
from salesnerd_tui.text import one_line
from salesnerd_tui.timefmt import clock, length

if TYPE_CHECKING:
    from salesnerd_tui.review.debrief.model import AnswerEntry, Debrief, QuestionEntry, Tap

_SYMBOLS = re.compile(r"([\\`*_{}\[\]<>#|~&!$@%]|=(?==)|(?<==)=)")
_OPENS_A_BLOCK = re.compile(r"^([-+=:]|\d+(?=[.)]))")
_ADDRESS = re.compile(r"(?i)(?<=[a-z])://|\bwww\.")


def escape(text: str) -> str:
    """Return `text` on one line, escaped for any place in a paragraph or list item."""
    escaped = _SYMBOLS.sub(r"\\\1", one_line(text, whole=True))
    escaped = _OPENS_A_BLOCK.sub(_opening, escaped)
    return _ADDRESS.sub(lambda found: found.group().replace(":", "\\:").replace(".", "\\."), escaped)


def fenced(rows: list[str]) -> list[str]:
    """Return lines as a code block that nothing in them can close."""
    return ["```text", *(row.replace("`", "'") for row in rows), "```"]


def _opening(found: re.Match[str]) -> str:
    """Escape the start of a line, which would open a list, heading or quote; a number keeps its digits."""
    start = found.group()
    return f"{start}\\" if start.isdigit() else f"\\{start}"


TIMELINE_CELLS = 100


def markdown(debrief: Debrief, call_id: str) -> str:
    """Return the whole debrief as Markdown; empty sections are left out."""
    sections: Sequence[tuple[str, Iterable[str]]] = (
        ("Timeline", _timeline(debrief)),
        ("Taps", _taps(debrief)),
        ("What they revealed", _reveals(debrief)),
        ("What their words are worth", _evidence(debrief)),
        ("Hypotheses", _hypotheses(debrief)),
        ("What they said", _answers(debrief, lambda answer: not answer.no_longer_asked and is_new(answer))),
        ("No longer asked by the playbook", _answers(debrief, lambda answer: answer.no_longer_asked)),
        ("Promises", _promises(debrief)),
        ("Still open", _still_open(debrief)),
        ("Notes", _notes(debrief)),
        ("Background", _answers(debrief, lambda answer: not answer.no_longer_asked and not is_new(answer))),
        ("Agenda", _agenda(debrief)),
    )
    rows = [*_head(debrief, call_id)]
    for title, lines in sections:
        listed = list(lines)
        if listed:
            rows += ["", f"## {title}", "", *listed]
    return "\n".join(rows) + "\n"


def _head(debrief: Debrief, call_id: str) -> Iterator[str]:
    header, outcome, lesson = debrief.header, debrief.outcome, debrief.lesson
    title = " · ".join(escape(part) for part in (header.account, header.title or header.playbook) if part.strip())
    yield f"# {title or 'A call'}"
    yield ""
    facts = [f"{header.started_at.day} {header.started_at:%B %Y, %H:%M}"] if header.started_at else []
    facts += [
        length(header.duration_seconds),
        *map(escape, header.people),
        f"`{call_id.replace('`', '')}`" if call_id else "",
    ]
    yield " · ".join(fact for fact in facts if fact)
    yield ""
    yield f"**{escape(outcome.headline)}.** {escape(outcome.line)}"
    for name, words in outcome.record.items():
        yield f"- {escape(name.replace('_', ' '))}: {escape(words)}"
    yield ""
    lead = "" if lesson.praise else "One thing to try: "
    yield f"> {lead}{escape(lesson.text)}" + (f" {escape(lesson.reason)}" if lesson.reason else "")


def _timeline(debrief: Debrief) -> list[str]:
    rows = [line.plain for line in timeline(debrief, TIMELINE_CELLS)]
    return fenced(rows) if rows else []


def _taps(debrief: Debrief) -> Iterator[str]:
    for tap in debrief.taps:
        reason = f": {escape(tap.reason)}" if tap.reason else ""
        yield f"- {clock(tap.at)} **{escape(tap.words)}**{reason}"
        yield from (f"  - {name}: {escape(words)}" for name, words in _moment(tap) if words)
    for praise in debrief.praise:
        said = f", and they said “{escape(praise.they_said.text)}”" if praise.they_said else ""
        yield f"- {clock(praise.at)} ✓ {escape(praise.words)}{said}"


def _moment(tap: Tap) -> Iterator[tuple[str, str]]:
    yield "they", f"“{tap.they_said.text}”" if tap.they_said else ""
    yield "you", f"“{tap.before.text}”" if tap.before else ""
    yield "plain wording", tap.plain_wording
    yield "suggestion", tap.suggestion
    yield "then", reaction(tap)


def _reveals(debrief: Debrief) -> Iterator[str]:
    if not debrief.reveals:
        return
    yield f"- {built_on(debrief)}"
    for reveal in passed_over(debrief)[0]:
        yield f"- {clock(reveal.at)} {reveal.kind}, not followed up: “{escape(reveal.said.text)}”"


def _evidence(debrief: Debrief) -> Iterator[str]:
    if not debrief.statements:
        return
    yield f"- {evidence_summary(debrief).rstrip('.')} ({statement_counts(debrief)})."
    strongest = best(debrief.statements)
    if strongest is not None:
        yield f"- best, {clock(strongest.at)} {rung_name(strongest)}: “{escape(strongest.said.text)}”"


def _hypotheses(debrief: Debrief) -> Iterator[str]:
    for each in debrief.tested:
        yield f"- {escape(each.text)}"
        yield from (f"  - {escape(said)}" for said in hypothesis_words(each))


def _answers(debrief: Debrief, wanted: Callable[[AnswerEntry], bool]) -> Iterator[str]:
    for answer in filter(wanted, debrief.answers):
        yield f"- {escape(answer.asked_as)}"
        for note in answer.notes:
            yield f"  - {clock(note.at)} {escape(note_words(note, debrief.header.prep))}"


def _promises(debrief: Debrief) -> Iterator[str]:
    for promise in debrief.promises:
        who = "you" if promise.side is Side.ME else "they"
        if promise.overpromise:
            instead = f" (instead: {escape(promise.safer_wording)})" if promise.safer_wording else ""
            yield f"- {clock(promise.at)} overpromise: “{escape(promise.text)}”{instead}{settled_words(promise)}"
        else:
            box = " " if promise.is_open else "x"
            text = promise_words(replace(promise, owner=""))
            yield f"- [{box}] {escape(promise.owner) or who}, {clock(promise.at)}: {escape(text)}"


def _still_open(debrief: Debrief) -> Iterator[str]:
    for asked in debrief.open_questions:
        yield f"- {clock(asked.at)} they asked, not answered: “{escape(asked.text)}”"
    yield from _questions("not asked", debrief.unasked_musts or ())
    yield from _questions("asked, no answer noted", debrief.coverage.unanswered)
    for mark in debrief.marks:
        said = f": “{escape(mark.said.text)}”" if mark.said else ""
        yield f"- {clock(mark.at)} bookmark, at {escape(mark.question or 'no question')}{said}"


def _questions(lead: str, questions: Iterable[QuestionEntry]) -> Iterator[str]:
    return (f"- {lead}: {escape(question.text)}" for question in questions)


def _notes(debrief: Debrief) -> Iterator[str]:
    for kind, notes in groupby(debrief.notes, key=lambda note: note.kind):
        yield f"- {KINDS[kind]}"
        yield from (f"  - {clock(note.at)} {escape(note.text)}" for note in notes)


def _agenda(debrief: Debrief) -> Iterator[str]:
    cover = debrief.coverage
    of = f" of {cover.total}" if cover.total is not None else ""
    yield f"- asked {cover.asked}{of}, answered {cover.answered}, skipped {cover.skipped}"
    for visit in debrief.agenda_path:
        detour = "detour: " if visit.detour else ""
        yield f"- {clock(visit.start)} {detour}{escape(visit.label)}, {length(visit.end - visit.start)}"
    for gap in debrief.listening_gaps:
        lasted = length(gap.end - gap.start)
        yield f"- {clock(gap.start)} not listening to {escape(gap.source)} for {lasted}: {escape(gap.message)}"
    if PLAYBOOK_NOTES[debrief.header.playbook_status]:
        yield f"- {PLAYBOOK_NOTES[debrief.header.playbook_status]}"
