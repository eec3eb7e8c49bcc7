"""A call as one HTML file with its picture drawn: no script, no link, nothing fetched, so it can be mailed and kept.

The page's own policy forbids everything but its styles, and every text goes through one escape.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape

from salesnerd_tui.review.canvas import Line, Tone
from salesnerd_tui.review.model import Debrief
from salesnerd_tui.review.page import page
from salesnerd_tui.review.picture import svg
from salesnerd_tui.text import one_line

TEXT_CELLS = 96

STYLE = """
:root { color-scheme: light dark; --ink: #22252e; --soft: #686e80; --ground: #fafaf7; --me: #9a5b00; --them: #1f4fbf;
  --tap: #b04a00; --good: #2f6b1f; }
@media (prefers-color-scheme: dark) { :root { --ink: #c8d0e8; --soft: #8a91a8; --ground: #14161f; --me: #e0af68;
  --them: #7aa2f7; --tap: #ff9e64; --good: #9ece6a; } }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; background: var(--ground); color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif; }
h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
pre { font: .875rem/1.45 ui-monospace, monospace; white-space: pre-wrap; margin: 0; }
svg { width: 100%; height: auto; margin: 1rem 0; font: 11px system-ui, sans-serif; }
.heading, .strong { font-weight: 600; }
.dim { color: var(--soft); } .me { color: var(--me); } .them { color: var(--them); }
.tap { color: var(--tap); font-weight: 600; } .good { color: var(--good); font-weight: 600; }
.quote { color: var(--soft); }
svg .me { fill: var(--me); } svg .them { fill: var(--them); } svg .tap { fill: var(--tap); }
svg .good { fill: var(--good); }
svg .dim { fill: var(--soft); } svg text { fill: var(--ink); } svg .line { stroke: var(--soft); stroke-width: 1; }
svg .stay { fill: none; stroke: var(--soft); } svg .blind { fill: var(--soft); opacity: .2; }
"""
POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def html(debrief: Debrief, call_id: str) -> str:
    """The whole debrief as a page that needs nothing else."""
    first, *rest = page(debrief, TEXT_CELLS, pictured=False)
    header = debrief.header
    title = one_line(" · ".join(part for part in (header.account, header.title or header.playbook) if part) or "A call")
    rows = [
        "<!doctype html>",
        '<html lang="en"><head><meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{escape(title)}</title><style>{STYLE}</style></head><body>",
        f"<h1>{escape(title)}</h1>",
        *_lines(first.lines),
        svg(debrief),
    ]
    for block in rest:
        rows += [f"<h2>{escape(block.title)}</h2>", *_lines(block.lines)]
    rows += [f'<p class="dim">{escape(one_line(call_id))}</p>', "</body></html>"]
    return "\n".join(rows) + "\n"


def _lines(lines: Iterable[Line]) -> Iterator[str]:
    yield "<pre>" + "\n".join(_line(line) for line in lines) + "</pre>"


def _line(line: Line) -> str:
    return "".join(
        escape(part.text) if part.tone is Tone.PLAIN else f'<span class="{part.tone.value}">{escape(part.text)}</span>'
        for part in line.parts
    )
