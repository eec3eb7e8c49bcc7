"""`salesnerd settings`: what was set once, and what the coach has learned about you; both can be taken back."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

from salesnerd_tui.cli.folders import add_data_option, data_folder
from salesnerd_tui.cli.output import complain, print_data, say, warn
from salesnerd_tui.terminal.profile import AUTO, SIGNS, THEMES

if TYPE_CHECKING:
    from salesnerd_tui.coach.habituation import Habits
    from salesnerd_tui.storage.store import CallStore

VERB = "settings"


def main(arguments: list[str]) -> int:
    """Returns the exit status: 0 well, 1 the folder cannot be read or written."""
    options = _parser().parse_args(arguments)
    from salesnerd_tui.storage.errors import StorageError
    from salesnerd_tui.storage.store import CallStore

    if options.limits:
        say("\n".join(limit_lines()))
        return 0
    try:
        notebook = CallStore(data_folder(options.data), warned=warn)
    except StorageError as problem:
        complain(VERB, str(problem))
        return 1
    return _change(notebook, options) or _show(notebook, as_json=options.json)


def limit_lines() -> Iterator[str]:
    """The table of every number the coach rests on."""
    from salesnerd_tui.coach.limits import table

    for row in table():
        yield f"{row.name.replace('_', ' '):26} {row.value:>6g} {row.unit:10} {row.confidence:7} {row.source}"


def coach_lines(habits: Habits) -> Iterator[str]:
    """What the coach has learned, a kind a line."""
    for kind, habit in habits.items():
        pause = f"its pause is {habit.factor:g} times longer" if habit.level else "its usual pause"
        yield f"  {kind:16} {pause:28} {habit.why}"


def _change(notebook: CallStore, options: argparse.Namespace) -> int:
    """Set what was asked for, and see that it is written."""
    from salesnerd_tui.storage.settings import HabitStore

    if options.reset_coach:
        HabitStore(notebook.settings).forget()
    if options.mouse:
        notebook.settings.set("mouse", options.mouse)
    if options.theme:
        notebook.settings.set("theme", options.theme)
    if options.signs:
        notebook.settings.set("signs", options.signs)
    notebook.settings.wait()
    if notebook.settings.problem:
        complain(VERB, f"not saved: {notebook.settings.problem}")
        return 1
    return 0


def _show(notebook: CallStore, *, as_json: bool) -> int:
    from salesnerd_tui.storage.settings import HabitStore

    habits = HabitStore(notebook.settings).known()
    theme, signs = notebook.settings.get("theme"), notebook.settings.get("signs")
    theme, signs = theme if theme in THEMES else AUTO, signs if signs in SIGNS else AUTO
    mouse = "off" if notebook.settings.get("mouse") == "off" else "on"
    keys = _keys()
    if as_json:
        coach = {str(kind): {"factor": habit.factor, "why": habit.why} for kind, habit in habits.items()}
        told = {"folder": str(notebook.folder), "theme": theme, "signs": signs, "mouse": mouse, "keys": keys}
        print_data(json.dumps({**told, "coach": coach}, indent=2))
        return 0
    learned = list(coach_lines(habits)) or ["  nothing yet: every kind of tap has its usual pause"]
    lines = [
        f"Kept in  {notebook.folder}",
        f"Theme    {theme}",
        f"Signs    {signs}",
        f"Mouse    {mouse}",
        f"Keys     {keys or 'as they come'}",
        "",
        "What the coach has learned about you:",
        *learned,
    ]
    if any(habit.level for habit in habits.values()):
        lines += ["", "salesnerd settings --reset-coach gives every kind its usual pause again."]
    say("\n".join(lines))
    return 0


def _keys() -> str:
    """The file of keys of one's own, if there is one."""
    from salesnerd_tui.terminal.key_names import keys_file

    path, _ = keys_file()
    return str(path) if path.exists() else ""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=f"salesnerd {VERB}",
        description="Show what is set and what the coach has learned about you. A kind of tap that you dismiss, or "
        "that changes nothing within 20 seconds, three times in a row, comes half as often; one that works brings it "
        "back.",
    )
    add_data_option(parser)
    parser.add_argument(
        "--theme",
        choices=THEMES,
        help="the colours of the screens; auto follows the ground where the terminal names it",
    )
    parser.add_argument(
        "--signs",
        choices=SIGNS,
        help="ascii draws lines and signs in ASCII; auto does where they are known to be lacking",
    )
    parser.add_argument("--mouse", choices=("on", "off"), help="off leaves it to the terminal: select and copy there")
    parser.add_argument("--reset-coach", action="store_true", help="forget what the coach has learned about you")
    parser.add_argument("--limits", action="store_true", help="print every limit of the coach, and where it comes from")
    parser.add_argument("--json", action="store_true", help="print JSON")
    return parser
