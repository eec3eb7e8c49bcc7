"""Worker that turns sound into messages: who talks, and the words of the sides that may be transcribed.

Each side's sound is split into segments of speech, which the voice-activity detector opens and closes. The values were
measured: a segment opens after 0.25 s of voice (with 0.09 s, noise became words), closes after 0.5 s of silence, and
includes the 0.45 s before it opened, or first words are lost. Models trained on sentences return nonsense for much more
than 15 s.

One worker and one recognizer serve both sides: two would double the memory, and people take turns. It reads no clock
and no device.

Echo: without headphones the microphone hears the buyer, whose words must not count as the user's. Two checks, measured
together on reverberated speech at -6 to -40 dB: the system's output was clearly louder than the microphone, or the
words match what the buyer said at that time.

Nonsense: for silence or noise a recognizer returns text of its training captions, such as thanks for watching, a lone
"you", musical notes, long runs of another script. The end of a partial is a guess: its last word may be incomplete, and
its period is there only because the sound ended.

Note: rapidfuzz 3.14 (`partial_ratio`) decides the same on all 1,089 pairs of sentences of the demo, in 0.03 ms for each
instead of 2.6 ms. At a few utterances a minute that is not worth 12 MB of native code.
"""

from __future__ import annotations

import math
import re
import sys
from array import array
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from difflib import SequenceMatcher
from enum import StrEnum
from functools import partial
from itertools import count
from operator import mul
from typing import Protocol

from msgspec import Struct, field

from salesnerd_tui.call.events import Side
from salesnerd_tui.speech.microphone.capture import FULL_SCALE, RATE, SAMPLE_BYTES, Chunk, duration_seconds
from salesnerd_tui.speech.microphone.protocol import (
    SIDES,
    EchoMessage,
    FloorMessage,
    ListenOrders,
    Message,
    WordsMessage,
)

LEVEL_STEP = 4
SILENCE_DB = -100.0


def measure_power(samples: bytes) -> float:
    """Return the mean square of every fourth sample, 0 to 1: accurate enough for a level at a quarter of the cost."""
    values = array("h")
    values.frombytes(samples)
    if sys.byteorder == "big":
        values.byteswap()
    values = values[::LEVEL_STEP]
    return sum(map(mul, values, values)) / (len(values) * FULL_SCALE**2) if values else 0.0


def to_decibels(power: float) -> float:
    """Return a power in decibels relative to full scale."""
    return max(10 * math.log10(power), SILENCE_DB) if power > 0 else SILENCE_DB


