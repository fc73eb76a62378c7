// @generated: comes with what ltpc writes for TypeScript, and is the same for every protocol.
/** What only Node.js has: files, and listening. */
import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { createServer, type Socket as NetSocket } from 'node:net';
import { join } from 'node:path';
import { WebSocketServer } from 'ws';
import { Policy, type Registry } from './policy.js';
import type { Session, SessionOptions } from './session.js';
import { documentOf, fileName, MemoryStore, valueOf, type Store } from './store.js';
import type { Schema } from './schema.js';
import { overStream } from './stream.js';
import { WebSocketTransport, type Endpoint, type Socket, type Transport } from './transport.js';
import type { Int } from './values.js';

/** Keeps each value in a file of its own, `DIRECTORY/SPACE/KEY.json`, for its owner only. The form is the same in every language. */
export class FileStore implements Store {
  constructor(private readonly directory: string) {}

  async get(space: string, key: string): Promise<string | null> {
    try {
      return valueOf(await readFile(this.path(space, key), 'utf8'), key);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
  }

  async put(space: string, key: string, value: string, expires: Int | null): Promise<void> {
    const folder = join(this.directory, fileName(space));
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const temporary = join(folder, `.tmp-${randomBytes(8).toString('hex')}`);
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.writeFile(documentOf(key, value, expires));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, this.path(space, key));
  }

  async remove(space: string, key: string): Promise<void> {
    await rm(this.path(space, key), { force: true });
  }

  private path(space: string, key: string): string {
    return join(this.directory, fileName(space), `${fileName(key)}.json`);
  }
}

/** A side of sessions that is listened for. */
export interface Listened<S, O> {
  readonly endpoint: Endpoint;
  readonly schema: Schema;
  of(options: O, session: SessionOptions): S;
}

/** What is chosen for all connections together. */
export interface ListenOptions {
  readonly storage?: Store;
  readonly registry?: Registry;
  /** Is called with each session before it starts. */
  readonly prepare?: (session: Session<any>) => void;
}

/** Listens until it is closed. */
export class Server {
  /** @internal */
  constructor(
    private readonly stop: () => Promise<unknown>,
    private readonly sessions: Set<Session<any>>,
    /** The port that is listened on. */
    readonly port: number,
  ) {}

  /** Closes every session, then stops listening. */
  async close(): Promise<void> {
    await Promise.allSettled([...this.sessions].map((session) => session.close()));
    await this.stop();
  }
}

/** Listens at an address; `serve` gets a session for each connection. Throws `Refused` if an option does not conform. */
export async function listen<S extends Session<any>, O>(
  side: Listened<S, O>,
  address: string | undefined,
  serve: (session: S) => unknown,
  options: O & ListenOptions,
): Promise<Server> {
  const { endpoint } = side;
  const { hostname, port } = new URL(address ?? endpoint.address);
  const storage = options.storage ?? new MemoryStore();
  const policy = new Policy(options.registry);
  const epoch = performance.now();
  // Options that do not conform are told of now, not to the first who connects.
  side.of(options, { storage, policy, epoch });
  const sessions = new Set<Session<any>>();
  const attend = (transport: Transport, socket: { on(event: 'close', listener: () => void): unknown }) => {
    const session = side.of(options, { storage, policy, epoch, transport });
    sessions.add(session);
    socket.on('close', () => sessions.delete(session));
    options.prepare?.(session);
    void session.start().then(() => serve(session));
  };
  const host = hostname.replace(/^\[|\]$/g, '');
  const listening = endpoint.transport === 'websocket' ? listenWebSocket : listenStream;
  const [bound, stop] = await listening(side, host, Number(port), attend);
  return new Server(stop, sessions, bound);
}

type Attend = (transport: Transport, socket: { on(event: 'close', listener: () => void): unknown }) => void;
type Listening = readonly [port: number, stop: () => Promise<unknown>];

async function listenWebSocket({ endpoint, schema }: Listened<any, any>, host: string, port: number, attend: Attend): Promise<Listening> {
  const limit = schema.limits.message;
  const listener = new WebSocketServer({
    host,
    port,
    // What is somewhat too large is answered; the rest ends the connection.
    maxPayload: 2 * limit,
    handleProtocols: (offered) => endpoint.subprotocols.find((known) => offered.has(known)) ?? false,
    verifyClient: ({ req }: { req: { headers: { [name: string]: unknown } } }) =>
      endpoint.subprotocol_optional || endpoint.subprotocols.some((known) => String(req.headers['sec-websocket-protocol']).includes(known)),
  });
  listener.on('connection', (socket, request) => {
    const peer = request.socket.remoteAddress ?? '';
    attend(new WebSocketTransport(socket as unknown as Socket, limit, endpoint.binary, peer), socket);
  });
  await isListening(listener);
  const bound = listener.address();
  const stop = () => {
    for (const client of listener.clients) client.terminate();
    return new Promise((done) => listener.close(done));
  };
  return [typeof bound === 'object' && bound ? bound.port : 0, stop];
}

async function listenStream({ endpoint, schema }: Listened<any, any>, host: string, port: number, attend: Attend): Promise<Listening> {
  const sockets = new Set<NetSocket>();
  const listener = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket.once('close', () => sockets.delete(socket)));
    attend(overStream(endpoint, schema, socket, socket.remoteAddress ?? ''), socket);
  });
  listener.listen(port, host);
  await isListening(listener);
  const bound = listener.address();
  const stop = () => {
    for (const socket of sockets) socket.destroy();
    return new Promise((done) => listener.close(done));
  };
  return [typeof bound === 'object' && bound ? bound.port : 0, stop];
}

async function isListening(listener: { once(event: 'listening' | 'error', tell: (error?: Error) => void): unknown }): Promise<void> {
  await new Promise<void>((done, failed) => {
    listener.once('listening', () => done());
    listener.once('error', failed);
  });
}
