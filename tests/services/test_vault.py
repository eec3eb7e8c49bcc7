"""The vault: notes for every call, account and person are updated with the calls, and the user's own text stays."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote

import pytest
import yaml

import hostile
from invented_calls import Call
from salesnerd_tui.call.events import Ended, PlanKind, PlanSet
from salesnerd_tui.files import CannotWrite, replace_private
from salesnerd_tui.playbook.library import Library, LoadResult
from salesnerd_tui.services.vault import VaultResult, update_vault
from salesnerd_tui.storage import vault_notes as vault_module
from salesnerd_tui.storage.call_store import CallStore
from salesnerd_tui.storage.disk import Disk
from salesnerd_tui.storage.errors import StorageError
from salesnerd_tui.storage.forget import ForgetPlan, ForgottenName
from salesnerd_tui.storage.vault_notes import (
    EDITED_MARKER,
    Vault,
    VaultNote,
    VaultProblem,
    file_name,
    merge_note,
    vault_lock,
)
from vault_stage import LINK, VaultStage


@pytest.fixture
def stage(tmp_path: Path) -> VaultStage:
    return VaultStage(tmp_path)


def test_a_call_becomes_three_notes_whose_links_resolve(stage: VaultStage) -> None:
    call_id = stage.store_call()
    assert stage.update() == VaultResult(written=3)
    short = call_id.rpartition("-")[2]
    assert set(stage.files()) == {
        f"Calls/2026-11-20 Northwind Clinic ({short}).md",
        "Accounts/Northwind Clinic.md",
        "People/Dana Smith (Northwind Clinic).md",
    }
    assert all(LINK.search(text) for text in stage.files().values())
    assert stage.broken_links() == []
    note = stage.only_file("Calls").read_text()
    front = yaml.safe_load(note.split("---\n")[1])
    assert front["salesnerd"] == f"call {call_id}"
    assert (front["account"], front["people"], front["outcome"]) == ("Northwind Clinic", ["Dana Smith, VP Eng"], "go")
    assert "Dana Smith was paged twice" in note
    assert "security page" in stage.only_file("Accounts").read_text()
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in stage.vault.rglob("*.md"))


def stamps(folder: Path) -> dict[Path, tuple[int, ...]]:
    """Return what a change of a file would change: content, mode and identity, but not when it was last read."""
    found = {path: path.stat() for path in folder.rglob("*")}
    return {path: (each.st_mtime_ns, each.st_size, each.st_mode, each.st_ino) for path, each in found.items()}


def test_a_second_update_changes_nothing(stage: VaultStage) -> None:
    stage.store_call()
    stage.store_call("Acme / Co", ("Dana Smith", "dana smith"))
    stage.update()
    before = stamps(stage.vault)
    assert stage.update() == VaultResult()
    assert stamps(stage.vault) == before


def test_another_spelling_of_an_account_is_the_same_note(stage: VaultStage) -> None:
    stage.store_call("Northwind Clinic")
    stage.store_call("northwind  CLINIC", ("dana smith",))
    stage.update()
    assert len(list((stage.vault / "Accounts").iterdir())) == 1
    assert len(list((stage.vault / "People").iterdir())) == 1
    assert stage.only_file("Accounts").read_text().count("](../Calls/") == 2


def test_what_the_user_writes_stays(stage: VaultStage) -> None:
    stage.store_call()
    stage.update()
    path = stage.only_file("Accounts")
    mine = path.read_text().replace("---\n", "---\ntags: [lead]\n", 1)
    path.write_text(f"{mine}\n## My own\n\nAsk about the budget.\n")
    stage.store_call()
    stage.update()
    text = path.read_text()
    assert yaml.safe_load(text.split("---\n")[1])["tags"] == ["lead"]
    assert text.endswith("\n## My own\n\nAsk about the budget.\n")
    assert text.count("](../Calls/") == 2
    assert stage.update() == VaultResult()


def test_an_edit_of_the_generated_part_is_moved_below_it(stage: VaultStage) -> None:
    stage.store_call()
    stage.update()
    path = stage.only_file("Calls")
    path.write_text(path.read_text().replace("12 pages", "12 pages, I counted them"))
    stage.update()
    text = path.read_text()
    assert text.index("12 pages") < text.index(EDITED_MARKER) < text.index("12 pages, I counted them")
    assert stage.update() == VaultResult(), "and only once"


def test_a_note_of_the_users_own_with_the_same_name_is_added_to(stage: VaultStage) -> None:
    own = stage.vault / "Accounts" / "Northwind Clinic.md"
    own.parent.mkdir()
    own.write_text("Met them at a fair.")
    stage.store_call()
    stage.update()
    assert "Met them at a fair.\n\n<!-- salesnerd:begin" in own.read_text()


def test_a_deleted_call_is_gone_and_the_users_text_is_not(stage: VaultStage) -> None:
    first, second = stage.store_call(), stage.store_call()
    stage.update()
    for path in (stage.vault / "Calls").iterdir():
        path.write_text(f"{path.read_text()}\nmy own line\n")
    stage.store.forget(first)
    assert first.rpartition("-")[2] not in "".join(stage.files().values()), "before any update"
    stage.update()
    calls = sorted((path.read_text() for path in (stage.vault / "Calls").iterdir()), key=len)
    assert calls[0].strip() == "my own line"
    assert second in calls[1]
    stage.store.forget(second)
    assert stage.update().problems == ()
    assert [name for name in stage.files() if not name.startswith("Calls/")] == []


def test_a_forgotten_person_is_in_no_note_and_no_name_of_a_note(stage: VaultStage) -> None:
    stage.store_call()
    stage.store_call("R&D Dana Smith GmbH", ("Dana Smith",))
    stage.update()
    path = next((stage.vault / "People").iterdir())
    path.write_text(f"{path.read_text()}\nplays chess\n")
    preview = stage.store.preview(ForgetPlan(names=(ForgottenName("Dana Smith"),)))
    stage.store.carry_out(preview.plan)
    assert "dana" not in unquote(stage.text()).lower()
    assert "plays chess" in stage.text()
    assert update_vault(stage.store).problems == ()
    assert "dana" not in unquote(stage.text()).lower()
    assert "12 pages" in stage.text()
    assert not [name for name in stage.files() if name.startswith("People/(")], "nobody is called (forgotten)"


def test_a_deletion_that_the_vault_refuses_is_tried_again(stage: VaultStage, monkeypatch: pytest.MonkeyPatch) -> None:
    call_id = stage.store_call()
    stage.update()

    def refuses(*_: object) -> None:
        raise VaultProblem("cannot delete it: read-only file system")

    with monkeypatch.context() as patched:
        patched.setattr(Vault, "remove", refuses)
        with pytest.raises(StorageError, match="read-only"):
            stage.store.forget(call_id)
    assert stage.files()
    CallStore(stage.data)
    assert stage.files() == {}, "the next start finishes it"


def test_a_full_disk_is_reported_and_nothing_is_lost(stage: VaultStage, monkeypatch: pytest.MonkeyPatch) -> None:
    stage.store_call()
    stage.update()
    before = stage.files()
    stage.store_call()

    def full(path: Path, *_: object, **__: object) -> None:
        raise CannotWrite(f"cannot write {path}: the disk is full")

    monkeypatch.setattr(vault_module, "replace_private", full)
    result = stage.update()
    assert "the disk is full" in result.problems[0]
    assert stage.files() == before


def test_a_missing_vault_is_not_created(stage: VaultStage) -> None:
    stage.store_call()
    stage.vault.rmdir()
    result = stage.update()
    assert "is not a folder (create it" in result.problems[0]
    assert not stage.vault.exists()


def test_a_note_edited_at_the_same_moment_is_read_again(stage: VaultStage, monkeypatch: pytest.MonkeyPatch) -> None:
    stage.store_call()
    stage.update()
    path = stage.only_file("Accounts")
    stage.store_call()
    edits = iter(["one\n"])
    merge = merge_note

    def merges(found: str, note: VaultNote) -> str:
        if note.path.startswith("Accounts/") and (line := next(edits, "")):
            path.write_text(f"{path.read_text()}{line}")
        return merge(found, note)

    monkeypatch.setattr(vault_module, "merge_note", merges)
    assert stage.update().problems == ()
    assert path.read_text().endswith("one\n")
    assert path.read_text().count("](../Calls/") == 2


def test_a_note_that_never_rests_is_left_alone(stage: VaultStage, monkeypatch: pytest.MonkeyPatch) -> None:
    note = VaultNote("Accounts/a.md", "account a", "text")
    vault = Vault(stage.vault)
    vault.write(note)
    path = stage.vault / note.path

    def merges(found: str, _: VaultNote) -> str:
        path.write_text(f"{found}more\n")
        return "other"

    monkeypatch.setattr(vault_module, "merge_note", merges)
    with pytest.raises(VaultProblem, match="being changed by another program"):
        vault.write(note)
    assert path.read_text().endswith("more\nmore\nmore\n")


def test_links_and_files_that_are_not_text_are_left_alone(stage: VaultStage, tmp_path: Path) -> None:
    stage.store_call()
    outside = tmp_path / "outside.md"
    outside.write_text("mine")
    (stage.vault / "Accounts").mkdir()
    (stage.vault / "Accounts" / "Northwind Clinic.md").symlink_to(outside)
    (stage.vault / "People").mkdir()
    (stage.vault / "People" / "Dana Smith (Northwind Clinic).md").write_bytes(b"\xff\xfe")
    problems = " ".join(stage.update().problems)
    assert "symbolic link" in problems
    assert "not UTF-8" in problems
    assert outside.read_text() == "mine"
    (stage.vault / "Calls").rename(stage.vault / "elsewhere")
    (stage.vault / "Calls").symlink_to(tmp_path)
    assert "symbolic link" in stage.update().problems[0]


@pytest.mark.parametrize("text", hostile.TYPICAL.values(), ids=hostile.TYPICAL.keys())
def test_hostile_names_stay_in_their_folder(text: str, stage: VaultStage) -> None:
    for name in (text, f"../../{text}", f"/etc/{text}", f"CON{text}"):
        made = file_name(name, file_name(name))
        assert len(os.fsencode(f"{made}.md")) <= 255
        assert "/" not in made
        assert not made.startswith(".")
    stage.store_call(text, (text,))
    stage.update()
    assert stage.update() == VaultResult()
    for path in stage.vault.rglob("*.md"):
        assert path.parent.parent == stage.vault
        yaml.safe_load(path.read_text().split("---\n")[1])
        assert path.read_text().count("<!-- salesnerd:") == 2


def test_steps_of_both_sides_are_listed_with_their_days(stage: VaultStage) -> None:
    stage.store_call()
    stage.update()
    agreed = (
        "## Agreed\n\n- [ ] you: draft the test plan (27 November 2026)\n- [ ] they: name two users (1 December 2026)\n"
    )
    assert agreed in stage.only_file("Calls").read_text()
    assert agreed in stage.only_file("Accounts").read_text()
    assert "you: send the security page by 2026-12-04\n" in stage.only_file("Accounts").read_text()
    assert "): GO · Friday (27 November)\n" in stage.only_file("Accounts").read_text(), "a note outlives `Friday`"
    stage.store_call()
    stage.update()
    assert stage.only_file("Accounts").read_text().count("name two users") == 1, (
        "the last call supersedes what was agreed"
    )


def test_calls_of_the_same_minute_are_listed_by_their_start(stage: VaultStage) -> None:
    ids = [stage.store_call(until_next=timedelta(seconds=5)) for _ in range(6)]
    stage.update()
    listed = re.findall(r"\(\.\./Calls/.*%28(\w+)%29\.md\)", stage.only_file("Accounts").read_text())
    assert listed == [call_id.rpartition("-")[2] for call_id in reversed(ids)]


def test_a_renamed_or_moved_note_is_followed(stage: VaultStage) -> None:
    stage.store_call()
    stage.update()
    clients = stage.vault / "Clients" / "2026"
    clients.mkdir(parents=True)
    account = stage.only_file("Accounts").rename(clients / "Northwind [main].md")
    account.write_text(f"{account.read_text()}\nmy own line\n")
    stage.store_call()
    assert stage.update().problems == ()
    assert list((stage.vault / "Accounts").iterdir()) == []
    assert account.read_text().count("/Calls/") == 2
    assert account.read_text().endswith("\nmy own line\n")
    assert stage.broken_links() == []
    assert stage.update() == VaultResult()
    stage.store.carry_out(stage.store.preview(ForgetPlan(names=(ForgottenName("Northwind"),))).plan)
    assert "northwind" not in unquote(stage.text()).lower()
    assert "my own line" in stage.text()


def test_a_note_that_could_not_be_written_is_written_after_a_call_with_another_account(stage: VaultStage) -> None:
    stage.store_call()
    blocked = stage.vault / "Accounts" / "Northwind Clinic.md"
    blocked.mkdir(parents=True)
    assert "Northwind Clinic.md" in stage.update().problems[0]
    blocked.rmdir()
    stage.store_call("Acme")
    update_vault(stage.store, "Acme")
    assert blocked.is_file()
    assert stage.update() == VaultResult()


def test_a_deletion_waits_for_a_vault_that_is_not_there(stage: VaultStage) -> None:
    call_id = stage.store_call()
    stage.update()
    away = stage.vault.rename(stage.vault.with_name("away"))
    with pytest.raises(StorageError, match="is missing"):
        stage.store.forget(call_id)
    away.rename(stage.vault)
    CallStore(stage.data)
    assert stage.files() == {}


def test_an_editor_that_replaces_the_file_at_the_last_moment_wins(
    stage: VaultStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.store_call()
    stage.update()
    path = stage.only_file("Accounts")
    stage.store_call()
    edits = iter(["one\n"])
    replace = replace_private

    def replaces(target: Path, text: str, can_replace: Callable[[], bool]) -> bool:
        """The editor saves while the new file is being written."""

        def asked() -> bool:
            if target == path and (line := next(edits, "")):
                beside = target.with_name("saved by an editor")
                beside.write_text(f"{target.read_text()}{line}")
                beside.replace(target)
            return can_replace()

        return replace(target, text, asked)

    monkeypatch.setattr(vault_module, "replace_private", replaces)
    assert stage.update().problems == ()
    assert path.read_text().endswith("one\n")
    assert path.read_text().count("](../Calls/") == 2
    assert [each.name for each in stage.vault.rglob(".*")] == []


def test_names_that_other_systems_reserve_or_that_a_link_cannot_hold() -> None:
    for name in ("CON", "nul", "com1", "LPT¹", "aux.txt"):
        assert file_name(name).startswith("_")
    for name in ("../x", "[[x]]", "a|b", "a#b", "a^b", "x%2e", "👋", "\u202eevil", "a" * 300, ".hidden", "x:y", "a\\b"):
        made = file_name(name)
        assert not set('/\\[]|#^%:*?"<>') & set(made)
        assert made == made.strip(" .")
        assert made != name, "with a checksum, so that it is nobody else's name"


def test_a_renamed_note_replaces_no_other(stage: VaultStage) -> None:
    plan = ForgetPlan(names=(ForgottenName("Dana Smith"),))
    for line in ("first\n", "second\n"):
        stage.store_call()
        stage.update()
        path = stage.vault / "People" / "Dana Smith (Northwind Clinic).md"
        path.write_text(f"{path.read_text()}{line}")
        stage.store.carry_out(stage.store.preview(plan).plan)
    notes = [text.strip() for name, text in stage.files().items() if "/Note " in name]
    assert sorted(notes) == ["first", "second"]


def test_a_value_that_the_user_changed_outlives_the_deleted_call(stage: VaultStage) -> None:
    call_id = stage.store_call()
    stage.update()
    path = stage.only_file("Calls")
    path.write_text(path.read_text().replace('outcome: "go"', "outcome: they signed"))
    stage.store.forget(call_id)
    assert stage.only_file("Calls").read_text().strip() == "---\noutcome: they signed\n---"


@pytest.mark.parametrize("is_deletion", [False, True])
def test_a_folder_that_cannot_even_be_looked_up_is_a_problem_in_words(stage: VaultStage, is_deletion: bool) -> None:
    call_id = stage.store_call()
    stage.store.settings.set("vault", str(stage.vault / ("a" * 300)))
    stage.store.settings.wait()
    if is_deletion:
        with pytest.raises(StorageError, match="is missing"):
            stage.store.forget(call_id)
    else:
        assert "is not a folder" in stage.update().problems[0]


def test_a_call_finds_the_playbook_that_was_opened_by_its_path(
    stage: VaultStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded: list[str] = []
    load = Library.load

    def loads(library: Library, name: str) -> LoadResult:
        loaded.append(name)
        return load(library, name)

    monkeypatch.setattr(Library, "load", loads)
    for _ in range(2):
        began = stage.next_start.isoformat()
        call = Call(began=began)
        path = PlanSet(0, PlanKind.PLAYBOOK, "first_call", "/books/mine.yaml")
        with stage.store.create(stage.next_start, "Northwind Clinic") as file:
            file.save([*call.events, path, Ended(60, "next_step", "go")], lambda _: None)
    stage.update()
    assert loaded == ["/books/mine.yaml"], "and reads it once"


def test_a_deletion_waits_for_an_update_that_has_read_the_call(
    stage: VaultStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    call_id = stage.store_call()
    stage.update()
    monkeypatch.setattr(vault_module, "LOCK_WAIT_SECONDS", 0.0)
    with (
        vault_lock(stage.data, Disk()),
        pytest.raises(StorageError, match="another salesnerd window is writing the vault"),
    ):
        stage.store.forget(call_id)
    CallStore(stage.data)
    assert stage.files() == {}, "the next start finishes it"


def test_an_update_waits_for_another_window(stage: VaultStage, monkeypatch: pytest.MonkeyPatch) -> None:
    stage.store_call()
    monkeypatch.setattr(vault_module, "LOCK_WAIT_SECONDS", 0.0)
    with vault_lock(stage.data, Disk()):
        (problem,) = stage.update().problems
    assert "another salesnerd window is writing the vault" in problem
    assert stage.files() == {}
    assert stage.update() == VaultResult(written=3), "the next update makes up for it"


def test_a_note_of_the_users_own_keeps_its_mode(stage: VaultStage) -> None:
    own = stage.vault / "Accounts" / "Northwind Clinic.md"
    own.parent.mkdir()
    own.write_text("Met them at a fair.")
    own.chmod(0o644)
    stage.store_call()
    stage.update()
    assert own.stat().st_mode & 0o777 == 0o644
    assert stage.only_file("Calls").stat().st_mode & 0o777 == 0o600


def test_two_computers_that_share_a_vault_leave_each_others_notes(stage: VaultStage, tmp_path: Path) -> None:
    other = VaultStage(tmp_path / "other")
    other.store.settings.set("vault", str(stage.vault))
    other.store.settings.wait()
    stage.store_call("Acme", ("Ola",))
    other.store_call("Northwind Clinic")
    stage.update()
    other.update()
    both = stage.files()
    assert len(both) == 6
    assert (stage.update(), other.update()) == (VaultResult(), VaultResult())
    assert stage.files() == both
