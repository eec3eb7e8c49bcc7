"""`salesnerd playbook import`: what it writes, what it prints, and what it refuses without writing anything."""

from __future__ import annotations

import io
import stat
import subprocess
import sys
from itertools import product
from pathlib import Path

import pytest

import hostile
from cli_runs import Run
from salesnerd_tui.cli import main
from salesnerd_tui.playbook.library import Library
from thoroughness import some

TWELVE = """\
# My discovery call

## Warm up (5 min)

1. What made you take this call?
   - my boss asked -> what did your boss see?
   - just looking -> go to 11
2. What are you using today?
3. How long have you been using it?

## The problem

4. Walk me through the last time it went wrong.
   Listen for: who noticed, what it cost
5. Do you measure how often that happens?
   - If yes, what's the number?
   - If no, how would you find out?
6. What have you tried so far?
7. What does it cost you per month?

## The decision

8. Who else cares about this?
9. Do you have a budget? If so, who owns it?
10. How did you buy the last tool like this?
    Avoid: asking who the decision maker is
11. What happens if you do nothing?
12. Would a pilot with [team name] make sense?

War story: we once sold to a man who never spoke.
"""


STORY = TWELVE.split("\n").index("War story: we once sold to a man who never spoke.") + 1


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's empty playbook folder."""
    playbooks = tmp_path / "playbooks"
    monkeypatch.setenv("SALESNERD_PLAYBOOKS", str(playbooks))
    return playbooks


def saved(tmp_path: Path, content: str | bytes, name: str = "discovery.md") -> str:
    """Write a document and return its path."""
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return str(path)


def files(folder: Path) -> list[str]:
    """Return the playbooks in the folder."""
    return sorted(path.name for path in folder.glob("*.y*ml")) if folder.exists() else []


def test_a_page_of_twelve_questions_becomes_a_playbook_that_can_be_used(tmp_path: Path, folder: Path, run: Run) -> None:
    said = run("playbook", "import", saved(tmp_path, TWELVE)).out
    assert "13 questions in 3 sections, 1 of them in prep" in said
    assert f"line {STORY}: War story: we once sold" in said
    assert "added: the outcomes go, not-yet, no-go" in said
    assert files(folder) == ["discovery.yaml"]
    assert stat.S_IMODE((folder / "discovery.yaml").stat().st_mode) == 0o600
    assert Library().load("discovery").playbook is not None
    assert main(["playbook", "lint", "discovery"]) == 0


def test_a_second_import_never_overwrites_the_first(tmp_path: Path, folder: Path, run: Run) -> None:
    document = saved(tmp_path, TWELVE)
    assert main(["playbook", "import", document]) == 0
    (folder / "discovery.yaml").write_text("my edits")
    assert "already exists (choose another name: --name NAME)" in run("playbook", "import", document, status=1).err
    assert (folder / "discovery.yaml").read_text() == "my edits"
    assert main(["playbook", "import", document, "--name", "second"]) == 0
    assert files(folder) == ["discovery.yaml", "second.yaml"]


def test_standard_input_and_printing_write_no_file(folder: Path, monkeypatch: pytest.MonkeyPatch, run: Run) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(TWELVE.encode())))
    assert run("playbook", "import", "-", "--print").out.count("- ask: ") == 14
    assert files(folder) == []
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(TWELVE.encode())))
    assert main(["playbook", "import", "-"]) == 0
    assert files(folder) == ["my_discovery_call.yaml"]


def test_what_was_left_out_is_kept_as_comments_on_request(
    tmp_path: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["playbook", "import", saved(tmp_path, TWELVE), "--prose", "comment"]) == 0
    assert f"# line {STORY}: War story: we once sold" in (folder / "discovery.yaml").read_text()
    assert main(["playbook", "lint", "discovery"]) == 0


REFUSED = {
    "ten megabytes": (b"- What broke?\n" * 750_000, "larger than 1 MB (10 MB)"),
    "a web page": (b"<!doctype html><html><body><p>What broke?</p></body></html>", "a web page"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "not Markdown: an image"),
    "bytes": (bytes(range(256)) * 20, "not Markdown: binary data"),
    "a Word document": (b"PK\x03\x04" + bytes(200), "a Word document"),
    "nothing": (b"", "the document is empty"),
    "blank lines": (b"\n \n\t\n", "the document is empty"),
    "front matter alone": (b"---\ntitle: x\n---\n", "the document is empty"),
    "prose": (b"We met. It rained. Nobody asked anything, and so we left again after an hour.", "this is prose"),
    "a table without a header or questions": (b"|  |  |\n|--|--|\n| Owner | Ana |\n| Time | 20 |\n", "this is prose"),
}


