"""Story of a call for the coach's tests, sentence by sentence, on a manual clock."""

from __future__ import annotations

from collections.abc import Mapping

from salesnerd_tui.call.events import Dismissed, FloorTaken, Heard, Promised, Side, TapKind, Tapped
from salesnerd_tui.coach.engine import Coach, CoachEvent
from salesnerd_tui.coach.tap_cadence import DRIFT_KINDS
from salesnerd_tui.playbook.coach_settings import CoachSettings

WORDS_PER_SECOND = 2.5


class Story:
    """`me` and `them` speak at 150 words a minute by default; `events` are all events of the coach so far."""

    def __init__(
        self,
        settings: CoachSettings | None = None,
        *,
        after: float = 60.0,
        interval_factors: Mapping[TapKind, float] | None = None,
    ) -> None:
        self.coach = Coach(settings or CoachSettings(), interval_factors=interval_factors)
        self.at = 0.0
        self.turn = 0
        self.events: list[CoachEvent] = []
        if after:
            self.them("Good morning and thanks for making the time today.")
            self.at = after

    def me(self, text: str, seconds: float | None = None) -> list[CoachEvent]:
        return self._speak(Side.ME, text, seconds)

    def them(self, text: str, seconds: float | None = None) -> list[CoachEvent]:
        return self._speak(Side.THEM, text, seconds)

    def wait(self, seconds: float) -> list[CoachEvent]:
        events: list[CoachEvent] = []
        for _ in range(int(seconds)):
            self.at += 1.0
            events += self.coach.tick(self.at)
        self.events += events
        return events

    def floor(self, side: Side, seconds: float) -> list[CoachEvent]:
        """Let a side talk without words, as set by the talk key."""
        events = list(self.coach.hear(FloorTaken(self.at, side)))
        self.events += events
        return events + self.wait(seconds)

    def _speak(self, side: Side, text: str, seconds: float | None) -> list[CoachEvent]:
        end = self.at + (len(text.split()) / WORDS_PER_SECOND if seconds is None else seconds)
        events = list(self.coach.hear_recorded(Heard(end, side, side.value, self.at, end, text, turn=self.turn)))
        self.at, self.turn = end, self.turn + 1
        self.events += events
        return events

    @property
    def taps(self) -> list[Tapped]:
        return [event for event in self.events if isinstance(event, Tapped) and event.kind in DRIFT_KINDS]

    @property
    def warnings(self) -> list[Tapped]:
        return [event for event in self.events if isinstance(event, Tapped) and event.kind is TapKind.OVER_PROMISING]

    @property
    def promises(self) -> list[Promised]:
        return [event for event in self.events if isinstance(event, Promised)]

    @property
    def dismissals(self) -> list[Dismissed]:
        return [event for event in self.events if isinstance(event, Dismissed)]


FEATURES = (
    "The tool also has a settings page. There are three views, and each view has its own filter. "
    "You can drag the cards, and the colors change by themselves. We also added an export button. "
    "There is a compact mode, and the sidebar can be hidden. The dashboard shows a widget for each column. "
    "We have added a search field, and every table can be sorted. There is also a dark mode for the screen. "
    "You can pin a tab, and the menu shows the pinned ones first. We added labels, and labels have colors too. "
    "The page updates automatically. There is a button that hides the panel, and another that brings it back. "
)
"""Unprompted tour of features: about 100 words, 40 seconds."""
