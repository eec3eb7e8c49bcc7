"""HTML export: one complete file with the timeline, to which people's words cannot add markup."""

from __future__ import annotations

from html.parser import HTMLParser

from any_events import events
from hypothesis import given, settings

from hostile import HOSTILE, find_smuggled
from invented_calls import PLAYBOOK, Call, dana
from salesnerd_tui.call.events import Event, NoteKind, TapKind
from salesnerd_tui.review.debrief.builder import build_debrief
from salesnerd_tui.review.exports import render_html
from thoroughness import examples

ALONE = {"meta", "rect", "line"}


class Elements(HTMLParser):
    """The names of all elements, in order; every one that opens must close."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.names: list[str] = []
        self.attributes: set[str] = set()
        self.words = ""
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag not in ALONE:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data


def test_the_page_has_the_timeline_and_the_text() -> None:
    found = Elements(render_html(build_debrief(dana().events, PLAYBOOK), "id"))
    assert found.names.count("svg") == 1
    assert found.names.count("rect") == 8 + 5
    assert "▲ 3:22 Follow that up" in found.words
    assert "auditor found 40 double bills" in found.words


def test_the_page_loads_nothing_and_runs_no_script() -> None:
    text = render_html(build_debrief(dana().events, PLAYBOOK), "id")
    found = Elements(text)
    assert not set(found.names) & {"script", "link", "img", "a", "iframe", "form", "object", "base"}
    assert not found.attributes & {"href", "src", "onclick", "onload", "style"}
    assert "default-src 'none'" in text


def test_hostile_text_adds_no_element() -> None:
    def elements(word: str) -> list[str]:
        call = Call(account=word, people=(word,)).answered(1, "trigger", word, word).noted(2, word, NoteKind.PAIN)
        call.tapped(3, TapKind.MONOLOGUE, word, word).promised(4, word, over=True, bounded=word)
        text = render_html(
            build_debrief(call.they_say(5, 9, word).ended(10, "not_now", "not-yet", {"reason": word}).events), word
        )
        assert find_smuggled(text.encode("utf-8", "surrogatepass")) == []
        return sorted(set(Elements(text).names))

    for name in ("html", "markdown link", "all of them", "lone surrogate", "clipboard write"):
        assert elements(f"it said {HOSTILE[name]} and so on") == elements("it said nothing and so on")


@given(events())
@settings(max_examples=examples(100), deadline=None)
def test_any_events_make_a_complete_page(listed: list[Event]) -> None:
    assert Elements(render_html(build_debrief(listed, PLAYBOOK), "id")).names.count("body") == 1
