// @generated: comes with what ltpc writes for TypeScript, and is the same for every protocol.
/**
 * The session machine of any role, from its table. It reads no clock, socket or randomness of its own.
 *
 * An input goes in with the time, actions come out in order; they never call back into the machine.
 */
import type { Action } from './actions.js';
import { filled, kept, load, read, withDefaults, type Draft } from './drafts.js';
import * as codec from './codec.js';
import { encodeValue } from './encode.js';
import { keyText, Scope, type Came, type Context } from './evaluate.js';
import { Refused } from './findings.js';
import { Requests } from './requests.js';
import type { Schema } from './schema.js';
import { stamp } from './stamping.js';
import { Interval, Retry, Timer, TimerQueue, Window } from './timers.js';
import { isMembers, Raw, textOf, type Decoded, type Members, type Value } from './values.js';
import { decodeValue } from './walk.js';

/** What happens to a machine. */
export type Input =
  /** The endpoint starts; `persisted` is the object's text that is stored at {@link Machine.persistence}. */
  | { readonly on: 'start'; readonly persisted: string | null }
  /** The transport is open. */
  | { readonly on: 'open' }
  /** The transport is gone, or could not be opened. */
  | { readonly on: 'closed' }
  /** A message arrived. */
  | { readonly on: 'message'; readonly message: Decoded }
  /** Something arrived that is no message. */
  | { readonly on: 'malformed'; readonly refused: Refused }
  /** The time of {@link Machine.nextDeadline} has come. */
  | { readonly on: 'due' }
  /** The application asks to send a message. */
  | { readonly on: 'call'; readonly draft: Draft }
  /** The application gives up on the request whose first key this is. */
  | { readonly on: 'cancel'; readonly key: string }
  /** The application asks to close. */
  | { readonly on: 'close' }
  /** The answer to a `lookup`: the row's JSON text, if there is one. */
  | { readonly on: 'found'; readonly row: string | null };

export class Machine {
  readonly scope: Scope;
  current: number;
  private started = false;
  private retries: Retry[];
  private readonly windows: Window[];
  private clocks: (Timer | null)[] = [];
  private timers: Timer[] = [];
  private entered = false;
  private asked: any = null;
  private actions: Action[] = [];
  private said: Members = new Map();
  private readonly requests: Requests;

  constructor(
    readonly schema: Schema,
    readonly role: any,
    options: Value[],
  ) {
    this.scope = new Scope(schema, role, options);
    this.current = role.start;
    this.retries = role.retries.map((plan: any) => new Retry(plan));
    this.windows = role.uniques.map((unique: any) => new Window(unique.last));
    this.requests = new Requests(schema, role.pendings, this.scope);
  }

  /** The state's name in the schema. */
  get state(): string {
    return this.table.name;
  }

  /** Whether nothing that comes in does anything any more. */
  get ended(): boolean {
    return this.table.end;
  }

  /** Whether the state has a transition for something that the application asks to send. */
  get canSend(): boolean {
    return this.table.transitions.some((transition: any) => transition.on === 'call');
  }

  /** When the next timer is due. */
  nextDeadline(): number | null {
    const due = [this.earliest(), this.requests.earliest()].flatMap((found) => (found ? [found[0]] : []));
    return due.length ? Math.min(...due) : null;
  }

  /** Under which space and key the values that survive a restart are kept, if the role declares any. */
  persistence(): readonly [space: string, key: string] | null {
    const { role } = this;
    if (!role.persists.length) return null;
    return [`${role.session}.${role.name}`, role.persist_key === null ? '' : keyText(this.scope.options[role.persist_key])];
  }

  /** Takes one input; says what to do, in order. */
  handle(input: Input, context: Context): Action[] {
    if (input.on !== 'start' && (!this.started || this.ended)) return [];
    this.actions = [];
    this.scope.context = context;
    const before = textOf(this.scope.persists);
    this.came({ kind: '' });
    this.step(input);
    if (input.on !== 'start' && before !== textOf(this.scope.persists)) this.keep();
    return this.actions;
  }

