"""The strip: a running call in three lines, for a small pane. The question comes first, then the tap, then the answers.

It uses the terminal's own sixteen colors, so that it fits every theme, and the alternate screen, so that nothing of a
call stays in the scrollback. It does not use Textual, because it must appear at once in a drop-down terminal.
"""

from __future__ import annotations

import contextlib
import os
import re
import select
import signal
import socket
import sys
import termios
import time
import tty
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from rich.cells import cell_len, chop_cells

from salesnerd_tui.control.client import NO_CALL, Answer, NoCall, ask, connect_follower, receive_answers
from salesnerd_tui.control.protocol import ACCEPT
from salesnerd_tui.control.status_line import clock_text, is_praise, speaker_symbol, talk_ratio, tap_texts, warning
from salesnerd_tui.services import call_commands
from salesnerd_tui.terminal.ascii import to_ascii
from salesnerd_tui.terminal.key_names import character_of, key_label
from salesnerd_tui.terminal.key_parser import Alt, ControlSequence, Decoder, Escape, KeyParser, Text, Token
from salesnerd_tui.terminal.profile import ColorDepth, TerminalProfile
from salesnerd_tui.text import clean, one_line

PICKS: Mapping[str, tuple[str, str]] = {str(number): ("pick", str(number)) for number in range(1, 10)}
ALWAYS_QUIT = frozenset({"\x03", "\x04", ""})
"""Always close the strip: ctrl+c, ctrl+d, and the end of the terminal."""

GAP = "  "
"""Space between two answers, or between two keys of the help."""


class StripKeys(NamedTuple):
    """Keys of the strip: those in `orders` send one, `quit_keys` close the strip, any other key shows `help`.

    `window_keys` act in the call's own window only, each with its label. A letter of an open detour takes the detour,
    unless it is one of these keys. `accept` is the label of the key that accepts a suggestion, or empty.
    """

    orders: Mapping[str, tuple[str, str]]
    quit_keys: frozenset[str]
    help: str
    window_keys: Mapping[str, str]
    accept: str = ""

    def order(self, key: str, letters: str) -> tuple[str, str] | None:
        """Return the order that a key sends; `letters` are those of the detours that can be taken now."""
        if key not in self.orders and key not in self.window_keys and key.isalpha() and key in letters:
            return "detour", key
        return self.orders.get(key)

    def refusal(self, key: str) -> str:
        """Return the message for a key that sends no order."""
        label = self.window_keys.get(key, "")
        return f"{label} works only in the window of the call" if label else self.help


def strip_keys(keys: Mapping[str, Sequence[str]] | None = None) -> StripKeys:
    """Return the keys of the strip: those of a call (by default the table's), if a terminal sends one character."""
    if keys is None:
        keys = {
            command.id: (command.key, *command.other_keys) if command.key else ()
            for command in call_commands.commands_of(call_commands.LIVE)
        }
    sendable = {id: [key for key in command_keys if character_of(key)] for id, command_keys in keys.items()}
    labels = {id: key_label(command_keys[0]) for id, command_keys in sendable.items() if command_keys}
    sent_commands = [
        command
        for command in call_commands.commands_of(call_commands.LIVE | call_commands.SEND)
        if not command.argument and sendable.get(command.id)
    ]
    hints = [f"{labels[command.id]} {command.label}" for command in sent_commands]
    hints.insert(min(3, len(hints)), "1-9 answer")
    orders = {character_of(key): (command.name, "") for command in sent_commands for key in sendable[command.id]}
    sent_ids = {command.id for command in sent_commands}
    window_keys = {
        character_of(key): key_label(key)
        for id, command_keys in sendable.items()
        if id not in sent_ids | {"help", "leave"}
        for key in command_keys
    }
    return StripKeys(
        {**orders, **PICKS},
        frozenset(map(character_of, sendable["leave"])) or frozenset({"q"}),
        GAP.join([*hints, f"{labels.get('leave', 'q')} quit"]),
        window_keys,
        labels.get("accept", ""),
    )


Row = list[tuple[str, str]]
"""Texts, each with the name of its style."""

STYLES: Mapping[str, str] = {
    "question": "1",
    "muted": "2",
    "number": "1;36",
    "tap": "30;43",
    "praise": "1;32",
    "unsaved": "1;37;41",
    "warning": "33",
    "clock": "1",
}
COLORLESS: Mapping[str, str] = {
    "question": "1",
    "clock": "1",
    "number": "1",
    "tap": "1;7",
    "praise": "1",
    "unsaved": "1;7",
}
"""For NO_COLOR, which allows bold and reverse."""


