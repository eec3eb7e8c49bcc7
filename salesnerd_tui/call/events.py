"""Events of a call: everything that can happen in it, in the past tense.

A call is its list of events. The screen, the debrief, undo, resuming after a crash, replay and tests are all computed
from that list, so every event carries what a later reader needs without the playbook: the wording of a question, where
the call went, the basis of a tap. `at` is in seconds since the start of the call, on the call's own clock.

Events are stored as JSON documents (`to_document`, `from_document`). A document holds an event's name under `event`,
then its fields without those that have their default value. Decoding ignores unknown fields and fills in missing ones
that have a default.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct, field

from salesnerd_tui.playbook.standard_notes import AccountPart

MAX_NUMBER = 1e15
"""Largest number in an event, in either direction: 30 million years in seconds. Sums and products of a call's numbers
then stay finite, so they can be stored."""

Number = Annotated[float, Meta(ge=-MAX_NUMBER, le=MAX_NUMBER)]
"""A number of a call: decoding a document rejects NaN, infinity and anything beyond `MAX_NUMBER`."""


class Mode(StrEnum):
    """Purpose of a list of events. `ACCOUNT` holds the edits of an account's page, outside its calls."""

    PREP = "prep"
    LIVE = "live"
    REHEARSE = "rehearse"
    DEMO = "demo"
    ACCOUNT = "board"  # the stored value of every format so far; another one needs a migration


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
    """Topic of a free note."""

    FREE = "free"
    PAIN = "pain"
    NUMBER = "number"
    PERSON = "person"
    PROMISE = "promise"
    QUOTE = "quote"


class TapKind(StrEnum):
    """Topic of a tap; the first five are drift, `SILENCE` is praise for letting the buyer think.

    `SUPPOSITION`: the buyer praised or supposed something, which is not evidence, and the user continued to pitch.
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
    """Reason a tap left the screen. `HANDED_BACK` is a success, and `BOUNDED` is one for a promise."""

    HANDED_BACK = "handed_back"
    BOUNDED = "bounded"
    DISMISSED = "dismissed"
    EXPIRED = "expired"


class JumpReason(StrEnum):
    """Reason for a jump: the user moved, a reload removed the question, or the user was heard asking another one."""

    CHOSEN = "chosen"
    BACK = "back"
    QUESTION_REMOVED = "question_removed"
    HEARD = "heard"


class Settlement(StrEnum):
    """Status of a promise."""

    OPEN = "open"
    KEPT = "kept"
    RETRACTED = "retracted"


class Verdict(StrEnum):
    """Verdict of a call on a hypothesis. `UNTOUCHED` withdraws an earlier verdict of the same call."""

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


class AccountEditKind(StrEnum):
    """Kinds of manual edits of an account's buying process."""

    JOB = "job"
    STEP = "step"
    PERSON = "person"
    DOCUMENT = "document"
    BLOCKER = "blocker"
    GO_LIVE = "go_live"
    THEIR_STEP = "their_step"
    OUR_STEP = "our_step"


class SourceState(StrEnum):
    """State of a source of speech. `LAGGING`: its words arrive late."""

    LISTENING = "listening"
    LAGGING = "lagging"
    BROKEN = "broken"
    ENDED = "ended"


class Place(Struct, frozen=True, array_like=True):
    """Position in a call: an item of the agenda (or of a detour), perhaps at the follow-up of an answer.

    `item` is None at the end of the agenda, when only the outcome is open. `probe` is the label of the picked answer
    whose follow-up is shown: unlike the text, the label survives rewording and translation.
    """

    item: str | None
    probe: str | None = None
    detour: str | None = None


class Event(Struct, frozen=True, tag=True, tag_field="event", omit_defaults=True):
    """Base of all events; documents hold the class name under `event`."""

    at: Number


class Started(Event, frozen=True):
    """The call started. `started_at` is the wall-clock time, ISO 8601 with its zone; `digest` is the playbook's."""

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
    """The call was resumed after the program had ended or the computer had slept.

    `resumed_at` is the wall-clock time at `at`, and `gap_seconds` how long nothing was heard before it.
    """

    resumed_at: str
    gap_seconds: Number = 0.0


class Recalled(Event, frozen=True):
    """A note about the account was carried over from an earlier call or from the prep, so that nobody asks twice.

    `points` are those of the answer that was picked in the prep.
    """

    question: str
    text: str
    call: str
    points: Mapping[str, Number] = field(default_factory=dict)


