"""Calls as JSON for other programs, described in `docs/calls.md`.

The structs in this module are the public format. They are filled by attribute name and have no defaults, so renaming
an attribute of the debrief raises an error instead of changing the JSON. `VERSION` goes up when a public field is
renamed, removed or changes its meaning.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct

from salesnerd_tui.call.events import to_document
from salesnerd_tui.text import escape_json

if TYPE_CHECKING:
    from salesnerd_tui.call.events import Event
    from salesnerd_tui.review.debrief.model import Debrief

FORMAT = "salesnerd-call"
VERSION = 1


class HeaderJson(Struct):
    """The `header` of the document."""

    account: str
    people: list[str]
    me: str
    playbook: str
    title: str
    playbook_status: str
    mode: str
    started_at: datetime | None
    duration_seconds: float
    breaks: int
    break_seconds: float
    prep: str


class OutcomeJson(Struct):
    """The `outcome` of the document."""

    verdict: str
    name: str
    headline: str
    line: str
    when: str
    next_step: str
    record: dict[str, str]


class LessonJson(Struct):
    """The `lesson` of the document."""

    text: str
    reason: str
    at: float | None
    praise: bool


class SentenceJson(Struct):
    """A sentence that was said."""

    side: str
    at: float
    end: float
    text: str
    speaker: str


class SpanJson(Struct):
    """A period in which one side talked."""

    side: str
    start: float
    end: float


class MonologueJson(Struct):
    """A monologue of one side."""

    side: str
    start: float
    end: float
    seconds: float
    opening: str


class TalkJson(Struct):
    """The `talk` of the document."""

    mine_seconds: float
    theirs_seconds: float
    share: float | None
    longest_mine: MonologueJson | None
    longest_theirs: MonologueJson | None
    spans: list[SpanJson]
    has_transcript: bool
    transcript_deleted: bool


class TapJson(Struct):
    """One of the `taps`."""

    at: float
    kind: str
    words: str
    reason: str
    evidence: str
    suggestion: str
    plain_wording: str
    late: bool
    before: SentenceJson | None
    they_said: SentenceJson | None
    after: str
    after_seconds: float | None


class PraiseJson(Struct):
    """One entry of `praise`."""

    at: float
    words: str
    reason: str
    they_said: SentenceJson | None


class RevealJson(Struct):
    """One of the `reveals`."""

    at: float
    kind: str
    said: SentenceJson
    followed_up: bool
    follow_up: str
    next_said: SentenceJson | None


class StatementJson(Struct):
    """One of the `statements`."""

    at: float
    said: SentenceJson
    rung: str
    is_evidence: bool


class NoteLineJson(Struct):
    """One note under a question."""

    at: float
    text: str
    label: str
    how: str
    recalled_from: str


class AnswerJson(Struct):
    """One of the `answers`."""

    question: str
    asked_as: str
    notes: list[NoteLineJson]
    no_longer_asked: bool


class QuestionJson(Struct):
    """A question of the playbook."""

    question: str
    text: str
    section: str
    at: float | None


class SectionJson(Struct):
    """Coverage of one section."""

    title: str
    asked: int
    answered: int
    total: int


class CoverageJson(Struct):
    """The `coverage` of the document."""

    asked: int
    answered: int
    skipped: int
    total: int | None
    sections: list[SectionJson]
    unanswered: list[QuestionJson]


class PromiseJson(Struct):
    """One of the `promises`."""

    at: float
    side: str
    text: str
    owner: str
    due: str
    to: str
    overpromise: bool
    safer_wording: str
    noted: bool
    sentence: SentenceJson | None
    number: int
    due_on: date | None
    settled: str
    said_on: date | None


class FreeNoteJson(Struct):
    """One of the `notes`."""

    at: float
    kind: str
    text: str
    question: str


class MomentJson(Struct):
    """One of the `marks`."""

    at: float
    question: str
    said: SentenceJson | None


class VisitJson(Struct):
    """One step of the `agenda_path`."""

    start: float
    end: float
    label: str
    detour: bool


class GapJson(Struct):
    """One of the `listening_gaps`."""

    source: str
    start: float
    end: float
    message: str


class HypothesisJson(Struct):
    """One entry of `tested`."""

    text: str
    question: str
    asked_as: str
    said: list[str]
    asked: bool
    disproof: str
    touched: bool
    quote: str
    heard: bool
    verdict: str | None


class DebriefJson(Struct):
    """Everything in the document between `id` and `events`."""

    header: HeaderJson
    outcome: OutcomeJson
    lesson: LessonJson
    talk: TalkJson
    taps: list[TapJson]
    praise: list[PraiseJson]
    reveals: list[RevealJson]
    statements: list[StatementJson]
    open_questions: list[SentenceJson]
    answers: list[AnswerJson]
    unasked_musts: list[QuestionJson] | None
    coverage: CoverageJson
    promises: list[PromiseJson]
    notes: list[FreeNoteJson]
    marks: list[MomentJson]
    agenda_path: list[VisitJson]
    listening_gaps: list[GapJson]
    tested: list[HypothesisJson]


def document(debrief: Debrief, call_id: str, events: Iterable[Event] = ()) -> dict[str, Any]:
    """Return the debrief and, under `events`, the events it was built from, as JSON values."""
    public = msgspec.convert(debrief, DebriefJson, from_attributes=True, strict=False)
    return {
        "format": FORMAT,
        "version": VERSION,
        "id": call_id,
        **json_values(public),
        "events": [json_values(to_document(event)) for event in events],
    }


def to_json(value: Any) -> str:
    """Return indented JSON; control characters and lone surrogates are written as `\\u` escapes."""
    return escape_json(json.dumps(json_values(value), ensure_ascii=False, indent=2, allow_nan=False))


def json_values(value: Any) -> Any:
    """Return structs, enums and dates as JSON values; a number that is not finite becomes null."""
    if isinstance(value, Struct):
        return {name: json_values(getattr(value, name)) for name in value.__struct_fields__}
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, Mapping):
        return {str(key): json_values(part) for key, part in value.items()}
    if isinstance(value, (tuple, list)):
        return [json_values(part) for part in value]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value
