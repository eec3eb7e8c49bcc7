"""The debrief screen in three sizes: it opens, scrolls, exports, and text cannot control it."""

from __future__ import annotations

import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hostile import HOSTILE, TYPICAL
from invented_calls import PLAYBOOK, Call, dana
from live_stage import AppPilot
from salesnerd_tui import tui
from salesnerd_tui.call.events import Event, HypothesisJudged, NoteKind, PlanKind, PlanSet, TapKind, Verdict
from salesnerd_tui.playbook.library import Library
from salesnerd_tui.services.call_service import CallService
from salesnerd_tui.storage.call_store import CallStore
from salesnerd_tui.storage.call_writer import CallFile
from salesnerd_tui.tui.app import SalesnerdApp
from salesnerd_tui.tui.screens.debrief import DebriefScreen
from salesnerd_tui.tui.screens.home import HomeScreen

SIZES = ((120, 40), (80, 24), (40, 12))


class Reader(SalesnerdApp):
    """App with one debrief and an empty folder of calls."""

    CSS_PATH = str(Path(tui.__file__).parent / "app.tcss")

    def __init__(self, call: Call, folder: Path) -> None:
        super().__init__(CallService(Library([]), CallStore(folder / "data")), lambda: HomeScreen(self.service))
        self._call = call
        self._call_id = "2026-11-20T1000-aaaa1111"

    def set_call_id(self, call_id: str) -> None:
        """Set the id under which the call is stored."""
        self._call_id = call_id

    def on_ready(self) -> None:
        self.push_screen(DebriefScreen(self._call.events, PLAYBOOK, call_id=self._call_id, store=self.service.store))


def stored_events(app: Reader, file: CallFile) -> tuple[Event, ...]:
    return app.service.store.read(file.id).events


class DebriefStage(AppPilot):
    """A debrief on the screen."""

    @property
    def debrief(self) -> DebriefScreen:
        screen = self.pilot.app.screen
        assert isinstance(screen, DebriefScreen)
        return screen

    async def wait_for_page(self) -> str:
        """Return the screen once the page is shown."""
        await self.wait_until(lambda: all(words in self.screen_text for words in ("↓ ", "q to home")))
        return self.screen_text


@asynccontextmanager
async def debrief_screen(app: Reader, size: tuple[int, int] = (80, 24)) -> AsyncIterator[DebriefStage]:
    stage = DebriefStage()
    async with app.run_test(size=size) as stage.pilot:
        await stage.pilot.pause()
        yield stage


@pytest.mark.parametrize("size", SIZES)
async def test_first_screen_shows_the_outcome_and_the_lesson(tmp_path: Path, size: tuple[int, int]) -> None:
    async with debrief_screen(Reader(dana(), tmp_path), size) as stage:
        page = await stage.wait_for_page()
        assert "NOT YET · revisit 3 March 2027" in page
        assert "One thing to try" in page
        assert max(map(len, page.splitlines())) <= size[0]


async def test_title_of_an_old_call_has_its_year(tmp_path: Path) -> None:
    async with debrief_screen(Reader(Call(began="2024-05-12T10:00:00+02:00"), tmp_path)) as stage:
        assert "12 May 2024 10:00" in await stage.wait_for_page()


async def test_first_page_fits_a_standard_terminal(tmp_path: Path) -> None:
    async with debrief_screen(Reader(dana(), tmp_path)) as stage:
        page = await stage.wait_for_page()
        assert "▲ 3:22 follow that up" in page
        assert "you owe    send a one-page sum" in page
        assert "they owe   sends the audit report" in page
        assert "One thing to try" in page
        assert page.splitlines()[-2].split()[:2] == ["1", "promises"]
        assert page.splitlines()[-1].rstrip().endswith("q to home  ? help")


@pytest.mark.parametrize("width", [40, 80])
async def test_tab_row_shows_whole_names_and_the_current_part(tmp_path: Path, width: int) -> None:
    async with debrief_screen(Reader(dana(), tmp_path), (width, 12)) as stage:
        await stage.wait_for_page()
        names = [f"{number} {name}" for number, name in enumerate(stage.debrief._tabs, 1)]
        for current in names:
            await stage.press(current[0])
            row = stage.screen_text.splitlines()[-2].strip()
            parts = row.removesuffix("…").strip().split("  ")
            assert current in parts
            assert set(parts) <= set(names)
            assert row.endswith("…") == (parts[-1] != names[-1])