  private get table(): any {
    return this.role.states[this.current];
  }

  private came(came: Came): void {
    this.scope.came = came;
  }

  private step(input: Input): void {
    switch (input.on) {
      case 'start':
        return this.start(input.persisted);
      case 'open':
        for (const window of this.windows) window.clear();
        this.came({ kind: 'open' });
        return this.expect('open', null, 'open');
      case 'closed':
        this.came({ kind: 'closed' });
        return this.expect('closed', null, 'closed');
      case 'malformed':
        this.came({ kind: 'malformed', refused: input.refused });
        return this.expect('malformed', null, 'malformed');
      case 'message':
        return this.message(input.message);
      case 'due':
        return this.due();
      case 'call': {
        this.said = new Map(input.draft.envelope);
        this.came({ kind: 'call', message: filled(this.schema, input.draft) });
        if (!this.transition('call', input.draft.message)) this.notNow(this.schema.messages[input.draft.message]!.name);
        return;
      }
      case 'close':
        if (!this.transition('close', null)) this.notNow('close');
        return;
      case 'cancel':
        return this.cancel(input.key);
      case 'found':
        return this.found(input.row);
    }
  }

  private notNow(message: string): void {
    this.actions.push({ do: 'notNow', message, state: this.state });
  }

  private start(persisted: string | null): void {
    const { role, scope } = this;
    this.started = true;
    this.clocks = [];
    this.timers = [];
    this.retries = role.retries.map((plan: any) => new Retry(plan));
    for (const window of this.windows) window.clear();
    this.requests.clear();
    scope.persists = load(this.schema, role.persists, persisted);
    scope.vars = [];
    for (const declared of role.vars) scope.vars.push(scope.maybe(declared.init));
    this.enter(role.start, []);
    this.settle();
  }

  private message(message: Decoded): void {
    const repeated = this.repeat(message);
    this.came({ kind: 'message', message });
    if (repeated === null) this.expect('messages', message.message, this.schema.messages[message.message]!.name);
    else this.transition('repeat', repeated);
  }

  /** Which `unique` the message breaks, if any; else its texts are remembered. */
  private repeat(message: Decoded): number | null {
    const { envelope } = this.schema.messages[message.message]!;
    for (const [index, unique] of this.role.uniques.entries()) {
      const text = message.envelope.get(unique.member);
      if (unique.envelope === envelope && typeof text === 'string' && !this.windows[index]!.insert(text)) return index;
    }
    return null;
  }

  private found(row: string | null): void {
    if (this.asked === null) return;
    const { row: type } = this.asked;
    this.asked = null;
    const value = row === null ? null : read(() => decodeValue(this.schema, type, row));
    if (isMembers(value)) {
      this.came({ kind: 'row', row: value });
      this.transition('found', null);
    } else this.transition('missing', null);
  }

  /** Takes the first transition that fits; without one, what came is unexpected. */
  private expect(on: string, of: number | null, name: string): void {
    if (!this.transition(on, of)) this.unexpected(name);
  }

  private unexpected(input: string): void {
    this.actions.push({ do: 'unexpected', input, state: this.state, refused: this.scope.came.refused ?? null });
  }

  private transition(on: string, of: number | null): boolean {
    const found = this.table.transitions.find((transition: any) => fits(transition, on, of) && this.holds(transition));
    if (!found) return false;
    this.take(found);
    this.settle();
    return true;
  }

  private holds(transition: any): boolean {
    return transition.guard === undefined || this.scope.eval(transition.guard) === true;
  }

  /** Takes the `enter` transitions of states as long as they lead on. */
  private settle(): void {
    while (this.entered) {
      this.entered = false;
      this.came({ kind: '' });
      const found = this.table.transitions.find((transition: any) => transition.on === 'enter' && this.holds(transition));
      if (found) this.take(found);
    }
  }

  private take(transition: any): void {
    for (const action of transition.actions) this.act(action);
    let { next } = transition;
    if (next === undefined) return;
    if (next.retry !== undefined) next = this.retry(next.retry) ? next.again : next.spent;
    this.enter(
      next.state,
      next.values.map((value: unknown) => this.scope.eval(value)),
    );
  }

