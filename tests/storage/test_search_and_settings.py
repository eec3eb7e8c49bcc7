"""Search in all calls, and settings."""

from __future__ import annotations

import errno
import shutil
import threading
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from notes_story import BEGAN, STARTED, save_events, store_call
from tinydb import TinyDB

from salesnerd_tui.call.events import Answered, Asked, Ended, Heard, Noted, Origin, Promised, Recalled, Side
from salesnerd_tui.storage.call_files import CallPaths, journal_line
from salesnerd_tui.storage.call_store import CallStore
from salesnerd_tui.storage.disk import Disk
from salesnerd_tui.storage.search import WHOLE_CALL, SearchHit
from salesnerd_tui.storage.settings import SettingsStore
from thoroughness import examples


@pytest.fixture
def store(tmp_path: Path) -> CallStore:
    return CallStore(tmp_path / "data")


def texts(store: CallStore, words: str) -> list[str]:
    return [hit.text for hit in store.search(words)]


def test_every_kind_of_saved_text_is_found(store: CallStore) -> None:
    call_id = store_call(
        store,
        STARTED,
        Noted(1.0, "the pager, twice"),
        Answered(2.0, "why", "Why now?", 'said "an outage"', "Something broke"),
        Heard(3.0, Side.THEM, "Dana", 2.0, 3.0, "our auditors came"),
        Promised(4.0, "send the sheet", owner="Ann", due="on Friday"),
        Ended(5.0, "revisit", "not yet", {"date": "3 March"}, "call Raj"),
    )
    assert texts(store, "PAGER") == ["the pager, twice"]
    assert texts(store, '"an outage"') == ['said "an outage" · Something broke · Why now?']
    assert texts(store, "broke") == texts(store, "why now") == texts(store, '"an outage"')
    (heard,) = store.search("auditors")
    assert (heard.call.id, heard.number, heard.event, heard.at, heard.who) == (call_id, 3, "Heard", 3.0, "Dana")
    assert texts(store, "friday") == ["send the sheet · Ann · on Friday"]
    assert texts(store, "march") == texts(store, "call raj march") == ["call Raj · 3 March"]
    assert texts(store, "nothing") == texts(store, " ") == []


def test_what_was_recognized_in_an_utterance_is_found_once(store: CallStore) -> None:
    said = "The works council stopped it. I'll send you the list of the council by Friday."
    store_call(
        store,
        STARTED,
        Heard(3.0, Side.THEM, "Dana", 2.0, 3.0, said),
        Asked(3.1, "late_stop", "Who in the council stopped it?", Origin.HEARD),
        Answered(4.0, "late_stop", "Who stopped it?", "The works council stopped it.", how=Origin.HEARD),
        Promised(4.0, "I'll send you the list of the council by Friday.", Side.THEM, owner="Dana"),
        Answered(5.0, "late_stop", "Who stopped it?", "council, again"),
    )
    assert texts(store, "council") == [said, "Who in the council stopped it?", "council, again · Who stopped it?"]
    assert texts(store, "dana friday") == [said]
    assert texts(store, "who") == [
        "Who in the council stopped it?",
        "The works council stopped it. · Who stopped it?",
        "council, again · Who stopped it?",
    ], "words of the question only"


def test_words_of_the_call_narrow_the_search(store: CallStore) -> None:
    store_call(store, Noted(1.0, "pager"), account="Acme")
    store_call(store, Noted(1.0, "pager"), account="Umbrella")
    (hit,) = store.search("umbrella pager")
    assert hit.call.account == "Umbrella"
    (whole,) = store.search("umbrella")
    assert (whole.number, whole.text) == (WHOLE_CALL, "Umbrella")


def test_a_text_is_found_in_its_call_and_not_where_it_was_recalled(store: CallStore) -> None:
    first = store_call(store, STARTED, Answered(2.0, "why", "Why now?", "forty double bills"))
    store_call(store, STARTED, Recalled(0.0, "why", "forty double bills", first), Noted(1.0, "Acme again"), days=1)
    assert [hit.call.id for hit in store.search("double bills")] == [first]
    assert [hit.event for hit in store.search("acme bills")] == ["Answered"]


def test_newest_calls_come_first_and_hits_are_yielded_at_once(store: CallStore) -> None:
    for day in range(5):
        store_call(store, Noted(1.0, f"pager {day}"), days=day)
    hits = store.search("pager")
    assert next(hits).text == "pager 4"
    shutil.rmtree(store.folder / "calls")
    assert list(hits) == [], "deleted calls are skipped"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Ärger mit Öl", "ÄRGER"),
        ("ärger mit öl", "Öl"),
        ("Москва", "МОСКВА"),
        ("ДОГОВОР", "договор"),
        ("日本の障害", "障害"),
        ("back\\slash", "back\\slash"),
        ("é", "É"),
        ("ß", "ß"),
        ("\ud800", "\ud800"),
    ],
)
def test_words_of_every_script_are_found_in_any_case(store: CallStore, text: str, words: str) -> None:
    store_call(store, Noted(1.0, text))
    assert texts(store, words) == [text]


@hypothesis_settings(
    max_examples=examples(40), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.text(alphabet='aBé"\\ Ж日/\n.,10\u202f', min_size=1, max_size=12), st.integers(0, 10), st.integers(1, 8))
