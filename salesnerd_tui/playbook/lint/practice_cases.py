"""P501 to P506: buyers and tests that do not match their playbook."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING

from salesnerd_tui.playbook.diagnostics import did_you_mean, listed
from salesnerd_tui.playbook.fields import STEPS
from salesnerd_tui.playbook.lint.rule import Problem, advice_rule, error_rule, warning_rule
from salesnerd_tui.playbook.model import Ask
from salesnerd_tui.playbook.tree import Map, Scalar, folded

if TYPE_CHECKING:
    from salesnerd_tui.playbook.lint.context import LintContext


def _names_in(node: Map, book: LintContext) -> Iterator[Problem]:
    """Yield names in a buyer or a test that the playbook does not have."""
    for key in ("picks", "says", "hides", "notes"):
        for name, value in node.under(key):
            if name.text not in book.noted:
                yield _unknown(name, book.question, _NO_QUESTION)
            elif key == "picks" and isinstance(value, Scalar):
                yield from _label(name.text, value, book)
    named = [(part, key) for part in node.maps("interrupts") for key in ("after", "with")]
    named += [(node, key) for key in ("ends", "buyer", "returns_to", "asks", "skips")]
    known: dict[str, tuple[Collection[str], str]] = {
        "after": (book.question, _NO_QUESTION),
        "with": (book.playbook.detours, "no detour has that name"),
        "ends": (book.outcome_ids, "no outcome has that name"),
        "buyer": (book.playbook.buyers, "no buyer has that name"),
        "returns_to": (book.question, _NO_QUESTION),
        "asks": (book.items, "nothing has that id"),
        "skips": (book.items, "nothing has that id"),
    }
    for part, key in named:
        names, problem = known[key]
        one = part.scalar(key)
        for name in [one] if one else part.scalars(key):
            if name.text not in names:
                yield _unknown(name, names, problem)


_NO_QUESTION = "no question has that id"


def _unknown(name: Scalar, known: Collection[str], problem: str) -> Problem:
    hint, fix = did_you_mean(name.text, known)
    return Problem(f"'{name.text}': {problem}", name.spot, hint, fix)


def _label(name: str, value: Scalar, book: LintContext) -> Iterator[Problem]:
    asked = book.question.get(name)
    labels = [answer.label for answer in asked.answers] if asked else []
    if asked and folded(value.text) not in {folded(label) for label in labels}:
        hint, fix = did_you_mean(
            value.text, labels, "" if labels else "it has no answers: write it under `says:` or `notes:`"
        )
        yield Problem(f"'{value.text}' is not an answer of '{name}'", value.spot, hint, fix)


@error_rule("P501")
def buyer_names(book: LintContext) -> Iterator[Problem]:
    if not book.is_library:
        for _, node in book.tree.under("buyers"):
            if isinstance(node, Map):
                yield from _names_in(node, book)


@error_rule("P502")
def test_names(book: LintContext) -> Iterator[Problem]:
    for node in book.tree.maps("tests"):
        yield from _names_in(node, book)


@warning_rule("P503")
def endless_buyer(book: LintContext) -> Iterator[Problem]:
    ways = book.walks.of_buyers if not book.is_library else {}
    for buyer in book.playbook.buyers.values():
        way = ways.get(buyer.id)
        if way and not way.ends and not way.leaves:
            hint = "pick an answer that ends with an outcome"
            yield Problem(f"{buyer.id} reaches no outcome", buyer.spot, hint)


@warning_rule("P504")
def unreached_line(book: LintContext) -> Iterator[Problem]:
    walks = book.walks
    if walks.left:
        spot = (book.own.key("tests") or book.own.key("buyers") or book.own).spot
        hint = "`salesnerd playbook test` takes them all"
        yield Problem(f"{walks.left} tests are not followed here: over {STEPS:,} steps", spot, hint)
    for node, way in zip(book.tree.maps("tests"), walks.of_tests, strict=True):
        if way is None:
            return
        ends = node.scalar("ends")
        if ends and ends.text not in way.ends:
            hint = f"these answers end with: {listed(sorted(way.ends))}" if way.ends else "no answer here ends the call"
            yield Problem(f"this walk cannot end with '{ends.text}'", ends.spot, hint)
            continue
        for name in (*node.scalars("asks"), *(key for key, _ in node.under("picks"))):
            if name.text not in way.items:
                yield Problem(
                    f"this walk never comes to '{name.text}'", name.spot, "another answer leads away before it"
                )
                break


def _untested(book: LintContext, names: Iterable[str], seen: set[str], message: str, hint: str) -> Iterator[Problem]:
    """Yield one problem about the names that the walk of no test and no buyer has, if the file has tests."""
    key = book.own.key("tests")
    missing = [name for name in names if name not in seen]
    if key is not None and missing and not book.walks.left:
        yield Problem(f"{message}: {listed(missing, 5)}", key.spot, hint)


@advice_rule("P505")
def untested_question(book: LintContext) -> Iterator[Problem]:
    asked = [row.item.id for row in book.places["agenda"] if isinstance(row.item, Ask)]
    seen = {name for way in book.walks for name in way.items}
    return _untested(book, asked, seen, "no test visits", "add a test whose answers come by it")


@advice_rule("P506")
def untested_outcome(book: LintContext) -> Iterator[Problem]:
    seen = {name for way in book.walks for name in way.ends}
    return _untested(book, book.playbook.outcomes, seen, "no test ends with", "add a test for each ending")
