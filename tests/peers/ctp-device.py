#!/usr/bin/env python3
"""A device, with nothing but the standard library, written from the published text of the protocol.

Connects to the port that is given, speaks for the agent that is given, and does what standard input says, one a line:

    hello TRUST         greet, and claim to be that
    INTENT TEXT         send a stream of that intent
    send COUNT INTENT   send so many of them
    raw TEXT            send that, with \\n for line ends
    wait SECONDS        do nothing

Each message that comes is written to standard output as one JSON object: its type, its headers, its payload.
"""

import json
import socket
import sys
import threading
import time

VERSION = "CTP/1.0"
PAYLOAD = "---CTP-PAYLOAD---"
END = "---CTP-END---"
NOTHING = "0x0000000000000000"


def message(kind, headers, payload=None):
    lines = [f"{VERSION} {kind}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    lines.append(PAYLOAD)
    if payload is not None:
        lines.append(payload)
    lines.append(END)
    return ("\n".join(lines) + "\n").encode()


def hello(agent, trust):
    return message(
        "HELLO",
        {"Agent-ID": agent, "Context-Hash": NOTHING, "Capabilities": "query,fragment_receive", "Trust-Level": trust},
    )


def stream(agent, intent, text, session):
    headers = {
        "Agent-ID": agent,
        "Intent": intent,
        "Context-Hash": NOTHING,
        "Session-ID": session,
        "Content-Type": "text/ascii",
        "Content-Length": len(text.encode()),
    }
    return message("STREAM", headers, text)


class Reader:
    """Messages from a socket. A payload ends where its length says, else at the end marker."""

    def __init__(self, connection):
        self.file = connection.makefile("rb")

    def line(self):
        line = self.file.readline()
        if not line:
            raise EOFError
        return line.rstrip(b"\r\n").decode()

    def next(self):
        start = self.line()
        version, kind = start.split(" ", 1)
        if version != VERSION:
            raise ValueError(f"invalid version: {start!r}")
        headers = {}
        while (line := self.line()) != PAYLOAD:
            name, value = line.split(":", 1)
            headers[name.strip()] = value.strip()
        if "Content-Length" in headers:
            length = int(headers["Content-Length"])
            payload = self.file.read(length).decode()
            if length > 0:
                self.line()
            if self.line() != END:
                raise ValueError("no end marker behind the payload")
        else:
            lines = []
            while (line := self.line()) != END:
                lines.append(line)
            payload = "\n".join(lines)
        return {"type": kind, "headers": headers, "payload": payload}


def listen(connection, known):
    reader = Reader(connection)
    try:
        while True:
            read = reader.next()
            if read["type"] == "WELCOME":
                known["session"] = read["headers"]["Session-ID"]
            print(json.dumps(read), flush=True)
    except (EOFError, OSError):
        print(json.dumps({"type": "closed"}), flush=True)


def main():
    port, agent = int(sys.argv[1]), sys.argv[2]
    connection = socket.create_connection(("127.0.0.1", port))
    known = {"session": ""}
    threading.Thread(target=listen, args=(connection, known), daemon=True).start()
    for line in sys.stdin:
        word, _, rest = line.rstrip("\n").partition(" ")
        if word == "hello":
            connection.sendall(hello(agent, rest))
        elif word == "wait":
            time.sleep(float(rest))
        elif word == "raw":
            connection.sendall(rest.replace("\\n", "\n").encode())
        elif word == "send":
            count, _, intent = rest.partition(" ")
            for number in range(int(count)):
                connection.sendall(stream(agent, intent, f"number {number}", known["session"]))
        else:
            connection.sendall(stream(agent, word, rest, known["session"]))


if __name__ == "__main__":
    main()
