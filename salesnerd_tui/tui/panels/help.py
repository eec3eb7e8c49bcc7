"""Panels that explain: the keys, the question on the screen, the last tap, what was prepared."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from salesnerd_tui.app.verbs import Group
from salesnerd_tui.call import tap_text
from salesnerd_tui.call.events import Side, TapKind, Tapped
from salesnerd_tui.call.view import Prompt
from salesnerd_tui.coach.floor import TalkStats
from salesnerd_tui.terminal.key_names import shown_key
from salesnerd_tui.timefmt import running_clock
from salesnerd_tui.tui.keymap import Table
from salesnerd_tui.tui.panels.panel import ReadingPanel
from salesnerd_tui.tui.render.text import MUTED, Line, line, safe

Close = Callable[[], None]

TAP_EXPLANATIONS = {
    TapKind.OVER_EXPLAINING: "You explained more about how it works than they asked for or need.",
    TapKind.PITCHING: "They told you something and you answered with the product. Ask a follow-up instead.",
    TapKind.US_FOCUS: "You've been talking about yourselves. Bring it back to them.",
    TapKind.MONOLOGUE: "You've been talking for a while. Hand it back with a question.",
    TapKind.OVER_PROMISING: "That's an open-ended promise. Say what, by when, and what you do not know yet.",
    TapKind.SILENCE: "You asked and are waiting. Good: thinking takes three to five seconds. Let them think.",
}

FLOOR_HOLDERS = {Side.ME: "   you have the floor", Side.THEM: "   they have the floor", Side.NOBODY: ""}
KEY_COLUMN = 9


def help_panel(close: Close, table: Table, *, asks: bool = False, types: bool = False) -> ReadingPanel:
    """Return all keys of a screen.

    `asks` adds the keys for answers and detours, `types` those of the note line.
    """
    lines: list[str | Line] = []
    for group in Group:
        commands = [each for each in table.commands if each.group is group]
        if not commands:
            continue
        lines.append(line((str(group), "bold")))
        if group is Group.ASK and asks:
            lines += [
                _key_line("1–9", "Pick the answer you heard"),
                _key_line("letter", "Take the detour with this letter"),
            ]
        lines += [_key_line(_keys(each.keys) or "–", each.help) for each in commands]
    if types:
        lines.append(line((str(Group.TYPING), "bold")))
        lines.append(_key_line("enter", "Save the note"))
        lines += [_key_line(_keys(each.keys) or "–", each.help) for each in table.typing]
        lines.append(_key_line("esc", "Back to single keys; the draft stays"))
        lines.append(_key_line('! # @ > "', "First character of a note: pain, number, person, promise, quote"))
    return ReadingPanel("keys", lines, close)


def _keys(keys: Sequence[str]) -> str:
    """Return as many of a command's keys as the column holds, always the first one."""
    shown = [shown_key(key) for key in keys]
    while len(shown) > 1 and len(" ".join(shown)) > KEY_COLUMN:
        shown.pop()
    return " ".join(shown)


def _key_line(key: str, help: str) -> Line:
    return line((f"{key:>{KEY_COLUMN}}", "bold $accent"), "  ", help)


def question_panel(prompt: Prompt, close: Close) -> ReadingPanel:
    """Return what the playbook says about the question on the screen."""
    lines: list[str | Line] = [*(prompt.why or ("The playbook gives no reason for this question.",))]
    lines += _cue_lines(
        ("Note", prompt.remember),
        ("Listen for", prompt.listen_for),
        ("Avoid", prompt.avoid),
        ("Follow up with", prompt.probes),
        ("Link", prompt.link),
    )
    for each in prompt.around:
        lines += ["", line((safe(each.title).upper(), f"bold {MUTED}")), *((each.goal,) if each.goal else ())]
        lines += each.cues.why
        listen_for = () if each.cues.listen_for == prompt.listen_for else each.cues.listen_for
        avoid = () if each.cues.avoid == prompt.avoid else each.cues.avoid
        lines += _cue_lines(("Listen for", listen_for), ("Avoid", avoid), ("Link", each.cues.link))
    if prompt.spot.file:
        lines += ["", line((safe(str(prompt.spot)), MUTED))]
    return ReadingPanel("about this question", lines, close)


def _cue_lines(*labeled: tuple[str, Sequence[str]]) -> list[str | Line]:
    lines: list[str | Line] = []
    for label, words in labeled:
        if words:
            lines += ["", line((label, f"bold {MUTED}")), *(f"· {word}" for word in words)]
    return lines


def tap_panel(tap: Tapped, talk: TalkStats, close: Close) -> ReadingPanel:
    """Return the evidence for a tap: the rule, the figures, the sentence."""
    lines: list[str | Line] = [
        line(
            (safe(tap_text.title(tap)).upper(), "bold"),
            (f"   at {running_clock(tap.at)}", MUTED),
            ("  late" if tap.late else "", MUTED),
        ),
        TAP_EXPLANATIONS[tap.kind],
        "",
        line(("Reason     ", MUTED), safe(tap_text.reason(tap))),
    ]
    if tap.quote:
        lines += [line(("You said   ", MUTED)), f"“{tap.quote}”"]
    if tap.plain_wording is not None:
        lines.append(line(("Plainly    ", MUTED), (safe(tap.plain_wording), "bold")))
    if tap.suggestion:
        lines.append(line(("Try        ", MUTED), (safe(tap.suggestion), "bold")))
    if talk.share is not None:
        mine, theirs = running_clock(talk.longest_mine_seconds), running_clock(talk.longest_theirs_seconds)
        figures = f"you {round(talk.share * 100)}%   longest monologue {mine} yours, {theirs} theirs"
        lines += ["", line(("Talk       ", MUTED), figures, FLOOR_HOLDERS[talk.holder])]
    return ReadingPanel("why this tap", lines, close)


def prep_panel(prepared: Sequence[tuple[str, Sequence[str]]], close: Close) -> ReadingPanel:
    """Return what was prepared for a call, as (heading, rows) pairs."""
    lines: list[str | Line] = []
    for title, rows in prepared:
        lines += [line((title, f"bold {MUTED}")), *(f"· {row}" for row in rows), ""]
    return ReadingPanel(
        "prepared", lines or ["Nothing was prepared for this call (prepare one with: salesnerd prep)"], close
    )
