"""Which items a walk can come to, as a set: never less than a real walk reaches, in one pass over the items.

A question falls through to the next item, because a free note and a skip are always possible; its answers may lead
away. `picks` fixes what is answered, as a test or a buyer does.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from msgspec import Struct, field

from salesnerd_tui.playbook.book import Book
from salesnerd_tui.playbook.building import Row
from salesnerd_tui.playbook.fields import MOVES
from salesnerd_tui.playbook.model import ALWAYS, Answer, Ask, Priority
from salesnerd_tui.playbook.nodes import folded


def move_of(answer: Answer) -> str:
    """`goto`, `end`, `switch`, `detour`, `back`, or nothing."""
    return next((move for move in MOVES if getattr(answer, move)), "")


def goes_elsewhere(row: Row) -> bool:
    """Whether every answer of a question leaves its list or jumps, so that only a note or a skip goes on below.

    A single answer is an exception that was written down, not all that can be heard.
    """
    item = row.item
    if not isinstance(item, Ask) or len(item.answers) < 2 or item.when is not ALWAYS:
        return False
    return all(move_of(answer) not in ("", "detour") for answer in item.answers)


def led_to(rows: list[Row], index: Mapping[str, int]) -> set[int]:
    """Positions some answer or the item above leads to, not counting notes and skips at a question whose every answer
    leads elsewhere."""
    seen: set[int] = set()
    todo = [0] if rows else []
    while todo:
        at = todo.pop()
        if at in seen or at >= len(rows):
            continue
        seen.add(at)
        item = rows[at].item
        if isinstance(item, Ask):
            todo += [index[answer.goto] for answer in item.answers if answer.goto and answer.goto in index]
        if not goes_elsewhere(rows[at]):
            todo.append(at + 1)
    return seen


def lowest_again(rows: list[Row], index: Mapping[str, int]) -> list[int]:
    """For each position, the highest place in the list that a walk from there can still come back to."""
    size = len(rows)
    back = list(range(size + 1))
    for row in rows:
        if isinstance(row.item, Ask):
            for answer in row.item.answers:
                if answer.goto and answer.goto in index:
                    back[row.index] = min(back[row.index], index[answer.goto])
    for at in range(size - 1, -1, -1):
        back[at] = min(back[at], back[at + 1])
    for at in range(size):
        while back[back[at]] < back[at]:
            back[at] = back[back[at]]
    return back


class Walked(Struct):
    """What a walk with fixed answers may come to."""

    items: set[str] = field(default_factory=set)
    ends: set[str] = field(default_factory=set)
    leaves: bool = False
    runs_out: bool = False


def walked(book: Book, picks: Mapping[str, str], detours: Collection[str] = ()) -> Walked:
    """The items a walk with these answers may ask, and the outcomes it may propose. Conditions count as maybe."""
    found = Walked()
    todo = [("prep", 0), ("agenda", 0), *((detour, 0) for detour in detours)]
    seen: set[tuple[str, int]] = set()
    while todo:
        place, at = todo.pop()
        rows = book.places.get(place, [])
        if (place, at) in seen:
            continue
        if at >= len(rows):
            found.runs_out |= place == "agenda"
            continue
        seen.add((place, at))
        found.items.add(rows[at].node.text("id"))
        todo.extend(_steps(book, rows[at], picks, found))
    return found


def _steps(book: Book, row: Row, picks: Mapping[str, str], found: Walked) -> Iterator[tuple[str, int]]:
    item = row.item
    answer = _picked(item, picks) if isinstance(item, Ask) else None
    maybe = isinstance(item, Ask) and (item.when is not ALWAYS or item.priority is Priority.COULD)
    move = move_of(answer) if answer else ""
    if maybe or move in ("", "detour"):
        yield row.place, row.index + 1
    if answer is None:
        return
    if move == "end":
        found.ends.add(answer.end or "")
    elif move == "switch":
        found.leaves = True
    elif move == "detour":
        yield answer.detour or "", 0
    elif answer.goto and answer.goto in book.index[row.place]:
        target = book.index[row.place][answer.goto]
        yield row.place, target
        if target <= row.index:
            yield row.place, row.index + 1


def _picked(item: Ask, picks: Mapping[str, str]) -> Answer | None:
    label = folded(picks.get(item.id, ""))
    return next((answer for answer in item.answers if folded(answer.label) == label), None) if label else None
