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

from salesnerd_tui.errors import error_reason
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

MAX_ATTEMPTS = 5
"""Attempts to update a note that another program changes at the same time."""

LOCK = "vault.lock"
"""File in the data directory that is locked while the vault is being changed."""

LOCK_WAIT_SECONDS = 10.0
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
    ends_at, lock = time.monotonic() + LOCK_WAIT_SECONDS, None
    while lock is None:
        try:
            lock = FileLock(folder / LOCK, disk)
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
    """Notes below one folder, which is never created: it may be the mount point of a vault that is not mounted."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def check(self) -> None:
        """Raise `VaultProblem` unless the folder exists and no folder of new notes is a link."""
        if not self.exists():
            raise VaultProblem(
                f"the vault {self.folder} is not a folder (create it, or set another: salesnerd settings --vault DIR)"
            )
        for name in FOLDERS:
            if _is_link(self.folder / name):
                raise VaultProblem(f"{self.folder / name} is a symbolic link, and links are not followed")

    def exists(self) -> bool:
        """Return whether the folder exists and can be reached."""
        try:
            return self.folder.is_dir()
        except OSError:
            return False

    def write(self, note: VaultNote) -> bool:
        """Write a note and return whether its file changed. Raises `VaultProblem`; then the file is as it was."""
        return self._change(self.folder / note.path, lambda text: merge_note(text, note))

    def remove(self, path: Path) -> None:
        """Remove the generated parts of a note file, and delete the file if the user wrote nothing in it."""
        self._change(path, remove_generated)

    def files(self) -> Iterator[tuple[Path, str]]:
        """Yield the generated notes with their text, in the order of their names; links are not followed."""
        for path in self._walk(lambda name: name.lower().endswith(".md") and not name.startswith(".")):
            try:
                head, _ = read_head(path, MAX_FILE_BYTES, HEAD_BYTES)
                text = self._read(path) if f"{MARK_KEY}:".encode() in head else ""
            except (OSError, VaultProblem):
                continue
            if mark_of(text):
                yield path, text

    def tidy(self) -> None:
        """Delete what a crash left behind while a note was written."""
        for path in list(self._walk(lambda name: _TEMPORARY.fullmatch(name) is not None)):
            try:
                path.unlink()
            except OSError:
                continue

    def forget(self, matches: Callable[[str], bool]) -> Iterator[str]:
        """Remove the generated parts of each note whose name or generated part matches.

        A file that also has text of the user is kept, and renamed if its name matches. Yields what failed.
        """
        self.tidy()
        for path, text in list(self.files()):
            try:
                if matches(f"{path.stem}\n{generated_part(text)}"):
                    self.remove(path)
                if path.exists() and matches(path.stem):
                    path.rename(_free_path(path.with_name(f"Note {checksum(path.stem)}.md")))
            except VaultProblem as problem:
                yield str(problem)
            except OSError as problem:
                yield f"cannot rename {path}: {error_reason(problem)}"

    def _walk(self, is_wanted: Callable[[str], bool]) -> Iterator[Path]:
        for folder, names, files in os.walk(self.folder):
            names[:] = sorted(name for name in names if not name.startswith("."))
            for name in sorted(filter(is_wanted, files)):
                path = Path(folder, name)
                if not _is_link(path):
                    yield path

    def _change(self, path: Path, change: Callable[[str], str]) -> bool:
        """Change a file, and start again if another program changes it at the same time."""
        for _ in range(MAX_ATTEMPTS):
            old_text = self._read(path)
            new_text = change(old_text)
            if new_text == old_text:
                return False
            try:
                if new_text.strip():
                    is_done = replace_private(path, new_text, partial(self._is_unchanged, path, old_text))
                elif is_done := self._is_unchanged(path, old_text):
                    path.unlink()
            except CannotWrite as problem:
                raise VaultProblem(f"the vault was not updated: {problem}") from None
            except OSError as problem:
                raise VaultProblem(f"cannot delete {path}: {error_reason(problem)}") from None
            if is_done:
                return True
        raise VaultProblem(f"{path} is being changed by another program (it is updated after the next call)")

    def _is_unchanged(self, path: Path, text: str) -> bool:
        return self._read(path) == text

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
            raise VaultProblem(f"cannot read {path}: {error_reason(problem)}") from None


def _is_link(path: Path) -> bool:
    """Return whether the path is a symbolic link; False if it cannot be reached, because reading it reports why."""
    try:
        return path.is_symlink()
    except OSError:
        return False


def _free_path(path: Path) -> Path:
    """Return the path, with a number if it exists: renaming would replace that file."""
    paths = (path.with_stem(f"{path.stem}{f' {number}' if number > 1 else ''}") for number in count(1))
    return next(each for each in paths if not os.path.lexists(each))


MARK_KEY = "salesnerd"
"""Front matter key that marks a note as generated, such as `call 2026-11-20T1000-1a2b3c4d`, `person Acme / Dana`."""

GENERATED_FIELDS: Mapping[str, tuple[str, ...]] = {
    "call": ("account", "people", "date", "minutes", "outcome", "next_step"),
    "account": ("calls",),
    "person": ("account", "calls"),
}
"""Generated keys of each kind of note, the first word of its mark; other keys are the user's."""

