"""Three calls of a new user with one account: prepared, made and reviewed, each started from the one before.

It begins with an invitation. Nothing is typed twice on the way, and at its end stand the promises, the plan for both
sides, the trends, and the notes in the vault.
"""

from __future__ import annotations

import json
import re
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import unquote

import pytest

from journeys.live import SALESNERD, on_screen, salesnerd
from salesnerd_tui.call.events import Mode, Promised, Side
from salesnerd_tui.storage.call_store import CallStore
from terminal import Terminal

pytestmark = pytest.mark.journey

FIRST = (
    ("Sam", "What happened that made you look at this now?"),
    ("Dana", "Our director asked, after the auditor found forty bills that went out twice."),
    ("Sam", "I'll send you the list of checks by Friday."),
    ("Dana", "And I'll send you our October file by Wednesday."),
)
SECOND = (
    ("Sam", "What made you want to see it?"),
    ("Dana", "It is the next step on our list, and we are worried about the old patient numbers."),
    ("Sam", "We guarantee that it finds all of them, one hundred percent, and it will never slow you down."),
    ("Dana", "Hm. Ten minutes on the October file, then."),
)


def recording(path: Path, said: tuple[tuple[str, str], ...], seconds: float) -> Path:
    """A transcript in which every sentence takes so long."""
    rows = [
        {"start": number * seconds, "end": (number + 0.8) * seconds, "speaker": speaker, "text": text}
        for number, (speaker, text) in enumerate(said)
    ]
    path.write_text("\n".join(map(json.dumps, rows)) + "\n")
    return path


def shell(data: Path, *words: str) -> str:
    done = subprocess.run(
        [SALESNERD, *words, "--data", str(data)], capture_output=True, text=True, timeout=60, check=True
    )
    return done.stdout


def fill(terminal: Terminal, *texts: str) -> None:
    """Fill in one field after the other; an empty text accepts the default."""
    for text in texts:
        terminal.type(f"{text}\r")
        terminal.settle(0.15)


def pick(terminal: Terminal, playbook: str) -> None:
    terminal.wait_for("PICK A PLAYBOOK")
    terminal.type(f"{playbook}\r", until=re.compile(r"account"))


def end(terminal: Terminal, outcome: str, asks: str) -> None:
    """Choose an outcome, even with unmet gates, up to its first field."""
    terminal.press("e", until="END THE CALL")
    terminal.press(outcome, until=re.compile(f"End anyway|{re.escape(asks)}"))
    if "End anyway" in terminal.text:
        terminal.press("enter")
    terminal.wait_for(asks)


def test_three_calls_with_one_account(tmp_path: Path) -> None:
    data = tmp_path / "data"
    vault = invited(tmp_path, data)
    first = recording(tmp_path / "first.jsonl", FIRST, 0.8)
    with salesnerd(data=data, columns=80, rows=24) as terminal:
        prepare_and_take_the_first(terminal, first)
        prepare_the_next(terminal)
    second = recording(tmp_path / "second.jsonl", SECOND, 4.0)
    heard = ("--listen", str(second), "--me", "Sam", "--speed", "8")
    with salesnerd("live", "--from-prep", "--account", "Acme", *heard, data=data, columns=80, rows=24) as terminal:
        take_the_second(terminal)
        price_and_promises(terminal)
    look_at_what_was_kept(data)
    look_into_the_vault(vault)


def invited(folder: Path, data: Path) -> Path:
    """Set up a folder with an invitation for today, and a vault, which is returned."""
    calendar, vault = folder / "invitations", folder / "vault"
    calendar.mkdir()
    vault.mkdir()
    rows = (
        "BEGIN:VCALENDAR", "BEGIN:VEVENT", f"DTSTART:{datetime.now(UTC) + timedelta(minutes=20):%Y%m%dT%H%M%SZ}",
        "ATTENDEE;CN=Dana:mailto:dana@acme.example", "ATTENDEE;CN=Petra:mailto:petra@acme.example",
        "END:VEVENT", "END:VCALENDAR", "",
    )  # fmt: skip
    (calendar / "acme.ics").write_text("\r\n".join(rows))
    shell(data, "settings", "--invites", str(calendar), "--vault", str(vault))
    return vault


def prepare_and_take_the_first(terminal: Terminal, captions: Path) -> None:
    terminal.wait_for("Nothing here yet")
    terminal.wait_for(re.compile("❯.*Acme.*in (19|20) min.*Dana, Petra.*prepare"))
    terminal.press("enter", until=on_screen("What do you believe about them"))
    terminal.press("L", until="listen to")
    terminal.type(f"{captions}\r")
    terminal.press("enter")
    terminal.type("nobody counted the refunds\r", until=re.compile("✓.*nobody counted"))
    terminal.press("H")
    terminal.type("Somebody above Dana asked for it\r", until="FIND OUT WITH")
    terminal.type("looking into\r", until="you would be wrong if")
    terminal.type("it was her own idea\r")
    terminal.press("C", until=re.compile("1.*Sam", re.DOTALL))
    terminal.press("1")
    terminal.press("n")
    terminal.press("2", until=on_screen("What did your boss see?"))
    terminal.wait_for(re.compile("is over"))
    end(terminal, "1", "Let's put a date")
    fill(terminal, "demo on the October file", "Tuesday", "name two users", "Friday")
    terminal.wait_for("One thing to try")
    terminal.press("m", until=on_screen("You believed: Somebody above Dana asked for it"))
    terminal.press("1", until="in their words")
    terminal.type("my boss asked for it\r", until="this call speaks for it")


