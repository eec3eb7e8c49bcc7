"""Every command of the screens, declared once: its key, its words, and what it does.

Key handling, the hint line, the command list, the help panel and `docs/keys.md` are all read from this table, so that
none of them can promise what another does not do. No Textual here: the table is also read by tests and by the docs.

The keys of the board.

The keys of a prep: those that move and note are the live call's; the rest plan.

The keys of the pages that look back over all calls.

The keys of a rehearsal: those of a call, but enter says something, and a note has a key of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from salesnerd_tui.call import actions
from salesnerd_tui.call.actions import CallContext
from salesnerd_tui.call.events import Event
from salesnerd_tui.tui.keys.names import shown_key

Gesture = Callable[[CallContext], tuple[Event, ...]]


class Group(StrEnum):
    """The headings of the help page."""

    ASK = "Asking"
    NOTE = "Noting"
    COACH = "The coach"
    CALL = "The call"
    FIND = "Finding"
    TYPING = "While typing"


class Command(Struct, frozen=True):
    """One command. With a `gesture` the key acts on the call; without, the screen does it in its `do_<id>` method.

    `key` is as the terminal names it; empty for what is only in the command list. `also` are more keys for it. `hint`
    is its rank in the hint line (1 is shown first, 0 never). After one that `opens_line` the next keys are text.
    """

    id: str
    key: str
    label: str
    help: str
    group: Group
    gesture: Gesture | None = None
    hint: int = 0
    also: tuple[str, ...] = ()
    opens_line: bool = False

    @property
    def keys(self) -> tuple[str, ...]:
        """All its keys, the one that is shown first."""
        return (self.key, *self.also) if self.key else ()


COMMANDS = Command(
    "commands", "ctrl+p", "commands", "Every command, by name", Group.FIND, also=("colon",), opens_line=True
)
"""On every screen. What has no key of its own is reached from here, so it has one without a modifier."""

LIVE: tuple[Command, ...] = (
    Command("next", "n", "next", "Done here: tick the question as asked and go on", Group.ASK, actions.go_next, 1),
    Command("back", "b", "back", "To the place before this one", Group.ASK, actions.go_back, 6),
    Command("skip", "s", "skip", "Leave this question out, on purpose", Group.ASK, actions.skip, 5),
    Command("why", "i", "why this question", "Why it is asked, and more ways to ask it", Group.ASK),
    Command(
        "note",
        "enter",
        "note",
        "Start a note; enter keeps it, esc leaves it unfinished",
        Group.NOTE,
        hint=2,
        opens_line=True,
    ),
    Command("mark", "m", "mark", "Mark this moment for the debrief", Group.NOTE, actions.mark, 7),
    Command("undo", "u", "undo", "Take back the last thing you did", Group.NOTE, hint=4),
    Command("talk", "space", "talk", "Show who talks: you, then them, then you", Group.COACH, hint=3),
    Command("who", "", "which voice is me", "Say which of the speakers you are", Group.COACH),
    Command("accept", "o", "yes, that", "Yes to what was heard: that question, their answer, that detour", Group.NOTE),
    Command("wave", "w", "wave away", "Wave the tap away; this kind will come less often", Group.COACH, hint=0),
    Command("evidence", "c", "why this tap", "What the last tap rests on", Group.COACH),
    Command(
        "jump",
        "j",
        "jump",
        "A list of all questions: type to filter, enter goes there",
        Group.FIND,
        hint=8,
        opens_line=True,
    ),
    Command("hear", "slash", "they said…", "Find a detour by what they just said", Group.FIND, hint=9, opens_line=True),
    Command(
        "prepared", "", "your prep", "What you prepared for this call: what to test, who has which part", Group.FIND
    ),
    COMMANDS,
    Command("help", "question_mark", "help", "All keys", Group.FIND, hint=12),
    Command("edit", "v", "edit the playbook", "Open your editor where this question is written", Group.FIND),
    Command("end", "e", "end", "End the call: go, no-go or not yet", Group.CALL, hint=11),
    Command("panic", "x", "hide", "Hide everything but a clock and notes, and back", Group.CALL),
    Command("save", "ctrl+s", "save again", "Try again to save what is NOT SAVED", Group.CALL),
    Command("copy", "ctrl+y", "copy unsaved", "Copy what is NOT SAVED to the clipboard", Group.CALL),
    Command("theme", "", "light or dark", "Change between the dark and the light theme", Group.CALL),
    Command("leave", "q", "leave", "Leave without ending: the call can be resumed", Group.CALL),
)
"""The live screen. Digits pick an answer and a detour's own letter takes it; both come from the playbook."""

