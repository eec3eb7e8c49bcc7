"""The editor that `v` opens in a call: with any setting, the call continues and gets the terminal back."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from journeys.live import SALESNERD
from terminal import Terminal
from thoroughness import some

pytestmark = pytest.mark.journey


def playbook_in(folder: Path) -> None:
    folder.mkdir()
    (folder / "mine.yaml").write_text(
        "playbook: Mine\nagenda:\n  - ask: What happened on Friday?\n    id: what\n  - ask: And then?\n    id: then\n"
        "outcomes:\n  go: {decision: go, capture: [next_date]}\n"
    )


def window(folder: Path, *words: str, **environment: str) -> Terminal:
    books = folder / "books"
    playbook_in(books)
    home = {"SALESNERD_DATA": str(folder / "data"), "HOME": str(folder), "SALESNERD_PLAYBOOKS": str(books)}
    settings = {"VISUAL": "", "EDITOR": ""} | environment
    return Terminal([SALESNERD, *words], columns=100, rows=30, environment={**home, **settings})


def program(path: Path, text: str, mode: int = 0o755) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(mode)
    return path


@pytest.mark.parametrize(
    ("editor", "message"),
    some(
        [
            ("no-such-editor", "editor not found: 'no-such-editor'"),
            ("no-such-editor --wait", "editor not found"),
            ('"vi', "invalid EDITOR"),
            ("'", "invalid EDITOR"),
            ("/tmp", "editor is a directory"),
            ("{folder}/notes.txt", "editor is not executable"),
            ("{folder}/no script", "exec format error"),
            ("/no/such folder/editor", "editor not found"),
            ('""', "invalid EDITOR"),
            ("code-insiders", "editor not found"),
        ],
        5,
    ),
)
def test_an_editor_that_cannot_be_started_leaves_the_call_on_the_screen(
    editor: str, message: str, tmp_path: Path
) -> None:
    program(tmp_path / "notes.txt", "", mode=0o644)
    program(tmp_path / "no script", "").write_bytes(b"\x7fELF, but not really")
    editor = editor.format(folder=tmp_path)
    with window(tmp_path, "live", "mine", "--account", "Acme", EDITOR=editor) as terminal:
        terminal.wait_for("What happened on Friday?")
        before = bytes(terminal.raw).count(b"\x1b[?1049l")
        terminal.press("v", until=message)
        if "exec format" not in message:
            assert bytes(terminal.raw).count(b"\x1b[?1049l") == before, "the terminal was lent without need"
        terminal.press("n", until="And then?")
        terminal.press("q", "q")
        assert terminal.wait_exit() == 0


def test_a_path_with_blanks_needs_no_quotes(tmp_path: Path) -> None:
    editor = program(tmp_path / "my tools" / "an editor", f'printf "%s\\n" "$@" > "{tmp_path}/seen"')
    with window(tmp_path, "live", "mine", "--account", "Acme", EDITOR=f"{editor} -w") as terminal:
        terminal.wait_for("What happened on Friday?")
        terminal.press("v", until="edited")
    assert (tmp_path / "seen").read_text() == f"-w\n{tmp_path}/books/mine.yaml\n"


@pytest.mark.parametrize("blank", some(["", "   ", "\t"], 3))
def test_a_blank_visual_leaves_it_to_editor(blank: str, tmp_path: Path) -> None:
    editor = program(tmp_path / "ed", "exit 0")
    with window(tmp_path, "live", "mine", "--account", "Acme", VISUAL=blank, EDITOR=str(editor)) as terminal:
        terminal.wait_for("What happened on Friday?")
        terminal.press("v", until="edited")


def test_the_terminal_is_restored_after_an_editor_fails(tmp_path: Path) -> None:
    ends = {
        "exited with status 3": "exit 3",
        "was killed by signal 9": "stty -echo raw; printf '\\033[?1049h\\033[?1000h'; kill -9 $$",
        "was killed by signal 11": "stty -echo raw; kill -SEGV $$",
        "exited with status 4": "trap 'exit 4' INT; printf 'ctrl c please'; while :; do sleep 0.1; done",
    }
    with window(tmp_path, "live", "mine", "--account", "Acme", EDITOR=str(tmp_path / "ed")) as terminal:
        terminal.wait_for("What happened on Friday?")
        for number, (message, text) in enumerate(ends.items()):
            program(tmp_path / "ed", text)
            terminal.press("v")
            if "trap" in text:
                terminal.wait_for("ctrl c please")
                terminal.press("ctrl+c")
            terminal.wait_for(message)
            terminal.type(f"\rnote {number}\r", until=re.compile(f"✓.*note {number}"))
        terminal.press("q", "q")
        assert terminal.wait_exit() == 0
        assert terminal.modes.isdisjoint({1049, 1000, 1002, 2004})


def test_the_shell_settings_are_restored_after_an_editor_was_killed(tmp_path: Path) -> None:
    editor = program(tmp_path / "ed", "stty -echo raw; kill -9 $$")
    once = f'"{SALESNERD}" live mine --account Acme; stty -a | tr "\\n" " " | grep -o " -*echo "; echo and back'
    books = tmp_path / "books"
    playbook_in(books)
    home = {"SALESNERD_DATA": str(tmp_path / "data"), "HOME": str(tmp_path), "SALESNERD_PLAYBOOKS": str(books)}
    with Terminal(
        ["sh", "-c", once], columns=100, environment={**home, "VISUAL": "", "EDITOR": str(editor)}
    ) as terminal:
        terminal.wait_for("What happened on Friday?")
        terminal.press("v", until="was killed by signal 9")
        terminal.press("q", "q", until="and back")
        assert re.search(r"^ echo", terminal.text, re.MULTILINE)


def test_the_start_page_continues_after_an_editor_too(tmp_path: Path) -> None:
    with window(tmp_path, EDITOR="no-such-editor") as terminal:
        terminal.wait_for("new call")
        terminal.press("v", until=re.compile("edit a playbook", re.IGNORECASE))
        terminal.type("mine\r", until="editor not found")
        terminal.press("q")
        assert terminal.wait_exit() == 0
