"""Live screen for tests: a small playbook, a manual clock, and a disk that confirms on demand."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from msgspec.structs import replace
from textual.app import App
from textual.events import Key
from textual.pilot import Pilot

from salesnerd_tui.call.events import Answered, Event, Heard, Mode, Noted, Side
from salesnerd_tui.call_session import CallSession, OnWritten, start_event
from salesnerd_tui.playbook.coach_settings import ProductTalk
from salesnerd_tui.playbook.library import Library
from salesnerd_tui.playbook.model import (
    Answer,
    Ask,
    Condition,
    Decision,
    Detour,
    Facts,
    Gate,
    Outcome,
    Playbook,
    Priority,
    Say,
    Section,
)
from salesnerd_tui.services.call_service import CallService, OpenedCall
from salesnerd_tui.speech.sides import Sides
from salesnerd_tui.speech.source import CallClock, SourceEvent
from salesnerd_tui.storage.call_store import CallStore
from salesnerd_tui.storage.call_writer import CallFile
from salesnerd_tui.storage.errors import WriteFailed, WriteSaved
from salesnerd_tui.terminal.profile import TerminalProfile, detect_profile
from salesnerd_tui.tui.app import SalesnerdApp
from salesnerd_tui.tui.screens.live import LiveScreen

STARTED_AT = datetime.fromisoformat("2026-11-22T14:00:00+01:00")
WIDE, MEDIUM, SMALL = (120, 40), (80, 24), (40, 12)
SIZES = (WIDE, MEDIUM, SMALL)
ENVIRONMENT = {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
"""The terminal of the stage, whatever terminal the tests run in."""


@dataclass(frozen=True, slots=True)
class HasNote:
    """Condition that holds if the question has a note."""

    name: str

    @property
    def source(self) -> str:
        return f"{self.name} is known"

    def is_met(self, facts: Facts) -> bool:
        return bool(facts.known(self.name))


def known(name: str) -> Condition:
    return HasNote(name)


TRIGGER = Ask(
    "trigger",
    "What happened that made you look at this now?",
    Priority.MUST,
    why=("Nobody changes without a reason.",),
    listen_for=("a date", "a person"),
    avoid=("guessing for them",),
    answers=(
        Answer("Something broke", "Something broke", follow_ups=("When did it last happen?",)),
        Answer("My boss asked", "My boss asked", follow_ups=("What did your boss see?",)),
        Answer("Just looking", "Just looking", goto="cost"),
        Answer("You called me", "You called me", end="part_friends"),
    ),
)
REAL_PROBLEM = Gate("real_problem", known("cost"))

PLAYBOOK = Playbook(
    id="small",
    title="A small call",
    agenda=(
        Section("Why now", product_talk=ProductTalk.AVOID),
        TRIGGER,
        Ask("last_time", "Walk me through the last time."),
        Section("What it costs"),
        Ask("cost", "What did that one time cost you?", Priority.MUST),
        Section("Decide"),
        Ask("verdict", "Is a next step worth it for both of us?", Priority.MUST),
    ),
    detours={
        "demo_request": Detour(
            "demo_request",
            (Say("gladly", "Gladly, two questions first."), Ask("proof", "What would you have to see?")),
            they_say=("Can you just show us a demo?",),
            key="d",
        ),
        "roadmap": Detour(
            "roadmap", (Ask("wish", "What would it change for you?"),), they_say=("Is it planned?",), key="R"
        ),
    },
    gates={"real_problem": REAL_PROBLEM},
    outcomes={
        "next_step": Outcome("next_step", Decision.GO, needs=(REAL_PROBLEM,), capture=("next_date",)),
        "not_now": Outcome("not_now", Decision.NOT_YET, capture=("revisit_on", "what_must_change")),
        "part_friends": Outcome("part_friends", Decision.NO_GO, say="Thank you for the straight answer."),
    },
    digest="d1",
)


class ManualDisk(CallFile):
    """In-memory event store; the test decides with `confirm` and `refuse` when the disk answers."""

    def __init__(self) -> None:
        self.id, self.events, self.draft = "2026-11-22T1400-aaaa1111", (), ""
        self.kept: list[Event] = []
        self.drafts: list[str] = []
        self.is_closed = False
        self.confirms_at_once = True
        self._waiting: list[tuple[range, OnWritten]] = []
        self._refused = 0

    @property
    def problem(self) -> str:
        return ""

    @property
    def failed_events(self) -> tuple[Event, ...]:
        return self._events(self._waiting[: self._refused])

    @property
    def unsaved(self) -> tuple[Event, ...]:
        return self._events(self._waiting)

    def _events(self, waiting: Sequence[tuple[range, OnWritten]]) -> tuple[Event, ...]:
        return tuple(self.kept[number] for numbers, _ in waiting for number in numbers)

    def save(self, events: Sequence[Event], on_written: OnWritten) -> range:
        numbers = range(len(self.kept), len(self.kept) + len(events))
        self.kept.extend(events)
        self._waiting.append((numbers, on_written))
        if self.confirms_at_once:
            self.confirm()
        return numbers

    def save_draft(self, text: str) -> None:
        self.drafts.append(text)

    def retry(self) -> None:
        self.confirm()

    def close(self, timeout_seconds: float | None = None) -> bool:
        self.is_closed = True
        return True

    def confirm(self) -> None:
        waiting, self._waiting = self._waiting, []
        self._refused = 0
        for numbers, on_written in waiting:
            on_written(WriteSaved(numbers))

    def refuse(self, why: str) -> None:
        self._refused = len(self._waiting)
        for numbers, on_written in self._waiting:
            on_written(WriteFailed(numbers, why, why))


def screen_rows(app: App[Any]) -> list[str]:
    """Return the text of the screen, row by row."""
    return [strip.text.rstrip() for strip in app.screen._compositor.render_strips(app.size)]


def screen_text(app: App[Any]) -> str:
    """Return the text of the screen."""
    return "\n".join(screen_rows(app))


class AppPilot:
    """An app in a test: presses keys and reads the screen."""

    pilot: Pilot[None]

    async def press(self, *keys: str, until: str = "") -> None:
        """Press keys, and let the program run until the screen contains some words."""
        await self.pilot.press(*keys)
        await self.pilot.pause()
        if until:
            await self.wait_for(until)

    async def type(self, text: str, *keys: str, until: str = "") -> None:
        """Type a text and press keys, and let the program run until the screen contains some words."""
        await type_in_one_burst(self.pilot, text)
        if keys or until:
            await self.press(*keys, until=until)

    @property
    def rows(self) -> list[str]:
        return screen_rows(self.pilot.app)

    @property
    def screen_text(self) -> str:
        return screen_text(self.pilot.app)

    async def wait_until(self, condition: Callable[[], bool]) -> None:
        await wait_until(self.pilot, condition)

    async def wait_for(self, words: str, row: int | None = None) -> None:
        """Let the program run until the screen, or one of its rows, contains these words."""
        await self.wait_until(lambda: words in (self.screen_text if row is None else self.rows[row]))


class LiveStage(AppPilot):
    """A live screen with everything a test needs."""

    def __init__(
        self,
        folder: Path,
        playbook: Playbook = PLAYBOOK,
        account: str = "Acme",
        people: Sequence[str] = (),
        look: TerminalProfile | None = None,
    ) -> None:
        self.seconds = 0.0
        self.disk = ManualDisk()
        clock = CallClock(now=lambda: self.seconds)
        self.session = CallSession(playbook, self.disk, clock)
        started_event = start_event(playbook, Mode.LIVE, STARTED_AT, account=account, people=tuple(people))
        self.call = OpenedCall(
            self.session, self.disk, clock, Sides(("Me",)), lambda: self.session.record(started_event), None
        )
        self.service = CallService(Library([]), CallStore(folder))
        self.screen = LiveScreen(self.call, self.service)
        terminal = look or detect_profile(
            remembered=self.service.store.settings.get, environment=ENVIRONMENT, encoding="utf-8"
        )
        self.app = SalesnerdApp(self.service, lambda: self.screen, profile=terminal)

    async def note(self, text: str) -> None:
        await self.press("enter")
        await self.type(text)
        await self.press("enter")

    async def repaint(self, *events: Event, at: float | None = None) -> None:
        """Record events, set the clock, and draw what has changed."""
        self.session.record(*events)
        self.seconds = self.seconds if at is None else at
        self.screen.changed()
        await self.pilot.pause()

    def send_event(self, event: SourceEvent) -> None:
        """Send an event of the source to the screen, as its thread does."""
        self.screen.call_later(self.screen.on_speech, event)

    async def speak(self, speaker: str, text: str, seconds: float) -> None:
        """Let somebody talk for some seconds, while the clock advances."""
        begin, self.seconds = self.seconds, self.seconds + seconds
        side = Side.ME if speaker == "Me" else Side.THEM
        event = Heard(self.seconds, side, speaker, begin, self.seconds, text)
        self.send_event(event)
        await self.pilot.pause()

    def hint_message(self) -> str:
        """Return the whole text of the hint line."""
        return self.screen.last_message

    def is_left(self) -> bool:
        """Return whether the call was left."""
        return self.screen.is_over

    @property
    def notes(self) -> list[str]:
        return [
            event.note if isinstance(event, Answered) else event.text
            for event in self.session.events
            if isinstance(event, Answered | Noted)
        ]


async def wait_until(pilot: Pilot[None], condition: Callable[[], bool]) -> None:
    """Let the program run until a condition is true; the test fails if it never is."""
    for _ in range(1_000):
        if condition():
            break
        await pilot.pause(0.01)
    await pilot.pause()
    assert condition(), screen_text(pilot.app)


async def type_in_one_burst(pilot: Pilot[None], text: str) -> None:
    """Send all keys before the program looks at any of them, as a stalled line does; it paints once.

    Pressed one by one with the pilot, each key waits for a painted screen and an idle program.
    """
    for character in text:
        key = KEY_NAMES.get(character, character)
        pilot.app.post_message(Key(key, None if key in ("enter", "escape") else character))
    await pilot.pause(0)
    await pilot.pause()


KEY_NAMES = {" ": "space", "\r": "enter", "\x1b": "escape", "/": "slash", "?": "question_mark"}


@asynccontextmanager
async def live_screen(
    folder: Path,
    size: tuple[int, int] = MEDIUM,
    playbook: Playbook = PLAYBOOK,
    people: Iterable[str] = ("Dana, VP Eng",),
    look: TerminalProfile | None = None,
) -> AsyncIterator[LiveStage]:
    stage = LiveStage(folder, playbook, people=tuple(people), look=look)
    async with stage.app.run_test(size=size) as pilot:
        stage.pilot = pilot
        await pilot.pause()
        yield stage


def playbook_starting_with(ask: Ask) -> Playbook:
    """Return the small playbook with another first question."""
    return replace(PLAYBOOK, agenda=(PLAYBOOK.agenda[0], ask, *PLAYBOOK.agenda[2:]))
