"""What stands on the board of how an account buys, as plain values.

Whether our next step runs ahead of theirs: a contract to people who have not settled what they need.

How an account buys: their own jobs, steps, people, papers and dates, folded from the calls and from small edits.

The jobs have no order: a buyer works on several at once and opens a settled one again. Nothing here is a stage of ours.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from enum import StrEnum

from msgspec import Struct

from salesnerd_tui.call.events import BoardEdit, Mapped, Side
from salesnerd_tui.call.plan import planning
from salesnerd_tui.call.wall_clock import wall_time
from salesnerd_tui.coach.normalize import vocabulary, words
from salesnerd_tui.playbook.model import BuyingJob
from salesnerd_tui.review.prep import ON_THE_CALL, EarlierCall, PrepPerson, same_person
from salesnerd_tui.review.promises import OWED, TrackedPromise
from salesnerd_tui.review.roadmap import StepDraft, day_of, drawn_steps, steps_in

__all__ = ["Board", "BuyerStatement", "BuyingJob", "JobCard", "JobState", "NextStep"]


class JobState(StrEnum):
    NOT_BEGUN = "not begun"
    AT_WORK = "at work"
    DONE = "done"
    REOPENED = "re-opened"


class BuyerStatement(Struct, frozen=True):
    """What they said to a question, and when. `on` is None where the call has no date."""

    question: str
    asked_as: str
    text: str
    on: date | None


class JobCard(Struct, frozen=True):
    """One job of theirs. `since` are words said after it was settled."""

    job: BuyingJob
    state: JobState
    words: tuple[BuyerStatement, ...]
    since: tuple[BuyerStatement, ...] = ()


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
    steps: tuple[StepDraft, ...]
    people: tuple[PrepPerson, ...]
    said_of_people: tuple[BuyerStatement, ...]
    papers: tuple[str, ...]
    stalls: tuple[str, ...]
    in_use_by: str
    in_use_on: date | None
    theirs: NextStep | None
    mine: NextStep | None
    calls: int


SERVES: tuple[tuple[BuyingJob, frozenset[str]], ...] = (
    (
        BuyingJob.CHOICE,
        vocabulary(
            "proposal quote offer price prices pricing contract sign signature order invoice negotiate discount "
            "licence license agreement"
        ),
    ),
    (BuyingJob.VALIDATION, vocabulary("demo trial pilot test poc reference references workshop prototype")),
    (BuyingJob.REQUIREMENTS, vocabulary("questionnaire requirements specification specs security form forms privacy")),
    (BuyingJob.OPTIONS, vocabulary("comparison compare alternatives overview brochure deck slides")),
    (BuyingJob.CONSENSUS, vocabulary("board committee everybody stakeholders")),
)
"""Words of a next step and the job of theirs it serves; the first that fits counts."""

START = vocabulary("rollout roll-out onboarding kickoff kick-off install installation migration")
"""Beginning to use it, which comes after a choice that all carry."""


def ahead(board: Board) -> tuple[str, ...]:
    """What runs ahead, in whole sentences; empty when our step is only as far as theirs."""
    return tuple(_reasons(board))


def job_of(text: str) -> BuyingJob | None:
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
        open_jobs = [job for job in (BuyingJob.CHOICE, BuyingJob.CONSENSUS) if states[job] is not JobState.DONE]
        if open_jobs:
            yield f"Your next step begins the work; their {' and '.join(open_jobs)} {_are(open_jobs)} not settled."
    elif served is not None and states[served] is JobState.NOT_BEGUN:
        yield f"Your next step is about their {served}, which they have not begun."
    if theirs is None:
        yield "You have a next step and they have none: ask what happens next on their side."
    elif mine.due_on and theirs.due_on and mine.due_on < theirs.due_on:
        yield f"Yours is due on {_day(mine.due_on)}, theirs only on {_day(theirs.due_on)}: wait for theirs."


def _are(jobs: list[BuyingJob]) -> str:
    return "are" if len(jobs) > 1 else "is"


def _day(day: date) -> str:
    return f"{day:%d %B}".lstrip("0")


PAPERS = ("papers_needed", "in_writing", "forms_reader")
STALLS = ("slowest_step", "stalled_buy", "late_stop", "wasted_step", "forms_when")
PEOPLE = ("decision_path", "late_stop", "budget_owner", "right_person", "who_feels_it", "demo_audience", "step_yes")
IN_USE_BY = "in_use_by"
STEPS = ("first_step", "map_steps")
OUR_PART = ("next_step", "our_part")
THEIR_PART = ("their_part",)
"""What an outcome's record calls what each side does next."""


