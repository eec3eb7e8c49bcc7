"""`salesnerd coach`: the taps of a transcript as lines, for people and for programs."""

from __future__ import annotations

import gc
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from msgspec.structs import asdict

from cli_runs import Run
from salesnerd_tui.call.events import TapKind, Tapped
from salesnerd_tui.cli import coach, main
from tap_reasons import recorded

DRIFTING = [
    ("Bo", "Our nightly import broke twice and finance waited two days for their reports."),
    ("Ana", "Right."),
    *(
        (
            "Ana",
            f"So our importer has a queue with retries, and the worker number {n} writes a journal to the database.",
        )
        for n in range(30)
    ),
    ("Bo", "Mm."),
]


@pytest.fixture
def drifting(tmp_path: Path) -> Path:
    path = tmp_path / "call.jsonl"
    rows = [{"start": None, "end": None, "speaker": who, "text": text} for who, text in DRIFTING]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def test_json_is_one_object_per_line(drifting: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["coach", str(drifting), "--me", "ana", "--json"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert rows
    for row in rows:
        assert list(row) == ["at", "turn", "kind", "tap", "reason"]
        assert DRIFTING[row["turn"]][0] == "Ana"
        assert row["kind"] in {"over-explaining", "pitching", "us-focus", "monologue", "over-promising", "other"}
        assert 0 < row["at"] < 300


def test_a_line_has_time_tap_and_reason(drifting: Path, run: Run) -> None:
    lines = run("coach", str(drifting), "--me", "Ana").out.splitlines()
    assert lines
    for line in lines:
        time, words, reason = (part.strip() for part in line.split("  ") if part.strip())
        assert ":" in time
        assert 1 <= len(words.split()) <= 4
        assert reason


def test_a_call_without_drift_has_no_lines(tmp_path: Path, run: Run) -> None:
    path = tmp_path / "call.txt"
    path.write_text("Ana: What happened?\nBo: It broke.\n")
    assert run("coach", str(path), "--me", "Ana", "--json").out == ""
    assert run("coach", str(path), "--me", "Ana").out.startswith("no taps in 0:0")


def test_without_me_the_speakers_are_listed(drifting: Path, run: Run) -> None:
    output = run("coach", str(drifting), status=2).err
    assert "--me" in output
    assert "Bo, Ana" in output


def test_a_wrong_name_is_reported_with_the_speakers(drifting: Path, run: Run) -> None:
    output = run("coach", str(drifting), "--me", "Anna", status=2).err
    assert "did you mean 'Ana'?" in output
    assert "Bo, Ana" in output


def test_one_wrong_name_among_right_ones_is_only_reported(drifting: Path, run: Run) -> None:
    captured = run("coach", str(drifting), "--me", "Ana", "--me", "Zoe", "--json")
    assert "unknown speaker 'Zoe'" in captured.err
    assert captured.out


@pytest.mark.parametrize(
    ("content", "why"), [(b"", "no speech found"), (None, "no such file"), (b"\x00\x01\x02" * 50, "not a text file")]
)
def test_a_file_without_speech_is_reported(content: bytes | None, why: str, tmp_path: Path, run: Run) -> None:
    path = tmp_path / "call.vtt"
    if content is not None:
        path.write_bytes(content)
    assert why in run("coach", str(path), "--me", "Ana", status=1).err


def test_unreadable_lines_are_reported_next_to_the_taps(tmp_path: Path, run: Run) -> None:
    path = tmp_path / "call.jsonl"
    path.write_text(
        '{"speaker": "Ana", "text": "What happened?"}\n{"speaker": "An\n{"speaker": "Bo", "text": "It broke."}\n'
    )
    assert "line 2: not a JSON object" in run("coach", str(path), "--me", "Ana", "--json").err


def test_it_reads_standard_input(
    drifting: Path, capsys: pytest.CaptureFixture[str], run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    main(["coach", str(drifting), "--me", "Ana"])
    from_file = capsys.readouterr().out
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(drifting.read_bytes())))
    assert run("coach", "-", "--me", "Ana").out == from_file


@pytest.fixture
def own_words(tmp_path: Path) -> Path:
    playbook = tmp_path / "own_words.yaml"
    playbook.write_text(
        "playbook: Own words\nagenda:\n  - ask: What broke?\n    id: broke\n"
        "outcomes:\n  done: {decision: go}\ncoach:\n  never_say: [writes a journal]\n"
    )
    return playbook


def test_the_rules_of_a_playbook_apply(drifting: Path, own_words: Path, run: Run) -> None:
    words = ["coach", str(drifting), "--me", "Ana", "--json"]
    assert "over-promising" not in run(*words).out
    assert "over-promising" in run(*words, "--playbook", str(own_words)).out


def test_it_loads_no_screen_no_store_and_yaml_only_for_a_playbook(drifting: Path, own_words: Path) -> None:
    def loaded(*more: str) -> set[str]:
        program = (
            "import sys\nfrom salesnerd_tui.cli import main\nstatus = main(sys.argv[1:])\n"
            "sys.stderr.write('\\n' + ' '.join({name.split('.')[0] for name in sys.modules}))\nsys.exit(status)"
        )
        words = [sys.executable, "-c", program, "coach", str(drifting), "--me", "Ana", *more]
        done = subprocess.run(words, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        return set(done.stderr.splitlines()[-1].split())

    assert not loaded() & {
        "textual",
        "rich",
        "tinydb",
        "yaml",
        "_yaml",
        "asyncio",
        "csv",
        "pathlib",
        "argparse",
        "shutil",
    }
    with_playbook = loaded("--playbook", str(own_words))
    assert "yaml" in with_playbook
    assert not with_playbook & {"textual", "rich", "tinydb"}


def test_a_missing_playbook_is_reported(drifting: Path, run: Run) -> None:
    assert "first_call" in run("coach", str(drifting), "--me", "Ana", "--playbook", "first_cal", status=1).err


def test_praise_is_other_and_hostile_text_stays_on_its_line() -> None:
    cue = Tapped(3725.456, TapKind.SILENCE, recorded("a\nb\u202e"), turn=3)
    assert json.loads(coach.tap_json(cue)) == {
        "at": 3725.46,
        "turn": 3,
        "kind": "other",
        "tap": "Let them think",
        "reason": "a\nb\u202e",
    }
    assert coach.tap_json(cue).isascii()
    assert "\x1b" not in coach.format_tap(cue)
    assert "\n" not in coach.format_tap(cue)
    assert coach.format_tap(cue).startswith("1:02:05")


@pytest.mark.parametrize("words", ["caf\xe9 \u201csoon\u201d \U0001f600", 'a "b" \\ \x07\x7f\t', "half a pair \ud83d"])
def test_taps_are_written_as_the_json_module_writes_them(words: str) -> None:
    written = coach.tap_json(Tapped(61.0, TapKind.MONOLOGUE, recorded(words), turn=3))
    assert written == json.dumps(json.loads(written))
    assert json.loads(written)["reason"] == words


@pytest.mark.parametrize(
    "words",
    ["call.vtt", "call.vtt --me Ana", "--me Ana --me Ben call.vtt --json --playbook first_call", "- --json --me Ana"],
)
def test_plain_options_are_read_as_the_parser_reads_them(words: str) -> None:
    options = coach.plain_options(words.split())
    assert options is not None
    assert vars(coach._parser().parse_args(words.split())) == asdict(options)


@pytest.mark.parametrize(
    "words",
    ["", "--help", "a b", "call.vtt --me", "call.vtt --me --json", "--js call.vtt", "--me=Ana call.vtt", "-- call.vtt"],
)
def test_all_other_options_are_left_to_the_parser(words: str) -> None:
    assert coach.plain_options(words.split()) is None


def test_a_named_pipe_is_refused_with_the_way_to_read_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pipe = tmp_path / "captions"
    os.mkfifo(pipe)
    assert main(["coach", str(pipe), "--me", "Ana"]) == 1
    assert f"named pipe (use - for standard input: salesnerd coach - < {pipe})" in capsys.readouterr().err


@pytest.mark.parametrize("me", ["Ana", "nobody"])
def test_the_garbage_collector_is_on_again_afterwards(drifting: Path, me: str) -> None:
    main(["coach", str(drifting), "--me", me])
    assert gc.isenabled()


@pytest.mark.parametrize("file", ["x" * 100_000, "nope\0.vtt", ""])
def test_a_name_that_no_file_can_have_is_one_short_line(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["coach", file, "--me", "Ana"]) in (1, 2)
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert len(error) < 300
