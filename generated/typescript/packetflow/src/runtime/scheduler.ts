// @generated: comes with what ltpc writes for TypeScript, and is the same for every protocol.
/**
 * Decides which unit of work is done where and when. It does nothing by itself: it is told what happens, and says what is to be done.
 *
 * Time is an argument, in milliseconds. What it holds is bounded by its limits.
 */
import { Heap, isBefore, type Ranked } from './heap.js';
import { Remembered, type Limits } from './remembered.js';
import type { Failure, Outcome, Unit, Work } from './work.js';

/** The place that is the node itself; others are peers. */
export const HERE = 0;
const URGENT = 10;

/** Who submitted, and is told what became of it. */
export type Waiter = (outcome: Outcome) => void;

export type Do =
  /** A unit is to be worked on; {@link Scheduler.finished} is told when it has been. `left`: how much of its time is. */
  | { readonly do: 'start'; readonly serial: number; readonly place: number; readonly unit: Unit; readonly kind: string; readonly left: number }
  /** What was started is no longer wanted. It counts as finished. */
  | { readonly do: 'cancel'; readonly serial: number }
  /** A submit has its answer: each has exactly one. */
  | { readonly do: 'answer'; readonly to: Waiter; readonly outcome: Outcome };

interface Held {
  readonly unit: Unit;
  readonly kind: string;
  /** Whose line it waits in, if its group is ordered. */
  readonly lane: string | null;
  readonly score: number;
  readonly deadline: number;
  readonly waiters: Waiter[];
  /** What it waits for; nothing: it waits for a place, or has one. */
  blockers: Set<string> | null;
  place: number | null;
  since: number;
  tries: number;
}

interface Room {
  kinds: ReadonlySet<string>;
  free: number;
  /** How busy it says that it is, in tenths. */
  load: number;
}

export class Scheduler {
  private following = 0;
  private readonly units = new Map<number, Held>();
  private readonly byId = new Map<string, number>();
  /** Who waits for an id that is not done. */
  private readonly dependents = new Map<string, Set<number>>();
  /** What is no longer held is passed over. */
  private readonly deadlines = new Heap();
  private readonly queues = new Map<string, Heap>();
  private readonly lanes = new Map<string, number[]>();
  private readonly places = new Map<number, Room>();
  private readonly remembered: Remembered;
  private waiting = 0;
  private isDraining = false;

  constructor(
    private readonly work: Work,
    private readonly limits: Limits,
  ) {
    this.remembered = new Remembered(limits);
  }

  /** How full it is, from 0 to 1. */
  get load(): number {
    return Math.min(this.waiting / Math.max(this.limits.capacity, 1), 1);
  }

  /** When something must be done by itself. */
  nextDeadline(): number | null {
    while (this.deadlines.first && !this.units.has(this.deadlines.first[1])) this.deadlines.pop();
    return this.deadlines.first?.[0] ?? null;
  }

  /** A place handles these kinds, so many units at once. Of a place that is known already, the kinds change. */
  place(now: number, place: number, kinds: ReadonlySet<string>, capacity: number): Do[] {
    const out: Do[] = [];
    const known = this.places.get(place) ?? { kinds: new Set<string>(), free: capacity, load: 0 };
    this.places.set(place, known);
    const lost = [...known.kinds].filter((kind) => !kinds.has(kind));
    known.kinds = kinds;
    this.unroute(now, lost, out);
    this.start(now, out);
    return out;
  }

  /** A place says how busy it is, from 0 to 1: of those that handle an element the less busy one is asked. */
  loaded(place: number, load: number): void {
    const known = this.places.get(place);
    if (known) known.load = Math.floor(Math.min(Math.max(load, 0), 1) * 10);
  }

  /**
   * A place is gone. What was worked on there is tried elsewhere, unless its element is only to be done once, or it was tried as often as may
   * be; that is not done, and neither is what nobody else handles.
   */
  removePlace(now: number, place: number): Do[] {
    const out: Do[] = [];
    const known = this.places.get(place);
    if (!known) return out;
    this.places.delete(place);
    for (const [serial, held] of [...this.units]) {
      if (held.place !== place) continue;
      if (held.tries < this.limits.tries && !this.work.isOnce(held.kind)) {
        held.place = null;
        this.queue(held.kind).push([-held.score, serial]);
      } else this.end(now, serial, this.work.failure('unrouted', 'the peer that worked on it is gone'), null, out);
    }
    this.unroute(now, [...known.kinds], out);
    this.start(now, out);
    return out;
  }

