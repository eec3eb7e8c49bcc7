"""Cleaning of text from people, transcripts and playbooks before it is shown.

Text is stored unchanged and cleaned when it is shown or printed. Control characters, escape sequences and bidirectional
overrides become visible or are dropped, so no text can move the cursor, change the window's title, write the clipboard
or reverse a sentence. Markup is never interpreted, so nothing here escapes it.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Iterator

from salesnerd_tui.lazy_pattern import lazy_pattern

LINE_LIMIT = 10_000
"""Characters shown of one line; a megabyte on one line blocks a terminal for seconds."""

MARKS_PER_CELL = 4
"""Combining marks and joiners kept per character; more would draw over the lines above."""

_UNSAFE = lazy_pattern(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)
_MARKS = (
    "[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u06d6-\u06dc\u08d3-\u08ff\u0e31\u0e34-\u0e3a\u0e47-\u0e4e"
    "\u1ab0-\u1aff\u1dc0-\u1dff\u200c\u200d\u20d0-\u20ff\ua66f-\ua672\ufe00-\ufe0f\ufe20-\ufe2f]"
)
_MANY_MARKS = lazy_pattern(f"{_MARKS}{{{MARKS_PER_CELL + 1},}}")
_UNSAFE_IN_JSON = lazy_pattern(
    "[\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)
_NOT_ASCII = lazy_pattern("[^\x00-\x7e]")
_WIDTHLESS = lazy_pattern(
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff]"
)
_JOINERS = "\u200c\u200d"


def _make_visible(match: re.Match[str]) -> str:
    char = match.group()
    code = ord(char)
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\u2421"
    if char in _JOINERS:
        return char
    if 0xD800 <= code <= 0xDFFF:
        return "\ufffd"
    if code in {0x2028, 0x2029}:
        return " "
    return "\u00b7" if unicodedata.category(char) in ("Cc", "Cf") and 0x80 <= code < 0xA0 else ""


_NOT_TYPEABLE = frozenset({"Cc", "Cs", "Cn", "Zl", "Zp"})


def is_typeable(character: str) -> bool:
    """Return whether a typed character is text.

    Also true for characters that `str.isprintable` rejects: joiners, no-break and ideographic spaces, directional marks
    and the tags of a flag. `clean` makes them safe when they are shown.
    """
    return character.isprintable() or all(unicodedata.category(part) not in _NOT_TYPEABLE for part in character)


def clean(text: str, *, whole: bool = False) -> str:
    """Return `text` with control characters made visible or dropped, except newlines and tabs.

    Lines over `LINE_LIMIT` are cut unless `whole`, which is for documents that another program reads.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
    safe = text if text.isprintable() else _UNSAFE.sub(_make_visible, text)
    if not safe.isascii():
        safe = _MANY_MARKS.sub(lambda marks: marks.group()[:MARKS_PER_CELL], safe)
    if whole or len(safe) <= LINE_LIMIT:
        return safe
    return "\n".join(line if len(line) <= LINE_LIMIT else line[: LINE_LIMIT - 1] + "…" for line in safe.split("\n"))


def one_line(text: str, *, whole: bool = False) -> str:
    """Return `clean(text)` on one line, with runs of white space replaced by one space."""
    return " ".join(clean(text, whole=whole).split())


def escape_json(json_text: str, *, ascii_only: bool = False) -> str:
    r"""Return JSON with control characters and lone surrogates as `\u` escapes; the values stay the same.

    `ascii_only` escapes all other characters outside ASCII too.
    """
    if json_text.isascii() and json_text.isprintable():
        return json_text
    return (_NOT_ASCII if ascii_only else _UNSAFE_IN_JSON).sub(_escape_match, json_text)


def _escape_match(match: re.Match[str]) -> str:
    units = match.group().encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))


def searchable(text: str) -> str:
    """Return `text` folded for comparison, so that `STRASSE` finds Straße and `istanbul` finds İstanbul.

    Compatibility forms (ligatures, full width) and separate accents become plain characters, case is folded, the
    Turkish dotted and dotless i become i, and zero-width characters are dropped.
    """
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", _WIDTHLESS.sub("", text)).casefold())
    return folded.replace("i\u0307", "i").replace("\u0131", "i")


