"""Command-line parser that explains a wrong option, and the options that several commands share."""

from __future__ import annotations

import os
import re
from argparse import ArgumentParser, ArgumentTypeError, Namespace, RawDescriptionHelpFormatter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

from salesnerd_tui.cli.output import fit_to_terminal, print_error, run_reporting_errors, terminal_width
from salesnerd_tui.lazy_pattern import lazy_pattern
from salesnerd_tui.text import closest_match, one_line, people_in

DATA_VARIABLE = "SALESNERD_DATA"


class CommandParser(ArgumentParser):
    """Argument parser whose errors are one line and name the option or value that was probably meant.

    Subparsers are of the same class, so an unknown option is reported with the options of its own subcommand. The
    description and the examples are wrapped to the width of the terminal, except for indented lines.
    """

    _has_subcommands = False

    def __init__(self, command: str = "", description: str = "", epilog: str = "", **options: Any) -> None:
        options.setdefault("prog", f"salesnerd {command}")
        super().__init__(description=description, epilog=epilog, formatter_class=RawDescriptionHelpFormatter, **options)

    def run(self, arguments: Sequence[str], work: Callable[[Namespace], int]) -> int:
        """Return the exit status of `work` with the options; if it cannot be done, print why on one line."""
        options = self.parse_args(arguments)
        subcommand = f" {options.command}" if self._has_subcommands else ""
        return run_reporting_errors(f"{self._command}{subcommand}", lambda: work(options))

    @property
    def _command(self) -> str:
        return self.prog.removeprefix("salesnerd ")

    def parse_known_args(  # type: ignore[override]
        self, args: Sequence[str] | None = None, namespace: Namespace | None = None
    ) -> tuple[Namespace, list[str]]:
        options, unknown = super().parse_known_args(args, namespace)
        if unknown:
            self.error(self._unknown(unknown))
        return options, unknown

    def add_subparsers(self, **options: Any) -> Any:
        self._has_subcommands = True
        return super().add_subparsers(**options)

    def format_help(self) -> str:
        self.description, self.epilog = _wrap_text(self.description), _wrap_text(self.epilog)
        return fit_to_terminal(super().format_help())

    def error(self, message: str) -> NoReturn:
        if invalid := _INVALID_CHOICE.fullmatch(message):
            known = [each.strip("' ") for each in invalid["known"].split(",")]
            kind = "command" if "|" in invalid["name"] else invalid["name"]
            match = closest_match(invalid["given"].strip("'\""), known)
            hint = f"did you mean {match}?" if match else f"choose one of: {', '.join(known)}"
            message = f"unknown {kind} {invalid['given']} ({hint})"
        print_error(self._command, f"{one_line(message, whole=True)} (see: {self.prog} --help)")
        self.exit(2)

    def _unknown(self, words: Sequence[str]) -> str:
        option = next((word.partition("=")[0] for word in words if word.startswith("-")), "")
        if not option:
            return f"unexpected argument {words[0]!r}"
        usage = re.sub(r"\x1b\[[\d;]*m", "", self.format_usage())  # colored since Python 3.14
        match = closest_match(option, re.findall(r"(?<![-\w])--[a-z][-\w]*", usage))
        return f"unknown option {option}" + (f" (did you mean {match}?)" if match else "")


_INVALID_CHOICE = lazy_pattern(
    r"argument (?P<name>.+?): invalid choice: (?P<given>.*) \(choose from (?P<known>.*)\)", re.DOTALL
)
"""The words of argparse, in which every version since 3.11 reports a value that is none of the choices."""


def _wrap_text(text: str | None) -> str | None:
    """Return a description that fits the terminal, as argparse would without the examples."""
    from textwrap import fill

    width = max(terminal_width(80) - 2, 20)
    return text and "\n".join(line if line[:1].isspace() else fill(line, width) for line in text.split("\n"))


def add_data_option(parser: ArgumentParser) -> None:
    """Add `--data DIR`, the same on every command that stores or reads calls."""
    parser.add_argument(
        "--data", metavar="DIR", help=f"data directory (default: ${DATA_VARIABLE} or the user data directory)"
    )


def data_folder(option: str | None) -> Path:
    """Return the data directory, which need not exist."""
    folder = option or os.environ.get(DATA_VARIABLE, "")
    if folder:
        return Path(folder).expanduser()
    from platformdirs import user_data_path

    return user_data_path("salesnerd")


def add_people_options(parser: ArgumentParser) -> None:
    """Add `--account ACCOUNT` and `--with NAMES`."""
    parser.add_argument("--account", default="", metavar="ACCOUNT", help="company the call is with")
    parser.add_argument(
        "--with",
        dest="people",
        action="extend",
        type=people_in,
        default=[],
        metavar="NAMES",
        help='people on the call: "Tony, CEO; Pepper" (repeatable)',
    )


AddArgument = Callable[..., object]
"""The method `add_argument` of a parser or of a group in one."""


def add_file_options(add: AddArgument, out_help: str = "write to FILE, readable only by you") -> None:
    """Add `--out FILE` and `--force`."""
    add("--out", metavar="FILE", help=out_help)
    add("--force", action="store_true", help="overwrite FILE")


def add_repeatable(add: AddArgument, *rows: tuple[str, str, str]) -> None:
    """Add repeatable options, given as their name, metavar and help."""
    for option, metavar, summary in rows:
        add(option, action="append", default=[], metavar=metavar, help=summary)


def parse_count(text: str) -> int:
    """Return a number of things, which may be 0. Raises `argparse.ArgumentTypeError`."""
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise ArgumentTypeError(f"invalid number {text!r} (expected 0 or more)")
    return int(text)


def add_look_options(parser: ArgumentParser) -> None:
    """Add `--ascii` and `--keys FILE`."""
    parser.add_argument("--ascii", action="store_true", help="use ASCII characters only")
    parser.add_argument(
        "--keys",
        metavar="FILE",
        help="key bindings file (default: $SALESNERD_KEYS or keys.toml next to your playbooks)",
    )


def parse_speed(text: str) -> float:
    """Return a playback speed, as a multiple of the original. Raises `argparse.ArgumentTypeError`."""
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0.01 <= value <= 1000:
        raise ArgumentTypeError(f"invalid speed {text!r} (expected 0.01 to 1000, for example --speed 4)")
    return value


def parse_recording_time(text: str) -> float:
    """Return `12:30`, `1:02:03` or whole minutes as seconds. Raises `argparse.ArgumentTypeError`."""
    parts = text.split(":")
    if not all(part.isascii() and part.isdigit() and len(part) <= 4 for part in parts) or len(parts) > 3:
        raise ArgumentTypeError(f"invalid time {text!r} (expected 12:30, or 12 for minutes)")
    numbers = [int(part) for part in parts]
    if len(numbers) == 1:
        return numbers[0] * 60.0
    hours, minutes, seconds = (0, *numbers) if len(numbers) == 2 else numbers
    return hours * 3600.0 + minutes * 60.0 + seconds
