"""Five-minute drills: the same buyer sets one kind of trap, with a verdict on each.

`PROMISE_BAIT` and `JARGON_BAIT` hold the lines that do not come from the playbook.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from random import Random

from msgspec import Struct
from msgspec.structs import replace

from salesnerd_tui.playbook.model import Ask
from salesnerd_tui.rehearsal.buyer import BuyerLine, LineReason, PlaybookBuyer, RehearsalState, TrapResult, UserTurn

TRAPS = 6
"""Number of traps in a drill: they fit into its time with a sentence or two for each."""

DRILL_SECONDS = 300.0

SILENT_SECONDS = (4.0, 7.0)
"""Range of pauses in the silence drill: longer than the three to five seconds after which most people speak again."""

LONG_WORDS = 45
"""Maximum words of an explanation in the jargon drill (18 s aloud); more is a talk, not a sentence."""

SHORT_WORDS = 4
"""Minimum words of an explanation."""

BARE_YES_WORDS = 6

ANSWERS = frozenset((LineReason.ANSWER, LineReason.HIDDEN, LineReason.AGAIN))
THOUGHT_OVER = ANSWERS | {LineReason.OTHERWISE}
"""Lines that follow a thought, which the silence drill asks the user not to interrupt."""


class Drill(StrEnum):
    PITCH = "pitch"
    JARGON = "jargon"
    PROMISE = "promise"
    INTERRUPT = "interrupt"
    SILENCE = "silence"


TASKS: Mapping[Drill, str] = {
    Drill.PITCH: "They mention a problem. Ask about it, and don't mention your product.",
    Drill.JARGON: "They ask what a word means. Explain it in one plain sentence, without jargon.",
    Drill.PROMISE: "They ask for a promise. Say what you know, and when you'll know the rest.",
    Drill.INTERRUPT: "They interrupt. Respond with a question about it first.",
    Drill.SILENCE: "Ask, then wait. The important answer comes after the pause.",
}

PROMISE_BAIT = (
    "Can you have it running by the end of the month?",
    "And it works with the system we have?",
    "It never goes down, does it?",
    "Your colleague said the next version does that. When is it out?",
    "So if I tell my boss it saves us a day a week, you stand by that?",
    "Could you throw in the training? It can't be much work.",
    "You'll fix whatever we find, won't you?",
)
JARGON_BAIT = (
    "Our IT man said {term}. What is that?",
    "Somebody wrote {term} on your page. What do I get from that?",
    "What does {term} mean for us?",
)
_BARE = ("yes", "yeah", "sure", "absolutely", "definitely", "certainly", "of course", "no problem", "we can", "we do")


class NothingToDrill(ValueError):
    """The playbook lacks what this drill needs; the message says what to add."""


class DrillBuyer(Struct, frozen=True):
    """A buyer who sets one kind of trap. Raises `NothingToDrill` if the playbook lacks what the drill needs."""

    base: PlaybookBuyer
    drill: Drill

    def __post_init__(self) -> None:
        playbook = self.base.playbook
        if self.drill is Drill.JARGON and not playbook.coach.jargon:
            raise NothingToDrill("this playbook lists no jargon: add `coach: jargon:`, or `use: [common/words]`")
        if self.drill is Drill.PITCH and not self.base.buyer.says:
            raise NothingToDrill("this buyer says nothing that one could ask about: add `says:`")
        if self.drill is Drill.INTERRUPT and not self._detours():
            raise NothingToDrill("this playbook has no detour with words to hear: add one, or `use: [common/detours]`")

    def begins(self) -> RehearsalState:
        return self._baits(RehearsalState(), Random(f"{self.base.seed}/begin"))

    def hears(self, scene: RehearsalState, turn: UserTurn) -> RehearsalState:
        rng = Random(f"{self.base.seed}/drill/{scene.turns}")
        is_bait_unheard = bool(scene.trap) and turn.heard < len(scene.lines)
        if is_bait_unheard and scene.lines[-1].why in (LineReason.BAIT, LineReason.INTERRUPTS):
            return replace(scene, turns=scene.turns + 1, lines=scene.lines[turn.heard :])
        verdict = self._verdict(scene, turn)
        calm = replace(scene, stumbled=frozenset(self.base.playbook.coach.jargon), waiting=())
        answered = self.base.hears(calm, replace(turn, pitched=False))
        if verdict is None:
            return self._keeps_going(answered, rng)
        verdicts = (*answered.verdicts, verdict)
        judged = replace(answered, verdicts=verdicts, over=len(verdicts) >= TRAPS, trap="")
        return judged if judged.over else self._goes_on(judged, verdict, rng)

    # verdicts

    def _verdict(self, scene: RehearsalState, turn: UserTurn) -> TrapResult | None:
        match self.drill:
            case Drill.PITCH:
                return self._of_pitch(scene, turn)
            case Drill.JARGON:
                return self._of_jargon(scene, turn)
            case Drill.PROMISE:
                return self._of_promise(turn)
            case Drill.INTERRUPT:
                return self._of_interrupt(scene, turn)
            case Drill.SILENCE:
                return self._of_silence(scene, turn)

    def _of_pitch(self, scene: RehearsalState, turn: UserTurn) -> TrapResult | None:
        if not any(line.why in ANSWERS for line in scene.lines[: turn.heard]):
            return None
        if self.base.understands.sells(turn.text) or turn.pitched:
            return TrapResult(False, "pitched right after they mentioned a problem")
        return TrapResult(True, "asked about it") if self.base.understands.asks(turn.text) else None

    def _of_jargon(self, scene: RehearsalState, turn: UserTurn) -> TrapResult | None:
        strange = [term for term in self.base.understands.jargon(turn.text) if term != scene.trap]
        if strange:
            return TrapResult(False, f"said {strange[0]}")
        if self.base.understands.asks(turn.text) and not self.base.understands.sells(turn.text):
            return None
        if len(turn.text.split()) < SHORT_WORDS:
            return None
        if len(turn.text.split()) > LONG_WORDS:
            return TrapResult(False, f"{len(turn.text.split())} words where a sentence would do")
        return TrapResult(True, "said it simply")

    def _of_promise(self, turn: UserTurn) -> TrapResult:
        if turn.over:
            return TrapResult(False, "made an open-ended promise")
        if _is_bare_yes(turn.text):
            return TrapResult(False, "a bare yes is a promise")
        return TrapResult(True, "made no open-ended promise")

    def _of_interrupt(self, scene: RehearsalState, turn: UserTurn) -> TrapResult | None:
        inside = {item.id for item in self.base.playbook.items_of(scene.trap) if isinstance(item, Ask)}
        asking = self.base.understands.question(turn.text, tuple(inside))
        if turn.detour == scene.trap or (asking is not None and asking.question in inside):
            return TrapResult(True, "responded to it")
        if self.base.understands.sells(turn.text):
            return TrapResult(False, "answered with the product")
        if asking is not None:
            return TrapResult(False, "continued as if they had said nothing")
        return TrapResult(True, "asked about it") if self.base.understands.asks(turn.text) else None

    def _of_silence(self, scene: RehearsalState, turn: UserTurn) -> TrapResult | None:
        if not any(line.why in THOUGHT_OVER for line in scene.lines):
            return None
        if turn.heard < len(scene.lines):
            return TrapResult(False, "spoke into their silence")
        return TrapResult(True, "let them think")

    # next lines

    def _goes_on(self, scene: RehearsalState, verdict: TrapResult, rng: Random) -> RehearsalState:
        if self.drill is Drill.SILENCE:
            return self._keeps_going(scene, rng)
        if self.drill is Drill.PITCH and verdict.passed:
            return self._keeps_going(scene, rng)
        buyer, lines = self.base.buyer, tuple[BuyerLine, ...]()
        replies = {Drill.PITCH: (buyer.if_pitch, LineReason.PITCH), Drill.JARGON: (buyer.if_jargon, LineReason.JARGON)}
        text, why = replies.get(self.drill, ("", LineReason.NODS))
        if not verdict.passed and text:
            lines = (BuyerLine(text, why, self.base.thinks(rng)),)
        answers = tuple(line for line in scene.lines if line.why in ANSWERS)
        return self._baits(replace(scene, lines=(*lines, *answers), pending=""), rng)

    def _keeps_going(self, scene: RehearsalState, rng: Random) -> RehearsalState:
        """Set the trap again if the drill would stall because no question was recognized."""
        if self.drill is Drill.SILENCE:
            return self._silent(scene, rng)
        dry = all(line.why in (LineReason.OTHERWISE, LineReason.NODS) for line in scene.lines)
        return self._baits(replace(scene, lines=()), rng) if dry and self.drill is Drill.PITCH else scene

    def _silent(self, scene: RehearsalState, rng: Random) -> RehearsalState:
        """Pause before every answer; after another pause, users who wait hear a hidden answer."""
        lines = [
            line if line.why is LineReason.NODS else replace(line, after_seconds=round(rng.uniform(*SILENT_SECONDS), 2))
            for line in scene.lines
        ]
        told = next((line.question for line in scene.lines if line.why is LineReason.ANSWER), "")
        hidden = [question for question in self.base.buyer.hides if question not in scene.hidden]
        if told and hidden:
            last = self.base.buyer.hides[hidden[0]]
            lines.append(BuyerLine(last, LineReason.HIDDEN, round(rng.uniform(*SILENT_SECONDS), 2), hidden[0]))
        return replace(scene, lines=tuple(lines))

    def _baits(self, scene: RehearsalState, rng: Random) -> RehearsalState:
        number = len(scene.verdicts)
        match self.drill:
            case Drill.PITCH:
                return self._tells(scene, rng)
            case Drill.JARGON:
                term = _shuffled(tuple(self.base.playbook.coach.jargon), self.base.seed)[number]
                said = rng.choice(JARGON_BAIT).format(term=term)
                return self.base.says(replace(scene, trap=term), rng, (said, LineReason.BAIT))
            case Drill.PROMISE:
                said = _shuffled(PROMISE_BAIT, self.base.seed)[number]
                return self.base.says(replace(scene, trap=said), rng, (said, LineReason.BAIT))
            case Drill.INTERRUPT:
                detour = _shuffled(self._detours(), self.base.seed)[number]
                said = self.base.words_of(detour, "", rng)
                return self.base.says(replace(scene, trap=detour), rng, (said, LineReason.INTERRUPTS), detour=detour)
            case Drill.SILENCE:
                return scene

    def _tells(self, scene: RehearsalState, rng: Random) -> RehearsalState:
        """Mention a problem without being asked; once all of them are said, repeat one."""
        says = self.base.buyer.says
        if not says:
            return self.base.puzzled(scene, rng)
        question = next((each for each in says if each not in scene.answered), "") or rng.choice(list(says))
        return self.base.says(scene, rng, (says[question], LineReason.ANSWER), question=question)

    def _detours(self) -> tuple[str, ...]:
        return tuple(detour.id for detour in self.base.playbook.detours.values() if detour.they_say)


def silence_kept(lines: Sequence[BuyerLine]) -> str:
    """Return why the trap of the silence drill is passed if the user let the buyer say `lines`; empty if it is not."""
    last = next((line for line in reversed(lines) if line.why in THOUGHT_OVER), None)
    if last is None:
        return ""
    seconds = f"({last.after_seconds:.0f} s)"
    if last.why is LineReason.HIDDEN:
        return f"they told you because you waited {seconds}"
    return f"you let them think {seconds}"


def _shuffled(of: tuple[str, ...], seed: int) -> tuple[str, ...]:
    """Return `of` shuffled by the seed, repeated to at least `TRAPS` items."""
    order = list(of)
    Random(f"{seed}/order").shuffle(order)
    return tuple(order) * (TRAPS // len(order) + 1)


def _is_bare_yes(text: str) -> bool:
    words = text.lower().replace(",", " ").replace(".", " ").replace("!", " ").split()
    return len(words) <= BARE_YES_WORDS and " ".join(words).startswith(_BARE) and "if" not in words
