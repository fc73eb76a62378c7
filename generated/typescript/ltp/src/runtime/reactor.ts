// @generated: comes with what ltpc writes for TypeScript, and is the same for every protocol.
/** Work over sessions: nodes, which have it done by handlers and by peers, and reactors, which submit it and may do it. */
import type { Binding } from './binding.js';
import { withDefaults } from './drafts.js';
import { inWords, Refused } from './findings.js';
import { Handlers, type Handler } from './handlers.js';
import { draftOf, Pool } from './pool.js';
import { LIMITS, type Limits } from './remembered.js';
import { Ended, Full, NotNow, type Logger, type Session } from './session.js';
import { SystemEntropy, freshUuid } from './timers.js';
import { isMembers, type Members } from './values.js';
import { decodeValue } from './walk.js';
import type { Failure, Outcome, Unit, Work } from './work.js';

/** What everybody can be told who submits work. */
export interface WorkOptions {
  /** What bounds that which it holds. */
  readonly limits?: Partial<Limits>;
  /** How many units handlers here work on at once; left out: 4. */
  readonly parallel?: number;
  readonly logger?: Logger;
}

/** What nodes and reactors have in common: handlers, and submitting. `P` asks for work, `R` says what became of it. */
export abstract class Submitter<P, R> {
  private readonly handlers: Handlers;
  private pool: Pool | undefined;

  protected constructor(
    private readonly binding: Binding,
    protected readonly work: Work,
    private readonly options: WorkOptions,
  ) {
    this.handlers = new Handlers(binding, work);
  }

  /** Has an element handled by a function, before the start. Throws `RangeError` if there is no such element. */
  register<T = any>(group: string, element: string, handler: (input: T, task: Parameters<Handler>[1]) => unknown): void {
    if (this.pool) throw new Error('what is handled is said when it starts: register before');
    this.handlers.add(group, element, handler);
  }

  /** Submits a unit of work, and waits for what becomes of it. What goes wrong is said in it, with a code. Its id may be left out. */
  async submit(packet: P): Promise<R> {
    const { work } = this;
    let unit: Unit;
    try {
      unit = this.unit(packet);
    } catch (refused) {
      if (!(refused instanceof Refused)) throw refused;
      const { id } = packet as { readonly id?: unknown };
      return this.failed(typeof id === 'string' ? id : '', work.failure('invalid', refused.violations.map(inWords).join('; ')));
    }
    const kind = work.kind(unit.group, unit.element);
    const failure = kind === null ? null : work.check(kind, 'input', unit.input);
    return failure ? this.failed(unit.id, failure) : this.result(kind, await this.submitted(unit));
  }

  protected abstract submitted(unit: Unit): Promise<Outcome>;

  protected get kinds(): ReadonlySet<string> {
    return this.handlers.kinds;
  }

  protected started(): Pool {
    const { limits, parallel, logger } = this.options;
    return (this.pool ??= new Pool(this.work, this.handlers, { ...LIMITS, ...limits }, parallel ?? 4, logger));
  }

  protected async shutDown(grace: number): Promise<void> {
    await this.pool?.shutDown(grace);
  }

  /** The unit that an application asks for. Throws {@link Refused} if it does not conform. */
  private unit(packet: P): Unit {
    const { work, binding } = this;
    const { schema, members: of } = work;
    const record = schema.messages[work.request]!.body;
    const given = binding.value(record, packet);
    const said: Members = isMembers(given) ? given : new Map();
    if (!said.has(of.id)) said.set(of.id, freshUuid(new SystemEntropy()));
    const { members } = schema.types[record]!;
    const others = [...said].filter(([name]) => !members.some((member) => member.name === name));
    const body = new Map([...withDefaults(schema, members, said), ...others]);
    const read = decodeValue(schema, record, work.json(record, body));
    return work.unit(isMembers(read) ? read : new Map());
  }

  private failed(id: string, failure: Failure): R {
    return this.result(null, { id, output: null, failure, took: 0 });
  }

  /** An outcome as an application sees it. */
  private result(kind: string | null, outcome: Outcome): R {
    const { work, binding } = this;
    const failure = kind !== null && outcome.output !== null ? work.check(kind, 'output', outcome.output) : null;
    const said = failure ? { ...outcome, output: null, failure } : outcome;
    const record = work.schema.messages[work.reply]!.body;
    const made = binding.object(record, work.answer(said)) as { [name: string]: unknown };
    const gives = kind === null ? null : work.typed(kind, 'output');
    if (gives !== null && said.output !== null) {
      made[binding.nameOf(record, work.members.output)] = binding.object(gives, decodeValue(work.schema, gives, said.output));
    }
    return made as R;
  }
}

/** Submits work to a node over a session, and does what the node hands it. */
export abstract class Reactor<P, R> extends Submitter<P, R> {
  private session: Session<any> | undefined;

  protected constructor(
    binding: Binding,
    work: Work,
    options: WorkOptions,
    private readonly make: (kinds: string[]) => Session<any>,
  ) {
    super(binding, work, options);
  }

  /** Connects, and waits until it is. Throws `Ended` if that cannot be. */
  async start(): Promise<void> {
    if (!this.session) {
      this.session = this.make([...this.kinds].sort());
      this.started().attend(this.session);
    }
    await this.session.connect();
  }

  /** Gives what it works on so many milliseconds, then closes. */
  async stop(grace = 0): Promise<void> {
    await this.shutDown(grace);
    await this.session?.close();
  }

  protected async submitted(unit: Unit): Promise<Outcome> {
    const { work, session } = this;
    const undone = (what: string, message: string): Outcome => ({ id: unit.id, output: null, failure: work.failure(what, message), took: 0 });
    try {
      if (!session) throw new Ended('it was not started');
      return work.outcome(unit.id, await session.request(draftOf(work, work.request, new Map(), work.body(unit))));
    } catch (error) {
      if (error instanceof Full) return undone('overloaded', error.message);
      if (error instanceof Refused) return undone('invalid', error.violations.map(inWords).join('; '));
      if (error instanceof Ended || error instanceof NotNow) return undone('unrouted', error.message);
      throw error;
    }
  }
}

/** What listens for sessions. */
export interface Listening {
  readonly port: number;
  close(): Promise<void>;
}

/** Takes work in from whoever connects, and has it done: by its handlers, and by peers that work. */
export abstract class Node<P, R> extends Submitter<P, R> {
  private server: Listening | undefined;
  private submitter = 0;

  protected constructor(
    binding: Binding,
    work: Work,
    options: WorkOptions,
    private readonly listen: (prepare: (session: Session<any>) => void) => Promise<Listening>,
  ) {
    super(binding, work, options);
  }

  /** The port that is listened on. */
  get port(): number {
    return this.server?.port ?? 0;
  }

  /** Listens. */
  async start(): Promise<void> {
    const pool = this.started();
    this.submitter ||= pool.submitter();
    this.server ??= await this.listen((session) => pool.attend(session));
  }

  /** Gives what is worked on so many milliseconds, gives back what is not done by then, and closes. */
  async stop(grace = 0): Promise<void> {
    await this.shutDown(grace);
    // Those who submitted are told first.
    await new Promise((told) => setTimeout(told, 0));
    await this.server?.close();
  }

  protected submitted(unit: Unit): Promise<Outcome> {
    return new Promise((answer) => this.started().submit(this.submitter, unit, answer));
  }
}
