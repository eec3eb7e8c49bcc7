"""The call on one line, in the markup of each status bar, and in the three lines of a strip."""

from __future__ import annotations

import json
from typing import Any

import pytest
from rich.cells import cell_len

from cli_runs import Run
from salesnerd_tui.call import tap_text
from salesnerd_tui.call.events import TapKind
from salesnerd_tui.control.status_line import FORMATS, plain, tmux, waybar
from salesnerd_tui.control.strip import Row, draw, strip_keys, to_ansi

pytest_plugins = ["running_call"]

HOSTILE = "\x1b]0;owned\x07<b>&#(reboot) #[fg=red]"


def rows(seen: dict[str, Any] | None, width: int, height: int = 3, message: str = "") -> list[str]:
    return ["".join(text for text, _ in row).rstrip() for row in draw(seen, message, width, height)]


def test_the_tap_comes_first_because_a_bar_may_truncate_the_line(seen: dict[str, Any]) -> None:
    assert plain(seen) == "▲ ASK, DON'T TELL  ● 23:41  you 38%  6/14  Acme"


@pytest.mark.parametrize("kind", TapKind)
def test_a_tap_has_the_symbol_of_the_screen(seen: dict[str, Any], kind: TapKind) -> None:
    seen |= {"tap": {**seen["tap"], "kind": str(kind)}}
    assert plain(seen).split()[0] == tap_text.symbol(kind)


def test_a_line_of_a_calm_call_is_its_clock(seen: dict[str, Any]) -> None:
    seen |= {"tap": None, "share": None, "speaker": "them", "seconds": 3723}
    assert plain(seen) == "○ 1:02:03  6/14  Acme"


def test_notes_that_are_not_saved_are_in_every_line(seen: dict[str, Any]) -> None:
    seen |= {"warning": {"words": "NOT SAVED (2): the disk is full", "unsaved": True}}
    assert "✗ NOT SAVED (2)" in plain(seen)
    assert json.loads(waybar(seen))["class"] == "unsaved"


@pytest.mark.parametrize("show", FORMATS.values())
def test_a_hidden_call_is_a_clock(seen: dict[str, Any], show: Any) -> None:
    line = show({"call": "c", "seconds": 1421, "hidden": True})
    assert "23:41" in line
    assert not [words for words in ("ASK", "What happened", "you", "6/14") if words in line]


def test_without_a_call_a_line_is_empty() -> None:
    assert plain(None) == tmux(None) == ""
    assert json.loads(waybar(None))["text"] == ""


def test_markup_in_texts_is_escaped(seen: dict[str, Any]) -> None:
    seen |= {"account": HOSTILE, "question": HOSTILE}
    module = json.loads(waybar(seen))
    assert "&lt;b&gt;&amp;" in module["text"]
    assert "<" not in module["tooltip"]
    assert "##(reboot) ##[fg=red]" in tmux(seen)
    assert not [show for show in FORMATS.values() if "\x1b" in show(seen)]


def test_a_strip_is_question_tap_and_answers(seen: dict[str, Any]) -> None:
    assert rows(seen, 120) == [
        " ● 23:41  you 38%  What happened that made you look at this now?",
        "    ▲ ASK, DON'T TELL   48 s on features, nobody asked",
        " 1 Something broke  2 My boss asked  3 Just looking",
    ]


def test_a_strip_shows_the_suggestion_instead_of_the_reason(seen: dict[str, Any]) -> None:
    seen["tap"] = {**seen["tap"], "suggestion": "Whose hours go into that?"}
    assert rows(seen, 80)[1] == "    ▲ ASK, DON'T TELL   Whose hours go into that?"


def test_a_long_suggestion_takes_the_row_of_the_answers(seen: dict[str, Any]) -> None:
    words = "the work moves to another machine when the first one breaks"
    seen |= {"question": "Who decides?", "tap": {**seen["tap"], "suggestion": words}}
    shown = rows(seen, 50)
    assert " ".join(" ".join(shown[1:]).split()) == f"▲ ASK, DON'T TELL {words}"
    assert len(shown) == 3
    assert rows({**seen, "question": "What happened? " * 5}, 50)[2].endswith("to another…"), "the question is whole"
    assert rows(seen, 120)[2].startswith(" 1 Something broke")


def test_the_talk_ratio_is_in_a_line_only_while_the_call_shows_it(seen: dict[str, Any]) -> None:
    seen |= {"shows_share": False, "tap": None}
    assert plain(seen) == "● 23:41  6/14  Acme"


def test_a_calm_strip_keeps_the_place_of_the_tap(seen: dict[str, Any]) -> None:
    seen["tap"] = None
    assert rows(seen, 80)[1:] == ["", " 1 Something broke  2 My boss asked  3 Just looking"]


def test_a_suggestion_is_shown_in_the_row_of_the_tap(seen: dict[str, Any]) -> None:
    seen |= {"tap": None, "offer": "? asked this  What did it cost?"}
    assert rows(seen, 80)[1] == "   ? asked this What did it cost?"


