"""What happens to a call outside the talk itself: what was prepared, who plays the other side, what was written later.

Read them from `call.events`, which is the door to all of this.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import field

from salesnerd_tui.call.vocabulary import Drawn, Event, Plan, Settlement


class Planned(Event, frozen=True):
    """Something set beforehand. Hypotheses add up; else the latest of a kind and `about` holds, and '' takes it back.

    A hypothesis is about a question (or nothing in particular) and says what to find out; a part is about a person and
    says what they have to do with buying; a must (`yes`, `no`) and a wording are about a question, minutes about a
    section's title.
    """

    kind: Plan
    about: str
    text: str


class Prepared(Event, frozen=True):
    """This call began from a prep; `call` is that prep's id."""

    call: str


class Mapped(Event, frozen=True):
    """Something drawn on the board of how an account buys. `about` names it, in their words; `on` is the day, ISO 8601.

    The latest `details` of a kind and `about` hold, each by itself: `state` (`done`, `at work`, `open`, `gone`), `who`,
    `by`, `takes`, `after`, `words`.
    """

    kind: Drawn
    about: str
    on: str
    details: Mapping[str, str] = field(default_factory=dict)


class Rehearsed(Event, frozen=True):
    """Who plays the other side from here on. `buyer` is the playbook's; or `call` is a recorded one, from `since` on.

    The seed makes the run the same again; `drill` is the one trap that is practised. `since` is in seconds of the
    recorded call.
    """

    buyer: str = ""
    seed: int = 0
    drill: str = ""
    call: str = ""
    since: float = 0.0


class Settled(Event, frozen=True):
    """What became of a promise, written down later; `promise` is the number of its event in the call's list."""

    promise: int
    how: Settlement


class Forgotten(Event, frozen=True):
    """All words heard so far were forgotten for good; `figures` are what they had come to, and no words."""

    figures: Mapping[str, float] = field(default_factory=dict)
