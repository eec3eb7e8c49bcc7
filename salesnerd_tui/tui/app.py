"""The full-screen program: signals, crashes, themes, and the order of keys and screens."""

from __future__ import annotations

import asyncio
import gc
import sys
from collections import deque
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING, ClassVar

from rich.console import Console, RenderableType
from textual import events, on
from textual.app import App, SuspendNotSupported
from textual.binding import Binding, BindingType
from textual.dom import DOMNode
from textual.driver import Driver
from textual.filter import LineFilter
from textual.message import Message
from textual.screen import Screen

from salesnerd_tui.services.shutdown import (
    CRASH_EXIT_SECONDS,
    CRASH_STATUS,
    HANGUP_STATUS,
    force_exit_after,
    handle_exit_signals,
    is_terminal_closed,
    release_terminal,
    report_thread_errors,
    write_crash,
)
from salesnerd_tui.terminal.handover import lent_terminal
from salesnerd_tui.terminal.job_control import JobControl
from salesnerd_tui.terminal.profile import ColorDepth, TerminalProfile, detect_profile
from salesnerd_tui.tui.keymap import DEFAULT_KEYMAP, Keymap
from salesnerd_tui.tui.navigator import Navigator, ScreenRequest
from salesnerd_tui.tui.screens.base import BaseScreen
from salesnerd_tui.tui.textual_compat import CrashHook, ParsedStylesheet, ThemeReported, repaired_driver
from salesnerd_tui.tui.theme import REPLACED_FILTERS, terminal_filters, terminal_themes, theme_name
from salesnerd_tui.tui.widgets.note_input import split_alt

if TYPE_CHECKING:
    from salesnerd_tui.services.call_commands import ControlFactory
    from salesnerd_tui.services.call_service import CallService


TERMINAL_CHECK_SECONDS = 2.0
"""Time between two checks whether the terminal still exists."""

FREEZE_SECONDS = 0.1
"""Time until garbage collection is set up, which would otherwise delay the thread that writes the first frame."""

THEME_REPORT_MODE = 2031
"""Private mode in which a terminal reports a change between dark and light."""

TAB_MARK, NO_TAB_MARK = "\x1b]9;4;4;100\x1b\\", "\x1b]9;4;0;0\x1b\\"
"""Progress of 100 % in the state `paused`, which terminals show in yellow, and no progress."""


