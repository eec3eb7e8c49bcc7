"""Dialects of Markdown: the signs of word processors, wikis and note apps, replaced line by line by plain Markdown."""

from __future__ import annotations

import re

from salesnerd_tui.playbook.markdown.label import role_of

_BULLET = re.compile(r"^(\s*)[•▪◦●○‣⁃∙·»➤►▶▸]\s*(?=\S)")
_BOX = re.compile(r"^(\s*)(?:[-*+]\s+)?[☐□☑❏▢]\s+(?=\S)")
_TOGGLE = re.compile(r"^(\s*(?:[-*+]|#{1,6})\s+)[▶▸▾▼►]\s*(?:toggle\s*:\s*)?(?=\S)", re.IGNORECASE)
_ATTRIBUTES = re.compile(
    r"^\s*(?:[*-]\s+TOC\s*$|\{:.*\}\s*$|\{::.*/?\}\s*$|:::.*$|\[\[?_?TOC_?\]?\]\s*$)", re.IGNORECASE
)
_CALLOUT = re.compile(r"^(\s*>\s*)\[!(\w+)\][+-]?[ \t]*(.*)$")
_TIGHT_HEADING = re.compile(r"^(#{1,6})(?=[^\W\d_])([^#\n]*)$")
_EMBED = re.compile(r"!\[\[[^\[\]]*\]\]")
_WIKI_LINK = re.compile(r"\[\[([^\[\]|\n]+)(?:\|([^\[\]\n]+))?\]\]")
_COMMENT = re.compile(r"%%([^%]+(?:%[^%]+)*)%%")
_HIGHLIGHT = re.compile(r"==(?=\S)([^=]+(?:=[^=]+)*)(?<=\S)==")
_HIGHLIGHTED_REMARK = re.compile(r"(?<=[?.!])\s*==(?=[a-z])([^=]+)==\s*$")
_ANCHOR = re.compile(r"\s\^[\w-]+\s*$|(?<!\s)\s*\{#[\w-]+\}\s*$")
_FIELD = re.compile(r"^(\s*(?:[-*+]\s+)?\[?)([^\W\d_][\w -]{0,30})::\s+(?=\S)")
_BBCODE = re.compile(r"\[/?(?:b|i|u|s|url|quote|list|li|size|color)(?:=[^\]\n]{1,80})?\](?!\()", re.IGNORECASE)
_TAG = re.compile(r"(?:^|(?<=\s))#([^\W\d_][\w/-]*)(?=\s|$)")
_PRIORITIES = {"must": "must", "required": "must", "optional": "optional", "could": "optional"}


def plain_line(line: str) -> str:
    """Return a line with the signs of other dialects replaced by those of Markdown."""
    if _ATTRIBUTES.match(line):
        return ""
    line = _TOGGLE.sub(r"\1", line)
    line = _BOX.sub(r"\1- [ ] ", line)
    line = _BULLET.sub(r"\1- ", line)
    line = _CALLOUT.sub(_labelled, line)
    line = _COMMENT.sub(lambda comment: f"({comment[1].strip()})", _EMBED.sub("", line))
    line = _WIKI_LINK.sub(lambda link: link[2] or link[1], line)
    line = _HIGHLIGHT.sub(r"\1", _HIGHLIGHTED_REMARK.sub(r" (\1)", _ANCHOR.sub("", line)))
    line = _BBCODE.sub("", _FIELD.sub(r"\1\2: ", line))
    return _without_tags(line) if "#" in line else line


def _labelled(callout: re.Match[str]) -> str:
    """Return the first line of a callout as a label: its title if that says what follows, else its kind."""
    title = callout[3].strip()
    label = title.rstrip(":") if title and (role_of(title) or re.match(r"(?:if|when) ", title, re.IGNORECASE)) else ""
    if label:
        return f"{callout[1]}**{label}:**"
    return f"{callout[1]}**{callout[2].capitalize()}:** {title}".rstrip()


def _without_tags(line: str) -> str:
    """Return a line without its tags; one that names a priority becomes a remark, `#Pain points` a heading."""
    heading = _TIGHT_HEADING.match(line)
    if heading and (len(heading[1]) > 1 or " " in heading[2].strip()):
        return f"{heading[1]} {heading[2]}"
    if line.lstrip().startswith("# "):
        return line
    return _TAG.sub(lambda tag: f"({known})" if (known := _PRIORITIES.get(tag[1].lower())) else "", line)
