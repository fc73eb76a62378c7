"""A client as the published runtime is one, on the standard library alone. Usage: python3 packetflow-client.py HOST PORT"""

import base64
import json
import os
import socket
import struct
import sys
import time
import uuid

host, port = sys.argv[1], int(sys.argv[2])
connection = socket.create_connection((host, port), timeout=20)
key = base64.b64encode(os.urandom(16)).decode()
connection.sendall(
    f"GET /packetflow/v1 HTTP/1.1\r\nHost: {host}:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
)
stream = connection.makefile("rb")
assert b" 101 " in stream.readline()
while stream.readline() not in (b"\r\n", b""):
    pass


def send(frame):
    text = json.dumps(frame).encode()
    mask = os.urandom(4)
    length = bytes([0x80 | len(text)]) if len(text) < 126 else bytes([0x80 | 126]) + struct.pack(">H", len(text))
    connection.sendall(b"\x81" + length + mask + bytes(octet ^ mask[at % 4] for at, octet in enumerate(text)))


def receive():
    head = stream.read(2)
    length = head[1] & 0x7F
    if length == 126:
        length = struct.unpack(">H", stream.read(2))[0]
    return json.loads(stream.read(length))


own = str(uuid.uuid4())
packet = {"version": "1.0", "id": own, "group": "df", "element": "transform", "data": "hello world", "priority": 5}
send({"type": "heartbeat", "seq": 1, "payload": {"timestamp": int(time.time() * 1000)}})
send({"type": "submit", "seq": 2, "payload": packet})
while True:
    frame = receive()
    if frame["type"] == "result":
        result = frame["payload"]
        print(json.dumps({"own": result["packet_id"] == own, "seq": frame["seq"], "status": result["status"], "data": result["data"]}))
        break
