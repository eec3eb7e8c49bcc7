"""Simulated buyer of a playbook: answers questions, interrupts, stumbles over jargon, and withholds what nobody asks.

The seed decides what a playbook leaves open: how long the buyer thinks, when they interrupt, how they nod.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum
from random import Random
from typing import Protocol, TypeGuard

from msgspec import Struct
from msgspec.structs import replace

from salesnerd_tui.playbook.model import Ask, Buyer, Interruption, Item, Playbook, Say


class LineReason(StrEnum):
    """Reason why the buyer says a line."""

    ANSWER = "answer"
    HIDDEN = "hidden"
    REPETITION = "repetition"
    JARGON = "jargon"
    PITCH = "pitch"
    INTERRUPTION = "interruption"
    FALLBACK = "fallback"
    NOD = "nod"
    BAIT = "bait"
    RECORDED = "recorded"


class BuyerLine(Struct, frozen=True):
    """A line of the buyer, said after a pause. `recorded_user_text` is what preceded it in a recorded call."""

    text: str
    reason: LineReason
    pause_seconds: float = 1.0
    question: str = ""
    detour: str = ""
    recorded_user_text: str = ""


class UserTurn(Struct, frozen=True):
    """A turn of the user: what the user said, and what happened since the previous turn.

    `heard_lines` is the number of the buyer's lines spoken before it. `has_pitch` is true if the coach tapped for talk
    about the user's product or company. `current_question` is the question on the screen, and `allows_product_talk` is
    true if product talk is allowed there.
    """

    text: str
    heard_lines: int = 0
    has_pitch: bool = False
    has_overpromise: bool = False
    detour: str = ""
    current_question: str = ""
    allows_product_talk: bool = False


class TrapResult(Struct, frozen=True):
    """Result of one trap; `reason` is shown to the user."""

    passed: bool
    reason: str


class RehearsalState(Struct, frozen=True):
    """State of a rehearsal. `lines` are what the buyer says next, unless the user speaks first.

    `answered` are questions that the buyer has answered, `revealed` those whose hidden answer the buyer has said.
    `queried_jargon` are jargon words that the buyer asked about, `used_jargon` those that the buyer said.
    `interruptions` are still to come; `due_interruption` comes next. `pending_question` waits for its answer,
    `last_question` is the one that the buyer spoke about last. `trap` is the current trap of a drill: a jargon word,
    detour or request.
    """

    turns: int = 0
    lines: tuple[BuyerLine, ...] = ()
    answered: frozenset[str] = frozenset()
    revealed: frozenset[str] = frozenset()
    queried_jargon: frozenset[str] = frozenset()
    used_jargon: frozenset[str] = frozenset()
    interruptions: tuple[Interruption, ...] = ()
    due_interruption: Interruption | None = None
    pending_question: str = ""
    last_question: str = ""
    trap: str = ""
    results: tuple[TrapResult, ...] = ()
    is_over: bool = False
    unknown_count: int = 0
    """Number of questions for which the playbook had no answer."""

    @property
    def passed(self) -> int:
        return sum(result.passed for result in self.results)


class RecognizedQuestion(Struct, frozen=True):
    """A question of the playbook that was recognized, or one of its follow-ups."""

    question: str
    is_follow_up: bool = False


class UserSpeechReader(Protocol):
    """Interprets what the user says. The real one is in `user_speech`."""

    def match_question(self, text: str, expected: Collection[str]) -> RecognizedQuestion | None:
        """Return the playbook question in these words; the `expected` ones are recognized more easily."""

    def is_question(self, text: str) -> bool:
        """Return whether the text asks anything."""

    def is_pitch(self, text: str) -> bool:
        """Return whether a sentence of the text is about the product, its internals or the company."""

    def find_jargon(self, text: str) -> tuple[str, ...]:
        """Return the playbook's jargon terms in the text."""


class Counterpart(Protocol):
    """The other side of a rehearsal."""

    def start(self) -> RehearsalState:
        """Return the state before the user has said anything."""

    def respond(self, state: RehearsalState, turn: UserTurn) -> RehearsalState:
        """Return the state after a turn of the user."""


