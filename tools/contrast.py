"""Measure where the eye lands: blur rendered screens and rank question, tap and everything else by contrast.

Each cell of a screen becomes two pixels, one above the other: its background, mixed with its foreground as far as the
character covers the cell. The picture is blurred as by squinted eyes. The strength of a part is its greatest difference
from the background of the screen, on a scale from 0 to 255. The exit status is 1 if on any screen neither the
question nor the tap is the strongest part.
"""

from __future__ import annotations

import argparse
import asyncio
import math
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from rich.terminal_theme import DIMMED_MONOKAI

from salesnerd_tui.call import actions
from salesnerd_tui.call.events import Heard, Mode, Side, TapBasis, TapKind, Tapped, TapReason
from salesnerd_tui.call_session import CallSession, start_event
from salesnerd_tui.playbook.folders import builtin_folder
from salesnerd_tui.playbook.library import Library
from salesnerd_tui.services.call_service import CallService, OpenedCall
from salesnerd_tui.speech.sides import Sides
from salesnerd_tui.speech.source import CallClock
from salesnerd_tui.storage.call_store import CallStore
from salesnerd_tui.terminal.profile import Shade, TerminalProfile
from salesnerd_tui.tui.app import SalesnerdApp
from salesnerd_tui.tui.screens.live import LiveScreen
from salesnerd_tui.tui.widgets.canvas import Canvas

SIZES = ((120, 40), (80, 24), (40, 12))
BEGAN = datetime(2026, 2, 12, 14, 0, tzinfo=UTC)
PLAYBOOK = "first_call"
QUESTION, TAP = "question", "tap"

SIGMA = 1.5
"""Standard deviation of the blur, in widths of a cell (a cell is two widths high)."""

COVERAGE, BOLD_COVERAGE = 0.30, 0.38
"""Part of a cell that a letter covers, as in common terminal fonts."""

BLOCKS = {"█": (1.0, 1.0), "▌": (0.5, 0.5), "▀": (1.0, 0.0), "▄": (0.0, 1.0), "─": (0.06, 0.06), "·": (0.03, 0.03)}
"""Part of the upper and of the lower half of a cell that a character covers."""

STEPS = "▁▂▃▄▅▆▇█"
TAPPED = Tapped(
    0.0,
    TapKind.OVER_EXPLAINING,
    TapReason(TapBasis.INTERNALS, seconds=19.0, words=("queue", "scheduler")),
    "",
    "Whose hours go into that?",
)


@dataclass(frozen=True)
class Scene:
    """One screen to measure."""

    size: tuple[int, int]
    shade: Shade
    sound: bool
    tap: bool
    follow_up: bool

    @property
    def name(self) -> str:
        parts = (f"{self.size[0]}x{self.size[1]}", str(self.shade))
        sound = "talked too much" if self.sound else "no sound"
        return ", ".join((*parts, sound, *(["tap"] if self.tap else []), *(["follow-up"] if self.follow_up else [])))


@dataclass(frozen=True)
class Part:
    """A part of a screen: a run of text, the whole question or the whole tap, with its strength."""

    name: str
    text: str
    strength: float


def scenes() -> Iterator[Scene]:
    """Yield the screens to measure: three sizes, with and without sound, with and without a tap."""
    for size in SIZES:
        for shade in (Shade.DARK, Shade.LIGHT):
            for sound in (False, True):
                for tap in (False, True):
                    yield Scene(size, shade, sound, tap, follow_up=False)
            yield Scene(size, shade, sound=False, tap=False, follow_up=True)


def call_of(service: CallService, scene: Scene) -> OpenedCall:
    """Return a call at its first question, as the scene wants it. Its clock stands still."""
    time = [0.0]
    clock = CallClock(now=lambda: time[0])
    playbook = service.load_playbook(PLAYBOOK)
    file = service.store.create(BEGAN, "Acme")
    session = CallSession(playbook, file, clock)
    session.record(start_event(playbook, Mode.LIVE, BEGAN, account="Acme", people=("Dana, VP Eng",), me="Sam"))
    session.do(actions.go_next)
    session.do(lambda now: actions.note(now, "! 40 double bills in March"))
    if scene.follow_up:
        session.do(lambda now: actions.pick(now, 1))
    if scene.sound:
        for begin, end, side in ((0.0, 20.0, Side.THEM), (20.0, 200.0, Side.ME)):
            time[0] = end
            session.hear(Heard(end, side, side.value, begin, end, None))
        if session.state.tap is not None:
            session.dismiss_tap()
    if scene.tap:
        session.record(TAPPED)
    return OpenedCall(session, file, clock, Sides(("Sam",)), lambda: None)


