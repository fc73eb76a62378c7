// @generated: comes with what ltpc writes for TypeScript, and is the same for every protocol.
/** Expressions of sessions. Durations and moments are integers of milliseconds; none is `null`. */
import { digestOf } from './digest.js';
import type { Refused } from './findings.js';
import { isUuid, rfc3339 } from './formats.js';
import type { Policy } from './policy.js';
import type { Schema } from './schema.js';
import { freshHex, freshUuid, type Entropy } from './timers.js';
import { compareTexts, isMembers, narrow, NumberText, Raw, saturated, textOf, type Decoded, type Members, type Value } from './values.js';

/** What a step may know of the world. */
export interface Context {
  /** Milliseconds since a beginning that only this machine knows. */
  now: number;
  /** Milliseconds since the Unix epoch. */
  unix: number;
  readonly entropy: Entropy;
  readonly policy: Policy;
  /** The host at the transport's other end. */
  peer: string;
}

/** What came, for the transition that is taken. */
export interface Came {
  readonly kind: '' | 'open' | 'closed' | 'message' | 'malformed' | 'row' | 'call';
  readonly message?: Decoded;
  readonly refused?: Refused;
  readonly row?: Members;
}

/** What an expression is evaluated in. */
export class Scope {
  vars: Value[] = [];
  persists: Value[] = [];
  state: Value[] = [];
  came: Came = { kind: '' };
  context!: Context;

  constructor(
    readonly schema: Schema,
    readonly role: any,
    readonly options: Value[],
  ) {}

  maybe(expr: any): Value {
    return expr === null || expr === undefined ? null : this.eval(expr);
  }

  milliseconds(expr: any): number {
    return Math.max(Number(integer(this.eval(expr))), 0);
  }

  /** The expression's value. */
  eval(expr: any): Value {
    const { came, context } = this;
    switch (expr.op) {
      case 'text':
      case 'float':
      case 'bool':
        return expr.value;
      case 'int':
        return narrow(BigInt(expr.value));
      case 'none':
        return null;
      case 'option':
        return within(this.options[expr.index], expr.path);
      case 'var':
        return within(this.vars[expr.index], expr.path);
      case 'persist':
        return within(this.persists[expr.index], expr.path);
      case 'state':
        return within(this.state[expr.index], expr.path);
      case 'body':
        return within(came.message?.body, expr.path);
      case 'envelope':
        return within(came.message?.envelope, expr.path);
      case 'row':
        return within(came.row, expr.path);
      case 'tag':
        return came.message?.tag ?? null;
      case 'refused':
        return this.said(expr.what);
      case 'now':
        return context.unix;
      case 'fresh':
        return freshUuid(context.entropy);
      case 'fresh_hex':
        return freshHex(context.entropy, expr.prefix, expr.digits);
      case 'peek': {
        const value = came.kind === 'malformed' ? came.refused?.readable.get(expr.pointer) : undefined;
        return value !== undefined && (typeof value === 'string') === (expr.is === 'string') ? value : null;
      }
      case 'peer':
        return context.peer;
      case 'grant':
        return this.grant(expr);
      case 'may':
        return this.schema.tiers[expr.tiers]![this.level(expr.tiers, this.eval(expr.tier))].may.includes(expr.capability);
      case 'wait': {
        const [meter, key, rate] = this.metered(expr.meter, expr.key, expr.tier);
        return rate ? context.policy.wait(meter, key, rate, context.now) : 0;
      }
      case 'has':
        return this.eval(expr.of) !== null;
      case 'not':
        return this.eval(expr.of) !== true;
      case 'of_unit': {
        const value = this.eval(expr.of);
        return value === null ? null : saturated(integer(value) * BigInt(expr.unit), false);
      }
      case 'in_unit': {
        const value = this.eval(expr.of);
        const unit = BigInt(expr.unit);
        return value === null ? null : narrow((integer(value) + (expr.up ? unit - 1n : 0n)) / unit);
      }
      case 'rfc3339': {
        const value = this.eval(expr.of);
        return value === null ? null : rfc3339(Number(integer(value)));
      }
      case 'object': {
        const made: Members = new Map();
        for (const [name, member, leftOut] of expr.members) {
          const value = this.eval(member);
          if (!(leftOut && value === null)) made.set(name, value);
        }
        return expr.raw ? new Raw(textOf(made)) : made;
      }
      case 'list': {
        const items = expr.items.map((item: unknown) => this.eval(item));
        return expr.raw ? new Raw(textOf(items)) : items;
      }
      case 'digest': {
        const items = this.eval(expr.of);
        return digestOf(this.schema.digests[expr.digest], Array.isArray(items) ? items : []);
      }
      case 'and':
        return this.eval(expr.left) === true && this.eval(expr.right) === true;
      case 'or':
        return this.eval(expr.left) === true || this.eval(expr.right) === true;
      case 'coalesce':
        return this.eval(expr.left) ?? this.eval(expr.right);
      default:
        return this.binary(expr);
    }
  }

