"""Removing people, accounts and transcripts, and exporting everything, from the command line."""

from __future__ import annotations

import json
import re
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import invented_calls
from cli_runs import Run
from hostile import TYPICAL, find_smuggled
from invented_calls import Call, dana
from salesnerd_tui.call.events import Heard, Recalled, Side
from salesnerd_tui.cli.calls import main
from salesnerd_tui.storage.call_store import CallStore

FIRST = datetime(2026, 11, 3, 10, 0, tzinfo=UTC)


def keep(folder: Path, call: Call, day: int = 0) -> str:
    return invented_calls.keep(folder, call.events, FIRST + timedelta(days=day))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data"


def calls(folder: Path, *words: str) -> int:
    return main([words[0], "--data", str(folder), *words[1:]])


def files_with(folder: Path, word: str) -> list[str]:
    """Files with the word, however it is written."""
    names = []
    for path in folder.rglob("*"):
        data = path.read_bytes() if path.is_file() and path.name != ".reserve" else b""
        if any(word.encode(code).lower() in data.lower() for code in ("utf-8", "utf-16-le", "utf-16-be")):
            names.append(path.name)
    return names


def test_a_person_is_removed_everywhere_and_the_limits_are_named(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call = keep(folder, dana().noted(1900, "Dana Miller wants a paper, says the VP"))
    keep(folder, Call(account="Old Mill", people=("Raj",)).noted(5, "knows Danas"), 1)
    assert calls(folder, "search", "dana") == 0
    assert calls(folder, "forget", "--person", "dana", "--yes") == 0
    output = capsys.readouterr().out
    assert "removed “dana” from 1 call\n" in output
    assert "the VP" in output
    assert calls(folder, "show", call) == 0
    assert "(forgotten)" in (shown := capsys.readouterr().out)
    assert not re.search(r"(?i)\bdana\b", shown)
    others = {name[:10] for name in files_with(folder, "dana") if not name.startswith("index")}
    assert others == {"2026-11-04"}, "Danas is another word"


def test_two_names_appear_and_one_appears(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    keep(folder, Call(account="Acme", people=("Dana Fox, VP Eng",)).noted(5, "Dana asked twice"))
    calls(folder, "forget", "--person", "Dana")
    assert "“Dana Fox” and “Dana” appear 3 times in 1 call" in capsys.readouterr().out


def test_it_shows_what_it_found_and_a_no_changes_nothing(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(folder, dana())
    assert calls(folder, "forget", "--person", "Dana") == 1
    output = capsys.readouterr()
    assert "cannot prompt: standard input is not a terminal (use --yes)" in output.err
    assert re.search("“Dana” appears [0-9]+ times in 1 call and will be replaced with \\(forgotten\\)", output.out)
    assert files_with(folder, "Dana")
    answers = iter(("no\n", "yes\n"))
    monkeypatch.setattr(
        "sys.stdin", type("Typed", (), {"isatty": lambda _: True, "readline": lambda _: next(answers)})()
    )
    assert calls(folder, "forget", "--person", "Dana") == 1
    assert files_with(folder, "Dana")
    assert calls(folder, "forget", "--person", "Dana") == 0
    assert files_with(folder, "Dana") == []


def test_an_account_goes_with_its_calls_and_its_name_in_others(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = keep(folder, Call(account="Kestrel").they_say(1, 9, "The zebra is ours."))
    keep(folder, Call(account="kestrel ").noted(5, "second zebra"), 1)
    other = Call(account="Old Mill").noted(5, "Kestrel told us of them")
    stays = keep(folder, other.add(Recalled(0.0, "why", "a zebra", first)), 2)
    assert calls(folder, "search", "zebra") == 0
    assert calls(folder, "forget", "--account", "Kestrel", "--yes") == 0
    assert files_with(folder, "kestrel") == files_with(folder, "zebra") == []
    capsys.readouterr()
    assert calls(folder, "list", "--json") == 0
    assert [call["id"] for call in json.loads(capsys.readouterr().out)] == [stays]


def test_transcripts_are_deleted_and_figures_stay(folder: Path, capsys: pytest.CaptureFixture[str], run: Run) -> None:
    call = dana().says(Side.ME, 1800, 1820, "The zebra never breaks, what would that cost you?")
    with_words, other = keep(folder, call), keep(folder, Call().they_say(5, 65, "another zebra"), 1)
    assert calls(folder, "show", with_words, "--json") == 0
    before = json.loads(capsys.readouterr().out)
    trend = json.loads(run("trends", "--data", str(folder), "--json").out)
    assert calls(folder, "forget", "--words", with_words, "--yes") == 0
    assert other in "".join(files_with(folder, "zebra"))
    assert calls(folder, "forget", "--words", "--yes") == 0
    assert files_with(folder, "zebra") == []
    assert calls(folder, "forget", "--words", "--yes") == 1
    assert "no transcript found" in capsys.readouterr().err
    assert calls(folder, "show", with_words, "--json") == 0
    after = json.loads(capsys.readouterr().out)
    for name in ("share", "mine_seconds", "theirs_seconds", "spans"):
        assert after["talk"][name] == before["talk"][name]
    assert after["talk"]["longest_mine"]["seconds"] == before["talk"]["longest_mine"]["seconds"]
    assert (after["outcome"], len(after["taps"])) == (before["outcome"], len(before["taps"]))
    assert json.loads(run("trends", "--data", str(folder), "--json").out) == trend
    assert calls(folder, "show", with_words) == 0
    assert "The transcript was deleted" in capsys.readouterr().out


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["--person", " "],
        ["--person", "Dana", "last"],
        ["--person", "Dana", "--words"],
        ["--person", "forgotten"],
        ["nobody"],
    ],
)
def test_an_ambiguous_request_changes_nothing(folder: Path, words: list[str]) -> None:
    keep(folder, dana())
    before = {path: path.read_bytes() for path in (folder / "calls").iterdir()}
    assert calls(folder, "forget", *words, "--yes") == 1
    assert {path: path.read_bytes() for path in (folder / "calls").iterdir()} == before


def test_forget_with_only_an_id_names_delete(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call_id = keep(folder, dana())
    assert calls(folder, "forget", call_id, "--yes") == 1
    assert "salesnerd calls delete ID" in capsys.readouterr().err
    assert calls(folder, "delete", "nobody", "--yes") == 1
    assert [call.id for call in CallStore(folder).summaries()] == [call_id]


def test_everything_is_exported_to_an_empty_folder(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ids = [keep(folder, dana()), keep(folder, Call(account="</td><script>alert(1)</script>", began=""), 1)]
    damaged = "2026-11-09T1000-0badc0de"
    (folder / "calls" / f"{damaged}.json").mkdir()
    out = tmp_path / "mine"
    assert calls(folder, "export", "--all", "--out", str(out)) == (1 if damaged in _listed(folder, capsys) else 0)
    assert {path.name for path in out.iterdir()} == {f"{each}.json" for each in ids}
    assert {stat.S_IMODE(path.stat().st_mode) for path in out.iterdir()} == {0o600}
    assert stat.S_IMODE(out.stat().st_mode) == 0o700
    export = json.loads((out / f"{ids[0]}.json").read_text())
    assert (export["format"], export["id"], export["header"]["account"]) == (
        "salesnerd-call",
        ids[0],
        "Northwind Clinic",
    )
    assert calls(folder, "export", "--all", "--out", str(out)) == 1
    assert "not empty" in capsys.readouterr().err


def _listed(folder: Path, capsys: pytest.CaptureFixture[str]) -> str:
    calls(folder, "list")
    return capsys.readouterr().out


@pytest.mark.parametrize("words", [["--all"], [], ["--all", "last", "--out", "x"], ["--all", "--out", "/proc/no/way"]])
def test_an_impossible_export_is_refused(folder: Path, words: list[str], tmp_path: Path) -> None:
    keep(folder, dana())
    assert calls(folder, "export", *words) == 1


def test_a_search_without_the_index_reads_every_call(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    keep(folder, Call().noted(5, "the zebra"))
    assert calls(folder, "search", "zebra", "--no-index") == 0
    assert "zebra" in capsys.readouterr().out


@pytest.mark.parametrize(
    "text", [text for text in TYPICAL.values() if len(text) < 5000], ids=lambda text: ascii(text[:9])
)
def test_hostile_names_and_accounts(
    folder: Path, text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keep(folder, Call(account=text, people=(text,)).add(Heard(9.0, Side.THEM, text, 1.0, 9.0, f"it is {text} again")))
    assert calls(folder, "export", "--all", "--out", str(tmp_path / "out")) == 0
    assert calls(folder, "forget", f"--person={text}", "--yes") in (0, 1)
    assert calls(folder, "forget", f"--account={text}", "--yes") in (0, 1)
    output = capsys.readouterr()
    assert not find_smuggled((output.out + output.err).encode("utf-8", "replace"))
    assert not any(find_smuggled(path.read_bytes()) for path in (tmp_path / "out").iterdir())
