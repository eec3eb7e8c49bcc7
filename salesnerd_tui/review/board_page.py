"""The board as blocks of lines, and the one-page plan that can be shown to the buyer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from salesnerd_tui.review.board import Board, JobCard, JobState, NextStep, ahead
from salesnerd_tui.review.debrief.lesson import quoted, shortened
from salesnerd_tui.review.markdown import escape
from salesnerd_tui.review.prep_page import PrepBlock
from salesnerd_tui.review.promises import deed
from salesnerd_tui.review.roadmap import RoadmapStep, StepDraft, worked_back

MARKS = {JobState.NOT_STARTED: "○", JobState.IN_PROGRESS: "●", JobState.DONE: "✓", JobState.REOPENED: "↻"}
WORDS_SHOWN = 2
WHY = ("trigger", "symptom", "cost", "cost_year", "cost_monthly", "number_to_move")
"""Their words that a plan for both begins with."""

JOB_CHARACTERS = 72
PEOPLE_CHARACTERS = 90
WHY_CHARACTERS = 200
"""Of what they said: a board is read at a glance, and the calls have all of it."""


def blocks(board: Board) -> Iterator[PrepBlock]:
    """The whole board, for you alone."""
    warned = ahead(board)
    found = (
        PrepBlock("Next", (_next("they", board.theirs), _next("you", board.mine), *(f"! {each}" for each in warned))),
        PrepBlock("Their jobs", tuple(_job(card) for card in board.jobs)),
        PrepBlock("Steps", tuple(_step(step) for step in board.steps)),
        PrepBlock("People", tuple(_people(board))),
        PrepBlock("Papers", board.papers),
        PrepBlock("Their date", (board.in_use_by,) if board.in_use_by else ()),
        PrepBlock("What stalls", board.stalls),
    )
    yield from (block for block in found if block.lines)


def plan_markdown(board: Board, today: date) -> str:
    """The plan, worked back from their date. It holds their words and both sides' steps, and nothing else."""
    planned = worked_back(board.steps, board.in_use_on)
    rows = [f"# The way to {escape(board.account)}'s decision", ""]
    why = [words for card in board.jobs for words in card.words if words.question in WHY]
    rows += [f"> {escape(shortened(words.text, WHY_CHARACTERS))}" for words in why[:WORDS_SHOWN]] + (
        [""] if why else []
    )
    rows.append(f"In use by: **{escape(board.in_use_by) or 'not settled yet'}**")
    if planned:
        rows += ["", "| | by | who | takes |", "|---|---|---|---|", *(_row(each) for each in planned)]
    done = [step.title for step in board.steps if step.done]
    if done:
        rows += ["", f"Done: {escape(', '.join(done))}"]
    if board.papers:
        rows += ["", "Papers:", "", *(f"- {escape(paper)}" for paper in board.papers)]
    rows += ["", "Next:", "", *(f"- {escape(line)}" for line in _next_steps(board))]
    rows += [*_open_questions(board, planned, today), ""]
    return "\n".join(rows)


def _next_steps(board: Board) -> Iterator[str]:
    for who, step in (("you", board.theirs), (board.me or "we", board.mine)):
        if step is not None:
            yield f"{step.who or who}: {deed(_step_words(step))}"
    if board.theirs is None and board.mine is None:
        yield "not settled yet"


def _open_questions(board: Board, planned: tuple[RoadmapStep, ...], today: date) -> Iterator[str]:
    found: list[str] = []
    if not board.in_use_by:
        found.append("By when does it have to be in use?")
    elif board.in_use_on is None:
        found.append(f"Which day is “{board.in_use_by}”?")
    if not planned and not board.steps:
        found.append("Which steps are there, and who takes each?")
    found += [f"Who takes “{each.step.title}”?" for each in planned if not each.step.who]
    found += [f"How long does “{each.step.title}” take?" for each in planned if each.step.days is None][:3]
    late = next((each for each in planned if each.begin is not None and each.begin < today), None)
    if late is not None and late.begin is not None:
        found.append(f"“{late.step.title}” would have to have begun by {late.begin.isoformat()}: does the date hold?")
    if found:
        yield from ("", "Still open:", "")
        yield from (f"- {escape(each)}" for each in found)


def _row(planned: RoadmapStep) -> str:
    step = planned.step
    by = planned.end.isoformat() if planned.end else step.by
    cells = (step.title, by, step.who, step.takes)
    return "| " + " | ".join(escape(cell) if cell else "" for cell in cells) + " |"


def _next(who: str, step: NextStep | None) -> str:
    if step is None:
        return f"{who}: nothing yet"
    owner = f" ({step.who})" if step.who else ""
    return f"{who}{owner}: {_step_words(step)}"


def _step_words(step: NextStep) -> str:
    """The step and by when, unless its own words say that."""
    return step.text if not step.by or step.by.casefold() in step.text.casefold() else f"{step.text}, {step.by}"


def _job(card: JobCard) -> str:
    latest = [quoted(words.text, JOB_CHARACTERS) for words in (card.since or card.words)[:WORDS_SHOWN]]
    return f"{MARKS[card.state]} {card.job}, {card.state.replace('_', ' ')}{': ' + ' '.join(latest) if latest else ''}"


def _step(step: StepDraft) -> str:
    facts = " · ".join(part for part in (step.who, step.by, step.takes) if part)
    return f"{'✓' if step.done else '○'} {step.title}{f'  ({facts})' if facts else ''}"


def _people(board: Board) -> Iterator[str]:
    for person in board.people:
        yield f"{person.name}: {person.part}" if person.part else person.name
    yield from (f"{quoted(words.text, PEOPLE_CHARACTERS)} ({words.asked_as})" for words in board.said_of_people)
