"""Simulated buyer of a playbook: answers questions, interrupts, stumbles over jargon, and withholds what nobody asks.

The seed decides what a playbook leaves open: how long the buyer thinks, when they interrupt, how they nod.
"""

from __future__ import annotations

from collections.abc import Collection
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
    AGAIN = "again"
    JARGON = "jargon"
    PITCH = "pitch"
    INTERRUPTS = "interrupts"
    OTHERWISE = "otherwise"
    NODS = "nods"
    BAIT = "bait"
    RECORDED = "recorded"


class BuyerLine(Struct, frozen=True):
    """A line of the buyer, said `after_seconds` of silence. `then` is what the user said in a recorded call."""

    text: str
    why: LineReason
    after_seconds: float = 1.0
    question: str = ""
    detour: str = ""
    then: str = ""


class UserTurn(Struct, frozen=True):
    """A turn of the user: what the user said, and what happened since the previous turn.

    `heard` is the number of the buyer's lines spoken before it. `pitched` is true if the coach tapped for talk about
    the user's product or company, `over` if it heard an overpromise. `here` is the question on the screen, and
    `open_talk` is true if product talk is allowed there.
    """

    text: str
    heard: int = 0
    pitched: bool = False
    over: bool = False
    detour: str = ""
    here: str = ""
    open_talk: bool = False


class TrapResult(Struct, frozen=True):
    """Result of one trap; `reason` is shown to the user."""

    passed: bool
    reason: str


class RehearsalState(Struct, frozen=True):
    """State of a rehearsal. `lines` are what the buyer says next, unless the user speaks first.

    `answered` and `hidden` are questions whose answers the buyer has said. `stumbled` are jargon words that the buyer
    asked about, `used` those that the buyer said. `pending` is a question that is asked and not answered yet, `last`
    the one that the buyer spoke about last. `trap` is the current trap of a drill: a jargon word, detour or request.
    """

    turns: int = 0
    lines: tuple[BuyerLine, ...] = ()
    answered: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()
    stumbled: frozenset[str] = frozenset()
    used: frozenset[str] = frozenset()
    waiting: tuple[Interruption, ...] = ()
    breaking: Interruption | None = None
    pending: str = ""
    last: str = ""
    trap: str = ""
    verdicts: tuple[TrapResult, ...] = ()
    over: bool = False
    puzzled: int = 0
    """Number of questions for which the playbook had no answer."""

    @property
    def passed(self) -> int:
        return sum(verdict.passed for verdict in self.verdicts)


class RecognizedQuestion(Struct, frozen=True):
    """A question of the playbook that was recognized; `probe` is true if it was asked as one of its follow-ups."""

    question: str
    probe: bool = False


class UserSpeechReader(Protocol):
    """Interprets what the user says. The real one is in `user_speech`."""

    def question(self, text: str, expected: Collection[str]) -> RecognizedQuestion | None:
        """Return the playbook question in these words; the `expected` ones are recognized more easily."""

    def asks(self, text: str) -> bool:
        """Return whether the text asks anything."""

    def sells(self, text: str) -> bool:
        """Return whether a sentence of the text is about the product, its internals or the company."""

    def jargon(self, text: str) -> tuple[str, ...]:
        """Return the playbook's jargon terms in the text."""


class OtherSide(Protocol):
    """The other side of a rehearsal."""

    def begins(self) -> RehearsalState:
        """Return the state before the user has said anything."""

    def hears(self, scene: RehearsalState, turn: UserTurn) -> RehearsalState:
        """Return the state after a turn of the user."""


THINKING_SECONDS = (0.8, 2.2)
"""Range of the pause before an answer. Most gaps between turns are below a second, but longer before a considered
answer."""

NODS = ("Mm-hm.", "Okay.", "Right.", "Sure.")
NOD = "Mm-hm."
"""Backchannel for all languages."""

PUZZLED = "How do you mean?"
"""Fallback for a buyer without `fallback` in the playbook."""

NOT_KNOWN = (
    "I don't know. Nobody ever asked me that.",
    "Good question. I'd have to ask around.",
    "I couldn't tell you, off the top of my head.",
)
"""Answers to unknown questions, in turn with the buyer's own fallback, because nobody says the same thing six times."""

MOST_OF_A_LINE = 0.8
"""Share of a turn's topics that come from the line on the screen if the user says that line, with names filled in."""

TELLING_LETTERS = 5
"""Minimum length of a word that indicates a topic; longer words are compared by their first letters only."""

_OF_NO_TOPIC = frozenset(
    (
        *("about", "after", "again", "always", "before", "could", "every", "first", "going", "might", "never", "other"),
        *("people", "really", "right", "shall", "should", "since", "still", "their", "there", "these", "thing"),
        *("things", "think", "those", "today", "until", "usually", "where", "which", "while", "would", "company"),
    )
)


