"""Keymap: the commands of every screen with their keys, labels and help, and the user's own keys.

Key handling, the hint line, the command list, the help panel, the strip, `salesnerd keys` and docs/keys.md read these
tables. The commands of a call come from `services/call_commands.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property

from msgspec import Struct, field
from msgspec.structs import replace

from salesnerd_tui.call.actions import Action
from salesnerd_tui.services import call_commands
from salesnerd_tui.services.call_commands import CallCommand, Group
from salesnerd_tui.terminal.key_names import key_label, keys_file_path


class Command(Struct, frozen=True):
    """One command of a screen. Its `action` acts on the call; without one, the screen's `do_<id>` method runs.

    `key` is named as Textual names it; empty for a command that only the command list has. `other_keys` are further
    keys. `hint` is the rank in the hint line (1 comes first, 0 is never shown). After a command that `opens_line` the
    next keys are text.
    """

    id: str
    key: str
    label: str
    help: str
    group: Group
    action: Action | None = None
    hint: int = 0
    other_keys: tuple[str, ...] = ()
    opens_line: bool = False

    @property
    def keys(self) -> tuple[str, ...]:
        """All keys of the command; the first one is shown."""
        return (self.key, *self.other_keys) if self.key else ()


def _from_call_command(source: CallCommand) -> Command:
    act = source.action
    action: Action | None = None if act is None or source.argument else lambda context: act(context, "")
    return Command(
        source.id,
        source.key,
        source.label,
        source.help,
        source.group,
        action,
        source.hint,
        source.other_keys,
        source.opens_line,
    )


LIVE: tuple[Command, ...] = tuple(map(_from_call_command, call_commands.commands_of(call_commands.LIVE)))
"""The live screen. Digits pick an answer and a detour's own letter takes it; both come from the playbook."""

_BY_ID: Mapping[str, Command] = {command.id: command for command in LIVE}
COMMAND_LIST = _BY_ID["commands"]
"""Command list of every screen. Commands without a key are reached from here, so its key needs no modifier."""

_THEME = _BY_ID["theme"]
_HELP = _BY_ID["help"]
_CLOSE = Command("leave", "q", "close", "Close this page", Group.CALL, hint=8)


_FIND = Command("find", "slash", "find", "Filter the list as you type", Group.FIND, opens_line=True)
_WRITE = Command("write", "w", "write", "Write to a file", Group.CALL, opens_line=True)
_MARK = Command("mark", "m", "mark", "Change the status", Group.NOTE)
_REMOVE = Command("remove", "delete", "remove", "Remove an entry", Group.NOTE)
_PREPARE = Command("prep", "p", "prepare", "Prepare a call", Group.CALL)
_PROMISES = Command("promises", "o", "promises", "Show open promises", Group.FIND)
_ACCOUNT = Command("account", "b", "how they buy", "Show an account's buying process and next steps", Group.FIND)


HOME: tuple[Command, ...] = (
    Command("new", "n", "new call", "Start a call: choose playbook, account and people", Group.CALL, hint=1),
    replace(_PREPARE, hint=2),
    Command("rehearse", "h", "rehearse", "Rehearse a call or a drill", Group.CALL, hint=3),
    replace(_FIND, help="Find a call, a person or a word in all calls", hint=4, opens_line=False),
    replace(_PROMISES, hint=5),
    replace(_ACCOUNT, hint=6),
    Command("trends", "t", "trends", "Show trends across your calls", Group.FIND, hint=7),
    Command("demo", "d", "demo", "Watch a two-minute sample call", Group.CALL, hint=8),
    Command("resume", "r", "resume", "Resume the last open call", Group.CALL),
    COMMAND_LIST,
    _THEME,
    Command("edit", "v", "edit playbook", "Edit a playbook at its first lint finding", Group.FIND),
    Command("leave", "q", "quit", "Quit salesnerd", Group.CALL, hint=11),
    _HELP,
)
"""The home screen. Arrows move, enter opens."""

TYPING: tuple[Command, ...] = (
    Command("line", "ctrl+j", "new line", "New line", Group.TYPING, other_keys=("shift+enter", "alt+enter", "f2")),
    Command("hide", "ctrl+g", "hide", "Hide coaching", Group.TYPING),
)
"""Keys that act while you type. Enter always saves the line, and esc always leaves it."""

