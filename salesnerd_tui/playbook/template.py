"""Starter files: a small working playbook that explains itself, or one that extends another."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath
from string import Template

from salesnerd_tui.playbook.json_schema import SCHEMA_FILE
from salesnerd_tui.playbook.yaml_writer import written

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*(/[a-z0-9][a-z0-9_-]*)*")
_MODELINE = re.compile(r"\A# yaml-language-server:.*\n")

CHILD = """\
# This playbook has everything that {parent} has. What you write here replaces it, one question at a time.
# `salesnerd playbook show {name}` prints the result.
playbook: {title}
extends: {parent}

# remove: [an_id]            # questions, detours, outcomes, gates or buyers you do not want

agenda: []
#  - ask: The same question in your own words?
#    id: its_id              # the same id: only what is written here changes
#  - ask: A question of your own?
#    id: my_question
#    after: another_id       # where it goes
"""


def usable_name(name: str) -> bool:
    """Return whether `name` may become a file: lower-case letters, digits, _ and -, also in subfolders."""
    return len(name) <= 100 and _NAME.fullmatch(name) is not None


def title_of(name: str) -> str:
    """Return `my_first-call` as a title."""
    words = re.sub(r"[_-]+", " ", PurePosixPath(name).name).strip()
    return words[:1].upper() + words[1:] or name


def modeline(name: str) -> str:
    """Return the first line, by which an editor finds the schema next to the playbooks."""
    up = "../" * name.count("/")
    return f"# yaml-language-server: $schema={up or './'}{SCHEMA_FILE}\n"


def starter(name: str) -> str:
    """Return a small playbook that works as it is."""
    text = Path(__file__).with_name("starter.yaml").read_text(encoding="utf-8")
    return modeline(name) + Template(text).substitute(name=name, title=written(title_of(name)))


def child(name: str, parent: str) -> str:
    """Return a playbook that inherits everything from `parent`."""
    return modeline(name) + CHILD.format(name=name, parent=parent, title=written(title_of(name)))


def copy_of(name: str, path: Path) -> str:
    """Return the text of another file under a new name. Raises `OSError` and `UnicodeDecodeError`."""
    return modeline(name) + _MODELINE.sub("", path.read_text(encoding="utf-8-sig"))