def draw(state: Answer | None, message: str, width: int, height: int, accept: str = "") -> list[Row]:
    """Return at most `height` rows of at most `width` cells; `message`, if any, replaces the answers.

    `accept` is the label of the key that accepts a suggestion.
    """
    if height <= 0 or width <= 0:
        return []
    if state is None:
        return [_truncate([(f" {NO_CALL}", "muted")], width)]
    if state.get("hidden"):
        return [_truncate([(f" {clock_text(state)}", "clock")], width)]
    middle_row = _middle_row(state, accept)
    rows = _question_rows(state, width, max(height - bool(middle_row) - bool(message), 1))
    if middle_row or not (message or len(rows) == height):
        rows += _wrap_row(middle_row, width, max(height - len(rows) - bool(message), 1))
    # The parts of the help are kept together.
    message_parts: list[Row] = [[(part, "warning")] for part in message.split(GAP)]
    last_rows = _flow(message_parts, width) if message else _answer_rows(state, width)
    free_rows = max(height - len(rows), 1)
    if len(last_rows) > free_rows:  # the remaining rows are joined to a long one, which is then truncated
        joined = [part for row in last_rows[free_rows - 1 :] for part in (*row, (" ", ""))]
        last_rows = [*last_rows[: free_rows - 1], joined]
    return [_truncate(row, width) for row in (*rows, *last_rows)][:height]


def to_ansi(rows: Sequence[Row], colors: bool, *, ascii_only: bool = False) -> str:
    """Return what to write to a terminal to replace its content with the rows.

    Each line is cleared before it is written: after a full one the cursor is still on its last cell.
    """
    styles = STYLES if colors else COLORLESS
    spell = to_ascii if ascii_only else str
    lines = ["".join(_styled(spell(text), styles.get(style, "")) for text, style in row) for row in rows]
    cleared = [*(f"\x1b[K{line}" for line in lines[:-1]), f"\x1b[J{lines[-1] if lines else ''}"]
    return "\x1b[H" + "\r\n".join(cleared)


def _styled(text: str, sgr: str) -> str:
    text = clean(text).replace("\n", " ").replace("\t", " ")
    return f"\x1b[{sgr}m{text}\x1b[m" if sgr and text else text


def _middle_row(state: Answer, accept: str) -> Row:
    """Return the row with unsaved notes, the tap with its suggestion or reason, an offer, or a warning."""
    warning_text, is_unsaved = warning(state)
    if is_unsaved:
        return [("   ", ""), (f" {warning_text} ", "unsaved")]
    title, reason = tap_texts(state)
    if title:
        tap = state.get("tap")
        suggestion = one_line(str(tap.get("suggestion", ""))) if isinstance(tap, dict) else ""
        style = "praise" if is_praise(state) else "tap"
        words = (suggestion, "question") if suggestion else (reason, "")
        return [("   ", ""), (f" {title} ", style), ("  ", ""), words]
    offer = state.get("offer")
    if isinstance(offer, str) and offer:
        key = one_line(str(state.get("offer_key", "")))
        label = accept if key == ACCEPT else key
        return [("   ", ""), (f"{label} " if label else "", "number"), (one_line(offer), "")]
    return [(f"   {warning_text}", "warning")] if warning_text else []


def _question_rows(state: Answer, width: int, max_rows: int) -> list[Row]:
    """Return the rows with clock, talk ratio and question; a shorter head may save a row of the question."""
    question = one_line(str(state.get("question", "")))
    symbol, clock = speaker_symbol(state), clock_text(state)
    heads = [f" {symbol} {clock}  {talk_ratio(state)}  ", f" {symbol} {clock}  ", f" {symbol} "]
    variants = [(head, _wrap(question, width - cell_len(head), width - 3)) for head in heads]
    min_rows = min(max_rows, *(len(rows) for _, rows in variants))
    head, rows = next((variant for variant in variants if len(variant[1]) <= min_rows), variants[-1])
    if len(rows) > max_rows:
        rows = [*rows[: max_rows - 1], f"{rows[max_rows - 1]} …"]
    return [[(head, "clock"), (rows[0], "question")], *([("   ", ""), (row, "question")] for row in rows[1:])]


def _answer_rows(state: Answer, width: int) -> list[Row]:
    """Return the rows of the answers with their numbers, for a follow-up the answer that it follows."""
    if follows := one_line(str(state.get("follows", ""))):
        return [[(f" follow-up to “{follows}”", "muted")]]
    choices = state.get("choices")
    labels = enumerate(choices if isinstance(choices, list) else [], 1)
    return _flow([[(f"{number} ", "number"), (one_line(str(label)), "")] for number, label in labels], width)


