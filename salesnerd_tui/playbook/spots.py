"""Where in a file something stands, for findings and for opening an editor there."""

from __future__ import annotations

from msgspec import Struct


class Spot(Struct, frozen=True, order=True):
    """A place in a source file. Lines and columns count from 1; columns count characters."""

    file: str
    line: int
    column: int
    end_column: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


NOWHERE = Spot("", 0, 0)
