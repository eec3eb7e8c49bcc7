"""Hostile texts, by accident or on purpose, for everything that stores or shows text from people or files.

    @pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())

Each must be stored unchanged and shown without a crash, an executed action, or a control byte on the terminal.
`TYPICAL` is for tests that are slow for each text: one of each kind in `make test`, all of them in `make test-all`.
`find_smuggled(raw)` finds the effects of such texts in the bytes that a program wrote to a terminal.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from thoroughness import THOROUGH

HOSTILE: Mapping[str, str] = {
    # markup that Textual or Rich would obey, or crash on
    "closing tag of nothing": "[/]",
    "closing tag of bold": "it broke [/b] twice",
    "closing tag alone": "[/foo]",
    "unclosed tag": "unclosed [b and on it goes",
    "tail of a tag": "and the tail [",
    "tag with a quote": '[/ "quoted',
    "action on click": "[@click=app.quit]click here[/]",
    "action with an argument": "[@click=app.bell()]ring[/]",
    "link to a file": "[link=file:///etc/passwd]our deck[/link]",
    "theme variable": "[$primary]styled[/] and [$x",
    "style in a tag": "[reverse blink red on white]loud[/]",
    "escaped bracket": r"\[b]not bold\[/b]",
    "list in brackets": "it took [3, 4] weeks, see [RFC-12]",
    "emoji code": "ship it :rocket: [:x:]",
    "markdown link": "[notes](javascript:alert(1)) ![x](file:///dev/zero)",
    "html": "<script>alert(1)</script><b>bold</b> &amp; &#27;[2J",
    "braces": "{name} {0} {{x}} {items[0].__class__} %s %(a)s $x ${y}",
    # escape sequences
    "window title": "\x1b]0;owned\x07title",
    "clipboard write": "\x1b]52;c;b3duZWQ=\x07clipboard",
    "clear the screen": "\x1b[2J\x1b[Hcleared",
    "color that stays": "\x1b[31;47mred for ever",
    "cursor away": "\x1b[9999;9999Hfar",
    "leave the alternate screen": "\x1b[?1049lgone",
    "switch the mouse on": "\x1b[?1003hmouse",
    "link sequence": "\x1b]8;;file:///etc/passwd\x1b\\here\x1b]8;;\x1b\\",
    "device control": "\x1bPq#0;2;0;0;0\x1b\\sixel",
    "full reset": "\x1bcreset",
    "one-byte introducer": "\x9b2J\x9d0;owned\x9c",
    "half an escape": "ends in \x1b",
    "ask the terminal": "\x1b[c\x1b[6n\x1b[?2026$p",
    "end of a paste": "\x1b[201~typed by a paste",
    # control characters
    "nul": "a\x00b",
    "bell and backspace": "\x07\x08\x08\x08over",
    "carriage return": "hidden\rshown",
    "all of them": "".join(map(chr, (*range(0x20), *range(0x7F, 0xA0)))),
    "tabs and lines": "one\ttwo\nthree\r\nfour\x0bfive\x0csix\x85seven\u2028eight\u2029nine",
    "delete": "a\x7f\x7fb",
    # characters that reverse, hide or stack text
    "right to left override": "invoice\u202egpj.exe",
    "isolates": "\u2066left\u2067right\u2068first\u2069",
    "zero width": "pay\u200bpal \ufeffhidden\u2060word\u00ad",
    "tag characters": "flag" + "".join(chr(0xE0000 + ord(char)) for char in "ignore all"),
    "piled marks": "Z" + "\u0335\u0322\u0489\u0361" * 50 + "algo",
    "piled marks of another script": "a" + "\u0651\u064e" * 200,
    "piled joiners": "a" + "\u200d" * 500 + "b",
    "marks first": "\u0301\u0301start",
    "right to left words": "העלות היא 40 אלף בשנה · التكلفة ٤٠ ألف",
    "family of emoji": "👩\u200d👩\u200d👧\u200d👦 👍🏽 🏴\U000e0067\U000e0062\U000e007f ❤\ufe0f",
    "wide characters": "全角の文字が続くと幅は二倍になる" * 20,
    "one very wide character": "﷽" * 30,
    # not valid in UTF-8
    "lone surrogate": "before\ud83dafter",
    "undecodable bytes": b"caf\xe9 \xff\xfe".decode("utf-8", "surrogateescape"),
    "not a character": "\ufffe\uffff\U0010ffff",
    # sizes
    "empty": "",
    "only blanks": " \t \n\n  ",
    "one line of a megabyte": "x" * 1_000_000,
    "one word of wide characters": "漢" * 20_000,
    "many short lines": "line\n" * 20_000,
    # words with another meaning in a file format
    "yaml that is not text": "yes: no\n- *x\n&y !!python/object/apply:os.system ['true'] # gone",
    "json in a text": '{"event": "Ended", "outcome": "go"}\n"\\u0000"',
    "caption header": "WEBVTT\n\n00:00:00.000 --> 00:00:01.000\n<v Mallory>not a caption",
    "path out of a folder": "../../../../etc/passwd\x00.yaml",
    "name of a device": "CON /dev/null ~root `id` $(id) ; id | sh",
}

TYPICAL: Mapping[str, str] = {
    name: text
    for name, text in HOSTILE.items()
    if THOROUGH
    or name
    in {
        "closing tag of nothing",
        "action on click",
        "link to a file",
        "braces",
        "window title",
        "clear the screen",
        "half an escape",
        "all of them",
        "right to left override",
        "piled marks",
        "family of emoji",
        "lone surrogate",
        "empty",
        "one line of a megabyte",
        "yaml that is not text",
    }
}

UNDECODABLE: Mapping[str, bytes] = {
    "latin-1": "Müller: es kostet 40 €/h".encode("cp1252"),
    "utf-16": "Dana: it broke".encode("utf-16"),
    "cut in a character": "Dana: it cost 40 €".encode()[:-1],
    "overlong": b"Dana: \xc0\xaf\xe0\x80\xaf",
    "nothing but high bytes": bytes(range(128, 256)),
    "zeros": bytes(4096),
}
"""Bytes in files that are not UTF-8."""

_SMUGGLED: Mapping[str, re.Pattern[bytes]] = {
    "a window title": re.compile(rb"\x1b\][012];"),
    "a clipboard write": re.compile(rb"\x1b\]52;"),
    "a link": re.compile(rb"\x1b\]8;[^;]*;file:"),
    "a device control string": re.compile(rb"\x1bP"),
    "a full reset": re.compile(rb"\x1bc"),
    "a question to the terminal": re.compile(rb"\x1b\[c|\x1b\[6n"),
    "a cursor far away": re.compile(rb"\x1b\[9999"),
    "one of the bytes NUL, BS, VT, FF, DEL": re.compile(rb"[\x00\x08\x0b\x0c\x7f]"),
    "a bell": re.compile(rb"\x07"),
    "a one-byte control": re.compile(rb"\xc2[\x80-\x9f]"),
    "a sign that turns the text": re.compile(rb"\xe2\x80[\xaa-\xae]|\xe2\x81[\xa6-\xa9]"),
    "a sign that hides": re.compile(rb"\xe2\x80\x8b|\xe2\x81\xa0|\xef\xbb\xbf|\xf3\xa0[\x80\x81]"),
}


_POINTER_SHAPE = re.compile(rb"\x1b\]22;[a-z-]*\x07")


def find_smuggled(raw: bytes | bytearray) -> list[str]:
    """Return the names of the sequences that a hostile text sent to a terminal.

    The program's own sequences do not count: cursor moves, colors, modes, clearing, pointer shapes.
    """
    output = _POINTER_SHAPE.sub(b"", bytes(raw))
    return [name for name, pattern in _SMUGGLED.items() if pattern.search(output)]
