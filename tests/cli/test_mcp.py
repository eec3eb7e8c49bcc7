"""`salesnerd mcp`: off until it is enabled, and the protocol over standard input and output without any network."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from salesnerd_tui import cli
from salesnerd_tui.cli import mcp
from salesnerd_tui.services.mcp_tools import TOOLS

WITHOUT_NETWORK = """
import socket, sys

def watch(event, arguments):
    if event in ("socket.connect", "socket.bind", "socket.getaddrinfo", "socket.sendto"):
        raise SystemExit(f"network: {event}")
    if event == "socket.__new__" and arguments[1] in (socket.AF_INET, socket.AF_INET6):
        raise SystemExit("network: a socket was made")

sys.addaudithook(watch)
from salesnerd_tui.cli import main
sys.exit(main(sys.argv[1:]))
"""
needs_mcp = pytest.mark.skipif(find_spec("mcp") is None, reason="the mcp package is not installed (make agent)")


def test_it_is_off_until_it_is_enabled(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert mcp.main(["--data", str(tmp_path)]) == 1
    assert "salesnerd settings --mcp on" in capsys.readouterr().err


def test_a_missing_package_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["settings", "--mcp", "on", "--data", str(tmp_path)]) == 0
    monkeypatch.setattr(mcp, "find_spec", lambda _: None)
    assert mcp.main(["--data", str(tmp_path)]) == 1
    assert "pip install 'salesnerd-tui[agent]'" in capsys.readouterr().err


def exchange(data: Path, *requests: tuple[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """Send requests to the program, which may not use the network, and return the results in their order."""
    child = subprocess.Popen(
        [sys.executable, "-c", WITHOUT_NETWORK, "mcp", "--data", str(data)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert child.stdin is not None
    assert child.stdout is not None
    hello = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
    results = []
    with child:
        for number, (method, parameters) in enumerate((("initialize", hello), *requests)):
            request = {"jsonrpc": "2.0", "id": number, "method": method, "params": parameters}
            child.stdin.write(json.dumps(request) + "\n")
            if not number:
                child.stdin.write('{"jsonrpc": "2.0", "method": "notifications/initialized"}\n')
            child.stdin.flush()
            answer = json.loads(child.stdout.readline())
            assert answer["id"] == number
            results.append(answer["result"])
        child.stdin.close()
    assert child.returncode == 0
    return results[1:]


@needs_mcp
def test_an_agent_lists_and_calls_tools_without_a_network(tmp_path: Path) -> None:
    assert cli.main(["settings", "--mcp", "on", "--data", str(tmp_path)]) == 0
    listed, calls, refused = exchange(
        tmp_path,
        ("tools/list", {}),
        ("tools/call", {"name": "list_calls", "arguments": {}}),
        ("tools/call", {"name": "read_call", "arguments": {"id": "nope"}}),
    )
    assert [tool["name"] for tool in listed["tools"]] == [tool.name for tool in TOOLS]
    assert json.loads(calls["content"][0]["text"]) == []
    assert (refused["isError"], refused["content"][0]["text"]) == (True, "no call with id 'nope' (see list_calls)")
