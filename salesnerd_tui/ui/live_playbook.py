"""The live screen and its playbook's file: reloaded when it is saved, opened in an editor at the question."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

from salesnerd_tui.ui.live_commands import LiveCommands
from salesnerd_tui.ui.reloading import Reloading, loaded_trouble

if TYPE_CHECKING:
    from salesnerd_tui.playbook.loading import Loaded
    from salesnerd_tui.session import Readied

BETWEEN_PIECES_SECONDS = 0.01
"""Real seconds for keys between two pieces of work on the thread that draws."""


class LivePlaybook(LiveCommands):
    """`watch_playbook` begins, `stop_watching` ends; `reload_trouble` is why the last save was not taken."""

    reload_trouble = ""
    _reloading: Reloading | None = None

    class Saved(Message):
        """The playbook was saved; on the watching thread. `readied` is what the call takes, where there is a change."""

        def __init__(self, loaded: Loaded, readied: Readied | None) -> None:
            super().__init__()
            self.loaded = loaded
            self.readied = readied

    def watch_playbook(self) -> None:
        desk = getattr(self.app, "desk", None)
        if desk is None:
            return
        self._reloading = Reloading(desk.library, self.session.playbook.sources, self._saved)
        self._reloading.start()

    def stop_watching(self) -> None:
        if self._reloading is not None:
            self._reloading.stop()

    def _saved(self, loaded: Loaded) -> None:
        """On the watching thread, which has the time to read a thousand questions."""
        changes = loaded.playbook is not None and loaded.playbook.digest != self.session.playbook.digest
        self.post_message(self.Saved(loaded, self.session.readied(loaded.playbook) if changes else None))

    def _catch_up(self) -> None:
        """A coach with the saved limits hears the call so far, some of it between two keys."""
        if self.session.catch_up():
            self.set_timer(BETWEEN_PIECES_SECONDS, self._catch_up)

    def on_live_playbook_saved(self, message: Saved) -> None:
        """Take the saved playbook, or say in one line why the last good one stays."""
        message.stop()
        self.reload_trouble = loaded_trouble(message.loaded)
        if message.readied is not None:
            self.session.reload(message.readied)
            self._catch_up()
            self.say("playbook reloaded; your place and your notes are as they were")
        self.changed()

    def switch_to(self, playbook: str) -> None:
        super().switch_to(playbook)
        self._catch_up()

    def do_edit(self) -> None:
        """Open the playbook where the question on the screen is written."""
        from salesnerd_tui.ui.editing import edit

        spot = self.view.prompt.spot
        if not spot.file:
            self.say("nothing to edit here: the question on the screen comes from no file")
            return
        self.say(edit(spot, self.app.suspend) or "edited: a save is on the screen within a second")
