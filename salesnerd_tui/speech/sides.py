"""Sides of a call: which speakers are the user, and which side talks now.

`CurrentSpeaker` is the one source for the dot, the label and everything else that shows who talks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from salesnerd_tui.call.events import FloorTaken, Heard, Origin, Side
from salesnerd_tui.errors import UsageError, UserError
from salesnerd_tui.lazy_pattern import lazy_pattern
from salesnerd_tui.speech.transcripts.speakers import name_key, strip_brackets

if TYPE_CHECKING:
    from salesnerd_tui.speech.transcripts.model import Transcript

_SEPARATOR = lazy_pattern(r"\s*[|/·•:]\s*|\s+[-–—@]\s+|,\s+")
"""Separators of a name, a company and a title."""

_USER_WORDS = frozenset(
    (
        *("me", "you", "myself", "i", "host", "team", "seller", "sales", "us", "vendor", "rep"),
        *("ich", "verkäufer", "verkäuferin", "vertrieb", "moi", "vendeur", "vendeuse", "yo", "vendedor", "vendedora"),
        *("eu", "io", "venditore", "venditrice", "ik", "verkoper"),
    )
)
"""Words of names for the user's side, in several languages."""

_BUYER_WORDS = frozenset(
    (
        *("them", "they", "customer", "buyer", "client", "prospect", "guest", "caller", "lead"),
        *("kunde", "kundin", "interessent", "interessentin", "cliente", "acheteur", "acheteuse", "comprador"),
        *("compradora", "acquirente", "klant"),
    )
)
"""Words of names for the buyer's side."""


class UnknownSpeaker(ValueError):
    """A name for the user that no speaker has; the message lists the speakers."""


class Sides:
    """The speaker names of the user. They can change during a call; what was heard before keeps its side.

    Until a name is chosen, every side is `NOBODY`. Names match with or without the pronouns, company or device that
    meeting tools add (`Dana Wolf` for `Dana Wolf (she/her) | Northwind`).
    """

    def __init__(self, user_names: Iterable[str] = ()) -> None:
        self.choose(user_names)

    @property
    def is_chosen(self) -> bool:
        """Return whether a name was chosen."""
        return bool(self._user_names)

    def choose(self, user_names: Iterable[str]) -> None:
        """Set the user's names in one assignment, so that a source's thread sees the old or the new set."""
        self._user_names = frozenset(name_key(name) for name in user_names if name.strip())

    def side_of(self, speaker: str) -> Side:
        """Return the side of a speaker."""
        return _side_of(speaker, self._user_names)


@lru_cache(maxsize=4096)
def _side_of(speaker: str, user_names: frozenset[str]) -> Side:
    if not user_names or not speaker.strip():
        return Side.NOBODY
    name = name_key(speaker)
    return Side.ME if name in user_names or not user_names.isdisjoint(list_short_forms(name)) else Side.THEM


@lru_cache(maxsize=4096)
def list_short_forms(speaker: str) -> frozenset[str]:
    """Return the forms of a name without additions: each part between separators, without brackets and emoji.

    A single word is a form only if nothing else is left of the name, because two people may share it.
    """
    bare = name_key(strip_brackets(speaker))
    if bare.replace(" ", "").isalnum():
        return frozenset((bare,))
    forms = {bare}
    parts = [each.strip() for each in _SEPARATOR.split(bare) if each.strip()]
    forms.update(part for part in (*parts, _keep_letters(bare)) if " " in part or len(parts) == 1)
    forms.update(each for form in tuple(forms) if " " in (each := _keep_letters(form)) or len(parts) == 1)
    return frozenset(form for form in forms if form)


def _keep_letters(name: str) -> str:
    """Return the letters and digits of a name, without emoji, quotes and periods."""
    return " ".join("".join(char if char.isalnum() or char in "'’-" else " " for char in name).split())


def suggest_user(transcript: Transcript) -> str | None:
    """Return the speaker who is probably the user, None without speakers.

    A name such as `me` or `Ana (Host)` decides; otherwise it is the first speaker who is not called the customer,
    because the caller usually begins.
    """
    words = {each: set(_keep_letters(name_key(each)).split()) for each in transcript.speakers}
    own = (speaker for speaker in words if words[speaker] & _USER_WORDS)
    others = (speaker for speaker in words if not words[speaker] & _BUYER_WORDS)
    return next(own, next(others, next(iter(words), None)))


