"""`salesnerd settings`: show and change settings, and what the coach has learned about you."""

from __future__ import annotations

import contextlib
import json
import re
from argparse import ArgumentTypeError
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from salesnerd_tui.cli.options import CommandParser, add_data_option, data_folder
from salesnerd_tui.cli.output import echo, print_data, print_error, warn
from salesnerd_tui.errors import UserError
from salesnerd_tui.services.call_service import RARELY, SHARE_MODES, SHARE_SETTING
from salesnerd_tui.terminal.profile import AUTO, THEMES
from salesnerd_tui.text import one_line

if TYPE_CHECKING:
    from argparse import Namespace

    from salesnerd_tui.coach.tap_habits import Habits
    from salesnerd_tui.storage.call_store import CallStore

DESCRIPTION = (
    "Show and change settings, and show what the coach has learned about you. If three taps of a kind in a row are "
    "dismissed or change nothing within 20 seconds, that kind comes half as often. A tap that works undoes one step."
)


class SettingChoice(NamedTuple):
    """A setting with a few values: the name it is stored under, and what is stored for each value of its option."""

    stored_name: str
    values: Mapping[str, str]
    default: str
    help: str


def _identity(*values: str) -> dict[str, str]:
    return {value: value for value in values}


ON_OFF = _identity("on", "off")
SYMBOLS = {AUTO: AUTO, "ascii": "ascii", "unicode": "all"}
METER_HELP = "when to show your talk ratio (rarely: now and then, and while it is over the limit)"
CHOICES: Mapping[str, SettingChoice] = {
    "theme": SettingChoice("theme", _identity(*THEMES), AUTO, "color theme; auto follows the terminal's background"),
    "symbols": SettingChoice("signs", SYMBOLS, AUTO, "characters for lines and symbols; auto follows the terminal"),
    "mouse": SettingChoice("mouse", ON_OFF, "on", "on handles the mouse; off leaves it to the terminal"),
    "follow": SettingChoice(
        "follow", ON_OFF, "on", "on moves to the question that you ask; off stays until you press a key"
    ),
    "talk_ratio": SettingChoice(SHARE_SETTING, _identity(*SHARE_MODES), RARELY, METER_HELP),
    "mcp": SettingChoice("mcp", ON_OFF, "off", "on lets your own agent read your calls (salesnerd mcp)"),
}
FOLDERS = ("vault", "invites")
"""Settings that name a folder; an empty value removes the setting."""

LABELS = {"folder": "Data folder", "mcp": "Agents", "invites": "Invitations", "email": "Your email"}
UNSET = {"keys": "default", "vault": "no folder", "invites": "no folder", "email": "not set"}


def main(arguments: list[str]) -> int:
    """Return the exit status: 0 success, 1 the data directory cannot be read or written, 2 usage error."""
    parser = CommandParser("settings", DESCRIPTION)
    add_data_option(parser)
    for name, choice in CHOICES.items():
        parser.add_argument(f"--{name.replace('_', '-')}", choices=[*choice.values], help=choice.help)
    parser.add_argument(
        "--vault", metavar="DIR", help="write notes of your calls into this folder, for example an Obsidian vault"
    )
    parser.add_argument("--invites", metavar="DIR", help="folder of invitations (.ics) for prep and the start page")
    own_address = "your own email address, to tell who the buyer is in an invitation"
    parser.add_argument("--email", type=email_address, metavar="ADDRESS", help=own_address)
    parser.add_argument("--reset-coach", action="store_true", help="delete what the coach has learned about you")
    parser.add_argument("--thresholds", action="store_true", help="print every threshold of the coach with its source")
    parser.add_argument("--json", action="store_true", help="print JSON")
    return parser.run(arguments, _run)


def email_address(text: str) -> str:
    """Return an address that can be compared with those in an invitation. Raises `argparse.ArgumentTypeError`."""
    address = text.strip()
    if address and not re.fullmatch(r"[^\s@<>;,\x00-\x1f\x7f]+@[^\s@<>;,\x00-\x1f\x7f]+", address):
        raise ArgumentTypeError(f"invalid address {text[:60]!r} (expected kim@example.com, or '' to remove it)")
    return address


