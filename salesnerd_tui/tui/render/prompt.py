"""Prompt: the question to ask now and its likely answers, in the middle of the live screen.

Blank lines fill the space there is. If the prompt does not fit, blank lines go first, then what to listen for; then the
answers are put side by side. The question itself is always complete.
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
"""Most cells of a question's line; a glance takes in no more."""

MARGIN = 3
LABEL = 12
NO_KEYS: Mapping[str, str] = {}


class Density(Struct, frozen=True):
    """Density of a prompt: blank lines above and around the question, and how many kinds of hints it shows."""

    above: int = 0
    around: int = 1
    hints: int = 0
    side_by_side: bool = False
    header: bool = True
    follow: bool = True


ALL_HINTS = 5
DENSITIES = (
    Density(above=2, around=2, hints=ALL_HINTS),
    Density(above=1, around=1, hints=ALL_HINTS),
    Density(hints=ALL_HINTS),
    Density(hints=2),
    Density(hints=1),
    Density(),
    Density(around=0),
    Density(side_by_side=True),
    Density(around=0, side_by_side=True),
    Density(around=0, side_by_side=True, header=False),
    Density(around=0, side_by_side=True, header=False, follow=False),
)
"""From the most spacious to the tightest."""


def draw_prompt(view: CallView, width: int, height: int, keys: Mapping[str, str] = NO_KEYS) -> Lines:
    """Draw the prompt as spaciously as `height` lines allow. `keys` are the keys that may be shown, by command id."""
    drawn: Lines = []
    for density in DENSITIES:
        drawn = _draw_at(view, width, density, keys)
        if len(drawn) <= height:
            return drawn
    return _cut(drawn, height)


def _cut(lines: Lines, height: int) -> Lines:
    """Cut the tightest drawing at its end, with an ellipsis."""
    if height <= 0 or len(lines) <= height:
        return lines[:height]
    return [*lines[: height - 1], line(lines[height - 1], (" …", MUTED))]


def _draw_at(view: CallView, width: int, density: Density, keys: Mapping[str, str]) -> Lines:
    prompt = view.prompt
    margin = " " * (MARGIN if width >= 60 else 1)
    lines: Lines = [blank() for _ in range(density.above)]
    badge = _badge(prompt)
    if density.header:
        lines.append(both_ends(line(margin, _heading(view)), line(badge, " "), min(width, READABLE + len(margin))))
    if density.follow and prompt.parent:
        lines.append(fit(line(margin, ("after  ", MUTED), (safe(prompt.parent), f"italic {MUTED}")), width))
    if density.follow and prompt.lead_in:
        lines += wrapped(f"say: {prompt.lead_in}", min(width - 2, READABLE), "$secondary", margin, most=2)
    lines += [blank()] * (density.around - 1)
    lines += _question(prompt, width, margin, None if density.header else badge, padded=density.around > 0)
    lines += [blank()] * (density.around - 1)
    lines += _hints(prompt, width, margin, density.hints)
    lines += _choices(prompt, width, margin, density)
    if prompt.kind is PromptKind.CLOSING:
        lines += [blank(), *flow([line(margin), *_closing_keys(view, keys)], width)]
    while lines and not lines[-1].plain.strip():
        lines.pop()
    return lines


def _closing_keys(view: CallView, keys: Mapping[str, str]) -> Lines:
    """Return the keys that act at the end of the agenda."""
    does = [("next", "continues there")] if view.switch else []
    does += [("end", "ends the call"), ("jump", "back to a question")]
    return [
        pressable(line((keys[id], "bold $accent"), " ", (label, MUTED)), keys[id]) for id, label in does if id in keys
    ]


def _heading(view: CallView) -> Line:
    prompt = view.prompt
    if view.way_back:
        return line(("DETOUR", "bold $secondary"), ("  then back to: ", MUTED), (safe(view.way_back), MUTED))
    here = next((each for each in view.sections if each.progress.value == "here"), None)
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
    """Draw the question on its own background with a bar at its left, the largest thing on the screen."""
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


def _hints(prompt: Prompt, width: int, margin: str, most: int) -> Lines:
    lines: Lines = []
    for label, words, style in (
        ("note", prompt.remember, "bold"),
        ("listen for", prompt.listen_for, ""),
        ("avoid", prompt.avoid, ""),
        ("follow up", prompt.probes, "italic"),
        ("noted", tuple(note.words for note in prompt.notes), "$success"),
    ):
        if words and len(lines) < most:
            shown = " · ".join(safe(word) for word in words)
            lines.append(fit(line(margin, (f"{label:{LABEL}}", MUTED), (shown, style)), width))
    return [*lines, blank()] if lines and prompt.choices else lines


def _choices(prompt: Prompt, width: int, margin: str, density: Density) -> Lines:
    if not prompt.choices:
        return []
    if density.side_by_side:
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
    elif choice.note:
        row = line(row, " " * (column - label.cell_length + 3), (f"({safe(choice.note)})", f"italic {MUTED}"))
    return pressable(fit(row, width), str(choice.number))


def _number(choice: Choice) -> Line:
    return line((f"{choice.number}", "bold $accent"), ("✓" if choice.picked else " ", "$success"))


def _weight(choice: Choice) -> str:
    return "bold $success" if choice.picked else ""
