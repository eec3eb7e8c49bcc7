"""Stored events decode to equal events; anything else is rejected with the field's path."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path
from typing import Any, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hostile import HOSTILE
from salesnerd_tui.call.events import (
    EVENT_TYPES,
    MAX_NUMBER,
    AccountEdited,
    AccountEditKind,
    Answered,
    Ended,
    Event,
    Mode,
    NotAnEvent,
    Noted,
    NoteKind,
    Place,
    Started,
    from_document,
    to_document,
)

st.register_type_strategy(float, st.floats(-MAX_NUMBER, MAX_NUMBER))
ANY_EVENT = st.sampled_from(sorted(EVENT_TYPES)).flatmap(
    lambda name: st.builds(
        EVENT_TYPES[name], **{part: st.from_type(hint) for part, hint in get_type_hints(EVENT_TYPES[name]).items()}
    )
)
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just(10**400),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)
FIELDS = sorted({name for kind in EVENT_TYPES.values() for name in kind.__struct_fields__})


def round_trip(event: Event) -> Event:
    return from_document(json.loads(json.dumps(to_document(event))))


@given(ANY_EVENT)
def test_every_event_survives_a_round_trip(event: Event) -> None:
    assert round_trip(event) == event
    assert type(round_trip(event)) is type(event)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text_survives_unchanged(text: str) -> None:
    assert round_trip(Noted(3.5, text)) == Noted(3.5, text)
    answer = Answered(1.0, text, text, note=text, label=text, points={text: 2.0})
    assert round_trip(answer) == answer


def test_default_values_are_not_written() -> None:
    assert to_document(Noted(12.0, "three engineers")) == {"event": "Noted", "at": 12.0, "text": "three engineers"}
    assert to_document(Noted(12.0, "40k", NoteKind.NUMBER))["kind"] == "number"


def test_unknown_fields_are_ignored_and_missing_ones_take_their_default() -> None:
    document = {"event": "Noted", "at": 1, "text": "pager", "color": "red"}
    assert from_document(document) == Noted(1.0, "pager")


def test_a_place_is_stored_as_a_list_of_three() -> None:
    place = Place("price", "who_pays", "price_now")
    event = Started(0.0, "first_call", "First call", "ab12", Mode.LIVE, place, "2026-11-22T10:00:00+01:00")
    assert to_document(event)["to"] == ["price", "who_pays", "price_now"]
    assert round_trip(event) == event


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({}, "unknown event None"),
        ({"event": "Exploded"}, "unknown event 'Exploded'"),
        ({"event": ["Noted"]}, "unknown event"),
        ({"event": "Event", "at": 1.0}, "unknown event 'Event'"),
        ({"event": "Noted", "at": "soon", "text": "x"}, "Noted.at: Expected float, got str"),
        ({"event": "Noted", "at": True, "text": "x"}, "Noted.at: Expected float, got bool"),
        ({"event": "Noted", "at": 10**400, "text": "x"}, "Noted.at: Number out of range"),
        ({"event": "Noted", "at": math.inf, "text": "x"}, "Noted.at"),
        ({"event": "Noted", "at": math.nan, "text": "x"}, "Noted.at"),
        ({"event": "Noted", "at": 1e300, "text": "x"}, "Noted.at"),
        ({"event": "Noted", "at": 1.0}, "Noted: Object missing required field text"),
        ({"event": "Noted", "at": 1.0, "text": "x", "kind": "joke"}, "Noted.kind: Invalid enum value 'joke'"),
        ({"event": "Noted", "at": 1.0, "text": "x", "kind": ["free"]}, "Noted.kind"),
        ({"event": "Noted", "at": 1.0, "text": "x", "kind": "\ud800"}, "Noted: a field has an invalid value"),
        (
            {"event": "Advanced", "at": 1.0, "to": ["a", 2], "left": [None, None, None]},
            "Advanced.to[1]: Expected str | null",
        ),
        ({"event": "Advanced", "at": 1.0, "to": "a", "left": "b"}, "Advanced.to: Expected array"),
        ({"event": "Undone", "at": 1.0, "events": ["3"]}, "Undone.events[0]: Expected int"),
        ({"event": "Undone", "at": 1.0, "events": 3}, "Undone.events"),
        ({"event": "Ended", "at": 1.0, "outcome": "go", "decision": "go", "record": {"by": 3}}, "Ended.record"),
    ],
)
def test_invalid_documents_are_rejected_with_the_path_of_the_field(document: dict[str, Any], message: str) -> None:
    with pytest.raises(NotAnEvent, match=re.escape(message)):
        from_document(document)


@given(st.sampled_from(sorted(EVENT_TYPES)), st.dictionaries(st.sampled_from(FIELDS), JUNK))
def test_junk_raises_only_not_an_event(name: str, junk: dict[str, Any]) -> None:
    try:
        event = from_document({"at": 1.0, **junk, "event": name})
    except NotAnEvent:
        return
    assert type(event) is EVENT_TYPES[name]


def test_a_decoded_record_does_not_share_the_documents_dict() -> None:
    document = to_document(Ended(9.0, "not_yet", "not-yet", {"date": "3 March"}))
    event = from_document(document)
    document["record"]["date"] = "never"
    assert event == Ended(9.0, "not_yet", "not-yet", {"date": "3 March"})


def test_golden_documents_are_written_back_byte_for_byte() -> None:
    golden = Path(__file__).parents[1] / "storage/golden/format_2.json"
    for number, row in json.loads(golden.read_text())["events"].items():
        row.pop("crc32")
        assert json.dumps(to_document(from_document(row))) == json.dumps(row), number


def test_an_edit_of_an_account_keeps_its_stored_names() -> None:
    """Calls of every version have these names."""
    document = to_document(AccountEdited(0, AccountEditKind.BLOCKER, "no budget", "2026-11-22"))
    assert document["event"] == "BoardEdited"
    assert from_document(document) == AccountEdited(0, AccountEditKind.BLOCKER, "no budget", "2026-11-22")
    assert Mode.ACCOUNT.value == "board"
