"""Deletion of calls, names and transcripts from every file that holds them.

The plan is written to `forgetting.json` first and removed last, so the next start finishes what a crash interrupted.
Each call is then either as it was or as it should be, never in between: its main file is replaced, and its backups,
journals and damaged copies are deleted.

Redaction works on the stored documents instead of events, so that entries of other versions are redacted too. Each
change can be repeated, because it is repeated after a crash.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
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
from salesnerd_tui.storage.errors import StorageError, in_words
from salesnerd_tui.storage.migrations import Migrations, format_of
from salesnerd_tui.storage.summary import summary_of
from salesnerd_tui.storage.summary import to_document as summary_document

if TYPE_CHECKING:
    from salesnerd_tui.storage.call_files import Document, Tables
    from salesnerd_tui.storage.search import SearchCache


class ForgetPlan(Struct, frozen=True):
    """Calls to delete, names to remove, and calls to delete the transcript of, with the figures to keep of each."""

    calls: tuple[str, ...] = ()
    names: tuple[ForgottenName, ...] = ()
    words: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    def and_also(self, other: ForgetPlan) -> ForgetPlan:
        """Return the plan that does both."""
        calls = tuple(dict.fromkeys((*self.calls, *other.calls)))
        return ForgetPlan(calls, tuple(dict.fromkeys((*self.names, *other.names))), {**self.words, **other.words})


NOTHING = ForgetPlan()
"""Plan that deletes nothing."""


class ForgetPreview(Struct, frozen=True):
    """Effect of a plan, without carrying it out.

    `plan` also has the full names that were found (`Dana Smith` for Dana) and rehearsals that replay a deleted call.
    `rewritten` maps other calls to the number of names in them. `open` calls are open in a window. `unreadable` ones
    are damaged or of a newer version. `parts` maps single words of the names that would remain to how many calls have
    them.
    """

    plan: ForgetPlan
    rewritten: Mapping[str, int]
    open: tuple[str, ...] = ()
    unreadable: tuple[str, ...] = ()
    parts: Mapping[str, int] = field(default_factory=dict)


def to_json(plan: ForgetPlan) -> bytes:
    names = [[name.text, name.exact] for name in plan.names]
    values = {"calls": list(plan.calls), "names": names, "words": {key: dict(kept) for key, kept in plan.words.items()}}
    return json.dumps(values).encode()


def from_json(data: bytes) -> ForgetPlan:
    """Read what `to_json` returned. Raises `ValueError`, `TypeError` or `KeyError` for anything else."""
    values = json.loads(data)
    calls = tuple(call_id for call_id in values["calls"] if is_call_id(call_id))
    return ForgetPlan(
        calls, tuple(ForgottenName(str(text), bool(exact)) for text, exact in values["names"]), dict(values["words"])
    )


_OWN = (
    "event question playbook digest mode started_at resumed_at began side kind how state detour switch outcome "
    "decision name call why buyer drill figures points basis reveal verdict"
)
_OWN_WORDS = frozenset(_OWN.split())
"""Fields with the program's own words and the ids of a playbook, never with what people said."""

_WHOLE = frozenset(("people", "speaker", "owner", "who"))
"""Fields that name one person each: a description (`Dana, VP Eng`) is removed with the name."""

_PLACES = frozenset(("to", "left"))

_HEARD_TEXTS = ("text", "note", "owner", "due", "to", "safer_wording")


class ForgottenName(Struct, frozen=True):
    """Name to remove wherever it is a whole word, in any case unless `exact`.

    In scripts without spaces between words, and in languages that join suffixes to names, parts of words count too.
    """

    text: str
    exact: bool = False

    @property
    def pattern(self) -> re.Pattern[str]:
        forms = dict.fromkeys(unicodedata.normalize(form, self.text) for form in ("NFC", "NFD")) | {self.text: None}
        written = "|".join(r"\s+".join(map(re.escape, form.split())) for form in forms)
        before = "" if _joins(self.text.strip()[:1]) else r"(?<![^\W_])"
        after = "" if _joins(self.text.strip()[-1:]) else r"(?![^\W_])"
        return re.compile(f"{before}(?:{written}){after}", 0 if self.exact else re.IGNORECASE)


