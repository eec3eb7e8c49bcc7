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

from salesnerd_tui.control.client import NO_CALL, Answer, NoCall, answers_of, ask, connected, send
from salesnerd_tui.control.protocol import FOLLOW
from salesnerd_tui.control.status_line import clock, floor, share, tap, trouble
from salesnerd_tui.services import call_commands
from salesnerd_tui.terminal.ascii import spelled
from salesnerd_tui.terminal.key_names import character_of, shown_key
from salesnerd_tui.terminal.key_parser import Alt, ControlSequence, Decoder, Escape, KeyParser, Text, Token
from salesnerd_tui.terminal.profile import ColorDepth, TerminalProfile, look_of
from salesnerd_tui.text import clean, one_line

PICKS: Mapping[str, tuple[str, str]] = {str(number): ("pick", str(number)) for number in range(1, 10)}
ENDS = frozenset({"\x03", "\x04", ""})
"""Always close the strip: ctrl+c, ctrl+d, and the end of the terminal."""

GAP = "  "
"""Stands between two answers or two keys of the help."""


class StripKeys(NamedTuple):
    """Keys of the strip: `orders` are sent, `leaves` close the strip, any other key shows `help`."""

    orders: Mapping[str, tuple[str, str]]
    leaves: frozenset[str]
    help: str


def strip_keys(keys: Mapping[str, Sequence[str]] | None = None) -> StripKeys:
    """Return the keys of the strip: those of a call (by default the table's), if a terminal sends one character."""
    if keys is None:
        keys = {
            command.id: (command.key, *command.also) if command.key else ()
            for command in call_commands.of(call_commands.LIVE)
        }
    typed = {id: [character_of(key) for key in own if character_of(key)] for id, own in keys.items()}
    shown = {id: shown_key(next(key for key in own if character_of(key))) for id, own in keys.items() if typed[id]}
    sent = [
        command
        for command in call_commands.of(call_commands.LIVE | call_commands.SEND)
        if not command.takes and typed.get(command.id)
    ]
    help = [f"{shown[command.id]} {command.label}" for command in sent]
    help.insert(min(3, len(help)), "1-9 answer")
    return StripKeys(
        {**{key: (command.name, "") for command in sent for key in typed[command.id]}, **PICKS},
        frozenset(typed["leave"]) or frozenset({"q"}),
        GAP.join([*help, f"{shown.get('leave', 'q')} quit"]),
    )


Row = list[tuple[str, str]]
"""Texts, each with the name of its style."""

STYLES: Mapping[str, str] = {
    "question": "1",
    "muted": "2",
    "number": "1;36",
    "tap": "30;43",
    "bad": "1;37;41",
    "warning": "33",
    "clock": "1",
}
COLORLESS: Mapping[str, str] = {"question": "1", "clock": "1", "number": "1", "tap": "1;7", "bad": "1;7"}
"""For NO_COLOR, which allows bold and reverse."""


def draw(seen: Answer | None, message: str, width: int, height: int) -> list[Row]:
    """Return at most `height` rows of at most `width` cells; `message`, if any, replaces the answers."""
    if height <= 0 or width <= 0:
        return []
    if seen is None:
        return [_cut([(f" {NO_CALL}", "muted")], width)]
    if seen.get("hidden"):
        return [_cut([(f" {clock(seen)}", "clock")], width)]
    middle = _middle(seen)
    asking = _asking(seen, width, max(height - bool(middle) - bool(message), 1))
    rows = asking if not middle and (message or len(asking) == height) else [*asking, middle]
    left = _message(message, width) if message else _answers(seen, width)
    room = max(height - len(rows), 1)
    if len(left) > room:  # the rest makes the last row too long, which is then cut
        left = [*left[: room - 1], [part for row in left[room - 1 :] for part in (*row, (" ", ""))]]
    return [_cut(row, width) for row in (*rows, *left)][:height]


def written(rows: Sequence[Row], colors: bool, ascii: bool = False) -> str:
    """Return what to write to a terminal to replace its content with the rows.

    Each line is cleared before it is written: after a full one the cursor is still on its last cell.
    """
    styles = STYLES if colors else COLORLESS
    spelling = spelled if ascii else str
    lines = ["".join(_styled(spelling(text), styles.get(style, "")) for text, style in row) for row in rows]
    cleared = [*(f"\x1b[K{line}" for line in lines[:-1]), f"\x1b[J{lines[-1] if lines else ''}"]
    return "\x1b[H" + "\r\n".join(cleared)


def _styled(text: str, sgr: str) -> str:
    text = clean(text).replace("\n", " ").replace("\t", " ")
    return f"\x1b[{sgr}m{text}\x1b[m" if sgr and text else text


