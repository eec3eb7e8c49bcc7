"""Reading a document aloud: user stories, numbered requirements, priorities. One item, then a pause, is a review;
item after item is a recital."""

from __future__ import annotations

from salesnerd_tui.coach.normalize import phrases

_ITEM = phrases(
    "as an? (?:[a-z-]+ ){1,4}(?:i|we) (?:want|need|would like|should|can|wish)",
    "(?:us|req|fr|nfr|uc|qr|story|requirement|item|scenario|criterion)[ -]?\\d+",
    "(?:user story|requirement|story|item|criterion) (?:number )?(?:one|two|three|four|five|six|seven|eight|nine|ten|"
    "\\d+)",
    "priority (?:is |has |of )*(?:a |also |an? )*(?:must|should|could|won't|high|low|medium)",
    "(?:must|should|could|won't) have(?: priority| stories|$)",
    "so that (?:i|we) can",
    "acceptance criteri(?:a|on)",
)


def reads_item(line: str) -> bool:
    """True when this sentence is an item read from a list or document."""
    return bool(_ITEM.search(line))
