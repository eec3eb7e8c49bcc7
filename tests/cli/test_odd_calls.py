"""Unusual but real calls: each has a debrief, and can be found, counted, exported and deleted."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from threading import Event as Flag

import pytest
from msgspec.structs import replace

from cli_runs import Run
from invented_calls import Call, dana, keep
from salesnerd_tui.call.events import Event, Heard, Noted, Promised, Resumed, Side, Started
from salesnerd_tui.cli.calls import main as calls
from salesnerd_tui.cli.trends import main as trends
from salesnerd_tui.storage.call_store import CallStore

GOLDEN = Path(__file__).parents[1] / "storage" / "golden" / "format_1.json"


def no_speech() -> list[Event]:
    return Call().answered(60, "trigger", "What happened?", "the zebra").ended(600, "next_step", "go").events


def no_playbook() -> list[Event]:
    first, *rest = dana().noted(1900, "the zebra").events
    assert isinstance(first, Started)
    return [replace(first, playbook="gone_for_good", title="A playbook that is gone"), *rest]


def two_clocks() -> list[Event]:
    """Captions with another clock, and a captioning program that restarted and counted from zero."""
    make_events = (
        Call()
        .they_say(5, 65, "Billing broke twice.")
        .add(
            Heard(70.0, Side.ME, "Kim", 1.7e9, 1.7e9 + 20, "What did that cost you?"),
            Resumed(0.0, "2026-11-20T12:00:00+01:00", 3600.0),
            Noted(5.0, "the zebra"),
        )
    )
    return make_events.ended(30, "next_step", "go").events


def day_long() -> list[Event]:
    call = Call().noted(1, "the zebra")
    for hour in range(24):
        call.i_say(hour * 3600, hour * 3600 + 900, "We went through it all again.").they_say(
            hour * 3600 + 900, hour * 3600 + 3500, "Yes, and once more, from the start please."
        )
    return call.events


def five_thousand_notes() -> list[Event]:
    call = Call()
    for number in range(5_000):
        call.noted(number, f"note {number}" if number else "the zebra")
    return call.ended(5_000, "not_now", "not-yet").events


def left_open() -> list[Event]:
    return Call().they_say(5, 65, "The zebra found forty double bills.").events


def nothing_but_a_note() -> list[Event]:
    return [Noted(3.0, "the zebra")]


def playbook_changed() -> list[Event]:
    """A call with a different version of the playbook than the current one."""
    return dana().noted(1900, "the zebra").events


ODD = (
    no_speech,
    no_playbook,
    playbook_changed,
    two_clocks,
    day_long,
    five_thousand_notes,
    left_open,
    nothing_but_a_note,
)


@pytest.mark.parametrize("make_events", ODD, ids=lambda make_events: make_events.__name__)
def test_every_odd_call_has_its_pages(tmp_path: Path, make_events: Callable[[], list[Event]], run: Run) -> None:
    data = ["--data", str(tmp_path / "data")]
    call_id = keep(tmp_path / "data", make_events())
    for _ in range(2):
        assert calls(["show", *data, call_id]) == 0
        assert calls(["search", *data, "zebra"]) == 0
        shown = run("calls", "list", *data)
        assert "zebra" in shown.out
        assert not shown.err
    assert "1 call" in run("trends", *data).out
    figures = json.loads(run("trends", *data, "--json").out)
    assert figures["calls"] == 1
    assert 0 <= figures["seconds"] <= 7 * 24 * 3600
    assert all(0 <= (measure["overall"] or 0) < 10_000 for measure in figures["measures"])
    assert calls(["export", *data, "--all", "--out", str(tmp_path / "out")]) == 0
    assert json.loads((tmp_path / "out" / f"{call_id}.json").read_text())["events"]
    assert calls(["forget", *data, "--person", "zebra", "--yes"]) == 0
    assert b"zebra" not in b"".join(path.read_bytes() for path in (tmp_path / "data").rglob("*.*") if path.is_file())


@pytest.mark.parametrize("make_events", ODD, ids=lambda make_events: make_events.__name__)
def test_every_odd_call_is_on_the_account_the_prep_and_the_list_of_promises(
    tmp_path: Path, make_events: Callable[[], list[Event]], run: Run
) -> None:
    data = ["--data", str(tmp_path / "data")]
    promised = [*make_events(), Promised(50.0, "I'll send you the zebra by Friday.", due="by friday")]
    account = next((event.account for event in promised if isinstance(event, Started)), "")
    keep(tmp_path / "data", promised)
    assert "I'll send you the zebra by Friday" in run("promises", *data).out
    if not account:
        return
    shown = run("account", account, *data).out
    assert "  you" in shown
    assert "Buying jobs" in shown
    assert "# Plan for " in run("account", account, "--plan", *data).out
    sheet = run("prep", "--account", account, "--markdown", *data).out
    assert "## Last time" in sheet
    assert "the zebra by Friday" in sheet
    assert all(len(row) < 600 for row in sheet.splitlines()), "a page is a page, whatever was said"


def test_a_page_says_that_its_playbook_is_gone_or_has_changed(tmp_path: Path, run: Run) -> None:
    for make_events, words in (
        (no_playbook, "playbook of this call is missing"),
        (playbook_changed, "has changed since this call"),
    ):
        call_id = keep(tmp_path / "data", make_events())
        assert words in " ".join(run("calls", "show", "--data", str(tmp_path / "data"), call_id).out.split())


def test_open_and_interrupted_calls_count_as_open(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "data"
    store = CallStore(folder)
    call = store.create(datetime(2026, 11, 20, 10, 0, tzinfo=UTC), "")
    is_saved = Flag()
    call.save(left_open(), lambda _: is_saved.set())
    assert is_saved.wait(10)
    shutil.copytree(folder, tmp_path / "cut")
    call.close()
    assert trends(["--data", str(tmp_path / "cut"), "--decision", "open", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["outcomes"] == {"open": 1}


def test_a_store_of_the_first_format_is_read_counted_and_exported(tmp_path: Path, run: Run) -> None:
    calls_folder = tmp_path / "data" / "calls"
    calls_folder.mkdir(parents=True)
    shutil.copy(GOLDEN, calls_folder / "2026-11-22T1004-0000cafe.json")
    data = ["--data", str(tmp_path / "data")]
    for words in (["show", *data, "last"], ["search", *data, "acme"], ["list", *data]):
        assert calls(words) == 0
    assert trends(data) == 0
    assert "Acme" in run("calls", "export", *data, "--all", "--out", str(tmp_path / "out")).out


def test_every_list_calls_a_call_that_was_not_ended_open(tmp_path: Path, run: Run) -> None:
    keep(tmp_path / "data", left_open())
    data = ["--data", str(tmp_path / "data")]
    for command in (["list", *data], ["show", *data, "last"]):
        assert calls(command) == 0
    words = run("trends", *data).out.casefold()
    assert words.count("open") >= 3
    assert "unfinished" not in words
    assert "not ended" not in words
