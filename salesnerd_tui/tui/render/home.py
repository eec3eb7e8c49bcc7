"""The rows of the home screen: what to go on with, what to begin, what was."""

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
"""What was no call."""


def when(began: str, now: datetime) -> str:
    """How long ago, in the words one would use."""
    try:
        seconds = (now - datetime.fromisoformat(began)).total_seconds()
    except (ValueError, TypeError):
        return "some time ago"
    if seconds < 3600:
        return f"{max(int(seconds // 60), 1)} min ago"
    if seconds < 86400:
        return f"{int(seconds // 3600)} h ago"
    days = int(seconds // 86400)
    return "yesterday" if days == 1 else f"{days} days ago" if days < 60 else began[:10]


def _whom(call: CallSummary) -> str:
    return " · ".join(safe(each) for each in (call.account, *call.people) if each) or "no account"


def resume_row(call: CallSummary, now: datetime) -> tuple[Line, Line]:
    """A call to go on with."""
    verb = "was cut off" if call.interrupted else "was left open"
    left = line(("go on  ", "bold $warning"), (_whom(call), "bold"), (f"   {safe(call.title)}", MUTED))
    return left, line((f"{verb} {when(call.started_at, now)} · {call.notes} notes", MUTED))


def prep_row(call: CallSummary, now: datetime) -> tuple[Line, Line]:
    """A prep that waits for its call."""
    left = line(("begin   ", "bold $accent"), (_whom(call), "bold"), (f"   {safe(call.title)}", MUTED))
    return left, line((f"prepared {when(call.started_at, now)}", MUTED))


def call_row(call: CallSummary, now: datetime) -> tuple[Line, Line]:
    """A call that is over."""
    word, style = DECISIONS.get(call.decision, ("open", MUTED))
    if call.mode in KINDS:
        word, style = KINDS[call.mode], MUTED
    left = line((f"{word:8}", f"bold {style}"), _whom(call), (f"   {safe(call.title)}", MUTED))
    minutes = max(round(call.duration_seconds / 60), 1)
    problem = " · damaged" if call.problem else ""
    return left, line((f"{minutes} min · {call.notes} notes · {when(call.started_at, now)}{problem}", MUTED))


def playbook_entry(loaded: Loaded) -> Entry:
    """A playbook with its goal, its minutes, its musts and what the checker found; the goal and the first finding in
    full below the list."""
    playbook = loaded.playbook
    if playbook is None:
        why = _first(loaded) or "it does not load"
        left = line((safe(loaded.title), "bold"), "  ", (safe(why), "$error"))
        return Entry(loaded.id, left, line(("broken", "bold $error")), told=(why,))
    minutes = f"{playbook.minutes:g} min" if playbook.minutes else ""
    musts = sum(isinstance(item, Ask) and item.priority is Priority.MUST for item in playbook.agenda)
    found = _counted(loaded)
    facts = " · ".join(filter(None, (minutes, f"{musts} musts" if musts != 1 else "1 must", *found)))
    left = line((safe(playbook.title), "bold"), "  ", (safe(playbook.goal), MUTED))
    brief = " · ".join(filter(None, (minutes or f"{musts} musts", "!" if found else "")))
    told = (playbook.goal or "no goal is written", facts, _first(loaded) if found else "")
    return Entry(loaded.id, left, line((facts, MUTED)), brief=line((brief, MUTED)), told=tuple(filter(None, told)))


def _counted(loaded: Loaded) -> list[str]:
    """`2 warnings`, `1 advice`."""
    warnings = sum(finding.severity is Severity.WARNING for finding in loaded.findings)
    advice = len(loaded.findings) - warnings
    parts = [
        f"{warnings} warning{'s' if warnings > 1 else ''}" if warnings else "",
        f"{advice} advice" if advice else "",
    ]
    return [part for part in parts if part]


def _first(loaded: Loaded) -> str:
    """The finding to begin with: an error, else a warning, else advice."""
    order = list(Severity)
    found = min(loaded.findings, key=lambda one: (order.index(one.severity), one.spot), default=None)
    if found is None:
        return ""
    file = "" if found.spot.file == next(iter(loaded.sources), found.spot.file) else f"{found.spot.file}, "
    return f"{file}line {found.spot.line}: {found.message}" + (f" ({found.hint})" if found.hint else "")
