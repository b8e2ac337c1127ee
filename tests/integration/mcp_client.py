"""A client of the Model Context Protocol: the SDK's own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import anyio
from mcp import Client, StdioServerParameters
from mcp.server import Server
from mcp_types import CallToolResult


def talk(server: Server[Any] | StdioServerParameters, said: Callable[[Client], Awaitable[None]]) -> None:
    """Connects to a server, of this process or one that is started, and lets the client speak."""
    failed: list[Exception] = []

    async def session() -> None:
        async with Client(server, read_timeout_seconds=60) as client:
            try:
                await said(client)
            except Exception as error:  # noqa: BLE001 - it would come out in several groups of errors
                failed.append(error)

    anyio.run(session)
    if failed:
        raise failed[0]


def text(result: CallToolResult) -> str:
    """What a tool gave to be read."""
    return "\n".join(block.text for block in result.content if block.type == "text")
