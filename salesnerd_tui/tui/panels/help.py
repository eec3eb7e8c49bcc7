"""Panels that explain: all keys, why this question, why this tap."""

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

DRIFT_TOLD = {
    TapKind.OVER_EXPLAINING: "More about how it works than they asked for or need.",
    TapKind.PITCHING: "They told you something, and the answer was about the product. Ask on from what they said.",
    TapKind.US_FOCUS: "It has been about us for a while. Back to them.",
    TapKind.MONOLOGUE: "You have had the floor for long. Hand it back with a question.",
    TapKind.OVER_PROMISING: "That commits you without a bound. Say what, by when, and what you do not know yet.",
    TapKind.SILENCE: "You asked and are waiting. Good: thinking takes three to five seconds. Let them.",
}


KEY_COLUMN = 9


def help_panel(close: Close, table: Table, *, asks: bool = False, types: bool = False) -> ReadingPanel:
    """Every key of a screen. One that `asks` has answers and detours; where a note can be typed, it `types`."""
    lines: list[str | Line] = []
    for group in Group:
        commands = [each for each in table.commands if each.group is group]
        if not commands:
            continue
        lines.append(line((str(group), "bold")))
        if group is Group.ASK and asks:
            lines += [
                _key("1–9", "Pick the answer you heard"),
                _key("letter", "Take the detour with that letter; it comes back"),
            ]
        lines += [_key(_keys(each.keys) or "–", each.help) for each in commands]
    if types:
        lines.append(line((str(Group.TYPING), "bold")))
        lines.append(_key("enter", "Keep it"))
        lines += [_key(_keys(each.keys) or "–", each.help) for each in table.typing]
        lines.append(_key("esc", "Back to single keys; the text stays"))
        lines.append(_key('! # @ > "', "First sign of a note: pain, number, person, promise, quote"))
    return ReadingPanel("keys", lines, close)


def _keys(keys: Sequence[str]) -> str:
    """As many of a command's keys as the column holds, the first one always."""
    shown = [shown_key(key) for key in keys]
    while len(shown) > 1 and len(" ".join(shown)) > KEY_COLUMN:
        shown.pop()
    return " ".join(shown)


def _key(key: str, told: str) -> Line:
    return line((f"{key:>{KEY_COLUMN}}", "bold $accent"), "  ", told)


def question_panel(prompt: Prompt, close: Close) -> ReadingPanel:
    """What the playbook says about the question on the screen."""
    lines: list[str | Line] = [prompt.why or "The playbook gives no reason for this one."]
    for label, words in (("Listen for", prompt.listen_for), ("Avoid", prompt.avoid), ("Dig with", prompt.probes)):
        if words:
            lines += ["", line((label, f"bold {MUTED}")), *(f"· {word}" for word in words)]
    if prompt.link:
        lines += ["", line(("Link  ", MUTED), safe(prompt.link))]
    if prompt.spot.file:
        lines += ["", line((safe(str(prompt.spot)), MUTED))]
    return ReadingPanel("why this question", lines, close)


def tap_panel(cue: Tapped, talk: TalkStats, close: Close) -> ReadingPanel:
    """What a tap rests on: the rule, the figures, the sentence."""
    lines: list[str | Line] = [
        line(
            (safe(tap_text.title(cue)).upper(), "bold"),
            (f"   at {running_clock(cue.at)}", MUTED),
            ("  late" if cue.late else "", MUTED),
        ),
        DRIFT_TOLD[cue.kind],
        "",
        line(("Because    ", MUTED), safe(tap_text.reason(cue))),
    ]
    if cue.quote:
        lines += [line(("You said   ", MUTED)), f"“{cue.quote}”"]
    if cue.plain_wording is not None:
        lines.append(line(("Plainly    ", MUTED), (safe(cue.plain_wording), "bold")))
    if cue.suggestion:
        lines.append(line(("Ready      ", MUTED), (safe(cue.suggestion), "bold")))
    if talk.share is not None:
        longest = (
            f"{running_clock(talk.longest_mine_seconds)} yours, {running_clock(talk.longest_theirs_seconds)} theirs"
        )
        lines += ["", line(("Talk       ", MUTED), f"you {round(talk.share * 100)}%   longest {longest}", _holds(talk))]
    return ReadingPanel("why this tap", lines, close)


def _holds(talk: TalkStats) -> str:
    return {Side.ME: "   you have the floor", Side.THEM: "   they have the floor", Side.NOBODY: ""}[talk.holder]
