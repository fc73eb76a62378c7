// @generated: comes with what ltpc writes for TypeScript, and is the same for every protocol.
/** Octets as texts of one unit each: what the form of framed text is looked at in. */

/** Octets, a unit each. */
export type Octets = string;

const encoder = new TextEncoder();
const lossy = new TextDecoder('utf-8', { ignoreBOM: true });
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const PIECE = 0x2000;

export function octetsOf(frame: string | Uint8Array): Octets {
  const bytes = typeof frame === 'string' ? encoder.encode(frame) : frame;
  let out = '';
  for (let at = 0; at < bytes.length; at += PIECE) out += String.fromCharCode(...bytes.subarray(at, at + PIECE));
  return out;
}

export function bytesOf(octets: Octets): Uint8Array {
  const bytes = new Uint8Array(octets.length);
  for (let at = 0; at < octets.length; at++) bytes[at] = octets.charCodeAt(at);
  return bytes;
}

/** The text that octets are as UTF-8; what is none becomes U+FFFD. */
export function lossyText(octets: Octets): string {
  return lossy.decode(bytesOf(octets));
}

/** The text that octets are as UTF-8; nothing if they are none. */
export function textOfOctets(octets: Octets): string | null {
  try {
    return strict.decode(bytesOf(octets));
  } catch {
    return null;
  }
}

/** Octets before the first that is no UTF-8. */
export function validUpTo(frame: Uint8Array): number {
  let at = 0;
  while (at < frame.length) {
    const first = frame[at]!;
    const second = frame[at + 1] ?? 0;
    const more = first < 0x80 ? 0 : first >= 0xc2 && first < 0xe0 ? 1 : first >= 0xe0 && first < 0xf0 ? 2 : first >= 0xf0 && first < 0xf5 ? 3 : -1;
    if (more < 0) return at;
    for (let index = 1; index <= more; index++) if (((frame[at + index] ?? 0) & 0xc0) !== 0x80) return at;
    if ((first === 0xe0 && second < 0xa0) || (first === 0xed && second > 0x9f)) return at;
    if ((first === 0xf0 && second < 0x90) || (first === 0xf4 && second > 0x8f)) return at;
    at += more + 1;
  }
  return at;
}

/** Without ASCII white space around it. */
export function trimmed(text: string): string {
  return trimmedStart(text).replace(/[ \t\n\f\r]+$/, '');
}

export function trimmedStart(text: string): string {
  return text.replace(/^[ \t\n\f\r]+/, '');
}
