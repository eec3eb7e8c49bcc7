"""Deleted people, accounts and transcripts are found nowhere, and everything else is unchanged."""

from __future__ import annotations

import errno
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from broken_disks import FailingDisk, RecordingDisk, Unsynced
from msgspec.structs import replace
from notes_story import BEGAN, STARTED, is_lost, save_events, store_call
from power_cut import lay_out, states_after

from salesnerd_tui.call.events import (
    GONE,
    Advanced,
    Answered,
    Ended,
    Event,
    Forgotten,
    Heard,
    HypothesisJudged,
    Mode,
    Noted,
    Origin,
    Place,
    PlanSet,
    Prepared,
    Promised,
    Recalled,
    Rehearsed,
    Settled,
    Settlement,
    Side,
    SourceChanged,
    SourceState,
    TapBasis,
    TapKind,
    Tapped,
    TapReason,
    Verdict,
)
from salesnerd_tui.call.events import PlanKind as Kind
from salesnerd_tui.call.state import fold
from salesnerd_tui.review.debrief.hypotheses import hypothesis_results
from salesnerd_tui.storage.call_store import CallStore
from salesnerd_tui.storage.disk import Disk, FileLock
from salesnerd_tui.storage.errors import CallIsOpen, StorageError
from salesnerd_tui.storage.forget import FilesByCall, ForgetPlan, ForgottenName, files_by_call


def encoded_forms(words: str) -> Iterator[bytes]:
    """Return the words as files may contain them: in every encoding, plain, and escaped for JSON once and twice."""
    for text in dict.fromkeys((words, words.lower(), words.upper())):
        escaped = json.dumps(text)[1:-1]
        for form in dict.fromkeys((text, escaped, json.dumps(escaped)[1:-1])):
            for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
                yield form.encode(encoding)


def traces(folder: Path, *words: str) -> list[str]:
    """Return where the folder still contains one of the words, in names or bytes, except in the random reserve."""
    wanted = [form for each in words for form in encoded_forms(each)]
    found = []
    for path in [path for path in folder.rglob("*") if path.name != ".reserve"]:
        data = path.read_bytes() if path.is_file() else b""
        if any(form in data or form in str(path.relative_to(folder)).encode() for form in wanted):
            found.append(path.name)
    return found


class Unreadable(Disk):
    """Disk that cannot read some files."""

    def __init__(self, number: int, *paths: Path) -> None:
        self._number = number
        self._paths = paths

    def read(self, path: Path | str, limit: int = -1) -> bytes:
        if Path(path) in self._paths:
            raise OSError(self._number, os.strerror(self._number))
        return super().read(path, limit)


def events_of(store: CallStore, call_id: str) -> tuple[Event, ...]:
    return store.read(call_id).events


def store_name_everywhere(store: CallStore, name: str) -> dict[str, str]:
    """Store calls with a name in every file that a call can have; return their ids by what is special about them."""
    events = (
        replace(STARTED, people=(f"{name} Smith, VP Eng", "Raj"), me="Kim"),
        Heard(2.0, Side.THEM, name, 1.0, 2.0, f"{name}'s team was up, says {name.upper()}."),
        Answered(3.0, "who", f"Who decides, {name}?", f"{name} Smith decides", f"{name} said so"),
        Advanced(3.5, Place("cost"), Place("who", f"{name} said so")),
        Noted(4.0, f"ask\n{name}, not Diana"),
        Promised(5.0, f"send it to {name}", Side.THEM, f"{name} Smith", "on Friday", f"to {name}"),
        PlanSet(5.5, next(iter(Kind)), name, "signs"),
        SourceChanged(6.0, f"{name}.vtt", SourceState.ENDED, f"{name}.vtt has ended"),
        Ended(7.0, "revisit", "not-yet", {"date": f"when {name} is back"}, f"call {name}"),
    )
    ids = {"closed": store_call(store, *events, draft=f"ask {name} ab")}
    with store.open(ids["closed"]) as call:
        call.save_draft("")
    ids["only in the backup"] = store_call(store, STARTED, days=1, draft=f"{name} thinks")
    with store.open(ids["only in the backup"]) as call:
        call.save_draft("")
    ids["untouched"] = store_call(store, replace(STARTED, people=("Raj",)), Noted(1.0, "Diana, not her"), days=2)
    ids["cut off"] = store_call(store, STARTED, days=3)
    path = store.folder / "calls" / f"{ids['cut off']}.json"
    with store.open(ids["cut off"]) as call:
        save_events(call, [Noted(8.0, "into the main file")])
        save_events(call, [Noted(9.0, f"{name} again")])
        journal = path.with_name(path.name + ".journal").read_bytes()
    path.with_name(path.name + ".journal").write_bytes(journal)
    for end in (".0011223344556677.tmp", ".format0.bak"):
        path.with_name(path.name + end).write_text(f"half of {name}")
    quarantine = store.folder / "quarantine"
    quarantine.mkdir(exist_ok=True)
    (quarantine / f"{ids['closed']}-00112233.json").write_bytes(json.dumps({"text": name}).encode())
    (quarantine / "2020-01-01T0000-aaaaaaaa-00112233.json").write_bytes(name.encode("utf-16-le"))
    (store.folder / "crash.log").write_text(f"ValueError: {name}")
    store.settings.set("me", f"{name} Smith")
    store.settings.set("theme", "dark")
    store.settings.set("me", f"{name}, me")
    store.settings.wait()
    store.update_cache()
    return ids


