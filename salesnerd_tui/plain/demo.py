"""The demo in plain text mode: the same call in the same session, printed as lines."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from salesnerd_tui.call import tap_text, view
from salesnerd_tui.call.events import (
    Answered,
    Detoured,
    Dismissal,
    Dismissed,
    Ended,
    Event,
    Heard,
    Marked,
    Mode,
    Noted,
    Promised,
    Returned,
    Side,
    Skipped,
    TapKind,
    Tapped,
)
from salesnerd_tui.call_session import CallSession, started
from salesnerd_tui.rehearsal.conversation import ManualClock
from salesnerd_tui.services import demo
from salesnerd_tui.speech.sides import Sides
from salesnerd_tui.speech.transcripts.read import read_transcript
from salesnerd_tui.speech.utterances import unfold
from salesnerd_tui.text import one_line
from salesnerd_tui.timefmt import running_clock

if TYPE_CHECKING:
    from salesnerd_tui.playbook.model import Playbook
    from salesnerd_tui.storage.call_store import CallStore


class ScheduledStep(NamedTuple):
    """Step of the demo at `at` seconds of the call; `rank` orders simultaneous steps."""

    at: float
    rank: int
    run: Callable[[CallSession], None]


def play(playbook: Playbook, store: CallStore) -> Iterator[str]:
    """Yield the lines of the demo; the whole call takes less than a second."""
    time = ManualClock()
    began = datetime.now(UTC).astimezone()
    with store.create(began, demo.ACCOUNT) as file:
        session = CallSession(playbook, file, time)
        session.record(started(playbook, Mode.DEMO, began, account=demo.ACCOUNT, people=demo.PEOPLE, me=demo.ME[0]))
        seen, asked = len(session.events), ""
        for at, _, step in schedule():
            time.seconds = at
            step(session)
            for event in session.events[seen:]:
                yield from event_lines(event)
            seen = len(session.events)
            question = view.prompt(session.now).text
            if question != asked and session.state.ended is None:
                asked = question
                yield f"{running_clock(at):>6}         [ {one_line(question)} ]"


def schedule() -> Iterator[ScheduledStep]:
    """Yield speech, actions and seconds in the order of the call."""
    said = unfold(read_transcript(demo.CALL).utterances, Sides(demo.ME))
    speech = [ScheduledStep(event.at, 0, partial(_hear, event)) for event in said]
    actions = [ScheduledStep(step.at, 1, partial(_act, step)) for step in demo.steps()]
    last = max(speech[-1].at, actions[-1].at)
    seconds = [ScheduledStep(float(second), 2, CallSession.tick) for second in range(1, int(last))]
    return heapq.merge(speech, actions, seconds, key=lambda each: each[:2])


def _hear(event: Heard, session: CallSession) -> None:
    session.hear(event)


def _act(step: demo.DemoStep, session: CallSession) -> None:
    session.do(step)


def event_lines(event: Event) -> Iterator[str]:
    """Yield the line of an event, or nothing for one that only moves the call."""
    words = one_line(_words(event))
    if words:
        indent = "" if isinstance(event, Heard | Ended) else "    "
        yield f"{running_clock(event.at):>6}  {indent}{words}"


def _words(event: Event) -> str:
    match event:
        case Heard(final=True, speaker=speaker, text=text) if text:
            return f"{speaker}: {text}"
        case Tapped() | Dismissed():
            return _tap(event)
        case Ended(decision=decision, record=record):
            record_text = "; ".join(f"{name.replace('_', ' ')}: {words}" for name, words in record.items())
            return f"The call ends: {decision.replace('-', ' ').upper()}. {record_text}"
    return _noted(event)


def _tap(event: Tapped | Dismissed) -> str:
    if event.kind is TapKind.SILENCE:
        return ""
    if isinstance(event, Dismissed):
        return ">>> handed back" if event.how is Dismissal.HANDED_BACK else ""
    label, words = tap_text.suggestion(event)
    ready = f"  {label}: {words}" if words else ""
    return f">>> {tap_text.title(event).upper()}  ({tap_text.reason(event)}){ready}"


def _noted(event: Event) -> str:
    match event:
        case Answered(label=label, note=note):
            return f"noted: {label or note}"
        case Noted(text=text, kind=kind):
            return f"noted ({kind}): {text}"
        case Promised(text=text, side=side):
            return f"{'they promised' if side is Side.THEM else 'promised'}: {text}"
        case Detoured(detour=detour):
            return f"detour: {detour.replace('_', ' ')}"
    return {
        Skipped: "skipped the question",
        Marked: "bookmark",
        Returned: "back from the detour",
    }.get(type(event), "")
