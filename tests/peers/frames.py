"""What RFC 6455 asks of a server, tried by `websockets`. Usage: python frames.py URL

The server sends back what it is sent. A line of JSON says what came of each case."""

import asyncio
import json
import sys

from websockets.asyncio.client import connect

url = sys.argv[1]
NO_MASK = bytes(4)


async def closed_after(send):
    """Says with which status the server closes."""
    socket = await connect(url)
    await send(socket)
    await socket.wait_closed()
    return socket.close_code


def raw(octets):
    """Sends octets past the library."""

    async def send(socket):
        socket.transport.write(octets)

    return lambda: closed_after(send)


async def main():
    said = {"lengths": []}
    async with connect(url) as socket:
        for length in [0, 1, 125, 126, 127, 65_535, 65_536, 100_000]:
            await socket.send("x" * length)
            if await socket.recv() == "x" * length:
                said["lengths"].append(length)

        async def fragments():
            yield "a"
            said["waiter"] = await socket.ping("between")
            yield "ф"
            yield "b"

        await socket.send(fragments())
        await said.pop("waiter")
        said["pong"] = "between"
        said["fragments"] = await socket.recv()
        await socket.close(3001, "bye")
        said["close"] = socket.close_code
    # `websockets` closes with a status unless it is made not to.
    said["closeWithoutStatus"] = await raw(b"\x88\x80" + NO_MASK)()
    said["reserved"] = await raw(b"\xc1\x80" + NO_MASK)()
    said["opcode"] = await raw(b"\x83\x80" + NO_MASK)()
    said["unmasked"] = await raw(b"\x81\x01a")()
    said["continuation"] = await raw(b"\x80\x80" + NO_MASK)()
    said["control"] = await raw(b"\x09\x80" + NO_MASK)()
    said["length"] = await raw(b"\x81\xfe\x00\x01" + NO_MASK + b"a")()
    said["status"] = await raw(b"\x88\x82" + NO_MASK + b"\x03\xed")()
    said["utf8"] = await raw(b"\x81\x81" + NO_MASK + b"\xff")()
    said["size"] = await closed_after(lambda socket: socket.send("x" * 100_001))
    print(json.dumps(said))


asyncio.run(main())
