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

    def hear_user(self, text: str) -> Screen:
        return self._hear(Side.ME, text)

    def hear_buyer(self, text: str) -> Screen:
        return self._hear(Side.THEM, text)

    def wait(self, seconds: float) -> Screen:
        until = self.at + seconds
        while self.at + 1 <= until:
            self.at += 1
            self.session.tick()
            self._update()
        self.at = until
        return self

    def _hear(self, side: Side, text: str) -> Screen:
        for sentence in text.replace("? ", "?|").replace(". ", ".|").split("|"):
            start = self.at
            self.wait(len(sentence.split()) / WORDS_PER_SECOND)
            self.session.hear(Heard(self.at, side, side, start, self.at, sentence))
            self._update()
        return self

    def _update(self) -> None:
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
    screen = Screen().hear_user("Thanks for making the time, Dana. What happened that made you look at this now?")
    assert screen.question == "trigger", "the panel follows the question"

    screen.hear_buyer(BROKE)
    screen.hear_buyer("Could you just show us a demo?")
    assert screen.requests == ["d “Could you just show us a demo?”"], "at once, before the answer is confirmed"
    screen.hear_user("Sure.").hear_buyer("And what does it cost?").hear_user("Good question.")
    assert screen.requests == ["p “And what does it cost?”", "d “Could you just show us a demo?”"]

    screen.hear_user("Let me first ask, what have you tried so far?").hear_buyer(NIGHTMARE)
    assert screen.question == "tried"
    assert screen.session.state.known("trigger") == (
        "Our nightly job broke twice in October and finance noticed first.",
    )
    screen.hear_user("Yeah, so what we also have is a connector for SAP that a lot of customers love.")
    screen.hear_user("And with the backfills nobody ever has to get up at night again, that I can promise you.")
    assert screen.basis() is TapBasis.NOT_FOLLOWED_UP, "the pain comes before the promise"
    assert len(screen.requests) == 2, "and hides no request"

    screen.hear_buyer("Okay.").wait(8)
    screen.hear_user("We will definitely have the Terraform provider ready for you by January.")
    assert screen.kind() is TapKind.OVER_PROMISING
    screen.hear_buyer("Good, that is what our director would like to hear from you.")
    assert not screen.is_followed(), "it still binds"
    screen.hear_user("Let me check that with the team and tell you by Friday.")
    assert screen.is_followed()

    screen.hear_buyer("Fine with us, and thanks for saying so.").wait(30)
    assert screen.kind() is None
    screen.hear_user(TOUR)
    assert screen.is_ignored(), "it fades while the tour continues"
    assert screen.session.coach.seconds_since_tap > 15, "and keeps counting"
    screen.hear_buyer("Right, but what would that change for our nights?")
    assert not screen.is_followed(), "that came too late to be a success"

    screen.hear_user("What did that one time cost you, in hours or money?").wait(9)
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
