"""Decoder of bytes to text: every text file can be read, and guesses are reported."""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Mapping

from salesnerd_tui.lazy_pattern import lazy_pattern

_BYTE_ORDER_MARKS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF32_LE: "utf-32-le",  # before UTF-16, whose mark it begins with
    codecs.BOM_UTF32_BE: "utf-32-be",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
_FALLBACK = "cp1252"
_BINARY_MAGIC: Mapping[str, tuple[bytes, ...]] = {
    "a Word document or another archive": (b"PK\x03\x04",),
    "an archive": (b"PK\x05\x06", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"7z\xbc\xaf", b"(\xb5/\xfd", b"Rar!"),
    "a PDF document": (b"%PDF",),
    "a rich text document": (b"{\\rtf",),
    "a Word document": (b"\xd0\xcf\x11\xe0",),
    "an audio or video file": (b"\x1aE\xdf\xa3", b"OggS", b"fLaC", b"ID3", b"caff", b"FORM", b"RIFF"),
    "a PostScript document": (b"%!PS",),
    "an image": (b"\x89PNG", b"\xff\xd8\xff", b"GIF8"),
    "a database": (b"SQLite format 3",),
    "binary data": (b"bplist00",),
    "a program": (b"\x7fELF",),
    "subtitles with styles (.ass)": (b"[Script Info]", codecs.BOM_UTF8 + b"[Script Info]"),
}
"""Kinds of binary files, and the bytes that they begin with."""

_DEFAULT_FIX = "use the transcript or captions of the call: .vtt, .srt, .txt, .md or .json"
_FIXES = {
    "a Word document or another archive": (
        "download the transcript as .vtt or .txt, or open the file and save it as plain text"
    ),
    "a Word document": "open it and save it as plain text",
    "a rich text document": "open it and save it as plain text",
    "a PDF document": "open it, copy the text and save it as plain text",
    "a web page": "open it in a browser, copy the text and save it as plain text",
    "subtitles with styles (.ass)": "convert them to .srt",
}
_TEXT_KINDS = ("a web page", "an XML file", "subtitles with styles (.ass)")
_MARKUP_BEGIN = rb"(?:\xef\xbb\xbf)?\s{0,200}(?:<\?xml[^>]{0,200}>\s{0,200})?(?:<!--.{0,1000}?-->\s{0,200}){0,3}<"
_HTML_TAGS = (
    rb"!doctype\s+html|html|head|body|meta|title|div|p|span|table|section|article|main|h[1-6]|ul|ol|script|style"
)
_HTML = _MARKUP_BEGIN + rb"(?:" + _HTML_TAGS + rb")[\s>/]"
_XML = rb"(?:\xef\xbb\xbf)?\s{0,200}<(?:\?xml\s|(?:tt|transcript|timedtext)[\s>])"
_MARKUP_BYTES = 204
"""Bytes before and with the first `<` of a file in HTML or XML."""

_TEXT_BYTES = bytes((*b"\t\n\r\x0b\x0c\x1b\x1e\x08", *range(0x20, 0x100)))
_ASCII_BYTES = bytes((*b"\t\n\r", *range(0x20, 0x7F)))
_SURROGATES = tuple(bytes([each]) for each in range(0xD8, 0xDC))
_ERASE_LINE = "\x1b[2K"
_COLORED = lazy_pattern(r"\x1b\[(?:38;5;\d{1,3}|[39][0-7]|1|2|4)m([^\x1b\n]{0,1000})\x1b\[0?m")
MIN_CONTROL_BYTES = 3
MAX_CONTROL_BYTE_SHARE = 0.02
"""Number and share of control bytes from which a file is not text; fewer may be an error of its writer."""

MIN_NON_ASCII_SHARE = 0.1
"""Share of other bytes below which a file is ASCII with a few errors, not UTF-16."""

MIN_SAMPLE_CHARACTERS = 12
SNIFF_BYTES = 4096
"""Bytes of a file that are examined to detect its encoding."""


def detect_encoding(head: bytes) -> tuple[str, int]:
    """Return the encoding of a file that begins with `head`, and the length of its byte order mark.

    Without a mark, UTF-16 and UTF-32 are detected by their zero bytes, or, for other scripts than Latin, by decoding to
    plausible text. Everything else is UTF-8, with a fallback for each line.
    """
    for mark, name in _BYTE_ORDER_MARKS.items():
        if head.startswith(mark):
            return name, len(mark)
    sample = head[:SNIFF_BYTES]
    zeros = [sample[offset::4].count(0) for offset in range(4)]
    fours = len(sample) // 4
    if fours >= 4 and zeros[0] < 0.2 * fours and min(zeros[2:]) > 0.9 * fours:
        return "utf-32-le", 0
    if fours >= 4 and zeros[3] < 0.2 * fours and min(zeros[:2]) > 0.9 * fours:
        return "utf-32-be", 0
    zeros_even, zeros_odd = zeros[0] + zeros[2], zeros[1] + zeros[3]
    pairs = len(sample) // 2
    if pairs >= 4 and max(zeros_even, zeros_odd) > 0.6 * pairs and min(zeros_even, zeros_odd) < 0.1 * pairs:
        return ("utf-16-le" if zeros_odd > zeros_even else "utf-16-be"), 0
    if _control_byte_share(sample) > 0:
        for name in ("utf-16-le", "utf-16-be"):
            if _is_plausible_text(sample, name):
                return name, 0
    return "utf-8", 0


