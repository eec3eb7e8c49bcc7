"""The README and the pages in docs/ name commands, options, keys, pages and headings that exist."""

from __future__ import annotations

import contextlib
import io
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from salesnerd_tui import cli
from salesnerd_tui.cli.playbook import SUBCOMMANDS
from salesnerd_tui.terminal.key_names import key_label
from salesnerd_tui.tui.keymap import SCREENS

PROJECT = Path(__file__).parents[2]
PAGES = (PROJECT / "README.md", PROJECT / "CONTRIBUTING.md", *sorted((PROJECT / "docs").glob("*.md")))
CALLS_SUBCOMMANDS = ("list", "show", "search", "import", "edit", "export", "followup", "delete", "forget")

_FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_INDENTED = re.compile(r"^ {4}.*$", re.MULTILINE)
_SPAN = re.compile(r"`([^`\n]+)`")
_COMMAND = re.compile(r"(?:^|[\s(|&])salesnerd ([a-z]+)(?: ([a-z]+))?([^|;#&\n]*)", re.MULTILINE)
_OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]*")
_LINK = re.compile(r"\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)")


def documented(page: Path) -> Iterator[tuple[tuple[str, ...], set[str]]]:
    """Yield each command in the code of a page, with the options that follow it."""
    text = page.read_text(encoding="utf-8")
    code = [*_FENCED.findall(text), *_INDENTED.findall(text), *_SPAN.findall(_FENCED.sub("", text))]
    for each in code:
        for command, subcommand, rest in _COMMAND.findall(each):
            group = {"calls": CALLS_SUBCOMMANDS, "playbook": tuple(SUBCOMMANDS)}.get(command)
            if not subcommand or group is None:
                yield (command,), set(_OPTION.findall(rest))
            else:
                assert subcommand in group, f"{page.name}: salesnerd {command} {subcommand}"
                yield (command, subcommand), set(_OPTION.findall(rest))


@cache
def options_of(words: tuple[str, ...]) -> frozenset[str]:
    """Return the options in the help of a command."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.suppress(SystemExit):
        cli.main([*words, "--help"])
    return frozenset(_OPTION.findall(printed.getvalue()))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_documented_commands_and_options_exist(page: Path) -> None:
    for words, options in documented(page):
        assert words[0] in cli.COMMANDS, f"{page.name}: salesnerd {words[0]}"
        unknown = options - options_of(words)
        assert not unknown, f"{page.name}: salesnerd {' '.join(words)} has no {', '.join(sorted(unknown))}"


def test_the_pages_document_most_commands() -> None:
    named = {words[0] for page in PAGES for words, _ in documented(page)}
    assert named >= set(cli.COMMANDS) - {"home"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_links_lead_to_a_file_and_a_heading(page: Path) -> None:
    for target, anchor in _LINK.findall(page.read_text(encoding="utf-8")):
        path = (page.parent / target).resolve() if target else page
        assert path.exists(), f"{page.name}: {target}"
        if anchor:
            assert anchor in anchors(path), f"{page.name}: {target}#{anchor}"


@pytest.mark.parametrize(
    ("page", "screens"),
    [("README.md", ("live",)), ("docs/preparing.md", ("prep",)), ("docs/screens.md", ("home", "history", "debrief"))],
)
def test_tables_of_keys_name_keys_of_their_screen(page: str, screens: tuple[str, ...]) -> None:
    text = (PROJECT / page).read_text(encoding="utf-8")
    (table,) = re.findall(r"^\| key \|.*\n\|.*\n((?:\|.*\n)+)", text, re.MULTILINE)
    named = {key for row in table.splitlines() for key in re.findall(r"`([^`]+)`", row.split("|")[1])}
    bound = {key_label(key) for screen in screens for command in SCREENS[screen] for key in command.keys}
    moving = {"j", "k", "g", "G", "enter", "esc"} if screens != ("live",) else {"1", "9"}
    assert named <= bound | moving


@cache
def anchors(page: Path) -> frozenset[str]:
    """Return the anchors that GitHub makes of the headings of a page."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return frozenset(re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings)
