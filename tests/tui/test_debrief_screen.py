"""The debrief screen in three sizes: it opens, scrolls, exports, and text cannot control it."""

from __future__ import annotations

import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from textual.app import App
from textual.pilot import Pilot

from hostile import HOSTILE, TYPICAL
from invented_calls import PLAYBOOK, Call, dana
from live_stage import screen_text, wait_until
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


async def wait_for_page(pilot: Pilot[None]) -> str:
    """Return the screen once the page is shown."""
    await wait_until(pilot, lambda: all(words in screen_text(pilot.app) for words in ("One thing to try", "q to home")))
    return screen_text(pilot.app)


def debrief_of(app: App[None]) -> DebriefScreen:
    screen = app.screen
    assert isinstance(screen, DebriefScreen)
    return screen


@pytest.mark.parametrize("size", SIZES)
async def test_first_screen_shows_the_outcome_and_the_lesson(tmp_path: Path, size: tuple[int, int]) -> None:
    app = Reader(dana(), tmp_path)
    async with app.run_test(size=size) as pilot:
        page = await wait_for_page(pilot)
        assert "NOT YET · revisit 3 March 2027" in page
        assert "One thing to try" in page
        assert max(map(len, page.splitlines())) <= size[0]


async def test_title_of_an_old_call_has_its_year(tmp_path: Path) -> None:
    app = Reader(Call(began="2024-05-12T10:00:00+02:00"), tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        assert "12 May 2024 10:00" in await wait_for_page(pilot)


async def test_first_page_fits_a_standard_terminal(tmp_path: Path) -> None:
    app = Reader(dana(), tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        page = await wait_for_page(pilot)
        assert "▲ 3:22 follow that up" in page
        assert "you owe    send a one-page sum" in page
        assert "revealed   You built on 2 of the 3" in page
        assert page.splitlines()[-2].split()[:2] == ["1", "taps"]
        assert page.splitlines()[-1].rstrip().endswith("q to home  ? help")


@pytest.mark.parametrize("width", [40, 80])
async def test_tab_row_shows_whole_names_and_the_current_part(tmp_path: Path, width: int) -> None:
    app = Reader(dana(), tmp_path)
    async with app.run_test(size=(width, 12)) as pilot:
        await wait_for_page(pilot)
        names = [f"{number} {name}" for number, name in enumerate(debrief_of(app)._tabs, 1)]
        for current in names:
            await pilot.press(current[0])
            await pilot.pause()
            row = screen_text(app).splitlines()[-2].strip()
            parts = row.removesuffix("…").strip().split("  ")
            assert current in parts
            assert set(parts) <= set(names)
            assert row.endswith("…") == (parts[-1] != names[-1])


async def test_tab_cycles_through_the_parts(tmp_path: Path) -> None:
    app = Reader(dana(), tmp_path)
    async with app.run_test(size=(80, 12)) as pilot:
        await pilot.pause()
        page = debrief_of(app)
        await pilot.press("tab")
        assert page.current_part == 1
        await pilot.pause()
        assert "▲ Follow that up" in screen_text(app)
        await pilot.press("shift+tab", "shift+tab")
        assert page.current_part == len(page.part_starts) - 1
        await pilot.press("g")
        assert page.top == 0
        await pilot.press("2")
        assert page.current_part == 2


async def test_scrolling_updates_the_current_part(tmp_path: Path) -> None:
    app = Reader(dana(), tmp_path)
    async with app.run_test(size=(80, 12)) as pilot:
        await pilot.pause()
        page = debrief_of(app)
        await pilot.press("pagedown", "pagedown", "pagedown")
        await pilot.pause()
        assert page.current_part > 0


async def test_resizing_keeps_the_current_part(tmp_path: Path) -> None:
    app = Reader(dana(), tmp_path)
    async with app.run_test(size=(80, 12)) as pilot:
        await pilot.pause()
        await pilot.press("3")
        await pilot.resize_terminal(44, 12)
        await pilot.pause()
        assert debrief_of(app).current_part == 3
        assert "WHAT THEY SAID" in screen_text(app)


async def test_debrief_is_written_to_a_new_private_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    app = Reader(dana(), tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("w")
        await pilot.pause()
        assert "write the debrief to" in screen_text(app)
        assert "enter writes the file" in screen_text(app)
        assert "> ./northwind-clinic-2026-11-20.md" in screen_text(app)
        assert str(tmp_path) in "".join(row.strip() for row in screen_text(app).splitlines())
        await pilot.press("enter")
        assert "saved " in debrief_of(app).last_message
        file = tmp_path / "northwind-clinic-2026-11-20.md"
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        await pilot.press("w")
        assert debrief_of(app).input.text == "./northwind-clinic-2026-11-20-2.md", "a free name is proposed"
        await pilot.press(*["backspace"] * 5, *".md", "enter")
        assert "already exists" in debrief_of(app).last_message
        assert debrief_of(app).input.text == "./northwind-clinic-2026-11-20.md", "the prompt stays"
        await pilot.press("escape")
        assert debrief_of(app).input.input_mode is None


async def test_unknown_file_extension_lists_the_known_ones(tmp_path: Path) -> None:
    app = Reader(dana(), tmp_path)
    async with app.run_test(size=(120, 24)) as pilot:
        await pilot.press("w")
        debrief_of(app).input.load_text(str(tmp_path / "call.docx"))
        await pilot.press("enter")
        await pilot.pause()
        assert ".md" in debrief_of(app).last_message
        assert not (tmp_path / "call.docx").exists()


async def test_find_scrolls_to_a_word(tmp_path: Path) -> None:
    app = Reader(dana(), tmp_path)
    async with app.run_test(size=(80, 12)) as pilot:
        await pilot.pause()
        await pilot.press("slash", *"auditor")
        first = debrief_of(app).top
        assert "auditor" in debrief_of(app).page_lines[first].plain
        await pilot.press("enter")
        assert debrief_of(app).top > first
        await pilot.press("escape", "slash", "ctrl+u", *"xyzzy")
        assert "no matches" in debrief_of(app).last_message


async def test_transcript_is_the_last_part(tmp_path: Path) -> None:
    app = Reader(dana(), tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("G")
        assert "31:00" not in screen_text(app)
        assert "Dana: Yes, after the board in March would be honest." in screen_text(app)


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
    async with app.run_test(size=(80, 24)) as pilot:
        await wait_for_page(pilot)
        assert f"believed   {COUNTED}: still true?" in screen_text(app)
        assert screen_text(app).splitlines()[-1].startswith(" m hypotheses")
        await pilot.press("m")
        await pilot.pause()
        assert f"You believed: {COUNTED}." in screen_text(app)
        assert "You noted: no idea, we never added it up." in " ".join(screen_text(app).split())
        await pilot.press("1", *"we never added it up", "enter")
        await pilot.pause()
        assert "saved: this call speaks for it" in screen_text(app)
        assert "m hypotheses" not in screen_text(app)
        assert debrief_of(app).debrief.tested[0].verdict is Verdict.FOR
    (judged,) = [event for event in stored_events(app, file) if isinstance(event, HypothesisJudged)]
    assert (judged.hypothesis, judged.text) == (COUNTED, "we never added it up"), "a note is not offered as their words"


async def test_all_verdicts_fit_a_small_terminal(tmp_path: Path) -> None:
    app, _ = of_stored_call(tmp_path)
    async with app.run_test(size=(40, 12)) as pilot:
        await pilot.press("m")
        await pilot.pause()
        for words in (
            "You believed: nobody counted",
            "speaks for it",
            "speaks against",
            "disproves it",
            "says nothing",
        ):
            assert words in screen_text(app)


async def test_verdict_can_be_changed_and_withdrawn(tmp_path: Path) -> None:
    app, file = of_stored_call(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("m", "3", "ctrl+u", "enter", "m")
        await pilot.pause()
        assert SIGNS in screen_text(app), "with nothing left to ask, all are offered"
        await pilot.press("enter", "0")
        await pilot.pause()
        assert "saved: this call says nothing about it" in screen_text(app)
        await pilot.press("m", "down", "enter", "2", "escape", "q")
    verdicts = [event.verdict for event in stored_events(app, file) if isinstance(event, HypothesisJudged)]
    assert verdicts == [Verdict.DISPROVED, Verdict.UNTOUCHED], "esc decides nothing"


async def test_call_open_in_another_window_is_not_changed(tmp_path: Path) -> None:
    app, file = of_stored_call(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        with app.service.store.open(file.id):
            await pilot.press("m", "1", "enter")
            assert "another" in debrief_of(app).last_message
        assert debrief_of(app).debrief.tested[0].verdict is None


async def test_call_without_hypotheses_says_where_they_come_from(tmp_path: Path) -> None:
    app = Reader(dana(), tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("m")
        assert "they come from its prep" in debrief_of(app).last_message


async def test_escape_closes_help_before_the_screen(tmp_path: Path) -> None:
    app = Reader(dana(), tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("question_mark")
        await pilot.pause()
        assert "Go to the next part" in screen_text(app)
        await pilot.press(*"clipb")
        assert "Go to the next part" not in screen_text(app)
        await pilot.press("escape")
        assert isinstance(app.screen, DebriefScreen)
        await pilot.press("q")
        assert not isinstance(app.screen, DebriefScreen)


async def test_hostile_text_is_only_shown(tmp_path: Path) -> None:
    call = Call(account="[@click=app.quit]Acme[/]", people=tuple(HOSTILE.values())[:12])
    for number, text in enumerate(TYPICAL.values()):
        call.noted(number, text, NoteKind.PAIN).answered(number, f"q{number}", text, text)
        call.tapped(number, TapKind.MONOLOGUE, text, text)
        call.they_say(number, number + 0.9, text).promised(number, text, over=True, bounded=text)
    app = Reader(call.ended(600, "next_step", "go", {"next_step": "[/b]\x1b[2J"}), tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        for _ in range(8):
            await pilot.press("tab")
            await pilot.click("#middle", offset=(5, 3))
            await pilot.pause()
            text = screen_text(app)
            assert not {char for char in text if char != "\n" and (ord(char) < 0x20 or 0x7F <= ord(char) < 0xA0)}
        assert isinstance(app.screen, DebriefScreen)


async def test_five_thousand_notes_draw_only_the_visible_rows(tmp_path: Path) -> None:
    call = Call()
    for number in range(5_000):
        call.noted(number, f"note {number}", NoteKind.PAIN)
    app = Reader(call, tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("end")
        await pilot.pause()
        assert len(debrief_of(app).page_lines) > 5_000
        assert "note 4999" in screen_text(app)
