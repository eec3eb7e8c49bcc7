"""A call without any key presses: what the screen shows at each stage, with the default playbook."""

from __future__ import annotations

from datetime import UTC, datetime

from memory_store import MemoryStore
from salesnerd_tui.call import view
from salesnerd_tui.call.events import Heard, Mode, Place, Side, TapBasis, TapKind, Tapped
from salesnerd_tui.call.view import MIN_SHOWN_SECONDS, CoachLine
from salesnerd_tui.call_session import CallSession, start_event
from salesnerd_tui.playbook.folders import builtin_folder
from salesnerd_tui.playbook.library import Library
from salesnerd_tui.services.call_status import suggestion_texts

BEGAN = datetime(2026, 3, 1, 10, tzinfo=UTC)
WORDS_PER_SECOND = 2.5
TOUR = (
    "The tool also has a settings page. There are three views, and each view has its own filter. "
    "You can drag the cards, and the colors change by themselves. We also added an export button. "
    "There is a compact mode, and the sidebar can be hidden. The dashboard shows a widget for each column. "
    "We have added a search field, and every table can be sorted. There is also a dark mode for the screen. "
    "You can pin a tab, and the menu shows the pinned ones first. We added labels, and labels have colors too."
)
BROKE = "Our nightly job broke twice in October and finance noticed first."
NIGHTMARE = "Honestly it's been a nightmare for us. My best engineer quit in November because of the night shifts."


class Screen:
    """Call as the live screen shows it: people speak at 150 words a minute, and every second ticks."""

    def __init__(self) -> None:
        playbook = Library([builtin_folder()]).load("first_call").playbook
        assert playbook is not None
        self.at = 0.0
        self.session = CallSession(playbook, MemoryStore(), lambda: self.at)
        self.session.record(start_event(playbook, Mode.LIVE, BEGAN, account="Acme", people=("Dana",), me="Kim"))
        self.shown: list[tuple[float, CoachLine]] = []

    def kim(self, text: str) -> Screen:
        return self._says(Side.ME, text)

    def dana(self, text: str) -> Screen:
        return self._says(Side.THEM, text)

    def waits(self, seconds: float) -> Screen:
        until = self.at + seconds
        while self.at + 1 <= until:
            self.at += 1
            self.session.tick()
            self._look()
        self.at = until
        return self

    def _says(self, side: Side, text: str) -> Screen:
        for sentence in text.replace("? ", "?|").replace(". ", ".|").split("|"):
            start = self.at
            self.waits(len(sentence.split()) / WORDS_PER_SECOND)
            self.session.hear(Heard(self.at, side, side, start, self.at, sentence))
            self._look()
        return self

    def _look(self) -> None:
        self.shown.append((self.at, self.coach))

    @property
    def coach(self) -> CoachLine:
        session = self.session
        return view.coach_line(session.state.tap, session.events, self.at, session.coach.seconds_since_tap)

    def kind(self) -> TapKind | None:
        tap = self.coach.tap
        return tap.kind if tap is not None else None

    def is_followed(self) -> bool:
        return self.coach.is_followed

    def is_ignored(self) -> bool:
        return self.coach.is_ignored

    def basis(self) -> TapBasis | None:
        tap = self.coach.tap
        return tap.reason.basis if tap is not None else None

    @property
    def question(self) -> str | None:
        return self.session.state.place.item

    @property
    def requests(self) -> list[str]:
        texts = suggestion_texts(self.session.suggestions, self.session.speaker.voice_at(self.at), "y", "dp")
        return [f"{each.key} {each.words}" for each in texts if each.is_request]


def test_a_listened_call() -> None:
    screen = Screen().kim("Thanks for making the time, Dana. What happened that made you look at this now?")
    assert screen.question == "trigger", "the panel follows the question"

    screen.dana(BROKE)
    screen.dana("Could you just show us a demo?")
    assert screen.requests == ["d “Could you just show us a demo?”"], "at once, before the answer is confirmed"
    screen.kim("Sure.").dana("And what does it cost?").kim("Good question.")
    assert screen.requests == ["p “And what does it cost?”", "d “Could you just show us a demo?”"]

    screen.kim("Let me first ask, what have you tried so far?").dana(NIGHTMARE)
    assert screen.question == "tried"
    assert screen.session.state.known("trigger") == (
        "Our nightly job broke twice in October and finance noticed first.",
    )
    screen.kim("Yeah, so what we also have is a connector for SAP that a lot of customers love.")
    screen.kim("There is a nice feature for backfills where you can rerun any day with one click.")
    assert screen.basis() is TapBasis.NOT_FOLLOWED_UP, "the pain comes before the promise"
    assert len(screen.requests) == 2, "and hides no request"

    screen.dana("Okay.").waits(8)
    screen.kim("We will definitely have the Terraform provider ready for you by January.")
    assert screen.kind() is TapKind.OVER_PROMISING
    screen.dana("Good, that is what our director would like to hear from you.")
    assert not screen.is_followed(), "it still binds"
    screen.kim("Let me check that with the team and tell you by Friday.")
    assert screen.is_followed()

    screen.dana("Fine with us, and thanks for saying so.").waits(30)
    assert screen.kind() is None
    screen.kim(TOUR)
    assert screen.is_ignored(), "it fades while the tour continues"
    assert screen.session.coach.seconds_since_tap > 15, "and keeps counting"
    screen.dana("Right, but what would that change for our nights?")
    assert not screen.is_followed(), "that came too late to be a success"

    screen.kim("What did that one time cost you, in hours or money?").waits(4)
    assert screen.kind() is TapKind.SILENCE
    assert len(screen.requests) == 2, "praise hides nothing"
    assert screen.session.state.place == Place("cost")
    assert_taps_can_be_read(screen)


def assert_taps_can_be_read(screen: Screen) -> None:
    taps = [event for event in screen.session.events if isinstance(event, Tapped) and event.kind is not TapKind.SILENCE]
    assert len(taps) >= 3
    for tap in taps:
        looks = [coach.tap for at, coach in screen.shown if tap.at < at <= tap.at + MIN_SHOWN_SECONDS]
        assert looks
        assert all(look == tap for look in looks), f"{tap.kind} left before it could be read"
