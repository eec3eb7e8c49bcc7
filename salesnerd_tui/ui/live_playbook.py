"""The live screen and its playbook's file: reloaded when it is saved, opened in an editor at the question."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from textual.message import Message

from salesnerd_tui.playbook.folders import builtin_folder
from salesnerd_tui.text import one_line
from salesnerd_tui.ui.live_commands import LiveCommands
from salesnerd_tui.ui.reloading import Reloading

if TYPE_CHECKING:
    from salesnerd_tui.playbook.loading import Loaded


class LivePlaybook(LiveCommands):
    """`watch_playbook` begins, `stop_watching` ends; `reload_trouble` is why the last save was not taken."""

    reload_trouble = ""
    _reloading: Reloading | None = None

    class Saved(Message):
        """The playbook was saved; on the watching thread."""

        def __init__(self, loaded: Loaded) -> None:
            super().__init__()
            self.loaded = loaded

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
        self.post_message(self.Saved(loaded))

    def on_live_playbook_saved(self, message: Saved) -> None:
        """Take the saved playbook, or say in one line why the last good one stays."""
        message.stop()
        loaded = message.loaded
        if loaded.playbook is None:
            self.reload_trouble = f"{_first_error(loaded)}; the last good playbook stays"
        else:
            self.reload_trouble = ""
            if loaded.playbook.digest != self.session.playbook.digest:
                self.session.reload(loaded.playbook)
                self.say("playbook reloaded; your place and your notes are as they were")
        self.changed()

    def do_edit(self) -> None:
        """Open the playbook where the question on the screen is written."""
        from salesnerd_tui.ui.editing import NoEditor, editor_command, has_window

        spot = self.view.prompt.spot
        if not spot.file:
            self.say("nothing to edit here: the question on the screen comes from no file")
            return
        if _is_installed(Path(spot.file)):
            self.say("this one came with salesnerd: salesnerd playbook new NAME --from it makes one of your own")
            return
        try:
            command = editor_command(spot)
            if has_window(command):
                subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            else:
                with self.app.suspend():
                    subprocess.run(command, check=False)
        except (NoEditor, OSError) as problem:
            self.say(one_line(str(problem)))
            return
        self.say("edited: a save is on the screen within a second")


def _first_error(loaded: Loaded) -> str:
    """Where it is, what it is and what was meant, the place first: the line may be cut at its end."""
    if not loaded.errors:
        return f"{loaded.path.name} is no playbook"
    first = loaded.errors[0]
    hint = f" ({first.hint})" if first.hint else ""
    return one_line(f"{Path(first.spot.file).name}:{first.spot.line}:{first.spot.column} {first.message}{hint}")


def _is_installed(file: Path) -> bool:
    """Whether the next upgrade would write over it: a built-in playbook outside a checkout."""
    folder = builtin_folder()
    return folder.parent.name == "salesnerd_tui" and file.absolute().is_relative_to(folder)
