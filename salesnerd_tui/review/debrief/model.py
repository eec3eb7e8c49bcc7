"""Debrief of a call as plain values, which screens, printed pages and exports draw.

Texts are as they were said or typed: clean them before you show them. Times are seconds into the call.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum

from msgspec import Struct, field

from salesnerd_tui.call.events import NoteKind, Origin, Settlement, Side, TapKind, Verdict


class OutcomeKind(StrEnum):
    """Ending of a call. The first three are equally good endings."""

    GO = "go"
    NO_GO = "no-go"
    NOT_YET = "not-yet"
    OTHER = "other"
    OPEN = "open"


class TapReaction(StrEnum):
    """Reaction of the user to a tap. `BOUNDED` is what follows a promise: the user limited it."""

    HANDED_BACK = "handed_back"
    BOUNDED = "bounded"
    DISMISSED = "dismissed"
    TALKED_ON = "talked_on"
    OPEN = "open"


class PlaybookStatus(StrEnum):
    """Relation of the playbook in the library to the one used in the call."""

    SAME = "same"
    CHANGED = "changed"
    DIFFERENT = "different"
    MISSING = "missing"


class Sentence(Struct, frozen=True):
    """A sentence that was said. `speaker` is empty if the source names nobody."""

    side: Side
    at: float
    end: float
    text: str
    speaker: str = ""


class Span(Struct, frozen=True):
    """A period in which one side talked."""

    side: Side
    start: float
    end: float


class Monologue(Struct, frozen=True):
    """One run of talk without backchannels. `seconds` is the time spent talking; `opening` is the first sentence."""

    side: Side
    start: float
    end: float
    seconds: float
    opening: str = ""


class TalkSummary(Struct, frozen=True):
    """Talk of both sides. `share` is the user's talk ratio, 0 to 1, or None if nobody was heard.

    `transcript_deleted` says that the words were deleted; the figures still describe them.
    """

    mine_seconds: float = 0.0
    theirs_seconds: float = 0.0
    share: float | None = None
    longest_mine: Monologue | None = None
    longest_theirs: Monologue | None = None
    spans: tuple[Span, ...] = ()
    has_transcript: bool = False
    transcript_deleted: bool = False


class ListeningGap(Struct, frozen=True):
    """A period in which a source of speech lagged, failed or had ended."""

    source: str
    start: float
    end: float
    message: str


class NoteLine(Struct, frozen=True):
    """A note under a question, with the label that was picked and the call it was recalled from, if any."""

    at: float
    text: str
    label: str = ""
    how: Origin = Origin.HAND
    recalled_from: str = ""
    kind: NoteKind = NoteKind.FREE


class AnswerEntry(Struct, frozen=True):
    """A question as it was worded in the call, with its notes. `no_longer_asked`: the playbook has dropped it.

    `must` and `section` are those of a question of the agenda in the current playbook.
    """

    question: str
    asked_as: str
    notes: tuple[NoteLine, ...]
    no_longer_asked: bool = False
    must: bool = False
    section: str = ""


class QuestionEntry(Struct, frozen=True):
    """A question that was asked at `at`, or never asked (None)."""

    question: str
    text: str
    section: str = ""
    at: float | None = None


class FreeNote(Struct, frozen=True):
    """A note that belongs to the call, not to a question."""

    at: float
    kind: NoteKind
    text: str
    question: str = ""


class Moment(Struct, frozen=True):
    """A bookmarked moment: the current question and what was being said."""

    at: float
    question: str
    said: Sentence | None = None


class PromiseKind(StrEnum):
    """Origin of a promise: somebody said it, or both sides agreed on it at the end of the call."""

    PROMISE = "promise"
    STEP = "step"
    REVISIT = "revisit"
    DOCUMENT = "document"


class PromiseEntry(Struct, frozen=True):
    """A promise by either side. `safer_wording` replaces an overpromise with something that can be kept.

    `number` is the index of its event in the call. `due_on` is the day that `due` or the text names, read on the day
    `said_on`; None if there is no day or more than one reading. Steps agreed on at the end are of another `kind`.
    """

    at: float
    side: Side
    text: str
    owner: str = ""
    due: str = ""
    to: str = ""
    overpromise: bool = False
    safer_wording: str = ""
    noted: bool = False
    sentence: Sentence | None = None
    number: int = -1
    due_on: date | None = None
    settled: Settlement = Settlement.OPEN
    said_on: date | None = None
    kind: PromiseKind = PromiseKind.PROMISE

    @property
    def is_open(self) -> bool:
        return self.settled is Settlement.OPEN


class Tap(Struct, frozen=True):
    """A tap with the sentence it was about, what the buyer had said before, the suggestion, and the reaction."""

    at: float
    kind: TapKind
    words: str
    reason: str
    evidence: str = ""
    suggestion: str = ""
    plain_wording: str = ""
    late: bool = False
    before: Sentence | None = None
    they_said: Sentence | None = None
    after: TapReaction = TapReaction.OPEN
    after_seconds: float | None = None


class Praise(Struct, frozen=True):
    """A silence in which the user left the buyer time to think."""

    at: float
    words: str
    reason: str
    they_said: Sentence | None = None


class Reveal(Struct, frozen=True):
    """Something the buyer revealed, and how the user followed up.

    `follow_up` is `question`, `reflection`, `acknowledgment` or `passed_over`; `next_said` is the start of the reply.
    """

    at: float
    kind: str
    said: Sentence
    followed_up: bool
    follow_up: str
    next_said: Sentence | None = None


class Statement(Struct, frozen=True):
    """A statement of the buyer that matters. `rung` says what it is worth (see `evidence.Rung`)."""

    at: float
    said: Sentence
    rung: str
    is_evidence: bool


class SectionVisit(Struct, frozen=True):
    """A period spent in one section of the agenda, or in a detour."""

    start: float
    end: float
    label: str
    detour: bool = False


class SectionCover(Struct, frozen=True):
    """Number of questions of a section that were asked and answered, of those that applied in this call."""

    title: str
    asked: int
    answered: int
    total: int


class Coverage(Struct, frozen=True):
    """Number of questions asked, answered and skipped.

    `total` is None without the playbook; `unanswered` questions were asked and have no note.
    """

    asked: int = 0
    answered: int = 0
    skipped: int = 0
    total: int | None = None
    sections: tuple[SectionCover, ...] = ()
    unanswered: tuple[QuestionEntry, ...] = ()


class Lesson(Struct, frozen=True):
    """The one thing to try next time, why, and the moment of the call it refers to."""

    text: str
    reason: str = ""
    at: float | None = None
    praise: bool = False


class HypothesisResult(Struct, frozen=True):
    """A hypothesis of the prep, the question that tests it, and what the buyer `said` under it in this call.

    `touched`: an answer, a note or a statement of the buyer concerns it; `quote` is the closest of these, and `heard`
    says that it comes from the transcript. After the user's `verdict` (None before) `quote` is the one kept with it.
    `is_quoted` says that these are the buyer's words, and no label or note of the user's.
    """

    text: str
    question: str = ""
    asked_as: str = ""
    said: tuple[str, ...] = ()
    asked: bool = False
    disproof: str = ""
    touched: bool = False
    quote: str = ""
    heard: bool = False
    is_quoted: bool = False
    verdict: Verdict | None = None


class OutcomeSummary(Struct, frozen=True):
    """Outcome of a call, for the debrief. `line` is a full sentence; `when` is the date that was agreed.

    `is_undated`: a date belongs to this outcome, but there is none, or its words name no day.
    """

    verdict: OutcomeKind
    name: str = ""
    headline: str = ""
    line: str = ""
    when: str = ""
    next_step: str = ""
    record: Mapping[str, str] = field(default_factory=dict)
    is_undated: bool = False


class Header(Struct, frozen=True):
    """Participants, playbook, date and length of the call. `prep` is the id of the prep it started from."""

    account: str
    people: tuple[str, ...]
    me: str
    playbook: str
    title: str
    playbook_status: PlaybookStatus
    mode: str
    started_at: datetime | None
    duration_seconds: float
    breaks: int = 0
    break_seconds: float = 0.0
    prep: str = ""


class Debrief(Struct, frozen=True):
    """Everything to say about one call. `unasked_musts` is None if the playbook is missing or different.

    `agreed` is what the call ended with: steps of both sides, the day to talk again, documents to deliver.
    """

    header: Header
    outcome: OutcomeSummary
    lesson: Lesson
    talk: TalkSummary
    taps: tuple[Tap, ...] = ()
    praise: tuple[Praise, ...] = ()
    reveals: tuple[Reveal, ...] = ()
    statements: tuple[Statement, ...] = ()
    open_questions: tuple[Sentence, ...] = ()
    answers: tuple[AnswerEntry, ...] = ()
    unasked_musts: tuple[QuestionEntry, ...] | None = None
    coverage: Coverage = Coverage()
    promises: tuple[PromiseEntry, ...] = ()
    agreed: tuple[PromiseEntry, ...] = ()
    notes: tuple[FreeNote, ...] = ()
    marks: tuple[Moment, ...] = ()
    agenda_path: tuple[SectionVisit, ...] = ()
    listening_gaps: tuple[ListeningGap, ...] = ()
    tested: tuple[HypothesisResult, ...] = ()
