"""Own files that four walks enter, which shows how far a reader has to follow the code.

`PYTHONPATH=tests python tools/walks.py [-v]`: key `n` to pixels and disk, caption to tap, YAML to Playbook,
and call file to debrief. A file counts if one of its functions runs, on any thread; imports do not count.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import salesnerd_tui
from live_stage import ENVIRONMENT, STARTED_AT, WIDE
from salesnerd_tui.call.events import Mode, Tapped
from salesnerd_tui.call_session import CallSession, start_event
from salesnerd_tui.playbook.library import Library
from salesnerd_tui.playbook.lint.linter import lint_by_name
from salesnerd_tui.review.debrief.builder import build_debrief
from salesnerd_tui.services.call_service import CallService, OpenedCall, read_stored_call
from salesnerd_tui.speech.live_sources import FollowSource
from salesnerd_tui.speech.sides import Sides
from salesnerd_tui.speech.source import CallClock
from salesnerd_tui.storage.call_store import CallStore
from salesnerd_tui.terminal.profile import detect_profile
from salesnerd_tui.tui.app import SalesnerdApp
from salesnerd_tui.tui.screens.live import LiveScreen

PACKAGE = f"{Path(salesnerd_tui.__file__).parent}/"
DEMO = Path(salesnerd_tui.__file__).parent / "services" / "demo_call.vtt"
_walks: list[dict[str, None]] = []
"""The files that the walk in progress has entered, in order."""


def _profile(frame: FrameType, event: str, _: object) -> None:
    code = frame.f_code
    if _walks and event == "call" and code.co_name != "<module>":
        name = code.co_filename.removeprefix(PACKAGE)
        if name != code.co_filename:
            _walks[-1][name] = None


@contextmanager
def walk(title: str) -> Iterator[None]:
    """Print how many own files are entered inside the block."""
    _walks.append({})
    try:
        yield
    finally:
        files = _walks.pop()
    print(f"{title}: {len(files)} files")
    if "-v" in sys.argv:
        print("  " + " › ".join(files))


class Captions:
    """Stop signal of a followed file: each wait appends a caption of the demo at its time, until there is a tap."""

    def __init__(self, path: Path, session: CallSession, go_to: Callable[[float], None]) -> None:
        self.path, self.session, self.go_to = path, session, go_to
        self.captions = [part for part in DEMO.read_text().split("\n\n") if "-->" in part]

    def wait(self, _: float) -> bool:
        if not self.captions:
            return True
        caption = self.captions.pop(0)
        hours, minutes, rest = caption.split("-->")[1].split("\n")[0].split(":")
        self.go_to(int(hours) * 3600 + int(minutes) * 60 + float(rest))
        with self.path.open("a") as file:
            file.write(caption + "\n\n")
        return self.is_set()

    def is_set(self) -> bool:
        return any(isinstance(event, Tapped) for event in self.session.events)


async def on_screen(folder: Path, service: CallService) -> str:
    """Walk the two live paths; return the id of the stored call."""
    seconds = 0.0

    def go_to(second: float) -> None:
        nonlocal seconds
        seconds = second

    playbook = service.load_playbook("first_call")
    file = service.store.create(STARTED_AT, "Acme")
    clock = CallClock(now=lambda: seconds)
    sides = Sides(("Sam",))
    session = CallSession(playbook, file, clock)
    first = start_event(playbook, Mode.LIVE, STARTED_AT, account="Acme")
    call = OpenedCall(session, file, clock, sides, lambda: session.record(first))
    screen = LiveScreen(call, service)
    app = SalesnerdApp(service, lambda: screen, profile=detect_profile(environment=ENVIRONMENT, encoding="utf-8"))
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        with walk("key n to pixels and disk"):
            await pilot.press("n")
            while file.unsaved:
                await pilot.pause()
            await pilot.pause()
        captions = folder / "captions.vtt"
        captions.write_text("WEBVTT\n\n")
        stop = Captions(captions, session, go_to)
        with walk("caption to tap on the screen"):
            FollowSource(captions, sides, now=lambda: seconds).run(screen.on_speech, clock, stop)
            await pilot.pause()
        assert stop.is_set(), "no tap"
        session.close()
    return file.id


def main() -> None:
    threading.setprofile(_profile)
    sys.setprofile(_profile)
    with tempfile.TemporaryDirectory() as name:
        service = CallService(Library(), CallStore(Path(name) / "data"))
        call_id = asyncio.run(on_screen(Path(name), service))
        with walk("YAML to Playbook"):
            Library().load("first_call")
        with walk("YAML to Playbook, all rules"):
            lint_by_name("first_call", Library())
        with walk("call file to debrief"):
            stored = read_stored_call(service, call_id)
            build_debrief(stored.events, stored.playbook)


if __name__ == "__main__":
    main()