def _flow(parts: Iterable[Row], width: int) -> list[Row]:
    """Return the parts next to each other, on as many rows as necessary."""
    rows: list[Row] = []
    used = width
    for part in parts:
        cells = sum(cell_len(text) for text, _ in part)
        if used + len(GAP) + cells > width:
            rows.append([(" ", "")])
            used = 1 - len(GAP)
        else:
            rows[-1].append((GAP, ""))
        rows[-1] += part
        used += len(GAP) + cells
    return rows


def _wrap(text: str, first_width: int, width: int) -> list[str]:
    """Wrap a text into a first row of `first_width` cells and further rows of `width` cells; long words are broken."""
    rows = [""]
    for word in text.split():
        for part in chop_cells(word, max(width, 1)) if cell_len(word) > max(width, 1) else [word]:
            row_width = max(first_width if len(rows) == 1 else width, 1)
            joined = f"{rows[-1]} {part}" if rows[-1] else part
            if cell_len(joined) <= row_width:
                rows[-1] = joined
            else:
                rows.append(part)
    return rows


def _wrap_row(row: Row, width: int, max_rows: int) -> list[Row]:
    """Wrap the suggestion of a tap at the end of a row, in at most `max_rows`; other rows stay as they are."""
    if not row or row[-1][1] != "question":
        return [row]
    *head, (text, style) = row
    parts = _wrap(text, width - sum(cell_len(part) for part, _ in head), width - 3)
    if len(parts) > max_rows:
        parts = [*parts[: max_rows - 1], " ".join(parts[max_rows - 1 :])]
    return [[*head, (parts[0], style)], *([("   ", ""), (part, style)] for part in parts[1:])]


def _truncate(row: Row, width: int) -> Row:
    """Shorten a row to at most `width` cells, ending in … if something is missing."""
    if sum(cell_len(text) for text, _ in row) <= width:
        return row
    truncated: Row = []
    free_cells = width - 1
    for text, style in row:
        if cell_len(text) > free_cells:
            text = (chop_cells(text, free_cells) or [""])[0] if free_cells > 0 else ""
            return [*truncated, (f"{text.rstrip()}…", style)]
        truncated.append((text, style))
        free_cells -= cell_len(text)
    return truncated


SEQUENCE = "\x1b"
"""Represents every key that a terminal sends as more than one character."""

_KEY_SEQUENCE = re.compile(r"\x1b(?:O.|\[[0-9;]*[A-HPQSZu~]|\[\[.|[^\[O])")

ESCAPE_SECONDS = 0.025
"""Time to wait after Esc for the rest of a sequence."""

MESSAGE_SECONDS = 4.0
"""Time for which a message is shown."""

CONNECT_SECONDS = 1.0
"""Time between two checks for a running call."""

MAX_SILENCE_SECONDS = 5.0
"""Silence after which the connection is closed, so that a stopped call's clock does not seem to run."""

ENTER_SCREEN, LEAVE_SCREEN = "\x1b[?1049h\x1b[?25l\x1b[?7l", "\x1b[?7h\x1b[?25h\x1b[?1049l"


def show_strip(folders: Sequence[str], call: str, keys: StripKeys, profile: TerminalProfile) -> None:
    """Show the strip until a key closes it or the terminal is gone."""
    with contextlib.suppress(BrokenPipeError), _terminal() as resize_reader:
        _Strip(folders, call, keys, profile).run(resize_reader)