def test_a_suggestion_has_the_key_that_takes_it(seen: dict[str, Any]) -> None:
    seen |= {"tap": None, "offer": "↷ they asked  “A demo?”", "offer_key": "d"}
    assert rows(seen, 80)[1] == "   d ↷ they asked “A demo?”"
    own_key = draw(seen | {"offer_key": "yes"}, "", 80, 3, "f3")[1]
    assert "".join(text for text, _ in own_key) == "   f3 ↷ they asked “A demo?”"


def test_praise_is_neither_a_block_nor_an_alarm(seen: dict[str, Any]) -> None:
    seen["tap"] = {"kind": "silence", "words": "Let them think", "reason": "3 s of silence", "suggestion": ""}
    styles = {style: text for text, style in draw(seen, "", 80, 3)[1]}
    assert "LET THEM THINK" in styles["praise"]
    assert "tap" not in styles
    assert json.loads(waybar(seen))["class"] == "calm"
    assert "yellow" not in tmux(seen)


def test_a_narrow_strip_shows_the_complete_question_and_the_tap(seen: dict[str, Any]) -> None:
    assert rows(seen, 40) == [
        " ● 23:41  you 38%  What happened that",
        "   made you look at this now?",
        "    ▲ ASK, DON'T TELL   48 s on feature…",
    ]


def test_a_refusal_replaces_the_answers(seen: dict[str, Any]) -> None:
    assert rows(seen, 80, message="this is the first question")[-1] == " this is the first question"


def test_a_hidden_strip_is_a_clock(seen: dict[str, Any]) -> None:
    assert rows({**seen, "hidden": True}, 80) == [" 23:41"]


@pytest.mark.parametrize("width", [1, 7, 20, 40, 80, 120])
@pytest.mark.parametrize("height", [1, 2, 3, 8])
@pytest.mark.parametrize("question", ["", "短い質問ですか？" * 12, "x" * 400, HOSTILE])
def test_a_strip_fits_its_place(seen: dict[str, Any], width: int, height: int, question: str) -> None:
    seen |= {"question": question, "choices": [question] * 9}
    drawn: list[Row] = draw(seen, "", width, height)
    assert len(drawn) <= height
    assert max((sum(cell_len(text) for text, _ in row) for row in drawn), default=0) <= width
    assert "\x1b]" not in to_ansi(drawn, colors=True)


def test_a_line_is_cleared_before_it_is_written(seen: dict[str, Any]) -> None:
    """After a full line a terminal that does not wrap is still on its last cell, which clearing would take."""
    drawn = to_ansi(draw({**seen, "question": "x" * 400}, "", 20, 3), colors=False)
    lines = drawn.removeprefix("\x1b[H").split("\r\n")
    assert [line[:3] for line in lines] == ["\x1b[K", "\x1b[K", "\x1b[J"]
    assert not [line for line in lines if "\x1b[K" in line[3:] or "\x1b[J" in line[3:]]


def test_a_message_has_a_row_below_a_long_question(seen: dict[str, Any]) -> None:
    seen |= {"tap": None, "question": "Who decides? " * 20}
    assert rows(seen, 40, 3, "no tap to dismiss")[-1] == " no tap to dismiss"


def test_the_help_of_a_strip_takes_the_rows_it_needs(seen: dict[str, Any]) -> None:
    seen |= {"tap": None, "question": "Who decides?", "choices": ["Me", "My boss"]}
    hints = strip_keys().help
    assert "  ".join(row.strip() for row in rows(seen, 80, 3, hints)[1:]) == hints
    assert rows(seen, 40, 3, hints)[1:] == [
        " n next  b back  s skip  1-9 answer",
        " m mark  u undo  y accept  space talk  …",
    ]


def test_a_strip_without_colors_has_none(seen: dict[str, Any]) -> None:
    assert ";3" not in to_ansi(draw(seen, "", 80, 3), colors=False)
    assert "\x1b[30;43m" in to_ansi(draw(seen, "", 80, 3), colors=True)


def test_an_invalid_state_is_drawn_without_an_error() -> None:
    strange = {"seconds": "x", "choices": 3, "tap": "no", "warning": [], "question": None, "share": "all"}
    assert rows(strange, 80)
    assert [show(strange) for show in FORMATS.values()]


def test_status_prints_the_running_call(did: list[tuple[str, str]], run: Run) -> None:
    assert run("status").out == "▲ ASK, DON'T TELL  ● 23:41  you 38%  6/14  Acme\n"


def test_status_without_a_call_is_an_empty_line(runtime: object, run: Run) -> None:
    assert json.loads(run("status", "--format", "waybar", status=1).out)["class"] == "none"


def test_a_strip_needs_a_terminal(runtime: object, run: Run) -> None:
    assert "status --follow" in run("strip", status=1).err


def test_a_strip_is_drawn_in_ascii_if_the_terminal_lacks_symbols(seen: dict[str, Any]) -> None:
    drawn = to_ansi(draw(seen, "", 80, 3), colors=True, ascii_only=True)
    assert drawn.isascii()
    assert "^ ASK, DON'T TELL" in drawn