  private binary(expr: any): Value {
    let left = this.eval(expr.left);
    let right = this.eval(expr.right);
    switch (expr.op) {
      case 'add':
        return saturated(integer(left) + integer(right), expr.signed);
      case 'sub':
        return saturated(integer(left) - integer(right), expr.signed);
      case 'mul':
        return saturated(integer(left) * integer(right), expr.signed);
    }
    if (expr.tiers !== null) {
      left = left === null ? null : -this.level(expr.tiers, left);
      right = right === null ? null : -this.level(expr.tiers, right);
    }
    if (expr.op === 'eq') return isEqual(left, right);
    if (expr.op === 'ne') return !isEqual(left, right);
    const order = compare(left, right);
    if (order === null) return false;
    return expr.op === 'lt' ? order < 0 : expr.op === 'le' ? order <= 0 : expr.op === 'gt' ? order > 0 : order >= 0;
  }

  /** The level of a value of tiers: what is none of them is the last. */
  level(tiers: number, value: Value): number {
    const levels = this.schema.tiers[tiers]!;
    const known = levels.findIndex((tier) => tier.wire === value);
    return known < 0 ? levels.length - 1 : known;
  }

  private grant(expr: any): Value {
    const agent = this.eval(expr.agent);
    const level = this.level(expr.tiers, this.eval(expr.claim));
    const key = this.maybe(expr.key);
    const tiers = this.schema.tiers[expr.tiers]!;
    const granted = this.context.policy.grant(tiers, typeof agent === 'string' ? agent : '', level, typeof key === 'string' ? key : null);
    return tiers[granted].wire;
  }

  private metered(meter: number, key: any, tier: any): [any, string, any] {
    const table = this.role.meters[meter];
    const text = this.eval(key);
    const of = this.maybe(tier);
    const rate = table.tiers === null ? table.rate : this.schema.tiers[table.tiers]![this.level(table.tiers, of)].rate;
    return [table, typeof text === 'string' ? text : '', rate];
  }

  count(meter: number, key: any, tier: any): void {
    const [table, text, rate] = this.metered(meter, key, tier);
    if (rate) this.context.policy.count(table, text, rate, this.context.now);
  }

  /** What is said of what was refused. */
  private said(what: string): Value {
    const { refused } = this.came;
    if (!refused) return null;
    const first = refused.violations[0];
    if (what === 'tag') return refused.tag;
    if (what === 'size') return refused.size;
    if (!first) return '';
    if (what === 'rule') return first.rule;
    if (what === 'pointer') return first.pointer;
    const text = `${first.pointer}${first.pointer ? ': ' : ''}expected ${first.expected}, got ${first.actual}`;
    if (first.line === undefined) return text;
    // Of framed text it is fit to stand in a header; what breaks the form is told with its place already.
    const fit = [...text].map(inAscii).join('').slice(0, MOST_SAID);
    const place = ` at line ${first.line}, column ${first.column}`;
    return fit.endsWith(place) ? fit : fit + place;
  }
}

const MOST_SAID = 400;
const IN_ASCII: { [character: string]: string } = { '\t': '\\t', '\r': '\\r', '\n': '\\n', '…': '...' };

/** A character as it can stand in a header. */
function inAscii(character: string): string {
  if (character >= ' ' && character <= '~') return character;
  return IN_ASCII[character] ?? `\\u{${character.codePointAt(0)!.toString(16)}}`;
}

/** The integer that a value is; 0 for what is none. */
export function integer(value: Value | undefined): bigint {
  if (value instanceof NumberText) return /^-?[0-9]+$/.test(value.text) ? BigInt(value.text) : 0n;
  if (typeof value === 'bigint') return value;
  return typeof value === 'number' && Number.isInteger(value) ? BigInt(value) : 0n;
}

/** A key's text: of a text the text, of an integer its digits. */
export function keyText(key: Value | undefined): string {
  if (typeof key === 'string') return key;
  if (key instanceof NumberText) return key.text;
  return key === null || key === undefined ? '' : String(integer(key));
}

const numeric = (value: Value): number | bigint | null =>
  value instanceof NumberText
    ? /[.eE]/.test(value.text)
      ? Number(value.text)
      : BigInt(value.text)
    : typeof value === 'number' || typeof value === 'bigint'
      ? value
      : null;

function compare(a: Value, b: Value): number | null {
  if (typeof a === 'string' && typeof b === 'string') return compareTexts(a, b);
  const [x, y] = [numeric(a), numeric(b)];
  return x === null || y === null ? null : x < y ? -1 : x > y ? 1 : 0;
}

function isEqual(a: Value, b: Value): boolean {
  const [x, y] = [numeric(a), numeric(b)];
  if (x !== null && y !== null) return x == y;
  if (a instanceof Raw || b instanceof Raw) return textOf(a) === textOf(b);
  if (typeof a === 'string' && typeof b === 'string') return a === b || (isUuid(a) && isUuid(b) && a.toLowerCase() === b.toLowerCase());
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, index) => isEqual(item, b[index]!));
  if (isMembers(a) && isMembers(b)) return a.size === b.size && [...a].every(([name, item]) => b.has(name) && isEqual(item, b.get(name)!));
  return a === b;
}

function within(value: Value | undefined, path: readonly string[]): Value {
  let here: Value | undefined = value;
  for (const name of path) here = isMembers(here) ? here.get(name) : undefined;
  return here ?? null;
}
