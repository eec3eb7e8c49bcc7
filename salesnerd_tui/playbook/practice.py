"""What a playbook carries to be tried with: buyers who answer, and tests. The model hands these on."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field

from salesnerd_tui.playbook.spots import NOWHERE, Spot


class Interruption(Struct, frozen=True):
    """A rehearsal buyer (or a test) breaks in with a detour after a question."""

    after: str
    detour: str
    says: str = ""


class Buyer(Struct, frozen=True):
    """Someone to practise on."""

    id: str
    who: str = ""
    picks: Mapping[str, str] = field(default_factory=dict)
    says: Mapping[str, str] = field(default_factory=dict)
    hides: Mapping[str, str] = field(default_factory=dict)
    interrupts: tuple[Interruption, ...] = ()
    if_jargon: str = ""
    if_pitch: str = ""
    otherwise: str = ""
    ends: str = ""
    spot: Spot = NOWHERE


class Example(Struct, frozen=True):
    """A test a playbook carries: a walk and what must be true of it."""

    it: str
    buyer: str = ""
    picks: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)
    late: bool = False
    interrupts: tuple[Interruption, ...] = ()
    ends: str = ""
    asks: tuple[str, ...] = ()
    skips: tuple[str, ...] = ()
    lit: tuple[str, ...] = ()
    dark: tuple[str, ...] = ()
    back_to: str = ""
    spot: Spot = NOWHERE
