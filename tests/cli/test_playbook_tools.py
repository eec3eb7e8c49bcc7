"""The tools around a playbook that walk it: map, test, play."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from cli_runs import Run
from salesnerd_tui.cli import playbook

MINE = """
playbook: Mine
agenda:
  - ask: What happened?
    id: trigger
    answers: {Something broke: When?, Nothing: {say: Thank you., end: friends}}
  - ask: What did it cost?
    id: cost
outcomes:
  friends: {decision: no-go, capture: [reason]}
buyers:
  dana: {who: Dana, says: {trigger: The auditor came.}, ends: friends}
tests:
  - it: lets them go
    picks: {trigger: Nothing}
    ends: friends
"""


@pytest.fixture
def mine(tmp_path: Path) -> str:
    path = tmp_path / "mine.yaml"
    path.write_text(MINE)
    return str(path)


def test_a_map_for_the_terminal_and_for_mermaid(mine: str, run: Run) -> None:
    assert "trigger: What happened?" in run("playbook", "map", mine).out
    assert run("playbook", "map", mine, "--mermaid").out.startswith("flowchart TD")


@pytest.mark.parametrize("command", ["map", "play", "show", "test"])
def test_a_name_that_no_playbook_has_is_guessed_on_one_line(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert playbook.main([command, "frist_call"]) != 0
    message = "no playbook has the id 'frist_call' (did you mean 'first_call'?)"
    assert capsys.readouterr().err == f"salesnerd playbook {command}: {message}\n"


def test_a_failed_walk_and_what_nobody_visits_are_told(mine: str, run: Run) -> None:
    output = run("playbook", "test", mine, status=1).out
    assert "mine: 1 passed, 1 failed" in output
    assert "ends with nothing decided, not with friends" in output
    assert "never visited, answers: trigger: Something broke" in output


def test_the_same_for_programs(mine: str, capsys: pytest.CaptureFixture[str]) -> None:
    playbook.main(["test", mine, "--json"])
    (report,) = json.loads(capsys.readouterr().out)
    assert [test["passed"] for test in report["tests"]] == [True, False]
    assert report["never_visited"] == {"answers": ["trigger: Something broke"]}


def test_strict_minds_what_nobody_visits(mine: str, capsys: pytest.CaptureFixture[str]) -> None:
    text = Path(mine).read_text().replace("ends: friends}\ntests", "}\ntests")
    Path(mine).write_text(text)
    assert playbook.main(["test", mine]) == 0
    assert playbook.main(["test", mine, "--strict"]) == 1


def test_a_playbook_without_tests_is_told_where_they_go(tmp_path: Path, run: Run) -> None:
    bare = tmp_path / "bare.yaml"
    bare.write_text("playbook: Bare\nagenda:\n  - ask: What happened?\n    id: trigger\n")
    assert "neither tests nor a buyer yet" in run("playbook", "test", str(bare)).out


def test_a_broken_playbook_is_refused_with_its_place(tmp_path: Path, run: Run) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text("playbook: Broken\nagenda:\n  - aks: What happened?\n")
    for command in ("map", "test", "play"):
        assert "broken.yaml:3" in run("playbook", command, str(broken), status=1).err


def played(mine: str, monkeypatch: pytest.MonkeyPatch, script: str, *options: str) -> int:
    monkeypatch.setattr("sys.stdin", io.StringIO(script))
    return playbook.main(["play", mine, *options])


def test_a_walk_from_a_script(mine: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert played(mine, monkeypatch, "1\nit was Tuesday\nn\nb\nu\n2\n?\nn\nq\n", "--buyer", "dana") == 0
    output = capsys.readouterr().out
    assert "dana: “The auditor came.”" in output
    assert "[trigger] When?" in output
    assert "[cost] What did it cost?" in output
    assert "✗ this question has no numbered answers" in output
    assert "n next" in output


def test_a_walk_can_begin_anywhere_and_reach_the_end(
    mine: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert played(mine, monkeypatch, "j trigger\n2\nn\n\n", "--at", "cost") == 0
    assert "ends: friends" in capsys.readouterr().out


def test_a_walk_that_cannot_begin_says_why(
    mine: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert played(mine, monkeypatch, "", "--at", "cots") == 2
    assert "no question 'cots'" in capsys.readouterr().out
    assert played(mine, monkeypatch, "", "--buyer", "dan") == 2
    assert "this playbook has: dana" in capsys.readouterr().err


def test_prep_and_call_can_both_be_walked(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert played("rfp_landed", monkeypatch, "prep\n1\ncall\n") == 0
    assert "[rfp_author]" in capsys.readouterr().out


SAID_FIRST = """
playbook: Said first
agenda:
  - ask: What happened?
    id: trigger
    answers:
      Something broke: {say: I am sorry to hear that., follow_up: When did it break?}
      Nothing: {say: Good for you.}
