"""Markdown in which a person's words are words: no heading, link, image, HTML or formula can come of them.

A call as Markdown, for a wiki, a ticket or a colleague who was not on it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby

from salesnerd_tui.call.events import Side
from salesnerd_tui.review.debrief.model import AnswerEntry, Debrief, QuestionEntry, Tap
from salesnerd_tui.review.debrief.timeline import timeline
from salesnerd_tui.review.document import KINDS, NEWS, came_of, came_of_it, is_new, let_lie, note_words, promise_words
from salesnerd_tui.review.times import length
from salesnerd_tui.text import one_line
from salesnerd_tui.timefmt import clock

_SIGNS = re.compile(r"([\\`*_{}\[\]<>#|~&!$@])")
_OPENS_A_BLOCK = re.compile(r"^([-+=:]|\d+(?=[.)]))")
_ADDRESS = re.compile(r"(?i)(?<=[a-z])://|\bwww\.")


def escape(text: str) -> str:
    """`text` on one line, to stand anywhere in a paragraph or list item."""
    escaped = _SIGNS.sub(r"\\\1", one_line(text, whole=True))
    escaped = _OPENS_A_BLOCK.sub(_opening, escaped)
    return _ADDRESS.sub(lambda found: found.group().replace(":", "\\:").replace(".", "\\."), escaped)


def fenced(rows: list[str]) -> list[str]:
    """Lines as they are, in a block of code that nothing in them can close."""
    return ["```text", *(row.replace("`", "'") for row in rows), "```"]


def _opening(found: re.Match[str]) -> str:
    """A sign at the start of a line, so that it opens no list, heading or quote; a number keeps its digits."""
    sign = found.group()
    return f"{sign}\\" if sign.isdigit() else f"\\{sign}"


PICTURE_CELLS = 100


def markdown(debrief: Debrief, call_id: str) -> str:
    """The whole debrief; only sections that have something to say."""
    sections: Sequence[tuple[str, Iterable[str]]] = (
        ("The call", _picture(debrief)),
        ("Taps", _taps(debrief)),
        ("What they gave away", _reveals(debrief)),
        ("What you wanted to find out", _tested(debrief)),
        ("What they said", _answers(debrief, lambda answer: not answer.gone and is_new(answer))),
        ("No longer asked by the playbook", _answers(debrief, lambda answer: answer.gone)),
        ("Promises", _promises(debrief)),
        ("Still open", _still_open(debrief)),
        ("Notes", _notes(debrief)),
        ("Known before", _answers(debrief, lambda answer: not answer.gone and not is_new(answer))),
        ("How it went", _how_it_went(debrief)),
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
    facts = [f"{header.began.day} {header.began:%B %Y, %H:%M}"] if header.began else []
    facts += [length(header.seconds), *map(escape, header.people), f"`{call_id.replace('`', '')}`" if call_id else ""]
    yield " · ".join(fact for fact in facts if fact)
    yield ""
    yield f"**{escape(outcome.headline)}.** {escape(outcome.line)}"
    for name, words in outcome.record.items():
        yield f"- {escape(name.replace('_', ' '))}: {escape(words)}"
    yield ""
    lead = "" if lesson.praise else "One thing to try: "
    yield f"> {lead}{escape(lesson.text)}" + (f" {escape(lesson.because)}" if lesson.because else "")


def _picture(debrief: Debrief) -> list[str]:
    rows = [line.plain for line in timeline(debrief, PICTURE_CELLS)]
    return fenced(rows) if rows else []


def _taps(debrief: Debrief) -> Iterator[str]:
    for tap in debrief.taps:
        because = f": {escape(tap.because)}" if tap.because else ""
        yield f"- {clock(tap.at)} **{escape(tap.words)}**{because}"
        yield from (f"  - {name}: {escape(words)}" for name, words in _moment(tap) if words)
    for praise in debrief.praise:
        said = f", and they said “{escape(praise.they_said.text)}”" if praise.they_said else ""
        yield f"- {clock(praise.at)} ✓ {escape(praise.words)}{said}"


def _moment(tap: Tap) -> Iterator[tuple[str, str]]:
    yield "they", f"“{tap.they_said.text}”" if tap.they_said else ""
    yield "you", f"“{tap.before.text}”" if tap.before else ""
    yield "plainer", tap.plainer
    yield "ready", tap.ready
    yield "then", came_of_it(tap)


def _reveals(debrief: Debrief) -> Iterator[str]:
    if not debrief.reveals:
        return
    yield f"- taken up: {sum(reveal.taken_up for reveal in debrief.reveals)} of {len(debrief.reveals)}"
    for reveal in let_lie(debrief)[0]:
        yield f"- {clock(reveal.at)} {reveal.kind}, not taken up: “{escape(reveal.said.text)}”"


def _tested(debrief: Debrief) -> Iterator[str]:
    for each in debrief.tested:
        yield f"- {escape(each.text)}"
        yield from (f"  - {escape(said)}" for said in came_of(each))


def _answers(debrief: Debrief, wanted: Callable[[AnswerEntry], bool]) -> Iterator[str]:
    for answer in filter(wanted, debrief.answers):
        yield f"- {escape(answer.asked_as)}"
        for note in answer.notes:
            yield f"  - {clock(note.at)} {escape(note_words(note, debrief.header.prep))}"


def _promises(debrief: Debrief) -> Iterator[str]:
    for promise in debrief.promises:
        who = "you" if promise.side is Side.ME else "they"
        if promise.over:
            instead = f" (instead: {escape(promise.bounded)})" if promise.bounded else ""
            yield f"- {clock(promise.at)} promised too much: “{escape(promise.text)}”{instead}"
        else:
            yield f"- [ ] {who}, {clock(promise.at)}: {escape(promise_words(promise))}"


def _still_open(debrief: Debrief) -> Iterator[str]:
    yield from _questions("never asked", debrief.unasked or ())
    yield from _questions("asked, no answer noted", debrief.coverage.unanswered)
    for mark in debrief.marks:
        said = f": “{escape(mark.said.text)}”" if mark.said else ""
        yield f"- {clock(mark.at)} marked, at {escape(mark.question or 'no question')}{said}"


def _questions(told: str, questions: Iterable[QuestionEntry]) -> Iterator[str]:
    return (f"- {told}: {escape(question.text)}" for question in questions)


def _notes(debrief: Debrief) -> Iterator[str]:
    for kind, notes in groupby(debrief.notes, key=lambda note: note.kind):
        yield f"- {KINDS[kind]}"
        yield from (f"  - {clock(note.at)} {escape(note.text)}" for note in notes)


def _how_it_went(debrief: Debrief) -> Iterator[str]:
    cover = debrief.coverage
    of = f" of {cover.total}" if cover.total is not None else ""
    yield f"- asked {cover.asked}{of}, answered {cover.answered}, skipped {cover.skipped}"
    for stay in debrief.stays:
        detour = "detour: " if stay.detour else ""
        yield f"- {clock(stay.start)} {detour}{escape(stay.label)}, {length(stay.end - stay.start)}"
    for spell in debrief.blind:
        lasted = length(spell.end - spell.start)
        yield f"- {clock(spell.start)} not hearing {escape(spell.source)} for {lasted}: {escape(spell.told)}"
    if NEWS[debrief.header.news]:
        yield f"- {NEWS[debrief.header.news]}"