class _Strip:
    def __init__(self, folders: Sequence[str], call: str, keys: StripKeys, profile: TerminalProfile) -> None:
        self._keys = keys
        self._folders = folders
        self._call = call
        self._connection: socket.socket | None = None
        self._incomplete = b""
        self._state: Answer | None = None
        self._received_at = 0.0
        self._message = ""
        self._message_time = 0.0
        self._drawn = ""
        self._profile = profile
        self._parser = KeyParser(ESCAPE_SECONDS)
        self._decode = Decoder().decode

    def run(self, resize_reader: socket.socket) -> None:
        while True:
            if self._connection is not None and time.monotonic() - self._received_at > MAX_SILENCE_SECONDS:
                self._hang_up()
            if self._connection is None:
                self._connection = connect_follower(self._folders, self._call)
                self._received_at = time.monotonic()
            self._draw()
            watched = [sys.stdin.fileno(), resize_reader, *([self._connection] if self._connection else [])]
            deadline = self._parser.deadline
            timeout_seconds = CONNECT_SECONDS if deadline is None else max(deadline - time.monotonic(), 0.0)
            ready, _, _ = select.select(watched, [], [], min(timeout_seconds, CONNECT_SECONDS))
            if resize_reader in ready:
                resize_reader.recv(4096)
                self._drawn = ""
            if self._connection in ready:
                self._receive()
            if not all(map(self._press, self._read_keys(sys.stdin.fileno() in ready))):
                return

    def _read_keys(self, is_ready: bool) -> Iterator[str]:
        """Yield the keys pressed since the last call; an empty string means that the terminal has closed."""
        if not is_ready:
            yield from typed_characters(self._parser.tick(time.monotonic()))
            return
        try:
            data = os.read(sys.stdin.fileno(), 64)
        except OSError:
            data = b""
        if not data:
            yield ""
        yield from typed_characters(self._parser.feed(self._decode(data), time.monotonic()))

    def _receive(self) -> None:
        if self._connection is None:
            return
        try:
            answers, self._incomplete = receive_answers(self._connection, self._incomplete)
        except NoCall:
            self._hang_up()
            return
        self._received_at = time.monotonic()
        self._state = answers[-1] if answers else self._state

    def _hang_up(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection, self._state, self._incomplete = None, None, b""

    def _press(self, key: str) -> bool:
        """Send the order of a key. Return whether the strip stays open."""
        if key in self._keys.quit_keys or key in ALWAYS_QUIT:
            return False
        letters = str(self._state.get("letters", "")) if self._state is not None else ""
        order = self._keys.order(key, letters)
        if order is None:
            self._message = self._keys.refusal(key)
        else:
            name, words = order
            try:
                answer = ask(self._folders, {"do": name, "of": words}, self._call)
            except NoCall as problem:
                self._message = str(problem)
            else:
                self._message = "" if answer.get("done") else one_line(str(answer.get("why", "")))
        self._message_time = time.monotonic()
        return True

    def _draw(self) -> None:
        if self._message and time.monotonic() - self._message_time > MESSAGE_SECONDS:
            self._message = ""
        try:  # never the size in COLUMNS and LINES, which do not follow a resize
            size = os.get_terminal_size(sys.stdout.fileno())
        except OSError:
            size = os.terminal_size((80, 3))
        drawn = to_ansi(
            draw(self._state, self._message, size.columns, size.lines, self._keys.accept),
            self._profile.colors is not ColorDepth.NONE,
            ascii_only=self._profile.ascii,
        )
        if drawn != self._drawn:
            self._drawn = drawn
            sys.stdout.write(drawn)
            sys.stdout.flush()


def typed_characters(tokens: Iterable[Token]) -> Iterator[str]:
    """Yield the typed characters, and `SEQUENCE` for each other key; reports of the terminal are ignored."""
    for token in tokens:
        if isinstance(token, Text):
            yield from token.text
        elif isinstance(token, Escape | Alt) or (
            isinstance(token, ControlSequence) and _KEY_SEQUENCE.fullmatch(token.text)
        ):
            yield SEQUENCE


@contextlib.contextmanager
def _terminal() -> Iterator[socket.socket]:
    """Read single keys, use the alternate screen, and yield a socket that is readable after a resize."""
    descriptor = sys.stdin.fileno()
    attributes = termios.tcgetattr(descriptor)
    resize_reader, resize_writer = socket.socketpair()
    resize_writer.setblocking(False)  # noqa: FBT003 - it takes no names
    previous_wakeup = signal.set_wakeup_fd(resize_writer.fileno(), warn_on_full_buffer=False)
    handlers = {number: signal.getsignal(number) for number in (signal.SIGWINCH, signal.SIGTERM, signal.SIGHUP)}
    signal.signal(signal.SIGWINCH, lambda *_: None)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _quit_on_signal)
    try:
        tty.setcbreak(descriptor)
        sys.stdout.write(ENTER_SCREEN)
        yield resize_reader
    finally:
        signal.set_wakeup_fd(previous_wakeup)
        for number, handler in handlers.items():
            signal.signal(number, handler)
        with contextlib.suppress(OSError, termios.error):
            sys.stdout.write(LEAVE_SCREEN)
            sys.stdout.flush()
            termios.tcsetattr(descriptor, termios.TCSADRAIN, attributes)
        resize_reader.close()
        resize_writer.close()


def _quit_on_signal(number: int, _: object) -> None:
    raise SystemExit(128 + number)
