"""Speech of a live screen: listens to the source, tracks the talk key, and asks which speaker is the user.

A recording waits until the user has answered. A live source cannot wait; what was heard before counts afterwards.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from salesnerd_tui.app.background import beside_the_keys, give_way
from salesnerd_tui.call.events import Heard, Side
from salesnerd_tui.speech.source import Listening, ReadProgress, SourceEvent, SpeakersFound

if TYPE_CHECKING:
    from salesnerd_tui.tui.screens.live import LiveScreen

FREE_SECONDS = 0.25
"""Wait before looking again whether a note or a panel is still open."""

NEWS_SECONDS = 8.0
"""Time for which a message that answers no key replaces the hints."""

LIVE_PARTS = ("clock", "status", "trouble", "coach", "offers", "margin", "hint")
"""The parts of the screen that time and speech change."""


class SpeechController:
    """Speech of one call. `on_speech` of the screen gets each event, on the screen's thread."""

    def __init__(self, screen: LiveScreen) -> None:
        self._screen = screen
        self._call = screen.call
        self._session = screen.session
        self._listening: Listening | None = None
        self._asked_who = False
        self._waits = False

    @property
    def holder(self) -> Side:
        """The side that talks now; nobody after a silence."""
        return self._session.speaker.side(self._call.clock())

    # the source

    def listen(self) -> None:
        """Begin to listen, or ask first who is who in a recording."""
        give_way()
        if self._call.source is None:
            return
        self._listening = Listening(self._call.source, self._from_source, self._call.clock)
        self._screen.call_after_refresh(self._read_wordings)
        if self._call.asks_who:
            self._waits = True
            self._call.clock.pause()
            self.ask_who()
        else:
            self._listening.start()

    def stop(self) -> None:
        if self._listening is not None:
            self._listening.stop(0.2)

    def resume(self) -> None:
        """Play a recording that has waited for an answer, however the question was closed."""
        if self._waits and self._listening is not None and not self._screen.over:
            self._waits = False
            self._call.clock.go_on()
            self._listening.start()

    def _read_wordings(self) -> None:
        """Read the wordings of the questions on a background thread, before anyone speaks."""

        def read() -> None:
            with beside_the_keys():
                self._session.use_prepared(self._session.prepare())

        threading.Thread(target=read, name="wordings", daemon=True).start()

    def _from_source(self, event: SourceEvent) -> None:
        """Pass an event from the source's thread to the screen's."""
        self._screen.call_later(self._screen.on_speech, event)

    # events

    def take(self, event: SourceEvent, notice: Callable[[Heard], None]) -> None:
        """Give an event to the session and repaint what it changed. `notice` learns who was heard."""
        if self._screen.over:
            return
        if isinstance(event, ReadProgress):
            self._screen.say(event.message)
            return
        if isinstance(event, SpeakersFound):
            self._find_user(event)
            return
        before, holders = self._session.state, self._holders()
        self._session.hear(event)
        if isinstance(event, Heard):
            notice(event)
        if self._session.state is not before:
            self._screen.changed()
            if self._session.state.followed_at > before.followed_at:
                back = self._screen.key_phrase("undo", "goes back")
                self._screen.say_for(NEWS_SECONDS, ": ".join(filter(None, ("heard you ask this", back))))
        elif self._holders() != holders:
            self._screen.repaint_parts(*LIVE_PARTS)

    def _holders(self) -> tuple[Side, Side]:
        """Return who has the floor by key and voice, and for the coach, which ignores words of assent."""
        return self.holder, self._session.coach.talk.holder

    def press_talk_key(self) -> None:
        """Switch the speaker: you, them, you."""
        self._session.hear(self._session.speaker.press(self._session.now.at))
        self._screen.changed()

    # who is who

    def notice_speaker(self, event: Heard) -> None:
        """Learn a speaker's name; ask who is the user once a live source has named two."""
        if self._call.sides.known or self._asked_who or not event.speaker.strip():
            return
        self._call.notice_speaker(event)
        if len(self._call.speakers) >= 2 and self._screen.panel is None and self._screen.box.purpose is None:
            self.ask_who()

    def _find_user(self, found: SpeakersFound) -> None:
        """Ask which speaker of a long recording is the user, as soon as no note or panel is open."""
        self._call.speakers, self._call.suggested = found.speakers, found.suggested
        self._waits = True
        if self._call.sides.known:
            self.resume()
        elif self._screen.panel is None and self._screen.box.purpose is None:
            self.ask_who()
        else:
            self._screen.set_timer(FREE_SECONDS, partial(self._find_user, found))

    def do_who(self) -> None:
        if self._call.speakers:
            self.ask_who()
        else:
            self._screen.say("no speaker has been named yet")

    def ask_who(self) -> None:
        """Ask which of the speakers is the user; a live call continues meanwhile."""
        from salesnerd_tui.tui.panels.picker import speaker_panel  # only calls with named speakers need it

        self._asked_who = True
        self._screen.open(
            speaker_panel(
                self._call.speakers, self._call.suggested, self._identify, self._screen.close, waits=self._waits
            )
        )

    def _identify(self, *names: str) -> None:
        sides = self._call.sides
        sides.choose(names)
        self._session.identify(names, sides.side)
        self._screen.close()
        self._screen.changed()
        self._screen.say(
            f"you are {names[0]}" if names else "you are not one of the speakers, so nothing counts as yours"
        )
