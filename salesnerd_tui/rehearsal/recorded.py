"""A recorded call, from any minute on, with you answering instead: their lines come from the recording.

They cannot take up what you say now; what you said then is told after you have spoken, to hold the two side by side.
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
"""How much of the call before the minute is heard again, so that you (and the coach) know what it is about."""

BACKCHANNEL_WORDS = 3
"""Up to so many words of theirs within a turn of yours are no turn (design)."""

LONGEST_PAUSE_SECONDS = 5.0


class Exchange(Struct, frozen=True):
    """What you said in the call, and what they said then."""

    mine: str
    theirs: tuple[Heard, ...]


class Recording(Struct, frozen=True):
    """A recorded call cut in two at a minute: `context` is the speech just before, `place` and `notes` how it stood."""

    context: tuple[Heard, ...]
    place: Place
    notes: dict[str, Note]
    exchanges: tuple[Exchange, ...]


class NothingRecorded(ValueError):
    """There is nothing to rehearse in that call; the message tells why."""


def cut(events: Sequence[Event], since: float) -> Recording:
    """The recording from `since` seconds on. Raises `NothingRecorded` when nobody else speaks after that."""
    gone = undone(events)
    state, speech = CallState(), []
    for number, event in enumerate(events):
        if isinstance(event, Heard):
            if event.final and event.text and event.side is not Side.NOBODY:
                speech.append(event)
        elif number not in gone and event.at < since:
            state = evolve(state, event)
    if not any(each.side is Side.THEM for each in speech):
        raise NothingRecorded("no words of theirs were kept of this call: rehearse its playbook's buyer instead")
    later = [each for each in speech if each.start >= since]
    exchanges = _exchanges(later)
    if not any(exchange.theirs for exchange in exchanges):
        last = int(max(each.start for each in speech if each.side is Side.THEM))
        raise NothingRecorded(f"they say nothing more after that: take a time before {last // 60}:{last % 60:02}")
    first = next((event for event in events if isinstance(event, Started)), None)
    place = state.place if state.started or first is None else first.to
    notes = {question: under[-1] for question, under in state.notes.items() if under[-1].words}
    context = tuple(each for each in speech if since - CONTEXT_SECONDS <= each.start < since)
    return Recording(context, place, notes, exchanges)


class RecordedBuyer(Struct, frozen=True):
    """The other side of a recorded call."""

    recording: Recording

    def begins(self) -> RehearsalState:
        first = self.recording.exchanges[0]
        return RehearsalState(lines=_lines(first) if not first.mine else (), over=False)

    def hears(self, scene: RehearsalState, turn: UserTurn) -> RehearsalState:
        """One exchange for each turn of yours; lines you cut off come before the next ones."""
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
    """Your turns with what they answered; what they throw in while you talk on does not part a turn of yours."""
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
    """A few words, and no answer to a question."""
    words = sum(len((each.text or "").split()) for each in theirs)
    return words <= BACKCHANNEL_WORDS and bool(mine) and not mine[-1].rstrip().endswith("?")
