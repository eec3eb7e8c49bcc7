"""Random lists of events, for code that must never fail."""

from __future__ import annotations

from typing import get_type_hints

from hypothesis import strategies as st

from salesnerd_tui.call.events import EVENT_TYPES, Event

_TEXTS = st.one_of(st.sampled_from(("", "trigger", "cost", "demo_request", "\x1b[2J[/b]")), st.text(max_size=12))
_NUMBERS = st.one_of(st.floats(), st.floats(0, 4000), st.sampled_from((0.0, 1.7e9, -3.0, 59.9, 3600.0)))
_WHOLE = st.one_of(st.integers(-2, 40), st.integers())


def events() -> st.SearchStrategy[list[Event]]:
    """Lists of events in any order, at any time, with any values that their types allow."""
    return st.lists(st.one_of([_of(kind) for kind in EVENT_TYPES.values()]), max_size=25)


def _of(kind: type[Event]) -> st.SearchStrategy[Event]:
    hints = get_type_hints(kind)
    return st.builds(kind, **{name: _ANY.get(hint, st.from_type(hint)) for name, hint in hints.items()})


_ANY: dict[object, st.SearchStrategy[object]] = {float: _NUMBERS, str: _TEXTS, int: _WHOLE}