BEGIN_MARKER = "<!-- salesnerd:begin {} generated, write above or below -->"
END_MARKER = "<!-- salesnerd:end -->"
EDITED_MARKER = "<!-- edited here; salesnerd has written its part again above -->"

_KEY_CHECKSUM_DIGITS = 4
"""Digits of the checksum of each generated key, which the begin marker holds in the order of `GENERATED_FIELDS`."""

NAME_BYTES = 90
"""A file name has at most 255 bytes, and a person's note has two names in it."""

Facts = Mapping[str, str | int | tuple[str, ...]]
"""Front matter of a note: text, whole numbers and lists of texts."""

_GENERATED_PART = re.compile(
    r"<!-- salesnerd:begin (?P<sum>[0-9a-f]{12})\.(?P<front>[0-9a-f]+)(?: yours=(?P<yours>[a-z_,]+))? [^\n]*-->\r?\n"
    r"(?P<body>.*?)<!-- salesnerd:end -->(?:\r?\n)?",
    re.DOTALL,
)
_FRONT_MATTER = re.compile(r"\A(?P<open>---[ \t]*\r?\n)(?P<rows>.*?\n)?(?P<close>---[ \t]*(?:\r?\n|\Z))", re.DOTALL)
_LINK_TARGET = re.compile(r"\]\((?:[^()\s]|\([^()\s]*\))*\)")
_UNPRINTABLE = re.compile("[\x7f-\x84\x86-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
_UNSAFE_CHARACTERS = re.compile(r"[^\w .,&()'+-]")
_RESERVED_NAMES = re.compile(r"(?i)^(con|prn|aux|nul|com[\d¹²³]|lpt[\d¹²³])(\.|$)")
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


def file_name(text: str, suffix: str = "") -> str:
    """Return a file name without extension for any text; texts that lose a character get a checksum.

    `suffix` is always appended, in parentheses.
    """
    normalized = unicodedata.normalize("NFC", one_line(text))
    name = " ".join(_UNSAFE_CHARACTERS.sub(" ", normalized).split()).strip(" .-")
    name = name.encode()[:NAME_BYTES].decode("utf-8", "ignore").strip(" .-")
    if _RESERVED_NAMES.match(name):
        name = f"_{name}"
    if name != normalized:
        name = f"{name or 'Unnamed'} {checksum(text)[:6]}"
    return f"{name} ({suffix})" if suffix else name


def checksum(text: str) -> str:
    """Return 12 hexadecimal digits, enough to notice an edit."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def comparable(mark: str) -> str:
    """Return a mark as marks are compared: an account that is spelled differently keeps its note."""
    return " ".join(unicodedata.normalize("NFC", mark).casefold().split())


def merge_note(text: str, note: VaultNote) -> str:
    """Return the text of a note file with the generated parts of `note` put in, and nothing else changed."""
    return _keep_line_ends(text, lambda normalized: _merge_note(normalized, note))


def remove_generated(text: str) -> str:
    """Return the user's part of a note file, with generated text that the user has edited."""
    return _keep_line_ends(text, _remove_generated)


def generated_part(text: str) -> str:
    """Return the generated part of a note file with its front matter keys, empty if there is none."""
    text = _normalized(text)
    old = _GENERATED_PART.search(text)
    names = _generated_keys(text, old)
    rows = [rows for key, rows in _front_matter_entries(text) if key in names]
    return "\n".join((*rows, old["body"] if old else ""))


def mark_of(text: str) -> str:
    """Return the value of the key `salesnerd`, empty for a note that is not generated."""
    rows = next((rows for key, rows in _front_matter_entries(_normalized(text)) if key == MARK_KEY), "")
    value = rows.partition(":")[2].strip()
    try:
        mark = json.loads(value) if value.startswith('"') else value.strip("'")
    except ValueError:
        return ""
    if not isinstance(mark, str):
        return ""
    # A user's own note may say `salesnerd: call Dana back`.
    kind, _, rest = mark.partition(" ")
    return mark if kind in GENERATED_FIELDS and (kind != "call" or is_call_id(rest)) else ""


def _generated_fields(mark: str) -> tuple[str, ...]:
    return GENERATED_FIELDS.get(mark.partition(" ")[0], ())


def _normalized(text: str) -> str:
    return text.removeprefix(_BOM).replace("\r\n", "\n")


def _keep_line_ends(text: str, change: Callable[[str], str]) -> str:
    """Change a text, but keep its line ends and its byte order mark.

    In a file with line ends of both kinds, each line keeps its own.
    """
    is_windows = "\r\n" in text and text.count("\r\n") == text.count("\n")
    changed = change(_normalized(text) if is_windows else text.removeprefix(_BOM))
    if not changed.strip():
        return ""
    if is_windows:
        changed = changed.replace("\n", "\r\n")
    return f"{_BOM}{changed}" if text.startswith(_BOM) else changed


def _merge_note(text: str, note: VaultNote) -> str:
    entries = _front_matter_entries(text)
    old = _GENERATED_PART.search(text)
    names = _generated_fields(note.mark)
    facts = {key: _to_yaml(value) for key, value in note.facts.items() if value}
    user_keys = _user_keys(entries, facts, old, names)
    front_matter = {MARK_KEY: _to_yaml(note.mark)} | {key: facts[key] for key in facts if key not in user_keys}
    text = _replace_front_matter(text, front_matter, {MARK_KEY, *names} - user_keys)
    body = note.body.rstrip("\n") + "\n"
    yours = f" yours={','.join(sorted(user_keys))}" if user_keys else ""
    key_checksums = "".join(_key_checksum(front_matter.get(key, "")) for key in names) or "0"
    begin = BEGIN_MARKER.format(f"{_body_checksum(body)}.{key_checksums}{yours}")
    block = f"{begin}\n{body}{END_MARKER}\n"
    old = _GENERATED_PART.search(text)
    if old is None:
        separator = "" if not text.strip() or text.endswith("\n\n") else "\n" if text.endswith("\n") else "\n\n"
        return f"{text}{separator}{block}"
    is_edited = _body_checksum(old["body"]) not in (old["sum"], _body_checksum(body))
    edited = f"\n{EDITED_MARKER}\n{old['body']}" if is_edited else ""
    return f"{text[: old.start()]}{block}{edited}{text[old.end() :]}"


def _remove_generated(text: str) -> str:
    old = _GENERATED_PART.search(text)
    names = _generated_keys(text, old)
    if old is not None:
        kept = "" if _body_checksum(old["body"]) == old["sum"] else old["body"]
        text = f"{text[: old.start()]}{kept}{text[old.end() :]}"
    return _replace_front_matter(text, {}, names)


def _generated_keys(text: str, old: re.Match[str] | None) -> set[str]:
    """Return the keys that salesnerd wrote and the user has not changed; only the mark without a generated part."""
    if old is None:
        return {MARK_KEY}
    names = _generated_fields(mark_of(text))
    return {MARK_KEY, *names} - _user_keys(_front_matter_entries(text), {}, old, names)


def _user_keys(
    entries: list[tuple[str, str]], facts: Mapping[str, str], old: re.Match[str] | None, names: Sequence[str]
) -> set[str]:
    """Return which of the generated keys `names` belong to the user, who wrote them first or has changed them since.

    Programs such as Obsidian write front matter again in another form, so only letters and digits are compared.
    """
    values = {key: rows.partition(":")[2] for key, rows in entries if key in names}

    def differs(key: str) -> bool:
        return _letters_and_digits(values.get(key, "")) != _letters_and_digits(facts.get(key, ""))

    if old is None:
        return set(filter(differs, values))
    checksums = re.findall("." * _KEY_CHECKSUM_DIGITS, old["front"])
    changed = [
        key for key, previous in zip(names, checksums, strict=False) if _key_checksum(values.get(key, "")) != previous
    ]
    listed = set((old["yours"] or "").split(",")) - {""}
    return listed | set(filter(differs, changed))


def _letters_and_digits(value: str) -> str:
    return "".join(filter(str.isalnum, value))


def _key_checksum(value: str) -> str:
    return checksum(_letters_and_digits(value))[:_KEY_CHECKSUM_DIGITS]


def _body_checksum(body: str) -> str:
    """Return the checksum of a generated part, ignoring what other programs change: link targets and white space."""
    return checksum(" ".join(_LINK_TARGET.sub("]()", body).split()))


def _front_matter_entries(text: str) -> list[tuple[str, str]]:
    """Return the entries of the front matter as (key, rows); rows without a key have an empty one.

    Only a line feed ends a row: `str.splitlines` would also split at characters that YAML allows inside of one.
    """
    front = _FRONT_MATTER.match(text)
    entries: list[tuple[str, str]] = []
    for row in front["rows"].removesuffix("\n").split("\n") if front and front["rows"] else ():
        if row.startswith((" ", "\t", "-")) and entries:
            entries[-1] = (entries[-1][0], f"{entries[-1][1]}\n{row}")
        else:
            entries.append(("" if row.startswith("#") else row.partition(":")[0].strip(), row))
    return entries


def _replace_front_matter(text: str, facts: Mapping[str, str], replaced: Collection[str]) -> str:
    """Return the text with these keys, one line each, in place of the keys `replaced`."""
    front = _FRONT_MATTER.match(text)
    other_rows = [rows for key, rows in _front_matter_entries(text) if key not in replaced]
    rest = text[front.end() :] if front else text
    rows = [*(f"{key}: {value}" for key, value in facts.items()), *other_rows]
    if not rows:
        return rest.lstrip("\r\n") if front else rest
    if front:
        close = front["close"] if front["close"].endswith("\n") else f"{front['close']}\n"
        return "\n".join((*rows, "")).join((front["open"], close)) + rest
    gap = "" if not rest or rest.startswith(("\n", "\r\n")) else "\n"
    return "\n".join(("---", *rows, "---", "")) + gap + rest


def _to_yaml(value: str | int | tuple[str, ...]) -> str:
    """Return a value on one line; JSON is YAML, except for characters that YAML calls unprintable."""
    text = json.dumps(value, ensure_ascii=False)
    return _UNPRINTABLE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
