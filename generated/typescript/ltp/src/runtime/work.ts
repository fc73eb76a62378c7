// @generated: comes with what ltpc writes for TypeScript, and is the same for every protocol.
/** What a schema says of work: which messages and members say what, and what elements there are. */
import { encodeValue } from './encode.js';
import { keyText } from './evaluate.js';
import { inWords, Refused } from './findings.js';
import type { Schema } from './schema.js';
import { isMembers, narrow, Raw, textOf, type Decoded, type Int, type Members, type Value } from './values.js';
import { decodeValue } from './walk.js';

/** Why a unit was not done: a code of the schema, and words. */
export interface Failure {
  readonly code: string;
  readonly message: string;
}

/** A unit of work, as it is submitted. */
export interface Unit {
  readonly id: string;
  readonly group: string;
  readonly element: string;
  /** What the element takes: JSON text. */
  readonly input: string;
  /** The greater the sooner. */
  readonly priority: number;
  /** How long it may take from when it is submitted, in milliseconds. */
  readonly timeout: number | null;
  /** What must have been done before: ids. */
  readonly after: readonly string[];
  /** What else the request says. */
  readonly more: Members;
}

/** What became of a unit: what the element gave, as JSON text, or why nothing was done. */
export interface Outcome {
  readonly id: string;
  readonly output: string | null;
  readonly failure: Failure | null;
  /** How long it was worked on, in milliseconds. */
  readonly took: number;
}

/** One declaration of work in a schema. */
export class Work {
  readonly request: number;
  readonly reply: number;
  readonly fault: number | null;
  readonly beat: number | null;
  /** Which member says what: the names of work, on the wire. */
  readonly members: any;
  readonly routes: ReadonlyMap<string, string>;
  private readonly codes: { readonly [what: string]: string };
  private readonly isOpen: boolean;
  private readonly refuse: string;
  /** By `group:element`, whichever of an element's names it is. */
  private readonly elements = new Map<string, any>();

  constructor(
    readonly schema: Schema,
    index: number,
  ) {
    const table = schema.works[index];
    const groups = schema.groups[table.groups];
    this.request = table.request;
    this.reply = table.reply;
    this.fault = table.fault;
    this.beat = table.beat;
    this.codes = table.codes;
    this.members = table.members;
    this.isOpen = groups.open;
    this.refuse = groups.refuse;
    this.routes = new Map(groups.groups.map((group: any) => [group.code, group.route]));
    for (const group of groups.groups) {
      for (const element of group.elements) {
        for (const name of [element.name, ...element.aliases]) this.elements.set(`${group.code}:${name}`, element);
      }
    }
  }

  /** What an element is known by, whichever of its names is used; nothing where no such element can be asked for. */
  kind(group: string, element: string): string | null {
    const known = this.elements.get(`${group}:${element}`);
    if (known) return `${group}:${known.name}`;
    return this.isOpen && this.routes.has(group) ? `${group}:${element}` : null;
  }

  /** The same of what stands in one text, `group:element`. */
  kindOf(text: string): string | null {
    const colon = text.indexOf(':');
    return colon < 0 ? null : this.kind(text.slice(0, colon), text.slice(colon + 1));
  }

  /** Whether an element is never begun anew where it is not known what became of it. */
  isOnce(kind: string): boolean {
    return Boolean(this.elements.get(kind)?.once);
  }

  /** The record that an element takes (`input`) or gives (`output`); nothing if that is any JSON. */
  typed(kind: string, part: 'input' | 'output'): number | null {
    return this.elements.get(kind)?.[part] ?? null;
  }

  /** Why a value is not what an element takes or gives. */
  check(kind: string, part: 'input' | 'output', json: string): Failure | null {
    const of = this.typed(kind, part);
    if (of === null) return null;
    try {
      decodeValue(this.schema, of, json);
      return null;
    } catch (refused) {
      if (refused instanceof Refused) return this.refusal(refused);
      throw refused;
    }
  }

  /** A value of the wrong type, with all that is wrong with it. */
  refusal(refused: Refused): Failure {
    return { code: this.refuse, message: `the value does not conform; ${refused.violations.map(inWords).join('; ')}` };
  }

