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
_ABLE = {
    "textDocument": {
        "completion": {"completionItem": {"documentationFormat": ["markdown"]}},
        "hover": {"contentFormat": ["markdown"]},
        "publishDiagnostics": {},
    }
}


def why_no_server() -> str:
    """Return why the language server is not available; empty if it is. Installs it once, next to the environment."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        return "the YAML language server needs node and npm"
    if _SERVER.is_file():
        return ""
    wanted = f"yaml-language-server@{VERSION}"
    words = [npm, "install", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error", wanted]
    # Installed aside and renamed when complete: test processes that install at once would spoil each other's folder.
    with tempfile.TemporaryDirectory(dir=sys.prefix, prefix="yaml-language-server-") as aside:
        folder = Path(aside) / "complete"
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
    """A running server for `folder`."""
    words = [str(shutil.which("node")), str(_SERVER), "--stdio"]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as server:
        try:
            yield Editor(server, folder)
        finally:
            server.kill()


class Editor:
    """Return `server` after the handshake."""

    def __init__(self, server: subprocess.Popen[bytes], folder: Path) -> None:
        self._server = server
        self._number = 0
        self._came: queue.Queue[dict[str, Any]] = queue.Queue()
        self._minded: dict[str, list[dict[str, Any]]] = {}
        threading.Thread(target=self._listen, daemon=True).start()
        self._asks("initialize", {"processId": None, "rootUri": folder.as_uri(), "capabilities": _ABLE})
        self._tells("initialized", {})
        self._tells("workspace/didChangeConfiguration", {"settings": _SETTINGS})

    def completes(self, path: Path, text: str) -> dict[str, str]:
        """Return the completions at the cursor mark in `text`, each with its documentation."""
        found = self._at("completion", path, text)
        items = found["items"] if isinstance(found, dict) else found
        return {item["label"]: _words(item.get("documentation", "")) for item in items}

    def explains(self, path: Path, text: str) -> str:
        """Return the text of the hover at the cursor mark in `text`."""
        found = self._at("hover", path, text)
        return _words(found["contents"]) if found else ""

    def minds(self, path: Path, text: str) -> list[tuple[int, str]]:
        """Return line (from 1) and message of every diagnostic in `text`."""
        uri = self._opens(path, text)
        while uri not in self._minded:
            self._takes()
        return [(one["range"]["start"]["line"] + 1, one["message"]) for one in self._minded[uri]]

    def _at(self, what: str, path: Path, text: str) -> Any:
        before, _, after = text.partition(CURSOR)
        uri = self._opens(path, before + after)
        line, column = before.count("\n"), len(before) - before.rfind("\n") - 1
        place = {"line": line, "character": column}
        return self._asks(f"textDocument/{what}", {"textDocument": {"uri": uri}, "position": place})

    def _opens(self, path: Path, text: str) -> str:
        self._number += 1
        uri = path.with_name(f"{path.stem}_{self._number}.yaml").as_uri()
        document = {"uri": uri, "languageId": "yaml", "version": 1, "text": text}
        self._tells("textDocument/didOpen", {"textDocument": document})
        return uri

    def _asks(self, method: str, params: Mapping[str, Any]) -> Any:
        self._number += 1
        number = self._number
        self._sends({"id": number, "method": method, "params": params})
        while True:
            message = self._takes()
            if message.get("id") == number and "method" not in message:
                assert "error" not in message, message
                return message["result"]

    def _tells(self, method: str, params: Mapping[str, Any]) -> None:
        self._sends({"method": method, "params": params})

    def _sends(self, message: Mapping[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self._server.stdin
        self._server.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self._server.stdin.flush()

    def _takes(self) -> dict[str, Any]:
        message = self._came.get(timeout=ANSWER_SECONDS)
        if message.get("method") == "textDocument/publishDiagnostics":
            self._minded[message["params"]["uri"]] = message["params"]["diagnostics"]
        elif "method" in message and "id" in message:
            self._sends({"id": message["id"], "result": None})
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
            self._came.put(json.loads(message))


def _words(contents: Any) -> str:
    return str(contents["value"]) if isinstance(contents, dict) else str(contents)
