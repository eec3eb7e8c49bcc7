"""Sentences and their words: speech is split into sentences with their times while it arrives.

The coach decides sentence by sentence, so that a tap does not wait for the end of a two-minute turn. Partials grow, and
only their new words are processed, so that each event costs the same however long the turn is. Without punctuation, as
in most recognized speech, a sentence ends where a clause seems to start, and at the latest after `MAX_SENTENCE_WORDS`.

Words are compared in lower case and without punctuation, because speech recognition guarantees neither; stems unite the
forms of a word.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from math import inf

from msgspec import Struct

from salesnerd_tui.call.events import Heard, Side
from salesnerd_tui.lazy_pattern import lazy_pattern

_WORD = lazy_pattern(r"[^\W_]+(?:['.+-][^\W_]+)*[+#]*")


def vocabulary(text: str) -> frozenset[str]:
    """Return the words of a block of text as a set."""
    return frozenset(text.split())


FUNCTION_WORDS = vocabulary(
    """a about after again all also am an and any anyway are as at back be because been before being both but by can
    could did do does doing don done else even ever every for from get gets getting give go goes going gonna got had has
    have having he her here him his how i if in into is it its just kind know let let's like look lot made make many
    maybe me mean means might more most much must my need no not now of off oh ok okay on one only or other our out over
    own per put really right said same say see she should show so some something sort still such sure take than that
    that's the their them then there there's these they thing things think this those though through to too try two um
    uh uh-huh up us use used uses using very want wanted was way we well were what when where which while who why will
    with would yeah yep yes yet you your i'm i'll i've it's we're we've we'll you're you've you'll they're don't didn't
    doesn't isn't can't won't wasn't"""
)
"""Words that carry no topic."""

_POLITE = vocabulary(
    """yes yeah yep yup ya no nope ok okay okey right sure mm mhm mm-hm mm-hmm mhmm hmm hm uh huh uh-huh aha ah oh i see
    got it gotcha understood fine good great super excellent perfect nice alright well so exactly correct true agreed
    indeed thanks thank you please go ahead all is everything it's that's and clear noted makes sense cool of course
    absolutely definitely really very much sounds okay"""
)
"""Words of sentences that only say *yes*, *okay* or *thank you*."""


def split_words(text: str) -> tuple[str, ...]:
    """Return the words of `text` in lower case, with straight apostrophes, inner hyphens and points."""
    return tuple(_WORD.findall(text.lower().replace("’", "'")))


@lru_cache(maxsize=8192)
def stem(word: str) -> str:
    """Return a word without its English ending, for comparison: *subscribes* and *subscription* are equal.

    Note: snowballstemmer 3.1 takes 42 µs for a word instead of 0.3 µs, and unites other words (185 of the 251 groups of
    words in the built-in playbooks are the same), so the judgment would have to be calibrated again.
    """
    if len(word) > 5:
        for ending in (
            "ations",
            "ation",
            "ingly",
            "ments",
            "ment",
            "ings",
            "ions",
            "ing",
            "ion",
            "ers",
            "ies",
            "ed",
            "er",
            "es",
        ):
            if word.endswith(ending) and len(word) - len(ending) >= 4:
                return word[: -len(ending)]
    return word[:-1] if len(word) > 3 and word.endswith(("s", "e", "y")) and not word.endswith("ss") else word


def topics(words: Iterable[str]) -> frozenset[str]:
    """Return the stems of the words that carry a topic."""
    return frozenset([stem(word) for word in words if len(word) > 2 and word not in FUNCTION_WORDS])


def is_polite(words: tuple[str, ...]) -> bool:
    """Return whether all words are polite words without content."""
    return all(word in _POLITE for word in words)


MAX_SENTENCE_WORDS = 30
"""Maximum words of a sentence (twelve seconds at 150 words a minute); longer ones are split."""

COMMA_WORDS = 20
"""Number of words from which a sentence may be split at a comma."""

CLAUSE_WORDS = 8
"""Minimum words of a clause that is split from the next without punctuation."""

