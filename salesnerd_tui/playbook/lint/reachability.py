"""Items that a path can reach, as a set computed in one pass; it is never smaller than what a real call can reach.

A question falls through to the next item, because the user can always write a note or skip; its answers may lead
elsewhere. `picks` fixes answers, as a test or a buyer does.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from msgspec import Struct, field

from salesnerd_tui.playbook.build import ItemNode
from salesnerd_tui.playbook.fields import MOVES, STEPS
from salesnerd_tui.playbook.model import ALWAYS, Answer, Ask, Playbook, PlaybookTest, Priority
from salesnerd_tui.playbook.tree import folded

Places = Mapping[str, list[ItemNode]]
"""Rows of `prep`, `agenda` and each detour."""

Index = Mapping[str, Mapping[str, int]]
"""Position of each id, by place."""


def move_of(answer: Answer) -> str:
    """Return the field of an answer that moves the call: `goto`, `end`, `switch`, `detour`, `back` or none."""
    return next((move for move in MOVES if getattr(answer, move)), "")


def goes_elsewhere(row: ItemNode) -> bool:
    """Return whether every answer of a question jumps or leaves its list, so that only a note or a skip continues
    below.

    A single answer does not count: it is an exception that the author wrote down, not all that a buyer can say.
    """
    item = row.item
    if not isinstance(item, Ask) or len(item.answers) < 2 or item.when is not ALWAYS:
        return False
    return all(move_of(answer) not in ("", "detour") for answer in item.answers)


def led_to(rows: list[ItemNode], index: Mapping[str, int]) -> set[int]:
    """Return the positions to which an answer or the item above leads.

    Notes and skips do not count at a question whose every answer leads elsewhere.
    """
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


def lowest_again(rows: list[ItemNode], index: Mapping[str, int]) -> list[int]:
    """Return, for each position, the smallest position that a path from there can return to."""
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


class WalkResult(Struct):
    """Items and outcomes that a path with fixed answers may reach."""

    items: set[str] = field(default_factory=set)
    ends: set[str] = field(default_factory=set)
    leaves: bool = False
    runs_out: bool = False


class WalkResults:
    """Items that each test and each buyer of a playbook can reach, computed once and up to a limit.

    `left` is the number of tests and buyers beyond the limit.
    """

    def __init__(self, playbook: Playbook, places: Places, index: Index) -> None:
        self._playbook, self._places, self._index = playbook, places, index
        self._steps = 0
        self.left = 0
        self.of_buyers = {
            buyer.id: self._walk(buyer.picks, [one.detour for one in buyer.interrupts])
            for buyer in playbook.buyers.values()
        }
        self.of_tests = [self._of_test(example) for example in playbook.tests]

    def __iter__(self) -> Iterator[WalkResult]:
        """Yield the results of the tests, and of the buyers that can be followed."""
        yield from (way for way in self.of_tests if way)
        for buyer in self._playbook.buyers.values():
            way = self.of_buyers[buyer.id] if buyer.ends else None
            if way:
                yield way

    def _of_test(self, example: PlaybookTest) -> WalkResult | None:
        buyer = self._playbook.buyers.get(example.buyer)
        left_open = {name for name, words in example.notes.items() if not words.strip()}
        picked = {name: label for name, label in (buyer.picks if buyer else {}).items() if name not in left_open}
        picks = {**picked, **example.picks}
        interrupts = (*example.interrupts, *(buyer.interrupts if buyer else ()))
        return self._walk(picks, [one.detour for one in interrupts])

    def _walk(self, picks: Mapping[str, str], detours: Collection[str]) -> WalkResult | None:
        if self._steps > STEPS:
            self.left += 1
            return None
        way = _walked(self._places, self._index, picks, detours)
        self._steps += len(way.items) + len(detours)
        return way


def _walked(places: Places, index: Index, picks: Mapping[str, str], detours: Collection[str]) -> WalkResult:
    """Return the items that a path with these answers may ask, and its outcomes; any condition may hold."""
    found = WalkResult()
    todo = [("prep", 0), ("agenda", 0), *((detour, 0) for detour in detours)]
    seen: set[tuple[str, int]] = set()
    while todo:
        place, at = todo.pop()
        rows = places.get(place, [])
        if (place, at) in seen:
            continue
        if at >= len(rows):
            found.runs_out |= place == "agenda"
            continue
        seen.add((place, at))
        found.items.add(rows[at].node.text("id"))
        todo.extend(_steps(rows[at], index, picks, found))
    return found


def _steps(row: ItemNode, index: Index, picks: Mapping[str, str], found: WalkResult) -> Iterator[tuple[str, int]]:
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
    elif answer.goto and answer.goto in index[row.place]:
        target = index[row.place][answer.goto]
        yield row.place, target
        if target <= row.index:
            yield row.place, row.index + 1


def _picked(item: Ask, picks: Mapping[str, str]) -> Answer | None:
    label = folded(picks.get(item.id, ""))
    return next((answer for answer in item.answers if folded(answer.label) == label), None) if label else None
