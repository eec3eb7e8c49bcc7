"""How far the call is: sections, gates, and the detours with their keys."""

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
    """Sections and gates on the first line, detours on the second; without `keys` no letter is promised."""
    if height <= 0:
        return []
    gates = _gates(view, width // 3)
    sections = both_ends(line(" ", _sections(view.sections, width - gates.cell_length - 4)), line(gates, " "), width)
    letters = line(" ", draw_detours(detours, width - 2, keys.get("hear", ""))) if keys else blank()
    return [sections, letters, *[blank()] * height][:height]


def _sections(lights: tuple[SectionStatus, ...], width: int) -> Line:
    shown = [light for light in lights if light.total or light.progress is not Progress.LEFT_OUT]
    here = next((number for number, light in enumerate(shown) if light.progress is Progress.HERE), None)
    for named in (len(shown), 2, 1):
        first = 0 if named == len(shown) else here or 0
        parts = [_long(each) if first <= n < first + named else _short(each) for n, each in enumerate(shown)]
        row = Line("   ").join(parts)
        if row.cell_length <= width:
            return row
    if here is None:
        return fit(row, width)
    return fit(line((f"{here + 1} of {len(shown)}  ", MUTED), _long(shown[here])), width)


def _long(light: SectionStatus) -> Line:
    mark, style = MARKS[light.progress]
    is_here = light.progress is Progress.HERE
    count = f" {light.done}/{light.total}" if is_here and light.total else ""
    return line((safe(light.title) or "start", "bold" if is_here else MUTED), " ", (mark, style), (count, MUTED))


def _short(light: SectionStatus) -> Line:
    return line(MARKS[light.progress])


def _gates(view: CallView, width: int) -> Line:
    """The points so far, where the playbook counts any, and the gates: by name where there is room."""
    scores = [line((safe(name), MUTED), (f" {value:g}", "bold")) for name, value in view.scores]
    lights = [
        line(
            ("◆ " if gate.lit else "◇ ", "$success" if gate.lit else MUTED),
            (safe(gate.name), "" if gate.lit else MUTED),
        )
        for gate in view.gates
    ]
    names = Line("  ").join([*scores, *lights])
    if names.cell_length <= width:
        return names
    lit = sum(gate.lit for gate in view.gates)
    counted = line((f"◆ {lit}/{len(view.gates)} gates", "$success" if lit == len(view.gates) else MUTED))
    return Line("  ").join([*scores[:1], counted])


def draw_detours(detours: tuple[DetourKey, ...], width: int, finds: str) -> Line:
    """Letters with their names as far as they fit, then letters alone; the key `finds` has the rest."""
    keyed = [detour for detour in detours if detour.key]
    if not keyed:
        return pressable(line((f"{finds} finds a detour", MUTED)), finds) if detours and finds else line()
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
        return line(Line("  ").join(shown), "  ", pressable(line((f"{finds} more" if finds else "", MUTED)), finds))
    return fit(
        line(
            Line(" ").join([pressable(line((safe(each.key), "bold $secondary")), each.key) for each in keyed]),
            " ",
            pressable(line((finds, MUTED)), finds),
        ),
        width,
    )


def _named(detour: DetourKey) -> Line:
    return pressable(line((safe(detour.key), "bold $secondary"), " ", (safe(detour.label), MUTED)), detour.key)
