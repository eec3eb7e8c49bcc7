"""Parser of captions below a line of times: WebVTT, SRT, SBV and the captions in Teams documents.

Words that a caption repeats from the previous one count once (`RollingFilter`). Automatic captions show two or three
lines and scroll: each caption begins with the last lines of the previous one. Live captions grow: each caption begins
with all of the previous one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import accumulate
from typing import Self

from msgspec import Struct
from msgspec.structs import replace

from salesnerd_tui.lazy_pattern import lazy_pattern
from salesnerd_tui.speech.transcripts.model import (
    MOSTLY_NAMED,
    RECURRING_NAMES,
    TIME,
    Format,
    LineParser,
    LineStack,
    Piece,
    estimate_seconds,
    oldest_first,
    parse_time,
)
from salesnerd_tui.speech.transcripts.speakers import (
    clean_name,
    looks_like_name,
    name_key,
    split_name_prefix,
    starts_with_any,
    text_before_colon,
)

_STAMP = rf"{TIME}|\d{{1,6}}\.\d{{1,6}}s?"
_ARROW = r"[ \t]*(?:-{1,3}>|[–—]>|→|=>)[ \t]*"
CUE_TIMES = lazy_pattern(rf"[ \t]*({_STAMP}){_ARROW}({_STAMP})(?:[ \t]|\Z)")
_CUE_NUMBER = lazy_pattern(rf"[ \t]*\d{{1,9}}[ \t]+(?=(?:{TIME}){_ARROW})")
_WEBEX_LABEL = lazy_pattern(r"[ \t]*\d{0,9}[ \t]*\"([^\"\n]{1,120})\"[ \t]*(?:\(\d{1,20}\))?[ \t]*\Z")
"""Line of Webex above the times: a number, the name, and the person's number."""

_ROLLING_MARKUP = lazy_pattern(r"align:start position:0%|<\d{1,4}(?::\d{1,4}){1,2}[.,]\d{1,6}><c>")
"""Markup of YouTube's automatic captions, which roll."""

_HEADER = lazy_pattern(r"(?:Kind|Language|Region|X-TIMESTAMP-MAP|Translator|Title|Style)\b", re.IGNORECASE)
SBV_TIMES = lazy_pattern(r"[ \t]*(\d{1,4}:\d{1,2}:\d{1,2}\.\d{1,3}),(\d{1,4}:\d{1,2}:\d{1,2}\.\d{1,3})[ \t]*\Z")
UNPADDED_TIME = lazy_pattern(r"[ \t]*\d{1,4}:(?:\d:\d{1,2}|\d{1,2}:\d)\.\d")
"""Times such as `0:0:5.1` in the document export of Teams, with the name on the line below."""

_INVALID_TIMES = lazy_pattern(r"[ \t]*+\S{0,40}[ \t]*+-->[ \t]*+\S{0,40}(?:[ \t]++\w{1,20}:\S{1,40}){0,6}[ \t]*+\Z")
"""Line above a caption that its writer had no times for: `NaN --> NaN`."""

_COMMENT = lazy_pattern(r"(?:NOTE|STYLE|REGION)(?:\s|\Z)")
_DIGITS = lazy_pattern(r"[ \t]*\d{1,9}[ \t]*\Z")
MAX_LABEL_LINES = 3
"""Lines of single words above the times of a caption that are its number, its speaker or its style."""


def _has_rolling_markup(text: str) -> bool:
    return ("><c>" in text or "align:" in text) and _ROLLING_MARKUP.search(text) is not None


def parse_cue_times(line: str) -> tuple[float | None, float | None] | None:
    """Return the start and end of a line of times, both None if they are unreadable; None for another line."""
    head = line[:200]
    first = head.lstrip(" \t")[:1]
    if first.isdigit() or first == "-":
        found = CUE_TIMES.match(head) or SBV_TIMES.match(head)
        if not found and (numbered := _CUE_NUMBER.match(head)):
            found = CUE_TIMES.match(head, numbered.end())
        if found:
            return parse_time(found.group(1).rstrip("s")), parse_time(found.group(2).rstrip("s"))
    left, arrow, right = head.partition("-->")
    looks_timed = (
        arrow
        and len(left) < 40
        and not left.lstrip().startswith(("[", "("))
        and ":" in left
        and not any(char.isalpha() for char in left)
    )
    return (None, None) if looks_timed and right[:1] in ("", " ", "\t") else None


