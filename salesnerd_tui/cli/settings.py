"""`salesnerd settings`: show and change settings, and what the coach has learned about you."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from salesnerd_tui.cli.options import CommandParser, add_data_option, data_folder
from salesnerd_tui.cli.output import attempt, complain, print_data, say, warn
from salesnerd_tui.errors import UserError
from salesnerd_tui.services.call_service import ALWAYS, METERS, RARELY, SHARE_SETTING
from salesnerd_tui.terminal.profile import AUTO, THEMES
from salesnerd_tui.text import one_line

if TYPE_CHECKING:
    from salesnerd_tui.coach.habituation import Habits
    from salesnerd_tui.storage.call_store import CallStore

COMMAND = "settings"
FOLDERS = ("invites", "vault")
"""Settings that name a folder; an empty value removes the setting."""

SYMBOLS = {AUTO: AUTO, "ascii": "ascii", "unicode": "all"}
"""Stored value of the setting `signs` by the value of `--symbols`."""


def main(arguments: list[str]) -> int:
    """Return the exit status: 0 success, 1 the data directory cannot be read or written, 2 usage error."""
    options = _parser().parse_args(arguments)
    if options.thresholds:
        say("\n".join(threshold_lines()))
        return 0
    return attempt(COMMAND, lambda: _run(options))


def _run(options: argparse.Namespace) -> int:
    from salesnerd_tui.storage.call_store import CallStore

    store = CallStore(data_folder(options.data), warned=warn)
    _change(store, options)
    if options.vault and not _fill_vault(store):
        return 1
    _show(store, as_json=options.json)
    return 0


def threshold_lines() -> Iterator[str]:
    """Yield every threshold of the coach with its unit, confidence and source."""
    from salesnerd_tui.coach.limits import table

    for row in table():
        yield f"{row.name.replace('_', ' '):26} {row.value:>6g} {row.unit:10} {row.confidence:7} {row.source}"


def coach_lines(habits: Habits) -> Iterator[str]:
    """Yield what the coach has learned, one line for each kind of tap."""
    for kind, habit in habits.items():
        pause = f"interval {habit.factor:g} times longer" if habit.level else "default interval"
        yield f"  {kind:16} {pause:28} {habit.why}"


def _change(store: CallStore, options: argparse.Namespace) -> None:
    """Store the settings given as options, and wait until they are on disk. Raises `UserError`."""
    from salesnerd_tui.storage.settings import HabitStore

    if options.reset_coach:
        HabitStore(store.settings).forget()
    for name, value in {
        "mouse": options.mouse,
        "follow": options.follow,
        SHARE_SETTING: options.talk_ratio,
        "theme": options.theme,
        "signs": SYMBOLS[options.symbols] if options.symbols else None,
        "mcp": options.mcp,
    }.items():
        if value:
            store.settings.set(name, value)
    for name in FOLDERS:
        if (path := getattr(options, name)) is not None:
            store.settings.set(name, str(Path(path).expanduser().absolute()) if path else "")
    if options.email is not None:
        store.settings.set("email", options.email.strip())
    store.settings.wait()
    if store.settings.problem:
        raise UserError(f"not saved: {store.settings.problem}")


def _fill_vault(store: CallStore) -> bool:
    """Write all calls into a vault that has just been set. Return whether that worked."""
    from salesnerd_tui.services.vault import update_vault

    result = update_vault(store)
    for problem in result.problems:
        complain(COMMAND, problem)
    return not result.problems


def _show(store: CallStore, *, as_json: bool) -> None:
    from salesnerd_tui.storage.settings import HabitStore
    from salesnerd_tui.terminal.key_names import keys_file

    habits = HabitStore(store.settings).known()
    stored = store.settings.get("theme")
    theme = stored if stored in THEMES else AUTO
    symbols = next((name for name, value in SYMBOLS.items() if value == store.settings.get("signs")), AUTO)
    follow = "off" if store.settings.get("follow") == "off" else "on"
    mouse = "off" if store.settings.get("mouse") == "off" else "on"
    meter = ALWAYS if store.settings.get(SHARE_SETTING) == ALWAYS else RARELY
    path, _ = keys_file()
    keys = str(path) if path.exists() else ""
    mcp = "on" if store.settings.get("mcp") == "on" else "off"
    vault, invites, email = (text_setting(store, name) for name in ("vault", "invites", "email"))
    if as_json:
        coach = {str(kind): {"factor": habit.factor, "why": habit.why} for kind, habit in habits.items()}
        shown = {
            "folder": str(store.folder),
            "theme": theme,
            "symbols": symbols,
            "mouse": mouse,
            "follow": follow,
            "talk_ratio": meter,
            "keys": keys,
            "mcp": mcp,
            "vault": vault,
            "invites": invites,
            "email": email,
            "coach": coach,
        }
        print_data(json.dumps(shown, indent=2))
        return
    learned = list(coach_lines(habits)) or ["  nothing yet: all taps use their default interval"]
    lines = [
        f"Data folder  {store.folder}",
        f"Theme        {theme}",
        f"Symbols      {symbols}",
        f"Mouse        {mouse}",
        f"Follow       {follow}",
        f"Talk ratio   {meter}",
        f"Keys         {keys or 'default'}",
        f"Agents       {'may read (salesnerd mcp)' if mcp == 'on' else 'off'}",
        f"Vault        {vault or 'no folder'}",
        f"Invitations  {invites or 'no folder'}",
        f"Your email   {email or 'not set'}",
        "",
        "What the coach has learned about you:",
        *learned,
    ]
    if any(habit.level for habit in habits.values()):
        lines += ["", "Restore the default intervals with: salesnerd settings --reset-coach"]
    say("\n".join(lines))


def text_setting(store: CallStore, name: str) -> str:
    """Return a setting that is text, on one line; empty if it is not set."""
    value = store.settings.get(name)
    return one_line(value) if isinstance(value, str) else ""


def _parser() -> CommandParser:
    parser = CommandParser(
        prog=f"salesnerd {COMMAND}",
        description="Show and change settings, and show what the coach has learned about you. If you dismiss a kind of "
        "tap three times in a row, or it changes nothing within 20 seconds, it comes half as often. A tap that works "
        "restores it.",
    )
    add_data_option(parser)
    parser.add_argument("--theme", choices=THEMES, help="color theme; auto follows the terminal's background")
    parser.add_argument(
        "--symbols", choices=[*SYMBOLS], help="characters for lines and symbols; auto follows the terminal"
    )
    parser.add_argument("--mouse", choices=("on", "off"), help="off leaves the mouse to the terminal")
    parser.add_argument("--follow", choices=("on", "off"), help="off stays at a question until you press a key")
    parser.add_argument("--mcp", choices=("on", "off"), help="on lets your own agent read your calls (salesnerd mcp)")
    parser.add_argument(
        "--vault", metavar="DIR", help="write notes of your calls into this folder, for example an Obsidian vault"
    )
    parser.add_argument("--invites", metavar="DIR", help="folder of invitations (.ics) for prep and the start page")
    parser.add_argument(
        "--email", metavar="ADDRESS", help="your own email address, to tell who the buyer is in an invitation"
    )
    parser.add_argument(
        "--talk-ratio",
        choices=METERS,
        help="when to show your share of the talk (rarely: now and then, and while it is over the limit)",
    )
    parser.add_argument("--reset-coach", action="store_true", help="delete what the coach has learned about you")
    parser.add_argument("--thresholds", action="store_true", help="print every threshold of the coach with its source")
    parser.add_argument("--json", action="store_true", help="print JSON")
    return parser
