"""A call in which all speech, notes, pastes and names are hostile: no control byte of them reaches the terminal."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from hostile import HOSTILE, TYPICAL, UNDECODABLE, find_smuggled
from journeys.live import SALESNERD, salesnerd, stored_call
from thoroughness import some

pytestmark = pytest.mark.journey

SHORT = {name: text for name, text in TYPICAL.items() if len(text) < 2_000}
PLAYBOOK = {
    "playbook": "Title [/] \x1b]0;owned\x07 [@click=app.quit]x[/]",
    "goal": HOSTILE["right to left override"],
    "agenda": [
        {"section": HOSTILE["unclosed tag"]},
        {
            "ask": "Begin [/b] [@click=app.quit]here[/] \x1b[2J now?",
            "id": "begin",
            "listen_for": list(SHORT.values())[:5],
            "answers": {"[/] yes": "And \u202ethen?", "no \x9b2J": "Why [$primary]?"},
        },
        {"ask": "Second [/] question?", "id": "second"},
    ],
    "outcomes": {
        "go_on": {"decision": "go", "say": "[/]"},
        "stop": {"decision": "no-go", "say": "[b"},
        "wait": {"decision": "not-yet", "capture": ["date"], "say": "\x1b[2J"},
    },
}


def test_a_call_among_hostile_texts(tmp_path: Path) -> None:
    playbook = tmp_path / "hostile.yaml"
    playbook.write_text(json.dumps(PLAYBOOK))
    said = tmp_path / "said.jsonl"
    said.write_text(
        "\n".join(
            json.dumps({"start": float(at), "end": at + 0.9, "speaker": "Ana" if at % 3 else name, "text": text})
            for at, (name, text) in enumerate(TYPICAL.items(), 1)
        )
    )
    data = tmp_path / "data"
    words = ["live", str(playbook), "--account", HOSTILE["window title"], "--with", HOSTILE["closing tag of nothing"]]
    with salesnerd(*words, "--listen", str(said), "--me", "Ana", "--speed", "20", data=data) as terminal:
        terminal.wait_for("Begin [/b]")
        for text in SHORT.values():
            terminal.press("enter")
            terminal.paste(text)
            terminal.press("enter")
            terminal.settle(0.03, seconds=0.3)
        terminal.type("\rand still here\r", until=re.compile("✓.*and still here"))
        terminal.press("1", "j")
        terminal.settle(0.3)
        terminal.press("escape")
        terminal.settle(0.5)
        assert not terminal.at_end, terminal.text
        assert find_smuggled(terminal.raw) == []
        terminal.press("q", "q")
        terminal.wait_exit()
    kept = stored_call(data)
    for show in (["show", kept.id], ["list"], ["export", kept.id, "--format", "markdown"], ["search", "alert"]):
        done = subprocess.run([SALESNERD, "calls", *show, "--data", str(data)], capture_output=True, timeout=60)
        assert b"Traceback" not in done.stderr
        assert find_smuggled(done.stdout + done.stderr) == [], show


@pytest.mark.parametrize("content", UNDECODABLE.values(), ids=UNDECODABLE.keys())
@pytest.mark.parametrize("ending", some(["vtt", "srt", "jsonl", "txt"], 4))
def test_a_transcript_of_arbitrary_bytes_does_not_crash(content: bytes, ending: str, tmp_path: Path) -> None:
    transcript = tmp_path / f"meeting.{ending}"
    transcript.write_bytes(content)
    done = subprocess.run([SALESNERD, "coach", str(transcript), "--me", "Ana"], capture_output=True, timeout=60)
    assert done.returncode in (0, 1, 2)
    assert b"Traceback" not in done.stderr
    assert find_smuggled(done.stdout + done.stderr) == []
