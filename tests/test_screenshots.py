"""The animation in the README shows every frame unchanged, without scripts and without network access."""

from __future__ import annotations

import re

from screenshots import animate

FRAME = """<svg class="rich-terminal" viewBox="0 0 80 60" xmlns="http://www.w3.org/2000/svg">
    <style>
    .terminal-matrix {{ font-size: 20px; }}
    {styles}
    </style>
    <defs><clipPath id="terminal-clip-terminal"><rect x="0" y="0" width="60" height="40" /></clipPath></defs>
    <rect fill="#292929" x="1" y="1" width="78" height="58"/><g transform="translate(26,22)"><circle r="7"/></g>
    <g transform="translate(9, 41)" clip-path="url(#terminal-clip-terminal)">
    <rect fill="#111111" x="0" y="1.5" width="60" height="20"/>{marks}
    <g class="terminal-matrix">
    {texts}
    </g>
    </g>
</svg>
"""
RED, BLUE, MARK = "fill: #ff0000", "fill: #0000ff", '<rect fill="#222222" x="5" y="1.5" width="10" height="20"/>'


def frame(*texts: tuple[str, str], marked: bool = False) -> str:
    """A screenshot with these colored texts, whose classes are numbered by their order, as Rich does it."""
    styles = "\n".join(f".terminal-r{number} {{ {color} }}" for number, (color, _) in enumerate(texts, 1))
    lines = "\n".join(
        f'<text class="terminal-r{number}" x="0" y="{number * 20}" textLength="9">{text}</text>'
        for number, (_, text) in enumerate(texts, 1)
    )
    return FRAME.format(styles=styles, texts=lines, marks=MARK if marked else "")


def shown_at(svg: str, percent: float) -> set[tuple[str, str]]:
    """Color and text of what is visible when that much of the animation has passed."""
    colors = {f".{name}": rule for name, rule in re.findall(r"\.(c\d+) \{ (fill: .*?) \}", svg)}
    steps = {
        name: [(float(at), state) for at, state in re.findall(r"([\d.]+)% \{ visibility: (\w+) \}", rules)]
        for name, rules in re.findall(r"@keyframes (f\d+) \{ (.*)", svg)
    }
    found = set()
    for name, content in re.findall(r'<g(?: class="(f\d+)")?>((?:<rect[^>]*>|<text.*?</text>)*)</g>', svg):
        state = [state for at, state in steps[name] if at <= percent][-1] if name else "visible"
        if state == "visible":
            found |= {(colors[f".{color}"], text) for color, text in re.findall(r'class="(c\d+)"[^>]*>(.*?)<', content)}
    return found


def test_each_frame_is_shown_in_its_time_with_its_colors() -> None:
    svg = animate(
        [frame((RED, "clock"), (BLUE, "ask")), frame((BLUE, "tap"), (RED, "clock")), frame((RED, "back"))],
        [1, 2, 1],
        1,
        ["a", "b", "c"],
    )
    assert shown_at(svg, 10) == {(RED, "clock"), (BLUE, "ask")}
    assert shown_at(svg, 30) == shown_at(svg, 70) == {(BLUE, "tap"), (RED, "clock")}
    assert shown_at(svg, 90) == {(RED, "back")}


def test_what_frames_share_is_written_once() -> None:
    svg = animate([frame((RED, "same"), marked=True), frame((RED, "same"), marked=True)], [1, 1], 0, ["", ""])
    assert svg.count("same") == svg.count(MARK) == 1


def test_a_background_never_covers_a_text_of_another_frame() -> None:
    frames = [frame((RED, "ask"), marked=True), frame((RED, "ask"), marked=True), frame((BLUE, "tap"), marked=True)]
    svg = animate(frames, [1, 1, 1], 0, ["", "", ""])
    assert svg.index(MARK) < svg.index(">ask<")


def test_each_frame_has_its_subtitle() -> None:
    svg = animate([frame((RED, "ask")), frame((RED, "tap"))], [1, 1], 0, ["Sam: <b>So we</b> …", "Dana: “Hm.”"])
    assert re.search(r'<g class="s0"><text class="subtitle"[^>]*>Sam: &lt;b&gt;So we&lt;/b&gt; …<', svg)
    assert re.search(r'<g class="s1"><text class="subtitle"[^>]*>Dana: “Hm.”<', svg)
    assert 'viewBox="0 0 80 134"' in svg


def test_without_animations_the_still_frame_is_shown() -> None:
    svg = animate([frame((RED, "ask")), frame((RED, "tap"))], [1, 1], 1, ["", ""])
    hidden, visible = (re.findall(rf"\.(f\d+) {{ visibility: {state};", svg) for state in ("hidden", "visible"))
    assert f'class="{visible[0]}"><text class="c0" x="0" y="20" textLength="9">tap' in svg
    assert f'class="{hidden[0]}"><text class="c0" x="0" y="20" textLength="9">ask' in svg
    assert "prefers-reduced-motion" in svg
    assert not re.search(r"<script|@import|url\(http|href=", svg)