@pytest.fixture
def store(tmp_path: Path) -> CallStore:
    return CallStore(tmp_path / "data", disk=Unsynced())


@pytest.mark.parametrize("name", ["Dana", "Józef", "Дана", "田中", "O'Dana-Ann", 'D"ana'])
def test_a_forgotten_person_is_in_no_file(store: CallStore, name: str) -> None:
    ids = store_name_everywhere(store, name)
    before = {odd: len(events_of(store, call_id)) for odd, call_id in ids.items()}
    assert len(traces(store.folder, name)) > 8
    preview = store.preview(ForgetPlan(names=(ForgottenName(name),)))
    assert {ids["closed"], ids["cut off"]} <= set(preview.rewritten)
    assert ids["untouched"] not in preview.rewritten
    assert traces(store.folder, name), "a preview changes nothing"
    store.carry_out(preview.plan)
    assert traces(store.folder, name) == []
    assert {odd: len(events_of(store, call_id)) for odd, call_id in ids.items()} == before
    started, heard, answered, advanced, *_ = events_of(store, ids["closed"])
    assert getattr(started, "people", None) == (GONE, "Raj")
    assert getattr(heard, "speaker", None) == GONE
    assert getattr(heard, "text", "").startswith(f"{GONE}'s team")
    assert getattr(answered, "label", None) == getattr(advanced, "left", Place(None)).probe == f"{GONE} said so"
    assert getattr(answered, "note", None) == f"{GONE} decides", "the full name is removed as a whole"
    summary = next(each for each in store.summaries() if each.id == ids["closed"])
    assert summary.people == (GONE, "Raj")
    assert summary.decision == "not-yet"
    assert CallStore(store.folder).settings.get("theme") == "dark"
    assert list(store.search("Diana"))
    assert store.update_cache() == 0
    assert not list(store.search(name))


def test_a_name_is_a_whole_word_in_any_case(store: CallStore) -> None:
    call_id = store_call(store, Noted(1.0, "dana DANA Dana_x Danas xDana Dana. (Dana)"))
    store.carry_out(ForgetPlan(names=(ForgottenName("Dana"),)))
    (noted,) = events_of(store, call_id)
    assert noted == Noted(1.0, f"{GONE} {GONE} {GONE}_x Danas xDana {GONE}. ({GONE})")


def test_a_name_that_is_also_a_word_may_be_matched_as_written(store: CallStore) -> None:
    call_id = store_call(store, Noted(1.0, "Will said they will"))
    store.carry_out(ForgetPlan(names=(ForgottenName("Will", exact=True),)))
    assert events_of(store, call_id) == (Noted(1.0, f"{GONE} said they will"),)


def test_a_name_does_not_change_the_programs_own_words(store: CallStore) -> None:
    events = (
        replace(STARTED, mode=Mode.LIVE, playbook="live"),
        Heard(1.0, Side.ME, "me", 0.0, 1.0, "live and let live"),
    )
    call_id = store_call(store, *events)
    for name in ("live", "me", "Heard", "why"):
        store.carry_out(ForgetPlan(names=(ForgottenName(name),)))
    started, heard = events_of(store, call_id)
    assert (getattr(started, "mode", None), getattr(started, "playbook", None)) == (Mode.LIVE, "live")
    assert heard == Heard(1.0, Side.ME, GONE, 0.0, 1.0, f"{GONE} and let {GONE}")