  private enter(index: number, values: Value[]): void {
    const { scope } = this;
    const state = this.role.states[index];
    this.clocks = state.transitions.map(() => null);
    this.timers = state.timers.map((timer: any) => (timer.queue === null ? new Timer() : new TimerQueue(timer.queue)));
    if (state.end) for (const retry of this.retries) retry.disarm();
    this.actions.push({ do: 'enter', state: state.name });
    if (state.end) this.actions.push(...this.requests.abandon());
    this.current = index;
    scope.state = values;
    for (const init of state.vars.slice(values.length)) scope.state.push(scope.maybe(init));
    const { now } = scope.context;
    for (const [at, transition] of state.transitions.entries()) {
      if (transition.on === 'every') this.clocks[at] = new Interval(now, scope.milliseconds(transition.of));
      else if (transition.on === 'after') {
        const timer = new Timer();
        timer.arm(now, now + Math.max(scope.milliseconds(transition.of), 1));
        this.clocks[at] = timer;
      }
    }
    this.entered = true;
  }

  private act(action: any): void {
    const { scope } = this;
    const { now } = scope.context;
    const { message } = scope.came;
    switch (action.do) {
      case 'deliver':
        if (scope.came.kind === 'message' && message) this.actions.push({ do: 'deliver', message });
        return;
      case 'report':
        if (scope.came.kind === 'message' && message) this.unexpected(this.schema.messages[message.message]!.name);
        else if (['malformed', 'open', 'closed'].includes(scope.came.kind)) this.unexpected(scope.came.kind);
        return;
      case 'connect':
        this.actions.push({ do: 'connect' });
        return;
      case 'close':
      case 'drop':
        this.actions.push({ do: action.do, reason: action.reason });
        return;
      case 'send':
        return this.send(action);
      case 'send_given':
        if (scope.came.kind === 'call' && message) this.finish({ ...message, envelope: new Map(this.said) });
        return;
      case 'track':
      case 'resolve':
      case 'resend':
      case 'fail':
        return this.request(action);
      case 'set': {
        const value = scope.eval(action.value);
        const lists: { [base: string]: Value[] } = { option: scope.options, var: scope.vars, persist: scope.persists, state: scope.state };
        lists[action.base]![action.index] = value;
        return;
      }
      case 'arm': {
        const duration = Math.max(scope.milliseconds(this.table.timers[action.index].duration), 1);
        this.timers[action.index]!.arm(now, now + duration);
        return;
      }
      case 'disarm':
        this.timers[action.index]!.disarm();
        return;
      case 'reset':
        this.retries[action.index]!.reset();
        return;
      case 'count':
        return scope.count(action.meter, action.key, action.tier);
      case 'lookup':
      case 'store':
      case 'forget':
        return this.row(action);
    }
  }

  /** What is done about requests that wait for their answers. */
  private request(action: any): void {
    const { requests } = this;
    const { index } = action;
    if (action.do === 'resend') this.actions.push(...requests.again(index));
    else if (action.do === 'fail') this.actions.push(...requests.fail(index, action.guard, action.answer));
    else if (action.do === 'resolve') {
      const answer = requests.resolve(index);
      if (answer) this.actions.push(answer);
      else this.act({ do: 'report' });
    } else {
      const most = requests.full(index);
      const before = this.actions.length;
      if (most !== null) this.actions.push({ do: 'full', most });
      else this.act({ do: 'send_given' });
      for (const sent of this.actions.slice(before)) if (sent.do === 'send') requests.track(index, sent.message);
    }
  }

  private cancel(key: string): void {
    for (const transition of this.table.transitions) {
      const request = transition.on === 'cancel' ? this.requests.cancel(transition.of, key) : null;
      if (!request) continue;
      this.came({ kind: 'message', message: request });
      this.transition('cancel', transition.of);
      return;
    }
    this.notNow('cancel');
  }

