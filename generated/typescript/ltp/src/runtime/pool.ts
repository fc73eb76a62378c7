// @generated: comes with what ltpc writes for TypeScript, and is the same for every protocol.
/** Takes units in, and has them done: by handlers here, and by peers. */
import type { Draft } from './drafts.js';
import { inWords, Refused } from './findings.js';
import type { Handlers } from './handlers.js';
import type { Limits } from './remembered.js';
import { HERE, Scheduler, type Do, type Waiter } from './scheduler.js';
import { Ended, Full, NotNow, type Logger, type Session } from './session.js';
import { isMembers, type Decoded, type Members } from './values.js';
import type { Failure, Outcome, Unit, Work } from './work.js';

/** How many units a peer may have at once. */
const PEER_ROOM = 64;
/** The longest that a timer of the platform waits. */
const LONGEST = 2 ** 31 - 1;

export class Pool {
  private readonly scheduler: Scheduler;
  private readonly begun = new Map<number, AbortController>();
  private readonly peers = new Map<number, Session<any>>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private submitters = 0;

  constructor(
    readonly work: Work,
    private readonly handlers: Handlers,
    limits: Limits,
    parallel: number,
    private readonly logger: Logger | undefined,
  ) {
    this.scheduler = new Scheduler(work, limits);
    if (handlers.kinds.size) this.obey(this.scheduler.place(now(), HERE, handlers.kinds, Math.max(parallel, 1)));
  }

  /** A number for somebody who submits. */
  submitter(): number {
    return ++this.submitters;
  }

  /** Submits a unit; `to` is told what became of it, once. */
  submit(submitter: number, unit: Unit, to: Waiter): void {
    this.obey(this.scheduler.submit(now(), submitter, unit, to));
  }

  /** From now on answers what a peer submits, and hands it what it handles. Before the session starts. */
  attend(session: Session<any>): void {
    const { work, scheduler } = this;
    const submitter = this.submitter();
    session.taken = (message) => {
      if (message.message === work.request) {
        const unit = work.unit(isMembers(message.body) ? message.body : new Map());
        this.submit(submitter, unit, (outcome) => void this.reply(session, message, outcome));
        return true;
      }
      if (message.message === work.beat) {
        const said = work.handled(message);
        if (said && (said.length || this.peers.has(submitter))) {
          this.peers.set(submitter, session);
          const kinds = new Set(said.map((kind) => work.kindOf(kind)).filter((kind) => kind !== null));
          this.obey(scheduler.place(now(), submitter, kinds, PEER_ROOM));
        }
        const load = work.busy(message);
        if (load !== null) scheduler.loaded(submitter, load);
      }
      // Nobody reads what else arrives.
      return true;
    };
    session.gone = () => {
      if (this.peers.delete(submitter)) this.obey(scheduler.removePlace(now(), submitter));
    };
  }

  /** Takes nothing in any more, waits until what it holds is done, and gives back what is not by then. `grace` in milliseconds. */
  async shutDown(grace: number): Promise<void> {
    const by = now() + grace;
    while (!this.scheduler.drain() && now() < by) await new Promise((done) => setTimeout(done, 10));
    this.obey(this.scheduler.giveBack(now()));
    clearTimeout(this.timer);
  }

  private obey(what: readonly Do[]): void {
    for (const action of what) {
      if (action.do === 'start') void this.begin(action);
      else if (action.do === 'answer') action.to(action.outcome);
      else {
        this.begun.get(action.serial)?.abort();
        this.begun.delete(action.serial);
      }
    }
    clearTimeout(this.timer);
    const due = this.scheduler.nextDeadline();
    if (due !== null) this.timer = setTimeout(() => this.obey(this.scheduler.due(now())), Math.min(Math.max(due - now() + 1, 0), LONGEST));
  }

  private async begin({ serial, place, unit, kind, left }: Do & { readonly do: 'start' }): Promise<void> {
    const control = new AbortController();
    this.begun.set(serial, control);
    let output: string | null = null;
    let failure: Failure | null = null;
    if (place === HERE) {
      const made = await this.handlers.run(unit, kind, control.signal);
      if (typeof made === 'string') output = made;
      else failure = made;
    } else {
      ({ output, failure } = await this.hand(this.peers.get(place), { ...unit, timeout: Math.max(left, 1) }, control.signal));
    }
    if (this.begun.get(serial) !== control) return;
    this.begun.delete(serial);
    this.obey(this.scheduler.finished(now(), serial, output, failure));
  }

  /** Has a peer do it. */
  private async hand(peer: Session<any> | undefined, unit: Unit, signal: AbortSignal): Promise<Outcome> {
    const { work } = this;
    try {
      if (!peer) throw new Ended('the peer is gone');
      return work.outcome(unit.id, await peer.request(draftOf(work, work.request, new Map(), work.body(unit)), signal));
    } catch (error) {
      return { id: unit.id, output: null, failure: work.failure('unrouted', `the peer cannot be handed it: ${String(error)}`), took: 0 };
    }
  }

  /** Answers a submit. What cannot be sent is answered as a failure. */
  private async reply(session: Session<any>, request: Decoded, outcome: Outcome): Promise<void> {
    const { work } = this;
    const send = (said: Outcome) => session.call(draftOf(work, work.reply, request.envelope, work.answer(said)));
    try {
      await send(outcome).catch((refused: unknown) => {
        if (!(refused instanceof Refused)) throw refused;
        const failure = work.failure('failed', `the result cannot be sent: ${inWords(refused.violations[0]!)}`);
        return send({ ...outcome, output: null, failure });
      });
    } catch (error) {
      if (!(error instanceof Ended || error instanceof NotNow || error instanceof Full || error instanceof Refused)) throw error;
      this.logger?.info('not answered', { reason: error.message });
    }
  }
}

/** A message to be sent, of which all is said in the schema's names. */
export function draftOf(work: Work, message: number, envelope: Members, body: Members): Draft {
  return { message, tag: work.schema.messages[message]!.tag ?? '', envelope: new Map(envelope), body };
}

const now = () => Math.floor(performance.now());