def test_the_preview_lists_remaining_parts_of_the_name(store: CallStore) -> None:
    store_call(store, Noted(1.0, "Dana Smith called; Smith is angry"))
    preview = store.preview(ForgetPlan(names=(ForgottenName("Dana Smith"),)))
    assert preview.parts == {"Smith": 1}


def test_text_recalled_from_a_deleted_call_is_removed_from_other_calls(store: CallStore) -> None:
    gone = store_call(store, STARTED, Noted(1.0, "the zebra secret"))
    other = store_call(
        store,
        STARTED,
        Recalled(0.0, "why", "the zebra secret", gone),
        Prepared(0.0, gone),
        Promised(1.0, "send it"),
        Settled(2.0, 3, Settlement.KEPT),
        days=1,
    )
    rehearsal = store_call(
        store, Rehearsed(0.0, call=gone), Heard(1.0, Side.THEM, "buyer", 0.0, 1.0, "the zebra secret"), days=2
    )
    store.update_cache()
    store.forget(gone)
    assert traces(store.folder, "zebra", gone) == []
    assert [summary.id for summary in store.summaries()] == [other]
    events = events_of(store, other)
    assert [is_lost(event) for event in events] == [False, True, True, False, False], "the numbers stay"
    assert rehearsal not in [summary.id for summary in store.summaries()]


TOLD = (
    STARTED,
    Heard(9.0, Side.THEM, "Dana", 1.0, 9.0, "the zebra of the operation"),
    Heard(20.0, Side.ME, "Kim", 10.0, 20.0, "our zebra does that"),
    Tapped(
        21.0,
        TapKind.OVER_EXPLAINING,
        TapReason(TapBasis.INTERNALS, 48.0, words=("zebra",), said="How does the zebra work?"),
        "our zebra",
    ),
    Tapped(
        22.0,
        TapKind.OVER_PROMISING,
        TapReason(TapBasis.OPEN_ENDED, words=("zebra for ever",)),
        "a zebra",
        "The plan is zebra day; what could move it is …",
    ),
    Promised(23.0, "a zebra for ever", overpromise=True, due="zebra day", safer_wording="a horse"),
    Answered(24.0, "why", "Why now?", "the zebra", how=Origin.HEARD),
    Noted(25.0, "typed by hand"),
    Ended(30.0, "revisit", "not-yet"),
)


def test_the_transcript_is_removed_and_the_rest_stays(store: CallStore) -> None:
    call_id = store_call(store, *TOLD)
    store.update_cache()
    plan = ForgetPlan(words={call_id: {"mine_seconds": 10.0}})
    for _ in range(2):
        store.carry_out(plan)
        assert traces(store.folder, "zebra") == []
        events = events_of(store, call_id)
        assert events[1] == Heard(9.0, Side.THEM, "Dana", 1.0, 9.0, None)
        assert events[3] == Tapped(21.0, TapKind.OVER_EXPLAINING, TapReason(TapBasis.INTERNALS, 48.0))
        assert events[4] == Tapped(22.0, TapKind.OVER_PROMISING, TapReason(TapBasis.OPEN_ENDED))
        assert events[5] == Promised(23.0, GONE, overpromise=True)
        assert events[7:9] == TOLD[7:9]
        assert events[9:] == (Forgotten(30.0, {"mine_seconds": 10.0}),), "written once, however often it is repeated"
    summary = store.summaries()[0]
    assert (summary.taps, summary.promises, summary.notes, summary.duration_seconds) == (2, 1, 2, 30.0)


def test_a_quote_is_removed_with_the_transcript_and_the_verdict_stays(store: CallStore) -> None:
    heard = HypothesisJudged(31.0, "nobody counted", Verdict.AGAINST, "forty zebras", Origin.HEARD)
    typed = HypothesisJudged(32.0, "the CFO decides", Verdict.FOR, "typed by hand")
    call_id = store_call(store, STARTED, heard, typed)
    store.carry_out(ForgetPlan(words={call_id: {}}))
    assert events_of(store, call_id)[1:3] == (replace(heard, text=""), typed)


def test_a_forgotten_name_leaves_a_hypothesis_with_its_disproof_and_its_verdict(store: CallStore) -> None:
    call_id = store_call(
        store,
        PlanSet(0.0, Kind.HYPOTHESIS, "why", "For Dana it is urgent"),
        PlanSet(0.0, Kind.DISPROOF, "For Dana it is urgent", "Dana says next year"),
        HypothesisJudged(9.0, "For Dana it is urgent", Verdict.FOR, "Dana said tomorrow"),
    )
    store.carry_out(ForgetPlan(names=(ForgottenName("Dana"), ForgottenName("for"))))
    assert traces(store.folder, "Dana") == []
    (result,) = hypothesis_results(fold(events_of(store, call_id)))
    assert (result.text, result.disproof) == (f"{GONE} {GONE} it is urgent", f"{GONE} says next year")
    assert (result.verdict, result.quote) == (Verdict.FOR, f"{GONE} said tomorrow")


