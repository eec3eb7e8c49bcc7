"""Progress lines: sections, gates, and the detours with their keys."""

from __future__ import annotations

from collections.abc import Mapping

from salesnerd_tui.call.view import CallView, DetourKey, Progress, SectionStatus
from salesnerd_tui.tui.render.text import MUTED, Line, Lines, blank, both_ends, fit, line, pressable, safe

MARKS = {
    Progress.DONE: ("✓", "$success"),
    Progress.HERE: ("●", "bold $accent"),
    Progress.OPEN: ("○", MUTED),
    Progress.LEFT_OUT: ("–", MUTED),
}


def draw_progress(
    view: CallView, width: int, height: int, detours: tuple[DetourKey, ...], keys: Mapping[str, str]
) -> Lines:
    """Draw sections and gates on the first line, detours on the second; without `keys` no letters are shown."""
    if height <= 0:
        return []
    gates = _gates(view, width // 3)
    sections = both_ends(line(" ", _sections(view.sections, width - gates.cell_length - 4)), line(gates, " "), width)
    letters = line(" ", draw_detours(detours, width - 2, keys.get("hear", ""))) if keys else blank()
    return [sections, letters, *[blank()] * height][:height]


def _sections(sections: tuple[SectionStatus, ...], width: int) -> Line:
    shown = [each for each in sections if each.total or each.progress is not Progress.LEFT_OUT]
    here = next((number for number, each in enumerate(shown) if each.progress is Progress.HERE), None)
    for named in (len(shown), 2, 1):
        first = 0 if named == len(shown) else here or 0
        parts = [_long(each) if first <= n < first + named else _short(each) for n, each in enumerate(shown)]
        row = Line("   ").join(parts)
        if row.cell_length <= width:
            return row
    if here is None:
        return fit(row, width)
    return fit(line((f"{here + 1} of {len(shown)}  ", MUTED), _long(shown[here])), width)


def _long(section: SectionStatus) -> Line:
    mark, style = MARKS[section.progress]
    is_here = section.progress is Progress.HERE
    count = f" {section.done}/{section.total}" if is_here and section.total else ""
    return line((safe(section.title) or "start", "bold" if is_here else MUTED), " ", (mark, style), (count, MUTED))


def _short(section: SectionStatus) -> Line:
    return line(MARKS[section.progress])


def _gates(view: CallView, width: int) -> Line:
    """Draw the scores and the gates, by name where there is space."""
    scores = [line((safe(name), MUTED), (f" {value:g}", "bold")) for name, value in view.scores]
    gates = [
        line(
            ("◆ " if gate.lit else "◇ ", "$success" if gate.lit else MUTED),
            (safe(gate.name), "" if gate.lit else MUTED),
        )
        for gate in view.gates
    ]
    names = Line("  ").join([*scores, *gates])
    if names.cell_length <= width:
        return names
    met = sum(gate.lit for gate in view.gates)
    counted = line((f"◆ {met}/{len(view.gates)} gates", "$success" if met == len(view.gates) else MUTED))
    return Line("  ").join([*scores[:1], counted])


def draw_detours(detours: tuple[DetourKey, ...], width: int, find_key: str) -> Line:
    """Draw detours with their names as far as they fit, else letters alone; the key `find_key` lists the rest."""
    keyed = [detour for detour in detours if detour.key]
    if not keyed:
        return pressable(line((f"{find_key} finds a detour", MUTED)), find_key) if detours and find_key else line()
    names = Line("  ").join([_named(each) for each in keyed])
    if names.cell_length <= width:
        return names
    shown: list[Line] = []
    for each in keyed:
        shown.append(_named(each))
        if sum(part.cell_length + 2 for part in shown) > width - 8:
            shown[-1:] = []
            break
    if len(shown) >= 2:
        return line(
            Line("  ").join(shown), "  ", pressable(line((f"{find_key} more" if find_key else "", MUTED)), find_key)
        )
    return fit(
        line(
            Line(" ").join([pressable(line((safe(each.key), "bold $secondary")), each.key) for each in keyed]),
            " ",
            pressable(line((find_key, MUTED)), find_key),
        ),
        width,
    )


def _named(detour: DetourKey) -> Line:
    return pressable(line((safe(detour.key), "bold $secondary"), " ", (safe(detour.label), MUTED)), detour.key)
