"""The debrief on a screen of three sizes: it opens, is read with the keys, exports, and obeys no text."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from textual.app import App
from textual.pilot import Pilot
from textual.widgets import Input, Static

from hostile import HOSTILE, TYPICAL
from salesnerd_tui.call.events import NoteKind, TapKind
from salesnerd_tui.tui.screens.debrief import DebriefScreen
from salesnerd_tui.tui.widgets.page import PageView
from told_calls import PLAYBOOK, Call, dana

SIZES = ((120, 40), (80, 24), (40, 12))


class Reader(App[None]):
    """Shows one debrief."""

    def __init__(self, call: Call) -> None:
        super().__init__()
        self._call = call

    def on_mount(self) -> None:
        self.push_screen(DebriefScreen(self._call.events, PLAYBOOK, call_id="2026-11-20T1000-aaaa1111"))


def shown(app: App[None]) -> str:
    """What stands on the screen now, line by line."""
    height = app.size.height
    lines = app.screen._compositor.render_strips(app.size)
    return "\n".join("".join(segment.text for segment in strip) for strip in lines[:height])


async def first_sight(pilot: Pilot[None]) -> str:
    """The screen as soon as the page stands on it."""
    for _ in range(100):
        await pilot.pause()
        if (told := shown(pilot.app)).count("\n ") and pilot.app.screen.query_one(PageView).plain[:20] in told:
            return told
    return shown(pilot.app)


@pytest.mark.parametrize("size", SIZES)
async def test_the_first_screen_says_how_it_ended_and_what_to_try(size: tuple[int, int]) -> None:
    app = Reader(dana())
    async with app.run_test(size=size) as pilot:
        told = await first_sight(pilot)
        assert "NOT YET · revisit 3 March 2027" in told
        assert "One thing to try" in told
        assert max(map(len, told.splitlines())) <= size[0]


async def test_the_whole_first_page_fits_a_standard_terminal() -> None:
    app = Reader(dana())
    async with app.run_test(size=(80, 24)) as pilot:
        told = await first_sight(pilot)
        assert "▲ 3:22 follow that up" in told
        assert "agenda" in told


async def test_tab_goes_from_part_to_part_and_round_again() -> None:
    app = Reader(dana())
    async with app.run_test(size=(80, 12)) as pilot:
        await pilot.pause()
        page = app.screen.query_one(PageView)
        await pilot.press("tab")
        assert page.section == 1
        await pilot.pause()
        assert "▲ Follow that up" in shown(app)
        await pilot.press("shift+tab", "shift+tab")
        assert page.section == len(page._starts) - 1
        await pilot.press("1")
        assert page.scroll_y == 0


async def test_reading_down_moves_the_marked_part_along() -> None:
    app = Reader(dana())
    async with app.run_test(size=(80, 12)) as pilot:
        await pilot.pause()
        page = app.screen.query_one(PageView)
        await pilot.press("pagedown", "pagedown", "pagedown")
        await pilot.pause()
        assert page.section > 0


async def test_a_new_width_keeps_the_part_being_read() -> None:
    app = Reader(dana())
    async with app.run_test(size=(80, 12)) as pilot:
        await pilot.pause()
        await pilot.press("4")
        await pilot.resize_terminal(44, 12)
        await pilot.pause()
        page = app.screen.query_one(PageView)
        assert page.section == 3
        assert "What they said" in shown(app)


async def test_export_writes_a_private_file_and_never_over_another(tmp_path: Path) -> None:
    app = Reader(dana())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        for expected in ("saved", "already"):
            await pilot.press("x")
            app.screen.query_one("#export", Input).value = str(tmp_path / "call.md")
            await pilot.press("enter")
            await pilot.pause()
            assert expected in str(app.screen.query_one("#hint", Static).render())
        assert stat.S_IMODE((tmp_path / "call.md").stat().st_mode) == 0o600
        await pilot.press("escape")
        assert not app.screen.has_class("-exporting")


async def test_an_ending_nobody_knows_says_which_there_are(tmp_path: Path) -> None:
    app = Reader(dana())
    async with app.run_test(size=(120, 24)) as pilot:
        await pilot.press("x")
        app.screen.query_one("#export", Input).value = str(tmp_path / "call.docx")
        await pilot.press("enter")
        await pilot.pause()
        assert ".md" in str(app.screen.query_one("#hint", Static).render())
        assert not list(tmp_path.iterdir())


async def test_help_opens_and_escape_closes_it_before_the_screen() -> None:
    app = Reader(dana())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("question_mark")
        await pilot.pause()
        assert "Go to the next part" in shown(app)
        await pilot.press("escape")
        assert isinstance(app.screen, DebriefScreen)
        await pilot.press("q")
        assert not isinstance(app.screen, DebriefScreen)


async def test_hostile_words_are_only_words() -> None:
    call = Call(account="[@click=app.quit]Acme[/]", people=tuple(HOSTILE.values())[:12])
    for number, text in enumerate(TYPICAL.values()):
        call.noted(number, text, NoteKind.PAIN).answered(number, f"q{number}", text, text)
        call.tapped(number, TapKind.MONOLOGUE, text, text)
        call.they_say(number, number + 0.9, text).promised(number, text, over=True, bounded=text)
    app = Reader(call.ended(600, "next_step", "go", {"next_step": "[/b]\x1b[2J"}))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        for _ in range(8):
            await pilot.press("tab")
            await pilot.click(PageView, offset=(5, 3))
            await pilot.pause()
            told = shown(app)
            assert not {char for char in told if char != "\n" and (ord(char) < 0x20 or 0x7F <= ord(char) < 0xA0)}
        assert isinstance(app.screen, DebriefScreen)


async def test_five_thousand_notes_draw_only_what_is_on_the_screen() -> None:
    call = Call()
    for number in range(5_000):
        call.noted(number, f"note {number}", NoteKind.PAIN)
    app = Reader(call)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("end")
        await pilot.pause()
        page = app.screen.query_one(PageView)
        assert page.virtual_size.height > 5_000
        assert len(list(app.screen.walk_children())) < 15
