"""`salesnerd prep`: prepare a call full-screen or with options, and print its prep sheet."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from salesnerd_tui.cli.options import (
    CommandParser,
    add_data_option,
    add_file_options,
    add_people_options,
    add_repeatable,
)
from salesnerd_tui.cli.output import print_or_save
from salesnerd_tui.cli.screens import add_screen_options, open_service, prepare_screen, run
from salesnerd_tui.playbook.folders import DEFAULT_PLAYBOOK

if TYPE_CHECKING:
    from argparse import Namespace

    from salesnerd_tui.call.actions import Action, CallContext
    from salesnerd_tui.call.events import Event
    from salesnerd_tui.review.prep import PrepSheet
    from salesnerd_tui.services.call_service import CallService
    from salesnerd_tui.services.prep import PrepRequest

EXAMPLES = """examples:
  salesnerd prep first_call --account Acme --with "Dana, VP Eng"
  salesnerd prep --account Acme --markdown --out prep.md
  salesnerd prep --account Acme --hypothesis "cost: nobody ever counted it" --must late_stop --role "Dana=asks the CFO"
  salesnerd prep --invite ~/Downloads/invite.ics
  salesnerd live --from-prep --account Acme

Running prep again resumes the open prep for this account; --new starts another one.
"""

NEXT = "next"
"""Value of `--invite` for the next call in the folder of invitations."""


def main(arguments: list[str]) -> int:
    """Return the exit status: 0 success, 1 failure, 2 usage error, 70 crash."""
    parser = CommandParser(
        "prep",
        "Prepare a call: what you know, what you want to find out, and what you must ask.",
        EXAMPLES,
    )
    parser.add_argument(
        "playbook", nargs="?", default="", help=f"name or file of a playbook (default: {DEFAULT_PLAYBOOK})"
    )
    add_people_options(parser)
    parser.add_argument(
        "--invite",
        metavar="FILE",
        help="take account, people, time, minutes and link from an invitation (.ics), from the next one in a folder, "
        f"or from the folder in the settings ({NEXT})",
    )
    parser.add_argument("--new", action="store_true", help="start another prep, even if one is open")
    sheet = parser.add_argument_group("prep sheet")
    sheet.add_argument("--markdown", action="store_true", help="print the sheet as Markdown")
    sheet.add_argument("--json", action="store_true", help="print the sheet as JSON")
    add_file_options(sheet.add_argument, "write the sheet to FILE, readable only by you")
    plans = parser.add_argument_group("without the screen, each repeatable")
    add_repeatable(
        plans.add_argument,
        ("--hypothesis", "[ID:]TEXT", "add a hypothesis, optionally with the question that tests it"),
        ("--disproof", "HYPOTHESIS=TEXT", "set what would disprove a hypothesis (the start of its text is enough)"),
        ("--must", "ID", "make a question a must-ask today"),
        ("--no-must", "ID", "skip this must-ask question today"),
        ("--reword", "ID=TEXT", "ask a question in your own words"),
        ("--timebox", "SECTION=MINUTES", "set the time box of a section"),
        ("--role", "NAME=TEXT", "add a person and their role"),
        ("--answer", "ID=TEXT", "answer a prep question"),
    )
    add_data_option(parser)
    add_screen_options(parser)
    return parser.run(arguments, _run)


def _run(options: Namespace) -> int:
    from salesnerd_tui.services.prep import PrepRequest, prep_sheet, read_prep

    is_printed = options.markdown or options.json or bool(options.out)
    plans = tuple(_plans(options))
    is_on_screen = not is_printed and not plans
    if is_on_screen:
        prepare_screen("without a screen use --markdown or --json")
    service = open_service(options.data)
    request = PrepRequest(options.playbook, options.account, tuple(options.people), options.new)
    if options.invite:
        request, invited = _apply_invitation(service, request, options.invite)
        if is_on_screen:
            _store_plans(service, request, invited)
            return _run_screen(service, replace(request, fresh=False), options)
        plans = (*invited, *plans)
    if plans:
        return _print(_store_plans(service, request, plans), options)
    if is_printed:
        return _print(prep_sheet(service, *read_prep(service, request), date.today()), options)
    return _run_screen(service, request, options)


def _apply_invitation(
    service: CallService, request: PrepRequest, invite: str
) -> tuple[PrepRequest, tuple[Action, ...]]:
    """Complete the request from an invitation, and return what is to be planned from it.

    Raises `CannotReadInvitation`, also if it is unclear which company is the buyer.
    """
    from salesnerd_tui.services.calendar_invitation import CannotReadInvitation, invited_prep, read_invitation

    folder = service.store.settings.get("invites")
    if invite == NEXT and not (isinstance(folder, str) and folder):
        raise CannotReadInvitation("no folder of invitations is set (set one with: salesnerd settings --invites DIR)")
    path = Path(folder if invite == NEXT else invite).expanduser()
    return invited_prep(service, request, read_invitation(path, datetime.now(UTC)))


def _plans(options: Namespace) -> Iterator[Action]:
    """Yield what the options plan as session actions, in the order of the prep sheet."""
    from salesnerd_tui.call import plan

    planners: tuple[tuple[list[str], Callable[[str, CallContext], tuple[Event, ...]]], ...] = (
        (options.hypothesis, lambda text, context: plan.add_hypothesis(context, *_split_hypothesis(context, text))),
        (options.disproof, lambda text, context: plan.set_disproof(context, *_split_pair(text))),
        (options.must, lambda question, context: plan.set_must(context, question, is_must=True)),
        (options.no_must, lambda question, context: plan.set_must(context, question, is_must=False)),
        (options.reword, lambda text, context: plan.reword(context, *_split_pair(text))),
        (options.timebox, lambda text, context: plan.set_timebox(context, *_split_pair(text))),
        (options.role, lambda text, context: plan.set_role(context, *_split_pair(text))),
        (options.answer, lambda text, context: _answer(context, *_split_pair(text))),
    )
    for texts, planner in planners:
        for text in texts:
            yield partial(planner, text)


def _store_plans(service: CallService, request: PrepRequest, plans: Sequence[Action]) -> PrepSheet:
    """Store all plans or none, and return the prep sheet. Raises `CannotAct` and `CannotOpen`."""
    from salesnerd_tui.services.prep import check_plans, open_prep, prep_sheet

    check_plans(service, request, plans)
    call = open_prep(service, request)
    with call.file:
        call.begin()
        for action in plans:
            call.session.do(action)
    return prep_sheet(service, call.session.state, call.session.playbook, date.today())


def _print(sheet: PrepSheet, options: Namespace) -> int:
    from salesnerd_tui.review.exports import json_values, to_json
    from salesnerd_tui.review.prep import prep_markdown

    print_or_save(to_json(json_values(sheet)) if options.json else prep_markdown(sheet), options, is_data=options.json)
    return 0


def _run_screen(service: CallService, request: PrepRequest, options: Namespace) -> int:
    from salesnerd_tui.services.prep import open_prep
    from salesnerd_tui.tui.screens.prep import PrepScreen

    call = open_prep(service, request)
    status = run(service, lambda: PrepScreen(call, service), options)
    call.file.close()
    return status


def _split_hypothesis(context: CallContext, text: str) -> tuple[str, str]:
    """Return text and question id of `cost: nobody counted it`; the id is empty if no question has it."""
    from salesnerd_tui.call.traversal import find_item

    question, colon, rest = text.partition(":")
    if colon and rest.strip() and find_item(context.playbook, question.strip()) is not None:
        return rest.strip(), question.strip()
    return text, ""


def _split_pair(text: str) -> tuple[str, str]:
    from salesnerd_tui.call.actions import CannotAct

    name, equals, rest = text.partition("=")
    if not equals:
        raise CannotAct(f"invalid value {text!r}: no '=' (expected NAME=TEXT)")
    return name.strip(), rest.strip()


def _answer(context: CallContext, question: str, words: str) -> tuple[Event, ...]:
    from salesnerd_tui.call.actions import CannotAct, answer

    ask = context.playbook.question(question)
    if ask is None:
        raise CannotAct(f"unknown question {question!r}")
    return answer(context, ask, words)
