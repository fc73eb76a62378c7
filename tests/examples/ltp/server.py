"""A server of the Liminal Thread Protocol that says what it heard.

    PYTHONPATH=generated/python/ltp/src python tests/examples/ltp/server.py [ADDRESS]"""

import asyncio
import logging
import sys

from ltp_client import EventMessage, LtpServer


async def serve(session: LtpServer) -> None:
    async for message in session:
        print(message.body)
        if isinstance(message, EventMessage):
            await session.send_event("seen", {"event_type": message.body.event_type})


async def main(address: str) -> None:
    server = await LtpServer.listen(address, serve)
    print(f"listening on port {server.port}", flush=True)
    await asyncio.Event().wait()


logging.basicConfig(level=logging.INFO)
asyncio.run(main(sys.argv[1] if len(sys.argv) > 1 else "ws://localhost:8080"))
