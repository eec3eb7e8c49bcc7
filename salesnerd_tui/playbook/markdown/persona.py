"""Personas of a document: parts like `Pain points` and `Goals` become a buyer to practise on."""

from __future__ import annotations

import re
from collections.abc import Sequence

from salesnerd_tui.playbook.markdown.block import Block, BlockKind
from salesnerd_tui.playbook.markdown.draft import Draft, DraftBuyer, DraftSection
from salesnerd_tui.playbook.markdown.heading import read_heading
from salesnerd_tui.playbook.markdown.label import label_of

PARTS_MIN = 3
"""Headings and labels of a persona from which a document describes one."""

_PART = re.compile(
    r"(?:key |main |top |common |biggest |their |his |her |professional |personal |business )*(?:pain ?points?"
    r"|pains|challenges?|frustrations?|goals?|motivations?|responsibilities|objections?"
    r"|background|bio(?:graphy)?|demographics|about(?: .*)?|job titles?|titles?|role|kpis?|metrics"
    r"|success metrics|fears?|needs|values|priorities|tools|day in the life|buying (?:triggers?"
    r"|behaviou?r)"
    r"|quotes?|personality|age|company size|industry|reports to|decision criteria|information sources"
    r"|watering holes)(?: (?:&|and|/) .*)?",
    re.IGNORECASE,
)
_PREFIX = re.compile(
    r"^(?:buyer |user |customer )?persona(?: #?\d+)?\s*[:–—-]*\s*|\s*[:–—-]*\s*(?:buyer |user )?persona$", re.IGNORECASE
)


def describes_persona(blocks: Sequence[Block]) -> bool:
    """Return whether a document is about a person: it has several parts that only a persona has."""
    found: set[str] = set()
    named = False
    for block in (block for top in blocks for block in top.walk()):
        if block.kind is BlockKind.HEADING:
            title = read_heading(block.words.plain).title
        else:
            labelled = label_of(block.words.text.split("\n")[0], block.words.bold)
            title = labelled.label if labelled else ""
        named = named or "persona" in title.lower() or title.lower() == "name"
        if _PART.fullmatch(title):
            found.add(title.lower())
    return named and len(found) >= PARTS_MIN


def take_personas(draft: Draft, texts: Sequence[tuple[DraftSection, int, str]]) -> None:
    """Move the notes of the parts of personas to buyers; each is named after the heading above its parts."""
    buyers: dict[str, DraftBuyer] = {}
    for section, line, text in texts:
        if not (_PART.fullmatch(section.title) or "persona" in section.title.lower() or not section.title):
            continue
        is_part = _PART.fullmatch(section.title) is not None
        title = (section.parents[-1] if section.parents else draft.title) if is_part else section.title
        name = _PREFIX.sub("", title).split(",")[0].strip() or draft.title
        buyer = buyers.setdefault(name, DraftBuyer(name, line, [f"{_PREFIX.sub('', title).strip().rstrip('.')}."]))
        lead = f"{section.title}: " if is_part else ""
        buyer.about.append(f"{lead}{text.rstrip('.')}.")
    draft.buyers += buyers.values()