class SalesnerdApp(CrashHook, inherit_bindings=False):
    """The app. `first_screen` makes the first screen, and `service` opens calls for all screens.

    `profile` describes the terminal; by default it is derived from the settings and the terminal. `control` gives other
    windows access to a running call; without it, they have none.
    """

    CSS_PATH = "app.tcss"
    TITLE = "salesnerd"
    DEFAULT_MODE = "calls"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "quit", "Quit", show=False, priority=True),
    ]
    _derived_theme = ""
    """The theme of `theme_variables`."""

    def __init__(
        self,
        service: CallService,
        first_screen: Callable[[], Screen[None]],
        keymap: Keymap = DEFAULT_KEYMAP,
        profile: TerminalProfile | None = None,
        control: ControlFactory | None = None,
    ) -> None:
        self.profile = profile or detect_profile(remembered=service.store.settings.get)
        self._line_filters = terminal_filters(self.profile)
        super().__init__(ansi_color=None if self.profile.colors is ColorDepth.MANY else True)
        self.error_console = Console(stderr=True, soft_wrap=True, markup=False, highlight=False, emoji=False)
        self._has_crashed = False
        self._exit_status = 0
        self.unsaved_lines: list[str] = []
        """Lines to print at the end: the notes that could not be saved."""
        self._exit_stack = ExitStack()
        self._key_queue = KeyQueue(self, self._deliver)
        self.service = service
        self.navigator = Navigator(self, service, self.freeze_objects, self._warn)
        self.keymap = keymap
        self.control = control
        self.add_mode(self.DEFAULT_MODE, first_screen)
        for theme in terminal_themes(self.profile).values():
            self.register_theme(theme)
        self.shade = self.profile.shade
        self.theme = theme_name(self.shade)
        self.stylesheet = ParsedStylesheet(self.get_css_variables())
        self.terminal_modes = (THEME_REPORT_MODE,) if self.profile.follows_theme else ()
        self.send_to_terminal: Callable[[str], None] = lambda _: None
        self.retake_terminal: Callable[[], None] = self._lend_terminal_briefly
        self._follows_theme = self.profile.follows_theme
        self._is_tab_marked = False

    def get_css_variables(self) -> dict[str, str]:
        """Return the variables of the theme, whose colors Textual would derive again at each refresh of the styles."""
        if self._derived_theme != self.theme:
            self._derived_theme = self.theme
            return super().get_css_variables()
        return self.theme_variables

    def get_driver_class(self) -> type[Driver]:
        """Return the driver for this terminal; Windows keeps the one of Textual."""
        return repaired_driver(super().get_driver_class())

    @contextmanager
    def suspend(self) -> Iterator[None]:
        """Hand the terminal over to another program, and take it back even if the block raises (Textual 8.2 does not).

        Raises OSError if this terminal cannot be handed over.
        """
        failure: BaseException | None = None
        try:
            with super().suspend():
                try:
                    with lent_terminal():
                        yield
                except BaseException as error:  # noqa: BLE001 - raised again below
                    failure = error
        except SuspendNotSupported as problem:
            raise OSError("this terminal cannot be handed over to another program") from problem
        if failure is not None:
            raise failure

    def _lend_terminal_briefly(self) -> None:
        with suppress(OSError), self.suspend():
            pass

    def _retake_terminal(self) -> None:
        self.retake_terminal()
        self.refresh(layout=True)

    def get_line_filters(self) -> list[LineFilter]:
        filters = (each for each in super().get_line_filters() if not isinstance(each, REPLACED_FILTERS))
        return [*filters, *self._line_filters]

    def _report_thread_failure(self, error: BaseException | None) -> None:
        if isinstance(error, OSError) and self._is_terminal_lost():
            return
        log = write_crash(error, self.service.store.folder)
        details = f" (details: {log})" if log else ""
        self._warn(f"a part of salesnerd has failed; the call continues{details}")

    def _warn(self, text: str) -> None:
        """Show a warning to the user; it may come from a thread."""
        self.call_later(self._show_warning, text)

    def _show_warning(self, text: str) -> None:
        if isinstance(self.screen, BaseScreen):
            self.screen.say(text)

    def _show_store_warnings(self) -> None:
        store = self.service.store
        store.on_warning = self._warn
        if store.warnings:
            self._warn(" · ".join(store.warnings))
            store.warnings.clear()

    def on_unmount(self) -> None:
        self._exit_stack.close()

    def on_load(self) -> None:
        """Handle signals before the terminal is changed; the program then ends once its first screen is shown."""
        handle_exit_signals(self._leave_once_shown)

    def _leave_once_shown(self, status: int) -> None:
        if not self.is_headless:
            force_exit_after(status)
        self.call_later(self.leave_now, status)

    def on_mount(self) -> None:
        self._exit_stack.enter_context(report_thread_errors(self._report_thread_failure))
        handle_exit_signals(self.leave_now)
        if not self.is_headless:
            job_control = JobControl(
                self.suspend, self._retake_terminal, asyncio.get_running_loop().call_soon_threadsafe
            )
            job_control.handle_signals()
            self._exit_stack.callback(job_control.release_signals)
        self.call_after_refresh(self._show_store_warnings)
        self.set_interval(TERMINAL_CHECK_SECONDS, self._check_terminal)
        self.set_timer(FREEZE_SECONDS, self.freeze_objects)
        if self.keymap.problem:
            self.call_after_refresh(self._show_keys_problem)

    def _show_keys_problem(self) -> None:
        """Append the first error in keys.toml to the hint line."""
        if isinstance(self.screen, BaseScreen):
            self.screen.say(" · ".join(filter(None, (self.screen.last_message, self.keymap.problem))))

    async def on_event(self, event: events.Event) -> None:
        """Deliver keys and pastes in order, each to the screen that the previous one opened."""
        if isinstance(event, events.Key | events.Paste) and not event.is_forwarded:
            await self._key_queue.deliver(event)
        else:
            await super().on_event(event)

    async def _deliver(self, event: events.Event) -> None:
        """Split Alt and a key into Esc and that key on screens that bind no Alt; a `BaseScreen` does so itself."""
        if isinstance(event, events.Key) and not isinstance(self.screen, BaseScreen):
            parts = split_alt(event.key, event.character)
            for part in (event,) if len(parts) == 1 else (events.Key(*part) for part in parts):
                await super().on_event(part)
        else:
            await super().on_event(event)

    async def on_key_handled(self, marker: KeyHandled) -> None:
        await self._key_queue.finish(marker)

    def freeze_objects(self) -> None:
        """Exempt all current objects from garbage collection, which would otherwise take 60 ms on every 44th key."""
        gc.collect()
        gc.freeze()
        gc.enable()

    def action_toggle_dark(self) -> None:
        """Toggle between a dark and a light theme, and remember the choice for the next start."""
        self._follows_theme = False
        self.shade = self.shade.other
        self.theme = theme_name(self.shade)
        self.service.store.settings.set("theme", self.shade.value)

    def on_theme_reported(self, message: ThemeReported) -> None:
        """Follow the terminal from dark to light and back, until the user chooses a theme."""
        if self._follows_theme and message.is_light != self.shade.is_light:
            self.shade = self.shade.other
            self.theme = theme_name(self.shade)

    def mark_tab(self, is_marked: bool) -> None:
        """Mark the tab of the terminal or the task bar, where the terminal can."""
        if self.profile.marks_tab and is_marked != self._is_tab_marked:
            self._is_tab_marked = is_marked
            self.send_to_terminal(TAB_MARK if is_marked else NO_TAB_MARK)

    # leaving

    def leave_now(self, status: int) -> None:
        """End the program after a signal or a lost terminal: ignore further keys, save, then exit with `status`."""
        if self._exit_status:
            return
        self._exit_status = status
        if not self.is_headless:
            force_exit_after(status)
        release_terminal()
        if status != HANGUP_STATUS:  # somebody may read what could not be saved
            self.service.store.shorten_close()
        for screen in self.screen_stack:
            if isinstance(screen, BaseScreen):
                screen.input.ignores_keys = True
        self.flush()
        self.exit(return_code=status)

    async def action_quit(self) -> None:
        self.mark_tab(is_marked=False)
        self.flush()
        self.exit()

    def flush(self) -> None:
        for screen in self.screen_stack:
            flush = getattr(screen, "flush", None)
            if flush is not None:
                flush()

    def _check_terminal(self) -> None:
        if not self.is_headless and not self._exit_status and is_terminal_closed():
            self.leave_now(HANGUP_STATUS)

    # crashing

    def handle_crash(self, error: BaseException | None) -> None:
        """Save, log the error, and exit with one line for the user."""
        if isinstance(error, OSError) and self._is_terminal_lost():
            # Something was written to a terminal that was being closed, which is not a crash.
            self.leave_now(HANGUP_STATUS)
            self.exit(return_code=self._exit_status)
            return
        message = None
        if not self._has_crashed:
            self._has_crashed = True
            if not self.is_headless:
                force_exit_after(CRASH_STATUS, CRASH_EXIT_SECONDS)  # the log and the notes are on a disk that may hang
            log = write_crash(error, self.service.store.folder)
            details = f" Details: {log}." if log else ""
            message = f"salesnerd has crashed. Your notes are saved.{details} Start it again to continue."
        try:
            self.flush()
        finally:
            self.exit(return_code=CRASH_STATUS, message=message)

    def panic(self, *renderables: RenderableType) -> None:
        """Report an error without drawing it: Textual would show the text that caused it."""
        del renderables
        if self._is_terminal_lost():
            # The thread that reads keys fails when the terminal is closed, which is not a crash.
            self.leave_now(HANGUP_STATUS)
            return
        self.handle_crash(sys.exception())

    def _is_terminal_lost(self) -> bool:
        return bool(self._exit_status) or (not self.is_headless and is_terminal_closed())

    @on(ScreenRequest)
    def _open_screen(self, request: ScreenRequest) -> None:
        self.navigator.open(request)


