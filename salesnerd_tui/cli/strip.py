"""`salesnerd strip`: the running call in three lines, for a tmux pane or a quake terminal."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from salesnerd_tui.control.strip import StripKeys

EXAMPLES = """examples:
  tmux split-window -l 3 salesnerd strip
  salesnerd strip --call 2026-11-22
"""


def main(arguments: list[str]) -> int:
    """Exit status: 0 left, 1 no terminal to draw on, 2 used wrongly."""
    options = _parser().parse_args(arguments)
    from salesnerd_tui.cli.send import folders

    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        sys.stderr.write("salesnerd strip: it needs a terminal; salesnerd status --follow prints lines\n")
        return 1
    if sys.platform == "win32":
        sys.stderr.write("salesnerd strip: run it inside WSL, where the call is\n")
        return 1
    from salesnerd_tui.control.strip import show_strip
    from salesnerd_tui.terminal.profile import look_of

    show_strip(folders(options.data), options.call, _keys(options.keys), look_of(ascii=options.ascii))
    return 0


def _keys(given: str | None) -> StripKeys:
    """Those of a call, as whoever looks at it has them."""
    from salesnerd_tui.control.strip import AS_IT_COMES, strip_keys
    from salesnerd_tui.tui.keys.location import keys_file

    path, named = keys_file(given)
    if not named and not path.exists():
        return AS_IT_COMES
    from salesnerd_tui.tui.keys.own_keys import own_keys

    return strip_keys(own_keys(given).of("live"))


def _parser() -> argparse.ArgumentParser:
    from salesnerd_tui.cli.options import add_data_option

    parser = argparse.ArgumentParser(
        prog="salesnerd strip",
        description="The running call in three lines. Its own keys: n next, b back, s skip, 1-9 answer, m mark, "
        "space talk, o yes, w wave away, u undo, x hide, q leaves the strip (not the call). "
        "Where you have keys of your own for a call, they hold here.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--call", default="", metavar="ID", help="the call whose id begins so (else the one opened last)"
    )
    parser.add_argument("--keys", metavar="FILE", help="your own keys (else SALESNERD_KEYS, else keys.toml)")
    parser.add_argument("--ascii", action="store_true", help="draw signs in ASCII, for fonts without them")
    add_data_option(parser)
    return parser
