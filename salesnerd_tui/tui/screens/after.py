"""Which screen a call leads to when it has ended, and how an old one is looked at again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import App
from textual.screen import Screen

if TYPE_CHECKING:
    from salesnerd_tui.app.calls import CallService, OpenedCall


def debrief_screen(call: OpenedCall) -> Screen[None]:
    """What to make of the call that has just ended."""
    from salesnerd_tui.tui.screens.debrief import DebriefScreen

    return DebriefScreen(call.session.events, call.session.playbook, call_id=call.file.id)


def kept_debrief(desk: CallService, call_id: str) -> Screen[None]:
    """What to make of a kept call. Raises `NotesProblem` when it cannot be read."""
    from salesnerd_tui.call.state import fold
    from salesnerd_tui.tui.screens.debrief import DebriefScreen

    events = desk.notebook.open(call_id, read_only=True).events
    playbook = desk.library.load(fold(events).playbook).playbook
    return DebriefScreen(events, playbook, call_id=call_id)


def export_kept(desk: CallService, call_id: str, name: str) -> Path:
    """Write a kept call to a file whose ending is the format. Raises `NotesProblem` and `CannotWrite`."""
    from salesnerd_tui.call.state import fold
    from salesnerd_tui.review.debrief.builder import debrief
    from salesnerd_tui.review.files import write_private
    from salesnerd_tui.review.formats import EXPORTS, format_of

    path = Path(name.strip()).expanduser()
    write = EXPORTS[format_of(path)]
    events = desk.notebook.open(call_id, read_only=True).events
    playbook = desk.library.load(fold(events).playbook).playbook
    write_private(path, write(debrief(events, playbook), call_id, events))
    return path


def promises_of(desk: CallService, account: str) -> Screen[None]:
    """What is owed in the calls with an account; in all calls for an empty name."""
    from salesnerd_tui.tui.screens.promises import PromisesScreen

    return PromisesScreen(desk, account.strip())


def board_of(desk: CallService, account: str) -> Screen[None]:
    """How an account buys."""
    from salesnerd_tui.tui.screens.board import BoardScreen

    return BoardScreen(desk, account)


def prepare_next(app: App[None], desk: CallService, account: str, people: tuple[str, ...], playbook: str) -> None:
    """To the start page, with the next call's prep half begun."""
    from salesnerd_tui.tui.screens.home import HomeScreen

    home = next((screen for screen in app.screen_stack if isinstance(screen, HomeScreen)), None)
    if home is None:
        home = HomeScreen(desk)
        app.push_screen(home)
    else:
        while app.screen is not home:
            app.pop_screen()
    home.call_after_refresh(home.prepare_next, account, people, playbook)
