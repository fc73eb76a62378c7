# @generated: comes with what ltpc writes for Python, and is the same for every protocol.
"""Serving: a session for each connection, that share a store and a policy."""

from __future__ import annotations

import asyncio
import ssl
import time
from typing import Any, Awaitable, Callable, Optional, Set
from urllib.parse import urlsplit

import websockets.asyncio.server as ws_server
from websockets.typing import Subprotocol

from .policy import Policy
from .session import Session
from .store import MemoryStore, Store
from .schema import Schema
from .transport import Endpoint, Transport, WebSocketTransport, over_stream, slack

Make = Callable[[Transport, Store, Policy, float], Session]
Serve = Callable[[Any], Awaitable[None]]
Prepare = Callable[[Any], None]


class Server:
    """Listens at an address until it is closed."""

    def __init__(self, endpoint: Endpoint, make: Make, serve: Optional[Serve], prepare: Optional[Prepare], store: Optional[Store], policy: Optional[Policy], schema: Schema) -> None:
        self._endpoint = endpoint
        self._make = make
        self._serve = serve
        self._prepare = prepare
        self._store: Store = store or MemoryStore()
        self._policy = policy or Policy()
        self._schema = schema
        self._limit = schema.limits.message
        self._epoch = time.monotonic()
        self._sessions: Set[Session] = set()
        self._listener: Any = None
        self.port = 0
        """The port that is listened on."""

    async def listen(self, address: Optional[str], tls: Optional[ssl.SSLContext]) -> None:
        parts = urlsplit(address or self._endpoint.address)
        host, port = parts.hostname or "localhost", parts.port or 0
        if self._endpoint.transport == "websocket":
            self._listener = await ws_server.serve(
                self._accept,
                host,
                port,
                subprotocols=[Subprotocol(name) for name in self._endpoint.subprotocols] or None,
                select_subprotocol=self._select if self._endpoint.subprotocols else None,
                max_size=slack(self._limit),
                ping_interval=None,
                compression=None,
                ssl=tls,
            )
        else:
            self._listener = await asyncio.start_server(self._lines, host, port, limit=self._limit + 1, ssl=tls)
        self.port = self._listener.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Closes every session, then stops listening."""
        if self._endpoint.transport != "websocket":
            self._listener.close()
        await asyncio.gather(*(session.close() for session in list(self._sessions)), return_exceptions=True)
        self._listener.close()
        await self._listener.wait_closed()

    def _select(self, connection: Any, offered: Any) -> Optional[Subprotocol]:
        for known in self._endpoint.subprotocols:
            if known in offered:
                return Subprotocol(known)
        if not self._endpoint.subprotocol_optional:
            from websockets.exceptions import NegotiationError

            raise NegotiationError("none of the subprotocols is known")
        return None

    async def _accept(self, socket: ws_server.ServerConnection) -> None:
        peer = socket.remote_address[0] if socket.remote_address else ""
        await self._attend(WebSocketTransport(socket, self._limit, self._endpoint.binary, peer))

    async def _lines(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        peer = writer.get_extra_info("peername")
        await self._attend(over_stream(self._endpoint, self._schema, reader, writer, peer[0] if peer else ""))

    async def _attend(self, transport: Transport) -> None:
        session = self._make(transport, self._store, self._policy, self._epoch)
        self._sessions.add(session)
        if self._prepare is not None:
            self._prepare(session)
        try:
            await session.start()
            if self._serve is not None:
                await self._serve(session)
            if session._running is not None:
                await asyncio.wait([session._running])
        finally:
            self._sessions.discard(session)