async def test_tab_cycles_through_the_parts(tmp_path: Path) -> None:
    async with debrief_screen(Reader(dana(), tmp_path), (80, 12)) as stage:
        page = stage.debrief
        await stage.press("tab")
        assert page.current_part == 1
        assert "You promised" in stage.screen_text
        await stage.press("shift+tab", "shift+tab")
        assert page.current_part == len(page.part_starts) - 1
        await stage.press("g")
        assert page.top == 0
        await stage.press("2")
        assert page.current_part == 2


async def test_scrolling_updates_the_current_part(tmp_path: Path) -> None:
    async with debrief_screen(Reader(dana(), tmp_path), (80, 12)) as stage:
        page = stage.debrief
        await stage.press("pagedown", "pagedown", "pagedown")
        assert page.current_part > 0


async def test_resizing_keeps_the_current_part(tmp_path: Path) -> None:
    async with debrief_screen(Reader(dana(), tmp_path), (80, 12)) as stage:
        await stage.press("3")
        await stage.pilot.resize_terminal(44, 12)
        await stage.pilot.pause()
        assert stage.debrief.current_part == 3
        assert "STILL OPEN" in stage.screen_text


async def test_debrief_is_written_to_a_new_private_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    async with debrief_screen(Reader(dana(), tmp_path)) as stage:
        await stage.press("w", until="write the debrief to")
        assert "enter writes the file" in stage.screen_text
        assert "> ./northwind-clinic-2026-11-20.md" in stage.screen_text
        assert str(tmp_path) in "".join(row.strip() for row in stage.screen_text.splitlines())
        await stage.press("enter")
        assert "saved " in stage.debrief.last_message
        file = tmp_path / "northwind-clinic-2026-11-20.md"
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        await stage.press("w")
        assert stage.debrief.input.text == "./northwind-clinic-2026-11-20-2.md", "a free name is proposed"
        await stage.press(*["backspace"] * 5, *".md", "enter")
        assert "already exists" in stage.debrief.last_message
        assert stage.debrief.input.text == "./northwind-clinic-2026-11-20.md", "the prompt stays"
        await stage.press("escape")
        assert stage.debrief.input.input_mode is None


async def test_unknown_file_extension_lists_the_known_ones(tmp_path: Path) -> None:
    async with debrief_screen(Reader(dana(), tmp_path), (120, 24)) as stage:
        await stage.press("w")
        stage.debrief.input.load_text(str(tmp_path / "call.docx"))
        await stage.press("enter")
        assert ".md" in stage.debrief.last_message
        assert not (tmp_path / "call.docx").exists()


async def test_find_scrolls_to_a_word(tmp_path: Path) -> None:
    async with debrief_screen(Reader(dana(), tmp_path), (80, 12)) as stage:
        await stage.press("slash", *"auditor")
        first = stage.debrief.top
        assert "auditor" in stage.debrief.page_lines[first].plain
        await stage.press("enter")
        assert stage.debrief.top > first
        await stage.press("escape", "slash", "ctrl+u", *"xyzzy")
        assert "no matches" in stage.debrief.last_message


async def test_transcript_is_the_last_part(tmp_path: Path) -> None:
    async with debrief_screen(Reader(dana(), tmp_path)) as stage:
        await stage.press("G")
        assert "31:00" not in stage.screen_text
        assert "Dana: Yes, after the board in March would be honest." in stage.screen_text


COUNTED, SIGNS = "nobody counted the double bills", "the CFO signs alone"


def of_stored_call(folder: Path) -> tuple[Reader, CallFile]:
    """Return the debrief of a stored call with two hypotheses, one of which it touched."""
    call = Call()
    call.add(PlanSet(0.0, PlanKind.HYPOTHESIS, "cost", COUNTED), PlanSet(0.0, PlanKind.HYPOTHESIS, "", SIGNS))
    call.answered(30, "cost", "What did it cost?", "no idea, we never added it up").ended(60, "part_friends", "no-go")
    app = Reader(call, folder)
    file = app.service.store.create(datetime(2026, 11, 20, 10, tzinfo=UTC), "Northwind Clinic")
    file.save(call.events, lambda _: None)
    file.close()
    app.set_call_id(file.id)
    return app, file


