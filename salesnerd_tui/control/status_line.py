"""A call as one line: for a terminal, for tmux, for waybar. Each has its own idea of what is markup."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from salesnerd_tui.control.client import Answer
from salesnerd_tui.text import one_line

FLOOR = {"me": "●", "them": "○"}
TAPS = {"silence": "◌", "over-promising": "⚑"}
TAP = "▲"


def clock(seen: Answer) -> str:
    """`23:41`, or `1:02:03` from an hour on."""
    seconds = seen.get("seconds")
    whole = max(seconds, 0) if isinstance(seconds, int) else 0
    hours, rest = divmod(whole, 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60:02}:{rest % 60:02}"


def floor(seen: Answer) -> str:
    """The sign of who holds the floor."""
    return "‖" if seen.get("paused") else FLOOR.get(str(seen.get("holder")), "·")


def share(seen: Answer) -> str:
    """`you 38%`, or nothing before anybody spoke."""
    return f"you {seen['share']}%" if isinstance(seen.get("share"), int) else ""


def tap(seen: Answer) -> tuple[str, str]:
    """The tap in capitals behind its sign, and its reason; both empty when all is well."""
    found = seen.get("tap")
    if not isinstance(found, dict):
        return "", ""
    sign = TAPS.get(str(found.get("kind")), TAP)
    return f"{sign} {one_line(str(found.get('words', ''))).upper()}", one_line(str(found.get("because", "")))


def trouble(seen: Answer) -> tuple[str, bool]:
    """What is not well, and whether notes are at stake."""
    found = seen.get("trouble")
    if not isinstance(found, dict):
        return "", False
    bad = found.get("bad") is True
    return f"{'✗' if bad else '!'} {one_line(str(found.get('words', '')))}", bad


def plain(seen: Answer | None) -> str:
    """One line as it is; empty without a call."""
    return "  ".join(part for part, _ in _parts(seen))


def tmux(seen: Answer | None) -> str:
    """One line for tmux, which reads `#[…]` as style and `##` as `#`."""
    drawn = [
        f"#[{style}]{part.replace('#', '##')}#[default]" if style else part.replace("#", "##")
        for part, style in _parts(seen)
    ]
    return "  ".join(drawn)


def waybar(seen: Answer | None) -> str:
    """One object for a waybar module with `return-type: json`; text and tooltip are Pango markup there."""
    kind = _kind(seen)
    told: dict[str, object] = {
        "text": _pango(plain(seen)),
        "alt": kind,
        "class": kind,
        "tooltip": _pango(_tooltip(seen)),
    }
    if seen is not None and isinstance(seen.get("share"), int):
        told["percentage"] = seen["share"]
    return json.dumps(told, ensure_ascii=False)


FORMATS: Mapping[str, Callable[[Answer | None], str]] = {"plain": plain, "waybar": waybar, "tmux": tmux}


def _parts(seen: Answer | None) -> list[tuple[str, str]]:
    """What a line holds, each with its style for tmux; what a bar cuts off comes last."""
    if seen is None:
        return []
    if seen.get("hidden"):
        return [(clock(seen), "")]
    tapped, (troubled, bad) = tap(seen)[0], trouble(seen)
    parts = [
        (tapped, "bold,fg=yellow"),
        (troubled if bad else "", "bold,fg=red"),
        (f"{floor(seen)} {clock(seen)}", ""),
        (share(seen), ""),
        (f"{seen.get('done', 0)}/{seen.get('total', 0)}", ""),
        (one_line(str(seen.get("account", ""))), ""),
    ]
    return [(part, style) for part, style in parts if part]


def _kind(seen: Answer | None) -> str:
    """For a bar's style sheet."""
    if seen is None:
        return "none"
    if seen.get("hidden"):
        return "hidden"
    if trouble(seen)[1]:
        return "unsaved"
    return "tap" if tap(seen)[0] else "calm"


def _tooltip(seen: Answer | None) -> str:
    if seen is None or seen.get("hidden"):
        return ""
    words, because = tap(seen)
    rows = [one_line(str(seen.get("question", ""))), f"{words}  {because}" if words else "", trouble(seen)[0]]
    return "\n".join(row for row in rows if row)


def _pango(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
