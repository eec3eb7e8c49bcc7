"""Rows of the start page: calls to resume, preps, past calls, playbooks."""

from __future__ import annotations

from datetime import datetime

from salesnerd_tui.call.events import Mode
from salesnerd_tui.playbook.diagnostics import Severity
from salesnerd_tui.playbook.library import Loaded
from salesnerd_tui.playbook.model import Ask, Priority
from salesnerd_tui.storage.summary import CallSummary
from salesnerd_tui.tui.panels.picker import Entry
from salesnerd_tui.tui.render.text import MUTED, Line, line, safe

DECISIONS = {"go": ("GO", "$success"), "no-go": ("NO-GO", "$success"), "not-yet": ("NOT YET", "$primary")}

KINDS = {Mode.REHEARSE: "DRILL", Mode.PREP: "PREP", Mode.BOARD: "BOARD"}
"""Labels of what is stored like a call but is not a sales call."""


def when(began: str, now: datetime) -> str:
    """Return how long ago a call began."""
    try:
        seconds = (now - datetime.fromisoformat(began)).total_seconds()
    except (ValueError, TypeError):
        return "unknown date"
    if seconds < 3600:
        return f"{max(int(seconds // 60), 1)} min ago"
    if seconds < 86400:
        return f"{int(seconds // 3600)} h ago"
    days = int(seconds // 86400)
    return "yesterday" if days == 1 else f"{days} days ago" if days < 60 else began[:10]


def _people(call: CallSummary) -> str:
    return " · ".join(safe(each) for each in (call.account, *call.people) if each) or "no account"


def resume_row(call: CallSummary, now: datetime) -> tuple[Line, Line]:
    """Return the row of a call that can be resumed."""
    state = "interrupted" if call.interrupted else "unfinished"
    left = line(("Resume  ", "bold $warning"), (_people(call), "bold"), (f"   {safe(call.title)}", MUTED))
    return left, line((f"{state} {when(call.started_at, now)} · {call.notes} notes", MUTED))


def prep_row(call: CallSummary, now: datetime) -> tuple[Line, Line]:
    """Return the row of a prep whose call has not started."""
    left = line(("Start   ", "bold $accent"), (_people(call), "bold"), (f"   {safe(call.title)}", MUTED))
    return left, line((f"prepared {when(call.started_at, now)}", MUTED))


def call_row(call: CallSummary, now: datetime) -> tuple[Line, Line]:
    """Return the row of a past call."""
    word, style = DECISIONS.get(call.decision, ("OPEN", MUTED))
    if call.mode in KINDS:
        word, style = KINDS[call.mode], MUTED
    left = line((f"{word:8}", f"bold {style}"), _people(call), (f"   {safe(call.title)}", MUTED))
    minutes = max(round(call.duration_seconds / 60), 1)
    problem = " · damaged" if call.problem else ""
    return left, line((f"{minutes} min · {call.notes} notes · {when(call.started_at, now)}{problem}", MUTED))


def playbook_entry(loaded: Loaded) -> Entry:
    """Return the row of a playbook: goal, minutes, must-asks, findings. Goal and first finding are the details."""
    playbook = loaded.playbook
    if playbook is None:
        why = _first_finding(loaded) or "cannot be loaded"
        left = line((safe(loaded.title), "bold"), "  ", (safe(why), "$error"))
        return Entry(loaded.id, left, line(("broken", "bold $error")), details=(why,))
    minutes = f"{playbook.minutes:g} min" if playbook.minutes else ""
    musts = sum(isinstance(item, Ask) and item.priority is Priority.MUST for item in playbook.agenda)
    counts = _finding_counts(loaded)
    facts = " · ".join(filter(None, (minutes, f"{musts} must-asks" if musts != 1 else "1 must-ask", *counts)))
    left = line((safe(playbook.title), "bold"), "  ", (safe(playbook.goal), MUTED))
    brief = " · ".join(filter(None, (minutes or f"{musts} must-asks", "!" if counts else "")))
    details = (playbook.goal or "no goal", facts, _first_finding(loaded) if counts else "")
    return Entry(
        loaded.id, left, line((facts, MUTED)), brief=line((brief, MUTED)), details=tuple(filter(None, details))
    )


def _finding_counts(loaded: Loaded) -> list[str]:
    """Return the numbers of findings, as in `2 warnings`, `1 advice`."""
    warnings = sum(finding.severity is Severity.WARNING for finding in loaded.findings)
    advice = len(loaded.findings) - warnings
    parts = [
        f"{warnings} warning{'s' if warnings > 1 else ''}" if warnings else "",
        f"{advice} advice" if advice else "",
    ]
    return [part for part in parts if part]


def _first_finding(loaded: Loaded) -> str:
    """Return the most serious finding with its line, or an empty text."""
    order = list(Severity)
    found = min(loaded.findings, key=lambda one: (order.index(one.severity), one.spot), default=None)
    if found is None:
        return ""
    file = "" if found.spot.file == next(iter(loaded.sources), found.spot.file) else f"{found.spot.file}, "
    return f"{file}line {found.spot.line}: {found.message}" + (f" ({found.hint})" if found.hint else "")