  /** A unit is submitted. `submitter` tells who: the units of ordered groups are done one by one for each. */
  submit(now: number, submitter: number, unit: Unit, to: Waiter): Do[] {
    const outcome = this.remembered.get(now, unit.id);
    if (outcome) return [{ do: 'answer', to, outcome }];
    const isFull = this.waiting >= this.limits.capacity;
    const known = this.byId.get(unit.id);
    if (known !== undefined && !isFull) {
      this.units.get(known)!.waiters.push(to);
      this.waiting++;
      return [];
    }
    const out: Do[] = [];
    const kind = this.work.kind(unit.group, unit.element);
    const blockers = new Set<string>();
    const failure = this.refusal(unit, kind, isFull) ?? this.block(now, unit, blockers);
    if (failure || kind === null) out.push({ do: 'answer', to, outcome: { id: unit.id, output: null, failure, took: 0 } });
    else this.hold(now, submitter, unit, kind, blockers, to);
    this.start(now, out);
    return out;
  }

  /** What was started is done. Of what was cancelled nothing is known any more. */
  finished(now: number, serial: number, output: string | null, failure: Failure | null): Do[] {
    const out: Do[] = [];
    const held = this.units.get(serial);
    if (held && held.place !== null) {
      this.end(now, serial, failure, output, out);
      this.start(now, out);
    }
    return out;
  }

  /** What has taken too long is answered, and no longer worked on. */
  due(now: number): Do[] {
    const out: Do[] = [];
    for (let deadline = this.nextDeadline(); deadline !== null && deadline <= now; deadline = this.nextDeadline()) {
      const serial = this.deadlines.first![1];
      const held = this.units.get(serial)!;
      let message = 'it was not begun in time';
      if (held.blockers?.size) message = `${[...held.blockers].sort()[0]} did not come in time`;
      else if (held.place !== null) {
        out.push({ do: 'cancel', serial });
        message = 'it took too long';
      }
      this.end(now, serial, this.work.failure('late', message), null, out);
    }
    this.start(now, out);
    return out;
  }

  /** Nothing more is taken in; what is held is done. Whether nothing is left. */
  drain(): boolean {
    this.isDraining = true;
    return this.units.size === 0;
  }

  /** Everything that is held is given back undone: answered with the code that says that another may do it. */
  giveBack(now: number): Do[] {
    const out: Do[] = [];
    this.isDraining = true;
    for (const serial of [...this.units.keys()]) {
      const held = this.units.get(serial);
      if (!held) continue;
      if (held.place !== null) out.push({ do: 'cancel', serial });
      this.end(now, serial, this.work.failure('unrouted', 'the node is shutting down'), null, out, false);
    }
    return out;
  }

  private handles(kind: string): boolean {
    return [...this.places.values()].some((place) => place.kinds.has(kind));
  }

  private refusal(unit: Unit, kind: string | null, isFull: boolean): Failure | null {
    const { work } = this;
    if (this.isDraining) return work.failure('overloaded', 'the node is shutting down');
    if (isFull) return work.failure('overloaded', `${this.limits.capacity} units wait already`);
    if (kind === null) return work.failure('unhandled', `there is no ${unit.group}:${unit.element}`);
    if (this.handles(kind)) return null;
    const hasPeers = [...this.places.keys()].some((place) => place !== HERE);
    return work.failure(hasPeers ? 'unrouted' : 'unhandled', `nothing handles ${kind}`);
  }

  /** Gathers what a unit must wait for; gives why it cannot be done. */
  private block(now: number, unit: Unit, blockers: Set<string>): Failure | null {
    for (const id of unit.after) {
      const outcome = this.remembered.get(now, id);
      if (!outcome) blockers.add(id);
      else if (outcome.failure) return this.blockedBy(id);
    }
    // A set goes on with what is added while it is gone through.
    const seen = new Set(blockers);
    for (const id of seen) {
      if (id === unit.id) return this.work.failure('invalid', `${unit.id} depends on itself`);
      const held = this.units.get(this.byId.get(id) ?? -1);
      for (const other of held?.blockers ?? []) seen.add(other);
    }
    return null;
  }

  private blockedBy(id: string): Failure {
    return this.work.failure('blocked', `${id}, on which it depends, was not done`);
  }

  private queue(kind: string): Heap {
    const known = this.queues.get(kind) ?? new Heap();
    this.queues.set(kind, known);
    return known;
  }