def _joins(letter: str) -> bool:
    return unicodedata.category(letter or " ") == "Lo"


class NameRedactor:
    """Removes names from documents and counts them in `mentions`; `full_names`: longer names that contain one."""

    def __init__(self, names: Iterable[ForgottenName]) -> None:
        self.mentions = 0
        self.full_names: set[str] = set()
        self._patterns = [name.pattern for name in names]

    def tables(self, tables: Tables) -> Tables:
        """Return the tables without the names."""
        return {
            table: {number: self.document(row) for number, row in rows.items()} if table != "meta" else rows
            for table, rows in tables.items()
        }

    def document(self, row: Document) -> Document:
        return {key: self._field(key, value) for key, value in row.items()}

    def value(self, value: Any) -> Any:
        """Return a JSON value without the names."""
        return self._any("", value)

    def _field(self, key: str, value: Any) -> Any:
        if key in _OWN_WORDS:
            return value
        if key == "reason":  # A tap has a document, a jump has a code.
            return self.document(value) if isinstance(value, dict) else value
        if key in _PLACES and isinstance(value, list):
            return [part if at != 1 else self._any(key, part) for at, part in enumerate(value)]
        return self._any(key, value)

    def _any(self, key: str, value: Any) -> Any:
        if isinstance(value, str):
            return self._whole(value) if key in _WHOLE else self.text(value)
        if isinstance(value, list):
            return [self._any(key, part) for part in value]
        if isinstance(value, dict):
            return {self.text(name): self._any(key, part) for name, part in value.items()}
        return value

    def _whole(self, value: str) -> str:
        name = value.split(",")[0]
        if not any(pattern.search(name) for pattern in self._patterns):
            return self.text(value)
        self.mentions += 1
        self.full_names.add(" ".join(name.split()))
        return GONE

    def text(self, value: str) -> str:
        for pattern in self._patterns:
            value, count = pattern.subn(GONE, value)
            self.mentions += count
        return value


def without_words(tables: Tables, figures: Mapping[str, float]) -> Tables:
    """Return the tables without the transcript; speaking times, taps, notes and `figures` stay."""
    events = {number: _unheard(row) for number, row in tables.get("events", {}).items()}
    forgotten = Forgotten(max((_at(row) for row in events.values()), default=0.0), dict(figures))
    row = to_document(forgotten)
    if row not in events.values():
        events[str(max(map(int, events), default=-1) + 1)] = row
    return {**tables, "events": events}


def _unheard(row: Document) -> Document:
    if row.get("event") == "Heard":
        return {**row, "text": None}
    if row.get("event") == "Tapped":
        # The suggestion for an overpromise may quote its date.
        quotes = ("quote", "suggestion") if row.get("kind") == TapKind.OVER_PROMISING else ("quote",)
        reason = row.get("reason")
        without = (
            {name: part for name, part in reason.items() if name not in ("words", "said")}
            if isinstance(reason, dict)
            else reason
        )
        return {**_less(row, quotes), "reason": without}
    if row.get("event") == "Promised" and row.get("how", "heard") == "heard":
        return {**_less(row, _HEARD_TEXTS), "text": GONE}
    return _less(row, _HEARD_TEXTS) if row.get("how") == "heard" and row.get("event") != "Asked" else row


def _less(row: Document, names: Collection[str]) -> Document:
    return {key: value for key, value in row.items() if key not in names or not isinstance(value, str)}


def without_calls(tables: Tables, call_ids: Collection[str]) -> Tables:
    """Return the tables without text taken over from these calls; the numbers of events stay."""
    events = {
        number: to_document(Undone(_at(row), ())) if row.get("call") in call_ids else row
        for number, row in tables.get("events", {}).items()
    }
    return {**tables, "events": events}


