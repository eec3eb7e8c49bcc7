"""Rows of the start page: what is next, recent calls, playbooks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from msgspec import Struct
from rich.cells import cell_len

from salesnerd_tui.call.events import Mode
from salesnerd_tui.playbook.diagnostics import Severity
from salesnerd_tui.playbook.model import Ask, Priority
from salesnerd_tui.tui.panels.picker import Entry
from salesnerd_tui.tui.render.text import MUTED, Line, both_ends, fit, line, safe

if TYPE_CHECKING:
    from salesnerd_tui.playbook.library import LoadResult
    from salesnerd_tui.review.promise_ledger import Upcoming
    from salesnerd_tui.services.calendar_invitation import UpcomingCall
    from salesnerd_tui.storage.summary import CallSummary

DECISIONS = {"go": ("GO", "$success"), "no-go": ("NO-GO", "$success"), "not-yet": ("NOT YET", "$primary")}

KINDS = {Mode.REHEARSE: "DRILL", Mode.PREP: "PREP", Mode.BOARD: "BOARD"}
"""Labels of what is stored like a call but is not a sales call."""


NARROW = 60
"""Below this width a row has its left part only."""

RIGHT = 33
"""Cells for minutes, taps and date of a call."""

LONGEST_NAME = 40
ACCOUNT = 24
NEAR_DAYS = 300
"""Days within which a day and a month name one day."""

SHORTEST_TITLE = 8
COUNTDOWN = 9
"""Cells of `in 12 min`."""


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


def day_of(began: str, now: datetime) -> str:
    """Return the local day of a call, with the time if it is today's or yesterday's."""
    try:
        started = datetime.fromisoformat(began).astimezone()
        days = (now.astimezone().date() - started.date()).days
    except (ValueError, TypeError, OverflowError, OSError):
        return "unknown date"
    if days in (0, 1):
        return f"{'yesterday' if days else 'today'} {started:%H:%M}"
    return f"{started.day} {started:%b}" if started.year == now.astimezone().year else started.date().isoformat()


def short_date(day: date, today: date) -> str:
    """Return `4 Dec`, with the year if the day is more than `NEAR_DAYS` away."""
    return f"{day.day} {day:%b}" + ("" if abs((day - today).days) <= NEAR_DAYS else f" {day.year}")


def people_of(call: CallSummary) -> str:
    """Return the account and the people of a call."""
    return " · ".join(safe(each) for each in (call.account, *call.people) if each) or "no account"


# what is next


class NextRow(Struct, frozen=True):
    """Something to do next. `does` is what enter does; `key` does the same, if there is one."""

    account: str
    words: str
    does: str
    due: str = ""
    key: str = ""
    is_late: bool = False


def interrupted_row(call: CallSummary, now: datetime, key: str) -> NextRow:
    """Return the row of a call that can be resumed."""
    what = "rehearsal " if call.mode is Mode.REHEARSE else "prep " if call.mode is Mode.PREP else ""
    state = f"{what}{'interrupted' if call.interrupted else 'open'}"
    return NextRow(people_of(call), f"{state}, {when(call.started_at, now)}", "resume", key=key)


def waiting_row(call: CallSummary, now: datetime) -> NextRow:
    """Return the row of a prep whose call has not started."""
    return NextRow(people_of(call), f"prepared {when(call.started_at, now)} · {safe(call.title)}", "start")


def invited_row(invited: UpcomingCall, until: str, now: datetime, prep: CallSummary | None) -> NextRow:
    """Return the row of the next call of the calendar; it takes over the row of its `prep`.

    The time `until` the call has its own column, so that nothing moves while it counts down.
    """
    if prep is None:
        words, does = ", ".join(map(safe, invited.people)), "prepare"
    else:
        words, does = f"prepared {when(prep.started_at, now)} · {safe(prep.title)}", "start the call"
    return NextRow(safe(invited.account), f"{until.ljust(COUNTDOWN)}  {words}".rstrip(), does)


def upcoming_row(due: Upcoming, today: date) -> NextRow:
    """Return the row of an agreed step, a day to look again, or a promise."""
    text, who = safe(due.text), safe(due.who)
    day = short_date(due.due, today) if due.due is not None else ""
    when = "" if day else safe(due.when)
    match due.kind:
        case "step":
            agreed = f"{who} agreed to" if who else "agreed"
            words, does = " · ".join(filter(None, (f"{agreed}: {text or 'a next step'}", when))), "prepare"
        case "revisit":
            words, does = ": ".join(filter(None, ("look again", " · ".join(filter(None, (text, when)))))), "prepare"
        case "ours":
            words, does = f"you owe: {text}", "kept?"
        case _:
            words, does = f"{who or 'they'} owe{'s' if who and who != 'they' else ''}: {text}", "kept?"
    account = safe(due.call.account) or people_of(due.call)
    return NextRow(account, words, does, day, is_late=due.due is not None and due.due < today)


def draw_next(row: NextRow, column: int, width: int) -> Line:
    """Draw a row of what is next; the account has `column` cells. A narrow row has smaller gaps."""
    gap, due_cells = ("  ", 6) if width >= NARROW else (" ", 0)
    account = fit(line((row.account, "bold")), column)
    account = line(account, " " * (column - account.cell_length))
    due = (f"{row.due:>{due_cells}}{gap}", "bold $warning" if row.is_late else MUTED) if row.due else ("", "")
    left = line((f"{row.key or '·'}{gap}", "bold $accent" if row.key else MUTED), account, gap, due, row.words)
    return both_ends(left, line((row.does, MUTED), " "), width) if width >= NARROW else fit(left, width)


def account_column(rows: Sequence[NextRow], width: int) -> int:
    """Return the cells for the accounts of some rows; if nothing is behind them, they have the whole row."""
    most = ACCOUNT if width >= NARROW else width // 4
    return min(
        max((cell_len(row.account) for row in rows), default=0), most if any(row.words for row in rows) else width
    )


# calls


class CallColumns(Struct, frozen=True):
    """Width of a row, and of the people in it."""

    width: int
    people: int

    @classmethod
    def of(cls, calls: Sequence[CallSummary], width: int) -> CallColumns:
        """Return the columns that fit the calls shown together."""
        widest = max((cell_len(people_of(call)) for call in calls), default=0)
        return cls(width, min(widest, LONGEST_NAME, max(width - RIGHT - 10, 10)))


def call_line(call: CallSummary, columns: CallColumns, now: datetime) -> Line:
    """Return the row of a past call: decision, people, playbook, minutes, taps and day, in columns."""
    word, style = DECISIONS.get(call.decision, ("OPEN", MUTED))
    if call.mode in KINDS:
        word, style = KINDS[call.mode], MUTED
    verdict = (f"{word:8}", f"bold {style}")
    if columns.width < NARROW:
        return both_ends(line(verdict, people_of(call)), line((day_of(call.started_at, now), MUTED)), columns.width)
    people = fit(line(people_of(call)), columns.people)
    title = line("   ", (safe(call.title), MUTED))
    seconds = round(call.duration_seconds)
    lasted = f"{seconds} s" if seconds < 60 else f"{round(seconds / 60)} min"
    taps = f"{call.taps} tap{'' if call.taps == 1 else 's'}" if call.taps else ""
    last = "damaged" if call.problem else day_of(call.started_at, now)
    right = line((f"{lasted:>7}  {taps:>8}  {last:>15}", MUTED))
    if columns.width - RIGHT - columns.people - 13 < SHORTEST_TITLE:
        title = line()
    return both_ends(line(verdict, people, " " * (columns.people - people.cell_length), title), right, columns.width)


def playbook_entries(loaded: Sequence[LoadResult]) -> list[Entry]:
    """Return the rows of playbooks, with the goals in their own column."""
    column = min(max((cell_len(safe(_title(each))) for each in loaded), default=0), LONGEST_NAME)
    return [playbook_entry(each, column) for each in loaded]


def _title(loaded: LoadResult) -> str:
    return loaded.playbook.title if loaded.playbook is not None else loaded.title


def playbook_entry(loaded: LoadResult, column: int = 0) -> Entry:
    """Return the row of a playbook: goal, minutes, must-asks, findings. Goal and first finding are the details.

    The title has at least `column` cells.
    """
    gap = " " * (max(column - cell_len(safe(_title(loaded))), 0) + 2)
    playbook = loaded.playbook
    if playbook is None:
        why = _first_finding(loaded) or "cannot be loaded"
        left = line((safe(loaded.title), "bold"), gap, (safe(why), "$error"))
        return Entry(loaded.id, left, line(("broken", "bold $error")), details=(why,))
    minutes = f"{playbook.minutes:g} min" if playbook.minutes else ""
    musts = sum(isinstance(item, Ask) and item.priority is Priority.MUST for item in playbook.agenda)
    counts = _finding_counts(loaded)
    facts = " · ".join(filter(None, (minutes, f"{musts} must-asks" if musts != 1 else "1 must-ask", *counts)))
    left = line((safe(playbook.title), "bold"), gap, (safe(playbook.goal), MUTED))
    brief = " · ".join(filter(None, (minutes or f"{musts} must-asks", "!" if counts else "")))
    details = (playbook.goal or "no goal", facts, _first_finding(loaded) if counts else "")
    return Entry(
        loaded.id, left, line((facts, MUTED)), brief=line((brief, MUTED)), details=tuple(filter(None, details))
    )


def _finding_counts(loaded: LoadResult) -> list[str]:
    """Return the numbers of findings, as in `2 warnings`, `1 advice`."""
    warnings = sum(finding.severity is Severity.WARNING for finding in loaded.findings)
    advice = len(loaded.findings) - warnings
    parts = [
        f"{warnings} warning{'s' if warnings > 1 else ''}" if warnings else "",
        f"{advice} advice" if advice else "",
    ]
    return [part for part in parts if part]


def _first_finding(loaded: LoadResult) -> str:
    """Return the most serious finding with its line, or an empty text."""
    order = list(Severity)
    found = min(loaded.findings, key=lambda one: (order.index(one.severity), one.location), default=None)
    if found is None:
        return ""
    file = "" if found.location.file == next(iter(loaded.sources), found.location.file) else f"{found.location.file}, "
    return f"{file}line {found.location.line}: {found.message}" + (f" ({found.hint})" if found.hint else "")