QUEUE_CHECK_SECONDS = 0.05
"""Time between two checks whether the screen that handles a key was removed while other keys wait."""


class KeyHandled(Message):
    """Marker that follows a key through the same queues, so it arrives when the key has been handled everywhere.

    A second marker follows the first: if a key reaches the program through a binding, the request for another screen
    that it causes starts behind the first marker.
    """

    def __init__(self, *, is_second: bool = False) -> None:
        super().__init__()
        self.is_second = is_second


class KeyQueue:
    """Delivers keys and pastes one at a time, so that each reaches the screen its predecessor led to.

    Textual 8.2.8 forwards a key to the queue of the focused widget as soon as it arrives. If the first of several keys
    closes the screen, the others still act on that screen, or are dropped with it: `q` `q` on a page above the home
    screen did not quit the program. `deliver` forwards one event as Textual does.

    Text typed into a line does not wait: it never changes the screen, and long text comes in bursts.
    """

    def __init__(self, app: App[None], deliver: Callable[[events.Event], Awaitable[None]]) -> None:
        self._app = app
        self._deliver = deliver
        self._waiting: deque[events.Key | events.Paste] = deque()
        self._pending: tuple[KeyHandled, DOMNode] | None = None
        """The marker behind the key that is being handled, and the widget it was sent to."""
        self._is_check_scheduled = False

    async def deliver(self, event: events.Key | events.Paste) -> None:
        """Deliver the event now, or after those before it."""
        self._waiting.append(event)
        await self._deliver_next()

    async def finish(self, marker: KeyHandled) -> None:
        """Deliver the keys that waited for the key of this marker, once its second marker has arrived."""
        if self._pending is not None and self._pending[0] is marker:
            target = self._pending[1]
            self._pending = None
            if not marker.is_second:
                self._post_marker(target, KeyHandled(is_second=True))
            await self._deliver_next()

    def _post_marker(self, target: DOMNode, marker: KeyHandled) -> None:
        if target.post_message(marker):
            self._pending = marker, target

    async def _deliver_next(self) -> None:
        if not self._app.screen_stack:
            self._waiting.clear()  # the program is ending, and no screen is left to handle a key
        while self._waiting and self._pending is None:
            event = self._waiting.popleft()
            is_text, target = self._is_text(event), self._app.focused or self._app.screen
            await self._deliver(event)
            if not is_text:
                self._post_marker(target, KeyHandled())
        if self._waiting and not self._is_check_scheduled:
            self._is_check_scheduled = True
            self._app.set_timer(QUEUE_CHECK_SECONDS, self._check_target)

    def _is_text(self, event: events.Event) -> bool:
        """Return whether a key types a character into a line; Alt and a character are two keys."""
        screen = self._app.screen
        typing = (
            isinstance(screen, BaseScreen) and screen.input.input_mode is not None and self._app.focused is screen.input
        )
        return typing and isinstance(event, events.Key) and event.is_printable and not event.key.startswith("alt+")

    async def _check_target(self) -> None:
        """Continue if the screen was removed, because its queue and the marker are gone with it."""
        self._is_check_scheduled = False
        if self._pending is not None:
            target = self._pending[1]
            if not target.is_attached or target.screen not in self._app.screen_stack:
                self._pending = None
        await self._deliver_next()
