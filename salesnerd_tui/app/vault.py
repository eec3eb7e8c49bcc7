"""The user's vault: write what calls amount to into a folder of Markdown notes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from salesnerd_tui.call.events import Mode
from salesnerd_tui.storage.errors import StorageError
from salesnerd_tui.storage.forget import VAULT_SETTING
from salesnerd_tui.storage.store import account_key

if TYPE_CHECKING:
    from salesnerd_tui.review.vault import VaultCall
    from salesnerd_tui.storage.store import CallStore
    from salesnerd_tui.storage.summary import CallSummary


class VaultResult(Struct, frozen=True):
    """Result of an update of the vault. `problems` are lines for the user; the notes they name are as they were."""

    written: int = 0
    removed: int = 0
    problems: tuple[str, ...] = ()


def vault_folder(store: CallStore) -> Path | None:
    """Return the folder in the settings, None if there is none."""
    path = store.settings.get(VAULT_SETTING)
    return Path(path) if isinstance(path, str) and path else None


def update_vault(store: CallStore, account: str | None = None) -> VaultResult:
    """Write the notes of all ended calls, or of one account's, and remove those of calls that are gone.

    Doing it twice changes nothing. Never raises because of the vault: `VaultResult.problems` says what failed. It
    reads calls, so it belongs on a worker thread.
    """
    folder = vault_folder(store)
    if folder is None:
        return VaultResult()
    # Imports the whole debrief, which most starts of the program do without.
    from salesnerd_tui.review.vault import account_of_mark, call_mark, notes_of
    from salesnerd_tui.storage.vault import Vault, VaultProblem, obsolete

    vault = Vault(folder)
    try:
        vault.check()
    except VaultProblem as problem:
        return VaultResult(problems=(str(problem),))
    summaries = [each for each in store.summaries() if each.mode is Mode.LIVE and each.ended]
    unreadable: list[str] = []
    calls = _read(store, [each for each in summaries if _is_of(each, account)], unreadable)
    notes = list(notes_of(calls))
    written, removed, problems = 0, 0, []
    for note in notes:
        try:
            written += vault.write(note)
        except VaultProblem as problem:
            problems.append(str(problem))
    kept = {call_mark(each.id) for each in summaries}
    unread = {account_key(each.account) for each in summaries if each.id in unreadable}

    def is_checked(mark: str) -> bool:
        if mark.startswith("call "):
            return mark not in kept
        of = account_of_mark(mark)
        return of not in unread and (account is None or of == account_key(account))

    for path in list(obsolete(vault, notes, is_checked)):
        try:
            vault.remove(path)
            removed += 1
        except VaultProblem as problem:
            problems.append(str(problem))
    return VaultResult(written, removed, tuple(problems))


def _is_of(summary: CallSummary, account: str | None) -> bool:
    return account is None or account_key(summary.account) == account_key(account)


def _read(store: CallStore, summaries: Sequence[CallSummary], unreadable: list[str]) -> list[VaultCall]:
    from salesnerd_tui.call.state import fold
    from salesnerd_tui.playbook.library import Library
    from salesnerd_tui.review.debrief.builder import debrief
    from salesnerd_tui.review.vault import VaultCall

    library, calls = Library(), []
    for summary in summaries:
        try:
            events = store.open(summary.id, read_only=True).events
        except StorageError:
            unreadable.append(summary.id)
            continue
        calls.append(VaultCall(summary.id, debrief(events, library.load(fold(events).playbook).playbook)))
    return calls


def update_in_words(store: CallStore, account: str | None, warn: Callable[[str], None]) -> None:
    """Update the vault, and report the first problem to `warn`."""
    result = update_vault(store, account)
    if result.problems:
        more = f" (and {len(result.problems) - 1} more)" if len(result.problems) > 1 else ""
        warn(f"{result.problems[0]}{more}")