  private row(action: any): void {
    const { scope, schema } = this;
    const table = this.role.tables[action.table];
    const key = keyText(scope.eval(action.key));
    const { space } = table;
    if (action.do !== 'store') {
      if (action.do === 'lookup') this.asked = table;
      this.actions.push({ do: action.do, space, key });
      return;
    }
    const fields: Members = new Map(action.fields.map(([name, value]: [string, unknown]) => [name, scope.eval(value)]));
    const value = encodeValue(schema, table.row, withDefaults(schema, schema.types[table.row]!.members, fields));
    this.actions.push({ do: 'store', space, key, value, expires: scope.context.unix + scope.milliseconds(table.expires) });
  }

  /** Stores those persisted variables that are not none; forgets them if all are. */
  private keep(): void {
    const [space, key] = this.persistence() ?? ['', ''];
    const value = kept(this.schema, this.role.persists, this.scope.persists);
    this.actions.push(value === null ? { do: 'forget', space, key } : { do: 'store', space, key, value, expires: null });
  }

  private send(action: any): void {
    const { schema, scope } = this;
    const message = schema.messages[action.message]!;
    const type = schema.types[message.body]!;
    const evaluated = (members: [string, unknown][]): Members => new Map(members.map(([name, value]) => [name, scope.eval(value)]));
    const given = evaluated(action.envelope);
    const fields = evaluated(action.body);
    const body: Value = type.kind === 'record' ? withDefaults(schema, type.members, fields) : new Raw('{}');
    const required = new Set(schema.envelopes[message.envelope]!.members.filter((member) => member.required).map((member) => member.name));
    const envelope: Members = new Map([...given].filter(([name, value]) => value !== null || required.has(name)));
    this.finish({ message: action.message, tag: message.tag ?? '', envelope, body });
  }

  /** Stamps and checks a message of whose envelope only what is said stands there. */
  private finish(made: Decoded): void {
    stamp(this.schema, this.table.stamps, made, (expr) => this.scope.eval(expr));
    const text = codec.encode(this.schema, made);
    try {
      // What is sent is what the peer reads: the text, read again, has every value in its canonical form.
      this.actions.push({ do: 'send', message: codec.decode(this.schema, text), text });
    } catch (refused) {
      if (!(refused instanceof Refused)) throw refused;
      this.actions.push({ do: 'invalid', violations: refused.violations });
    }
  }

  private earliest(): [due: number, group: number, index: number] | null {
    let found: [number, number, number] | null = null;
    for (const [group, timers] of [this.clocks, this.timers, this.retries].entries()) {
      for (const [index, timer] of timers.entries()) {
        const due = timer?.deadline() ?? null;
        if (due !== null && (!found || due < found[0])) found = [due, group, index];
      }
    }
    return found;
  }

  private due(): void {
    const { now } = this.scope.context;
    for (;;) {
      const found = this.earliest();
      const waiting = this.requests.earliest();
      // Of equal deadlines, those of requests come last.
      if (waiting && waiting[0] <= now && (!found || waiting[0] < found[0])) {
        this.actions.push(...this.requests.overdue(waiting[1], now));
        continue;
      }
      if (!found || found[0] > now) return;
      const [, group, index] = found;
      this.came({ kind: '' });
      if (group === 0) {
        this.clocks[index]?.take(now);
        const transition = this.table.transitions[index];
        if (this.holds(transition)) {
          this.take(transition);
          this.settle();
        }
      } else if (group === 1) {
        this.timers[index]!.take(now);
        this.transition('timeout', index);
      } else {
        this.retries[index]!.disarm();
        this.transition('due', index);
      }
    }
  }

  private retry(index: number): boolean {
    for (const retry of this.retries) retry.disarm();
    return this.retries[index]!.next(this.scope.context.now, this.scope.context.entropy);
  }
}

function fits(transition: any, on: string, of: number | null): boolean {
  if (transition.on !== on) return transition.on === 'message' && on === 'messages';
  if (of === null) return true;
  return Array.isArray(transition.of) ? transition.of.includes(of) : transition.of === of;
}