def test_any_piece_of_a_text_finds_it(store: CallStore, text: str, start: int, length: int) -> None:
    call_id = store_call(store, Noted(1.0, text))
    for words in (text[start : start + length], text.upper()[start : start + length]):
        if words.split():
            assert text in [hit.text for hit in store.search(words)]
    store.forget(call_id)


def test_open_interrupted_and_rewritten_calls_are_searched_too(store: CallStore, tmp_path: Path) -> None:
    def hits(store: CallStore) -> list[SearchHit]:
        return list(store.search("pager"))

    call = store.create(BEGAN)
    save_events(call, [STARTED, Noted(1.0, "pager")])
    assert len(hits(store)) == 1
    shutil.copytree(store.folder, tmp_path / "cut")
    call.close()
    assert len(hits(CallStore(tmp_path / "cut"))) == 1
    files = CallPaths(store.folder / "calls" / f"{call.id}.json")
    with TinyDB(files.main) as plain:
        plain.table("events").update({"text": "two pagers"}, doc_ids=[1])
    assert [hit.text for hit in hits(store)] == ["two pagers"]
    files.main.unlink()
    files.backup.write_bytes(b'{"events": {"3": {"event": "Noted", "at": true, "text": "old pager"}}}')
    assert [(hit.number, hit.text) for hit in hits(store)] == [(3, "old pager")]


def test_settings_are_restored_at_the_next_start(store: CallStore) -> None:
    assert store.settings.get("me") is None
    assert store.settings.get("me", "?") == "?"
    store.settings.set("me", "Ann")
    store.settings.set("speed", 20)
    store.settings.set("me", "Bo")
    assert store.settings.get("me") == "Bo"
    store.settings.wait()
    again = CallStore(store.folder).settings
    assert (again.get("me"), again.get("speed")) == ("Bo", 20)
    with TinyDB(store.folder / "settings.json", access_mode="r") as plain:
        assert len(plain.table("settings")) == 2
    with pytest.raises(TypeError):
        store.settings.set("me", object())


def test_damaged_settings_are_quarantined(store: CallStore) -> None:
    path = store.folder / "settings.json"
    path.write_bytes(b"\0" * 100)
    assert store.settings.get("me") is None
    store.settings.set("me", "Ann")
    store.settings.wait()
    assert [aside.path.read_bytes() for aside in store.quarantined] == [b"\0" * 100]
    assert CallStore(store.folder).settings.get("me") == "Ann"


@pytest.mark.parametrize("name", ["settings.json", "settings.json.journal"])
def test_settings_with_nul_bytes_at_the_end_are_not_damaged(store: CallStore, name: str) -> None:
    path = store.folder / "settings.json"
    store.settings.set("me", "Ann")
    store.settings.wait()
    if name != path.name:
        (store.folder / name).write_bytes(journal_line([("settings", "1", {"name": "me", "value": "Bob"})], 1))
    with (store.folder / name).open("ab") as file:
        file.write(b"\0" * 4096)
    again = CallStore(store.folder)
    assert again.settings.get("me") == ("Ann" if name == path.name else "Bob")
    again.settings.set("theme", "light")
    again.settings.wait()
    assert not again.quarantined
    assert b"\0" not in path.read_bytes()


def test_settings_that_cannot_be_written_report_a_problem(store: CallStore) -> None:
    path = store.folder / "settings.json.lock"
    path.mkdir()
    store.settings.set("me", "Ann")
    store.settings.wait()
    assert store.settings.problem
    path.rmdir()
    store.settings.set("me", "Ann")
    store.settings.wait()
    assert not store.settings.problem


def test_the_latest_value_is_written_whichever_thread_comes_last(tmp_path: Path) -> None:
    is_waiting, is_released = threading.Event(), threading.Event()

    class Slow(Disk):
        """Waits at the first lock, and fails at the second."""

        def lock(self, fd: int) -> None:
            if is_waiting.is_set():
                raise OSError(errno.EIO, "disk error")
            is_waiting.set()
            is_released.wait(20)
            super().lock(fd)

    CallStore(tmp_path)
    kept = SettingsStore(tmp_path / "settings.json", Slow(), lambda _: None)
    kept.set("theme", "light")
    assert is_waiting.wait(20)
    kept.set("theme", "dark")
    is_released.set()
    kept.wait()
    assert SettingsStore(tmp_path / "settings.json", Disk(), lambda _: None).get("theme") == "dark"


def test_a_stalled_disk_does_not_keep_the_program_from_ending(tmp_path: Path) -> None:
    answers = threading.Event()

    class Deaf(Disk):
        def fsync(self, fd: int) -> None:
            answers.wait(20)
            super().fsync(fd)

    CallStore(tmp_path)
    kept = SettingsStore(tmp_path / "settings.json", Deaf(), lambda _: None)
    kept.set("theme", "light")
    kept.wait(0.0)
    assert all(thread.daemon for thread in kept._threads), "the interpreter waits for threads that are not daemons"
    answers.set()
    kept.wait()
    assert SettingsStore(tmp_path / "settings.json", Disk(), lambda _: None).get("theme") == "light"
