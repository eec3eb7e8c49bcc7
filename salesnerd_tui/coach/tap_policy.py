"""When a tap may show: sparse by rule, because people who are told all the time do worse than people told seldom.

One at a time, never queued; about 20 s between any two and 60 s per kind; nothing in the opening. A kind this
person keeps waving away comes less often (`quiet`).

Is a tap due now, of which kind, and on what evidence. Pure: it looks at where the talk stands and says why.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from salesnerd_tui.call.events import Side, TapKind
from salesnerd_tui.coach.conversation import ConversationState
from salesnerd_tui.coach.floor import Floor, FloorRun
from salesnerd_tui.coach.limits import Limits
from salesnerd_tui.coach.speech_acts import SpeechAct
from salesnerd_tui.playbook.model import ProductTalk


class TapCadence:
    """Says whether a tap may show yet. All times are seconds on the call's clock."""

    def __init__(self, limits: Limits, quiet: Mapping[TapKind, float] | None = None) -> None:
        self._limits = limits
        self._quiet = dict(quiet or {})
        self._began: float | None = None
        self._last: float | None = None
        self._last_of: dict[TapKind, float] = {}

    def began(self, at: float) -> None:
        """The first word of the call was heard."""
        if self._began is None:
            self._began = at

    def due(self, due: DueTap | None, at: float) -> DueTap | None:
        """What may be told now. It need not hold any longer: what is due has been piling up for some 25 s."""
        if due is None or not self.may(due.kind, at):
            return None
        self.told(due.kind, at)
        return due

    def may(self, kind: TapKind, at: float) -> bool:
        """True when a tap of this kind would not come too soon."""
        limits = self._limits
        if self._began is None or at - self._began < limits.opening_seconds:
            return False
        if self._last is not None and at - self._last < limits.between_taps_seconds:
            return False
        least = limits.between_taps_seconds if kind is TapKind.OVER_PROMISING else limits.between_same_seconds
        before = self._last_of.get(kind)
        return before is None or at - before >= least * max(self._quiet.get(kind, 1.0), 1.0)

    def told(self, kind: TapKind, at: float) -> None:
        """A tap went out."""
        self._last = at
        self._last_of[kind] = at


class DueTap(Struct, frozen=True):
    """A tap that the talk asks for, with the evidence in a line and the words it rests on."""

    kind: TapKind
    because: str
    evidence: str = ""
    ready: str = ""


_SECTION = {ProductTalk.AVOID: 0.6, ProductTalk.IF_ASKED: 1.0, ProductTalk.ALLOWED: 2.0}


def allowed(standing: ConversationState, limits: Limits, product_talk: ProductTalk) -> float:
    """How much weighed talk there is room for just now, in seconds."""
    room = limits.unasked_seconds * standing.room() * _SECTION[product_talk]
    return room * limits.ignored_factor if standing.ignored else room


def weigh(
    standing: ConversationState, floor: Floor, limits: Limits, product_talk: ProductTalk, text: str = ""
) -> DueTap | None:
    """The tap that is due, or None."""
    run = floor.run
    if run is None:
        return None
    if standing.load.weighed < allowed(standing, limits, product_talk):
        return _overdue(standing, run, limits, text)
    kind, because = _said(standing)
    return DueTap(kind, because, text)


def _overdue(standing: ConversationState, run: FloorRun, limits: Limits, text: str) -> DueTap | None:
    """A stretch that is too long whatever it is about, unless it was asked for or is a test being guided."""
    talked = run.seconds - standing.told_run_seconds - standing.load.of(SpeechAct.GUIDES, SpeechAct.CHECKS)
    asked = standing.licence is not None and standing.licence.holds
    if asked or talked < limits.stretch_seconds * limits.relevant_factor * standing.room():
        return None
    return DueTap(TapKind.MONOLOGUE, f"{run.seconds:.0f} s in one stretch", text)


def _said(standing: ConversationState) -> tuple[TapKind, str]:
    """The kind of drift and the line of evidence, from what most of the talk was."""
    load = standing.load
    asked = "nobody asked" if standing.licence is None else "that is answered by now"
    if standing.ignored and standing.revealed is not None:
        return TapKind.PITCHING, f"they told you of a {standing.revealed[0]}; it was not taken up"
    internals, features, us = load.of(SpeechAct.INTERNALS), load.of(SpeechAct.FEATURE), load.of(SpeechAct.US)
    praise = load.of(SpeechAct.PRAISE)
    if praise > max(features + internals, us):
        return TapKind.PITCHING, f"{praise:.0f} s of praise, {asked}"
    if us > features + internals:
        return TapKind.US_FOCUS, f"{us:.0f} s about us, {asked}"
    if standing.strange and internals >= features / 2:
        few = ", ".join(dict.fromkeys(standing.strange[-3:]))
        return TapKind.OVER_EXPLAINING, f"{internals + features:.0f} s on how it is made ({few}), {asked}"
    rest = load.of(SpeechAct.OTHER, SpeechAct.READS)
    if internals + features > rest:
        return TapKind.OVER_EXPLAINING, f"{internals + features:.0f} s on features, {asked}"
    if load.of(SpeechAct.READS) > rest / 2:
        return TapKind.MONOLOGUE, f"{load.of(SpeechAct.READS):.0f} s of reading aloud, item after item"
    return TapKind.MONOLOGUE, f"{internals + features + us + rest:.0f} s without handing it back"


def weigh_floor(floor: Floor, limits: Limits) -> DueTap | None:
    """The tap that is due by the floor alone, where no words are heard: run length, and the share so far."""
    run, share = floor.run, floor.talk.share or 0.0
    if run is None or run.side is not Side.ME:
        return None
    if run.seconds >= limits.stretch_seconds:
        return DueTap(
            TapKind.MONOLOGUE, f"{run.seconds:.0f} s in one stretch (no words heard, judged by the floor alone)"
        )
    total = floor.talk.mine_seconds + floor.talk.theirs_seconds
    if share > limits.share_max and total >= limits.share_from_seconds and run.seconds >= limits.stretch_seconds / 2:
        return DueTap(
            TapKind.MONOLOGUE, f"you {share:.0%} of the talk so far (no words heard, judged by the floor alone)"
        )
    return None
