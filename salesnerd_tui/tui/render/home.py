"""Rows of the start page and its lists: what to do next, recent calls, playbooks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from msgspec import Struct
from rich.cells import cell_len

from salesnerd_tui.call.events import Mode
from salesnerd_tui.playbook.diagnostics import Severity
from salesnerd_tui.playbook.model import Ask, Priority
from salesnerd_tui.text import counted
from salesnerd_tui.timefmt import NO_DATE, short_day
from salesnerd_tui.tui.panels.picker import Entry
from salesnerd_tui.tui.render.text import MUTED, NARROW, Line, both_ends, fit, line, pad, safe

if TYPE_CHECKING:
    from salesnerd_tui.playbook.library import LoadResult
    from salesnerd_tui.review.promise_ledger import Upcoming
    from salesnerd_tui.services.calendar_invitation import UpcomingCall
    from salesnerd_tui.storage.summary import CallSummary

DECISIONS = {"go": ("GO", "$success"), "no-go": ("NO-GO", "$success"), "not-yet": ("NOT YET", "$primary")}

MODE_LABELS = {Mode.REHEARSE: "REHEARSAL", Mode.PREP: "PREP", Mode.ACCOUNT: "ACCOUNT"}
"""Labels of modes that are not sales calls."""


FIGURES_CELLS = 34
"""Cells for minutes, taps and date of a call."""

DECISION_CELLS = 8
"""Cells of `NOT YET`; a list with rehearsals needs more."""

MAX_NAME_CELLS = 40
MAX_ACCOUNT_CELLS = 24
NEAR_DAYS = 300
"""Days up to which a date needs no year."""

MIN_TITLE_CELLS = 8
COUNTDOWN_CELLS = 9
"""Cells of `in 12 min`."""


def time_ago(started_at: str, now: datetime) -> str:
    """Return how long ago a call began."""
    try:
        seconds = (now - datetime.fromisoformat(started_at)).total_seconds()
    except (ValueError, TypeError):
        return "unknown date"
    if seconds < 3600:
        return f"{max(int(seconds // 60), 1)} min ago"
    if seconds < 86400:
        return f"{int(seconds // 3600)} h ago"
    days = int(seconds // 86400)
    return "yesterday" if days == 1 else f"{days} days ago" if days < 60 else started_at[:10]


def call_date_text(started_at: str, now: datetime) -> str:
    """Return the local day of a call, with the time if it is today's or yesterday's."""
    try:
        started = datetime.fromisoformat(started_at).astimezone()
        days = (now.astimezone().date() - started.date()).days
    except (ValueError, TypeError, OverflowError, OSError):
        return "unknown date"
    if days in (0, 1):
        return f"{'yesterday' if days else 'today'} {started:%H:%M}"
    return short_day(started.date(), now.astimezone().date())


def short_date(day: date, today: date) -> str:
    """Return `4 Dec`, with the year if the day is more than `NEAR_DAYS` away."""
    return f"{day.day} {day:%b}" + ("" if abs((day - today).days) <= NEAR_DAYS else f" {day.year}")


def people_text(call: CallSummary) -> str:
    """Return the account and the people of a call."""
    return " · ".join(safe(each) for each in (call.account, *call.people) if each) or "no account"


# what to do next


class NextRow(Struct, frozen=True):
    """Something to do next. `effect` is what enter does; `key`, if any, does the same.

    `is_late`: `due` is over, or is to be agreed on.
    """

    account: str
    text: str
    effect: str
    due: str = ""
    key: str = ""
    is_late: bool = False


def interrupted_row(call: CallSummary, now: datetime, key: str) -> NextRow:
    """Return the row of a call that can be resumed."""
    kind = "rehearsal " if call.mode is Mode.REHEARSE else "prep " if call.mode is Mode.PREP else ""
    state = f"{kind}{'interrupted' if call.interrupted else 'open'}"
    return NextRow(people_text(call), f"{state}, {time_ago(call.started_at, now)}", "resume", key=key)


def waiting_row(call: CallSummary, now: datetime) -> NextRow:
    """Return the row of a prep whose call has not started."""
    return NextRow(people_text(call), f"prepared {time_ago(call.started_at, now)} · {safe(call.title)}", "start")


def invited_row(invited: UpcomingCall, until: str, now: datetime, prep: CallSummary | None) -> NextRow:
    """Return the row of the next call of the calendar; it replaces the row of its `prep`.

    `until` is the time until the call. It has its own column, so that nothing moves while it counts down.
    """
    if prep is None:
        text, effect = ", ".join(map(safe, invited.people)), "prepare"
    else:
        text, effect = f"prepared {time_ago(prep.started_at, now)} · {safe(prep.title)}", "start the call"
    return NextRow(safe(invited.account), f"{until.ljust(COUNTDOWN_CELLS)}  {text}".rstrip(), effect)


def upcoming_row(item: Upcoming, today: date) -> NextRow:
    """Return the row of an agreed step, a date to revisit the decision, or a promise."""
    subject, who = safe(item.text), safe(item.who)
    day = short_date(item.due, today) if item.due is not None else ""
    due_text = "" if day else safe(item.when)
    match item.kind:
        case "step":
            agreed = f"{who} agreed to" if who else "agreed"
            text = " · ".join(filter(None, (f"{agreed}: {subject or 'a next step'}", due_text)))
        case "revisit":
            text = ": ".join(filter(None, ("look again", " · ".join(filter(None, (subject, due_text))))))
        case "ours":
            text = f"you owe: {subject}"
        case _:
            text = f"{who or 'they'} owe{'s' if who and who != 'they' else ''}: {subject}"
    is_step = item.kind in ("step", "revisit")
    is_undated, effect = is_step and item.due is None, "prepare" if is_step else "kept?"
    account = safe(item.call.account) or people_text(item.call)
    is_late = is_undated or (item.due is not None and item.due < today)
    return NextRow(account, text, effect, NO_DATE if is_undated else day, is_late=is_late)


def draw_next_row(row: NextRow, column: int, width: int) -> Line:
    """Draw a row of what to do next; the account has `column` cells. A narrow row has smaller gaps."""
    gap, due_cells = ("  ", 6) if width >= NARROW else (" ", 0)
    account = pad(fit(line((row.account, "bold")), column), column)
    due = (f"{row.due:>{due_cells}}{gap}", "bold $warning" if row.is_late else MUTED) if row.due else ("", "")
    left = line((f"{row.key or '·'}{gap}", "bold $accent" if row.key else MUTED), account, gap, due, row.text)
    return both_ends(left, line((row.effect, MUTED), " "), width) if width >= NARROW else fit(left, width)


def account_column(rows: Sequence[NextRow], width: int) -> int:
    """Return the cells of the account column; without text after it, an account may take the whole row."""
    limit = MAX_ACCOUNT_CELLS if width >= NARROW else width // 4
    return min(
        max((cell_len(row.account) for row in rows), default=0), limit if any(row.text for row in rows) else width
    )


# calls


class CallColumns(Struct, frozen=True):
    """Cells of a row, and of the people and the decision in it."""

    width: int
    people_cells: int
    decision_cells: int = DECISION_CELLS

    @classmethod
    def from_calls(cls, calls: Sequence[CallSummary], width: int) -> CallColumns:
        """Return the columns for calls that are shown together."""
        widest = max((cell_len(people_text(call)) for call in calls), default=0)
        labels = (MODE_LABELS.get(call.mode, "") for call in calls)
        decision_cells = max((len(label) + 1 for label in labels), default=0)
        decision_cells = max(decision_cells, DECISION_CELLS)
        people_cells = min(widest, MAX_NAME_CELLS, max(width - FIGURES_CELLS - decision_cells - 2, 10))
        return cls(width, people_cells, decision_cells)


def draw_call(call: CallSummary, columns: CallColumns, now: datetime) -> Line:
    """Draw a past call in columns: decision, people, playbook, minutes, taps and day."""
    word, style = DECISIONS.get(call.decision, ("ENDED" if call.ended else "OPEN", MUTED))
    if call.mode in MODE_LABELS:
        word, style = MODE_LABELS[call.mode], MUTED
    verdict = (word.ljust(columns.decision_cells), f"bold {style}")
    if columns.width < NARROW:
        return both_ends(
            line(verdict, people_text(call)), line((call_date_text(call.started_at, now), MUTED)), columns.width
        )
    people = pad(fit(line(people_text(call)), columns.people_cells), columns.people_cells)
    title = line("   ", (safe(call.title), MUTED))
    seconds = round(call.duration_seconds)
    lasted = f"{seconds} s" if seconds < 60 else f"{round(seconds / 60)} min"
    taps = counted(call.taps, "tap") if call.taps else ""
    last = "damaged" if call.problem else call_date_text(call.started_at, now)
    right = line((f"{lasted:>7}  {taps:>8}  {last:>15}", MUTED))
    if columns.width - FIGURES_CELLS - columns.people_cells - columns.decision_cells - 5 < MIN_TITLE_CELLS:
        title = line()
    return both_ends(line(verdict, people, title), right, columns.width)


def playbook_entries(loaded: Sequence[LoadResult]) -> list[Entry]:
    """Return the rows of playbooks, with the goals aligned."""
    title_cells = min(max((cell_len(safe(_playbook_title(each))) for each in loaded), default=0), MAX_NAME_CELLS)
    return [playbook_entry(each, title_cells) for each in loaded]


def _playbook_title(loaded: LoadResult) -> str:
    return loaded.playbook.title if loaded.playbook is not None else loaded.title


def playbook_entry(loaded: LoadResult, title_cells: int = 0) -> Entry:
    """Return the row of a playbook: goal, minutes, must-asks, findings. Goal and first finding are the details.

    The title is padded to `title_cells`.
    """
    gap = " " * (max(title_cells - cell_len(safe(_playbook_title(loaded))), 0) + 2)
    playbook = loaded.playbook
    if playbook is None:
        why = _first_finding(loaded) or "cannot be loaded"
        left = line((safe(loaded.title), "bold"), gap, (safe(why), "$error"))
        return Entry(loaded.id, left, line(("broken", "bold $error")), details=(why,))
    minutes = f"{playbook.minutes:g} min" if playbook.minutes else ""
    musts = sum(isinstance(item, Ask) and item.priority is Priority.MUST for item in playbook.agenda)
    warnings = sum(finding.severity is Severity.WARNING for finding in loaded.findings)
    advice = len(loaded.findings) - warnings
    counts = [*([counted(warnings, "warning")] if warnings else []), *([f"{advice} advice"] if advice else [])]
    facts = " · ".join(filter(None, (minutes, counted(musts, "must-ask"), *counts)))
    left = line((safe(playbook.title), "bold"), gap, (safe(playbook.goal), MUTED))
    brief = " · ".join(filter(None, (minutes or f"{musts} must-asks", "!" if counts else "")))
    details = (playbook.goal or "no goal", facts, _first_finding(loaded) if counts else "")
    return Entry(
        loaded.id,
        left,
        line((facts, MUTED)),
        search_text=" ".join((playbook.title, playbook.goal, *playbook.tags)),
        brief=line((brief, MUTED)),
        details=tuple(filter(None, details)),
    )


def _first_finding(loaded: LoadResult) -> str:
    """Return the most serious finding with its line, or an empty string."""
    order = list(Severity)
    finding = min(loaded.findings, key=lambda one: (order.index(one.severity), one.location), default=None)
    if finding is None:
        return ""
    file = (
        ""
        if finding.location.file == next(iter(loaded.sources), finding.location.file)
        else f"{finding.location.file}, "
    )
    return f"{file}line {finding.location.line}: {finding.message}" + (f" ({finding.hint})" if finding.hint else "")
