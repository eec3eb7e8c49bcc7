"""The two looks. Meaning is never in a colour alone: every state also has a sign or a word."""

from __future__ import annotations

from textual.theme import Theme

DARK = Theme(
    name="salesnerd-dark",
    primary="#7aa2f7",
    secondary="#9d7cd8",
    accent="#e0af68",
    warning="#ff9e64",
    error="#f7768e",
    success="#9ece6a",
    foreground="#c8d0e8",
    background="#14161f",
    surface="#1b1e2b",
    panel="#232738",
    dark=True,
    variables={"question": "#ffffff", "quiet": "#8790b0", "rule": "#343a52", "hint": "#e0af68"},
)

LIGHT = Theme(
    name="salesnerd-light",
    primary="#1f4fbf",
    secondary="#6b3fa0",
    accent="#9a5b00",
    warning="#a04000",
    error="#b00030",
    success="#2f6b1f",
    foreground="#22252e",
    background="#fafaf7",
    surface="#f0f0ea",
    panel="#e6e6de",
    dark=False,
    variables={"question": "#000000", "quiet": "#666b78", "rule": "#c8c8be", "hint": "#9a5b00"},
)
