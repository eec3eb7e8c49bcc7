"""`salesnerd calls`: what is kept, without opening a screen."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Mapping

from salesnerd_tui.cli.call_lookup import CallLookupFailed
from salesnerd_tui.cli.folders import add_data_option, data_folder
from salesnerd_tui.cli.output import complain
from salesnerd_tui.cli.screens import add_screen_options

DECISIONS = ("go", "no-go", "not-yet", "open")
FORMATS = ("md", "html", "json")


def main(arguments: list[str]) -> int:
    """Returns the exit status: 0 well, 1 refused or not found, 2 used wrongly."""
    from salesnerd_tui.cli import calls_export, calls_forget, calls_list, calls_read
    from salesnerd_tui.storage.errors import StorageError

    verbs: Mapping[str, Callable[[Namespace], int]] = {
        "list": calls_list.list_calls,
        "search": calls_list.search,
        "show": calls_read.show,
        "export": calls_export.export_all if "--all" in arguments else calls_read.export,
        "followup": calls_read.follow_up,
        "forget": calls_forget.forget,
    }
    chosen = parser().parse_args(arguments)
    chosen.folder = data_folder(chosen.data)
    try:
        return verbs[chosen.verb](chosen)
    except (CallLookupFailed, StorageError) as problem:
        complain(f"calls {chosen.verb}", str(problem))
        return 1


def parser() -> ArgumentParser:
    """The words of the verb."""
    made = ArgumentParser("salesnerd calls", description="Your calls. ID is the start of an id, or `last`.")
    verbs = made.add_subparsers(dest="verb", required=True, metavar="list|show|search|export|followup|forget")
    common = ArgumentParser(add_help=False)
    add_data_option(common)
    as_json = ArgumentParser(add_help=False, parents=[common])
    as_json.add_argument("--json", action="store_true", help="print JSON")

    listing = verbs.add_parser("list", parents=[as_json], help="your calls, newest first")
    listing.add_argument("--account", metavar="WORDS", help="only calls with this in the account's name")
    listing.add_argument("--playbook", metavar="ID", help="only calls with this playbook")
    listing.add_argument("--decision", choices=DECISIONS, help="only calls that ended so; open: that have not ended")
    listing.add_argument("--since", metavar="DAY", help="2026-11-01, or 14d, 6w")
    listing.add_argument("--limit", type=int, default=None, metavar="N", help="the newest N; 0: all (terminal: 100)")

    showing = verbs.add_parser("show", parents=[as_json], help="the debrief of a call")
    showing.add_argument("id", metavar="ID", nargs="?", default="last")
    showing.add_argument("--screen", action="store_true", help="open it full-screen")
    add_screen_options(showing)

    searching = verbs.add_parser("search", parents=[as_json], help="words in notes, answers and what was heard")
    searching.add_argument("words", metavar="WORD", nargs="+")
    searching.add_argument("--thorough", action="store_true", help="read every call, without the search cache")
    searching.add_argument("--context", type=int, default=1, metavar="N", help="entries around each find (1)")
    searching.add_argument("--limit", type=int, default=50, metavar="N", help="stop after N finds; 0: never (50)")

    exporting = verbs.add_parser("export", parents=[common], help="a call as a file")
    exporting.add_argument("id", metavar="ID", nargs="?", default="")
    exporting.add_argument("--all", action="store_true", help="every call as JSON, one file each")
    exporting.add_argument("--format", choices=FORMATS, default="md", help="md, html, json (md)")
    exporting.add_argument("--out", metavar="FILE", help="write here, for you only; with --all an empty folder")
    exporting.add_argument("--force", action="store_true", help="write over FILE")

    following = verbs.add_parser("followup", parents=[common], help="a message to them, drafted from the notes")
    following.add_argument("id", metavar="ID", nargs="?", default="last")

    forgetting = verbs.add_parser("forget", parents=[common], help="forget calls, a person, an account, words")
    forgetting.add_argument("ids", metavar="ID", nargs="*")
    forgetting.add_argument("--person", metavar="NAME", help="a name, wherever it stands as a whole word")
    forgetting.add_argument("--account", metavar="NAME", help="its calls, and its name in others")
    forgetting.add_argument("--words", action="store_true", help="what was heard, in calls ID or in all; figures stay")
    forgetting.add_argument("--match-case", action="store_true", help="the name only as it is written: Will, not will")
    forgetting.add_argument("--yes", action="store_true", help="do not ask")
    return made
