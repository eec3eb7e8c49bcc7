"""Decoder of bytes to text: every text file can be read, and guesses are reported."""

from __future__ import annotations

import codecs
import re
import unicodedata

from salesnerd_tui.lazy_pattern import lazy_pattern

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_FALLBACK = "cp1252"
_BINARY = (
    (0, b"PK\x03\x04", "a Word document or another archive"),
    (0, b"PK\x05\x06", "an archive"),
    (0, b"%PDF", "a PDF document"),
    (0, b"{\\rtf", "a rich text document"),
    (0, b"\xd0\xcf\x11\xe0", "a Word document"),
    (4, b"ftyp", "an audio or video file"),
    (0, b"\x1aE\xdf\xa3", "an audio or video file"),
    (0, b"OggS", "an audio or video file"),
    (0, b"fLaC", "an audio or video file"),
    (0, b"ID3", "an audio or video file"),
    (0, b"caff", "an audio or video file"),
    (0, b"FORM", "an audio or video file"),
    (0, b"%!PS", "a PostScript document"),
    (0, b"\x89PNG", "an image"),
    (0, b"\xff\xd8\xff", "an image"),
    (0, b"GIF8", "an image"),
    (0, b"\x1f\x8b", "an archive"),
    (0, b"BZh", "an archive"),
    (0, b"\xfd7zXZ", "an archive"),
    (0, b"7z\xbc\xaf", "an archive"),
    (0, b"(\xb5/\xfd", "an archive"),
    (0, b"Rar!", "an archive"),
    (0, b"SQLite format 3", "a database"),
    (0, b"bplist00", "binary data"),
    (0, b"\x7fELF", "a program"),
)
"""Offset, signature and kind of binary files."""

_FIX = "use the transcript or captions of the call: .vtt, .srt, .txt, .md or .json"
_FIXES = {
    "a Word document or another archive": (
        "download the transcript as .vtt or .txt, or open the file and save it as plain text"
    ),
    "a Word document": "open it and save it as plain text",
    "a rich text document": "open it and save it as plain text",
    "a PDF document": "open it, copy the text and save it as plain text",
    "a web page": "open it in a browser, copy the text and save it as plain text",
}
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
_ERASE = "\x1b[2K"
_COLORED = lazy_pattern(r"\x1b\[(?:38;5;\d{1,3}|[39][0-7]|1|2|4)m([^\x1b\n]{0,1000})\x1b\[0?m")
ODD_BYTES = 3
ODD_SHARE = 0.02
"""Number and share of control bytes from which a file is not text; fewer may be an error of its writer."""

MOSTLY_ASCII = 0.1
"""Share of other bytes below which a file is ASCII with a few errors, not UTF-16."""

MIN_SAMPLE_CHARACTERS = 12
SNIFF_BYTES = 4096
"""Bytes of a file that are examined to detect its encoding."""


def encoding_of(head: bytes) -> tuple[str, int]:
    """Return the encoding of a file that begins with `head`, and the length of its byte order mark.

    Without a mark, UTF-16 and UTF-32 are detected by their zero bytes, or, for other scripts than Latin, by decoding to
    plausible text. Everything else is UTF-8, with a fallback for each line.
    """
    for mark, name in _MARKS:
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
    if _odd_share(sample) > 0:
        for name in ("utf-16-le", "utf-16-be"):
            if _makes_sense(sample, name):
                return name, 0
    return "utf-8", 0


def kind_of_binary(head: bytes) -> str:
    """Return the kind of a file that is not a transcript, such as `a PDF document`; empty for text."""
    for at, mark, kind in _BINARY:
        if head[at : at + len(mark)] == mark:
            return kind
    if head.startswith(b"RIFF") or (head[:1] == b"G" and head[188:377:188] == b"GG"):  # or MPEG-TS packets
        return "an audio or video file"
    if head[:_MARKUP_BYTES].lstrip(codecs.BOM_UTF8 + b" \t\n\r\v\f").startswith(b"<"):
        if re.match(_HTML, head[:SNIFF_BYTES], re.DOTALL | re.IGNORECASE):
            return "a web page"
        if re.match(_XML, head[:SNIFF_BYTES], re.IGNORECASE):
            return "an XML file"
    if encoding_of(head)[0] != "utf-8" or any(head.startswith(mark) for mark, _ in _MARKS):
        return ""
    sample = head[:SNIFF_BYTES]
    odd = _odd_share(sample)
    return "binary data" if odd * len(sample) >= ODD_BYTES and odd > ODD_SHARE else ""


def not_text(kind: str) -> str:
    """Return the error message for a result of `kind_of_binary`."""
    expected = "transcript" if kind in ("a web page", "an XML file") else "text file"
    return f"not a {expected}: {kind} ({_FIXES.get(kind, _FIX)})"


def _odd_share(sample: bytes) -> float:
    """Return the share of control bytes that text does not contain."""
    return len(sample.translate(None, _TEXT_BYTES)) / len(sample) if sample else 0.0


def _makes_sense(sample: bytes, encoding: str) -> bool:
    """Return whether a sample decodes as UTF-16 to words: letters, with ASCII spaces, digits and line ends."""
    if len(sample.translate(None, _ASCII_BYTES)) < MOSTLY_ASCII * len(sample):
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
    encoding, mark = encoding_of(data)
    body = data[mark:]
    try:
        return body.decode(encoding), ""
    except UnicodeDecodeError as problem:
        line = body.count(b"\n", 0, problem.start) + 1
        if encoding != "utf-8":
            return body.decode(encoding, "replace"), f"line {line}: invalid {encoding.upper()}, shown as �"
        text = "\n".join(decode_line(raw) for raw in body.split(b"\n"))
        return (
            text,
            f"line {line}: not UTF-8, read as Latin-1 (save the file as UTF-8 if letters look wrong)",
        )


def without_overwritten(text: str) -> str:
    """Return what a terminal would still show: without erased lines, and without the colors of words.

    Recognizers that print to a terminal rewrite their last line until it is final. Other control sequences stay.
    """
    if "\x1b" not in text:
        return text
    if _ERASE in text:
        text = "\n".join(map(_last_written, text.split("\n")))
    return _COLORED.sub(r"\1", text)


def _last_written(line: str) -> str:
    _, erased, rest = line.rpartition(_ERASE)
    return rest.removeprefix("\r") if erased else line


def decode_line(raw: bytes, encoding: str = "utf-8") -> str:
    """Decode one line, in `encoding` or else in Windows Latin-1. Never raises `UnicodeDecodeError`."""
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        return raw.decode(_FALLBACK if encoding == "utf-8" else encoding, "replace")
