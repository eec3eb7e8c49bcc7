"""The middle of the live screen: the one thing to say now, and the answers it may bring.

It is drawn as airy as the place allows. When it does not fit, air goes first, then what to listen for, then the answers
stand side by side; the question itself is always whole.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from salesnerd_tui.call.view import CallView, Choice, Prompt, PromptKind
from salesnerd_tui.tui.render.text import (
    MUTED,
    Line,
    Lines,
    blank,
    both_ends,
    fit,
    flow,
    line,
    pressable,
    safe,
    wrapped,
)

READABLE = 76
"""Cells of a question's line at most: a glance takes in no more."""

MARGIN = 3
LABEL = 12
NONE: Mapping[str, str] = {}


class Density(Struct, frozen=True):
    """How generously the middle is drawn: blank lines above and around the question, and how many kinds of cues."""

    above: int = 0
    around: int = 1
    cues: int = 0
    beside: bool = False
    header: bool = True
    follow: bool = True


ALL_CUES = 4
AIRS = (
    Density(above=2, around=2, cues=ALL_CUES),
    Density(above=1, around=1, cues=ALL_CUES),
    Density(cues=ALL_CUES),
    Density(cues=2),
    Density(cues=1),
    Density(),
    Density(around=0),
    Density(beside=True),
    Density(around=0, beside=True),
    Density(around=0, beside=True, header=False),
    Density(around=0, beside=True, header=False, follow=False),
)
"""From the airiest to the tightest."""


def draw_prompt(view: CallView, width: int, height: int, keys: Mapping[str, str] = NONE) -> Lines:
    """As airy as `height` lines of `width` cells allow; `keys` are those that may be promised, by their commands."""
    drawn: Lines = []
    for air in AIRS:
        drawn = _drawn(view, width, air, keys)
        if len(drawn) <= height:
            return drawn
    return _cut(drawn, height)


def _cut(lines: Lines, height: int) -> Lines:
    """The tightest drawing, cut at the end and saying so."""
    if height <= 0 or len(lines) <= height:
        return lines[:height]
    return [*lines[: height - 1], line(lines[height - 1], (" …", MUTED))]


def _drawn(view: CallView, width: int, air: Density, keys: Mapping[str, str]) -> Lines:
    prompt = view.prompt
    margin = " " * (MARGIN if width >= 60 else 1)
    lines: Lines = [blank() for _ in range(air.above)]
    badge = _badge(prompt)
    if air.header:
        lines.append(both_ends(line(margin, _heading(view)), line(badge, " "), min(width, READABLE + len(margin))))
    if air.follow and prompt.parent:
        lines.append(fit(line(margin, ("after  ", MUTED), (safe(prompt.parent), f"italic {MUTED}")), width))
    if air.follow and prompt.lead_in:
        lines += wrapped(f"say: {prompt.lead_in}", min(width - 2, READABLE), "$secondary", margin, most=2)
    lines += [blank()] * (air.around - 1)
    lines += _question(prompt, width, margin, None if air.header else badge, padded=air.around > 0)
    lines += [blank()] * (air.around - 1)
    lines += _cues(prompt, width, margin, air.cues)
    lines += _choices(prompt, width, margin, air)
    if prompt.kind is PromptKind.CLOSING:
        lines += [blank(), *flow([line(margin), *_closing_keys(view, keys)], width)]
    while lines and not lines[-1].plain.strip():
        lines.pop()
    return lines


def _closing_keys(view: CallView, keys: Mapping[str, str]) -> Lines:
    """What there is to press when the agenda is through."""
    does = [("next", "goes on there")] if view.switch else []
    does += [("end", "ends the call"), ("jump", "back to a question")]
    return [
        pressable(line((keys[id], "bold $accent"), " ", (told, MUTED)), keys[id]) for id, told in does if id in keys
    ]


def _heading(view: CallView) -> Line:
    prompt = view.prompt
    if view.way_back:
        return line(("DETOUR", "bold $secondary"), ("  then back to: ", MUTED), (safe(view.way_back), MUTED))
    here = next((light for light in view.sections if light.progress.value == "here"), None)
    if prompt.kind is PromptKind.CLOSING or here is None:
        return line((safe(view.title).upper(), f"bold {MUTED}"))
    return line((safe(here.title).upper(), f"bold {MUTED}"))


def _badge(prompt: Prompt) -> Line:
    words = {PromptKind.SAY: "SAY", PromptKind.PROBE: "FOLLOW UP", PromptKind.CLOSING: "DECIDE"}.get(prompt.kind)
    if words is None:
        words = "MUST" if prompt.must else ""
    parts: list[str | tuple[str, str]] = []
    if prompt.by not in ("", "me"):
        parts += [(f"{safe(prompt.by)} asks", "bold $secondary"), "  "]
    if prompt.asked and prompt.kind is PromptKind.ASK:
        parts += [("asked ✓", "$success"), "  "]
    if words:
        parts.append((f" {words} ", "bold reverse $primary" if words != "MUST" else "bold reverse $warning"))
    return line(*parts)


def _question(prompt: Prompt, width: int, margin: str, badge: Line | None, padded: bool) -> Lines:
    """The question on a ground of its own with a bar beside it: the largest thing on the screen."""
    room = min(width - len(margin) - 1, READABLE)
    words = wrapped(prompt.text, room - 4, "bold $question")
    if badge is not None and badge.plain and words[-1].cell_length + badge.cell_length + 2 <= room - 3:
        words[-1] = both_ends(words[-1], badge, room - 3)
    rows = [blank(), *words, blank()] if padded else words
    return [line(margin, _block(row, room)) for row in rows]


def _block(row: Line, room: int) -> Line:
    return line(
        ("▌", "$accent on $panel"), ("  ", "on $panel"), row.pad_right(room - 3 - row.cell_length).stylize("on $panel")
    )


def _cues(prompt: Prompt, width: int, margin: str, most: int) -> Lines:
    lines: Lines = []
    for label, words, style in (
        ("listen for", prompt.listen_for, ""),
        ("avoid", prompt.avoid, ""),
        ("dig with", prompt.probes, "italic"),
        ("noted", tuple(note.words for note in prompt.notes), "$success"),
    ):
        if words and len(lines) < most:
            shown = " · ".join(safe(word) for word in words)
            lines.append(fit(line(margin, (f"{label:{LABEL}}", MUTED), (shown, style)), width))
    return [*lines, blank()] if lines and prompt.choices else lines


def _choices(prompt: Prompt, width: int, margin: str, air: Density) -> Lines:
    if not prompt.choices:
        return []
    if air.beside:
        named = [
            pressable(line(_number(choice), (safe(choice.label), _weight(choice))), str(choice.number))
            for choice in prompt.choices
        ]
        return [line(margin, row) for row in flow(named, width - len(margin))]
    longest = max(len(safe(choice.label)) for choice in prompt.choices)
    column = min(longest, max(width * 2 // 5, 18))
    return [_choice(choice, column, width, margin) for choice in prompt.choices]


def _choice(choice: Choice, column: int, width: int, margin: str) -> Line:
    label = fit(line((safe(choice.label), _weight(choice))), column)
    row = line(margin, _number(choice), " ", label)
    if choice.leads_to:
        gap = " " * (column - label.cell_length)
        row = line(row, gap, ("   → ", MUTED), (safe(choice.leads_to), MUTED))
    return pressable(fit(row, width), str(choice.number))


def _number(choice: Choice) -> Line:
    return line((f"{choice.number}", "bold $accent"), ("✓" if choice.picked else " ", "$success"))


def _weight(choice: Choice) -> str:
    return "bold $success" if choice.picked else ""
