"""The demo without a terminal: the same call through the same session, told as plain lines."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from salesnerd_tui.app import demo
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
from salesnerd_tui.playbook.model import Playbook
from salesnerd_tui.session import CallSession, started
from salesnerd_tui.storage.store import CallStore
from salesnerd_tui.text import one_line
from salesnerd_tui.timefmt import running_clock

Happening = tuple[float, int, Callable[[CallSession], None]]


def play(playbook: Playbook, notebook: CallStore) -> Iterator[str]:
    """Every line as it happens; the whole call takes a blink."""
    time = _Time()
    began = datetime.now(UTC).astimezone()
    with notebook.create(began, demo.ACCOUNT) as file:
        session = CallSession(playbook, file, time)
        session.begin(started(playbook, Mode.DEMO, began, account=demo.ACCOUNT, people=demo.PEOPLE, me=demo.ME[0]))
        seen, asked = len(session.events), ""
        for at, _, happen in happenings():
            time.seconds = at
            happen(session)
            for event in session.events[seen:]:
                yield from told(event)
            seen = len(session.events)
            question = view.prompt(session.now).text
            if question != asked and session.state.ended is None:
                asked = question
                yield f"{running_clock(at):>6}         [ {one_line(question)} ]"


class _Time:
    """The call's clock, set by hand."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def happenings() -> Iterator[Happening]:
    """Speech, keys and seconds in the order of the call: when, a rank among what falls together, and the doing."""
    speech: list[Happening] = [(event.at, 0, _hearing(event)) for event in demo.speech()]
    keys: list[Happening] = [(act.at, 1, _doing(act)) for act in demo.acts()]
    last = max(speech[-1][0], keys[-1][0])
    seconds: list[Happening] = [(float(second), 2, CallSession.tick) for second in range(1, int(last))]
    return heapq.merge(speech, keys, seconds, key=lambda each: each[:2])


def _hearing(event: Heard) -> Callable[[CallSession], None]:
    return lambda session: session.hear(event)


def _doing(act: demo.DemoStep) -> Callable[[CallSession], None]:
    return lambda session: _do(session, act)


def _do(session: CallSession, act: demo.DemoStep) -> None:
    session.do(act)


def told(event: Event) -> Iterator[str]:
    """What happened, as a line; nothing for what only moves the call."""
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
            kept = "; ".join(f"{name.replace('_', ' ')}: {words}" for name, words in record.items())
            return f"The call ends: {decision.replace('-', ' ').upper()}. {kept}"
    return _noted(event)


def _tap(event: Tapped | Dismissed) -> str:
    if event.kind is TapKind.SILENCE:
        return ""
    if isinstance(event, Dismissed):
        return ">>> handed back: well done" if event.how is Dismissal.HANDED_BACK else ""
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
        Skipped: "skipped that question",
        Marked: "marked this moment",
        Returned: "back from the detour",
    }.get(type(event), "")
