"""Store with a vault, for tests of the notes that are written into it."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import unquote

from invented_calls import Call
from salesnerd_tui.call.events import Ended, NoteKind
from salesnerd_tui.services.vault import VaultResult, update_vault
from salesnerd_tui.storage.call_store import CallStore

FIRST_START = datetime.fromisoformat("2026-11-20T10:00:00+01:00")
LINK = re.compile(r"(?<!\\)\[[^\]]*[^\\]\]\(([^)]*)\)")
AGREED = {
    "our_part": "draft the test plan", "our_date": "Friday",
    "their_part": "name two users", "their_date": "2026-12-01",
}  # fmt: skip


class VaultStage:
    def __init__(self, folder: Path) -> None:
        self.data, self.vault = folder / "data", folder / "vault"
        self.vault.mkdir(parents=True, exist_ok=True)
        self.store = CallStore(self.data)
        self.store.settings.set("vault", str(self.vault))
        self.store.settings.wait()
        self.next_start = FIRST_START

    def store_call(
        self,
        account: str = "Northwind Clinic",
        people: tuple[str, ...] = ("Dana Smith, VP Eng",),
        until_next: timedelta = timedelta(days=1),
    ) -> str:
        """Store an ended call and return its id; the next call begins `until_next` later."""
        started_at = self.next_start
        self.next_start += until_next
        call = Call(account=account, people=people, began=started_at.isoformat())
        call.answered(30, "trigger", "What happened?", "Dana Smith was paged twice").noted(
            40, "12 pages", NoteKind.NUMBER
        )
        call.noted(50, "Send the security page by 2026-12-04", NoteKind.PROMISE)
        with self.store.create(started_at, account) as file:
            file.save([*call.events, Ended(60, "next_step", "go", AGREED, "pilot")], lambda _: None)
            return file.id

    def update(self) -> VaultResult:
        return update_vault(self.store)

    def broken_links(self) -> list[str]:
        """Return the links whose file does not exist."""
        return [
            f"{name}: {target}"
            for name, text in self.files().items()
            for target in LINK.findall(text)
            if " " in target or not (self.vault / name).parent.joinpath(unquote(target)).resolve().is_file()
        ]

    def files(self) -> dict[str, str]:
        return {
            str(path.relative_to(self.vault)): path.read_text()
            for path in sorted(self.vault.rglob("*"))
            if path.is_file()
        }

    def text(self) -> str:
        return "\n".join(f"{name}\n{text}" for name, text in self.files().items())

    def only_file(self, folder: str) -> Path:
        (path,) = (self.vault / folder).iterdir()
        return path
