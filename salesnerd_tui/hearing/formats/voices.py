"""Who says what inside one caption: `<v Ana>…</v>`, `Ana: …`, or several of them one after the other."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

from salesnerd_tui.hearing.formats.model import same_name
from salesnerd_tui.hearing.formats.names import prefix_of

Spoken = tuple[str, str]
"""A speaker (empty where the caption names nobody) and the words."""

_VOICE = re.compile(r"<v(?:\.[^\s<>]{0,200})?(?:[ \t]+([^<>\n]{0,300}))?>", re.IGNORECASE)
_TAG = re.compile(
    r"</?(?:v|c|i|b|u|ruby|rt|lang|font)(?:[.\s][^<>\n]{0,300})?>|<\d{1,4}(?::\d{1,4}){1,2}[.,]\d{1,6}>", re.IGNORECASE
)
_OVERRIDE = re.compile(r"\{\\[^{}\n]{1,60}\}")
_DASH = re.compile(r"[ \t]*[-–—][ \t]*\Z")


def spoken_in(lines: Sequence[str], known: set[str], marked_up: bool) -> list[Spoken]:
    """What is said in the lines of a caption, by speaker. `marked_up` says that it is WebVTT, with its entities.

    Names that are found are added to `known` (as `same_name`), so that later captions can rely on them.
    """
    body = "\n".join(lines)
    if "<v" in body or "<V" in body:
        spoken = _voices(body)
        if spoken:
            found = [(_entities(name).strip(), _words(text, marked_up=True)) for name, text in spoken]
            known.update(same_name(name) for name, _ in found if name)
            return _told(found)
    return _told(_prefixed(lines, known, marked_up))


def _voices(body: str) -> list[Spoken]:
    parts: list[Spoken] = []
    name, position = "", 0
    for tag in _VOICE.finditer(body):
        parts.append((name, _DASH.sub("", body[position : tag.start()])))
        name, position = tag.group(1) or "", tag.end()
    if position == 0:
        return []
    parts.append((name, body[position:]))
    return parts


def _prefixed(lines: Sequence[str], known: set[str], marked_up: bool) -> list[Spoken]:
    parts: list[tuple[str, list[str]]] = []
    for line in lines:
        text = _words(line, marked_up)
        trusted = known if parts else ()
        found = prefix_of(text, known) if not parts or _is_known(text, trusted) else None
        if found:
            known.add(same_name(found[0]))
            parts.append((found[0], [found[1]]))
        elif parts:
            parts[-1][1].append(text)
        else:
            parts.append(("", [text]))
    return [(name, "\n".join(texts)) for name, texts in parts]


def _is_known(text: str, known: set[str] | tuple[()]) -> bool:
    """A second name in a caption has to be one that was met before: a wrapped line may begin with `Price: …`."""
    found = prefix_of(text, known)
    return bool(found) and same_name(found[0] if found else "") in known


def _words(text: str, marked_up: bool) -> str:
    text = _OVERRIDE.sub("", _TAG.sub("", text))
    return _entities(text) if marked_up else text


def _entities(text: str) -> str:
    return html.unescape(text) if "&" in text else text


def _told(parts: Sequence[Spoken]) -> list[Spoken]:
    trimmed = [(name, "\n".join(line.strip() for line in text.split("\n") if line.strip())) for name, text in parts]
    return [part for part in trimmed if part[1]]