"""


def test_what_is_said_before_a_follow_up_is_shown_by_map_and_play(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "said_first.yaml"
    path.write_text(SAID_FIRST)
    playbook.main(["map", str(path)])
    output = capsys.readouterr().out
    assert "Something broke → “I am sorry to hear that.” → “When did it break?”" in output
    assert "Nothing → “Good for you.”" in output
    monkeypatch.setattr("sys.stdin", io.StringIO("1\n"))
    playbook.main(["play", str(path)])
    offered, picked = capsys.readouterr().out.split("[trigger]")[1:]
    assert "1 Something broke  → “I am sorry to hear that.” When did it break?" in offered
    assert picked.startswith(" “I am sorry to hear that.” When did it break?")


PARTS = """
library: Shared questions
questions:
  - ask: Who signs?
    id: signer
    answers: {My boss: Who else?, Nobody: {end: elsewhere}}
  - ask: Who pays?
    id: payer
detours:
  demo: {key: d, agenda: [{ask: Who has to see it?, id: audience}]}
"""


def test_a_library_is_mapped_part_by_part(tmp_path: Path, run: Run) -> None:
    path = tmp_path / "shared.yaml"
    path.write_text(PARTS)
    output = run("playbook", "map", str(path)).out
    assert output.startswith("Shared questions\n\nquestions\n")
    assert "signer: Who signs?" in output
    assert "audience: Who has to see it?" in output
    assert "outcomes" not in output
    assert "agenda_signer --> agenda_payer" not in run("playbook", "map", str(path), "--mermaid").out


def test_a_library_is_played_part_by_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run) -> None:
    path = tmp_path / "shared.yaml"
    path.write_text(PARTS)
    monkeypatch.setattr("sys.stdin", io.StringIO("d demo\n"))
    shown = run("playbook", "play", str(path), "--at", "payer").out
    assert "[payer] Who pays?" in shown
    assert "[audience] Who has to see it?" in shown


def test_a_library_without_questions_says_what_it_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    words, detours = tmp_path / "words.yaml", tmp_path / "detours.yaml"
    words.write_text("library: Words\ncoach: {jargon: {pipeline: steps}}\n")
    detours.write_text("library: Ways out\n" + PARTS[PARTS.index("detours:") :])
    monkeypatch.setattr("sys.stdin", io.StringIO("d demo\n"))
    assert "has no questions to play" in run("playbook", "play", str(words), status=1).err
    assert "only has words" in run("playbook", "map", str(words)).out
    shown = run("playbook", "play", str(detours)).out
    assert "enter one with: d demo" in shown
    assert "[audience] Who has to see it?" in shown


def test_a_library_cannot_be_tested_and_the_refusal_says_what_to_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "shared.yaml"
    path.write_text(PARTS)
    assert playbook.main(["test", str(path)]) == 1
    assert "is a library, not a playbook (name a playbook that uses it)" in capsys.readouterr().err


def test_a_test_in_a_file_can_leave_a_question_open(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(
        MINE.replace("outcomes:", "gates: {costly: cost is known}\noutcomes:")
        + "  - {it: stays open, notes: {cost: ''}, asks: [cost], unmet: [costly]}\n"
        + "  - {it: is answered, notes: {cost: a day}, met: [costly]}\n"
    )
    playbook.main(["test", str(path), "--json"])
    (report,) = json.loads(capsys.readouterr().out)
    assert [test["problems"] for test in report["tests"][1:3]] == [[], []]


PREPARED = MINE.replace("agenda:", "prep:\n  - {ask: What do you know?, id: known_before}\nagenda:", 1)


def test_a_playbook_with_a_prep_is_played_from_the_prep_into_the_call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(PREPARED)
    assert played(str(path), monkeypatch, "they grow\nn\nu\n") == 0
    prep, call = capsys.readouterr().out.split("the prep is done (the call starts)\n")
    assert prep.startswith("[known_before] What do you know?")
    assert call.startswith("[trigger] What happened?")
    assert played(str(path), monkeypatch, "they grow\nn\nprep\n") == 0
    assert capsys.readouterr().out.count("the prep is done (the call starts)\n[trigger]") == 2
    assert played(str(path), monkeypatch, "", "--at", "cost") == 0
    assert capsys.readouterr().out.startswith("[cost]")


def test_the_detours_of_libraries_can_be_left_off_a_map(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], run: Run
) -> None:
    monkeypatch.setenv("SALESNERD_PLAYBOOKS", str(tmp_path))
    (tmp_path / "shared.yaml").write_text(PARTS + "gates: {paid: payer is known}\n")
    own = "detours: {mine_too: {key: f, agenda: [{ask: Who is new?, id: new_one}]}}\nagenda:\n  - include: payer\n"
    (tmp_path / "user.yaml").write_text(MINE.replace("agenda:\n", f"use: [shared]\n{own}", 1))
    playbook.main(["map", "user"])
    assert "↷ demo" in capsys.readouterr().out
    for options in ([], ["--mermaid"]):
        drawn = run("playbook", "map", "user", "--no-libraries", *options).out
        assert "audience" not in drawn
        assert "paid" not in drawn
        assert "new_one" in drawn
        assert "Who pays?" in drawn


def test_a_list_counts_one_must_ask_as_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SALESNERD_PLAYBOOKS", str(tmp_path))
    text = MINE.replace("agenda:", "minutes: 5\nagenda:").replace("id: cost", "id: cost\n    priority: must")
    (tmp_path / "mine.yaml").write_text(text)
    playbook.main(["list"])
    assert "Mine · 5 min · 1 must-ask ·" in capsys.readouterr().out


@pytest.mark.parametrize("form", ["text", "github", "sarif"])
def test_lint_says_which_playbook_is_missing_without_a_code(form: str, run: Run) -> None:
    printed = run("playbook", "lint", "frist_call", "--format", form, status=1)
    assert printed.err == (
        "salesnerd playbook lint: no such file or playbook: 'frist_call' (did you mean 'first_call'?)\n"
    )
    assert "P100" not in printed.out + printed.err
    assert "frist_call" not in printed.out


def test_lint_checks_the_others_when_one_is_missing(mine: str, run: Run) -> None:
    printed = run("playbook", "lint", "nobody", mine, status=1)
    assert "no such file or playbook: 'nobody'" in printed.err
    assert printed.out.strip()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["import", "nope.md"], "no such file: 'nope.md'"),
        (["import", "file:///nope.md"], "expected a path, not a URL"),
        (["import", ""], "cannot read ''"),
        (["new", ""], "such as 'my_first_call'"),
        (["explain", ""], "list them with: salesnerd playbook explain"),
    ],
)
def test_an_empty_or_missing_name_is_explained_on_one_line(
    words: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert playbook.main(words) in (1, 2)
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        (["lint", "mine.yaml", "--watch", "--strict"], 2, "cannot be combined"),
        (["lint", "mine.yaml", "--watch", "--format", "json"], 2, "cannot be combined"),
        (["lint", ""], 1, "no such file or playbook: ''"),
        (["lint", "empty"], 1, "no playbooks in 'empty'"),
        (["schema", "frist_call"], 2, "did you mean 'first_call'?"),
        (["new", "own", "--copy"], 2, "--copy needs --from"),
        (["new", "own", "--from", "common/words"], 2, "is a library"),
    ],
)
def test_an_option_without_an_effect_is_refused(
    arguments: list[str],
    status: int,
    says: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    (tmp_path / "mine.yaml").write_text(MINE)
    if arguments[0] == "lint" and status == 2:
        with pytest.raises(SystemExit, match="2"):
            playbook.main(arguments)
    else:
        assert playbook.main(arguments) == status
    shown = capsys.readouterr()
    assert says in shown.err
    assert shown.out in ("", "\n")


def test_errors_that_only_leaves_out_are_counted(tmp_path: Path, run: Run) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(MINE.replace("end: friends", "end: nobody"))
    assert "1 error outside of --only" in run("playbook", "lint", str(path), "--only", "P403", status=1).err
    assert "outside of --only" not in run("playbook", "lint", str(path), "--only", "P203", status=1).err


def test_a_new_playbook_with_the_name_of_a_built_in_one_says_that_it_replaces_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    monkeypatch.setenv("SALESNERD_PLAYBOOKS", str(tmp_path))
    assert "replaces the built-in playbook" in run("playbook", "new", "first_call").out
    assert "replaces" not in run("playbook", "new", "my_own_call").out


def test_the_unsaved_text_of_an_editor_is_checked_from_standard_input(
    monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(MINE.replace("end: friends", "end: frends").encode())))
    (found,) = json.loads(run("playbook", "lint", "-", "--format", "json", status=1).out)
    assert (found["code"], found["file"], found["line"], found["fix"]) == ("P203", "standard_input.yaml", 6, "friends")
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"playbook: \xff")))
    assert "standard input is not UTF-8" in run("playbook", "lint", "-", status=1).err
    with pytest.raises(SystemExit, match="2"):
        playbook.main(["lint", "-", "--fix"])


def test_a_letter_without_its_name_lists_the_names_and_is_not_a_note(
    mine: str, monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("j\nd\nj cost\nb\n"))
    output = run("playbook", "play", mine).out
    assert "✗ write the name behind it: j trigger · j cost" in output
    assert "✗ write the name behind it: there is none" in output
