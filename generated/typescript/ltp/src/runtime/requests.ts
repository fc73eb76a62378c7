// @generated: comes with what ltpc writes for TypeScript, and is the same for every protocol.
/** What a machine does about requests that wait for their answers. */
import type { Action } from './actions.js';
import * as codec from './codec.js';
import { withDefaults } from './drafts.js';
import { keyText, type Scope } from './evaluate.js';
import { Refused } from './findings.js';
import { Pending } from './pending.js';
import type { Schema } from './schema.js';
import { isMembers, type Decoded, type Members } from './values.js';

/** The sets of requests of a role, each by its index in the role's table. */
export class Requests {
  private sets: Pending[] = [];

  constructor(
    private readonly schema: Schema,
    private readonly tables: readonly any[],
    private readonly scope: Scope,
  ) {
    this.clear();
  }

  /** None wait. */
  clear(): void {
    this.sets = this.tables.map((table) => new Pending(table.most));
  }

  /** How many may wait, if no further request finds room. */
  full(index: number): number | null {
    const known = this.sets[index]!;
    return known.full ? known.most : null;
  }

  /** A request that was sent waits from now on. */
  track(index: number, request: Decoded): void {
    const table = this.tables[index];
    const keys = table.keys.map((key: any) => keyOf(request, key.request));
    const within = this.about(request, () => this.scope.milliseconds(table.within));
    this.sets[index]!.add(request, keys, this.scope.context.now + Math.max(within, 1));
  }

  /** What came, with the request that it answers, if it answers one. */
  resolve(index: number): Action | null {
    const table = this.tables[index];
    const { kind, message: reply } = this.scope.came;
    if (kind !== 'message' || !reply || !table.replies.includes(reply.message)) return null;
    const of = table.replies.indexOf(reply.message);
    const request = this.sets[index]!.resolve(table.keys.map((key: any) => keyOf(reply, key.replies[of])));
    return request && { do: 'answer', request, reply };
  }

  /** All that wait, to be sent again. */
  again(index: number): Action[] {
    return this.sets[index]!.all().map(([, message]) => ({ do: 'send', message, text: codec.encode(this.schema, message) }));
  }

  /** Answers those for which a condition holds, the oldest first. */
  fail(index: number, guard: any, answer: any): Action[] {
    const made: Action[] = [];
    for (const [serial, request] of this.sets[index]!.all()) {
      if (guard && this.about(request, () => this.scope.eval(guard)) !== true) continue;
      this.sets[index]!.remove(serial);
      made.push(this.answer(request, answer));
    }
    return made;
  }

  /** Takes away the oldest request whose first key this is. */
  cancel(index: number, key: string): Decoded | null {
    return this.sets[index]!.resolve([key]);
  }

  /** Answers the first that is too late now. */
  overdue(index: number, now: number): Action[] {
    const request = this.sets[index]!.takeDue(now);
    return request ? [this.answer(request, this.tables[index].late)] : [];
  }

  /** Answers all that still wait where the machine ends. */
  abandon(): Action[] {
    return this.tables.flatMap((table, index) => this.fail(index, null, table.late));
  }

  /** The earliest deadline, and its set. */
  earliest(): readonly [at: number, index: number] | null {
    let found: readonly [number, number] | null = null;
    for (const [index, known] of this.sets.entries()) {
      const at = known.deadline();
      if (at !== null && (!found || at < found[0])) found = [at, index];
    }
    return found;
  }

  /** A reply that is made: in the request's envelope, checked as what is sent is. */
  private answer(request: Decoded, answer: any): Action {
    const { schema, scope } = this;
    const message = schema.messages[answer.message]!;
    const fields: Members = this.about(request, () => new Map(answer.body.map(([name, value]: [string, unknown]) => [name, scope.eval(value)])));
    const body = withDefaults(schema, schema.types[message.body]!.members, fields);
    const made: Decoded = { message: answer.message, tag: message.tag ?? '', envelope: request.envelope, body };
    try {
      return { do: 'answer', request, reply: codec.decode(schema, codec.encode(schema, made)) };
    } catch (refused) {
      if (refused instanceof Refused) return { do: 'invalid', violations: refused.violations };
      throw refused;
    }
  }

  /** What is said while a request is what came. */
  private about<T>(request: Decoded, say: () => T): T {
    const { scope } = this;
    const { came } = scope;
    scope.came = { kind: 'message', message: request };
    const said = say();
    scope.came = came;
    return said;
  }
}

/** The text of a member by which messages are told apart; none where it is absent. */
export function keyOf(message: Pick<Decoded, 'envelope'> & { readonly body?: Decoded['body'] | undefined }, member: any): string | null {
  if (!member) return null;
  const of = member.of === 'body' ? message.body : message.envelope;
  const value = isMembers(of) ? of.get(member.name) : undefined;
  return value === null || value === undefined || typeof value === 'boolean' ? null : keyText(value);
}