def _run(options: Namespace) -> int:
    if options.thresholds:
        echo("\n".join(threshold_lines()))
        return 0
    from salesnerd_tui.storage.call_store import CallStore
    from salesnerd_tui.storage.settings import HabitStore

    store = CallStore(data_folder(options.data), on_warning=warn)
    _store_options(store, options)
    if options.vault and not _fill_vault(store):
        return 1
    habits = HabitStore(store.settings).known()
    if options.json:
        coach = {str(kind): {"factor": habit.factor, "why": habit.summary} for kind, habit in habits.items()}
        print_data(json.dumps({**_values(store), "coach": coach}, indent=2))
    else:
        echo("\n".join(_lines(_values(store), habits)))
    return 0


def _fill_vault(store: CallStore) -> bool:
    """Write all calls into a vault that has just been set. Return whether that worked."""
    from salesnerd_tui.services.vault import update_vault

    problems = update_vault(store).problems
    for problem in problems:
        print_error("settings", problem)
    return not problems


def threshold_lines() -> Iterator[str]:
    """Yield every threshold of the coach with its unit, confidence and source."""
    from salesnerd_tui.coach.limits import table

    for row in table():
        unit = row.unit.removesuffix("s") if row.value == 1 and len(row.unit) > 1 else row.unit
        yield f"{row.name.replace('_', ' '):26} {row.value:>6g} {unit:11} {row.confidence:7} {row.source}"


def coach_lines(habits: Habits) -> Iterator[str]:
    """Yield what the coach has learned, one line for each kind of tap."""
    for kind, habit in habits.items():
        pause = f"interval {habit.factor:g} times longer" if habit.level else "default interval"
        yield f"  {kind:16} {pause:28} {habit.summary}"


def _store_options(store: CallStore, options: Namespace) -> None:
    """Store the settings given as options, and wait until they are on disk.

    Raises `UserError`; if a folder cannot be used, no setting has changed.
    """
    from salesnerd_tui.storage.settings import HabitStore

    if options.vault:
        _check_vault(_absolute(options.vault))
    if options.invites:
        _check_folder(_absolute(options.invites))
    if options.reset_coach:
        HabitStore(store.settings).forget()
    for name, choice in CHOICES.items():
        if value := getattr(options, name):
            store.settings.set(choice.stored_name, choice.values[value])
    for name in FOLDERS:
        if (path := getattr(options, name)) is not None:
            store.settings.set(name, str(_absolute(path)) if path else "")
    if options.email is not None:
        store.settings.set("email", options.email)
    store.settings.wait()
    if store.settings.problem:
        raise UserError(f"not saved: {store.settings.problem}")


def _absolute(path: str) -> Path:
    return Path(path).expanduser().absolute()


def _check_folder(folder: Path) -> None:
    with contextlib.suppress(OSError):  # a name that is too long
        if folder.is_dir():
            return
    raise UserError(f"{folder} is not a directory (create it, or choose another: salesnerd settings --invites DIR)")


def _check_vault(folder: Path) -> None:
    from salesnerd_tui.storage.vault_notes import Vault, VaultProblem

    try:
        Vault(folder).check()
    except VaultProblem as problem:
        raise UserError(str(problem)) from None


def _values(store: CallStore) -> dict[str, str]:
    """Return the settings as they are printed; empty where nothing is set."""
    from salesnerd_tui.terminal.key_names import keys_file_path

    keys, _ = keys_file_path()
    chosen = {
        name: next(
            (value for value, stored in choice.values.items() if stored == store.settings.get(choice.stored_name)), ""
        )
        or choice.default
        for name, choice in CHOICES.items()
    }
    agents = chosen.pop("mcp")
    typed = {name: store.settings.get(name) for name in (*FOLDERS, "email")}
    return {
        "folder": str(store.folder),
        **chosen,
        "keys": str(keys) if keys.exists() else "",
        "mcp": agents,
        **{name: one_line(value) if isinstance(value, str) else "" for name, value in typed.items()},
    }


def _lines(values: Mapping[str, str], habits: Habits) -> Iterator[str]:
    for name, value in values.items():
        text = "may read (salesnerd mcp)" if (name, value) == ("mcp", "on") else value or UNSET[name]
        yield f"{LABELS.get(name, name.replace('_', ' ').capitalize()):12} {text}"
    yield "\nWhat the coach has learned about you:"
    yield from list(coach_lines(habits)) or ["  nothing yet: all taps use their default interval"]
    if any(habit.level for habit in habits.values()):
        yield "\nRestore the default intervals with: salesnerd settings --reset-coach"
