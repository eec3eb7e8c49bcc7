"""Damaged files: readable events survive, none are invented, the original is quarantined, and the program starts."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from notes_story import BEGAN, STARTED, is_lost, note, save_events
from tinydb import TinyDB

from salesnerd_tui.call.events import Event, Noted
from salesnerd_tui.storage.call_files import CallPaths, read_journal, read_main_file
from salesnerd_tui.storage.call_store import CallStore
from salesnerd_tui.storage.errors import CallIsReadOnly, StorageError
from thoroughness import examples

EVENTS: tuple[Event, ...] = (STARTED, *(note(number, 430) for number in range(1, 201)))
Damage = Callable[[bytearray, random.Random], None]


def flip(data: bytearray, chance: random.Random) -> None:
    data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)


def hole(data: bytearray, chance: random.Random) -> None:
    start = chance.randrange(len(data))
    length = min(512, len(data) - start)
    data[start : start + length] = bytes(length)


def junk(data: bytearray, chance: random.Random) -> None:
    start = chance.randrange(len(data))
    length = min(512, len(data) - start)
    data[start : start + length] = chance.randbytes(length)


@pytest.fixture(scope="module")
def stored_call(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Two hundred notes in a main file whose backup has none of them, as after one long call."""
    folder = tmp_path_factory.mktemp("kept")
    with CallStore(folder).create(BEGAN, "Acme") as call:
        for event in EVENTS:
            call.save([event], lambda _: None)
    return folder, call.id


