// The envelope with all its constraints, as each contender has it: what the schema says, no more and no less.
import { Type } from '@sinclair/typebox';
import { TypeCompiler } from '@sinclair/typebox/compiler';
import Ajv from 'ajv';
import { z } from 'zod';

const UUID = '^[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$';
const KINDS = { additionalProperties: true };

/** Of zod: discriminated by the payload's kind. */
function zodSchema() {
  const unit = z.number().min(-1).max(1);
  const level = z.number().min(0).max(1);
  const affect = z.object({ valence: unit, arousal: unit });
  const meta = z.looseObject({
    client_id: z.string().optional(),
    trace_id: z.string().optional(),
    parent_span_id: z.string().optional(),
    user_agent: z.string().optional(),
    context_tag: z.string().optional(),
    affect: affect.optional(),
  });
  const data = {
    minimal: z.record(z.string(), z.unknown()),
    affect_log_v1: z.array(z.object({ t: z.int(), valence: unit, arousal: unit })),
    lri_envelope_v1: z.looseObject({
      actor: z.string(),
      intent: z.string(),
      summary: z.string(),
      highlights: z.array(z.string()).optional(),
      inner_state: z.object({ energy: level, clarity: level, stress: level }).optional(),
      resonance_hooks: z.array(z.string()).optional(),
    }),
  };
  const payload = z.discriminatedUnion('kind', Object.entries(data).map(([kind, of]) => z.object({ kind: z.literal(kind), data: of })));
  return z.object({
    type: z.literal('state_update'),
    thread_id: z.string().regex(new RegExp(UUID)),
    session_id: z.string().regex(new RegExp(UUID)),
    timestamp: z.int().min(0),
    content_encoding: z.enum(['json', 'toon']).optional(),
    payload,
    meta: meta.optional(),
    nonce: z.string().optional(),
    signature: z.string().optional(),
  });
}

/** Of typebox, whose schemas are JSON schemas: the same for ajv. */
function jsonSchema() {
  const unit = Type.Number({ minimum: -1, maximum: 1 });
  const level = Type.Number({ minimum: 0, maximum: 1 });
  const affect = Type.Object({ valence: unit, arousal: unit });
  const text = Type.String();
  const some = Type.Optional;
  const meta = Type.Object(
    { client_id: some(text), trace_id: some(text), parent_span_id: some(text), user_agent: some(text), context_tag: some(text), affect: some(affect) },
    KINDS,
  );
  const data = {
    minimal: Type.Object({}, KINDS),
    affect_log_v1: Type.Array(Type.Object({ t: Type.Integer(), valence: unit, arousal: unit })),
    lri_envelope_v1: Type.Object(
      {
        actor: text,
        intent: text,
        summary: text,
        highlights: some(Type.Array(text)),
        inner_state: some(Type.Object({ energy: level, clarity: level, stress: level })),
        resonance_hooks: some(Type.Array(text)),
      },
      KINDS,
    ),
  };
  const payload = Type.Union(
    Object.entries(data).map(([kind, of]) => Type.Object({ kind: Type.Literal(kind), data: of })),
    { discriminator: { propertyName: 'kind' } },
  );
  return Type.Object({
    type: Type.Literal('state_update'),
    thread_id: Type.String({ pattern: UUID }),
    session_id: Type.String({ pattern: UUID }),
    timestamp: Type.Integer({ minimum: 0 }),
    content_encoding: some(Type.Union([Type.Literal('json'), Type.Literal('toon')])),
    payload,
    meta: some(meta),
    nonce: some(text),
    signature: some(text),
  });
}

/** Reads a text by JSON.parse, then holds it to the schema; throws where it does not conform. */
export function contenders() {
  const zod = zodSchema();
  const json = jsonSchema();
  const typebox = TypeCompiler.Compile(json);
  // What typebox writes beside JSON schema, ajv shall not see.
  const ajv = new Ajv({ discriminator: true, strict: false }).compile(discriminated(JSON.parse(JSON.stringify(json))));
  const checked = (check) => (value) => {
    if (!check(value)) throw new Error('refused');
    return value;
  };
  const check = { zod: (value) => zod.parse(value), ajv: checked(ajv), typebox: checked((value) => typebox.Check(value)) };
  return { zod: check.zod, ajv: check.ajv, typebox: check.typebox };
}

/** With ajv's discriminator a union has `oneOf`. */
function discriminated(schema) {
  const { anyOf, ...payload } = schema.properties.payload;
  schema.properties.payload = { ...payload, type: 'object', required: ['kind'], oneOf: anyOf };
  return schema;
}
