// @generated: comes with what ltpc writes for TypeScript, and is the same for every protocol.
/** A session at work: it moves frames, keeps time and obeys its machine. It holds no protocol behaviour. */
import type { Action } from './actions.js';
import * as codec from './codec.js';
import type { Binding, Message } from './binding.js';
import type { Codec } from './documents.js';
import type { Draft } from './drafts.js';
import type { Context } from './evaluate.js';
import { Refused, inWords } from './findings.js';
import type { Input, Machine } from './machine.js';
import { Policy } from './policy.js';
import { oversized } from './script.js';
import { LocalStore, MemoryStore, type Store } from './store.js';
import { keyOf } from './requests.js';
import { SystemEntropy } from './timers.js';
import type { Transport } from './transport.js';
import type { Decoded } from './values.js';

/** The session's state does not send this. */
export class NotNow extends Error {
  override readonly name = 'NotNow';

  constructor(
    readonly messageName: string,
    readonly state: string,
  ) {
    super(`\`${messageName}\` cannot be sent in state \`${state}\``);
  }
}

/** So many requests wait for their answers already that no further one finds room. */
export class Full extends Error {
  override readonly name = 'Full';

  constructor(readonly most: number) {
    super(`${most} requests wait already`);
  }
}

/** The session has ended. */
export class Ended extends Error {
  override readonly name = 'Ended';
}

/** Where sessions say what they do: an event's name, and what belongs to it. */
export interface Logger {
  info(event: string, fields: object): void;
  warn(event: string, fields: object): void;
  error(event: string, fields: object): void;
}

/** What every session can be told. */
export interface SessionOptions {
  /** Where what outlives the session is kept; left out, `localStorage` in a browser, else memory. */
  readonly storage?: Store;
  /** In which encoding payloads are sent that have one, where a message does not say. */
  readonly preferredEncoding?: string;
  readonly logger?: Logger;
  /** Writes and reads payloads that are encoded, in place of the built-in TOON. */
  readonly codec?: Codec;
  readonly policy?: Policy;
  readonly transport?: Transport;
  readonly dial?: () => Promise<Transport>;
  /** The instant of tick 0, by `performance.now()`. */
  readonly epoch?: number;
}

interface Asking {
  readonly done: (reply: Decoded) => void;
  readonly failed: (reason: Error) => void;
}

interface Asked {
  readonly done: () => void;
  readonly failed: (reason: Error) => void;
}

/** The longest that a timer of the platform waits. */
const LONGEST = 2 ** 31 - 1;

/** One side of a session. Messages arrive at handlers, else by `for await`. */
export class Session<M extends Message = Message> implements AsyncIterable<M> {
  private readonly context: Context;
  private readonly storage: Store;
  private readonly epoch: number;
  private readonly handlers = new Map<string, ((message: any) => unknown)[]>();
  private readonly arrived: M[] = [];
  /** Who waits for the answers to which requests; of equal ones the oldest first. */
  private readonly asking = new Map<string, Asking[]>();
  /** Is shown what arrives before anybody else, and says whether it has taken it. */
  taken: ((message: Decoded) => boolean) | undefined;
  /** Is called once the session has ended. */
  gone: (() => void) | undefined;
  private takers: ((result: IteratorResult<M>) => void)[] = [];
  private watchers: (() => void)[] = [];
  private queue: { input: Input; asked?: Asked; generation?: number }[] = [];
  private isBusy = false;
  private isStarted = false;
  private isOver = false;
  private transport: Transport | null;
  private generation = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private reason = '';

  constructor(
    protected readonly binding: Binding,
    readonly machine: Machine,
    private readonly options: SessionOptions,
  ) {
    this.transport = options.transport ?? null;
    this.storage = options.storage ?? ('window' in globalThis && 'localStorage' in globalThis ? new LocalStore() : new MemoryStore());
    this.epoch = options.epoch ?? performance.now();
    this.context = {
      now: 0,
      unix: 0,
      entropy: new SystemEntropy(),
      policy: options.policy ?? new Policy(),
      peer: this.transport?.peer ?? '',
    };
  }