THINKING_SECONDS = (0.8, 2.2)
"""Range of the pause before an answer. Most gaps between turns are below a second, but longer before a considered
answer."""

NODS = ("Mm-hm.", "Okay.", "Right.", "Sure.")
NOD_IN_ANY_LANGUAGE = "Mm-hm."

DEFAULT_BUYER = "buyer"
DEFAULT_OTHERWISE = "I'd have to look that up. What do you need it for?"
DEFAULT_IF_JARGON = "Sorry, what does that mean for us?"
DEFAULT_IF_PITCH = "Okay. I'm not sure yet that we need that."

DEFAULT_FALLBACK = "How do you mean?"
"""Fallback for a buyer without `fallback` in the playbook."""

UNKNOWN_ANSWERS = (
    "I don't know. Nobody ever asked me that.",
    "Good question. I'd have to ask around.",
    "I couldn't tell you, off the top of my head.",
)
"""Answers to unknown questions, in turn with the buyer's own fallback, because nobody says the same thing six times."""

SAME_LINE_SHARE = 0.8
"""Share of a turn's topics that come from the line on the screen if the user says that line, with names filled in."""

TOPIC_LETTERS = 5
"""Minimum length of a word that indicates a topic; longer words are compared by their first letters only."""

_COMMON_WORDS = frozenset(
    (
        *("about", "after", "again", "always", "before", "could", "every", "first", "going", "might", "never", "other"),
        *("people", "really", "right", "shall", "should", "since", "still", "their", "there", "these", "thing"),
        *("things", "think", "those", "today", "until", "usually", "where", "which", "while", "would", "company"),
    )
)


def buyers_of(playbook: Playbook) -> Mapping[str, Buyer]:
    """Return the buyers to rehearse with: those of the playbook, or one who gives the first answer to each question."""
    if playbook.buyers:
        return playbook.buyers
    picks = {ask.id: ask.answers[0].label for ask in playbook.call_questions() if ask.answers}
    is_english = playbook.lang == "en"
    default = Buyer(
        DEFAULT_BUYER,
        who="Answers what the playbook expects; write buyers of your own under `buyers:`.",
        picks=picks,
        otherwise=DEFAULT_OTHERWISE if is_english else "",
        if_jargon=DEFAULT_IF_JARGON if is_english else "",
        if_pitch=DEFAULT_IF_PITCH if is_english else "",
    )
    return {default.id: default}


