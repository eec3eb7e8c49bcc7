"""Every color has a role and enough contrast; without colors or symbols, no information is lost."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.screen import Screen

import salesnerd_tui.tui
from live_stage import SIZES, live_screen, screen_rows
from salesnerd_tui.call.events import Answered, Heard, Side, TapKind, Tapped
from salesnerd_tui.playbook.folders import builtin_folder
from salesnerd_tui.playbook.library import Library
from salesnerd_tui.rehearsal.drills import Drill
from salesnerd_tui.services.call_service import CallService, OpenRequest, to_stored_call
from salesnerd_tui.services.demo import open_demo
from salesnerd_tui.services.prep import PrepRequest, open_prep
from salesnerd_tui.services.rehearsal import RehearsalRequest, open_rehearsal
from salesnerd_tui.storage.call_store import CallStore
from salesnerd_tui.terminal.ascii import ASCII_SYMBOLS, replace_unencodable, to_ascii
from salesnerd_tui.terminal.profile import ColorDepth, Shade, TerminalProfile, color_depth, detect_profile
from salesnerd_tui.tui.app import SalesnerdApp
from salesnerd_tui.tui.navigator import debrief_screen
from salesnerd_tui.tui.screens.account import AccountScreen
from salesnerd_tui.tui.screens.demo import DemoScreen
from salesnerd_tui.tui.screens.history import HistoryScreen
from salesnerd_tui.tui.screens.home import HomeScreen
from salesnerd_tui.tui.screens.prep import PrepScreen
from salesnerd_tui.tui.screens.rehearsal import RehearsalScreen
from salesnerd_tui.tui.theme import BACKGROUNDS, LINES, PALETTES, ROLES, NoColorFilter, terminal_themes
from tap_reasons import recorded
from thoroughness import some

READABLE, HIGH = 4.5, 7.0
"""Contrast of text on its background (WCAG 2.2, 1.4.3 and 1.4.6)."""

SOURCES = Path(next(iter(salesnerd_tui.tui.__path__)))
TEXTUALS = {"text-muted", "foreground-muted"}
"""Textual's own names for `quiet` and `rule`, set by our themes; its own lists use them."""

LINE_COLORS = {f"input-{part}" for part in ("cursor-foreground", "cursor-background", "cursor-text-style")} | {
    f"input-selection-{part}" for part in ("foreground", "background")
}
"""Textual's names for the cursor and the selection of a line, made from the colors of our themes; and `text`."""

ASCII = TerminalProfile(ascii=True)
TAP = Tapped(0.0, TapKind.OVER_EXPLAINING, recorded("48 s on features, nobody asked"), "", "Whose hours?")
MANY = TerminalProfile()