def detect_binary(head: bytes) -> str:
    """Return the kind of a file that is not a transcript, such as `a PDF document`; empty for text."""
    for kind, marks in _BINARY_MAGIC.items():
        if head.startswith(marks):
            return kind
    if head[4:8] == b"ftyp" or (head[:1] == b"G" and head[188:377:188] == b"GG"):  # MP4, or packets of MPEG-TS
        return "an audio or video file"
    if head[:_MARKUP_BYTES].lstrip(codecs.BOM_UTF8 + b" \t\n\r\v\f").startswith(b"<"):
        if re.match(_HTML, head[:SNIFF_BYTES], re.DOTALL | re.IGNORECASE):
            return "a web page"
        if re.match(_XML, head[:SNIFF_BYTES], re.IGNORECASE):
            return "an XML file"
    if detect_encoding(head)[0] != "utf-8" or head.startswith(tuple(_BYTE_ORDER_MARKS)):
        return ""
    sample = head[:SNIFF_BYTES]
    share = _control_byte_share(sample)
    return "binary data" if share * len(sample) >= MIN_CONTROL_BYTES and share > MAX_CONTROL_BYTE_SHARE else ""


def binary_message(kind: str) -> str:
    """Return the error message for a result of `detect_binary`."""
    expected = "transcript" if kind in _TEXT_KINDS else "text file"
    return f"not a {expected}: {kind} ({_FIXES.get(kind, _DEFAULT_FIX)})"


def _control_byte_share(sample: bytes) -> float:
    """Return the share of control bytes that text does not contain."""
    return len(sample.translate(None, _TEXT_BYTES)) / len(sample) if sample else 0.0


def _is_plausible_text(sample: bytes, encoding: str) -> bool:
    """Return whether a sample decodes as UTF-16 to words: letters, with ASCII spaces, digits and line ends."""
    if len(sample.translate(None, _ASCII_BYTES)) < MIN_NON_ASCII_SHARE * len(sample):
        return False
    even = sample[: len(sample) - len(sample) % 2]
    try:
        text = even[: -2 if even[-2:-1] in _SURROGATES or even[-1:] in _SURROGATES else None].decode(encoding)
    except UnicodeDecodeError:
        return False
    if len(text) < MIN_SAMPLE_CHARACTERS:
        return False
    ascii_count = sum(char.isascii() and (char.isprintable() or char in "\r\n\t") for char in text)
    words = sum(char.isalnum() or unicodedata.category(char)[0] in "MPSZ" or char in "\r\n\t" for char in text)
    return ascii_count >= 0.03 * len(text) and words >= 0.97 * len(text)


def decode(data: bytes) -> tuple[str, str]:
    """Return the text of a whole file, and a message about a guessed encoding (empty without a guess)."""
    encoding, mark = detect_encoding(data)
    body = data[mark:]
    try:
        return body.decode(encoding), ""
    except UnicodeDecodeError as problem:
        line = body.count(b"\n", 0, problem.start) + 1
        if encoding != "utf-8":
            return body.decode(encoding, "replace"), f"line {line}: invalid {encoding.upper()}, shown as �"
        text = "\n".join(decode_line(raw) for raw in body.split(b"\n"))
        return text, f"line {line}: not UTF-8, read as Latin-1 (save the file as UTF-8 if letters look wrong)"


def strip_overwritten(text: str) -> str:
    """Return what a terminal would still show: without erased lines, and without the colors of words.

    Recognizers that print to a terminal rewrite their last line until it is final. Other control sequences stay.
    """
    if "\x1b" not in text:
        return text
    if _ERASE_LINE in text:
        parts = (line.rpartition(_ERASE_LINE) for line in text.split("\n"))
        text = "\n".join(rest.removeprefix("\r") if erased else rest for _, erased, rest in parts)
    return _COLORED.sub(r"\1", text)


def decode_line(raw: bytes, encoding: str = "utf-8") -> str:
    """Decode one line, in `encoding` or else in Windows Latin-1. Never raises `UnicodeDecodeError`."""
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        return raw.decode(_FALLBACK if encoding == "utf-8" else encoding, "replace")
