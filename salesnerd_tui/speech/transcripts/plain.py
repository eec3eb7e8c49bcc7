"""Parser of lines without names or times, such as the output of a speech recognizer."""

from __future__ import annotations

from collections.abc import Sequence

from salesnerd_tui.speech.transcripts.model import Piece
from salesnerd_tui.speech.transcripts.parser import LineParser


class PlainParser(LineParser):
    """Parser in which every line is a complete turn of an unknown speaker."""

    def push(self, line: str) -> Sequence[Piece]:
        self._line += 1
        self.begun += 1
        text = line.strip()
        return (Piece("", text, None, None, self._line),) if any(char.isalnum() for char in text) else ()

    def finish(self) -> Sequence[Piece]:
        return ()
