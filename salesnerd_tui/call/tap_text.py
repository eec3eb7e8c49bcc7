"""English text of a tap: its symbol, its title, its reason, and what the user can say next."""

from __future__ import annotations

from collections.abc import Mapping

from salesnerd_tui.call.events import TapBasis, TapKind, Tapped

TITLES: Mapping[TapKind, str] = {
    TapKind.OVER_EXPLAINING: "Ask, don't tell",
    TapKind.PITCHING: "Follow that up",
    TapKind.US_FOCUS: "Back to them",
    TapKind.MONOLOGUE: "Hand it back",
    TapKind.OVER_PROMISING: "That's a promise",
    TapKind.SUPPOSITION: "Ask for the last time",
    TapKind.SILENCE: "Let them think",
}
"""Imperative, at most five words."""

PLAIN_TITLE = "Say it simply"
"""Title of any tap that offers a plain wording."""

WARNING_SYMBOL = "▲"
PROMISE_SYMBOL = "⚑"
PRAISE_SYMBOL = "✓"
SYMBOLS: Mapping[TapKind, str] = {TapKind.SILENCE: PRAISE_SYMBOL, TapKind.OVER_PROMISING: PROMISE_SYMBOL}
"""Symbols of the kinds that have their own; the others have `WARNING_SYMBOL`."""

_NO_WORDS = "(based on talk time only)"
_REASONS: Mapping[TapBasis, str] = {
    TapBasis.FEATURES: "{seconds:.0f} s of features",
    TapBasis.INTERNALS: "{seconds:.0f} s of internals",
    TapBasis.ABOUT_US: "{seconds:.0f} s about us",
    TapBasis.SELF_PRAISE: "{seconds:.0f} s of self-praise",
    TapBasis.READING_ALOUD: "{seconds:.0f} s of reading a list aloud",
    TapBasis.NOT_HANDED_BACK: "{seconds:.0f} s without handing it back",
    TapBasis.MONOLOGUE: "{seconds:.0f} s without a break",
    TapBasis.MONOLOGUE_WITHOUT_WORDS: f"{{seconds:.0f}} s without a break {_NO_WORDS}",
    TapBasis.SHARE_WITHOUT_WORDS: f"you {{share:.0%}} of the talk so far {_NO_WORDS}",
    TapBasis.NOT_FOLLOWED_UP: "they mentioned {reveal}; you didn't follow up",
    TapBasis.SUPPOSED: "praise proves nothing yet",
    TapBasis.NO_EXCEPTION: "absolute claim",
    TapBasis.OPEN_ENDED: "open-ended",
    TapBasis.NOT_CHECKED: "not verified",
    TapBasis.NOT_MEASURED: "not measured",
    TapBasis.NEVER_SAY: "on your never-say list",
    TapBasis.SILENCE: "{seconds:.0f} s of silence after your question",
}
_QUOTING = (
    TapBasis.NO_EXCEPTION,
    TapBasis.OPEN_ENDED,
    TapBasis.NOT_CHECKED,
    TapBasis.NOT_MEASURED,
    TapBasis.NEVER_SAY,
)


def symbol(kind: TapKind) -> str:
    """Return the symbol of a tap, the same during the call and in the debrief."""
    return SYMBOLS.get(kind, WARNING_SYMBOL)


def title(tap: Tapped) -> str:
    """Return the few words shown first."""
    return TITLES[tap.kind] if tap.plain_wording is None else PLAIN_TITLE


def reason(tap: Tapped, seconds: float | None = None) -> str:
    """Return why the tap was given, in one line; empty when an early version stored no reason.

    `seconds` is how long the drift has lasted by now.
    """
    reason = tap.reason
    words = ", ".join(reason.words)
    if reason.basis is TapBasis.RECORDED:
        return words
    if reason.basis is TapBasis.NOT_FOLLOWED_UP and reason.said:
        return f"they said “{reason.said}”"
    if reason.basis is TapBasis.SUPPOSED and reason.said:
        return f"only words so far: “{reason.said}”"
    reveal = f"a {reason.reveal}" if reason.reveal else "something that matters"
    text = _REASONS[reason.basis].format(
        seconds=reason.seconds if seconds is None else seconds, share=reason.share, reveal=reveal
    )
    if words:
        text += f": “{words}”" if reason.basis in _QUOTING else f" ({words})"
    if reason.answered is None:
        return text
    if not reason.answered:
        return f"{text}, not asked"
    return f"{text}, “{reason.said}” already answered" if reason.said else f"{text}, already answered"


def suggestion(tap: Tapped) -> tuple[str, str]:
    """Return a label and what the user can say: a plain wording first, else the suggestion; both empty for neither.

    The label is the jargon term, `plain`, `say` or `ask`.
    """
    if tap.plain_wording is not None:
        term, colon, wording = tap.plain_wording.partition(": ")
        return (term, wording) if colon else ("plain", term)
    if not tap.suggestion or tap.kind is TapKind.SILENCE:
        return "", ""
    return ("say" if tap.kind is TapKind.OVER_PROMISING else "ask"), tap.suggestion
