# @generated: comes with what ltpc writes for Python, and is the same for every protocol.
"""How frames travel: over WebSocket, or a line each over TCP."""

from __future__ import annotations

import asyncio
import ipaddress
import json
import ssl
from typing import Any, Dict, List, Optional, Protocol, Union
from urllib.parse import urlsplit

import websockets.asyncio.client as ws_client
import websockets.asyncio.connection as ws_connection
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

Frame = Union[bytes, str]


class Oversized(Exception):
    """A frame of more octets than are read."""

    def __init__(self, octets: int) -> None:
        super().__init__(octets)
        self.octets = octets


class Gone(Exception):
    """The transport is gone."""


class Transport(Protocol):
    """Carries frames both ways."""

    peer: str

    async def receive(self) -> Frame:
        """The next frame. Raises :class:`Oversized`, :class:`Gone`."""
        ...

    async def send(self, text: str) -> None:
        """Sends a frame. Raises :class:`Gone`."""

    async def close(self, reason: str) -> None:
        """Closes in good order."""

    def drop(self) -> None:
        """Is gone at once."""


class Endpoint:
    """Where a protocol is served, as its schema says."""

    def __init__(self, facts: str) -> None:
        known: Dict[str, Any] = json.loads(facts)
        self.name: str = known["name"]
        self.transport: str = known["transport"]
        self.address: str = known["address"]
        self.alias: Optional[str] = known["alias"]
        self.subprotocols: List[str] = known["subprotocols"]
        self.subprotocol_optional: bool = known["subprotocol_optional"]
        self.binary: bool = known["binary"]
        self.loopback_only: bool = known["loopback_only"]

    def resolve(self, address: Optional[str], plaintext: bool) -> str:
        """The address in full. Raises :class:`ValueError` where it would be plain text to another host and nobody has opted in."""
        url = address or self.address
        if self.alias and url.startswith(self.alias):
            url = self.address.split("://", 1)[0] + "://" + url[len(self.alias) :].lstrip("/")
        parts = urlsplit(url)
        if self.loopback_only and not plaintext and parts.scheme in ("ws", "tcp") and not is_loopback(parts.hostname or ""):
            raise ValueError(f"{url} is plain text to another host: use TLS, or opt in with plaintext=True")
        return url


def is_loopback(host: str) -> bool:
    """Whether a host is this one."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class WebSocketTransport:
    """A frame a message."""

    def __init__(self, socket: ws_connection.Connection, limit: int, binary: bool, peer: str) -> None:
        self._socket = socket
        self._limit = limit
        self._binary = binary
        self.peer = peer

    async def receive(self) -> Frame:
        try:
            frame = await self._socket.recv()
        except ConnectionClosed as closed:
            raise Gone(str(closed)) from None
        octets = len(frame) if isinstance(frame, bytes) else len(frame.encode())
        if octets > self._limit:
            raise Oversized(octets)
        if isinstance(frame, bytes) and not self._binary:
            await self._socket.close(1003, "text frames only")
            raise Gone("a binary frame")
        return frame

    async def send(self, text: str) -> None:
        try:
            await self._socket.send(text)
        except ConnectionClosed as closed:
            raise Gone(str(closed)) from None

    async def close(self, reason: str) -> None:
        await self._socket.close(1000, reason[:100])

    def drop(self) -> None:
        self._socket.transport.abort()


class LinesTransport:
    """A line a message."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, limit: int, peer: str) -> None:
        self._reader = reader
        self._writer = writer
        self._limit = limit
        self.peer = peer

    async def receive(self) -> Frame:
        try:
            line = await self._reader.readuntil(b"\n")
        except asyncio.LimitOverrunError as over:
            # The rest of the line is read and forgotten.
            octets = await self._skip(over.consumed)
            raise Oversized(octets) from None
        except (asyncio.IncompleteReadError, OSError) as gone:
            raise Gone(str(gone) or "the peer is gone") from None
        line = line[:-1]
        if len(line) > self._limit:
            raise Oversized(len(line))
        return line

    async def _skip(self, octets: int) -> int:
        while True:
            try:
                return octets + len(await self._reader.readuntil(b"\n"))
            except asyncio.LimitOverrunError as over:
                octets += len(await self._reader.readexactly(max(over.consumed, 1)))
            except (asyncio.IncompleteReadError, OSError) as gone:
                raise Gone(str(gone)) from None

    async def send(self, text: str) -> None:
        try:
            self._writer.write(text.encode() + b"\n")
            await self._writer.drain()
        except OSError as gone:
            raise Gone(str(gone)) from None

    async def close(self, reason: str) -> None:
        self._writer.close()
        try:
            await self._writer.wait_closed()
        except OSError:
            pass

    def drop(self) -> None:
        self._writer.transport.abort()


def slack(limit: int) -> int:
    """Octets that are read of a frame: enough to answer one that is somewhat too large; a larger one ends the connection."""
    return 2 * limit


async def dial(endpoint: Endpoint, url: str, limit: int, tls: Optional[ssl.SSLContext]) -> Transport:
    """Opens a transport. Raises :class:`OSError` or what the library has for a refused handshake."""
    parts = urlsplit(url)
    peer = parts.hostname or ""
    if endpoint.transport == "websocket":
        subprotocols = [Subprotocol(name) for name in endpoint.subprotocols] or None
        # Pings are the protocol's affair.
        socket = await ws_client.connect(
            url, subprotocols=subprotocols, max_size=slack(limit), ssl=tls, ping_interval=None, compression=None, open_timeout=10
        )
        if socket.subprotocol is None and not endpoint.subprotocol_optional:
            await socket.close()
            raise OSError("the server knows none of the subprotocols")
        return WebSocketTransport(socket, limit, endpoint.binary, peer)
    context = tls or (ssl.create_default_context() if parts.scheme == "tls" else None)
    reader, writer = await asyncio.open_connection(peer, parts.port, limit=limit + 1, ssl=context)
    return LinesTransport(reader, writer, limit, peer)
