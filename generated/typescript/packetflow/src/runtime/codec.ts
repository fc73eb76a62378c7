// @generated: comes with what ltpc writes for TypeScript, and is the same for every protocol.
/** Reading and writing messages, however they stand on the wire. */
import * as json from './encode.js';
import { Refused, type Violation } from './findings.js';
import * as framed from './framed.js';
import * as text from './framed-encode.js';
import { octetsOf } from './octets.js';
import type { Schema } from './schema.js';
import type { Decoded } from './values.js';
import * as walk from './walk.js';

/** Reads and validates one message. Throws {@link Refused} with everything that is wrong with it. */
export function decode(schema: Schema, frame: string | Uint8Array, strict?: boolean): Decoded {
  return schema.framed ? framed.decode(schema, schema.framed, octetsOf(frame), strict) : walk.decode(schema, frame);
}

/** The message's canonical text. What does not conform is found by {@link check}, not here. */
export function encode(schema: Schema, decoded: Decoded): string {
  return schema.framed ? text.encode(schema, schema.framed, decoded) : json.encode(schema, decoded);
}

/** Everything for which a receiver would refuse the message, or read another. */
export function check(schema: Schema, decoded: Decoded): readonly Violation[] {
  if (schema.framed) return text.check(schema, schema.framed, decoded);
  try {
    walk.decode(schema, json.encode(schema, decoded));
    return [];
  } catch (refused) {
    if (refused instanceof Refused) return refused.violations;
    throw refused;
  }
}