  /** The state's name in the schema. */
  get state(): string {
    return this.machine.state;
  }

  /** Hands messages of a name to a function; they do not arrive by `for await` then. */
  on<N extends M['name']>(name: N, handler: (message: Extract<M, { readonly name: N }>) => unknown): this {
    this.handlers.set(name, [...(this.handlers.get(name) ?? []), handler]);
    return this;
  }

  /** Starts the session and waits until something can be sent. Throws {@link Ended} if it never can. */
  async connect(): Promise<void> {
    await this.start();
    await this.until(() => this.transport !== null && this.machine.canSend);
  }

  /** Waits until the session is in a state. Throws {@link Ended} if it has ended in another. */
  async reached(state: string): Promise<void> {
    await this.until(() => this.state === state);
  }

  /** Starts the session, without waiting for anything else. */
  async start(): Promise<void> {
    if (this.isStarted) return;
    this.isStarted = true;
    const place = this.machine.persistence();
    const persisted = place ? await this.storage.get(...place) : null;
    this.put({ on: 'start', persisted });
    if (this.transport) {
      this.attach(this.transport);
      this.put({ on: 'open' });
    }
  }

  /** Asks the machine to close, and waits for the end. */
  async close(): Promise<void> {
    if (!this.isStarted || this.isOver) return;
    try {
      await this.ask({ on: 'close' });
    } catch (refused) {
      if (!(refused instanceof NotNow)) throw refused;
      this.finish();
    }
    await this.until(() => this.isOver).catch(() => {});
  }

  [Symbol.asyncIterator](): AsyncIterator<M> {
    return {
      next: () =>
        new Promise((resolve) => {
          const value = this.arrived.shift();
          if (value) resolve({ done: false, value });
          else if (this.isOver) resolve({ done: true, value: undefined });
          else this.takers.push(resolve);
        }),
    };
  }

  /** Asks to send a draft. Throws {@link NotNow}, {@link Refused}, {@link Ended}. */
  async call(draft: Draft): Promise<void> {
    const { schema } = this.binding;
    const { preferredEncoding } = this.options;
    for (const member of schema.types[schema.messages[draft.message]!.body]!.members) {
      const payload = schema.payload(member.type);
      if (preferredEncoding !== undefined && payload?.encoding && payload.encodingInEnvelope && !draft.envelope.has(payload.encoding)) {
        draft.envelope.set(payload.encoding, preferredEncoding);
      }
    }
    await this.ask({ on: 'call', draft });
    // A peer that does not keep up is waited for here, where that holds up nothing else.
    await this.transport?.ready();
  }

  /** The draft of a message: its body, and what is said of its envelope. */
  protected draft(index: number, body: object, envelope?: object, tag?: string): Draft {
    return this.binding.draft(index, body, this.binding.lifted(this.machine.role, index, envelope), tag);
  }

  /**
   * Asks to send a request, and waits for its answer. Giving up by the signal takes it back. Throws {@link NotNow}, {@link Full},
   * {@link Refused}, {@link Ended}.
   */
  async request(draft: Draft, signal?: AbortSignal): Promise<Decoded> {
    const key = this.firstKey(draft.message, draft);
    const place = `${draft.message} ${key}`;
    let asking: Asking;
    const answered = new Promise<Decoded>((done, failed) => (asking = { done, failed }));
    const waiting = this.asking.get(place) ?? [];
    this.asking.set(place, [...waiting, asking!]);
    // Who only waits for the sending does not hear of it.
    answered.catch(() => {});
    const giveUp = () => {
      if (!this.isOver) this.put({ on: 'cancel', key });
      asking.failed(signal!.reason instanceof Error ? signal!.reason : new Error('given up'));
    };
    signal?.addEventListener('abort', giveUp);
    try {
      await this.call(draft);
      return await answered;
    } finally {
      signal?.removeEventListener('abort', giveUp);
      const left = (this.asking.get(place) ?? []).filter((known) => known !== asking);
      if (left.length) this.asking.set(place, left);
      else this.asking.delete(place);
    }
  }

