"""Exports: Markdown in which people's words cannot become markup, and JSON with a stable format."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from any_events import events
from hypothesis import given, settings
from markdown_it import MarkdownIt
from markdown_it.token import Token

from hostile import HOSTILE, find_smuggled
from invented_calls import PLAYBOOK, Call, dana
from salesnerd_tui.call.events import Event, NoteKind, PlanKind, PlanSet, SourceState, TapKind, from_document
from salesnerd_tui.review.buying_process import BuyingProcess
from salesnerd_tui.review.debrief.builder import build_debrief
from salesnerd_tui.review.debrief_page import render_markdown
from salesnerd_tui.review.exports import debrief_document, to_json
from salesnerd_tui.review.page_lines import escape
from salesnerd_tui.review.prep import PrepSheet
from salesnerd_tui.review.promises import TrackedPromise
from salesnerd_tui.review.trends import Trends
from thoroughness import examples

OBEYED = {
    "link_open",
    "image",
    "html_inline",
    "html_block",
    "code_inline",
    "heading_open",
    "hr",
    "table_open",
    "em_open",
    "strong_open",
}
GOLDEN = Path(__file__).parent / "golden" / "call.json"
MEAN = (
    "# heading",
    "setext\n===",
    "- item",
    "1. item",
    "12) item",
    "> quote",
    "```\ncode",
    "~~~",
    "    code",
    "<b>bold</b>",
    "<http://evil.example>",
    "[a](http://evil.example)",
    "![a](file:///etc/passwd)",
    "[a]: http://evil.example",
    "*em* _em_ **strong** ~~gone~~",
    "`code`",
    "| a | b |\n|---|---|",
    "***",
    "a  \nb\\",
    "&lt;script&gt; &#60;b&#62;",
    "<!-- gone -->",
    "%%gone%% 50 % ==lit== = a=b",
)


def thorough_call() -> Call:
    """A call with an example of everything that the JSON document lists."""
    call = dana()
    call.they_say(1720, 1725, "How would you load our old invoices into it?")
    call.i_say(1726, 1730, "I don't know, I'll check that with the team.")
    call.promised(1740, "It works with anything.", over=True, bounded="It works with the two we tested.")
    call.add(PlanSet(0.0, PlanKind.HYPOTHESIS, "cost", "double bills cost them a day a month"))
    call.tapped(1745, TapKind.SILENCE)
    call.source(1750, SourceState.BROKEN, "captions stopped").source(1800, SourceState.LISTENING, "")
    return call


def rendered(text: str) -> list[Token]:
    """Return every token, including inline ones, with GitHub's tables and strikethrough."""
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text)
    return [inner for token in tokens for inner in (token, *(token.children or ()))]


def test_the_export_reads_like_a_report() -> None:
    text = render_markdown(build_debrief(dana().events, PLAYBOOK), "2026-11-20T1000-aaaa1111")
    headings = [line for line in text.splitlines() if line.startswith("#")]
    assert headings == [
        "# Northwind Clinic · First discovery call",
        "## Promises",
        "## What they said",
        "## One thing to try",
        "## Still open",
        "## Notes",
        "## Timeline",
        "## Taps",
        "## What they revealed",
        "## What their words are worth",
        "## How it went",
    ]
    assert "**NOT YET · revisit 3 March 2027.**" in text
    assert "- They promised\n  - [ ] 20:00 Dana: sends the audit report by Friday (27 November)\n" in text
    assert "  - then: ✓ handed back in 9 s" in text


@pytest.mark.parametrize("mean", [*MEAN, *HOSTILE.values()])
def test_hostile_text_stays_plain_text(mean: str) -> None:
    for around in ("{}", "- {}", "> {}", "**bold.** {}", "- [ ] you: {}"):
        # Emphasis of ours is made by the line itself, not by the text in it.
        ours = {token.type for token in rendered(around.format("word"))}
        found = {token.type for token in rendered(around.format(escape(mean)))}
        assert not found & OBEYED - ours


def test_escaped_text_renders_unchanged() -> None:
    for mean in MEAN:
        exported = "".join(
            token.content for token in rendered("- " + escape(mean)) if token.type in ("text", "text_special")
        )
        assert exported.split() == mean.split()


def test_addresses_are_not_made_into_links() -> None:
    assert escape("see https://evil.example or www.evil.example") == r"see https\://evil.example or www\.evil.example"


