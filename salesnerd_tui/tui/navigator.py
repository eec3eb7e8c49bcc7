"""Requests of screens for other screens, and the navigator that opens them, so that no screen imports another."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from textual.app import App
from textual.message import Message
from textual.screen import Screen

from salesnerd_tui.call.events import Mode
from salesnerd_tui.storage.errors import StorageError

if TYPE_CHECKING:
    from salesnerd_tui.services.call_service import CallService, OpenedCall, StoredCall
    from salesnerd_tui.storage.call_store import CallStore
    from salesnerd_tui.tui.screens.live import LiveScreen


class ScreenRequest(Message):
    """Base of all requests for another screen. No dataclasses: their definitions would take 2 ms of every start."""


class OpenCall(ScreenRequest):
    """Request to show an opened call on top of the current screen."""

    def __init__(self, call: OpenedCall) -> None:
        super().__init__()
        self.call = call


class StartPreparedCall(OpenCall):
    """Request to show a prepared call in place of its prep."""


class CallClosed(ScreenRequest):
    """Report that the screen of a call is closed. A call that has ended is followed by its debrief."""

    def __init__(self, call: OpenedCall, *, is_ended: bool) -> None:
        super().__init__()
        self.call = call
        self.is_ended = is_ended


class OpenDebrief(ScreenRequest):
    """Request for the debrief of a stored call, scrolled to the match of `words` nearest to `seconds` of the call."""

    def __init__(self, call_id: str, words: str = "", seconds: float | None = None) -> None:
        super().__init__()
        self.call_id = call_id
        self.words = words
        self.seconds = seconds


class OpenPromises(ScreenRequest):
    """Request for the promises of one account, or of all calls for an empty name."""

    def __init__(self, account: str = "") -> None:
        super().__init__()
        self.account = account


class OpenAccount(ScreenRequest):
    """Request for the buying process of an account."""

    def __init__(self, account: str) -> None:
        super().__init__()
        self.account = account


class OpenHistory(ScreenRequest):
    """Request for the list of all calls."""


class OpenTrends(ScreenRequest):
    """Request for the trends over all calls."""


class OpenDemo(ScreenRequest):
    """Request for the demo."""


class Navigator:
    """Opens screens on the stack of `app`.

    `on_call_opened` runs after the screen of a call was opened. `warn` shows a line to the user, from any thread.

    Each screen is imported when it is first opened, because the start of the program must not wait for it.
    """

    def __init__(
        self, app: App[None], service: CallService, on_call_opened: Callable[[], None], warn: Callable[[str], None]
    ) -> None:
        self._app = app
        self._service = service
        self._on_call_opened = on_call_opened
        self._warn = warn
        self._mode_count = 0

    def open(self, request: ScreenRequest) -> None:
        """Open the screen of a request."""
        match request:
            case CallClosed():
                self._close_call(request)
            case StartPreparedCall():
                self._replace(lambda: call_screen(request.call, self._service))
            case _:
                try:
                    self._app.push_screen(self._make_screen(request))
                except StorageError as problem:
                    self._warn(str(problem))
        if isinstance(request, OpenCall):
            self._app.call_after_refresh(self._on_call_opened)

    def _make_screen(self, request: ScreenRequest) -> Screen[None]:
        """Return the screen that a request asks for. Raises `StorageError` if its call cannot be read."""
        match request:
            case OpenCall():
                return call_screen(request.call, self._service)
            case OpenDebrief():
                from salesnerd_tui.services.call_service import read_stored_call

                call = read_stored_call(self._service, request.call_id)
                return debrief_screen(call, request.words, request.seconds, self._service.store)
            case OpenDemo():
                from salesnerd_tui.services.demo import open_demo
                from salesnerd_tui.tui.screens.demo import DemoScreen

                demo = open_demo()  # with its own service: its call is in a folder that is deleted afterwards
                return DemoScreen(demo.call, demo.steps, demo.service)
            case OpenPromises():
                from salesnerd_tui.tui.screens.promises import PromisesScreen

                return PromisesScreen(self._service, request.account)
            case OpenAccount():
                from salesnerd_tui.tui.screens.account import AccountScreen

                return AccountScreen(self._service, request.account)
            case OpenTrends():
                from salesnerd_tui.tui.screens.trends import TrendsScreen

                return TrendsScreen(self._service)
            case _:
                from salesnerd_tui.tui.screens.history import HistoryScreen

                return HistoryScreen(self._service)

    def _close_call(self, request: CallClosed) -> None:
        """Show the debrief of a call that has ended; otherwise go back to the screen that opened the call."""
        from salesnerd_tui.services.call_service import to_stored_call

        if request.is_ended:
            first = request.call.session.state.started
            if first is not None and first.mode is Mode.LIVE:
                update_vault(self._app, self._service.store, first.account, self._warn)
            stored = to_stored_call(request.call)
            self._replace(lambda: debrief_screen(stored, store=self._service.store))
        elif len(self._app.screen_stack) > 1:
            self._app.pop_screen()
        else:
            self._app.exit()

    def _replace(self, make_screen: Callable[[], Screen[None]]) -> None:
        """Replace the topmost screen. Textual cannot switch the lowest screen of a mode."""
        if len(self._app.screen_stack) > 1:
            self._app.switch_screen(make_screen())
        else:
            # A prep is followed by its call, and the call by its debrief: each needs its own mode.
            self._mode_count += 1
            name = f"after {self._mode_count}"
            self._app.add_mode(name, make_screen)
            self._app.switch_mode(name)


def debrief_screen(
    call: StoredCall, words: str = "", seconds: float | None = None, store: CallStore | None = None
) -> Screen[None]:
    """Return the debrief of a call, scrolled to the match of `words` nearest to `seconds` of the call."""
    from salesnerd_tui.tui.screens.debrief import DebriefScreen

    return DebriefScreen(call.events, call.playbook, call_id=call.id, words=words, seconds=seconds, store=store)


def call_screen(call: OpenedCall, service: CallService) -> LiveScreen:
    """Return the screen for an opened call. Each mode has its own, also when an interrupted call is resumed."""
    if call.mode is Mode.REHEARSE:
        from salesnerd_tui.tui.screens.rehearsal import RehearsalScreen

        return RehearsalScreen(call, service)
    if call.mode is Mode.PREP:
        from salesnerd_tui.tui.screens.prep import PrepScreen

        return PrepScreen(call, service)
    from salesnerd_tui.tui.screens.live import LiveScreen

    return LiveScreen(call, service)


def update_vault(app: App[Any], store: CallStore, account: str, warn: Callable[[str], None]) -> None:
    """Write the calls of an account to the user's vault, if there is one, on a thread, because it reads calls."""
    from salesnerd_tui.services.vault import update_vault_with_warning, vault_folder

    if vault_folder(store) is not None:
        app.run_worker(
            partial(update_vault_with_warning, store, account, warn), thread=True, group="vault", exit_on_error=False
        )
