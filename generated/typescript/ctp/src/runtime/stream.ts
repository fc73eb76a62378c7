// @generated: comes with what ltpc writes for TypeScript, and is the same for every protocol.
/** How messages travel over TCP: a line each, or as framed text one behind the other. Only for Node.js. */
import { connect, type Socket } from 'node:net';
import { connect as connectSecurely } from 'node:tls';
import type { Schema } from './schema.js';
import { Broken, Splitter, type Frame } from './split.js';
import type { Endpoint, Listener, Transport } from './transport.js';

/** Milliseconds that a peer may be silent within a message before an end marker without a line end counts. */
const SILENCE = 250;
/** Milliseconds from a message's first octet to its last. */
const PATIENCE = 30_000;
/** Milliseconds that a connection may take. */
const DIALLING = 10_000;

/** A connected stream. What comes is told to its listener, in order. */
abstract class StreamTransport implements Transport {
  protected listener: Listener | null = null;
  private readonly early: ((listener: Listener) => void)[] = [];
  private isGone = false;

  constructor(
    protected readonly socket: Socket,
    readonly peer: string,
  ) {
    socket.on('data', (octets) => this.came(octets));
    socket.on('end', () => this.ended());
    socket.on('error', () => {});
    socket.on('close', () => this.gone('the connection is closed'));
  }

  protected abstract came(octets: Buffer): void;
  /** No more will come. */
  protected abstract ended(): void;
  /** What stands on the wire for a message. */
  protected abstract written(text: string): string;

  send(text: string): void {
    if (!this.isGone) this.socket.write(this.written(text));
  }

  async ready(): Promise<void> {
    if (this.isGone || !this.socket.writableNeedDrain) return;
    await new Promise<void>((done) => {
      const over = () => {
        this.socket.off('drain', over).off('close', over);
        done();
      };
      this.socket.once('drain', over).once('close', over);
    });
  }

  close(_reason: string): void {
    this.socket.end();
    // A peer that does not close too is not waited for.
    setTimeout(() => this.socket.destroy(), 5_000).unref();
  }

  drop(): void {
    this.socket.resetAndDestroy();
    this.gone('dropped');
  }

  listen(listener: Listener): void {
    this.listener = listener;
    for (const tell of this.early.splice(0)) tell(listener);
  }

  protected tell(what: (listener: Listener) => void): void {
    if (this.listener) what(this.listener);
    else this.early.push(what);
  }

  protected gone(reason: string): void {
    if (this.isGone) return;
    this.isGone = true;
    this.tell((listener) => listener.gone(reason));
  }
}

/** One message a line. */
class LinesTransport extends StreamTransport {
  private held: Buffer[] = [];
  private size = 0;

  constructor(
    socket: Socket,
    peer: string,
    private readonly limit: number,
  ) {
    super(socket, peer);
  }

  protected came(octets: Buffer): void {
    let from = 0;
    for (let end = octets.indexOf(10); end >= 0; end = octets.indexOf(10, from)) {
      this.keep(octets.subarray(from, end));
      this.line();
      from = end + 1;
    }
    this.keep(octets.subarray(from));
  }

  protected ended(): void {
    if (this.size) this.line();
    this.gone('the peer closed the connection');
  }

  protected written(text: string): string {
    return `${text}\n`;
  }

  /** Of a line that is too long only its length is kept. */
  private keep(octets: Buffer): void {
    this.size += octets.length;
    if (this.size <= this.limit + 1) this.held.push(octets);
    else this.held = [];
  }

  private line(): void {
    const whole = Buffer.concat(this.held);
    const { size } = this;
    this.held = [];
    this.size = 0;
    const line = whole.at(-1) === 13 ? whole.subarray(0, -1) : whole;
    if (size > this.limit && line.length !== this.limit) this.tell((listener) => listener.oversized(size));
    else if (line.length) this.tell((listener) => listener.frame(line));
  }
}

/**
 * Framed text. A peer that pauses need not end its last line. What breaks the form is handed on as it is, for the codec to explain; nothing
 * can be received behind it. A message that is not whole in time is refused, however steadily it comes.
 */
class FramedTransport extends StreamTransport {
  private readonly splitter: Splitter;
  private isBroken = false;
  private silence: NodeJS.Timeout | undefined;
  private until: NodeJS.Timeout | undefined;

  constructor(socket: Socket, peer: string, schema: Schema) {
    super(socket, peer);
    this.splitter = new Splitter(schema.framed!, schema.limits.message);
  }

  protected came(octets: Buffer): void {
    if (this.isBroken) return;
    this.splitter.push(octets.toString('latin1'));
    this.cut(() => this.splitter.next());
    clearTimeout(this.silence);
    if (this.isBroken || !this.splitter.pending) {
      clearTimeout(this.until);
      this.until = undefined;
      return;
    }
    this.silence = setTimeout(() => this.cut(() => this.splitter.pause()), SILENCE);
    this.until ??= setTimeout(() => {
      this.isBroken = true;
      clearTimeout(this.silence);
      this.tell((listener) => listener.late(this.splitter.pending, PATIENCE));
    }, PATIENCE);
  }

  protected ended(): void {
    if (!this.isBroken) this.cut(() => this.splitter.finish());
    this.gone('the peer closed the connection');
  }

  protected written(text: string): string {
    return text;
  }

  private cut(next: () => Frame | null): void {
    try {
      for (let frame = next(); frame; frame = next()) {
        const { octets } = frame;
        clearTimeout(this.until);
        this.until = undefined;
        this.tell((listener) => listener.frame(Buffer.from(octets, 'latin1')));
      }
    } catch (broken) {
      if (!(broken instanceof Broken)) throw broken;
      this.isBroken = true;
      this.tell((listener) => listener.frame(Buffer.from(broken.octets, 'latin1')));
    }
  }

  protected override gone(reason: string): void {
    clearTimeout(this.silence);
    clearTimeout(this.until);
    super.gone(reason);
  }
}

/** The transport of an endpoint over a connected stream. */
export function overStream(endpoint: Endpoint, schema: Schema, socket: Socket, peer: string): Transport {
  socket.setNoDelay(true);
  if (endpoint.transport === 'framed' && schema.framed) return new FramedTransport(socket, peer, schema);
  return new LinesTransport(socket, peer, schema.limits.message);
}

/** Opens a stream. */
export async function dialStream(endpoint: Endpoint, url: string, schema: Schema): Promise<Transport> {
  const { protocol, hostname, port } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, '');
  const isSecure = ['tls:', 'tcps:'].includes(protocol);
  const socket = isSecure ? connectSecurely({ host, port: Number(port), servername: host }) : connect({ host, port: Number(port) });
  await new Promise<void>((open, failed) => {
    const timer = setTimeout(() => socket.destroy(new Error('the server does not answer')), DIALLING);
    socket.once(isSecure ? 'secureConnect' : 'connect', () => {
      clearTimeout(timer);
      socket.off('error', failed);
      open();
    });
    socket.once('error', (error) => {
      clearTimeout(timer);
      failed(error);
    });
  });
  return overStream(endpoint, schema, socket, host);
}
