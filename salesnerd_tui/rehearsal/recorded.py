"""Rehearsal of a recorded call from any minute on: the buyer's lines come from the recording.

The buyer cannot react to what the user says now. After each turn, what the user said in the recording is shown for
comparison.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from salesnerd_tui.call.events import Event, Heard, Place, Side, Started
from salesnerd_tui.call.state import CallState, Note, evolve
from salesnerd_tui.call.state import undone_numbers as undone
from salesnerd_tui.rehearsal.buyer import BuyerLine, LineReason, RehearsalState, UserTurn

CONTEXT_SECONDS = 60.0
"""Seconds of the call that are repeated before the chosen minute, as context for the user and the coach."""

BACKCHANNEL_WORDS = 3
"""Maximum number of words of the buyer that count as a backchannel within a turn of the user."""

LONGEST_PAUSE_SECONDS = 5.0


class Exchange(Struct, frozen=True):
    """A turn of the user in the recorded call, and the buyer's reply."""

    mine: str
    theirs: tuple[Heard, ...]


class Recording(Struct, frozen=True):
    """The rest of a recorded call from a minute on.

    `context` is the speech just before that minute; `place` and `notes` are the state at that minute.
    """

    context: tuple[Heard, ...]
    place: Place
    notes: dict[str, Note]
    exchanges: tuple[Exchange, ...]


class NothingRecorded(ValueError):
    """The call has nothing to rehearse; the message says why."""


def cut(events: Sequence[Event], since: float) -> Recording:
    """Return the recording from `since` seconds on. Raises `NothingRecorded` if the buyer says nothing after that."""
    gone = undone(events)
    state, speech = CallState(), []
    for number, event in enumerate(events):
        if isinstance(event, Heard):
            if event.final and event.text and event.side is not Side.NOBODY:
                speech.append(event)
        elif number not in gone and event.at < since:
            state = evolve(state, event)
    if not any(each.side is Side.THEM for each in speech):
        raise NothingRecorded("this call has no transcript of the buyer (rehearse with its playbook instead)")
    later = [each for each in speech if each.start >= since]
    exchanges = _exchanges(later)
    if not any(exchange.theirs for exchange in exchanges):
        last = int(max(each.start for each in speech if each.side is Side.THEM))
        raise NothingRecorded(f"the buyer says nothing after that (choose a time before {last // 60}:{last % 60:02})")
    first = next((event for event in events if isinstance(event, Started)), None)
    place = state.place if state.started or first is None else first.to
    notes = {question: under[-1] for question, under in state.notes.items() if under[-1].words}
    context = tuple(each for each in speech if since - CONTEXT_SECONDS <= each.start < since)
    return Recording(context, place, notes, exchanges)


class RecordedBuyer(Struct, frozen=True):
    """The buyer of a recorded call."""

    recording: Recording

    def begins(self) -> RehearsalState:
        first = self.recording.exchanges[0]
        return RehearsalState(lines=_lines(first) if not first.mine else (), over=False)

    def hears(self, scene: RehearsalState, turn: UserTurn) -> RehearsalState:
        """Play one exchange for each turn of the user; lines that were cut off come before the next ones."""
        missed = scene.lines[turn.heard :]
        yours = [exchange for exchange in self.recording.exchanges if exchange.mine]
        if scene.turns >= len(yours):
            return replace(scene, turns=scene.turns + 1, lines=missed, over=True)
        lines = (*missed, *_lines(yours[scene.turns]))
        return RehearsalState(scene.turns + 1, lines, over=scene.turns + 1 >= len(yours))


def _lines(exchange: Exchange) -> tuple[BuyerLine, ...]:
    lines: list[BuyerLine] = []
    until = exchange.theirs[0].start - 1.0 if exchange.theirs else 0.0
    for heard in exchange.theirs:
        pause = min(max(heard.start - until, 0.3), LONGEST_PAUSE_SECONDS)
        lines.append(
            BuyerLine(heard.text or "", LineReason.RECORDED, round(pause, 2), then=exchange.mine if not lines else "")
        )
        until = heard.end
    return tuple(lines)


def _exchanges(speech: Iterable[Heard]) -> tuple[Exchange, ...]:
    """Return the user's turns with the buyer's replies; a backchannel does not split a turn."""
    found: list[Exchange] = []
    mine: list[str] = []
    theirs: list[Heard] = []
    for heard in speech:
        if heard.side is Side.THEM:
            theirs.append(heard)
            continue
        if theirs and not _only_backchannel(theirs, mine):
            found.append(Exchange(" ".join(mine), tuple(theirs)))
            mine = []
        theirs = []
        mine.append(heard.text or "")
    if mine or theirs:
        found.append(Exchange(" ".join(mine), tuple(theirs)))
    return tuple(found)


def _only_backchannel(theirs: Sequence[Heard], mine: Sequence[str]) -> bool:
    """Return whether the buyer's words are only a backchannel, and not the answer to a question."""
    words = sum(len((each.text or "").split()) for each in theirs)
    return words <= BACKCHANNEL_WORDS and bool(mine) and not mine[-1].rstrip().endswith("?")
