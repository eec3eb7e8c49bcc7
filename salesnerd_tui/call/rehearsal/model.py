"""What is said in a rehearsal, and how it stands, as plain values."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum
from typing import Protocol

from msgspec import Struct

from salesnerd_tui.playbook.model import Interruption


class Why(StrEnum):
    """Why the other side says a line."""

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


class Line(Struct, frozen=True):
    """Something the other side says, `after_seconds` of silence. `then` is what you said in a recorded call."""

    text: str
    why: Why
    after_seconds: float = 1.0
    question: str = ""
    detour: str = ""
    then: str = ""


class Turn(Struct, frozen=True):
    """What you did since you spoke last, and what you said now.

    `heard` counts the lines of theirs that were spoken before you did; `pitched` says that the coach tapped for talk
    about us, `over` that it heard a promise without bounds. `here` is the question on the screen, and `open_talk` that
    product talk is what is asked for there.
    """

    text: str
    heard: int = 0
    pitched: bool = False
    over: bool = False
    detour: str = ""
    here: str = ""
    open_talk: bool = False


class Verdict(Struct, frozen=True):
    """What became of one trap, and why."""

    passed: bool
    told: str


class Scene(Struct, frozen=True):
    """How a rehearsal stands: `lines` are what the other side says next, once you let them.

    `told` and `hidden` are the questions whose words came out. `stumbled` are jargon words they asked about, `used`
    those they said themselves. `pending` is a question that was asked and is still to be answered, `last` the one they
    spoke about last. `trap` is what a drill waits for: a jargon word, a detour, a request.
    """

    turns: int = 0
    lines: tuple[Line, ...] = ()
    told: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()
    stumbled: frozenset[str] = frozenset()
    used: frozenset[str] = frozenset()
    waiting: tuple[Interruption, ...] = ()
    breaking: Interruption | None = None
    pending: str = ""
    last: str = ""
    trap: str = ""
    verdicts: tuple[Verdict, ...] = ()
    over: bool = False
    puzzled: int = 0
    """How often there were no words for what was asked."""

    @property
    def passed(self) -> int:
        return sum(verdict.passed for verdict in self.verdicts)


class Asking(Struct, frozen=True):
    """A question of the playbook that was recognised; `probe` when it was asked by one of its follow-ups."""

    question: str
    probe: bool = False


class Understands(Protocol):
    """Makes sense of what you say. The coach's reading of speech is the real one."""

    def question(self, text: str, expected: Collection[str]) -> Asking | None:
        """The playbook question in these words; one that is `expected` now needs less to be recognised."""

    def asks(self, text: str) -> bool:
        """Whether anything is asked at all."""

    def sells(self, text: str) -> bool:
        """Whether a sentence of it is about the product, how it is made, or about us."""

    def jargon(self, text: str) -> tuple[str, ...]:
        """The words of the playbook's jargon in it."""


class Counterpart(Protocol):
    """The other side of a rehearsal."""

    def begins(self) -> Scene:
        """How it stands before you said anything."""

    def hears(self, scene: Scene, turn: Turn) -> Scene:
        """How it stands after you spoke."""