@pytest.mark.parametrize(("content", "reason"), REFUSED.values(), ids=REFUSED.keys())
def test_bad_input_is_refused_with_the_reason_and_nothing_written(
    tmp_path: Path, folder: Path, run: Run, content: bytes, reason: str
) -> None:
    assert reason in run("playbook", "import", saved(tmp_path, content), status=1).err
    assert files(folder) == []


def test_what_is_not_a_file_is_refused(tmp_path: Path, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for path in (tmp_path, tmp_path / "nowhere.md", Path("/dev/zero")):
        assert main(["playbook", "import", str(path)]) == 1
    assert "no such file" in capsys.readouterr().err
    assert main(["playbook", "import", saved(tmp_path, TWELVE), "--name", "../up"]) == 2
    assert files(folder) == []


ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "latin-1", "cp1252")


@pytest.mark.parametrize(("encoding", "line_end"), some(product(ENCODINGS, ["\n", "\r\n", "\r"]), 4))
def test_any_encoding_and_line_end_gives_the_same_questions(
    tmp_path: Path, folder: Path, encoding: str, line_end: str
) -> None:
    text = "# Gespräch\n\n- Was fällt Ihnen zuerst auf?\n- Wen stört es am meisten?\n- Was kostet es?\n"
    assert main(["playbook", "import", saved(tmp_path, text.replace("\n", line_end).encode(encoding))]) == 0
    playbook = Library().load("discovery").playbook
    assert playbook is not None
    asked = [item.text for item in playbook.agenda if hasattr(item, "text")]
    assert asked[:3] == ["Was fällt Ihnen zuerst auf?", "Wen stört es am meisten?", "Was kostet es?"]


@pytest.mark.parametrize("text", hostile.TYPICAL.values(), ids=hostile.TYPICAL.keys())
def test_hostile_text_is_imported_without_reaching_the_terminal(
    tmp_path: Path, folder: Path, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    document = f"# {text}\n\n- What broke, {text}?\n  - If {text}, who?\n- Who saw it?\n- Why now?\n\n{text}\n"
    status = main(["playbook", "import", saved(tmp_path, document.encode("utf-8", "surrogatepass"))])
    said = capsys.readouterr()
    assert not hostile.find_smuggled((said.out + said.err).encode("utf-8", "surrogatepass"))
    assert "would not load" not in said.err
    assert files(folder) == (["discovery.yaml"] if status == 0 else [])
    if status == 0:
        assert not hostile.find_smuggled((folder / "discovery.yaml").read_bytes())
        assert not Library().load("discovery").errors


def test_only_the_import_loads_the_markdown_parser() -> None:
    code = (
        "import sys; from salesnerd_tui.cli import main; main(['playbook', 'lint', 'first_call']);"
        "print([name for name in sys.modules if 'markdown_it' in name])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip().endswith("[]")


@pytest.mark.parametrize(
    ("text", "name", "options", "reason"),
    [
        ("playbook: Mine\nagenda:\n  - ask: Why now?\n    id: why\n", "mine.yaml", (), "is a playbook already"),
        ("library: Ours\nquestions:\n  - ask: Why now?\n    id: why\n", "ours.yaml", (), "is a playbook already"),
        ("# Notes\n\nWe met. It was nice.\n", "notes.md", ("--library",), "1 paragraph or list item"),
    ],
)
def test_a_playbook_and_an_empty_library_are_refused(
    text: str,
    name: str,
    options: tuple[str, ...],
    reason: str,
    tmp_path: Path,
    folder: Path,
    run: Run,
) -> None:
    assert reason in run("playbook", "import", saved(tmp_path, text, name), *options, status=1).err
    assert files(folder) == []


def test_an_import_with_the_name_of_a_built_in_playbook_says_that_it_replaces_it(
    tmp_path: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["playbook", "import", saved(tmp_path, TWELVE), "--name", "first_call"]) == 0
    assert "it replaces the built-in playbook" in capsys.readouterr().out
    assert files(folder) == ["first_call.yaml"]