def board(
    account: str,
    calls: Sequence[EarlierCall],
    edits: Iterable[Mapped],
    pledges: Iterable[TrackedPromise],
    jobs: Mapping[str, BuyingJob] = {},
) -> Board:
    """The board; `calls` are the account's, newest first, `pledges` those of the same calls. `jobs` are those that the
    calls' playbooks name for their questions."""
    said = list(_said(calls))
    drawn = _drawn(edits)
    owed = [pledge for pledge in pledges if pledge.standing in OWED]
    by, on = _in_use(said, drawn)
    newest = {words.question: words for words in reversed(said)}
    told = steps_in(*(newest[name].text for name in STEPS if name in newest))
    steps = drawn_steps(told, drawn.get(BoardEdit.STEP, {}))
    return Board(
        account=account,
        me=next((call.state.started.me for call in calls if call.state.started and call.state.started.me), ""),
        jobs=tuple(_card(job, said, drawn.get(BoardEdit.JOB, {}).get(job.value), jobs) for job in BuyingJob),
        steps=steps,
        people=tuple(_people(calls, drawn.get(BoardEdit.PERSON, {}))),
        said_of_people=tuple(newest[name] for name in PEOPLE if name in newest),
        papers=(*(newest[name].text for name in PAPERS if name in newest), *_named(drawn, BoardEdit.PAPER)),
        stalls=(*(newest[name].text for name in STALLS if name in newest), *_named(drawn, BoardEdit.STALL)),
        in_use_by=by,
        in_use_on=on,
        theirs=_next(
            drawn, BoardEdit.THEIRS, _promised(owed, Side.THEM), _first_open(steps), _agreed(calls, THEIR_PART)
        ),
        mine=_next(drawn, BoardEdit.MINE, _agreed(calls, OUR_PART), _promised(owed, Side.ME)),
        calls=len(calls),
    )


Details = Mapping[str, str]

DONE, GONE = "done", "gone"
ALONE = frozenset((BoardEdit.DATE, BoardEdit.THEIRS, BoardEdit.MINE))
"""Of these there is one at a time: the last that was drawn."""

BACK: Mapping[BoardEdit, tuple[str, ...]] = {BoardEdit.THEIRS: (DONE, GONE), BoardEdit.MINE: (DONE, GONE)}
"""States that naming it again takes back; for the other kinds it is only what was gone."""


def _drawn(edits: Iterable[Mapped]) -> dict[BoardEdit, dict[str, Details]]:
    """What was drawn, by kind and name. Naming again what was done or gone brings it back, unless the edit says so."""
    found: dict[BoardEdit, dict[str, Details]] = {}
    for edit in edits:
        of_kind = found.setdefault(edit.kind, {})
        before = of_kind.pop(edit.about, {}) if edit.kind in ALONE else of_kind.get(edit.about, {})
        if "state" not in edit.details and before.get("state") in BACK.get(edit.kind, (GONE,)):
            before = {name: text for name, text in before.items() if name != "state"}
        of_kind[edit.about] = {**before, **edit.details, "on": edit.on, **_again(before, edit)}
    return found


def _again(before: Details, edit: Mapped) -> dict[str, str]:
    was_done = before.get("state") == JobState.DONE and edit.details.get("state") not in (None, JobState.DONE.value)
    return {"again": "yes"} if was_done and edit.kind is BoardEdit.JOB else {}


def _said(calls: Sequence[EarlierCall]) -> Iterator[BuyerStatement]:
    """Everything they said to a question, newest first; what was only recalled is left out."""
    for call in calls:
        for question, notes in call.state.notes.items():
            text = " · ".join(
                part for note in notes if not note.recalled_from for part in (note.label, note.text) if part
            )
            if text:
                asked_as = call.state.wordings.get(question, question.replace("_", " "))
                own = [note.at for note in notes if not note.recalled_from and (note.label or note.text)]
                yield BuyerStatement(question, asked_as, text, _day_board(call, own[-1]))


def _day_board(call: EarlierCall, at: float) -> date | None:
    """The day on which something was said at `at` seconds of a call."""
    said = wall_time(call.state, at)
    return said.date() if said else None


