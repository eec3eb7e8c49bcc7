"""A painted line in as few sequences as the same picture takes: over a slow link they are most of what is sent.

Textual writes each part of a line with its whole style and a reset: a part without text too, a blank whose colour
nobody can see, and parts that differ only in what a selection by mouse would want to know.
"""

from __future__ import annotations

from functools import lru_cache

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

NO_STYLE = Style.null()
FOR_SELECTING = {"offset"}


def lean(strip: Strip) -> Strip:
    """The same line of a widget in which nothing can be selected."""
    parts: list[Segment] = []
    for segment in strip:
        if not segment.text:
            continue
        segment = _without_offset(segment)
        style = _style_of_both(parts[-1], segment) if parts else None
        if style is None:
            parts.append(segment)
        else:
            parts[-1] = Segment(parts[-1].text + segment.text, style)
    return Strip(parts, strip.cell_length)


def _without_offset(segment: Segment) -> Segment:
    style = segment.style
    if style is None or style.meta.keys() != FOR_SELECTING:
        return segment
    return Segment(segment.text, style.clear_meta_and_links())


def _style_of_both(one: Segment, other: Segment) -> Style | None:
    """The style that draws both as they are; None where there is none."""
    before, after = one.style or NO_STYLE, other.style or NO_STYLE
    if before == after:
        return before
    if other.text.isspace() and _is_only_ground(before, after):
        return before
    return after if one.text.isspace() and _is_only_ground(after, before) else None


@lru_cache(4096)
def _is_only_ground(style: Style, blank: Style) -> bool:
    """Whether a blank looks the same in both: only its ground can be seen, and lines through it."""
    lines = any(each.reverse or each.underline or each.strike for each in (style, blank))
    return not lines and style.bgcolor == blank.bgcolor and not (style.meta or blank.meta)
