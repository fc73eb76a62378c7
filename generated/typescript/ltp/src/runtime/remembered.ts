// @generated: comes with what ltpc writes for TypeScript, and is the same for every protocol.
/** Outcomes that are remembered for a time: so many at most, and so many octets of them. */
import { octets } from './values.js';
import type { Outcome } from './work.js';

/** What bounds a scheduler. Times are in milliseconds. */
export interface Limits {
  /** Submits that wait or run at once; further ones are refused. */
  readonly capacity: number;
  /** Outcomes that are remembered, their octets, and how long. */
  readonly remembered: number;
  readonly rememberedOctets: number;
  readonly rememberFor: number;
  /** In how many milliseconds waiting raises a unit's priority by one. */
  readonly aging: number;
  /** How long a unit may take of which nothing else is said. */
  readonly timeout: number;
  /** How often a unit is begun at most, where the peers are lost that worked on it. */
  readonly tries: number;
}

export const LIMITS: Limits = {
  capacity: 1000,
  remembered: 10_000,
  rememberedOctets: 64 << 20,
  rememberFor: 600_000,
  aging: 1000,
  timeout: 30_000,
  tries: 3,
};

export class Remembered {
  private held = 0;
  /** The oldest first. */
  private readonly outcomes = new Map<string, readonly [until: number, outcome: Outcome]>();

  constructor(private readonly limits: Limits) {}

  /** Remembers an outcome; the oldest make room for it. */
  add(now: number, outcome: Outcome): void {
    this.expire(now);
    const size = sizeOf(outcome);
    const { remembered, rememberedOctets, rememberFor } = this.limits;
    if (remembered === 0 || size > rememberedOctets) return;
    this.forget(outcome.id);
    for (const id of this.outcomes.keys()) {
      if (this.outcomes.size < remembered && this.held + size <= rememberedOctets) break;
      this.forget(id);
    }
    this.held += size;
    this.outcomes.set(outcome.id, [now + rememberFor, outcome]);
  }

  /** What became of a unit, if that is remembered. */
  get(now: number, id: string): Outcome | null {
    this.expire(now);
    return this.outcomes.get(id)?.[1] ?? null;
  }

  private expire(now: number): void {
    for (const [id, [until]] of this.outcomes) {
      if (until > now) return;
      this.forget(id);
    }
  }

  private forget(id: string): void {
    const known = this.outcomes.get(id);
    if (known && this.outcomes.delete(id)) this.held -= sizeOf(known[1]);
  }
}

function sizeOf({ id, output, failure }: Outcome): number {
  return 2 * octets(id) + octets(failure ? failure.code + failure.message : (output ?? ''));
}
