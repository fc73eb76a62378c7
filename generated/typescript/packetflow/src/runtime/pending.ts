// @generated: comes with what ltpc writes for TypeScript, and is the same for every protocol.
/** Requests that wait for their answers, each until its deadline: at most so many. */
import type { Decoded } from './values.js';

/** The texts by which answers tell a request; nothing where a kind is absent. */
export type Keys = readonly (string | null)[];

interface Waiting {
  readonly request: Decoded;
  readonly keys: Keys;
  readonly deadline: number;
}

/** A request is found by one of its keys, the first kind of them first; of equal ones the oldest. */
export class Pending {
  private following = 0;
  /** By their numbers, the oldest first. */
  private readonly waiting = new Map<number, Waiting>();
  /** For each kind of key, which requests have which; the oldest first. */
  private readonly byKey: Map<string, Set<number>>[] = [];
  /** The first deadline; not known once that request waits no more. */
  private first: number | null | undefined = null;

  constructor(readonly most: number) {}

  /** Whether no further request finds room. */
  get full(): boolean {
    return this.waiting.size >= this.most;
  }

  /** Adds a request with its keys, and the moment after which it is too late for an answer. */
  add(request: Decoded, keys: Keys, deadline: number): void {
    const serial = this.following++;
    keys.forEach((key, kind) => {
      const known = (this.byKey[kind] ??= new Map());
      if (key === null) return;
      const serials = known.get(key) ?? new Set();
      known.set(key, serials.add(serial));
    });
    this.waiting.set(serial, { request, keys, deadline });
    if (this.first !== undefined && (this.first === null || deadline < this.first)) this.first = deadline;
  }

  /** Takes away the request that one of these keys is of. */
  resolve(keys: Keys): Decoded | null {
    for (const [kind, key] of keys.entries()) {
      const serials = key === null ? undefined : this.byKey[kind]?.get(key);
      if (serials) return this.remove(serials.values().next().value!);
    }
    return null;
  }

  /** When the first is too late. */
  deadline(): number | null {
    if (this.first === undefined) {
      this.first = null;
      for (const { deadline } of this.waiting.values()) if (this.first === null || deadline < this.first) this.first = deadline;
    }
    return this.first;
  }

  /** Takes away the first that is too late now. */
  takeDue(now: number): Decoded | null {
    const due = this.deadline();
    if (due === null || due > now) return null;
    for (const [serial, { deadline }] of this.waiting) if (deadline === due) return this.remove(serial);
    return null;
  }

  /** All that wait with their numbers, the oldest first, as they are now. */
  all(): readonly (readonly [serial: number, request: Decoded])[] {
    return [...this.waiting].map(([serial, { request }]) => [serial, request]);
  }

  /** Takes a request away by its number. */
  remove(serial: number): Decoded {
    const { request, keys, deadline } = this.waiting.get(serial)!;
    this.waiting.delete(serial);
    keys.forEach((key, kind) => {
      const serials = key === null ? undefined : this.byKey[kind]!.get(key);
      serials?.delete(serial);
      if (key !== null && serials?.size === 0) this.byKey[kind]!.delete(key);
    });
    if (deadline === this.first) this.first = undefined;
    return request;
  }
}