class CueParser(LineParser):
    """Parser of blocks with times and text. Blank lines, header and numbers may be missing.

    `loose` says whether any text before the first colon of a caption is a name; with None, the captions so far decide.
    """

    def __init__(self, kind: Format, known: Iterable[str], loose: bool | None, *, grows: bool) -> None:
        super().__init__()
        self.kind = kind
        self._known_names = set(known)
        self._loose = loose
        self._tagged_count = 0
        self._label = ""
        self._filter = RollingFilter(is_growing=grows)
        self.returns_pending = True
        self._first_line = -1
        self._times: tuple[float | None, float | None] | None = None
        self._lines: LineStack = None
        self._is_skipping = False
        self._speaker = ""
        self._has_cue = False

    @property
    def names(self) -> frozenset[str]:
        return frozenset(self._known_names)

    @property
    def has_growing_captions(self) -> bool:
        return self._filter.is_growing

    @property
    def may_repeat_words(self) -> bool:
        return self._filter.may_repeat_words

    @property
    def needs_second_pass(self) -> bool:
        return self._tagged_count != self.turn_count or self.kind is not Format.WEBVTT or self.has_growing_captions

    def _push(self, line: str) -> Sequence[Piece]:
        times = parse_cue_times(line)
        if times is None and self._times is None and "-->" in line and _INVALID_TIMES.match(line):
            times = (None, None)
        if times is not None:
            done = self._begin_cue(times)
            if not self._filter.is_rolling and _has_rolling_markup(line[:200]):
                self._filter = replace(self._filter, is_rolling=True)
            return done
        if not line.strip():
            return () if self._times is not None and not self._lines else self._end_cue()
        if self._is_skipping:
            return ()
        is_comment = self.kind is Format.WEBVTT and bool(_COMMENT.match(line))
        if self._times is None and not self._lines and (is_comment or line.lstrip("\ufeff").startswith("WEBVTT")):
            self._is_skipping = True
            return ()
        if not self._lines and self._times is None:
            self.block_count += 1
            self._first_line = self._line
        self._lines = (line, self._lines)
        return ()

    def finish(self) -> Sequence[Piece]:
        done = self._end_cue()
        self._filter, pending = self._filter.release_pending()
        return [*done, *pending] if self.returns_pending else done

    def _end_cue(self) -> Sequence[Piece]:
        """Return the pieces of the open caption."""
        done = self._parse_cue()
        self._times, self._lines, self._is_skipping = None, None, False
        return done

    def become_quiet(self) -> None:
        super().become_quiet()
        self._known_names = set(self._known_names)
        self.returns_pending = False

    def final_copy(self) -> Self:
        copy = self.quiet_copy()
        copy.returns_pending = True
        return copy

    def _begin_cue(self, times: tuple[float | None, float | None]) -> Sequence[Piece]:
        label = _WEBEX_LABEL.match(self._lines[0][:200]) if self._lines else None
        if self._times is None:
            for number, line in enumerate(oldest_first(self._lines)[:-1]):
                self.problems.add_skipped_line(self._first_line + number, line)
            self._lines = None
        elif self._lines and (label or _DIGITS.match(self._lines[0])):
            self._lines = self._lines[1]
        done = self._end_cue()
        self._label = label.group(1).strip() if label else ""
        if times == (None, None):
            self.problems.add("unreadable times, estimated from the words", self._line)
        self._times, self._first_line, self._has_cue = times, self._line, True
        self.block_count += 1
        return done

    def _parse_cue(self) -> Sequence[Piece]:
        if self._is_skipping or not self._lines:
            return ()
        if self._times is None:
            return self._parse_stray_lines()
        lines = oldest_first(self._lines)
        speaker = ""
        if self.kind is Format.TEAMS and len(lines) > 1 and looks_like_name(lines[0]):
            speaker, lines = lines[0].strip(), lines[1:]
        self.turn_count += 1
        if json_texts := _parse_json_caption(lines):
            self.named_count, self._tagged_count = self.named_count + 1, self._tagged_count + 1
            return _split_time(json_texts, self._times, self._first_line)
        spoken = self._split_cue(lines)
        if self._label and not any(name for name, _ in spoken):
            spoken = [(self._label, text) for _, text in spoken]
        if speaker:
            spoken = [(speaker, "\n".join(text for _, text in spoken))] if spoken else []
        if spoken:
            self._speaker = spoken[-1][0]
        self._filter, pieces = self._filter.filter(_split_time(spoken, self._times, self._first_line))
        return pieces

    def _split_cue(self, lines: Sequence[str]) -> list[SpeakerText]:
        """Return the words of a caption by speaker, and remember its names and its markup."""
        has_entities = self.kind is Format.WEBVTT
        candidate = text_before_colon(strip_tags(lines[0], has_entities))
        self.named_count += bool(candidate or lines[0].lstrip()[:2].casefold() == "<v")
        loose = self._loose if self._loose is not None else self.named_count >= MOSTLY_NAMED * self.turn_count
        recurs = loose or (self._loose is None and self.named_count >= RECURRING_NAMES * self.turn_count)
        if candidate and self._record_name(name_key(candidate), self._first_line) and recurs:
            self._known_names.add(name_key(candidate))
        if not self._filter.is_rolling and _has_rolling_markup(lines[-1][:400]):
            self._filter = replace(self._filter, is_rolling=True)
        self._tagged_count += has_voice_tag(lines)
        return split_speakers(lines, self._known_names, has_entities, loose=loose)

    def _parse_stray_lines(self) -> Sequence[Piece]:
        """Return words after a blank line, which continue the caption; a lone number or name is a label."""
        lines = oldest_first(self._lines)
        is_label = len(lines) <= MAX_LABEL_LINES and not any(" " in line.strip() for line in lines)
        if not self._has_cue or is_label:
            for number, line in enumerate(lines):
                if len(line.split()) > 2 and not _HEADER.match(line):
                    self.problems.add_skipped_line(self._first_line + number, line)
            return ()
        self._tagged_count -= 1  # a known name may begin such a line
        spoken = split_speakers(lines, self._known_names, self.kind is Format.WEBVTT)
        return [Piece(name or self._speaker, words, None, None, self._first_line) for name, words in spoken]


