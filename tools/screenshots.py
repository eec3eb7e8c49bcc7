"""Take the screenshots in screenshots/, and the animation demo.svg, from the demo's call.

The call is replayed on the real screens at the real size. Its clock stands still at a given second, so the same code
gives the same pictures. `--check` writes them to a temporary folder only.
"""

from __future__ import annotations

import argparse
import asyncio
import functools
import html
import re
import tempfile
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from textual.screen import Screen

from salesnerd_tui.call.events import Mode
from salesnerd_tui.call_session import CallSession, start_event
from salesnerd_tui.plain.transcript import demo_steps
from salesnerd_tui.playbook.folders import builtin_folder
from salesnerd_tui.playbook.library import Library
from salesnerd_tui.services import demo
from salesnerd_tui.services.call_service import CallService, OpenedCall, to_stored_call
from salesnerd_tui.speech.sides import Sides
from salesnerd_tui.speech.source import CallClock, Emit, StopSignal
from salesnerd_tui.speech.transcripts.read import read_transcript
from salesnerd_tui.storage.call_store import CallStore
from salesnerd_tui.terminal.profile import TerminalProfile
from salesnerd_tui.tui.app import SalesnerdApp
from salesnerd_tui.tui.navigator import debrief_screen
from salesnerd_tui.tui.screens.live import LiveScreen

FOLDER = Path(__file__).resolve().parent.parent / "screenshots"
BEGAN = datetime(2026, 2, 12, 14, 0, tzinfo=UTC)

WIDE, MIDDLE, NARROW = (120, 40), (80, 24), (40, 12)


@dataclass(frozen=True, slots=True)
class Picture:
    """A screenshot at second `until` of the call, after `keys` have been pressed."""

    name: str
    size: tuple[int, int]
    until: float
    shows: Callable[[OpenedCall, CallService], Screen[None]]
    keys: tuple[str, ...] = ()


def debrief_of(call: OpenedCall, _: CallService) -> Screen[None]:
    """Return the debrief of the demo's call."""
    return debrief_screen(to_stored_call(call))


PICTURES = (
    Picture("live", WIDE, 25.0, LiveScreen),
    Picture("live-80x24", MIDDLE, 25.0, LiveScreen),
    Picture("live-40x12", NARROW, 25.0, LiveScreen),
    Picture("tap", WIDE, 75.0, LiveScreen),
    Picture("tap-40x12", NARROW, 75.0, LiveScreen),
    Picture("detour", MIDDLE, 145.0, LiveScreen),
    Picture("jump", MIDDLE, 145.0, LiveScreen, ("j",)),
    Picture("ending", MIDDLE, 250.0, LiveScreen, ("e",)),
    Picture("help", WIDE, 38.0, LiveScreen, ("question_mark",)),
    Picture("debrief", WIDE, 1e6, debrief_of),
    Picture("debrief-80x24", MIDDLE, 1e6, debrief_of),
)


FRAME_SIZE = MIDDLE
FRAMES: tuple[tuple[float, float], ...] = (
    (48.0, 2.2),
    (62.0, 1.6),
    (67.0, 1.6),
    (75.0, 3.0),
    (84.5, 2.4),
    (98.0, 2.4),
    (104.0, 1.6),
)
"""Seconds of the call, and how many seconds each is shown: a pain, an explanation, the tap, the way back."""

STILL_FRAME = 3
"""The tap, which viewers without animations see."""

SUBTITLE_CHARACTERS, SUBTITLE_LINES = 88, 2
SUBTITLE_HEIGHT = 74
"""Space below the terminal for what is said, in pixels."""


