"""How keys arrive: what Esc and a key right after it are, and which bursts are text."""

from __future__ import annotations

import selectors

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from textual import constants, events
from textual._xterm_parser import XTermParser
from textual.drivers import linux_driver
from textual.message import Message

from salesnerd_tui.ui.arriving import InOneRead, KeyParser, taken_apart
from salesnerd_tui.ui.typed import take_kindly


def told(*reads: str) -> list[Message]:
    """What the parser says to reads that follow each other at once."""
    parser = KeyParser()
    return [event for read in reads for event in parser.feed(read)]


def keys(*reads: str) -> list[str]:
    return [event.key for event in told(*reads) if isinstance(event, events.Key)]


def meant(*reads: str) -> list[str]:
    """The keys where no alt is bound."""
    found = [event for event in told(*reads) if isinstance(event, events.Key)]
    return [each.key for event in found for each in taken_apart(event)]


# Esc and then a key


@pytest.mark.parametrize("letter", [*"abdfjnxN1?/ :,é"])
def test_esc_and_a_key_in_one_read_are_the_two(letter: str) -> None:
    plain = keys(letter)
    assert meant(f"\x1b{letter}") == ["escape", *plain]


@pytest.mark.parametrize("letter", [*"bfjn?"])
def test_esc_and_a_key_in_two_reads_are_the_two(letter: str) -> None:
    assert meant("\x1b", letter) == ["escape", *keys(letter)]


def test_a_long_burst_after_esc_loses_nothing() -> None:
    burst = "nn1\rthree engineers were up at night for it\r"
    assert meant(f"\x1b{burst}") == ["escape", *keys(burst)]


def test_it_is_told_as_alt_for_whoever_has_it_bound() -> None:
    assert keys("\x1bd", "\x1bD") == ["alt+d", "alt+shift+d"]


@pytest.mark.parametrize(
    ("sent", "key"),
    [("\x1b[A", "up"), ("\x1bOP", "f1"), ("\x1b[5~", "pageup"), ("\x1b[Z", "shift+tab"), ("\x1b[1;5D", "ctrl+left")],
)
def test_sequences_are_keys_as_before(sent: str, key: str) -> None:
    assert keys(sent) == [key]
    assert keys(*sent) == [key]
    assert keys(f"a{sent}b") == ["a", key, "b"]


@pytest.mark.parametrize("sent", ["\x1b\r", "\x1b\x7f", "\x1b\t", "\x1b\x1b[A", "\x1b\x1b", "\x1b[<0;3;4M", "\x1b[I"])
def test_what_is_no_letter_is_as_textual_has_it(sent: str) -> None:
    theirs = list(XTermParser().feed(sent))
    assert [repr(event) for event in told(sent)] == [repr(event) for event in theirs]


@pytest.mark.parametrize("cut", range(1, 32))
def test_a_paste_is_a_paste_however_it_is_cut(cut: int) -> None:
    sent = "\x1b[200~one \x1bd two, three\x1b[201~n"
    found = told(sent[:cut], sent[cut:])
    pasted, key = found
    assert isinstance(pasted, events.Paste)
    assert pasted.text == "one \x1bd two, three"
    assert isinstance(key, events.Key)
    assert key.key == "n"


def test_a_terminal_that_tells_alt_means_alt() -> None:
    (event,) = told("\x1b[100;3u")
    assert isinstance(event, events.Key)
    assert taken_apart(event) == (event,)


SENT = st.text(alphabet="\x1b[O<>?;0129nbM~u\rAé \x00\x7f\x08", min_size=1, max_size=60)


@given(st.lists(SENT, max_size=4))
@example(["\x1b[:A", "\x1b[1:0;2u", "\x1b[99999999999999999999u"])
def test_whatever_is_sent_is_taken(reads: list[str]) -> None:
    told(*reads)


@given(st.text(max_size=60).filter(lambda text: "\x1b" not in text and text != ""))
def test_without_esc_keys_are_as_textual_has_them(read: str) -> None:
    theirs = [event.key for event in XTermParser().feed(read) if isinstance(event, events.Key)]
    assert keys(read) == theirs


# a burst that is text


def begins(read: str) -> list[bool]:
    found = [event.character for event in told(read) if isinstance(event, events.Key)]
    return [isinstance(each, InOneRead) and each.begins_text for each in found]


def test_a_line_that_came_at_once_is_text_from_its_beginning() -> None:
    assert begins("pages twice a week")[0]
    assert begins("x\rpages twice a week\r")[2]


@pytest.mark.parametrize("read", ["n", "nnn1", "jcost\r", "nnnnnnnnnnnnnnnnnnnn", "n1n2n1n3n2n1 n2n", "\rabc\r" * 20])
def test_keys_that_somebody_presses_are_keys(read: str) -> None:
    assert not any(begins(read))


def test_keys_one_by_one_are_never_text() -> None:
    found = [event for event in told(*"pages twice a week") if isinstance(event, events.Key)]
    assert not any(isinstance(event.character, InOneRead) for event in found)


# how long a lone Esc takes


def seconds_left() -> float | None:
    return KeyParser.seconds_left


def test_only_while_a_key_has_begun_is_it_waited_for_its_rest() -> None:
    parser = KeyParser()
    list(parser.feed("n"))
    assert seconds_left() is None
    list(parser.feed("\x1b"))
    assert constants.ESCAPE_DELAY < (seconds_left() or 0.0) < constants.ESCAPE_DELAY + 0.01
    list(parser.feed("[A"))
    assert seconds_left() is None


def test_a_lone_esc_is_told_when_nothing_followed() -> None:
    parser = KeyParser()
    list(parser.feed("\x1b"))
    parser._timeout_time = 0.0
    (event,) = parser.tick()
    assert isinstance(event, events.Key)
    assert event.key == "escape"
    assert seconds_left() is None


def test_keys_are_waited_for_no_longer_than_that(monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float | None] = []

    def select(_: object, timeout: float | None = None) -> list[object]:
        waited.append(timeout)
        return []

    monkeypatch.setattr(selectors.SelectSelector, "select", select)
    monkeypatch.setattr(KeyParser, "seconds_left", None)
    take_kindly()
    made = vars(linux_driver)["selectors"].SelectSelector()
    made.select(0.1)
    monkeypatch.setattr(KeyParser, "seconds_left", 0.027)
    made.select(0.1)
    made.select(0.01)
    assert waited == [0.1, 0.027, 0.01]
