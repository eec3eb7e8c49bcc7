"""What is kept of a call must come back as it was; and what cannot be read must say so in one way only."""

from __future__ import annotations

import json
from typing import Any, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hostile import HOSTILE
from salesnerd_tui.call.events import Answered, Ended, Event, Heard, Mode, Noted, NoteKind, Place, Side, Started
from salesnerd_tui.call.serialization import KINDS, NotAnEvent, from_document, to_document

st.register_type_strategy(float, st.floats(allow_nan=False, allow_infinity=False))
ANY_EVENT = st.sampled_from(sorted(KINDS)).flatmap(
    lambda name: st.builds(
        KINDS[name], **{part: st.from_type(hint) for part, hint in get_type_hints(KINDS[name]).items()}
    )
)
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just(10**400),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)
FIELDS = sorted({name for kind in KINDS.values() for name in kind.__struct_fields__})


def kept_and_read(event: Event) -> Event:
    return from_document(json.loads(json.dumps(to_document(event))))


@given(ANY_EVENT)
def test_every_event_comes_back_as_it_was(event: Event) -> None:
    assert kept_and_read(event) == event
    assert type(kept_and_read(event)) is type(event)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text_is_kept_to_the_letter(text: str) -> None:
    assert kept_and_read(Noted(3.5, text)) == Noted(3.5, text)
    answer = Answered(1.0, text, text, note=text, label=text, points={text: 2.0})
    assert kept_and_read(answer) == answer


def test_what_is_default_is_not_written() -> None:
    assert to_document(Noted(12.0, "three engineers")) == {"event": "Noted", "at": 12.0, "text": "three engineers"}
    assert to_document(Noted(12.0, "40k", NoteKind.NUMBER))["kind"] == "number"


def test_a_field_of_a_later_version_is_dropped_and_a_missing_one_takes_its_default() -> None:
    document = {"event": "Noted", "at": 1, "text": "pager", "colour": "red"}
    assert from_document(document) == Noted(1.0, "pager")


def test_a_place_keeps_its_three_parts() -> None:
    place = Place("price", "who_pays", "price_now")
    event = Started(0.0, "first_call", "First call", "ab12", Mode.LIVE, place, "2026-11-22T10:00:00+01:00")
    assert to_document(event)["to"] == ["price", "who_pays", "price_now"]
    assert kept_and_read(event) == event


def test_a_voice_without_words_stays_without_words() -> None:
    heard = Heard(2.0, Side.THEM, "Dana", 1.0, 2.0, None)
    assert kept_and_read(heard) == heard


@pytest.mark.parametrize(
    ("document", "told"),
    [
        ({}, "unknown event None"),
        ({"event": "Exploded"}, "unknown event 'Exploded'"),
        ({"event": ["Noted"]}, "unknown event"),
        ({"event": "Event", "at": 1.0}, "unknown event 'Event'"),
        ({"event": "Noted", "at": "soon", "text": "x"}, "Noted.at: str"),
        ({"event": "Noted", "at": True, "text": "x"}, "Noted.at: bool"),
        ({"event": "Noted", "at": 10**400, "text": "x"}, "Noted.at"),
        ({"event": "Noted", "at": 1.0}, "text"),
        ({"event": "Noted", "at": 1.0, "text": "x", "kind": "joke"}, "Noted.kind: 'joke' is none of free, pain"),
        ({"event": "Noted", "at": 1.0, "text": "x", "kind": ["free"]}, "Noted.kind"),
        ({"event": "Advanced", "at": 1.0, "to": ["a", "b"], "left": [None, None, None]}, "Advanced.to: not a place"),
        ({"event": "Advanced", "at": 1.0, "to": "a", "left": "b"}, "not a place"),
        ({"event": "Undone", "at": 1.0, "events": ["3"]}, "Undone.events"),
        ({"event": "Undone", "at": 1.0, "events": 3}, "Undone.events"),
        ({"event": "Ended", "at": 1.0, "outcome": "go", "decision": "go", "record": {"by": 3}}, "Ended.record"),
    ],
)
def test_what_is_no_event_says_where_and_why(document: dict[str, Any], told: str) -> None:
    with pytest.raises(NotAnEvent, match=told.replace(".", r"\.")):
        from_document(document)


@given(st.sampled_from(sorted(KINDS)), st.dictionaries(st.sampled_from(FIELDS), JUNK))
def test_junk_is_refused_in_one_way_only(name: str, junk: dict[str, Any]) -> None:
    try:
        event = from_document({"at": 1.0, **junk, "event": name})
    except NotAnEvent:
        return
    assert type(event) is KINDS[name]


def test_a_read_record_is_the_events_own() -> None:
    document = to_document(Ended(9.0, "not_yet", "not-yet", {"date": "3 March"}))
    event = from_document(document)
    document["record"]["date"] = "never"
    assert event == Ended(9.0, "not_yet", "not-yet", {"date": "3 March"})
