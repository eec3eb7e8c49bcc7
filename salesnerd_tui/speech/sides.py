"""Who is who: which of the speakers is me."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache

from salesnerd_tui.call.events import Side
from salesnerd_tui.speech.transcripts.model import Transcript, same_name
from salesnerd_tui.speech.transcripts.speakers import without_aside

_BETWEEN = re.compile(r"\s*[|/·•:]\s*|\s+[-–—@]\s+|,\s+")
"""What stands between a name, a company and a title."""

_SELF = frozenset(("me", "you", "myself", "i", "host", "team", "seller", "sales", "us", "vendor"))


class UnknownSpeaker(ValueError):
    """A name given as mine that nobody has; the message says which speakers there are."""


class Sides:
    """The names that are me. It can be changed while a call runs; what was heard before keeps its side.

    Until a name was chosen nobody knows who speaks, and every side is `NOBODY`. A name counts as written or without
    what the tools add: pronouns, company or device (`Dana Wolf` for `Dana Wolf (she/her) | Northwind`).
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
        mine = self._mine
        if not mine or not speaker.strip():
            return Side.NOBODY
        name = same_name(speaker)
        if name in mine or not mine.isdisjoint(short_forms(name)):
            return Side.ME
        return Side.THEM


@lru_cache(maxsize=4096)
def short_forms(speaker: str) -> frozenset[str]:
    """Return the forms of a name without additions: each part of it between signs, without brackets and pictures.

    A single word is only a form if nothing else is left of the name, since two people may share it.
    """
    bare = same_name(without_aside(speaker))
    forms = {bare}
    parts = [each.strip() for each in _BETWEEN.split(bare) if each.strip()]
    forms.update(part for part in (*parts, _letters(bare)) if " " in part or len(parts) == 1)
    forms.update(each for form in tuple(forms) if " " in (each := _letters(form)) or len(parts) == 1)
    return frozenset(form for form in forms if form)


def _letters(name: str) -> str:
    """Return a name without pictures, quotes, titles' dots and the like."""
    return " ".join("".join(char if char.isalnum() or char in "'’-" else " " for char in name).split())


def suggest_me(transcript: Transcript) -> str | None:
    """The speaker that is most likely me, for a screen to offer first; None where nothing speaks for anybody.

    A name such as `me` or `Ana (Host)` decides; of two speakers it is else the one who speaks first: who called asks.
    """
    for speaker in transcript.speakers:
        words = same_name(speaker).replace("(", " ").replace(")", " ").split()
        if _SELF.intersection(words):
            return speaker
    return transcript.speakers[0] if transcript.speakers else None


def check_me(names: Iterable[str], speakers: Iterable[str]) -> list[str]:
    """Return the speakers that `names` mean.

    A name means the speaker of that name, one that has it without additions, or the only one that has all its words.
    Raises `UnknownSpeaker` where a name means nobody or several, naming those that are there.
    """
    from difflib import get_close_matches

    there = list(speakers)
    compared = {same_name(speaker): speaker for speaker in there}
    found: list[str] = []
    for name in names:
        meant = _meant(name, there)
        if len(meant) == 1:
            found.append(meant[0])
            continue
        listed = ", ".join(there) if there else "nobody by name"
        if meant:
            raise UnknownSpeaker(f"{name!r} may be {' or '.join(map(repr, meant))}; give the whole name.")
        close = get_close_matches(same_name(name), compared, n=1)
        hint = f" Did you mean {compared[close[0]]!r}?" if close else ""
        raise UnknownSpeaker(f"nobody called {name!r} speaks here.{hint} The speakers are: {listed}.")
    return found


def _meant(name: str, speakers: Iterable[str]) -> list[str]:
    """Return the speakers that a name may mean, by the strictest comparison that finds one."""
    given, words = same_name(name), set(_letters(same_name(name)).split())
    comparisons: tuple[Callable[[str], bool], ...] = (
        lambda speaker: same_name(speaker) == given,
        lambda speaker: same_name(without_aside(speaker)) == given,
        lambda speaker: given in short_forms(speaker),
        lambda speaker: bool(words) and words <= set(_letters(same_name(speaker)).split()),
    )
    there = list(speakers)
    matches = ([speaker for speaker in there if fits(speaker)] for fits in comparisons)
    return next(filter(None, matches), [])