def test_text_cannot_become_a_comment_or_highlight_of_a_note_app() -> None:
    assert escape("50% of %%them%% =x= ==y== z==") == r"50\% of \%\%them\%\% =x= \=\=y\=\= z\=\="


def test_hostile_texts_do_not_change_the_structure_of_the_export() -> None:
    def shape(word: str) -> list[str]:
        call = Call(account=word, people=(word,)).answered(1, "trigger", word, word).noted(2, word, NoteKind.PAIN)
        call.tapped(3, TapKind.MONOLOGUE, word, word).promised(4, word, over=True, bounded=word).marked(5)
        call.they_say(5, 9, word).ended(10, "not_now", "not-yet", {"revisit_on": word, "reason": word})
        return [
            token.type
            for token in rendered(render_markdown(build_debrief(call.events), "id"))
            if token.nesting or token.type == "fence"
        ]

    plain = shape("an ordinary sentence of words")
    for mean in MEAN:
        assert shape(f"{mean} of ordinary words") == plain


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_json_keeps_every_text_without_control_characters(text: str) -> None:
    call = Call(account=text).noted(1, text)
    exported = to_json(debrief_document(build_debrief(call.events), "id", call.events))
    assert json.loads(exported)["notes"][0]["text"] == text
    assert find_smuggled(exported.encode()) == []


def test_json_contains_all_events() -> None:
    exported = json.loads(to_json(debrief_document(build_debrief(dana().events, PLAYBOOK), "id", dana().events)))
    assert [from_document(event) for event in exported["events"]] == dana().events


def test_json_has_the_documented_fields() -> None:
    documented = Path(__file__).parents[2].joinpath("docs", "calls.md").read_text()
    section = documented.partition("\n## JSON format\n")[2].partition("\n## ")[0]
    rows = dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", section, re.MULTILINE))
    assert list(rows) == list(debrief_document(build_debrief(dana().events, PLAYBOOK), "id", ()))
    sentence = {"side", "at", "end", "text", "speaker"}
    for field, value in json.loads(GOLDEN.read_text(encoding="utf-8")).items():
        unnamed = fields_within(value) - set(re.findall(r"`(\w+)`", rows[field]))
        assert unnamed <= sentence, f"{field}: {unnamed - sentence}"


def fields_within(value: object) -> set[str]:
    """Return the names of all fields in a document, apart from those of a record, which its playbook names."""
    match value:
        case dict():
            inner = (fields_within(each) for name, each in value.items() if name != "record")
            return set(value).union(*inner)
        case list():
            return set().union(*map(fields_within, value))
    return set()


@pytest.mark.parametrize(
    ("command", "fields"),
    [
        ("prep", PrepSheet.__struct_fields__),
        ("account", (*BuyingProcess.__struct_fields__, "ahead")),
        ("trends", ("format", "version", *Trends.__struct_fields__)),
        ("promises", TrackedPromise.__struct_fields__),
    ],
)
def test_the_json_of_other_commands_is_documented(command: str, fields: tuple[str, ...]) -> None:
    documented = Path(__file__).parents[2].joinpath("docs", "calls.md").read_text()
    (row,) = re.findall(rf"^\| `salesnerd {command}[^`]*--json` \|(.*)\|$", documented, re.MULTILINE)
    assert re.findall(r"`(\w+)`", row) == list(fields)


@given(events())
@settings(max_examples=examples(100), deadline=None)
def test_every_call_can_be_exported(listed: list[Event]) -> None:
    found = build_debrief(listed, PLAYBOOK)
    assert render_markdown(found, "id").startswith("# ")
    assert json.loads(to_json(debrief_document(found, "id", listed)))["version"] == 1


def test_the_json_document_is_frozen() -> None:
    """A renamed attribute must not change what other programs read."""
    frozen = json.loads(GOLDEN.read_text(encoding="utf-8"))
    assert debrief_document(build_debrief(thorough_call().events, PLAYBOOK), "2026-11-20T1000-aaaa1111") == frozen


def test_the_golden_document_has_an_example_of_every_list() -> None:
    frozen = json.loads(GOLDEN.read_text(encoding="utf-8"))
    assert [name for name, value in frozen.items() if value == [] and name not in ("events", "unasked_musts")] == []