_THOUSANDS_MARK = lazy_pattern(r"(?<=[0-9])[,.'’ ](?=[0-9]{3})")


def search_text(text: str) -> str:
    """Return the text in which `has_word` finds a word: `searchable`, and its numbers without marks between thousands.

    People write 9000 as `9,000`, `9.000`, `9'000` or `9 000`, and search for any of them.
    """
    normalized = searchable(text)
    plain = _THOUSANDS_MARK.sub("", normalized)
    return normalized if plain == normalized else f"{normalized} {plain}"


def has_word(search_text: str, word: str) -> bool:
    """Return whether a normalized word or a piece of a word is in a text, whatever marks a number in it has."""
    return word in search_text or plain_number(word) in search_text


def plain_number(word: str) -> str:
    """Return a normalized word without marks between thousands."""
    return _THOUSANDS_MARK.sub("", word)


def find_words(text: str, words: str) -> list[tuple[int, int]]:
    """Return start and end of each occurrence of `words`, compared as the search does, which may change lengths."""
    return [span for word in searchable(words).split() for span in _spans(text, word)]


def first_match(text: str, words: str) -> int:
    """Return the start of the first occurrence of `words` (see `find_words`), 0 if there is none."""
    spans = (next(_spans(text, word), None) for word in searchable(words).split())
    return min((span[0] for span in spans if span), default=0)


def _spans(text: str, word: str) -> Iterator[tuple[int, int]]:
    folded = searchable(text)
    is_aligned = len(folded) == len(text) and all(len(searchable(each)) == 1 for each in text if not each.isascii())
    if is_aligned and word.isalpha():  # almost always, and in linear time
        yield from (match.span() for match in re.finditer(re.escape(word), folded))
        return
    begin = 0
    while span := _find_word(text, word, begin):
        yield span
        begin = span[1]


def _find_word(text: str, word: str, begin: int) -> tuple[int, int] | None:
    if not has_word(search_text(text[begin:]), word):
        return None
    ends, starts = range(begin, len(text) + 1), range(begin, len(text))
    end = ends[bisect_left(ends, True, key=lambda at: has_word(search_text(text[begin:at]), word))]
    return starts[bisect_left(starts, True, key=lambda at: not has_word(search_text(text[at:end]), word)) - 1], end


def people_in(text: str) -> tuple[str, ...]:
    """Return the people of `Tony, CEO; Pepper`: a semicolon separates them, a comma separates a name and its role."""
    return tuple(name.strip() for name in text.split(";") if name.strip())


def with_period(sentence: str) -> str:
    """Return the sentence with a period, unless it or a quotation at its end already ends in punctuation."""
    return sentence if sentence.rstrip("”").endswith((".", "!", "?", "…")) else f"{sentence}."


TITLES = frozenset(("mr", "mrs", "ms", "mx", "dr", "prof", "herr", "frau", "sir", "madam"))


MAX_TYPED = 200
"""Characters of a mistyped word that are compared; a line of megabytes resembles no word."""


def closest_match(typed: str, known: Iterable[str]) -> str:
    """Return the known word that was probably meant, or an empty string."""
    from difflib import get_close_matches  # only for a mistyped word

    return next(iter(get_close_matches(typed[:MAX_TYPED], tuple(known), n=1)), "")


def counted(count: int, noun: str) -> str:
    """Return `1 call`, `1,200 calls` or `2 matches`."""
    plural = "es" if noun.endswith("ch") else "s"
    return f"{count:,} {noun}{'' if count == 1 else plural}"


def first_name(person: str) -> str:
    """Return `Dana` for `Dana Smith, VP Eng`; a name with a title, such as `Dr. Smith`, stays whole."""
    name = one_line(person.split(",", maxsplit=1)[0])
    first, _, _ = name.partition(" ")
    return name if first.rstrip(".").casefold() in TITLES else first


def shortened(text: str, limit: int) -> str:
    """Return `text` on one line in at most about `limit` characters, cut at a word."""
    text = " ".join(text.split())
    return text[:limit].rsplit(" ", 1)[0].rstrip(",;: ") + "…" if len(text) > limit else text


def quoted(text: str, limit: int = 80) -> str:
    """Return `text` on one line in quotation marks, cut at a word."""
    return f"“{shortened(text, limit)}”"
