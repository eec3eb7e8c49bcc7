"""Opening the demo in a folder that goes away."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from pathlib import Path

from msgspec import Struct

from salesnerd_tui.notes.notebook import Notebook
from salesnerd_tui.playbook.library import Library, builtin_folder
from salesnerd_tui.ui.demo import script
from salesnerd_tui.ui.opening import Call, Desk


class Demo(Struct, frozen=True):
    desk: Desk
    call: Call
    acts: tuple[script.Act, ...]


def demo_desk() -> Desk:
    """The built-in playbooks, and notes that are gone when the program ends, however it ends by itself."""
    folder = Path(tempfile.mkdtemp(prefix="salesnerd-demo-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Desk(Library([builtin_folder()]), Notebook(folder))


def open_demo(speed: float = script.SPEED) -> Demo:
    """The demo's call, ready for its screen."""
    desk = demo_desk()
    return Demo(desk, desk.open(script.wish(speed)), script.acts())
