// @generated: comes with what ltpc writes for TypeScript, and is the same for every protocol.
/** What a machine asks for. */
import type { Refused, Violation } from './findings.js';
import type { Decoded, Int } from './values.js';

export type Action =
  /** Open the transport. */
  | { readonly do: 'connect' }
  /** Send a message. */
  | { readonly do: 'send'; readonly message: Decoded; readonly text: string }
  /** Hand a message to the application. */
  | { readonly do: 'deliver'; readonly message: Decoded }
  /** Hand the answer to a request that waited to who asked: a peer sent it, or the schema made it. */
  | { readonly do: 'answer'; readonly request: Decoded; readonly reply: Decoded }
  /** The application's call cannot be carried out: so many requests wait already. */
  | { readonly do: 'full'; readonly most: number }
  /** Close the transport in good order; `closed` follows. */
  | { readonly do: 'close'; readonly reason: string }
  /** Drop the transport at once; `closed` follows. */
  | { readonly do: 'drop'; readonly reason: string }
  /** The machine entered a state. */
  | { readonly do: 'enter'; readonly state: string }
  /** Store a JSON object at a place, until a time in milliseconds since the Unix epoch. */
  | { readonly do: 'store'; readonly space: string; readonly key: string; readonly value: string; readonly expires: Int | null }
  /** Remove what is stored at a place. */
  | { readonly do: 'forget'; readonly space: string; readonly key: string }
  /** Look up what is stored at a place; `found` answers before anything else comes in. */
  | { readonly do: 'lookup'; readonly space: string; readonly key: string }
  /** The application's call cannot be carried out: the state does not send this. */
  | { readonly do: 'notNow'; readonly message: string; readonly state: string }
  /** The application's call cannot be carried out: the message does not conform. */
  | { readonly do: 'invalid'; readonly violations: readonly Violation[] }
  /** An input that the state does not handle, or says to report. */
  | { readonly do: 'unexpected'; readonly input: string; readonly state: string; readonly refused: Refused | null };
