// @generated: comes with what ltpc writes for TypeScript, and is the same for every protocol.
/** What the sides of sessions have in common. */
import type { Binding } from './binding.js';
import type { Endpoint } from './transport.js';
import type { Members } from './values.js';

/** The options of which something is said, by their names in the schema. */
export function optionsOf(binding: Binding, role: any, names: readonly (readonly [string, string])[], given: object): Members {
  const made: Members = new Map();
  for (const [wire, name] of names) {
    const value = (given as { [name: string]: unknown })[name];
    const declared = role.options.find((option: any) => option.name === wire);
    if (value !== undefined) made.set(wire, binding.value(declared.type, value));
  }
  return made;
}

/** Where a protocol is served if nothing is said: over WebSocket, if it can be. */
export function preferred(endpoints: readonly Endpoint[]): Endpoint {
  const found = endpoints.find((endpoint) => endpoint.transport === 'websocket') ?? endpoints[0];
  if (!found) throw new Error('the schema declares no endpoint');
  return found;
}
