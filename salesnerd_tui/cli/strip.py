"""`salesnerd strip`: show the running call in three lines, for a tmux pane or a drop-down terminal."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from salesnerd_tui.cli.options import CommandParser, add_data_option

if TYPE_CHECKING:
    from salesnerd_tui.control.strip import StripKeys

EXAMPLES = """examples:
  tmux split-window -l 3 salesnerd strip
  salesnerd strip --call 2026-11-22
"""


def main(arguments: list[str]) -> int:
    """Return the exit status: 0 closed by the user, 1 no terminal, 2 usage error."""
    options = _parser().parse_args(arguments)
    from salesnerd_tui.cli.send import folders

    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        sys.stderr.write(
            "salesnerd strip: standard input or output is not a terminal (use: salesnerd status --follow)\n"
        )
        return 1
    if sys.platform == "win32":
        sys.stderr.write("salesnerd strip: not supported on Windows (run it inside WSL, where the call runs)\n")
        return 1
    from salesnerd_tui.control.strip import show_strip
    from salesnerd_tui.terminal.profile import look_of

    show_strip(folders(options.data), options.call, _keys(options.keys), look_of(ascii=options.ascii))
    return 0


def _keys(given: str | None) -> StripKeys:
    """Return the keys of a call, as the user has them."""
    from salesnerd_tui.control.strip import strip_keys
    from salesnerd_tui.terminal.key_names import keys_file

    path, named = keys_file(given)
    if not named and not path.exists():
        return strip_keys()
    from salesnerd_tui.tui.keymap import user_keymap  # loads the tables of all screens, which takes time

    return strip_keys({command.id: command.keys for command in user_keymap(given).of("live").commands})


def _parser() -> CommandParser:
    parser = CommandParser(
        prog="salesnerd strip",
        description="Show the running call in three lines. The single keys of a call work here as well, including "
        "your own key bindings (? lists them); q closes the strip, not the call.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--call", default="", metavar="ID", help="id prefix of the call (default: most recently opened)"
    )
    parser.add_argument("--keys", metavar="FILE", help="key bindings file (default: $SALESNERD_KEYS or keys.toml)")
    parser.add_argument("--ascii", action="store_true", help="use ASCII characters only")
    add_data_option(parser)
    return parser
