"""Measure cost and delay of listening: both sides in real time, with partials, through a private sound server.

Processor time is that of the child process with its two recorders, in percent of one core. The delay of a word counts
from the end of the speech in the recording, so it includes the delay of the server.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.measure import SALESNERD, median, percentile
from bench.table import Row, Unmeasured, limit_row, ratio_row
from salesnerd_tui.call.events import FloorTaken, Heard, Side, Tapped
from salesnerd_tui.coach.engine import Coach
from salesnerd_tui.playbook.library import Library
from salesnerd_tui.speech.microphone.models import FOLDER_VARIABLE, voice_folder
from terminal import NeverShown, Terminal
from terminal.usage import usage_of
from voicing.calls import DRIFT, Event, MicrophoneCall, first_tap, play, skip_reason, use_server
from voicing.dialogue import CALL, ME, THEM, SpokenTurn, speak, word_errors
from voicing.sound_server import SoundServer

MAX_PERCENT = 12.0
FINAL_SECONDS = 1.2
TAP_SECONDS = 2.0
GROWTH = 1.1
TIMES_WITHOUT = 1.5
EARLY_SECONDS = 0.15
"""Seconds by which a final may precede the last loud sample of its speech and still count for it."""

MARK = "mic: you words · them words"
KEYS = ("a", "b", "c", "backspace", "backspace", "backspace")
PLAYBOOK = "first_call"
NOTE_ROW = -2
"""Row of the note line at 120x40."""


@dataclass(frozen=True, slots=True)
class Pass:
    """The dialogue, played once. Times are seconds on the call's clock."""

    start: float
    seconds: float
    cpu: float
    megabytes: float
    events: Sequence[Event]


def rows(folder: Path, quick: bool) -> Iterator[Row | Unmeasured]:
    if skip_reason():
        yield Unmeasured("listening to both sides", skip_reason())
        return
    files, spoken = speak(CALL, folder)
    with SoundServer() as server:
        with use_server(server):
            passes = record_passes(server, files, 1 if quick else 4)
        yield from figures(passes, spoken)
        try:
            yield from key_rows(server, files, folder, 60 if quick else 200)
        except NeverShown as problem:
            yield Unmeasured("a key while listening to both sides", str(problem).splitlines()[0])


def record_passes(server: SoundServer, files: Mapping[Side, Path], times: int) -> list[Pass]:
    """Play the dialogue repeatedly into one listener."""
    call = MicrophoneCall()
    call.listening.start()
    try:
        call.wait_for_status(MARK)
        (child,) = server.users("speech.microphone.child")
        return [_record_pass(server, files, call, child) for _ in range(times)]
    finally:
        call.listening.stop()


def _record_pass(server: SoundServer, files: Mapping[Side, Path], call: MicrophoneCall, child: int) -> Pass:
    first, used, start = len(call.events), usage_of(child), call.clock()
    play(server, files)
    time.sleep(FINAL_SECONDS)
    now = usage_of(child)
    return Pass(
        start, call.clock() - start, now.cpu_seconds - used.cpu_seconds, now.resident_megabytes, call.events[first:]
    )


def figures(passes: Sequence[Pass], spoken: Sequence[SpokenTurn]) -> Iterator[Row]:
    seconds = sum(each.seconds for each in passes)
    cpu = sum(each.cpu for each in passes)
    comparison = f"{cpu:.1f} CPU s in {seconds:.0f} s"
    yield limit_row(
        "listening to both sides with partials, of one core", 100 * cpu / seconds, MAX_PERCENT, "%", comparison
    )
    first, last = passes[0].megabytes, passes[-1].megabytes
    yield ratio_row(f"memory of the listener, pass {len(passes)} against the first", last, first, GROWTH, "MB", "first")
    delays = [seconds for each in passes for seconds in delay_seconds(each, spoken)]
    comparison = f"p50 {median(delays):.2f} s, slowest {max(delays):.2f} s of {len(delays)}"
    yield limit_row("final text after the end of speech, p90", percentile(delays, 0.9), FINAL_SECONDS, "s", comparison)
    for side in (ME, THEM):
        spoken_text = " ".join(each.turn.text for _ in passes for each in spoken if each.turn.side is side)
        words = [event.text or "" for one in passes for event in finals(one) if event.side is side]
        wrong, count = word_errors(spoken_text, " ".join(words))
        yield limit_row(f"wrong words of {side}", 100 * wrong / count, 10.0, "%", f"{wrong} of {count}")
    yield from tap_rows(passes[0], spoken)


