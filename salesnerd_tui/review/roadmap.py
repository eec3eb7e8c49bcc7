"""Steps of a purchase, read from the buyer's words or entered by hand, and scheduled back from a date."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from msgspec import Struct

from salesnerd_tui.review.promises import NUMBERS, day_of

MOST_STEPS = 40
_CUT = re.compile(r"\s*(?:[;\n]|→|->|,(?!\d)|\.(?=\s|$)|\b(?:and )?then\b|\bafter that\b)\s*", re.IGNORECASE)
_LEAD = re.compile(r"^(?:and|then|next|first|finally|\d+[.)])\s+|^[-*·]\s*", re.IGNORECASE)
_WORD_NUMBERS = {**NUMBERS, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12}
_LENGTH = re.compile(rf"\b(\d{{1,3}}|{'|'.join(_WORD_NUMBERS)})\s+(day|week|month)s?\b", re.IGNORECASE)
_DAYS = {"day": 1, "week": 7, "month": 30}


class StepDraft(Struct, frozen=True):
    """A step. `takes` and `by` are in their words; `days` and `due_on` are what those words name, if anything."""

    title: str
    who: str = ""
    by: str = ""
    takes: str = ""
    done: bool = False
    due_on: date | None = None
    days: int | None = None


def steps_in(*texts: str) -> tuple[StepDraft, ...]:
    """Return the steps named in the texts, in order. A duration on its own belongs to the step before it."""
    found: list[StepDraft] = []
    for part in (piece for text in texts for piece in _CUT.split(text)):
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


def edited_steps(said: Sequence[StepDraft], edits: Mapping[str, Mapping[str, str]]) -> tuple[StepDraft, ...]:
    """Return the steps they named with manual edits applied; steps marked `gone` are removed."""
    steps = list(said)
    for about, details in edits.items():
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
    """Return the number of days in a duration such as `three weeks`; a month has 30."""
    found = _LENGTH.search(words)
    if found is None:
        return None
    count = found.group(1).casefold()
    return int(_WORD_NUMBERS.get(count) or count) * _DAYS[found.group(2).casefold()]


class RoadmapStep(Struct, frozen=True):
    """A step of the plan with the last days to start and to finish it, if they can be computed."""

    step: StepDraft
    begin: date | None
    end: date | None


def scheduled_back(steps: Iterable[StepDraft], until: date | None) -> tuple[RoadmapStep, ...]:
    """Return the remaining steps, each with the last day to start and to finish it so that `until` can be met.

    A step's own due date counts if it is earlier. A step of unknown duration takes no time.
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
    """Return the index of the step with this title, otherwise of the only one that starts with these words."""
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
