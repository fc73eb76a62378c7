"""A generated endpoint as a program, with the manners of `ltpc serve` and `ltpc connect`: drafts come in as JSON lines, messages go out.

Usage: python ltp_peer.py server ADDRESS | python ltp_peer.py client URL STORE CLIENT_ID"""

import asyncio
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "generated/python/ltp/src"))

from ltp_client import FileStore, LtpClient, LtpServer, encode  # noqa: E402
from ltp_client.messages import BINDING  # noqa: E402
from ltp_client.runtime import drafts  # noqa: E402


async def lines():
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        yield line.decode()


def shown(message):
    if hasattr(message.envelope, "content_encoding"):
        message.envelope.content_encoding = "json"
    return json.loads(encode(message))


async def ask(session, line):
    try:
        await session._ask("call", drafts.parse(BINDING.schema, line))
    except Exception as error:
        print(error, file=sys.stderr, flush=True)


async def client(url, store, client_id):
    async with LtpClient(url, client_id=client_id, store=FileStore(store)) as session:

        async def write():
            async for message in session:
                print(json.dumps(shown(message)), flush=True)

        writing = asyncio.ensure_future(write())
        async for line in lines():
            await ask(session, line)
        writing.cancel()


async def server(address):
    sessions = set()

    async def serve(session):
        sessions.add(session)
        async for message in session:
            print(json.dumps({"from": id(session), "message": shown(message)}), flush=True)
        sessions.discard(session)

    listening = await LtpServer.listen(address, serve, heartbeat=200, grace=2000)
    print(f"listening on ws://127.0.0.1:{listening.port}", file=sys.stderr, flush=True)
    async for line in lines():
        for session in list(sessions):
            await ask(session, line)
    await listening.close()


asyncio.run(client(*sys.argv[2:5]) if sys.argv[1] == "client" else server(sys.argv[2]))
