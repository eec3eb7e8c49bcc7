"""Calls of older formats are migrated with a backup, newer ones only read; today's format stands in a golden file."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from notes_story import BEGAN, STARTED, is_lost, keep, note
from tinydb import TinyDB

from salesnerd_tui.call.events import Ended, Noted
from salesnerd_tui.storage.errors import CallIsReadOnly
from salesnerd_tui.storage.journal import Tables
from salesnerd_tui.storage.migrations import FORMATS, Migrations
from salesnerd_tui.storage.store import CallStore

GOLDEN = Path(__file__).with_name("golden")
CALL_ID = "2026-11-22T1004-0000cafe"


def laid_out(folder: Path, number: int) -> Path:
    """A notebook's folder with the golden call of that format; the path of its file."""
    (folder / "calls").mkdir(parents=True)
    return Path(shutil.copy(GOLDEN / f"format_{number}.json", folder / "calls" / f"{CALL_ID}.json"))


@pytest.mark.parametrize("number", range(1, FORMATS.current + 1))
def test_a_call_of_every_format_ever_written_is_read(tmp_path: Path, number: int) -> None:
    laid_out(tmp_path, number)
    notebook = CallStore(tmp_path)
    (summary,) = notebook.summaries()
    assert (summary.account, summary.outcome, summary.notes, summary.promises) == ("Acme", "revisit", 4, 2)
    with notebook.open(CALL_ID) as call:
        assert len({type(event) for event in call.events}) == 23, "every kind of event there was"
        assert not any(is_lost(event) for event in call.events)
        assert isinstance(ended := call.events[-1], Ended)
        assert ended.record == {"date": "2027-03-03"}
        assert call.draft == "half a thought"
    assert not notebook.set_aside, "its check sums hold"


def shout(tables: Tables) -> Tables:
    """A step as a later version may have one: it changes the documents it is given."""
    for document in tables["events"].values():
        if "text" in document:
            document["text"] = document["text"].upper()
    tables["meta"]["1"]["format"] = 2
    return tables


NEXT = Migrations(2, {1: shout})


def test_an_older_call_is_migrated_and_its_file_kept(tmp_path: Path) -> None:
    path = laid_out(tmp_path, 1)
    before = path.read_bytes()
    later = CallStore(tmp_path, formats=NEXT)
    looked_at = later.open(CALL_ID, read_only=True)
    assert Noted(5.0, "PAGES TWICE") in looked_at.events
    assert path.read_bytes() == before, "looking writes nothing"
    with later.open(CALL_ID) as call:
        assert call.events == looked_at.events
    with TinyDB(path, access_mode="r") as plain:
        assert plain.table("meta").all()[0]["format"] == 2
    assert path.with_name(f"{path.name}.format1.bak").read_bytes() == before
    with later.open(CALL_ID) as call:
        keep(call, [note(50)])
    assert path.with_name(f"{path.name}.format1.bak").read_bytes() == before
    later.forget(CALL_ID)
    assert not list((tmp_path / "calls").iterdir())


def test_a_newer_call_is_read_and_never_written(tmp_path: Path) -> None:
    path = laid_out(tmp_path, 1)
    with CallStore(tmp_path, formats=NEXT).open(CALL_ID):
        pass
    before = path.read_bytes()
    today = CallStore(tmp_path)
    call = today.open(CALL_ID)
    assert call.read_only
    assert "newer" in call.problem
    assert Noted(5.0, "PAGES TWICE") in call.events
    with pytest.raises(CallIsReadOnly, match="newer"):
        call.keep([note(1)], lambda _: None)
    call.keep_draft("no")
    call.retry()
    assert call.close()
    assert call.unkept == ()
    assert path.read_bytes() == before
    assert not list((tmp_path / "calls").glob("*.lock"))


def test_entries_that_this_version_does_not_know_are_kept_and_told(tmp_path: Path) -> None:
    warned: list[str] = []
    with CallStore(tmp_path).create(BEGAN) as call:
        keep(call, [STARTED, note(1), note(2)])
    path = tmp_path / "calls" / f"{call.id}.json"
    with TinyDB(path) as plain:
        plain.table("events").update({"event": "Invented"}, doc_ids=[1])
    with CallStore(tmp_path, warned=warned.append).open(call.id) as again:
        assert again.events[2] == note(2)
        assert keep(again, [note(3)]).numbers == range(3, 4)
    assert "1 of its entries" in warned[0]
    with TinyDB(path, access_mode="r") as plain:
        assert plain.table("events").all()[1]["event"] == "Invented"
