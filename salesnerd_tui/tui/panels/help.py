"""Panels that explain the keys, the question on the screen, the last tap, the prep, or the promises of the call."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from salesnerd_tui.call import tap_text
from salesnerd_tui.call.actions import NOTE_PREFIXES
from salesnerd_tui.call.events import NoteKind, Side, TapKind, Tapped
from salesnerd_tui.services.call_commands import Group
from salesnerd_tui.terminal.key_names import key_label
from salesnerd_tui.timefmt import format_running_clock
from salesnerd_tui.tui.panels.panel import LabeledText, ReadingPanel, ScrollingPanel
from salesnerd_tui.tui.render.text import MUTED, Line, Lines, blank, line, safe, wrap
from salesnerd_tui.tui.widgets.note_input import InputMode

if TYPE_CHECKING:
    from salesnerd_tui.call.view import Prompt
    from salesnerd_tui.coach.drift_judge import TapPrecision
    from salesnerd_tui.coach.talk_stats import TalkStats
    from salesnerd_tui.coach.tap_habits import TapHabit
    from salesnerd_tui.review.prep import PrepBlock
    from salesnerd_tui.review.promises import TrackedPromise
    from salesnerd_tui.tui.keymap import KeyTable


TAP_EXPLANATIONS = {
    TapKind.OVER_EXPLAINING: "You explained more about how it works than they asked for or need.",
    TapKind.PITCHING: "They told you something and you answered with the product. Ask a follow-up instead.",
    TapKind.US_FOCUS: "You've been talking about yourselves. Bring it back to them.",
    TapKind.MONOLOGUE: "You've been talking for a while. Hand it back with a question.",
    TapKind.OVER_PROMISING: "That's an open-ended promise. Say what, by what date, and what you don't know yet.",
    TapKind.SUPPOSITION: "They praised or supposed, and you went on. Ask when they last needed it, and what they did.",
    TapKind.SILENCE: "You asked and are waiting. Good: thinking takes three to five seconds. Let them think.",
}

FLOOR_HOLDERS = {Side.ME: "   you have the floor", Side.THEM: "   they have the floor", Side.NOBODY: ""}
KEY_COLUMN = 9
TWO_COLUMNS = 100
"""Width from which the keys are listed in two columns."""

PAGE_HEADINGS = {Group.ASK: "Changes", Group.NOTE: "Changes"}
"""Headings on a page outside a call, which has neither questions nor notes."""


class HelpRow(Struct, frozen=True):
    """One or more keys and what they do; `heading` is the group of the row."""

    heading: str
    keys: str
    help: str

    @property
    def words(self) -> str:
        return f"{self.heading} {self.keys} {self.help}".lower()


class HelpPanel(ScrollingPanel):
    """List of all keys, filtered by the typed text. Arrows scroll.

    `shortcuts` maps characters to actions that they run instead of filtering, as long as nothing else is typed.
    """

    def __init__(self, rows: Sequence[HelpRow], shortcuts: Mapping[str, Callable[[], None]]) -> None:
        super().__init__("keys")
        self._rows = rows
        self._typed = ""
        self._shortcuts = shortcuts
        self.input_mode = InputMode(
            lambda _: self.close(),
            lambda: self.close(),
            on_change=self._filter,
            on_move=self.scroll,
            placeholder="type to filter",
            enter_label="close",
        )

    def rows(self, width: int) -> Lines:
        words = self._typed.lower().split()
        exact = [row for row in self._rows if self._typed.strip() in row.keys.split()]
        matches = exact or [row for row in self._rows if all(word in row.words for word in words)]
        return help_lines(matches, width) or [line("  ", ("no matches", MUTED))]

    def _filter(self, typed: str) -> None:
        action = self._shortcuts.get(typed)
        if action is not None and not self._typed:
            action()
            return
        if typed.strip() == "?":
            self.close()
            return
        self._typed = typed
        self._top = 0


def help_panel(
    table: KeyTable, *, is_call: bool = False, shortcuts: Mapping[str, Callable[[], None]] | None = None
) -> HelpPanel:
    """Return all keys of a screen: on one of a call, also those for answers, detours and notes, elsewhere of a list."""
    rows: list[HelpRow] = []
    for group in Group:
        heading = str(group) if is_call else PAGE_HEADINGS.get(group, str(group))
        commands = [each for each in table.commands if each.group is group]
        if group is Group.ASK and is_call and commands:
            rows.append(HelpRow(heading, "1–9", "Pick the answer you heard"))
            if table.has_detours:
                rows.append(HelpRow(heading, "letter", "Take the detour with this letter"))
        if group is Group.FIND and not is_call:
            rows.append(HelpRow(heading, "j k ↓ ↑", "Move down and up"))
            rows.append(HelpRow(heading, "g G", "Go to the top and to the end"))
        rows += [HelpRow(heading, _shown_keys(each.keys) or "no key", each.help) for each in commands]
    if is_call:
        typing = str(Group.TYPING)
        rows.append(HelpRow(typing, "enter", "Save the note"))
        rows += [HelpRow(typing, _shown_keys(each.keys) or "no key", each.help) for each in table.typing]
        rows.append(HelpRow(typing, "esc", "Back to single keys; the draft stays"))
        kinds = {sign: str(kind) for sign, kind in NOTE_PREFIXES.items() if kind is not NoteKind.FREE}
        rows.append(HelpRow(typing, " ".join(kinds), f"First character of a note: {', '.join(kinds.values())}"))
    return HelpPanel(rows, shortcuts or {})


def help_lines(rows: Sequence[HelpRow], width: int) -> Lines:
    """Return the rows below their headings, wrapped to the width, in two columns if the width allows."""
    groups = {heading: [row for row in rows if row.heading == heading] for heading in (row.heading for row in rows)}
    columns = 2 if width >= TWO_COLUMNS and len(groups) > 1 else 1
    column = (width - 2) // columns - (2 if columns > 1 else 0)
    drawn = [_group_lines(heading, each, column) for heading, each in groups.items()]
    if columns == 1:
        return [part for lines in drawn for part in lines]
    return _two_columns(drawn, column)


def _group_lines(heading: str, rows: Sequence[HelpRow], width: int) -> Lines:
    lines: Lines = [line("  ", (heading, "bold"))]
    for row in rows:
        texts = wrap(row.help, max(width - KEY_COLUMN - 4, 10))
        keys = line("  ", (f"{row.keys:>{KEY_COLUMN}}", "$accent"), "  ")
        lines += [line(keys if not number else " " * (KEY_COLUMN + 4), part) for number, part in enumerate(texts)]
    return lines


def _two_columns(groups: Sequence[Lines], column: int) -> Lines:
    """Return the groups in two columns of about the same height; no group is split."""
    total = sum(map(len, groups))
    left: Lines = []
    right: Lines = []
    for lines in groups:
        target = left if not right and len(left) + len(lines) // 2 <= total // 2 else right
        target += lines
    rows = max(len(left), len(right))
    pairs = zip([*left, *[blank()] * (rows - len(left))], [*right, *[blank()] * (rows - len(right))], strict=True)
    return [line(one, " " * (column + 2 - one.cell_length), other) if other.plain else one for one, other in pairs]


def _shown_keys(keys: Sequence[str]) -> str:
    """Return as many of a command's keys as fit in the column, at least the first one."""
    shown = [key_label(key) for key in keys]
    while len(shown) > 1 and len(" ".join(shown)) > KEY_COLUMN:
        shown.pop()
    return " ".join(shown)


