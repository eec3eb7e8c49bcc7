"""`salesnerd trends`: show how your calls change over time, and whether taps become less frequent."""

from __future__ import annotations

import sys
from argparse import Namespace
from datetime import date

from salesnerd_tui.call.events import Mode
from salesnerd_tui.cli.call_lookup import add_filter_options, fill_cache, has_calls, open_store, parse_since
from salesnerd_tui.cli.options import CommandParser, add_data_option, data_folder
from salesnerd_tui.cli.output import can_draw_charts, echo, print_data, print_error, terminal_width
from salesnerd_tui.review.debrief_page import to_plain_text
from salesnerd_tui.review.exports import json_values, to_json
from salesnerd_tui.review.trends import Grouping, TrendFilter, Trends, filter_trends, read_calls, trends_page

NARROWEST, WIDEST = 40, 100
PROGRESS_FROM = 200
"""Unread calls from which on progress is shown."""


def main(arguments: list[str]) -> int:
    """Return the exit status: 0 success, 1 failure or no matching call, 2 usage error."""
    parser = CommandParser(
        "trends",
        "Show how your calls change over time: taps, unprompted product talk, talk ratio, questions, outcomes.",
        "The figures compare the earlier half of the calls with the later half.",
    )
    add_filter_options(parser)
    parser.add_argument("--until", metavar="DATE", help="only calls until DATE (same format as --since)")
    parser.add_argument(
        "--by",
        choices=[each.value for each in Grouping],
        help="group by week or month (default: by week, up to four months)",
    )
    parser.add_argument("--rehearsals", action="store_true", help="show rehearsals instead of calls")
    output = parser.add_mutually_exclusive_group()
    output.add_argument("--json", action="store_true", help="print JSON, with every account")
    output.add_argument("--ascii", action="store_true", help="use ASCII characters only")
    add_data_option(parser)
    return parser.run(arguments, _run)


def _run(options: Namespace) -> int:
    folder = data_folder(options.data)
    if options.json and not has_calls(folder):
        _print_json(filter_trends([], _filter(options)))
        return 0
    store = open_store(folder)
    calls = read_calls(store, Mode.REHEARSE if options.rehearsals else Mode.LIVE, _show_progress)
    trends = filter_trends(calls, _filter(options))
    if options.json:
        _print_json(trends)
    elif trends.calls:
        width = min(max(terminal_width(), NARROWEST), WIDEST)
        echo(to_plain_text(trends_page(trends, width, ascii_only=options.ascii or not can_draw_charts())).rstrip("\n"))
    else:
        print_error(
            "trends", "no matching calls" if calls else f"no {'rehearsals' if options.rehearsals else 'calls'} yet"
        )
    fill_cache(store)
    return 0 if trends.calls or options.json else 1


def _print_json(trends: Trends) -> None:
    print_data(to_json({"format": "salesnerd-trends", "version": 1, **json_values(trends)}))


def _filter(options: Namespace) -> TrendFilter:
    first, last = (parse_since(day, date.today()) if day else None for day in (options.since, options.until))
    return TrendFilter(
        options.account or "",
        options.playbook or "",
        options.decision or "",
        first,
        last,
        Grouping(options.by) if options.by else None,
    )


def _show_progress(read: int, of: int) -> None:
    """Show on a terminal how many calls have been read; later runs read only new ones."""
    if of >= PROGRESS_FROM and sys.stderr.isatty() and (read % 50 == 0 or read == of):
        sys.stderr.write(f"\rreading {read:,} of {of:,} calls, once…" + ("\r\033[K" if read == of else ""))
        sys.stderr.flush()