class Heard(Event, frozen=True):
    """Somebody spoke. `at` is the time of recognition; `start` and `end` are on the call's clock.

    `text` is None if only a voice was detected. A partial (`final=False`) is replaced by the next event with the same
    `utterance`; partials are never stored. `turn` is the 0-based line of the utterance in its source, or -1 if live.
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
    """The user chose which speakers are the user's own; `me` is empty if none of them is.

    `mine`, `theirs` and `nobodys` are the numbers of earlier utterances that now count for that side.
    """

    me: tuple[str, ...] = ()
    mine: tuple[int, ...] = ()
    theirs: tuple[int, ...] = ()
    nobodys: tuple[int, ...] = ()


class FloorTaken(Event, frozen=True):
    """The current speaker changed, by the talk key or voice activity; without words."""

    side: Side
    how: Origin = Origin.HAND


class SourceChanged(Event, frozen=True):
    """A source of speech broke, lags, ended or works again; `message` is shown on the screen."""

    source: str
    state: SourceState
    message: str
    behind_seconds: Number = 0.0


class Asked(Event, frozen=True):
    """A question was asked: ticked by the user, or heard. `text` is the wording that was on the screen."""

    question: str
    text: str
    how: Origin = Origin.HAND


class Answered(Event, frozen=True):
    """A question was answered: typed words, a picked label, or both. `asked_as` is the question's wording.

    A picked label replaces the one picked before, unless the question may be asked `again`. `fills` says what the typed
    words fill on the account page, and `kind` is the kind of note they were typed as.
    """

    question: str
    asked_as: str
    note: str = ""
    label: str = ""
    how: Origin = Origin.HAND
    points: Mapping[str, Number] = field(default_factory=dict)
    again: bool = False
    fills: tuple[AccountPart, ...] = ()
    kind: NoteKind = NoteKind.FREE


class Filled(Event, frozen=True):
    """The `set:` of an answer stored a value under another name."""

    name: str
    text: str


class Proposed(Event, frozen=True):
    """An answer proposed an outcome or another playbook. The call only ends or switches when the user confirms."""

    outcome: str = ""
    switch: str = ""


class Skipped(Event, frozen=True):
    """A question was left out on purpose."""

    question: str


class Noted(Event, frozen=True):
    """A free note was written."""

    text: str
    kind: NoteKind = NoteKind.FREE
    question: str = ""


class Marked(Event, frozen=True):
    """A moment was bookmarked for the debrief."""

    question: str = ""


class Advanced(Event, frozen=True):
    """The call moved automatically: to the next item, a follow-up, or the `goto` of an answer."""

    to: Place
    left: Place


class Jumped(Event, frozen=True):
    """The user moved the call, or a reload did because it removed the question."""

    to: Place
    left: Place
    reason: JumpReason = JumpReason.CHOSEN


class Detoured(Event, frozen=True):
    """A detour began; it returns to `left`."""

    detour: str
    to: Place
    left: Place
    how: Origin = Origin.HAND


class Returned(Event, frozen=True):
    """A detour ended, and the call went back to where it was left."""

    to: Place
    left: Place


class Switched(Event, frozen=True):
    """The call continued in another playbook; notes with matching ids carried over."""

    playbook: str
    title: str
    digest: str
    to: Place
    left: Place


class TapReason(Struct, frozen=True, omit_defaults=True):
    """Basis of a tap, as data; `call.tap_text` puts it into words.

    `share` is the user's fraction of the talk. `answered` says whether the user had been asked: None if unknown or
    irrelevant, False if nobody asked, True if the question had already been answered. `reveal` is the kind of thing the
    buyer revealed. `words` were heard: internal terms, or the phrase that promises too much. `said` is the buyer's
    sentence that revealed or asked something.
    """

    basis: TapBasis
    seconds: Number = 0.0
    share: Number = 0.0
    answered: bool | None = None
    reveal: str = ""
    words: tuple[str, ...] = ()
    said: str = ""


class Tapped(Event, frozen=True):
    """The coach tapped the user. `quote` is the sentence behind the tap, `suggestion` something to say next.

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
    """The tap of this kind left the screen."""

    kind: TapKind
    how: Dismissal


class Promised(Event, frozen=True):
    """A commitment was heard or noted. `due` and `to` are in the speaker's own words."""

    text: str
    side: Side = Side.ME
    owner: str = ""
    due: str = ""
    to: str = ""
    how: Origin = Origin.HEARD
    overpromise: bool = False
    safer_wording: str = ""


class Undone(Event, frozen=True):
    """Events, by their numbers in the call's list, were undone: they no longer count, but stay in the list."""

    events: tuple[int, ...]


