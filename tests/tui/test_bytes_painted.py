"""Painting sends as few bytes as possible, for slow connections."""

from __future__ import annotations

from rich.segment import Segment
from rich.style import Style
from textual.content import Content
from textual.geometry import Region

from live_stage import LiveStage
from salesnerd_tui.tui.widgets.canvas import Canvas, merge_segments

GROUND = Style(color="#ffffff", bgcolor="#000000")
BOLD = GROUND + Style(bold=True)


def parts(*segments: Segment) -> list[tuple[str, Style | None]]:
    drawn = merge_segments(segments)
    assert drawn.cell_length == sum(segment.cell_length for segment in segments)
    return [(segment.text, segment.style) for segment in drawn]


def test_segments_that_look_the_same_are_merged() -> None:
    assert parts(Segment("a", GROUND), Segment("", BOLD), Segment("b", GROUND)) == [("ab", GROUND)]


def test_blank_is_merged_with_text_on_the_same_background() -> None:
    blank = Style(bgcolor="#000000")
    assert parts(Segment(" ", GROUND), Segment("x", BOLD), Segment("  ", blank)) == [(" x  ", BOLD)]


def test_visible_or_clickable_blank_is_not_merged() -> None:
    other, reverse, key = Style(bgcolor="#222222"), GROUND + Style(reverse=True), Style.from_meta({"press": "n"})
    for style in (other, reverse, GROUND + key):
        assert parts(Segment("x", BOLD), Segment(" ", style)) == [("x", BOLD), (" ", style)]


class Noticing(Canvas):
    """A canvas that records the regions it refreshes."""

    asked: list[tuple[Region, ...]]

    def refresh(self, *regions: Region, **given: bool) -> Noticing:
        self.asked = [*getattr(self, "asked", []), regions]
        return super().refresh(*regions, **given)


async def test_only_changed_lines_are_repainted(stage: LiveStage) -> None:
    rows = [Content("one"), Content("two"), Content("three")]
    middle = Noticing(lambda _, height: rows[:height], id="tried")
    middle.styles.height = 3
    await stage.screen.mount(middle)
    await stage.pilot.pause()
    middle.asked = []
    middle.repaint()
    await stage.pilot.pause()
    assert not middle.asked
    rows[1] = Content("2")
    middle.repaint()
    await stage.pilot.pause()
    assert middle.asked == [(Region(0, 1, middle.content_size.width, 1),)]


async def test_key_draws_each_canvas_once(stage: LiveStage) -> None:
    drawn: list[tuple[int, int]] = []

    def draw(width: int, height: int) -> list[Content]:
        drawn.append((width, height))
        return []

    await stage.screen.mount(Canvas(draw, id="counted"))
    await stage.pilot.pause()
    for key in ("n", "1", "u", "s", "m", "z"):
        drawn.clear()
        await stage.press(key)
        assert len(drawn) == 1, key
