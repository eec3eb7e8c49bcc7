"""Updates of a call's playbook while the call runs: reload on save, switch to another one, open in an editor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from salesnerd_tui.app.call_service import CannotOpen
from salesnerd_tui.app.playbook_reload import PlaybookReloader, loaded_trouble

if TYPE_CHECKING:
    from salesnerd_tui.app.call_service import CallService
    from salesnerd_tui.playbook.library import Loaded
    from salesnerd_tui.session import PreparedPlaybook
    from salesnerd_tui.tui.screens.live import LiveScreen

BETWEEN_PIECES_SECONDS = 0.01
"""Real seconds left for keys between two pieces of work on the thread that draws."""


class PlaybookUpdates:
    """Reloads the playbook of a live screen. `problem` says why the last save was rejected, and is empty otherwise."""

    def __init__(self, screen: LiveScreen, service: CallService) -> None:
        self.problem = ""
        self._screen = screen
        self._session = screen.session
        self._service = service
        self._reloader = PlaybookReloader(service.library, self._session.playbook.sources, self.on_loaded)

    def watch(self) -> None:
        """Begin to watch the playbook's files."""
        self._reloader.start()

    def stop(self) -> None:
        self._reloader.stop()

    def on_loaded(self, loaded: Loaded) -> None:
        """Prepare a saved playbook; runs on the watching thread, because a thousand questions take time to read."""
        changed = loaded.playbook is not None and loaded.playbook.digest != self._session.playbook.digest
        prepared = self._session.prepare(loaded.playbook) if changed else None
        self._screen.call_later(self._take, loaded, prepared)

    def _take(self, loaded: Loaded, prepared: PreparedPlaybook | None) -> None:
        """Use the saved playbook, or report why the last valid one stays."""
        self.problem = loaded_trouble(loaded)
        if prepared is not None:
            self._session.reload(prepared)
            self._catch_up()
            self._screen.say("playbook reloaded; your place and notes are unchanged")
        self._screen.changed()

    def switch_to(self, playbook: str) -> None:
        """Continue in another playbook, with the notes so far."""
        try:
            self._session.switch(self._service.playbook(playbook))
        except CannotOpen as problem:
            self._screen.say(str(problem))
            return
        self._screen.changed()
        self._catch_up()

    def _catch_up(self) -> None:
        """Let a coach with new limits hear the call so far, piece by piece between two keys."""
        if self._session.catch_up():
            self._screen.set_timer(BETWEEN_PIECES_SECONDS, self._catch_up)

    def do_edit(self) -> None:
        """Open the playbook in the user's editor at the question on the screen."""
        from salesnerd_tui.tui.editor import edit  # subprocess: not at start-up

        spot = self._screen.view.prompt.spot
        if not spot.file:
            self._screen.say("cannot edit this question: it does not come from a file")
            return
        self._screen.say(edit(spot, self._screen.app.suspend) or "edited: saved changes appear within a second")
