# @generated: comes with what ltpc writes for Python, and is the same for every protocol.
"""How frames travel: over WebSocket, or over TCP as a line each or as framed text."""

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

from .schema import Schema
from .split import Broken, Splitter

Frame = Union[bytes, str]


class Oversized(Exception):
    """A frame of more octets than are read."""

    def __init__(self, octets: int) -> None:
        super().__init__(octets)
        self.octets = octets


class Late(Exception):
    """A message was not whole in time; so many octets of it had come."""

    def __init__(self, octets: int) -> None:
        super().__init__(octets)
        self.octets = octets


class Gone(Exception):
    """The transport is gone."""


class Transport(Protocol):
    """Carries frames both ways."""

    peer: str

    async def receive(self) -> Frame:
        """The next frame. Raises :class:`Oversized`, :class:`Late`, :class:`Gone`."""
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


class FramedTransport:
    """Framed text: messages one behind the other.

    A peer that pauses need not end its last line. What breaks the form is handed on as it is, for the codec to explain; nothing can be
    received behind it. A message that is not whole in time is refused, however steadily it comes.
    """

    PAUSE = 0.25
    """Seconds that a peer may be silent within a message before an end marker without a line end counts."""
    MESSAGE_TIME = 30.0
    """Seconds from a message's first octet to its last."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, splitter: Splitter, peer: str) -> None:
        self._reader = reader
        self._writer = writer
        self._splitter = splitter
        self._broken = False
        self._until: Optional[float] = None
        self.peer = peer

    async def receive(self) -> Frame:
        splitter, clock = self._splitter, asyncio.get_running_loop().time
        paused = False
        while not self._broken:
            try:
                frame = splitter.pause() if paused else splitter.next()
                if frame is not None:
                    self._until = None
                    return frame.octets
                wait = None
                if splitter.pending:
                    self._until = self._until or clock() + self.MESSAGE_TIME
                    left = self._until - clock()
                    if left <= 0:
                        self._broken = True
                        raise Late(splitter.pending)
                    wait = left if paused else min(left, self.PAUSE)
                try:
                    octets = await asyncio.wait_for(self._reader.read(_READ), wait)
                except asyncio.TimeoutError:
                    paused = True
                    continue
                paused = False
                if octets:
                    splitter.push(octets)
                    continue
                self._broken = True
                last = splitter.finish()
                if last is not None:
                    return last.octets
                raise Gone("the peer closed the connection")
            except Broken as broken:
                self._broken = True
                return broken.octets
            except OSError as gone:
                raise Gone(str(gone)) from None
        raise Gone("the peer sent what is no message, or is gone")

    async def send(self, text: str) -> None:
        try:
            self._writer.write(text.encode())
            await self._writer.drain()
        except OSError as gone:
            raise Gone(str(gone)) from None

    async def close(self, reason: str) -> None:
        try:
            if self._writer.can_write_eof():
                self._writer.write_eof()
                # A socket that is closed while octets wait to be read is reset, and what was written last may never arrive.
                while await self._reader.read(_READ):
                    pass
            self._writer.close()
            await self._writer.wait_closed()
        except OSError:
            pass

    def drop(self) -> None:
        self._writer.transport.abort()


_READ = 65_536


def over_stream(endpoint: Endpoint, schema: Schema, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, peer: str) -> Transport:
    """The transport of an endpoint over a connected stream."""
    if endpoint.transport == "framed" and schema.framed is not None:
        return FramedTransport(reader, writer, Splitter(schema.framed, schema.limits.message), peer)
    return LinesTransport(reader, writer, schema.limits.message, peer)


def slack(limit: int) -> int:
    """Octets that are read of a frame: enough to answer one that is somewhat too large; a larger one ends the connection."""
    return 2 * limit


async def dial(endpoint: Endpoint, url: str, schema: Schema, tls: Optional[ssl.SSLContext]) -> Transport:
    """Opens a transport. Raises :class:`OSError` or what the library has for a refused handshake."""
    parts = urlsplit(url)
    limit = schema.limits.message
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
    return over_stream(endpoint, schema, reader, writer, peer)
