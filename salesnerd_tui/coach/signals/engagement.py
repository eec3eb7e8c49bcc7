"""Manners: words that carry nothing but *yes*, *okay*, *thank you*."""

from __future__ import annotations

from salesnerd_tui.coach.normalize import vocabulary

_POLITE = vocabulary(
    """yes yeah yep yup ya no nope ok okay okey right sure mm mhm mm-hm mm-hmm mhmm hmm hm uh huh uh-huh aha ah oh i see
    got it gotcha understood fine good great super excellent perfect nice alright well so exactly correct true agreed
    indeed thanks thank you please go ahead all is everything it's that's and clear noted makes sense cool of course
    absolutely
    definitely really very much sounds okay"""
)


def is_polite(spoken: tuple[str, ...]) -> bool:
    """Return True when the words are manners and nothing else."""
    return all(word in _POLITE for word in spoken)