@pytest.fixture(scope="module")
def interrupted_call(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The same notes, still in the journal."""
    folder = tmp_path_factory.mktemp("open")
    call = CallStore(folder).create(BEGAN, "Acme")
    for event in EVENTS:
        call.save([event], lambda _: None)
    save_events(call, [])
    copy = tmp_path_factory.mktemp("cut") / "data"
    shutil.copytree(folder, copy)
    call.close()
    return copy, call.id


@pytest.mark.parametrize("damage", [flip, hole, junk])
@pytest.mark.parametrize("where", ["stored_call", "interrupted_call"])
def test_damage_loses_only_the_damaged_notes_and_changes_none(
    request: pytest.FixtureRequest, tmp_path: Path, where: str, damage: Damage
) -> None:
    folder, call_id = request.getfixturevalue(where)
    copy = tmp_path / "data"
    shutil.copytree(folder, copy)
    files = CallPaths(copy / "calls" / f"{call_id}.json")
    path = files.main if where == "stored_call" else files.journal
    original = path.read_bytes()
    for seed in range(40):
        data = bytearray(original)
        damage(data, random.Random(seed))
        path.write_bytes(data)
        call = CallStore(copy).read(call_id)
        right = sum(event == expected for event, expected in zip(call.events, EVENTS, strict=False))
        assert right >= len(EVENTS) - 3, f"seed {seed}"
        wrong = [event for event in call.events if event not in EVENTS and not is_lost(event)]
        assert not wrong, f"seed {seed}"
        assert CallStore(copy).summaries()[0].id == call_id


def test_the_damaged_original_is_quarantined_and_the_user_is_warned(
    stored_call: tuple[Path, str], tmp_path: Path
) -> None:
    folder, call_id = stored_call
    copy = tmp_path / "data"
    shutil.copytree(folder, copy)
    path = copy / "calls" / f"{call_id}.json"
    data = path.read_bytes().replace(b"note 7 ", b"note 8 ", 1)
    path.write_bytes(data)
    store = CallStore(copy)
    assert "damaged" not in store.summaries()[0].problem, "its head is intact"
    with store.open(call_id) as call:
        assert is_lost(call.events[7])
        assert call.events[8] == EVENTS[8]
        assert save_events(call, [note(201)]).numbers == range(201, 202)
    (aside,) = store.quarantined
    assert aside.path.read_bytes() == data
    assert aside.message.startswith(f"call {call_id} was damaged in 1 place;")
    assert aside.path.parent == copy / "quarantine"
    assert str(aside.path) in aside.message
    healed = CallStore(copy)
    assert healed.read(call_id).events[201] == note(201)
    with healed.open(call_id):
        assert not healed.quarantined, "reported once"


def test_an_unreadable_file_is_recovered_from_its_backup(tmp_path: Path) -> None:
    store = CallStore(tmp_path)
    with store.create(BEGAN) as call:
        save_events(call, [STARTED, note(1)])
    with store.open(call.id) as call:
        save_events(call, [note(2)])
    path = tmp_path / "calls" / f"{call.id}.json"
    for rest in (b"", b"\0" * 4096, b"[]", b"{", b"\xff\xfe junk"):
        path.write_bytes(rest)
        assert store.read(call.id).events == (STARTED, note(1))
        (summary,) = store.summaries()
        assert (summary.account, summary.notes) == ("Acme", 1)
        assert "damaged" in summary.problem
    path.unlink()
    with store.open(call.id) as call:
        assert call.events == (STARTED, note(1))


def test_a_file_that_another_tinydb_rewrote_is_not_damaged(tmp_path: Path) -> None:
    """The checksums are those of the old text, and users may correct their own notes with a script."""
    store = CallStore(tmp_path)
    with store.create(BEGAN) as call:
        save_events(call, [STARTED, note(1), note(2)])
    path = tmp_path / "calls" / f"{call.id}.json"
    with TinyDB(path) as plain:
        plain.table("events").update({"text": "corrected"}, doc_ids=[1])
    assert store.summaries()[0].account == "Acme"
    with store.open(call.id) as again:
        assert again.events == (STARTED, Noted(1.0, "corrected"), note(2))
        save_events(again, [note(3)])
    assert not store.quarantined
    assert path.read_bytes().startswith(b'{\n"call": {\n"1": {')


def test_readable_documents_of_a_damaged_rewritten_file_are_recovered(tmp_path: Path) -> None:
    store = CallStore(tmp_path)
    with store.create(BEGAN) as call:
        save_events(call, [STARTED, *(note(number) for number in range(1, 9))])
    path = tmp_path / "calls" / f"{call.id}.json"
    with TinyDB(path) as plain:
        plain.table("events").update({"text": "corrected"}, doc_ids=[1])
    data = path.read_bytes()
    at = data.index(b"note 5")
    path.write_bytes(data[: at - 30] + b"\0" * 40 + data[at + 10 :])
    with store.open(call.id) as again:
        assert [number for number, event in enumerate(again.events) if is_lost(event)] in ([5], [5, 6], [4, 5])
        assert again.events[1] == Noted(1.0, "corrected")
        assert again.events[8] == note(8)
    assert store.quarantined


def test_an_incomplete_last_line_of_a_journal_is_not_damage(tmp_path: Path) -> None:
    call = CallStore(tmp_path / "data").create(BEGAN)
    save_events(call, [STARTED])
    save_events(call, [note(1)])
    shutil.copytree(tmp_path / "data", tmp_path / "cut")
    call.close()
    journal = CallPaths(tmp_path / "cut" / "calls" / f"{call.id}.json").journal
    journal.write_bytes(journal.read_bytes()[:-9])
    store = CallStore(tmp_path / "cut")
    with store.open(call.id) as again:
        assert again.events == (STARTED,)
        assert save_events(again, [note(2)]).numbers == range(1, 2)
    assert not store.quarantined
    assert store.read(call.id).events == (STARTED, note(2))


def test_a_damaged_file_that_was_written_again_may_become_the_backup(tmp_path: Path) -> None:
    store = CallStore(tmp_path)
    with store.create(BEGAN) as call:
        save_events(call, [STARTED, note(1)])
    files = CallPaths(tmp_path / "calls" / f"{call.id}.json")
    files.main.write_bytes(files.main.read_bytes().replace(b"note 1", b"note 2"))
    files.backup.unlink(missing_ok=True)
    with store.open(call.id) as call:
        save_events(call, [note(2)])
    backup = read_main_file(files.backup.read_bytes())
    assert backup.damaged_entries == 0
    assert list(backup.tables["events"]) == ["0"], "without the damaged entry"


def test_nothing_is_written_if_the_original_cannot_be_quarantined(tmp_path: Path) -> None:
    store = CallStore(tmp_path)
    with store.create(BEGAN) as call:
        save_events(call, [STARTED, note(1)])
    path = tmp_path / "calls" / f"{call.id}.json"
    path.write_bytes(path.read_bytes().replace(b"note 1", b"note 2"))
    before = path.read_bytes()
    (tmp_path / "quarantine").write_text("a file in the way")
    with pytest.raises(CallIsReadOnly, match="could not be backed up"):
        store.open(call.id)
    assert store.read(call.id).events[0] == STARTED
    assert path.read_bytes() == before


def test_links_and_folders_named_like_calls_are_not_followed(tmp_path: Path) -> None:
    store = CallStore(tmp_path / "data")
    secret = tmp_path / "secret.json"
    secret.write_text('{"call": {"1": {"account": "Secret"}}, "events": {}}')
    (tmp_path / "data" / "calls" / "link.json").symlink_to(secret)
    (tmp_path / "data" / "calls" / "folder.json").mkdir()
    summaries = store.summaries()
    assert {summary.account for summary in summaries} == {""}
    assert all("cannot be read" in summary.problem for summary in summaries)
    assert not list(store.search("secret"))
    with pytest.raises(StorageError, match="link"):
        store.open("link")
    assert secret.read_text().startswith('{"call"')


@settings(max_examples=examples(300), deadline=None)
@given(st.binary(max_size=200) | st.binary(max_size=100).map(lambda data: b'{"events": {"1": ' + data))
def test_reading_never_fails_whatever_the_bytes_are(data: bytes) -> None:
    read_main_file(data)
    read_main_file(b'{\n"' + data)
    read_journal(data)


@pytest.mark.parametrize(
    "hostile",
    [
        b"[" * 100_000,
        b'{"events": ' + b'{"1": ' * 50_000,
        b'{"events": {"1": [], "x": {}, "99999999999": {}}, "call": [], "meta": {"1": {"format": "no"}}}',
        b'{"events": {"999999999": {"event": "Noted", "at": 0.0, "text": "far"}}}',
        b'{"events": {"1": {"event": "Noted", "at": [], "text": {}}, "2": {"event": "Never"}}}',
        b'{"draft": {"1": {"text": 7}}}',
        b'{"events": {"0": {"event": "Noted", "at": 0.0, "text": "x", "kind": "\\ud800"}}}',
        b'{"call": {"1": {"account": "Acme", "mode": "\\ud800"}}}',
        b'{"call": {"1": {"account": 7, "people": [1, "Dana"], "mode": ["live"], "seconds": true, "began": "?"}}}',
    ],
)
def test_hostile_files_are_listed_and_opened(tmp_path: Path, hostile: bytes) -> None:
    store = CallStore(tmp_path)
    (tmp_path / "calls" / "hostile.json").write_bytes(hostile)
    assert [summary.id for summary in store.summaries()] == ["hostile"]
    assert len(store.read("hostile").events) < 100
    assert list(store.search("nothing of the kind")) == []
    with store.open("hostile") as call:
        assert isinstance(save_events(call, [STARTED]).numbers, range)