  private hold(now: number, submitter: number, unit: Unit, kind: string, blockers: Set<string>, to: Waiter): void {
    const serial = this.following++;
    const route = this.work.routes.get(unit.group);
    const deadline = now + Math.max(unit.timeout ?? this.limits.timeout, 1);
    const lane = route === 'ordered' ? `${submitter} ${unit.group}` : null;
    // Waiting raises every priority alike, so that of two units that wait the order never changes.
    const score = (unit.priority + (route === 'urgent' ? URGENT : 0)) * Math.max(this.limits.aging, 1) - now;
    this.units.set(serial, { unit, kind, lane, score, deadline, waiters: [to], blockers, place: null, since: 0, tries: 0 });
    this.deadlines.push([deadline, serial]);
    this.byId.set(unit.id, serial);
    for (const id of blockers) this.dependents.set(id, (this.dependents.get(id) ?? new Set()).add(serial));
    this.waiting++;
    // In an ordered group even what is blocked keeps its place in the line.
    if (lane !== null) this.lanes.set(lane, [...(this.lanes.get(lane) ?? []), serial]);
    this.ready(serial);
  }

  /** A unit that waits for nothing joins the queue of its kind; of an ordered group, once it is its turn. */
  private ready(serial: number): void {
    const held = this.units.get(serial);
    if (!held?.blockers || held.blockers.size) return;
    if (held.lane !== null && this.lanes.get(held.lane)?.[0] !== serial) return;
    held.blockers = null;
    this.queue(held.kind).push([-held.score, serial]);
  }

  /** Starts what can be: the best of all that wait for a kind with a free place, until there is none. */
  private start(now: number, out: Do[]): void {
    for (;;) {
      let best: { head: Ranked; kind: string; place: number } | null = null;
      for (const kind of [...this.queues.keys()]) {
        const head = this.head(kind);
        const place = head ? this.free(kind) : null;
        if (head && place !== null && (!best || isBefore(head, best.head))) best = { head, kind, place };
      }
      if (!best) return;
      const { head, kind, place } = best;
      const serial = head[1];
      const held = this.units.get(serial)!;
      this.queues.get(kind)!.pop();
      held.place = place;
      held.since = now;
      held.tries++;
      this.places.get(place)!.free--;
      out.push({ do: 'start', serial, place, unit: held.unit, kind, left: Math.max(held.deadline - now, 0) });
    }
  }

  /** The first that waits for a place of a kind. */
  private head(kind: string): Ranked | null {
    const queue = this.queues.get(kind)!;
    while (queue.first && !this.units.has(queue.first[1])) queue.pop();
    if (!queue.first) this.queues.delete(kind);
    return queue.first ?? null;
  }

  /** The node itself first, then who is least busy, then who has most room. */
  private free(kind: string): number | null {
    const able = [...this.places].filter(([, room]) => room.free > 0 && room.kinds.has(kind));
    able.sort(([a, x], [b, y]) => Number(a !== HERE) - Number(b !== HERE) || x.load - y.load || y.free - x.free || a - b);
    return able[0]?.[0] ?? null;
  }

  /** A unit is over: its submits are answered, and what waited for it goes on or fails with it. */
  private end(now: number, first: number, why: Failure | null, made: string | null, out: Do[], remember = true): void {
    const ended: [number, Failure | null, string | null][] = [[first, why, made]];
    for (const [serial, failure, output] of ended) {
      const held = this.units.get(serial);
      if (!held) continue;
      const { id } = held.unit;
      this.units.delete(serial);
      this.byId.delete(id);
      for (const blocker of held.blockers ?? []) {
        const others = this.dependents.get(blocker);
        others?.delete(serial);
        if (others?.size === 0) this.dependents.delete(blocker);
      }
      const room = held.place === null ? undefined : this.places.get(held.place);
      if (room) room.free++;
      this.stepOut(held, serial);
      const outcome: Outcome = { id, output, failure, took: held.place === null ? 0 : Math.max(now - held.since, 0) };
      this.waiting -= held.waiters.length;
      for (const to of held.waiters) out.push({ do: 'answer', to, outcome });
      const dependents = this.dependents.get(id) ?? [];
      this.dependents.delete(id);
      for (const dependent of dependents) {
        if (failure) ended.push([dependent, this.blockedBy(id), null]);
        else if (this.units.get(dependent)?.blockers?.delete(id)) this.ready(dependent);
      }
      if (remember) this.remembered.add(now, outcome);
    }
  }

  /** A unit leaves its line; it is the next one's turn. */
  private stepOut(held: Held, serial: number): void {
    if (held.lane === null) return;
    const line = (this.lanes.get(held.lane) ?? []).filter((other) => other !== serial);
    if (!line.length) this.lanes.delete(held.lane);
    else {
      this.lanes.set(held.lane, line);
      this.ready(line[0]!);
    }
  }

  /** What waits for a kind that nobody handles any more is answered. */
  private unroute(now: number, kinds: readonly string[], out: Do[]): void {
    const lost = new Set(kinds.filter((kind) => !this.handles(kind)));
    for (const [serial, held] of [...this.units]) {
      if (held.place === null && lost.has(held.kind)) this.end(now, serial, this.work.failure('unrouted', 'who handled it is gone'), null, out, false);
    }
  }
}
