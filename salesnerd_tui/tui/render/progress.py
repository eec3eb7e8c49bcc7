"""Progress: the sections and gates, in one row at the bottom or in the rows of the margin."""

from __future__ import annotations

from salesnerd_tui.call.view import CallView, Progress, SectionStatus
from salesnerd_tui.tui.render.text import MUTED, Line, Lines, both_ends, fit, line, safe

MARKS = {
    Progress.DONE: ("✓", "$success"),
    Progress.KNOWN: ("✓", MUTED),
    Progress.HERE: ("●", "$accent"),
    Progress.OPEN: ("○", MUTED),
    Progress.LEFT_OUT: ("–", MUTED),
}
PARTLY = ("◐", MUTED)
"""A section that was left with some of its questions asked."""


def draw_progress(view: CallView, width: int) -> Line:
    """Draw where the call is in one row: this section, the next one, and the gates. Every mark has its name."""
    gates = _gates(view, width // 2)
    room = width - gates.cell_length - 4
    shown = _shown_sections(view)
    here = next((number for number, each in enumerate(shown) if each.progress is Progress.HERE), None)
    left: Line = line()
    if here is None:
        done = sum(each.progress in (Progress.DONE, Progress.KNOWN) for each in shown)
        left = line((f"{done} of {len(shown)} sections", MUTED))
    else:
        ahead = [each for each in shown[here + 1 :] if each.progress not in (Progress.DONE, Progress.KNOWN)]
        following = ahead[0] if ahead else None
        long = line(_named(shown[here]), *(("   then  ", MUTED), _named(following)) if following else ())
        left = long if long.cell_length <= room else _named(shown[here])
    return both_ends(line(" ", left), line(gates, " "), width)


def _shown_sections(view: CallView) -> list[SectionStatus]:
    return [each for each in view.sections if each.total or each.progress is not Progress.LEFT_OUT]


def _mark(section: SectionStatus) -> tuple[str, str]:
    if section.progress is Progress.OPEN and section.done:
        return PARTLY
    return MARKS[section.progress]


def _named(section: SectionStatus) -> Line:
    count = f" {section.done}/{section.total}" if section.total else ""
    name = safe(section.title) or "start"
    return line(_mark(section), (f" {name}{count}", MUTED if section.progress is not Progress.HERE else ""))


def draw_sections(view: CallView, width: int) -> Lines:
    """Draw one row for each section with what is asked of it, then one for each score and gate."""
    lines: Lines = []
    for section in _shown_sections(view):
        is_here = section.progress is Progress.HERE
        name = line(_mark(section), (f" {safe(section.title) or 'start'}", "" if is_here else MUTED))
        count = f"{section.done}/{section.total}" if section.total else ""
        must = "  must" if section.musts else ""
        lines.append(both_ends(name, line((f"{count}{must:6}", MUTED)), width))
    lines.append(line())
    lines += [line((f"{safe(name)} {value:g}", MUTED)) for name, value in view.scores]
    lines += [fit(_gate(gate.name, gate.lit), width) for gate in view.gates]
    return lines


def _gate(name: str, lit: bool) -> Line:
    if lit:
        return line(("◆ ", "$success"), safe(name))
    return line((f"◇ {safe(name)}", MUTED))


def _gates(view: CallView, width: int) -> Line:
    """Draw the scores and the gates, by name where there is space; else those that are not met are counted."""
    scores = [line((f"{safe(name)} {value:g}", MUTED)) for name, value in view.scores]
    named = Line("  ").join([*scores, *(_gate(gate.name, gate.lit) for gate in view.gates)])
    if named.cell_length <= width or not view.gates:
        return fit(named, width)
    met = sum(gate.lit for gate in view.gates)
    counted = line(("◆ " if met == len(view.gates) else "◇ ", MUTED), (f"{met} of {len(view.gates)} gates met", MUTED))
    return counted if counted.cell_length <= width else line()