def test_nothing_is_deleted_if_a_call_is_open_in_another_window(store: CallStore) -> None:
    first = store_call(store, Noted(1.0, "Dana"))
    with store.create(BEGAN + timedelta(days=1)) as call:
        save_events(call, [Noted(1.0, "Dana")])
        assert store.preview(ForgetPlan(names=(ForgottenName("Dana"),))).open == (call.id,)
        for plan in (ForgetPlan((first, call.id)), ForgetPlan((first,), words={call.id: {}})):
            with pytest.raises(CallIsOpen):
                store.carry_out(plan)
            assert events_of(store, first) == (Noted(1.0, "Dana"),)
        with pytest.raises(StorageError, match=call.id):
            store.carry_out(ForgetPlan(names=(ForgottenName("Dana"),)))
        assert events_of(store, first) == (Noted(1.0, GONE),)
    assert traces(store.folder, "Dana")
    CallStore(store.folder)
    assert traces(store.folder, "Dana") == [], "the next start does the rest"


def test_a_call_of_a_newer_version_is_not_changed_but_reported(store: CallStore) -> None:
    call_id = store_call(store, Noted(1.0, "Dana"))
    path = store.folder / "calls" / f"{call_id}.json"
    tables = json.loads(path.read_bytes())
    tables["meta"]["1"]["format"] = 99
    path.write_text(json.dumps(tables))
    assert store.preview(ForgetPlan(names=(ForgottenName("Dana"),))).unreadable == (call_id,)
    with pytest.raises(StorageError, match="newer"):
        store.carry_out(ForgetPlan(names=(ForgottenName("Dana"),)))
    store.forget(call_id)
    assert [path.name for path in (store.folder / "calls").iterdir()] == []


@pytest.mark.parametrize("number", [errno.EACCES, errno.EIO])
@pytest.mark.parametrize("suffix", ["", ".journal"])
def test_a_call_that_cannot_be_read_now_is_not_changed_but_reported(store: CallStore, number: int, suffix: str) -> None:
    call_id = store_call(store, Noted(1.0, "Dana"))
    path = store.folder / "calls" / f"{call_id}.json{suffix}"
    if not path.exists():
        path.write_bytes(b"")
    content = path.read_bytes()

    plan = ForgetPlan(names=(ForgottenName("Dana"),))
    failing = CallStore(store.folder, disk=Unreadable(number, path))
    assert failing.preview(plan).unreadable == (call_id,)
    with pytest.raises(StorageError, match=f"call {call_id} could not be changed"):
        failing.carry_out(plan)
    assert path.read_bytes() == content
    assert CallStore(store.folder).warnings == []
    assert traces(store.folder, "Dana") == [], "the next start has finished it"


@pytest.mark.parametrize("plan", ["names", "calls"])
def test_the_folder_is_not_scanned_again_for_each_call(
    store: CallStore, monkeypatch: pytest.MonkeyPatch, plan: str
) -> None:
    ids = tuple(store_call(store, Noted(1.0, "Dana"), hours=number) for number in range(12))
    scans: list[Path] = []

    def count(calls: Path, quarantine: Path) -> FilesByCall:
        scans.append(calls)
        return files_by_call(calls, quarantine)

    monkeypatch.setattr("salesnerd_tui.storage.forget.files_by_call", count)
    store.carry_out(ForgetPlan(names=(ForgottenName("Dana"),)) if plan == "names" else ForgetPlan(calls=ids))
    assert traces(store.folder, "Dana") == []
    assert len(scans) < 4


def test_damaged_copies_that_may_have_the_name_are_deleted(store: CallStore) -> None:
    call_id = store_call(store, Noted(1.0, "Dana"), Noted(2.0, "kept"))
    path = store.folder / "calls" / f"{call_id}.json"
    path.write_bytes(path.read_bytes().replace(b'"Dana"', b'"dana"'))
    store.carry_out(ForgetPlan(names=(ForgottenName("Dana"),)))
    assert traces(store.folder, "Dana") == []
    assert events_of(store, call_id)[-1] == Noted(2.0, "kept")


