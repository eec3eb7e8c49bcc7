"""Notes for a vault as text: one for each call, each account and each person. Nothing here reads or writes a file.

Links are relative Markdown links, which Obsidian and GitHub both resolve. Words of people are escaped.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import quote

from msgspec import Struct
from msgspec.structs import replace

from salesnerd_tui.call.events import Settlement, Side
from salesnerd_tui.review.debrief.model import Debrief
from salesnerd_tui.review.document import KINDS, note_words
from salesnerd_tui.review.markdown import escape
from salesnerd_tui.review.promises import promise_words
from salesnerd_tui.storage.forget import GONE
from salesnerd_tui.storage.store import account_key
from salesnerd_tui.storage.vault import Facts, VaultNote, file_name
from salesnerd_tui.text import one_line


class VaultCall(Struct, frozen=True):
    """A call to write into the vault."""

    id: str
    debrief: Debrief


def notes_of(calls: Sequence[VaultCall]) -> Iterator[VaultNote]:
    """Yield the notes of these calls, of their accounts and of the people in them; `calls` are all of each account."""
    accounts: dict[str, list[VaultCall]] = {}
    for call in _spelled_alike(sorted(calls, key=lambda call: call.id, reverse=True)):
        yield _call_note(call)
        if call.debrief.header.account.strip():
            accounts.setdefault(account_key(call.debrief.header.account), []).append(call)
    for of_account in accounts.values():
        yield _account_note(of_account)
        for name in _people(of_account):
            yield _person_note(name, [call for call in of_account if name in _names(call)])


def _spelled_alike(newest_first: Iterable[VaultCall]) -> Iterator[VaultCall]:
    """Yield the calls with accounts and people spelled as in the newest call, so that links find their file."""
    spelled: dict[tuple[str, str], str] = {}

    def newest(account: str, text: str) -> str:
        key = unicodedata.normalize("NFC", one_line(text)).casefold()
        return spelled.setdefault((account, key), unicodedata.normalize("NFC", one_line(text)))

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


def account_of_mark(mark: str) -> str:
    """Return the account of an account's or a person's note, as it is compared; empty for a call."""
    kind, _, rest = mark.partition(" ")
    return account_key(rest if kind == "account" else rest.partition(" / ")[0] if kind == "person" else "")


def _call_note(call: VaultCall) -> VaultNote:
    header, outcome = call.debrief.header, call.debrief.outcome
    day = header.started_at.date().isoformat() if header.started_at else ""
    rows = [f"# {escape(' · '.join(filter(None, (one_line(header.account), day))) or 'Call')}", ""]
    if header.account.strip():
        rows.append(f"Account: {_link(header.account, _account_path(header.account))}  ")
    if _names(call):
        rows.append(f"People: {', '.join(_person_link(name, header.account) for name in _names(call))}  ")
    rows += [f"Playbook: {escape(header.title or header.playbook)}", ""]
    rows += [f"**{escape(outcome.headline)}.** {escape(outcome.line)}", ""]
    sections = (
        ("What they said", _answers(call.debrief)),
        ("You promised", _promises(call.debrief, Side.ME)),
        ("They promised", _promises(call.debrief, Side.THEM)),
        ("Questions you owe an answer", (f"- {escape(asked.text)}" for asked in call.debrief.open_questions)),
        ("Notes", (f"- {KINDS[note.kind]}: {escape(note.text)}" for note in call.debrief.notes)),
    )
    for title, lines in sections:
        if listed := list(lines):
            rows += [f"## {title}", "", *listed, ""]
    facts: Facts = {
        "account": one_line(header.account),
        "people": tuple(map(one_line, header.people)),
        "date": day,
        "minutes": round(header.duration_seconds / 60),
        "outcome": outcome.verdict.value,
        "next_step": one_line(outcome.next_step),
    }
    return VaultNote(_call_path(call), call_mark(call.id), "\n".join(rows), facts)


def _account_note(calls: Sequence[VaultCall]) -> VaultNote:
    account = calls[0].debrief.header.account
    rows = [f"# {escape(account)}", ""]
    if people := _people(calls):
        rows += ["## People", "", *(f"- {_person_link(name, account)}" for name in people), ""]
    if promises := [line for call in calls for line in _open_promises(call.debrief)]:
        rows += ["## Open promises", "", *promises, ""]
    rows += ["## Calls", "", *map(_call_row, calls)]
    path = f"Accounts/{_account_path(account)}"
    return VaultNote(path, f"account {one_line(account)}", "\n".join(rows), {"calls": len(calls)})


def _person_note(name: str, calls: Sequence[VaultCall]) -> VaultNote:
    account = calls[0].debrief.header.account
    roles = dict.fromkeys(
        one_line(person.partition(",")[2])
        for call in calls
        for person in call.debrief.header.people
        if _name(person) == name and person.partition(",")[2].strip()
    )
    rows = [f"# {escape(name)}", "", f"Account: {_link(account, _account_path(account))}  "]
    rows += [f"Role: {escape(next(iter(roles)))}  "] if roles else []
    rows += ["", "## Calls", "", *map(_call_row, calls)]
    facts: Facts = {"account": one_line(account), "calls": len(calls)}
    mark = f"person {one_line(account)} / {name}"
    return VaultNote(f"People/{_person_path(name, account)}", mark, "\n".join(rows), facts)


def _answers(debrief: Debrief) -> Iterator[str]:
    for answer in debrief.answers:
        own = [note for note in answer.notes if not note.recalled_from and (note.text.strip() or note.label.strip())]
        if own:
            yield f"- {escape(answer.asked_as)}"
            yield from (f"    - {escape(note_words(note))}" for note in own)


def _promises(debrief: Debrief, side: Side) -> Iterator[str]:
    for promise in debrief.promises:
        if promise.side is side and not promise.overpromise and promise.settled is not Settlement.RETRACTED:
            box = "x" if promise.settled is Settlement.KEPT else " "
            yield f"- [{box}] {escape(promise_words(promise))}"


def _open_promises(debrief: Debrief) -> Iterator[str]:
    for promise in debrief.promises:
        if promise.settled is Settlement.OPEN and not promise.overpromise:
            yield f"- [ ] {'you' if promise.side is Side.ME else 'they'}: {escape(promise_words(promise))}"


def _call_row(call: VaultCall) -> str:
    header, outcome = call.debrief.header, call.debrief.outcome
    day = f"{header.started_at.day} {header.started_at:%B %Y}" if header.started_at else "undated"
    return f"- {_link(day, f'../{_call_path(call)}')}: {escape(outcome.headline)}"


def _call_path(call: VaultCall) -> str:
    header = call.debrief.header
    day = header.started_at.date().isoformat() if header.started_at else "undated"
    return f"Calls/{file_name(f'{day} {one_line(header.account)}'.strip(), call.id.rpartition('-')[2])}.md"


def _account_path(account: str) -> str:
    return f"{file_name(account)}.md"


def _person_path(name: str, account: str) -> str:
    return f"{file_name(name, file_name(account))}.md"


def _link(text: str, path: str) -> str:
    """Return a relative link from one of the three folders; a bare file name is an account's."""
    target = path if path.startswith("../") else f"../Accounts/{path}"
    return f"[{escape(text)}]({quote(target)})"


def _person_link(name: str, account: str) -> str:
    if not account.strip():
        return escape(name)
    return _link(name, f"../People/{_person_path(name, account)}")


def _name(person: str) -> str:
    return one_line(person.partition(",")[0])


def _names(call: VaultCall) -> tuple[str, ...]:
    names = dict.fromkeys(map(_name, call.debrief.header.people))
    return tuple(name for name in names if name and name != GONE)


def _people(calls: Iterable[VaultCall]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for call in calls for name in _names(call)))