REQUIRED = frozenset({"leave", "help", "hide", "commands"})
"""Commands that always keep a key: the ways out, and the ways to every other command."""


HISTORY: tuple[Command, ...] = (
    Command("open", "enter", "open", "Open the call at the match", Group.FIND, hint=1),
    replace(_FIND, help="Change the words to find", hint=2),
    replace(_WRITE, help="Write the call to a file (format from file extension)", hint=3),
    replace(_PROMISES, help="Show promises in all calls with this account", hint=4),
    replace(_ACCOUNT, hint=5),
    replace(_REMOVE, label="delete", help="Delete the call permanently", hint=6),
    Command(
        "edit", "v", "edit", "Correct the account, the people or the date of the call", Group.NOTE, opens_line=True
    ),
    COMMAND_LIST,
    _THEME,
    _CLOSE,
    replace(_HELP, hint=9),
)
"""The list of calls and matches. It opens with the line of `find`; esc leaves the line for the single keys."""

ACCOUNT: tuple[Command, ...] = (
    Command("add", "a", "add", "Add a step, a person, a document, a blocker or a date", Group.NOTE, hint=1),
    replace(_MARK, help="Mark a step as done, or change the status of a buying job", hint=2),
    replace(_REMOVE, hint=5),
    Command("their_next", "", "their next step", "Set their next step", Group.ASK, opens_line=True),
    Command("our_next", "", "your next step", "Set your next step", Group.ASK, opens_line=True),
    Command("step", "", "step", "Add a step: Privacy check; who=Omar; takes=3 weeks", Group.NOTE, opens_line=True),
    Command("person", "", "person", "Add a person and their role: Omar = reads the form", Group.NOTE, opens_line=True),
    Command("document", "", "document", "Add a document that is needed before signing", Group.NOTE, opens_line=True),
    Command("blocker", "", "blocker", "Add what blocks the decision", Group.NOTE, opens_line=True),
    Command("go_live", "", "go-live date", "Set the go-live date", Group.NOTE, opens_line=True),
    replace(_WRITE, help="Write the plan for both sides to a Markdown file", hint=3),
    replace(_PROMISES, help="Show promises in all calls with this account", hint=4),
    COMMAND_LIST,
    _THEME,
    _CLOSE,
    replace(_HELP, hint=10),
)
ACCOUNT_ADDITIONS = ("their_next", "our_next", "step", "person", "document", "blocker", "go_live")
"""Commands of the account page that `add` offers."""


PLANNING: tuple[Command, ...] = (
    Command("go", "C", "start call", "Start the call with everything on this page", Group.CALL, hint=1),
    Command("hypothesis", "H", "hypothesis", "Add a hypothesis", Group.NOTE, hint=2, opens_line=True),
    Command("role", "P", "people", "Add a person and their role", Group.NOTE, hint=3, opens_line=True),
    Command("must", "M", "must-asks", "Choose the must-ask questions", Group.ASK, hint=4, opens_line=True),
    Command("reword", "R", "reword", "Reword a question", Group.ASK, hint=5, opens_line=True),
    Command("timebox", "T", "time boxes", "Set time boxes", Group.ASK, hint=6, opens_line=True),
    Command("listen", "L", "listen to", "Choose what to listen to", Group.COACH, opens_line=True),
    replace(_WRITE, help="Write the page to a Markdown file", hint=7),
    replace(_HELP, hint=9),
    Command("leave", "q", "quit", "Quit (the prep stays open)", Group.CALL, hint=8),
)
"""Commands of a prep besides those of a call. All are capitals: lower-case letters have other meanings."""

_IN_PREP = ("next", "back", "skip", "why", "note", "undo", "jump", "commands", "theme", "save", "copy")
PREP: tuple[Command, ...] = (*PLANNING, *(_BY_ID[id] for id in _IN_PREP))


TRENDS: tuple[Command, ...] = (
    replace(_FIND, label="filter", help="Filter by account, playbook or period; calls or rehearsals", hint=1),
    replace(_WRITE, help="Write the page to a text file", hint=2),
    COMMAND_LIST,
    _THEME,
    replace(_CLOSE, hint=3),
    replace(_HELP, hint=9),
)