def finals(one: Pass) -> list[Heard]:
    return [event for event in one.events if isinstance(event, Heard) and event.final]


def delay_seconds(one: Pass, spoken: Sequence[SpokenTurn]) -> Iterator[float]:
    """Return for each turn the seconds from its last sound until its last words were recognized."""
    for each in spoken:
        end = one.start + each.end
        delays = [event.at - end for event in finals(one) if event.side is each.turn.side]
        own = [seconds for seconds in delays if seconds > -EARLY_SECONDS]
        if own:
            yield max(min(own), 0.0)


def tap_rows(one: Pass, spoken: Sequence[SpokenTurn]) -> Iterator[Row]:
    playbook = Library().load(PLAYBOOK).playbook
    assert playbook is not None
    due, coach = first_tap(spoken, playbook.coach), Coach(playbook.coach)
    heard = (event for event in one.events if isinstance(event, Heard | FloorTaken))
    coach_events = (coach_event for event in heard for coach_event in coach.hear(event))
    taps = [event.at for event in coach_events if isinstance(event, Tapped) and event.kind in DRIFT]
    if due is not None and taps:
        delay = taps[0] - one.start - due
        comparison = f"a coach that hears each word at once: {due:.1f} s into the talk"
        yield limit_row("the tap, after the words that caused it", max(delay, 0.0), TAP_SECONDS, "s", comparison)


def key_rows(server: SoundServer, files: Mapping[Side, Path], folder: Path, times: int) -> Iterator[Row]:
    """Measure typing a note while both sides talk, and in silence."""
    without_mic = typed(server, folder / "silent", (), times)
    playing = [server.play(side, file) for side, file in files.items()]
    with_mic = typed(server, folder / "listening", ("--listen", "mic", "--transcribe", "me"), times)
    for player in playing:
        player.kill()
    for name, share in (("p50", 0.5), ("p99", 0.99)):
        with_ms, without_ms = percentile(with_mic, share) * 1e3, percentile(without_mic, share) * 1e3
        row_name = f"key to changed screen while listening, {name}"
        yield ratio_row(row_name, with_ms, without_ms, TIMES_WITHOUT, "ms", "not listening")


def typed(server: SoundServer, data: Path, words: Sequence[str], times: int) -> list[float]:
    """Return the seconds from each letter until it is shown."""
    command = [SALESNERD, "live", PLAYBOOK, "--data", str(data), *words]
    environment = {**server.environment, FOLDER_VARIABLE: str(voice_folder())}
    pause, taken = random.Random(times), list[float]()
    with Terminal(command, columns=120, rows=40, environment=environment) as terminal:
        terminal.wait_for("mic: you words" if words else "Thanks for making the time")
        terminal.press("enter")
        terminal.settle(0.5, seconds=2.0)
        for number in range(times):
            terminal.settle(0.01 + pause.random() * 0.04, seconds=0.3)
            start = time.perf_counter()
            taken.append(_until_seen(terminal, KEYS[number % len(KEYS)]) - start)
    return taken


def _until_seen(terminal: Terminal, key: str) -> float:
    before = terminal.rows[NOTE_ROW]
    terminal.press(key)
    return terminal.wait_until(lambda: terminal.rows[NOTE_ROW] != before, "a letter")