HOME: tuple[Command, ...] = (
    Command("new", "n", "new call", "Begin a call: playbook, account, people", Group.CALL, hint=1),
    Command("resume", "r", "go on", "Go on with the call that was cut off last", Group.CALL, hint=2),
    Command(
        "prep", "p", "prepare", "Prepare a call: what is known, what to test, what must be asked", Group.CALL, hint=3
    ),
    Command("rehearse", "h", "practise", "A whole call with a buyer, or five minutes of one trap", Group.CALL, hint=4),
    Command("history", "c", "calls", "Every call, and every word noted or heard in them", Group.FIND, hint=5),
    Command("promises", "o", "promises", "Who owes what by when, over all calls", Group.FIND, hint=6),
    Command("trends", "t", "trends", "Whether you get better, over all calls", Group.FIND, hint=7),
    Command(
        "board", "b", "how they buy", "An account's own jobs, steps and dates, and whose turn it is", Group.CALL, hint=8
    ),
    Command("demo", "d", "demo", "Watch a call in under two minutes", Group.CALL, hint=9),
    Command("find", "slash", "find", "Filter the list as you type", Group.FIND, hint=10),
    COMMANDS,
    Command("theme", "", "light or dark", "Change between the dark and the light theme", Group.CALL),
    Command(
        "edit", "e", "edit a playbook", "Open a playbook in your editor, where something was found in it", Group.FIND
    ),
    Command("leave", "q", "leave", "Leave salesnerd", Group.CALL, hint=11),
    Command("help", "question_mark", "help", "All keys", Group.FIND, hint=12),
)
"""The home screen. Arrows move, enter opens."""

TYPING: tuple[Command, ...] = (
    Command("line", "ctrl+j", "new line", "A new line", Group.TYPING, also=("shift+enter", "alt+enter", "f2")),
    Command("hide", "ctrl+g", "hide", "Hide everything at once, without leaving the line", Group.TYPING),
)
"""What is no text while a line takes text. Enter keeps it and esc leaves it, always."""

NEEDED = frozenset({"leave", "help", "panic", "commands"})
"""Commands that always have a key: the ways out, and the ways to everything else."""


def by_key(commands: Iterable[Command]) -> dict[str, Command]:
    """The table a screen looks keys up in."""
    return {key: command for command in commands for key in command.keys}


def letters(commands: Iterable[Command] = LIVE) -> str:
    """The letters commands use, which a detour cannot have."""
    return "".join(sorted(key for command in commands for key in command.keys if len(key) == 1))


def hints(commands: Iterable[Command] = LIVE) -> tuple[tuple[str, str], ...]:
    """Keys and words for the hint line, the most useful first."""
    ranked = sorted((command for command in commands if command.hint and command.key), key=lambda command: command.hint)
    return tuple((shown_key(command.key), command.label) for command in ranked)


BOARD: tuple[Command, ...] = (
    Command("theirs", "t", "their step", "The next step on their side", Group.ASK, hint=1),
    Command("mine", "y", "yours", "Your next step", Group.ASK, hint=2),
    Command("step", "s", "a step", "A step of theirs: Privacy check; who=Omar; takes=3 weeks", Group.NOTE, hint=3),
    Command("done", "d", "done", "Mark a step as done", Group.NOTE, hint=4),
    Command("job", "j", "their jobs", "Change how one of their jobs stands", Group.ASK, hint=5),
    Command("person", "p", "person", "Somebody and their part: Omar = reads the form", Group.NOTE, hint=6),
    Command("paper", "r", "paper", "A paper that has to be there", Group.NOTE),
    Command("stall", "l", "what stalls", "What holds it up", Group.NOTE),
    Command("date", "a", "their date", "By when it has to be in use", Group.NOTE, hint=7),
    Command("drop", "x", "drop", "Take something off the board", Group.NOTE),
    Command("plan", "f", "plan to a file", "Write the plan for both sides, as Markdown", Group.FIND, hint=8),
    COMMANDS,
    Command("theme", "", "light or dark", "Change between the dark and the light theme", Group.CALL),
    Command("help", "question_mark", "help", "All keys", Group.FIND, hint=10),
    Command("leave", "q", "close", "Back", Group.CALL, hint=9),
)


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


SAY = Command(
    "say",
    "enter",
    "say",
    "Say something: type it, enter says it; empty asks the question shown",
    Group.ASK,
    hint=1,
    opens_line=True,
)
HURRY = Command(
    "hurry", "space", "hear them out", "Put the clock forward to the end of their sentence", Group.COACH, hint=3
)

_REPLACED = {"talk": HURRY}
_CHANGED = {"note": ("tab", 2), "next": ("n", 4)}


def _rehearsed(command: Command) -> Command:
    if command.id in _REPLACED:
        return _REPLACED[command.id]
    if command.id in _CHANGED:
        key, hint = _CHANGED[command.id]
        return replace(command, key=key, hint=hint, also=())
    return command


REHEARSE: tuple[Command, ...] = (SAY, *map(_rehearsed, LIVE))
