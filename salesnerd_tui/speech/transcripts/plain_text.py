"""Parsers of lines of talk: with a name or a time on the line, below a heading with a name and a time, or plain.

`NamedParser` reads `Ana: …`, `[0:02] Ana: …`, `0.0-3.2 | Ana: …`, `[0:02 --> 0:05] …`, chats and Google Meet.
`HeadedParser` reads what is below `[Ana] 00:01:02`, `Ana  0:05`, `0:05 - Ana`, or a name above its time. `PlainParser`
reads the output of a recognizer without names or times.

Around the words are lines that meeting tools add, notes above the speech, and Markdown. Only a line that begins with
markup (a heading, a bold name, a link, a table row) shows that a file is Markdown; until then words keep their symbols,
because `2 * 3 * 4` and `snake_case` are speech.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Sequence
from itertools import pairwise

from msgspec import Struct
from msgspec.structs import replace

from salesnerd_tui.lazy_pattern import lazy_pattern
from salesnerd_tui.speech.transcripts.model import (
    MOSTLY_NAMED,
    SPELLED_OUT_TIME,
    TIME,
    LineParser,
    LineStack,
    Piece,
    is_spelled_out_time,
    oldest_first,
    parse_time,
)
from salesnerd_tui.speech.transcripts.speakers import (
    clean_name,
    looks_like_name,
    name_key,
    split_name_prefix,
    starts_with_any,
    strip_brackets,
    text_before_colon,
)

_NUMBER = r"\d{1,6}(?:\.\d{1,6})?s"
_ARROW = r"[ \t]*(?:-{1,3}>|[–—]>|→|=>|-|–|—|to)[ \t]*"
TIME_LINE = lazy_pattern(rf"[ \t]*[\[(<]?({TIME})(?:{_ARROW}{TIME})?[\])>]?[ \t]*\Z")
_DECIMAL = r"\d{1,6}\.\d{1,6}s?"
"""Seconds in a separate column. In a sentence such a number is an amount."""

_STAMP = rf"{TIME}|{_NUMBER}|\d{{1,6}}\.\d{{1,6}}"
_SPAN_BEFORE = lazy_pattern(
    rf"[ \t]*(?:\[[ \t]*({_STAMP}){_ARROW}({_STAMP})[ \t]*\]|\(({TIME}){_ARROW}({TIME})\)|({TIME}){_ARROW}({TIME})"
    rf"|({_DECIMAL})(?:{_ARROW}|\t)({_DECIMAL})(?=[ \t]*[-–—|:·][ \t]|\t|[ \t]+\D{{1,60}}:[ \t]))"
    r"[ \t]*(?:[-–—|:·][ \t]+)?(?:(?<=[ \t\])])|(?=\Z))"
)
_TIME_BEFORE = lazy_pattern(
    rf"[ \t]*(?:\[[ \t]*({TIME}|{_NUMBER})[ \t]*\]|\(({TIME}|{_NUMBER})\)|<({TIME})>|({TIME})"
    rf"|({_DECIMAL})(?=[ \t]*[|·][ \t]))(?:[ \t]*[-–—|·•][ \t]+|[ \t]+|(?<=[\])>])(?=\S))"
)
_TIME_AFTER = lazy_pattern(
    rf"[ \t]*(.{{1,120}}?)(?:[ \t]*[\[(]({TIME})(?:{_ARROW}{TIME})?[\])][ \t]*:?(?:[ \t]+|\Z)"
    rf"|(?:[ \t]+|[ \t]*[|,·][ \t]*|[ \t]+[-–—@][ \t]+)({TIME})[ \t]*:(?:[ \t]+|\Z))"
)
_TIME_INSIDE = lazy_pattern(rf"[\[(]({TIME})(?:{_ARROW}{TIME})?[\])][ \t]*:?[ \t]*")
_ADDRESSED = lazy_pattern(r"[ \t]*(?:from|From)[ \t]+(.{1,64}?)[ \t]+(?:to|To)[ \t]+[^:]{1,80}:[ \t]*")
_TIME_AND_GAP = lazy_pattern(rf"({TIME})(?:\t|[ ]{{2,}})[ \t]*")
_CELLS = lazy_pattern(r"\t+|[ ]{3,}")
_DIGIT_AND_SIGN = lazy_pattern(r"\d[:s.]")
_SOUNDLESS = lazy_pattern(
    r"\[[ \t]*(?:BLANK_AUDIO|SILENCE|SPEAKER_TURN|INAUDIBLE AUDIO|NO SPEECH)[ \t]*\]", re.IGNORECASE
)
_INLINE_NAME = lazy_pattern(
    r"(?:(?P<ended>[.!?…。！？][\"”’)\]]{0,2})[ \t]+|[ \t]+)"
    r"(?P<name>[^\W\d_a-z][^\s:.!?,;]{0,40}(?: [^\W\d_a-z][^\s:.!?,;]{0,40}){0,3}):(?=[ \t])[ \t]*"
)
SIDE_NAMES = frozenset(("me", "you", "them", "they", "us", "customer", "buyer", "seller", "rep", "prospect", "client"))
"""Names that recorders use for the two sides of a call."""

_SENTENCE_ENDS = frozenset(".?!…。？！")
_INITIAL = lazy_pattern(r" [^\W\d_]\.\Z")
BULLET = lazy_pattern(r"[ \t]*[-–*•+][ \t]+")
HEAD = 240
"""Characters of a line that are examined for its name and time."""


class TurnStart(Struct, frozen=True):
    """The beginning of a turn: the speaker (empty after a time alone), the times, and the words."""

    speaker: str
    start: float | None
    end: float | None
    text: str


def parse_turn(line: str, known: Container[str] = (), *, loose: bool = True) -> TurnStart | None:
    """Return the turn that a line begins, None if it continues the last one."""
    if "\t" in line[:HEAD] or "   " in line[:HEAD].strip():
        cells = _parse_cells(line)
        if cells:
            return cells
    head, tail = line[:HEAD], line[HEAD:]
    start = end = None
    has_time = may_contain_time(head)
    if has_time and (span := _SPAN_BEFORE.match(head)):
        first, last = (each for each in span.groups() if each)
        start, end = _parse_stamp(first), _parse_stamp(last)
        head = head[span.end() :]
    elif has_time and (before := _TIME_BEFORE.match(head)):
        start = _parse_stamp(next(filter(None, before.groups())))
        head = head[before.end() :]
        if addressed := _ADDRESSED.match(head):
            return TurnStart(addressed.group(1).strip(), start, None, head[addressed.end() :] + tail)
    elif (
        has_time
        and (after := _TIME_AFTER.match(head))
        and split_name_prefix(after.group(1).rstrip(":") + ":", known, loose=True)
    ):
        written = after.group(2) or after.group(3)
        return TurnStart(after.group(1).rstrip(" \t:"), parse_time(written), None, head[after.end() :] + tail)
    if prefix := split_name_prefix(head, known, loose=loose):
        speaker, text = prefix
        if start is None and (inside := _TIME_INSIDE.match(text) or _TIME_AND_GAP.match(text)):
            start, text = parse_time(inside.group(1)), text[inside.end() :]
        return TurnStart(speaker, start, end, text + tail)
    return TurnStart("", start, end, head + tail) if start is not None and (head + tail).strip() else None


def may_contain_time(head: str) -> bool:
    """Return whether the head of a line may contain a time: a fast check for a digit."""
    return bool(_DIGIT_AND_SIGN.search(head))


def _parse_cells(line: str) -> TurnStart | None:
    """Return the turn in a row of three or four cells: one or two times, a name, and the words at the end."""
    cells = [cell.strip() for cell in _CELLS.split(line.strip(), maxsplit=3)]
    times = [cell for cell in cells[:-1] if TIME_LINE.match(cell)]
    names = [cell for cell in cells[:-1] if not TIME_LINE.match(cell)]
    if not times or len(names) != 1 or not cells[-1] or not looks_like_name(names[0].rstrip(":"), loose=True):
        return None
    start = TIME_LINE.match(times[0])
    end = parse_time(times[1]) if len(times) > 1 else None
    return TurnStart(names[0].rstrip(":"), parse_time(start.group(1)) if start else None, end, cells[-1])


def _parse_stamp(written: str) -> float | None:
    return parse_time(written.rstrip("s"))


def split_inline_turns(turn: TurnStart, known: Container[str]) -> list[TurnStart]:
    """Split a turn into those of several speakers on one line.

    `Me: What happened? Them: It broke.` is two turns. A name begins a turn after the end of a sentence, if it is in
    `known` or the speaker of the line recurs on it; the words for the two sides (`Me`, `Them`) do so anywhere.
    """
    if not turn.speaker or ":" not in turn.text:
        return [turn]
    matches = [match for match in _INLINE_NAME.finditer(turn.text) if looks_like_name(match["name"])]
    is_dialog = any(name_key(match["name"]) == name_key(turn.speaker) for match in matches)
    is_side = name_key(turn.speaker) in SIDE_NAMES
    turns, begin, current = [], 0, turn
    for match in matches:
        key = name_key(match["name"])
        if not (is_side and key in SIDE_NAMES) and not (match["ended"] and (is_dialog or key in known)):
            continue
        turns.append(replace(current, text=turn.text[begin : max(match.end("ended"), match.start())].strip()))
        current, begin = TurnStart(match["name"], None, None, ""), match.end()
    turns.append(replace(current, text=turn.text[begin:].strip() if turns else turn.text))
    return turns


class NamedParser(LineParser):
    """Parser of turns: a line with a name or a time, and the lines below it up to a blank line.

    Words below a blank line continue the same speaker. A line that only has a time belongs to the previous speaker, or
    to nobody in a file without names. `loose` says whether any text before a colon is a name; with None, the lines so
    far decide.

    Meet writes names on lines of their own below a time. After the first one, or with `names_on_own_lines`, other names
    need no time above them.
    """

    def __init__(self, known: Iterable[str], loose: bool | None, *, names_on_own_lines: bool) -> None:
        super().__init__()
        self._known = frozenset(known)
        self._names: set[str] = set(self._known)
        self._are_full_names = all(" " in name for name in self._names)
        self._loose = loose
        self._first_line = -1
        self._speaker = ""
        self._speaker_is_timed = False
        self._start: float | None = None
        self._end: float | None = None
        self._heading_time: float | None = None
        self._possible_time = ""
        """Text after the name on its line: the time of the turn if words follow below, else its words."""
        self._lines: LineStack = None
        self._in_turn = False
        self._has_plain_names = False
        self._names_on_own_lines = names_on_own_lines
        self._last_text = ""
        """The end of the last turn: below the end of a sentence, a single word without punctuation is a name."""
        self._possible_name: tuple[str, str] | None = None
        """The speaker before a line that is a name if words follow, and that line."""

    def _push(self, line: str) -> Sequence[Piece]:
        if not line.strip() or is_boilerplate(line):
            return self.finish() if self._has_words() else ()
        if may_contain_time(line[:HEAD]) and (heading := TIME_LINE.match(line[:HEAD])):
            done = self.finish()
            self._heading_time = parse_time(heading.group(1))
            return done
        if self._heading_time is not None and is_spelled_out_time(line.strip()[:60]):
            return ()
        candidate = text_before_colon(_strip_time(line[:HEAD]))
        has_name = bool(candidate)
        if has_name and self._record_name(name_key(candidate), self._line) and self._is_mostly_named(has_name):
            self._add_name(name_key(candidate))
        turn = self._parse_turn(line, has_name)
        self.turn_count, self.named_count = self.turn_count + 1, self.named_count + has_name
        self.rejected_count += has_name and not (turn and turn.speaker)
        if turn and not self._is_note(line, turn):
            done = []
            for each in split_inline_turns(turn, self._names):
                done += self._begin(each)
            return done
        if self._is_name_line(line):
            before = self._speaker
            done = self._begin(TurnStart(line.strip(), None, None, ""))
            self._possible_name = before, line.strip()
            return done
        if self._in_turn:
            self._names_on_own_lines = self._names_on_own_lines or self._possible_name is not None
            self._lines = (line.strip(), self._lines)
        elif self._speaker or self._heading_time is not None:
            return self._begin(TurnStart("", None, None, line))
        else:
            self.problems.add_skipped_line(self._line, line)
        return ()

    def finish(self) -> Sequence[Piece]:
        text = "\n".join(filter(None, oldest_first(self._lines)))
        if self._possible_name and not text:
            self._speaker, text = self._possible_name
        if text and (time := TIME_LINE.match(self._possible_time)):
            self._start = parse_time(time.group(1))
        text = text or self._possible_time
        self._last_text = text or self._last_text
        self._lines, self._in_turn, self._possible_name, self._possible_time = None, False, None, ""
        return (Piece(self._speaker, text, self._start, self._end, self._first_line),) if text else ()

    def _add_name(self, name: str) -> None:
        self._names.add(name)
        self._are_full_names = self._are_full_names and " " in name

    def drop_open_block(self) -> None:
        self._possible_name = None
        self.finish()

    def _parse_turn(self, line: str, has_name: bool) -> TurnStart | None:
        """Return the turn that a line begins. Until names are known, names in lower case have at most two words."""
        if self._names_on_own_lines:
            turn = parse_turn(line, self._names, loose=False)
            return turn if turn and (not turn.speaker or name_key(turn.speaker) in self._names) else None
        if self._loose is not None:
            return parse_turn(line, self._names, loose=self._loose)
        turn = parse_turn(line, self._names, loose=True)
        if turn is None or not turn.speaker or self._is_mostly_named(has_name) or len(turn.speaker.split()) <= 2:
            return turn
        return parse_turn(line, self._names, loose=False)

    def _is_mostly_named(self, has_name: bool) -> bool:
        """Return whether nearly every line has text before a colon."""
        return self._loose is True or self.named_count + has_name >= MOSTLY_NAMED * (self.turn_count + 1)

    def become_quiet(self) -> None:
        super().become_quiet()
        self._names = set(self._names)
        self._possible_name = None

    def _is_note(self, line: str, turn: TurnStart) -> bool:
        """Return whether a line is a list item of notes: it has a bullet, and other names of this file have none."""
        if not turn.speaker or name_key(turn.speaker) in self._known:
            return False
        if not BULLET.match(line):
            self._has_plain_names = True
            return False
        return self._has_plain_names

    def _has_words(self) -> bool:
        """Return whether the open turn has words; a name alone waits for them below a blank line."""
        return self._lines is not None and bool(self._lines[0])  # the latest line: only the first one may be empty

    def _is_name_line(self, line: str) -> bool:
        """Return whether a line is a name if words follow: below a time, or where names are on separate lines."""
        text = line.strip()
        if not self._in_turn and self._heading_time is not None:
            return name_key(text) in self._known or _is_plain_name(text, 1)
        if not self._names_on_own_lines:
            return False
        is_below_name = self._possible_name is not None and not self._has_words()
        last = self._lines[0] if self._lines else self._last_text
        words = 2 if self._are_full_names and last[-1:] not in _SENTENCE_ENDS else 1
        return name_key(text) in self._names or (not is_below_name and _is_plain_name(text, words))

    def _begin(self, turn: TurnStart) -> Sequence[Piece]:
        done = self.finish()
        self.block_count += 1
        if turn.speaker:
            self._speaker = clean_name(turn.speaker)
            self._add_name(name_key(self._speaker))
            self._speaker_is_timed = turn.start is not None or self._heading_time is not None
        elif turn.end is not None and not self._speaker_is_timed:
            self._speaker = ""  # the output of a recognizer, below what it says about itself
        self._first_line = self._line
        text = (_SOUNDLESS.sub("", turn.text) if "[" in turn.text else turn.text).strip()
        self._start = turn.start if turn.start is not None else self._heading_time
        if self._start is None and turn.speaker and may_contain_time(text[:HEAD]) and TIME_LINE.match(text[:HEAD]):
            self._possible_time, text = text, ""
        self._lines, self._in_turn = (text, None), True
        self._end = turn.end
        self._heading_time = None
        return done


def _is_plain_name(text: str, words: int) -> bool:
    """Return whether a line may be a name of at least so many words, without any punctuation at its end."""
    return (
        (text[-1].isalnum() or _INITIAL.search(text) is not None)
        and words <= len(text.split()) <= 5
        and looks_like_name(text)
    )


def _strip_time(head: str) -> str:
    found = may_contain_time(head) and (_SPAN_BEFORE.match(head) or _TIME_BEFORE.match(head))
    return head[found.end() :] if found else head


_RANGE = rf"({TIME})(?:[ \t]*(?:-{{1,2}}>?|–|—|→|to)[ \t]*{TIME})?"
ZOOM_HEADING = lazy_pattern(rf"[ \t]*\[([^\[\]\n]{{1,120}})\][ \t]+({TIME})[ \t]*\Z")
_BETWEEN = r"[ \t]+[-–—@][ \t]+|[ \t]*[|·•–—][ \t]*"
"""Separators of a name and a time."""

_NAME_AND_TIME = lazy_pattern(
    rf"[ \t]*(\S.{{0,118}}?)({_BETWEEN}|[ \t]{{1,40}}(?=[\d\[(])|(?=[\[(]))([\[(]?){_RANGE}[\])]?[ \t]*:?[ \t]*\Z"
)
_TIME_AND_NAME = lazy_pattern(rf"[ \t]*([\[(]?){_RANGE}[\])]?({_BETWEEN}|[ \t]{{1,40}})(\S.{{0,118}}?)[ \t]*:?[ \t]*\Z")
_SPELLED_OUT_AND_TIME = lazy_pattern(rf"[ \t]*({SPELLED_OUT_TIME})({TIME})[ \t]*\Z", re.IGNORECASE)
_DATE = lazy_pattern(r"\b(?:19|20)\d\d\b|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b", re.IGNORECASE)


class TurnHeading(Struct, frozen=True):
    """A speaker and a start time; `separated` by more than spaces."""

    speaker: str
    start: float | None
    separated: bool


def parse_heading(line: str, known: Container[str] = (), *, established: bool = False) -> TurnHeading | None:
    """Return the heading on a line, or None. `established`: in this file, any name may follow a time and a dash."""
    if len(line) > HEAD:
        return None
    if found := ZOOM_HEADING.match(line):
        return TurnHeading(found.group(1).strip(), parse_time(found.group(2)), separated=False)
    if found := _NAME_AND_TIME.match(line):
        name, between = found.group(1).strip(), found.group(2)
        separated = bool(between.strip() or found.group(3))
        loose = separated or len(between) > 1 or "\t" in between
        if _is_heading(name, known, loose):
            return TurnHeading(name, parse_time(found.group(4)), separated)
    if found := _TIME_AND_NAME.match(line):
        name, between = strip_brackets(found.group(4)), found.group(3)
        company = found.group(4).endswith(")") and name != found.group(4)
        separated = bool(between.strip() or found.group(1))
        if _is_heading(name, known, separated and (company or established)) and (
            separated or len(name.split()) > 1 or name_key(name) in known
        ):
            return TurnHeading(name, parse_time(found.group(2)), separated=True)
    return None


def _is_heading(name: str, known: Container[str], loose: bool) -> bool:
    if name_key(name) in known:
        return True
    ends_open = name.split()[-1:] in (["at"], ["to"], ["from"], ["of"], ["and"], ["the"], ["via"])
    return not ends_open and not _DATE.search(name) and ":" not in name and looks_like_name(name, loose=loose)


def parse_time_line(line: str) -> float | None:
    """Return the time that a line consists of, also as Teams copies it (`3 minutes 5 seconds3:05`), or None."""
    if len(line) > HEAD:
        return None
    if found := TIME_LINE.match(line):
        return parse_time(found.group(1))
    return parse_time(found.group(2)) if (found := _SPELLED_OUT_AND_TIME.match(line)) else None


class HeadedParser(LineParser):
    """Parser of headings with text up to the next one. A line that may be a name waits for the line below it.

    `known` (as `name_key`) are names wherever a heading may be.
    """

    def __init__(self, known: Iterable[str]) -> None:
        super().__init__()
        self._known = frozenset(known)
        self._first_line = -1
        self._speaker = ""
        self._start: float | None = None
        self._possible_name: str | None = None
        self._lines: LineStack = None
        self._in_turn = False

    def _push(self, line: str) -> Sequence[Piece]:
        text = line.strip()
        if not text:
            self._flush_possible_name()
            return self.finish() if self._lines else ()
        if (alone := parse_time_line(line)) is not None:
            name, self._possible_name = self._possible_name or "", None
            return self._begin(name, alone)
        self._flush_possible_name()
        if heading := parse_heading(line, self._known, established=bool(self._known)):
            return self._begin(heading.speaker, heading.start)
        if is_boilerplate(text) or self._repeats_heading(text):
            return ()
        if ":" not in text and (looks_like_name(text[:HEAD]) or name_key(text[:HEAD]) in self._known):
            self._possible_name = text
        else:
            self._add_name(text)
        return ()

    def finish(self) -> Sequence[Piece]:
        self._flush_possible_name()
        text = "\n".join(oldest_first(self._lines))
        self._lines, self._in_turn = None, False
        return (Piece(self._speaker, text, self._start, None, self._first_line),) if text else ()

    def drop_open_block(self) -> None:
        waiting, self._possible_name = self._possible_name, None
        self.finish()
        self._possible_name = waiting

    def _begin(self, speaker: str, start: float | None) -> Sequence[Piece]:
        done = self.finish()
        self.block_count += 1
        self.turn_count += 1
        self._speaker, self._start, self._first_line = clean_name(speaker), start, self._line
        self._lines, self._in_turn = None, True
        return done

    def _flush_possible_name(self) -> None:
        if self._possible_name is not None:
            text, self._possible_name = self._possible_name, None
            self._add_name(text)

    def _add_name(self, text: str) -> None:
        if not self._in_turn and self.turn_count:
            self.block_count += 1
            self._start, self._first_line, self._in_turn = None, self._line, True
        if self._in_turn:
            self._lines = (text, self._lines)
        else:
            self.problems.add_skipped_line(self._line, text)

    def _repeats_heading(self, text: str) -> bool:
        """Return whether Teams copied the heading a second time as words: `Ana Silva 3 minutes 5 seconds`."""
        name = self._speaker
        return bool(name) and text.startswith(name) and is_spelled_out_time(text[len(name) :].strip()[:60])


class PlainParser(LineParser):
    """Parser in which every line is a complete turn of an unknown speaker."""

    def _push(self, line: str) -> Sequence[Piece]:
        self.block_count += 1
        text = line.strip()
        return (Piece("", text, None, None, self._line),) if any(char.isalnum() for char in text) else ()


_BOILERPLATE = lazy_pattern(
    r"""(?:
      transcribed\ (?:by|with)\ \S.{0,60}
    | this\ editable\ transcript\ was\ computer\ generated .{0,200}
    | (?:meeting|transcription)\ ended\ after\ [\d:]{4,9} .{0,8}
    | .{1,80}\ (?:started|stopped)\ transcription
    | transcript | attendees
    | view\ recording\ -\ .{1,200}
    | [A-Z][A-Z ]{3,30}:\ .{0,240}-\ watch:\ https?://\S{1,300}
    | you\ should\ review\ gemini's\ notes .{0,200}
    | please\ provide\ feedback\ about\ using\ gemini .{0,200}
    | generated\ by\ \S.{0,60}
    | detecting\ language\ .{1,200} | detected\ language:?\ .{1,100}
    | (?:whisper|ggml|gguf|load)_\w{1,80}:\ .{0,400} | system_info:\ .{0,400}
    | main:\ (?:processing|error|warning|output|seed|build|attempting|init)\b .{0,400}
    | \[start\ speaking\] | \#{3}\ transcription\ \d{1,6}\ (?:start|end)\b .{0,80}
    | \S{1,300}\.py:\d{1,6}:\ \w{0,40}Warning: .{0,400} | warnings\.warn\( .{0,400}
    | [\[(<]\d{1,2}(?::\d\d){1,2}(?:\ [ap]m)?[\])>]\ [^:]{1,80}
      \ (?:joined|left)\ the\ (?:call|conversation|meeting|session)\.?
    | [-=_*~]{3,80}
    )\s*\Z""",
    re.IGNORECASE | re.VERBOSE,
)
_BOILERPLATE_WORDS = (
    *(
        "transcri",
        "ended after",
        "attendees",
        "recording",
        "watch:",
        "gemini",
        "generated by",
        "language",
        "_",
        "main:",
    ),
    *("speaking]", "warn", "---", "===", "***", "~~~", "joined", "left the"),
)
"""Words of which every line that `_BOILERPLATE` matches has one: a fast first check."""

_TRANSCRIPT = (
    "transcript|transcription|transkript|transkription|transcripci[oó]n|transcri[cç][aã]o|trascrizione|transcriptie"
    "|transkrypcja|transkripsi|транскрипт|расшифровка|文字起こし|逐字稿|转录|轉錄|스크립트"
)
_TRANSCRIPT_HEADING = lazy_pattern(
    rf"(?:.{{1,150}}[ \t][-–—][ \t]*|(?:full|meeting|call|conversation|complete|raw)[ \t]+)?(?:{_TRANSCRIPT})"
    r"(?:,[ \t]+started[ \t]+at[ \t]+\d.{3,20})?\Z",
    re.IGNORECASE,
)
_NOTES_HEADING = lazy_pattern(
    r"(?:(?:meeting |gemini )?notes|notizen|summary|meeting summary|overview)\Z", re.IGNORECASE
)
_ATTENDEES = lazy_pattern(
    r"(?:attendees|participants|teilnehmer(?:innen)?|teilnehmende|asistentes|participantes|partecipanti|deelnemers)\Z",
    re.IGNORECASE,
)
TITLE_LINES = 40
"""Lines at the beginning of a transcript that may list who attends."""

_DECORATION = " \t\ufeff#*_:>-–—=📖📝🗒📄📃️"

_BEGAN_OR_ENDED = (
    "started|stopped|ended|gestartet|beendet|begonnen|angehalten|démarré|arrêté|commencé|terminé|inició|iniciado"
    "|detuvo|detenido|finalizó|iniciou|parou|encerrou|avviato|interrotto|terminato|gestart|gestopt"
)
_TRANSCRIPTION = r"\b(?:transkri|transcri|trascri)\w{1,12}"
_TRANSCRIPTION_NOTICE = lazy_pattern(
    rf"[^:.!?]{{0,80}}\b(?:{_BEGAN_OR_ENDED})\b[^:.!?]{{0,30}}\b(?:la |a |de )?{_TRANSCRIPTION}\.?\Z"
    rf"|[^:.!?]{{0,80}}{_TRANSCRIPTION}\b[^:.!?]{{0,30}}\b(?:{_BEGAN_OR_ENDED})\.?\Z"
    rf"|[^:.!?]{{0,30}}{_TRANSCRIPTION}\b[^:.!?]{{0,40}}\d\d?:\d\d:\d\d\b[^:.!?]{{0,40}}\Z"
    rf"|[^:.!?]{{0,60}}{_TRANSCRIPTION}\b[^:.!?]{{0,60}}\b(?:comput|ordina|ordena|machine)\w{{1,12}}\b.{{0,300}}\Z",
    re.IGNORECASE,
)
"""Lines of Teams and Meet in several languages: who started the transcription, when it ended, that it is computed."""

MAX_LINES_BETWEEN_HEADINGS = 8
"""Lines between the heading `Transcript` and a meeting title that ends in `Transcript` too."""


def is_boilerplate(line: str) -> bool:
    """Return whether a meeting tool added this line."""
    text = line.strip()
    if len(text) >= 600:
        return False
    lowered = text.lower()
    if _may_be_heading(text) and bool(_TRANSCRIPTION_NOTICE.match(text)):
        return True
    return any(word in lowered for word in _BOILERPLATE_WORDS) and bool(_BOILERPLATE.match(text))


def is_notes_heading(line: str) -> bool:
    """Return whether a line is the heading of notes or a summary."""
    return len(line) < 80 and bool(_NOTES_HEADING.match(line.strip(_DECORATION)))


def find_attendees(lines: Sequence[str]) -> frozenset[str]:
    """Return the people (as `name_key`) listed below the heading `Attendees` at the beginning of a transcript."""
    above = lines[:TITLE_LINES]
    lists = (line for heading, line in pairwise(above) if _ATTENDEES.match(heading.strip(_DECORATION)))
    return frozenset(name_key(name) for line in lists for name in line[:2000].split(",") if name.strip())


def _may_be_heading(line: str) -> bool:
    """Return whether `_TRANSCRIPT_HEADING` may match: a check that is fast for lines in English."""
    lowered = line.lower()
    return "transcri" in lowered or "transkr" in lowered or "trascri" in lowered or "\\" in line or not line.isascii()


def find_speech_start(lines: Sequence[str]) -> int:
    """Return the index of the first line below the heading `Transcript`, 0 without such a heading.

    Above it are the title, the attendees and the notes.
    """
    found = -1
    for index, line in enumerate(lines):
        if found >= 0 and index - found > MAX_LINES_BETWEEN_HEADINGS:
            break
        if (
            len(line) < 240
            and _may_be_heading(line)
            and _TRANSCRIPT_HEADING.match(line.replace("\\", "").strip(_DECORATION))
        ):
            found = index
    return found + 1


MAX_LINE_CHARACTERS = 20_000
"""Length from which a line is not examined."""

_SYMBOLS = "#-*_>`~|+["
"""First characters of Markdown lines, apart from the numbers of lists."""

_PLAIN = lazy_pattern(r"[\w\s.,:;?!'’%$€()/+-]*", re.ASCII)
_MARKDOWN_HEADING = lazy_pattern(r"[ \t]{0,3}#{1,6}[ \t]+(?=\S)")
_ANCHOR = lazy_pattern(r"[ \t]*\{#[^{}\n]{0,80}\}[ \t]*\Z")
_HASHES = lazy_pattern(r"[ \t]+#{1,6}[ \t]*\Z")
_RULE = lazy_pattern(r"[ \t]*(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,}|`{3,}\w{0,20}|~{3,}\w{0,20})\Z")
_ROW = lazy_pattern(r"[ \t]*\|(.*)\|[ \t]*\Z")
_ROW_RULE = lazy_pattern(r"[ \t]*\|[ \t:|-]+\|[ \t]*\Z")
_BULLET = lazy_pattern(r"[ \t]*(?:[-*+][ \t]+|\d{1,4}\.[ \t]+|>[ \t]*)(?=\*\*|__|\[)")
_BOLD_NAME = lazy_pattern(
    r"[ \t]*(\*\*\*|\*\*|__|\*|_)(?=\S)((?:\\[!-~]|[^*\n\\]){1,160}?)(?<=\S)\1(?=$|[ \t:(\[|,–—-])"
)
_LINKED = lazy_pattern(r"[ \t]*\[[^\[\]\n]{1,160}\]\((?:https?:|#|mailto:|/)[^()\s]{0,400}\)")
_BOLD = lazy_pattern(r"(\*\*\*|\*\*|__)(?=\S)(.{1,2000}?)(?<=\S)\1")
_EMPHASIS = lazy_pattern(r"(?<![\w*\\])([*_])(?=[^\s*_])([^*_\n]{1,400}?)(?<=[^\s*_\\])\1(?![\w*])")
_CODE = lazy_pattern(r"`([^`\n]{1,400})`")
_LINK = lazy_pattern(r"!?\[([^\[\]\n]{0,400})\]\([^()\n]{0,400}\)")
_ESCAPE = lazy_pattern(r"\\([!-/:-@\[-`{-~])")
_BREAK = lazy_pattern(r"<br[ \t]*/?>", re.IGNORECASE)
_NAME_LINE = lazy_pattern(
    r"(?P<prefix>[ \t]{0,3}(?:#{1,6}[ \t]+|>[ \t]*|[-*+][ \t]+)?)(?P<emphasis>(?:\*\*\*|\*\*|__|\*|_)?)"
    r"(?P<name>[^*_#>\s][^*_#\n]{0,118}?)(?P=emphasis):?[ \t]*#{0,6}[ \t]*\Z"
)
MAX_NAME_LINE_CHARACTERS = 160
_NEEDS_COLON = lazy_pattern(rf"[ \t]+(?!(?:[\[(]?{TIME}|[-–—|·•(]))\S")


def parse_name_line(line: str) -> tuple[str, str] | None:
    """Return the markup and the name of a line with nothing but a name in markup (`## Ana`, `**Ana**`), or None."""
    found = _NAME_LINE.match(line) if len(line) < MAX_NAME_LINE_CHARACTERS else None
    if not found or not (found["prefix"].lstrip().startswith("#") or found["emphasis"]):
        return None
    name = found["name"].strip().rstrip(":")
    markup = f"{found['prefix'].strip()} {found['emphasis']}"
    return (markup, name) if looks_like_name(name) and not is_boilerplate(name) else None


def find_name_markup(lines: Sequence[str]) -> frozenset[str]:
    """Return the markup in which names are alone on their lines: one name recurs, and there are several."""
    names: dict[str, list[str]] = {}
    for found in map(parse_name_line, lines):
        if found:
            names.setdefault(found[0], []).append(name_key(found[1]))
    return frozenset(markup for markup, found in names.items() if 1 < len(set(found)) < len(found))


class Markdown(Struct, frozen=True):
    """Stripper of the markup of a file, line by line. `is_certain` is set once a line was certainly Markdown.

    The first `skip` lines are dropped. A name alone on a line begins a turn if its markup is one of `names`: it gets a
    colon.
    """

    skip: int = 0
    names: frozenset[str] = frozenset()
    is_certain: bool = False

    def clean(self, line: str, number: int = 0) -> tuple[str, Markdown]:
        """Return the line of that number (from 0) without markup, and the state after it."""
        text, is_certain = self._strip(line)
        name = parse_name_line(line) if self.names else None
        if name and name[0] in self.names:
            text = f"{name[1]}:"
        return text if number >= self.skip else "", replace(
            self, is_certain=True
        ) if is_certain and not self.is_certain else self

    def _strip(self, line: str) -> tuple[str, bool]:
        if len(line) > MAX_LINE_CHARACTERS:
            return line, False
        first = line.lstrip()[:1]
        if not first:
            return (_strip_inline(line) if self.is_certain else line), False
        if first not in _SYMBOLS and not first.isdigit():
            return (_strip_inline(line) if self.is_certain and not _PLAIN.fullmatch(line) else line), False
        if (first in "-*_`~" and _RULE.match(line)) or (first == "|" and _ROW_RULE.match(line)):
            return "", False
        text, is_certain = _begin(line, first)
        return (_strip_inline(text) if self.is_certain or is_certain else text), is_certain


def _begin(line: str, first: str) -> tuple[str, bool]:
    """Return a line without its initial markup, and whether that is certainly Markdown; `first` is its first sign."""
    if first.isdigit() and not _BULLET.match(line):
        return line, False
    if first == "#" and (heading := _MARKDOWN_HEADING.match(line)):
        return _HASHES.sub("", _ANCHOR.sub("", line[heading.end() :])), True
    if first == "|" and (row := _ROW.match(line)):
        cells = [cell.strip() for cell in row.group(1).split("|")]
        if len(cells) > 1:
            return "\t".join(cells), True
    bullet = _BULLET.match(line)
    rest = line[bullet.end() :] if bullet else line
    if starts_with_any(rest, "*_") and (bold := _BOLD_NAME.match(rest)):
        after = rest[bold.end() :]
        if _NEEDS_COLON.match(after) and not bold.group(2).endswith(":") and looks_like_name(bold.group(2)):
            return f"{bold.group(2)}:{after}", True
        return rest, True
    if starts_with_any(rest, "[") and _LINKED.match(rest):
        return rest, True
    return line, False


def _strip_inline(text: str) -> str:
    text = _BREAK.sub(" ", _LINK.sub(r"\1", text))
    text = _EMPHASIS.sub(r"\2", _BOLD.sub(r"\2", text))
    text = _ESCAPE.sub(r"\1", _CODE.sub(r"\1", text))
    if "&" in text:
        import html  # start-up time: few transcripts escape anything

        text = html.unescape(text)
    return text.replace("\xa0", " ").rstrip(" \t\\")
