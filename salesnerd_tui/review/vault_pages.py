"""Notes for a vault as text: one for each call, each account and each person. Nothing here reads or writes a file.

Links are relative Markdown links, which Obsidian and GitHub both resolve. Words of people are escaped.
"""

from __future__ import annotations

import posixpath
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from urllib.parse import quote

from msgspec import Struct
from msgspec.structs import replace

from salesnerd_tui.call.events import GONE, Settlement, Side
from salesnerd_tui.review.debrief.hypotheses import BeliefSource, beliefs
from salesnerd_tui.review.debrief.model import Debrief, PromiseEntry, PromiseKind
from salesnerd_tui.review.debrief_page import NOTE_KIND_TITLES, note_text
from salesnerd_tui.review.page_lines import escape
from salesnerd_tui.review.prep import belief_text
from salesnerd_tui.review.promises import SUPERSEDED_KINDS, to_own_task, to_task
from salesnerd_tui.storage.call_store import account_key
from salesnerd_tui.storage.vault_notes import Facts, VaultNote, comparable, file_name
from salesnerd_tui.text import one_line
from salesnerd_tui.timefmt import format_day, to_epoch_seconds


class VaultCall(Struct, frozen=True):
    """A call to write into the vault."""

    id: str
    debrief: Debrief


Places = Mapping[str, str]
"""Paths of the notes that exist, relative to the vault, by their mark as it is compared."""


def render_notes(calls: Sequence[VaultCall], places: Places) -> tuple[VaultNote, ...]:
    """Return the notes of these calls, of their accounts and of the people in them; `calls` are all of each account.

    A note that exists stays at its place. The notes of calls come last: a call that has its note has all of them.
    """
    # By their start: an id names the minute only, and not the later of two calls in it.
    by_start = sorted(calls, key=lambda call: (to_epoch_seconds(call.debrief.header.started_at), call.id), reverse=True)
    newest_first = list(_unify_spelling(by_start))
    paths = _Paths(places)
    accounts: dict[str, list[VaultCall]] = {}
    for call in newest_first:
        if call.debrief.header.account.strip():
            accounts.setdefault(account_key(call.debrief.header.account), []).append(call)
    notes: list[VaultNote] = []
    for account_calls in accounts.values():
        notes.append(_account_note(account_calls, paths))
        for name in _all_people(account_calls):
            notes.append(_person_note(name, [call for call in account_calls if name in _people_names(call)], paths))
    return (*notes, *(_call_note(call, paths) for call in newest_first))


class _Paths:
    """Paths of notes, and links between them."""

    def __init__(self, places: Places) -> None:
        self._places = places

    def of_call(self, call: VaultCall) -> str:
        day = _day(call) or "undated"
        name = file_name(f"{day} {one_line(call.debrief.header.account)}".strip(), call.id.rpartition("-")[2])
        return self._path(call_mark(call.id), f"Calls/{name}.md")

    def of_account(self, account: str) -> str:
        return self._path(_account_mark(account), f"Accounts/{file_name(account)}.md")

    def of_person(self, name: str, account: str) -> str:
        return self._path(_person_mark(name, account), f"People/{file_name(name, file_name(account))}.md")

    def _path(self, mark: str, default: str) -> str:
        return self._places.get(comparable(mark), default)


def _link(text: str, target: str, path: str) -> str:
    """Return a link from the note `path` to the note `target`, both relative to the vault."""
    return f"[{escape(text)}]({quote(posixpath.relpath(target, posixpath.dirname(path)))})"


