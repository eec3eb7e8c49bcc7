"""`salesnerd calls` over a folder of invented calls, as typed on the command line."""

from __future__ import annotations

import json
import stat
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace

import invented_calls
from hostile import HOSTILE, TYPICAL, find_smuggled
from invented_calls import Call, dana
from salesnerd_tui.call.events import (
    AccountEdited,
    AccountEditKind,
    Event,
    Mode,
    NoteKind,
    Place,
    PlanKind,
    PlanSet,
    Recalled,
    Side,
    Started,
)
from salesnerd_tui.cli.calls import main
from salesnerd_tui.storage.call_store import CallStore


def keep(folder: Path, events: Sequence[Event], day: int = 20, account: str = "Northwind Clinic") -> str:
    """Store a call of that day of November and return its id."""
    return invented_calls.keep(folder, events, datetime(2026, 11, day, 10, tzinfo=UTC), account)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data"


def calls(folder: Path, *words: str) -> int:
    return main([words[0], "--data", str(folder), *words[1:]])


def test_a_list_with_the_newest_first(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old = keep(folder, Call(account="Old Mill").ended(600, "part_friends", "no-go").events, 3)
    new = keep(folder, dana().events, 20)
    assert calls(folder, "list") == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith(new)
    assert "not-yet" in first
    assert second.startswith(old)
    assert "Old Mill" in second


def keep_as(folder: Path, mode: Mode, day: int, *events: Event) -> str:
    """Store something of that mode that is not a call with a buyer."""
    call = Call()
    call.events[0] = replace(call.events[0], mode=mode)
    return keep(folder, call.add(*events).events, day)


def test_notes_that_a_message_leaves_out_are_reported_once(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call = Call().answered(5, "cost", "What did it cost?", "two weekends of two people").ended(60, "next_step", "go")
    keep(folder, call.events, 20)
    assert calls(folder, "followup") == 0
    (line,) = (each for each in capsys.readouterr().err.splitlines() if "left out" in each)
    assert line == "salesnerd calls followup: left out 1 note of yours (include with --notes)"


def test_the_last_call_is_neither_a_prep_nor_an_edit_of_an_account(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keep(folder, dana().events, 20)
    prep = keep_as(folder, Mode.PREP, 21, PlanSet(1, PlanKind.HYPOTHESIS, "", "nobody counted it"))
    edit = keep_as(
        folder, Mode.ACCOUNT, 22, AccountEdited(1, AccountEditKind.OUR_STEP, "write the plan", "2026-11-22", {})
    )
    assert calls(folder, "show", "last") == 0
    assert "NOT YET · revisit 3 March" in capsys.readouterr().out
    assert calls(folder, "followup") == 0
    assert "Hi Dana," in capsys.readouterr().out
    for id, page in ((prep, "nobody counted it"), (edit, "you: write the plan")):
        assert calls(folder, "show", id) == 0
        output = capsys.readouterr().out
        assert page in output
        assert "This call is still open" not in output
        assert calls(folder, "followup", id) == 1
        assert calls(folder, "export", id) == 1
        assert f"salesnerd calls show {id}" in capsys.readouterr().err
        assert calls(folder, "show", id, "--json") == 0
        assert json.loads(capsys.readouterr().out)["id"] == id
    assert calls(folder, "list", "--decision", "open", "--json") == 0
    assert [each["id"] for each in json.loads(capsys.readouterr().out)] == [prep], "an account is never open"
    rehearsal = keep_as(folder, Mode.REHEARSE, 23)
    assert calls(folder, "followup") == 0, "the last call with a buyer"
    assert calls(folder, "followup", rehearsal) == 1
    capsys.readouterr()
    assert calls(folder, "delete", "last", "--yes") == 0
    assert rehearsal in capsys.readouterr().out


def test_the_list_is_filtered(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    keep(folder, Call(account="Old Mill", began="2026-11-03T10:00:00+00:00").events, 3)
    keep(folder, dana().events, 20)
    for words in (["--account", "north"], ["--decision", "not-yet"], ["--since", "2026-11-10"]):
        assert calls(folder, "list", *words) == 0
        assert "Northwind" in (output := capsys.readouterr().out)
        assert "Old Mill" not in output
    assert calls(folder, "list", "--decision", "open", "--json") == 0
    assert [call["account"] for call in json.loads(capsys.readouterr().out)] == ["Old Mill"]
    assert calls(folder, "list", "--playbook", "nobody_has_this") == 1
    assert calls(folder, "list", "--since", "yesterdayish") == 1
    assert "2026-11-01, 14d or 6w" in capsys.readouterr().err


def test_a_file_instead_of_the_data_directory_is_reported(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder.touch()
    assert calls(folder, "list") == 1
    assert f"{folder} is not a directory (choose another with --data DIR)" in capsys.readouterr().err
    assert calls(folder / "below", "list") == 1
    assert f"{folder} is not a directory (choose another with --data DIR)" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["list", "list --json", "show last", "search budget", "delete last --yes"])
def test_a_data_directory_with_too_long_a_name_is_reported(
    folder: Path, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert calls(folder.parent / ("n" * 300), *command.split()) == 1
    assert "cannot be used: File name too long" in capsys.readouterr().err


def test_a_folder_without_calls_names_the_command_that_starts_one(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert calls(folder, "list") == 1
    assert "salesnerd live" in capsys.readouterr().err
    assert not folder.exists()


def test_a_playbook_outside_of_the_playbook_folders_is_found_again(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text('playbook: mine\nagenda: [{ask: "Who decides?", id: payer, priority: must}]\n')
    plan = PlanSet(0.0, PlanKind.PLAYBOOK, "mine", str(path))
    started = Started(0.0, "mine", "Mine", "", Mode.LIVE, Place("payer"), "2026-11-29T10:00:00+00:00")
    keep(folder, [started, plan])
    assert calls(folder, "show", "--json") == 0
    assert [each["question"] for each in json.loads(capsys.readouterr().out)["unasked_musts"]] == ["payer"]


def test_show_prints_the_debrief_of_the_last_call(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    keep(folder, dana().events)
    assert calls(folder, "show") == 0
    output = capsys.readouterr().out
    assert "NOT YET · revisit 3 March 2027" in output
    assert "auditor found 40 double bills" in output


def test_show_in_plain_ascii(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    keep(folder, dana().events)
    assert calls(folder, "show", "last", "--ascii") == 0
    assert capsys.readouterr().out.isascii()


def test_a_call_is_found_by_the_start_or_the_end_of_its_id(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, second = keep(folder, dana().events, 20), keep(folder, dana().events, 21)
    assert calls(folder, "show", first[:13], "--json") == 0
    assert json.loads(capsys.readouterr().out)["id"] == first
    assert calls(folder, "show", second.rpartition("-")[2][:6], "--json") == 0
    assert json.loads(capsys.readouterr().out)["id"] == second
    assert calls(folder, "show", "2026") == 1
    output = capsys.readouterr().err
    assert first in output
    assert "type more characters" in output
    assert calls(folder, "show", "nothing") == 1
    assert "salesnerd calls list" in capsys.readouterr().err


def test_search_shows_a_match_with_its_context(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call = Call().they_say(5, 9, "We tried a script first.").they_say(10, 15, "Then the auditor came.")
    keep(folder, call.i_say(16, 20, "What did he say?").events)
    assert calls(folder, "search", "AUDITOR") == 0
    _, *lines = [line.strip() for line in capsys.readouterr().out.splitlines()]
    assert lines == [
        "0:09  Dana: We tried a script first.",
        ">     0:15  Dana: Then the auditor came.",
        "0:20  Kim: What did he say?",
    ]
    assert calls(folder, "search", "auditor", "--json") == 0
    assert json.loads(capsys.readouterr().out)[0]["text"] == "Then the auditor came."


def test_search_shows_no_fact_of_an_earlier_call_as_context(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    recalled = Recalled(0.0, "trigger", "forty double bills", "2026-11-03T1000-aaaa")
    keep(folder, Call().add(recalled).they_say(5, 9, "Then the auditor came.").events)
    assert calls(folder, "search", "auditor") == 0
    assert "forty double bills" not in capsys.readouterr().out
    assert calls(folder, "search", "double bills") == 1


def test_search_finds_nothing_and_says_so(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    keep(folder, dana().events)
    assert calls(folder, "search", "zeppelin") == 1
    assert "zeppelin" in capsys.readouterr().err


def test_search_says_that_more_matches_exist(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call = Call()
    for number in range(5):
        call.noted(number, f"the auditor, {number}")
    keep(folder, call.events)
    assert calls(folder, "search", "auditor", "--limit", "2", "--context", "0") == 0
    output = capsys.readouterr().out
    assert output.count("the auditor") == 2
    assert "Only the first 2 matches are shown" in output


def test_export_writes_a_private_file_and_does_not_overwrite_it(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keep(folder, dana().events)
    target = folder.parent / "call.md"
    assert calls(folder, "export", "last", "--out", str(target)) == 0
    assert target.read_text().startswith("# Northwind Clinic · First discovery call")
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert calls(folder, "export", "last", "--out", str(target)) == 1
    assert "--force" in capsys.readouterr().err
    assert calls(folder, "export", "last", "--format", "json", "--out", str(target), "--force") == 0
    assert json.loads(target.read_text())["version"] == 1
    assert calls(folder, "export", "last", "--out", str(folder / "not" / "there.md")) == 1
    assert "cannot write" in capsys.readouterr().err


def test_export_does_not_follow_a_symbolic_link(folder: Path) -> None:
    keep(folder, dana().events)
    precious, link = folder.parent / "precious", folder.parent / "call.md"
    precious.write_text("mine")
    link.symlink_to(precious)
    assert calls(folder, "export", "last", "--out", str(link)) == 1
    assert calls(folder, "export", "last", "--out", str(link), "--force") == 0
    assert precious.read_text() == "mine"


def test_delete_asks_and_does_nothing_without_a_terminal(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    call_id = keep(folder, dana().events)
    assert calls(folder, "delete", "last") == 1
    assert "--yes" in capsys.readouterr().err
    for typed, left in (("no", 1), ("yes", 0)):
        monkeypatch.setattr("sys.stdin", _Typing(typed))
        calls(folder, "delete", call_id[:13])
        assert len(CallStore(folder).summaries()) == left


def test_delete_leaves_nothing_behind(folder: Path) -> None:
    call_id = keep(folder, Call().noted(1, "quetzalcoatl").events)
    assert calls(folder, "delete", call_id, call_id, "--yes") == 0
    assert not [path for path in folder.rglob("*") if path.is_file() and b"quetzalcoatl" in path.read_bytes()]
    assert not [path for path in folder.rglob("*") if call_id in path.name]


def test_no_stored_text_controls_the_terminal(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call = Call(account=HOSTILE["window title"], people=(HOSTILE["clipboard write"],))
    for number, text in enumerate(TYPICAL.values()):
        call.noted(number, text, NoteKind.QUOTE).answered(number, "trigger", text, text).says(
            Side.ME, number, number, text
        )
    keep(folder, call.events)
    for words in (
        ["list"],
        ["show"],
        ["show", "--json"],
        ["search", "a"],
        ["search", "a", "--json"],
        ["export", "last"],
    ):
        assert calls(folder, *words) == 0
        output = capsys.readouterr().out.encode("utf-8", "surrogatepass")
        assert find_smuggled(output) == []
        assert b"\x1b" not in output


class _Typing:
    """Standard input of a terminal with one typed line."""

    def __init__(self, line: str) -> None:
        self._line = line

    def isatty(self) -> bool:
        return True

    def readline(self) -> str:
        return self._line + "\n"
