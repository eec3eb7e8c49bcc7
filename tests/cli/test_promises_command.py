"""`salesnerd promises` on the command line: list, mark as kept, list again."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from icalendar import Calendar
from test_calls import calls, keep

from cli_runs import Run
from hostile import HOSTILE, TYPICAL, find_smuggled
from invented_calls import Call, dana
from salesnerd_tui.call.events import NoteKind
from salesnerd_tui.cli.promises import main
from vault_stage import VaultStage


@pytest.fixture
def promises(tmp_path: Path) -> Callable[..., int]:
    keep(tmp_path, dana().events)
    return lambda *words: main([*words, "--data", str(tmp_path)])


def test_settling_takes_a_promise_off_the_list(
    promises: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert promises("--side", "me", "--json") == 0
    mine, again = json.loads(capsys.readouterr().out)
    assert mine["promise"]["due_on"] == "2026-11-27"
    assert (again["promise"]["kind"], again["promise"]["due_on"]) == ("revisit", "2027-03-03")
    assert promises("kept", mine["ref"], again["ref"]) == 0
    assert "kept: send a one-page sum" in capsys.readouterr().out
    assert promises("--side", "me") == 1
    assert promises("--side", "me", "--all") == 0
    assert "kept" in capsys.readouterr().out
    assert promises("open", mine["ref"]) == 0
    capsys.readouterr()
    assert promises("--markdown", "--account", "northwind") == 0
    assert capsys.readouterr().out.count("- [ ]") == 2


def test_it_is_settled_in_its_own_call_so_that_deleting_the_call_deletes_it(
    promises: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    promises("--json")
    ref = json.loads(capsys.readouterr().out)[0]["ref"]
    capsys.readouterr()
    assert promises("withdrawn", ref) == 0
    assert promises("--all") == 0
    assert capsys.readouterr().out.count("withdrawn") == 2, "the command says it as the list does"
    assert calls(tmp_path, "delete", "last", "--yes") == 0
    assert promises("--all") == 1


def test_the_vault_shows_at_once_that_a_promise_was_kept(tmp_path: Path, run: Run) -> None:
    stage = VaultStage(tmp_path)
    stage.store_call()
    stage.update()
    assert "- [x]" not in stage.text()
    ref = json.loads(run("promises", "--json", "--data", str(stage.data)).out)[0]["ref"]
    assert main(["kept", ref, "--data", str(stage.data)]) == 0
    assert "- [x]" in stage.text()
    stage.vault.rename(tmp_path / "unplugged")
    opened = run("promises", "open", ref, "--data", str(stage.data))
    assert "is not a folder" in opened.err, "the promise is open again, whatever the vault does"


def test_what_was_marked_before_an_open_call_is_in_the_vault(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], run: Run
) -> None:
    stage = VaultStage(tmp_path)
    free, busy = stage.store_call(), stage.store_call()
    stage.update()
    refs = {each["call"]: each["ref"] for each in json.loads(run("promises", "--json", "--data", str(stage.data)).out)}
    with stage.store.open(busy):
        assert main(["kept", refs[free], refs[busy], "--data", str(stage.data)]) == 1
    assert "open in another window" in capsys.readouterr().err
    assert stage.text().count("- [x]") > 0


def test_an_unknown_promise_names_the_command_that_lists_them(
    promises: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert promises("kept", "nobody.1") == 1
    assert "salesnerd promises --all" in capsys.readouterr().err
    assert promises("kept") == 1
    assert promises("list", "some.1") == 1


def test_the_follow_up_is_printed_and_cautions_go_to_standard_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keep(tmp_path, dana().promised(400, "It works with anything.", over=True).events)
    assert calls(tmp_path, "followup") == 0
    output = capsys.readouterr()
    assert output.out.startswith("Hi Dana,")
    assert "limit or withdraw “It works with anything.”" in output.err


def test_in_a_calendar_the_account_says_who_they_are(tmp_path: Path) -> None:
    steps = {"our_part": "set up", "our_date": "2026-12-01", "their_part": "two names", "their_date": "2026-12-02"}
    keep(tmp_path, Call().ended(600, "next_step", "go", steps).events)
    target = tmp_path / "promises.ics"
    assert main(["--ics", str(target), "--data", str(tmp_path)]) == 0
    entries = Calendar.from_ical(target.read_bytes()).walk("VEVENT")
    assert [str(entry["summary"]) for entry in entries] == ["you: set up", "Northwind Clinic: two names"]


def test_a_calendar_file_with_one_entry_for_each_day_named(promises: Callable[..., int], tmp_path: Path) -> None:
    target = tmp_path / "promises.ics"
    assert promises("--ics", str(target)) == 0
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    entries = Calendar.from_ical(target.read_bytes()).walk("VEVENT")
    assert [str(entry["summary"]) for entry in entries] == [
        "Dana: sends the audit report by Friday",
        "you: send a one-page sum of the costs by 2026-11-27",
        "you: Talk again",
    ]
    assert [entry["dtstart"].to_ical() for entry in entries] == [b"20261127", b"20261127", b"20270303"]
    assert len({str(entry["uid"]) for entry in entries}) == 3
    assert promises("--ics", str(target)) == 1
    assert promises("--ics", str(target), "--force") == 0


def test_without_a_due_date_no_calendar_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    keep(tmp_path, Call().noted(1, "send it soon", NoteKind.PROMISE).events)
    assert main(["--ics", str(tmp_path / "promises.ics"), "--data", str(tmp_path)]) == 1
    assert "no open promise has a due date" in capsys.readouterr().err


def test_hostile_words_add_nothing_to_the_calendar(tmp_path: Path) -> None:
    call = Call()
    for text in (*HOSTILE.values(), "x\r\nEND:VEVENT\r\nBEGIN:VALARM"):
        call.noted(1, f"by 2026-11-27 {text}", NoteKind.PROMISE)
    keep(tmp_path, call.events)
    target = tmp_path / "promises.ics"
    assert main(["--ics", str(target), "--data", str(tmp_path)]) == 0
    read = Calendar.from_ical(target.read_bytes())
    assert len(read.walk("VEVENT")) == len(HOSTILE) + 1
    assert not read.walk("VALARM")


def test_hostile_promises_are_only_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call = Call(account=HOSTILE["window title"])
    for number, text in enumerate(TYPICAL.values()):
        call.noted(number, text, NoteKind.PROMISE).promised(number, text, due=text)
    keep(tmp_path, call.events)
    for words in ([], ["--json"], ["--markdown"]):
        assert main([*words, "--data", str(tmp_path)]) == 0
        assert find_smuggled(capsys.readouterr().out.encode("utf-8", "surrogatepass")) == []
    assert calls(tmp_path, "followup") == 0
    assert find_smuggled(capsys.readouterr().out.encode("utf-8", "surrogatepass")) == []


def test_a_day_to_talk_again_is_over_once_they_have_talked_again(tmp_path: Path, run: Run) -> None:
    later = {"revisit_on": "2026-11-20"}
    step = {"our_part": "send the offer", "our_date": "2026-12-09"}
    for day, account, decision, record in (
        (1, "Stark", "not-yet", later),
        (2, "Wayne", "not-yet", later),
        (20, " stark", "go", step),
    ):
        call = Call(account=account, began=f"2026-11-{day:02}T10:00:00+00:00")
        keep(tmp_path, call.ended(9, "x", decision, record).events, day, account)
    listed = json.loads(run("promises", "--json", "--data", str(tmp_path)).out)
    assert {(each["account"].strip(), each["promise"]["text"]) for each in listed} == {
        ("Wayne", "Talk again"),
        ("stark", "send the offer"),
    }
