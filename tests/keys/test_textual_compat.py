"""Each repair of Textual's driver is needed: a test here that fails names one that can be deleted."""

from __future__ import annotations

import asyncio
import inspect
import os
import threading
from collections.abc import Callable, Iterable
from types import SimpleNamespace
from typing import Any

import pytest
from textual import drivers, events
from textual._xterm_parser import XTermParser
from textual.app import App
from textual.color import Color
from textual.css.model import RuleSet
from textual.css.parse import parse
from textual.css.stylesheet import Stylesheet
from textual.driver import Driver
from textual.drivers.headless_driver import HeadlessDriver
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message

from salesnerd_tui.tui.textual_compat import ParsedStylesheet, TerminalDriver, repaired_driver


def textual_events(sent: str) -> list[Message]:
    """Return the events of Textual's own parser for one read, followed by an Esc that ends any incomplete sequence."""
    parser = XTermParser()
    return [*parser.feed(sent), *parser.feed("\x1b")]


def textual_keys(sent: str) -> list[str]:
    return [event.key for event in textual_events(sent) if isinstance(event, events.Key)]


def test_textual_still_reads_a_reply_as_keys() -> None:
    assert {"1", "4", "c"} <= set(textual_keys("\x1b[?64;1;4c"))


def test_textual_still_merges_esc_and_a_letter() -> None:
    assert textual_keys("\x1bb") == ["ctrl+left"]
    assert "escape" not in textual_keys("\x1bnn1\rthree engineers were up at night for it\r")[:1]


def test_textual_still_ends_a_paste_at_esc_or_loses_it() -> None:
    found = textual_events("\x1b[200~one \x1bd two\x1b[201~n")
    assert [event.text for event in found if isinstance(event, events.Paste)] != ["one \x1bd two"]


def test_textual_still_types_out_a_long_kitty_sequence() -> None:
    assert "semicolon" in textual_keys("\x1b[0;;128105:8205:128105:8205:128103u")


def test_textual_still_fails_on_a_malformed_kitty_sequence() -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        textual_events("\x1b[97;1:3u")


def test_textual_still_reports_a_modifier_alone() -> None:
    assert textual_keys("\x1b[57441u") == ["left_shift"]


def test_textuals_input_loop_still_decodes_strictly_and_polls_ten_times_a_second() -> None:
    loop = inspect.getsource(LinuxDriver.run_input_thread)
    assert 'getincrementaldecoder("utf-8")()' in loop
    assert "selector.select(0.1)" in loop


def test_textual_still_requests_every_mouse_move() -> None:
    assert "?1003h" in inspect.getsource(LinuxDriver._enable_mouse_support)


def test_textual_still_reads_the_size_from_the_environment() -> None:
    assert "shutil.get_terminal_size()" in inspect.getsource(LinuxDriver._get_terminal_size)


def test_textual_still_prints_local_variables_of_a_crash() -> None:
    assert "show_locals=True" in inspect.getsource(App._fatal_error)
    assert "self._fatal_error()" in inspect.getsource(App._handle_exception)


def test_private_names_used_by_the_repairs_exist() -> None:
    for name in ("run_input_thread", "process_message", "write", "_get_terminal_size"):
        assert callable(getattr(LinuxDriver, name, None)), name
    assert drivers.__name__ == "textual.drivers"


def test_only_textuals_driver_is_replaced() -> None:
    assert repaired_driver(LinuxDriver) is TerminalDriver
    assert repaired_driver(HeadlessDriver) is HeadlessDriver


@pytest.fixture
def driver(monkeypatch: pytest.MonkeyPatch) -> Callable[[], TerminalDriver]:
    """Driver that reads from a pipe and is not started."""

    def make() -> TerminalDriver:
        async def built() -> TerminalDriver:
            return TerminalDriver(App())

        monkeypatch.setattr("signal.signal", lambda *_: None)
        monkeypatch.setattr("sys.__stdin__", SimpleNamespace(fileno=lambda: 0, isatty=lambda: False))
        return asyncio.run(built())

    return make


