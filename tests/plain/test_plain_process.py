"""Plain text mode as a process: with pipes, from a script, without the libraries of screens, ended by signals."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from salesnerd_tui.storage.call_store import CallStore

MEETING = Path(__file__).parent.parent / "journeys" / "meeting.vtt"
PROGRAM = "import sys\nfrom salesnerd_tui.cli import main\nsys.exit(main(sys.argv[1:]))"


def live(data: Path, *words: str, environment: Mapping[str, str] | None = None) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", PROGRAM, "live", "--plain", "--data", str(data), *words]
    return subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "XDG_RUNTIME_DIR": "", **(environment or {})},
    )


def printed(data: Path, script: str, *words: str, environment: Mapping[str, str] | None = None) -> list[str]:
    process = live(data, *words, environment=environment)
    out, err = process.communicate(script, timeout=60)
    assert process.returncode == 0, err
    assert err == ""
    return out.splitlines()


@pytest.mark.parametrize("named", ["the id", "its start", "last"])
def test_a_script_takes_a_call_and_another_goes_on_with_it(tmp_path: Path, named: str) -> None:
    first = printed(tmp_path, "n\n1\nnote third of October\n", "--account", "Acme")
    assert "Saved: third of October" in first
    resumed = re.fullmatch(r"Still open\. Resume with: salesnerd live --plain --resume (\S+)", first[-1])
    assert resumed is not None
    call = {"the id": resumed.group(1), "its start": resumed.group(1)[:13]}.get(named, named)
    second = printed(tmp_path, "end not_now revisit_on=3 March\n", "--resume", call)
    assert "Noted: third of October" in second
    assert second[-1] == f"Debrief: salesnerd calls show {resumed.group(1)}"
    (summary,) = CallStore(tmp_path).summaries()
    assert (summary.account, summary.decision) == ("Acme", "not-yet")


def test_a_call_that_is_not_there_is_not_resumed(tmp_path: Path) -> None:
    printed(tmp_path, "n\n")
    process = live(tmp_path, "--resume", "nothing")
    _, err = process.communicate("", timeout=60)
    assert err == "salesnerd live: no call id starts with 'nothing' (list ids with: salesnerd calls list)\n"
    assert process.returncode == 1


def test_what_is_heard_is_heard_to_its_end_after_the_last_line(tmp_path: Path) -> None:
    said = printed(tmp_path, "n\n", "--listen", str(MEETING), "--me", "Ana", "--speed", "100")
    assert "End of input. The call stays open until the audio ends." in said
    assert any(line.startswith("Tap: ") for line in said)


def test_nothing_of_a_screen_is_loaded(tmp_path: Path) -> None:
    program = (
        "import sys\nfrom salesnerd_tui.cli import main\nstatus = main(sys.argv[1:])\n"
        "sys.stderr.write(' '.join({name.split('.')[0] for name in sys.modules}))\nsys.exit(status)"
    )
    command = [sys.executable, "-c", program, "live", "--plain", "--data", str(tmp_path)]
    done = subprocess.run(
        command, input="n\nnote x\nend\nback\nhelp\ntime\n", capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert not set(done.stderr.split()) & {"textual", "rich"}


def test_only_printable_text_comes_out_where_the_encoding_is_poor(tmp_path: Path) -> None:
    poor = {"PYTHONIOENCODING": "ascii", "TERM": "dumb"}
    said = "\n".join(printed(tmp_path, "note \x1b[2J caf\u00e9\nx\n", "--account", "Zo\u00eb", environment=poor))
    assert said.isascii()
    assert "\x1b" not in said


@pytest.mark.parametrize(("number", "status"), [(signal.SIGTERM, 143), (signal.SIGINT, 0), (signal.SIGHUP, 129)])
def test_ended_from_outside_it_keeps_everything_and_says_how_to_go_on(
    tmp_path: Path, number: signal.Signals, status: int
) -> None:
    process = live(tmp_path)
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write("note before the end\n")
    process.stdin.flush()
    for line in process.stdout:
        if line.startswith("Saved: "):
            break
    process.send_signal(number)
    last = process.stdout.read().splitlines()[-1]
    assert process.wait(60) == status
    assert last.startswith("Still open. ")
    process.communicate()
    (summary,) = CallStore(tmp_path).summaries()
    assert summary.notes == 1


def test_a_reader_that_goes_away_ends_it_without_a_trace(tmp_path: Path) -> None:
    process = live(tmp_path)
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write("note somebody has read this\n")
    process.stdin.flush()
    while not process.stdout.readline().startswith("Saved: "):
        pass
    process.stdout.close()
    process.stdin.write("n\nn\n")
    process.stdin.close()
    assert process.wait(60) == 0
    assert process.stderr is not None
    assert process.stderr.read() == ""
    process.stderr.close()
    (summary,) = CallStore(tmp_path).summaries()
    assert summary.notes == 1


PLAYBOOK = """playbook: Mine
agenda:
  - ask: What happened?
    id: trigger
    answers: {Show us: {switch: other}}
outcomes:
  on: {decision: go}
"""
OTHER = "playbook: Other\nagenda:\n  - ask: What would you have to see?\n    id: proof\n"


def test_after_a_switch_only_the_other_playbook_is_watched(tmp_path: Path) -> None:
    mine, other = tmp_path / "mine.yaml", tmp_path / "other.yaml"
    mine.write_text(PLAYBOOK)
    other.write_text(OTHER)
    process = live(tmp_path / "data", "mine", environment={"SALESNERD_PLAYBOOKS": str(tmp_path)})
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write("1\nnext\n")
    process.stdin.flush()
    assert any("What would you have to see?" in line for line in process.stdout)
    mine.write_text(PLAYBOOK.replace("What happened?", "What went wrong?"))
    other.write_text(OTHER.replace("What would you have to see?", "Who else would have to see it?"))
    assert any("Playbook reloaded." in line for line in process.stdout)
    said, _ = process.communicate("again\n", timeout=60)
    assert "Who else would have to see it?" in said
    assert "What went wrong?" not in said


def test_a_mistake_in_how_it_is_called_is_one_line(tmp_path: Path) -> None:
    process = live(tmp_path, "no_such_playbook")
    _, err = process.communicate("", timeout=60)
    assert process.returncode == 1
    assert len(err.splitlines()) == 1


CRASHING = """
import sys, threading
from salesnerd_tui.call_session import CallSession
from salesnerd_tui.plain import loop
from salesnerd_tui.plain.call import PlainCall

def crash(*_):
    raise RuntimeError("a fault")

PlainCall.handle_line = crash
if "--hangs" in sys.argv:
    sys.argv.remove("--hangs")
    loop.CRASH_EXIT_SECONDS = 0.2
    CallSession.close = lambda self: threading.Event().wait()
from salesnerd_tui.cli import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.parametrize("hangs", [(), ("--hangs",)], ids=["a crash", "a crash, and a disk that hangs"])
def test_a_crash_is_one_line_and_ends_the_program_even_if_closing_hangs(tmp_path: Path, hangs: tuple[str, ...]) -> None:
    command = [sys.executable, "-c", CRASHING, "live", "--plain", "--data", str(tmp_path), *hangs]
    done = subprocess.run(command, input="note x\n", capture_output=True, text=True, timeout=60)
    assert done.returncode == 70
    log = tmp_path / "crash.log"
    assert done.stderr == (
        f"salesnerd has crashed. Your notes are saved. Details: {log}. Start it again to continue.\n"
    )
    assert "a fault" in log.read_text()
    assert "note x" not in log.read_text()