class StoppedClock:
    """Seconds that stay the same until they are set; `CallClock` reads it."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


class SilentSource:
    """A source of speech that works and has nothing more to say."""

    name = "captions"
    speed = 1.0

    def run(self, emit: Emit, clock: CallClock, stop: StopSignal) -> None:
        del emit, clock, stop


def call_until(service: CallService, seconds: float) -> OpenedCall:
    """Replay the demo's call up to that second and stop its clock there."""
    time = StoppedClock()
    clock = CallClock(now=time)
    playbook = service.load_playbook(demo.PLAYBOOK)
    file = service.store.create(BEGAN, demo.ACCOUNT)
    session = CallSession(playbook, file, clock)
    session.follow_questions = False  # the script moves the call, as in the demo
    session.record(start_event(playbook, Mode.LIVE, BEGAN, account=demo.ACCOUNT, people=demo.PEOPLE, me=demo.ME[0]))

    for at, _, happen in demo_steps():
        if at > seconds:
            break
        time.seconds = at
        happen(session)
    return OpenedCall(session, file, clock, Sides(demo.ME), lambda: None, source=SilentSource())


async def take(picture: Picture) -> str:
    """Return a screenshot as SVG."""
    with tempfile.TemporaryDirectory() as data:
        service = CallService(Library([builtin_folder()]), CallStore(Path(data)))
        call = call_until(service, picture.until)
        app = SalesnerdApp(service, lambda: picture.shows(call, service), profile=TerminalProfile())
        async with app.run_test(size=picture.size) as pilot:
            await pilot.pause(0.3)
            for key in picture.keys:
                await pilot.press(key)
            await pilot.pause(0.3)
            svg = app.export_screenshot(title=f"salesnerd · {picture.name.replace('-', ' ')}")
        call.file.close()
    return without_random_parts(svg)


def without_random_parts(svg: str) -> str:
    """Remove the random id, which would change every picture, and the fonts from the network."""
    svg = re.sub(r"terminal-\d+", "terminal", svg)
    return re.sub(r"\s*@font-face \{.*?\}", "", svg, flags=re.DOTALL)


def animate(frames: Sequence[str], seconds: Sequence[float], still: int, subtitles: Sequence[str]) -> str:
    """Return one animated SVG of screenshots of the same size: CSS keyframes, no script.

    What several frames have in common is written once. Viewers without animations show the frame number `still`. Each
    frame has a subtitle below the terminal: what is being said.
    """
    styles: dict[str, str] = {}
    shown: dict[str, list[int]] = {}
    for number, svg in enumerate(frames):
        own_names = {}
        for name, style in re.findall(r"\.(terminal-r\d+) \{ (.*?) \}", svg):
            own_names[name] = styles.setdefault(style, f"c{len(styles)}")
        for element in _elements(svg):
            renamed = re.sub(r"\bterminal-r\d+\b", functools.partial(_rename, own_names), element, count=1)
            numbers = shown.setdefault(renamed, [])
            if number not in numbers:
                numbers.append(number)
    groups: dict[tuple[int, ...], list[str]] = {}
    for element, numbers in shown.items():
        groups.setdefault(tuple(numbers), []).append(element)
    head, screen = frames[0].split("<defs>", 1)
    clips, screen = screen.split("</defs>", 1)
    chrome = screen[: screen.index("<g transform=", screen.index("</g>"))]
    keyframes, below, above, spoken = [], [], [], []
    for order, (visible, elements) in enumerate(sorted(groups.items())):
        backgrounds = [element for element in elements if element.startswith("<rect")]
        texts = [element for element in elements if element.startswith("<text")]
        if len(visible) == len(frames):
            group = "<g>"
        else:
            keyframes.append(_keyframes(f"f{order}", visible, seconds, is_still=still in visible))
            group = f'<g class="f{order}">'
        below.append(f"{group}{''.join(backgrounds)}</g>" if backgrounds else "")
        above.append(f"{group}{''.join(texts)}</g>" if texts else "")
    for number, subtitle in enumerate(subtitles):
        keyframes.append(_keyframes(f"s{number}", (number,), seconds, is_still=still == number))
        spoken.append(f'<g class="s{number}">{"".join(_draw_subtitle(subtitle, frames[0]))}</g>')
    width, height = re.findall(r'<rect x="0" y="0" width="([\d.]+)" height="([\d.]+)"', clips)[0]
    background = re.findall(r'<rect fill="(#\w+)" x="0" y="1.5"', frames[0])[0]
    style = "".join(f".{name} {{ {rule} }}\n" for rule, name in styles.items())
    head = re.sub(r"\s*\.terminal-r\d+ \{ .*? \}", "", head)
    head = re.sub(r'(viewBox="0 0 [\d.]+ )([\d.]+)"', lambda box: f'{box[1]}{float(box[2]) + SUBTITLE_HEIGHT:g}"', head)
    head = head.replace("</style>", f"{style}{''.join(keyframes)}{_SUBTITLE}{_REDUCED_MOTION}</style>")
    return (
        f"{head}<defs>{clips}</defs>{chrome}"
        f'<g transform="translate(9, 41)" clip-path="url(#terminal-clip-terminal)">'
        f'<rect fill="{background}" width="{width}" height="{height}"/>'
        f'<g class="terminal-matrix">{"".join(below + above)}</g></g>\n{"".join(spoken)}</svg>\n'
    )


