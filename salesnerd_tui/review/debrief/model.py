"""A debrief as plain values. Screens, printed pages and exports draw these and decide nothing.

All texts are as they were said or typed; whoever shows them cleans them. Times are seconds on the call's own clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum

from msgspec import Struct, field

from salesnerd_tui.call.events import NoteKind, Origin, Settlement, Side, TapKind


class OutcomeKind(StrEnum):
    """How a call ended. The first three are endings of equal rank."""

    GO = "go"
    NO_GO = "no-go"
    NOT_YET = "not-yet"
    OTHER = "other"
    UNFINISHED = "unfinished"


class TapReaction(StrEnum):
    """What I did once I was tapped."""

    HANDED_BACK = "handed back"
    WAVED_AWAY = "waved away"
    TALKED_ON = "talked on"
    OPEN = "open"


class PlaybookStatus(StrEnum):
    """How the playbook at hand relates to the one of the call."""

    SAME = "same"
    CHANGED = "changed"
    OTHER = "other"
    GONE = "gone"


class Sentence(Struct, frozen=True):
    """Something said. `speaker` is empty where nobody was named."""

    side: Side
    at: float
    end: float
    text: str
    speaker: str = ""


class Span(Struct, frozen=True):
    """A stretch of time on one side."""

    side: Side
    start: float
    end: float


class Monologue(Struct, frozen=True):
    """One run of talk, backchannels removed. `seconds` is time spent talking; `opening` its first sentence."""

    side: Side
    start: float
    end: float
    seconds: float
    opening: str = ""


class TalkSummary(Struct, frozen=True):
    """Who talked. `share` is mine, 0 to 1, or None when nobody was heard. `forgotten`: the words are gone for good, the
    figures are as they were."""

    mine_seconds: float = 0.0
    theirs_seconds: float = 0.0
    share: float | None = None
    longest_mine: Monologue | None = None
    longest_theirs: Monologue | None = None
    spans: tuple[Span, ...] = ()
    worded: bool = False
    forgotten: bool = False


class ListeningGap(Struct, frozen=True):
    """A while in which a source of speech lagged or was broken."""

    source: str
    start: float
    end: float
    told: str


class NoteLine(Struct, frozen=True):
    """One note under a question, with the label that was picked and the call it was recalled from, if any."""

    at: float
    text: str
    label: str = ""
    how: Origin = Origin.HAND
    recalled_from: str = ""


class AnswerEntry(Struct, frozen=True):
    """A question as it was worded in the call, and what they said to it. `gone`: the playbook no longer asks it."""

    question: str
    asked_as: str
    notes: tuple[NoteLine, ...]
    gone: bool = False


class QuestionEntry(Struct, frozen=True):
    """A question that was asked (`at` is when) or that was left out (`at` is None)."""

    question: str
    text: str
    section: str = ""
    at: float | None = None


class FreeNote(Struct, frozen=True):
    at: float
    kind: NoteKind
    text: str
    question: str = ""


class Moment(Struct, frozen=True):
    """A marked moment: where the agenda stood and what was being said."""

    at: float
    question: str
    said: Sentence | None = None


class PromiseEntry(Struct, frozen=True):
    """A commitment. `bounded` is a wording of an over-promise that can be kept.

    `number` is its event's in the call's list, `due_on` the day that `due`, or the text itself, names beyond doubt
    when said on the day `said_on`.
    """

    at: float
    side: Side
    text: str
    owner: str = ""
    due: str = ""
    to: str = ""
    over: bool = False
    bounded: str = ""
    noted: bool = False
    sentence: Sentence | None = None
    number: int = -1
    due_on: date | None = None
    settled: Settlement = Settlement.OPEN
    said_on: date | None = None


class Tap(Struct, frozen=True):
    """A tap, with the sentence before it, what they had said before that, what was ready, and what came of it."""

    at: float
    kind: TapKind
    words: str
    because: str
    evidence: str = ""
    ready: str = ""
    plainer: str = ""
    late: bool = False
    before: Sentence | None = None
    they_said: Sentence | None = None
    after: TapReaction = TapReaction.OPEN
    after_seconds: float | None = None


class Praise(Struct, frozen=True):
    """They were left time to think."""

    at: float
    words: str
    because: str
    they_said: Sentence | None = None


class Reveal(Struct, frozen=True):
    """Something they gave away: its kind, their sentence, whether I took it up, and what I said next."""

    at: float
    kind: str
    said: Sentence
    taken_up: bool
    next_said: Sentence | None = None


class SectionVisit(Struct, frozen=True):
    """A while spent in one section of the agenda, or in a detour."""

    start: float
    end: float
    label: str
    detour: bool = False


class SectionCover(Struct, frozen=True):
    """Questions of a section that were open in this call: asked and answered, of how many."""

    title: str
    asked: int
    answered: int
    total: int


class Coverage(Struct, frozen=True):
    """Asked is not answered. `total` is None without the playbook; `unanswered` were asked and have no note."""

    asked: int = 0
    answered: int = 0
    skipped: int = 0
    total: int | None = None
    sections: tuple[SectionCover, ...] = ()
    unanswered: tuple[QuestionEntry, ...] = ()


class Lesson(Struct, frozen=True):
    """One thing to try next time. `because` is why this of all things; `at` the moment of this call it points at."""

    text: str
    because: str = ""
    at: float | None = None
    praise: bool = False


class HypothesisResult(Struct, frozen=True):
    """Something that was to be found out, perhaps with a question, and what they `said` to it in this call."""

    text: str
    question: str = ""
    asked_as: str = ""
    said: tuple[str, ...] = ()
    asked: bool = False


class OutcomeSummary(Struct, frozen=True):
    """How it ended. `line` says it in a sentence that a person would say; `when` is the date that was agreed."""

    verdict: OutcomeKind
    name: str = ""
    headline: str = ""
    line: str = ""
    when: str = ""
    next_step: str = ""
    record: Mapping[str, str] = field(default_factory=dict)


class Header(Struct, frozen=True):
    """Who, with what, when and how long. `began` is None where the call does not say."""

    account: str
    people: tuple[str, ...]
    me: str
    playbook: str
    title: str
    news: PlaybookStatus
    mode: str
    began: datetime | None
    seconds: float
    breaks: int = 0
    break_seconds: float = 0.0
    prep: str = ""
    """The id of the prep it began from."""


class Debrief(Struct, frozen=True):
    """Everything to say about one call. `unasked` is None when the playbook is not at hand."""

    header: Header
    outcome: OutcomeSummary
    lesson: Lesson
    talk: TalkSummary
    taps: tuple[Tap, ...] = ()
    praise: tuple[Praise, ...] = ()
    reveals: tuple[Reveal, ...] = ()
    answers: tuple[AnswerEntry, ...] = ()
    unasked: tuple[QuestionEntry, ...] | None = None
    coverage: Coverage = Coverage()
    promises: tuple[PromiseEntry, ...] = ()
    notes: tuple[FreeNote, ...] = ()
    marks: tuple[Moment, ...] = ()
    stays: tuple[SectionVisit, ...] = ()
    blind: tuple[ListeningGap, ...] = ()
    tested: tuple[HypothesisResult, ...] = ()
