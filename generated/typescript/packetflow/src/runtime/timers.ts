// @generated: comes with what ltpc writes for TypeScript, and is the same for every protocol.
/** What runs by time, and where randomness comes from. All times are in milliseconds, and arguments. */
import { narrow, type Int } from './values.js';

const U64 = (1n << 64n) - 1n;

/** Where randomness comes from. */
export interface Entropy {
  /** 32 random bits. */
  nextU32(): number;
}

/** The platform's randomness. */
export class SystemEntropy implements Entropy {
  nextU32(): number {
    return globalThis.crypto.getRandomValues(new Uint32Array(1))[0]!;
  }
}

/** The generator of scripts: the same seed gives the same numbers in every language. */
export class SplitMix64 implements Entropy {
  private state: bigint;

  constructor(seed: Int) {
    this.state = BigInt(seed) & U64;
  }

  nextU32(): number {
    this.state = (this.state + 0x9e3779b97f4a7c15n) & U64;
    let z = this.state;
    z = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) & U64;
    z = ((z ^ (z >> 27n)) * 0x94d049bb133111ebn) & U64;
    return Number((z ^ (z >> 31n)) >> 32n);
  }
}

const hex = (word: number) => word.toString(16).padStart(8, '0');

/** A UUIDv4: four draws. */
export function freshUuid(entropy: Entropy): string {
  const words = [entropy.nextU32(), entropy.nextU32(), entropy.nextU32(), entropy.nextU32()] as const;
  const digits = hex(words[0]) + hex(((words[1] & 0xffff0fff) | 0x4000) >>> 0) + hex(((words[2] & 0x3fffffff) | 0x80000000) >>> 0) + hex(words[3]);
  return [digits.slice(0, 8), digits.slice(8, 12), digits.slice(12, 16), digits.slice(16, 20), digits.slice(20)].join('-');
}

/** Random hexadecimal digits behind a text: a draw for each eight. */
export function freshHex(entropy: Entropy, prefix: string, digits: number): string {
  let drawn = '';
  for (let at = 0; at < digits; at += 8) drawn += hex(entropy.nextU32());
  return prefix + drawn.slice(0, digits);
}

/** One deadline. Arming it again replaces it. */
export class Timer {
  protected due: number | null = null;

  arm(_now: number, at: number): void {
    this.due = at;
  }

  disarm(): void {
    this.due = null;
  }

  deadline(): number | null {
    return this.due;
  }

  take(_now: number): void {
    this.due = null;
  }
}

/** What falls due again and again; where whole periods were missed, once for all of them. */
export class Interval extends Timer {
  private readonly period: number;

  constructor(now: number, period: number) {
    super();
    this.period = Math.max(period, 1);
    this.due = now + this.period;
  }

  override take(now: number): void {
    const following = (this.due ?? 0) + this.period;
    this.due = following <= now ? now + this.period : following;
  }
}

/** Deadlines that are met in the order in which they were set. Arming a full queue makes the oldest due at once. */
export class TimerQueue extends Timer {
  private readonly deadlines: number[] = [];
  private overdue = 0;
  private since = 0;

  constructor(private readonly capacity: number) {
    super();
  }

  override arm(now: number, at: number): void {
    if (this.deadlines.length >= Math.max(this.capacity, 1)) {
      this.deadlines.shift();
      if (this.overdue === 0) this.since = now;
      this.overdue++;
    }
    this.deadlines.push(at);
  }

  override disarm(): void {
    if (this.overdue) this.overdue--;
    else this.deadlines.shift();
  }

  override deadline(): number | null {
    return this.overdue ? this.since : (this.deadlines[0] ?? null);
  }

  override take(_now: number): void {
    this.disarm();
  }
}

/** Pauses between tries: each longer than the one before, up to a cap, varied by chance. */
export class Retry extends Timer {
  private used = 0;
  private delay: bigint;

  constructor(private readonly plan: { first: Int; cap: Int; factor: number; jitter: number; tries: number }) {
    super();
    this.delay = BigInt(plan.first);
  }

  reset(): void {
    this.used = 0;
    this.delay = BigInt(this.plan.first);
    this.due = null;
  }

  /** Uses up one try and sets its time; whether there was one left. */
  next(now: number, entropy: Entropy): boolean {
    if (this.used >= this.plan.tries) return false;
    const cap = BigInt(this.plan.cap);
    let delay = this.delay < cap ? this.delay : cap;
    this.used++;
    const following = delay * BigInt(this.plan.factor);
    this.delay = following < U64 ? following : U64;
    if (this.plan.jitter) {
      const spread = (delay * BigInt(this.plan.jitter)) / 100n;
      const offset = (BigInt(entropy.nextU32()) * (2n * spread + 1n)) >> 32n;
      delay = delay - spread + offset;
      if (delay > cap) delay = cap;
    }
    this.due = now + Number(narrow(delay));
    return true;
  }
}

/** The last texts of a member that must not repeat. */
export class Window {
  private readonly known = new Set<string>();

  constructor(private readonly capacity: number) {}

  /** Whether the text is new; if so it is remembered. */
  insert(text: string): boolean {
    if (this.known.has(text)) return false;
    if (this.capacity) {
      if (this.known.size >= this.capacity) this.known.delete(this.known.values().next().value!);
      this.known.add(text);
    }
    return true;
  }

  clear(): void {
    this.known.clear();
  }
}
