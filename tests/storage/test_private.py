"""Only the owner can read the notes, and deleted data is gone."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from broken_disks import RecordingDisk
from notes_story import BEGAN, STARTED, note, save_events

from salesnerd_tui.call.events import Noted
from salesnerd_tui.storage.call_store import CallStore
from salesnerd_tui.storage.disk import Disk
from salesnerd_tui.storage.errors import CallIsOpen, NoSuchCall, StorageError


class HoldsOn(Disk):
    """Disk that behaves as Windows does while another program has the file open."""

    def unlink(self, path: Path) -> None:
        if path.suffix != ".lock":
            raise PermissionError


@pytest.fixture(params=[0o000, 0o022, 0o777], ids=oct)
def umask(request: pytest.FixtureRequest) -> Iterator[None]:
    before = os.umask(request.param)
    yield
    os.umask(before)


@pytest.mark.usefixtures("umask")
def test_only_the_owner_can_read_files_whatever_the_umask(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "data"
    store = CallStore(folder)
    store.settings.set("me", "Ann")
    store.settings.wait()
    with store.create(BEGAN) as call:
        save_events(call, [STARTED])
        while_open = modes(folder)
    path = folder / "calls" / f"{call.id}.json"
    path.write_bytes(path.read_bytes().replace(b"Acme", b"Acne"))
    store.open(call.id).close()
    for found in (while_open, modes(folder)):
        assert {mode for path, mode in found.items() if path.is_file()} <= {0o600}
        assert {mode for path, mode in found.items() if path.is_dir()} <= {0o700}
    assert {path.suffix for path in while_open} >= {".journal", ".lock", ".json"}
    assert any(path.parent.name == "quarantine" for path in modes(folder))


def modes(folder: Path) -> dict[Path, int]:
    return {path: stat.S_IMODE(path.stat().st_mode) for path in (folder, *folder.rglob("*"))}


def test_an_existing_folder_keeps_its_mode(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    CallStore(tmp_path)
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755
    assert stat.S_IMODE((tmp_path / "calls").stat().st_mode) == 0o700


def test_a_deleted_call_leaves_no_file(tmp_path: Path) -> None:
    store = CallStore(tmp_path)
    with store.create(BEGAN, "Kestrel") as other:
        save_events(other, [STARTED])
    with store.create(BEGAN, "Falcon") as call:
        save_events(call, [Noted(1.0, "Falcon pages")])
        call.save_draft("Falcon draft")
        with pytest.raises(CallIsOpen):
            store.forget(call.id)
    path = tmp_path / "calls" / f"{call.id}.json"
    path.write_bytes(path.read_bytes().replace(b"pages", b"paged"))
    with store.open(call.id) as again:
        save_events(again, [Noted(2.0, "Falcon again")])
    for name in (".0011.tmp", ".journal", ".format0.bak"):
        path.with_name(path.name + name).write_text("Falcon")
    assert len(store.quarantined) == 1
    store.forget(call.id)
    assert not store.quarantined
    words = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file() and path.name != ".reserve"]
    assert words
    assert not any(b"Falcon" in data for data in words)
    assert not [path for path in tmp_path.rglob("*") if call.id in path.name]
    assert [summary.id for summary in store.summaries()] == [other.id]
    with pytest.raises(NoSuchCall):
        store.forget(call.id)


def test_a_deletion_is_durable_when_it_returns(tmp_path: Path) -> None:
    disk = RecordingDisk()
    store = CallStore(tmp_path, disk=disk)
    with store.create(BEGAN) as call:
        save_events(call, [STARTED])
    disk.calls.clear()
    store.forget(call.id)
    made = [(made, str(where).rpartition("/")[2]) for made, where, *_ in disk.calls if ".lock" not in str(where)]
    assert made[-4:] == [
        ("unlink", f"{call.id}.json"),
        ("sync folder", "calls"),
        ("unlink", "forgetting.json"),
        ("sync folder", tmp_path.name),
    ]
    noted = next(at for at, step in enumerate(made) if step[0] == "rename")
    assert made[noted + 1] == ("sync folder", tmp_path.name), "the plan is on the disk before anything is deleted"
    assert made[noted + 2][0] == "unlink"


def test_files_that_cannot_be_removed_are_named(tmp_path: Path) -> None:
    with CallStore(tmp_path).create(BEGAN) as call:
        save_events(call, [STARTED])
    with pytest.raises(StorageError, match=call.id):
        CallStore(tmp_path, disk=HoldsOn()).forget(call.id)


def test_deleting_a_call_keeps_one_whose_id_starts_with_its_id(tmp_path: Path) -> None:
    store = CallStore(tmp_path)
    for name in ("one", "one-two"):
        (tmp_path / "calls" / f"{name}.json").write_text('{"events": {}}')
    (tmp_path / "quarantine").mkdir()
    spared = tmp_path / "quarantine" / "one-two-00112233.json"
    spared.write_text("kept")
    store.forget("one")
    assert [summary.id for summary in store.summaries()] == ["one-two"]
    assert spared.exists()


def test_a_note_with_a_lone_surrogate_and_escape_sequences_is_restored_unchanged(tmp_path: Path) -> None:
    store = CallStore(tmp_path)
    text = "\x1b]0;title\x07 \ud800 [@click=app.quit] \u202e \0 \r\n ÅÄÖ 日本"
    with store.create(BEGAN, text) as call:
        save_events(call, [Noted(1.0, text), note(2)])
    assert store.summaries()[0].account == text
    assert store.read(call.id).events[0] == Noted(1.0, text)
