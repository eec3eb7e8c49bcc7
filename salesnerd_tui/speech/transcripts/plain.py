"""Lines without names or times, such as a speech recogniser prints: each is a turn by nobody known."""

from __future__ import annotations

from collections.abc import Sequence

from salesnerd_tui.speech.transcripts.model import Piece
from salesnerd_tui.speech.transcripts.parser import LineParser


class PlainParser(LineParser):
    """Every line is complete by itself."""

    def push(self, line: str) -> Sequence[Piece]:
        self._line += 1
        self.begun += 1
        text = line.strip()
        return (Piece("", text, None, None, self._line),) if any(char.isalnum() for char in text) else ()

    def finish(self) -> Sequence[Piece]:
        return ()
