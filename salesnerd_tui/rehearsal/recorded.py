"""Rehearsal of a recorded call from any minute on: the buyer's lines come from the recording.

The buyer cannot react to what the user says now. After each turn, what the user said in the recording is shown for
comparison.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from salesnerd_tui.call.events import Event, Heard, Place, Side, Started
from salesnerd_tui.call.state import CallState, Note, evolve, undone_numbers
from salesnerd_tui.rehearsal.buyer import BuyerLine, LineReason, RehearsalState, UserTurn

CONTEXT_SECONDS = 60.0
"""Seconds of the call that are repeated before the chosen minute, as context for the user and the coach."""

MAX_BACKCHANNEL_WORDS = 3
"""Maximum number of words of the buyer that count as a backchannel within a turn of the user."""

MAX_PAUSE_SECONDS = 5.0


class Exchange(Struct, frozen=True):
    """A turn of the user in the recorded call, and the buyer's reply."""

    user_text: str
    buyer_lines: tuple[Heard, ...]


class Recording(Struct, frozen=True):
    """The rest of a recorded call from a minute on.

    `context` is the speech just before that minute; `place` and `notes` are the state at that minute.
    """

    context: tuple[Heard, ...]
    place: Place
    notes: dict[str, Note]
    exchanges: tuple[Exchange, ...]


class NothingToRehearse(ValueError):
    """The call has nothing to rehearse; the message says why."""


def cut_recording(events: Sequence[Event], since: float) -> Recording:
    """Return the recording from `since` seconds on. Raises `NothingToRehearse` if the buyer says nothing after that."""
    undone = undone_numbers(events)
    state, speech = CallState(), []
    for number, event in enumerate(events):
        if isinstance(event, Heard):
            if event.final and event.text and event.side is not Side.NOBODY:
                speech.append(event)
        elif number not in undone and event.at < since:
            state = evolve(state, event)
    if not any(each.side is Side.THEM for each in speech):
        raise NothingToRehearse("this call has no transcript of the buyer (rehearse with its playbook instead)")
    later = [each for each in speech if each.start >= since]
    exchanges = _exchanges(later)
    if not any(exchange.buyer_lines for exchange in exchanges):
        last = int(max(each.start for each in speech if each.side is Side.THEM))
        raise NothingToRehearse(f"the buyer says nothing after that (choose a time before {last // 60}:{last % 60:02})")
    first = next((event for event in events if isinstance(event, Started)), None)
    place = state.place if state.started or first is None else first.to
    notes = {question: notes[-1] for question, notes in state.notes.items() if notes[-1].words}
    context = tuple(each for each in speech if since - CONTEXT_SECONDS <= each.start < since)
    return Recording(context, place, notes, exchanges)


class RecordedBuyer(Struct, frozen=True):
    """The buyer of a recorded call."""

    recording: Recording

    def start(self) -> RehearsalState:
        first = self.recording.exchanges[0]
        return RehearsalState(lines=_lines(first) if not first.user_text else ())

    def respond(self, state: RehearsalState, turn: UserTurn) -> RehearsalState:
        """Play one exchange for each turn of the user; lines that were cut off come before the next ones."""
        unsaid = state.lines[turn.heard_lines :]
        user_exchanges = [exchange for exchange in self.recording.exchanges if exchange.user_text]
        if state.turns >= len(user_exchanges):
            return replace(state, turns=state.turns + 1, lines=unsaid, is_over=True)
        lines = (*unsaid, *_lines(user_exchanges[state.turns]))
        return RehearsalState(state.turns + 1, lines, is_over=state.turns + 1 >= len(user_exchanges))


def _lines(exchange: Exchange) -> tuple[BuyerLine, ...]:
    lines: list[BuyerLine] = []
    until = exchange.buyer_lines[0].start - 1.0 if exchange.buyer_lines else 0.0
    for heard in exchange.buyer_lines:
        pause = round(min(max(heard.start - until, 0.3), MAX_PAUSE_SECONDS), 2)
        user_text = exchange.user_text if not lines else ""
        lines.append(BuyerLine(heard.text or "", LineReason.RECORDED, pause, recorded_user_text=user_text))
        until = heard.end
    return tuple(lines)


def _exchanges(speech: Iterable[Heard]) -> tuple[Exchange, ...]:
    """Return the user's turns with the buyer's replies; a backchannel does not split a turn."""
    exchanges: list[Exchange] = []
    user_texts: list[str] = []
    buyer_lines: list[Heard] = []
    for heard in speech:
        if heard.side is Side.THEM:
            buyer_lines.append(heard)
            continue
        if buyer_lines and not _is_backchannel(buyer_lines, user_texts):
            exchanges.append(Exchange(" ".join(user_texts), tuple(buyer_lines)))
            user_texts = []
        buyer_lines = []
        user_texts.append(heard.text or "")
    if user_texts or buyer_lines:
        exchanges.append(Exchange(" ".join(user_texts), tuple(buyer_lines)))
    return tuple(exchanges)


def _is_backchannel(buyer_lines: Sequence[Heard], user_texts: Sequence[str]) -> bool:
    """Return whether the buyer's words are only a backchannel, and not the answer to a question."""
    words = sum(len((each.text or "").split()) for each in buyer_lines)
    return words <= MAX_BACKCHANNEL_WORDS and bool(user_texts) and not user_texts[-1].rstrip().endswith("?")