def _parse_json_caption(lines: Sequence[str]) -> list[SpeakerText]:
    """Return the speakers and words of a caption that is a JSON object, as Teams exports it with its metadata."""
    if not lines[0].lstrip().startswith('{"'):
        return []
    # Start-up time: few captions are JSON.
    from salesnerd_tui.speech.transcripts.structured import find_records, parse_json_object

    value = parse_json_object("".join(lines))
    return [(record.speaker, record.text) for record in find_records(value) if record.text.strip()] if value else []


def _split_time(spoken: list[SpeakerText], times: tuple[float | None, float | None], line: int) -> Sequence[Piece]:
    """Split the time of a caption by the length of what each of its speakers says."""
    start, end = times
    if not spoken:
        return ()
    if len(spoken) == 1:
        return [Piece(*spoken[0], start, end, line)]
    if start is None or end is None or end <= start:
        return [Piece(*said, None if index else start, None, line) for index, said in enumerate(spoken)]
    weights = [max(estimate_seconds(text), 0.1) for _, text in spoken]
    scale = (end - start) / sum(weights)
    pieces, clock = [], start
    for said, weight in zip(spoken, weights, strict=True):
        pieces.append(Piece(*said, clock, clock + weight * scale, line))
        clock += weight * scale
    return pieces


_PUNCTUATION = ".,;:!?()\"'-"
MAX_OVERLAP_WORDS = 400
"""Words at the end of a caption that the next one may repeat."""

MAX_REPEATED_LINES = 6
"""Lines of a caption that the next one may repeat."""

MIN_REPEATED_WORDS = 3
"""Number of common words that is not chance; people do repeat one or two: "no, no"."""

MAX_GAP_SECONDS = 0.5
"""Longest gap between captions of one flow of text."""

MAX_PENDING_CHARACTERS = 600
"""Length from which a growing caption is final without the end of a sentence."""

CAPTION_KEY = "caption "
"""Beginning of the key of a caption that may grow."""

