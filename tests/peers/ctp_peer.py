"""A generated endpoint as a program, with the manners of `ltpc serve` and `ltpc connect`: drafts come in as JSON lines, messages go out.

Usage: python ctp_peer.py server ADDRESS | python ctp_peer.py client URL [AGENT]"""

import asyncio
import json
import sys
from pathlib import Path

# Unless the package is elsewhere.
sys.path.append(str(Path(__file__).resolve().parents[2] / "generated/python/ctp/src"))

from ctp_client import CtpClient, CtpGateway  # noqa: E402
from ctp_client.messages import BINDING  # noqa: E402
from ctp_client.runtime import drafts  # noqa: E402
from ctp_client.runtime.values import plain  # noqa: E402


async def lines():
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        yield line.decode()


def shown(message):
    """The message in the form of a draft: its members in the schema's order, those that it does not declare behind them."""
    decoded, of = BINDING.decoded(message), BINDING.schema.messages[message.__index__]
    form = {drafts.TAG: decoded.tag}
    for declared, given in (
        (BINDING.schema.envelopes[of.envelope].members, decoded.envelope),
        (BINDING.schema.types[of.body].members, decoded.body),
    ):
        form |= {member.name: plain(given[member.name]) for member in declared if member.name in given}
        form |= {name: plain(value) for name, value in given.items()}
    return form


async def ask(session, line):
    try:
        await session.call(drafts.parse(BINDING.schema, line))
    except Exception as error:
        print(error, file=sys.stderr, flush=True)


def say(value):
    print(json.dumps(value, ensure_ascii=False, separators=(",", ":")), flush=True)


async def client(url, agent="device-01"):
    async with CtpClient(url, agent=agent) as session:

        async def write():
            async for message in session:
                say(shown(message))

        writing = asyncio.ensure_future(write())
        async for line in lines():
            await ask(session, line)
        writing.cancel()


async def server(address):
    sessions = {}
    count = 0

    async def serve(session):
        nonlocal count
        count += 1
        number = count
        sessions[number] = session
        async for message in session:
            say({"from": number, "message": shown(message)})
        del sessions[number]

    listening = await CtpGateway.listen(address, serve)
    print(f"listening on tcp://127.0.0.1:{listening.port}/", file=sys.stderr, flush=True)
    async for line in lines():
        for session in list(sessions.values()):
            await ask(session, line)
    await listening.close()


asyncio.run(client(*sys.argv[2:]) if sys.argv[1] == "client" else server(sys.argv[2]))
