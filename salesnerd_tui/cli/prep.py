"""`salesnerd prep`: prepare a call on the screen or from the shell, and print its page."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from salesnerd_tui.cli.output import refuse

if TYPE_CHECKING:
    from salesnerd_tui.app.calls import CallService, OpenedCall
    from salesnerd_tui.app.prep import PrepRequest
    from salesnerd_tui.call.actions import CallContext
    from salesnerd_tui.call.events import Event
    from salesnerd_tui.review.prep import PrepSheet
    from salesnerd_tui.session import Gesture

EXAMPLES = """examples:
  salesnerd prep first_call --account Acme --with "Dana, VP Eng"
  salesnerd prep --account Acme --sheet --out prep.md
  salesnerd prep --account Acme --test "cost: nobody ever counted it" --must late_stop --part "Dana=asks the CFO"
  salesnerd live --from-prep --account Acme

A prep waits for its call; asked for again, it is taken up where it was left. --new begins another.
"""


def main(arguments: list[str]) -> int:
    """Exit status: 0 well, 1 could not be done (one line says why), 2 used wrongly, 70 after a crash."""
    options = _parser().parse_args(arguments)
    from salesnerd_tui.app.prep import PrepRequest
    from salesnerd_tui.app.request import CannotOpen
    from salesnerd_tui.cli.live import desk
    from salesnerd_tui.review.files import CannotWrite
    from salesnerd_tui.storage.errors import StorageError
    from salesnerd_tui.terminal.profile import NoScreen, check_terminal, prepare

    wish = PrepRequest(options.playbook, options.account, tuple(options.people), options.new)
    plans = tuple(_plans(options))
    try:
        printed = options.sheet or options.json or bool(options.out)
        if not printed and not plans:
            check_terminal("salesnerd prep")
            prepare()
        opened = desk(options.data)
        if printed and not plans:
            return _print(_sheet(opened, wish), options)
        return _write(opened, wish, plans, options) if plans else _screen(opened, wish, options)
    except (CannotOpen, CannotWrite, StorageError, NoScreen) as problem:
        return refuse("prep", str(problem))


def _plans(options: argparse.Namespace) -> Iterator[Gesture]:
    """What the options set, as gestures in the order of the page."""
    from salesnerd_tui.call import plan

    doing: tuple[tuple[list[str], Callable[[CallContext, str], tuple[Event, ...]]], ...] = (
        (options.test, lambda now, text: plan.hypothesis(now, *_tested(now, text))),
        (options.must, lambda now, question: plan.must(now, question, yes=True)),
        (options.no_must, lambda now, question: plan.must(now, question, yes=False)),
        (options.reword, lambda now, text: plan.reword(now, *_pair(text))),
        (options.box, lambda now, text: plan.box(now, *_pair(text))),
        (options.part, lambda now, text: plan.part(now, *_pair(text))),
        (options.answer, lambda now, text: _answer(now, *_pair(text))),
    )
    for texts, does in doing:
        for text in texts:
            yield partial(_does, does, text)


def _does(does: Callable[[CallContext, str], tuple[Event, ...]], text: str, now: CallContext) -> tuple[Event, ...]:
    return does(now, text)


def _write(desk: CallService, wish: PrepRequest, plans: tuple[Gesture, ...], options: argparse.Namespace) -> int:
    """Set everything or nothing, then print the page."""
    from salesnerd_tui.app.prep import open_prep
    from salesnerd_tui.call.actions import CannotAct

    call = open_prep(desk, wish)
    with call.file:
        call.begin()
        try:
            for gesture in plans:
                call.session.do(gesture)
        except CannotAct as refusal:
            return refuse("prep", str(refusal))
    return _print(_sheet_of(desk, call), options)


def _sheet(desk: CallService, wish: PrepRequest) -> PrepSheet:
    """Of the prep that waits, else of what is known."""
    from datetime import date

    from salesnerd_tui.app.prep import prep_sheet, sheet_without_prep
    from salesnerd_tui.call.state import fold
    from salesnerd_tui.storage.store import newest_prep

    there = None if wish.fresh else newest_prep(desk.notebook, wish.account, wish.playbook)
    if there is None:
        return sheet_without_prep(desk, wish, date.today())
    state = fold(desk.notebook.open(there.id, read_only=True).events)
    return prep_sheet(desk, state, desk.playbook(state.playbook), date.today())


def _sheet_of(desk: CallService, call: OpenedCall) -> PrepSheet:
    from datetime import date

    from salesnerd_tui.app.prep import prep_sheet

    return prep_sheet(desk, call.session.state, call.session.playbook, date.today())


def _print(page: PrepSheet, options: argparse.Namespace) -> int:
    from salesnerd_tui.cli.output import print_data, print_document, say
    from salesnerd_tui.review.files import write_private
    from salesnerd_tui.review.json_document import json_values, to_json
    from salesnerd_tui.review.prep_page import markdown

    text = to_json(json_values(page)) if options.json else markdown(page)
    if options.out:
        write_private(Path(options.out).expanduser(), text if text.endswith("\n") else text + "\n", force=options.force)
        say(f"written, for your eyes only: {options.out}")
    else:
        (print_data if options.json else print_document)(text.rstrip("\n"))
    return 0


def _screen(desk: CallService, wish: PrepRequest, options: argparse.Namespace) -> int:
    from salesnerd_tui.app.prep import open_prep
    from salesnerd_tui.cli.screens import run
    from salesnerd_tui.tui.screens.prep import PrepScreen

    call = open_prep(desk, wish)
    status = run(desk, lambda: PrepScreen(call, desk), options)
    call.file.close()
    return status


def _tested(now: CallContext, text: str) -> tuple[str, str]:
    """`cost: nobody counted it` belongs to that question; anything else to none."""
    from salesnerd_tui.call.traversal import find

    question, colon, rest = text.partition(":")
    if colon and rest.strip() and find(now.playbook, question.strip()) is not None:
        return rest.strip(), question.strip()
    return text, ""


def _pair(text: str) -> tuple[str, str]:
    from salesnerd_tui.call.actions import CannotAct

    name, equals, rest = text.partition("=")
    if not equals:
        raise CannotAct(f"'{text}' has no '=': write NAME=TEXT")
    return name.strip(), rest.strip()


def _answer(now: CallContext, question: str, words: str) -> tuple[Event, ...]:
    from salesnerd_tui.call.actions import CannotAct, answer
    from salesnerd_tui.call.traversal import find_ask

    ask = find_ask(now.playbook, question)
    if ask is None:
        raise CannotAct(f"there is no question '{question}' in this playbook")
    return answer(now, ask, words)


def _parser() -> argparse.ArgumentParser:
    from salesnerd_tui.cli.folders import add_data_option
    from salesnerd_tui.cli.screens import add_screen_options

    parser = argparse.ArgumentParser(
        prog="salesnerd prep",
        description="Prepare a call: what is known, what to test, what must be asked; the live call begins with it.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("playbook", nargs="?", default="", help="a playbook's name or file (default: first_call)")
    parser.add_argument("--account", default="", metavar="A", help="who the call is with: the company")
    parser.add_argument(
        "--with", dest="people", action="append", default=[], metavar="NAME", help="a person on the call"
    )
    parser.add_argument("--new", action="store_true", help="begin another one, even if a prep waits for its call")
    page = parser.add_argument_group("the page")
    page.add_argument("--sheet", action="store_true", help="print it as Markdown")
    page.add_argument("--json", action="store_true", help="print it as JSON")
    page.add_argument("--out", metavar="FILE", help="write it to a file that only you can read")
    page.add_argument("--force", action="store_true", help="write over FILE")
    plans = parser.add_argument_group("without the screen, each as often as needed")
    for option, shown, told in (
        ("--test", "[ID:]TEXT", "something to find out, perhaps with the question ID"),
        ("--must", "ID", "a question that has to be asked today"),
        ("--no-must", "ID", "a must that need not be asked today"),
        ("--reword", "ID=TEXT", "a question in your own words"),
        ("--box", "SECTION=MIN", "minutes for a section"),
        ("--part", "NAME=TEXT", "what a person has to do with buying"),
        ("--answer", "ID=TEXT", "your answer to a prep question"),
    ):
        plans.add_argument(option, action="append", default=[], metavar=shown, help=told)
    add_data_option(parser)
    add_screen_options(parser)
    return parser
