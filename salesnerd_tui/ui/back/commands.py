"""The keys of the pages that look back over all calls."""

from __future__ import annotations

from salesnerd_tui.ui.commands import COMMANDS, Command, Group

_THEME = Command("theme", "", "light or dark", "Change between the dark and the light theme", Group.CALL)
_LEAVE = Command("leave", "q", "close", "Back", Group.CALL, hint=8)
_HELP = Command("help", "question_mark", "help", "All keys", Group.FIND, hint=9)

TRENDS: tuple[Command, ...] = (
    Command("account", "a", "account", "Only calls with one account", Group.FIND, hint=1, opens_line=True),
    Command("playbook", "p", "playbook", "Only calls with one playbook", Group.FIND, hint=2, opens_line=True),
    Command("period", "d", "period", "All days, the last year, 90 days, 30 days", Group.FIND, hint=3),
    Command("by", "w", "week or month", "Draw by week or by month", Group.FIND, hint=4),
    Command("rehearsals", "h", "rehearsals", "Rehearsals instead of calls, and back", Group.FIND, hint=5),
    Command("everything", "x", "all calls", "Take every filter off", Group.FIND, hint=6),
    COMMANDS,
    _THEME,
    _LEAVE,
    _HELP,
)

PROMISES: tuple[Command, ...] = (
    Command("kept", "k", "kept", "It was kept", Group.NOTE, hint=1),
    Command("retracted", "r", "taken back", "It was taken back", Group.NOTE, hint=2),
    Command("open", "o", "open again", "Neither: it is owed again", Group.NOTE, hint=3),
    Command("debrief", "enter", "its call", "The debrief of the call it was made in", Group.FIND, hint=4),
    Command("all", "a", "all or owed", "Kept and retracted ones too, or only what is owed", Group.FIND, hint=5),
    Command("side", "s", "whose", "Yours, theirs, or both sides'", Group.FIND, hint=6),
    Command(
        "export",
        "f",
        "to a file",
        "Write the list to a file: .md with boxes, .ics for a calendar",
        Group.FIND,
        hint=7,
        opens_line=True,
    ),
    COMMANDS,
    _THEME,
    _LEAVE,
    _HELP,
)
"""Arrows choose one."""
