"""`salesnerd calls import` and `calls edit`: past transcripts become calls, and a mistyped call is corrected."""

from __future__ import annotations

import errno
import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import invented_calls
from cli_runs import Run
from hostile import HOSTILE, TYPICAL, find_smuggled
from invented_calls import Call
from salesnerd_tui.call.events import Event, Mode, NoteKind, Place, Recalled, Resumed, Started
from salesnerd_tui.cli.calls import main
from salesnerd_tui.storage.call_store import CallStore, add_events
from salesnerd_tui.storage.disk import Disk
from vault_stage import VaultStage

TURNS = (
    ("Ida", "What made you start looking into this now?"),
    ("Tom Ek", "Our nightly import broke twice last month, and finance had no report for two days."),
    ("Ida", "I will send you the test plan by Friday."),
    ("Tom Ek", "Good, thanks."),
)
NAMED = "".join(f"{name}: {text}\n" for name, text in TURNS)
CAPTIONS = "WEBVTT\n\n" + "".join(
    f"00:{minute:02}:00.000 --> 00:{minute:02}:08.000\n<v {name}>{text}</v>\n\n"
    for minute, (name, text) in enumerate(TURNS)
)
PITCH = "Our platform has a queue, a scheduler, an audit log, dashboards, single sign-on and a plugin system. " * 12


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def vtt(tmp_path: Path) -> Path:
    return write(tmp_path / "2026-10-05 10.30.00 Lund.vtt", CAPTIONS)


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def calls(folder: Path, *words: object) -> int:
    return main([str(words[0]), "--data", str(folder), *map(str, words[1:])])


def listed(folder: Path) -> list[dict[str, Any]]:
    return [
        {"id": each.id, "account": each.account, "people": each.people, "start": each.started_at, "ended": each.ended}
        for each in CallStore(folder).summaries()
    ]


