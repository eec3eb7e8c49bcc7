"""The user's vault: write a folder of Markdown notes about calls, accounts and people."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from salesnerd_tui.call.events import Mode
from salesnerd_tui.files import CannotWrite, read_regular, write_private
from salesnerd_tui.storage.call_store import account_key
from salesnerd_tui.storage.disk import Disk
from salesnerd_tui.storage.errors import StorageError
from salesnerd_tui.storage.forget import VAULT_SETTING

if TYPE_CHECKING:
    from salesnerd_tui.review.vault_pages import VaultCall
    from salesnerd_tui.storage.call_store import CallStore
    from salesnerd_tui.storage.summary import CallSummary
    from salesnerd_tui.storage.vault_notes import Vault


MAX_FAILED_BYTES = 1 << 20

FAILED_FILE = "vault-failed"
"""File in the data directory with the ids of calls whose notes were not all written, one per line."""


class VaultResult(Struct, frozen=True):
    """Result of an update of the vault. `problems` are lines for the user; the notes they name are as they were."""

    written: int = 0
    removed: int = 0
    problems: tuple[str, ...] = ()


def vault_folder(store: CallStore) -> Path | None:
    path = store.settings.get(VAULT_SETTING)
    return Path(path) if isinstance(path, str) and path else None


def update_vault(store: CallStore, account: str | None = None) -> VaultResult:
    """Write the notes of all ended calls, or of one account's, and remove those of names that the calls no longer have.

    Accounts whose last update failed or was interrupted are included. A second update changes nothing. A problem of the
    vault is not raised but returned in `VaultResult.problems`. Reads calls, so run it on a worker thread.
    """
    folder = vault_folder(store)
    if folder is None:
        return VaultResult()
    # Imports the whole debrief, which most starts of the program do without.
    from salesnerd_tui.storage.vault_notes import Vault, VaultProblem, vault_lock

    vault = Vault(folder)
    try:
        vault.check()
        with vault_lock(store.folder, Disk()):
            return _update(store, vault, account)
    except (VaultProblem, StorageError) as problem:
        return VaultResult(problems=(str(problem),))


def _update(store: CallStore, vault: Vault, account: str | None) -> VaultResult:
    from salesnerd_tui.review.vault_pages import parse_account_mark, render_notes
    from salesnerd_tui.storage.vault_notes import VaultProblem, comparable, generated_part, mark_of

    vault.tidy()
    texts = dict(vault.files())
    marks = {path: mark_of(text) for path, text in texts.items()}
    summaries = [each for each in store.summaries() if each.mode is Mode.LIVE and each.ended]
    noted = {mark.partition(" ")[2] for mark in marks.values()}
    unfinished = _read_failed(store) | {each.id for each in summaries} - noted
    account_keys = {
        account_key(each.account)
        for each in summaries
        if account is None or account_key(each.account) == account_key(account) or each.id in unfinished
    }
    unreadable: list[str] = []
    calls = _read_calls(store, [each for each in summaries if account_key(each.account) in account_keys], unreadable)
    places = {comparable(mark): path.relative_to(vault.folder).as_posix() for path, mark in marks.items()}
    notes = render_notes(calls, places)
    written, removed, problems = 0, 0, list[str]()
    failed_calls = set[str]()
    for note in notes:
        try:
            written += vault.write(note)
        except VaultProblem as problem:
            problems.append(str(problem))
            failed_calls |= {each.id for each in calls if account_key(each.debrief.header.account) == note.account}
    suffixes = [each.id.rpartition("-")[2] for each in store.summaries()]
    unreadable_accounts = {account_key(each.account) for each in summaries if each.id in unreadable}
    current_paths = {vault.folder / note.path for note in notes}

    def is_obsolete(path: Path, mark: str) -> bool:
        """Return whether no call needs the note. A note of another computer links to none of these calls: it stays."""
        mark_account = parse_account_mark(mark)
        is_updated = account is None or mark_account in account_keys
        if path in current_paths or not mark_account or mark_account in unreadable_accounts or not is_updated:
            return False
        text = generated_part(texts[path])
        return any(suffix in text for suffix in suffixes)

    for path in (path for path, mark in marks.items() if is_obsolete(path, mark)):
        try:
            vault.remove(path)
            removed += 1
        except VaultProblem as problem:
            problems.append(str(problem))
    _write_failed(store, failed_calls)
    return VaultResult(written, removed, tuple(problems))


def _read_failed(store: CallStore) -> set[str]:
    """Return the calls whose notes were not all written by the last update."""
    try:
        return set(read_regular(store.folder / FAILED_FILE, MAX_FAILED_BYTES).decode("ascii", "replace").split())
    except OSError:
        return set()


def _write_failed(store: CallStore, failed: Collection[str]) -> None:
    path = store.folder / FAILED_FILE
    with suppress(OSError, CannotWrite):
        if failed:
            write_private(path, "\n".join(sorted(failed)), force=True)
        else:
            path.unlink(missing_ok=True)


def _read_calls(store: CallStore, summaries: Sequence[CallSummary], unreadable: list[str]) -> list[VaultCall]:
    from salesnerd_tui.call.plan import playbook_name
    from salesnerd_tui.call.state import fold
    from salesnerd_tui.playbook.library import Library
    from salesnerd_tui.review.debrief.builder import build_debrief
    from salesnerd_tui.review.vault_pages import VaultCall

    load, calls = cache(Library().load), []
    for summary in summaries:
        try:
            events = store.read(summary.id).events
        except StorageError:
            unreadable.append(summary.id)
            continue
        calls.append(VaultCall(summary.id, build_debrief(events, load(playbook_name(fold(events))).playbook)))
    return calls


def update_vault_with_warning(store: CallStore, account: str | None, warn: Callable[[str], None]) -> None:
    """Update the vault, and report the first problem to `warn`."""
    result = update_vault(store, account)
    if result.problems:
        more = f" (and {len(result.problems) - 1} more)" if len(result.problems) > 1 else ""
        warn(f"{result.problems[0]}{more}")
