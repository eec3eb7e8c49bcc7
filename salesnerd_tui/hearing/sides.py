"""Who is who: which of the speakers is me."""

from __future__ import annotations

from collections.abc import Iterable

from salesnerd_tui.call.events import Side
from salesnerd_tui.hearing.formats.model import Transcript, same_name

_SELF = frozenset(("me", "you", "myself", "i", "host", "team", "seller", "sales", "us", "vendor"))


class UnknownSpeaker(ValueError):
    """A name given as mine that nobody has; the message says which speakers there are."""


class Sides:
    """The names that are me. It can be changed while a call runs; what was heard before keeps its side.

    Until a name was chosen nobody knows who speaks, and every side is `NOBODY`.
    """

    def __init__(self, me: Iterable[str] = ()) -> None:
        self._mine = frozenset(same_name(name) for name in me if name.strip())

    @property
    def me(self) -> frozenset[str]:
        """The names as they are compared (`same_name`)."""
        return self._mine

    @property
    def known(self) -> bool:
        return bool(self._mine)

    def choose(self, me: Iterable[str]) -> None:
        """From now on these names are me. One assignment, so that a source's thread sees the old or the new set."""
        self._mine = frozenset(same_name(name) for name in me if name.strip())

    def side(self, speaker: str) -> Side:
        if not self._mine or not speaker.strip():
            return Side.NOBODY
        return Side.ME if same_name(speaker) in self._mine else Side.THEM


def suggest_me(transcript: Transcript) -> str | None:
    """The speaker that is most likely me, for a screen to offer first; None where nothing speaks for anybody.

    A name such as `me` or `Ana (Host)` decides; of two speakers it is else the one who speaks first: who called asks.
    """
    for speaker in transcript.speakers:
        words = same_name(speaker).replace("(", " ").replace(")", " ").split()
        if _SELF.intersection(words):
            return speaker
    return transcript.speakers[0] if transcript.speakers else None


def check_me(names: Iterable[str], speakers: Iterable[str]) -> None:
    """Raises `UnknownSpeaker` where one of `names` is none of `speakers`, naming those that are there."""
    from difflib import get_close_matches

    there = list(speakers)
    compared = {same_name(speaker): speaker for speaker in there}
    for name in names:
        if same_name(name) not in compared:
            close = get_close_matches(same_name(name), compared, n=1)
            hint = f" Did you mean {compared[close[0]]!r}?" if close else ""
            listed = ", ".join(there) if there else "nobody by name"
            raise UnknownSpeaker(f"nobody called {name!r} speaks here.{hint} The speakers are: {listed}.")
