"""Everything around the question: status lines, the warning, the hint line, and the margin of a wide live screen.

The margin shows what they asked for, what was noted, what is known and what is still to ask. Each part has its own
rows, so that a new note moves nothing; parts without content leave their rows empty. A narrow screen draws some of the
parts in a few rows: offers beside each other, notes, and sections in one row.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.cells import cell_len

from salesnerd_tui.call.events import Side
from salesnerd_tui.call.state import wall_time
from salesnerd_tui.call.view import CallView, Progress, SectionStatus
from salesnerd_tui.services.call_status import NoteRow, SaveReceipts, SaveState, SuggestionText
from salesnerd_tui.timefmt import common_day, format_age, format_running_clock
from salesnerd_tui.tui.render.text import (
    KNOWN,
    MUTED,
    NARROW,
    Line,
    Lines,
    blank,
    both_ends,
    draw_key,
    fit,
    hang,
    hang_all,
    key_target,
    line,
    safe,
    sparkline,
    tail,
    wrap,
)

if TYPE_CHECKING:
    from salesnerd_tui.call.state import CallState
    from salesnerd_tui.coach.talk_stats import TalkStats
    from salesnerd_tui.services.call_status import CallWarning, TalkShare


FLOOR_SYMBOLS = {Side.ME: ("●", "bold $accent"), Side.THEM: ("○", "bold $primary"), Side.NOBODY: ("·", MUTED)}
"""Symbol and style for who has the floor, which is shown in the clock only."""

SHARE_BARS = 12
WIDE_WIDTH = 100


def draw_clock(holder: Side, seconds: float, paused: bool, width: int) -> Line:
    """Draw who has the floor, and the time of the call in `seconds`."""
    glyph, style = FLOOR_SYMBOLS[holder]
    if paused:
        glyph, style = "‖", "bold $warning"
    return fit(line(" ", (glyph, style), " ", (format_running_clock(seconds), "")), width)


def draw_status(view: CallView, talk: TalkStats, share: TalkShare | None, width: int, hearing: str) -> Line:
    """Draw account and people, and at the right end how the call hears, the talk ratio, and progress.

    `hearing` is empty once somebody was heard.
    """
    people = " · ".join(safe(each) for each in (view.account, *view.people) if each)
    left = line((people or safe(view.title), ""))
    return both_ends(left, _draw_figures(view, talk, share, width, hearing), width)


def _draw_figures(view: CallView, talk: TalkStats, share: TalkShare | None, width: int, hearing: str) -> Line:
    parts: list[str | tuple[str, str]] = []
    if hearing:
        parts += [(hearing if width >= WIDE_WIDTH else hearing.partition(" to ")[0], MUTED), "   "]
    if share is not None:
        if width >= NARROW:
            bars = sparkline([bucket.mine / 3 for bucket in talk.buckets(SHARE_BARS)])
            parts += [(bars, "$warning" if share.is_over_limit else MUTED), "  "]
        mark = "!" if share.is_over_limit else ""
        parts += [(f"you {share.percent}%{mark}", "$warning" if share.is_over_limit else MUTED), "   "]
    if view.is_late:
        parts += [("late", "$warning"), "   "]
    parts.append((f"{view.done}/{view.total} ", MUTED))
    return line(*parts)


def draw_warning(warning: CallWarning | None, caption: str, width: int, heard: str = "") -> Line:
    """Draw the warning, without its key if both do not fit, or else the caption.

    `heard` says what a microphone hears of each side; it is shown at the end of the line if it fits.
    """
    if heard and width >= 2 * len(heard):
        mark = line((f"{safe(heard)} ", MUTED))
        return both_ends(draw_warning(warning, caption, width - mark.cell_length - 2), mark, width)
    if warning is None:
        return line(" ", (tail(caption, width - 2), f"italic {MUTED}")) if caption else line()
    style = "bold $error" if warning.is_unsaved else MUTED if warning.is_quiet else "$warning"
    symbol = "✗ " if warning.is_unsaved else "" if warning.is_quiet else "! "
    full, brief = (line((f" {symbol}{safe(text)}", style)) for text in (warning.full_text, warning.words))
    return full if full.cell_length <= width else fit(brief, width)


def draw_hints(message: str, keys: Sequence[tuple[str, str]], width: int) -> Line:
    """Draw the message, or else as many keys as fit; the last two (the way out and help) are left out last."""
    if message:
        return fit(line(" ", (safe(message), "bold $hint")), width)
    if not keys:
        return line()
    pairs = [draw_key(*each) for each in keys]
    last = pairs[-2:] if sum(each.cell_length + 2 for each in pairs[-2:]) <= width + 1 else pairs[-1:]
    available = width + 1 - sum(each.cell_length + 2 for each in last)
    shown: list[Line] = []
    for pair in pairs[: -len(last)]:
        available -= pair.cell_length + 2
        if available < 0:
            break
        shown.append(pair)
    return fit(line(" ", Line("  ").join([*shown, *last])), width)


PART_ROWS = 5
"""Rows for offers or for notes in a low margin: a title, three rows, and a blank."""

LOW_ROWS = 20
"""Rows of a margin that is low."""

MAX_ROWS_EACH = 4
"""Most rows of an offer or a note."""

KNOWN_ROWS = 4


def draw_margin(
    view: CallView,
    width: int,
    height: int,
    *,
    offers: Sequence[SuggestionText],
    open_questions: Sequence[Line],
    notes: Sequence[NoteRow],
    receipts: SaveReceipts,
    state: CallState,
    seconds: float,
) -> Lines:
    """Draw exactly `height` rows. `open_questions` are drawn below the offers."""
    offer_rows, note_rows = _offer_and_note_rows(height)
    width -= 1
    from_buyer = draw_offers(offers, seconds, width, offer_rows - 2)
    for question in open_questions:
        from_buyer += wrap(question, width, max_lines=max(offer_rows - 1 - len(from_buyer), 1))
    lines = _draw_part(
        "They asked" if any(each.is_request for each in offers) or open_questions else "Heard", from_buyer, offer_rows
    )
    lines += _draw_part("Noted", draw_notes(notes, receipts, state, width, note_rows - 2, indent=""), note_rows)
    sections = draw_sections(view, width)
    lines += _draw_part("Still to ask", sections, len(sections) + 2)
    known = [
        (line((f"{safe(each.name)}  ", MUTED)), line((safe(each.words), KNOWN))) for each in view.earlier[-KNOWN_ROWS:]
    ]
    day, free_rows = common_day(each.day for each in view.earlier), max(height - len(lines) - 1, 0)
    lines += _draw_part(f"Known {day}", hang_all(known, width, free_rows), free_rows + 1)
    return [*lines, *[blank()] * height][:height]


def _offer_and_note_rows(height: int) -> tuple[int, int]:
    """Return the rows for offers and for notes. They depend on the height only, so that nothing moves.

    More rows than `LOW_ROWS` go first to offers, then to notes, then to what is known, and the others to notes.
    """
    more = max(height - LOW_ROWS, 0)
    offers = min(more, 3)
    return PART_ROWS + offers, PART_ROWS + min(more - offers, 5) + max(more - 8 - KNOWN_ROWS - 1, 0)


def _draw_part(title: str, rows: Sequence[Line], height: int) -> Lines:
    """Return a part of the margin in exactly `height` rows: its title, its rows, and blanks."""
    head = [line((title.upper(), MUTED))] if rows else []
    return [*head, *rows, *[blank()] * height][:height]


def draw_notes(
    shown: Sequence[NoteRow], receipts: SaveReceipts, state: CallState, width: int, height: int, *, indent: str = " "
) -> Lines:
    """Draw the latest notes in at most `height` rows, the newest in the last ones."""
    lines: Lines = []
    for row in reversed(shown):
        if len(lines) >= height:
            break
        head, style = _note_head(row, receipts.state_of(row.number), state)
        max_rows = min(MAX_ROWS_EACH, height - len(lines))
        lines = [*hang(line(indent, head), row.words, width, style, max_rows), *lines]
    return lines


def _note_head(row: NoteRow, saved: SaveState, state: CallState) -> tuple[Line, str]:
    """Return time and save state of a note, and the style of its words."""
    when = wall_time(state, row.at)
    time = (when.strftime("%H:%M") if when else "  :  ", MUTED)
    if saved is SaveState.FAILED:
        return line(time, " ", ("✗ NOT SAVED", "bold $error"), "  "), ""
    mark = ("✓", "$success") if saved is SaveState.SAVED else ("·", MUTED)
    return line(time, " ", mark, " "), MUTED


MIN_OFFER_CELLS = 8
"""Cells for the words of an offer below which it is left out of a row."""


def draw_offers_row(offers: Sequence[SuggestionText], width: int) -> Line:
    """Draw the offers side by side in one row, as many as can be read there.

    Words that do not fit are replaced by the offer's name. The symbol is drawn once for offers of a kind.
    """
    gap = "   " if width >= NARROW else "  "
    symbols = [offer.symbol for offer in offers]
    has_symbol = [symbol != before for symbol, before in zip(symbols, ["", *symbols], strict=False)]
    needed = [_min_cells(*each) + len(gap) for each in zip(offers, has_symbol, strict=True)]
    row_cells = width - 1 + len(gap)
    count = next(
        (count for count in range(len(offers), 1, -1) if sum(needed[:count]) <= row_cells), min(len(offers), 1)
    )
    parts: list[Line] = []
    for number, offer in enumerate(offers[:count]):
        share = max(row_cells // (count - number), needed[number])
        cells = min(share, row_cells - sum(needed[number + 1 : count])) - len(gap)
        parts.append(_draw_short_offer(offer, cells, has_symbol=has_symbol[number]))
        row_cells -= parts[-1].cell_length + len(gap)
    return fit(line(" ", Line(gap).join(parts)), width) if parts else line()


def _min_cells(offer: SuggestionText, has_symbol: bool) -> int:
    """Return the cells that an offer needs at least: symbol, key and the first of its words."""
    head = line(f"{offer.symbol} " if has_symbol else "", _draw_offer_key(offer))
    return head.cell_length + min(cell_len(safe(offer.brief or offer.words)), MIN_OFFER_CELLS)


def _draw_short_offer(offer: SuggestionText, width: int, *, has_symbol: bool) -> Line:
    text = safe(offer.words)
    key = _draw_offer_key(offer)
    symbol = (f"{offer.symbol} " if has_symbol else "", _symbol_style(offer))
    head = line((f"{offer.symbol} {offer.label}  " if has_symbol else "", _symbol_style(offer)), key)
    if head.cell_length + cell_len(text) > width:
        head = line(symbol, key)
    available = max(width - head.cell_length, 1)
    if cell_len(text) <= available or not offer.brief:
        words = line((_fit_end(text, available), _text_style(offer)))
    else:
        words = fit(line((safe(offer.brief), _text_style(offer))), available)
    return key_target(line(head, words), offer.key)


def draw_offers(offers: Sequence[SuggestionText], seconds: float, width: int, height: int) -> Lines:
    """Draw the offers below each other: kind, key and words, and at the end how long ago they were heard.

    Words that need more rows than there are for the offer are cut to the end that fits in one row.
    """
    lines: Lines = []
    shown = offers[: max(height, 0)]
    for number, offer in enumerate(shown, 1):
        ago = line((format_age(seconds - offer.at), MUTED))
        head = line((f"{offer.symbol} ", _symbol_style(offer)), _draw_offer_key(offer))
        available, words, style = width - ago.cell_length - 2, safe(offer.words), _text_style(offer)
        rows = hang(head, words, available, style)
        if len(rows) > min(height - len(lines) - len(shown) + number, MAX_ROWS_EACH):
            rows = [line(head, (_fit_end(words, max(available - head.cell_length, 1)), style))]
        rows[0] = both_ends(rows[0], ago, width)
        lines += [key_target(row, offer.key) for row in rows]
    return lines


def _fit_end(words: str, width: int) -> str:
    """Return the end of the words that fits; a quotation keeps its opening quote."""
    shown = tail(words, width)
    return shown if shown == words or not words.startswith("“") else f"“{tail(words[1:], max(width - 1, 1))}"


def _draw_offer_key(offer: SuggestionText) -> Line:
    """Return the key that accepts the offer. Its effect is obvious for a request only, so others show it."""
    if not offer.key:
        return line()
    effect = "" if offer.is_request else f"{offer.effect}: "
    return line((f"{offer.key} ", "bold $accent"), (effect, MUTED))


def _symbol_style(offer: SuggestionText) -> str:
    return "$accent" if offer.is_request else MUTED


def _text_style(offer: SuggestionText) -> str:
    return "" if offer.is_request else MUTED


PROGRESS_SYMBOLS = {
    Progress.DONE: ("✓", "$success"),
    Progress.KNOWN: ("✓", MUTED),
    Progress.HERE: ("●", "$accent"),
    Progress.OPEN: ("○", MUTED),
    Progress.SKIPPED: ("–", MUTED),
}
PARTLY_DONE = ("◐", MUTED)
"""A section that was left with some of its questions asked."""


def draw_progress(view: CallView, width: int) -> Line:
    """Draw one row with the current section, the next one, and the gates.

    Without a current section, as at the end, it shows the sections that are not done.
    """
    gates = _draw_gates(view, width // 2)
    available = width - gates.cell_length - 4
    shown = _shown_sections(view)
    current = next((number for number, each in enumerate(shown) if each.is_here), None)
    ahead = shown if current is None else shown[current + 1 :]
    ahead = [each for each in ahead if each.progress not in (Progress.DONE, Progress.KNOWN)]
    if current is not None:
        parts = [_draw_section(shown[current]), *(line(("then  ", MUTED), _draw_section(each)) for each in ahead[:1])]
    elif ahead:
        parts = [line(("left  ", MUTED), _draw_section(ahead[0])), *map(_draw_section, ahead[1:])]
    else:
        parts = [line(("all sections done", MUTED))] if shown else []
    while len(parts) > 1 and Line("   ").join(parts).cell_length > available:
        parts.pop()
    left = Line("   ").join(parts)
    return both_ends(line(" ", left), line(gates, " "), width)


def _shown_sections(view: CallView) -> list[SectionStatus]:
    return [each for each in view.sections if each.total or each.progress is not Progress.SKIPPED]


def _section_symbol(section: SectionStatus) -> tuple[str, str]:
    if section.progress is Progress.OPEN and section.done:
        return PARTLY_DONE
    return PROGRESS_SYMBOLS[section.progress]


def _draw_section(section: SectionStatus) -> Line:
    count = f" {section.done}/{section.total}" if section.total else ""
    name = safe(section.title) or "start"
    return line(_section_symbol(section), (f" {name}{count}", "" if section.is_here else MUTED))


def draw_sections(view: CallView, width: int) -> Lines:
    """Draw one row for each section with its count of asked questions, then one for each score and gate."""
    lines: Lines = []
    for section in _shown_sections(view):
        name = line(_section_symbol(section), (f" {safe(section.title) or 'start'}", "" if section.is_here else MUTED))
        count = f"{section.done}/{section.total}" if section.total else ""
        must = "  must" if section.musts else ""
        lines.append(both_ends(name, line((f"{count}{must:6}", MUTED)), width))
    lines.append(line())
    lines += [line((f"{safe(name)} {value:g}", MUTED)) for name, value in view.scores]
    lines += [fit(_draw_gate(gate.name, gate.is_met), width) for gate in view.gates]
    return lines


def _draw_gate(name: str, is_met: bool) -> Line:
    if is_met:
        return line(("◆ ", "$success"), safe(name))
    return line((f"◇ {safe(name)}", MUTED))


def _draw_gates(view: CallView, width: int) -> Line:
    """Draw the scores and the gates: by name where there is space, otherwise the number of gates met."""
    scores = [line((f"{safe(name)} {value:g}", MUTED)) for name, value in view.scores]
    by_name = Line("  ").join([*scores, *(_draw_gate(gate.name, gate.is_met) for gate in view.gates)])
    if by_name.cell_length <= width or not view.gates:
        return fit(by_name, width)
    met = sum(gate.is_met for gate in view.gates)
    by_count = line(("◆ " if met == len(view.gates) else "◇ ", MUTED), (f"{met} of {len(view.gates)} gates met", MUTED))
    return by_count if by_count.cell_length <= width else line()
