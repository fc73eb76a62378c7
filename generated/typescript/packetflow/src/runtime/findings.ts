// @generated: comes with what ltpc writes for TypeScript, and is the same for every protocol.
/** What is wrong, and where: violations with JSON pointers, and a bound on how many there can be. */
import { compareTexts, octets, type Int } from './values.js';
import { shorten } from './words.js';

/** One thing that is wrong with a message. */
export interface Violation {
  /** Where: a JSON pointer (RFC 6901). */
  readonly pointer: string;
  /** The rule's stable name, such as `required`. */
  readonly rule: string;
  /** What the schema allows, in words. */
  readonly expected: string;
  /** What stood there, shortened to 64 characters. */
  readonly actual: string;
  /** Of framed text: the line, and the character in it, from 1. */
  readonly line?: number;
  readonly column?: number;
}

/** A violation in words. */
export function inWords(violation: Violation): string {
  const { pointer, rule, expected, actual } = violation;
  return `${pointer}${pointer ? ' ' : ''}(${rule}): expected ${expected}, got ${actual}`;
}

/** Something is no message, with all that is wrong with it. */
export class Refused extends Error {
  override readonly name = 'Refused';

  constructor(
    /** All that is wrong, sorted by pointer and rule; never empty. */
    readonly violations: readonly Violation[],
    /** What the tag member said, if it could be read. */
    readonly tag: string | null = null,
    /** The schema's name of the message that the tag names. */
    readonly messageName: string | null = null,
    /** The octets of what arrived. */
    readonly size = 0,
    /** What could be read of it all the same: short texts and unsigned integers of the outermost two objects, by JSON pointer. */
    readonly readable: ReadonlyMap<string, string | Int> = new Map(),
  ) {
    super(`${messageName ?? 'what arrived'} does not conform; ${violations.map(inWords).join('; ')}`);
  }
}

const MOST = 1000;
const MOST_OCTETS = 1 << 20;

/** The violations found so far, and the place that is looked at. */
export class Findings {
  private readonly found: Violation[] = [];
  private octets = 0;
  readonly path: string[] = [];

  get full(): boolean {
    return this.found.length >= MOST || this.octets >= MOST_OCTETS;
  }

  enter(name: string): void {
    this.path.push(`/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`);
  }

  enterItem(index: number): void {
    this.path.push(`/${index}`);
  }

  leave(): void {
    this.path.pop();
  }

  note(rule: string, expected: string, actual: string): void {
    if (this.full) return;
    const pointer = this.path.join('');
    this.octets += octets(pointer);
    this.found.push({ pointer, rule, expected, actual: shorten(actual) });
  }

  noteAt(name: string, rule: string, expected: string, actual: string): void {
    this.enter(name);
    this.note(rule, expected, actual);
    this.leave();
  }

  finish(): Violation[] {
    return sorted(this.found);
  }
}

/** All violations, sorted; of those at one place that break one rule, the first. */
export function sorted(found: readonly Violation[]): Violation[] {
  const all = [...found].sort((a, b) => compareTexts(a.pointer, b.pointer) || compareTexts(a.rule, b.rule));
  return all.filter((violation, index) => {
    const before = all[index - 1];
    return !before || before.pointer !== violation.pointer || before.rule !== violation.rule;
  });
}
