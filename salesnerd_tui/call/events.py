"""Everything that can happen in a call, as facts in the past tense.

A call is its list of events. The screen, the debrief, undo, resuming after a crash, replay and tests are all folds of
that list, so every event carries what a later reader needs without the playbook: the question's words, where the call
went, what a tap was based on. `at` is seconds since the call began, on the call's own clock; nothing here reads one.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from sys import float_info
from typing import Annotated

from msgspec import Meta, Struct, field

Number = Annotated[float, Meta(ge=-float_info.max, le=float_info.max)]
"""A finite number: decoding a document rejects NaN and infinity."""


class Mode(StrEnum):
    PREP = "prep"
    LIVE = "live"
    REHEARSE = "rehearse"
    DEMO = "demo"
    BOARD = "board"


class Side(StrEnum):
    """Side that is speaking."""

    ME = "me"
    THEM = "them"
    NOBODY = "nobody"


class Origin(StrEnum):
    """Source of an event."""

    HAND = "hand"
    HEARD = "heard"


class NoteKind(StrEnum):
    FREE = "free"
    PAIN = "pain"
    NUMBER = "number"
    PERSON = "person"
    PROMISE = "promise"
    QUOTE = "quote"


class TapKind(StrEnum):
    """Topic of a tap; the first five are drift, `SILENCE` is praise for letting them think.

    `SUPPOSITION`: they praised or supposed, which is no evidence, and the user went on with the product.
    """

    OVER_EXPLAINING = "over-explaining"
    PITCHING = "pitching"
    US_FOCUS = "us-focus"
    MONOLOGUE = "monologue"
    OVER_PROMISING = "over-promising"
    SUPPOSITION = "supposition"
    SILENCE = "silence"


class TapBasis(StrEnum):
    """Basis of a tap."""

    FEATURES = "features"
    INTERNALS = "internals"
    ABOUT_US = "about_us"
    SELF_PRAISE = "self_praise"
    READING_ALOUD = "reading_aloud"
    NOT_HANDED_BACK = "not_handed_back"
    MONOLOGUE = "monologue"
    MONOLOGUE_WITHOUT_WORDS = "monologue_without_words"
    SHARE_WITHOUT_WORDS = "share_without_words"
    NOT_FOLLOWED_UP = "not_followed_up"
    SUPPOSED = "supposed"
    NO_EXCEPTION = "no_exception"
    OPEN_ENDED = "open_ended"
    NOT_CHECKED = "not_checked"
    NOT_MEASURED = "not_measured"
    NEVER_SAY = "never_say"
    SILENCE = "silence"
    RECORDED = "recorded"
    """Only the text that an early version stored is known; it is in the reason's `words`."""


class Dismissal(StrEnum):
    """Why a tap left the screen. The successes are `HANDED_BACK`, and `BOUNDED` for a promise."""

    HANDED_BACK = "handed_back"
    BOUNDED = "bounded"
    DISMISSED = "dismissed"
    EXPIRED = "expired"


class JumpReason(StrEnum):
    CHOSEN = "chosen"
    BACK = "back"
    QUESTION_REMOVED = "question_removed"
    HEARD = "heard"
    """The user was heard asking that question."""


class Settlement(StrEnum):
    """Status of a promise."""

    OPEN = "open"
    KEPT = "kept"
    RETRACTED = "retracted"


class Verdict(StrEnum):
    """Verdict of a call on a hypothesis. `UNTOUCHED` takes back an earlier verdict of the same call."""

    FOR = "for"
    AGAINST = "against"
    DISPROVED = "disproved"
    UNTOUCHED = "untouched"


class PlanKind(StrEnum):
    """Settings of a prep for its call."""

    HYPOTHESIS = "hypothesis"
    DISPROOF = "disproof"
    ROLE = "role"
    MUST = "must"
    WORDING = "wording"
    TIMEBOX = "timebox"
    LISTEN = "listen"
    MEETING = "meeting"
    PLAYBOOK = "playbook"


class BoardEdit(StrEnum):
    """What is drawn by hand on the board of how they buy."""

    JOB = "job"
    STEP = "step"
    PERSON = "person"
    DOCUMENT = "document"
    BLOCKER = "blocker"
    GO_LIVE = "go_live"
    THEIR_STEP = "their_step"
    OUR_STEP = "our_step"