def luminance(color: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in Color.parse(color).normalized
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(text: str, ground: str) -> float:
    darker, lighter = sorted((luminance(text), luminance(ground)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("shade", PALETTES, ids=str)
def test_every_role_is_readable_on_every_background(shade: Shade) -> None:
    least = HIGH if "contrast" in shade else READABLE
    palette = PALETTES[shade]
    assert set(palette) == {*ROLES, *BACKGROUNDS, *LINES}
    for role in ROLES:
        for ground in BACKGROUNDS:
            found = contrast(palette[role], palette[ground])
            assert found >= least, f"{role} on {ground} of {shade}: {found:.1f}"


@pytest.mark.parametrize("shade", PALETTES, ids=str)
def test_textuals_own_widgets_are_readable(shade: Shade) -> None:
    least = HIGH if "contrast" in shade else READABLE
    made = terminal_themes(MANY)[shade].to_color_system().generate()
    for part in ("block-cursor", "block-cursor-blurred", "input-cursor", "input-selection"):
        assert contrast(made[f"{part}-foreground"], made[f"{part}-background"]) >= least, part
    assert made["text-muted"] == PALETTES[shade]["quiet"]


def test_every_used_color_has_a_role() -> None:
    used = {
        name
        for path in (*SOURCES.rglob("*.py"), *SOURCES.rglob("*.tcss"))
        for name in re.findall(r"\$([a-z][a-z-]*)", path.read_text())
        if path.name != "theme.py"
    }
    assert used <= {*ROLES, *BACKGROUNDS, *LINES, *TEXTUALS, *LINE_COLORS, "text"}, used


def test_no_color_is_named_outside_the_themes() -> None:
    named = re.compile(
        r"#[0-9a-fA-F]{6}\b|\bansi_(?!color\b)[a-z]+|\"(?:bold )?(?:red|green|yellow|blue|magenta|cyan)\""
    )
    found = [path.name for path in SOURCES.rglob("*.py") if path.name != "theme.py" and named.search(path.read_text())]
    assert found == []


def test_ansi_theme_keeps_the_terminals_text_and_background() -> None:
    for colors in (ColorDepth.SIXTEEN, ColorDepth.NONE):
        for theme in terminal_themes(TerminalProfile(colors=colors)).values():
            assert theme.ansi
            made = theme.to_color_system().generate()
            kept = {made[name] for name in ("foreground", "background", "panel", "surface", "question", "quiet", "row")}
            assert kept == {"ansi_default"}


@pytest.mark.parametrize(
    ("environment", "colors"),
    [
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor"}, ColorDepth.MANY),
        ({"TERM": "xterm-256color"}, ColorDepth.MANY),
        ({"TERM": "xterm-kitty"}, ColorDepth.MANY),
        ({"TERM": "xterm"}, ColorDepth.SIXTEEN),
        ({"TERM": "linux"}, ColorDepth.SIXTEEN),
        ({"TERM": "screen"}, ColorDepth.SIXTEEN),
        ({"TERM": "vt220"}, ColorDepth.NONE),
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor", "NO_COLOR": "1"}, ColorDepth.NONE),
        ({"TERM": "xterm-256color", "NO_COLOR": ""}, ColorDepth.MANY),
    ],
)
def test_color_depth_of_known_terminals(environment: Mapping[str, str], colors: ColorDepth) -> None:
    assert color_depth(environment) is colors


@pytest.mark.parametrize(
    ("asked", "kept", "ground", "shade"),
    [
        ("", None, "", Shade.DARK),
        ("", None, "0;15", Shade.LIGHT),
        ("", None, "15;default;0", Shade.DARK),
        ("", "light", "15;0", Shade.LIGHT),
        ("contrast", "light", "0;15", Shade.CONTRAST),
        ("auto", "dark", "0;15", Shade.LIGHT),
        ("", "no such theme", "0;15", Shade.LIGHT),
        ("", 7, "", Shade.DARK),
    ],
)
def test_theme_comes_from_the_option_then_the_settings_then_the_background(
    asked: str, kept: object, ground: str, shade: Shade
) -> None:
    remembered = {"theme": kept}
    assert (
        detect_profile(asked, remembered=remembered.get, environment={"COLORFGBG": ground}, encoding="utf-8").shade
        is shade
    )


@pytest.mark.parametrize(
    ("asked", "kept", "kind", "encoding", "is_ascii"),
    [
        (False, None, "xterm", "UTF-8", False),
        (True, None, "xterm", "UTF-8", True),
        (False, "ascii", "xterm", "UTF-8", True),
        (False, None, "linux", "UTF-8", True),
        (False, "all", "linux", "UTF-8", False),
        (False, None, "xterm", "ISO-8859-1", True),
        (False, None, "xterm", "ANSI_X3.4-1968", True),
    ],
)
def test_missing_symbols_are_replaced_with_ascii(
    asked: bool, kept: object, kind: str, encoding: str, is_ascii: bool
) -> None:
    remembered = {"signs": kept}
    assert (
        detect_profile(
            "", ascii_only=asked, remembered=remembered.get, environment={"TERM": kind}, encoding=encoding
        ).ascii
        is is_ascii
    )


def test_ascii_replacement_has_the_width_of_the_symbol() -> None:
    for sign, letter in ASCII_SYMBOLS.items():
        assert (len(sign), cell_len(sign), len(letter)) == (1, 1, 1), sign
        assert letter.isascii()
        assert letter.isprintable()


def test_different_marks_differ_in_ascii() -> None:
    for signs in ("✓✗·", "✓●○–", "●○·‖", "▲⚑✓", "◆◇", "▁▂▃▄▅▆▇█"):
        assert len({ASCII_SYMBOLS[sign] for sign in signs}) == len(signs), signs


def test_words_of_people_are_not_replaced() -> None:
    assert to_ascii("café 漢字 → 40 €") == "café 漢字 > 40 €"
    assert replace_unencodable("café 漢字", "utf-8") == "café 漢字"
    assert replace_unencodable("café 漢字 €", "iso-8859-1") == "café ???? ?"


def test_only_colors_are_removed() -> None:
    styled = Segment("x", Style(bold=True, reverse=True, color="red", bgcolor="#112233"))
    (bare,) = NoColorFilter().apply([styled], Color(0, 0, 0))
    assert bare.style == Style(bold=True, reverse=True)
    (plain,) = NoColorFilter().apply([Segment("x", Style(color="red"))], Color(0, 0, 0))
    assert plain.style is None


# every screen in ASCII


def service_with_calls(folder: Path) -> CallService:
    service = CallService(Library([builtin_folder()]), CallStore(folder))
    ended = service.open(OpenRequest("first_call", "Acme", ("Dana, VP Eng",), me=("Sam",)))
    ended.begin()
    for at, side, text in ((1.0, Side.ME, "What broke?"), (9.0, Side.THEM, "Billing, twice. It took two days.")):
        ended.session.hear(Heard(at, side, side.value, at - 1, at, text))
    ended.session.record(TAP)
    ended.session.close()
    left = service.open(OpenRequest("first_call", "Bolt"))
    left.begin()
    left.session.close()
    return service


def screens(service: CallService) -> Iterator[tuple[Callable[[], Screen[None]], tuple[str, ...]]]:
    demo = open_demo(500.0)
    call = service.open(OpenRequest("first_call", "Acme"))
    call.begin()
    prep = open_prep(service, PrepRequest("first_call", "Acme", ("Dana",)))
    drill = open_rehearsal(service, RehearsalRequest(buyer="dana", seed=4, speed=1000.0, drill=Drill.PITCH))
    yield lambda: HomeScreen(service), ("n", "enter", "escape", "p", "enter", "escape", "h", "enter", "question_mark")
    yield lambda: HistoryScreen(service), ("b", "down", "escape", "w")
    yield lambda: debrief_screen(to_stored_call(call)), ("tab", "tab", "question_mark", "escape", "f", "escape", "w")
    yield lambda: PrepScreen(prep, service), ("n", "n", "question_mark")
    yield lambda: RehearsalScreen(drill, service), ("enter", "h", "i", "enter", "question_mark")
    yield lambda: AccountScreen(service, "Acme"), ("question_mark", "escape", "ctrl+p")
    yield lambda: DemoScreen(demo.call, demo.steps, demo.service), ("space", "question_mark")


def not_ascii(app: SalesnerdApp) -> str:
    return "\n".join(row for row in screen_rows(app) if not row.isascii())


@pytest.mark.parametrize("size", some(SIZES, 3))
async def test_only_ascii_is_drawn_on_every_screen(tmp_path: Path, size: tuple[int, int]) -> None:
    service = service_with_calls(tmp_path)
    for first, keys in screens(service):
        app = SalesnerdApp(service, first, profile=ASCII)
        async with app.run_test(size=size) as pilot:
            for key in ("", *keys):
                if key:
                    await pilot.press(key)
                await pilot.pause()
                assert not_ascii(app) == "", f"{app.screen} after {key}"


@pytest.mark.parametrize("size", some(SIZES, 3))
async def test_only_ascii_is_drawn_in_a_call(tmp_path: Path, size: tuple[int, int]) -> None:
    panels = ("question_mark", "j", "slash", "ctrl+p", "c", "i", "e", "q", "x")
    async with live_screen(tmp_path, size, look=ASCII) as stage:
        await stage.speak("Me", "So tell me what happened.", 50)
        await stage.speak("Dana", "Billing broke twice last week, and " * 9, 70)
        stage.session.record(TAP)
        await stage.note("! pager twice a week")
        stage.disk.confirms_at_once = False
        await stage.note("on its way")
        stage.disk.refuse("the disk is full")
        await stage.press("d", "n", "m", "space", until="NOT SAVED")
        for key in panels:
            await stage.press(key)
            assert not_ascii(stage.app) == "", f"after {key}"
            await stage.press("escape")


async def test_words_of_people_are_unchanged_among_ascii_symbols(tmp_path: Path) -> None:
    async with live_screen(tmp_path, look=ASCII) as stage:
        await stage.press("enter")
        stage.screen.input.process_paste("Zoë: 40 €")
        await stage.press("enter", until="+ Zoë: 40 €")


async def test_a_met_gate_differs_from_an_unmet_one_in_ascii(tmp_path: Path) -> None:
    async with live_screen(tmp_path, look=ASCII) as stage:
        assert "o real problem" in stage.screen_text
        await stage.repaint(Answered(1.0, "cost", "", note="two days"))
        assert "+ real problem" in stage.screen_text