class Ended(Event, frozen=True):
    """The call ended with an outcome, its decision, and the notes that the outcome captures, by their names."""

    outcome: str
    decision: str
    record: Mapping[str, str] = field(default_factory=dict)
    next_step: str = ""


# Events outside the talk: the prep, the buyer of a rehearsal, edits after the call.


class PlanSet(Event, frozen=True):
    """Part of the plan was set. The latest of a kind and `about` counts, and '' clears it; hypotheses add up.

    `about` and the text depend on the kind: a hypothesis is about a question (or none) and says what to find out; a
    disproof is about a hypothesis, by its text; a role is about a person and says their part in the purchase; a must
    (`yes`, `no`) and a wording are about a question; a time box is about the title of a section; a meeting fact
    (`starts_at`, `minutes`, `link`, `title`) comes from the invitation; a playbook is about its id and is the path of a
    file outside the playbook folders.
    """

    kind: PlanKind
    about: str
    text: str


class Prepared(Event, frozen=True):
    """The call was started from a prep; `call` is the id of that prep."""

    call: str


class AccountEdited(Event, frozen=True, tag="BoardEdited"):
    """An account's buying process was edited. `about` is the name in the buyer's words; `on` is the day, ISO 8601.

    It is stored as `BoardEdited`; another name needs a migration.

    For each kind and `about`, the latest value of each detail counts: `state` (`done`, `at work`, `open`, `gone`),
    `who`, `by`, `takes`, `after`, `words`.
    """

    kind: AccountEditKind
    about: str
    on: str
    details: Mapping[str, str] = field(default_factory=dict)


class Rehearsed(Event, frozen=True):
    """A rehearsal started. The other side is `buyer` of the playbook, or the recorded `call` from second `since` on.

    The same seed repeats the run; `drill` is the trap that is practiced. `since` is in seconds of the recorded call.
    """

    buyer: str = ""
    seed: int = 0
    drill: str = ""
    call: str = ""
    since: Number = 0.0


class CallEdited(Event, frozen=True):
    """The account, the people or the start of a stored call were corrected; None leaves one as it was.

    `call.state.apply_edits` puts them into the `Started` of the call.
    """

    account: str | None = None
    people: tuple[str, ...] | None = None
    started_at: str | None = None


class Settled(Event, frozen=True):
    """The status of a promise changed; `promise` is the number of its event in the call's list."""

    promise: int
    how: Settlement


class HypothesisJudged(Event, frozen=True):
    """A hypothesis was judged after the call. The latest verdict on a hypothesis counts.

    `text` is what the buyer said, in their words; `how` says whether it comes from the transcript or was typed.
    """

    hypothesis: str
    verdict: Verdict
    text: str = ""
    how: Origin = Origin.HAND


GONE = "(forgotten)"
"""Text that replaces what was deleted."""


class Forgotten(Event, frozen=True):
    """The transcript so far was deleted permanently; `figures` are the numbers computed from it, without any words."""

    figures: Mapping[str, Number] = field(default_factory=dict)


Document = dict[str, Any]

EVENT_TYPES: Mapping[str, type[Event]] = {str(event.__struct_config__.tag): event for event in Event.__subclasses__()}

_PATH = re.compile(r"(.+?)(?: - at `(?:key` in `)?\$(.*)`)?", re.DOTALL)


class NotAnEvent(ValueError):
    """A document that is not a valid event of this version; the message names the field."""


def to_document(event: Event) -> Document:
    """Return the event as JSON values, its name first and default values left out."""
    document = msgspec.to_builtins(event, enc_hook=dict)  # any mapping is stored as an object
    return {name: list(value) if isinstance(value, tuple) else value for name, value in document.items()}


def from_document(document: Mapping[str, Any]) -> Event:
    """Return the event that `document` holds. Raises `NotAnEvent`."""
    name = document.get("event")
    if not isinstance(name, str) or name not in EVENT_TYPES:
        raise NotAnEvent(f"unknown event {name!r}")
    try:
        # One type at a time: building the decoder for all of them would delay the first screen.
        return msgspec.convert(document, EVENT_TYPES[name])
    except UnicodeEncodeError:
        # msgspec cannot even report an invalid word with a lone surrogate.
        raise NotAnEvent(f"{name}: a field has an invalid value") from None
    except msgspec.ValidationError as error:
        match = _PATH.fullmatch(str(error))
        message, path = match.groups() if match else (str(error), "")
        raise NotAnEvent(f"{name}{path or ''}: {message.replace('`', '')}") from None