async def parts_of(scene: Scene) -> list[Part]:
    """Return the parts of a screen, the strongest first."""
    with tempfile.TemporaryDirectory() as data:
        service = CallService(Library([builtin_folder()]), CallStore(Path(data)))
        call = call_of(service, scene)
        screen = LiveScreen(call, service)
        app = SalesnerdApp(service, lambda: screen, profile=TerminalProfile(shade=scene.shade))
        async with app.run_test(size=scene.size) as pilot:
            await pilot.pause(0.2)
            strips = [list(strip) for strip in screen._compositor.render_strips(app.size)]  # noqa: SLF001 - the only way to read it
            places = {
                canvas.id or "": canvas.region for canvas in screen.query(Canvas) if canvas.id in ("question", "coach")
            }
            background = grey(*app.screen.styles.background.rgb)
        call.file.close()
    picture = [row for strip in strips for row in pixels(strip, scene.size[0], background)]
    strengths = [[abs(value - background) for value in row] for row in blurred(picture)]
    strongest: dict[str, Part] = {}
    for y, strip in enumerate(strips):
        for x, text in runs("".join(segment.text for segment in strip)):
            name = text
            if places["question"].contains(x, y):
                name = QUESTION
            elif scene.tap and places["coach"].contains(x, y):
                name = TAP
            cells = range(x, min(x + cell_len(text), scene.size[0]))
            strength = max(strengths[2 * y + half][cell] for half in (0, 1) for cell in cells)
            if name not in strongest or strongest[name].strength < strength:
                strongest[name] = Part(name, text, strength)
    return sorted(strongest.values(), key=lambda part: -part.strength)


def runs(text: str) -> Iterator[tuple[int, str]]:
    """Yield the runs of text in a line with their first cells; two blanks separate runs."""
    at = 0
    for run in text.replace("   ", "  \0").split("  "):
        words = run.replace("\0", " ")
        if words.strip():
            blanks = len(words) - len(words.lstrip())
            yield at + cell_len(words[:blanks]), words.strip()
        at += cell_len(words) + 2


def pixels(strip: Sequence[Segment], width: int, background: float) -> tuple[list[float], list[float]]:
    """Return the upper and the lower row of pixels of a line, as gray values."""
    upper: list[float] = []
    lower: list[float] = []
    for text, style, _ in strip:
        front, back = greys(style, background)
        for character in text:
            for row, part in zip((upper, lower), covered(character, bold=bool(style and style.bold)), strict=True):
                row += [back + (front - back) * part] * cell_len(character)
    missing = [background] * (width - len(upper))
    return upper + missing, lower + missing


def greys(style: Style | None, background: float) -> tuple[float, float]:
    """Return the gray values of a style's text and background."""
    front, back = 255.0 - background, background
    if style is not None:
        if style.color is not None:
            front = grey(*style.color.get_truecolor(DIMMED_MONOKAI))
        if style.bgcolor is not None:
            back = grey(*style.bgcolor.get_truecolor(DIMMED_MONOKAI))
    return (back, front) if style is not None and style.reverse else (front, back)


def grey(red: float, green: float, blue: float) -> float:
    """Return the gray value of a color (ITU-R BT.601)."""
    return 0.299 * red + 0.587 * green + 0.114 * blue


def covered(character: str, *, bold: bool) -> tuple[float, float]:
    """Return the parts of the upper and the lower half of a cell that a character covers."""
    if character.isspace():
        return 0.0, 0.0
    if character in BLOCKS:
        return BLOCKS[character]
    if character in STEPS:
        height = (STEPS.index(character) + 1) / len(STEPS)
        return max(height * 2 - 1, 0.0), min(height * 2, 1.0)
    part = BOLD_COVERAGE if bold else COVERAGE
    return part, part


def blurred(picture: Sequence[Sequence[float]]) -> list[list[float]]:
    """Return the picture blurred by a Gaussian; a pixel is as high as it is wide."""
    reach = math.ceil(3 * SIGMA)
    weights = [math.exp(-(offset**2) / (2 * SIGMA**2)) for offset in range(-reach, reach + 1)]
    weights = [weight / sum(weights) for weight in weights]
    across = [_smooth(row, weights, reach) for row in picture]
    down = [_smooth(column, weights, reach) for column in zip(*across, strict=True)]
    return [list(row) for row in zip(*down, strict=True)]


def _smooth(values: Sequence[float], weights: Sequence[float], reach: int) -> list[float]:
    last = len(values) - 1
    return [
        sum(weight * values[min(max(at + offset - reach, 0), last)] for offset, weight in enumerate(weights))
        for at in range(len(values))
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--most", type=int, default=4, help="parts to print for each screen (default: 4)")
    options = parser.parse_args()
    failures = 0
    for scene in scenes():
        parts = asyncio.run(parts_of(scene))
        is_strongest = parts[0].name in (QUESTION, TAP)
        failures += not is_strongest
        print(f"{'  ' if is_strongest else '! '}{scene.name}")
        for rank, part in enumerate(parts, 1):
            if rank <= options.most or part.name in (QUESTION, TAP):
                kind = part.name if part.name in (QUESTION, TAP) else ""
                print(f"    {rank:2} {part.strength:5.0f}  {kind:9} {part.text[:60]}")
    print(f"{failures} screens where neither the question nor the tap is the strongest part")
    return 1 if failures else 0


if __name__ == "__main__":
    raise SystemExit(main())
