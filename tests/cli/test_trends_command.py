"""`salesnerd trends` as typed on the command line."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import invented_calls
from invented_calls import Call
from salesnerd_tui.call.events import Mode, Place, Started
from salesnerd_tui.cli.trends import main

FIRST = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


def keep(folder: Path, call: Call, day: int = 0) -> None:
    invented_calls.keep(folder, call.events, FIRST + timedelta(days=day))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three calls: a no-go in March, a go in April, one in May that is still open."""
    folder = tmp_path / "data"
    for day, account, ending in ((0, "Acme", "no-go"), (30, "Old Mill", "go"), (60, "Acme", "")):
        began = (FIRST + timedelta(days=day)).isoformat()
        call = (
            Call(account=account, began=began).i_say(0, 30, "What did that cost?").they_say(31, 500, "A lot, I fear.")
        )
        keep(folder, call.ended(600, "it", ending) if ending else call, day)
    return folder


def show_trends(capsys: pytest.CaptureFixture[str], folder: Path, *words: str, status: int = 0) -> str:
    assert main(["--data", str(folder), *words]) == status
    captured = capsys.readouterr()
    return captured.err if status else captured.out


def test_the_page_and_the_json_agree(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output = show_trends(capsys, folder)
    assert "3 calls · 28 min" in output
    assert output.startswith("Not enough data yet: 3 calls with speech (8 needed).")
    figures = json.loads(show_trends(capsys, folder, "--json"))
    assert (figures["format"], figures["version"], figures["calls"]) == ("salesnerd-trends", 1, 3)
    assert figures["outcomes"] == {"go": 1, "no-go": 1, "open": 1}
    assert {account["name"]: account["calls"] for account in figures["accounts"]} == {"Acme": 2, "Old Mill": 1}
    assert len(show_trends(capsys, folder, "--json").encode()) == len(json.dumps(figures, indent=2).encode()) + 1


@pytest.mark.parametrize(
    ("words", "calls"),
    [
        (["--account", "acme"], 2),
        (["--playbook", "first_call"], 3),
        (["--decision", "go"], 1),
        (["--decision", "open"], 1),
        (["--since", "2026-03-20"], 2),
        (["--until", "2026-03-20"], 1),
        (["--since", "2026-03-20", "--until", "2026-04-20", "--by", "week"], 1),
        (["--account", "nobody"], 0),
        (["--rehearsals"], 0),
    ],
)
def test_filters(folder: Path, capsys: pytest.CaptureFixture[str], words: list[str], calls: int) -> None:
    assert json.loads(show_trends(capsys, folder, "--json", *words))["calls"] == calls
    show_trends(capsys, folder, *words, status=0 if calls else 1)


def test_figures_are_read_once(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = show_trends(capsys, folder, "--json")
    for path in (folder / "calls").glob("*.json"):
        path.chmod(0)
    assert show_trends(capsys, folder, "--json") == first


def test_an_impossible_request_says_why(tmp_path: Path, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "no calls in" in show_trends(capsys, tmp_path / "nowhere", status=1)
    assert "invalid date 'yesterdayish'" in show_trends(capsys, folder, "--since", "yesterdayish", status=1)
    assert "no matching calls" in show_trends(capsys, folder, "--account", "nobody", status=1)


def test_odd_calls_count_for_what_they_are(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    keep(folder, Call(began="not a day"), 90)
    call = Call()
    call.events[0] = Started(0.0, "gone", "Gone", "d", Mode.LIVE, Place(None), "", "[/b]\x1b[2J")
    keep(folder, call.they_say(5, 86_400, "A day of talk."), 91)
    (folder / "calls" / "2026-06-01T1000-0badc0de.json").write_bytes(b"\0" * 100)
    figures = json.loads(show_trends(capsys, folder, "--json"))
    assert figures["calls"] == 6
    assert "\x1b" not in show_trends(capsys, folder)