def _middle(seen: Answer) -> Row:
    """Return the row of unsaved notes, of the tap with what to say or else its reason, or of a warning."""
    warning, bad = trouble(seen)
    if bad:
        return [("   ", ""), (f" {warning} ", "bad")]
    words, because = tap(seen)
    if words:
        found = seen.get("tap")
        ready = one_line(str(found.get("ready", ""))) if isinstance(found, dict) else ""
        return [("   ", ""), (f" {words} ", "tap"), (f"  {ready or because}", "question" if ready else "")]
    offer = seen.get("offer")
    if isinstance(offer, str) and offer:
        return [(f"   {one_line(offer)}", "number")]
    return [(f"   {warning}", "warning")] if warning else []


def _asking(seen: Answer, width: int, most: int) -> list[Row]:
    """Return the rows of clock, talk ratio and question; a shorter head may save a row of the question."""
    question = one_line(str(seen.get("question", "")))
    heads = [f" {floor(seen)} {clock(seen)}  {share(seen)}  ", f" {floor(seen)} {clock(seen)}  ", f" {floor(seen)} "]
    drawn = [_wrapped(question, width - cell_len(head), width - 3) for head in heads]
    fewest = min(min(len(rows) for rows in drawn), most)
    head, rows = next(
        (pair for pair in zip(heads, drawn, strict=True) if len(pair[1]) <= fewest), (heads[-1], drawn[-1])
    )
    if len(rows) > most:
        rows = [*rows[: most - 1], f"{rows[most - 1]} …"]
    return [[(head, "clock"), (rows[0], "question")], *([("   ", ""), (row, "question")] for row in rows[1:])]


def _message(message: str, width: int) -> list[Row]:
    """Return a message; one of several parts, such as the help, on as many rows as it needs."""
    return _side_by_side([[(part, "warning")] for part in message.split(GAP)], width)


def _answers(seen: Answer, width: int) -> list[Row]:
    """Return the answers with their numbers."""
    choices = seen.get("choices")
    labels = enumerate(choices if isinstance(choices, list) else [], 1)
    return _side_by_side([[(f"{number} ", "number"), (one_line(str(label)), "")] for number, label in labels], width)


def _side_by_side(parts: Iterable[Row], width: int) -> list[Row]:
    """Return the parts next to each other, on as many rows as they need."""
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


def _wrapped(text: str, first: int, other: int) -> list[str]:
    """Wrap a text into a first row of `first` cells and further rows of `other` cells; long words are broken."""
    rows = [""]
    for word in text.split():
        for part in chop_cells(word, max(other, 1)) if cell_len(word) > max(other, 1) else [word]:
            room = max(first if len(rows) == 1 else other, 1)
            joined = f"{rows[-1]} {part}" if rows[-1] else part
            if cell_len(joined) <= room:
                rows[-1] = joined
            else:
                rows.append(part)
    return rows


def _cut(row: Row, width: int) -> Row:
    """Shorten a row to at most `width` cells, ending in … if something is missing."""
    if sum(cell_len(text) for text, _ in row) <= width:
        return row
    kept: Row = []
    room = width - 1
    for text, style in row:
        if cell_len(text) > room:
            text = (chop_cells(text, room) or [""])[0] if room > 0 else ""
            return [*kept, (f"{text.rstrip()}…", style)]
        kept.append((text, style))
        room -= cell_len(text)
    return kept


SEQUENCE = "\x1b"
"""Stands for every key that a terminal sends as more than one character."""

_KEY_SEQUENCE = re.compile(r"\x1b(?:O.|\[[0-9;]*[A-HPQSZu~]|\[\[.|[^\[O])")

ESCAPE_SECONDS = 0.025
"""Time to wait after Esc for the rest of a sequence."""

MESSAGE_SECONDS = 4.0
"""Time for which a message is shown."""

LOOK_SECONDS = 1.0
"""Time between two checks for a running call."""

SILENT_SECONDS = 5.0
"""Silence after which the call is taken for gone: its clock must not seem to run."""

ENTER, LEAVE_SCREEN = "\x1b[?1049h\x1b[?25l\x1b[?7l", "\x1b[?7h\x1b[?25h\x1b[?1049l"


def show_strip(
    folders: Sequence[str], call: str = "", keys: StripKeys | None = None, look: TerminalProfile | None = None
) -> None:
    """Show the strip until a key closes it or the terminal is gone."""
    with contextlib.suppress(BrokenPipeError), _terminal() as woken:
        _Strip(folders, call, keys or strip_keys(), look or look_of()).run(woken)


