"""Many clients of the thread protocol in one program, or a server that answers them. What it reads and prints is said in tests/tests/soak.rs.

Usage: python ltp_crowd.py echo ADDRESS | python ltp_crowd.py crowd NAME COUNT SECONDS PAUSE URL..."""

import asyncio
import json
import logging
import random
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "generated/python/ltp/src"))

from ltp_client import ErrorMessage, EventMessage, LtpClient, LtpServer, MemoryStore  # noqa: E402
from ltp_client.runtime.session import Ended, NotNow  # noqa: E402

PATIENCE = 30
TOTALS = ("clients", "sent", "answered", "cut", "lost", "mixed", "refused", "resumed", "errors", "ended")


async def echo(address):
    async def serve(session):
        async for message in session:
            if isinstance(message, EventMessage):
                try:
                    await session.send_event("answer", message.body.data)
                except (NotNow, Ended):
                    pass

    server = await LtpServer.listen(address, serve, heartbeat=5000)
    print(f"listening on ws://127.0.0.1:{server.port}", file=sys.stderr, flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    await server.close()


class Client:
    def __init__(self, name, url, pause, until):
        self.name, self.url, self.pause, self.until = name, url, pause, until
        self.store = MemoryStore()
        self.thread = self.session = None
        self.number = 0
        self.answered = asyncio.Event()
        self.totals = dict.fromkeys(TOTALS, 0) | {"clients": 1}

    async def run(self):
        while time.monotonic() < self.until:
            session = LtpClient(self.url, client_id=self.name, store=self.store)
            session.on(EventMessage, self.heard)
            session.on(ErrorMessage, self.complained)
            try:
                await session.connect()
                await self.talk(session)
            except Ended:
                self.totals["ended"] += 1
                await asyncio.sleep(0.1)
            finally:
                await session.close()
        return self.totals

    def heard(self, message):
        self.totals["resumed"] += self.session not in (None, message.envelope.session_id)
        self.session = message.envelope.session_id
        self.thread = self.thread or message.envelope.thread_id
        if message.envelope.thread_id != self.thread or message.body.data["client"] != self.name:
            self.totals["mixed"] += 1
        if message.body.data["n"] == self.number:
            self.answered.set()

    def complained(self, _message):
        self.totals["errors"] += 1

    async def talk(self, session):
        while time.monotonic() < self.until:
            await session.connect()
            self.number += 1
            self.answered.clear()
            try:
                await session.send_event("count", {"client": self.name, "n": self.number})
            except NotNow:
                self.totals["refused"] += 1
                continue
            self.totals["sent"] += 1
            self.totals[await self.outcome(session)] += 1
            await asyncio.sleep(random.random() * 2 * self.pause / 1000)

    async def outcome(self, session):
        """What became of the last event: a connection that is lost is noticed, for the next one is not there at once."""
        patience = time.monotonic() + PATIENCE
        while time.monotonic() < patience:
            try:
                await asyncio.wait_for(self.answered.wait(), 0.1)
                return "answered"
            except asyncio.TimeoutError:
                if session.state != "Ready":
                    return "cut"
        return "lost"


async def crowd(name, count, seconds, pause, *urls):
    until = time.monotonic() + float(seconds)
    clients = [
        [Client(f"{name}-{at}-{number}", url, int(pause), until) for number in range(int(count))] for at, url in enumerate(urls)
    ]
    totals = []
    running = [asyncio.ensure_future(asyncio.gather(*(client.run() for client in of_url))) for of_url in clients]
    for of_url in running:
        each = await of_url
        totals.append({of: sum(one[of] for one in each) for of in TOTALS})
    print(json.dumps({"totals": totals}))


logging.disable(logging.CRITICAL)
asyncio.run(echo(sys.argv[2]) if sys.argv[1] == "echo" else crowd(*sys.argv[2:]))
