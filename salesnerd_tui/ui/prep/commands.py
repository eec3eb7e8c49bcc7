"""The keys of a prep: those that move and note are the live call's; the rest plan."""

from __future__ import annotations

from salesnerd_tui.ui.commands import LIVE, Command, Group

_KEPT = ("next", "back", "skip", "why", "note", "undo", "jump", "commands", "theme", "save", "copy")

PLANNING: tuple[Command, ...] = (
    Command("go", "g", "begin the call", "Begin the live call with everything on this page", Group.CALL, hint=1),
    Command("test", "t", "to test", "Something you believe and want to find out", Group.NOTE, hint=2, opens_line=True),
    Command(
        "part",
        "p",
        "people",
        "Who is on the call, and what they have to do with buying",
        Group.NOTE,
        hint=3,
        opens_line=True,
    ),
    Command("musts", "m", "musts", "Which questions have to be asked today", Group.ASK, hint=4, opens_line=True),
    Command(
        "reword", "w", "own words", "A question in your own words for this call", Group.ASK, hint=5, opens_line=True
    ),
    Command("boxes", "o", "minutes", "Minutes for each section", Group.ASK, hint=6, opens_line=True),
    Command("listen", "h", "listen to", "What the call listens to: a file, or mic", Group.COACH, opens_line=True),
    Command("export", "f", "file", "Write the page to a file, as Markdown", Group.FIND, hint=7, opens_line=True),
    Command("help", "question_mark", "help", "All keys", Group.FIND, hint=9),
    Command("leave", "q", "leave", "Leave it: the prep waits for its call", Group.CALL, hint=8),
)

PREP: tuple[Command, ...] = (*PLANNING, *(command for command in LIVE if command.id in _KEPT))
