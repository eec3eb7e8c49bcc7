"""Whether our next step runs ahead of theirs: a contract to people who have not settled what they need."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from salesnerd_tui.coach.words import vocabulary, words
from salesnerd_tui.review.board_model import Board, Job, JobState

SERVES: tuple[tuple[Job, frozenset[str]], ...] = (
    (
        Job.CHOICE,
        vocabulary(
            "proposal quote offer price prices pricing contract sign signature order invoice negotiate discount "
            "licence license agreement"
        ),
    ),
    (Job.VALIDATION, vocabulary("demo trial pilot test poc reference references workshop prototype")),
    (Job.REQUIREMENTS, vocabulary("questionnaire requirements specification specs security form forms privacy")),
    (Job.OPTIONS, vocabulary("comparison compare alternatives overview brochure deck slides")),
    (Job.CONSENSUS, vocabulary("board committee everybody stakeholders")),
)
"""Words of a next step and the job of theirs it serves; the first that fits counts."""

START = vocabulary("rollout roll-out onboarding kickoff kick-off install installation migration")
"""Beginning to use it, which comes after a choice that all carry."""


def ahead(board: Board) -> tuple[str, ...]:
    """What runs ahead, in whole sentences; empty when our step is only as far as theirs."""
    return tuple(_reasons(board))


def job_of(text: str) -> Job | None:
    """The job of theirs that a step serves, from its words."""
    spoken = set(words(text))
    return next((job for job, known in SERVES if spoken & known), None)


def _reasons(board: Board) -> Iterator[str]:
    mine, theirs = board.mine, board.theirs
    if mine is None:
        return
    states = {card.job: card.state for card in board.jobs}
    served = job_of(mine.text)
    if START & set(words(mine.text)):
        open_jobs = [job for job in (Job.CHOICE, Job.CONSENSUS) if states[job] is not JobState.DONE]
        if open_jobs:
            yield f"Your next step begins the work; their {' and '.join(open_jobs)} {_are(open_jobs)} not settled."
    elif served is not None and states[served] is JobState.NOT_BEGUN:
        yield f"Your next step is about their {served}, which they have not begun."
    if theirs is None:
        yield "You have a next step and they have none: ask what happens next on their side."
    elif mine.due_on and theirs.due_on and mine.due_on < theirs.due_on:
        yield f"Yours is due on {_day(mine.due_on)}, theirs only on {_day(theirs.due_on)}: wait for theirs."


def _are(jobs: list[Job]) -> str:
    return "are" if len(jobs) > 1 else "is"


def _day(day: date) -> str:
    return f"{day:%d %B}".lstrip("0")
