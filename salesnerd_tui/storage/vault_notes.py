"""Folder of Markdown notes that salesnerd shares with its user, for example an Obsidian vault.

A note has a generated part and generated keys. Everything else in it is the user's and never changes. A note that the
user renames or moves within the vault is found again by its mark.

The generated part stands between two markers and carries a checksum: if the user has edited it, the edited text is
moved below it and kept. A generated key of the front matter that the user has written or changed becomes the user's.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import time
import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import count
from pathlib import Path

from msgspec import Struct, field

from salesnerd_tui.files import CannotWrite, read_head, read_regular, replace_private
from salesnerd_tui.storage.call_files import is_call_id
from salesnerd_tui.storage.disk import Disk, FileLock, LockHeld
from salesnerd_tui.storage.errors import error_message
from salesnerd_tui.text import one_line

FOLDERS = ("Calls", "Accounts", "People")
"""Folders of new notes."""

MAX_FILE_BYTES = 4 << 20
HEAD_BYTES = 16 << 10
"""Start of a file that holds the mark of a generated note, if it is one."""

ATTEMPTS = 5
"""Times that a note is read and merged again if another program changes it meanwhile."""

LOCK = "vault.lock"
"""File in the data directory that is locked while the vault is being changed."""

WAIT_SECONDS = 10.0
"""Time to wait for another window that is changing the vault."""

_TEMPORARY = re.compile(r"\..+\.md\.[0-9a-f]{8}")
"""Name of a note that was being written; a crash leaves it behind."""


class VaultProblem(Exception):
    """A note was not written; the message says which and why, on one line."""


@contextmanager
def vault_lock(folder: Path, disk: Disk) -> Iterator[None]:
    """Wait until no other window changes the vault, which may have read the calls earlier; `folder` is the data's.

    Raises `VaultProblem`.
    """
    ends_at = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            lock = FileLock(folder / LOCK, disk)
            break
        except LockHeld:
            if time.monotonic() > ends_at:
                raise VaultProblem(
                    "another salesnerd window is writing the vault (the next update or start makes up for it)"
                ) from None
        except OSError as problem:
            raise VaultProblem(f"the vault was not updated: {error_message(problem)}") from None
    try:
        yield
    finally:
        lock.release()


class Vault:
    """The notes below one folder. A folder that does not exist is not created, so that no note lands beside a vault
    that is not mounted."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def check(self) -> None:
        """Raise `VaultProblem` unless the folder exists and its parts are real folders."""
        if not self.is_there():
            raise VaultProblem(
                f"the vault {self.folder} is not a folder (create it, or set another: salesnerd settings --vault DIR)"
            )
        for name in FOLDERS:
            if _is_link(self.folder / name):
                raise VaultProblem(f"{self.folder / name} is a symbolic link, and links are not followed")

    def is_there(self) -> bool:
        """Return whether the folder exists and can be reached."""
        try:
            return self.folder.is_dir()
        except OSError:
            return False

    def write(self, note: VaultNote) -> bool:
        """Write a note and return whether its file changed. Raises `VaultProblem`; then the file is as it was."""
        return self._change(self.folder / note.path, lambda found: merged(found, note))

    def remove(self, path: Path) -> None:
        """Remove the generated parts of a note file; without text of the user's, the file is deleted."""
        self._change(path, stripped)

    def files(self) -> Iterator[tuple[Path, str]]:
        """Yield the generated notes with their text, in the order of their names; links are not followed."""
        for path in self._paths(lambda name: name.lower().endswith(".md") and not name.startswith(".")):
            try:
                head, _ = read_head(path, MAX_FILE_BYTES, HEAD_BYTES)
                text = self._read(path) if f"{KEY}:".encode() in head else ""
            except (OSError, VaultProblem):
                continue
            if mark_of(text):
                yield path, text

    def tidy(self) -> None:
        """Delete what a crash left behind while a note was written."""
        for path in list(self._paths(lambda name: _TEMPORARY.fullmatch(name) is not None)):
            try:
                path.unlink()
            except OSError:
                continue

    def forget(self, concerns: Callable[[str], bool]) -> Iterator[str]:
        """Remove the generated parts of each note for which `concerns(name, generated part)` is true.

        A file whose name matches and that has text of the user's is renamed. Yields what failed.
        """
        self.tidy()
        for path, text in list(self.files()):
            try:
                if concerns(f"{path.stem}\n{generated(text)}"):
                    self.remove(path)
                if path.exists() and concerns(path.stem):
                    path.rename(_free_path(path.with_name(f"Note {checksum(path.stem)}.md")))
            except VaultProblem as problem:
                yield str(problem)
            except OSError as problem:
                yield f"cannot rename {path}: {problem.strerror or problem}"

    def _paths(self, is_wanted: Callable[[str], bool]) -> Iterator[Path]:
        for folder, names, files in os.walk(self.folder):
            names[:] = sorted(name for name in names if not name.startswith("."))
            for name in sorted(filter(is_wanted, files)):
                path = Path(folder, name)
                if not _is_link(path):
                    yield path

    def _change(self, path: Path, change: Callable[[str], str]) -> bool:
        """Change a file from what it is at the last moment, not from what it was when it was read first."""
        for _ in range(ATTEMPTS):
            found = self._read(path)
            wanted = change(found)
            if wanted == found:
                return False
            try:
                if wanted.strip():
                    is_done = replace_private(path, wanted, partial(self._is_still, path, found))
                elif is_done := self._is_still(path, found):
                    path.unlink()
            except CannotWrite as problem:
                raise VaultProblem(f"the vault was not updated: {problem}") from None
            except OSError as problem:
                raise VaultProblem(f"cannot delete {path}: {problem.strerror or problem}") from None
            if is_done:
                return True
        raise VaultProblem(f"{path} is being changed by another program (it is updated after the next call)")

    def _is_still(self, path: Path, found: str) -> bool:
        return self._read(path) == found

    def _read(self, path: Path) -> str:
        """Return the text of a note file, empty if there is none."""
        if _is_link(path):
            raise VaultProblem(f"{path} is a symbolic link, and links are not followed")
        try:
            return read_regular(path, MAX_FILE_BYTES).decode("utf-8")
        except FileNotFoundError:
            return ""
        except UnicodeDecodeError:
            raise VaultProblem(f"{path} is not UTF-8 text and was left alone") from None
        except OSError as problem:
            raise VaultProblem(f"cannot read {path}: {problem.strerror or problem}") from None


