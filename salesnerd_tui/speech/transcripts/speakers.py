"""Speaker names: what looks like one, and what precedes a colon or is in brackets."""

from __future__ import annotations

from collections.abc import Container, Sequence

from salesnerd_tui.lazy_pattern import lazy_pattern

MAX_NAME_CHARACTERS = 120
"""Limit of a name in characters. Meeting tools allow about 64, plus a title, a company and pronouns."""

MAX_NAME_WORDS = 12

_PREFIX = lazy_pattern(
    rf"[ \t]*+((?:[-–—•*>]{{1,3}}[ \t]*+)?)([^:：\n]{{1,{MAX_NAME_CHARACTERS}}})"
    r"(?:[ \t]*：|:(?=\s|\Z|[^\x00-\x7f]))[ \t]*"
)
_IN_BRACKETS = lazy_pattern(
    r"[ \t]*(?:\[((?i:speaker|spk)[ _]?[\w-]{1,20})\]|\(((?i:speaker)[ _]?[\w?-]{1,20})\))[ \t]*:?[ \t]*"
)
_IN_BRACKETS_WITH_COLON = lazy_pattern(r"[ \t]*\[([^\[\]:\n]{1,64})\][ \t]*:(?=\s|\Z)[ \t]*")
_PARTICLES = {
    *("de", "da", "di", "do", "du", "del", "der", "den", "von", "van", "la", "le", "el", "al", "bin", "ibn"),
    *("of", "the", "and", "y", "e", "from", "at", "to", "via", "&", "ten", "zu", "dos", "das", "af", "av"),
    *("med.", "rer.", "nat.", "phil.", "jur.", "ing.", "dent.", "habil."),
}
_NOT_NAMES = {
    *("note", "notes", "nb", "ps", "example", "examples", "question", "questions", "answer", "problem", "problems"),
    *("first", "second", "third", "next", "last", "so", "and", "but", "because", "also", "however", "then", "again"),
    *("warning", "todo", "step", "option", "idea", "point", "reason", "result", "fact", "plus", "minus"),
    *("yes", "no", "ok", "okay", "well", "http", "https", "p.s", "fyi", "tldr", "update", "price", "cost"),
    *("attendees", "invited", "participants", "date", "time", "title", "subject", "agenda", "topic", "transcript"),
    *("duration", "location", "language", "kind", "recording", "meeting", "summary", "attachments", "details"),
    *("action", "actions", "decision", "decisions", "action item", "action items", "next steps", "key points"),
    *("meeting title", "meeting date", "recorded by", "created by", "recording link", "meeting link", "organizer"),
    *("key takeaways", "takeaways", "highlights", "overview", "meeting records", "suggested next steps", "host name"),
    *("call title", "call date", "call duration", "call", "account", "opportunity", "teilnehmer", "datum", "dauer"),
    *("titel", "betreff", "zusammenfassung", "ort", "fecha", "asunto", "asistentes", "date de la réunion", "objet"),
    *("meeting id", "start time", "end time", "recorded on", "created on", "exported on", "meeting notes", "chapters"),
}
"""Texts before a colon that are not names: in speech, and above a transcript."""

_SENTENCE_WORDS = {
    *("i", "we", "you", "it", "he", "she", "they", "is", "are", "was", "were", "am", "be", "been", "this", "that"),
    *("these", "those", "what", "who", "when", "where", "why", "how", "which", "if", "because", "so", "but", "or"),
    *("not", "have", "has", "had", "does", "did", "will", "would", "can", "could", "should", "my", "our", "your"),
    *("their", "his", "its", "us", "them", "there", "here", "just", "like", "with", "about", "into", "for", "in"),
    *("on", "as", "than", "then", "also", "said", "says", "a", "an", "one", "some", "yes", "well", "thanks"),
    *("i'm", "it's", "we're", "that's", "there's", "don't", "didn't", "let's", "you're", "what's", "here's"),
}
"""Words of sentences that are not part of a name."""

_PRONOUN_NAMES = {"me", "you", "them", "us", "i", "we", "they", "the team", "the customer", "the client", "the buyer"}
"""Names that recorders use for the two sides of a call."""

_BRACKETS = lazy_pattern(r"\([^()]{0,80}\)|\[[^\[\]]{0,80}\]")
_QUOTED = lazy_pattern(r"[\"“”„‘«»]([^\"“”„‘’«»]{1,40})[\"“”’«»]")
_ABBREVIATION = lazy_pattern(
    r"\b(?:[A-Z]|[A-Z][a-z]{1,3}|Corp|Prof|Univ|Dept|GmbH|PhD|med|rer|nat|phil|jur|ing|dent|habil)\."
)
_SENTENCE = lazy_pattern(r"[!?;…\"“”]|\.(?=\s|\Z)")
_EMAIL = lazy_pattern(r"\S{1,64}@[\w-]{1,60}(?:\.[\w-]{1,60}){1,6}\Z")
_PHONE = lazy_pattern(r"\+?[\d(][\d ()*xX./-]{4,30}\Z")
_SEPARATOR = lazy_pattern(r"\s*[|/,·•]\s*|\s+[-–—@]\s+")
_DIRECTIONS = dict.fromkeys((0x61C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF))
"""Marks that set the direction of writing. Programs put them around names of right-to-left languages."""


