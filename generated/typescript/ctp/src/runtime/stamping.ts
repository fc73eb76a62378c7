// @generated: comes with what ltpc writes for TypeScript, and is the same for every protocol.
/**
 * What a state's stamps do to an envelope.
 *
 * What the application or the schema gives is given whole: a record that stands there says the defaults of its members too. Of a record that
 * is made by the way nothing is said but what other stamps put there.
 */
import type { Member, Schema } from './schema.js';
import { isMembers, type Decoded, type Members, type Value } from './values.js';
import { constant } from './walk.js';

/** Stamps a message of whose envelope only what is said stands there, and gives the rest its defaults. */
export function stamp(schema: Schema, stamps: readonly any[], made: Decoded, evaluate: (expr: any) => Value): void {
  const of = schema.messages[made.message]!.envelope;
  const stamping = new Stamping(schema, schema.envelopes[of]!.members);
  for (const entry of stamps) {
    if (entry.envelope !== of || (entry.absent && stamping.stands(entry.path, made.envelope))) continue;
    const value = evaluate(entry.value);
    if (value !== null) stamping.put(entry.path, made.envelope, value);
  }
  stamping.complete(made.envelope);
}

class Stamping {
  private readonly made: (readonly string[])[] = [];

  constructor(
    private readonly schema: Schema,
    private readonly members: readonly Member[],
  ) {}

  /** Whether the member that a path leads to is said. */
  stands(path: readonly string[], envelope: Members): boolean {
    let here: Value = envelope;
    let { members } = this;
    for (const [depth, name] of path.entries()) {
      const member = members.find((known) => known.name === name);
      if (!member) return false;
      const value: Value | undefined = isMembers(here) ? here.get(name) : undefined;
      if (value !== undefined) here = value;
      else if (this.saysDefaults(path.slice(0, depth)) && member.fill !== null) here = constant(this.schema, member.type, member.fill);
      else return false;
      members = this.schema.within(member.type).members;
    }
    return true;
  }

  /** Puts a value where a path leads; records on the way are made. */
  put(path: readonly string[], envelope: Members, value: Value): void {
    let here = envelope;
    let { members } = this;
    for (const [depth, name] of path.entries()) {
      const member = members.find((known) => known.name === name);
      if (!member) return;
      if (depth === path.length - 1) {
        here.set(name, value);
        return;
      }
      const known = here.get(name);
      let inner: Value;
      if (known !== undefined) {
        // What the application gave is not changed in its own hands.
        inner = isMembers(known) ? new Map(known) : known;
      } else if (this.saysDefaults(path.slice(0, depth)) && member.fill !== null) {
        inner = constant(this.schema, member.type, member.fill);
      } else {
        inner = new Map();
        this.made.push(path.slice(0, depth + 1));
      }
      here.set(name, inner);
      if (!isMembers(inner)) return;
      here = inner;
      members = this.schema.within(member.type).members;
    }
  }

  /** Gives all of which nothing is said its default: members of the envelope, and of records that were made. */
  complete(envelope: Members): void {
    this.fill(this.members, envelope);
    for (const path of this.made) {
      let here: Value | undefined = envelope;
      let { members } = this;
      for (const name of path) {
        const member = members.find((known) => known.name === name);
        here = isMembers(here) ? here.get(name) : undefined;
        members = member ? this.schema.within(member.type).members : [];
      }
      if (isMembers(here)) this.fill(members, here);
    }
  }

  private fill(members: readonly Member[], here: Members): void {
    for (const member of members) {
      if (!here.has(member.name) && member.fill !== null) here.set(member.name, constant(this.schema, member.type, member.fill));
    }
  }

  /** Whether the object at a path was given, and so says its defaults. The envelope itself does not. */
  private saysDefaults(path: readonly string[]): boolean {
    return path.length > 0 && !this.made.some((made) => made.length === path.length && made.every((name, index) => name === path[index]));
  }
}