class SourceState(StrEnum):
    LISTENING = "listening"
    LAGGING = "lagging"
    BROKEN = "broken"
    ENDED = "ended"


class Place(Struct, frozen=True, array_like=True):
    """Position in a call: an item of the agenda (or of a detour), perhaps at the follow-up of an answer.

    `item` is None once the agenda is through and only the outcome is open. `probe` is the label of the picked answer
    whose follow-up is shown: a label survives rewording and translation, a text would not.
    """

    item: str | None
    probe: str | None = None
    detour: str | None = None


class Event(Struct, frozen=True, tag=True, tag_field="event", omit_defaults=True):
    """Base of all events; documents hold the class name under `event`."""

    at: Number


class Started(Event, frozen=True):
    """`began` is the wall clock, ISO 8601 with its zone; `digest` is the playbook's."""

    playbook: str
    title: str
    digest: str
    mode: Mode
    to: Place
    started_at: str
    account: str = ""
    people: tuple[str, ...] = ()
    me: str = ""
    role: str = ""


class Resumed(Event, frozen=True):
    """The call went on after the program had ended or the computer had slept.

    `began` is the wall clock at `at`, and `gap_seconds` how long nobody listened before.
    """

    resumed_at: str
    gap_seconds: Number = 0.0


class Recalled(Event, frozen=True):
    """A note about this account from an earlier call or from the prep, so that nobody asks twice.

    `points` are those of the answer that was picked in the prep.
    """

    question: str
    text: str
    call: str
    points: Mapping[str, Number] = field(default_factory=dict)


class Heard(Event, frozen=True):
    """Somebody spoke. `at` is when it was heard; `start` and `end` are on the call's clock.

    `text` is None where only a voice was noticed. A partial (`final=False`) is replaced by the next event with the same
    `utterance`; partials are never kept. `turn` is the 0-based line of the utterance in its source; `-1` when live.
    """

    side: Side
    speaker: str
    start: Number
    end: Number
    text: str | None
    final: bool = True
    utterance: int = -1
    turn: int = -1
    confidence: Number = 1.0


class Identified(Event, frozen=True):
    """Who of the speakers is me, chosen when some had been heard; `me` is empty where none of them is.

    The numbers are of the utterances before that count for another side than they were written down for.
    """

    me: tuple[str, ...] = ()
    mine: tuple[int, ...] = ()
    theirs: tuple[int, ...] = ()
    nobodys: tuple[int, ...] = ()


class FloorTaken(Event, frozen=True):
    """Current speaker, by talk key or voice activity; no words."""

    side: Side
    how: Origin = Origin.HAND


class SourceChanged(Event, frozen=True):
    """A source of speech broke, lags, ended or works again; `told` is what the screen says."""

    source: str
    state: SourceState
    message: str
    behind_seconds: Number = 0.0


class Asked(Event, frozen=True):
    question: str
    text: str
    how: Origin = Origin.HAND


class Answered(Event, frozen=True):
    """A note under a question: typed words, a picked label, or both. `asked_as` is the question's wording.

    A picked label takes the place of the one picked before, unless the question may be asked `again`.
    """

    question: str
    asked_as: str
    note: str = ""
    label: str = ""
    how: Origin = Origin.HAND
    points: Mapping[str, Number] = field(default_factory=dict)
    again: bool = False


class Filled(Event, frozen=True):
    """An answer's `set:` wrote a value under another name."""

    name: str
    text: str


class Proposed(Event, frozen=True):
    """An answer led to an ending, or to another playbook. The engineer confirms; nothing is ended by this."""

    outcome: str = ""
    switch: str = ""


class Skipped(Event, frozen=True):
    question: str


class Noted(Event, frozen=True):
    """A free note."""

    text: str
    kind: NoteKind = NoteKind.FREE
    question: str = ""


class Marked(Event, frozen=True):
    """A moment to come back to in the debrief."""

    question: str = ""


class Advanced(Event, frozen=True):
    """The call moved on automatically: the next item, a follow-up, or an answer's goto."""

    to: Place
    left: Place


class Jumped(Event, frozen=True):
    """The person (or a reload that took the question away) moved the call."""

    to: Place
    left: Place
    reason: JumpReason = JumpReason.CHOSEN


class Detoured(Event, frozen=True):
    detour: str
    to: Place
    left: Place
    how: Origin = Origin.HAND