  /** The text of the member by which a request is told first. */
  private firstKey(message: number, said: Pick<Draft, 'envelope' | 'body'>): string {
    const pending = this.machine.role.pendings.find((known: any) => known.request === message);
    return (pending && keyOf(said, pending.keys[0].request)) ?? '';
  }

  /** Hands an answer to who waits for it; what nobody waits for arrives as any message. */
  private answer(request: Decoded, reply: Decoded): void {
    const asking = this.asking.get(`${request.message} ${this.firstKey(request.message, request)}`)?.shift();
    if (asking) asking.done(reply);
    else this.deliver(this.binding.message(reply) as M);
  }

  protected async ask(input: Input): Promise<void> {
    if (!this.isStarted || this.isOver) throw new Ended(this.reason || 'the session is not there');
    await new Promise<void>((done, failed) => {
      this.queue.push({ input, asked: { done, failed } });
      void this.work();
    });
  }

  private until(holds: () => boolean): Promise<void> {
    return new Promise((done, failed) => {
      const look = () => {
        if (holds()) done();
        else if (this.isOver) failed(new Ended(this.reason || `the session ended in state \`${this.state}\``));
        else this.watchers.push(look);
      };
      look();
    });
  }

  private put(input: Input, generation?: number): void {
    this.queue.push(generation === undefined ? { input } : { input, generation });
    void this.work();
  }

  /** Takes inputs one after the other; what an action waits for, the next input waits for too. */
  private async work(): Promise<void> {
    if (this.isBusy) return;
    this.isBusy = true;
    try {
      for (let next = this.queue.shift(); next && !this.isOver; next = this.queue.shift()) {
        if (next.generation !== undefined && next.generation !== this.generation) continue;
        await this.step(next.input, next.asked);
      }
    } catch (error) {
      this.reason = String(error);
      this.options.logger?.error('failed', { state: this.state, reason: this.reason });
      this.finish();
    } finally {
      this.isBusy = false;
    }
    if (!this.isOver && this.machine.ended) this.finish();
    else this.schedule();
  }

  private async step(input: Input, asked?: Asked): Promise<void> {
    if (input.on === 'closed') this.leave(this.transport, true);
    this.context.now = Math.floor(performance.now() - this.epoch);
    this.context.unix = Date.now();
    let refused: Error | null = null;
    for (const action of this.machine.handle(input, this.context)) {
      if (action.do === 'notNow') refused = new NotNow(action.message, action.state);
      else if (action.do === 'full') refused = new Full(action.most);
      else if (action.do === 'invalid') refused = new Refused(action.violations);
      else await this.obey(action);
    }
    if (!refused) asked?.done();
    else if (asked) asked.failed(refused);
    else this.options.logger?.error('not sent', { reason: refused.message });
    for (const look of this.watchers.splice(0)) look();
  }

  private async obey(action: Action): Promise<void> {
    const { logger } = this.options;
    switch (action.do) {
      case 'send':
        this.transport?.send(action.text);
        return;
      case 'deliver':
        if (!this.taken?.(action.message)) this.deliver(this.binding.message(action.message) as M);
        return;
      case 'answer':
        this.answer(action.request, action.reply);
        return;
      case 'enter':
        logger?.info('entered', { state: action.state });
        return;
      case 'store':
        return this.storage.put(action.space, action.key, action.value, action.expires);
      case 'forget':
        return this.storage.remove(action.space, action.key);
      case 'lookup':
        return this.step({ on: 'found', row: await this.storage.get(action.space, action.key) });
      case 'connect':
        void this.open(++this.generation);
        return;
      case 'close':
      case 'drop': {
        this.reason = action.reason;
        const { generation, transport } = this;
        this.transport = null;
        this.leave(transport, action.do === 'drop', action.reason);
        this.put({ on: 'closed' }, generation);
        return;
      }
      case 'unexpected':
        logger?.warn('unexpected', { input: action.input, state: action.state });
    }
  }

