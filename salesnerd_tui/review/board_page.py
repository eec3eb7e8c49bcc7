"""Buying process as blocks of lines, and the one-page plan to share with the buyer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from salesnerd_tui.review.board import Board, JobCard, JobState, NextStep, pacing_warnings
from salesnerd_tui.review.debrief.lesson import quoted, shortened
from salesnerd_tui.review.markdown import escape
from salesnerd_tui.review.prep_page import PrepBlock, belief_words
from salesnerd_tui.review.promises import deed
from salesnerd_tui.review.roadmap import RoadmapStep, StepDraft, scheduled_back

SYMBOLS = {JobState.NOT_STARTED: "○", JobState.IN_PROGRESS: "●", JobState.DONE: "✓", JobState.REOPENED: "↻"}
WORDS_SHOWN = 2
WHY = ("trigger", "symptom", "cost", "cost_year", "cost_monthly", "number_to_move")
"""Questions whose answers open the shared plan."""

JOB_CHARACTERS = 72
PEOPLE_CHARACTERS = 90
WHY_CHARACTERS = 200
"""Maximum lengths of quotes; the calls hold the full text."""


def blocks(board: Board) -> Iterator[PrepBlock]:
    """Yield the whole buying process, for the user only."""
    theirs, yours = _next("they", board.their_next), _next("you", board.our_next)
    found = (
        PrepBlock("Next steps", (theirs, yours, *(f"! {warning}" for warning in pacing_warnings(board)))),
        PrepBlock("Buying jobs", tuple(_job(card) for card in board.jobs)),
        PrepBlock("Steps", tuple(_step(step) for step in board.steps)),
        PrepBlock("People", tuple(_people(board))),
        PrepBlock("Documents", board.documents),
        PrepBlock("Go-live date", (board.go_live,) if board.go_live else ()),
        PrepBlock("Blockers", board.blockers),
        PrepBlock("Hypotheses", tuple(map(belief_words, board.beliefs))),
    )
    yield from (block for block in found if block.lines)


def plan_markdown(board: Board, today: date) -> str:
    """Return the shared plan, scheduled back from the go-live date: their words and both sides' steps only."""
    planned = scheduled_back(board.steps, board.go_live_on)
    rows = [f"# Plan for {escape(board.account)}", ""]
    why = [words for card in board.jobs for words in card.words if words.question in WHY]
    rows += [f"> {escape(shortened(words.text, WHY_CHARACTERS))}" for words in why[:WORDS_SHOWN]] + (
        [""] if why else []
    )
    rows.append(f"Go-live date: **{escape(board.go_live) or 'to be agreed'}**")
    if planned:
        rows += ["", "| Step | Done by | Who | Takes |", "|---|---|---|---|", *(_row(each) for each in planned)]
    done = [step.title for step in board.steps if step.done]
    if done:
        rows += ["", f"Done: {escape(', '.join(done))}"]
    if board.documents:
        rows += ["", "Documents:", "", *(f"- {escape(name)}" for name in board.documents)]
    rows += ["", "Next steps:", "", *(f"- {escape(line)}" for line in _next_steps(board))]
    rows += [*_open_questions(board, planned, today), ""]
    return "\n".join(rows)


def _next_steps(board: Board) -> Iterator[str]:
    for who, step in (("you", board.their_next), (board.me or "we", board.our_next)):
        if step is not None:
            yield f"{step.who or who}: {deed(_step_words(step))}"
    if board.their_next is None and board.our_next is None:
        yield "to be agreed"


def _open_questions(board: Board, planned: tuple[RoadmapStep, ...], today: date) -> Iterator[str]:
    found: list[str] = []
    if not board.go_live:
        found.append("When does it need to be live?")
    elif board.go_live_on is None:
        found.append(f"Which day is “{board.go_live}”?")
    if not planned and not board.steps:
        found.append("Which steps are needed, and who takes each one?")
    found += [f"Who takes “{each.step.title}”?" for each in planned if not each.step.who]
    found += [f"How long does “{each.step.title}” take?" for each in planned if each.step.days is None][:3]
    late = next((each for each in planned if each.begin is not None and each.begin < today), None)
    if late is not None and late.begin is not None:
        found.append(
            f"“{late.step.title}” should have started by {late.begin.isoformat()}. Can we still make the date?"
        )
    if found:
        yield from ("", "Open questions:", "")
        yield from (f"- {escape(each)}" for each in found)


def _row(planned: RoadmapStep) -> str:
    step = planned.step
    by = planned.end.isoformat() if planned.end else step.by
    cells = (step.title, by, step.who, step.takes)
    return "| " + " | ".join(escape(cell) if cell else "" for cell in cells) + " |"


def _next(who: str, step: NextStep | None) -> str:
    if step is None:
        return f"{who}: no next step"
    owner = f" ({step.who})" if step.who else ""
    return f"{who}{owner}: {_step_words(step)}"


def _step_words(step: NextStep) -> str:
    """Return the step with its due date, unless the step already mentions it."""
    return step.text if not step.by or step.by.casefold() in step.text.casefold() else f"{step.text}, {step.by}"


def _job(card: JobCard) -> str:
    latest = [quoted(words.text, JOB_CHARACTERS) for words in (card.since or card.words)[:WORDS_SHOWN]]
    return f"{SYMBOLS[card.state]} {card.job}, {card.state.label}{': ' + ' '.join(latest) if latest else ''}"


def _step(step: StepDraft) -> str:
    facts = " · ".join(part for part in (step.who, step.by, step.takes) if part)
    return f"{'✓' if step.done else '○'} {step.title}{f'  ({facts})' if facts else ''}"


def _people(board: Board) -> Iterator[str]:
    for person in board.people:
        yield f"{person.name}: {person.role}" if person.role else person.name
    yield from (f"{quoted(words.text, PEOPLE_CHARACTERS)} ({words.asked_as})" for words in board.said_of_people)
