"""Folder of Markdown notes that salesnerd shares with its user, for example an Obsidian vault.

Each note has a generated part between two markers and generated keys in its front matter. Everything else in the note
is the user's and is never changed. The generated part carries a checksum: if the user has edited it, the edited text
is moved below it and kept.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from msgspec import Struct, field

from salesnerd_tui.private_file import CannotWrite, write_private
from salesnerd_tui.regular_file import read_regular
from salesnerd_tui.text import one_line

FOLDERS = ("Calls", "Accounts", "People")
KEY = "salesnerd"
"""Front matter key that marks a note as generated: `call 2026-11-20T1000-1a2b3c4d`, `account Acme`, `person Dana`."""

KEYS = (KEY, "account", "person", "people", "date", "minutes", "outcome", "next_step", "calls")
"""Front matter keys that belong to salesnerd; other keys are the user's."""

BEGIN = "<!-- salesnerd:begin {} generated, write above or below -->"
END = "<!-- salesnerd:end -->"
EDITED = "<!-- edited here; salesnerd has written its part again above -->"

LARGEST_BYTES = 4 << 20
NAME_BYTES = 90
"""A file name has at most 255 bytes, and a person's note has two names in it."""

ATTEMPTS = 3
"""Times that a note is read and merged again if another program changes it meanwhile."""

Facts = Mapping[str, str | int | tuple[str, ...]]
"""Front matter of a note: text, whole numbers and lists of texts."""

