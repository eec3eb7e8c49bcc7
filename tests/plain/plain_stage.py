"""A call in plain text mode for tests: a small playbook, a manual clock, and a disk that confirms on demand."""

from __future__ import annotations

from collections.abc import Sequence

from live_stage import PLAYBOOK, STARTED_AT, ManualDisk
from salesnerd_tui.call.events import Heard, Mode, Side
from salesnerd_tui.call_session import CallSession, start_event
from salesnerd_tui.plain.call import PlainCall
from salesnerd_tui.playbook.model import Playbook
from salesnerd_tui.services.call_service import CannotOpen, OpenedCall
from salesnerd_tui.speech.sides import Sides
from salesnerd_tui.speech.source import CallClock


class PlainStage:
    """A call in plain text mode and what it has printed."""

    def __init__(
        self, playbook: Playbook = PLAYBOOK, *, draft: str = "", speakers: Sequence[str] = (), me: str = "Me"
    ) -> None:
        self.seconds = 0.0
        self.printed: list[str] = []
        self.clear_count = 0
        self.disk = ManualDisk()
        self.disk.draft = draft
        clock = CallClock(now=lambda: self.seconds)
        self.session = CallSession(playbook, self.disk, clock)
        first = start_event(playbook, Mode.LIVE, STARTED_AT, account="Acme", people=("Dana, VP Eng",))
        sides = Sides((me,) if me else ())
        call = OpenedCall(
            self.session, self.disk, clock, sides, lambda: self.session.record(first), speakers=tuple(speakers)
        )
        self.plain = PlainCall(call, self.printed.append, self._playbook, self._clear)
        self.session.on_written = self.plain.on_saved
        self.plain.begin()

    def type(self, *lines: str) -> list[str]:
        """Type lines and return what is printed."""
        before = len(self.printed)
        for line in lines:
            self.plain.handle_line(line)
        return self.printed[before:]

    def hear(self, speaker: str, text: str, seconds: float) -> list[str]:
        """Let `speaker` speak for `seconds`, and return what is printed."""
        begin, self.seconds = self.seconds, self.seconds + seconds
        side = {"Me": Side.ME, "Dana": Side.THEM}.get(speaker, Side.NOBODY)
        event = Heard(self.seconds, side, speaker, begin, self.seconds, text)
        before = len(self.printed)
        self.plain.hear(event)
        return self.printed[before:]

    def _playbook(self, name: str) -> Playbook:
        if name == PLAYBOOK.id:
            return PLAYBOOK
        raise CannotOpen(f"there is no playbook {name}")

    def _clear(self) -> None:
        self.clear_count += 1
