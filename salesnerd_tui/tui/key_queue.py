"""Queue that delivers keys to screens one at a time, so that each reaches the screen its predecessor led to.

Textual 8.2.8 forwards a key to the queue of the focused widget as soon as it arrives. If the first of several keys
closes the screen, the others still act on that screen, or are dropped with it: `q` `q` on a page above the home screen
did not quit the program.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable

from textual import events
from textual.app import App
from textual.dom import DOMNode
from textual.message import Message

from salesnerd_tui.tui.screens.base import BaseScreen

LOOK_SECONDS = 0.05
"""Time between two checks whether the screen that handles a key was removed while other keys wait."""


class KeyHandled(Message):
    """Marker that follows a key through the same queues, so it arrives when the key has been handled everywhere.

    A second marker follows the first: if a key reaches the program through a binding, the request for another screen
    that it causes starts behind the first marker.
    """

    def __init__(self, *, is_second: bool = False) -> None:
        super().__init__()
        self.is_second = is_second


class KeyQueue:
    """`deliver` forwards one event as Textual does; keys and pastes wait until the one before has been handled.

    Text typed into a line does not wait: it never changes the screen, and long text comes in bursts.
    """

    def __init__(self, app: App[None], deliver: Callable[[events.Event], Awaitable[None]]) -> None:
        self._app = app
        self._deliver = deliver
        self._waiting: deque[events.Key | events.Paste] = deque()
        self._followed: tuple[KeyHandled, DOMNode] | None = None
        """The marker behind the key that is being handled, and the widget it was sent to."""
        self._is_looking = False

    async def put(self, event: events.Key | events.Paste) -> None:
        """Deliver the event now, or after those before it."""
        self._waiting.append(event)
        await self._deliver_next()

    async def handled(self, marker: KeyHandled) -> None:
        """Deliver the keys that waited for the key of this marker, once its second marker has arrived."""
        if self._followed is not None and self._followed[0] is marker:
            target = self._followed[1]
            self._followed = None
            if not marker.is_second:
                self._follow(target, KeyHandled(is_second=True))
            await self._deliver_next()

    def _follow(self, target: DOMNode, marker: KeyHandled) -> None:
        if target.post_message(marker):
            self._followed = marker, target

    async def _deliver_next(self) -> None:
        if not self._app.screen_stack:
            self._waiting.clear()  # the program is ending, and no screen is left to handle a key
        while self._waiting and self._followed is None:
            event = self._waiting.popleft()
            is_text, target = self._is_text(event), self._app.focused or self._app.screen
            await self._deliver(event)
            if not is_text:
                self._follow(target, KeyHandled())
        if self._waiting and not self._is_looking:
            self._is_looking = True
            self._app.set_timer(LOOK_SECONDS, self._look)

    def _is_text(self, event: events.Event) -> bool:
        """Return whether a key types a character into a line; Alt and a character are two keys."""
        screen = self._app.screen
        typing = isinstance(screen, BaseScreen) and screen.box.purpose is not None and self._app.focused is screen.box
        return typing and isinstance(event, events.Key) and event.is_printable and not event.key.startswith("alt+")

    async def _look(self) -> None:
        """Continue if the screen was removed, because its queue and the marker are gone with it."""
        self._is_looking = False
        if self._followed is not None:
            target = self._followed[1]
            if not target.is_attached or target.screen not in self._app.screen_stack:
                self._followed = None
        await self._deliver_next()
