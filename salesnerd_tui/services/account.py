"""An account: its buying process, read from calls and manual edits, and verdicts on its hypotheses.

Edits and verdicts are stored as events.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from salesnerd_tui.call.actions import CannotAct
from salesnerd_tui.call.events import (
    AccountEdited,
    AccountEditKind,
    HypothesisJudged,
    Mode,
    Place,
    Settlement,
    Side,
    Started,
    Verdict,
)
from salesnerd_tui.call.plan import match_names, playbook_name
from salesnerd_tui.call.state import fold
from salesnerd_tui.playbook.model import BuyingJob
from salesnerd_tui.playbook.standard_notes import former_fills
from salesnerd_tui.review.buying_process import (
    DONE,
    BuyingProcess,
    JobState,
    buying_process_blocks,
    derive_buying_process,
)
from salesnerd_tui.review.debrief.hypotheses import hypothesis_results, make_verdict
from salesnerd_tui.review.prep import EarlierCall
from salesnerd_tui.review.promise_ledger import (
    calls_followed_by_another,
    current_promises,
    may_have_promises,
    settle_promise,
)
from salesnerd_tui.storage.call_store import CallStore, StoredEvents, account_key, add_events, calls_with
from salesnerd_tui.storage.errors import StorageError
from salesnerd_tui.text import counted, one_line

if TYPE_CHECKING:
    from salesnerd_tui.playbook.library import Library
    from salesnerd_tui.review.promises import TrackedPromise


TITLE = "Buying process"
DETAILS = ("who", "by", "takes", "after", "words")
STATES = (JobState.DONE.value, JobState.IN_PROGRESS.value, "open")
"""States of a buying job that the user can set; `open` resets it."""

SIDES = {AccountEditKind.OUR_STEP: Side.ME, AccountEditKind.THEIR_STEP: Side.THEM}
"""Kinds of next steps with the side that has them."""

MAX_CHARACTERS = 500


def list_accounts(store: CallStore) -> list[str]:
    """Return the names of all accounts with calls or edits, the newest first."""
    names: dict[str, str] = {}
    for summary in store.summaries():
        if summary.account.strip() and summary.mode in (Mode.LIVE, Mode.ACCOUNT):
            names.setdefault(account_key(summary.account), summary.account.strip())
    return list(names.values())


def read_buying_process(store: CallStore, account: str, today: date, library: Library | None = None) -> BuyingProcess:
    """Return an account's buying process. The playbooks in `library` say what the answers are about."""
    stored = list(calls_with(store, account, (Mode.LIVE,)))
    calls = [EarlierCall(each.summary.id, fold(each.events)) for each in stored]
    preps = [EarlierCall(each.summary.id, fold(each.events)) for each in calls_with(store, account, (Mode.PREP,))]
    stored_edits = list(calls_with(store, account, (Mode.ACCOUNT,)))  # normally one, else the newest first
    edits = [event for each in reversed(stored_edits) for event in each.events if isinstance(event, AccountEdited)]
    name = next((each.summary.account for each in stored), account)
    names = dict.fromkeys(playbook_name(call.state) for call in calls if call.state.playbook)
    playbooks = [library.load(each).playbook for each in names] if library is not None else []
    asks = [ask for playbook in playbooks if playbook is not None for ask in playbook.questions()]
    jobs = {id: ask.buying_job for ask in asks if ask.buying_job is not None for id in ask.all_ids}
    return derive_buying_process(
        name,
        calls,
        edits,
        list(promises_in(stored, today)),
        jobs=jobs,
        fills=former_fills(jobs) | {id: ask.fills for ask in asks if ask.fills for id in ask.all_ids},
        preps=preps,
        today=today,
    )


def account_text(process: BuyingProcess) -> str:
    """Return a buying process as plain text: its account, and a title and indented lines for each of its parts."""
    title = one_line(f"{process.account} · buying process · {counted(process.calls, 'call')}")
    blocks = (
        "\n".join((block.title, *(f"  {one_line(row)}" for row in block.lines)))
        for block in buying_process_blocks(process)
    )
    return "\n\n".join((title, *blocks))


def promises_in(calls: Sequence[StoredEvents], today: date) -> Iterator[TrackedPromise]:
    """Yield the promises and agreed steps of these calls, which are newest first."""
    followed = calls_followed_by_another(call.summary for call in calls)
    for call in calls:
        if may_have_promises(call.summary):
            yield from current_promises(call.summary, call.events, today, followed)


