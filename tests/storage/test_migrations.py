"""Older formats are migrated with a backup, newer ones are only read; each format has a golden file."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from broken_disks import Unsynced
from notes_story import BEGAN, STARTED, is_lost, note, save_events
from tinydb import TinyDB

from salesnerd_tui.call.events import (
    AccountEdited,
    AccountEditKind,
    Dismissal,
    Dismissed,
    Ended,
    Event,
    Jumped,
    JumpReason,
    Noted,
    Place,
    PlanKind,
    PlanSet,
    Promised,
    SourceChanged,
    SourceState,
    TapBasis,
    TapKind,
    Tapped,
    TapReason,
    from_document,
)
from salesnerd_tui.coach.tap_habits import TapHabit
from salesnerd_tui.storage.call_files import Tables
from salesnerd_tui.storage.call_store import CallStore
from salesnerd_tui.storage.errors import CallIsReadOnly
from salesnerd_tui.storage.forget import ForgetPlan
from salesnerd_tui.storage.migrations import FORMATS, Migrations
from salesnerd_tui.storage.settings import HabitStore

GOLDEN = Path(__file__).with_name("golden")
CALL_ID = "2026-11-22T1004-0000cafe"


def copy_golden(folder: Path, number: int) -> Path:
    """Create a data folder with the golden call of a format; return the path of its file."""
    (folder / "calls").mkdir(parents=True)
    return Path(shutil.copy(GOLDEN / f"format_{number}.json", folder / "calls" / f"{CALL_ID}.json"))


@pytest.mark.parametrize("number", range(1, FORMATS.current + 1))
def test_a_call_of_every_format_ever_written_is_read(tmp_path: Path, number: int) -> None:
    copy_golden(tmp_path, number)
    notebook = CallStore(tmp_path)
    (summary,) = notebook.summaries()
    assert (summary.account, summary.outcome, summary.notes, summary.promises) == ("Acme", "revisit", 4, 2)
    with notebook.open(CALL_ID) as call:
        assert len({type(event) for event in call.events}) == 23, "every kind of event of that version"
        assert not any(is_lost(event) for event in call.events)
        assert isinstance(ended := call.events[-1], Ended)
        assert ended.record == {"date": "2027-03-03"}
        assert call.draft == "half a thought"
    assert not notebook.quarantined, "its checksums are valid"


def to_upper(tables: Tables) -> Tables:
    """Migration as a later version may have: it changes its documents in place."""
    for document in tables["events"].values():
        if "text" in document:
            document["text"] = document["text"].upper()
    tables["meta"]["1"]["format"] = FORMATS.current + 1
    return tables


NEXT = Migrations(FORMATS.current + 1, {**FORMATS.steps, FORMATS.current: to_upper})


def test_an_older_call_is_migrated_and_its_file_is_backed_up(tmp_path: Path) -> None:
    path = copy_golden(tmp_path, 1)
    before = path.read_bytes()
    later = CallStore(tmp_path, formats=NEXT)
    looked_at = later.read(CALL_ID)
    assert Noted(5.0, "PAGES TWICE") in looked_at.events
    assert path.read_bytes() == before, "reading writes nothing"
    with later.open(CALL_ID) as call:
        assert call.events == looked_at.events
    with TinyDB(path, access_mode="r") as plain:
        assert plain.table("meta").all()[0]["format"] == FORMATS.current + 1
    assert path.with_name(f"{path.name}.format1.bak").read_bytes() == before
    with later.open(CALL_ID) as call:
        save_events(call, [note(50)])
    assert path.with_name(f"{path.name}.format1.bak").read_bytes() == before
    later.forget(CALL_ID)
    assert not list((tmp_path / "calls").iterdir())


def test_a_crash_while_the_older_file_is_copied_leaves_no_incomplete_copy(tmp_path: Path) -> None:
    class Crash(Exception):
        pass

    class Crashing(Unsynced):
        def write(self, fd: int, data: bytes) -> int:
            super().write(fd, data[: len(data) // 2])
            raise Crash

    path = copy_golden(tmp_path, 1)
    before = path.read_bytes()
    assert CallStore(tmp_path).read(CALL_ID).events, "the disk reserve exists from now on"
    with pytest.raises(Crash):
        CallStore(tmp_path, disk=Crashing()).open(CALL_ID)
    CallStore(tmp_path).open(CALL_ID).close()
    assert path.with_name(f"{path.name}.format1.bak").read_bytes() == before
    assert not list((tmp_path / "calls").glob("*.tmp"))


def test_a_newer_call_is_read_and_never_written(tmp_path: Path) -> None:
    path = copy_golden(tmp_path, 1)
    with CallStore(tmp_path, formats=NEXT).open(CALL_ID):
        pass
    before = path.read_bytes()
    today = CallStore(tmp_path)
    with pytest.raises(CallIsReadOnly, match="newer"):
        today.open(CALL_ID)
    assert Noted(5.0, "PAGES TWICE") in today.read(CALL_ID).events
    assert path.read_bytes() == before
    assert not list((tmp_path / "calls").glob("*.lock"))


def test_unknown_entries_are_preserved_and_reported(tmp_path: Path) -> None:
    warned: list[str] = []
    with CallStore(tmp_path).create(BEGAN) as call:
        save_events(call, [STARTED, note(1), note(2)])
    path = tmp_path / "calls" / f"{call.id}.json"
    with TinyDB(path) as plain:
        plain.table("events").update({"event": "Invented"}, doc_ids=[1])
    with CallStore(tmp_path, on_warning=warned.append).open(call.id) as again:
        assert again.events[2] == note(2)
        assert save_events(again, [note(3)]).numbers == range(3, 4)
    assert "1 of its entries" in warned[0]
    with TinyDB(path, access_mode="r") as plain:
        assert plain.table("events").all()[1]["event"] == "Invented"


@pytest.mark.parametrize(
    ("stored", "migrated"),
    [
        ("48 s on features, nobody asked", TapReason(TapBasis.FEATURES, 48.0, answered=False)),
        ("31 s about us, that is answered by now", TapReason(TapBasis.ABOUT_US, 31.0, answered=True)),
        ("28 s of praise, nobody asked", TapReason(TapBasis.SELF_PRAISE, 28.0, answered=False)),
        (
            "52 s on how it is made (broker, shard), nobody asked",
            TapReason(TapBasis.INTERNALS, 52.0, answered=False, words=("broker", "shard")),
        ),
        ("52 s on how it is made", TapReason(TapBasis.INTERNALS, 52.0)),
        ("40 s of reading aloud, item after item", TapReason(TapBasis.READING_ALOUD, 40.0)),
        ("75 s without handing it back", TapReason(TapBasis.NOT_HANDED_BACK, 75.0)),
        ("120 s in one stretch", TapReason(TapBasis.MONOLOGUE, 120.0)),
        (
            "120 s in one stretch (no words heard, judged by the floor alone)",
            TapReason(TapBasis.MONOLOGUE_WITHOUT_WORDS, 120.0),
        ),
        (
            "you 75% of the talk so far (no words heard, judged by the floor alone)",
            TapReason(TapBasis.SHARE_WITHOUT_WORDS, share=0.75),
        ),
        ("they told you of a doubt; it was not taken up", TapReason(TapBasis.NOT_FOLLOWED_UP, reveal="doubt")),
        ("no bound: “whatever you want”", TapReason(TapBasis.OPEN_ENDED, words=("whatever you want",))),
        ("never to be said here: “military grade”", TapReason(TapBasis.NEVER_SAY, words=("military grade",))),
        ("4 s of silence after your question", TapReason(TapBasis.SILENCE, 4.0)),
        ("a reason of an even older coach", TapReason(TapBasis.RECORDED, words=("a reason of an even older coach",))),
        ("", TapReason(TapBasis.RECORDED)),
    ],
)
def test_the_english_reason_of_a_tap_becomes_data(stored: str, migrated: TapReason) -> None:
    row = {"event": "Cued", "at": 1.0, "kind": "monologue", "words": "Hand it back", "because": stored}
    tables = FORMATS.migrated({"events": {"0": row}, "meta": {"1": {"format": 1}}})
    assert from_document(tables["events"]["0"]) == Tapped(1.0, TapKind.MONOLOGUE, migrated)


RENAMED: tuple[tuple[dict[str, object], Event], ...] = (
    (
        {
            "event": "Cued",
            "at": 1,
            "kind": "over-explaining",
            "words": "Say it simply",
            "because": "",
            "ready": "twice",
        },
        Tapped(1.0, TapKind.OVER_EXPLAINING, TapReason(TapBasis.RECORDED), plain_wording="twice"),
    ),
    (
        {"event": "Dismissed", "at": 1, "kind": "pitching", "how": "by hand"},
        Dismissed(1.0, TapKind.PITCHING, Dismissal.DISMISSED),
    ),
    (
        {"event": "Planned", "at": 1, "kind": "part", "about": "Raj", "text": "signs"},
        PlanSet(1.0, PlanKind.ROLE, "Raj", "signs"),
    ),
    (
        {
            "event": "Mapped",
            "at": 1,
            "kind": "job",
            "about": "choice",
            "on": "2026-11-22",
            "details": {"state": "at work"},
        },
        AccountEdited(1.0, AccountEditKind.JOB, "choice", "2026-11-22", {"state": "in_progress"}),
    ),
    (
        {"event": "Mapped", "at": 1, "kind": "stall", "about": "at work", "on": "2026-11-22"},
        AccountEdited(1.0, AccountEditKind.BLOCKER, "at work", "2026-11-22"),
    ),
    (
        {"event": "Promised", "at": 1, "text": "it never fails", "over": True, "bounded": "So far …"},
        Promised(1.0, "it never fails", overpromise=True, safer_wording="So far …"),
    ),
    (
        {"event": "SourceChanged", "at": 1, "source": "captions", "state": "broken", "told": "gone"},
        SourceChanged(1.0, "captions", SourceState.BROKEN, "gone"),
    ),
    (
        {"event": "Jumped", "at": 1, "to": ["a", None, None], "left": ["b", None, None], "why": "back"},
        Jumped(1.0, Place("a"), Place("b"), JumpReason.BACK),
    ),
    (
        {"event": "Jumped", "at": 1, "to": ["a", None, None], "left": ["b", None, None], "why": "by hand"},
        Jumped(1.0, Place("a"), Place("b")),
    ),
)


@pytest.mark.parametrize(("row", "event"), RENAMED)
@pytest.mark.parametrize("meta", [{"1": {"format": 1}}, {}], ids=["format 1", "number lost"])
def test_renamed_events_are_migrated(row: dict[str, object], event: Event, meta: Tables) -> None:
    tables = FORMATS.migrated({"events": {"7": row}, "meta": meta})
    assert from_document(tables["events"]["7"]) == event
    assert FORMATS.migrated({"events": tables["events"]}) == tables, "migrating again changes nothing"


def test_a_call_of_the_previous_format_is_listed_and_searched_before_it_is_migrated(tmp_path: Path) -> None:
    path = copy_golden(tmp_path, 1)
    before = path.read_bytes()
    store = CallStore(tmp_path)
    (summary,) = store.summaries()
    assert (summary.started_at, summary.duration_seconds) == ("2026-11-22T10:04:00+00:00", 60.0)
    assert "Answered" in {hit.event for hit in store.search("outage")}
    ((_, taps),) = store.facts(1, lambda events: sum(isinstance(event, Tapped) for event in events))
    assert taps == 1
    assert path.read_bytes() == before


def test_settings_of_the_previous_format_are_read(tmp_path: Path) -> None:
    stored = {"settings": {"1": {"name": "coach", "value": {"over-promising": {"level": 2, "dismissed": 3}}}}}
    (tmp_path / "settings.json").write_text(json.dumps(stored))
    store = CallStore(tmp_path)
    assert HabitStore(store.settings).known()[TapKind.OVER_PROMISING] == TapHabit(level=2, dismissed=3)


def test_the_transcript_of_a_call_in_the_previous_format_is_deleted(tmp_path: Path) -> None:
    path = copy_golden(tmp_path, 1)
    store = CallStore(tmp_path)
    store.carry_out(ForgetPlan(words={CALL_ID: {}}))
    assert b"each bill" not in path.read_bytes()
    assert list((tmp_path / "calls").iterdir()) == [path], "no copy in the old format remains"
    (tap,) = (event for event in store.read(CALL_ID).events if isinstance(event, Tapped))
    assert tap.suggestion == "Why now?"
