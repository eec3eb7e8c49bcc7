"""The steps of a purchase, cut from one sentence of theirs or drawn by hand, with how long each takes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from msgspec import Struct

from salesnerd_tui.review.promises import NUMBERS, due_on

MOST_STEPS = 40
_CUT = re.compile(r"\s*(?:[;\n]|→|->|,(?!\d)|\.(?=\s|$)|\b(?:and )?then\b|\bafter that\b)\s*", re.IGNORECASE)
_LEAD = re.compile(r"^(?:and|then|next|first|finally|\d+[.)])\s+|^[-*·]\s*", re.IGNORECASE)
_WORD_NUMBERS = {**NUMBERS, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12}
_LENGTH = re.compile(rf"\b(\d{{1,3}}|{'|'.join(_WORD_NUMBERS)})\s+(day|week|month)s?\b", re.IGNORECASE)
_DAYS = {"day": 1, "week": 7, "month": 30}


class StepDraft(Struct, frozen=True):
    """`takes` and `by` are in their words; `days` and `due_on` what those words name, None where they name nothing."""

    title: str
    who: str = ""
    by: str = ""
    takes: str = ""
    done: bool = False
    due_on: date | None = None
    days: int | None = None


def steps_in(*told: str) -> tuple[StepDraft, ...]:
    """The steps in what they told, in its order. A length of time alone belongs to the step before it."""
    found: list[StepDraft] = []
    for part in (piece for text in told for piece in _CUT.split(text)):
        title = _LEAD.sub("", part).strip(" ·.")
        if not title:
            continue
        days = days_of(title)
        if days is not None and found and _is_length(title):
            before = found[-1]
            found[-1] = StepDraft(before.title, takes=title, days=days)
        elif not any(step.title.casefold() == title.casefold() for step in found):
            found.append(StepDraft(title))
    return tuple(found[:MOST_STEPS])


def drawn_steps(told: Sequence[StepDraft], drawn: Mapping[str, Mapping[str, str]]) -> tuple[StepDraft, ...]:
    """What they told with what was drawn by hand laid over it; a step that is `gone` is left out."""
    steps = list(told)
    for about, details in drawn.items():
        place = _place(steps, about)
        step = _with(steps[place] if place is not None else StepDraft(about), details)
        if place is not None:
            steps.pop(place)
        if details.get("state") == "gone":
            continue
        after = _place(steps, details.get("after", "")) if details.get("after") else None
        at = after + 1 if after is not None else place if place is not None else len(steps)
        steps.insert(at, step)
    return tuple(steps)


def days_of(words: str) -> int | None:
    """How many days `three weeks` are; months count thirty."""
    found = _LENGTH.search(words)
    if found is None:
        return None
    count = found.group(1).casefold()
    return int(_WORD_NUMBERS.get(count) or count) * _DAYS[found.group(2).casefold()]


def day_of(words: str, said_on: str) -> date | None:
    """The day that `words` name, said on the ISO day `said_on`; `Friday` alone is the next one."""
    try:
        on = date.fromisoformat(said_on[:10])
    except ValueError:
        return None
    return (due_on(words, on) or due_on(f"by {words}", on)) if words.strip() else None


class RoadmapStep(Struct, frozen=True):
    """A step of the plan: to begin by `begin` and be done by `end`, as far as that can be reckoned."""

    step: StepDraft
    begin: date | None
    end: date | None


def worked_back(steps: Iterable[StepDraft], until: date | None) -> tuple[RoadmapStep, ...]:
    """The steps that are still to do, each with the last day it can begin and end for the date to hold.

    A step's own date counts where it is earlier; one whose length nobody knows takes no time here.
    """
    planned: list[RoadmapStep] = []
    end = until
    for step in reversed([step for step in steps if not step.done]):
        dates = [each for each in (end, step.due_on) if each is not None]
        end = min(dates) if dates else None
        begin = end - timedelta(days=step.days) if end is not None and step.days else end
        planned.append(RoadmapStep(step, begin, end))
        end = begin
    return tuple(reversed(planned))


def _is_length(title: str) -> bool:
    found = _LENGTH.search(title)
    return found is not None and len(title.split()) <= len(found.group().split()) + 2


def _place(steps: Sequence[StepDraft], about: str) -> int | None:
    """The step that is meant: its title, else the only one that begins with the words."""
    folded = about.casefold()
    same = [place for place, step in enumerate(steps) if step.title.casefold() == folded]
    begins = [place for place, step in enumerate(steps) if folded and step.title.casefold().startswith(folded)]
    return same[0] if same else begins[0] if len(begins) == 1 else None


def _with(step: StepDraft, details: Mapping[str, str]) -> StepDraft:
    by, takes = details.get("by", step.by), details.get("takes", step.takes)
    return StepDraft(
        details.get("words") or step.title,
        details.get("who", step.who),
        by,
        takes,
        details.get("state", "done" if step.done else "") == "done",
        day_of(by, details.get("on", "")) or step.due_on,
        days_of(takes) if takes else step.days,
    )
