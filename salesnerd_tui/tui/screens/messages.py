"""Messages with which a screen asks the app for another screen, so that no screen imports another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from salesnerd_tui.app.call_service import OpenedCall, StoredCall


class ScreenRequest(Message):
    """Base of all requests for another screen."""


class OpenCall(ScreenRequest):
    """Request to show an opened call on top of the current screen."""

    def __init__(self, call: OpenedCall) -> None:
        super().__init__()
        self.call = call


class BeginCall(OpenCall):
    """Request to show a prepared call in place of its prep."""


class CallEnded(ScreenRequest):
    """Report that a call has left its screen; `ended` asks for its debrief, else the user goes back."""

    def __init__(self, call: OpenedCall, *, ended: bool) -> None:
        super().__init__()
        self.call = call
        self.ended = ended


class OpenDebrief(ScreenRequest):
    """Request for the debrief of a stored call, open at the words `find` near the second `at` if there are any."""

    def __init__(self, call: StoredCall, find: str = "", at: float | None = None) -> None:
        super().__init__()
        self.call = call
        self.find = find
        self.at = at


class OpenPromises(ScreenRequest):
    """Request for the promises of one account, or of all calls for an empty name."""

    def __init__(self, account: str = "") -> None:
        super().__init__()
        self.account = account


class OpenBoard(ScreenRequest):
    """Request for the buying process of an account."""

    def __init__(self, account: str) -> None:
        super().__init__()
        self.account = account


class OpenHistory(ScreenRequest):
    """Request for the list of all calls."""


class OpenTrends(ScreenRequest):
    """Request for the trends over all calls."""


class OpenDemo(ScreenRequest):
    """Request for the demo."""


class PrepareNext(ScreenRequest):
    """Request to prepare the next call with these people; only the playbook is left to pick."""

    def __init__(self, account: str, people: tuple[str, ...], playbook: str) -> None:
        super().__init__()
        self.account = account
        self.people = people
        self.playbook = playbook
