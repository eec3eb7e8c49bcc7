"""Verdicts on hypotheses: store what a call says of one."""

from __future__ import annotations

from salesnerd_tui.call.actions import CannotAct
from salesnerd_tui.call.events import HypothesisJudged, Mode, Verdict
from salesnerd_tui.call.plan import hypothesis_key
from salesnerd_tui.call.state import fold
from salesnerd_tui.review.debrief.hypotheses import hypothesis_results, judge
from salesnerd_tui.storage.store import CallStore, add_events, calls_with


def store_verdict(store: CallStore, call_id: str, event: HypothesisJudged) -> None:
    """Store a verdict in a call. Raises `StorageError` if another window has it open or the write fails."""
    with store.open(call_id) as file:
        add_events(file, [event], "the answer was not saved")


def judge_latest(store: CallStore, account: str, hypothesis: str, verdict: Verdict, quote: str) -> None:
    """Store a verdict in the latest call with the account that has the hypothesis, given by its beginning.

    Raises `CannotAct` if no call has it or it is ambiguous, and `StorageError`.
    """
    key = hypothesis_key(hypothesis)
    for call in calls_with(store, account, (Mode.LIVE,)):
        results = hypothesis_results(fold(call.events))
        found = [each for each in results if key and hypothesis_key(each.text).startswith(key)]
        exact = [each for each in found if hypothesis_key(each.text) == key] or found
        if len(exact) > 1:
            raise CannotAct(f"more than one hypothesis begins with '{hypothesis.strip()}'")
        if exact:
            store_verdict(store, call.summary.id, judge(exact[0], verdict, quote, call.events[-1].at))
            return
    raise CannotAct(f"no call with {account} has a hypothesis that begins with '{hypothesis.strip()}'")
