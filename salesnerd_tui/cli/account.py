"""`salesnerd account`: an account's buying process, and a plan worked back from its go-live date."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

from salesnerd_tui.cli.options import CommandParser, add_data_option, add_file_options, add_repeatable, data_folder
from salesnerd_tui.cli.output import echo, print_data, print_or_save, warn
from salesnerd_tui.errors import UsageError, UserError
from salesnerd_tui.text import one_line

if TYPE_CHECKING:
    from argparse import Namespace

    from salesnerd_tui.call.events import AccountEdited, Verdict
    from salesnerd_tui.review.buying_process import BuyingProcess

EXAMPLES = """examples:
  salesnerd account Acme
  salesnerd account Acme --step "Privacy check; who=works council; takes=3 weeks; after=The paper"
  salesnerd account Acme --their-next "Dana asks the CFO; by=Friday" --job problem=done
  salesnerd account Acme --plan --out acme-plan.md

The plan contains only the buyer's words and both sides' steps, so you can show it to the buyer.
"""

EDITS = (
    ("--step", "STEP[;who=;by=;takes=;after=]", "add a step of the buyer, or details of an existing step"),
    ("--person", "NAME=TEXT", "add a person and their role"),
    ("--document", "TEXT", "add a document that they need"),
    ("--blocker", "TEXT", "add something that delays them"),
    ("--go-live", "DATE", "set the go-live date"),
    ("--their-next", "STEP[;who=;by=]", "set their next step"),
    ("--our-next", "STEP[;by=]", "set your next step"),
    ("--job", "JOB=STATE", "set the state of a buying job"),
    ("--supports", "HYPOTHESIS[=QUOTE]", "note that the latest call with this hypothesis supports it"),
    ("--weakens", "HYPOTHESIS[=QUOTE]", "note that the latest call with this hypothesis weakens it"),
    ("--disproves", "HYPOTHESIS[=QUOTE]", "note that the latest call with this hypothesis disproves it"),
    ("--done", "STEP", "mark STEP as done"),
    ("--remove", "NAME", "remove NAME from the account"),
)
"""Repeatable options that change an account: name, metavar and help."""


def main(arguments: list[str]) -> int:
    """Return the exit status: 0 success, 1 failure, 2 usage error."""
    parser = CommandParser(
        "account",
        "Show an account's buying process: its jobs, steps, people, documents and dates, and whose turn it is.",
        EXAMPLES,
    )
    parser.add_argument(
        "account",
        nargs="?",
        default="",
        metavar="ACCOUNT",
        help="account, or a part of its name (default: list accounts)",
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--plan", action="store_true", help="print a one-page plan for both sides as Markdown")
    add_file_options(parser.add_argument)
    edits = parser.add_argument_group("edits, each repeatable (details after ;)")
    add_repeatable(edits.add_argument, *EDITS)
    add_data_option(parser)
    return parser.run(arguments, _run)


def _run(options: Namespace) -> int:
    from salesnerd_tui.playbook.library import Library
    from salesnerd_tui.services.account import judge_latest, list_accounts, read_buying_process, store_edits
    from salesnerd_tui.services.vault import update_vault_with_warning
    from salesnerd_tui.storage.call_store import CallStore, same_account

    today = date.today()
    store = CallStore(data_folder(options.data), on_warning=warn)
    accounts = list_accounts(store)
    if not options.account:
        if changes := _changes(options):
            raise UsageError(f"which account does {changes[0]} change? (use: salesnerd account ACCOUNT {changes[0]} …)")
        return _print_accounts(accounts, as_json=options.json)
    library = Library()
    if not _changes(options):
        options.account = _match_account(options.account, accounts)
    process = read_buying_process(store, options.account, today, library)
    edits, verdicts = tuple(_edits(options, process, today)), tuple(_verdicts(options))
    for text, verdict in verdicts:
        hypothesis, _, quote = text.partition("=")
        judge_latest(store, process.account, hypothesis, verdict, quote)
    if verdicts:
        update_vault_with_warning(store, process.account, warn)
    if edits:
        store_edits(store, process.account, edits)
    if edits or verdicts:
        process = read_buying_process(store, process.account, today, library)
    elif not options.json and not process.calls and not any(same_account(options.account, name) for name in accounts):
        others = f"; known accounts: {', '.join(accounts[:5])}" if accounts else ""
        raise UserError(
            f"nothing stored about {options.account!r} yet{others} (add something with --step or --their-next)"
        )
    return _print(process, options, today)


def _changes(options: Namespace) -> list[str]:
    """Return the options given that change an account."""
    return [name for name, _, _ in EDITS if getattr(options, name[2:].replace("-", "_"))]


def _match_account(typed: str, accounts: Sequence[str]) -> str:
    """Return the account of that name, otherwise the only one that contains it. An edit needs the whole name."""
    from salesnerd_tui.storage.call_store import same_account
    from salesnerd_tui.text import searchable

    matches = [name for name in accounts if searchable(typed.strip()) in searchable(name)]
    is_known = any(same_account(typed, name) for name in accounts)
    return matches[0] if len(matches) == 1 and not is_known else typed


def _edits(options: Namespace, process: BuyingProcess, today: date) -> Iterator[AccountEdited]:
    from salesnerd_tui.call.events import AccountEditKind
    from salesnerd_tui.services.account import job_edit, parse_edit, state_edit

    for kind, texts in (
        (AccountEditKind.STEP, options.step),
        (AccountEditKind.DOCUMENT, options.document),
        (AccountEditKind.BLOCKER, options.blocker),
        (AccountEditKind.GO_LIVE, options.go_live),
        (AccountEditKind.THEIR_STEP, options.their_next),
        (AccountEditKind.OUR_STEP, options.our_next),
    ):
        for text in texts:
            yield parse_edit(kind, text, today)
    for text in options.person:
        name, _, role = text.partition("=")
        yield parse_edit(AccountEditKind.PERSON, name, today, words=role.strip())
    for text in options.job:
        yield job_edit(text, today)
    for state, texts in (("done", options.done), ("gone", options.remove)):
        for text in texts:
            yield state_edit(process, text, state, today)


def _verdicts(options: Namespace) -> Iterator[tuple[str, Verdict]]:
    from salesnerd_tui.call.events import Verdict

    for verdict, texts in (
        (Verdict.FOR, options.supports),
        (Verdict.AGAINST, options.weakens),
        (Verdict.DISPROVED, options.disproves),
    ):
        for text in texts:
            yield text, verdict


def _print(process: BuyingProcess, options: Namespace, today: date) -> int:
    from salesnerd_tui.review.buying_process import pacing_warnings, plan_markdown
    from salesnerd_tui.review.exports import json_values, to_json
    from salesnerd_tui.services.account import account_text

    if options.json:
        print_or_save(to_json({**json_values(process), "ahead": list(pacing_warnings(process))}), options, is_data=True)
    elif options.plan:
        print_or_save(plan_markdown(process, today), options, audience="only you can read it until you send it")
    elif options.out:
        print_or_save(account_text(process), options)
    else:
        echo(account_text(process).rstrip("\n"))
    return 0


def _print_accounts(accounts: list[str], *, as_json: bool) -> int:
    from salesnerd_tui.review.exports import to_json

    if as_json:
        print_data(to_json(accounts))
    elif accounts:
        echo("\n".join(map(one_line, accounts)))
    else:
        raise UserError("no call with an account yet (start one with: salesnerd live --account ACCOUNT)")
    return 0