_SENTENCE_END = lazy_pattern(r"[.!?…。！？][\"”’»)\]]*\s*\Z")
_ASCII_WORD = lazy_pattern(r"[^\W_]+")
_WORD = lazy_pattern(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W_\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+")


class _Caption:
    """A caption as it was shown, with repeated words. Its words are found when they are needed."""

    def __init__(self, piece: Piece) -> None:
        self.speaker = name_key(piece.speaker)
        self.start, self.end = piece.start, piece.end
        self.text = piece.text

    @cached_property
    def lines(self) -> tuple[tuple[str, ...], ...]:
        return tuple(map(_split_words, self.text.split("\n")))

    @cached_property
    def words(self) -> tuple[str, ...]:
        return tuple(word for line in self.lines for word in line)

    def may_contain_start(self, text: str) -> bool:
        """Return whether the first word of `text` may be one of these words: a check that is fast for English."""
        first = text.split(None, 1)[:1]
        if not first or not text.isascii():
            return True
        word = first[0].strip(_PUNCTUATION)
        return not word.isalnum() or word.casefold() in self.text.casefold()


class RollingFilter(Struct, frozen=True):
    """State of the filter; `filter` returns the state after a caption, and the new pieces.

    With `is_rolling`, even one repeated word is a repetition. `is_growing` is set once captions grow word by word. From
    then on, a caption that may grow is returned as a piece that is not final, and again when it has grown, so that a
    sentence is one utterance.
    """

    is_rolling: bool = False
    is_growing: bool = False
    previous: Sequence[_Caption] = ()
    """The previous caption by speaker."""
    pending: Piece | None = None
    """The caption that may grow."""

    @property
    def may_repeat_words(self) -> bool:
        """Return whether the next caption may repeat words of the previous one."""
        return self.is_rolling or self.is_growing or self.pending is not None

    def release_pending(self) -> tuple[RollingFilter, list[Piece]]:
        """Return the state without the growing caption, and that caption as a final piece."""
        return replace(self, pending=None), [replace(self.pending, final=True)] if self.pending else []

    def filter(self, pieces: Sequence[Piece]) -> tuple[RollingFilter, list[Piece]]:
        """Filter the pieces of one caption; pieces without new words are dropped."""
        captions = list(map(_Caption, pieces))
        if not captions:
            return self, []
        if self.pending is not None and _is_revision(self.pending, captions[0]):
            grown = replace(self.pending, text=pieces[0].text, end=pieces[0].end)
            return self._hold_last(captions, [grown, *pieces[1:]], self.is_rolling, is_growing=True)
        new, repeated = self._drop_repeated(pieces, captions)
        is_rolling = self.is_rolling or _shows_rolling(repeated, captions[0])
        is_growing = self.is_growing or (bool(repeated) and _grows_in_last_line(self.previous, captions[0]))
        if self.pending is None:
            return self._hold_last(captions, new, is_rolling, is_growing=is_growing)
        if not new:
            return RollingFilter(is_rolling, is_growing, captions, replace(self.pending, end=pieces[-1].end)), []
        if repeated and self.previous and repeated == len(self.previous[-1].words):
            grown = replace(self.pending, text=f"{self.pending.text} {new[0].text}", end=new[0].end)
            return self._hold_last(captions, [grown, *new[1:]], is_rolling, is_growing=is_growing)
        state, more = self._hold_last(captions, new, is_rolling, is_growing=is_growing)
        return state, [replace(self.pending, final=True), *more]

    def _drop_repeated(self, pieces: Sequence[Piece], captions: Sequence[_Caption]) -> tuple[list[Piece], int]:
        """Return the pieces without repeated words, and the number of repeated words of the first piece."""
        new: list[Piece] = []
        previous, first, is_rolling = self.previous, 0, self.is_rolling
        for number, (piece, caption) in enumerate(zip(pieces, captions, strict=True)):
            repeated = _count_repeated(previous, caption, is_rolling)
            first = first if number else repeated
            is_rolling = is_rolling or _shows_rolling(repeated, caption)
            rest = _text_after(piece.text, repeated) if repeated else piece.text
            if rest:
                new.append(replace(piece, text=rest) if repeated else piece)
            previous = previous[1:] if repeated and repeated == len(caption.words) else ()
        return new, first

    def _hold_last(
        self, captions: Sequence[_Caption], new: list[Piece], is_rolling: bool, *, is_growing: bool
    ) -> tuple[RollingFilter, list[Piece]]:
        """Return the state and the pieces; the last one is not final if it may grow."""
        last = new[-1] if new else None
        if last is None or not is_growing or _SENTENCE_END.search(last.text) or len(last.text) > MAX_PENDING_CHARACTERS:
            final = [piece if piece.final else replace(piece, final=True) for piece in new]
            return RollingFilter(is_rolling, is_growing, captions), final
        pending = replace(last, key=last.key or f"{CAPTION_KEY}{last.line}", final=False)
        return RollingFilter(is_rolling, is_growing, captions, pending), [*new[:-1], pending]


def _shows_rolling(repeated: int, caption: _Caption) -> bool:
    """Return whether a repetition shows that captions roll: several words, or one line of several."""
    return repeated > 1 or (repeated > 0 and len(caption.lines) > 1)


def _is_revision(pending: Piece, caption: _Caption) -> bool:
    """Return whether a caption is the pending one after growth or correction, not the next sentence."""
    old = _Caption(pending)
    if (old.speaker and caption.speaker and old.speaker != caption.speaker) or not _is_adjacent(old, caption):
        return False
    common = 0
    for old_word, new_word in zip(old.words, caption.words, strict=False):
        if old_word != new_word:
            common += new_word.startswith(old_word) and common == len(old.words) - 1
            break
        common += 1
    return common == len(old.words) or (
        common > 1 and common * 2 >= len(old.words) and len(caption.words) >= common + 1
    )


def _grows_in_last_line(previous: Sequence[_Caption], caption: _Caption) -> bool:
    """Return whether the last line of the previous caption grows within the line."""
    if not previous:
        return False
    old = previous[-1].lines
    at = len(old) - 1
    if len(caption.lines) <= at or tuple(caption.lines[:at]) != tuple(old[:at]):
        return False
    return len(caption.lines[at]) > len(old[at]) and caption.lines[at][: len(old[at])] == old[at]


def _split_words(text: str) -> tuple[str, ...]:
    return tuple(map(str.casefold, (_ASCII_WORD if text.isascii() else _WORD).findall(text)))


def _count_repeated(previous: Sequence[_Caption], caption: _Caption, is_rolling: bool) -> int:
    """Return the number of initial words that the previous caption showed."""
    for old in reversed(previous):
        if not _is_adjacent(old, caption):
            continue
        if old.speaker and caption.speaker and old.speaker != caption.speaker:
            if not old.may_contain_start(caption.speaker) or not old.words or not caption.words:
                continue
            named = _split_words(caption.speaker)
            count = _overlap_length(old.words, (*named, *caption.words)) - len(named)
            if count >= 1 and len(named):
                return count
            continue
        if not old.may_contain_start(caption.text):
            continue
        count = _count_in_shared_lines(old.lines, caption.lines) or _overlap_length(old.words, caption.words)
        if count and _is_repetition(old, caption, count, is_rolling):
            return count
    return 0


def _is_adjacent(old: _Caption, caption: _Caption) -> bool:
    if old.start is None or caption.start is None:
        return False
    if caption.start == old.start:
        return True
    return old.end is not None and old.start <= caption.start <= old.end + MAX_GAP_SECONDS


def _is_repetition(old: _Caption, caption: _Caption, count: int, is_rolling: bool) -> bool:
    whole_old, whole_new = count == len(old.words), count == len(caption.words)
    if whole_old and whole_new:
        return is_rolling or count > MIN_REPEATED_WORDS or old.start == caption.start
    if count >= MIN_REPEATED_WORDS or whole_old:
        return True
    in_whole_lines = all(count in accumulate(map(len, lines)) for lines in (caption.lines, old.lines[::-1]))
    return in_whole_lines and (is_rolling or count > 1)


def _count_in_shared_lines(old: Sequence[tuple[str, ...]], new: Sequence[tuple[str, ...]]) -> int:
    """Return the number of words in the last lines of `old` that are the first lines of `new`."""
    for count in range(min(len(old), len(new), MAX_REPEATED_LINES), 0, -1):
        if tuple(old[-count:]) == tuple(new[:count]):
            return sum(map(len, new[:count]))
    return 0


def _overlap_length(old: Sequence[str], new: Sequence[str]) -> int:
    """Return the length of the longest end of `old` that `new` begins with."""
    if len(new) >= len(old) and tuple(new[: len(old)]) == tuple(old):
        return len(old)
    tail, head = tuple(old[-MAX_OVERLAP_WORDS:]), tuple(new[:MAX_OVERLAP_WORDS])
    return next((count for count in range(len(tail), 0, -1) if tail[-count:] == head[:count]), 0)


def _text_after(text: str, words: int) -> str:
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


SpeakerText = tuple[str, str]
"""A speaker, or an empty string, and the words."""

_VOICE = lazy_pattern(r"<v(?:\.[^\s<>]{0,200})?(?:[ \t]+((?:[^<>\n]|<[^<>\n]{0,100}>){0,300}))?>", re.IGNORECASE)
_TAG = lazy_pattern(
    r"</?(?:v|c|i|b|u|ruby|rt|lang|font)(?:[.\s][^<>\n]{0,300})?>|<\d{1,4}(?::\d{1,4}){1,2}[.,]\d{1,6}>", re.IGNORECASE
)
_OVERRIDE = lazy_pattern(r"\{\\[^\W_][^{}\n]{0,59}\}")
"""Formatting code of SubStation Alpha that other captions copy: `{\\an8}`."""
_DASH = lazy_pattern(r"[ \t]*[-–—][ \t]*\Z")
_ARROWS = lazy_pattern(r"[ \t]*>{2,3}[ \t]*")
_BRACKETED_NAME = lazy_pattern(r"[ \t]*[\[(]([^\[\]()\n]{1,80})[\])][ \t]*\Z")
"""A name in brackets on the first line of a caption, with the words below."""


def split_speakers(
    lines: Sequence[str], known: set[str], has_entities: bool, *, loose: bool = False
) -> list[SpeakerText]:
    """Return the words of a caption by speaker. WebVTT has entities such as `&amp;`.

    Adds the names to `known` (as `name_key`) for later captions. `loose` is for `split_name_prefix` of the first line.
    """
    body = "\n".join(lines)
    if "<v" in body or "<V" in body:
        spoken = _split_voice_tags(body)
        if spoken:
            found = [(clean_name(_unescape(name)), strip_tags(text, has_entities=True)) for name, text in spoken]
            known.update(name_key(name) for name, _ in found if name)
            return _strip_lines(found)
    return _strip_lines(_split_name_prefixes(lines, known, has_entities, loose))


def has_voice_tag(lines: Sequence[str]) -> bool:
    """Return whether a caption names its speakers in tags, whatever names are known."""
    return any(("<v" in line or "<V" in line) and _VOICE.search(line) is not None for line in lines)


def strip_tags(text: str, has_entities: bool) -> str:
    """Return caption text without tags and, with `has_entities`, with resolved entities."""
    if "<" in text:
        text = _TAG.sub("", text)
    if "{" in text:
        text = _OVERRIDE.sub("", text)
    return _unescape(text) if has_entities else text


def _split_voice_tags(body: str) -> list[SpeakerText]:
    parts: list[SpeakerText] = []
    name, position = "", 0
    for tag in _VOICE.finditer(body):
        before = body[position : tag.start()]
        parts.append((name, _DASH.sub("", before) if before else before))
        name, position = tag.group(1) or "", tag.end()
    if position == 0:
        return []
    parts.append((name, body[position:]))
    return parts


def _split_name_prefixes(lines: Sequence[str], known: set[str], has_entities: bool, loose: bool) -> list[SpeakerText]:
    parts: list[tuple[str, list[str]]] = []
    texts = [strip_tags(line, has_entities) for line in lines]
    for number, text in enumerate(texts):
        alone = starts_with_any(text, "[(") and _BRACKETED_NAME.match(text)
        label = alone.group(1) if alone and number + 1 < len(texts) else ""
        if len(label.split()) > 1 and looks_like_name(label):  # not a sound such as `[Music]`
            found: SpeakerText | None = (label.strip(), "")
        elif not parts:
            found = split_name_prefix(text, known, loose=loose)
        else:
            found = split_name_prefix(text, known)
            begins_with_dash = text.lstrip(" \t")[:1] in ("-", "–", "—", ">")
            if found and not begins_with_dash and name_key(found[0]) not in known:
                found = None  # a line of the same speaker such as `Price: …`
        if found:
            known.add(name_key(found[0]))
            parts.append((found[0], [found[1]]))
        elif parts:
            parts[-1][1].append(text)
        else:
            parts.append(("", [_ARROWS.sub("", text) if ">>" in text else text]))
    return [(name, "\n".join(texts)) for name, texts in parts]


def _unescape(text: str) -> str:
    if "&" not in text:
        return text
    import html  # start-up time: few transcripts escape anything

    return html.unescape(text)


def _strip_lines(parts: Sequence[SpeakerText]) -> list[SpeakerText]:
    trimmed = [(name, "\n".join(filter(None, map(str.strip, text.split("\n"))))) for name, text in parts]
    return [part for part in trimmed if part[1]]