def store_edits(store: CallStore, account: str, edits: Sequence[AccountEdited]) -> None:
    """Store edits. Raises `StorageError` if another window has the account open or the write fails.

    A next step that is done was promised in a call: that promise is kept.
    """
    call_id = next((each.summary.id for each in calls_with(store, account, (Mode.ACCOUNT,))), "")
    now = datetime.now(UTC).astimezone()
    with store.open(call_id) if call_id else store.create(now, account) as file:
        first = Started(0.0, "", TITLE, "", Mode.ACCOUNT, Place(None), now.isoformat(), account)
        add_events(file, [*(() if file.events else (first,)), *edits], "nothing was saved")
    _keep_promises(store, account, edits, now.date())


def _keep_promises(store: CallStore, account: str, edits: Sequence[AccountEdited], today: date) -> None:
    """Mark the promises as kept whose next step was marked as done; report those that cannot be written."""
    done = {
        (SIDES[edit.kind], edit.about) for edit in edits if edit.kind in SIDES and edit.details.get("state") == DONE
    }
    if not done:
        return
    for tracked in promises_in(list(calls_with(store, account, (Mode.LIVE,))), today):
        if (tracked.promise.side, tracked.promise.text) in done and tracked.promise.is_open:
            try:
                settle_promise(store, tracked, Settlement.KEPT)
            except StorageError as problem:
                store.report(tracked.call, f"the promise was not marked as kept: {problem}")


def parse_edit(kind: AccountEditKind, text: str, today: date, **details: str) -> AccountEdited:
    """Parse an edit such as `Privacy check; who=works council; takes=3 weeks`. Raises `CannotAct`."""
    about, *rest = (part.strip() for part in text.split(";"))
    known = dict(details)
    for part in rest:
        name, equals, words = part.partition("=")
        if not equals or name.strip() not in DETAILS:
            raise CannotAct(f"unknown detail '{part}' (expected {', '.join(f'{name}=…' for name in DETAILS)})")
        known[name.strip()] = words.strip()
    if not about:
        raise CannotAct("missing name")
    if len(text) > MAX_CHARACTERS:
        raise CannotAct(f"text too long (at most {MAX_CHARACTERS} characters)")
    return AccountEdited(0.0, kind, about, today.isoformat(), known)


def job_edit(text: str, today: date) -> AccountEdited:
    """Parse an edit such as `problem=done`. Raises `CannotAct`."""
    name, _, state = (part.strip() for part in text.partition("="))
    state = state.replace(" ", "_")
    if name not in set(BuyingJob) or state not in STATES:
        expected = f"expected JOB=STATE; jobs: {', '.join(BuyingJob)}; states: {', '.join(STATES)}"
        raise CannotAct(f"invalid buying job '{text}' ({expected})")
    return AccountEdited(0.0, AccountEditKind.JOB, name, today.isoformat(), {"state": state})


def state_edit(process: BuyingProcess, text: str, state: str, today: date) -> AccountEdited:
    """Return an edit that sets the state of an entry. Raises `CannotAct` for an unknown or ambiguous name."""
    entries: tuple[tuple[AccountEditKind, Iterable[str]], ...] = (
        (AccountEditKind.STEP, (step.title for step in process.steps)),
        (AccountEditKind.PERSON, (person.name for person in process.people)),
        (AccountEditKind.DOCUMENT, process.documents),
        (AccountEditKind.BLOCKER, process.blockers),
        (AccountEditKind.OUR_STEP, (process.our_next.text,) if process.our_next else ()),
        (AccountEditKind.THEIR_STEP, (process.their_next.text,) if process.their_next else ()),
    )
    prefix = text.strip().casefold()
    for kind, names in entries:
        matches = [name for name in names if prefix and name.casefold().startswith(prefix)]
        if len(matches) == 1:
            return AccountEdited(0.0, kind, matches[0], today.isoformat(), {"state": state})
        if matches:
            raise CannotAct(f"ambiguous name '{text}': {' or '.join(matches[:3])}")
    raise CannotAct(f"no entry named '{text}'")


def store_verdict(store: CallStore, call_id: str, event: HypothesisJudged) -> None:
    """Store a verdict in a call. Raises `StorageError` if another window has it open or the write fails."""
    with store.open(call_id) as file:
        add_events(file, [event], "the answer was not saved")


def judge_latest(store: CallStore, account: str, hypothesis: str, verdict: Verdict, quote: str) -> None:
    """Store a verdict in the latest call with the account that has the hypothesis, given by its beginning.

    Raises `CannotAct` if no call has it or it is ambiguous, and `StorageError`.
    """
    for call in calls_with(store, account, (Mode.LIVE,)):
        results = {each.text: each for each in hypothesis_results(fold(call.events))}
        matches = match_names(results, hypothesis)
        if len(matches) > 1:
            raise CannotAct(f"more than one hypothesis begins with '{hypothesis.strip()}'")
        if matches:
            store_verdict(store, call.summary.id, make_verdict(results[matches[0]], verdict, quote, call.events[-1].at))
            return
    raise CannotAct(f"no call with {account} has a hypothesis that begins with '{hypothesis.strip()}'")
