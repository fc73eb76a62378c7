// @generated: comes with what ltpc writes for TypeScript, and is the same for every protocol.
/** How frames travel over WebSocket: the platform's own where there is one, else the package `ws`. Over TCP see `stream.ts`. */
import type { Schema } from './schema.js';

/** Carries frames both ways. What happens is told to its {@link Listener}. */
export interface Transport {
  readonly peer: string;
  send(text: string): void;
  /** Waits until most of what was sent is on its way, or nothing will be any more. */
  ready(): Promise<void>;
  /** Closes in good order. */
  close(reason: string): void;
  /** Is gone at once. */
  drop(): void;
  /** From now on tells what happens. */
  listen(listener: Listener): void;
}

export interface Listener {
  frame(frame: string | Uint8Array): void;
  oversized(octets: number): void;
  /** A message was not whole in time, in milliseconds; so many octets of it had come. */
  late(octets: number, patience: number): void;
  gone(reason: string): void;
}

/** Where a protocol is served, as its schema says. */
export interface Endpoint {
  readonly name: string;
  readonly transport: 'websocket' | 'lines' | 'framed';
  readonly address: string;
  readonly alias: string | null;
  readonly subprotocols: readonly string[];
  readonly subprotocol_optional: boolean;
  readonly binary: boolean;
  readonly loopback_only: boolean;
}

/** The address in full. Throws where it would be plain text to another host and nobody has opted in. */
export function resolve(endpoint: Endpoint, address: string | undefined, plaintext: boolean): string {
  let url = address ?? endpoint.address;
  if (endpoint.alias !== null && url.startsWith(endpoint.alias)) {
    url = `${endpoint.address.split('://')[0]}://${url.slice(endpoint.alias.length).replace(/^\/+/, '')}`;
  }
  const { protocol, hostname } = new URL(url);
  const isLoopback = hostname === 'localhost' || /^127\./.test(hostname) || hostname === '[::1]';
  if (endpoint.loopback_only && !plaintext && (protocol === 'ws:' || protocol === 'tcp:') && !isLoopback) {
    throw new Error(`${url} is plain text to another host: use TLS, or opt in with plaintext: true`);
  }
  return url;
}

/** What a WebSocket of a browser and one of `ws` have in common. */
export interface Socket {
  binaryType: string;
  readonly protocol: string;
  readonly bufferedAmount: number;
  send(text: string): void;
  close(code?: number, reason?: string): void;
  terminate?(): void;
  addEventListener(type: string, listener: (event: any) => void): void;
}

/** Octets that may wait to be sent before a sender waits too. */
const MOST_WAITING = 1 << 20;

/** A frame a message. */
export class WebSocketTransport implements Transport {
  private listener: Listener | null = null;
  private readonly early: ((listener: Listener) => void)[] = [];
  private isGone = false;

  constructor(
    private readonly socket: Socket,
    limit: number,
    binary: boolean,
    readonly peer: string,
  ) {
    socket.binaryType = 'arraybuffer';
    socket.addEventListener('message', ({ data }: { data: string | ArrayBuffer }) => {
      const frame = typeof data === 'string' ? data : new Uint8Array(data);
      // A text of so many units has at least as many octets.
      if (frame.length > limit) this.tell((listener) => listener.oversized(frame.length));
      else if (typeof frame !== 'string' && !binary) socket.close(1003, 'text frames only');
      else this.tell((listener) => listener.frame(frame));
    });
    socket.addEventListener('error', () => {});
    socket.addEventListener('close', ({ code, reason }: { code: number; reason: string }) => this.gone(reason || `closed (${code})`));
  }

  send(text: string): void {
    if (!this.isGone) this.socket.send(text);
  }

  async ready(): Promise<void> {
    // A WebSocket does not tell when it has sent.
    while (!this.isGone && this.socket.bufferedAmount > MOST_WAITING) await new Promise((done) => setTimeout(done, 10));
  }

  close(reason: string): void {
    this.socket.close(1000, reason.slice(0, 100));
  }

  drop(): void {
    if (this.socket.terminate) this.socket.terminate();
    else this.socket.close();
    this.gone('dropped');
  }

  listen(listener: Listener): void {
    this.listener = listener;
    for (const tell of this.early.splice(0)) tell(listener);
  }

  private gone(reason: string): void {
    if (this.isGone) return;
    this.isGone = true;
    this.tell((listener) => listener.gone(reason));
  }

  private tell(what: (listener: Listener) => void): void {
    if (this.listener) what(this.listener);
    else this.early.push(what);
  }
}

/** Opens the transport of an endpoint. */
export async function dial(endpoint: Endpoint, url: string, schema: Schema): Promise<Transport> {
  if (endpoint.transport === 'websocket') return dialWebSocket(endpoint, url, schema.limits.message);
  const { dialStream } = await import('./stream.js');
  return dialStream(endpoint, url, schema);
}

async function dialWebSocket(endpoint: Endpoint, url: string, limit: number): Promise<Transport> {
  const platform = (globalThis as { WebSocket?: new (url: string, subprotocols: string[]) => Socket }).WebSocket;
  const Constructor = platform ?? ((await import('ws')).WebSocket as unknown as new (url: string, subprotocols: string[]) => Socket);
  const socket = new Constructor(url, [...endpoint.subprotocols]);
  const transport = new WebSocketTransport(socket, limit, endpoint.binary, new URL(url).hostname);
  await new Promise<void>((open, fail) => {
    const timer = setTimeout(() => {
      transport.drop();
      fail(new Error('the server does not answer'));
    }, 10_000);
    socket.addEventListener('open', () => {
      clearTimeout(timer);
      open();
    });
    socket.addEventListener('close', () => {
      clearTimeout(timer);
      fail(new Error('the connection was refused'));
    });
  });
  if (!socket.protocol && !endpoint.subprotocol_optional) {
    transport.drop();
    throw new Error('the server knows none of the subprotocols');
  }
  return transport;
}
