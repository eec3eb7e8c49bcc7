"""A playbook that is edited during its call."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from live_stage import PLAYBOOK, LiveStage, live_screen
from salesnerd_tui.call import actions
from salesnerd_tui.playbook.library import Library
from salesnerd_tui.playbook.model import SourceLocation
from salesnerd_tui.tui import editor
from salesnerd_tui.tui.editor import NoEditor, editor_command, has_window

TEXT = """playbook: Mine
agenda:
  - ask: What happened?
    id: trigger
  - ask: What did it cost?
    id: cost
outcomes:
  on: {decision: go}
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "mine.yaml"
    path.write_text(TEXT)
    return path


@pytest.fixture
async def stage(tmp_path: Path, file: Path) -> AsyncIterator[LiveStage]:
    playbook = Library([tmp_path]).load(file).playbook
    assert playbook is not None
    async with live_screen(tmp_path / "data", playbook=playbook) as stage:
        yield stage


async def save_playbook(stage: LiveStage, file: Path, text: str) -> None:
    """Save the file, and pass the loaded playbook to the screen like the watching thread."""
    file.write_text(text)
    stage.screen.playbook_updates.on_loaded(Library([file.parent]).load(file))
    await stage.pilot.pause()


async def test_saved_playbook_is_shown_and_the_place_is_kept(stage: LiveStage, file: Path) -> None:
    await stage.press("n")
    await stage.note("two days")
    await save_playbook(stage, file, TEXT.replace("What did it cost?", "What did that one time cost?"))
    assert "What did that one time cost?" in stage.screen_text
    assert stage.session.state.known("cost") == ("two days",)
    assert "playbook reloaded" in stage.screen_text


async def test_question_without_an_id_can_be_reworded_while_it_is_asked(stage: LiveStage, file: Path) -> None:
    await save_playbook(stage, file, TEXT.replace("    id: trigger\n", ""))
    assert "your question changed, notes are unchanged" in stage.screen_text
    await save_playbook(
        stage, file, TEXT.replace("    id: trigger\n", "").replace("What happened?", "Which alarm rang?")
    )
    assert "Which alarm rang?" in stage.screen_text
    await save_playbook(
        stage, file, TEXT.replace("    id: trigger\n", "").replace("What happened?", "Which alarm rang first?")
    )
    assert "Which alarm rang first?" in stage.screen_text


async def test_invalid_playbook_is_reported_and_the_last_valid_one_stays(stage: LiveStage, file: Path) -> None:
    await save_playbook(stage, file, TEXT.replace("- ask: What did", "- aks: What did"))
    assert "mine.yaml:5" in stage.screen_text
    assert "What happened?" in stage.screen_text
    await save_playbook(stage, file, TEXT + "goal: Learn why.\n")
    await stage.wait_until(lambda: "mine.yaml:5" not in stage.screen_text)


async def test_typing_continues_during_a_reload(stage: LiveStage, file: Path) -> None:
    await stage.press("enter")
    await stage.type("two da")
    await save_playbook(stage, file, TEXT.replace("What happened?", "What went wrong?"))
    await stage.type("ys", "enter")
    assert stage.notes == ["two days"]


async def test_saving_an_unchanged_playbook_changes_nothing(stage: LiveStage, file: Path) -> None:
    before = list(stage.session.events)
    await save_playbook(stage, file, TEXT)
    assert stage.session.events == before
    assert "reloaded" not in stage.screen_text


async def test_playbook_file_is_watched(stage: LiveStage, file: Path) -> None:
    """Watch the file on its thread; the change appears within the time that people wait."""
    file.write_text(TEXT.replace("What happened?", "What went wrong?"))
    deadline = time.monotonic() + 10
    while "What went wrong?" not in stage.screen_text and time.monotonic() < deadline:
        await stage.pilot.pause(0.05)
    assert "What went wrong?" in stage.screen_text


async def test_after_a_switch_only_the_other_playbook_is_watched(tmp_path: Path, file: Path) -> None:
    file.write_text(TEXT.replace("    id: trigger\n", "    id: trigger\n    answers: {Show us: {switch: other}}\n"))
    other = tmp_path / "other.yaml"
    other.write_text(TEXT.replace("What happened?", "What would you have to see?").replace("trigger", "proof"))
    library = Library([tmp_path])
    async with live_screen(tmp_path / "data", playbook=library.load(file).playbook or PLAYBOOK) as stage:
        stage.service.library.folders = library.folders
        await stage.press("1", "n", until="What would you have to see?")
        await save_playbook(stage, file, TEXT.replace("What happened?", "What went wrong?"))
        assert stage.session.playbook.id == "other", "a save of the first playbook does not bring it back"
        other.write_text(TEXT.replace("What happened?", "Who else would have to see it?").replace("trigger", "proof"))
        await stage.wait_for("Who else would have to see it?")


async def test_a_playbook_that_is_loaded_when_the_call_is_left_changes_nothing(stage: LiveStage, file: Path) -> None:
    before = list(stage.session.events)
    stage.screen.close_call(is_ended=False)
    await save_playbook(stage, file, TEXT.replace("    id: trigger\n", "    id: another\n"))
    assert stage.session.events == before, "their file is closed"


async def test_editor_opens_at_the_question(stage: LiveStage, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[list[str]] = []
    monkeypatch.setenv("VISUAL", "code --wait")
    fake = SimpleNamespace(Popen=lambda command, **_: opened.append(command), DEVNULL=None)
    monkeypatch.setattr(editor, "subprocess", fake)
    await stage.press("n", "v")
    assert opened == [["code", "--wait", "--goto", f"{file}:5:10"]]


async def test_missing_editor_says_what_to_set(stage: LiveStage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.delenv("EDITOR", raising=False)
    monkeypatch.setenv("PATH", "")
    await stage.press("v")
    assert "EDITOR" in stage.rows[-1]


async def test_question_without_a_file_cannot_be_edited(stage: LiveStage) -> None:
    stage.session.do(actions.go_next)
    stage.session.do(actions.go_next)
    stage.screen.changed()
    await stage.press("v")
    assert "cannot edit this question" in stage.rows[-1]


@pytest.mark.parametrize(
    ("editor", "expected"),
    [
        ("vim", ["vim", "+7", "/books/mine.yaml"]),
        ("emacs -nw", ["emacs", "-nw", "+7", "/books/mine.yaml"]),
        ("hx", ["hx", "/books/mine.yaml:7:3"]),
        ("/usr/bin/code", ["/usr/bin/code", "--goto", "/books/mine.yaml:7:3"]),
        ("mystery", ["mystery", "/books/mine.yaml"]),
    ],
)
def test_each_editor_gets_the_line_in_its_own_syntax(editor: str, expected: list[str]) -> None:
    assert editor_command(SourceLocation("/books/mine.yaml", 7, 3), {"EDITOR": editor}) == expected


def test_editor_path_with_blanks_needs_no_quotes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "my tools" / "an editor"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.setenv("HOME", str(tmp_path))
    command = editor_command(SourceLocation("/books/mine.yaml", 7, 3), {"EDITOR": "~/my tools/an editor -w"})
    assert command == [str(program), "-w", "/books/mine.yaml"]


def test_editor_with_a_window_leaves_the_call_on_the_screen() -> None:
    assert has_window(["code"])
    assert has_window(["/opt/zed"])
    assert not has_window(["vim"])
    assert not has_window(["hx"])


def test_missing_editor_is_a_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(NoEditor, match="EDITOR"):
        editor_command(SourceLocation("/books/mine.yaml", 7, 3), {})
