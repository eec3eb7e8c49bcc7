"""Deletion of calls, names and transcripts from every file that holds them.

The plan is written to `forgetting.json` first and removed last, so the next start finishes what a crash interrupted.
Each call is then either as it was or as it should be, never in between: its main file is replaced, and its backups,
journals and damaged copies are deleted.

Each change can be repeated, because it is repeated after a crash. Redaction works on documents instead of events, so
that entries of other versions are redacted too.
"""

from __future__ import annotations

import errno
import json
import os
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from msgspec import Struct, field
from msgspec.structs import replace

from salesnerd_tui.call.events import GONE, Forgotten, TapKind, Undone, to_document
from salesnerd_tui.lazy_pattern import lazy_pattern
from salesnerd_tui.storage.call_files import (
    CallPaths,
    RecoveredCall,
    is_call_id,
    lock_call,
    read_call,
    write_main_file,
)
from salesnerd_tui.storage.disk import Disk, FileLock, LockHeld, is_held
from salesnerd_tui.storage.errors import StorageError, error_message
from salesnerd_tui.storage.migrations import Migrations, format_of
from salesnerd_tui.storage.summary import summary_of
from salesnerd_tui.storage.summary import to_document as summary_document

if TYPE_CHECKING:
    from salesnerd_tui.storage.call_files import Document, Tables
    from salesnerd_tui.storage.search import SearchCache


_PROGRAM_FIELD_NAMES = (
    "event question playbook digest mode started_at resumed_at began side kind how state detour switch outcome "
    "decision name call why buyer drill figures points basis reveal verdict fills"
)
_PROGRAM_FIELDS = frozenset(_PROGRAM_FIELD_NAMES.split())
"""Fields with the program's own words and the ids of a playbook, never with what people said."""

_PERSON_FIELDS = frozenset(("people", "speaker", "owner", "who"))
"""Fields that name one person each: a description (`Dana, VP Eng`) is removed with the name."""

_POSITION_FIELDS = frozenset(("to", "left"))
"""Fields that hold a `Place`, whose second item is the label of an answer."""

_HEARD_TEXT_FIELDS = ("text", "note", "owner", "due", "to", "safer_wording")


class ForgottenName(Struct, frozen=True):
    """Name to remove wherever it is a whole word, in any case unless `exact`.

    In scripts without spaces between words, and in languages that join suffixes to names, parts of words count too.
    """

    text: str
    exact: bool = False

    @property
    def pattern(self) -> re.Pattern[str]:
        forms = dict.fromkeys(unicodedata.normalize(form, self.text) for form in ("NFC", "NFD")) | {self.text: None}
        alternatives = "|".join(r"\s+".join(map(re.escape, form.split())) for form in forms)
        before = "" if _is_unspaced(self.text.strip()[:1]) else r"(?<![^\W_])"
        after = "" if _is_unspaced(self.text.strip()[-1:]) else r"(?![^\W_])"
        return re.compile(f"{before}(?:{alternatives}){after}", 0 if self.exact else re.IGNORECASE)


def _is_unspaced(letter: str) -> bool:
    """Return whether a letter is of a script without case, such as Chinese, in which names have no word boundaries."""
    return unicodedata.category(letter or " ") == "Lo"