_GENERATED = re.compile(
    r"<!-- salesnerd:begin (?P<sum>[0-9a-f]{12}) [^\n]*-->\n(?P<body>.*?)<!-- salesnerd:end -->\n?", re.DOTALL
)
_FRONT = re.compile(r"\A---[ \t]*\n(?P<rows>.*?\n)?---[ \t]*(?:\n|\Z)", re.DOTALL)
_UNPRINTABLE = re.compile("[\x7f-\x84\x86-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
_NOT_IN_NAMES = re.compile(r"[^\w .,&()'+-]")
_RESERVED = re.compile(r"(?i)^(con|prn|aux|nul|com\d|lpt\d)(\.|$)")


class VaultProblem(Exception):
    """A note was not written; the message says which and why, on one line."""


class VaultNote(Struct, frozen=True):
    """A generated note. `path` is relative to the vault, `mark` the value of the front matter key `salesnerd`."""

    path: str
    mark: str
    body: str
    facts: Facts = field(default_factory=dict)


def file_name(text: str, distinct: str = "") -> str:
    """Return a file name without extension for any text; texts that lose a character get a checksum.

    `distinct` is always appended, in parentheses.
    """
    shown = unicodedata.normalize("NFC", one_line(text))
    name = " ".join(_NOT_IN_NAMES.sub(" ", shown).split()).strip(" .-")
    name = name.encode()[:NAME_BYTES].decode("utf-8", "ignore").strip(" .-")
    if _RESERVED.match(name):
        name = f"_{name}"
    if name != shown:
        name = f"{name or 'Unnamed'} {_checksum(text)[:6]}"
    return f"{name} ({distinct})" if distinct else name


def _checksum(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def merged(found: str, note: VaultNote) -> str:
    """Return the text of a note file: `found` with the generated parts of `note` put in, and nothing else changed."""
    text = found.replace("\r\n", "\n")
    body = note.body.rstrip("\n") + "\n"
    block = f"{BEGIN.format(_checksum(body))}\n{body}{END}\n"
    rest = _with_front(text, {KEY: note.mark, **note.facts})
    old = _GENERATED.search(rest)
    if old is None:
        joint = "" if not rest.strip() or rest.endswith("\n\n") else "\n" if rest.endswith("\n") else "\n\n"
        return f"{rest}{joint}{block}"
    kept = "" if _checksum(old["body"]) == old["sum"] else f"\n{EDITED}\n{old['body']}"
    if kept and old["body"] == body:
        kept = ""
    return f"{rest[: old.start()]}{block}{kept}{rest[old.end() :]}"


def stripped(found: str) -> str:
    """Return what is the user's in a note file: no generated part, no generated keys, but edits of generated text."""
    text = found.replace("\r\n", "\n")
    old = _GENERATED.search(text)
    if old is not None:
        kept = "" if _checksum(old["body"]) == old["sum"] else old["body"]
        text = f"{text[: old.start()]}{kept}{text[old.end() :]}"
    return _with_front(text, {})


def generated(found: str) -> str:
    """Return the generated part of a note file with its front matter keys, empty if there is none."""
    text = found.replace("\r\n", "\n")
    old = _GENERATED.search(text)
    rows = [row for row in _front_rows(text) if _key(row) in KEYS]
    return "\n".join((*rows, old["body"] if old else ""))


def mark_of(found: str) -> str:
    """Return the value of the key `salesnerd`, empty for a note that is not generated."""
    for row in _front_rows(found.replace("\r\n", "\n")):
        if _key(row) == KEY:
            try:
                value = json.loads(row.partition(":")[2])
            except ValueError:
                return ""
            return value if isinstance(value, str) else ""
    return ""


def _front_rows(text: str) -> list[str]:
    front = _FRONT.match(text)
    return (front["rows"] or "").splitlines() if front else []


def _key(row: str) -> str:
    return row.partition(":")[0] if not row.startswith((" ", "\t", "-", "#")) else ""


def _with_front(text: str, facts: Facts) -> str:
    """Return the text with these generated keys, one line each, in place of those it has."""
    front = _FRONT.match(text)
    own = [row for row in _front_rows(text) if _key(row) not in KEYS]
    rest = text[front.end() :] if front else text
    rows = [*(f"{key}: {_yaml(value)}" for key, value in facts.items() if value), *own]
    if not rows:
        return rest.lstrip("\n") if front else rest
    return "\n".join(("---", *rows, "---", "")) + ("" if rest.startswith("\n") or not rest else "\n") + rest


def _yaml(value: str | int | tuple[str, ...]) -> str:
    """Return a value on one line; JSON is YAML, except for characters that YAML calls unprintable."""
    written = json.dumps(value, ensure_ascii=False)
    return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", written)


class Vault:
    """The notes below one folder. A folder that does not exist is not created, so that no note lands beside a vault
    that is not mounted."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def check(self) -> None:
        """Raise `VaultProblem` unless the folder exists and its parts are folders of their own."""
        if not self.folder.is_dir():
            raise VaultProblem(f"the vault {self.folder} is not a folder (set it with: salesnerd settings --vault DIR)")
        for name in FOLDERS:
            if (self.folder / name).is_symlink():
                raise VaultProblem(f"{self.folder / name} is a symbolic link, and links are not followed")

    def write(self, note: VaultNote) -> bool:
        """Write a note and return whether its file changed. Raises `VaultProblem`; then the file is as it was."""
        return self._change(self.folder / note.path, lambda found: merged(found, note))

    def remove(self, path: Path) -> None:
        """Remove the generated parts of a note file; without text of the user's, the file is deleted."""
        self._change(path, stripped)

    def files(self) -> Iterator[tuple[Path, str]]:
        """Yield the generated notes with their text, in the order of their names."""
        for name in FOLDERS:
            folder = self.folder / name
            if folder.is_symlink() or not folder.is_dir():
                continue
            for path in sorted(folder.glob("*.md")):
                try:
                    text = self._read(path)
                except VaultProblem:
                    continue
                if mark_of(text):
                    yield path, text

    def forget(self, concerns: Callable[[str], bool]) -> Iterator[str]:
        """Remove the generated parts of each note for which `concerns(name, generated part)` is true.

        A file whose name matches and that has text of the user's is renamed. Yields what failed.
        """
        for path, text in list(self.files()):
            try:
                if concerns(f"{path.stem}\n{generated(text)}"):
                    self.remove(path)
                if path.exists() and concerns(path.stem):
                    path.rename(path.with_name(f"Note {_checksum(path.stem)}.md"))
            except VaultProblem as problem:
                yield str(problem)
            except OSError as problem:
                yield f"cannot rename {path}: {problem.strerror or problem}"

    def _change(self, path: Path, change: Callable[[str], str]) -> bool:
        for _ in range(ATTEMPTS):
            found = self._read(path)
            wanted = change(found)
            if wanted == found:
                return False
            if self._read(path) != found:
                continue
            try:
                if wanted.strip():
                    write_private(path, wanted, force=True, make_folders=True)
                else:
                    path.unlink()
            except CannotWrite as problem:
                raise VaultProblem(f"the vault was not updated: {problem}") from None
            except OSError as problem:
                raise VaultProblem(f"cannot delete {path}: {problem.strerror or problem}") from None
            return True
        raise VaultProblem(f"{path} is being changed by another program (it is updated after the next call)")

    def _read(self, path: Path) -> str:
        """Return the text of a note file, empty if there is none."""
        if path.is_symlink():
            raise VaultProblem(f"{path} is a symbolic link, and links are not followed")
        try:
            return read_regular(path, LARGEST_BYTES).decode("utf-8")
        except FileNotFoundError:
            return ""
        except UnicodeDecodeError:
            raise VaultProblem(f"{path} is not UTF-8 text and was left alone") from None
        except OSError as problem:
            raise VaultProblem(f"cannot read {path}: {problem.strerror or problem}") from None


def obsolete(vault: Vault, wanted: Iterable[VaultNote], is_checked: Callable[[str], bool]) -> Iterator[Path]:
    """Yield generated notes that are not among `wanted` any more, of those whose mark `is_checked`."""
    paths = {vault.folder / note.path for note in wanted}
    yield from (path for path, text in vault.files() if path not in paths and is_checked(mark_of(text)))
