"""How much is heard of each side. The least is the default; more has to be asked for, and theirs agreed to."""

from __future__ import annotations

from collections.abc import Set
from enum import StrEnum

from msgspec import Struct

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


class ListenLevel(StrEnum):
    """What is heard of one side."""

    DEAF = "-"
    VOICE = "voice"
    WORDS = "words"


class ListenStatus(Struct, frozen=True):
    """What is heard at this moment, for the mark on the screen."""

    me: ListenLevel = ListenLevel.DEAF
    them: ListenLevel = ListenLevel.DEAF

    @classmethod
    def of(cls, open_sides: Set[Side], worded: Set[Side]) -> ListenStatus:
        """`open_sides` have a device that gives sound, `worded` are those whose words may be written down."""

        def ear(side: Side) -> ListenLevel:
            if side not in open_sides:
                return ListenLevel.DEAF
            return ListenLevel.WORDS if side in worded else ListenLevel.VOICE

        return cls(ear(Side.ME), ear(Side.THEM))

    @property
    def mark(self) -> str:
        """A few letters that are always on the screen: `mic: you words · them voice`."""
        return f"mic: you {self.me} · them {self.them}"

    @property
    def told(self) -> str:
        """One line, when it begins or changes."""
        if self.me is ListenLevel.DEAF and self.them is ListenLevel.DEAF:
            return "hearing nobody yet"
        written = ListenLevel.WORDS in (self.me, self.them)
        kept = "no sound is kept" if written else "no words and no sound are kept"
        return f"you: {_MINE[self.me]}; them: {_THEIRS[self.them]}; {kept}"


_MINE = {
    ListenLevel.DEAF: "not heard",
    ListenLevel.VOICE: "only that you talk",
    ListenLevel.WORDS: "your words are written down",
}
_THEIRS = {
    ListenLevel.DEAF: "not heard",
    ListenLevel.VOICE: "only that they talk",
    ListenLevel.WORDS: "their words too, as they agreed",
}