  private leave(transport: Transport | null, drop: boolean, reason = ''): void {
    if (drop) this.generation++;
    if (transport === this.transport) this.transport = null;
    if (drop) transport?.drop();
    else transport?.close(reason);
  }

  private async open(generation: number): Promise<void> {
    try {
      const transport = await this.options.dial!();
      if (generation !== this.generation || this.isOver) {
        transport.drop();
        return;
      }
      this.context.peer = transport.peer;
      this.options.logger?.info('connected', { peer: transport.peer });
      // What the machine says to the opening goes over it; what came already comes after.
      this.transport = transport;
      this.put({ on: 'open' }, generation);
      this.attach(transport);
    } catch (error) {
      this.options.logger?.warn('not connected', { reason: String(error) });
      this.put({ on: 'closed' }, generation);
    }
  }

  private attach(transport: Transport): void {
    this.transport = transport;
    const { generation } = this;
    transport.listen({
      frame: (frame) => this.put(this.read(frame), generation),
      late: (octets, patience) => {
        const violation = { pointer: '', rule: 'truncated', expected: `a whole message within ${patience / 1000}s`, actual: `${octets} octets` };
        this.options.logger?.warn('refused', { violations: [inWords(violation)] });
        this.put({ on: 'malformed', refused: new Refused([violation], null, null, octets) }, generation);
      },
      oversized: (octets) => this.put({ on: 'malformed', refused: oversized(this.binding.schema, octets) }, generation),
      gone: (reason) => {
        this.reason = reason;
        this.options.logger?.info('closed', { reason });
        this.put({ on: 'closed' }, generation);
      },
    });
  }

  private read(frame: string | Uint8Array): Input {
    try {
      return { on: 'message', message: codec.decode(this.binding.schema, frame) };
    } catch (refused) {
      if (!(refused instanceof Refused)) throw refused;
      this.options.logger?.warn('refused', { violations: refused.violations.map(inWords) });
      return { on: 'malformed', refused };
    }
  }

  private deliver(message: M): void {
    const handlers = this.handlers.get(message.name);
    if (handlers) {
      for (const handler of handlers) {
        Promise.resolve()
          .then(() => handler(message))
          .catch((error: unknown) => this.options.logger?.error('a handler failed', { reason: String(error) }));
      }
      return;
    }
    const taker = this.takers.shift();
    if (taker) taker({ done: false, value: message });
    else this.arrived.push(message);
  }

  private schedule(): void {
    clearTimeout(this.timer);
    const due = this.isOver ? null : this.machine.nextDeadline();
    if (due === null) return;
    const wait = Math.min(Math.max(Math.ceil(due - (performance.now() - this.epoch)), 0), LONGEST);
    this.timer = setTimeout(() => this.put({ on: 'due' }), wait);
  }

  private finish(): void {
    if (this.isOver) return;
    this.isOver = true;
    clearTimeout(this.timer);
    this.leave(this.transport, true);
    const ended = new Ended(this.reason || 'the session has ended');
    for (const { asked } of this.queue.splice(0)) asked?.failed(ended);
    for (const asking of [...this.asking.values()].flat()) asking.failed(ended);
    this.gone?.();
    for (const taker of this.takers.splice(0)) taker({ done: true, value: undefined });
    for (const look of this.watchers.splice(0)) look();
    this.options.logger?.info('ended', { state: this.state, reason: this.reason });
  }
}

/** What a call says of a message and of its envelope: one whole body, or members in their order; the envelope comes last. */
export function given(names: readonly string[], said: readonly unknown[]): [body: object, envelope: object] {
  const [first, second] = said;
  if (typeof first === 'object' && first !== null) return [first, (second as object | undefined) ?? {}];
  const body = Object.fromEntries(names.map((name, index) => [name, said[index]]));
  return [body, (said[names.length] as object | undefined) ?? {}];
}