class NameRedactor:
    """Removes names from documents and counts them in `mentions`; `full_names` are longer names that contain one."""

    def __init__(self, names: Iterable[ForgottenName]) -> None:
        self.mentions = 0
        self.full_names: set[str] = set()
        self._patterns = [name.pattern for name in names]

    def redact_tables(self, tables: Tables) -> Tables:
        return {
            table: {number: self._redact_document(row) for number, row in rows.items()} if table != "meta" else rows
            for table, rows in tables.items()
        }

    def redact_value(self, value: Any, field: str = "") -> Any:
        """Return a JSON value without the names; `field` is the field of an event that holds it."""
        if isinstance(value, str):
            return self._redact_person(value) if field in _PERSON_FIELDS else self._redact_text(value)
        if isinstance(value, list):
            return [self.redact_value(part, field) for part in value]
        if isinstance(value, dict):
            return {self._redact_text(name): self.redact_value(part, field) for name, part in value.items()}
        return value

    def _redact_document(self, row: Document) -> Document:
        return {field: self._redact_field(field, value) for field, value in row.items()}

    def _redact_field(self, field: str, value: Any) -> Any:
        if field in _PROGRAM_FIELDS:
            return value
        if field == "reason":  # A tap has a document, a jump has a code.
            return self._redact_document(value) if isinstance(value, dict) else value
        if field in _POSITION_FIELDS and isinstance(value, list):
            return [self.redact_value(part, field) if index == 1 else part for index, part in enumerate(value)]
        return self.redact_value(value, field)

    def _redact_person(self, value: str) -> str:
        name = value.split(",", maxsplit=1)[0]
        if not any(pattern.search(name) for pattern in self._patterns):
            return self._redact_text(value)
        self.mentions += 1
        self.full_names.add(" ".join(name.split()))
        return GONE

    def _redact_text(self, value: str) -> str:
        for pattern in self._patterns:
            value, count = pattern.subn(GONE, value)
            self.mentions += count
        return value


def without_words(tables: Tables, figures: Mapping[str, float]) -> Tables:
    """Return the tables without the transcript; speaking times, taps, notes and `figures` stay."""
    events = {number: _redact_heard(row) for number, row in tables.get("events", {}).items()}
    end = max((_seconds(row) for row in events.values()), default=0.0)
    forgotten = to_document(Forgotten(end, dict(figures)))
    if forgotten not in events.values():
        events[str(max(map(int, events), default=-1) + 1)] = forgotten
    return {**tables, "events": events}


def _redact_heard(row: Document) -> Document:
    if row.get("event") == "Heard":
        return {**row, "text": None}
    if row.get("event") == "Tapped":
        # The suggestion for an overpromise may quote its date.
        quotes = ("quote", "suggestion") if row.get("kind") == TapKind.OVER_PROMISING else ("quote",)
        reason = row.get("reason")
        if isinstance(reason, dict):
            reason = {name: part for name, part in reason.items() if name not in ("words", "said")}
        return {**_without_fields(row, quotes), "reason": reason}
    if row.get("event") == "Promised" and row.get("how", "heard") == "heard":
        return {**_without_fields(row, _HEARD_TEXT_FIELDS), "text": GONE}
    is_heard = row.get("how") == "heard" and row.get("event") != "Asked"
    return _without_fields(row, _HEARD_TEXT_FIELDS) if is_heard else row


def _without_fields(row: Document, names: Collection[str]) -> Document:
    return {key: value for key, value in row.items() if key not in names or not isinstance(value, str)}


def without_calls(tables: Tables, call_ids: Collection[str]) -> Tables:
    """Return the tables without text recalled from these calls; the numbers of events stay."""
    events = {
        number: to_document(Undone(_seconds(row), ())) if row.get("call") in call_ids else row
        for number, row in tables.get("events", {}).items()
    }
    return {**tables, "events": events}


def _seconds(row: Document) -> float:
    at = row.get("at")
    return float(at) if isinstance(at, int | float) else 0.0


def raw_name_test(text: str) -> Callable[[bytes], bool]:
    """Return a quick test for bytes: False if they contain `text` in no encoding, True if they may contain it."""
    words = [max(re.findall("[a-z0-9]+", word), key=len, default="") for word in text.lower().split()]
    longest = max(words, key=len, default="").encode()
    if len(longest) < 2:
        return lambda _: True
    utf_16 = bytes(each for letter in longest for each in (letter, 0))
    return lambda data: longest in (lowered := data.lower()) or utf_16 in lowered


