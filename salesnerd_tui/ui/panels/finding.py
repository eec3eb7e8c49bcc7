"""The lists of the live screen: where to jump, which detour they asked for, every command."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from salesnerd_tui.call.coverage import DetourKey, JumpRow, Progress
from salesnerd_tui.ui.commands import Command
from salesnerd_tui.ui.drawing.progress import MARKS
from salesnerd_tui.ui.drawing.words import MUTED, line, safe
from salesnerd_tui.ui.keys.names import shown_key
from salesnerd_tui.ui.panels.picker import Entry, Picker

Left = Callable[[], None]
Picked = Callable[[str], None]


def jump_list(rows: Sequence[JumpRow], here: str, picked: Picked, left: Left) -> Picker:
    """Every question with its section and whether it was asked; it opens at the first open must."""
    musts = [row.item for row in rows if row.must and row.progress is Progress.OPEN]
    return Picker("jump to", [_question(row) for row in rows], picked, left, at=musts[0] if musts else here)


def _question(row: JumpRow) -> Entry:
    mark, style = MARKS[row.progress]
    must = ("MUST ", "bold $warning") if row.must and row.progress is Progress.OPEN else ("", "")
    muted = MUTED if row.progress in (Progress.DONE, Progress.LEFT_OUT) else ""
    return Entry(
        row.item,
        line((mark, style), " ", must, (safe(row.text), muted)),
        line((safe(row.section), MUTED)),
        f"{row.text} {row.section} {row.item} {'must' if row.must else ''}",
    )


def detour_list(detours: Sequence[DetourKey], picked: Picked, left: Left) -> Picker:
    """The detours by what they just said."""
    entries = [
        Entry(
            each.detour,
            line((f"{safe(each.key) or ' '} ", "bold $secondary"), safe(" / ".join(each.hear)) or safe(each.label)),
            line((safe(each.label), MUTED)),
            " ".join((*each.hear, each.label)),
        )
        for each in detours
    ]
    return Picker(
        "they said", entries, picked, left, empty="no detour for that: enter a note", asks="what did they say?"
    )


def command_list(commands: Sequence[Command], picked: Picked, left: Left) -> Picker:
    entries = [
        Entry(
            each.id,
            line((f"{each.label:16}", "bold"), (each.help, MUTED)),
            line((shown_key(each.key), "bold $accent")),
            f"{each.label} {each.help} {each.id}",
        )
        for each in commands
        if each.id != "commands"
    ]
    return Picker("commands", entries, picked, left)
