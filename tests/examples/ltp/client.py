"""A client of the Liminal Thread Protocol: opens a thread, or goes on with the one that it left in `threads/`.

    PYTHONPATH=generated/python/ltp/src python tests/examples/ltp/client.py [URL]"""

import asyncio
import logging
import sys

from ltp_client import EventMessage, FileStore, LtpClient


async def main(url: str) -> None:
    client = LtpClient(url, client_id="my-device-123", context_tag="example", preferred_encoding="toon", store=FileStore("threads"))
    async with client:
        await client.send_state_update({"kind": "minimal", "data": {"mood": "curious", "focus": "exploration"}})
        await client.send_state_update(kind="affect_log_v1", data=[{"t": 1, "valence": 0.2, "arousal": -0.1}])
        await client.send_event("user_action", {"action": "button_click", "target": "explore_mode"})
        async for message in client:
            if isinstance(message, EventMessage):
                print(f"{message.body.event_type}: {message.body.data}")
                break


logging.basicConfig(level=logging.INFO)
asyncio.run(main(sys.argv[1] if len(sys.argv) > 1 else "ws://localhost:8080"))
