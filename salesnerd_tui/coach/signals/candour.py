"""Telling what is not there, does not work or is not decided yet. It serves their decision, so it weighs less than
telling what is."""

from __future__ import annotations

from salesnerd_tui.coach.words import phrases

_NOT_YET = phrases(
    "(?:not|[a-z]+n't|never) (?:[a-z]+ ){0,3}?(?:yet|implemented|ready|finished|working|work|works|connected|tested|"
    "done|possible|manage|managed|complete|completed|available|supported|sure|certain)",
    "(?:still|yet) (?:to|in|not|missing|incomplete|unfinished|open|working|needs?|being|under)",
    "(?:remains?|remaining|unfinished|incomplete|missing)",
    "for some reason|doesn't work|broke|broken|crashed|bug|bugs|buggy|glitch|glitches|in progress|work in progress|"
    "placeholder|mocked|hardcoded|rough|unfortunately|sadly|downside|downsides|drawback|limitation|limitations|"
    "weakness|trade-?off|the (?:problem|catch|hard part|bad news)",
)


def admits(line: str) -> bool:
    """True when this sentence of mine says what our thing does not do, or not yet."""
    return bool(_NOT_YET.search(line))
