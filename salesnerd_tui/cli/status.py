"""`salesnerd status`: the running call as one line, for tmux, waybar, or a look."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable

from salesnerd_tui.control.client import Answer, NoCall, ask
from salesnerd_tui.control.protocol import LOOK
from salesnerd_tui.control.status_line import FORMATS

EXAMPLES = """examples:
  salesnerd status
  set -g status-right '#(salesnerd status --format tmux)'      in ~/.tmux.conf
  "exec": "salesnerd status --follow --format waybar"          in waybar's config
"""


def main(arguments: list[str]) -> int:
    """Exit status: 0 a call is running, 1 none is (an empty line, as a bar wants it), 2 used wrongly."""
    options = _parser().parse_args(arguments)
    from salesnerd_tui.cli.send import folders

    show = FORMATS[options.format]
    where = folders(options.data)
    if options.follow:
        _follow(where, options.call, show)
    try:
        seen = ask(where, {"do": LOOK}, options.call)
    except NoCall as problem:
        as_data = options.format == "waybar"
        _print(str(problem) if sys.stdout.isatty() and not as_data else show(None), as_data=as_data)
        return 1
    _print(show(seen), as_data=options.format == "waybar")
    return 0


def _follow(where: tuple[str, ...], call: str, show: Callable[[Answer | None], str]) -> None:
    """Until the reader goes away. The same line is not said twice."""
    from salesnerd_tui.control.client import followed

    last: str | None = None
    for seen in followed(where, call):
        line = show(seen)
        if line != last:
            _print(line, as_data=show is FORMATS["waybar"])
            last = line


def _print(line: str, *, as_data: bool) -> None:
    from salesnerd_tui.cli.output import print_data, say

    (print_data if as_data else say)(line)


def _parser() -> argparse.ArgumentParser:
    from salesnerd_tui.cli.options import add_data_option

    parser = argparse.ArgumentParser(
        prog="salesnerd status",
        description="The running call as one line; nothing of the coaching while it is hidden.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--follow", action="store_true", help="a new line whenever it changes, and when a call begins")
    parser.add_argument(
        "--format", choices=list(FORMATS), default="plain", help="for whom the line is (default: plain)"
    )
    parser.add_argument(
        "--call", default="", metavar="ID", help="the call whose id begins so (else the one opened last)"
    )
    add_data_option(parser)
    return parser
