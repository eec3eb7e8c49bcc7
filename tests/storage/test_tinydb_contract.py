"""The tables behave as TinyDB's do in memory, and their content survives any end of the program."""

from __future__ import annotations

import contextlib
import copy
import itertools
import tempfile
from pathlib import Path
from typing import Any

import pytest
from broken_disks import Unsynced
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from tinydb import TinyDB, where
from tinydb.operations import increment
from tinydb.storages import MemoryStorage
from tinydb.table import Document

from salesnerd_tui.storage import journal
from salesnerd_tui.storage.call_files import CallPaths, RecoveredCall, read_call
from salesnerd_tui.storage.journal import Database, JournalStorage
from thoroughness import examples

TEXT = st.text(alphabet=st.characters(codec=None), max_size=8)
DOCUMENTS = st.dictionaries(
    st.sampled_from(["n", "text", "list", "crc"]), TEXT | st.integers() | st.lists(TEXT, max_size=2), max_size=3
)
TABLES = st.sampled_from(["events", "draft", "other"])


def opened(folder: Path) -> tuple[Database, JournalStorage]:
    files = CallPaths(folder / "store.json")
    try:
        found = read_call(files, Unsynced())
    except FileNotFoundError:
        found = RecoveredCall()
    store = JournalStorage(files, Unsynced(), found.tables, needs_merge=found.needs_merge)
    return Database(storage=lambda: store), store


def contents(database: TinyDB) -> dict[str, dict[int, Any]]:
    tables = {name: {row.doc_id: dict(row) for row in database.table(name)} for name in database.tables()}
    return {name: rows for name, rows in tables.items() if rows}


class SameAsInMemory(RuleBasedStateMachine):
    @initialize()
    def begin(self) -> None:
        self.scratch = tempfile.TemporaryDirectory()
        self.folder = Path(self.scratch.name)
        self.model = TinyDB(storage=MemoryStorage)
        self.database, self.store = opened(self.folder)
        self.merge_bytes, journal.MERGE_BYTES = journal.MERGE_BYTES, 300

    def both(self, table: str) -> tuple[Any, Any]:
        return self.model.table(table), self.database.table(table)

    @rule(table=TABLES, document=DOCUMENTS)
    def insert(self, table: str, document: dict[str, Any]) -> None:
        one, other = self.both(table)
        assert one.insert(copy.deepcopy(document)) == other.insert(copy.deepcopy(document))

    @rule(table=TABLES, documents=st.lists(DOCUMENTS, max_size=3))
    def insert_several(self, table: str, documents: list[dict[str, Any]]) -> None:
        one, other = self.both(table)
        assert one.insert_multiple(copy.deepcopy(documents)) == other.insert_multiple(copy.deepcopy(documents))

    @rule(table=TABLES, number=st.integers(0, 9), document=DOCUMENTS)
    def upsert(self, table: str, number: int, document: dict[str, Any]) -> None:
        for each in self.both(table):
            each.upsert(Document(copy.deepcopy(document), number))

    @rule(table=TABLES, text=TEXT)
    def update(self, table: str, text: str) -> None:
        for each in self.both(table):
            each.update({"text": text}, where("n").exists())

    @rule(table=TABLES)
    def update_in_place(self, table: str) -> None:
        for each in self.both(table):
            each.update(increment("count"), where("count").exists())
            each.update(lambda row: row.setdefault("list", []), doc_ids=[1])

    @rule(table=TABLES, number=st.integers(0, 9))
    def remove(self, table: str, number: int) -> None:
        one, other = self.both(table)
        assert one.remove(doc_ids=[number]) == other.remove(doc_ids=[number])

    @rule(table=TABLES)
    def remove_some(self, table: str) -> None:
        one, other = self.both(table)
        assert one.remove(where("text").exists()) == other.remove(where("text").exists())

    @rule(table=TABLES)
    def empty(self, table: str) -> None:
        for each in self.both(table):
            each.truncate()

    @rule(table=TABLES)
    def drop(self, table: str) -> None:
        self.model.drop_table(table)
        self.database.drop_table(table)

    @rule()
    def merge(self) -> None:
        self.store.merge_if_due()

    @rule(crash=st.booleans())
    def leave_and_come_back(self, crash: bool) -> None:
        if not crash:
            self.database.close()
            if Path(self.folder / "store.json").exists():
                with TinyDB(self.folder / "store.json", access_mode="r") as plain:
                    sums = contents(plain)
                bare = {
                    table: {at: {key: part for key, part in row.items() if key != "crc32"} for at, row in rows.items()}
                    for table, rows in sums.items()
                }
                assert bare == contents(self.model)
        # TinyDB numbers on from the highest document that is left.
        for name in ("events", "draft", "other"):
            self.model.table(name)._next_id = None
        self.database, self.store = opened(self.folder)

    @invariant()
    @precondition(lambda self: hasattr(self, "model"))
    def same(self) -> None:
        assert contents(self.database) == contents(self.model)

    def teardown(self) -> None:
        journal.MERGE_BYTES = self.merge_bytes
        self.database.close()
        self.scratch.cleanup()


TestSameAsInMemory = SameAsInMemory.TestCase
TestSameAsInMemory.settings = settings(max_examples=examples(40), stateful_step_count=20, deadline=None)


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return opened(tmp_path)[0]


def test_changing_a_result_does_not_change_the_store(database: Database) -> None:
    table = database.table("events")
    table.insert({"list": [1]})
    row = table.get(doc_id=1)
    assert isinstance(row, Document)
    row["list"].append(2)
    table.all()[0]["list"].append(3)
    assert table.all() == [{"list": [1]}]


def test_a_failed_write_changes_nothing(database: Database) -> None:
    table = database.table("events")
    table.insert({"n": 1})
    with pytest.raises(ValueError):
        table.update({"n": float("inf")})
    with pytest.raises(TypeError):
        table.insert({"n": object()})
    assert table.all() == [{"n": 1}]


def test_an_insert_writes_only_its_own_document(tmp_path: Path) -> None:
    """The cost of a note is the note: the thousandth adds to the journal what the first did."""
    database, _ = opened(tmp_path)
    journal = CallPaths(tmp_path / "store.json").journal
    sizes = []
    for number in range(100, 300):
        database.table("events").insert(Document({"text": "x" * 50}, number))
        sizes.append(journal.stat().st_size)
    grown = {after - before for before, after in itertools.pairwise(sizes)}
    assert max(grown) - min(grown) <= 2, "only the serial number grows, by a digit at a time"


def test_a_journal_table_needs_a_journal_storage() -> None:
    with pytest.raises(TypeError, match="JournalStorage"):
        Database(storage=MemoryStorage).insert({})


def test_two_changes_of_one_document_are_both_undone(tmp_path: Path) -> None:
    storage = JournalStorage(CallPaths(tmp_path / "a.json"), Unsynced(), {"events": {"1": {"text": "old"}}})
    with contextlib.suppress(KeyError), storage.transaction():
        storage.write_changes([("events", "1", {"text": "new"})])
        storage.write_changes([("events", "1", {"text": "newer"})])
        raise KeyError
    assert storage.documents == {"events": {"1": {"text": "old"}}}
