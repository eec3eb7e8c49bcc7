"""Make the pictures in screenshots/ from the demo's call, replayed on the screens as they are now.

Every picture is the real screen at the real size, at a moment of the call; clocks stand still, so that the same code
gives the same pictures. `--check` only says whether they can be made.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from textual.screen import Screen

from salesnerd_tui.app import demo
from salesnerd_tui.app.calls import CallService, OpenedCall
from salesnerd_tui.app.stored_call import stored_call_of
from salesnerd_tui.call.events import Mode
from salesnerd_tui.plain.demo import happenings
from salesnerd_tui.playbook.library import Library, builtin_folder
from salesnerd_tui.session import CallSession, started
from salesnerd_tui.speech.clock import CallClock
from salesnerd_tui.speech.sides import Sides
from salesnerd_tui.speech.source import Emit, Stop
from salesnerd_tui.storage.store import CallStore
from salesnerd_tui.terminal.profile import TerminalProfile
from salesnerd_tui.tui.app import SalesnerdApp
from salesnerd_tui.tui.navigator import debrief_screen
from salesnerd_tui.tui.screens.live import LiveScreen

FOLDER = Path(__file__).resolve().parent.parent / "screenshots"
BEGAN = datetime(2026, 2, 12, 14, 0, tzinfo=UTC)

WIDE, MIDDLE, NARROW = (120, 40), (80, 24), (40, 12)


@dataclass(frozen=True, slots=True)
class Picture:
    """`until` is the second of the call at which the screen is shown; `keys` are pressed before it is taken."""

    name: str
    size: tuple[int, int]
    until: float
    shows: Callable[[OpenedCall, CallService], Screen[None]]
    keys: tuple[str, ...] = ()


def debrief_of(call: OpenedCall, _: CallService) -> Screen[None]:
    """Return the debrief of the demo's call."""
    return debrief_screen(stored_call_of(call))


PICTURES = (
    Picture("live", WIDE, 38.0, LiveScreen),
    Picture("live-80x24", MIDDLE, 38.0, LiveScreen),
    Picture("live-40x12", NARROW, 38.0, LiveScreen),
    Picture("tap", WIDE, 70.0, LiveScreen),
    Picture("tap-40x12", NARROW, 70.0, LiveScreen),
    Picture("detour", MIDDLE, 145.0, LiveScreen),
    Picture("jump", MIDDLE, 145.0, LiveScreen, ("j",)),
    Picture("ending", MIDDLE, 250.0, LiveScreen, ("e",)),
    Picture("help", WIDE, 38.0, LiveScreen, ("question_mark",)),
    Picture("debrief", WIDE, 1e6, debrief_of),
    Picture("debrief-80x24", MIDDLE, 1e6, debrief_of),
)


class StoppedClock:
    """Seconds that only move when told; `CallClock` reads it."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


class Quiet:
    """A source that works and has nothing more to say."""

    name = "captions"
    speed = 1.0

    def run(self, emit: Emit, clock: CallClock, stop: Stop) -> None:
        del emit, clock, stop


def call_until(desk: CallService, seconds: float) -> OpenedCall:
    """The demo's call, heard and played up to that second, on a clock that stands there."""
    time = StoppedClock()
    clock = CallClock(now=time)
    playbook = desk.playbook(demo.PLAYBOOK)
    file = desk.notebook.create(BEGAN, demo.ACCOUNT)
    session = CallSession(playbook, file, clock)
    session.begin(started(playbook, Mode.LIVE, BEGAN, account=demo.ACCOUNT, people=demo.PEOPLE, me=demo.ME[0]))

    for at, _, happen in happenings():
        if at > seconds:
            break
        time.seconds = at
        happen(session)
    return OpenedCall(session, file, clock, Sides(demo.ME), BEGAN, lambda: None, source=Quiet())


async def take(picture: Picture, folder: Path) -> Path:
    """Write one picture as SVG and give its path."""
    with tempfile.TemporaryDirectory() as data:
        desk = CallService(Library([builtin_folder()]), CallStore(Path(data)))
        call = call_until(desk, picture.until)
        app = SalesnerdApp(desk, lambda: picture.shows(call, desk), look=TerminalProfile())
        async with app.run_test(size=picture.size) as pilot:
            await pilot.pause(0.3)
            for key in picture.keys:
                await pilot.press(key)
            await pilot.pause(0.3)
            svg = app.export_screenshot(title=f"salesnerd · {picture.name.replace('-', ' ')}")
        call.file.close()
    path = folder / f"{picture.name}.svg"
    path.write_text(_stable(svg), encoding="utf-8")
    return path


def _stable(svg: str) -> str:
    """Without the random id that would make every picture new, and without fonts from the network."""
    svg = re.sub(r"terminal-\d+", "terminal", svg)
    return re.sub(r"\s*@font-face \{.*?\}", "", svg, flags=re.DOTALL)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="only these pictures")
    parser.add_argument("--check", action="store_true", help="make them in a temporary folder only")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) if options.check else FOLDER
        folder.mkdir(exist_ok=True)
        for picture in PICTURES:
            if not options.names or picture.name in options.names:
                print(asyncio.run(take(picture, folder)).name)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
