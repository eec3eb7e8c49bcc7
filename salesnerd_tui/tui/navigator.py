"""Navigator: opens the screens that other screens ask for, so that screens do not import each other.

Each mode of a call has a screen of its own, also when an interrupted call is resumed.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from textual.app import App
from textual.screen import Screen

from salesnerd_tui.call.events import Mode
from salesnerd_tui.tui.screens.messages import (
    BeginCall,
    CallEnded,
    OpenBoard,
    OpenCall,
    OpenDebrief,
    OpenDemo,
    OpenPromises,
    OpenTrends,
    PrepareNext,
    ScreenRequest,
)

if TYPE_CHECKING:
    from salesnerd_tui.app.call_service import CallService, OpenedCall, StoredCall
    from salesnerd_tui.storage.store import CallStore
    from salesnerd_tui.tui.screens.live import LiveScreen


class Navigator:
    """Opens screens on the stack of `app`. `settle` is called after a call was opened, and `warn` with
    a line for the user, from any thread.

    Each screen is imported when it is first opened, because the start of the program must not wait for it.
    """

    def __init__(
        self, app: App[None], service: CallService, settle: Callable[[], None], warn: Callable[[str], None]
    ) -> None:
        self._app = app
        self._service = service
        self._settle = settle
        self._warn = warn
        self._modes = 0

    def open(self, request: ScreenRequest) -> None:
        """Open the screen of a request."""
        match request:
            case BeginCall():
                self._replace(lambda: self._call_screen(request.call))
                self._app.call_after_refresh(self._settle)
            case OpenCall():
                self._app.push_screen(self._call_screen(request.call))
                self._app.call_after_refresh(self._settle)
            case CallEnded():
                self._leave_call(request)
            case PrepareNext():
                self._prepare_next(request)
            case OpenDebrief():
                self._app.push_screen(debrief_screen(request.call, request.find, request.at, self._service.store))
            case OpenDemo():
                self._open_demo()
            case _:
                self._app.push_screen(self._report_screen(request))

    def _call_screen(self, call: OpenedCall) -> Screen[None]:

        return call_screen(call, self._service)

    def _report_screen(self, request: ScreenRequest) -> Screen[None]:
        """Return a screen that looks back over the stored calls."""
        match request:
            case OpenPromises():
                from salesnerd_tui.tui.screens.promises import PromisesScreen

                return PromisesScreen(self._service, request.account)
            case OpenBoard():
                from salesnerd_tui.tui.screens.board import BoardScreen

                return BoardScreen(self._service, request.account)
            case OpenTrends():
                from salesnerd_tui.tui.screens.trends import TrendsScreen

                return TrendsScreen(self._service)
            case _:
                from salesnerd_tui.tui.screens.history import HistoryScreen

                return HistoryScreen(self._service)

    def _leave_call(self, request: CallEnded) -> None:
        """Show the debrief of a call that has ended, else go back to where it was opened."""
        from salesnerd_tui.app.call_service import stored_call_of

        if request.ended:
            self._update_vault(request.call)
            stored = stored_call_of(request.call)
            self._replace(lambda: debrief_screen(stored, store=self._service.store))
        elif len(self._app.screen_stack) > 1:
            self._app.pop_screen()
        else:
            self._app.exit()

    def _update_vault(self, call: OpenedCall) -> None:
        """Write the call into the user's vault, if there is one. It reads calls, so it runs on a thread."""
        from salesnerd_tui.app.vault import update_in_words, vault_folder

        store, first = self._service.store, call.session.state.started
        if vault_folder(store) is not None and first is not None and first.mode is Mode.LIVE:
            update = partial(update_in_words, store, first.account, self._warn)
            self._app.run_worker(update, thread=True, group="vault", exit_on_error=False)

    def _open_demo(self) -> None:
        """Show the demo, which has a service of its own: its call is in a folder that is deleted afterwards."""
        from salesnerd_tui.app.demo import open_demo
        from salesnerd_tui.tui.screens.demo import DemoScreen

        demo = open_demo()
        self._app.push_screen(DemoScreen(demo.call, demo.steps, demo.service))

    def _prepare_next(self, request: PrepareNext) -> None:
        """Go back to the start page, or open one, and begin the prep of the next call there."""
        from salesnerd_tui.tui.screens.home import HomeScreen

        home = next((screen for screen in self._app.screen_stack if isinstance(screen, HomeScreen)), None)
        if home is None:
            home = HomeScreen(self._service)
            self._app.push_screen(home)
        else:
            while self._app.screen is not home:
                self._app.pop_screen()
        home.call_after_refresh(home.starter.prepare_next, request.account, request.people, request.playbook)

    def _replace(self, make: Callable[[], Screen[None]]) -> None:
        """Put a screen in place of the topmost one. Textual cannot switch the lowest screen of a mode."""
        if len(self._app.screen_stack) > 1:
            self._app.switch_screen(make())
        else:
            # A prep is followed by its call, and the call by its debrief: each needs a mode of its own.
            self._modes += 1
            name = f"after {self._modes}"
            self._app.add_mode(name, make)
            self._app.switch_mode(name)


def debrief_screen(
    call: StoredCall, find: str = "", at: float | None = None, store: CallStore | None = None
) -> Screen[None]:
    """Return the debrief of a call, open at the words `find` near the second `at` if there are any."""
    from salesnerd_tui.tui.screens.debrief import DebriefScreen

    return DebriefScreen(call.events, call.playbook, call_id=call.id, find=find, at=at, store=store)


def call_screen(call: OpenedCall, service: CallService) -> LiveScreen:
    """Return the screen for an opened call. Each is imported when it is needed, for a quick start."""
    if call.mode is Mode.REHEARSE:
        from salesnerd_tui.tui.screens.rehearsal import RehearsalScreen

        return RehearsalScreen(call, service)
    if call.mode is Mode.PREP:
        from salesnerd_tui.tui.screens.prep import PrepScreen

        return PrepScreen(call, service)
    from salesnerd_tui.tui.screens.live import LiveScreen

    return LiveScreen(call, service)