def _is_link(path: Path) -> bool:
    """Return whether the path is a symbolic link; False if it cannot be reached, because reading it then says why."""
    try:
        return path.is_symlink()
    except OSError:
        return False


def _free_path(path: Path) -> Path:
    """Return the path, with a number if a file has it: renaming would replace that file."""
    names = (path.with_stem(f"{path.stem}{f' {number}' if number > 1 else ''}") for number in count(1))
    return next(each for each in names if not os.path.lexists(each))


KEY = "salesnerd"
"""Front matter key that marks a note as generated, such as `call 2026-11-20T1000-1a2b3c4d`, `person Acme / Dana`."""

FACTS: Mapping[str, tuple[str, ...]] = {
    "call": ("account", "people", "date", "minutes", "outcome", "next_step"),
    "account": ("calls",),
    "person": ("account", "calls"),
}
"""Generated keys of each kind of note, the first word of its mark; other keys are the user's."""

BEGIN = "<!-- salesnerd:begin {} generated, write above or below -->"
END = "<!-- salesnerd:end -->"
EDITED = "<!-- edited here; salesnerd has written its part again above -->"

_KEY_CHECKSUM_DIGITS = 4
"""Digits of the checksum of each generated key; the marker of the generated part holds them in the order of `FACTS`."""

NAME_BYTES = 90
"""A file name has at most 255 bytes, and a person's note has two names in it."""

Facts = Mapping[str, str | int | tuple[str, ...]]
"""Front matter of a note: text, whole numbers and lists of texts."""

