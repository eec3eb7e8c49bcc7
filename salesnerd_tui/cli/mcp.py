"""`salesnerd mcp`: let the user's own agent read calls over standard input and output (Model Context Protocol)."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

from salesnerd_tui import __version__
from salesnerd_tui.cli.options import CommandParser, add_data_option, data_folder
from salesnerd_tui.errors import UserError

EPILOG = """Enable it once with: salesnerd settings --mcp on
Install the package it needs with: pip install 'salesnerd-tui[agent]'
Then add this to the configuration of your agent:

  {"mcpServers": {"salesnerd": {"command": "salesnerd", "args": ["mcp"]}}}

The agent can list and read calls, promises, accounts and preps, and lint playbooks. It changes nothing: what it \
proposes is a command for you to run. What the agent reads may leave your machine, if its model runs elsewhere.
"""


def main(arguments: list[str]) -> int:
    """Return the exit status: 0 the agent has disconnected, 1 not enabled or not installed, 2 usage error."""
    parser = CommandParser(
        "mcp",
        "Let your own agent read your calls over standard input and output (Model Context Protocol).",
        EPILOG,
    )
    add_data_option(parser)
    return parser.run(arguments, lambda options: _serve(data_folder(options.data)))


def _serve(folder: Path) -> int:
    """Answer requests until standard input ends. No socket is opened."""
    from salesnerd_tui.services.mcp_tools import TOOLS, call_tool, is_enabled
    from salesnerd_tui.storage.call_store import CallStore

    if not is_enabled(CallStore(folder)):
        raise UserError("reading by agents is off (enable it with: salesnerd settings --mcp on)")
    if find_spec("mcp") is None:
        raise UserError("the mcp package is not installed (install it with: pip install 'salesnerd-tui[agent]')")
    # Only this command loads the package, which takes a second.
    import anyio
    from mcp import types
    from mcp.server.lowlevel import Server
    from mcp.server.stdio import stdio_server

    async def list_tools(_: Any, __: Any) -> types.ListToolsResult:
        tools = [types.Tool(name=each.name, description=each.summary, input_schema=each.schema) for each in TOOLS]
        return types.ListToolsResult(tools=tools)

    async def run_tool(_: Any, request: Any) -> types.CallToolResult:
        try:
            text, is_error = call_tool(folder, request.name, request.arguments or {}), False
        except UserError as error:
            text, is_error = str(error), True
        return types.CallToolResult(content=[types.TextContent(type="text", text=text)], is_error=is_error)

    async def serve() -> None:
        server = Server("salesnerd", version=__version__, on_list_tools=list_tools, on_call_tool=run_tool)
        async with stdio_server() as (requests, answers):
            await server.run(requests, answers, server.create_initialization_options())

    anyio.run(serve)
    return 0