def _card(
    job: BuyingJob, said: Sequence[BuyerStatement], edit: Details | None, jobs: Mapping[str, BuyingJob]
) -> JobCard:
    words = tuple(each for each in said if jobs.get(each.question) is job)
    state = JobState.AT_WORK if words else JobState.NOT_BEGUN
    if edit is None or "state" not in edit:
        return JobCard(job, state, words)
    drawn_on = edit.get("on", "")
    since = tuple(each for each in words if each.on is not None and each.on.isoformat() > drawn_on)
    if edit["state"] == JobState.DONE:
        return JobCard(job, JobState.REOPENED if since else JobState.DONE, words, since)
    if edit["state"] == "open":
        return JobCard(job, JobState.AT_WORK if since else JobState.NOT_BEGUN, words, since)
    return JobCard(job, JobState.REOPENED if edit.get("again") else JobState.AT_WORK, words)


def _people(calls: Sequence[EarlierCall], drawn: Mapping[str, Details]) -> Iterator[PrepPerson]:
    """Everybody who was on a call, in a prep or named by hand, each once."""
    found: list[PrepPerson] = []
    parts = {name: words for call in reversed(calls) for name, words in planning(call.state.plan).parts.items()}
    parts = {name: words for name, words in parts.items() if words != ON_THE_CALL}
    parts |= {name: details.get("words", "") for name, details in drawn.items()}
    named = [name for call in calls if call.state.started for name in call.state.started.people]
    for name in (*parts, *named):
        if not any(same_person(name, person.name) for person in found):
            part = next((text for about, text in parts.items() if same_person(about, name)), "")
            found.append(PrepPerson(name, part))
    gone = [name for name, details in drawn.items() if details.get("state") == "gone"]
    yield from (person for person in found if not any(same_person(person.name, name) for name in gone))


def _named(drawn: Mapping[BoardEdit, Mapping[str, Details]], kind: BoardEdit) -> tuple[str, ...]:
    return tuple(name for name, details in drawn.get(kind, {}).items() if details.get("state") != "gone")


def _in_use(
    said: Sequence[BuyerStatement], drawn: Mapping[BoardEdit, Mapping[str, Details]]
) -> tuple[str, date | None]:
    """Their date in their words, and the day it names beyond doubt."""
    dates = [(name, details) for name, details in drawn.get(BoardEdit.DATE, {}).items() if details.get("state") != GONE]
    for name, details in dates[-1:]:
        return name, day_of(name, details.get("on", ""))
    found = next((words for words in said if words.question == IN_USE_BY), None)
    if found is None:
        return "", None
    return found.text, day_of(found.text, found.on.isoformat() if found.on else "")


def _next(drawn: Mapping[BoardEdit, Mapping[str, Details]], kind: BoardEdit, *told: NextStep | None) -> NextStep | None:
    """The next step drawn by hand last, else the first one told that was not done since."""
    of_kind = drawn.get(kind, {})
    if of_kind:
        name, details = list(of_kind.items())[-1]
        if details.get("state") not in (DONE, GONE):
            by = details.get("by", "")
            return NextStep(name, details.get("who", ""), by, day_of(by, details.get("on", "")))
    over = {name for name, details in of_kind.items() if details.get("state") in (DONE, GONE)}
    return next((step for step in told if step is not None and step.text not in over), None)


def _promised(owed: Iterable[TrackedPromise], side: Side) -> NextStep | None:
    """The promise that is due first, else the latest."""
    of_side = [pledge for pledge in owed if pledge.promise.side is side]
    if not of_side:
        return None
    first = min(of_side, key=lambda pledge: (pledge.promise.due_on or date.max, -of_side.index(pledge)))
    promise = first.promise
    return NextStep(promise.text, promise.owner, promise.due, promise.due_on)


def _first_open(steps: Sequence[StepDraft]) -> NextStep | None:
    step = next((step for step in steps if not step.done), None)
    return NextStep(step.title, step.who, step.by, step.due_on) if step is not None else None


def _agreed(calls: Sequence[EarlierCall], parts: Sequence[str]) -> NextStep | None:
    """What the newest ended call agreed on for a side, if it agreed on anything."""
    for call in calls:
        ended = call.state.ended
        if ended is None:
            continue
        text = next((words for part in parts if (words := ended.record.get(part, "").strip())), "")
        by = ended.record.get("next_date", "")
        on = _day_board(call, ended.at)
        who = ended.record.get("next_owner", "") if parts is OUR_PART else ""
        step = NextStep(text, who, by, day_of(by, on.isoformat() if on else ""))
        return step if text else None
    return None
