"""Is a tap due now, of which kind, and on what evidence. Pure: it looks at where the talk stands and says why."""

from __future__ import annotations

from msgspec import Struct

from salesnerd_tui.call.events import CueKind, Side
from salesnerd_tui.coach.acts import Act
from salesnerd_tui.coach.floor import Floor, Run
from salesnerd_tui.coach.limits import Limits
from salesnerd_tui.coach.standing import Standing
from salesnerd_tui.playbook.model import ProductTalk


class Due(Struct, frozen=True):
    """A tap that the talk asks for, with the evidence in a line and the words it rests on."""

    kind: CueKind
    because: str
    evidence: str = ""
    ready: str = ""


_SECTION = {ProductTalk.LOCKED: 0.6, ProductTalk.ON_REQUEST: 1.0, ProductTalk.OPEN: 2.0}


def allowed(standing: Standing, limits: Limits, product_talk: ProductTalk) -> float:
    """How much weighed talk there is room for just now, in seconds."""
    room = limits.unasked_seconds * standing.room() * _SECTION[product_talk]
    return room * limits.ignored_factor if standing.ignored else room


def weigh(standing: Standing, floor: Floor, limits: Limits, product_talk: ProductTalk, text: str = "") -> Due | None:
    """The tap that is due, or None."""
    run = floor.run
    if run is None:
        return None
    if standing.load.weighed < allowed(standing, limits, product_talk):
        return _overdue(standing, run, limits, text)
    kind, because = _said(standing)
    return Due(kind, because, text)


def _overdue(standing: Standing, run: Run, limits: Limits, text: str) -> Due | None:
    """A stretch that is too long whatever it is about, unless it was asked for or is a test being guided."""
    talked = run.seconds - standing.told_run_seconds - standing.load.of(Act.GUIDES, Act.CHECKS)
    asked = standing.licence is not None and standing.licence.holds
    if asked or talked < limits.stretch_seconds * limits.relevant_factor * standing.room():
        return None
    return Due(CueKind.MONOLOGUE, f"{run.seconds:.0f} s in one stretch", text)


def _said(standing: Standing) -> tuple[CueKind, str]:
    """The kind of drift and the line of evidence, from what most of the talk was."""
    load = standing.load
    asked = "nobody asked" if standing.licence is None else "that is answered by now"
    if standing.ignored and standing.revealed is not None:
        return CueKind.PITCHING, f"they told you of a {standing.revealed[0]}; it was not taken up"
    internals, features, us = load.of(Act.INTERNALS), load.of(Act.FEATURE), load.of(Act.US)
    praise = load.of(Act.PRAISE)
    if praise > max(features + internals, us):
        return CueKind.PITCHING, f"{praise:.0f} s of praise, {asked}"
    if us > features + internals:
        return CueKind.US_FOCUS, f"{us:.0f} s about us, {asked}"
    if standing.strange and internals >= features / 2:
        few = ", ".join(dict.fromkeys(standing.strange[-3:]))
        return CueKind.OVER_EXPLAINING, f"{internals + features:.0f} s on how it is made ({few}), {asked}"
    rest = load.of(Act.OTHER, Act.READS)
    if internals + features > rest:
        return CueKind.OVER_EXPLAINING, f"{internals + features:.0f} s on features, {asked}"
    if load.of(Act.READS) > rest / 2:
        return CueKind.MONOLOGUE, f"{load.of(Act.READS):.0f} s of reading aloud, item after item"
    return CueKind.MONOLOGUE, f"{internals + features + us + rest:.0f} s without handing it back"


def weigh_floor(floor: Floor, limits: Limits) -> Due | None:
    """The tap that is due by the floor alone, where no words are heard: run length, and the share so far."""
    run, share = floor.run, floor.talk.share or 0.0
    if run is None or run.side is not Side.ME:
        return None
    if run.seconds >= limits.stretch_seconds:
        return Due(CueKind.MONOLOGUE, f"{run.seconds:.0f} s in one stretch (no words heard, judged by the floor alone)")
    total = floor.talk.mine_seconds + floor.talk.theirs_seconds
    if share > limits.share_max and total >= limits.share_from_seconds and run.seconds >= limits.stretch_seconds / 2:
        return Due(CueKind.MONOLOGUE, f"you {share:.0%} of the talk so far (no words heard, judged by the floor alone)")
    return None
