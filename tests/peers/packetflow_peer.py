"""A generated endpoint for work as a program. Usage: python packetflow_peer.py node ADDRESS | python packetflow_peer.py reactor URL

A node handles `df:transform`, `cf:seq` (so many milliseconds), `df:fails`, and says its port; a reactor handles `ed:notify`.
Both submit each line of standard input, as JSON, and write what became of it; they end with their input."""

import asyncio
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "generated/python/packetflow/src"))

import msgspec  # noqa: E402
from packetflow import PacketFlowNode, PacketFlowReactor  # noqa: E402


async def lines():
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        yield line.decode()


async def transform(data):
    return data.upper()


async def seq(wait):
    await asyncio.sleep(wait / 1000)
    return wait


async def fails(_data):
    raise ValueError("no")


async def notify(data, task):
    return {"sent": data, "kind": task.kind}


def say(value):
    print(json.dumps(value, ensure_ascii=False, separators=(",", ":")), flush=True)


async def run(role, endpoint):
    if role == "node":
        side = PacketFlowNode(endpoint)
        side.register("df", "transform", transform)
        side.register("cf", "seq", seq)
        side.register("df", "fails", fails)
    else:
        side = PacketFlowReactor(endpoint)
        side.register("ed", "notify", notify)

    async def submit(line):
        say(msgspec.to_builtins(await side.submit(json.loads(line))))

    async with side:
        say({"port": getattr(side, "port", 0)})
        submitted = []
        async for line in lines():
            submitted.append(asyncio.ensure_future(submit(line)))
        await asyncio.gather(*submitted)


asyncio.run(run(*sys.argv[1:3]))
