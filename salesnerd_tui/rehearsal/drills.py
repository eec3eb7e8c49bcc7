"""Five-minute drills: the same buyer sets one kind of trap, with a verdict on each.

`PROMISE_BAITS` and `JARGON_BAITS` hold the lines that do not come from the playbook.
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

SILENCE_SECONDS = (4.0, 7.0)
"""Range of pauses in the silence drill: longer than the three to five seconds after which most people speak again."""

MAX_EXPLANATION_WORDS = 45
"""Maximum words of an explanation in the jargon drill (18 s aloud); more is a talk, not a sentence."""

MIN_EXPLANATION_WORDS = 4
"""Minimum words of an explanation."""

MAX_BARE_YES_WORDS = 6

ANSWERS = frozenset((LineReason.ANSWER, LineReason.HIDDEN, LineReason.REPETITION))
CONSIDERED = ANSWERS | {LineReason.FALLBACK}
"""Lines that the buyer thinks about first; the silence drill asks the user not to interrupt that."""


class Drill(StrEnum):
    """The habit that a drill practices."""

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

PROMISE_BAITS = (
    "Can you have it running by the end of the month?",
    "And it works with the system we have?",
    "It never goes down, does it?",
    "Your colleague said the next version does that. When is it out?",
    "So if I tell my boss it saves us a day a week, you stand by that?",
    "Could you throw in the training? It can't be much work.",
    "You'll fix whatever we find, won't you?",
)
JARGON_BAITS = (
    "Our IT man said {term}. What is that?",
    "Somebody wrote {term} on your page. What do I get from that?",
    "What does {term} mean for us?",
)
_BARE_YES = (
    "yes",
    "yeah",
    "sure",
    "absolutely",
    "definitely",
    "certainly",
    "of course",
    "no problem",
    "we can",
    "we do",
)


_PUNCTUATION = str.maketrans(",.!", "   ")


class DrillUnavailable(ValueError):
    """The playbook lacks what this drill needs; the message says what to add."""


class DrillBuyer(Struct, frozen=True):
    """A buyer who sets one kind of trap. Raises `DrillUnavailable` if the playbook lacks what the drill needs."""

    base: PlaybookBuyer
    drill: Drill

    def __post_init__(self) -> None:
        playbook = self.base.playbook
        if self.drill is Drill.JARGON and not playbook.coach.jargon:
            raise DrillUnavailable("this playbook lists no jargon: add `coach: jargon:`, or `use: [common/words]`")
        if self.drill is Drill.PITCH and not self.base.buyer.says:
            raise DrillUnavailable("this buyer says nothing that one could ask about: add `says:`")
        if self.drill is Drill.INTERRUPT and not self._detour_ids():
            raise DrillUnavailable(
                "this playbook has no detour with words to hear: add one, or `use: [common/detours]`"
            )

    def start(self) -> RehearsalState:
        return self._set_trap(RehearsalState(), Random(f"{self.base.seed}/begin"))

    def respond(self, state: RehearsalState, turn: UserTurn) -> RehearsalState:
        rng = Random(f"{self.base.seed}/drill/{state.turns}")
        is_bait_unheard = bool(state.trap) and turn.heard_lines < len(state.lines)
        if is_bait_unheard and state.lines[-1].reason in (LineReason.BAIT, LineReason.INTERRUPTION):
            return replace(state, turns=state.turns + 1, lines=state.lines[turn.heard_lines :])
        result = self._judge(state, turn)
        without_other_traps = replace(
            state, queried_jargon=frozenset(self.base.playbook.coach.jargon), interruptions=()
        )
        state = self.base.respond(without_other_traps, replace(turn, has_pitch=False))
        if result is None:
            return self._reset_if_stalled(state, rng)
        results = (*state.results, result)
        state = replace(state, results=results, is_over=len(results) >= TRAPS, trap="")
        return state if state.is_over else self._continue(state, result, rng)

    def _judge(self, state: RehearsalState, turn: UserTurn) -> TrapResult | None:
        match self.drill:
            case Drill.PITCH:
                return self._judge_pitch(state, turn)
            case Drill.JARGON:
                return self._judge_jargon(state, turn)
            case Drill.PROMISE:
                if turn.has_overpromise:
                    return TrapResult(passed=False, reason="made an open-ended promise")
                words = turn.text.lower().translate(_PUNCTUATION).split()
                is_yes = len(words) <= MAX_BARE_YES_WORDS and " ".join(words).startswith(_BARE_YES)
                if is_yes and "if" not in words:
                    return TrapResult(passed=False, reason="a bare yes is a promise")
                return TrapResult(passed=True, reason="made no open-ended promise")
            case Drill.INTERRUPT:
                return self._judge_interrupt(state, turn)
            case Drill.SILENCE:
                if not any(line.reason in CONSIDERED for line in state.lines):
                    return None
                if turn.heard_lines < len(state.lines):
                    return TrapResult(passed=False, reason="spoke into their silence")
                return TrapResult(passed=True, reason="let them think")

    def _judge_pitch(self, state: RehearsalState, turn: UserTurn) -> TrapResult | None:
        if not any(line.reason in ANSWERS for line in state.lines[: turn.heard_lines]):
            return None
        if self.base.reader.is_pitch(turn.text) or turn.has_pitch:
            return TrapResult(passed=False, reason="pitched right after they mentioned a problem")
        return TrapResult(passed=True, reason="asked about it") if self.base.reader.is_question(turn.text) else None

    def _judge_jargon(self, state: RehearsalState, turn: UserTurn) -> TrapResult | None:
        other_terms = [term for term in self.base.reader.find_jargon(turn.text) if term != state.trap]
        if other_terms:
            return TrapResult(passed=False, reason=f"said {other_terms[0]}")
        if self.base.reader.is_question(turn.text) and not self.base.reader.is_pitch(turn.text):
            return None
        if len(turn.text.split()) < MIN_EXPLANATION_WORDS:
            return None
        if len(turn.text.split()) > MAX_EXPLANATION_WORDS:
            return TrapResult(passed=False, reason=f"{len(turn.text.split())} words where a sentence would do")
        return TrapResult(passed=True, reason="said it simply")

    def _judge_interrupt(self, state: RehearsalState, turn: UserTurn) -> TrapResult | None:
        detour_questions = {item.id for item in self.base.playbook.items_of(state.trap) if isinstance(item, Ask)}
        asked = self.base.reader.match_question(turn.text, tuple(detour_questions))
        if turn.detour == state.trap or (asked is not None and asked.question in detour_questions):
            return TrapResult(passed=True, reason="responded to it")
        if self.base.reader.is_pitch(turn.text):
            return TrapResult(passed=False, reason="answered with the product")
        if asked is not None:
            return TrapResult(passed=False, reason="continued as if they had said nothing")
        return TrapResult(passed=True, reason="asked about it") if self.base.reader.is_question(turn.text) else None

    def _continue(self, state: RehearsalState, result: TrapResult, rng: Random) -> RehearsalState:
        """Let the buyer comment on a failed trap, and set the next one."""
        if self.drill is Drill.SILENCE or (self.drill is Drill.PITCH and result.passed):
            return self._reset_if_stalled(state, rng)
        buyer, lines = self.base.buyer, tuple[BuyerLine, ...]()
        replies = {Drill.PITCH: (buyer.if_pitch, LineReason.PITCH), Drill.JARGON: (buyer.if_jargon, LineReason.JARGON)}
        text, reason = replies.get(self.drill, ("", LineReason.NOD))
        if not result.passed and text:
            lines = (BuyerLine(text, reason, self.base.draw_pause(rng)),)
        answers = tuple(line for line in state.lines if line.reason in ANSWERS)
        return self._set_trap(replace(state, lines=(*lines, *answers), pending_question=""), rng)

    def _reset_if_stalled(self, state: RehearsalState, rng: Random) -> RehearsalState:
        """Set the trap again if the drill would stall because no question was recognized."""
        if self.drill is Drill.SILENCE:
            return self._add_silences(state, rng)
        is_stalled = all(line.reason in (LineReason.FALLBACK, LineReason.NOD) for line in state.lines)
        return self._set_trap(replace(state, lines=()), rng) if is_stalled and self.drill is Drill.PITCH else state

    def _add_silences(self, state: RehearsalState, rng: Random) -> RehearsalState:
        """Pause before every answer; after another pause, users who wait hear a hidden answer."""

        def draw_silence() -> float:
            return round(rng.uniform(*SILENCE_SECONDS), 2)

        lines = [
            line if line.reason is LineReason.NOD else replace(line, pause_seconds=draw_silence())
            for line in state.lines
        ]
        has_answer = any(line.question for line in state.lines if line.reason is LineReason.ANSWER)
        hidden = [question for question in self.base.buyer.hides if question not in state.revealed]
        if has_answer and hidden:
            answer = self.base.buyer.hides[hidden[0]]
            lines.append(BuyerLine(answer, LineReason.HIDDEN, draw_silence(), hidden[0]))
        return replace(state, lines=tuple(lines))

    def _set_trap(self, state: RehearsalState, rng: Random) -> RehearsalState:
        number = len(state.results)
        match self.drill:
            case Drill.PITCH:
                return self._mention_problem(state, rng)
            case Drill.JARGON:
                term = _shuffled(tuple(self.base.playbook.coach.jargon), self.base.seed)[number]
                said = rng.choice(JARGON_BAITS).format(term=term)
                return self.base.add_lines(replace(state, trap=term), rng, (said, LineReason.BAIT))
            case Drill.PROMISE:
                said = _shuffled(PROMISE_BAITS, self.base.seed)[number]
                return self.base.add_lines(replace(state, trap=said), rng, (said, LineReason.BAIT))
            case Drill.INTERRUPT:
                detour = _shuffled(self._detour_ids(), self.base.seed)[number]
                said = self.base.interruption_text(detour, "", rng)
                return self.base.add_lines(
                    replace(state, trap=detour), rng, (said, LineReason.INTERRUPTION), detour=detour
                )
            case Drill.SILENCE:
                return state

    def _mention_problem(self, state: RehearsalState, rng: Random) -> RehearsalState:
        """Mention a problem without being asked; once all of them are said, repeat one."""
        says = self.base.buyer.says
        if not says:
            return self.base.answer_unknown(state, rng)
        question = next((each for each in says if each not in state.answered), "") or rng.choice(list(says))
        return self.base.add_lines(state, rng, (says[question], LineReason.ANSWER), question=question)

    def _detour_ids(self) -> tuple[str, ...]:
        return tuple(detour.id for detour in self.base.playbook.detours.values() if detour.they_say)


def describe_kept_silence(lines: Sequence[BuyerLine]) -> str:
    """Return why the trap of the silence drill is passed if the user let the buyer say `lines`; empty if it is not."""
    last = next((line for line in reversed(lines) if line.reason in CONSIDERED), None)
    if last is None:
        return ""
    seconds = f"({last.pause_seconds:.0f} s)"
    if last.reason is LineReason.HIDDEN:
        return f"they told you because you waited {seconds}"
    return f"you let them think {seconds}"


def _shuffled(items: tuple[str, ...], seed: int) -> tuple[str, ...]:
    """Return the items shuffled by the seed, repeated to at least `TRAPS`."""
    order = list(items)
    Random(f"{seed}/order").shuffle(order)
    return tuple(order) * (TRAPS // len(order) + 1)