class ForgetPlan(Struct, frozen=True):
    """Calls to delete, names to remove, and calls to delete the transcript of, with the figures to keep of each."""

    calls: tuple[str, ...] = ()
    names: tuple[ForgottenName, ...] = ()
    words: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    def combined_with(self, other: ForgetPlan) -> ForgetPlan:
        calls = tuple(dict.fromkeys((*self.calls, *other.calls)))
        return ForgetPlan(calls, tuple(dict.fromkeys((*self.names, *other.names))), {**self.words, **other.words})


EMPTY_PLAN = ForgetPlan()
"""Plan that deletes nothing."""


class ForgetPreview(Struct, frozen=True):
    """Effect of a plan, without carrying it out.

    `plan` also has the full names in the calls (`Dana Smith` for Dana) and rehearsals that replay a deleted call.
    `rewritten` maps other calls to the number of names in them. `open` calls are open in a window. `unreadable` calls
    and copies are damaged, of a newer version, or cannot be read now. `parts` maps single words of the names that would
    remain to the number of calls with that word.
    """

    plan: ForgetPlan
    rewritten: Mapping[str, int]
    open: tuple[str, ...] = ()
    unreadable: tuple[str, ...] = ()
    parts: Mapping[str, int] = field(default_factory=dict)


def to_json(plan: ForgetPlan) -> bytes:
    """Return a plan as it is stored until it is carried out."""
    names = [[name.text, name.exact] for name in plan.names]
    words = {call_id: dict(figures) for call_id, figures in plan.words.items()}
    return json.dumps({"calls": list(plan.calls), "names": names, "words": words}).encode()


def from_json(data: bytes) -> ForgetPlan:
    """Read what `to_json` returned. Raises one of `INVALID_PLAN` for anything else."""
    values = json.loads(data)
    calls = tuple(call_id for call_id in values["calls"] if is_call_id(call_id))
    names = tuple(ForgottenName(str(text), bool(exact)) for text, exact in values["names"])
    words = {call_id: dict(figures) for call_id, figures in values["words"].items() if is_call_id(call_id)}
    return ForgetPlan(calls, names, words)


INVALID_PLAN = (ValueError, TypeError, KeyError, AttributeError, RecursionError)


VAULT_SETTING = "vault"
FOLDER_SETTINGS = (VAULT_SETTING, "invites")
"""Settings that name a folder of the user's. A name in such a path stays, otherwise the folder is no longer found."""

_MARKDOWN_ESCAPE = lazy_pattern(r"\\([^\w\s])")

CRASH_LOG = "crash.log"
"""Deleted with every plan, because a traceback may quote text of a call."""

_UNREADABLE_ERRORS = frozenset({errno.EACCES, errno.EPERM, errno.EIO, errno.EOVERFLOW})
"""Error numbers for a file that holds something, but cannot be read now."""

_QUARANTINED_NAME = lazy_pattern(r"(.+)-[0-9a-f]{8}\.json.*")

FilesByCall = Mapping[str, list[Path]]


def files_by_call(calls: Path, quarantine: Path) -> FilesByCall:
    """Return every file of each call, except for locks."""
    paths: dict[str, list[Path]] = {}
    for path in _files_in(calls):
        call_id, ending, suffix = path.name.partition(".json")
        if ending and suffix != ".lock" and suffix[:1] in ("", ".") and is_call_id(call_id):
            paths.setdefault(call_id, []).append(path)
    for path in _files_in(quarantine):
        if match := _QUARANTINED_NAME.fullmatch(path.name):
            paths.setdefault(match[1], []).append(path)
    return paths


def _files_in(folder: Path) -> list[Path]:
    try:
        return [path for path in folder.iterdir() if not path.is_dir() or path.is_symlink()]
    except OSError:
        return []


def _other_files(files: CallPaths, paths: Iterable[Path]) -> list[Path]:
    """Return every existing file of a call except for its main file; `paths` were found before it was locked."""
    others = dict.fromkeys((*paths, files.backup, files.journal))
    return [path for path in others if path != files.main and os.path.lexists(path)]


