"""A very long utterance in portions, so that no event costs more than a few minutes of talk.

Speech comes in turns of a hundred words. A pasted page, a file without line ends or a recogniser that never ends its
utterance come in one of a million characters, and whoever hears it would stand still over it. Portions lose no word:
each is an utterance of its own, one after the other, and what was told once is not told again as it grows.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from salesnerd_tui.call.events import Heard
from salesnerd_tui.hearing.formats.model import Utterance

PORTION_CHARACTERS = 4_000
"""Characters of one portion: about 700 words, five minutes of talk without a breath."""


class _Open(Struct):
    """How far a growing utterance was told: characters, the time there, and the number of the portion that grows."""

    told: int
    until: float
    number: int


class Portions:
    """Takes the events of one source in order. Numbers of utterances are given anew, since a portion needs its own."""

    def __init__(self) -> None:
        self._open: dict[int, _Open] = {}
        self._next = 0

    def of(self, heard: Heard) -> Iterator[Heard]:
        """This event, or the portions of it that are new; each is final but for the last of an utterance that grows."""
        growing = self._open.get(heard.utterance)
        if growing is None:
            growing = self._open[heard.utterance] = _Open(0, heard.start, self._number())
        yield from self._tell(heard, growing)
        if heard.final:
            del self._open[heard.utterance]

    def _tell(self, heard: Heard, growing: _Open) -> Iterator[Heard]:
        text = heard.text
        if text is None:
            yield replace(heard, utterance=growing.number)
            return
        while len(text) - growing.told > PORTION_CHARACTERS:
            end = portion_end(text, growing.told)
            share = (end - growing.told) / (len(text) - growing.told)
            until = growing.until + max(heard.end - growing.until, 0.0) * share
            yield _part(heard, text[growing.told : end].strip(), growing, until, final=True)
            growing.told, growing.until, growing.number = end, until, self._number()
        rest = text[growing.told :]
        if growing.told == 0 or rest.strip():
            yield _part(heard, rest.strip() if growing.told else rest, growing, heard.end, final=heard.final)

    def _number(self) -> int:
        self._next += 1
        return self._next - 1


def portion_end(text: str, start: int) -> int:
    """Where the portion of `text` from `start` on ends: at a blank where there is one, else in the middle of a word."""
    most = start + PORTION_CHARACTERS
    blank = max(text.rfind(" ", start, most), text.rfind("\n", start, most))
    return blank + 1 if blank > start else most


def in_portions(utterance: Utterance) -> Iterator[Utterance]:
    """A recorded utterance in portions that follow each other, times by their share of its characters."""
    text, length = utterance.text, max(len(utterance.text), 1)
    begin, start = 0, utterance.start
    while len(text) - begin > PORTION_CHARACTERS:
        cut = portion_end(text, begin)
        end = utterance.start + (utterance.end - utterance.start) * cut / length
        if said := text[begin:cut].strip():
            yield replace(utterance, start=start, end=end, text=said)
        begin, start = cut, end
    if begin == 0:
        yield utterance
    elif rest := text[begin:].strip():
        yield replace(utterance, start=start, text=rest)


def _part(heard: Heard, text: str, growing: _Open, until: float, *, final: bool) -> Heard:
    start = growing.until if growing.told else heard.start
    return replace(heard, start=start, end=max(until, start), text=text, utterance=growing.number, final=final)
