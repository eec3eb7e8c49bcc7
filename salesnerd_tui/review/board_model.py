"""What stands on the board of how an account buys, as plain values."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from msgspec import Struct

from salesnerd_tui.playbook.model import Job
from salesnerd_tui.review.map_steps import Step
from salesnerd_tui.review.prep import Person

__all__ = ["Board", "Job", "JobCard", "JobState", "NextStep", "Words"]


class JobState(StrEnum):
    NOT_BEGUN = "not begun"
    AT_WORK = "at work"
    DONE = "done"
    REOPENED = "re-opened"


class Words(Struct, frozen=True):
    """What they said to a question, and when. `on` is None where the call has no date."""

    question: str
    asked_as: str
    text: str
    on: date | None


class JobCard(Struct, frozen=True):
    """One job of theirs. `since` are words said after it was settled."""

    job: Job
    state: JobState
    words: tuple[Words, ...]
    since: tuple[Words, ...] = ()


class NextStep(Struct, frozen=True):
    """What somebody does next, by when in their words. `due_on` where those words name a day."""

    text: str
    who: str = ""
    by: str = ""
    due_on: date | None = None


class Board(Struct, frozen=True):
    """How an account buys, as far as it is known. `in_use_by` is their date, with the reason or words it came in."""

    account: str
    me: str
    jobs: tuple[JobCard, ...]
    steps: tuple[Step, ...]
    people: tuple[Person, ...]
    said_of_people: tuple[Words, ...]
    papers: tuple[str, ...]
    stalls: tuple[str, ...]
    in_use_by: str
    in_use_on: date | None
    theirs: NextStep | None
    mine: NextStep | None
    calls: int
