"""Model of a playbook: merged, checked, with every reference resolved.

Every item has the `SourceLocation` of its text, so that findings and editors can point to it in a file that it is
inherited from.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cached_property
from typing import Protocol

from msgspec import Struct, field

from salesnerd_tui.playbook.coach_settings import CoachSettings, ProductTalk
from salesnerd_tui.playbook.standard_notes import AccountPart
from salesnerd_tui.text import one_line


class SourceLocation(Struct, frozen=True, order=True, gc=False):
    """A place in a source file. Lines and columns count from 1; columns count characters."""

    file: str
    line: int
    column: int
    end_column: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


NOWHERE = SourceLocation("", 0, 0)


PREP = "prep"
"""Name of the prep where a list of items is named by its detour; no detour can have this name."""


class Priority(StrEnum):
    """Priority of a question. A `COULD` is left out once the call runs late."""

    MUST = "must"
    SHOULD = "should"
    COULD = "could"


class BuyingJob(StrEnum):
    """Job of a buying process. Buyers do these jobs in any order, some more than once."""

    PROBLEM = "problem"
    OPTIONS = "options"
    REQUIREMENTS = "requirements"
    CHOICE = "choice"
    VALIDATION = "validation"
    CONSENSUS = "consensus"


class NoteType(StrEnum):
    """Type of the note under a question."""

    TEXT = "text"
    NUMBER = "number"
    MONEY = "money"
    DATE = "date"
    PERSON = "person"
    PEOPLE = "people"
    CHOICE = "choice"
    SCALE = "scale"


class Decision(StrEnum):
    """Decision of an outcome; all three are of equal rank."""

    GO = "go"
    NO_GO = "no-go"
    NOT_YET = "not-yet"


class Facts(Protocol):
    """Facts of a call that a condition can test."""

    def known(self, name: str) -> tuple[str, ...]:
        """Return all notes and picked labels under `name`, oldest first; empty if unknown."""

    def is_known(self, name: str) -> bool:
        """Return whether something is known about `name`; an answer with `known: no` says that it is not."""

    def points(self, name: str = "") -> float:
        """Return the points collected under `name`, or all unnamed points."""


class Condition(Protocol):
    """A parsed condition. `is_met` never raises: a comparison with an unknown note is false."""

    @property
    def source(self) -> str: ...

    def is_met(self, facts: Facts) -> bool: ...


class Always(Struct, frozen=True):
    """Condition that is always met, for items without one."""

    source: str = ""

    def is_met(self, facts: Facts) -> bool:
        return True


ALWAYS = Always()


class Cues(Struct, frozen=True, kw_only=True, gc=False):
    """Notes to the user on an item, answer or detour: shown, and never spoken."""

    why: tuple[str, ...] = ()
    listen_for: tuple[str, ...] = ()
    avoid: tuple[str, ...] = ()
    link: tuple[str, ...] = ()

    @property
    def has_cues(self) -> bool:
        return bool(self.why or self.listen_for or self.avoid or self.link)


class Answer(Cues, frozen=True):
    """An answer of the buyer, and what follows. At most one of goto, end, switch, detour and back is set."""

    label: str
    display_label: str
    follow_ups: tuple[str, ...] = ()
    say: str | None = None
    goto: str | None = None
    end: str | None = None
    switch: str | None = None
    detour: str | None = None
    back: bool = False
    points: Mapping[str, float] = field(default_factory=dict)
    sets: Mapping[str, str] = field(default_factory=dict)
    known: bool = True
    location: SourceLocation = NOWHERE

    @property
    def follow_up(self) -> str | None:
        """First follow-up question, if any."""
        return self.follow_ups[0] if self.follow_ups else None


class Section(Cues, frozen=True):
    """A heading of the agenda: the items up to the next one belong to it."""

    title: str
    goal: str = ""
    minutes: float | None = None
    product_talk: ProductTalk = ProductTalk.IF_ASKED
    when: Condition = ALWAYS
    location: SourceLocation = NOWHERE


class Ask(Cues, frozen=True):
    """A question. Its `id` names its note, and is the target of `goto` and the key of overrides."""

    id: str
    text: str
    priority: Priority = Priority.SHOULD
    type: NoteType = NoteType.TEXT
    phrasings: tuple[str, ...] = ()
    follow_ups: tuple[str, ...] = ()
    answers: tuple[Answer, ...] = ()
    repeatable: bool = False
    speaker: str = "me"
    aliases: tuple[str, ...] = ()
    buying_job: BuyingJob | None = None
    fills: tuple[AccountPart, ...] = ()
    when: Condition = ALWAYS
    location: SourceLocation = NOWHERE

    @property
    def all_ids(self) -> tuple[str, ...]:
        """Former ids, then the id: a call may have stored the question under any of them."""
        return (*self.aliases, self.id)


class Say(Cues, frozen=True):
    """A statement to say before the next question."""

    id: str
    text: str
    speaker: str = "me"
    when: Condition = ALWAYS
    location: SourceLocation = NOWHERE


Item = Section | Ask | Say


class Detour(Cues, frozen=True):
    """A short agenda that can be entered at any moment and always returns."""

    id: str
    agenda: tuple[Item, ...]
    they_say: tuple[str, ...] = ()
    key: str = ""
    repeatable: bool = True
    when: Condition = ALWAYS
    location: SourceLocation = NOWHERE
    unless_they_say: tuple[str, ...] = ()


class Gate(Struct, frozen=True):
    """A named condition, shown during the call with whether it is met."""

    name: str
    condition: Condition
    location: SourceLocation = NOWHERE


class Outcome(Struct, frozen=True):
    """An ending. `needs` are gates, or conditions with their text as the name.

    `capture` are the ids of the notes to take before closing, `prompts` what to ask for each.
    """

    id: str
    decision: Decision
    needs: tuple[Gate, ...] = ()
    capture: tuple[str, ...] = ()
    prompts: Mapping[str, str] = field(default_factory=dict)
    say: str = ""
    next: str = ""
    aliases: tuple[str, ...] = ()
    location: SourceLocation = NOWHERE


class Interruption(Struct, frozen=True):
    """A detour that a buyer or a test takes after a question."""

    after: str
    detour: str
    says: str = ""


class Buyer(Struct, frozen=True):
    """A simulated buyer to rehearse with."""

    id: str
    who: str = ""
    picks: Mapping[str, str] = field(default_factory=dict)
    says: Mapping[str, str] = field(default_factory=dict)
    hides: Mapping[str, str] = field(default_factory=dict)
    interrupts: tuple[Interruption, ...] = ()
    if_jargon: str = ""
    if_pitch: str = ""
    otherwise: str = ""
    ends: str = ""
    location: SourceLocation = NOWHERE


class PlaybookTest(Struct, frozen=True):
    """A test of a playbook: a simulated call and its expected results."""

    it: str
    buyer: str = ""
    picks: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)
    late: bool = False
    interrupts: tuple[Interruption, ...] = ()
    ends: str = ""
    asks: tuple[str, ...] = ()
    skips: tuple[str, ...] = ()
    met: tuple[Gate, ...] = ()
    unmet: tuple[Gate, ...] = ()
    returns_to: str = ""
    location: SourceLocation = NOWHERE


class Playbook(Struct, frozen=True, dict=True):
    """A playbook after merging. `digest` is the hash of all its sources."""

    id: str
    title: str
    goal: str = ""
    lang: str = "en"
    tags: tuple[str, ...] = ()
    minutes: float | None = None
    vars: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    prep: tuple[Item, ...] = ()
    agenda: tuple[Item, ...] = ()
    detours: Mapping[str, Detour] = field(default_factory=dict)
    gates: Mapping[str, Gate] = field(default_factory=dict)
    outcomes: Mapping[str, Outcome] = field(default_factory=dict)
    coach: CoachSettings = CoachSettings()
    buyers: Mapping[str, Buyer] = field(default_factory=dict)
    tests: tuple[PlaybookTest, ...] = ()
    digest: str = ""
    sources: tuple[str, ...] = ()

    def display_name(self, id: str) -> str:
        """Return what the user sees for the id of an outcome, a gate, a detour or a note."""
        return one_line(self.labels.get(id) or id.replace("_", " "))

    def items_of(self, detour: str | None) -> tuple[Item, ...]:
        """Return the items of a detour, of the prep (`PREP`), or of the agenda (None); empty for an unknown detour."""
        if detour is None or detour == PREP:
            return self.prep if detour else self.agenda
        return self.detours[detour].agenda if detour in self.detours else ()

    def position(self, id: str, detour: str | None) -> tuple[int, Section | None] | None:
        """Return the index of an item in the list of a detour (see `items_of`), and its section; None if not found."""
        return self._positions.get((detour, id))

    @cached_property
    def _positions(self) -> Mapping[tuple[str | None, str], tuple[int, Section | None]]:
        positions: dict[tuple[str | None, str], tuple[int, Section | None]] = {}
        for detour in (None, PREP, *self.detours):
            section: Section | None = None
            for index, item in enumerate(self.items_of(detour)):
                if isinstance(item, Section):
                    section = item
                else:
                    positions.setdefault((detour, item.id), (index, section))
        return positions

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        return tuple(item for item in self.agenda if isinstance(item, Section))

    def questions(self) -> Iterator[Ask]:
        """Yield all questions: those of the prep, then those of the call."""
        yield from (item for item in self.prep if isinstance(item, Ask))
        yield from self.call_questions()

    def call_questions(self) -> Iterator[Ask]:
        """Yield the questions of the call: those of the agenda, then those of the detours, in order."""
        for items in (self.agenda, *(detour.agenda for detour in self.detours.values())):
            yield from (item for item in items if isinstance(item, Ask))

    def outcome(self, id: str) -> Outcome | None:
        """Return the outcome with this id or former id."""
        return self.outcomes.get(id) or next(
            (outcome for outcome in self.outcomes.values() if id in outcome.aliases), None
        )

    def question(self, id: str) -> Ask | None:
        """Return the question with this id or former id from the prep, the agenda or a detour."""
        return self._questions_by_id.get(id)

    @cached_property
    def _questions_by_id(self) -> Mapping[str, Ask]:
        questions = list(reversed(list(self.questions())))
        former = {alias: ask for ask in questions for alias in ask.aliases}
        return former | {ask.id: ask for ask in questions}
