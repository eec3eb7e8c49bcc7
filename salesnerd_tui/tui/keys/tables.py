"""The commands of every screen under the names that `keys.toml` gives the screens."""

from __future__ import annotations

from collections.abc import Mapping

from salesnerd_tui.tui.commands import BOARD, HOME, LIVE, PREP, PROMISES, REHEARSE, TRENDS, TYPING, Command, Group

DEBRIEF: tuple[Command, ...] = (
    Command("next", "tab", "next part", "To the next part", Group.FIND, hint=1),
    Command("previous", "shift+tab", "previous part", "To the part before", Group.FIND),
    Command("export", "x", "export", "Write it to a file; its ending says in which format", Group.CALL, hint=2),
    Command("prepare", "n", "next call", "Prepare the next call with them", Group.CALL, hint=3),
    Command("followup", "f", "message", "Draft a message to them, as a file", Group.CALL, hint=4),
    Command("promises", "o", "promises", "Who owes what, in all calls with them", Group.FIND, hint=5),
    Command("board", "h", "how they buy", "The board of the account", Group.FIND, hint=6),
    Command("leave", "q", "close", "Close it", Group.CALL, hint=7),
    Command("help", "question_mark", "help", "All keys", Group.FIND, hint=8),
)
"""The debrief. Its digits go to a part, esc closes it."""

SCREENS: Mapping[str, tuple[Command, ...]] = {
    "live": LIVE,
    "rehearse": REHEARSE,
    "prep": PREP,
    "home": HOME,
    "board": BOARD,
    "promises": PROMISES,
    "trends": TRENDS,
    "debrief": DEBRIEF,
    "typing": TYPING,
}

TITLES: Mapping[str, str] = {
    "live": "A call, and the demo",
    "rehearse": "A rehearsal",
    "prep": "Preparing a call",
    "home": "The start page",
    "board": "How they buy",
    "promises": "What is owed",
    "trends": "Whether you get better",
    "debrief": "A debrief",
    "typing": "While you type",
}

CALLS = ("live", "rehearse", "prep")
"""Screens on which digits pick answers, letters take detours, and notes are typed."""

FOLLOWING = ("rehearse", "prep")
"""Screens that take over what [live] says of a command they share with it."""


def is_shared(command: Command) -> bool:
    """Whether a command of another screen comes with the same keys as in a call."""
    return any(each.id == command.id and each.keys == command.keys for each in LIVE)


_DIGITS = frozenset("0123456789")
_SCROLLS = frozenset({"up", "down", "pageup", "pagedown"})
_PAGE = _SCROLLS | {"home", "end", "j", "k", "b", "g", "G", "space"}
_EDITS = frozenset({"enter", "backspace", "delete", "up", "down", "left", "right", "home", "end", "pageup", "pagedown"})

TAKEN: Mapping[str, Mapping[str, frozenset[str]]] = {
    "live": {"digits pick answers": _DIGITS},
    "rehearse": {"digits pick answers": _DIGITS},
    "prep": {"digits pick answers": _DIGITS, "it scrolls the page": _SCROLLS},
    "home": {"it moves in the list": _SCROLLS, "it opens what is under the bar": frozenset({"enter"})},
    "board": {"it scrolls the page": _SCROLLS},
    "promises": {"it moves in the list": _SCROLLS},
    "trends": {"it scrolls the page": _SCROLLS},
    "debrief": {"digits go to a part": _DIGITS, "it scrolls the page": _PAGE},
    "typing": {"it edits the line": _EDITS},
}
"""Keys a screen uses by itself, with the reason; esc closes and ctrl+q quits everywhere."""

EVERYWHERE: Mapping[str, str] = {"escape": "it closes what is open, everywhere", "ctrl+q": "it quits, everywhere"}
