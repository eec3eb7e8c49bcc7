"""The keys as documents: `docs/keys.md`, and the file a person begins to change them with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from salesnerd_tui.tui.commands import Command, Group
from salesnerd_tui.tui.keys.names import shown_key
from salesnerd_tui.tui.keys.tables import CALLS, FOLLOWING, SCREENS, TITLES

DIGITS = "Pick the answer you heard"
LETTER = "Take the detour, and come back"
BY_LIST = "command list"

_HEAD = """\
# Your keys. A line is an id and its key or keys; lines that begin with # change nothing.
#
#   next = "n"              one key
#   next = ["n", "right"]   any of these; the first one is shown
#   wave = []               none: the command list (: or ctrl+p) still has it
#
# Names of keys: a character stands for itself; enter, space, tab, backspace, delete, insert, up, down, left, right,
# home, end, pageup, pagedown, f1 to f12; ctrl+g, alt+g, shift+tab. What [live] says holds in a rehearsal, a prep and
# the strip as well, as far as they have that command.
#
# `salesnerd keys --check` tells what is wrong with this file, and `salesnerd keys` which keys there are now.
"""


def keys_document() -> str:
    """`docs/keys.md`, whole: the keys the program comes with."""
    lines = [
        "# Keys",
        "",
        "Made from the tables that the program itself uses; a test keeps the two the same. The ids are for a file of",
        "your own, [keys.toml](screens.md#keys-of-your-own). Nothing needs ctrl or alt: `:` lists every command, also",
        "those without a key.",
        "",
    ]
    for group in Group:
        lines += [f"## {group}", "", *_table([each for each in SCREENS["live"] if each.group is group])]
        if group is Group.ASK:
            lines += [f"| `1`–`9` | | {DIGITS} |", f"| a detour's letter | | {LETTER} |"]
        if group is Group.TYPING:
            lines += _typing()
        lines.append("")
    for screen in (each for each in SCREENS if each not in ("live", "typing")):
        lines += [f"## {TITLES[screen]}", "", *_told(screen), *_table(_own(screen)), ""]
    return "\n".join(lines)


def _table(commands: Sequence[Command]) -> Iterator[str]:
    yield from ("| key | id | does |", "|---|---|---|")
    yield from (f"| {_keys(each)} | `{each.id}` | {each.help} |" for each in commands)


def _keys(command: Command) -> str:
    return ", ".join(f"`{shown_key(key)}`" for key in command.keys) or BY_LIST


def _typing() -> Iterator[str]:
    yield "| `enter` | | Keep the note |"
    yield from (f"| {_keys(each)} | `{each.id}` | {each.help} |" for each in SCREENS["typing"])
    yield "| `esc` | | Back to single keys; what you typed stays in the line |"
    yield '| `!` `#` `@` `>` `"` `-` first | | The note is a pain, number, person, promise, quote or free note |'


def _own(screen: str) -> list[Command]:
    """What a screen does not share with a call."""
    known = {(each.id, each.keys, each.help) for each in SCREENS["live"]} if screen in FOLLOWING else set()
    return [each for each in SCREENS[screen] if (each.id, each.keys, each.help) not in known]


def _told(screen: str) -> Sequence[str]:
    return ("As in a call, and:", "") if screen in FOLLOWING else ()


def template() -> str:
    """A `keys.toml` that changes nothing, with every id, its keys and what it does."""
    lines = [_HEAD]
    for screen in SCREENS:
        lines.append(f"[{screen}]  # {TITLES[screen]}")
        for each in _own(screen) if screen in CALLS else SCREENS[screen]:
            keys = [f'"{_toml(shown_key(key))}"' for key in each.keys]
            value = keys[0] if len(keys) == 1 else f"[{', '.join(keys)}]"
            lines.append(f"{f'# {each.id} = {value}':34} # {each.help}")
        lines.append("")
    return "\n".join(lines)


def _toml(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
