"""`salesnerd keys`: show the keys of every screen, check your keys.toml, and create one."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from salesnerd_tui.cli.options import CommandParser
from salesnerd_tui.cli.output import echo, print_data
from salesnerd_tui.files import write_private
from salesnerd_tui.text import one_line

if TYPE_CHECKING:
    from argparse import Namespace

    from salesnerd_tui.playbook.diagnostics import Finding
    from salesnerd_tui.playbook.library import LoadResult
    from salesnerd_tui.tui.keymap import Command
    from salesnerd_tui.tui.keys_file import LoadedKeys

EXAMPLES = """examples:
  salesnerd keys
  salesnerd keys --write
  salesnerd keys --check
"""

_TEMPLATE_HEAD = """\
# Your keys. Each line gives a command its key or keys. Lines starting with # are comments.
#
#   next = "n"              one key
#   next = ["n", "right"]   several keys; the first one is shown
#   dismiss = []            no key: use the command list instead (: or ctrl+p)
#
# Key names: any character; enter, space, tab, backspace, delete, insert, up, down, left, right, home, end, pageup,
# pagedown, f1 to f12; ctrl+g, alt+g, shift+tab. A rehearsal, a prep and the strip inherit the keys of [live] for the
# commands they share with it.
#
# `salesnerd keys --check` explains errors in this file, and `salesnerd keys` shows all keys.
"""


def main(arguments: list[str]) -> int:
    """Return the exit status: 0 success, 1 an invalid line or a file that cannot be written, 2 usage error."""
    parser = CommandParser(
        "keys",
        "Show and customize key bindings. Your own keys are in keys.toml, in your settings folder; invalid lines are "
        "ignored and the default key is kept.",
        EXAMPLES,
    )
    parser.add_argument("--file", metavar="FILE", help="key bindings file (default: $SALESNERD_KEYS or keys.toml)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--check", action="store_true", help="check the file and explain how to fix it")
    mode.add_argument("--write", action="store_true", help="create a file to edit, unless it already exists")
    return parser.run(arguments, _run)


def _run(options: Namespace) -> int:
    from salesnerd_tui.terminal.key_names import keys_file_path
    from salesnerd_tui.tui.keys_file import load_keys

    path, is_named = keys_file_path(options.file)
    if options.write:
        write_private(path, template(), make_folders=True)
        echo(f"saved {path}\nEvery line is a comment. Remove the # from a line to change a key.")
        return 0
    keys = load_keys(path, is_required=is_named)
    if options.check:
        return _check(keys)
    if options.json:
        print_data(json.dumps(list(_rows(keys)), indent=2, ensure_ascii=False))
    else:
        echo("\n".join(_lines(keys)))
    return 0


def _check(keys: LoadedKeys) -> int:
    from salesnerd_tui.playbook.library import Library
    from salesnerd_tui.playbook.yaml_tree import SourceText
    from salesnerd_tui.services.lint_report import render_all

    if not keys.exists and not keys.findings:
        echo(f"all keys have their defaults: {keys.path} does not exist (create it with: salesnerd keys --write)")
        return 0
    lost_letters = find_lost_letters(keys, Library().load_all()) if keys.bindings else ()
    findings = sorted([*keys.findings, *lost_letters], key=lambda each: each.location)
    echo(render_all(findings, {each.location.file: SourceText(each.location.file, keys.text) for each in findings}))
    return 1 if any(each.is_error for each in findings) else 0


def find_lost_letters(keys: LoadedKeys, playbooks: Sequence[LoadResult]) -> Iterator[Finding]:
    """Warn about detours whose letter is now the key of a command; the list of detours still has them."""
    from salesnerd_tui.playbook.diagnostics import join_names, warning
    from salesnerd_tui.terminal.key_names import key_label
    from salesnerd_tui.tui.keymap import CALL_SCREENS

    hint = keys.keymap.table("live").key_phrase("find", "finds the detour", "the command list finds the detour")
    for binding in keys.bindings:
        if binding.screen not in CALL_SCREENS or set(binding.keys).isdisjoint(
            keys.keymap.table(binding.screen).command_by_key
        ):
            continue
        for key in binding.keys:
            detours_without_letter = [
                (detour.id, loaded.id)
                for loaded in playbooks
                if loaded.playbook is not None
                for detour in loaded.playbook.detours.values()
                if detour.key == key
            ]
            if detours_without_letter:
                detours, users = (list(dict.fromkeys(names)) for names in zip(*detours_without_letter, strict=True))
                message = f"{key_label(key)} is now bound to {binding.id}, so {join_names(detours, 3)} has no letter"
                yield warning("K113", message, binding.location, f"{hint}; used by {join_names(users, 3)}")


def _rows(keys: LoadedKeys) -> Iterator[dict[str, object]]:
    from salesnerd_tui.terminal.key_names import key_label
    from salesnerd_tui.tui.keymap import SCREENS

    for screen, defaults in SCREENS.items():
        table = keys.keymap.table(screen)
        for default, command in zip(defaults, table.typing if screen == "typing" else table.commands, strict=True):
            labels = [key_label(key) for key in command.keys]
            yield {
                "screen": screen,
                "id": command.id,
                "keys": labels,
                "does": command.help,
                "own": command.keys != default.keys,
            }


def _lines(keys: LoadedKeys) -> Iterator[str]:
    from salesnerd_tui.tui.keymap import TITLES

    screen = ""
    for row in _rows(keys):
        if row["screen"] != screen:
            screen = str(row["screen"])
            yield f"{'' if screen == 'live' else chr(10)}[{screen}]  {TITLES[screen]}"
        labels = row["keys"] if isinstance(row["keys"], list) else []
        yield f"{'*' if row['own'] else ' '} {', '.join(labels) or '-':16} {row['id']:10} {row['does']}"
    yield ""
    count = len(keys.findings)
    findings = f"; {count} finding{'s' if count > 1 else ''}: salesnerd keys --check" if count else ""
    path = one_line(str(keys.path))
    yield f"* changed in {path}{findings}" if keys.exists else f"To change keys, edit {path}"


# documents


def template() -> str:
    """Return a keys.toml that changes nothing, with every id, its keys and its help."""
    from salesnerd_tui.terminal.key_names import key_label
    from salesnerd_tui.tui.keymap import CALL_SCREENS, SCREENS, TITLES

    lines = [_TEMPLATE_HEAD]
    for screen in SCREENS:
        lines.append(f"[{screen}]  # {TITLES[screen]}")
        for command in own_commands(screen) if screen in CALL_SCREENS else SCREENS[screen]:
            keys = [json.dumps(key_label(key), ensure_ascii=False) for key in command.keys]
            value = keys[0] if len(keys) == 1 else f"[{', '.join(keys)}]"
            lines.append(f"{f'# {command.id} = {value}':34} # {command.help}")
        lines.append("")
    return "\n".join(lines)


def own_commands(screen: str) -> list[Command]:
    """Return the commands that a screen does not share with a call."""
    from salesnerd_tui.tui.keymap import INHERITING_SCREENS, SCREENS

    inherited = {(each.id, each.keys, each.help) for each in SCREENS["live"]} if screen in INHERITING_SCREENS else set()
    return [each for each in SCREENS[screen] if (each.id, each.keys, each.help) not in inherited]