def prepare_the_next(terminal: Terminal) -> None:
    """Start the next call with one key in the debrief; account and people are filled in."""
    terminal.press("p")
    pick(terminal, "asked for a demo")
    terminal.wait_for(re.compile("> Acme"))
    terminal.press("enter", until=re.compile("> Dana; Petra"))
    terminal.press("enter")
    terminal.press("enter", until="LAST TIME")
    terminal.wait_for(on_screen("demo on the October file"))
    terminal.wait_for(re.compile("I'll send you our October file by Wednesday"))
    terminal.press("q", until="One thing to try")
    terminal.press("q", until=re.compile("Acme.*prepared"))
    terminal.press("q")
    assert terminal.wait_exit() == 0


def take_the_second(terminal: Terminal) -> None:
    terminal.wait_for(re.compile("is over"))
    end(terminal, "1", "next date")
    fill(terminal, "Thursday", "the October file", "the head nurse")
    terminal.wait_for(on_screen("you said We guarantee that it finds"))


def price_and_promises(terminal: Terminal) -> None:
    terminal.press("p")
    pick(terminal, "price and")
    terminal.press("enter")
    terminal.press("enter")
    terminal.press("enter", until=on_screen("What would you leave out first"))
    terminal.press("C", until=re.compile("THEIR NUMBER"))
    terminal.press("enter")
    terminal.type("> Petra: names somebody at the desk by Friday\r", until=re.compile("✓.*names somebody"))
    end(terminal, "2", "revisit")
    fill(terminal, "3 February", "two lines first")
    terminal.wait_for("One thing to try")
    terminal.press("o", until=on_screen("You owe 4; they owe 3"))
    terminal.wait_for(re.compile("Acme · open"))
    terminal.press("q", until="One thing to try")
    terminal.press("b", until="BUYING JOBS")
    terminal.press("q", until="One thing to try")
    terminal.press("q", until=on_screen("Demo audience: the head nurse"))
    terminal.press("q")
    assert terminal.wait_exit() == 0


def look_at_what_was_kept(data: Path) -> None:
    store = CallStore(data)
    calls = [call for call in store.summaries() if call.mode is Mode.LIVE]
    assert [call.playbook for call in calls] == ["price_commitment", "demo_request", "first_call"]
    assert {(call.account, call.people) for call in calls} == {("Acme", ("Dana", "Petra"))}
    events = store.read(calls[1].id).events
    assert [event.overpromise for event in events if isinstance(event, Promised)] == [True]
    first = store.read(calls[2].id).events
    assert [event.side for event in first if isinstance(event, Promised)] == [Side.ME, Side.THEM]
    plan = shell(data, "account", "Acme", "--plan")
    assert "# Plan for Acme" in plan
    assert "names somebody at the desk" in plan or "send me your October file" in plan
    assert "guarantee" not in plan, "the shared plan has no tap"
    assert "You owe 4; they owe 3" in shell(data, "promises")
    assert "Not enough data yet" in shell(data, "trends")
    (belief,) = json.loads(shell(data, "account", "Acme", "--json"))["beliefs"]
    assert (belief["text"], belief["state"]) == ("Somebody above Dana asked for it", "supported")
    assert (belief["evidence"][0]["call"], belief["evidence"][0]["quote"]) == (calls[2].id, "my boss asked for it")
    assert "supported: Somebody above Dana" in shell(data, "prep", "--account", "Acme", "--markdown")


def look_into_the_vault(vault: Path) -> None:
    """Every call has its note, the account's note lists the promises, and every link leads to a note."""
    notes = {path: path.read_text() for path in vault.glob("*/*.md")}
    assert sorted(path.parent.name for path in notes) == ["Accounts", "Calls", "Calls", "Calls", "People", "People"]
    held = [path.parent.name for path, text in notes.items() if "they: name two users (" in text]
    assert held == ["Calls"], "a replaced step is only in the note of its own call"
    account = (vault / "Accounts" / "Acme.md").read_text()
    assert account.count("](../Calls/") == 3
    assert "- [ ] you: Talk again" in account
    assert "(3 February " in account
    for path, text in notes.items():
        for target in re.findall(r"\]\((\.\./[^)]*)\)", text):
            assert (path.parent / unquote(target)).is_file(), target
