"""Minimal editor for a language server: JSON-RPC over its standard input and output."""

from __future__ import annotations

import json
import queue
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

VERSION = "1.25.0"
"""Version of the language server for which the journey was written; later ones should work."""

INSTALL_SECONDS, ANSWER_SECONDS = 180, 30
CURSOR = "‸"
_FOLDER = Path(sys.prefix) / "yaml-language-server"
_SERVER = _FOLDER / "node_modules" / "yaml-language-server" / "bin" / "yaml-language-server"
_SETTINGS = {"yaml": {"validate": True, "hover": True, "completion": True, "schemaStore": {"enable": False}}}
_CAPABILITIES = {
    "textDocument": {
        "completion": {"completionItem": {"documentationFormat": ["markdown"]}},
        "hover": {"contentFormat": ["markdown"]},
        "publishDiagnostics": {},
    }
}


def missing_server_reason() -> str:
    """Return why the language server is not available; empty if it is. Installs it once, next to the environment."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        return "the YAML language server needs node and npm"
    if _SERVER.is_file():
        return ""
    package = f"yaml-language-server@{VERSION}"
    words = [npm, "install", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error", package]
    # Installed elsewhere and renamed when complete, because several test processes may install at once.
    with tempfile.TemporaryDirectory(dir=sys.prefix, prefix="yaml-language-server-") as temporary:
        folder = Path(temporary) / "complete"
        folder.mkdir()
        (folder / "package.json").write_text('{"private": true}')
        try:
            done = subprocess.run(words, cwd=folder, capture_output=True, text=True, timeout=INSTALL_SECONDS)
        except subprocess.TimeoutExpired:
            return "npm did not install the YAML language server in time"
        if done.returncode:
            return f"npm cannot install the YAML language server: {done.stderr.strip()[:200]}"
        with suppress(OSError):  # another test process was faster
            folder.rename(_FOLDER)
    return "" if _SERVER.is_file() else f"the YAML language server is not in {_FOLDER} (delete that folder)"


@contextmanager
def editor(folder: Path) -> Iterator[Editor]:
    """Start a server for `folder`."""
    words = [str(shutil.which("node")), str(_SERVER), "--stdio"]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as server:
        try:
            yield Editor(server, folder)
        finally:
            server.kill()


class Editor:
    """Editor connected to a server, after the handshake."""

    def __init__(self, server: subprocess.Popen[bytes], folder: Path) -> None:
        self._server = server
        self._number = 0
        self._messages: queue.Queue[dict[str, Any]] = queue.Queue()
        self._diagnostics: dict[str, list[dict[str, Any]]] = {}
        threading.Thread(target=self._listen, daemon=True).start()
        self._request("initialize", {"processId": None, "rootUri": folder.as_uri(), "capabilities": _CAPABILITIES})
        self._notify("initialized", {})
        self._notify("workspace/didChangeConfiguration", {"settings": _SETTINGS})

    def completions(self, path: Path, text: str) -> dict[str, str]:
        """Return the completions at the cursor mark in `text`, each with its documentation."""
        result = self._request_at_cursor("completion", path, text)
        items = result["items"] if isinstance(result, dict) else result
        return {item["label"]: _text_of(item.get("documentation", "")) for item in items}

    def hover(self, path: Path, text: str) -> str:
        """Return the text of the hover at the cursor mark in `text`."""
        result = self._request_at_cursor("hover", path, text)
        return _text_of(result["contents"]) if result else ""

    def diagnostics(self, path: Path, text: str) -> list[tuple[int, str]]:
        """Return line (from 1) and message of every diagnostic in `text`."""
        uri = self._open(path, text)
        while uri not in self._diagnostics:
            self._receive()
        return [
            (diagnostic["range"]["start"]["line"] + 1, diagnostic["message"]) for diagnostic in self._diagnostics[uri]
        ]

    def _request_at_cursor(self, feature: str, path: Path, text: str) -> Any:
        before, _, after = text.partition(CURSOR)
        uri = self._open(path, before + after)
        line, column = before.count("\n"), len(before) - before.rfind("\n") - 1
        position = {"line": line, "character": column}
        return self._request(f"textDocument/{feature}", {"textDocument": {"uri": uri}, "position": position})

    def _open(self, path: Path, text: str) -> str:
        self._number += 1
        uri = path.with_name(f"{path.stem}_{self._number}.yaml").as_uri()
        document = {"uri": uri, "languageId": "yaml", "version": 1, "text": text}
        self._notify("textDocument/didOpen", {"textDocument": document})
        return uri

    def _request(self, method: str, params: Mapping[str, Any]) -> Any:
        self._number += 1
        number = self._number
        self._send({"id": number, "method": method, "params": params})
        while True:
            message = self._receive()
            if message.get("id") == number and "method" not in message:
                assert "error" not in message, message
                return message["result"]

    def _notify(self, method: str, params: Mapping[str, Any]) -> None:
        self._send({"method": method, "params": params})

    def _send(self, message: Mapping[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self._server.stdin
        self._server.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self._server.stdin.flush()

    def _receive(self) -> dict[str, Any]:
        message = self._messages.get(timeout=ANSWER_SECONDS)
        if message.get("method") == "textDocument/publishDiagnostics":
            self._diagnostics[message["params"]["uri"]] = message["params"]["diagnostics"]
        elif "method" in message and "id" in message:
            self._send({"id": message["id"], "result": None})
        return message

    def _listen(self) -> None:
        out = self._server.stdout
        assert out
        while head := out.readline():
            length = int(head.split(b":")[1]) if head.lower().startswith(b"content-length") else 0
            while out.readline().strip():
                pass
            message = out.read(length)
            if len(message) < length or not message:
                return  # the server ended in the middle
            self._messages.put(json.loads(message))


def _text_of(contents: Any) -> str:
    return str(contents["value"]) if isinstance(contents, dict) else str(contents)
