"""The state of a call on one line, for a terminal, tmux or waybar, each with its own markup."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from salesnerd_tui.text import one_line
from salesnerd_tui.timefmt import running_clock

if TYPE_CHECKING:
    from salesnerd_tui.control.client import Answer

FLOOR = {"me": "●", "them": "○"}
TAPS = {"silence": "◌", "over-promising": "⚑"}
TAP = "▲"


def clock(seen: Answer) -> str:
    """Return the time as `23:41`, or `1:02:03` after an hour."""
    seconds = seen.get("seconds")
    return running_clock(seconds if isinstance(seconds, int) else 0)


def floor(seen: Answer) -> str:
    """Return the symbol of the side that speaks."""
    return "‖" if seen.get("paused") else FLOOR.get(str(seen.get("holder")), "·")


def share(seen: Answer) -> str:
    """Return the talk ratio as `you 38%`, or an empty string while it is not to be shown."""
    is_shown = isinstance(seen.get("share"), int) and seen.get("shows_share") is not False
    return f"you {seen['share']}%" if is_shown else ""


def tap(seen: Answer) -> tuple[str, str]:
    """Return the tap in capitals after its symbol, and its reason; both empty without a tap."""
    found = seen.get("tap")
    if not isinstance(found, dict):
        return "", ""
    sign = TAPS.get(str(found.get("kind")), TAP)
    return f"{sign} {one_line(str(found.get('words', ''))).upper()}", one_line(str(found.get("because", "")))


def trouble(seen: Answer) -> tuple[str, bool]:
    """Return the warning, and whether notes are unsaved."""
    found = seen.get("trouble")
    if not isinstance(found, dict):
        return "", False
    bad = found.get("bad") is True
    return f"{'✗' if bad else '!'} {one_line(str(found.get('words', '')))}", bad


def plain(seen: Answer | None) -> str:
    """Return the line without markup; empty without a call."""
    return "  ".join(part for part, _ in _parts(seen))


def tmux(seen: Answer | None) -> str:
    """Return the line for tmux, which reads `#[…]` as style and `##` as `#`."""
    drawn = [
        f"#[{style}]{part.replace('#', '##')}#[default]" if style else part.replace("#", "##")
        for part, style in _parts(seen)
    ]
    return "  ".join(drawn)


def waybar(seen: Answer | None) -> str:
    """Return JSON for a waybar module with `return-type: json`; its text and tooltip are Pango markup."""
    kind = _kind(seen)
    module: dict[str, object] = {
        "text": _pango(plain(seen)),
        "alt": kind,
        "class": kind,
        "tooltip": _pango(_tooltip(seen)),
    }
    if seen is not None and isinstance(seen.get("share"), int):
        module["percentage"] = seen["share"]
    return json.dumps(module, ensure_ascii=False)


FORMATS: Mapping[str, Callable[[Answer | None], str]] = {"plain": plain, "waybar": waybar, "tmux": tmux}


def _parts(seen: Answer | None) -> list[tuple[str, str]]:
    """Return the parts of the line with their tmux styles; the least important comes last, where a bar cuts it."""
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
    """Return the class for a bar's style sheet."""
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