_CLAUSE_STARTS = vocabulary(
    "so and but okay ok now also then well anyway because regarding next plus besides here if when"
)
_CHUNK = lazy_pattern(r"\S+\s*")
MAX_UTTERANCES = 16
"""Maximum number of unfinished utterances that are tracked."""

_SENTENCE_END = lazy_pattern(r"[.!?…\n](?:(?<=\n)|[.!?…]*[\"'”’)\]]*(?!\S))")
"""The expression starts with one character class, which makes the search four times as fast."""


class SpokenSentence(Struct, frozen=True):
    """One sentence. `is_first` is true for the first of its utterance; `mark` is its final punctuation, if any.

    `line` are the words joined by blanks, as the signals search them.
    """

    side: Side
    start: float
    end: float
    text: str
    words: tuple[str, ...]
    line: str
    turn: int = -1
    is_first: bool = True
    mark: str = ""
    speaker: str = ""

    @property
    def seconds(self) -> float:
        return max(self.end - self.start, 0.0)


JOINED_SECONDS = 0.7
"""Maximum pause inside a sentence that captions break."""

CAPTION_WORDS = 20
"""Maximum words of a caption: two or three lines of 42 characters."""

_DASHES = ("-", "–", "—")
"""Signs at the end of speech that was interrupted; a caption that only breaks a sentence has none."""

HELD_SECONDS = 4.0
"""Seconds for which an unfinished sentence waits for its rest: a caption comes when it ends, some seconds later."""


class _UtteranceProgress(Struct):
    """Number of characters of an utterance that were read, and the call's clock there.

    `before` is the unfinished end of the utterance before, which counts as the beginning of this one; `ended` is the
    event that ended it there.
    """

    read_length: int
    until: float
    is_first: bool = True
    before: str = ""
    ended: Heard | None = None


class _Unfinished(Struct):
    """The end of an utterance without a mark: the event that ended it, and what was read of it."""

    event: Heard
    progress: _UtteranceProgress

    def is_continued_by(self, event: Heard) -> bool:
        ended = self.event
        is_same_speaker = (event.side, event.speaker) == (ended.side, ended.speaker)
        return is_same_speaker and event.start - ended.end <= JOINED_SECONDS


class SentenceSplitter:
    """Turns `Heard` events into sentences, each returned exactly once.

    With `joins`, an utterance without a mark at its end is held until the same speaker continues, because captions
    break sentences anywhere. Another speaker, a pause or `flush` ends it. In a source without punctuation nothing is
    held, because any utterance there may be a whole sentence.
    """

    def __init__(self, *, joins: bool = False) -> None:
        self._open: OrderedDict[int, _UtteranceProgress] = OrderedDict()
        self._has_punctuation = False
        self._joins = joins
        self._unfinished: _Unfinished | None = None

    def hear(self, event: Heard) -> tuple[SpokenSentence, ...]:
        """Return the sentences that this event completes; without `joins`, a final event completes all of its text."""
        sentences: tuple[SpokenSentence, ...] = ()
        progress = self._open.get(event.utterance) if event.utterance >= 0 else None
        if progress is None:
            progress = _UtteranceProgress(0, event.start)
            if self._unfinished is not None and self._unfinished.is_continued_by(event):
                before = self._unfinished.progress
                text = f"{self._rest(self._unfinished)} "
                progress = _UtteranceProgress(0, before.until, before.is_first, text, self._unfinished.event)
                self._unfinished = None
            if event.utterance >= 0:
                self._open[event.utterance] = progress
                while len(self._open) > MAX_UTTERANCES:
                    self._open.popitem(last=False)
        if self._unfinished is not None and not self._unfinished.is_continued_by(event):
            sentences = self.flush()
        rest = (progress.before + (event.text or ""))[progress.read_length :]
        self._has_punctuation = self._has_punctuation or _SENTENCE_END.search(rest) is not None
        may_hold = self._joins and self._has_punctuation and _may_break(event.text or "")
        pieces = _split_into_sentences(
            rest, is_final=event.final and not may_hold, has_punctuation=self._has_punctuation
        )
        sentences += tuple(_sentences(event, progress, len(rest), pieces))
        if event.final:
            self._open.pop(event.utterance, None)
            if len(rest) > sum(map(len, pieces)):
                self._unfinished = _Unfinished(event, progress)
        return sentences

    def flush(self, at: float = inf) -> tuple[SpokenSentence, ...]:
        """Return the unfinished sentence if its rest has not come until `at`, in seconds of the call."""
        unfinished = self._unfinished
        if unfinished is None or at - unfinished.event.end < HELD_SECONDS:
            return ()
        self._unfinished = None
        rest = self._rest(unfinished)
        return tuple(_sentences(unfinished.event, unfinished.progress, len(rest), [rest]))

    def finish(self) -> tuple[SpokenSentence, ...]:
        """Return what is unfinished at the end of the call, also if its rest has begun but was never completed."""
        sentences = self.flush()
        for progress in self._open.values():
            rest = progress.before[progress.read_length :]
            if rest and progress.ended is not None:
                sentences += tuple(_sentences(progress.ended, progress, len(rest), [rest]))
        return sentences

    @staticmethod
    def _rest(unfinished: _Unfinished) -> str:
        progress = unfinished.progress
        return (progress.before + (unfinished.event.text or ""))[progress.read_length :]