def _at(row: Document) -> float:
    at = row.get("at")
    return float(at) if isinstance(at, int | float) else 0.0


Holds = Callable[[bytes], bool]


def may_hold(text: str) -> Holds:
    """Return a check whether bytes may hold `text` in any encoding; it never returns False if they do."""
    plain = [max(re.findall("[a-z0-9]+", part), key=len, default="") for part in text.lower().split()]
    needle = max(plain, key=len, default="").encode()
    if len(needle) > 1:
        wide = bytes(each for letter in needle for each in (letter, 0))
        return lambda data: needle in (lowered := data.lower()) or wide in lowered
    return lambda _: True


VAULT_SETTING = "vault"
KEPT_SETTINGS = (VAULT_SETTING, "invites")
"""Settings that name a folder of the user's. A name in such a path stays, otherwise the folder is no longer found."""

_MARKDOWN_ESCAPE = lazy_pattern(r"\\([^\w\s])")

CRASH_LOG = "crash.log"
"""A traceback may quote what could not be handled."""


_COPY = lazy_pattern(r"(.+)-[0-9a-f]{8}\.json.*")

Belongings = Mapping[str, list[Path]]


def belongings(calls: Path, quarantine: Path) -> Belongings:
    """Return every file of each call, except for locks."""
    found: dict[str, list[Path]] = {}
    for path in _files_in(calls):
        call_id, dot, kind = path.name.partition(".json")
        if dot and kind != ".lock" and kind[:1] in ("", ".") and is_call_id(call_id):
            found.setdefault(call_id, []).append(path)
    for path in _files_in(quarantine):
        if copy := _COPY.fullmatch(path.name):
            found.setdefault(copy[1], []).append(path)
    return found


def _files_in(folder: Path) -> list[Path]:
    try:
        return [path for path in folder.iterdir() if not path.is_dir() or path.is_symlink()]
    except OSError:
        return []


def remove_for_good(paths: Iterable[Path], disk: Disk, last: Path | None = None) -> list[Path]:
    """Remove files, `last` after the others.

    The removal is durable on return. Returns the files that could not be removed.
    """
    found = sorted(paths, key=lambda path: path == last)
    left = [path for path in found if not disk.remove(path)]
    for folder in {path.parent for path in found}:
        disk.sync_folder(folder)
    return left


def not_removed(left: Iterable[Path]) -> str:
    """Return the error message about these files."""
    return f"These files could not be removed: {', '.join(map(str, left))}."