def question_panel(prompt: Prompt) -> ReadingPanel:
    """Return what the playbook says about the question on the screen."""
    lines: list[str | Line] = [*(prompt.why or ("The playbook gives no reason for this question.",))]
    lines += _cue_lines(
        ("Note", prompt.remember),
        ("Listen for", prompt.listen_for),
        ("Avoid", prompt.avoid),
        ("Follow up with", prompt.probes),
        ("Link", prompt.link),
    )
    for each in prompt.surroundings:
        lines += ["", line((safe(each.title).upper(), f"bold {MUTED}")), *((each.goal,) if each.goal else ())]
        lines += each.cues.why
        listen_for = () if each.cues.listen_for == prompt.listen_for else each.cues.listen_for
        avoid = () if each.cues.avoid == prompt.avoid else each.cues.avoid
        lines += _cue_lines(("Listen for", listen_for), ("Avoid", avoid), ("Link", each.cues.link))
    if prompt.location.file:
        lines += ["", line((safe(str(prompt.location)), MUTED))]
    return ReadingPanel("about this question", lines)


def _cue_lines(*labeled: tuple[str, Sequence[str]]) -> list[str | Line]:
    lines: list[str | Line] = []
    for label, words in labeled:
        if words:
            lines += ["", line((label, f"bold {MUTED}")), *(f"· {word}" for word in words)]
    return lines