def _unify_spelling(newest_first: Iterable[VaultCall]) -> Iterator[VaultCall]:
    """Yield the calls with accounts and people spelled as in the newest call, so that links find their file."""
    spellings: dict[tuple[str, str], str] = {}

    def newest(account: str, text: str) -> str:
        key = unicodedata.normalize("NFC", one_line(text)).casefold()
        return spellings.setdefault((account, key), unicodedata.normalize("NFC", one_line(text)))

    for call in newest_first:
        header = call.debrief.header
        account = newest("", header.account)
        people = []
        for person in header.people:
            name, comma, role = person.partition(",")
            people.append(f"{newest(account, name)}{comma}{role}")
        spelled_header = replace(header, account=account, people=tuple(people))
        yield replace(call, debrief=replace(call.debrief, header=spelled_header))


def call_mark(call_id: str) -> str:
    """Return the front matter value that marks the note of a call."""
    return f"call {call_id}"


def _account_mark(account: str) -> str:
    return f"account {one_line(account)}"


def _person_mark(name: str, account: str) -> str:
    return f"person {one_line(account)} / {name}"


def parse_account_mark(mark: str) -> str:
    """Return the account of an account's or a person's note, as it is compared; empty for a call."""
    kind, _, rest = mark.partition(" ")
    return account_key(rest if kind == "account" else rest.rpartition(" / ")[0] if kind == "person" else "")


def _call_note(call: VaultCall, paths: _Paths) -> VaultNote:
    header, outcome, path = call.debrief.header, call.debrief.outcome, paths.of_call(call)
    began = _day(call)
    rows = [f"# {escape(' · '.join(filter(None, (one_line(header.account), began))) or 'Call')}", ""]
    if header.account.strip():
        rows.append(f"Account: {_link(header.account, paths.of_account(header.account), path)}  ")
    if _people_names(call):
        rows.append(
            f"People: {', '.join(_person_link(name, header.account, path, paths) for name in _people_names(call))}  "
        )
    rows += [f"Playbook: {escape(header.title or header.playbook)}", ""]
    rows += [f"**{escape(outcome.headline)}.** {escape(outcome.line)}", ""]
    sections = (
        ("Agreed", map(_checkbox_item, call.debrief.agreed)),
        ("What they said", _answer_lines(call.debrief)),
        ("You promised", _promise_lines(call.debrief, Side.ME)),
        ("They promised", _promise_lines(call.debrief, Side.THEM)),
        ("Questions you owe an answer", (f"- {escape(asked.text)}" for asked in call.debrief.open_questions)),
        ("Notes", (f"- {NOTE_KIND_TITLES[note.kind]}: {escape(note.text)}" for note in call.debrief.notes)),
    )
    for title, lines in sections:
        if section_lines := list(lines):
            rows += [f"## {title}", "", *section_lines, ""]
    facts: Facts = {
        "account": one_line(header.account),
        "people": tuple(map(one_line, header.people)),
        "date": began,
        "minutes": round(header.duration_seconds / 60),
        "outcome": outcome.verdict.value,
        "next_step": one_line(outcome.next_step),
    }
    return VaultNote(path, call_mark(call.id), "\n".join(rows), facts, account_key(header.account))


def _account_note(calls: Sequence[VaultCall], paths: _Paths) -> VaultNote:
    account = calls[0].debrief.header.account
    path = paths.of_account(account)
    rows = [f"# {escape(account)}", ""]
    if people := _all_people(calls):
        rows += ["## People", "", *(f"- {_person_link(name, account, path, paths)}" for name in people), ""]
    latest = calls[0].debrief.agreed
    if steps := [_checkbox_item(step) for step in latest if step.kind in SUPERSEDED_KINDS and step.is_open]:
        rows += ["## Agreed", "", *steps, ""]
    owed = (each for call in calls for each in (*call.debrief.promises, *call.debrief.agreed))
    if promises := [
        _checkbox_item(each)
        for each in owed
        if each.is_open and not each.overpromise and each.kind not in SUPERSEDED_KINDS
    ]:
        rows += ["## Open promises", "", *promises, ""]
    sources = (BeliefSource(call.id, call.debrief.header.started_at, call.debrief.tested) for call in calls)
    if believed := beliefs(sources):
        rows += ["## Hypotheses", "", *(f"- {escape(belief_text(belief, None))}" for belief in believed), ""]
    rows += ["## Calls", "", *(_call_row(call, path, paths) for call in calls)]
    facts: Facts = {"calls": len(calls)}
    return VaultNote(path, _account_mark(account), "\n".join(rows), facts, account_key(account))


