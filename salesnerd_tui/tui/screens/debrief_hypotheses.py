"""Hypotheses of a debrief: ask what the call says of each one it touched, and store the answers in the call."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from salesnerd_tui.app.hypotheses import store_verdict
from salesnerd_tui.call.events import Verdict
from salesnerd_tui.review.debrief.hypotheses import VERDICTS, judge, judgment, to_judge, touching_words
from salesnerd_tui.review.debrief.model import HypothesisResult
from salesnerd_tui.storage.errors import StorageError
from salesnerd_tui.storage.store import CallStore
from salesnerd_tui.text import with_period
from salesnerd_tui.tui.panels.picker import Entry, Picker
from salesnerd_tui.tui.panels.prompt import PromptPanel
from salesnerd_tui.tui.render.text import MUTED, line, safe

if TYPE_CHECKING:
    from salesnerd_tui.tui.screens.debrief import DebriefScreen

KEYS = {"1": Verdict.FOR, "2": Verdict.AGAINST, "3": Verdict.DISPROVED, "0": Verdict.UNTOUCHED}


class HypothesisActions:
    """The `do_mark` of a debrief. Without a store, the page is not of a stored call and nothing can be decided."""

    def __init__(self, screen: DebriefScreen, store: CallStore | None) -> None:
        self._screen = screen
        self._store = store

    def do_mark(self) -> None:
        """Ask about the touched hypotheses one after the other; when all are decided, about one to choose."""
        tested = self._screen.debrief.tested
        if not self._screen.is_live_call():
            return
        if self._store is None:
            self._screen.say("this call is not stored, so nothing can be decided")
        elif not tested:
            self._screen.say("no hypotheses in this call (they come from its prep)")
        elif open_ones := to_judge(tested):
            self._ask(open_ones[0])
        elif len(tested) == 1:
            self._ask(tested[0])
        else:
            self._choose(tested)

    def _choose(self, tested: tuple[HypothesisResult, ...]) -> None:
        rows = [
            Entry(str(number), line(safe(each.text)), line((judgment(each) or "not touched", MUTED)))
            for number, each in enumerate(tested)
        ]
        screen = self._screen
        screen.open(Picker("hypotheses", rows, lambda number: self._ask(tested[int(number)]), screen.close))

    def _ask(self, result: HypothesisResult) -> None:
        def answering(verdict: Verdict) -> Callable[[], None]:
            return lambda: self._ask_quote(result, verdict)

        wrong = f"You would be wrong if: {result.disproof}" if result.disproof else ""
        answers = {key: (VERDICTS[verdict], answering(verdict)) for key, verdict in KEYS.items()}
        said = (f"You believed: {result.text}", touching_words(result), wrong)
        message = " ".join(map(with_period, filter(None, said)))
        self._screen.open(PromptPanel("what does this call say?", message, answers, self._screen.close))

    def _ask_quote(self, result: HypothesisResult, verdict: Verdict) -> None:
        if verdict is Verdict.UNTOUCHED:
            self._decide(result, verdict, "")
            return
        self._screen.close()
        self._screen.ask_line(
            "in their words",
            "what did they say? empty for no quote",
            lambda text: self._decide(result, verdict, text),
            result.quote if result.is_quoted else "",
        )

    def _update_vault(self, store: CallStore) -> None:
        """Write the verdict into the user's vault, if there is one. It reads calls, so it runs on a thread."""
        from salesnerd_tui.app.vault import update_in_words, vault_folder

        screen = self._screen

        def warn(problem: str) -> None:
            screen.call_later(screen.say, problem)

        if vault_folder(store) is not None:
            update = partial(update_in_words, store, screen.debrief.header.account, warn)
            screen.run_worker(update, thread=True, group="vault", exit_on_error=False)

    def _decide(self, result: HypothesisResult, verdict: Verdict, quote: str) -> None:
        screen = self._screen
        screen.close()
        event = judge(result, verdict, quote, screen.events[-1].at)
        assert self._store is not None
        try:
            store_verdict(self._store, screen.call_id, event)
        except StorageError as problem:
            screen.say(str(problem))
            return
        screen.take((event,))
        self._update_vault(self._store)
        if to_judge(screen.debrief.tested):
            self.do_mark()
        else:
            screen.say(f"saved: this call {VERDICTS[verdict]}")
