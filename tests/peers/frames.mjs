// What RFC 6455 asks of a server, tried by `ws`. Usage: node frames.mjs URL
// The server sends back what it is sent. A line of JSON says what came of each case.
import WebSocket from "ws";

const [url] = process.argv.slice(2);

function open() {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url);
    socket.on("open", () => resolve(socket));
    socket.on("error", reject);
  });
}

const next = (socket, event) => new Promise((resolve) => socket.once(event, (...values) => resolve(values)));

async function echoed(socket, text) {
  const answer = next(socket, "message");
  socket.send(text);
  return (await answer)[0].toString() === text;
}

/** Sends octets past the library, or a message, and says with which status the server closes. */
async function closedAfter(send) {
  const socket = await open();
  const closed = next(socket, "close");
  send(socket);
  return (await closed)[0];
}

const raw = (...octets) => (socket) => socket._socket.write(Buffer.from(octets));
const NO_MASK = [0, 0, 0, 0];

const said = {};
const socket = await open();
said.lengths = [];
for (const length of [0, 1, 125, 126, 127, 65_535, 65_536, 100_000]) {
  if (await echoed(socket, "x".repeat(length))) said.lengths.push(length);
}

const octets = Buffer.from("aфb");
const [whole, pong] = [next(socket, "message"), next(socket, "pong")];
socket.send(octets.subarray(0, 2), { binary: false, fin: false });
socket.ping("between");
socket.send(octets.subarray(2), { binary: false, fin: true });
said.pong = (await pong)[0].toString();
said.fragments = (await whole)[0].toString();

const closed = next(socket, "close");
socket.close(3001, "bye");
said.close = (await closed)[0];
said.closeWithoutStatus = await closedAfter((socket) => socket.close());

said.reserved = await closedAfter(raw(0xc1, 0x80, ...NO_MASK));
said.opcode = await closedAfter(raw(0x83, 0x80, ...NO_MASK));
said.unmasked = await closedAfter(raw(0x81, 0x01, 0x61));
said.continuation = await closedAfter(raw(0x80, 0x80, ...NO_MASK));
said.control = await closedAfter(raw(0x09, 0x80, ...NO_MASK));
said.length = await closedAfter(raw(0x81, 0xfe, 0x00, 0x01, ...NO_MASK, 0x61));
said.status = await closedAfter(raw(0x88, 0x82, ...NO_MASK, 0x03, 0xed));
said.utf8 = await closedAfter((socket) => socket.send(Buffer.from([0xff]), { binary: false }));
said.size = await closedAfter((socket) => socket.send("x".repeat(100_001)));
console.log(JSON.stringify(said));