PROMISES: tuple[Command, ...] = (
    Command("open", "enter", "open call", "Open the debrief of the promise's call", Group.FIND, hint=1),
    replace(_MARK, help="Mark a promise as kept or withdrawn, or open it again", hint=2),
    replace(_FIND, hint=3),
    Command("show", "tab", "show", "Show open, yours, theirs or all promises", Group.FIND, hint=4),
    Command("kept", "", "kept", "Mark promise as kept", Group.NOTE),
    Command("withdrawn", "", "withdrawn", "Mark promise as withdrawn", Group.NOTE),
    Command("reopen", "", "reopen", "Reopen promise", Group.NOTE),
    replace(_ACCOUNT, hint=6),
    replace(_WRITE, help="Write the list (.md with checkboxes, .ics for a calendar)", hint=5),
    COMMAND_LIST,
    _THEME,
    _CLOSE,
    replace(_HELP, hint=9),
)

DEBRIEF: tuple[Command, ...] = (
    Command("message", "f", "message", "Draft the follow-up message: read, copy, edit or write it", Group.CALL, hint=1),
    replace(_WRITE, help="Write the debrief to a file (format from file extension)", hint=2),
    replace(_PROMISES, help="Show promises in all calls with this account", hint=3),
    replace(_ACCOUNT, hint=6),
    replace(_PREPARE, label="next call", help="Prepare the next call with this account", hint=5),
    replace(_MARK, help="Say what this call showed about a hypothesis", hint=8),
    Command("next", "tab", "next part", "Go to the next part", Group.FIND, hint=4),
    Command("previous", "shift+tab", "previous part", "Go to the previous part", Group.FIND),
    replace(_FIND, help="Find a word on this page", hint=7),
    COMMAND_LIST,
    _THEME,
    replace(_CLOSE, help="Close the debrief"),
    replace(_HELP, hint=9),
)
"""The debrief. Digits go to a part."""

MESSAGE: tuple[Command, ...] = (
    Command("copy", "enter", "copy", "Copy the message to the clipboard", Group.CALL, hint=1),
    Command("edit", "v", "edit", "Edit the message in your editor", Group.CALL, hint=2),
    replace(_WRITE, help="Write the message to a file", hint=3),
    replace(_CLOSE, label="back", help="Go back to the debrief", hint=4),
)
"""The follow-up message over the debrief."""

_SAY = Command(
    "say", "enter", "say", "Say something (enter speaks, empty asks the question)", Group.ASK, hint=1, opens_line=True
)
_HURRY = Command("hurry", "space", "skip ahead", "Skip to the end of their sentence", Group.COACH, hint=3)
_IN_REHEARSAL = {
    "talk": _HURRY,
    "note": replace(_BY_ID["note"], key="tab"),
    "next": replace(_BY_ID["next"], hint=4),
    "prepared": replace(_BY_ID["prepared"], key=""),
}

REHEARSE: tuple[Command, ...] = (_SAY, *(_IN_REHEARSAL.get(command.id, command) for command in LIVE))
"""A rehearsal: the keys of a call, but enter says something, and a note has another key."""


SCREENS: Mapping[str, tuple[Command, ...]] = {
    "live": LIVE,
    "rehearse": REHEARSE,
    "prep": PREP,
    "home": HOME,
    "history": HISTORY,
    "account": ACCOUNT,
    "promises": PROMISES,
    "trends": TRENDS,
    "debrief": DEBRIEF,
    "message": MESSAGE,
    "typing": TYPING,
}
"""Commands of each screen, by its name in keys.toml."""

TITLES: Mapping[str, str] = {
    "live": "Call and demo",
    "rehearse": "Rehearsal",
    "prep": "Prep",
    "home": "Home",
    "history": "Calls",
    "account": "Buying process",
    "promises": "Promises",
    "trends": "Trends",
    "debrief": "Debrief",
    "message": "Follow-up message",
    "typing": "While typing",
}

CALL_SCREENS = ("live", "rehearse", "prep")
"""Screens on which digits pick answers and notes are typed.

One key is one command on all of them, and on all other screens."""

INHERITING_SCREENS = ("rehearse", "prep")
"""Screens that inherit the [live] keys of the commands they share with a call."""


def is_shared_with_call(command: Command) -> bool:
    """Return whether a command has the same id and default keys in a call."""
    return command.id in _BY_ID and _BY_ID[command.id].keys == command.keys