@pytest.mark.parametrize(
    "plan", [ForgetPlan(names=(ForgottenName("Dana"),)), ForgetPlan(("2026-11-22T1004-00000000",))]
)
@pytest.mark.parametrize("is_stored", [True, False], ids=["stored", "gone"])
def test_an_unreadable_copy_of_another_call_is_kept_and_reported(
    store: CallStore, plan: ForgetPlan, is_stored: bool
) -> None:
    other = store_call(store, Noted(1.0, "Raj")) if is_stored else "2020-01-01T0000-aaaaaaaa"
    copy = store.folder / "quarantine" / f"{other}-00112233.json"
    copy.parent.mkdir()
    copy.write_bytes(b"nobody knows")

    failing = CallStore(store.folder, disk=Unreadable(errno.EACCES, copy))
    assert failing.preview(plan).unreadable == (copy.name,)
    with pytest.raises(StorageError, match=f"{copy.name} cannot be read, so it was kept"):
        failing.carry_out(plan)
    assert copy.exists()
    assert CallStore(store.folder).warnings == [], "the next start has read it"
    assert copy.exists()


def test_an_unreadable_copy_of_a_changed_call_is_deleted(store: CallStore) -> None:
    changed, deleted = store_call(store, Noted(1.0, "Dana")), store_call(store, Noted(1.0, "Raj"), days=1)
    copies = [store.folder / "quarantine" / f"{each}-00112233.json" for each in (changed, deleted)]
    copies[0].parent.mkdir()
    for copy in copies:
        copy.write_bytes(b"nobody knows")

    failing, plan = (
        CallStore(store.folder, disk=Unreadable(errno.EIO, *copies)),
        ForgetPlan((deleted,), (ForgottenName("Dana"),)),
    )
    assert failing.preview(plan).unreadable == ()
    failing.carry_out(plan)
    assert not any(copy.exists() for copy in copies)


class Killed(BaseException):
    """Error that no code handles."""


