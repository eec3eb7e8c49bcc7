"""Follow-up message of a debrief: show the draft, copy it, edit it in the user's editor, write it to a file."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from salesnerd_tui.playbook.model import SourceLocation
from salesnerd_tui.review.followup import cautions, message
from salesnerd_tui.text import clean
from salesnerd_tui.tui.panels.message import MessagePanel
from salesnerd_tui.tui.screens.file_prompt import ask_file
from salesnerd_tui.tui.screens.host import key_table

if TYPE_CHECKING:
    from salesnerd_tui.tui.screens.debrief import DebriefScreen

CAUTIONS = 2
"""Cautions shown above the message."""


class MessageActions:
    """The `do_message` of a debrief, and what the keys in the preview do. An edited draft is kept with the screen."""

    def __init__(self, screen: DebriefScreen) -> None:
        self._screen = screen
        self._text = ""

    def do_message(self) -> None:
        screen = self._screen
        self._text = self._text or message(screen.debrief)
        actions = {"copy": self._copy, "edit": self._edit, "write": self._write, "leave": screen.close}
        shown = list(cautions(screen.debrief))[:CAUTIONS]
        screen.open(MessagePanel(self._text, shown, key_table(screen.app, "message"), actions))

    def _copy(self) -> None:
        self._screen.app.copy_to_clipboard(self._text)
        self._screen.say("copied to the clipboard")

    def _write(self) -> None:
        name = self._screen.file_name("message", ending="txt")
        ask_file(self._screen, "the message", name, lambda _: self._text, then=self.do_message)

    def _edit(self) -> None:
        """Edit the draft in a private file that is deleted afterwards."""
        from salesnerd_tui.tui.editor import NoEditor, edit, editor_command, has_window  # subprocess: not at start-up

        screen = self._screen
        try:
            is_beside = has_window(editor_command(SourceLocation("message.txt", 1, 1)))
        except NoEditor as problem:
            screen.say(str(problem))
            return
        if is_beside:
            screen.say("your editor has its own window: write the message to a file and edit that file")
            return
        with tempfile.TemporaryDirectory(prefix="salesnerd-") as folder:
            path = Path(folder) / "message.txt"
            path.write_text(self._text, encoding="utf-8")
            trouble = edit(SourceLocation(str(path), 1, 1), screen.app.suspend)
            try:
                self._text = clean(path.read_text(encoding="utf-8", errors="replace"))
            except OSError as error:
                trouble = trouble or f"cannot read the edited message: {error.strerror or error}"
        self.do_message()
        screen.say(trouble or "edited: nothing is sent until you send it yourself")