def tap_panel(tap: Tapped, talk: TalkStats, habit: TapHabit) -> ReadingPanel:
    """Return the evidence for a tap: rule, figures and sentence, and how often such taps are right and followed."""
    from salesnerd_tui.coach.drift_judge import (  # loads the judge: not for the start page
        measured_precision,
        shipped_model,
    )

    lines: list[str | Line | LabeledText] = [
        line(
            (safe(tap_text.title(tap)).upper(), "bold"),
            (f"   at {format_running_clock(tap.at)}", MUTED),
            ("  late" if tap.late else "", MUTED),
        ),
        TAP_EXPLANATIONS[tap.kind],
        "",
        LabeledText("Reason", tap_text.reason(tap)),
    ]
    if tap.quote:
        lines.append(LabeledText("You said", f"“{tap.quote}”"))
    if tap.plain_wording is not None:
        lines.append(LabeledText("Plainly", line((safe(tap.plain_wording), "bold"))))
    label, suggestion = tap_text.suggestion(replace(tap, plain_wording=None))
    if suggestion:
        lines.append(LabeledText(label.capitalize(), line((safe(suggestion), "bold"))))
    if talk.share is not None:
        mine, theirs = (
            format_running_clock(talk.longest_mine_seconds),
            format_running_clock(talk.longest_theirs_seconds),
        )
        figures = f"you {round(talk.share * 100)}%   longest monologue {mine} yours, {theirs} theirs"
        lines += ["", LabeledText("Talk", line(figures, FLOOR_HOLDERS[talk.holder]))]
    if tap.kind is not TapKind.SILENCE:  # praise is not a warning, so it cannot be wrong
        precision = measured_precision(shipped_model().about, tap_text.title(tap))
        lines += ["", LabeledText("Right", _precision_words(precision))]
    taps = habit.heeded + habit.ignored + habit.dismissed
    if taps:
        lines.append(LabeledText("You", f"acted on {habit.heeded} of {taps} such taps"))
    return ReadingPanel("why this tap", lines)


def _precision_words(precision: TapPrecision | None) -> str:
    if precision is None:
        return "not measured yet (on trial)"
    trial = " (on trial)" if precision.is_on_trial else ""
    return f"{precision.precision:.0%} of {precision.taps} such taps in calls that the coach had not seen{trial}"


def prep_panel(blocks: Iterable[PrepBlock]) -> ReadingPanel:
    """Return the prep sheet of a call."""
    lines: list[str | Line] = []
    for block in blocks:
        lines.append(line((block.title, f"bold {MUTED}")))
        for row in (*block.lines, *block.weak):
            lines.append(f"· {row}")
            lines += [line("  ", (safe(block.under[row]), MUTED))] if row in block.under else []
        lines.append("")
    nothing = "Nothing was prepared for this call (prepare one with: salesnerd prep)"
    return ReadingPanel("prepared", lines or [nothing])


class PromisesPanel(ReadingPanel):
    """The promises of a call, each with its owner and due date.

    `find_promises` is called for every drawing, so that the panel follows the call while it is open.
    """

    def __init__(self, find_promises: Callable[[], Sequence[TrackedPromise]]) -> None:
        super().__init__("promises in this call", ())
        self._find_promises = find_promises

    def rows(self, width: int) -> Lines:
        self._paragraphs = _promise_lines(self._find_promises())
        return super().rows(width)


def _promise_lines(promises: Sequence[TrackedPromise]) -> Sequence[str | Line]:
    from salesnerd_tui.review.promises import PromiseStatus, due_text, sentence  # start-up time: loads the debrief

    lines: list[str | Line] = []
    for each in promises:
        owes = "owe" if each.who in ("you", "they") else "owes"
        due = due_text(each, each.started_at)
        lines += [*([""] if lines else []), line((f"{safe(each.who)} {owes}{f' · {safe(due)}' if due else ''}", MUTED))]
        lines.append(sentence(each.promise.text))
        if each.status is PromiseStatus.OVERPROMISE and each.promise.safer_wording:
            lines.append(line(("say now  ", "bold $warning"), (safe(each.promise.safer_wording), "bold")))
    return lines or ["Nothing was promised yet."]