_GENERATED = re.compile(
    r"<!-- salesnerd:begin (?P<sum>[0-9a-f]{12})\.(?P<front>[0-9a-f]+)(?: yours=(?P<yours>[a-z_,]+))? [^\n]*-->\r?\n"
    r"(?P<body>.*?)<!-- salesnerd:end -->(?:\r?\n)?",
    re.DOTALL,
)
_FRONT = re.compile(r"\A(?P<open>---[ \t]*\r?\n)(?P<rows>.*?\n)?(?P<close>---[ \t]*(?:\r?\n|\Z))", re.DOTALL)
_TARGET = re.compile(r"\]\((?:[^()\s]|\([^()\s]*\))*\)")
_UNPRINTABLE = re.compile("[\x7f-\x84\x86-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
_NOT_IN_NAMES = re.compile(r"[^\w .,&()'+-]")
_RESERVED = re.compile(r"(?i)^(con|prn|aux|nul|com[\d¹²³]|lpt[\d¹²³])(\.|$)")
_BOM = "\ufeff"


class VaultNote(Struct, frozen=True):
    """A generated note. `path` is relative to the vault, `mark` the value of the front matter key `salesnerd`.

    `account` is the account that the note belongs to, as accounts are compared.
    """

    path: str
    mark: str
    body: str
    facts: Facts = field(default_factory=dict)
    account: str = ""


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
        name = f"{name or 'Unnamed'} {checksum(text)[:6]}"
    return f"{name} ({distinct})" if distinct else name


def checksum(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def comparable(mark: str) -> str:
    """Return a mark as marks are compared: an account that is spelled differently keeps its note."""
    return " ".join(unicodedata.normalize("NFC", mark).casefold().split())


def merged(found: str, note: VaultNote) -> str:
    """Return the text of a note file: `found` with the generated parts of `note` put in, and nothing else changed."""
    return _with_line_ends(found, lambda text: _merged(text, note))


def stripped(found: str) -> str:
    """Return what is the user's in a note file: no generated part, no generated keys, but edits of generated text."""
    return _with_line_ends(found, _stripped)


def generated(found: str) -> str:
    """Return the generated part of a note file with its front matter keys, empty if there is none."""
    text = _plain(found)
    old = _GENERATED.search(text)
    names = _generated_keys(text, old)
    rows = [rows for key, rows in _front_entries(text) if key in names]
    return "\n".join((*rows, old["body"] if old else ""))


def mark_of(found: str) -> str:
    """Return the value of the key `salesnerd`, empty for a note that is not generated."""
    written = next((rows for key, rows in _front_entries(_plain(found)) if key == KEY), "")
    value = written.partition(":")[2].strip()
    try:
        read = json.loads(value) if value.startswith('"') else value.strip("'")
    except ValueError:
        return ""
    return read if isinstance(read, str) and _is_mark(read) else ""


def _is_mark(text: str) -> bool:
    """Return whether it marks a generated note; a user's own note may say `salesnerd: call Dana back`."""
    kind, _, rest = text.partition(" ")
    return kind in FACTS and (kind != "call" or is_call_id(rest))


def _fact_names(mark: str) -> tuple[str, ...]:
    """Return the generated keys of a note with this mark."""
    return FACTS.get(mark.partition(" ")[0], ())


def _plain(found: str) -> str:
    return found.removeprefix(_BOM).replace("\r\n", "\n")


def _with_line_ends(found: str, change: Callable[[str], str]) -> str:
    """Return the changed text with the line ends and the byte order mark of the file that was found.

    In a file with line ends of both kinds, each line keeps its own.
    """
    is_windows = "\r\n" in found and found.count("\r\n") == found.count("\n")
    text = change(_plain(found) if is_windows else found.removeprefix(_BOM))
    if not text.strip():
        return ""
    if is_windows:
        text = text.replace("\n", "\r\n")
    return f"{_BOM}{text}" if found.startswith(_BOM) else text


def _merged(text: str, note: VaultNote) -> str:
    entries = _front_entries(text)
    old = _GENERATED.search(text)
    names = _fact_names(note.mark)
    facts = {key: _yaml(value) for key, value in note.facts.items() if value}
    yours = _kept_keys(entries, facts, old, names)
    ours = {KEY: _yaml(note.mark)} | {key: value for key, value in facts.items() if key not in yours}
    rest = _with_front(text, ours, {KEY, *names} - yours)
    body = note.body.rstrip("\n") + "\n"
    keys = f" yours={','.join(sorted(yours))}" if yours else ""
    front = "".join(_key_checksum(ours.get(key, "")) for key in names) or "0"
    sums = f"{_body_checksum(body)}.{front}"
    block = f"{BEGIN.format(sums + keys)}\n{body}{END}\n"
    old = _GENERATED.search(rest)
    if old is None:
        joint = "" if not rest.strip() or rest.endswith("\n\n") else "\n" if rest.endswith("\n") else "\n\n"
        return f"{rest}{joint}{block}"
    is_edited = _body_checksum(old["body"]) not in (old["sum"], _body_checksum(body))
    kept = f"\n{EDITED}\n{old['body']}" if is_edited else ""
    return f"{rest[: old.start()]}{block}{kept}{rest[old.end() :]}"


def _stripped(text: str) -> str:
    old = _GENERATED.search(text)
    names = _generated_keys(text, old)
    if old is not None:
        kept = "" if _body_checksum(old["body"]) == old["sum"] else old["body"]
        text = f"{text[: old.start()]}{kept}{text[old.end() :]}"
    return _with_front(text, {}, names)


def _generated_keys(text: str, old: re.Match[str] | None) -> set[str]:
    """Return the keys that salesnerd wrote and the user has not changed; without a generated part that is its mark."""
    if old is None:
        return {KEY}
    names = _fact_names(mark_of(text))
    return {KEY, *names} - _kept_keys(_front_entries(text), {}, old, names)


def _kept_keys(
    entries: list[tuple[str, str]], facts: Mapping[str, str], old: re.Match[str] | None, names: Sequence[str]
) -> set[str]:
    """Return which of the generated keys `names` are the user's: written before salesnerd did, or changed since.

    Programs such as Obsidian write front matter again in another form, so only letters and digits are compared.
    """
    held = {key: rows.partition(":")[2] for key, rows in entries if key in names}
    if old is None:
        return {key for key, value in held.items() if _loose(value) != _loose(facts.get(key, ""))}
    was = re.findall("." * _KEY_CHECKSUM_DIGITS, old["front"])
    changed = {key for key, each in zip(names, was, strict=False) if _key_checksum(held.get(key, "")) != each}
    named = set((old["yours"] or "").split(",")) - {""}
    return named | {key for key in changed if _loose(held.get(key, "")) != _loose(facts.get(key, ""))}


def _loose(value: str) -> str:
    return "".join(filter(str.isalnum, value))


def _key_checksum(value: str) -> str:
    return checksum(_loose(value))[:_KEY_CHECKSUM_DIGITS]


def _body_checksum(body: str) -> str:
    """Return the checksum of a generated part without what other programs change: targets of links, and white space."""
    return checksum(" ".join(_TARGET.sub("]()", body).split()))


def _front_entries(text: str) -> list[tuple[str, str]]:
    """Return the entries of the front matter as (key, rows); rows without a key have an empty one.

    Only a line feed ends a row: `str.splitlines` would also split at characters that YAML allows inside of one.
    """
    front = _FRONT.match(text)
    entries: list[tuple[str, str]] = []
    for row in front["rows"].removesuffix("\n").split("\n") if front and front["rows"] else ():
        if row.startswith((" ", "\t", "-")) and entries:
            entries[-1] = (entries[-1][0], f"{entries[-1][1]}\n{row}")
        else:
            entries.append(("" if row.startswith("#") else row.partition(":")[0].strip(), row))
    return entries


def _with_front(text: str, facts: Mapping[str, str], replaced: Collection[str]) -> str:
    """Return the text with these keys, one line each, in place of the keys `replaced`."""
    front = _FRONT.match(text)
    own = [rows for key, rows in _front_entries(text) if key not in replaced]
    rest = text[front.end() :] if front else text
    rows = [*(f"{key}: {value}" for key, value in facts.items()), *own]
    if not rows:
        return rest.lstrip("\r\n") if front else rest
    if front:
        close = front["close"] if front["close"].endswith("\n") else f"{front['close']}\n"
        return "\n".join((*rows, "")).join((front["open"], close)) + rest
    gap = "" if not rest or rest.startswith(("\n", "\r\n")) else "\n"
    return "\n".join(("---", *rows, "---", "")) + gap + rest


def _yaml(value: str | int | tuple[str, ...]) -> str:
    """Return a value on one line; JSON is YAML, except for characters that YAML calls unprintable."""
    written = json.dumps(value, ensure_ascii=False)
    return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", written)
