"""Forgetting calls, names and words: every file that ever held them, and nothing half done.

What is to go is written down first (`forgetting.json`) and that note removed last, so that a crash in the middle is
made good at the next start: each call is found as it was or as it is to be, never in between. Closed calls are written
anew as at any fold; then their backups, journals and damaged copies go, which held the same words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from msgspec.structs import replace

from salesnerd_tui.notes.belongings import belongings, not_removed, remove_for_good
from salesnerd_tui.notes.disk import temporary
from salesnerd_tui.notes.files import Files, write_kept
from salesnerd_tui.notes.forget_plan import Plan, Preview, from_json, to_json
from salesnerd_tui.notes.formats import format_of
from salesnerd_tui.notes.lines import Tables
from salesnerd_tui.notes.lock import FileLock, Held, is_held
from salesnerd_tui.notes.opening import Opener
from salesnerd_tui.notes.receipts import NotesProblem, in_words
from salesnerd_tui.notes.recovery import Found, read_call
from salesnerd_tui.notes.redacting import Name, NameGone, may_hold, without_calls, without_words
from salesnerd_tui.notes.search_cache import SearchCache
from salesnerd_tui.notes.summary import retold, to_document

CRASH_LOG = "crash.log"
"""A traceback may quote what could not be handled."""


class Forgetting:
    """`settings` may hold a name too."""

    def __init__(self, folder: Path, opener: Opener, cache: SearchCache, settings: Files) -> None:
        self._note = folder / "forgetting.json"
        self._folder = folder
        self._calls = folder / "calls"
        self._opener = opener
        self._disk = opener.disk
        self._cache = cache
        self._settings = settings

    def preview(self, plan: Plan) -> Preview:
        """What the plan comes to; nothing is changed. Every file is read."""
        plan = self.with_replays(plan)
        there = belongings(self._calls, self._opener.quarantine)
        gone = NameGone(plan.names)
        rewritten, unreadable = dict[str, int](), list[str]()
        for call_id, paths in there.items():
            if call_id in plan.calls or not self._concerns(call_id, paths, plan):
                continue
            try:
                tables = self._read(call_id).tables
            except (OSError, NotesProblem):
                unreadable.append(call_id)
                continue
            before = gone.mentions
            gone.tables(tables)
            if gone.mentions > before or self._changed(call_id, tables, plan) != tables:
                rewritten[call_id] = gone.mentions - before
        plan = replace(plan, names=(*_full_names(plan, gone), *plan.names))
        held = tuple(call_id for call_id in (*plan.calls, *rewritten) if is_held(self._files(call_id).lock, self._disk))
        return Preview(plan, rewritten, held, tuple(unreadable), self._parts(plan, rewritten))

    def with_replays(self, plan: Plan) -> Plan:
        """The plan with the rehearsals that replay a call that goes: what the other side says in them are its words."""
        there = belongings(self._calls, self._opener.quarantine) if plan.calls else {}
        taken_over = replace(plan, names=())
        replays = [
            call_id
            for call_id, paths in there.items()
            if call_id not in plan.calls and self._any_holds(paths, taken_over) and self._replays(call_id, plan.calls)
        ]
        return replace(plan, calls=(*plan.calls, *replays))

    def carry_out(self, plan: Plan) -> None:
        """Do it. Raises `CallIsOpen` before anything is changed when a window has one of the calls, and `NotesProblem`
        naming what could not be done; that is tried again at the next start."""
        for call_id in (*plan.calls, *plan.words):
            if is_held(self._files(call_id).lock, self._disk):
                self._opener.lock(call_id, self._files(call_id)).release()
        self._write_note(plan)
        self._carry_out(plan)

    def finish(self) -> None:
        """Go on with what a crash interrupted. Raises `NotesProblem` when some of it still cannot be done."""
        if not self._note.exists():
            # A crash while it was being written down: nothing was forgotten, and the names in it go.
            remove_for_good(self._notes(), self._disk)
            return
        try:
            plan = from_json(self._disk.read(self._note))
        except (OSError, ValueError, TypeError, KeyError):
            self._disk.remove(self._note)
            raise NotesProblem("Something was being forgotten when the program ended: forget it once more.") from None
        self._carry_out(plan)

    def _carry_out(self, plan: Plan) -> None:
        try:
            lock = FileLock(self._note.with_name(self._note.name + ".lock"), self._disk)
        except Held:
            raise NotesProblem("Another window is forgetting something: try again in a moment.") from None
        except OSError as problem:
            raise NotesProblem(f"Nothing can be forgotten: {in_words(problem)}.") from problem
        try:
            left = [*self._remove_calls(plan), *self._rewrite_others(plan), *self._remove_traces(plan)]
            if not left and (notes := remove_for_good(self._notes(), self._disk)):
                left = [not_removed(notes)]
        except OSError as problem:
            raise NotesProblem(f"Not everything was forgotten: {in_words(problem)}.") from problem
        finally:
            lock.release()
        if left:
            raise NotesProblem(" ".join(left))

    def _notes(self) -> list[Path]:
        """The note of what is to go, and what a crash left of writing it."""
        noted = [self._note] if self._note.exists() else []
        return [*noted, *self._folder.glob(f"{self._note.name}.*.tmp")]

    def _write_note(self, plan: Plan) -> None:
        beside = temporary(self._note)
        try:
            self._disk.write_new(beside, to_json(plan))
            self._disk.replace(beside, self._note)
            self._disk.sync_folder(self._folder)
        except OSError as problem:
            self._disk.remove(beside)
            raise NotesProblem(f"Nothing was forgotten: {in_words(problem)}.") from problem

    def _remove_calls(self, plan: Plan) -> Iterator[str]:
        there = belongings(self._calls, self._opener.quarantine)
        for call_id in plan.calls:
            if call_id not in there:
                continue
            try:
                lock = self._opener.lock(call_id, self._files(call_id))
            except NotesProblem as problem:
                yield str(problem)
                continue
            try:
                left = remove_for_good(self._of(call_id), self._disk, self._files(call_id).kept)
            finally:
                lock.release()
            if left:
                yield not_removed(left)

    def _rewrite_others(self, plan: Plan) -> Iterator[str]:
        for call_id, paths in belongings(self._calls, self._opener.quarantine).items():
            if call_id in plan.calls or not self._concerns(call_id, paths, plan):
                continue
            try:
                self._rewrite(call_id, plan)
            except NotesProblem as problem:
                yield str(problem)
            except FileNotFoundError:
                continue
            except OSError as problem:
                yield f"Call {call_id} could not be changed: {in_words(problem)}."

    def _rewrite(self, call_id: str, plan: Plan) -> None:
        files = self._files(call_id)
        lock = self._opener.lock(call_id, files)
        try:
            found = self._read(call_id)
            tables = self._changed(call_id, self._opener.formats.migrated(found.tables), plan)
            others = [path for path in self._of(call_id) if path != files.kept]
            same = tables == found.tables and not found.bad and call_id not in plan.words
            if same and not self._any_holds(others, plan):
                return
            tables["call"] = {"1": to_document(retold(call_id, tables))}
            write_kept(files, tables, self._disk)
            left = remove_for_good((path for path in self._of(call_id) if path != files.kept), self._disk)
        finally:
            lock.release()
        if left:
            raise NotesProblem(not_removed(left))

    def _remove_traces(self, plan: Plan) -> Iterator[str]:
        """What stands outside the calls' own files."""
        self._disk.remove(self._folder / CRASH_LOG)
        if left := remove_for_good(self._cache.files(), self._disk):
            yield not_removed(left)
        if not plan.names:
            return
        quarantine = self._opener.quarantine
        copies = [path for path in quarantine.iterdir() if path.is_file()] if quarantine.is_dir() else []
        if left := remove_for_good((path for path in copies if self._any_holds([path], plan)), self._disk):
            yield not_removed(left)
        try:
            self._rewrite_settings(plan)
        except Held:
            yield "The settings are being changed in another window: forget it once more."
        except OSError as problem:
            yield f"The settings could not be changed: {in_words(problem)}."

    def _rewrite_settings(self, plan: Plan) -> None:
        files = self._settings
        if not files.exist():
            return
        lock = FileLock(files.lock, self._disk)
        try:
            found, gone = read_call(files, self._disk), NameGone(plan.names)
            rows = {
                number: {key: part if key == "name" else gone.value(part) for key, part in row.items()}
                for number, row in found.tables.get("settings", {}).items()
            }
            write_kept(files, {**found.tables, "settings": rows}, self._disk)
            remove_for_good((files.previous, files.journal, *files.temporaries()), self._disk)
        finally:
            lock.release()

    def _changed(self, call_id: str, tables: Tables, plan: Plan) -> Tables:
        if plan.calls:
            tables = without_calls(tables, plan.calls)
        if call_id in plan.words:
            tables = without_words(tables, plan.words[call_id])
        return NameGone(plan.names).tables(tables) if plan.names else dict(tables)

    def _read(self, call_id: str) -> Found:
        """Raises `NotesProblem` for a call of a newer format, which may hold what nobody here would recognise."""
        found = read_call(self._files(call_id), self._disk)
        if format_of(found.tables, self._opener.formats.current) > self._opener.formats.current:
            raise NotesProblem(
                f"Call {call_id} was written by a newer salesnerd: update the program, or forget the whole call."
            )
        return found

    def _replays(self, call_id: str, gone: Sequence[str]) -> bool:
        try:
            rows = read_call(self._files(call_id), self._disk).tables.get("events", {}).values()
        except OSError:
            return False
        return any(row.get("event") == "Rehearsed" and row.get("call") in gone for row in rows)

    def _parts(self, plan: Plan, among: Iterable[str]) -> dict[str, int]:
        """The single words of the names that are no name of their own here, with how many calls would still say them:
        `Smith` where `Dana Smith` goes."""
        words = {part for name in plan.names for part in name.text.split() if len(part) > 1}
        words -= {name.text for name in plan.names}
        found: Counter[str] = Counter()
        for call_id in among if words else ():
            tables = self._changed(call_id, self._read(call_id).tables, plan)
            for word in words:
                gone = NameGone([Name(word)])
                gone.tables(tables)
                found[word] += gone.mentions > 0
        return {word: count for word, count in sorted(found.items()) if count}

    def _concerns(self, call_id: str, paths: Iterable[Path], plan: Plan) -> bool:
        return call_id in plan.words or self._any_holds(paths, plan)

    def _any_holds(self, paths: Iterable[Path], plan: Plan) -> bool:
        """Whether a file may hold a name, or what was taken over from a call that goes."""
        tests = [may_hold(name.text) for name in plan.names]
        ids = [call_id.encode() for call_id in plan.calls]
        for path in paths if tests or ids else ():
            data = self._bytes(path)
            if any(test(data) for test in tests) or any(each in data for each in ids):
                return True
        return False

    def _of(self, call_id: str) -> list[Path]:
        return belongings(self._calls, self._opener.quarantine).get(call_id, [])

    def _bytes(self, path: Path) -> bytes:
        try:
            return self._disk.read(path)
        except OSError:
            return b""

    def _files(self, call_id: str) -> Files:
        return Files(self._calls / f"{call_id}.json")


def _full_names(plan: Plan, gone: NameGone) -> list[Name]:
    """Names of several words that held one that goes, the longest first, so that none is left in part."""
    typed = {name.text for name in plan.names}
    exact = any(name.exact for name in plan.names)
    full = sorted((name for name in gone.full_names - typed if len(name.split()) > 1), key=len, reverse=True)
    return [Name(name, exact) for name in full]