def find_user(names: Sequence[str], transcript: Transcript) -> tuple[list[str], list[str]]:
    """Return the speakers that are the user, and a message for each name that no speaker has.

    Raises `UsageError` if no name is given or known, and `UserError` for a transcript without words or names.
    """
    if not transcript.utterances:
        raise UserError(" ".join(transcript.problems))
    if not transcript.speakers:
        raise UserError(
            "no speaker has a name, so nobody knows which words are yours "
            "(export the transcript with names, or begin each turn with a name and a colon)"
        )
    if not names:
        speakers = join_names(transcript.speakers)
        example = suggest_user(transcript)
        raise UsageError(f'which speaker are you? (use --me NAME, for example --me "{example}"; speakers: {speakers})')
    resolved, unknown = list[str](), list[str]()
    for name in names:
        try:
            resolved += resolve_speakers([name], transcript.speakers)
        except UnknownSpeaker as problem:
            unknown.append(str(problem))
    if not resolved:
        raise UsageError(unknown[0])
    return resolved, unknown


def join_names(speakers: Sequence[str]) -> str:
    """Return names for a message; between names such as `Wolf, Dana` stands a semicolon."""
    return ("; " if any("," in name for name in speakers) else ", ").join(speakers)


def resolve_speakers(names: Iterable[str], speakers: Iterable[str]) -> list[str]:
    """Return the speakers that `names` refer to.

    A name refers to the speaker of that name, the one who has it without additions, or the only one who has all of its
    words. Raises `UnknownSpeaker` if it refers to nobody or to several.
    """
    candidates = list(speakers)
    compared = {name_key(speaker): speaker for speaker in candidates}
    found: list[str] = []
    for name in names:
        matches = _find_matches(name, candidates)
        if len(matches) == 1:
            found.append(matches[0])
            continue
        if matches:
            raise UnknownSpeaker(f"ambiguous speaker {name!r}: {' or '.join(map(repr, matches))} (use the full name)")
        from difflib import get_close_matches  # start-up time

        close = get_close_matches(name_key(name), compared, n=1)
        hint = f"did you mean {compared[close[0]]!r}? " if close else ""
        raise UnknownSpeaker(f"unknown speaker {name!r} ({hint}speakers: {join_names(candidates) or 'none'})")
    return found


def _find_matches(name: str, speakers: Iterable[str]) -> list[str]:
    """Return the speakers that a name may refer to, by the strictest comparison that finds one."""
    key, words = name_key(name), set(_keep_letters(name_key(name)).split())
    comparisons: tuple[Callable[[str], bool], ...] = (
        lambda speaker: name_key(speaker) == key,
        lambda speaker: name_key(strip_brackets(speaker)) == key,
        lambda speaker: key in list_short_forms(speaker),
        lambda speaker: bool(words) and words <= set(_keep_letters(name_key(speaker)).split()),
    )
    candidates = list(speakers)
    matches = ([speaker for speaker in candidates if fits(speaker)] for fits in comparisons)
    return next(filter(None, matches), [])


MAX_PAUSE_SECONDS = 4.0
"""Silence after which nobody is shown as speaking; pauses between sentences are shorter."""

MAX_BACKCHANNEL_WORDS = 3
"""Words of an utterance that may be only a backchannel, as in the coach's limits."""


class CurrentSpeaker:
    """Follows the talk key, voices and words. Times are seconds of the call."""

    def __init__(self) -> None:
        self._side = Side.NOBODY
        self._voice = Side.NOBODY
        self._is_turn_open = False
        self._heard_until = 0.0

    def side_at(self, at: float) -> Side:
        """Return the side that talks `at` seconds of the call; a backchannel does not change it."""
        return self._side if self._is_talking(at) else Side.NOBODY

    def voice_at(self, at: float) -> Side:
        """Return the side whose voice was heard last, including backchannels."""
        return self._voice if self._is_talking(at) else Side.NOBODY

    def press_talk_key(self, at: float) -> FloorTaken:
        """Press the talk key: the other side talks, at first the user."""
        pressed = FloorTaken(at, Side.THEM if self._side is Side.ME else Side.ME, Origin.HAND)
        self.update(pressed)
        return pressed

    def update(self, event: Heard | FloorTaken) -> None:
        """Record who was heard; a backchannel while the other side talks is not a turn."""
        self._voice = event.side
        if isinstance(event, Heard) and self.side_at(event.start) not in (event.side, Side.NOBODY):
            is_backchannel = event.text is not None and len(event.text.split()) <= MAX_BACKCHANNEL_WORDS
            if is_backchannel:
                self._heard_until = max(self._heard_until, event.at, event.end)
                return
        if event.side is not Side.NOBODY:
            self._side = event.side
        if isinstance(event, Heard):
            self._is_turn_open, self._heard_until = False, max(self._heard_until, event.at, event.end)
        else:
            self._is_turn_open, self._heard_until = event.side is not Side.NOBODY, float("-inf")

    def _is_talking(self, at: float) -> bool:
        return self._is_turn_open or at - self._heard_until <= MAX_PAUSE_SECONDS
