"""Invented calls for tests, written as a story with a clock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from salesnerd_tui.call.events import (
    Advanced,
    Answered,
    Asked,
    Detoured,
    Dismissal,
    Dismissed,
    Ended,
    Event,
    FloorTaken,
    Heard,
    Marked,
    Mode,
    Noted,
    NoteKind,
    Place,
    Promised,
    Returned,
    Side,
    Skipped,
    SourceChanged,
    SourceState,
    Started,
    TapKind,
    Tapped,
    Undone,
)
from salesnerd_tui.playbook.coach_settings import CoachSettings
from salesnerd_tui.playbook.model import Ask, Decision, Detour, Outcome, Playbook, Priority, Say, Section
from salesnerd_tui.storage.call_store import CallStore
from tap_reasons import recorded

DIGEST = "aa11"

PLAYBOOK = Playbook(
    id="first_call",
    title="First discovery call",
    agenda=(
        Section("Why now"),
        Say("hello", "Thanks for the time, {name}."),
        Ask("trigger", "What happened that made you look at this now?", Priority.MUST, aliases=("why",)),
        Section("What it costs"),
        Ask("last_time", "Walk me through the last time."),
        Ask("cost", "What did that one time cost you, {name}?", Priority.MUST),
        Section("Decide"),
        Ask("verdict", "Is a next step worth it for both of us?", Priority.MUST),
    ),
    detours={"demo_request": Detour("demo_request", (Ask("demo_proof", "What would you have to see?"),))},
    outcomes={
        "next_step": Outcome("next_step", Decision.GO),
        "not_now": Outcome("not_now", Decision.NOT_YET, capture=("revisit_on",)),
        "part_friends": Outcome("part_friends", Decision.NO_GO, capture=("reason",)),
    },
    coach=CoachSettings(jargon={"exactly-once": "each bill is counted one time"}),
    digest=DIGEST,
)


class Call:
    """Builder of a call. Every step takes its time in seconds and returns the call."""

    def __init__(
        self,
        *,
        account: str = "Northwind Clinic",
        people: tuple[str, ...] = ("Dana, VP Eng",),
        began: str = "2026-11-20T10:00:00+01:00",
    ) -> None:
        self.events: list[Event] = [
            Started(
                0.0,
                "first_call",
                "First discovery call",
                DIGEST,
                Mode.LIVE,
                Place("trigger"),
                began,
                account,
                people,
                "Kim",
            )
        ]

    def add(self, *events: Event) -> Self:
        self.events.extend(events)
        return self

    def says(self, side: Side, start: float, end: float, text: str | None) -> Self:
        return self.add(Heard(end, side, "Kim" if side is Side.ME else "Dana", start, end, text))

    def i_say(self, start: float, end: float, text: str | None) -> Self:
        return self.says(Side.ME, start, end, text)

    def they_say(self, start: float, end: float, text: str | None) -> Self:
        return self.says(Side.THEM, start, end, text)

    def floor(self, at: float, side: Side) -> Self:
        return self.add(FloorTaken(at, side))

    def answered(self, at: float, question: str, asked_as: str, note: str = "", label: str = "") -> Self:
        return self.add(Asked(at, question, asked_as), Answered(at, question, asked_as, note, label))

    def asked(self, at: float, question: str, text: str) -> Self:
        return self.add(Asked(at, question, text))

    def skipped(self, at: float, question: str) -> Self:
        return self.add(Skipped(at, question))

    def moved(self, at: float, left: str, to: str | None) -> Self:
        return self.add(Advanced(at, Place(to), Place(left)))

    def detour(self, start: float, end: float, left: str) -> Self:
        inside = Place("demo_proof", detour="demo_request")
        return self.add(Detoured(start, "demo_request", inside, Place(left)), Returned(end, Place(left), inside))

    def tapped(self, at: float, kind: TapKind, because: str = "", ready: str = "") -> Self:
        return self.add(Tapped(at, kind, recorded(because), suggestion=ready))

    def gone(self, at: float, kind: TapKind, how: Dismissal) -> Self:
        return self.add(Dismissed(at, kind, how))

    def noted(self, at: float, text: str, kind: NoteKind = NoteKind.FREE) -> Self:
        return self.add(Noted(at, text, kind))

    def marked(self, at: float) -> Self:
        return self.add(Marked(at, "trigger"))

    def promised(self, at: float, text: str, *, over: bool = False, bounded: str = "", due: str = "") -> Self:
        return self.add(Promised(at, text, due=due, overpromise=over, safer_wording=bounded))

    def source(self, at: float, state: SourceState, message: str) -> Self:
        return self.add(SourceChanged(at, "captions", state, message))

    def undone(self, *numbers: int) -> Self:
        return self.add(Undone(self.events[-1].at, numbers))

    def ended(self, at: float, outcome: str, decision: str, record: Mapping[str, str] = {}) -> Self:
        return self.add(Ended(at, outcome, decision, record, ""))


def dana() -> Call:
    """Return half an hour with Dana: two drifts, a request for a demo, and a not-yet with a date."""
    call = Call()
    call.i_say(2, 12, "Thanks for the time, Dana. What happened that made you look at this now?")
    call.they_say(
        14, 150, "The auditor found forty double bills in October. Two people stay late every month because of it."
    )
    call.answered(152, "trigger", "What happened that made you look at this now?", "auditor found 40 double bills")
    call.moved(153, "trigger", "last_time")
    call.i_say(
        160,
        250,
        "So the way we do that is exactly-once delivery. Every message carries a key and the broker drops repeats.",
    )
    call.tapped(202, TapKind.PITCHING, "they named a pain", "What did that one time cost you, Dana?")
    call.gone(217, TapKind.PITCHING, Dismissal.EXPIRED)
    call.they_say(252, 420, "Right, but I mostly worry about the board meeting in March and what my CFO says there.")
    call.noted(300, "board meets in March", NoteKind.PERSON).marked(310)
    call.detour(430, 600, "last_time")
    call.moved(610, "last_time", "cost")
    call.asked(612, "cost", "What did that one time cost you, Dana?")
    call.i_say(700, 740, "Let me explain how the retry queue works in detail here.")
    call.tapped(735, TapKind.OVER_EXPLAINING, "40 s on features, nobody asked", "Who minds most?")
    call.gone(744, TapKind.OVER_EXPLAINING, Dismissal.HANDED_BACK)
    call.they_say(
        742, 1100, "Two days a month, and two angry patients. Somebody has to ring them and say sorry each time."
    )
    call.answered(1102, "cost", "What did that one time cost you, Dana?", "2 days a month; two angry patients")
    call.moved(1105, "cost", "verdict")
    call.noted(1200, "Dana: sends the audit report by Friday", NoteKind.PROMISE)
    call.noted(1210, "send a one-page sum of the costs by 2026-11-27", NoteKind.PROMISE)
    call.i_say(1300, 1320, "Should we talk again when the board has met?")
    call.they_say(
        1322, 1700, "Yes, after the board in March would be honest. Before that nobody will sign anything here."
    )
    call.answered(1710, "verdict", "Is a next step worth it for both of us?", label="Not this quarter")
    return call.ended(1860, "not_now", "not-yet", {"revisit_on": "2027-03-03"})


def keep(folder: Path, events: Sequence[Event], began: datetime | None = None, account: str = "") -> str:
    """Store a call and return its id; by default it began on 20 November 2026."""
    with CallStore(folder).create(began or datetime(2026, 11, 20, 10, tzinfo=UTC), account) as file:
        file.save(events, lambda _: None)
        return file.id