async def test_debrief_asks_about_a_touched_hypothesis(tmp_path: Path) -> None:
    app, file = of_stored_call(tmp_path)
    async with debrief_screen(app) as stage:
        await stage.wait_for_page()
        assert f"believed   {COUNTED}: still true?" in stage.screen_text
        assert stage.screen_text.splitlines()[-1].startswith(" m hypotheses")
        await stage.press("m", until=f"You believed: {COUNTED}.")
        assert "You noted: no idea, we never added it up." in " ".join(stage.screen_text.split())
        await stage.press("1", *"we never added it up", "enter", until="saved: this call speaks for it")
        assert "m hypotheses" not in stage.screen_text
        assert stage.debrief.debrief.tested[0].verdict is Verdict.FOR
    (judged,) = [event for event in stored_events(app, file) if isinstance(event, HypothesisJudged)]
    assert (judged.hypothesis, judged.text) == (COUNTED, "we never added it up"), "a note is not offered as their words"


async def test_all_verdicts_fit_a_small_terminal(tmp_path: Path) -> None:
    app, _ = of_stored_call(tmp_path)
    async with debrief_screen(app, (40, 12)) as stage:
        await stage.press("m")
        for words in (
            "You believed: nobody counted",
            "speaks for it",
            "speaks against",
            "disproves it",
            "says nothing",
        ):
            assert words in stage.screen_text


async def test_verdict_can_be_changed_and_withdrawn(tmp_path: Path) -> None:
    app, file = of_stored_call(tmp_path)
    async with debrief_screen(app) as stage:
        await stage.press("m", "3", "ctrl+u", "enter", "m")
        assert SIGNS in stage.screen_text, "with nothing left to ask, all are offered"
        await stage.press("enter", "0", until="saved: this call says nothing about it")
        await stage.press("m", "down", "enter", "2", "escape", "q")
    verdicts = [event.verdict for event in stored_events(app, file) if isinstance(event, HypothesisJudged)]
    assert verdicts == [Verdict.DISPROVED, Verdict.UNTOUCHED], "esc decides nothing"


async def test_call_open_in_another_window_is_not_changed(tmp_path: Path) -> None:
    app, file = of_stored_call(tmp_path)
    async with debrief_screen(app) as stage:
        with app.service.store.open(file.id):
            await stage.press("m", "1", "enter")
            assert "another" in stage.debrief.last_message
        assert stage.debrief.debrief.tested[0].verdict is None


async def test_call_without_hypotheses_says_where_they_come_from(tmp_path: Path) -> None:
    async with debrief_screen(Reader(dana(), tmp_path)) as stage:
        await stage.press("m")
        assert "they come from its prep" in stage.debrief.last_message


async def test_escape_closes_help_before_the_screen(tmp_path: Path) -> None:
    async with debrief_screen(Reader(dana(), tmp_path)) as stage:
        await stage.press("question_mark", until="Go to the next part")
        await stage.press(*"clipb")
        assert "Go to the next part" not in stage.screen_text
        await stage.press("escape")
        assert isinstance(stage.pilot.app.screen, DebriefScreen)
        await stage.press("q")
        assert not isinstance(stage.pilot.app.screen, DebriefScreen)


async def test_hostile_text_is_only_shown(tmp_path: Path) -> None:
    call = Call(account="[@click=app.quit]Acme[/]", people=tuple(HOSTILE.values())[:12])
    for number, text in enumerate(TYPICAL.values()):
        call.noted(number, text, NoteKind.PAIN).answered(number, f"q{number}", text, text)
        call.tapped(number, TapKind.MONOLOGUE, text, text)
        call.they_say(number, number + 0.9, text).promised(number, text, over=True, bounded=text)
    async with debrief_screen(
        Reader(call.ended(600, "next_step", "go", {"next_step": "[/b]\x1b[2J"}), tmp_path)
    ) as stage:
        for _ in range(8):
            await stage.press("tab")
            await stage.pilot.click("#middle", offset=(5, 3))
            await stage.pilot.pause()
            text = stage.screen_text
            assert not {char for char in text if char != "\n" and (ord(char) < 0x20 or 0x7F <= ord(char) < 0xA0)}
        assert isinstance(stage.pilot.app.screen, DebriefScreen)


async def test_five_thousand_notes_draw_only_the_visible_rows(tmp_path: Path) -> None:
    call = Call()
    for number in range(5_000):
        call.noted(number, f"note {number}", NoteKind.PAIN)
    async with debrief_screen(Reader(call, tmp_path)) as stage:
        await stage.press("end")
        assert len(stage.debrief.page_lines) > 5_000
        assert "note 4999" in stage.screen_text