class MessageCollector:
    """Collects messages of a driver, and waits for a number of them."""

    def __init__(self, driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
        self.messages: list[Message] = []
        self._more = threading.Condition()
        monkeypatch.setattr(driver, "process_message", self._add)

    def _add(self, message: Message) -> None:
        with self._more:
            self.messages.append(message)
            self._more.notify_all()

    def keys(self, count: int) -> list[str]:
        with self._more:
            assert self._more.wait_for(lambda: len(self.messages) >= count, timeout=20)
            return [event.key for event in self.messages if isinstance(event, events.Key)]


def test_input_loop_reads_keys_and_stops_on_request(
    driver: Callable[[], TerminalDriver], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = driver()
    reading, writing = os.pipe()
    made.fileno = reading
    came = MessageCollector(made, monkeypatch)
    thread = threading.Thread(target=made.run_input_thread)
    thread.start()
    try:
        os.write(writing, b"\x1b[?62;22ca\xff")
        assert came.keys(2)[:2] == ["a", "replacement_character"]
        os.write(writing, b"\x1b")
        assert came.keys(3)[2:] == ["escape"]
        os.close(writing)
    finally:
        made.exit_event.set()
        thread.join(timeout=20)
        os.close(reading)
    assert not thread.is_alive()


def test_taking_the_terminal_again_loses_no_key(
    driver: Callable[[], TerminalDriver], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = driver()
    reading, writing = os.pipe()
    made.fileno = reading
    came = MessageCollector(made, monkeypatch)
    threads: list[threading.Thread] = []

    def start(driver: LinuxDriver) -> None:
        threads.append(threading.Thread(target=driver.run_input_thread))
        threads[-1].start()
        driver.attrs_before = ["as now"]

    def stop(driver: LinuxDriver) -> None:
        assert driver.attrs_before is None, "the keys would be shown"
        os.write(writing, b"\x1b[")
        driver.disable_input()
        os.write(writing, b"A")

    monkeypatch.setattr(LinuxDriver, "start_application_mode", start)
    monkeypatch.setattr(LinuxDriver, "stop_application_mode", stop)
    monkeypatch.setattr(LinuxDriver, "disable_input", lambda _: pytest.fail("it discards keys"))
    made.start_application_mode()
    made.attrs_before = ["before the start"]
    try:
        for _ in range(20):
            made.retake()
        assert came.keys(20) == ["up"] * 20
        assert made.attrs_before == ["before the start"]
        os.close(writing)
    finally:
        made.exit_event.set()
        for thread in threads:
            thread.join(timeout=20)
        os.close(reading)
    assert not any(thread.is_alive() for thread in threads)


def test_only_moves_with_a_button_down_are_requested(
    driver: Callable[[], TerminalDriver], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = driver()
    written: list[str] = []
    monkeypatch.setattr(LinuxDriver, "write", lambda _, data: written.append(data))
    made._enable_mouse_support()
    made._disable_mouse_support()
    sent = "".join(written)
    assert "?1002h" in sent
    assert "?1002l" in sent
    assert "1003" not in sent
    assert "1015" not in sent


def count_parses(monkeypatch: pytest.MonkeyPatch, sheet: Stylesheet, *variables: dict[str, str]) -> int:
    """Return how often a style is parsed for a number of changes of the variables."""
    count = 0

    def counted(*given: Any, **named: Any) -> Iterable[RuleSet]:
        nonlocal count
        count += 1
        return parse(*given, **named)

    monkeypatch.setattr("textual.css.stylesheet.parse", counted)
    sheet.add_source("Screen { color: $ink; }", ("here", ""))
    sheet.parse()
    for each in variables:
        sheet.set_variables(each)
        sheet.reparse()
    return count


RED, BLUE = {"ink": "red"}, {"ink": "blue"}


def test_textual_still_reparses_unchanged_styles(monkeypatch: pytest.MonkeyPatch) -> None:
    assert count_parses(monkeypatch, Stylesheet(variables=RED), RED, RED) == 3


def test_styles_are_reparsed_only_for_another_theme(monkeypatch: pytest.MonkeyPatch) -> None:
    sheet = ParsedStylesheet(RED)
    assert count_parses(monkeypatch, sheet, RED, RED, BLUE) == 2
    assert sheet.rules[0].styles.color == Color.parse("blue")