class ForgetRun:
    """Carries out a plan; the settings may hold a name too."""

    def __init__(
        self, folder: Path, disk: Disk, formats: Migrations, cache: SearchCache, warn: Callable[[str], None]
    ) -> None:
        self._note = folder / "forgetting.json"
        self._folder = folder
        self._calls = folder / "calls"
        self._quarantine = folder / "quarantine"
        self._settings = CallPaths(folder / "settings.json")
        self._disk = disk
        self._formats = formats
        self._cache = cache
        self._warn = warn

    def preview(self, plan: ForgetPlan) -> ForgetPreview:
        """Return the effect of the plan without changing anything. Reads every file."""
        plan = self.with_replays(plan)
        gone = NameRedactor(plan.names)
        rewritten, unreadable = dict[str, int](), list[str]()
        for call_id in self._concerned(plan):
            try:
                tables = self._read(call_id).tables
            except (OSError, StorageError):
                unreadable.append(call_id)
                continue
            before = gone.mentions
            gone.tables(tables)
            if gone.mentions > before or self._changed(call_id, tables, plan) != tables:
                rewritten[call_id] = gone.mentions - before
        plan = replace(plan, names=(*_full_names(plan, gone), *plan.names))
        held = tuple(call_id for call_id in (*plan.calls, *rewritten) if is_held(self._files(call_id).lock, self._disk))
        return ForgetPreview(plan, rewritten, held, tuple(unreadable), self._parts(plan, rewritten))

    def with_replays(self, plan: ForgetPlan) -> ForgetPlan:
        """Return the plan with the rehearsals that replay a deleted call: they repeat what its buyer said."""
        there = self._belongings() if plan.calls else {}
        taken_over = replace(plan, names=())
        replays = [
            call_id
            for call_id, paths in there.items()
            if call_id not in plan.calls and self._any_holds(paths, taken_over) and self._replays(call_id, plan.calls)
        ]
        return replace(plan, calls=(*plan.calls, *replays))

    def carry_out(self, plan: ForgetPlan) -> None:
        """Carry out the plan.

        Raises `CallIsOpen` before any change if a window has one of the calls open, and `StorageError` naming what
        failed, and whether the next start tries that again.
        """
        for call_id in (*plan.calls, *plan.words):
            if is_held(self._files(call_id).lock, self._disk):
                lock_call(call_id, self._files(call_id), self._disk).release(keep=True)
        with self._alone():
            # The rest of an earlier deletion must not be lost with its note.
            rest = self._unfinished()
            self._write_note(rest.and_also(plan))
            try:
                self._carry_out(plan, rest)
            except StorageError as problem:
                raise StorageError(f"{problem} (the rest is retried at the next start)") from problem

    def finish(self) -> None:
        """Finish what a crash interrupted. Raises `StorageError` if some of it still fails."""
        if not self._note.exists():
            # A crash while the plan was written: nothing has been deleted yet, and the names in it are removed.
            remove_for_good(self._notes(), self._disk)
            return
        with self._alone():
            try:
                plan = self._noted()
            except FileNotFoundError:  # another window has finished it
                return
            except (OSError, ValueError, TypeError, KeyError):
                self._disk.remove(self._note)
                raise StorageError("deleting data was interrupted (run the same command again)") from None
            self._carry_out(plan)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Delete in no other window meanwhile: its note would be replaced. Raises `StorageError`."""
        try:
            lock = FileLock(self._note.with_name(self._note.name + ".lock"), self._disk)
        except LockHeld:
            raise StorageError("another salesnerd window is deleting data; try again in a moment") from None
        except OSError as problem:
            raise StorageError(f"nothing was deleted: {in_words(problem)}") from problem
        try:
            yield
        finally:
            lock.release()

    def _carry_out(self, plan: ForgetPlan, rest: ForgetPlan = NOTHING) -> None:
        """Carry out `plan`; the next start carries out `rest`."""
        try:
            left = [*self._remove_calls(plan), *self._rewrite_others(plan), *self._remove_traces(plan)]
            if not left and rest != NOTHING:
                self._disk.write_over(self._note, to_json(rest))
            elif not left and (notes := remove_for_good(self._notes(), self._disk)):
                left = [not_removed(notes)]
        except OSError as problem:
            raise StorageError(f"not everything was deleted: {in_words(problem)}") from problem
        if left:
            raise StorageError("; ".join(left))

    def _noted(self) -> ForgetPlan:
        return from_json(self._disk.read(self._note))

    def _unfinished(self) -> ForgetPlan:
        """Return the plan of an earlier deletion that was not finished, or an empty plan."""
        try:
            return self._noted()
        except (OSError, ValueError, TypeError, KeyError):
            return NOTHING

    def _notes(self) -> list[Path]:
        """Return the plan's file, and what a crash left of writing it."""
        noted = [self._note] if self._note.exists() else []
        return [*noted, *self._folder.glob(f"{self._note.name}.*.tmp")]

    def _write_note(self, plan: ForgetPlan) -> None:
        try:
            self._disk.write_over(self._note, to_json(plan))
        except OSError as problem:
            raise StorageError(f"nothing was deleted: {in_words(problem)}") from problem

    def _remove_calls(self, plan: ForgetPlan) -> Iterator[str]:
        there = self._belongings()
        for call_id in (each for each in plan.calls if each in there):
            try:
                lock = lock_call(call_id, self._files(call_id), self._disk)
            except StorageError as problem:
                yield str(problem)
                continue
            try:
                left = remove_for_good(self._belongings().get(call_id, []), self._disk, self._files(call_id).main)
            finally:
                lock.release()
            if left:
                yield not_removed(left)

    def _rewrite_others(self, plan: ForgetPlan) -> Iterator[str]:
        for call_id in self._concerned(plan):
            try:
                self._rewrite(call_id, plan)
            except StorageError as problem:
                yield str(problem)
            except FileNotFoundError:
                continue
            except OSError as problem:
                yield f"call {call_id} could not be changed: {in_words(problem)}"

    def _rewrite(self, call_id: str, plan: ForgetPlan) -> None:
        files, is_rewritten = self._files(call_id), False
        lock = lock_call(call_id, files, self._disk)
        try:
            found = self._read(call_id, is_locked=True)
            tables = self._changed(call_id, self._formats.migrated(found.tables), plan)
            same = tables == found.tables and not found.bad and call_id not in plan.words
            if same and not self._any_holds(self._beside(files, call_id), plan):
                return
            if found.problem and not found.damaged:
                self._warn(f"call {call_id} {found.problem}")
            tables["call"] = {"1": summary_document(summary_of(call_id, tables))}
            write_main_file(files, tables, self._disk)
            left = remove_for_good(self._beside(files, call_id), self._disk)
            is_rewritten = True
        finally:
            lock.release(keep=not is_rewritten)
        if left:
            raise StorageError(not_removed(left))

    def _remove_traces(self, plan: ForgetPlan) -> Iterator[str]:
        """Remove traces outside of the calls' own files. Yields what failed."""
        self._disk.remove(self._folder / CRASH_LOG)
        if left := remove_for_good(self._cache.files(), self._disk):
            yield not_removed(left)
        yield from self._forget_in_vault(plan)
        if not plan.names:
            return
        copies = [path for path in _files_in(self._quarantine) if path.is_file()]
        if left := remove_for_good((path for path in copies if self._any_holds([path], plan)), self._disk):
            yield not_removed(left)
        try:
            self._rewrite_settings(plan)
        except LockHeld:
            yield "settings are being changed in another window (run the same command again)"
        except OSError as problem:
            yield f"settings could not be changed: {in_words(problem)}"

    def _forget_in_vault(self, plan: ForgetPlan) -> Iterator[str]:
        """Remove the generated parts that concern the plan from the notes of the user's vault; the next update writes
        the rest again. Yields what failed, which the next start tries again."""
        folder = self._vault_folder()
        if folder is None:
            return
        from salesnerd_tui.storage.vault_notes import Vault, VaultProblem, vault_lock  # start-up time

        vault = Vault(folder)
        if not vault.is_there():
            yield f'the vault {folder} is missing, so its notes were not changed (or: salesnerd settings --vault "")'
            return
        suffixes = [call_id.rpartition("-")[2] for call_id in (*plan.calls, *plan.words)]
        patterns = [name.pattern for name in plan.names]

        def concerns(text: str) -> bool:
            forms = (text, unquote(text), _MARKDOWN_ESCAPE.sub(r"\1", text))
            if any(suffix in text for suffix in suffixes):
                return True
            return any(pattern.search(form) for pattern in patterns for form in forms)

        try:
            with vault_lock(self._folder, self._disk):
                yield from vault.forget(concerns)
        except VaultProblem as problem:
            yield str(problem)

    def _vault_folder(self) -> Path | None:
        try:
            rows = read_call(self._settings, self._disk).tables.get("settings", {}).values()
        except OSError:
            return None
        found = next((row.get("value") for row in rows if row.get("name") == VAULT_SETTING), "")
        return Path(found) if isinstance(found, str) and found else None

    def _rewrite_settings(self, plan: ForgetPlan) -> None:
        files = self._settings
        if not files.exist():
            return
        lock = FileLock(files.lock, self._disk)
        try:
            found, gone = read_call(files, self._disk), NameRedactor(plan.names)
            rows = {
                number: {key: part if key == "name" else gone.value(part) for key, part in row.items()}
                if row.get("name") not in KEPT_SETTINGS
                else row
                for number, row in found.tables.get("settings", {}).items()
            }
            write_main_file(files, {**found.tables, "settings": rows}, self._disk)
            remove_for_good((files.backup, files.journal, *files.temporaries()), self._disk)
        finally:
            lock.release()

    def _changed(self, call_id: str, tables: Tables, plan: ForgetPlan) -> Tables:
        if plan.calls:
            tables = without_calls(tables, plan.calls)
        if call_id in plan.words:
            tables = without_words(tables, plan.words[call_id])
        return NameRedactor(plan.names).tables(tables) if plan.names else dict(tables)

    def _read(self, call_id: str, *, is_locked: bool = False) -> RecoveredCall:
        """Read a call. Raises `StorageError` for a newer format, whose fields are unknown to the redaction."""
        found = read_call(self._files(call_id), self._disk, is_locked=is_locked)
        if format_of(found.tables, self._formats.current) > self._formats.current:
            raise StorageError(f"call {call_id} was created by a newer salesnerd (update, or delete the whole call)")
        return found

    def _replays(self, call_id: str, gone: Sequence[str]) -> bool:
        try:
            rows = read_call(self._files(call_id), self._disk).tables.get("events", {}).values()
        except OSError:
            return False
        return any(row.get("event") == "Rehearsed" and row.get("call") in gone for row in rows)

    def _parts(self, plan: ForgetPlan, among: Iterable[str]) -> dict[str, int]:
        """Return the single words of the names, with the number of calls that would still contain each:

        `Smith` after `Dana Smith` is removed. Words that the plan also has as names are left out.
        """
        words = {part for name in plan.names for part in name.text.split() if len(part) > 1}
        words -= {name.text for name in plan.names}
        found: Counter[str] = Counter()
        for call_id in among if words else ():
            tables = self._changed(call_id, self._read(call_id).tables, plan)
            for word in words:
                gone = NameRedactor([ForgottenName(word)])
                gone.tables(tables)
                found[word] += gone.mentions > 0
        return {word: count for word, count in sorted(found.items()) if count}

    def _concerned(self, plan: ForgetPlan) -> Iterator[str]:
        """Yield the calls that the plan may change without deleting them."""
        for call_id, paths in self._belongings().items():
            if call_id not in plan.calls and (call_id in plan.words or self._any_holds(paths, plan)):
                yield call_id

    def _any_holds(self, paths: Iterable[Path], plan: ForgetPlan) -> bool:
        """Return whether a file may hold a name, or text taken over from a deleted call."""
        tests = [may_hold(name.text) for name in plan.names]
        ids = [call_id.encode() for call_id in plan.calls]
        for path in paths if tests or ids else ():
            data = self._bytes(path)
            if any(test(data) for test in tests) or any(each in data for each in ids):
                return True
        return False

    def _beside(self, files: CallPaths, call_id: str) -> list[Path]:
        """Return every file of a call except for its main file."""
        return [path for path in self._belongings().get(call_id, []) if path != files.main]

    def _belongings(self) -> Belongings:
        return belongings(self._calls, self._quarantine)

    def _bytes(self, path: Path) -> bytes:
        try:
            return self._disk.read(path)
        except OSError:
            return b""

    def _files(self, call_id: str) -> CallPaths:
        return CallPaths(self._calls / f"{call_id}.json")


def _full_names(plan: ForgetPlan, gone: NameRedactor) -> list[ForgottenName]:
    """Return the full names that contain a name to remove, longest first, so that none is left in part."""
    typed = {name.text for name in plan.names}
    exact = any(name.exact for name in plan.names)
    full = sorted((name for name in gone.full_names - typed if len(name.split()) > 1), key=len, reverse=True)
    return [ForgottenName(name, exact) for name in full]
