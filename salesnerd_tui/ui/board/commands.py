"""The keys of the board."""

from __future__ import annotations

from salesnerd_tui.ui.commands import COMMANDS, Command, Group

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
