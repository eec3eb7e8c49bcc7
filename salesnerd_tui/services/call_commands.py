"""Commands on a running call: the table of all commands, and `perform`, which runs one.

The live keys, `salesnerd send`, the strip, plain text mode, `playbook play`, the plain rehearsal and the demo read this
table. A new command is one row. Its `action` is a function of `call.actions`; the session records what it returns.

`salesnerd send` runs at every press of a foot pedal, so `call.actions` is imported on first use.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import Flag, StrEnum, auto
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

if TYPE_CHECKING:
    from salesnerd_tui.call import actions, outcome
    from salesnerd_tui.call.actions import CallContext
    from salesnerd_tui.call.events import Event, Side
    from salesnerd_tui.call.view import CallView
    from salesnerd_tui.call_session import CallSession
    from salesnerd_tui.services.call_service import OpenedCall
    from salesnerd_tui.services.call_status import CallWarning
else:

    class _Deferred:
        """Module that is imported when one of its attributes is first read."""

        def __init__(self, name: str) -> None:
            self._name = name

        def __getattr__(self, name: str) -> Any:
            return getattr(import_module(self._name), name)

    actions = _Deferred("salesnerd_tui.call.actions")
    outcome = _Deferred("salesnerd_tui.call.outcome")


class Group(StrEnum):
    """Headings of the list of keys."""

    ASK = "Questions"
    NOTE = "Notes"
    COACH = "Coach"
    CALL = "Call"
    FIND = "Navigation"
    TYPING = "Typing"


class Interfaces(Flag):
    """Interfaces in which a command can be given."""

    LIVE = auto()
    """Keys of the live screen."""
    SEND = auto()
    """`salesnerd send`, and the strip if it has a key."""
    PLAIN = auto()
    """Plain text mode of `salesnerd live`."""
    PLAY = auto()
    """`salesnerd playbook play`."""
    REHEARSE = auto()
    """Plain text mode of `salesnerd rehearse`."""
    DEMO = auto()
    """Script of the demo."""


LIVE, SEND, PLAIN, PLAY, REHEARSE, DEMO = Interfaces
CALL = LIVE | SEND | PLAIN
"""Interfaces of a running call."""
WALK = PLAY | REHEARSE | DEMO
"""Interfaces that walk through a playbook."""

CommandAction = Callable[["CallContext", str], "tuple[Event, ...]"]
"""Returns the events of a command with its argument. Raises `CannotAct`."""


class CallCommand(NamedTuple):
    """A command on a running call.

    `action` returns events; `session_action` does what needs the session. A command with neither runs the method
    `do_<id>` of the interface, as does a command with an `argument` on the live screen, which asks for it first.
    """

    id: str
    """Name in keys.toml, and what is typed unless `word` differs."""
    label: str
    """One to three words for the hint line and the list of commands."""
    help: str
    group: Group
    interfaces: Interfaces
    key: str = ""
    """Key as Textual names it; empty for a command that only the list of commands has."""
    action: CommandAction | None = None
    session_action: Callable[[CallSession], object] | None = None
    argument: str = ""
    """Argument: N for a number, ID or TEXT; in brackets if optional; empty if there is none."""
    word: str = ""
    letter: str = ""
    """Short form in the plain interfaces; by default the key, if that is one character."""
    usage: str = ""
    """Help where the argument is typed with the command, if `help` describes the key."""
    hint: int = 0
    """Rank in the hint line: 1 comes first, 0 is never shown."""
    other_keys: tuple[str, ...] = ()
    """Further keys."""
    opens_line: bool = False
    """True if the keys that follow are text."""

    @property
    def name(self) -> str:
        """Word that is typed in a shell or in plain text mode."""
        return self.word or self.id

    @property
    def short_form(self) -> str:
        """Letter for the command in the plain interfaces, or an empty string."""
        return self.letter or (self.key if len(self.key) == 1 else "")

    @property
    def typed_help(self) -> str:
        return self.usage or self.help

    @property
    def needs_argument(self) -> bool:
        return bool(self.argument) and not self.argument.startswith("[")


def _take_detour(context: CallContext, name: str) -> tuple[Event, ...]:
    """Take a detour by its id or its letter."""
    detours = context.playbook.detours
    by_letter = (each.id for each in detours.values() if each.key and each.key == name)
    return actions.take_detour(context, name if name in detours else next(by_letter, name))


def dismiss_or_reject(session: CallSession) -> None:
    """Dismiss the tap; without a tap, reject the suggestion."""
    if session.state.tap is None and session.suggestions:
        session.reject_suggestion()
    else:
        session.dismiss_tap()


def _end(context: CallContext, words: str) -> tuple[Event, ...]:
    """End the call: the id of an outcome, then its fields."""
    outcome_id, _, rest = words.partition(" ")
    outcome_ids = [each.outcome.id for each in outcome.ending_choices(context)]
    if outcome_id not in outcome_ids:
        problem = f"unknown outcome '{outcome_id[:40]}'" if outcome_id else "which outcome?"
        raise actions.CannotAct(f"{problem} (choose one of: {', '.join(outcome_ids)})")
    return outcome.end(context, outcome_id, parse_fields(rest))


def parse_fields(words: str) -> dict[str, str]:
    """Return the fields of `revisit_on=3 March; reason=budget`."""
    pairs = (part.partition("=") for part in words.split(";"))
    return {name.strip(): text.strip() for name, equals, text in pairs if equals and name.strip()}


# fmt: off
CALL_COMMANDS: tuple[CallCommand, ...] = (
    CallCommand("next", "next", "Mark question as asked and go to the next", Group.ASK, CALL | WALK, "n",
        action=lambda call, _: actions.go_next(call), hint=1),
    CallCommand("back", "back", "Go back", Group.ASK, CALL | WALK, "b",
        action=lambda call, _: actions.go_back(call), hint=6),
    CallCommand("skip", "skip", "Skip this question", Group.ASK, CALL | WALK, "s",
        action=lambda call, _: actions.skip(call), hint=5),
    CallCommand("why", "about this question", "Show the question's purpose and other wordings", Group.ASK, LIVE | PLAIN,
        "i", word="more"),
    CallCommand("pick", "pick answer", "Pick the answer with this number", Group.ASK, SEND | PLAIN | WALK,
        action=lambda call, number: actions.pick(call, int(number)), argument="N"),
    CallCommand("again", "repeat question", "Repeat the question (an empty line does the same)", Group.ASK, PLAIN),

    CallCommand("note", "note", "Write a note (enter saves, esc keeps the draft)", Group.NOTE, CALL | WALK, "enter",
        action=lambda call, text: actions.note(call, text), argument="TEXT", usage="Save a note", hint=2,
        opens_line=True),
    CallCommand("mark", "mark", "Bookmark this moment for the debrief", Group.NOTE, CALL | WALK, "m",
        action=lambda call, _: actions.mark(call), hint=7),
    CallCommand("undo", "undo", "Undo the last action", Group.NOTE, CALL | PLAY | REHEARSE, "u",
        session_action=lambda session: session.undo(), hint=4),
    CallCommand("accept", "accept", "Accept the suggestion, or confirm what is known", Group.NOTE, CALL, "y",
        action=lambda call, _: actions.accept(call), word="yes"),
    CallCommand("no", "reject", "Reject the suggestion", Group.NOTE, SEND | PLAIN,
        session_action=lambda session: session.reject_suggestion()),
    CallCommand("notes", "list notes", "List the last notes (5 or N) and whether they are saved", Group.NOTE,
        PLAIN, argument="[N]"),
    CallCommand("keep", "save as note", "Save the unfinished note or the last unknown line as a note", Group.NOTE,
        PLAIN),

    CallCommand("talk", "talk", "Switch speaker: you / them", Group.COACH, CALL, "space", letter="t", hint=3),
    CallCommand("who", "choose your name", "Choose which speaker is you", Group.COACH, LIVE | PLAIN,
        argument="N", usage="Choose which speaker is you (0 if none is)"),
    CallCommand("dismiss", "dismiss", "Dismiss the tap (three in a row: fewer like it) or the suggestion", Group.COACH,
        CALL, "z", session_action=dismiss_or_reject),
    CallCommand("evidence", "why this tap", "Show the evidence for the last tap", Group.COACH, LIVE | PLAIN, "c"),

    CallCommand("jump", "jump", "Jump to a question", Group.FIND, CALL | WALK, "j",
        action=lambda call, item: actions.jump(call, item), argument="ID", usage="Jump to the question with this id",
        hint=8, opens_line=True),
    CallCommand("questions", "list questions", "List questions with their ids", Group.FIND, PLAIN, argument="[TEXT]",
        letter="j"),
    CallCommand("find", "find detour", "Search detours by what they said", Group.FIND, CALL | WALK, "slash",
        action=_take_detour, argument="ID", usage="Take the detour with this id or letter", word="detour", letter="d",
        hint=9, opens_line=True),
    CallCommand("detours", "list detours", "List open detours, their letters and what opens them", Group.FIND, PLAIN,
        argument="[TEXT]", letter="/"),
    CallCommand("promises", "promises", "Show what was promised in this call", Group.FIND, LIVE, "o"),
    CallCommand("prepared", "your prep", "Show your prep", Group.FIND, LIVE | PLAIN, "tab"),
    CallCommand("commands", "commands", "All commands", Group.FIND, LIVE, "ctrl+p", other_keys=("colon",),
        opens_line=True),
    CallCommand("help", "help", "Keyboard shortcuts", Group.FIND, LIVE | PLAIN | PLAY | REHEARSE, "question_mark",
        usage="List what you can type", letter="?", hint=12),
    CallCommand("edit", "edit question", "Edit this question", Group.FIND, LIVE, "v"),

    CallCommand("time", "time", "Show the clock, your talk ratio and your progress", Group.CALL, PLAIN),
    CallCommand("end", "end", "End the call: go, no-go or not yet", Group.CALL, LIVE | PLAIN | REHEARSE | DEMO, "e",
        action=_end, argument="[TEXT]", usage="End the call: list the endings, or choose one by number or id", hint=11),
    CallCommand("hide", "hide", "Hide coaching (toggle)", Group.CALL, CALL, "x"),
    CallCommand("save", "save again", "Retry saving", Group.CALL, LIVE | PLAIN, "ctrl+s"),
    CallCommand("copy", "copy unsaved", "Copy unsaved notes", Group.CALL, LIVE, "ctrl+y"),
    CallCommand("theme", "light or dark", "Toggle light/dark theme", Group.CALL, LIVE),
    CallCommand("leave", "quit", "Quit (you can resume this call later)", Group.CALL, LIVE | PLAIN, "q"),
)
# fmt: on


def commands_of(interfaces: Interfaces) -> tuple[CallCommand, ...]:
    """Return the commands that an interface (or each of several) has, in the order of the table."""
    return tuple(command for command in CALL_COMMANDS if interfaces in command.interfaces)


def find_command(name: str, interface: Interfaces) -> CallCommand | None:
    """Return the command that is typed as `name` in an interface."""
    return next((command for command in commands_of(interface) if command.name == name), None)


def suggest_name(name: str, names: Iterable[str]) -> str:
    """Return the name that was most likely meant, or an empty string; the id of a command means its name."""
    names = tuple(names)
    if typed := next((each.name for each in CALL_COMMANDS if each.id == name and each.name in names), ""):
        return typed
    from salesnerd_tui.text import closest_match  # start-up time

    return closest_match(name, names)


class ControlledCall(Protocol):
    """A running call in its interface: the live screen or plain text mode."""

    is_over: bool
    is_coaching_hidden: bool
    view: CallView
    last_message: str

    @property
    def call(self) -> OpenedCall: ...

    @property
    def session(self) -> CallSession: ...

    @property
    def current_speaker(self) -> Side: ...

    def warning(self) -> CallWarning | None: ...

    def do_talk(self) -> None:
        """Switch the speaker: the user or the buyer."""

    def do_hide(self) -> None:
        """Hide the coaching, or show it again."""

    def say(self, words: str) -> None:
        """Show a message, such as why a command failed."""

    def changed(self) -> None:
        """Update what is shown."""


OnTurn = Callable[[Callable[[], None]], object]
"""Runs a function on the thread of the call, in order with its keys."""


class CallControl(Protocol):
    """Remote control of a running call, for other windows."""

    async def open(self) -> str:
        """Start listening. Return why nobody can connect, or an empty string."""

    def close(self) -> None:
        """Stop listening; safe to call twice."""


ControlFactory = Callable[[ControlledCall, OnTurn], CallControl]
"""Makes the remote control of a call. The command line provides it, so screens need not know about sockets."""


def perform(command: CallCommand, call: ControlledCall, argument: str) -> None:
    """Perform a command on a running call. Raises `CannotAct` with the reason if it is not possible."""
    action = command.action
    if action is not None:
        call.session.do(lambda context: action(context, argument))
    elif command.session_action is not None:
        command.session_action(call.session)
    else:
        getattr(call, f"do_{command.id}")()
