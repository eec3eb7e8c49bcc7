"""P201 to P207: names that lead somewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator

from salesnerd_tui.playbook.amounts import flag
from salesnerd_tui.playbook.book import Book
from salesnerd_tui.playbook.building import Row
from salesnerd_tui.playbook.findings import Finding, Severity, did_you_mean, error, warning
from salesnerd_tui.playbook.model import Spot
from salesnerd_tui.playbook.nodes import Map, folded
from salesnerd_tui.playbook.rules.rule import rule
from salesnerd_tui.playbook.rules.samples import book

_E, _W = Severity.ERROR, Severity.WARNING
_ASK = "- ask: What happened?\n  id: trigger\n"
_COST = "- ask: What did it cost?\n  id: cost\n"
_LIKE_AN_ID = re.compile(r"[a-z]+(_[a-z0-9]+)+")
_DETOUR = """
detours:
  demo:
    hear: Show us
    agenda:
      - ask: Who has to see it?
        id: audience
        answers:
          Only me: {ACT}
"""


def _id_spot(row: Row) -> Spot:
    """Where a row's id is written, or the `include` that brought it."""
    written = row.node.scalar("id")
    if written is not None and written.source is row.node.source:
        return written.spot
    return Spot(row.node.source.name, row.node.line, row.node.column, row.node.column + len("include"))


@rule(
    "P201",
    _E,
    "an id used twice",
    "The id is where the note is kept. Two questions with one id would write over each other's notes.",
    bad=book(_ASK + "- ask: What else happened?\n  id: trigger\n"),
    good=book(_ASK + "- ask: What else happened?\n  id: other_trigger\n"),
)
def used_twice(book: Book) -> Iterator[Finding]:
    seen: dict[str, Row] = {}
    for row in book.rows:
        name = row.node.text("id")
        if not name:
            continue
        first = seen.setdefault(name, row)
        shared = first.place != row.place and first.item.spot == row.item.spot
        if first is not row and not shared:
            where = _id_spot(first)
            place = f"line {where.line}" if where.file == row.node.source.name else str(where)
            yield error("P201", f"id '{name}' is used twice", _id_spot(row), f"first in {place}")


@rule(
    "P202",
    _E,
    "an unknown goto",
    "The answer would lead nowhere in the middle of a call.",
    bad=book(_ASK + "  answers:\n    It broke: {goto: cots}\n" + _COST),
    good=book(_ASK + "  answers:\n    It broke: {goto: cost}\n" + _COST),
)
def unknown_goto(book: Book) -> Iterator[Finding]:
    everywhere = book.items
    for reply in book.replies:
        target = reply.act.scalar("goto")
        if target and target.text not in everywhere:
            hint, fix = did_you_mean(target.text, book.index[reply.row.place])
            first = book.openings.get(folded(target.text), "")
            if first:
                hint, fix = f"a section is entered at its first question: '{first}'", first
            yield error("P202", f"goto '{target.text}': no question has that id", target.spot, hint, fix)


@rule(
    "P203",
    _E,
    "an unknown outcome",
    "The call could not be ended with it.",
    bad=book(_ASK + "  answers:\n    It broke: {end: latr}\n"),
    good=book(_ASK + "  answers:\n    It broke: {end: later}\n"),
)
def unknown_end(book: Book) -> Iterator[Finding]:
    if book.is_library:
        return
    for reply in book.replies:
        target = reply.act.scalar("end")
        if target and target.text not in book.playbook.outcomes:
            hint, fix = did_you_mean(target.text, book.playbook.outcomes, "add it under `outcomes:`")
            yield error("P203", f"end '{target.text}': no outcome has that name", target.spot, hint, fix)


@rule(
    "P204",
    _E,
    "an unknown playbook",
    "Neither `switch` nor `next` can go to a playbook that is in none of the folders.",
    bad=book(_ASK + "  answers:\n    A tender landed: {switch: nowhere}\n"),
    good={
        "sample.yaml": book(_ASK + "  answers:\n    A tender landed: {switch: tender}\n"),
        "tender.yaml": book(_COST),
    },
)
def unknown_playbook(book: Book) -> Iterator[Finding]:
    named = [("switch", reply.act.scalar("switch")) for reply in book.replies if "switch" in reply.act]
    named += [("next", node.scalar("next")) for _, node in book.tree.under("outcomes") if isinstance(node, Map)]
    for what, target in named:
        if target and target.text not in book.playbook_ids:
            hint, fix = did_you_mean(target.text, book.playbook_ids)
            yield error("P204", f"{what} '{target.text}': no playbook has that id", target.spot, hint, fix)


@rule(
    "P205",
    _E,
    "an unknown detour",
    "The answer would lead nowhere in the middle of a call.",
    bad=book(_ASK + "  answers:\n    Show us: {detour: dmo}\n", _DETOUR.replace("ACT", "back: true")),
    good=book(_ASK + "  answers:\n    Show us: {detour: demo}\n", _DETOUR.replace("ACT", "back: true")),
)
def unknown_detour(book: Book) -> Iterator[Finding]:
    if book.is_library:
        return
    for reply in book.replies:
        target = reply.act.scalar("detour")
        if target and target.text not in book.playbook.detours:
            hint, fix = did_you_mean(
                target.text, book.playbook.detours, "add it under `detours:`, or `use:` its library"
            )
            yield error("P205", f"detour '{target.text}': no detour has that name", target.spot, hint, fix)


@rule(
    "P206",
    _E,
    "a goto out of its list, or back outside a detour",
    "A detour always comes back to where it left: no goto leads out of it or into it, and outside of one there is "
    "nothing to come back to.",
    bad=book(_ASK, _DETOUR.replace("ACT", "goto: trigger")),
    good=book(_ASK, _DETOUR.replace("ACT", "back: true")),
)
def leaves_its_list(book: Book) -> Iterator[Finding]:
    everywhere = {name: place for place, index in book.index.items() for name in index}
    for reply in book.replies:
        target, place = reply.act.scalar("goto"), reply.row.place
        if target and target.text in everywhere and target.text not in book.index[place]:
            if place in ("agenda", "prep"):
                hint = f"it is in the detour '{everywhere[target.text]}': write `detour: {everywhere[target.text]}`"
            else:
                hint = "a detour comes back by itself: write `back: true`, or `end:` to leave for good"
            yield error("P206", f"goto '{target.text}' leads out of its list", target.spot, hint)
        back = reply.act.key("back")
        if back and place in ("agenda", "prep") and flag(reply.act.text("back")):
            yield error("P206", "back outside a detour", back.spot, "only a detour has somewhere to go back to")


@rule(
    "P207",
    _W,
    "a text that looks like an id",
    "A plain text after an answer is the follow-up you would say. An id there is most often a forgotten `goto:`.",
    bad=book(_ASK + "  answers:\n    It broke: cost\n" + _COST),
    good=book(_ASK + "  answers:\n    It broke: {goto: cost}\n" + _COST),
)
def looks_like_an_id(book: Book) -> Iterator[Finding]:
    ways = (
        ("end", book.playbook.outcomes),
        ("detour", book.playbook.detours),
        ("goto", book.question),
    )
    for reply in book.replies:
        text = reply.act.scalar("probe")
        if text is None:
            continue
        act = next((act for act, names in ways if text.text in names), "")
        if act or _LIKE_AN_ID.fullmatch(text.text):
            hint = f"did you mean `{{{act or 'goto'}: {text.text}}}`?"
            yield warning("P207", f"'{text.text}' would be said aloud, and looks like an id", text.spot, hint)
