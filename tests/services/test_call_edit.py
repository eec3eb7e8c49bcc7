"""Edits of a stored call as text, as the history screen takes them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from hostile import HOSTILE
from salesnerd_tui.errors import UserError
from salesnerd_tui.services.call_edit import CallEdit, edit_text, parse_edit_text
from salesnerd_tui.storage.summary import CallSummary

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
CALL = CallSummary("a", "2026-11-12T10:30:21+00:00", "Lund", ("Tom Ek, CFO", "Ulla"))


def test_the_text_shows_every_value() -> None:
    assert edit_text(CALL) == "Lund; with=Tom Ek, CFO; with=Ulla; on=2026-11-12 10:30"
    assert edit_text(CallSummary("a")) == "; on="


@pytest.mark.parametrize(
    ("text", "edit"),
    [
        ("Malmö; with=Tom Ek, CFO; with=Ulla; on=2026-11-12 10:30", CallEdit(account="Malmö")),
        ("Lund;with=Ulla;WITH= ;on=2026-11-12 10:30", CallEdit(people=("Ulla",))),
        ("Lund", CallEdit(people=())),
        (" ", CallEdit()),
        ("Smith; Sons; with=Tom Ek, CFO; with=Ulla", CallEdit(account="Smith; Sons")),
        ("; with=Tom Ek, CFO; with=Ulla; on=", CallEdit(account="")),
    ],
)
def test_only_what_was_changed_is_an_edit(text: str, edit: CallEdit) -> None:
    assert parse_edit_text(text, CALL, NOW) == edit


def test_a_day_and_a_time() -> None:
    day = parse_edit_text("Lund; on=2026-11-11", CALL, NOW).start
    assert day is not None
    assert not day.has_time
    time = parse_edit_text("Lund; on=2026-11-11 08:15", CALL, NOW).start
    assert time is not None
    assert f"{time.moment:%H:%M}" == "08:15"
    for wrong in ("soon", "2026-11-31", "2027-01-01", "2026-12-01T23:59+00:00"):
        with pytest.raises(UserError, match="invalid date"):
            parse_edit_text(f"Lund; on={wrong}", CALL, NOW)


@given(st.text() | st.sampled_from(sorted(HOSTILE.values())))
def test_what_is_not_edited_stays(account: str) -> None:
    call = replace(CALL, account=account)
    assert parse_edit_text(edit_text(call), call, NOW) == CallEdit()
