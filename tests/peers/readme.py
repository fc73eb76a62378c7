"""Checks and runs the examples of a generated package's README. Usage: python readme.py PACKAGE

They stand in pairs: a client, and the server that it connects to. Each is checked by mypy and by pyright, under the strictest settings, and
each pair is run, on a port that is free."""

import asyncio
import os
import pathlib
import re
import socket
import subprocess
import sys
import tempfile

# How long an example runs that has no end.
ENOUGH = 2.0

package = pathlib.Path(sys.argv[1]).resolve()
sys.path.insert(0, str(package / "src"))
examples = re.findall(r"```python\n(.*?)```", (package / "README.md").read_text(encoding="utf-8"), re.S)
assert examples and len(examples) % 2 == 0, examples


def program(example, name):
    """The example as a function: what it imports stands before, what it makes is given back."""
    lines = example.splitlines()
    imports = [line for line in lines if re.match(r"(from .* )?import ", line)]
    body = [f"    {line}" for line in lines if line not in imports]
    return "\n".join([*imports, "", f"async def {name}() -> None:", *body, ""])


def checked(programs):
    tools = pathlib.Path(sys.executable).parent
    with tempfile.TemporaryDirectory() as folder:
        for at, text in enumerate(programs):
            pathlib.Path(folder, f"example_{at}.py").write_text(text, encoding="utf-8")
        source = str(package / "src")
        pathlib.Path(folder, "pyrightconfig.json").write_text(f'{{"extraPaths": ["{source}"], "typeCheckingMode": "standard"}}', encoding="utf-8")
        for command in (["mypy", "--strict", "."], ["pyright", "--pythonpath", sys.executable]):
            made = subprocess.run([str(tools / command[0]), *command[1:]], cwd=folder, env={**os.environ, "MYPYPATH": source}, capture_output=True, text=True)
            assert made.returncode == 0, made.stdout + made.stderr


def at(example, address):
    """The example at an address of its own, where it says none too."""
    said = re.sub(r'"(?:ws|tcp)://localhost[^"]*"', f'"{address}"', example)
    return said if said != example else re.sub(r"(\w+)\(\)\n", rf'\1("{address}")\n', example, count=1)


async def connected(port, of):
    while not of.done():
        try:
            _, writer = await asyncio.open_connection("localhost", port)
            writer.close()
            return
        except OSError:
            await asyncio.sleep(0.02)


async def run(client, server):
    with socket.socket() as free:
        free.bind(("localhost", 0))
        port = free.getsockname()[1]
    address = re.sub(r"localhost:\d+", f"localhost:{port}", re.search(r'"((?:ws|tcp)://[^"]*)"', server).group(1))
    functions = {}
    for name, example in (("client", client), ("server", server)):
        exec(program(at(example, address), name), functions)
    serving = asyncio.ensure_future(functions["server"]())
    if "listen" in server:
        # It listens, and goes on by itself.
        await serving
    await connected(port, serving)
    running = asyncio.ensure_future(functions["client"]())
    done, _ = await asyncio.wait([running], timeout=ENOUGH)
    for task in done:
        task.result()
    running.cancel()
    serving.cancel()
    ends = await asyncio.gather(running, serving, return_exceptions=True)
    assert all(end is None or isinstance(end, asyncio.CancelledError) for end in ends), ends
    return bool(done)


checked([program(example, "example") for example in examples])
ends = [asyncio.run(run(client, server)) for client, server in zip(examples[::2], examples[1::2])]
print(f"{package.name}: {len(examples)} examples, {sum(ends)} came to an end by themselves")