def _draw_subtitle(text: str, screenshot: str) -> Iterator[str]:
    """Yield the lines of a subtitle below the window of a screenshot."""
    (bottom,) = re.findall(r'viewBox="0 0 [\d.]+ ([\d.]+)"', screenshot)
    lines = textwrap.wrap(text, SUBTITLE_CHARACTERS, max_lines=SUBTITLE_LINES, placeholder=" …")
    for row, words in enumerate(lines):
        yield f'<text class="subtitle" x="14" y="{float(bottom) + 28 + 28 * row:g}">{html.escape(words)}</text>'


def _rename(names: Mapping[str, str], match: re.Match[str]) -> str:
    return names[match[0]]


_SUBTITLE = ".subtitle { font-family: arial, sans-serif; font-size: 21px; fill: #7d86a8 }\n"
_REDUCED_MOTION = "@media (prefers-reduced-motion: reduce) { g { animation: none !important } }\n"


def _elements(svg: str) -> Iterator[str]:
    """Yield backgrounds and texts of a screenshot, except backgrounds in the color of the screen."""
    screen = svg[svg.index("</defs>") :]
    background = re.findall(r'<rect fill="(#\w+)" x="0" y="1.5"', screen)[0]
    for element in re.findall(r'<rect fill="#\w+" x=.*?/>|<text class="terminal-r.*?</text>', screen):
        if not element.startswith(f'<rect fill="{background}"'):
            yield element


def _keyframes(name: str, numbers: Sequence[int], seconds: Sequence[float], *, is_still: bool) -> str:
    """Return the rules that show the elements of class `name` during the frames `numbers`."""
    whole, at, steps = sum(seconds), 0.0, []
    for number, duration in enumerate(seconds):
        visibility = "visible" if number in numbers else "hidden"
        steps.append(f"{at / whole * 100:.2f}% {{ visibility: {visibility} }}")
        at += duration
    steps.append(f"100% {{ visibility: {'visible' if len(seconds) - 1 in numbers else 'hidden'} }}")
    return (
        f".{name} {{ visibility: {'visible' if is_still else 'hidden'}; "
        f"animation: {name} {whole:g}s step-end infinite }}\n@keyframes {name} {{ {' '.join(steps)} }}\n"
    )


def take_animation() -> str:
    """Return the animation of the demo's call."""
    frames = [asyncio.run(take(Picture("demo", FRAME_SIZE, at, LiveScreen))) for at, _ in FRAMES]
    utterances = read_transcript(demo.CALL).utterances
    said = ([each for each in utterances if each.start <= at][-1] for at, _ in FRAMES)
    subtitles = [f"{each.speaker}: “{each.text}”" for each in said]
    return animate(frames, [duration for _, duration in FRAMES], STILL_FRAME, subtitles)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="only these pictures")
    parser.add_argument("--check", action="store_true", help="write them to a temporary folder only")
    options = parser.parse_args()
    makers: dict[str, Callable[[], str]] = {
        picture.name: functools.partial(lambda each: asyncio.run(take(each)), picture) for picture in PICTURES
    }
    makers["demo"] = take_animation
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) if options.check else FOLDER
        folder.mkdir(exist_ok=True)
        for name, make in makers.items():
            if not options.names or name in options.names:
                (folder / f"{name}.svg").write_text(make(), encoding="utf-8")
                print(f"{name}.svg")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
