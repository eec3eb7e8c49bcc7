"""The state of a call on one line, for a terminal, tmux or waybar, each with its own markup."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from salesnerd_tui.text import one_line
from salesnerd_tui.timefmt import format_running_clock

if TYPE_CHECKING:
    from salesnerd_tui.control.client import Answer

SPEAKER_SYMBOLS = {"me": "●", "them": "○"}
TAP_SYMBOLS = {"silence": "✓", "over-promising": "⚑"}
DEFAULT_TAP_SYMBOL = "▲"


def clock_text(state: Answer) -> str:
    """Return the time as `23:41`, or `1:02:03` after an hour."""
    seconds = state.get("seconds")
    return format_running_clock(seconds if isinstance(seconds, int) else 0)


def speaker_symbol(state: Answer) -> str:
    """Return the symbol of the side that speaks."""
    return "‖" if state.get("paused") else SPEAKER_SYMBOLS.get(str(state.get("speaker")), "·")


def talk_ratio(state: Answer) -> str:
    """Return the talk ratio as `you 38%`, or an empty string while it is not to be shown."""
    is_shown = isinstance(state.get("share"), int) and state.get("shows_share") is not False
    return f"you {state['share']}%" if is_shown else ""


def tap_texts(state: Answer) -> tuple[str, str]:
    """Return the tap in capitals after its symbol, and its reason; both empty without a tap."""
    tap = state.get("tap")
    if not isinstance(tap, dict):
        return "", ""
    symbol = TAP_SYMBOLS.get(str(tap.get("kind")), DEFAULT_TAP_SYMBOL)
    return f"{symbol} {one_line(str(tap.get('words', ''))).upper()}", one_line(str(tap.get("reason", "")))


def is_praise(state: Answer) -> bool:
    """Return whether the tap asks for nothing: the user waits for an answer."""
    tap = state.get("tap")
    return isinstance(tap, dict) and tap.get("kind") == "silence"


def warning(state: Answer) -> tuple[str, bool]:
    """Return the warning, and whether notes are unsaved."""
    shown = state.get("warning")
    if not isinstance(shown, dict):
        return "", False
    is_unsaved = shown.get("unsaved") is True
    return f"{'✗' if is_unsaved else '!'} {one_line(str(shown.get('words', '')))}", is_unsaved


def plain(state: Answer | None) -> str:
    """Return the line without markup; empty without a call."""
    return "  ".join(part for part, _ in _parts(state))


def tmux(state: Answer | None) -> str:
    """Return the line for tmux, which reads `#[…]` as style and `##` as `#`."""
    parts = [
        f"#[{style}]{part.replace('#', '##')}#[default]" if style else part.replace("#", "##")
        for part, style in _parts(state)
    ]
    return "  ".join(parts)


def waybar(state: Answer | None) -> str:
    """Return JSON for a waybar module with `return-type: json`; its text and tooltip are Pango markup."""
    kind = _kind(state)
    tooltip: list[str] = []
    if state is not None and not state.get("hidden"):
        title, reason = tap_texts(state)
        tooltip = [one_line(str(state.get("question", ""))), f"{title}  {reason}" if title else "", warning(state)[0]]
    module: dict[str, object] = {
        "text": _pango(plain(state)),
        "alt": kind,
        "class": kind,
        "tooltip": _pango("\n".join(filter(None, tooltip))),
    }
    if state is not None and isinstance(state.get("share"), int):
        module["percentage"] = state["share"]
    return json.dumps(module, ensure_ascii=False)


FORMATS: Mapping[str, Callable[[Answer | None], str]] = {"plain": plain, "waybar": waybar, "tmux": tmux}


def _parts(state: Answer | None) -> list[tuple[str, str]]:
    """Return the parts of the line with their tmux styles; the least important comes last, where a bar cuts it."""
    if state is None:
        return []
    if state.get("hidden"):
        return [(clock_text(state), "")]
    warning_text, is_unsaved = warning(state)
    parts = [
        (tap_texts(state)[0], "bold,fg=green" if is_praise(state) else "bold,fg=yellow"),
        (warning_text if is_unsaved else "", "bold,fg=red"),
        (f"{speaker_symbol(state)} {clock_text(state)}", ""),
        (talk_ratio(state), ""),
        (f"{state.get('done', 0)}/{state.get('total', 0)}", ""),
        (one_line(str(state.get("account", ""))), ""),
    ]
    return [(part, style) for part, style in parts if part]


def _kind(state: Answer | None) -> str:
    """Return the class for a bar's style sheet."""
    if state is None:
        return "none"
    if state.get("hidden"):
        return "hidden"
    if warning(state)[1]:
        return "unsaved"
    return "tap" if tap_texts(state)[0] and not is_praise(state) else "calm"


def _pango(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
