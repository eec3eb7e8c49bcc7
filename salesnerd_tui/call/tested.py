"""What the tests and buyers of a playbook walk through, and what none of them visits."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from salesnerd_tui.call.trial import Trial, try_buyer, try_example
from salesnerd_tui.playbook.model import Ask, Playbook


class Untested(Struct, frozen=True):
    """Ids (answers as `question: label`) that no test and no buyer comes by, in the playbook's order."""

    questions: tuple[str, ...]
    answers: tuple[str, ...]
    detours: tuple[str, ...]
    outcomes: tuple[str, ...]


def trials(playbook: Playbook) -> tuple[Trial, ...]:
    """Every test, then every buyer, walked."""
    return (
        *(try_example(playbook, example) for example in playbook.examples),
        *(try_buyer(playbook, buyer) for buyer in playbook.buyers.values()),
    )


def untested(playbook: Playbook, walked: Sequence[Trial]) -> Untested:
    """What none of the walks visited, of what the playbook's own file wrote: a shared library is tested where it is at
    home, or by any playbook that uses it."""
    own = playbook.sources[:1]
    asked = {question for trial in walked for question in trial.asked}
    picked = {answer for trial in walked for answer in trial.answers}
    taken = {detour for trial in walked for detour in trial.detours}
    ended = {trial.ended for trial in walked}
    questions = tuple(ask for ask in playbook.questions() if not own or ask.spot.file in own)
    return Untested(
        questions=tuple(ask.id for ask in questions if ask.id not in asked),
        answers=tuple(
            f"{ask.id}: {label}" for ask in questions for label in _labels(ask) if (ask.id, label) not in picked
        ),
        detours=tuple(
            detour.id
            for detour in playbook.detours.values()
            if detour.id not in taken and (not own or detour.spot.file in own)
        ),
        outcomes=tuple(outcome for outcome in playbook.outcomes if outcome not in ended),
    )


def _labels(ask: Ask) -> tuple[str, ...]:
    return tuple(answer.label for answer in ask.answers) or ask.choices
