"""The board of an account: read from its calls, and drawn on by hand. What is drawn is kept as events of its own."""

from __future__ import annotations

import queue
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime

from salesnerd_tui.call.actions import CannotAct
from salesnerd_tui.call.events import BoardEdit, Event, Mapped, Mode, Place, Started
from salesnerd_tui.call.state import fold
from salesnerd_tui.playbook.library import Library
from salesnerd_tui.review.board import Board, BuyingJob, JobState, board
from salesnerd_tui.review.debrief.builder import debrief
from salesnerd_tui.review.prep import EarlierCall
from salesnerd_tui.review.promises import pledges
from salesnerd_tui.storage.errors import StorageError, WriteFailed, WriteSaved
from salesnerd_tui.storage.store import CallStore, calls_with, same_account

TITLE = "How they buy"
WAIT_SECONDS = 10.0
DETAILS = ("who", "by", "takes", "after", "words")
STATES = (JobState.DONE.value, JobState.AT_WORK.value, "open")
MOST_CHARACTERS = 500


def accounts(notebook: CallStore) -> list[str]:
    """The accounts there is anything of, newest first, each once."""
    found: list[str] = []
    for summary in notebook.summaries():
        named = summary.account.strip()
        if named and summary.mode in (Mode.LIVE, Mode.BOARD) and not any(same_account(named, each) for each in found):
            found.append(named)
    return found


def read_board(notebook: CallStore, account: str, today: date, library: Library | None = None) -> Board:
    """The account's board as it stands today. The `library` has the playbooks that say which question tells of what."""
    kept = list(calls_with(notebook, account, (Mode.LIVE,)))
    calls = [EarlierCall(each.summary.id, fold(each.events)) for each in kept]
    owed = [
        pledge
        for each in kept
        if each.summary.promises
        for pledge in pledges(each.summary.id, debrief(each.events), today)
    ]
    drawn = [event for each in _boards(notebook, account) for event in each if isinstance(event, Mapped)]
    name = next((each.summary.account for each in kept), account)
    return board(name, calls, drawn, owed, _jobs(calls, library) if library is not None else {})


def _jobs(calls: Iterable[EarlierCall], library: Library) -> dict[str, BuyingJob]:
    """The jobs that the playbooks of these calls name; a playbook that is gone names none."""
    found: dict[str, BuyingJob] = {}
    for name in {call.state.playbook for call in calls if call.state.playbook}:
        playbook = library.load(name).playbook
        if playbook is not None:
            found |= {ask.id: ask.buying_job for ask in playbook.questions() if ask.buying_job is not None}
    return found


def draw(notebook: CallStore, account: str, edits: Sequence[Mapped]) -> None:
    """Keep what was drawn. Raises `StorageError` when the board is open elsewhere or the disk refuses."""
    there = next((each.summary.id for each in calls_with(notebook, account, (Mode.BOARD,))), "")
    now = datetime.now(UTC).astimezone()
    answers: queue.SimpleQueue[WriteSaved | WriteFailed] = queue.SimpleQueue()
    with notebook.open(there) if there else notebook.create(now, account) as file:
        begun: tuple[Event, ...] = () if file.events else (_started(account, now),)
        file.keep([*begun, *edits], answers.put)
        try:
            answer = answers.get(timeout=WAIT_SECONDS)
        except queue.Empty:
            raise StorageError("the disk does not answer: nothing was drawn") from None
    if isinstance(answer, WriteFailed):
        raise StorageError(f"nothing was drawn: {answer.why}")


def mapped(kind: BoardEdit, text: str, today: date, **details: str) -> Mapped:
    """An edit as it is typed: `Privacy check; who=works council; takes=3 weeks`. Raises `CannotAct`."""
    about, *rest = (part.strip() for part in text.split(";"))
    found = dict(details)
    for part in rest:
        name, equals, words = part.partition("=")
        if not equals or name.strip() not in DETAILS:
            raise CannotAct(f"'{part}' is none of {', '.join(f'{name}=…' for name in DETAILS)}")
        found[name.strip()] = words.strip()
    if not about:
        raise CannotAct("nothing named yet")
    if len(text) > MOST_CHARACTERS:
        raise CannotAct(f"that is longer than {MOST_CHARACTERS} characters: a board has short names")
    return Mapped(0.0, kind, about, today.isoformat(), found)


def job_edit(text: str, today: date) -> Mapped:
    """`problem=done`. Raises `CannotAct`."""
    name, _, state = (part.strip() for part in text.partition("="))
    if name not in set(BuyingJob) or state not in STATES:
        raise CannotAct(f"write one of {', '.join(BuyingJob)}, then = and one of {', '.join(STATES)}")
    return Mapped(0.0, BoardEdit.JOB, name, today.isoformat(), {"state": state})


def state_edit(shown: Board, text: str, state: str, today: date) -> Mapped:
    """Mark what is on the board: a step as done, anything as gone. Raises `CannotAct` when nothing is called so."""
    places: tuple[tuple[BoardEdit, Iterable[str]], ...] = (
        (BoardEdit.STEP, (step.title for step in shown.steps)),
        (BoardEdit.PERSON, (person.name for person in shown.people)),
        (BoardEdit.PAPER, shown.papers),
        (BoardEdit.STALL, shown.stalls),
        (BoardEdit.MINE, (shown.mine.text,) if shown.mine else ()),
        (BoardEdit.THEIRS, (shown.theirs.text,) if shown.theirs else ()),
    )
    wanted = text.strip().casefold()
    for kind, names in places:
        found = [name for name in names if wanted and name.casefold().startswith(wanted)]
        if len(found) == 1:
            return Mapped(0.0, kind, found[0], today.isoformat(), {"state": state})
        if found:
            raise CannotAct(f"'{text}' could be {' or '.join(found[:3])}: write more of it")
    raise CannotAct(f"nothing on the board is called '{text}'")


def _boards(notebook: CallStore, account: str) -> list[tuple[Event, ...]]:
    """Oldest first, should there ever be more than one."""
    return [each.events for each in calls_with(notebook, account, (Mode.BOARD,))][::-1]


def _started(account: str, now: datetime) -> Started:
    return Started(0.0, "", TITLE, "", Mode.BOARD, Place(None), now.isoformat(), account)