def remove_durably(paths: Iterable[Path], disk: Disk, last: Path | None = None) -> list[Path]:
    """Remove files, `last` after the others.

    The removal is durable on return. Returns the files that could not be removed.
    """
    ordered = sorted(paths, key=lambda path: path == last)
    remaining = [path for path in ordered if not disk.remove(path)]
    for folder in {path.parent for path in ordered}:
        disk.sync_folder(folder)
    return remaining


def not_removed_message(paths: Iterable[Path]) -> str:
    return f"files could not be removed: {', '.join(map(str, paths))}"


class ForgetRun:
    """Carries out plans in the data directory `folder`: in calls, caches, logs, settings and the vault."""

    def __init__(
        self, folder: Path, disk: Disk, formats: Migrations, cache: SearchCache, warn: Callable[[str], None]
    ) -> None:
        self._plan_path = folder / "forgetting.json"
        self._folder = folder
        self._calls = folder / "calls"
        self._quarantine = folder / "quarantine"
        self._settings = CallPaths(folder / "settings.json")
        self._disk = disk
        self._formats = formats
        self._cache = cache
        self._warn = warn

    def preview(self, plan: ForgetPlan) -> ForgetPreview:
        plan = self.with_replays(plan)
        redactor = NameRedactor(plan.names)
        rewritten, unreadable = dict[str, int](), list[str]()
        for call_id, _ in self._affected_calls(plan):
            try:
                tables = self._read(call_id).tables
            except (OSError, StorageError):
                unreadable.append(call_id)
                continue
            previous_mentions = redactor.mentions
            redactor.redact_tables(tables)
            mentions = redactor.mentions - previous_mentions
            if mentions or self._redacted(call_id, tables, plan) != tables:
                rewritten[call_id] = mentions
        stored = self._files_by_call()
        deleted = {path for call_id in (*plan.calls, *rewritten) for path in stored.get(call_id, ())}
        unreadable += [path.name for path in self._unreadable_copies(plan) if path not in deleted]
        plan = replace(plan, names=(*_full_names(plan, redactor), *plan.names))
        held = tuple(call_id for call_id in (*plan.calls, *rewritten) if is_held(self._files(call_id).lock, self._disk))
        return ForgetPreview(plan, rewritten, held, tuple(unreadable), self._remaining_parts(plan, rewritten))

    def with_replays(self, plan: ForgetPlan) -> ForgetPlan:
        """Return the plan with the rehearsals that replay a deleted call: they repeat what its buyer said."""
        if not plan.calls:
            return plan
        others = self._affected_calls(ForgetPlan(plan.calls))
        replays = [call_id for call_id, _ in others if self._is_replay(call_id, plan.calls)]
        return replace(plan, calls=(*plan.calls, *replays))

    def carry_out(self, plan: ForgetPlan) -> None:
        """Carry out the plan (see `CallStore.carry_out`); nothing is changed if a window has one of the calls open."""
        for call_id in (*plan.calls, *plan.words):
            if is_held(self._files(call_id).lock, self._disk):
                lock_call(call_id, self._files(call_id), self._disk).release(keep_count=True)
        with self._exclusive():
            # The file of the plan is replaced, and must still have the unfinished part of an earlier deletion.
            try:
                unfinished = self._read_plan()
            except (OSError, *INVALID_PLAN):
                unfinished = EMPTY_PLAN
            try:
                self._disk.write_atomically(self._plan_path, to_json(unfinished.combined_with(plan)))
            except OSError as problem:
                raise StorageError(f"nothing was deleted: {error_message(problem)}") from problem
            try:
                self._carry_out(plan, unfinished)
            except StorageError as problem:
                raise StorageError(f"{problem} (the rest is retried at the next start)") from problem

    def finish(self) -> None:
        """Finish what a crash interrupted. Raises `StorageError` if some of it still fails."""
        if not self._plan_path.exists():
            # After a crash while the plan was written: nothing has been deleted yet, but the file has names.
            remove_durably(self._plan_files(), self._disk)
            return
        with self._exclusive():
            try:
                plan = self._read_plan()
            except FileNotFoundError:  # another window has finished it
                return
            except (OSError, *INVALID_PLAN):
                self._disk.remove(self._plan_path)
                raise StorageError("deleting data was interrupted (run the same command again)") from None
            self._carry_out(plan)

    @contextmanager
    def _exclusive(self) -> Iterator[None]:
        """Let no other window delete meanwhile, because it would replace the plan. Raises `StorageError`."""
        try:
            lock = FileLock(self._plan_path.with_name(self._plan_path.name + ".lock"), self._disk)
        except LockHeld:
            raise StorageError("another salesnerd window is deleting data; try again in a moment") from None
        except OSError as problem:
            raise StorageError(f"nothing was deleted: {error_message(problem)}") from problem
        try:
            yield
        finally:
            lock.release()

    def _carry_out(self, plan: ForgetPlan, unfinished: ForgetPlan = EMPTY_PLAN) -> None:
        """Carry out `plan`; the next start carries out `unfinished`."""
        try:
            problems = [*self._remove_calls(plan), *self._redact_calls(plan), *self._remove_other_traces(plan)]
            if not problems and unfinished != EMPTY_PLAN:
                self._disk.write_atomically(self._plan_path, to_json(unfinished))
            elif not problems and (remaining := remove_durably(self._plan_files(), self._disk)):
                problems = [not_removed_message(remaining)]
        except OSError as problem:
            raise StorageError(f"not everything was deleted: {error_message(problem)}") from problem
        if problems:
            raise StorageError("; ".join(problems))

    def _read_plan(self) -> ForgetPlan:
        return from_json(self._disk.read(self._plan_path))

    def _plan_files(self) -> list[Path]:
        """Return the file of the plan, and temporary files of it that a crash left."""
        existing = [self._plan_path] if self._plan_path.exists() else []
        return [*existing, *self._folder.glob(f"{self._plan_path.name}.*.tmp")]

    def _remove_calls(self, plan: ForgetPlan) -> Iterator[str]:
        stored, removed = self._files_by_call(), set[str]()
        for call_id in (each for each in plan.calls if each in stored):
            try:
                lock = lock_call(call_id, self._files(call_id), self._disk)
            except StorageError as problem:
                yield str(problem)
                continue
            files = self._files(call_id)
            try:
                remaining = remove_durably([*_other_files(files, stored[call_id]), files.main], self._disk, files.main)
            finally:
                lock.release()
            if remaining:
                yield not_removed_message(remaining)
            else:
                removed.add(call_id)
        # Another window may have copied a damaged file between the scan and the lock.
        late = [path for call_id, paths in self._files_by_call().items() if call_id in removed for path in paths]
        if remaining := remove_durably(late, self._disk):
            yield not_removed_message(remaining)

    def _redact_calls(self, plan: ForgetPlan) -> Iterator[str]:
        for call_id, paths in self._affected_calls(plan):
            try:
                self._redact_call(call_id, paths, plan)
            except StorageError as problem:
                yield str(problem)
            except FileNotFoundError:
                continue
            except OSError as problem:
                yield f"call {call_id} could not be changed: {error_message(problem)}"

    def _redact_call(self, call_id: str, paths: Sequence[Path], plan: ForgetPlan) -> None:
        files, is_rewritten = self._files(call_id), False
        lock = lock_call(call_id, files, self._disk)
        try:
            call = self._read(call_id, has_lock=True)
            tables = self._redacted(call_id, self._formats.migrated(call.tables), plan)
            is_unchanged = tables == call.tables and not call.damaged_entries and call_id not in plan.words
            if is_unchanged and not self._may_concern(_other_files(files, paths), plan):
                return
            if call.problem and not call.damaged_files:
                self._warn(f"call {call_id} {call.problem}")
            tables["call"] = {"1": summary_document(summary_of(call_id, tables))}
            write_main_file(files, tables, self._disk)
            remaining = remove_durably(_other_files(files, paths), self._disk)
            is_rewritten = True
        finally:
            lock.release(keep_count=not is_rewritten)
        if remaining:
            raise StorageError(not_removed_message(remaining))

    def _remove_other_traces(self, plan: ForgetPlan) -> Iterator[str]:
        """Remove traces outside of the calls' own files. Yields what failed."""
        self._disk.remove(self._folder / CRASH_LOG)
        if remaining := remove_durably(self._cache.files(), self._disk):
            yield not_removed_message(remaining)
        yield from self._redact_vault(plan)
        copies = [path for path in _files_in(self._quarantine) if self._may_concern([path], plan)]
        if remaining := remove_durably(copies, self._disk):
            yield not_removed_message(remaining)
        for path in self._unreadable_copies(plan):
            yield f"{path} cannot be read, so it was kept (make it readable, or delete it)"
        if not plan.names:
            return
        try:
            self._redact_settings(plan)
        except LockHeld:
            yield "settings are being changed in another window (run the same command again)"
        except OSError as problem:
            yield f"settings could not be changed: {error_message(problem)}"

    def _redact_vault(self, plan: ForgetPlan) -> Iterator[str]:
        """Remove the generated parts that concern the plan from the notes of the user's vault.

        The next update writes the other parts again. Yields what failed; the next start retries it.
        """
        folder = self._vault_folder()
        if folder is None:
            return
        from salesnerd_tui.storage.vault_notes import Vault, VaultProblem, vault_lock  # start-up time

        vault = Vault(folder)
        if not vault.exists():
            yield f'the vault {folder} is missing, so its notes were not changed (or: salesnerd settings --vault "")'
            return
        suffixes = [call_id.rpartition("-")[2] for call_id in (*plan.calls, *plan.words)]
        patterns = [name.pattern for name in plan.names]

        def matches(text: str) -> bool:
            forms = (text, unquote(text), _MARKDOWN_ESCAPE.sub(r"\1", text))
            if any(suffix in text for suffix in suffixes):
                return True
            return any(pattern.search(form) for pattern in patterns for form in forms)

        try:
            with vault_lock(self._folder, self._disk):
                yield from vault.forget(matches)
        except VaultProblem as problem:
            yield str(problem)

    def _vault_folder(self) -> Path | None:
        try:
            rows = read_call(self._settings, self._disk).tables.get("settings", {}).values()
        except OSError:
            return None
        path = next((row.get("value") for row in rows if row.get("name") == VAULT_SETTING), "")
        return Path(path) if isinstance(path, str) and path else None

    def _redact_settings(self, plan: ForgetPlan) -> None:
        files = self._settings
        if not files.any_exists():
            return
        lock = FileLock(files.lock, self._disk)
        try:
            tables, redactor = read_call(files, self._disk).tables, NameRedactor(plan.names)
            rows = {
                number: {key: part if key == "name" else redactor.redact_value(part) for key, part in row.items()}
                if row.get("name") not in FOLDER_SETTINGS
                else row
                for number, row in tables.get("settings", {}).items()
            }
            write_main_file(files, {**tables, "settings": rows}, self._disk)
            remove_durably((files.backup, files.journal, *files.temporary_files()), self._disk)
        finally:
            lock.release()

    def _redacted(self, call_id: str, tables: Tables, plan: ForgetPlan) -> Tables:
        if plan.calls:
            tables = without_calls(tables, plan.calls)
        if call_id in plan.words:
            tables = without_words(tables, plan.words[call_id])
        return NameRedactor(plan.names).redact_tables(tables) if plan.names else dict(tables)

    def _read(self, call_id: str, *, has_lock: bool = False) -> RecoveredCall:
        """Read a call.

        Raises `StorageError` for a newer format, whose fields are unknown to the redaction, and `OSError` if its main
        file or its journal cannot be read: the call would be written again with less than it has.
        """
        files = self._files(call_id)
        for path in (files.main, files.journal):
            with suppress(FileNotFoundError):
                self._disk.read(path)
        call = read_call(files, self._disk, has_lock=has_lock)
        if format_of(call.tables, self._formats.current) > self._formats.current:
            raise StorageError(f"call {call_id} was created by a newer salesnerd (update, or delete the whole call)")
        return call

    def _is_replay(self, call_id: str, replayed: Collection[str]) -> bool:
        """Return whether a call is a rehearsal that replays one of the calls."""
        try:
            rows = read_call(self._files(call_id), self._disk).tables.get("events", {}).values()
        except OSError:
            return False
        return any(row.get("event") == "Rehearsed" and row.get("call") in replayed for row in rows)

    def _remaining_parts(self, plan: ForgetPlan, call_ids: Iterable[str]) -> dict[str, int]:
        """Return the single words of the names that would remain, with the number of calls that contain each.

        For example `Smith` if only `Dana Smith` is removed. Words that the plan also has as names are left out.
        """
        words = {word for name in plan.names for word in name.text.split() if len(word) > 1}
        words -= {name.text for name in plan.names}
        call_counts: Counter[str] = Counter()
        for call_id in call_ids if words else ():
            tables = self._redacted(call_id, self._read(call_id).tables, plan)
            for word in words:
                redactor = NameRedactor([ForgottenName(word)])
                redactor.redact_tables(tables)
                call_counts[word] += redactor.mentions > 0
        return {word: count for word, count in sorted(call_counts.items()) if count}

    def _affected_calls(self, plan: ForgetPlan) -> Iterator[tuple[str, list[Path]]]:
        """Yield the calls that the plan may change without deleting them, with their files."""
        for call_id, paths in self._files_by_call().items():
            if call_id not in plan.calls and (call_id in plan.words or self._may_concern(paths, plan)):
                yield call_id, paths

    def _may_concern(self, paths: Iterable[Path], plan: ForgetPlan) -> bool:
        """Return whether a file may contain a name or text recalled from a deleted call.

        So may a file that cannot be read now, except for a damaged copy: it may be all that is left of another call.
        """
        tests = [raw_name_test(name.text) for name in plan.names]
        ids = [call_id.encode() for call_id in plan.calls]
        for path in paths if tests or ids else ():
            data = self._read_if_possible(path)
            if data is None:
                if path.parent != self._quarantine:
                    return True
            elif any(test(data) for test in tests) or any(each in data for each in ids):
                return True
        return False

    def _unreadable_copies(self, plan: ForgetPlan) -> list[Path]:
        """Return the damaged copies that may concern the plan and cannot be read now."""
        copies = _files_in(self._quarantine) if plan.names or plan.calls else []
        return [path for path in copies if self._read_if_possible(path) is None]

    def _read_if_possible(self, path: Path) -> bytes | None:
        """Return the content of a file; None if it cannot be read now, nothing if it is not a file."""
        try:
            return self._disk.read(path)
        except OSError as problem:
            return None if problem.errno in _UNREADABLE_ERRORS else b""

    def _files_by_call(self) -> FilesByCall:
        return files_by_call(self._calls, self._quarantine)

    def _files(self, call_id: str) -> CallPaths:
        return CallPaths(self._calls / f"{call_id}.json")


def _full_names(plan: ForgetPlan, redactor: NameRedactor) -> list[ForgottenName]:
    """Return the full names that contain a name to remove, longest first, so that none is removed only in part."""
    exact = any(name.exact for name in plan.names)
    others = redactor.full_names - {name.text for name in plan.names}
    full_names = sorted((name for name in others if len(name.split()) > 1), key=len, reverse=True)
    return [ForgottenName(name, exact) for name in full_names]