class PlaybookBuyer(Struct, frozen=True):
    """A buyer of the playbook as the other side of a rehearsal."""

    playbook: Playbook
    buyer: Buyer
    seed: int
    understands: UserSpeechReader
    thinking_seconds: tuple[float, float] = THINKING_SECONDS

    def begins(self) -> RehearsalState:
        return RehearsalState(waiting=self.buyer.interrupts)

    def hears(self, scene: RehearsalState, turn: UserTurn) -> RehearsalState:
        scene = self.heard_out(scene, turn)
        rng = Random(f"{self.seed}/{scene.turns}")
        shown = self._is_shown_line(turn)
        asks = not shown and self.understands.asks(turn.text)
        asking = (
            None if shown else self.understands.question(turn.text, self.expected(scene, turn)) or self._meant(turn)
        )
        scene = replace(scene, turns=scene.turns + 1, lines=())
        stumbled = self._stumbles(scene, turn)
        if stumbled:
            known = replace(scene, stumbled=scene.stumbled | stumbled, pending=asking.question if asking else "")
            return self.says(known, rng, (self.buyer.if_jargon, LineReason.JARGON))
        if turn.pitched and self.buyer.if_pitch:
            scene = self.says(scene, rng, (self.buyer.if_pitch, LineReason.PITCH))
        if scene.breaking is not None:
            return self._breaks_in(scene, rng)
        if asking is None and scene.pending and not asks:
            asking = RecognizedQuestion(scene.pending)
        if asking is not None:
            return self._answers(replace(scene, pending=asking.question), asking, rng, turn.text)
        if asks:
            return self._asked_on(scene, rng, turn.text)
        return scene if scene.lines else self.nods(scene, rng)

    def heard_out(self, scene: RehearsalState, turn: UserTurn) -> RehearsalState:
        """Return the state in which only spoken lines count; lines that were cut off can still be said."""
        spoken = scene.lines[: turn.heard]

        def said_as(*reasons: LineReason) -> set[str]:
            return {line.question for line in spoken if line.why in reasons}

        unspoken = [line.question for line in scene.lines[turn.heard :] if line.question]
        answered = {line.question for line in spoken}
        interrupted = {line.detour for line in spoken if line.why is LineReason.INTERRUPTS}
        used = {term for line in spoken for term in self.understands.jargon(line.text)}
        pending = "" if scene.pending in answered else scene.pending
        breaking = scene.breaking if scene.breaking and scene.breaking.after not in unspoken else None
        return replace(
            scene,
            answered=scene.answered | said_as(LineReason.ANSWER, LineReason.AGAIN),
            hidden=scene.hidden | said_as(LineReason.HIDDEN),
            used=scene.used | used,
            waiting=tuple(each for each in scene.waiting if each.detour not in interrupted),
            pending=unspoken[0] if unspoken else pending,
            breaking=breaking,
            last=next((line.question for line in reversed(spoken) if line.question), scene.last),
        )

    def expected(self, scene: RehearsalState, turn: UserTurn) -> tuple[str, ...]:
        """Return the questions most likely asked now: those of an open detour, otherwise those of the agenda."""
        detours = [line.detour for line in scene.lines if line.detour] or [turn.detour]
        inside = [item.id for detour in detours if detour for item in self.playbook.items_of(detour) if _is_ask(item)]
        likely = inside or [item.id for item in self.playbook.agenda if _is_ask(item)]
        return (*likely, *(each for each in (turn.here, scene.last) if each))

    def says(
        self, scene: RehearsalState, rng: Random, *said: tuple[str, LineReason], question: str = "", detour: str = ""
    ) -> RehearsalState:
        """Return the state with lines added, each after a pause for thinking."""
        lines = (BuyerLine(text, why, self.thinks(rng), question, detour) for text, why in said)
        return replace(scene, lines=(*scene.lines, *lines))

    def thinks(self, rng: Random) -> float:
        return round(rng.uniform(*self.thinking_seconds), 2)

    def puzzled(self, scene: RehearsalState, rng: Random) -> RehearsalState:
        ways = (self.buyer.otherwise or PUZZLED, *(NOT_KNOWN if self.playbook.lang == "en" else ()))
        said = ways[scene.puzzled % len(ways)]
        return self.says(replace(scene, puzzled=scene.puzzled + 1), rng, (said, LineReason.OTHERWISE))

    def nods(self, scene: RehearsalState, rng: Random) -> RehearsalState:
        nod = rng.choice(NODS) if self.playbook.lang == "en" else NOD
        return replace(scene, lines=(*scene.lines, BuyerLine(nod, LineReason.NODS, 0.4)))

    def words_of(self, detour: str, says: str, rng: Random) -> str:
        """Return the words of an interruption. A detour's `they_say` may only be the start of a sentence."""
        found = self.playbook.detours.get(detour)
        words = says or (rng.choice(found.they_say) if found and found.they_say else detour.replace("_", " "))
        return words if words.rstrip().endswith((".", "?", "!", "…")) else f"{words}…"

    def _is_shown_line(self, turn: UserTurn) -> bool:
        """Return whether the user says the line on the screen: it asks nothing, even if it sounds like a question."""
        lists = (self.playbook.agenda, *(detour.agenda for detour in self.playbook.detours.values()))
        lines = (item.text for items in lists for item in items if isinstance(item, Say) and item.id == turn.here)
        said, line = _topics(turn.text), _topics(next(lines, ""))
        return bool(said) and len(said & line) >= MOST_OF_A_LINE * len(said)

    def _meant(self, turn: UserTurn) -> RecognizedQuestion | None:
        """Return the question on the screen if the user answers it with a statement, where product talk is allowed."""
        known = turn.here in self.buyer.says or turn.here in self.buyer.hides
        return (
            RecognizedQuestion(turn.here) if turn.open_talk and known and not self.understands.asks(turn.text) else None
        )

    def _stumbles(self, scene: RehearsalState, turn: UserTurn) -> frozenset[str]:
        if not self.buyer.if_jargon:
            return frozenset()
        return frozenset(self.understands.jargon(turn.text)) - scene.used - scene.stumbled

    def _breaks_in(self, scene: RehearsalState, rng: Random) -> RehearsalState:
        """Interrupt instead of answering: the buyer did not listen to the question."""
        breaking = scene.breaking
        assert breaking is not None
        scene = replace(scene, breaking=None, pending="")
        words = self.words_of(breaking.detour, breaking.says, rng)
        return self.says(scene, rng, (words, LineReason.INTERRUPTS), detour=breaking.detour)

    def _asked_on(self, scene: RehearsalState, rng: Random, text: str) -> RehearsalState:
        """Answer a follow-up in the user's own words: say more about the topic it picks up, hidden answers first."""
        wanted = _topics(text)
        hidden = (self.buyer.hides, scene.hidden, LineReason.HIDDEN)
        for lines, known, why in (hidden, (self.buyer.says, scene.answered, LineReason.ANSWER)):
            shared = {
                question: len(wanted & _topics(said)) for question, said in lines.items() if question not in known
            }
            best = max(shared, key=shared.__getitem__, default="")
            if best and shared[best]:
                return self.says(scene, rng, (lines[best], why), question=best)
        return self.puzzled(scene, rng)

    def _answers(
        self, scene: RehearsalState, asking: RecognizedQuestion, rng: Random, asked: str = ""
    ) -> RehearsalState:
        text, why = self._answer(scene, asking)
        if not text:
            return self._asked_on(replace(scene, pending=""), rng, asked)
        scene = self.says(scene, rng, (text, why), question=asking.question)
        due = next((each for each in scene.waiting if each.after == asking.question), None)
        if due is None:
            return scene
        if rng.random() < 0.5:
            return replace(scene, breaking=due)
        words = self.words_of(due.detour, due.says, rng)
        return self.says(scene, rng, (words, LineReason.INTERRUPTS), detour=due.detour)

    def _answer(self, scene: RehearsalState, asking: RecognizedQuestion) -> tuple[str, LineReason]:
        """Return the answer to a question: first what the buyer says, then what the buyer hides, then a repetition."""
        question, buyer = asking.question, self.buyer
        says, hides = buyer.says.get(question, ""), buyer.hides.get(question, "")
        if says and question not in scene.answered:
            return says, LineReason.ANSWER
        if hides and question not in scene.hidden:
            return hides, LineReason.HIDDEN
        if (says or hides) and not asking.probe:
            return says or hides, LineReason.AGAIN
        return ("" if asking.probe else self._label(question)), LineReason.ANSWER

    def _label(self, question: str) -> str:
        """Return the words of the answer that the buyer picks, for a question that the buyer has no line for."""
        picked = self.buyer.picks.get(question, "")
        asks = (ask for ask in self.playbook.call_questions() if ask.id == question)
        return next((_shown(ask, picked) for ask in asks), "") if picked else ""


def _topics(text: str) -> frozenset[str]:
    """Return the first letters of the words that indicate the topic of a text."""
    words = (word.strip(".,;:!?“”\"'()").casefold() for word in text.split())
    return frozenset(
        word[:TELLING_LETTERS] for word in words if len(word) >= TELLING_LETTERS and word not in _OF_NO_TOPIC
    )


def _is_ask(item: Item) -> TypeGuard[Ask]:
    return isinstance(item, Ask)


def _shown(ask: Ask, label: str) -> str:
    folded = label.casefold()
    return next((answer.display_label for answer in ask.answers if answer.label.casefold() == folded), label)
