"""Filter for rolling captions: words that a caption repeats from the previous one count once.

Automatic captions show two or three lines and scroll: each caption begins with the last lines of the previous one. Live
captions grow: each caption begins with all of the previous one.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from itertools import accumulate

from msgspec import Struct
from msgspec.structs import replace

from salesnerd_tui.lazy_pattern import lazy_pattern
from salesnerd_tui.speech.transcripts.model import Piece, same_name

_PUNCTUATION = ".,;:!?()\"'-"
WINDOW_WORDS = 400
"""Words at the end of a caption that the next one may repeat."""

LINES_SHOWN = 6
"""Lines of a caption that the next one may repeat."""

SURE_WORDS = 3
"""Common words that are not chance; people do repeat one or two: "no, no"."""

TOUCH_SECONDS = 0.5
"""Longest gap between captions of one flow of text."""

HELD_CHARACTERS = 600
"""Length from which a growing caption is final without the end of a sentence."""

CAPTION_KEY = "caption "
"""Beginning of the key of a caption that may grow."""

_STOP = lazy_pattern(r"[.!?…。！？][\"”’»)\]]*\s*\Z")
_ASCII_WORD = lazy_pattern(r"[^\W_]+")
_WORD = lazy_pattern(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W_\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+")


class _Shown:
    """A caption as it was shown, with repeated words. Its words are found when they are needed."""

    def __init__(self, piece: Piece) -> None:
        self.speaker = same_name(piece.speaker)
        self.start, self.end = piece.start, piece.end
        self.text = piece.text

    @cached_property
    def lines(self) -> tuple[tuple[str, ...], ...]:
        return tuple(map(_words, self.text.split("\n")))

    @cached_property
    def words(self) -> tuple[str, ...]:
        return tuple(word for line in self.lines for word in line)

    def may_hold(self, text: str) -> bool:
        """Return whether the first word of `text` may be one of these words: a check that is fast for English."""
        first = text.split(None, 1)[:1]
        if not first or not text.isascii():
            return True
        word = first[0].strip(_PUNCTUATION)
        return not word.isalnum() or word.casefold() in self.text.casefold()


class RollingFilter(Struct, frozen=True):
    """State of the filter; `next` returns the state after a caption, and the new pieces.

    With `rolls`, even one repeated word is a repetition. `holds` is set once captions grow word by word: from then on a
    caption that may grow is returned as a piece that is not final, and again when it has grown, so that a sentence is
    one utterance.
    """

    rolls: bool = False
    holds: bool = False
    before: Sequence[_Shown] = ()
    """The previous caption by speaker."""
    pending: Piece | None = None
    """The caption that may grow."""

    @property
    def repeats(self) -> bool:
        """Return whether the next caption may repeat words of the previous one."""
        return self.rolls or self.holds or self.pending is not None

    def released(self) -> tuple[RollingFilter, list[Piece]]:
        """Return the state without the growing caption, and that caption as a final piece."""
        return replace(self, pending=None), [replace(self.pending, final=True)] if self.pending else []

    def next(self, pieces: Sequence[Piece]) -> tuple[RollingFilter, list[Piece]]:
        """Filter the pieces of one caption; pieces without new words are dropped."""
        shown = list(map(_Shown, pieces))
        if not shown:
            return self, []
        if self.pending is not None and _corrects(self.pending, shown[0]):
            grown = replace(self.pending, text=pieces[0].text, end=pieces[0].end)
            return self._held(shown, [grown, *pieces[1:]], self.rolls, True)
        new, repeated = self._new(pieces, shown)
        rolls = self.rolls or _is_rolling(repeated, shown[0])
        holds = self.holds or (bool(repeated) and _grows_in_line(self.before, shown[0]))
        if self.pending is None:
            return self._held(shown, new, rolls, holds)
        if not new:
            return RollingFilter(rolls, holds, shown, replace(self.pending, end=pieces[-1].end)), []
        if repeated and self.before and repeated == len(self.before[-1].words):
            grown = replace(self.pending, text=f"{self.pending.text} {new[0].text}", end=new[0].end)
            return self._held(shown, [grown, *new[1:]], rolls, holds)
        state, more = self._held(shown, new, rolls, holds)
        return state, [replace(self.pending, final=True), *more]

    def _new(self, pieces: Sequence[Piece], shown: Sequence[_Shown]) -> tuple[list[Piece], int]:
        """Return the pieces without repeated words, and the number of repeated words of the first piece."""
        new: list[Piece] = []
        before, first, rolls = self.before, 0, self.rolls
        for number, (piece, now) in enumerate(zip(pieces, shown, strict=True)):
            repeated = _repeated(before, now, rolls)
            first = first if number else repeated
            rolls = rolls or _is_rolling(repeated, now)
            rest = _after(piece.text, repeated) if repeated else piece.text
            if rest:
                new.append(replace(piece, text=rest) if repeated else piece)
            before = before[1:] if repeated and repeated == len(now.words) else ()
        return new, first

    def _held(
        self, shown: Sequence[_Shown], new: list[Piece], rolls: bool, holds: bool
    ) -> tuple[RollingFilter, list[Piece]]:
        """Return the state and the pieces; the last one is not final if it may grow."""
        last = new[-1] if new else None
        if last is None or not holds or _STOP.search(last.text) or len(last.text) > HELD_CHARACTERS:
            return RollingFilter(rolls, holds, shown), [replace(piece, final=True) for piece in new]
        pending = replace(last, key=last.key or f"{CAPTION_KEY}{last.line}", final=False)
        return RollingFilter(rolls, holds, shown, pending), [*new[:-1], pending]


def _is_rolling(repeated: int, now: _Shown) -> bool:
    """Return whether a repetition shows that captions roll: several words, or one line of several."""
    return repeated > 1 or (repeated > 0 and len(now.lines) > 1)


def _corrects(pending: Piece, now: _Shown) -> bool:
    """Return whether a caption is the held one after growth or correction, not the next sentence."""
    old = _Shown(pending)
    if (old.speaker and now.speaker and old.speaker != now.speaker) or not _touches(old, now):
        return False
    common = 0
    for before, after in zip(old.words, now.words, strict=False):
        if before != after:
            common += after.startswith(before) and common == len(old.words) - 1
            break
        common += 1
    return common == len(old.words) or (common > 1 and common * 2 >= len(old.words) and len(now.words) >= common + 1)


def _grows_in_line(before: Sequence[_Shown], now: _Shown) -> bool:
    """Return whether the last line of the previous caption grows within the line."""
    if not before:
        return False
    old = before[-1].lines
    at = len(old) - 1
    if len(now.lines) <= at or tuple(now.lines[:at]) != tuple(old[:at]):
        return False
    return len(now.lines[at]) > len(old[at]) and now.lines[at][: len(old[at])] == old[at]


def _words(text: str) -> tuple[str, ...]:
    return tuple(map(str.casefold, (_ASCII_WORD if text.isascii() else _WORD).findall(text)))


def _repeated(before: Sequence[_Shown], now: _Shown, rolls: bool) -> int:
    """Return the number of initial words that the previous caption showed."""
    for old in reversed(before):
        if not _touches(old, now):
            continue
        if old.speaker and now.speaker and old.speaker != now.speaker:
            if not old.may_hold(now.speaker) or not old.words or not now.words:
                continue
            named = _words(now.speaker)
            count = _overlap(old.words, (*named, *now.words)) - len(named)
            if count >= 1 and len(named):
                return count
            continue
        if not old.may_hold(now.text):
            continue
        count = _in_lines(old.lines, now.lines) or _overlap(old.words, now.words)
        if count and _is_repetition(old, now, count, rolls):
            return count
    return 0


def _touches(old: _Shown, now: _Shown) -> bool:
    if old.start is None or now.start is None:
        return False
    if now.start == old.start:
        return True
    return old.end is not None and old.start <= now.start <= old.end + TOUCH_SECONDS


def _is_repetition(old: _Shown, now: _Shown, count: int, rolls: bool) -> bool:
    whole_old, whole_new = count == len(old.words), count == len(now.words)
    if whole_old and whole_new:
        return rolls or count > SURE_WORDS or old.start == now.start
    if count >= SURE_WORDS or whole_old:
        return True
    in_whole_lines = count in _sums(now.lines) and count in _sums(old.lines[::-1])
    return in_whole_lines and (rolls or count > 1)


def _in_lines(old: Sequence[tuple[str, ...]], new: Sequence[tuple[str, ...]]) -> int:
    """Return the number of words in the last lines of `old` that are the first lines of `new`."""
    for count in range(min(len(old), len(new), LINES_SHOWN), 0, -1):
        if tuple(old[-count:]) == tuple(new[:count]):
            return sum(map(len, new[:count]))
    return 0


def _sums(lines: Sequence[Sequence[str]]) -> list[int]:
    return list(accumulate(map(len, lines)))


def _overlap(old: Sequence[str], new: Sequence[str]) -> int:
    """Return the length of the longest end of `old` that `new` begins with. Linear time."""
    if len(new) >= len(old) and tuple(new[: len(old)]) == tuple(old):
        return len(old)
    tail = old[-WINDOW_WORDS:]
    head = new[:WINDOW_WORDS]
    if not head or head[0] not in tail:
        return 0
    failure = [0] * len(head)
    length = 0
    for at in range(1, len(head)):
        while length and head[at] != head[length]:
            length = failure[length - 1]
        length += head[at] == head[length]
        failure[at] = length
    length = 0
    for position, word in enumerate(tail):
        while length and (length == len(head) or word != head[length]):
            length = failure[length - 1]
        length += word == head[length]
        if length == len(head) and position + 1 < len(tail):
            length = failure[length - 1]
    return length


def _after(text: str, words: int) -> str:
    """Return the text after that many words, without their punctuation."""
    end = 0
    for number, found in enumerate(_WORD.finditer(text), 1):
        end = found.end()
        if number == words:
            break
    rest = text[end:]
    if not _WORD.search(rest):
        return ""
    return rest.lstrip(' \t\n.,;:!?…)"”’»。，！？-–—')