def _may_break(text: str) -> bool:
    """Return whether a caption may break a sentence at its end; other utterances are turns, which end anywhere."""
    return len(text.split()) <= CAPTION_WORDS and not text.rstrip().endswith(_DASHES)


def _sentences(
    event: Heard, progress: _UtteranceProgress, rest_length: int, pieces: list[str]
) -> Iterator[SpokenSentence]:
    """Yield the sentences with their times, in proportion to their length, and advance `progress`."""
    start, span = progress.until, max(event.end - progress.until, 0.0)
    length = 0
    for piece in pieces:
        length += len(piece)
        until = start + span * min(length / max(rest_length, 1), 1.0)
        words = split_words(piece)
        if words:
            text = " ".join(piece.split())
            yield SpokenSentence(
                event.side,
                progress.until,
                until,
                text,
                words,
                " ".join(words),
                event.turn,
                progress.is_first,
                end_mark(text),
                event.speaker,
            )
            progress.is_first = False
        progress.read_length += len(piece)
        progress.until = until


def end_mark(text: str) -> str:
    """Return the punctuation mark at the end of `text`: `?`, `.`, `!` or an empty string."""
    last = text.rstrip("\"'”’)] ")[-1:]
    return last if last in "?.!" else ""


def _split_into_sentences(text: str, *, is_final: bool, has_punctuation: bool) -> list[str]:
    """Return `text` split after each sentence; an unfinished one is left out unless `is_final`."""
    pieces = []
    start = 0
    for match in _SENTENCE_END.finditer(text):
        end = match.end()
        pieces += _split_long(text[start:end], has_punctuation=has_punctuation)
        start = end
    if start == len(text):
        return pieces
    rest = _split_long(text[start:], has_punctuation=has_punctuation)
    return pieces + (rest if is_final else rest[:-1])


def _split_long(text: str, *, has_punctuation: bool) -> list[str]:
    """Return `text` split where it is too long, or without punctuation where a clause seems to start."""
    if has_punctuation and len(text.split()) < COMMA_WORDS:
        return [text] if text else []
    pieces = []
    start = count = 0
    for word in _CHUNK.finditer(text):
        bare = word.group().rstrip()
        if not has_punctuation and count >= CLAUSE_WORDS and bare.lower() in _CLAUSE_STARTS:
            pieces.append(text[start : word.start()])
            start, count = word.start(), 0
        count += 1
        if count >= MAX_SENTENCE_WORDS or (count >= COMMA_WORDS and bare.endswith((",", ";", "-", ":"))):
            pieces.append(text[start : word.end()])
            start, count = word.end(), 0
    return [*pieces, text[start:]] if start < len(text) else pieces