class KillingDisk(FailingDisk):
    def _may(self, name: str) -> None:
        if self.fails(name):
            raise Killed

    def write(self, fd: int, data: bytes) -> int:
        if self.fails("write"):
            Disk.write(self, fd, data[: len(data) // 2])
            raise Killed
        return Disk.write(self, fd, data)


PLANS = {
    "a person": lambda gone, other: ForgetPlan(names=(ForgottenName("Dana"),)),
    "a call": lambda gone, other: ForgetPlan((gone,)),
    "words": lambda gone, other: ForgetPlan(words={gone: {"mine_seconds": 1.0}, other: {"mine_seconds": 2.0}}),
}


def two_calls(store: CallStore) -> tuple[str, str]:
    gone = store_call(store, *TOLD, Noted(31.0, "Dana's zebra"))
    other = store_call(store, STARTED, Recalled(0.0, "why", "Dana's zebra", gone), TOLD[1], Noted(2.0, "end"), days=1)
    return gone, other


@pytest.mark.parametrize("what", PLANS)
def test_a_deletion_that_was_killed_is_finished_at_the_next_start(tmp_path: Path, what: str) -> None:
    original = tmp_path / "original"
    gone, other = two_calls(CallStore(original, disk=Unsynced()))
    old = {call_id: events_of(CallStore(original), call_id) for call_id in (gone, other)}
    done = tmp_path / "done"
    shutil.copytree(original, done)
    CallStore(done).carry_out(PLANS[what](gone, other))
    new = contents(done)
    step, begun, finished = 0, False, False
    while not finished:
        folder = tmp_path / f"killed-{step}"
        shutil.copytree(original, folder)
        disk = KillingDisk()
        store = CallStore(folder, disk=disk)
        disk.first, disk.count = step, 0
        try:
            store.carry_out(PLANS[what](gone, other))
            finished = True
        except Killed:
            pass
        noted = (folder / "forgetting.json").exists()
        begun = begun or noted
        for lock in folder.rglob("*.lock"):
            lock.unlink()
        after = CallStore(folder, disk=Unsynced())
        assert contents(folder) == (new if begun else contents(original)), step
        assert not list(folder.rglob("*.tmp"))
        if not begun:
            assert {call_id: events_of(after, call_id) for call_id in old} == old
        shutil.rmtree(folder)
        step += 1
    assert step > 10


def contents(folder: Path) -> dict[str, object]:
    """Return the events of every call, and the names of all files."""
    store = CallStore(folder, disk=Unsynced())
    calls = {summary.id: events_of(store, summary.id) for summary in store.summaries()}
    names = sorted(path.name for path in folder.rglob("*") if path.is_file() and not path.name.startswith("index"))
    return {**calls, "files": names}


@pytest.mark.parametrize("what", PLANS)
def test_a_power_cut_leaves_each_call_as_before_or_redacted(tmp_path: Path, what: str) -> None:
    original = tmp_path / "data"
    disk = RecordingDisk()
    store = CallStore(original, disk=disk)
    gone, other = two_calls(store)
    calls_before = len(disk.calls)
    old = {call_id: events_of(store, call_id) for call_id in (gone, other)}
    store.carry_out(PLANS[what](gone, other))
    new = {summary.id: events_of(store, summary.id) for summary in store.summaries()}
    calls = [call for call in disk.calls if ".reserve" not in str(call[1]) and ".lock" not in str(call[1])]
    skipped = calls_before - (len(disk.calls) - len(calls))
    seen, looked_at = set[bool](), set[tuple[tuple[Path, bytes], ...]]()
    for length in range(max(skipped, 1), len(calls) + 1):
        for state in states_after(calls[:length]):
            if (key := tuple(sorted(state.items()))) in looked_at:
                continue
            looked_at.add(key)
            with tempfile.TemporaryDirectory(dir=tmp_path) as scratch:
                folder = Path(scratch)
                lay_out(state | {original / ".reserve": b"not now"}, original, folder)
                after = CallStore(folder, disk=Unsynced())
                found = {summary.id: events_of(after, summary.id) for summary in after.summaries()}
                assert found in (old, new)
                seen.add(found == new)
                if found == new and not (folder / "forgetting.json").exists():
                    assert not {"a person": traces(folder, "Dana"), "a call": traces(folder, gone)}.get(what)
    assert seen == {True, False}


@pytest.mark.parametrize(
    "text",
    [
        *("{", "[]", "{}", "5", "[" * 100_000),
        *('{"calls": [], "names": [], "words": []}', '{"calls": [], "names": [], "words": {"a": 5}}'),
        *('{"calls": [1], "names": [], "words": {}}', '{"calls": [], "names": [["a"]], "words": {}}'),
    ],
)
def test_an_unreadable_plan_is_reported(store: CallStore, text: str) -> None:
    warnings: list[str] = []
    (store.folder / "forgetting.json").write_text(text)
    CallStore(store.folder, on_warning=warnings.append)
    assert "run the same command again" in warnings[0]
    assert not (store.folder / "forgetting.json").exists()


def test_nothing_is_deleted_on_a_full_disk_and_the_error_says_so(tmp_path: Path) -> None:
    call_id = store_call(CallStore(tmp_path), Noted(1.0, "Dana"))
    disk = FailingDisk()
    store = CallStore(tmp_path, disk=disk)
    disk.first, disk.for_ever = disk.count, True
    with pytest.raises(StorageError) as error:
        store.carry_out(ForgetPlan(names=(ForgottenName("Dana"),)))
    assert str(error.value) == "nothing was deleted: the disk is full: free some space", "it is not retried, nor saved"
    disk.heal()
    assert events_of(store, call_id) == (Noted(1.0, "Dana"),)


def test_the_rest_of_a_deletion_survives_the_next_one(store: CallStore) -> None:
    store_call(store, Noted(1.0, "Dana"))
    other = store_call(store, Noted(1.0, "Raj"))
    with store.create(BEGAN + timedelta(days=1)) as call:
        save_events(call, [Noted(1.0, "Dana")])
        with pytest.raises(StorageError, match="retried at the next start"):
            store.carry_out(ForgetPlan(names=(ForgottenName("Dana"),)))
        store.forget(other)
        assert traces(store.folder, other) == []
    CallStore(store.folder)
    assert traces(store.folder, "Dana") == []


def test_two_windows_do_not_delete_at_the_same_time(store: CallStore) -> None:
    call_id = store_call(store, Noted(1.0, "Dana"))
    plan = ForgetPlan(names=(ForgottenName("Dana"),))
    lock = FileLock(store.folder / "forgetting.json.lock", Disk())
    with pytest.raises(StorageError) as error:
        store.carry_out(plan)
    assert str(error.value) == "another salesnerd window is deleting data; try again in a moment"
    assert not (store.folder / "forgetting.json").exists(), "the other window's plan is not replaced"
    assert events_of(store, call_id) == (Noted(1.0, "Dana"),)
    lock.release()
    store.carry_out(plan)
    assert events_of(store, call_id) == (Noted(1.0, GONE),)
