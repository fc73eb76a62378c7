// @generated: comes with what ltpc writes for TypeScript, and is the same for every protocol.
/** What handles which elements, and how it is called. */
import type { Binding } from './binding.js';
import { Refused } from './findings.js';
import { octets, plain, type Json } from './values.js';
import { decodeValue } from './walk.js';
import type { Failure, Unit, Work } from './work.js';

/** What a handler is given beside its input. */
export interface Task {
  readonly id: string;
  /** The element, as `group:element`. */
  readonly kind: string;
  readonly priority: number;
  /** What else the request says. */
  readonly more: { readonly [name: string]: Json };
  /** Is aborted when the work is no longer wanted. */
  readonly signal: AbortSignal;
}

/** Of what an element takes it gives what the element gives, now or later. What it throws is a failure. */
export type Handler = (input: any, task: Task) => unknown;

/** Thrown by a handler to say with which code it failed. */
export class Failed extends Error {
  override readonly name = 'Failed';

  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** Octets of a message that are not its output. */
const ENVELOPE = 4096;

export class Handlers {
  private readonly byKind = new Map<string, Handler>();

  constructor(
    private readonly binding: Binding,
    private readonly work: Work,
  ) {}

  /** As `group:element`. */
  get kinds(): ReadonlySet<string> {
    return new Set(this.byKind.keys());
  }

  /** Throws if there is no such element. */
  add(group: string, element: string, handler: Handler): void {
    const kind = this.work.kind(group, element);
    if (kind === null) throw new RangeError(`there is no ${group}:${element}`);
    this.byKind.set(kind, handler);
  }

  /** What a handler gives, as JSON text, or why it gives nothing. */
  async run(unit: Unit, kind: string, signal: AbortSignal): Promise<string | Failure> {
    const { work, binding } = this;
    const takes = work.typed(kind, 'input');
    try {
      const input = takes === null ? (JSON.parse(unit.input) as unknown) : binding.object(takes, decodeValue(work.schema, takes, unit.input));
      const more = Object.fromEntries([...unit.more].map(([name, value]) => [name, plain(value)]));
      const made = await this.byKind.get(kind)!(input, { id: unit.id, kind, priority: unit.priority, more, signal });
      return this.written(kind, made);
    } catch (error) {
      if (error instanceof Refused) return work.refusal(error);
      if (error instanceof Failed) return { code: error.code, message: error.message };
      return work.failure('failed', `the handler failed: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  private written(kind: string, made: unknown): string | Failure {
    const { work } = this;
    const gives = work.typed(kind, 'output');
    const text = gives === null ? this.binding.text(made) : work.json(gives, this.binding.value(gives, made));
    const failure = work.check(kind, 'output', text);
    if (failure) return failure;
    const most = work.schema.limits.message - ENVELOPE;
    const size = octets(text);
    return size > most ? work.failure('failed', `the handler gave ${size} octets, and ${most} can be sent`) : text;
  }
}
