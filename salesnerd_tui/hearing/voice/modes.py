"""How much is heard of each side. The least is the default; more has to be asked for, and theirs agreed to."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from enum import StrEnum

from salesnerd_tui.call.events import Side

SIDES = (Side.ME, Side.THEM)


class VoiceMode(StrEnum):
    """What is wanted. `BOTH` needs their yes in the notes; until then it is `MINE`."""

    ACTIVITY = "activity"
    MINE = "mine"
    BOTH = "both"

    @property
    def wants(self) -> frozenset[Side]:
        """The sides whose words are wanted."""
        return {VoiceMode.ACTIVITY: frozenset[Side](), VoiceMode.MINE: frozenset({Side.ME})}.get(self, frozenset(SIDES))


class Ear(StrEnum):
    """What is heard of one side."""

    DEAF = "-"
    VOICE = "voice"
    WORDS = "words"


@dataclass(frozen=True, slots=True)
class Hears:
    """What is heard at this moment, for the mark on the screen."""

    me: Ear = Ear.DEAF
    them: Ear = Ear.DEAF

    @classmethod
    def of(cls, open_sides: Set[Side], worded: Set[Side]) -> Hears:
        """`open_sides` have a device that gives sound, `worded` are those whose words may be written down."""

        def ear(side: Side) -> Ear:
            if side not in open_sides:
                return Ear.DEAF
            return Ear.WORDS if side in worded else Ear.VOICE

        return cls(ear(Side.ME), ear(Side.THEM))

    @property
    def mark(self) -> str:
        """A few letters that are always on the screen: `mic: you words · them voice`."""
        return f"mic: you {self.me} · them {self.them}"

    @property
    def told(self) -> str:
        """One sentence, when it begins or changes."""
        if self.me is Ear.DEAF and self.them is Ear.DEAF:
            return "hearing nobody yet"
        mine = {Ear.DEAF: "not hearing you", Ear.VOICE: "hearing that you talk", Ear.WORDS: "writing down your words"}
        theirs = {Ear.DEAF: "not hearing them", Ear.VOICE: "of them only that they talk", Ear.WORDS: "and theirs"}
        kept = "no words, no sound kept" if Ear.WORDS not in (self.me, self.them) else "no sound kept"
        return f"{mine[self.me]}, {theirs[self.them]}; {kept}"
