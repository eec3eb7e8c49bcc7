"""One key is one command: on all pages, and on all screens of a call. Lists, prompts and help work alike everywhere."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import pytest

from live_stage import LiveStage
from salesnerd_tui.tui.keymap import CALL_SCREENS, DEFAULT_KEYMAP, RESERVED_KEYS, SCREENS
from salesnerd_tui.tui.panels.help import HelpPanel, help_panel

PAGES = tuple(screen for screen in SCREENS if screen not in (*CALL_SCREENS, "typing"))

ACTS = frozenset({"enter", "space", "tab", "shift+tab"})
"""Keys for the main action of a screen and for moving between its parts; users need not remember letters for them."""

MOVES = frozenset({"j", "k", "g", "G"})

ONLY_IN_CALLS = {
    "n": ("next", "the key of a call that is pressed most; on the start page it begins the call"),
    "b": ("back", "beside n, found without looking; the board is a page, and a call is never covered by a page"),
    "j": ("jump", "a call has no list to move in: j opens the list of its questions"),
}
"""Letters that a call uses for commands of its own, with the reason. The list only gets shorter."""


def commands(screens: Iterable[str]) -> dict[str, set[str]]:
    """Return the ids of the commands of each key, over some screens."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for screen in screens:
        for command in SCREENS[screen]:
            for key in set(command.keys) - ACTS:
                found[key].add(command.id)
    return found


@pytest.mark.parametrize("screens", [PAGES, CALL_SCREENS], ids=["pages", "calls"])
def test_key_is_one_command(screens: tuple[str, ...]) -> None:
    assert {key: ids for key, ids in commands(screens).items() if len(ids) > 1} == {}


def test_command_has_the_same_key_on_all_pages() -> None:
    keys: defaultdict[str, set[str]] = defaultdict(set)
    for key, ids in commands(PAGES).items():
        for id in ids:
            keys[id].add(key)
    assert {id: found for id, found in keys.items() if len(found) > 1} == {"commands": {"ctrl+p", "colon"}}


def test_letters_that_differ_between_calls_and_pages_are_known() -> None:
    pages = commands(PAGES) | {key: {"move"} for key in MOVES}
    differ = {key: ids for key, ids in commands(CALL_SCREENS).items() if key in pages and ids != pages[key]}
    assert differ == {key: {id} for key, (id, _) in ONLY_IN_CALLS.items()}


@pytest.mark.parametrize("screen", PAGES)
def test_pages_scroll_with_the_same_keys_and_bind_none_of_them(screen: str) -> None:
    moving = frozenset().union(*RESERVED_KEYS[screen].values())
    assert moving >= MOVES
    assert not moving.intersection(key for command in SCREENS[screen] for key in command.keys if key in MOVES)


def test_pages_with_a_file_or_a_list_share_commands() -> None:
    for screen, key, id in (
        *((screen, "w", "write") for screen in (*PAGES, "prep") if screen != "home"),
        *((screen, "slash", "find") for screen in ("home", "history", "promises", "trends", "debrief", "live")),
        *((screen, "o", "promises") for screen in ("home", "history", "account", "debrief", "live", "rehearse")),
        *((screen, "v", "edit") for screen in ("home", "message", "live")),
        *((screen, "question_mark", "help") for screen in (*PAGES, *CALL_SCREENS) if screen != "message"),
        *((screen, "q", "leave") for screen in (*PAGES, *CALL_SCREENS)),
    ):
        assert DEFAULT_KEYMAP.table(screen).command_by_key[key].id == id, (screen, key)


def drawn(panel: HelpPanel, width: int = 80, height: int = 60) -> str:
    return "\n".join(row.plain for row in panel.draw(width, height))


@pytest.mark.parametrize("screen", [*PAGES, *CALL_SCREENS])
def test_help_is_filtered_by_words_and_by_keys(screen: str) -> None:
    closed: list[bool] = []
    panel = help_panel(DEFAULT_KEYMAP.table(screen), is_call=screen not in PAGES)
    panel.close = lambda: closed.append(True)
    mode = panel.input_mode
    assert mode is not None
    assert mode.on_change is not None
    command = next(each for each in SCREENS[screen] if each.id == "leave")
    mode.on_change(command.help)
    assert command.help in drawn(panel)
    assert len([row for row in drawn(panel).splitlines()[1:] if row.strip()]) <= 3
    mode.on_change("q")
    assert drawn(panel).splitlines()[2].split()[0] == "q"
    mode.on_change("no such key")
    assert "no matches" in drawn(panel)
    mode.on_change("?")
    assert closed


def test_help_is_wrapped_and_never_cut() -> None:
    narrow = drawn(help_panel(DEFAULT_KEYMAP.table("history")), 40, 80)
    words = " ".join(narrow.split())
    for command in SCREENS["history"]:
        assert all(word in words for word in command.help.split())
    assert "…" not in narrow


async def test_kinds_of_a_note_are_shown_until_it_has_text(stage: LiveStage) -> None:
    await stage.press("enter")
    assert '! pain  # number  @ person  > promise  " quote  enter save  esc keep draft' in stage.rows[-1]
    await stage.press("greater_than_sign")
    assert "enter save promise" in stage.rows[-1]
    await stage.type("the price sheet")
    assert "pain" not in stage.rows[-1]
    assert "ctrl+j new line  enter save  esc keep draft" in stage.rows[-1]


async def test_open_promises_follow_the_call(stage: LiveStage) -> None:
    await stage.press("o", until="Nothing was promised yet.")
    await stage.speak("Me", "We will definitely have the Terraform provider ready for you by January.", 5)
    await stage.wait_for("say now  The plan is to have it by January")
    assert "Nothing was promised yet." not in stage.screen_text
    await stage.speak("Them", "I will send you the audit report on Friday.", 4)
    await stage.wait_for("audit report")
    assert "PROMISES IN THIS CALL" in stage.screen_text


async def test_call_shows_promises_and_how_to_correct_them(stage: LiveStage) -> None:
    await stage.press("o", until="Nothing was promised yet.")
    await stage.press("escape", "enter", "greater_than_sign")
    await stage.type("the price sheet by Friday", "enter")
    await stage.speak("Me", "We will definitely have the Terraform provider ready for you by January.", 5)
    await stage.press("o", until="PROMISES IN THIS CALL")
    assert "The price sheet by Friday" in stage.screen_text
    assert "say now  The plan is to have it by January" in stage.screen_text
