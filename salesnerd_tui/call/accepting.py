"""Gestures that say yes to what was heard. Each raises `CannotAct` when nothing of its kind waits."""

from __future__ import annotations

from salesnerd_tui.call.events import Asked, How
from salesnerd_tui.call.moves import CannotAct, Events, Standing, heard_answer, take_detour


def accept(now: Standing) -> Events:
    """Yes to what waits: the question, else its answer, else the detour."""
    if now.offers.asked is not None:
        return accept_asked(now)
    if now.offers.answer is not None:
        return accept_answer(now)
    if now.offers.detour is not None:
        return accept_detour(now)
    raise CannotAct("nothing heard waits for a yes")


def accept_asked(now: Standing) -> Events:
    """Yes, I asked that. What they said to the question before it is its answer then."""
    offer = now.offers.asked
    if offer is None:
        raise CannotAct("no question was heard that waits for a yes")
    before = heard_answer(now, offer.before) if offer.before is not None and offer.before.is_enough else ()
    return (*before, Asked(now.at, offer.question, offer.asked_as, How.HEARD))


def accept_answer(now: Standing) -> Events:
    """Yes, keep what they said as the answer."""
    if now.offers.answer is None:
        raise CannotAct("no answer was heard yet: type it, or n for the next question")
    return heard_answer(now, now.offers.answer)


def accept_detour(now: Standing) -> Events:
    """Yes, into the detour they opened."""
    if now.offers.detour is None:
        raise CannotAct("no detour was heard: / finds one by their words")
    return take_detour(now, now.offers.detour.detour, How.HEARD)