_DIGITS = frozenset("0123456789")
_SCROLL_KEYS = frozenset({"up", "down", "pageup", "pagedown"})
_LIST_KEYS = _SCROLL_KEYS | {"home", "end", "j", "k", "g", "G"}
_PAGE_KEYS = _LIST_KEYS | {"space"}
_EDIT_KEYS = frozenset(
    {"enter", "backspace", "delete", "up", "down", "left", "right", "home", "end", "pageup", "pagedown"}
)

RESERVED_KEYS: Mapping[str, Mapping[str, frozenset[str]]] = {
    "live": {"digits pick answers": _DIGITS},
    "rehearse": {"digits pick answers": _DIGITS},
    "prep": {"digits pick answers": _DIGITS, "it scrolls the page": _SCROLL_KEYS},
    "home": {"it moves in the list": _LIST_KEYS, "it opens the selected row": frozenset({"enter"})},
    "history": {"it moves in the list": _LIST_KEYS},
    "account": {"it scrolls the page": _PAGE_KEYS},
    "promises": {"it moves in the list": _LIST_KEYS},
    "trends": {"it scrolls the page": _PAGE_KEYS},
    "debrief": {"digits go to a part": _DIGITS, "it scrolls the page": _PAGE_KEYS},
    "message": {"digits add notes": _DIGITS, "it scrolls the page": _PAGE_KEYS},
    "typing": {"it edits the line": _EDIT_KEYS},
}
"""Keys that a screen uses itself, with the reason."""

RESERVED_EVERYWHERE: Mapping[str, str] = {
    "escape": "it closes panels on every screen",
    "ctrl+q": "it quits on every screen",
}


class KeyTable:
    """Keys of one screen."""

    def __init__(self, commands: tuple[Command, ...], typing: tuple[Command, ...] = TYPING) -> None:
        self.commands = commands
        self.typing = typing

    @cached_property
    def command_by_key(self) -> Mapping[str, Command]:
        """Command of each single key."""
        return _by_key(self.commands)

    @cached_property
    def typing_command_by_key(self) -> Mapping[str, str]:
        """Id of the command that a key runs while you type."""
        return {key: command.id for key, command in _by_key(self.typing).items()}

    @cached_property
    def shown_keys(self) -> Mapping[str, str]:
        """First key of each command as people write it; commands without a key are missing."""
        return {each.id: key_label(each.key) for each in (*self.typing, *self.commands) if each.key}

    @property
    def has_detours(self) -> bool:
        """True if letters take detours: on the screens of a call, where `find` lists them. A prep has none."""
        return any(each.id == "find" for each in self.commands)

    def first_key(self, id: str) -> str:
        """Return the first key of a command, or an empty string."""
        return next((each.key for each in self.commands if each.id == id), "")

    def key_phrase(self, id: str, effect: str, default: str = "") -> str:
        """Return the key and its effect, as in `n starts a call`, or `default` if the command has no key."""
        key = self.shown_keys.get(id)
        return f"{key} {effect}" if key else default

    def hints(self) -> tuple[tuple[str, str], ...]:
        """Return keys and labels for the hint line, the most useful first; the way out and help are the last two."""
        hinted = (command for command in self.commands if command.hint and command.key)
        ranked = sorted(hinted, key=lambda command: (command.id == "help", command.id == "leave", command.hint))
        return tuple((key_label(command.key), command.label) for command in ranked)


def _by_key(commands: Iterable[Command]) -> dict[str, Command]:
    return {key: command for command in commands for key in command.keys}


class Keymap(Struct, frozen=True):
    """Keys of all screens. `custom` has the screens that differ from the default."""

    custom: Mapping[str, tuple[Command, ...]] = field(default_factory=dict)
    problem: str = ""
    """The first error in keys.toml, on one line."""

    def table(self, screen: str) -> KeyTable:
        """Return the keys of a screen, by its name in keys.toml."""
        return KeyTable(self.custom.get(screen) or SCREENS[screen], self.custom.get("typing", TYPING))


DEFAULT_KEYMAP = Keymap()


def user_keymap(file: str | None = None) -> Keymap:
    """Return the keys for a program that starts now; invalid lines are ignored."""
    path, is_given = keys_file_path(file)
    if not is_given and not path.exists():
        return DEFAULT_KEYMAP
    from salesnerd_tui.tui.keys_file import load_keys  # most users have none, and every screen would start later

    return load_keys(path).keymap
