// @generated: comes with what ltpc writes for TypeScript, and is the same for every protocol.
/** Scripts and their traces: what shows that this machine does what every other one does. */
import type { Action } from './actions.js';
import { draftOf, readOptions } from './drafts.js';
import * as codec from './codec.js';
import { Scope, type Context } from './evaluate.js';
import { Refused, type Violation } from './findings.js';
import { Machine, type Input } from './machine.js';
import { Policy, type Registry } from './policy.js';
import type { Schema } from './schema.js';
import { parse } from './tape.js';
import { SplitMix64 } from './timers.js';
import { isMembers, narrow, NumberText, plain, Raw, textOf, type Members, type Value } from './values.js';

/** The trace of a script. */
export function replay(schema: Schema, lines: readonly string[]): string[] {
  const [head, ...rest] = lines.map((line) => {
    const tape = parse(line, 256);
    return tape.value(tape.root) as Members;
  });
  const runner = new Runner(schema, head!);
  for (const line of rest) runner.line(line);
  return runner.trace;
}

class Runner {
  readonly trace: string[] = [];
  private readonly machine: Machine;
  private readonly context: Context;
  private readonly unix: number;
  private at = 0;
  private asked = false;

  constructor(
    private readonly schema: Schema,
    head: Members,
  ) {
    const role = schema.role(String(head.get('session')), String(head.get('role')));
    const options = head.get('options') ?? null;
    this.machine = machineOf(schema, role, isMembers(options) ? options : new Map());
    this.unix = Number(number(head.get('unix')));
    const registry = plain(head.get('registry') ?? null) as Registry | null;
    const peer = head.get('peer');
    this.context = {
      now: 0,
      unix: this.unix,
      entropy: new SplitMix64(number(head.get('seed'))),
      policy: new Policy(registry ?? {}),
      peer: typeof peer === 'string' ? peer : '',
    };
  }

  line(members: Members): void {
    const at = Number(number(members.get('at')));
    if (!this.asked) this.advance(at);
    this.move(at);
    for (const [name, value] of members) if (name !== 'at') this.step(this.input(name, value));
  }

  private advance(at: number): void {
    while (!this.asked && !this.machine.ended) {
      const due = this.machine.nextDeadline();
      if (due === null || due > at) return;
      this.move(Math.max(due, this.at));
      this.step({ on: 'due' });
    }
  }

  private move(at: number): void {
    this.at = this.context.now = at;
    this.context.unix = this.unix + at;
  }

  private input(name: string, value: Value): Input {
    const stored = value === null ? null : textOf(value);
    switch (name) {
      case 'start':
        return { on: 'start', persisted: stored };
      case 'message':
        try {
          return { on: 'message', message: codec.decode(this.schema, String(value)) };
        } catch (refused) {
          if (refused instanceof Refused) return { on: 'malformed', refused };
          throw refused;
        }
      case 'oversized':
        return { on: 'malformed', refused: oversized(this.schema, Number(number(value))) };
      case 'call':
        return { on: 'call', draft: draftOf(this.schema, value) };
      case 'cancel':
        return { on: 'cancel', key: String(value) };
      case 'found':
        return { on: 'found', row: stored };
      default:
        return { on: name as 'open' | 'closed' | 'close' };
    }
  }

  private step(input: Input): void {
    this.asked = false;
    for (const action of this.machine.handle(input, this.context)) {
      this.asked ||= action.do === 'lookup';
      this.note(described(this.schema, action));
    }
    const due = this.machine.ended ? null : this.machine.nextDeadline();
    this.note([
      ['state', this.machine.state],
      ['due', due],
    ]);
  }

  private note(members: [string, Value][]): void {
    this.trace.push(textOf(new Map<string, Value>([['at', this.at], ...members])));
  }
}

/** A machine with options that are given by their names in the schema. Throws {@link Refused} if they do not conform. */
export function machineOf(schema: Schema, role: any, options: Members): Machine {
  const evaluate = (before: Value[], expr: any) => new Scope(schema, role, before).eval(expr);
  return new Machine(schema, role, readOptions(schema, role, options, evaluate));
}

/** What is said of a frame that is not read. */
export function oversized(schema: Schema, size: number): Refused {
  const violation = { pointer: '', rule: 'size', expected: `at most ${schema.limits.message} octets`, actual: `${size} octets` };
  return new Refused([violation], null, null, size);
}

function number(value: Value | undefined): number | bigint {
  return value instanceof NumberText ? narrow(BigInt(value.text)) : 0;
}

function described(schema: Schema, action: Action): [string, Value][] {
  const object = (...members: [string, Value][]): Members => new Map(members);
  switch (action.do) {
    case 'connect':
      return [['connect', true]];
    case 'send':
      return [['send', new Raw(action.text)]];
    case 'deliver':
      return [['deliver', new Raw(codec.encode(schema, action.message))]];
    case 'close':
    case 'drop':
      return [[action.do, action.reason]];
    case 'enter':
      return [['enter', action.state]];
    case 'store':
      return [['store', object(['space', action.space], ['key', action.key], ['value', new Raw(action.value)], ['expires', action.expires])]];
    case 'forget':
    case 'lookup':
      return [[action.do, object(['space', action.space], ['key', action.key])]];
    case 'answer': {
      const [request, reply] = [action.request, action.reply].map((message) => new Raw(codec.encode(schema, message)));
      return [['answer', object(['request', request!], ['reply', reply!])]];
    }
    case 'full':
      return [['refuse', object(['full', action.most])]];
    case 'notNow':
      return [['refuse', object(['message', action.message], ['state', action.state])]];
    case 'invalid':
      return [['refuse', object(['violations', listed(action.violations)])]];
    case 'unexpected': {
      const members: [string, Value][] = [['input', action.input], ['state', action.state]];
      if (action.refused) members.push(['violations', listed(action.refused.violations)]);
      return [['unexpected', new Map(members)]];
    }
  }
}

function listed(violations: readonly Violation[]): Value {
  return violations.map(({ pointer, rule }) => new Map<string, Value>([['pointer', pointer], ['rule', rule]]));
}