def test_a_transcript_becomes_an_ended_call_of_its_day(
    folder: Path, vtt: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert calls(folder, "import", vtt, "--account", "Lund", "--me", "Ida") == 0
    [call] = listed(folder)
    assert call["id"].startswith("2026-10-05T1030-")
    assert call["ended"]
    assert call["people"] == ("Tom Ek",), "those who speak on the other side"
    assert capsys.readouterr().out == (
        "2026-10-05 10.30.00 Lund.vtt: 2026-10-05 10:30 (from the file name) · Lund · 3 min · 0 taps · "
        f"salesnerd calls show {call['id']}\n"
    )
    assert calls(folder, "show", call["id"]) == 0
    shown = capsys.readouterr().out
    assert "Lund · Tom Ek" in shown
    assert "5 October 2026, 10:30" in shown
    assert "“Our nightly import broke twice last month" in shown
    assert "Resumed" not in {event["event"] for event in exported(folder, call["id"], capsys)["events"]}


def exported(folder: Path, call_id: str, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    capsys.readouterr()
    assert calls(folder, "show", call_id, "--json") == 0
    document: dict[str, Any] = json.loads(capsys.readouterr().out)
    return document


def test_everything_that_reads_calls_reads_an_imported_one(
    folder: Path, vtt: Path, capsys: pytest.CaptureFixture[str], run: Run
) -> None:
    assert calls(folder, "import", vtt, "--account", "Lund", "--me", "Ida") == 0
    capsys.readouterr()
    [promise] = json.loads(run("promises", "--data", str(folder), "--json").out)
    assert promise["promise"]["due_on"] == "2026-10-09", "the Friday after the call, not after the import"
    assert calls(folder, "search", "nightly", "import") == 0
    assert "Tom Ek: Our nightly import broke" in capsys.readouterr().out
    assert calls(folder, "followup") == 0
    assert "Thank you for your time on 5 October." in capsys.readouterr().out
    assert json.loads(run("trends", "--data", str(folder), "--json").out)["calls"] == 1
    assert calls(folder, "list", "--decision", "open") == 1, "nothing is left to resume"


def test_taps_follow_the_clock_of_the_transcript(folder: Path, tmp_path: Path) -> None:
    file = write(tmp_path / "pitch.txt", f"Tom: What do you sell?\nIda: {PITCH}\nTom: I see.\n")
    assert calls(folder, "import", file, "--me", "Ida") == 0
    [summary] = CallStore(folder).summaries()
    events = CallStore(folder).read(summary.id).events
    assert summary.taps >= 1
    assert summary.duration_seconds == pytest.approx(max(event.at for event in events))
    assert [event.at for event in events] == sorted(event.at for event in events)


def test_a_transcript_is_imported_once_in_whatever_format(
    folder: Path, vtt: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    same = write(tmp_path / "same.txt", NAMED)
    assert calls(folder, "import", vtt, vtt, same, "--account", "Lund", "--me", "Ida") == 0
    [call] = listed(folder)
    already = f"already imported · salesnerd calls show {call['id']} (import a copy with --again)"
    assert capsys.readouterr().out.splitlines()[1:] == [f"{vtt.name}: {already}", f"same.txt: {already}"]
    calls(folder, "edit", call["id"], "--on", "2026-09-01", "--account", "Malmö")
    assert calls(folder, "import", vtt, "--me", "Ida") == 0
    assert len(listed(folder)) == 1, "also after an edit"
    assert calls(folder, "import", vtt, "--me", "Ida", "--again") == 0
    assert len(listed(folder)) == 2
    for each in listed(folder):
        assert calls(folder, "delete", each["id"], "--yes") == 0
    assert calls(folder, "import", vtt, "--me", "Ida") == 0
    assert len(listed(folder)) == 1, "a deleted call can be imported again"


def test_what_cannot_be_imported_is_one_line_each_and_the_others_are_imported(
    folder: Path, vtt: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = {
        "empty.txt": b"",
        "picture.vtt": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
        "essay.txt": b"No names here.\nOnly sentences.\n",
        "others.txt": b"Bo: Hello?\nUlla: Hello, Bo.\n",
    }
    for name, data in bad.items():
        (tmp_path / name).write_bytes(data)
    files = [*(tmp_path / name for name in bad), tmp_path / "missing.txt", tmp_path, vtt]
    assert calls(folder, "import", *files, "--me", "Ida") == 1
    output = capsys.readouterr()
    problems = output.err.splitlines()
    assert len(problems) == 6
    for problem, file in zip(problems, files, strict=False):
        assert problem.startswith("salesnerd calls import: ")
        assert str(file) in problem
    assert "no speech found" in problems[0]
    assert "not a text file" in problems[1]
    assert "no speaker has a name" in problems[2]
    assert "unknown speaker 'Ida' (speakers: Bo, Ulla)" in problems[3]
    assert len(output.out.splitlines()) == len(listed(folder)) == 1


def test_a_disk_that_fails_is_reported_with_the_file(
    folder: Path, vtt: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(Disk, "write_new", fail)
        assert calls(folder, "import", vtt, "--me", "Ida") == 1
    [problem] = capsys.readouterr().err.splitlines()
    assert f"{vtt}: cannot store call 2026-10-05T1030-" in problem
    assert not listed(folder)
    assert calls(folder, "import", vtt, "--me", "Ida") == 0


def test_who_you_are_has_to_be_said(folder: Path, vtt: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert calls(folder, "import", vtt) == 1
    assert 'which speaker are you? (use --me NAME, for example --me "Ida"; speakers: Ida, Tom Ek)' in (
        capsys.readouterr().err
    )
    assert not listed(folder)
    assert calls(folder, "import", vtt, "--me", "Idefix", "--me", "Ida") == 0, "spelled differently in other files"


def test_a_day_or_a_time_that_you_give(folder: Path, vtt: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert calls(folder, "import", vtt, "--me", "Ida", "--on", "2026-09-30T08:15", "--with", "Tom; Ulla") == 0
    assert " 2026-09-30 08:15 · no account · " in capsys.readouterr().out
    assert listed(folder)[0]["people"] == ("Tom", "Ulla")
    assert calls(folder, "import", vtt, "--me", "Ida", "--on", "2026-09-29", "--again") == 0
    assert " 2026-09-29 · no account · " in capsys.readouterr().out
    assert calls(folder, "import", vtt, vtt, "--me", "Ida", "--on", "2026-09-30T08:15") == 1
    assert "the start of one call" in capsys.readouterr().err
    for typed in ("tomorrow", "2026-13-01", "0001-01-01", "9999-12-31", "2026-09-30T25:00", ""):
        with pytest.raises(SystemExit) as stop:
            calls(folder, "import", vtt, "--me", "Ida", "--on", typed)
        assert stop.value.code == 2
        assert "invalid date" in capsys.readouterr().err
    assert len(listed(folder)) == 2


def test_a_playbook_that_is_missing_stops_the_import(
    folder: Path, vtt: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert calls(folder, "import", vtt, "--me", "Ida", "--playbook", "nobody_has_this") == 1
    assert "nobody_has_this" in capsys.readouterr().err
    own = write(tmp_path / "own.yaml", "playbook: own\nagenda:\n  - ask: What made you start looking?\n    id: why\n")
    assert calls(folder, "import", vtt, "--me", "Ida", "--playbook", own) == 0
    [call] = listed(folder)
    assert exported(folder, call["id"], capsys)["coverage"]["asked"] == 1, "the playbook is found again by its path"


def test_what_earlier_calls_know_is_carried_over_but_not_what_later_ones_know(folder: Path, vtt: Path) -> None:
    for month, question, words in ((9, "tried", "a script"), (11, "cost", "40 hours"), (11, "tried", "a vendor")):
        began = datetime(2026, month, 1, 10, tzinfo=UTC)
        call = Call(account="Lund", began=began.isoformat()).answered(5, question, "And?", words)
        invented_calls.keep(folder, call.ended(60, "next_step", "go").events, began, "Lund")
    assert calls(folder, "import", vtt, "--me", "Ida", "--account", "lund") == 0
    [imported] = [each for each in listed(folder) if each["id"].startswith("2026-10-05")]
    recalled = [event for event in CallStore(folder).read(imported["id"]).events if isinstance(event, Recalled)]
    assert [(event.question, event.text) for event in recalled] == [("tried", "a script")]


def test_people_are_named_without_what_their_tool_adds(folder: Path, tmp_path: Path) -> None:
    talk = "Ida: Who is on the call?\nTom Ek (he/him): Tom.\nSpeaker 3: And me.\nUlla [Lund AB]: Ulla.\n"
    assert calls(folder, "import", write(tmp_path / "call.txt", talk), "--me", "Ida") == 0
    assert listed(folder)[0]["people"] == ("Tom Ek", "Ulla"), "a number is not a name"


@pytest.mark.parametrize("text", TYPICAL.values(), ids=TYPICAL.keys())
def test_hostile_words_and_names(folder: Path, tmp_path: Path, text: str, capfd: pytest.CaptureFixture[str]) -> None:
    spoken = [{"start": 0, "speaker": "Ida", "text": f"Hi {text}"}, {"start": 9, "speaker": f"T {text}", "text": text}]
    file = write(tmp_path / "call.jsonl", "".join(f"{json.dumps(each)}\n" for each in spoken))
    assert calls(folder, "import", file, "--me", "Ida", "--account", text, "--with", text) in (0, 1)
    for call in listed(folder):
        assert call["account"] == text
        assert calls(folder, "edit", call["id"], "--account", f"{text}2", "--with", f"T {text}") == 0
        assert calls(folder, "list") == 0
    output = capfd.readouterr()
    assert not find_smuggled((output.out + output.err).encode("utf-8", "surrogatepass"))


@pytest.mark.parametrize("name", [name for name in HOSTILE.values() if "\0" not in name and "/" not in name][:30])
def test_a_file_with_a_hostile_name(folder: Path, tmp_path: Path, name: str, capfd: pytest.CaptureFixture[str]) -> None:
    try:
        file = write(tmp_path / f"{name[:60]}.txt", NAMED)
    except (OSError, ValueError):
        pytest.skip("no file can have this name")
    assert calls(folder, "import", file, "--me", "Ida") == 0
    assert calls(folder, "import", file, "--me", "nobody") == 1
    output = capfd.readouterr()
    assert len(output.out.splitlines()) == 1
    assert not find_smuggled((output.out + output.err).encode("utf-8", "surrogatepass"))


def test_the_date_of_the_file_is_the_end_of_the_call(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = write(tmp_path / "captions.vtt", CAPTIONS)
    written = datetime(2026, 8, 3, 16, 0, tzinfo=UTC).timestamp()
    os.utime(file, (written, written))
    assert calls(folder, "import", file, "--me", "Ida") == 0
    assert "(from the file date)" in capsys.readouterr().out
    began = datetime.fromisoformat(listed(folder)[0]["start"]).astimezone(UTC)
    assert began.isoformat(timespec="seconds") == "2026-08-03T15:56:52+00:00"


class TestEdit:
    """A call that was stored under a wrong name or day."""

    def mistyped(self, folder: Path, *events: Event) -> str:
        began = datetime(2026, 11, 20, 10, tzinfo=UTC)
        call = Call(account="Lnud", people=("Tim Ek",), began=began.isoformat()).add(*events)
        call.noted(50, "Send the security page by Friday", NoteKind.PROMISE)
        return invented_calls.keep(folder, call.ended(60, "next_step", "go").events, began, "Lnud")

    def test_everything_follows(
        self, folder: Path, capsys: pytest.CaptureFixture[str], run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        call = self.mistyped(folder)
        assert calls(folder, "search", "lnud") == 0, "it is in the search cache"
        capsys.readouterr()
        assert calls(folder, "edit", call, "--account", "Lund", "--with", "Tom Ek, CFO", "--on", "2026-11-13") == 0
        assert capsys.readouterr().out == f"{call}: 2026-11-13 10:00 · Lund · Tom Ek, CFO\n"
        monkeypatch.setenv("COLUMNS", "120")
        assert calls(folder, "list") == 0
        assert "  Lund · 2026-11-13" in capsys.readouterr().out, "the id has another day"
        [summary] = CallStore(folder).summaries()
        assert (summary.id, summary.account, summary.people) == (call, "Lund", ("Tom Ek, CFO",))
        assert summary.started_at.startswith("2026-11-13T10:00:00"), "the time of the day stays"
        assert summary.ended
        assert calls(folder, "search", "lund") == 0
        assert calls(folder, "search", "lnud") == 1
        assert calls(folder, "search", "lnud", "--no-index") == 1
        capsys.readouterr()
        promise, *_ = json.loads(run("promises", "--data", str(folder), "--json").out)
        assert (promise["account"], promise["promise"]["due_on"]) == ("Lund", "2026-11-20"), "a week earlier"
        assert calls(folder, "followup") == 0
        assert capsys.readouterr().out.startswith("Hi Tom,")
        header = exported(folder, call, capsys)["header"]
        assert (header["account"], header["people"]) == ("Lund", ["Tom Ek, CFO"])
        assert json.loads(run("trends", "--data", str(folder), "--json", "--until", "2026-11-14").out)["calls"] == 1

    def test_what_is_not_given_stays_and_empty_text_clears(self, folder: Path) -> None:
        call = self.mistyped(folder)
        assert calls(folder, "edit", "last", "--account", "Lund") == 0
        assert calls(folder, "edit", "last", "--with", "") == 0
        [summary] = CallStore(folder).summaries()
        assert (summary.account, summary.people) == ("Lund", ())
        assert calls(folder, "edit", call, "--account", "") == 0
        assert CallStore(folder).summaries()[0].account == ""
        prep = [Started(0, "first_call", "First call", "", Mode.PREP, Place(None), "2026-11-19T10:00:00+00:00", "Lnud")]
        prep_id = invented_calls.keep(folder, prep, datetime(2026, 11, 19, 10, tzinfo=UTC), "Lnud")
        assert calls(folder, "edit", prep_id, "--account", "Lund") == 0
        assert {each["id"]: each["account"] for each in listed(folder)} == {call: "", prep_id: "Lund"}
        assert calls(folder, "edit", call, "--on", "2026-11-12T23:05") == 0
        assert CallStore(folder).summaries()[1].started_at.startswith("2026-11-12T23:05"), "older than the prep now"

    def test_a_call_that_was_interrupted_keeps_its_break(self, folder: Path) -> None:
        call = self.mistyped(folder, Resumed(30, "2026-11-20T14:00:00+00:00", 14_000))

        def resumed() -> list[str]:
            return [event.resumed_at for event in CallStore(folder).read(call).events if isinstance(event, Resumed)]

        assert calls(folder, "edit", call, "--account", "Lund") == 0
        assert resumed() == ["2026-11-20T14:00:00+00:00"]
        assert calls(folder, "edit", call, "--on", "2026-11-13T10:00+00:00") == 0
        assert resumed() == ["2026-11-13T14:00:00+00:00"]
        with CallStore(folder).open(call) as file:
            add_events(file, [Resumed(60, "2026-11-30T09:00:00+00:00", 1_000_000)], "")
        assert resumed() == ["2026-11-13T14:00:00+00:00", "2026-11-30T09:00:00+00:00"], "resumed after the edit"
        assert calls(folder, "edit", call, "--on", "2026-11-12T10:00+00:00") == 0
        assert resumed() == ["2026-11-12T14:00:00+00:00", "2026-11-29T09:00:00+00:00"]

    def test_a_damaged_time_stays(self, folder: Path) -> None:
        call = self.mistyped(folder, Resumed(30, "soon", 14_000))
        assert calls(folder, "edit", call, "--on", "2026-11-13") == 0
        assert calls(folder, "show", call) == 0
        [resumed] = [event for event in CallStore(folder).read(call).events if isinstance(event, Resumed)]
        assert resumed.resumed_at == "soon"

    def test_what_came_from_the_wrong_account_is_taken_back(
        self, folder: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        kept = {}
        for account, day in (("Lnud", 1), ("Lund", 2)):
            began = datetime(2026, 11, day, 10, tzinfo=UTC)
            kept[account] = invented_calls.keep(folder, Call(account=account).events, began, account)
        prep = invented_calls.keep(
            folder,
            [Started(0, "first_call", "First call", "", Mode.PREP, Place(None), "2026-11-19T10:00:00+00:00", "Lnud")],
            datetime(2026, 11, 19, 10, tzinfo=UTC),
            "Lnud",
        )
        call = self.mistyped(
            folder,
            Recalled(0, "trigger", "theirs", kept["Lnud"]),
            Recalled(0, "cost", "from another call", kept["Lund"]),
            Recalled(0, "last_time", "from the prep", prep),
        )
        assert calls(folder, "edit", call, "--with", "Tom Ek") == 0
        assert [note["text"] for note in self.notes(folder, call, capsys)] == [
            *("theirs", "from another call", "from the prep")
        ]
        assert calls(folder, "edit", call, "--account", "Lund") == 0
        assert [note["text"] for note in self.notes(folder, call, capsys)] == ["from another call", "from the prep"]

    def notes(self, folder: Path, call: str, capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
        return [note for answer in exported(folder, call, capsys)["answers"] for note in answer["notes"]]

    def test_a_call_that_is_open_in_another_window_stays_as_it_is(
        self, folder: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        call = self.mistyped(folder)
        with CallStore(folder).open(call):
            assert calls(folder, "edit", call, "--account", "Lund") == 1
        assert "is open in another window" in capsys.readouterr().err
        assert listed(folder)[0]["account"] == "Lnud"

    def test_nothing_to_change_and_the_edits_of_an_account(
        self, folder: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        call = self.mistyped(folder)
        before = CallStore(folder).read(call).events
        assert calls(folder, "edit", call) == 1
        assert "nothing to change (give --account, --with or --on)" in capsys.readouterr().err
        assert CallStore(folder).read(call).events == before
        began = datetime(2026, 11, 21, tzinfo=UTC)
        edits = [Started(0, "", "Buying process", "", Mode.ACCOUNT, Place(None), began.isoformat(), "Lnud")]
        account = invented_calls.keep(folder, edits, began, "Lnud")
        assert calls(folder, "edit", account, "--account", "Lund") == 1
        assert "not a call" in capsys.readouterr().err

    def test_a_forgotten_name_is_gone_from_the_edits_too(
        self, folder: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        call = self.mistyped(folder)
        assert calls(folder, "edit", call, "--account", "Tom and sons", "--with", "Tom Ek, CFO; Ulla") == 0
        assert calls(folder, "forget", "--person", "Tom", "--yes") == 0
        assert "Tom" not in (folder / "calls" / f"{call}.json").read_text("utf-8")
        assert calls(folder, "forget", "--person", "Lnud", "--yes") == 0
        assert "Lnud" not in (folder / "calls" / f"{call}.json").read_text("utf-8"), "not even what was mistyped"
        capsys.readouterr()


def test_the_notes_in_a_vault_follow_an_edit(tmp_path: Path) -> None:
    stage = VaultStage(tmp_path)
    call = stage.store_call("Lnud", ("Tim Ek",))
    stage.update()
    assert calls(stage.data, "edit", call, "--account", "Lund", "--with", "Tom Ek", "--on", "2026-11-13") == 0
    notes = stage.files()
    assert {Path(name).stem for name in notes if not name.startswith("Calls")} == {"Lund", "Tom Ek (Lund)"}
    generated = "".join(text.replace(f"2026-11-20%20Lnud%20%28{call[-8:]}%29.md", "") for text in notes.values())
    assert "Lnud" not in generated, "only the file of the call's note keeps its name, as links lead to it"
    assert "Tim" not in generated
    assert not stage.broken_links()


def test_an_import_writes_the_notes_in_a_vault(tmp_path: Path, vtt: Path) -> None:
    stage = VaultStage(tmp_path / "stage")
    assert calls(stage.data, "import", vtt, "--me", "Ida", "--account", "Lund") == 0
    assert {Path(name).stem for name in stage.files() if not name.startswith("Calls")} == {"Lund", "Tom Ek (Lund)"}
