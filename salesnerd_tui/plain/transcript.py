"""Demo and rehearsal in plain text mode: a call without a real clock, printed as lines that read like a transcript.

In a rehearsal, a line is what you say, and a line that starts with / is a command.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from salesnerd_tui.call import tap_text, view
from salesnerd_tui.call.actions import CannotAct
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
from salesnerd_tui.call_session import CallSession, start_event
from salesnerd_tui.rehearsal.conversation import ManualClock
from salesnerd_tui.rehearsal.drills import Drill
from salesnerd_tui.services import call_commands, demo
from salesnerd_tui.speech.sides import Sides
from salesnerd_tui.speech.transcripts.read import read_transcript
from salesnerd_tui.speech.utterances import stream_events
from salesnerd_tui.text import one_line
from salesnerd_tui.timefmt import format_running_clock

if TYPE_CHECKING:
    from salesnerd_tui.playbook.model import Playbook
    from salesnerd_tui.rehearsal.conversation import RehearsalConversation
    from salesnerd_tui.storage.call_store import CallStore


class ScheduledStep(NamedTuple):
    """Step of the demo at `at` seconds of the call; `rank` orders simultaneous steps."""

    at: float
    rank: int
    run: Callable[[CallSession], object]


def play_demo(playbook: Playbook, store: CallStore) -> Iterator[str]:
    """Yield the lines of the demo; the whole call takes less than a second."""
    clock = ManualClock()
    began = datetime.now(UTC).astimezone()
    with store.create(began, demo.ACCOUNT) as file:
        session = CallSession(playbook, file, clock)
        session.record(start_event(playbook, Mode.DEMO, began, account=demo.ACCOUNT, people=demo.PEOPLE, me=demo.ME[0]))
        printed_events, previous_question = len(session.events), ""
        for at, _, step in demo_steps():
            clock.seconds = at
            step(session)
            for event in session.events[printed_events:]:
                yield from event_lines(event)
            printed_events = len(session.events)
            question = view.prompt(session.context).text
            if question != previous_question and session.state.ended is None:
                previous_question = question
                yield f"{format_running_clock(at):>6}         [ {one_line(question)} ]"


def demo_steps() -> Iterator[ScheduledStep]:
    """Yield speech, actions and seconds in the order of the call."""
    speech_events = stream_events(read_transcript(demo.CALL).utterances, Sides(demo.ME))
    speech = [ScheduledStep(event.at, 0, partial(CallSession.hear, event=event)) for event in speech_events]
    actions = [ScheduledStep(step.at, 1, partial(CallSession.do, action=step)) for step in demo.load_steps()]
    last = max(speech[-1].at, actions[-1].at)
    seconds = [ScheduledStep(float(second), 2, CallSession.tick) for second in range(1, int(last))]
    return heapq.merge(speech, actions, seconds, key=lambda each: each[:2])


def event_lines(event: Event) -> Iterator[str]:
    """Yield the line of an event, or nothing for one that only moves the call."""
    words = one_line(_event_text(event))
    if words:
        indent = "" if isinstance(event, Heard | Ended) else "    "
        yield f"{format_running_clock(event.at):>6}  {indent}{words}"


def _event_text(event: Event) -> str:
    match event:
        case Heard(final=True, speaker=speaker, text=text) if text:
            return f"{speaker}: {text}"
        case Tapped() | Dismissed():
            return _tap_text(event)
        case Ended(decision=decision, record=record):
            record_text = "; ".join(f"{name.replace('_', ' ')}: {words}" for name, words in record.items())
            return f"The call ends: {decision.replace('-', ' ').upper()}. {record_text}"
    return _note_text(event)


def _tap_text(event: Tapped | Dismissed) -> str:
    if event.kind is TapKind.SILENCE:
        return ""
    if isinstance(event, Dismissed):
        return ">>> handed back" if event.how is Dismissal.HANDED_BACK else ""
    label, words = tap_text.suggestion(event)
    suggestion = f"  {label}: {words}" if words else ""
    return f">>> {tap_text.title(event).upper()}  ({tap_text.reason(event)}){suggestion}"


def _note_text(event: Event) -> str:
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


HELP = """A line is what you say; an empty line waits. Commands start with a slash:
  /ask        say the current question
  /note TEXT  save a note           /1 … /9   pick the answer you heard
  /n next     /s skip   /b back     /j ID     jump
  /d DETOUR   take a detour         /u        undo
  /end OUTCOME [field=text; …]      /q        stop"""

TICK_SECONDS = 1.0


class PlainRehearsal:
    """Takes lines of input and yields the lines to print. `is_over` once the rehearsal has ended."""

    def __init__(self, session: CallSession, conversation: RehearsalConversation, time: ManualClock) -> None:
        self._session = session
        self._conversation = conversation
        self._time = time
        self._printed_events = 0
        self._printed_question = ""

    @property
    def is_over(self) -> bool:
        return self._session.state.ended is not None

    def begin(self) -> Iterator[str]:
        """Start the rehearsal."""
        self._conversation.resume()
        self._wait_for_buyer()
        yield from self._new_lines()

    def handle_line(self, line: str) -> Iterator[str]:
        """Carry out one line of input."""
        words = line.strip()
        if words in ("/?", "/help"):
            yield HELP
            return
        try:
            self._carry_out(words)
        except CannotAct as refusal:
            yield f"        ✗ {refusal}"
        yield from self._new_lines()

    def stop(self) -> Iterator[str]:
        """End the rehearsal at the end of the input."""
        if not self.is_over:
            self._stop()
            yield from self._new_lines()

    def _carry_out(self, words: str) -> None:
        if words == "":
            self._wait_for_buyer()
        elif words == "/q":
            self._stop()
        elif words[:1] == "/" and words != "/ask":
            name, _, rest = words[1:].partition(" ")
            self._run_command(name, rest.strip())
        else:
            self._say(view.prompt(self._session.context).text if words == "/ask" else words)

    def _stop(self) -> None:
        self._session.do(lambda context: (Ended(context.at, "stopped", ""),))

    def _say(self, words: str) -> None:
        self._conversation.say(words)
        if self._conversation.drill is not Drill.SILENCE or self._conversation.state.is_over:
            self._wait_for_buyer()
        if self._conversation.is_over:
            self._conversation.finish()

    def _run_command(self, name: str, words: str) -> None:
        if name.isascii() and name.isdigit():
            name, words = "pick", name
        command = next(
            (
                command
                for command in call_commands.commands_of(call_commands.REHEARSE)
                if name in (command.name, command.short_form)
            ),
            None,
        )
        if command is None:
            raise CannotAct(f"unknown command /{name} (list commands with /?)")
        act = command.action
        if act is not None:
            self._session.do(lambda context: act(context, words))
        elif command.session_action is not None:
            command.session_action(self._session)

    def _wait_for_buyer(self) -> None:
        """Let time pass until the buyer has said everything."""
        while (at := self._conversation.next_at) is not None:
            while self._time() + TICK_SECONDS < at:
                self._time.advance(TICK_SECONDS)
                self._session.tick()
            self._time.advance(max(at - self._time(), 0.0))
            self._conversation.record_due_lines()

    def _new_lines(self) -> Iterator[str]:
        for event in self._session.events[self._printed_events :]:
            is_stop = isinstance(event, Ended) and not event.decision
            if not isinstance(event, Promised | Dismissed) and not is_stop:
                yield from event_lines(event)
            if isinstance(event, Heard) and event.final:
                yield from self._recorded_line(event)
        self._printed_events = len(self._session.events)
        question = view.prompt(self._session.context).text
        if question != self._printed_question and not self.is_over and self._conversation.drill is None:
            self._printed_question = question
            yield f"{format_running_clock(self._time()):>6}         [ {one_line(question)} ]"
        if self._conversation.drill is Drill.SILENCE and self._conversation.next_at is not None and not self.is_over:
            yield "        … (an empty line waits)"

    def _recorded_line(self, event: Heard) -> Iterator[str]:
        """Yield what the user said at this point of a recorded call."""
        line = next(
            (line for line in self._conversation.state.lines if line.recorded_user_text and line.text == event.text),
            None,
        )
        if line is not None:
            yield f"            then you said: “{one_line(line.recorded_user_text)}”"