class PlaybookBuyer(Struct, frozen=True):
    """A buyer of the playbook as the other side of a rehearsal."""

    playbook: Playbook
    buyer: Buyer
    seed: int
    reader: UserSpeechReader
    thinking_seconds: tuple[float, float] = THINKING_SECONDS

    def start(self) -> RehearsalState:
        return RehearsalState(interruptions=self.buyer.interrupts)

    def respond(self, state: RehearsalState, turn: UserTurn) -> RehearsalState:
        state = self.mark_spoken_lines(state, turn)
        rng = Random(f"{self.seed}/{state.turns}")
        is_shown_line = self._is_shown_line(turn)
        is_question = not is_shown_line and self.reader.is_question(turn.text)
        asked = None if is_shown_line else self._match_question(state, turn)
        state = replace(state, turns=state.turns + 1, lines=())
        new_jargon = frozenset(self.reader.find_jargon(turn.text)) - state.used_jargon - state.queried_jargon
        if new_jargon and self.buyer.if_jargon:
            state = replace(
                state,
                queried_jargon=state.queried_jargon | new_jargon,
                pending_question=asked.question if asked else "",
            )
            return self.add_lines(state, rng, (self.buyer.if_jargon, LineReason.JARGON))
        if turn.has_pitch and self.buyer.if_pitch:
            state = self.add_lines(state, rng, (self.buyer.if_pitch, LineReason.PITCH))
        if (due := state.due_interruption) is not None:  # the buyer did not listen to the question
            return self._interrupt(replace(state, due_interruption=None, pending_question=""), due, rng)
        if asked is None and state.pending_question and not is_question:
            asked = RecognizedQuestion(state.pending_question)
        if asked is not None:
            return self._answer_question(replace(state, pending_question=asked.question), asked, rng, turn.text)
        if is_question:
            return self._answer_follow_up(state, rng, turn.text)
        return state if state.lines else self.nod(state, rng)

    def mark_spoken_lines(self, state: RehearsalState, turn: UserTurn) -> RehearsalState:
        """Return the state in which only spoken lines count; lines that were cut off can still be said."""
        spoken = state.lines[: turn.heard_lines]

        def questions(*reasons: LineReason) -> set[str]:
            return {line.question for line in spoken if line.reason in reasons}

        unspoken = [line.question for line in state.lines[turn.heard_lines :] if line.question]
        interrupted = {line.detour for line in spoken if line.reason is LineReason.INTERRUPTION}
        used_jargon = {term for line in spoken for term in self.reader.find_jargon(line.text)}
        is_pending = state.pending_question not in {line.question for line in spoken}
        due = state.due_interruption
        return replace(
            state,
            answered=state.answered | questions(LineReason.ANSWER, LineReason.REPETITION),
            revealed=state.revealed | questions(LineReason.HIDDEN),
            used_jargon=state.used_jargon | used_jargon,
            interruptions=tuple(each for each in state.interruptions if each.detour not in interrupted),
            pending_question=unspoken[0] if unspoken else state.pending_question if is_pending else "",
            due_interruption=due if due and due.after not in unspoken else None,
            last_question=next((line.question for line in reversed(spoken) if line.question), state.last_question),
        )

    def list_likely_questions(self, state: RehearsalState, turn: UserTurn) -> tuple[str, ...]:
        """Return the questions most likely asked now: those of an open detour, otherwise those of the agenda."""
        detours = [line.detour for line in state.lines if line.detour] or [turn.detour]
        inside = [item.id for detour in detours if detour for item in self.playbook.items_of(detour) if _is_ask(item)]
        likely = inside or [item.id for item in self.playbook.agenda if _is_ask(item)]
        return (*likely, *(each for each in (turn.current_question, state.last_question) if each))

    def add_lines(
        self, state: RehearsalState, rng: Random, *said: tuple[str, LineReason], question: str = "", detour: str = ""
    ) -> RehearsalState:
        """Return the state with lines added, each after a pause for thinking."""
        lines = (BuyerLine(text, reason, self.draw_pause(rng), question, detour) for text, reason in said)
        return replace(state, lines=(*state.lines, *lines))

    def draw_pause(self, rng: Random) -> float:
        return round(rng.uniform(*self.thinking_seconds), 2)

    def answer_unknown(self, state: RehearsalState, rng: Random) -> RehearsalState:
        answers = (self.buyer.otherwise or DEFAULT_FALLBACK, *(UNKNOWN_ANSWERS if self.playbook.lang == "en" else ()))
        answer = answers[state.unknown_count % len(answers)]
        return self.add_lines(replace(state, unknown_count=state.unknown_count + 1), rng, (answer, LineReason.FALLBACK))

    def nod(self, state: RehearsalState, rng: Random) -> RehearsalState:
        nod = rng.choice(NODS) if self.playbook.lang == "en" else NOD_IN_ANY_LANGUAGE
        return replace(state, lines=(*state.lines, BuyerLine(nod, LineReason.NOD, 0.4)))

    def interruption_text(self, detour: str, says: str, rng: Random) -> str:
        """Return the words of an interruption. A detour's `they_say` may only be the start of a sentence."""
        found = self.playbook.detours.get(detour)
        words = says or (rng.choice(found.they_say) if found and found.they_say else detour.replace("_", " "))
        return words if words.rstrip().endswith((".", "?", "!", "…")) else f"{words}…"

    def _is_shown_line(self, turn: UserTurn) -> bool:
        """Return whether the user says the line on the screen: it asks nothing, even if it sounds like a question."""
        lists = (self.playbook.agenda, *(detour.agenda for detour in self.playbook.detours.values()))
        says = (item for items in lists for item in items if isinstance(item, Say))
        line = next((say.text for say in says if say.id == turn.current_question), "")
        spoken_topics, line_topics = _topics(turn.text), _topics(line)
        return bool(spoken_topics) and len(spoken_topics & line_topics) >= SAME_LINE_SHARE * len(spoken_topics)

    def _match_question(self, state: RehearsalState, turn: UserTurn) -> RecognizedQuestion | None:
        """Return the question that the user asks.

        Where product talk is allowed, a statement answers the question on the screen, if the buyer has a line for it.
        """
        if asked := self.reader.match_question(turn.text, self.list_likely_questions(state, turn)):
            return asked
        has_line = turn.current_question in self.buyer.says or turn.current_question in self.buyer.hides
        if turn.allows_product_talk and has_line and not self.reader.is_question(turn.text):
            return RecognizedQuestion(turn.current_question)
        return None

    def _interrupt(self, state: RehearsalState, due: Interruption, rng: Random) -> RehearsalState:
        words = self.interruption_text(due.detour, due.says, rng)
        return self.add_lines(state, rng, (words, LineReason.INTERRUPTION), detour=due.detour)

    def _answer_follow_up(self, state: RehearsalState, rng: Random, text: str) -> RehearsalState:
        """Answer a follow-up in the user's own words: say more about the topic it picks up, hidden answers first."""
        topics = _topics(text)
        hidden = (self.buyer.hides, state.revealed, LineReason.HIDDEN)
        for answers, said, reason in (hidden, (self.buyer.says, state.answered, LineReason.ANSWER)):
            shared = {
                question: len(topics & _topics(answer)) for question, answer in answers.items() if question not in said
            }
            best = max(shared, key=shared.__getitem__, default="")
            if best and shared[best]:
                return self.add_lines(state, rng, (answers[best], reason), question=best)
        return self.answer_unknown(state, rng)

    def _answer_question(
        self, state: RehearsalState, asked: RecognizedQuestion, rng: Random, user_text: str
    ) -> RehearsalState:
        answer, reason = self._find_answer(state, asked)
        if not answer:
            return self._answer_follow_up(replace(state, pending_question=""), rng, user_text)
        state = self.add_lines(state, rng, (answer, reason), question=asked.question)
        due = next((each for each in state.interruptions if each.after == asked.question), None)
        if due is None:
            return state
        return replace(state, due_interruption=due) if rng.random() < 0.5 else self._interrupt(state, due, rng)

    def _find_answer(self, state: RehearsalState, asked: RecognizedQuestion) -> tuple[str, LineReason]:
        """Return what the buyer says about a question, hides or repeats, or else the answer that the buyer picks."""
        question, buyer = asked.question, self.buyer
        says, hides = buyer.says.get(question, ""), buyer.hides.get(question, "")
        if says and question not in state.answered:
            return says, LineReason.ANSWER
        if hides and question not in state.revealed:
            return hides, LineReason.HIDDEN
        if asked.is_follow_up:
            return "", LineReason.ANSWER
        if says or hides:
            return says or hides, LineReason.REPETITION
        picked = buyer.picks.get(question, "")
        ask = next((ask for ask in self.playbook.call_questions() if ask.id == question), None)
        if ask is None or not picked:
            return "", LineReason.ANSWER
        labels = (answer.display_label for answer in ask.answers if answer.label.casefold() == picked.casefold())
        return next(labels, picked), LineReason.ANSWER


def _topics(text: str) -> frozenset[str]:
    """Return the first letters of the words that indicate the topic of a text."""
    words = (word.strip(".,;:!?“”\"'()").casefold() for word in text.split())
    return frozenset(word[:TOPIC_LETTERS] for word in words if len(word) >= TOPIC_LETTERS and word not in _COMMON_WORDS)


def _is_ask(item: Item) -> TypeGuard[Ask]:
    return isinstance(item, Ask)