def _person_note(name: str, calls: Sequence[VaultCall], paths: _Paths) -> VaultNote:
    account = calls[0].debrief.header.account
    path = paths.of_person(name, account)
    roles = dict.fromkeys(
        one_line(person.partition(",")[2])
        for call in calls
        for person in call.debrief.header.people
        if _bare_name(person) == name and person.partition(",")[2].strip()
    )
    rows = [f"# {escape(name)}", "", f"Account: {_link(account, paths.of_account(account), path)}  "]
    rows += [f"Role: {escape(next(iter(roles)))}  "] if roles else []
    rows += ["", "## Calls", "", *(_call_row(call, path, paths) for call in calls)]
    facts: Facts = {"account": one_line(account), "calls": len(calls)}
    return VaultNote(path, _person_mark(name, account), "\n".join(rows), facts, account_key(account))


def _answer_lines(debrief: Debrief) -> Iterator[str]:
    for answer in debrief.answers:
        own = [note for note in answer.notes if not note.recalled_from and (note.text.strip() or note.label.strip())]
        if own:
            yield f"- {escape(answer.asked_as)}"
            yield from (f"    - {escape(note_text(note))}" for note in own)


def _promise_lines(debrief: Debrief, side: Side) -> Iterator[str]:
    for promise in debrief.promises:
        if promise.side is side and not promise.overpromise and promise.settled is not Settlement.RETRACTED:
            yield f"- [{_checkbox(promise)}] {_task_text(promise)}"


def _checkbox_item(entry: PromiseEntry) -> str:
    """Return a checkbox for what somebody does, with the side or the owner and the day."""
    owner = entry.owner or ("you" if entry.side is Side.ME else "they")
    task = to_own_task if entry.side is Side.ME else to_task
    text = task(entry.text) if entry.kind is PromiseKind.PROMISE else entry.text
    return f"- [{_checkbox(entry)}] {_task_text(replace(entry, owner=owner, text=text))}"


def _checkbox(entry: PromiseEntry) -> str:
    return "x" if entry.settled is Settlement.KEPT else " "


def _task_text(entry: PromiseEntry) -> str:
    """Return what was promised or agreed, with its owner and its day, or with the words that name no single day."""
    owner = f"{entry.owner}: " if entry.owner else ""
    due = format_day(entry.due_on, None) if entry.due_on else entry.due
    is_said = due.casefold() in entry.text.casefold() or (entry.due_on and entry.due_on.isoformat() in entry.text)
    return escape(f"{owner}{entry.text}{f' ({due})' if due and not is_said else ''}")


def _call_row(call: VaultCall, path: str, paths: _Paths) -> str:
    header = call.debrief.header
    shown = f"{header.started_at.day} {header.started_at:%B %Y}" if header.started_at else "undated"
    return f"- {_link(shown, paths.of_call(call), path)}: {escape(call.debrief.outcome.headline)}"


def _day(call: VaultCall) -> str:
    started_at = call.debrief.header.started_at
    return started_at.date().isoformat() if started_at else ""


def _person_link(name: str, account: str, path: str, paths: _Paths) -> str:
    return _link(name, paths.of_person(name, account), path) if account.strip() else escape(name)


def _bare_name(person: str) -> str:
    return one_line(person.partition(",")[0])


def _people_names(call: VaultCall) -> tuple[str, ...]:
    names = dict.fromkeys(map(_bare_name, call.debrief.header.people))
    return tuple(name for name in names if name and name != GONE)


def _all_people(calls: Iterable[VaultCall]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for call in calls for name in _people_names(call)))
