"""Watching playbooks for saves."""

from __future__ import annotations

from pathlib import Path

import pytest

from salesnerd_tui.playbook.watch import FileWatcher


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "mine.yaml"
    path.write_text("playbook: Mine\n")
    return path


def test_unchanged_files_are_not_reported(file: Path) -> None:
    watch = FileWatcher([file])
    assert not any(watch.has_changed(at) for at in (0.0, 0.2, 5.0))


def test_a_save_is_reported_once_after_the_file_is_stable(file: Path) -> None:
    watch = FileWatcher([file])
    file.write_text("playbook: Mine, half")
    assert not watch.has_changed(1.0)
    file.write_text("playbook: Mine, half and half")
    assert not watch.has_changed(1.09), "it is still being written"
    assert not watch.has_changed(1.15)
    assert watch.has_changed(1.2)
    assert not watch.has_changed(1.4)


def test_a_file_renamed_over_it_is_a_save(file: Path, tmp_path: Path) -> None:
    watch = FileWatcher([file])
    new = tmp_path / "mine.yaml.tmp"
    new.write_text("playbook: Mine\n")
    new.replace(file)
    watch.has_changed(1.0)
    assert watch.has_changed(1.2)


def test_a_file_missing_during_a_rename_is_not_reported(file: Path, tmp_path: Path) -> None:
    watch = FileWatcher([file])
    away = file.rename(tmp_path / "mine.yaml~")
    assert not watch.has_changed(1.0)
    assert not watch.has_changed(1.5), "a file may be missing for half a second"
    away.rename(file)
    assert not watch.has_changed(1.6), "it came back as it was"
    assert not watch.has_changed(9.0)


def test_a_deleted_file_is_reported(file: Path) -> None:
    watch = FileWatcher([file])
    file.unlink()
    watch.has_changed(1.0)
    assert watch.has_changed(2.1)


def test_several_files_saved_together_are_one_change(tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("a.yaml", "b.yaml")]
    for each in files:
        each.write_text("x")
    watch = FileWatcher(files)
    files[0].write_text("xx")
    watch.has_changed(1.0)
    files[1].write_text("xxx")
    assert not watch.has_changed(1.11)
    assert watch.has_changed(1.3)
    assert not watch.has_changed(1.6)


def test_a_playbook_may_use_other_files_after_an_edit(file: Path, tmp_path: Path) -> None:
    other = tmp_path / "words.yaml"
    other.write_text("library: Words\n")
    watch = FileWatcher([file])
    watch.watch([file, other])
    other.write_text("library: More words\n")
    watch.has_changed(1.0)
    assert watch.has_changed(1.2)
    watch.watch([file, other])
    assert not watch.has_changed(2.0)


def test_a_save_while_the_files_are_read_is_reported_although_other_files_are_watched_now(
    file: Path, tmp_path: Path
) -> None:
    other = tmp_path / "words.yaml"
    other.write_text("library: Words\n")
    watch = FileWatcher([file, other])
    file.write_text("playbook: Half of mi")
    watch.has_changed(1.0)
    assert watch.has_changed(1.2)
    file.write_text("playbook: Mine\nuse: [words]\n")
    watch.watch([file])  # the half-saved file that was read does not use the library
    watch.has_changed(1.3)
    assert watch.has_changed(1.5)