class LoudnessHistory:
    """Recent loudness of one side: the power of each frame of the last `seconds`."""

    def __init__(self, seconds: float = 40.0) -> None:
        self._seconds = seconds
        self._frames: deque[tuple[float, float]] = deque()

    def add(self, power: float, until: float) -> None:
        self._frames.append((until, power))
        while self._frames[0][0] < until - self._seconds:
            self._frames.popleft()

    def mean_level(self, start: float, end: float) -> float:
        """Return the mean level in decibels of the frames that ended within the span."""
        powers = [power for until, power in self._frames if start <= until <= end]
        return to_decibels(sum(powers) / len(powers)) if powers else SILENCE_DB

    def find_quietest(self, start: float, end: float, frame_count: int = 4) -> float:
        """Return the end of the quietest `frame_count` frames within the span, `end` if there are none."""
        frames = [frame for frame in self._frames if start <= frame[0] <= end]
        best, at = math.inf, end
        for first in range(len(frames) - frame_count + 1):
            total = sum(power for _, power in frames[first : first + frame_count])
            if total < best:
                best, at = total, frames[first + frame_count // 2][0]
        return at


FRAME_BYTES = 512 * SAMPLE_BYTES
"""Bytes of one frame of 32 ms: the only length that Silero supports at 16 kHz."""

FRAME_SECONDS = duration_seconds(bytes(FRAME_BYTES))
OPEN_SECONDS = 0.25
CLOSE_SECONDS = 0.5
PREROLL_SECONDS = 0.45
MAX_SEGMENT_SECONDS = 15.0
CUT_WINDOW_SECONDS = 4.0
"""A segment that is too long is cut at the quietest moment of its last seconds, so that no word is split."""

TAIL_SECONDS = 0.2
"""Silence kept at the end of a segment: a final consonant is as quiet."""

QUIET_DB = -75.0
"""Level below which nobody speaks: the detector is skipped there to save time."""

SKIP_AFTER_FRAMES = 16
"""Quiet frames (half a second) after which the detector is reset and skipped."""


class Vad(Protocol):
    """Stateful voice-activity detector: true after `OPEN_SECONDS` of voice, false after `CLOSE_SECONDS` of silence."""

    def is_speech(self, frame: bytes) -> bool: ...

    def reset(self) -> None: ...


class Segment(Struct):
    """A stretch of speech that starts at a monotonic second; `is_transcribed` says whether it may be recognized."""

    number: int
    start: float
    is_transcribed: bool = False
    frames: list[bytes] = field(default_factory=list)
    decoded_until: float = 0.0

    @property
    def samples(self) -> bytes:
        return b"".join(self.frames)

    @property
    def seconds(self) -> float:
        return len(self.frames) * FRAME_SECONDS

    @property
    def end(self) -> float:
        return self.start + self.seconds


class SegmentChange(StrEnum):
    """Change of a segment."""

    OPENED = "opened"
    CLOSED = "closed"
    CUT = "cut"


class Segmenter:
    """Splitter of one side's stream. Both sides share `numbers`; `may_transcribe` is called when a segment opens."""

    def __init__(self, vad: Vad, numbers: Iterator[int], may_transcribe: Callable[[], bool]) -> None:
        self.loudness = LoudnessHistory()
        self.open_segment: Segment | None = None
        self._vad = vad
        self._numbers = numbers
        self._may_transcribe = may_transcribe
        self._remainder = b""
        self._quiet_frames = 0
        self._preroll: deque[bytes] = deque(maxlen=round(PREROLL_SECONDS / FRAME_SECONDS))

    def feed(self, samples: bytes, until: float) -> Iterator[tuple[SegmentChange, Segment]]:
        """Process sound and yield the changes; `until` is the time of the last sample."""
        data = self._remainder + samples
        whole = len(data) // FRAME_BYTES * FRAME_BYTES
        self._remainder = data[whole:]
        for begin in range(0, whole, FRAME_BYTES):
            frame = data[begin : begin + FRAME_BYTES]
            frame_end = until - (len(data) - begin - FRAME_BYTES) / (RATE * SAMPLE_BYTES)
            yield from self._process_frame(frame, frame_end)

    def interrupt(self) -> Iterator[tuple[SegmentChange, Segment]]:
        """Close the open segment, because the sound was interrupted."""
        self._remainder = b""
        self._preroll.clear()
        self._vad.reset()
        if self.open_segment is not None:
            closed, self.open_segment = self.open_segment, None
            yield SegmentChange.CLOSED, closed

    def _process_frame(self, frame: bytes, frame_end: float) -> Iterator[tuple[SegmentChange, Segment]]:
        power = measure_power(frame)
        self.loudness.add(power, frame_end)
        self._preroll.append(frame)
        is_speech = self._is_speech(frame, to_decibels(power))
        if self.open_segment is None:
            if is_speech:
                start = frame_end - len(self._preroll) * FRAME_SECONDS
                self.open_segment = Segment(next(self._numbers), start, self._may_transcribe(), list(self._preroll))
                yield SegmentChange.OPENED, self.open_segment
            return
        self.open_segment.frames.append(frame)
        if not is_speech:
            closed, self.open_segment = self.open_segment, None
            del closed.frames[len(closed.frames) - round((CLOSE_SECONDS - TAIL_SECONDS) / FRAME_SECONDS) :]
            self._preroll.clear()
            yield SegmentChange.CLOSED, closed
        elif self.open_segment.seconds >= MAX_SEGMENT_SECONDS:
            yield SegmentChange.CUT, self._cut(self.open_segment)

    def _is_speech(self, frame: bytes, level: float) -> bool:
        self._quiet_frames = self._quiet_frames + 1 if level < QUIET_DB else 0
        if self.open_segment is None and self._quiet_frames >= SKIP_AFTER_FRAMES:
            if self._quiet_frames == SKIP_AFTER_FRAMES:
                self._vad.reset()
            return False
        return self._vad.is_speech(frame)

    def _cut(self, segment: Segment) -> Segment:
        """End the segment at its quietest late moment, and open the next one with the rest."""
        at = self.loudness.find_quietest(segment.end - CUT_WINDOW_SECONDS, segment.end)
        length = min(max(round((at - segment.start) / FRAME_SECONDS), 1), len(segment.frames))
        rest = segment.frames[length:]
        del segment.frames[length:]
        self.open_segment = Segment(next(self._numbers), segment.end, segment.is_transcribed, rest)
        return segment


PARTIAL_SECONDS = 2.0
"""Interval of partials: a tap must not wait for the end of a monologue, and each partial costs a decoding."""

PAUSE_SECONDS = 0.15
PAUSE_DB = 15.0
"""Margin by which a pause is quieter than its segment."""

SILENCE = bytes(int(0.5 * RATE) * SAMPLE_BYTES)
"""Appended to every segment before recognition: without it, models repeat the last clause of an unfinished sentence."""

MAX_PARTIAL_DELAY_SECONDS = 0.6
"""Delay from which partials are skipped, so that final texts are not late as well."""


class Recognizer(Protocol):
    """Speech recognizer."""

    def recognize(self, samples: bytes) -> str:
        """Return what is said, as the model writes it."""


class Worker:
    """Passes messages to `on_message`. Without a recognizer it detects voices only, whatever the orders say."""

    def __init__(
        self, vads: Mapping[Side, Vad], recognizer: Recognizer | None, on_message: Callable[[Message], None]
    ) -> None:
        numbers = count()
        self._recognizer = recognizer
        self._on_message = on_message
        self._orders = ListenOrders(frozenset())
        self._segmenters = {side: Segmenter(vads[side], numbers, partial(self._may_transcribe, side)) for side in SIDES}
        self._talking_side = Side.NOBODY
        self._buyer_words = BuyerWords()

    def apply_orders(self, orders: ListenOrders, at: float) -> None:
        """Apply new orders. A segment that began without permission is never transcribed."""
        self._orders = orders
        for side, segmenter in self._segmenters.items():
            if segmenter.open_segment is not None and side not in orders.words:
                segmenter.open_segment.is_transcribed = False
            if orders.paused:
                list(segmenter.interrupt())  # drops the open segment
        if orders.paused:
            self._report_talking_side(at)

    def process(self, chunk: Chunk, behind: float = 0.0) -> None:
        """Process more sound, which is `behind` seconds old."""
        if self._orders.paused:
            return
        segmenter = self._segmenters[chunk.side]
        changes = segmenter.feed(chunk.samples, chunk.until) if chunk.samples else segmenter.interrupt()
        for change, segment in changes:
            self._report_talking_side(chunk.until)
            if change is not SegmentChange.OPENED:
                self._send_final(chunk.side, segment)
        if behind < MAX_PARTIAL_DELAY_SECONDS:
            self._send_partial(chunk.side)

    def _may_transcribe(self, side: Side) -> bool:
        return side in self._orders.words

    def _report_talking_side(self, at: float) -> None:
        """Report the side that talks: the one that began first, until it is silent, whatever the other interjects."""
        talking = [side for side in SIDES if self._is_talking(side, at)]
        if self._talking_side not in talking:
            talking_side = talking[0] if talking else Side.NOBODY
            if talking_side is not self._talking_side:
                self._talking_side = talking_side
                self._on_message(FloorMessage(talking_side, at))

    def _is_talking(self, side: Side, at: float) -> bool:
        segment = self._segmenters[side].open_segment
        return segment is not None and not (side is Side.ME and self._is_echo(segment.start, at))

    def _is_echo(self, start: float, end: float) -> bool:
        """Return whether the system's output was louder than the microphone, which therefore heard the buyer."""
        user, buyer = (self._segmenters[side].loudness.mean_level(start, end) for side in SIDES)
        return buyer > user + ECHO_MARGIN_DB

    def _send_partial(self, side: Side) -> None:
        segment = self._segmenters[side].open_segment
        if segment is None or not segment.is_transcribed or self._recognizer is None:
            return
        if segment.end - max(segment.start, segment.decoded_until) < PARTIAL_SECONDS:
            return
        levels = self._segmenters[side].loudness
        pause = levels.mean_level(segment.end - PAUSE_SECONDS, segment.end)
        if pause < levels.mean_level(segment.start, segment.end) - PAUSE_DB:
            return  # the segment is silent right now: it probably closes and is decoded anyway
        segment.decoded_until = segment.end
        if side is Side.ME and self._is_echo(segment.start, segment.end):
            return
        self._send_words(side, segment, final=False)

    def _send_final(self, side: Side, segment: Segment) -> None:
        if not segment.is_transcribed or self._recognizer is None:
            return
        if side is Side.ME and self._is_echo(segment.start, segment.end):
            self._on_message(EchoMessage(segment.end))
            return
        self._send_words(side, segment, final=True)

    def _send_words(self, side: Side, segment: Segment, *, final: bool) -> None:
        recognized = self._recognizer.recognize(segment.samples + SILENCE) if self._recognizer is not None else ""
        text = plausible_text(recognized) if final else stable_text(recognized)
        if not text:
            return
        if side is Side.THEM:
            self._buyer_words.add(segment.number, segment.start, segment.end, text)
        elif self._is_buyer_echo(segment, text):
            if final:
                self._on_message(EchoMessage(segment.end))
            return
        self._on_message(WordsMessage(side, segment.number, segment.start, segment.end, text, final))

    def _is_buyer_echo(self, segment: Segment, text: str) -> bool:
        """Return whether the words are the buyer's. Recognizes the buyer's open segment first, to compare with it."""
        buyer_segment = self._segmenters[Side.THEM].open_segment
        if buyer_segment is not None and buyer_segment.is_transcribed and buyer_segment.start < segment.end:
            buyer_segment.decoded_until = buyer_segment.end
            self._send_words(Side.THEM, buyer_segment, final=False)
        return self._buyer_words.contains(segment.start, segment.end, text)


ECHO_MARGIN_DB = 3.0
"""Margin by which the system's output must be louder than the microphone to count as the buyer's sound."""

MIN_SIMILARITY = 0.70
"""Similarity from which words heard at the same time count as the same words."""

MIN_ECHO_WORDS = 2
"""Fewer words are not compared: both sides may say "yes" at once."""

_WORD = re.compile(r"[a-z0-9']+")


def similarity(one: str, other: str) -> float:
    """Return how well the shorter text matches a part of the longer one, from 0 to 1."""
    shorter, longer = sorted((_normalize(one), _normalize(other)), key=len)
    if not shorter:
        return 0.0
    matcher = SequenceMatcher(None, shorter, longer, autojunk=False)
    starts = {max(block.b - block.a, 0) for block in matcher.get_matching_blocks() if block.size}
    parts = (longer[start : start + len(shorter)] for start in starts)
    return max((SequenceMatcher(None, shorter, part, autojunk=False).ratio() for part in parts), default=0.0)


def _normalize(text: str) -> str:
    return " ".join(_WORD.findall(text.lower()))


class BuyerWords:
    """The buyer's latest utterances, to compare the user's with. In memory only."""

    def __init__(self) -> None:
        self._utterances: deque[tuple[int, float, float, str]] = deque(maxlen=12)

    def add(self, number: int, start: float, end: float, text: str) -> None:
        if self._utterances and self._utterances[-1][0] == number:
            self._utterances.pop()
        self._utterances.append((number, start, end, text))

    def contains(self, start: float, end: float, text: str) -> bool:
        """Return whether words from the microphone are what the buyer said at that time."""
        if len(_WORD.findall(text.lower())) < MIN_ECHO_WORDS:
            return False
        said = [words for _, begun, frame_end, words in self._utterances if begun < end and frame_end > start]
        return any(similarity(text, words) >= MIN_SIMILARITY for words in (*said, " ".join(said)))


_STOCK_PHRASES = frozenset(
    (
        *("thank you for watching", "thanks for watching", "thank you so much for watching", "please subscribe"),
        *("thank you very much for watching", "like and subscribe", "subscribe to my channel", "the end", "bye", "you"),
        *("see you in the next video", "ill see you in the next video", "subtitles by the amara org community"),
    )
)
_STAGE_DIRECTIONS = re.compile(r"\[[^\]]*\]|\([^)]*\)|[♪♫♬]+|\*[^*]*\*")
_QUOTES = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "..."})
_DOUBLED_PUNCTUATION = re.compile(r"([,;:])[,;:]+")
_NOT_LETTERS = re.compile(r"[^a-z0-9 ]+")
_FINAL_PUNCTUATION = ".,;:!?-\"'"
LAST_LATIN_LETTER = 0x24F
"""The last Latin letter: an English model that returns another script returned nonsense."""

_ALLOWED_SYMBOLS = "€₹™"
MIN_REPETITIONS = 4
"""Repetitions of a phrase from which a text that has nothing else is nonsense ("10, 10, 10, 10")."""


def plausible_text(text: str) -> str:
    """Return the text as one line, empty when it is what models return for silence."""
    plain = _DOUBLED_PUNCTUATION.sub(r"\1", " ".join(_STAGE_DIRECTIONS.sub(" ", text.translate(_QUOTES)).split()))
    if any(ord(letter) > LAST_LATIN_LETTER and letter not in _ALLOWED_SYMBOLS for letter in plain):
        return ""
    bare = " ".join(_NOT_LETTERS.sub("", plain.lower()).split())
    words = bare.split()
    is_repetition = any(
        len(words) >= MIN_REPETITIONS * size and words == (words[:size] * len(words))[: len(words)]
        for size in (1, 2, 3)
    )
    return "" if not bare or bare in _STOCK_PHRASES or is_repetition else plain


def stable_text(text: str) -> str:
    """Return the part of a partial that the next one rarely changes: without the last word and final punctuation."""
    words = plausible_text(text).split()[:-1]
    return " ".join(words).rstrip(_FINAL_PUNCTUATION)
