"""The search cache makes searching fast and never changes what is found, whatever state it is in."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from notes_story import BEGAN, STARTED, save_events, store_call
from tinydb import TinyDB

from hostile import TYPICAL
from salesnerd_tui.call.events import Event, Noted
from salesnerd_tui.storage.call_store import BATCH, CallStore
from salesnerd_tui.storage.disk import Disk
from salesnerd_tui.storage.search import (
    MAX_OBSOLETE_ROWS,
    MAX_QUERY_GRAMS,
    CacheRow,
    NoCache,
    SearchCache,
    fts_query,
    search,
)
from salesnerd_tui.storage.summary import LINE_FIELDS, CallSummary, from_lines, to_line
from thoroughness import examples


class Watched(CallStore):
    """Store that counts the files it reads, and records its warnings."""

    def __init__(self, folder: Path) -> None:
        self.shown_warnings: list[str] = []
        self.reading = Counting()
        super().__init__(folder, on_warning=self.shown_warnings.append, disk=self.reading)

    @property
    def index(self) -> Path:
        return self.folder / "index.sqlite3"

    def texts(self, words: str) -> list[str]:
        return [hit.text for hit in self.search(words)]

    def store_call(self, *events: Event, account: str = "Acme", hour: int = 0) -> str:
        return store_call(self, *events, account=account, hours=hour)

    def call_file(self, call_id: str) -> Path:
        return self.folder / "calls" / f"{call_id}.json"


class Counting(Disk):
    def __init__(self) -> None:
        self.read_files = 0

    def read(self, path: Path | str, limit: int = -1) -> bytes:
        self.read_files += 1
        return super().read(path, limit)

    def fsync(self, fd: int) -> None:
        pass


@pytest.fixture
def store(tmp_path: Path) -> Watched:
    return Watched(tmp_path / "data")


@pytest.fixture
def twenty(store: Watched) -> Watched:
    """Index of twenty calls, of which only the oldest mentions a zebra."""
    for hour in range(20):
        store.store_call(STARTED, Noted(1.0, "a zebra" if hour == 0 else f"a horse {hour}"), hour=hour)
    assert store.update_cache() == 0
    store.reading.read_files = 0
    return store


def test_a_rare_word_opens_only_the_call_that_has_it(twenty: Watched) -> None:
    assert twenty.texts("zeb") == ["a zebra"]
    assert twenty.reading.read_files == 1
    assert twenty.texts("nothing-has-this") == []
    assert twenty.reading.read_files == 1
    assert len(twenty.texts("horse")) == 19


def test_the_list_opens_no_call_twice(twenty: Watched) -> None:
    listed = twenty.summaries()
    assert twenty.reading.read_files == 0
    twenty.index.unlink()
    for _ in range(2):
        assert twenty.summaries() == listed
        assert twenty.reading.read_files == 0, "the window caches the list"
    for read_files in (20, 0):
        another = Watched(twenty.folder)
        assert another.summaries() == listed
        assert another.reading.read_files == read_files


def test_new_changed_and_open_calls_are_found_before_they_are_cached(twenty: Watched) -> None:
    again, *_ = twenty.summaries()
    with twenty.open(again.id) as call:
        save_events(call, [Noted(2.0, "an okapi")])
    twenty.store_call(Noted(1.0, "the okapi of another"), hour=30)
    with twenty.create(BEGAN) as call:
        save_events(call, [Noted(1.0, "okapi, during the call")])
        assert sorted(twenty.texts("okapi")) == ["an okapi", "okapi, during the call", "the okapi of another"]
        assert twenty.summaries()[1].notes == 2
    assert twenty.update_cache() == 0
    assert len(twenty.texts("okapi")) == 3


def test_a_cached_call_that_is_resumed_is_found_in_its_place(twenty: Watched) -> None:
    middle = twenty.summaries()[9]
    with twenty.open(middle.id) as call:
        save_events(call, [Noted(2.0, "a horse of its own")])
        assert twenty.texts("its own") == ["a horse of its own"], "the main file has not changed yet"
    twenty.store_call(Noted(1.0, "older, of its own"), hour=-1)
    assert twenty.texts("its own") == ["a horse of its own", "older, of its own"], "newest first, cached or not"


def test_calls_that_are_cached_separately_share_words(store: Watched) -> None:
    for hour in range(3):
        store.store_call(Noted(1.0, f"zebra {hour}"), hour=hour)
        assert store.update_cache() == 0
    store.reading.read_files = 0
    assert store.texts("zebra") == ["zebra 2", "zebra 1", "zebra 0"]
    with store.open(store.summaries()[1].id) as call:
        save_events(call, [Noted(2.0, "a horse")])
    assert store.update_cache() == 0
    assert store.texts("zebra") == ["zebra 2", "zebra 1", "zebra 0"], "caching a call again removes no other call"


def test_a_call_that_another_program_changed_in_place_is_found(twenty: Watched) -> None:
    changed = twenty.summaries()[3]
    with TinyDB(twenty.call_file(changed.id)) as plain:
        plain.table("events").update({"text": "a quagga"}, doc_ids=[1])
    assert twenty.texts("quagga") == ["a quagga"]
    assert twenty.texts("horse 16") == []


def test_updating_the_cache_starts_with_the_newest_call_and_can_be_stopped(store: Watched) -> None:
    for hour in range(BATCH + 7):
        store.store_call(Noted(1.0, "a horse" if hour else "a zebra"), hour=hour)
    times = iter((0.0, 0.0, 5.0))
    assert store.update_cache(2.0, clock=lambda: next(times)) == 7
    store.reading.read_files = 0
    assert store.texts("zebra") == ["a zebra"]
    assert store.reading.read_files == 7
    assert store.update_cache(stop=lambda: True) == 7
    assert store.update_cache() == 0


def test_a_call_that_was_removed_by_hand_is_removed_from_the_cache(twenty: Watched) -> None:
    oldest = twenty.summaries()[-1]
    for path in twenty.call_file(oldest.id).parent.glob(f"{oldest.id}*"):
        path.unlink()
    assert twenty.texts("zebra") == []
    assert len(twenty.summaries()) == 19
    assert "zeb" in pieces_in(twenty.index)
    twenty.update_cache()
    assert "zeb" not in pieces_in(twenty.index)
    assert "hor" in pieces_in(twenty.index)


def test_a_deletion_deletes_the_cache_and_the_next_update_creates_it_again(twenty: Watched) -> None:
    zebra, horse = twenty.summaries()[-1], twenty.summaries()[0]
    assert "zeb" in pieces_in(twenty.index)
    for end in ("-journal", "-wal", "-shm"):
        twenty.index.with_name(twenty.index.name + end).write_bytes(b"a zebra")
    twenty.forget(zebra.id)
    assert sorted(path.name for path in twenty.folder.iterdir()) == [".reserve", "calls"]
    assert horse.id in [hit.call.id for hit in twenty.search("horse 19")]
    assert twenty.update_cache() == 0
    assert "zeb" not in pieces_in(twenty.index)
    twenty.reading.read_files = 0
    assert horse.id in [hit.call.id for hit in twenty.search("horse 19")]


def test_a_locked_cache_is_not_used_and_a_deletion_removes_it(twenty: Watched) -> None:
    other = sqlite3.connect(twenty.index, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    assert twenty.texts("zebra") == ["a zebra"]
    assert len(twenty.summaries()) == 20
    assert twenty.shown_warnings == ["the search cache is in use by another window; reading every call instead"]
    twenty.forget(twenty.summaries()[-1].id)
    assert not twenty.index.exists()
    other.close()


DAMAGES = {
    "not an index": lambda data: b"no database at all" * 100,
    "empty": lambda data: b"",
    "cut off": lambda data: data[: len(data) // 2],
    "zeros": lambda data: bytes(len(data)),
    "pages of something else": lambda data: data[:4096] + b"\xff" * (len(data) - 4096),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
def test_a_damaged_cache_is_rebuilt_and_reported_at_most_once(twenty: Watched, damage: object) -> None:
    assert callable(damage)
    twenty.index.write_bytes(damage(twenty.index.read_bytes()))
    listed = CallStore(twenty.folder).summaries()
    assert twenty.texts("zebra") == ["a zebra"]
    assert twenty.summaries() == listed
    assert len(twenty.shown_warnings) <= 1
    assert twenty.update_cache() == 0
    twenty.reading.read_files = 0
    assert twenty.texts("zebra") == ["a zebra"]
    assert twenty.reading.read_files == 1


def test_a_damaged_cache_is_reported(twenty: Watched) -> None:
    for _ in range(2):
        twenty.index.write_bytes(b"no database at all" * 100)
        assert twenty.texts("zebra") == ["a zebra"]
    assert len(twenty.shown_warnings) == 1
    assert "is being rebuilt" in twenty.shown_warnings[0]


@pytest.mark.parametrize(
    "change",
    [
        "PRAGMA user_version = 1",
        "PRAGMA application_id = 7",
        "DROP TABLE words",
        "UPDATE calls SET line = '[1'",
        "UPDATE calls SET line = '[]'",
        "DROP TABLE numbered",
        "ALTER TABLE calls RENAME COLUMN number TO amount",
    ],
)
def test_a_cache_of_another_version_or_layout_is_rebuilt(twenty: Watched, change: str) -> None:
    with sqlite3.connect(twenty.index) as db:
        db.execute(change)
    db.close()
    assert twenty.texts("zebra") == ["a zebra"]
    assert len(twenty.summaries()) == 20
    assert twenty.update_cache() == 0
    assert twenty.texts("zebra") == ["a zebra"]


def test_everything_is_found_without_sqlite(twenty: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "sqlite3", None)
    assert twenty.texts("zebra") == ["a zebra"]
    assert len(twenty.summaries()) == 20
    assert twenty.update_cache() == 20
    oldest = twenty.summaries()[-1]
    twenty.forget(oldest.id)
    assert not twenty.index.exists()


def test_everything_is_found_if_the_cache_cannot_be_written(store: Watched) -> None:
    store.store_call(Noted(1.0, "a zebra"))
    store.index.mkdir()
    assert store.texts("zebra") == ["a zebra"]
    assert len(store.summaries()) == 1
    assert store.update_cache() == 1
    assert not store.shown_warnings


def test_only_the_owner_can_read_the_cache_and_links_are_not_followed(store: Watched, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_bytes(b"precious")
    store.index.symlink_to(victim)
    store.store_call(Noted(1.0, "a zebra"))
    before = os.umask(0)
    try:
        store.update_cache()
    finally:
        os.umask(before)
    assert victim.read_bytes() == b"precious"
    assert not store.index.is_symlink()
    assert stat.S_IMODE(store.index.stat().st_mode) == 0o600
    assert not list(store.folder.glob("index.sqlite3-*"))


def test_an_unfinished_transaction_is_rolled_back_after_a_kill(twenty: Watched, tmp_path: Path) -> None:
    db = sqlite3.connect(twenty.index, isolation_level=None)
    db.execute("PRAGMA cache_spill = 1")
    db.execute("PRAGMA cache_size = 1")
    db.execute("BEGIN")
    db.execute("UPDATE numbered SET last = 99")
    db.execute("UPDATE calls SET line = line || 'x'")
    shutil.copytree(twenty.folder, tmp_path / "cut")
    db.close()
    after = Watched(tmp_path / "cut")
    assert after.texts("zebra") == ["a zebra"]
    assert len(after.summaries()) == 20


def test_two_windows_can_update_the_cache_at_once(store: Watched) -> None:
    for hour in range(40):
        store.store_call(Noted(1.0, f"horse {hour}"), hour=hour)
    windows = [threading.Thread(target=Watched(store.folder).update_cache) for _ in range(2)]
    for window in windows:
        window.start()
    for window in windows:
        window.join()
    store.update_cache()
    for hour in range(40):
        assert f"horse {hour}" in store.texts(f"horse {hour}")
    with sqlite3.connect(store.index) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_call_that_is_deleted_while_it_is_cached_is_not_added(store: Watched) -> None:
    call_id = store.store_call(Noted(1.0, "a zebra"))
    cache = SearchCache(store.index, store.reading, store.shown_warnings.append)
    with pytest.raises(NoCache):
        cache.lines()
    cache.put_words({call_id: CacheRow((1, 2, 3), "[]", "zebra")}, lambda *_: False)
    assert cache.lines() == []
    assert pieces_in(store.index) == []


WORDS = st.text(alphabet="aBé'Ж日/\n.Σİß_9057, ", min_size=1, max_size=70)


@hypothesis_settings(
    max_examples=examples(60), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(WORDS, min_size=1, max_size=4), st.integers(0, 3), st.integers(0, 60), st.integers(1, 20))
def test_the_cache_excludes_no_call_that_a_full_search_finds(
    store: Watched, texts: list[str], which: int, start: int, length: int
) -> None:
    ids = [store.store_call(Noted(1.0, text), account=texts[-1], hour=hour) for hour, text in enumerate(texts)]
    store.update_cache()
    text = texts[which % len(texts)]
    for words in (text[start % len(text) :][:length], text.upper()[:length], f"{text[:3]} {texts[0][-3:]}"):
        read = list(search(store.folder / "calls", store.reading, words))
        assert list(store.search(words)) == read
    for call_id in ids:
        store.forget(call_id)


@pytest.mark.parametrize("text", [text for text in TYPICAL.values() if len(text) < 30_000], ids=lambda text: text[:9])
def test_hostile_words_are_searched_literally(store: Watched, text: str) -> None:
    store.store_call(Noted(1.0, text or "x"), hour=1)
    store.store_call(Noted(1.0, "plain"), hour=2)
    store.update_cache()
    for words in (text, text[:40], f'"{text[:20]}" OR 1=1; --', "% _ * ? [a-z] NEAR( ^ { } :"):
        assert list(store.search(words)) == list(search(store.folder / "calls", store.reading, words))
    assert not store.shown_warnings


def test_a_whole_page_can_be_pasted_into_the_search(twenty: Watched) -> None:
    page = " ".join(f"word{number}" for number in range(3_000))
    twenty.store_call(Noted(1.0, page), hour=40)
    twenty.update_cache()
    assert twenty.texts(page) == [page]
    assert twenty.texts(f"{page} zebra") == []
    assert not twenty.shown_warnings


def test_short_words_are_found_without_the_cache(twenty: Watched) -> None:
    twenty.store_call(Noted(1.0, "an ox"), hour=40)
    twenty.update_cache()
    assert twenty.texts("ox") == ["an ox"]
    assert twenty.texts("x") == ["an ox"]
    assert twenty.texts("ze ebra") == ["a zebra"]


NUMBERS = ("9000", "9,000", "9.000", "9 000", "9'000", "9’000", "9\u00a0000", "9\u202f000")
"""One number as people write it."""


@pytest.mark.parametrize(
    ("kept", "typed"),
    [
        ("in der Straße drei", "STRASSE"),
        ("STRASSE drei", "straße"),
        ("İstanbul ofisi", "istanbul"),
        ("İstanbul ofisi", "ISTANBUL"),
        ("istanbul ofisi", "İSTANBUL"),
        ("Diyarbakır", "DIYARBAKIR"),
        ("Isparta", "ISPARTA"),
        ("the café was closed", "cafe\u0301"),
        ("the cafe\u0301 was closed", "CAFÉ"),
        ("Σίσυφος", "ΣΊΣΥΦΟΣ"),
        ("ΣΊΣΥΦΟΣ", "σίσυφος"),
        ("the ﬁnance people", "finance"),
        ("the finance people", "ﬁNANCE"),
        ("ＡＣＭＥ ９９", "acme 99"),
        ("acme", "ＡＣＭＥ"),
        ("300 \u212a", "300 k"),
        ("co\u00adoperate", "cooperate"),
        ("cooperate", "co\u200boperate"),
        ("ZÜRICH", "zürich"),
        ("zu\u0308rich", "ZÜRICH"),
        ("我们丢失了两天的数据", "两天的"),
        ("ǅungla", "ǆungla"),
        ("\0zero bytes\0 and zebras", "zebras"),
        *((f"about {kept} euros", typed) for kept in NUMBERS for typed in NUMBERS),
        ("€1.250.000 a year", "1250000"),
        ("€1.250.000 a year", "1,250"),
        ("€1,250,000 a year", "€1,250,00"),
        ("192.168.1.100 is down", "168.1.1"),
    ],
)
@pytest.mark.parametrize("cached", [False, True], ids=["every call read", "cached"])
def test_equivalent_letters_match(store: Watched, kept: str, typed: str, cached: bool) -> None:
    store.store_call(Noted(1.0, kept), account="", hour=1)
    store.store_call(Noted(1.0, "something else"), account="", hour=2)
    if cached:
        assert store.update_cache() == 0
    assert store.texts(typed) == [kept]


@pytest.mark.parametrize(
    ("kept", "typed"), [("the café", "cafe"), ("Maße", "mase"), ("ärgerlich", "argerlich"), ("1.5 days", "15")]
)
def test_different_letters_do_not_match(store: Watched, kept: str, typed: str) -> None:
    store.store_call(Noted(1.0, kept))
    store.update_cache()
    assert store.texts(typed) == []


def test_a_company_is_found_however_it_is_written(store: Watched) -> None:
    store.store_call(Noted(1.0, "the pager"), account="Großmann")
    store.update_cache()
    assert store.texts("GROSSMANN pager") == ["the pager"]


def test_a_query_is_short_and_has_no_operators_of_the_user() -> None:
    assert fts_query(["ab", "c"]) == ""
    assert fts_query(["abcd", "abc"]) == '"abc" AND "bcd"'
    assert fts_query(["€9,000"]) == '"000"', "another call may have another mark"
    assert fts_query(['a"b']) == '"a""b"'
    assert fts_query(["a\0bc", "\ud800abc"]) == '"abc"'
    assert fts_query(["".join(map(chr, range(97, 500)))] * 100).count(" AND ") < MAX_QUERY_GRAMS


def test_everything_is_found_and_listed_without_trigrams(store: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("salesnerd_tui.storage.search._WORDS_TABLE", "CREATE VIRTUAL TABLE words USING nothing(text)")
    store.store_call(Noted(1.0, "a zebra"))
    assert store.update_cache() == 0
    assert store.texts("zebra") == ["a zebra"]
    assert len(Watched(store.folder).summaries()) == 1
    assert not store.shown_warnings


def test_a_cache_with_many_obsolete_rows_is_created_again(store: Watched) -> None:
    call_id = store.store_call(Noted(1.0, "a zebra"))
    store.update_cache()
    with sqlite3.connect(store.index) as db:
        db.execute("UPDATE numbered SET last = ?", (MAX_OBSOLETE_ROWS + 3,))
    db.close()
    assert store.update_cache() == 0
    assert [hit.call.id for hit in store.search("zebra")] == [call_id]
    with sqlite3.connect(store.index) as db:
        assert db.execute("SELECT last FROM numbered").fetchone() == (1,)
    db.close()


def pieces_in(path: Path) -> list[str]:
    """Return the trigrams in a cache."""
    with sqlite3.connect(path) as db:
        db.execute("CREATE VIRTUAL TABLE temp.pieces USING fts5vocab('main', 'words', 'row')")
        found = [row[0] for row in db.execute("SELECT term FROM pieces")]
    db.close()
    return found


def test_a_cached_line_has_the_whole_summary() -> None:
    summary = CallSummary(
        "id", "2026", "Acme", ("Dana",), "first_call", "First", duration_seconds=3.0, ended=True, promises=2
    )
    assert from_lines([to_line(summary)] * 2) == [summary, summary]
    assert len(json.loads(to_line(summary))) == len(LINE_FIELDS)
    assert to_line(CallSummary("id", account="\ud800")) == "", "a text that JSON cannot represent is read from its file"
    with pytest.raises(ValueError, match="int"):
        from_lines(['["id", 5]'])


def test_a_cached_line_of_another_call_is_rejected(tmp_path: Path) -> None:
    store = Watched(tmp_path)
    call = store.store_call(Noted(1.0, "words"), account="Acme")
    store.update_cache()
    with sqlite3.connect(store.index) as db:
        db.execute("UPDATE calls SET line = replace(line, ?, '2026-01-01T0000-0badc0de')", (call,))
    assert [each.id for each in Watched(tmp_path).summaries()] == [call]


def test_facts_are_computed_once_for_each_call_and_version(twenty: Watched) -> None:
    made: list[int] = []
    steps: list[tuple[int, int]] = []

    def count(events: object) -> int:
        assert isinstance(events, tuple)
        made.append(len(events))
        return len(events)

    facts = list(twenty.facts(1, count, lambda *step: steps.append(step)))
    assert [summary for summary, _ in facts] == twenty.summaries()
    assert {found for _, found in facts} == {2}
    assert steps[-1] == (20, 20)
    assert list(twenty.facts(1, count)) == facts
    assert len(made) == 20
    with twenty.open(twenty.summaries()[0].id) as call:
        save_events(call, [Noted(3.0, "more")])
        assert next(found for _, found in twenty.facts(1, count)) == 3, "an open call is read each time"
    twenty.update_cache()
    assert len(made) == 21
    assert next(found for _, found in twenty.facts(1, count)) == 3
    assert len(made) == 22
    assert sum(1 for _ in twenty.facts(2, count)) == 20
    assert len(made) == 42


def test_facts_skip_a_call_that_is_deleted_meanwhile(twenty: Watched) -> None:
    facts: Iterator[object] = twenty.facts(1, len)
    next(facts)
    shutil.rmtree(twenty.folder / "calls")
    assert list(facts) == []