  /** A failure by what went wrong, such as `late`. */
  failure(what: string, message: string): Failure {
    return { code: this.codes[what] ?? '', message };
  }

  /** The unit that a request's body asks for. */
  unit(body: Members): Unit {
    const of = this.members;
    const known = [of.id, of.group, of.element, of.input, of.priority, of.timeout, of.after];
    const timeout = of.timeout ? body.get(of.timeout) : undefined;
    const after = of.after ? body.get(of.after) : undefined;
    const priority = of.priority ? body.get(of.priority) : undefined;
    return {
      id: text(body, of.id),
      group: text(body, of.group),
      element: text(body, of.element),
      input: textOf(body.get(of.input) ?? null),
      priority: priority === undefined ? Number(of.usual_priority) : number(priority),
      timeout: timeout === undefined || timeout === null ? null : number(timeout),
      after: Array.isArray(after) ? after.map(String) : [],
      more: new Map([...body].filter(([name]) => !known.includes(name))),
    };
  }

  /** The body of a request. */
  body(unit: Unit): Members {
    const of = this.members;
    const made: Members = new Map<string, Value>([[of.id, unit.id], [of.group, unit.group], [of.element, unit.element], [of.input, new Raw(unit.input)]]);
    if (of.priority && unit.priority > 0) made.set(of.priority, unit.priority);
    if (of.timeout && unit.timeout !== null) made.set(of.timeout, unit.timeout);
    if (of.after && unit.after.length) made.set(of.after, [...unit.after]);
    return new Map([...made, ...unit.more]);
  }

  /** The body of a reply. */
  answer({ id, output, failure, took }: Outcome): Members {
    const of = this.members;
    const made: Members = new Map<string, Value>([[of.answers, id], [of.status, failure ? of.undone : of.done]]);
    if (failure) made.set(of.failure, new Map<string, Value>([[of.code, failure.code], [of.message, failure.message]]));
    else made.set(of.output, new Raw(output ?? 'null'));
    if (of.took) made.set(of.took, took);
    return made;
  }

  /** What an answer says became of a unit. A peer may have told it by something else than its id. */
  outcome(id: string, reply: Decoded): Outcome {
    const of = this.members;
    const body: Members = isMembers(reply.body) ? reply.body : new Map();
    if (reply.message === this.fault) {
      return { id, output: null, failure: { code: text(body, of.fault_code), message: text(body, of.fault_message) }, took: 0 };
    }
    const took = of.took ? number(body.get(of.took) ?? null) : 0;
    if (text(body, of.status) === of.done) return { id, output: textOf(body.get(of.output) ?? null), failure: null, took };
    const said = body.get(of.failure);
    const failure: Members = isMembers(said) ? said : new Map();
    return { id, output: null, failure: { code: text(failure, of.code) || this.codes['failed'] || '', message: text(failure, of.message) }, took };
  }

  /** The elements that a peer says it handles; nothing if it says nothing of them. */
  handled(beat: Decoded): readonly string[] | null {
    const said = this.members.handlers && isMembers(beat.body) ? beat.body.get(this.members.handlers) : undefined;
    return Array.isArray(said) ? said.map(String) : null;
  }

  /** How busy a peer says that it is. */
  busy(beat: Decoded): number | null {
    const said = this.members.load && isMembers(beat.body) ? beat.body.get(this.members.load) : undefined;
    return typeof said === 'number' ? said : null;
  }

  /** The canonical text of a value of a type. */
  json(type: number, value: Value): string {
    return encodeValue(this.schema, type, value);
  }
}

/** The text of a member; empty where there is none. */
function text(body: Members, name: string): string {
  const value = body.get(name);
  return typeof value === 'string' ? value : '';
}

/** The unsigned integer that a value is; 0 for what is none. */
function number(value: Value): number {
  const digits = value === null || typeof value === 'boolean' || Array.isArray(value) || isMembers(value) ? '' : keyText(value);
  const whole: Int = /^[0-9]+$/.test(digits) ? narrow(BigInt(digits)) : 0;
  return Number(whole);
}