def clean_name(name: str) -> str:
    """Return a name with single spaces and without marks of direction."""
    return " ".join((name if name.isascii() else name.translate(_DIRECTIONS)).split())


def name_key(name: str) -> str:
    """Return a name for comparison: case-folded, with single spaces."""
    return clean_name(name).casefold()


def split_name_prefix(line: str, known: Container[str] = (), *, loose: bool = False) -> tuple[str, str] | None:
    """Return the name that a line begins with and the rest of the line, or None.

    A name in `known` (compared by `name_key`) is always accepted. `loose` also accepts names in lower case, for
    files whose format puts a name at the beginning of every line.
    """
    if starts_with_any(line, "[("):
        if tagged := _IN_BRACKETS.match(line):
            return tagged.group(1) or tagged.group(2), line[tagged.end() :]
        if (tagged := _IN_BRACKETS_WITH_COLON.match(line)) and looks_like_name(tagged.group(1), loose=loose):
            return clean_name(tagged.group(1)), line[tagged.end() :]
    found = _PREFIX.match(line) if _has_colon(line) else None
    if not found:
        return None
    name = clean_name(found.group(2).strip(" \t*_"))
    if not name or not (name_key(name) in known or looks_like_name(name, loose=loose)):
        return None
    rest = line[found.end() :].lstrip("*_ \t")
    return _with_second_colon(name, rest, known) or (name, rest)


def text_before_colon(line: str) -> str:
    """Return the text before the first colon of a line, however it looks; may be empty."""
    if starts_with_any(line, "[(") and (_IN_BRACKETS.match(line) or _IN_BRACKETS_WITH_COLON.match(line)):
        return ""
    found = _PREFIX.match(line) if _has_colon(line) else None
    return found.group(2).strip(" \t*_") if found else ""


def starts_with_any(line: str, signs: str) -> bool:
    """Return whether the first character other than a blank is one of `signs`: a check before a slow expression."""
    first = line.lstrip(" \t")[:1]
    return first != "" and first in signs


def _has_colon(line: str) -> bool:
    return ":" in line or "：" in line


def looks_like_name(text: str, *, loose: bool = False) -> bool:
    """Return whether a text may be a name: a few capitalized words, an address, a number, but not a sentence."""
    text = text.strip()
    if not 1 <= len(text) <= MAX_NAME_CHARACTERS or name_key(text) in _NOT_NAMES:
        return False
    if _EMAIL.match(text) or _PHONE.match(text) or name_key(text) in _PRONOUN_NAMES:
        return True
    bare = " ".join(_QUOTED.sub(r"\1", _BRACKETS.sub(" ", text)).split())
    words = bare.split()
    if not 1 <= len(words) <= MAX_NAME_WORDS or not any(char.isalnum() for char in bare):
        return False
    if _SENTENCE.search(_ABBREVIATION.sub("", bare)) or _is_sentence(words):
        return False
    parts = [part for part in _SEPARATOR.split(bare) if part]
    if not parts or name_key(parts[0]) in _NOT_NAMES:
        return False
    if loose:
        return True
    return len(parts[0].split()) <= 7 and all(_can_start_name(word) for part in parts for word in part.split())


def strip_brackets(name: str) -> str:
    """Return a name without pronouns, company or device in brackets; a name entirely in brackets is kept."""
    if "(" not in name and "[" not in name:
        return " ".join(name.split())
    bare = " ".join(_BRACKETS.sub(" ", name).split())
    return bare if any(char.isalnum() for char in bare) else " ".join(name.split())


def _is_sentence(words: Sequence[str]) -> bool:
    first = words[0].strip(",").casefold()
    if first in _SENTENCE_WORDS or (first in _PARTICLES and first not in ("el", "al", "la", "le", "de", "van", "von")):
        return True
    return any(word.strip(",") in _SENTENCE_WORDS for word in words[1:])


def _can_start_name(word: str) -> bool:
    letter = next((char for char in word if char.isalnum()), "")
    if not letter.islower() or word.casefold() in _PARTICLES:
        return True
    return any(char.isupper() for char in word)


def _with_second_colon(name: str, rest: str, known: Container[str]) -> tuple[str, str] | None:
    """Return `Acme: Dana` as one name if `Dana` is part of a known name and `Acme` is not."""
    found = _PREFIX.match(rest) if _has_colon(rest) else None
    if not found or not isinstance(known, set | frozenset) or found.group(1):
        return None
    whole = f"{name}: {found.group(2).strip()}"
    if name_key(whole) in known:
        return whole, rest[found.end() :]
    words = name_key(found.group(2)).split()
    if name_key(name) in known or not words or not looks_like_name(found.group(2)):
        return None
    known_words = {word for each in known for word in each.split()}
    return (whole, rest[found.end() :]) if known_words.issuperset(words) else None
