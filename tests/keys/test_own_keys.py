"""The user's own keys: bindings of a file, conflicts between commands, and explanations of errors."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesnerd_tui.cli.keys import template
from salesnerd_tui.playbook.diagnostics import Severity
from salesnerd_tui.tui.keymap import DEFAULT_KEYMAP, REQUIRED, RESERVED_KEYS, SCREENS, TITLES, user_keymap
from salesnerd_tui.tui.keys_file import MAX_FILE_BYTES, LoadedKeys, load_keys, parse_bindings, resolve_conflicts


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "keys.toml"


def load_text(file: Path, text: str) -> LoadedKeys:
    file.write_text(text, encoding="utf-8")
    return load_keys(file)


def lines_and_codes(found: LoadedKeys) -> list[str]:
    return [f"{each.location.line} {each.code}" for each in found.findings]


# valid files


def test_command_gets_its_keys_and_shows_the_first(file: Path) -> None:
    found = load_text(file, '[live]\nnext = ["N", "right"]\n')
    assert found.findings == ()
    live = found.keymap.table("live")
    assert live.command_by_key["N"].id == live.command_by_key["right"].id == "next"
    assert "n" not in live.command_by_key
    assert live.shown_keys["next"] == "N"


def test_two_commands_swap_keys(file: Path) -> None:
    found = load_text(file, '[live]\nnext = "b"\nback = "n"\n')
    assert found.findings == ()
    assert found.keymap.table("live").command_by_key["b"].id == "next"
    assert found.keymap.table("live").command_by_key["n"].id == "back"


def test_key_can_be_removed(file: Path) -> None:
    found = load_text(file, '[live]\ndismiss = []\nmark = ""\n')
    assert found.findings == ()
    assert not {"dismiss", "mark"} & found.keymap.table("live").shown_keys.keys()


def test_rehearsal_and_prep_inherit_call_keys(file: Path) -> None:
    keymap = load_text(file, '[live]\nnext = "right"\nleave = "Q"\n').keymap
    for screen in ("rehearse", "prep"):
        assert keymap.table(screen).command_by_key["right"].id == "next"
        assert keymap.table(screen).command_by_key["Q"].id == "leave"


def test_other_screens_keep_their_keys(file: Path) -> None:
    found = load_text(file, '[live]\nnext = "H"\n')
    assert found.keymap.table("prep").command_by_key["H"].id == "hypothesis"
    assert found.keymap.table("prep").command_by_key["n"].id == "next"
    assert lines_and_codes(found) == ["2 K112"]
    found = load_text(file, '[live]\nnext = "H"\n[prep]\nnext = "right"\n')
    assert found.keymap.table("prep").command_by_key["right"].id == "next"
    assert found.findings == ()


def test_bound_key_is_removed_from_its_default_command_with_a_warning(file: Path) -> None:
    found = load_text(file, '[live]\nnext = ["n", "space"]\nend = "e"\n')
    assert found.keymap.table("live").command_by_key["space"].id == "next"
    assert "talk" not in found.keymap.table("live").shown_keys
    (finding,) = found.findings
    assert finding.severity is Severity.WARNING
    assert finding.message == "space is now bound to next, so talk has no key in [live]"
    assert found.keymap.problem == ""


# errors


ERRORS = {
    "an unknown id": ('[live]\nnxt = "n"', "2 K103", "did you mean 'next'?"),
    "an id of another screen": ('[live]\ntheir_next = "n"', "2 K103", "it is a command of [account]"),
    "an unknown screen": ('\n[lvie]\nnext = "n"', "2 K102", "did you mean 'live'?"),
    "no screen": ('next = "n"', "1 K102", "write [live] on a line above it"),
    "no text": ("[live]\nnext = 5", "2 K104", "for example"),
    "a list with no text in it": ("[live]\nnext = [1]", "2 K104", "for example"),
    "an unknown key": ('[live]\nnext = "entr"', "2 K105", "did you mean 'enter'?"),
    "a key that is tab": ('[live]\nnext = "ctrl+i"', "2 K106", "choose another key"),
    "a key of the desktop": ('[live]\nnext = "cmd+n"', "2 K106", "choose another key"),
    "an answer's digit": ('[live]\nnext = "1"', "2 K107", "choose another key"),
    "the key that closes": ('[live]\nnext = "esc"', "2 K107", "choose another key"),
    "the arrows of a page": ('[account]\nmark = "down"', "2 K107", "choose another key"),
    "text that would hide": ('[typing]\nhide = "h"', "2 K108", "a key that types nothing, for example ctrl+g or f12"),
    "one key for two": ('[live]\nmark = "f3"\ndismiss = ["z", "f3"]', "3 K109", "give dismiss or mark another key"),
    "hiding on another's key": ('[live]\nmark = "f3"\n[typing]\nhide = "f3"', "4 K109", "give hide or mark another"),
    "no way out": ("[live]\nleave = []", "2 K110", "give leave another key as well"),
    "no help": ('[home]\nfind = "?"', "2 K110", "give help another key as well"),
    "no quick hiding": ('[live]\nmark = "x"', "2 K110", "give hide another key as well"),
    "not TOML": ("[live]\nnext = n\n", "2 K101", "put keys in quotes"),
    "a table of tables": ('[[live]]\nnext = "n"', "1 K102", "for example"),
    "an id twice": ('[live]\nnext = "n"\nnext = "b"\n', "3 K101", "remove one of the lines"),
    "a section twice": ('[live]\n# next = "n"\n[live]\nnext = "b"\n', "3 K101", "under the first section of that name"),
}


@pytest.mark.parametrize(("text", "code", "hint"), ERRORS.values(), ids=ERRORS.keys())
def test_error_has_a_location_and_a_hint(file: Path, text: str, code: str, hint: str) -> None:
    found = load_text(file, text)
    (finding,) = [each for each in found.findings if each.is_error]
    assert f"{finding.location.line} {finding.code}" == code
    assert hint in finding.hint
    assert found.keymap.problem.startswith(f"keys.toml:{finding.location.line} ")
    assert found.keymap.problem.endswith("salesnerd keys --check")


@pytest.mark.parametrize(("text", "code", "hint"), ERRORS.values(), ids=ERRORS.keys())
def test_invalid_line_leaves_the_default_key(file: Path, text: str, code: str, hint: str) -> None:
    del code, hint
    keymap = load_text(file, text).keymap
    if "f3" not in text:
        assert keymap.custom == {}
    assert keymap.table("live").command_by_key["z"].id == "dismiss"
    assert keymap.table("live").typing_command_by_key["ctrl+g"] == "hide"


def test_other_lines_apply_despite_an_error(file: Path) -> None:
    found = load_text(file, '[live]\nnext = "cmd+n"\nback = "left"\n[hom]\nnew = "a"\n[home]\nnew = "a"\n')
    assert found.keymap.table("live").command_by_key["left"].id == "back"
    assert found.keymap.table("home").command_by_key["a"].id == "new"
    assert found.keymap.problem == (
        "keys.toml:2 cmd+n cannot be bound to next: cmd belongs to the desktop and never reaches a terminal, "
        "and 1 more: salesnerd keys --check"
    )


def test_binding_that_takes_the_last_key_of_a_required_command_is_rejected(file: Path) -> None:
    found = load_text(file, '[live]\nnext = "q"\nback = "left"\n')
    assert found.keymap.table("live").command_by_key["q"].id == "leave"
    assert found.keymap.table("live").command_by_key["n"].id == "next"
    assert found.keymap.table("live").command_by_key["left"].id == "back"


# unreadable and missing files


@pytest.mark.parametrize(
    "content",
    [b"\xff\xfe[live]", b"\0\0\0", b"[" * 5000, b"a=" + b"[" * 50_000, b"a=" + b"1" * 9000, b"a=" * MAX_FILE_BYTES],
    ids=len,
)
def test_unreadable_file_leaves_the_default_keys(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    keymap = user_keymap(str(file))
    assert keymap.custom == {}
    assert "salesnerd keys --check" in keymap.problem


def test_folder_instead_of_a_file_is_reported(file: Path) -> None:
    file.mkdir()
    assert "cannot read the file" in user_keymap(str(file)).problem


def test_named_file_must_exist(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "no such file" in user_keymap(str(file)).problem
    monkeypatch.setenv("SALESNERD_KEYS", str(file))
    assert "no such file" in user_keymap().problem


def test_keys_are_the_defaults_without_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("SALESNERD_KEYS", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert user_keymap() is DEFAULT_KEYMAP


def test_nothing_is_imported_without_a_file(tmp_path: Path) -> None:
    code = (
        "import sys; from salesnerd_tui.tui.keymap import user_keymap; user_keymap(); "
        "print([m for m in sys.modules if m in ('tomllib', 'salesnerd_tui.tui.keys_file', 'textual', 'yaml')])"
    )
    environment = {"XDG_CONFIG_HOME": str(tmp_path), "PATH": "/usr/bin", "HOME": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    assert done.stdout.strip() == "[]"


# without ctrl and alt


@pytest.mark.parametrize("screen", [screen for screen in SCREENS if screen != "typing"])
def test_every_command_works_without_ctrl_and_alt(screen: str) -> None:
    plain = {
        command.id for command in SCREENS[screen] if any("+" not in key or key == "shift+tab" for key in command.keys)
    }
    lists_all = "commands" in plain
    assert lists_all or plain == {command.id for command in SCREENS[screen]}


def test_every_screen_has_a_title_and_reserved_keys() -> None:
    assert SCREENS.keys() == RESERVED_KEYS.keys() == TITLES.keys()
    for screen, commands in SCREENS.items():
        taken = set().union(*RESERVED_KEYS[screen].values())
        assert not [command.id for command in commands if taken & set(command.keys)], screen


# the template


def test_template_changes_nothing() -> None:
    assert tomllib.loads(template()) == {screen: {} for screen in SCREENS}


def test_every_line_of_the_template_is_valid(file: Path) -> None:
    used = [
        line.removeprefix("# ") if " = " in line and line.startswith("# ") else line for line in template().split("\n")
    ]
    used = used[next(number for number, line in enumerate(used) if line.startswith("[live]")) :]
    found = load_text(file, "\n".join(used))
    assert found.findings == ()
    assert found.keymap.custom == {}
    assert len(found.bindings) > 50


# any input


IDS = [(screen, command.id) for screen, table in SCREENS.items() for command in table]
KEYS = st.sampled_from([*"abcnqxw?:NQ", "space", "enter", "tab", "f3", "ctrl+g", "ctrl+p", "ctrl+j", "left", ""])


@given(st.dictionaries(st.sampled_from(IDS), st.lists(KEYS, max_size=3), max_size=12))
def test_any_bindings_leave_a_way_out_and_one_command_per_key(wished: dict[tuple[str, str], list[str]]) -> None:
    screens: dict[str, list[str]] = {}
    for (screen, id), keys in wished.items():
        screens.setdefault(screen, []).append(f"{id} = {keys!r}".replace("'", '"'))
    text = "".join(f"[{screen}]\n" + "\n".join(lines) + "\n" for screen, lines in screens.items())
    bindings, _ = parse_bindings(text, "keys.toml")
    tables, _ = resolve_conflicts(bindings)
    for screen, commands in {**SCREENS, **tables}.items():
        held = [key for command in commands for key in command.keys]
        assert len(held) == len(set(held)), screen
        assert screen == "typing" or all(command.key for command in commands if command.id in REQUIRED), screen


@given(st.text(max_size=200))
def test_any_text_is_parsed_without_an_exception(text: str) -> None:
    _, findings = parse_bindings(text, "keys.toml")
    assert all(each.location.line >= 1 and each.message for each in findings)