class _Strip:
    def __init__(self, folders: Sequence[str], call: str, keys: StripKeys, look: TerminalProfile) -> None:
        self._keys = keys
        self._folders = folders
        self._call = call
        self._line: socket.socket | None = None
        self._rest = b""
        self._seen: Answer | None = None
        self._received_at = 0.0
        self._message = ""
        self._message_at = 0.0
        self._drawn = ""
        self._look = look
        self._parser = KeyParser(ESCAPE_SECONDS)
        self._decode = Decoder().decode

    def run(self, woken: socket.socket) -> None:
        while True:
            self._connect()
            self._draw()
            watched = [sys.stdin.fileno(), woken, *([self._line] if self._line else [])]
            ends_at = self._parser.deadline
            left = LOOK_SECONDS if ends_at is None else max(ends_at - time.monotonic(), 0.0)
            ready, _, _ = select.select(watched, [], [], min(left, LOOK_SECONDS))
            if woken in ready:
                woken.recv(4096)
                self._drawn = ""
            if self._line in ready:
                self._receive()
            if not all(map(self._press, self._pressed(sys.stdin.fileno() in ready))):
                return

    def _pressed(self, ready: bool) -> Iterator[str]:
        """Yield the keys pressed since; an empty string means that the terminal has closed."""
        if not ready:
            yield from _keys(self._parser.tick(time.monotonic()))
            return
        try:
            data = os.read(sys.stdin.fileno(), 64)
        except OSError:
            data = b""
        if not data:
            yield ""
        yield from _keys(self._parser.feed(self._decode(data), time.monotonic()))

    def _connect(self) -> None:
        if self._line is not None and time.monotonic() - self._received_at > SILENT_SECONDS:
            self._hang_up()
        if self._line is None:
            try:
                self._line = connected(self._folders, self._call)
                send(self._line, {"do": FOLLOW})
                self._received_at = time.monotonic()
            except NoCall:
                self._hang_up()

    def _receive(self) -> None:
        if self._line is None:
            return
        try:
            answers, self._rest = answers_of(self._line, self._rest)
        except NoCall:
            self._hang_up()
            return
        self._received_at = time.monotonic()
        self._seen = answers[-1] if answers else self._seen

    def _hang_up(self) -> None:
        if self._line is not None:
            self._line.close()
        self._line, self._seen, self._rest = None, None, b""

    def _press(self, key: str) -> bool:
        """Send the order of a key. Returns whether the strip stays open."""
        if key in self._keys.leaves or key in ENDS:
            return False
        self._message = ""
        if key in self._keys.orders:
            name, words = self._keys.orders[key]
            try:
                answer = ask(self._folders, {"do": name, "of": words}, self._call)
            except NoCall as problem:
                self._say(str(problem))
            else:
                self._say("" if answer.get("done") else one_line(str(answer.get("why", ""))))
        else:
            self._say(self._keys.help)
        return True

    def _say(self, message: str) -> None:
        self._message, self._message_at = message, time.monotonic()

    def _draw(self) -> None:
        if self._message and time.monotonic() - self._message_at > MESSAGE_SECONDS:
            self._message = ""
        size = _size()
        drawn = written(
            draw(self._seen, self._message, size.columns, size.lines),
            self._look.colors is not ColorDepth.NONE,
            self._look.ascii,
        )
        if drawn != self._drawn:
            self._drawn = drawn
            sys.stdout.write(drawn)
            sys.stdout.flush()


def _keys(tokens: Iterable[Token]) -> Iterator[str]:
    """Yield the characters typed, and `SEQUENCE` for each other key; reports of the terminal are ignored."""
    for token in tokens:
        if isinstance(token, Text):
            yield from token.text
        elif isinstance(token, Escape | Alt) or (
            isinstance(token, ControlSequence) and _KEY_SEQUENCE.fullmatch(token.text)
        ):
            yield SEQUENCE


def _size() -> os.terminal_size:
    """Return the size of the terminal, never that of COLUMNS and LINES, which do not follow a resize."""
    try:
        return os.get_terminal_size(sys.stdout.fileno())
    except OSError:
        return os.terminal_size((80, 3))


@contextlib.contextmanager
def _terminal() -> Iterator[socket.socket]:
    """Read single keys, use the alternate screen, and yield a socket that is readable after a resize."""
    descriptor = sys.stdin.fileno()
    before = termios.tcgetattr(descriptor)
    woken, waking = socket.socketpair()
    waking.setblocking(False)
    wakeup = signal.set_wakeup_fd(waking.fileno(), warn_on_full_buffer=False)
    handlers = {number: signal.getsignal(number) for number in (signal.SIGWINCH, signal.SIGTERM, signal.SIGHUP)}
    signal.signal(signal.SIGWINCH, lambda *_: None)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _leave)
    try:
        tty.setcbreak(descriptor)
        sys.stdout.write(ENTER)
        yield woken
    finally:
        signal.set_wakeup_fd(wakeup)
        for number, handler in handlers.items():
            signal.signal(number, handler)
        with contextlib.suppress(OSError, termios.error):
            sys.stdout.write(LEAVE_SCREEN)
            sys.stdout.flush()
            termios.tcsetattr(descriptor, termios.TCSADRAIN, before)
        woken.close()
        waking.close()


def _leave(number: int, _: object) -> None:
    raise SystemExit(128 + number)