class Returned(Event, frozen=True):
    to: Place
    left: Place


class Switched(Event, frozen=True):
    """The call continues in another playbook; notes with the same ids come along."""

    playbook: str
    title: str
    digest: str
    to: Place
    left: Place


class TapReason(Struct, frozen=True, omit_defaults=True):
    """Basis of a tap, as data; `call.tap_text` puts it into words.

    `share` is a fraction of the talk. `answered` says whether the user had been asked: None when unknown or irrelevant,
    False when nobody asked, True when the question had already been answered. `reveal` is the kind of thing the buyer
    revealed. `words` were heard: internal terms, or the phrase that promises too
    much. `said` is the buyer's sentence that revealed or asked something.
    """

    basis: TapBasis
    seconds: Number = 0.0
    share: Number = 0.0
    answered: bool | None = None
    reveal: str = ""
    words: tuple[str, ...] = ()
    said: str = ""


class Tapped(Event, frozen=True):
    """The coach tapped the user. `quote` is the sentence the tap rests on, `suggestion` something to say next.

    `plain_wording` is a jargon term with its plain wording, as in `idempotent: pressing twice changes nothing`; None
    for most taps.
    """

    kind: TapKind
    reason: TapReason
    quote: str = ""
    suggestion: str = ""
    turn: int = -1
    late: bool = False
    plain_wording: str | None = None


class Dismissed(Event, frozen=True):
    kind: TapKind
    how: Dismissal


class Promised(Event, frozen=True):
    """A commitment heard or noted. `due` and `to` are in the speaker's own words."""

    text: str
    side: Side = Side.ME
    owner: str = ""
    due: str = ""
    to: str = ""
    how: Origin = Origin.HEARD
    overpromise: bool = False
    safer_wording: str = ""


class Undone(Event, frozen=True):
    """These events (by their number in the call's list) no longer count. Nothing is erased."""

    events: tuple[int, ...]


class Ended(Event, frozen=True):
    outcome: str
    decision: str
    record: Mapping[str, str] = field(default_factory=dict)
    next_step: str = ""


# What happens outside the talk itself: what was prepared, who plays the other side, what was written later.


class PlanSet(Event, frozen=True):
    """Something set beforehand. The latest of a kind and `about` holds, and '' takes it back; hypotheses add up.

    A hypothesis is about a question (or nothing in particular) and says what to find out; a disproof is about a
    hypothesis, by its text; a part is about a person and says what they have to do with buying; a must (`yes`, `no`)
    and a wording are about a question, minutes about a section's title; a meeting fact (`starts_at`, `minutes`, `link`,
    `title`) is what the invitation says; a playbook is about its id and says the path of a file outside the folders.
    """

    kind: PlanKind
    about: str
    text: str


class Prepared(Event, frozen=True):
    """This call began from a prep; `call` is that prep's id."""

    call: str


class BoardEdited(Event, frozen=True):
    """Something drawn on the board of how an account buys. `about` names it, in their words; `on` is the day, ISO 8601.

    The latest `details` of a kind and `about` hold, each on its own: `state` (`done`, `at work`, `open`, `gone`),
    `who`, `by`, `takes`, `after`, `words`.
    """

    kind: BoardEdit
    about: str
    on: str
    details: Mapping[str, str] = field(default_factory=dict)


class Rehearsed(Event, frozen=True):
    """Player of the other side from here on. `buyer` is the playbook's; or `call` is a recorded one, from `since` on.

    The seed makes the run the same again; `drill` is the one trap that is practised. `since` is in seconds of the
    recorded call.
    """

    buyer: str = ""
    seed: int = 0
    drill: str = ""
    call: str = ""
    since: Number = 0.0


class Settled(Event, frozen=True):
    """The fate of a promise, written down later; `promise` is the number of its event in the call's list."""

    promise: int
    how: Settlement


class HypothesisJudged(Event, frozen=True):
    """Verdict of this call on a hypothesis, given after it. The latest verdict on a hypothesis counts.

    `text` is what the buyer said, in their words; `how` tells whether it comes from the transcript or was typed.
    """

    hypothesis: str
    verdict: Verdict
    text: str = ""
    how: Origin = Origin.HAND


class Forgotten(Event, frozen=True):
    """All words heard so far were forgotten for good; `figures` are what they had come to, and no words."""

    figures: Mapping[str, Number] = field(default_factory=dict)
