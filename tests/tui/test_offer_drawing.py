"""Drawing of offers and taps: texts that fit are complete, and longer ones stay readable."""

from __future__ import annotations

import pytest

from salesnerd_tui.call.events import TapBasis, TapKind, Tapped, TapReason
from salesnerd_tui.call.view import CoachLine
from salesnerd_tui.services.call_status import SuggestionText
from salesnerd_tui.timefmt import format_age
from salesnerd_tui.tui.render.status import draw_offers, draw_offers_row
from salesnerd_tui.tui.render.tap import draw_coach
from salesnerd_tui.tui.render.text import tail


def request(key: str, words: str, name: str, at: float = 0.0) -> SuggestionText:
    return SuggestionText("↷", "they asked", f"“{words}”", key, "takes it", at, True, name)


DECK = request("k", "Okay, send me a deck.", "send me a deck")
PRICE = request("p", "And what does it cost?", "price now")
DEMO = request("d", "Could you just show us a demo?", "demo request")


def test_request_is_shown_in_their_words_at_every_width() -> None:
    for width in (40, 80, 120):
        assert "d “Could you just show us a demo?”" in draw_offers_row([DEMO], width).plain


def test_cut_quotation_keeps_both_quotes() -> None:
    for width in (26, 30):
        (row,) = draw_offers([DEMO], 3.0, width, 1)
        assert "d “…" in row.plain
        assert "demo?”" in row.plain
        assert row.cell_length <= width


def test_mark_shows_what_its_key_does() -> None:
    answer = SuggestionText(
        "“", "their answer", "…the front desk. The nurse went to the director.", "y", "keeps it", 0.0
    )
    for width in (40, 80):
        assert "y keeps it: …" in draw_offers_row([answer], width).plain
    assert "y keeps it: …" in draw_offers([answer], 3.0, 38, 1)[0].plain


def test_three_requests_are_shown_by_name_if_their_words_do_not_fit() -> None:
    row = draw_offers_row([DECK, PRICE, DEMO], 40).plain
    assert [each.strip()[:7] for each in row.replace("↷", "").split("  ") if each.strip()] == [
        "k send ",
        "p price",
        "d demo ",
    ]
    assert len(row) <= 40
    assert "p “And what does it cost?”" in draw_offers_row([PRICE, DEMO], 80).plain


def test_offer_whose_words_cannot_be_read_is_left_out() -> None:
    asked = SuggestionText("?", "you asked", "What did that incident cost you?", "y", "ticks it", 0.0)
    assert draw_offers_row([PRICE, DEMO, asked], 40).plain == " ↷ p price now  d demo request"
    assert "y ticks it: What did" in draw_offers_row([PRICE, DEMO, asked], 80).plain


@pytest.mark.parametrize("width", range(1, 121))
def test_offers_fit_in_their_row(width: int) -> None:
    assert draw_offers_row([DECK, PRICE, DEMO], width).cell_length <= width


@pytest.mark.parametrize(
    ("seconds", "shown"), [(-1, "now"), (9.9, "now"), (19, "10 s"), (59, "50 s"), (94, "2 min"), (149, "2 min")]
)
def test_request_shows_its_age(seconds: float, shown: str) -> None:
    assert format_age(seconds) == shown
    assert draw_offers([DECK], seconds, 60, 1)[0].plain.split("”")[1].strip() == shown


def test_text_is_cut_between_words() -> None:
    assert tail("Could you just show us a demo?", 24) == "…just show us a demo?"
    assert tail("a" * 40, 10) == f"…{'a' * 9}"
    assert tail("short", 10) == "short"


PAIN = TapReason(TapBasis.NOT_FOLLOWED_UP, said="My best engineer quit in November because of the night…")
FOLLOW_UP = Tapped(0.0, TapKind.PITCHING, PAIN, "", "Walk me through the last time it happened.")


@pytest.mark.parametrize(("width", "counted"), [(40, "31 s"), (80, "you talked on for 31 s"), (120, "you talked on")])
def test_ignored_tap_keeps_counting_and_shows_its_whole_reason(width: int, counted: str) -> None:
    fresh = "\n".join(row.plain for row in draw_coach(CoachLine(FOLLOW_UP), width, 4))
    ignored = "\n".join(row.plain for row in draw_coach(CoachLine(FOLLOW_UP, 31.0, is_ignored=True), width, 4))
    assert counted not in fresh
    assert counted in ignored
    if width >= 80:
        assert "because of the night…”" in ignored


def test_tap_counts_no_seconds_before_there_is_one() -> None:
    rows = draw_coach(CoachLine(FOLLOW_UP, 0.2, is_ignored=True), 80, 4)
    assert not any("talked on" in row.plain for row in rows)
