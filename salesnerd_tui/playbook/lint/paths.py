"""Paths through a playbook (P301 to P312), and the sentences that open a detour (P313 and P314)."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from salesnerd_tui.playbook import field_values
from salesnerd_tui.playbook.conditions import GateMet, can_hold, leaves
from salesnerd_tui.playbook.diagnostics import listed
from salesnerd_tui.playbook.fields import RESERVED_LETTERS
from salesnerd_tui.playbook.lint.reachability import led_to, lowest_again
from salesnerd_tui.playbook.lint.rule import Problem, rule_for_all, warning_rule
from salesnerd_tui.playbook.model import ALWAYS, Ask, Decision, NoteType, Priority, Section
from salesnerd_tui.playbook.tree import Map, Scalar

if TYPE_CHECKING:
    from salesnerd_tui.playbook.lint.context import LintContext

_DATE = re.compile(r"(^|_)(on|date|day|when|by|until|week|month)($|_)")


@warning_rule("P301")
def unreached_outcome(book: LintContext) -> Iterator[Problem]:
    if book.is_library or not (book.playbook.agenda or book.playbook.outcomes):
        return
    reached = {reply.act.text("end") for reply in book.replies}
    for outcome in book.playbook.outcomes.values():
        if outcome.id not in reached:
            hint = f"add it to an answer: {{end: {outcome.id}}}"
            yield Problem(f"no answer leads to the outcome '{outcome.id}'", outcome.spot, hint)


@warning_rule("P302")
def missing_ending(book: LintContext) -> Iterator[Problem]:
    if book.is_library or not (book.playbook.agenda or book.playbook.outcomes):
        return
    there = {outcome.decision for outcome in book.playbook.outcomes.values()}
    missing = [str(decision) for decision in Decision if decision not in there]
    if missing:
        key = book.tree.key("outcomes")
        spot = key.spot if key and book.is_own(key) else book.title_spot
        *first, last = [f"a {decision}" for decision in missing]
        ways = f"{', '.join(first)} or {last}" if first else last
        yield Problem(f"no path leads to {ways}", spot, "add an outcome for it, and an answer that ends with it")


@warning_rule("P303")
def nothing_leads_here(book: LintContext) -> Iterator[Problem]:
    for place, rows in book.places.items():
        reached = led_to(rows, book.index[place]) if place in book.index else set()
        for row in rows:
            if row.index not in reached and row.index - 1 in reached:
                hint = "let an answer above continue here, or lead here with goto"
                yield Problem("no answer and no goto leads here", row.item.spot, hint)


@rule_for_all("P304")
def unused_part(books: Iterable[LintContext]) -> Iterator[Problem]:
    books = list(books)
    asked = {row.item.spot for one in books for row in one.asks}
    for one in books:
        for part in one.own.maps("questions"):
            text = part.scalar("ask")
            if text and text.spot not in asked:
                name = part.text("id")
                yield Problem(f"no playbook includes '{name}'", text.spot, f"write `- include: {name}`, or delete it")


@warning_rule("P305")
def unused_detour(book: LintContext) -> Iterator[Problem]:
    led = {reply.act.text("detour") for reply in book.replies}
    for detour in book.playbook.detours.values():
        if not detour.they_say and not detour.key and detour.id not in led:
            hint = "add `they_say:` with their words, or a `key:`"
            yield Problem(f"nothing leads into the detour '{detour.id}'", detour.spot, hint)


@warning_rule("P306")
def unused_gate(book: LintContext) -> Iterator[Problem]:
    if book.is_library:
        return
    used = {leaf.name for _, condition in book.conditions for leaf in leaves(condition) if isinstance(leaf, GateMet)}
    for gate in book.playbook.gates.values():
        if gate.name not in used:
            hint = f"let an outcome need it, `needs: [{gate.name}]`, or an item wait for it, `when: {gate.name}`"
            yield Problem(f"nothing asks for the gate '{gate.name}'", gate.spot, hint)


@warning_rule("P307")
def skipped_must(book: LintContext) -> Iterator[Problem]:
    for place, index in book.index.items():
        rows = book.places[place]
        again = lowest_again(rows, index)
        musts = [row for row in rows if isinstance(row.item, Ask) and row.item.priority is Priority.MUST]
        musts = [row for row in musts if row.item.when is ALWAYS]
        places = [row.index for row in musts]
        for reply in book.replies if musts else ():
            goto = reply.act.scalar("goto") if reply.row.place == place else None
            target = index.get(goto.text) if goto else None
            if goto is None or target is None or target <= reply.row.index:
                continue
            skipped = musts[bisect_right(places, reply.row.index) : bisect_left(places, again[target])]
            if skipped:
                names = listed([row.node.text("id") for row in skipped], 4)
                hint = "jump to it, make it a should, or guard it with `when:`"
                yield Problem(f"this jump skips what must be asked: {names}", goto.spot, hint)


@warning_rule("P308")
def undated_not_yet(book: LintContext) -> Iterator[Problem]:
    for outcome in book.playbook.outcomes.values():
        if outcome.decision is not Decision.NOT_YET:
            continue
        dated = any(_is_date(name, book) for name in outcome.capture)
        if not dated:
            hint = "record a day, like `capture: [revisit_on]`; a name of yours ends in _on, _date or _by"
            yield Problem(f"'{outcome.id}' is a not-yet and records no date", outcome.spot, hint)


def _is_date(name: str, book: LintContext) -> bool:
    asked = book.question.get(name)
    return bool(_DATE.search(name)) or (asked is not None and asked.type is NoteType.DATE)


@warning_rule("P309")
def shared_key(book: LintContext) -> Iterator[Problem]:
    first: dict[str, str] = {}
    for name, detour in book.tree.under("detours"):
        key = detour.scalar("key") if isinstance(detour, Map) else None
        if key and first.setdefault(key.text, name.text) != name.text:
            free = next((letter for letter in name.text if letter.isalpha() and letter not in first), "")
            hint = f"'{free}' is free" if free and free not in RESERVED_LETTERS else "choose another letter"
            yield Problem(f"'{key.text}' already enters '{first[key.text]}'", key.spot, hint)


@warning_rule("P310")
def too_many_minutes(book: LintContext) -> Iterator[Problem]:
    written = book.tree.scalar("minutes")
    whole = field_values.minutes(written.text) if written else None
    planned = sum(item.minutes or 0 for item in book.playbook.agenda if isinstance(item, Section))
    if written and whole is not None and planned > whole:
        message = f"the sections add up to {planned:g} minutes, the call has {whole:g}"
        yield Problem(message, written.spot, "give a section less, or the call more")


@warning_rule("P311")
def empty_section(book: LintContext) -> Iterator[Problem]:
    for rows in book.places.values():
        for row, below in zip(rows, [*rows[1:], None], strict=False):
            if isinstance(row.item, Section) and (below is None or isinstance(below.item, Section)):
                yield Problem(f"nothing is asked under '{row.item.title}'", row.item.spot, "fill it or delete it")


@warning_rule("P312")
def gate_lit_by_ending(book: LintContext) -> Iterator[Problem]:
    if book.is_library:
        return
    taken = {*book.question, *book.set_names, *(was.text for row in book.asks for was in row.node.scalars("aliases"))}
    recorded = {name for outcome in book.playbook.outcomes.values() for name in outcome.capture} - taken
    for name, node in book.tree.under("outcomes"):
        outcome = book.playbook.outcomes.get(name.text)
        if outcome is None or not isinstance(node, Map):
            continue
        for gate, needed in zip(node.scalars("needs"), outcome.needs, strict=True):
            if can_hold(needed.condition, recorded):
                continue
            waits = [one for one in sorted(recorded) if not can_hold(needed.condition, {one})] or sorted(recorded)
            own = [one for one in waits if one in outcome.capture]
            where = "the same outcome records" if own else "only an outcome records"
            message = (
                f"'{name.text}' needs '{gate.text}', which waits for a note that {where}: {listed(own or waits, 3)}"
            )
            yield Problem(message, gate.spot, "ask for it during the call, or delete it from `needs`")


_WORD = re.compile(r"[\w']+")


def _words(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(text.casefold().replace("’", "'")))


@warning_rule("P313")
def shared_words(book: LintContext) -> Iterator[Problem]:
    first: dict[tuple[str, ...], Scalar] = {}
    for name, detour in book.tree.under("detours"):
        for said in detour.scalars("they_say") if isinstance(detour, Map) else ():
            other = first.setdefault(_words(said.text), name)
            if other.text != name.text and _words(said.text):
                message = f"'{said.text[:60]}' opens the detour '{other.text}' too"
                yield Problem(message, said.spot, "keep the sentence in one of the two detours")


@warning_rule("P314")
def excludes_itself(book: LintContext) -> Iterator[Problem]:
    for name, detour in book.tree.under("detours"):
        if not isinstance(detour, Map):
            continue
        opening = {_words(said.text) for said in detour.scalars("they_say")}
        for excluded in detour.scalars("unless_they_say"):
            if _words(excluded.text) in opening:
                message = f"'{excluded.text[:60]}' both opens '{name.text}' and is excluded"
                yield Problem(message, excluded.spot, "delete it from one of the two lists")
