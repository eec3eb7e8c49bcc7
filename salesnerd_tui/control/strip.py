"""The keys of the strip: those of a call, as far as a terminal sends them as one character.

They are written out here, because a strip that had to load the program's tables for them would come up twice as late;
a test keeps them and the tables the same. Somebody with keys of their own waits for the tables.

The call in three lines: what each line holds for a width and a height, and how it is written to a terminal.

The question comes first and whole, then the tap, then the answers. No Textual: a strip has nothing to lay out, and a
quake terminal wants it at once. Colours are the terminal's own sixteen, so that it fits whatever theme is there.

The strip at work in its terminal: a line to the call, keys that are sent to it, and the rows drawn anew.

It uses the alternate screen, so that nothing of a call is left in the scrollback, and gives the terminal back however
it ends.
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
from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len, chop_cells

from salesnerd_tui.control.client import Answer, NoCall, answers_of, ask, connected, send
from salesnerd_tui.control.protocol import FOLLOW
from salesnerd_tui.control.status_line import clock, floor, share, tap, trouble
from salesnerd_tui.terminal.ascii import spelled
from salesnerd_tui.terminal.key_parser import Alt, ControlSequence, Decoder, Escape, KeyParser, Text, Token
from salesnerd_tui.terminal.profile import ColorDepth, TerminalProfile, look_of
from salesnerd_tui.text import clean, one_line

if TYPE_CHECKING:
    from salesnerd_tui.tui.keys.keymap import Table


ORDERS: Mapping[str, str] = {
    "next": "next",
    "back": "back",
    "skip": "skip",
    "mark": "mark",
    "talk": "talk",
    "accept": "yes",
    "wave": "wave",
    "undo": "undo",
    "panic": "panic",
}
"""What is sent for each command of a call."""

TOLD: Mapping[str, str] = {"mark": "mark", "accept": "yes", "wave": "wave away", "panic": "hide"}
"""Words where the verb is not enough."""

PICKS: Mapping[str, tuple[str, str]] = {str(number): ("pick", str(number)) for number in range(1, 10)}
ENDS = frozenset({"\x03", "\x04", ""})
"""Leave whatever the keys are: ctrl+c, ctrl+d, and the end of the terminal."""


class StripKeys(NamedTuple):
    """`orders` are sent, `leaves` end the strip, `helps` shows `told`."""

    orders: Mapping[str, tuple[str, str]]
    leaves: frozenset[str]
    helps: frozenset[str]
    told: str


AS_IT_COMES = StripKeys(
    {
        "n": ("next", ""),
        "b": ("back", ""),
        "s": ("skip", ""),
        "m": ("mark", ""),
        " ": ("talk", ""),
        "o": ("yes", ""),
        "w": ("wave", ""),
        "u": ("undo", ""),
        "x": ("panic", ""),
        **PICKS,
    },
    frozenset({"q"}),
    frozenset({"?"}),
    "n next  b back  s skip  1-9 answer  m mark  space talk  o yes  w wave away  u undo  x hide  q leaves",
)


def strip_keys(table: Table) -> StripKeys:
    """From the keys of a call."""
    from salesnerd_tui.tui.keys.names import character_of, shown_key

    keys = {each.id: [key for key in each.keys if character_of(key)] for each in table.commands}
    orders = {character_of(key): (verb, "") for id, verb in ORDERS.items() for key in keys.get(id, ())}
    told = [f"{shown_key(keys[id][0])} {TOLD.get(id, verb)}" for id, verb in ORDERS.items() if keys.get(id)]
    told.insert(min(3, len(told)), "1-9 answer")
    leaves = frozenset(character_of(key) for key in keys["leave"]) or frozenset({"q"})
    ends = shown_key(keys["leave"][0]) if keys["leave"] else "q"
    helps = frozenset(character_of(key) for key in keys["help"])
    return StripKeys({**orders, **PICKS}, leaves, helps, "  ".join([*told, f"{ends} leaves"]))


Row = list[tuple[str, str]]
"""Texts with the name of their style."""

STYLES: Mapping[str, str] = {
    "question": "1",
    "muted": "2",
    "number": "1;36",
    "tap": "1;7;33",
    "bad": "1;7;31",
    "warning": "33",
    "clock": "1",
}
COLOURLESS: Mapping[str, str] = {"question": "1", "clock": "1", "number": "1", "tap": "1;7", "bad": "1;7"}
"""For NO_COLOR: bold and reverse are no colours."""

NO_CALL = "no call is running: salesnerd live takes one"
WIDE = 60


def draw(seen: Answer | None, said: str, width: int, height: int) -> list[Row]:
    """At most `height` rows of at most `width` cells. `said`, why a key could not act, stands in for the answers."""
    if height <= 0 or width <= 0:
        return []
    if seen is None:
        return [_cut([(f" {NO_CALL}", "muted")], width)]
    if seen.get("hidden"):
        return [_cut([(f" {clock(seen)}", "clock")], width)]
    middle = _middle(seen)
    asking = _asking(seen, width, max(height - bool(middle), 1))
    rows = asking if len(asking) == height and not middle else [*asking, middle]
    left = [[(f" {said}", "warning")]] if said else _answers(seen, width)
    return [_cut(row, width) for row in (*rows, *left)][:height]


def written(rows: Sequence[Row], colours: bool, ascii: bool = False) -> str:
    """The rows for a terminal, from its first line on, with nothing left of what stood there; its signs in `ascii`."""
    styles = STYLES if colours else COLOURLESS
    spelling = spelled if ascii else str
    lines = ["".join(_styled(spelling(text), styles.get(style, "")) for text, style in row) for row in rows]
    return "\x1b[H" + "\r\n".join(f"{line}\x1b[K" for line in lines) + "\x1b[J"


def _styled(text: str, sgr: str) -> str:
    text = clean(text).replace("\n", " ").replace("\t", " ")
    return f"\x1b[{sgr}m{text}\x1b[m" if sgr and text else text


def _middle(seen: Answer) -> Row:
    """The tap with its reason, else what is not well; empty when all is well."""
    told, bad = trouble(seen)
    if bad:
        return [("   ", ""), (f" {told} ", "bad")]
    words, because = tap(seen)
    if words:
        return [("   ", ""), (f" {words} ", "tap"), (f"  {because}", "")]
    offer = seen.get("offer")
    if isinstance(offer, str) and offer:
        return [(f"   {one_line(offer)}", "number")]
    return [(f"   {told}", "warning")] if told else []


def _asking(seen: Answer, width: int, most: int) -> list[Row]:
    """Clock, share and question: as much before the question as leaves it whole in the fewest rows."""
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


def _answers(seen: Answer, width: int) -> list[Row]:
    """The answers with their numbers, side by side, on as many rows as they need."""
    rows: list[Row] = []
    used = width
    choices = seen.get("choices")
    for number, label in enumerate(choices if isinstance(choices, list) else [], 1):
        text = one_line(str(label))
        cells = cell_len(text) + 4
        if used + cells > width:
            rows.append([(" ", "")])
            used = 1
        rows[-1] += [(f"{number} ", "number"), (f"{text}  ", "")]
        used += cells
    return rows


def _wrapped(text: str, first: int, other: int) -> list[str]:
    """`text` in a first row of so many cells and others of another width; a word longer than a row is broken."""
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
    """The row in at most `width` cells, ending in … where something is left out."""
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
"""Stands for every key that is sent as more than a character."""

_KEY_SEQUENCE = re.compile(r"\x1b(?:O.|\[[0-9;]*[A-HPQSZu~]|\[\[.|[^\[O])")

ESCAPE_SECONDS = 0.025
"""Wait after Esc for the rest of a sequence."""

SAID_SECONDS = 4.0
"""How long a refusal stands in the strip."""

LOOK_SECONDS = 1.0
"""How often it is looked whether a call has begun."""

SILENT_SECONDS = 5.0
"""A call says something every second; after so long without, its clock must not look as if it ran."""

ENTER, LEAVE_SCREEN = "\x1b[?1049h\x1b[?25l\x1b[?7l", "\x1b[?7h\x1b[?25h\x1b[?1049l"


def show_strip(
    folders: Sequence[str], call: str = "", keys: StripKeys = AS_IT_COMES, look: TerminalProfile | None = None
) -> None:
    """Until the key that leaves, or until the terminal is gone."""
    with contextlib.suppress(BrokenPipeError), _terminal() as woken:
        _Strip(folders, call, keys, look or look_of()).run(woken)


class _Strip:
    def __init__(self, folders: Sequence[str], call: str, keys: StripKeys, look: TerminalProfile) -> None:
        self._keys = keys
        self._folders = folders
        self._call = call
        self._line: socket.socket | None = None
        self._rest = b""
        self._seen: Answer | None = None
        self._heard_at = 0.0
        self._said = ""
        self._said_at = 0.0
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
                self._hear()
            if not all(map(self._press, self._pressed(sys.stdin.fileno() in ready))):
                return

    def _pressed(self, ready: bool) -> Iterator[str]:
        """Yield the keys pressed since; the end of the terminal means leaving."""
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
        if self._line is not None and time.monotonic() - self._heard_at > SILENT_SECONDS:
            self._hang_up()
        if self._line is None:
            try:
                self._line = connected(self._folders, self._call)
                send(self._line, {"do": FOLLOW})
                self._heard_at = time.monotonic()
            except NoCall:
                self._hang_up()

    def _hear(self) -> None:
        if self._line is None:
            return
        try:
            whole, self._rest = answers_of(self._line, self._rest)
        except NoCall:
            self._hang_up()
            return
        self._heard_at = time.monotonic()
        self._seen = whole[-1] if whole else self._seen

    def _hang_up(self) -> None:
        if self._line is not None:
            self._line.close()
        self._line, self._seen, self._rest = None, None, b""

    def _press(self, key: str) -> bool:
        """Send what the key means; whether the strip goes on."""
        if key in self._keys.leaves or key in ENDS:
            return False
        self._said = ""
        if key in self._keys.orders:
            verb, of = self._keys.orders[key]
            try:
                answer = ask(self._folders, {"do": verb, "of": of}, self._call)
            except NoCall as problem:
                self._say(str(problem))
            else:
                self._say("" if answer.get("done") else one_line(str(answer.get("why", ""))))
        elif key == SEQUENCE or key in self._keys.helps:
            self._say(self._keys.told)
        return True

    def _say(self, words: str) -> None:
        self._said, self._said_at = words, time.monotonic()

    def _draw(self) -> None:
        if self._said and time.monotonic() - self._said_at > SAID_SECONDS:
            self._said = ""
        size = _size()
        drawn = written(
            draw(self._seen, self._said, size.columns, size.lines),
            self._look.colours is not ColorDepth.NONE,
            self._look.ascii,
        )
        if drawn != self._drawn:
            self._drawn = drawn
            sys.stdout.write(drawn)
            sys.stdout.flush()


def _keys(tokens: Iterable[Token]) -> Iterator[str]:
    """Yield the characters typed, and `SEQUENCE` for each other key. What the terminal itself reports is nothing."""
    for token in tokens:
        if isinstance(token, Text):
            yield from token.text
        elif isinstance(token, Escape | Alt) or (
            isinstance(token, ControlSequence) and _KEY_SEQUENCE.fullmatch(token.text)
        ):
            yield SEQUENCE


def _size() -> os.terminal_size:
    """Return the size of the terminal; an exported COLUMNS or LINES would never follow a resize."""
    try:
        return os.get_terminal_size(sys.stdout.fileno())
    except OSError:
        return os.terminal_size((80, 3))


@contextlib.contextmanager
def _terminal() -> Iterator[socket.socket]:
    """Keys one by one, the alternate screen, and a socket that is readable after a change of size."""
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
