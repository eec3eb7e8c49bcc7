"""Listing the calls a second time shows changes since, although no closed call has changed."""

from __future__ import annotations

from pathlib import Path

from notes_story import BEGAN, STARTED, keep

from salesnerd_tui.call.events import Noted
from salesnerd_tui.storage.store import CallStore


def test_a_call_that_goes_on_is_listed_as_it_is_now(tmp_path: Path) -> None:
    window, other = CallStore(tmp_path), CallStore(tmp_path)
    with other.create(BEGAN, "Acme") as call:
        keep(call, [STARTED, Noted(1.0, "a horse")])
        assert [each.notes for each in window.summaries()] == [1]
        keep(call, [Noted(2.0, "a zebra")])
        assert [each.notes for each in window.summaries()] == [2]


def test_a_call_that_could_not_be_read_is_looked_at_again(tmp_path: Path) -> None:
    window = CallStore(tmp_path)
    with window.create(BEGAN, "Acme") as call:
        keep(call, [STARTED, Noted(1.0, "a horse")])
    file = tmp_path / "calls" / f"{call.id}.json"
    kept = file.read_bytes()
    (told,) = window.summaries()
    assert not told.problem
    file.rename(tmp_path / "aside")
    file.mkdir()
    (told,) = window.summaries()
    assert told.problem
    file.rmdir()
    file.write_bytes(kept)
    (told,) = window.summaries()
    assert not told.problem
    assert told.notes == 1
