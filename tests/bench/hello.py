"""Baseline application for benchmarks: `python hello.py [WIDGETS]` shows a greeting, widgets and an input line.

Typed text also appears in a line of its own, as a key press does on the live screen.
"""

from __future__ import annotations

import sys

from textual.app import App, ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Input, Static


class Hello(App[None]):
    """Minimal application with a number of widgets."""

    CSS = "Static { height: 1; } Input { dock: bottom; }"

    def __init__(self, widgets: int) -> None:
        super().__init__()
        self._widgets = widgets

    def compose(self) -> ComposeResult:
        yield Static("hello")
        if self._widgets:
            with VerticalScroll(can_focus=False):
                for number in range(self._widgets):
                    yield Static(f"widget {number}")
            yield Input()


if __name__ == "__main__":
    Hello(int(sys.argv[1]) if len(sys.argv) > 1 else 0).run()
