// @generated: comes with what ltpc writes for TypeScript, and is the same for every protocol.
/** The form of framed text, octet by octet: one scan that can stop wherever octets run out and go on when more have come. */
import { Wrong, type Extent, type Framing } from './framing.js';
import { textOfOctets, trimmed, trimmedStart, type Octets } from './octets.js';

/** What comes behind the octets that are there: perhaps more, nothing for a while, nothing. */
export const [MORE, PAUSE, NOTHING] = [0, 1, 2] as const;
export type Behind = typeof MORE | typeof PAUSE | typeof NOTHING;

const NOT_IN_LINE = /[^\x20-\x7e\t]/;
const UINT_MAX = (1n << 64n) - 1n;

/** A scan of one message. */
export class Scan {
  /** Where the end of the line that is looked at has not been looked for. */
  seen = 0;
  private line = 0;
  /** Lines of the head so far. */
  private lines = 0;
  /** What the length's header says, and where. */
  private length: readonly [length: number | bigint, at: number] | null = null;
  /** Where the head's last line and the body begin. */
  private body: readonly [head: number, body: number] | null = null;
  /** The first end marker: where its line begins and where the next does. */
  private marker: readonly [start: number, next: number] | null = null;

  constructor(private readonly framing: Framing) {}

  /**
   * Goes on with all octets of the message so far, of which a message has at most `limit`. Gives nothing while more are needed. Throws
   * {@link Wrong}.
   */
  step(limit: number, strict: boolean, octets: Octets, behind: Behind): Extent | null {
    const stop = Math.min(octets.length, limit);
    // What is past the limit is no end of the text.
    const found = this.go(limit, strict, octets.slice(0, stop), stop < octets.length ? MORE : behind);
    if (!found && octets.length > limit) throw new Wrong('size', limit);
    return found;
  }

  private go(limit: number, strict: boolean, octets: Octets, behind: Behind): Extent | null {
    if (!this.body) {
      this.body = this.head(octets, behind);
      if (!this.body) {
        if (behind === NOTHING) throw this.cutOff(octets);
        return null;
      }
      this.line = this.seen = this.body[1];
    }
    const [head, body] = this.body;
    const { framing } = this;
    if (!framing.hasBody) return { head, body: [body, body], end: body, lengths: null };
    if (framing.marker === null) return this.counted(head, body, limit, octets, behind);
    return this.length
      ? this.measured(head, body, framing.marker, this.length, limit, strict, octets, behind)
      : this.unmeasured(head, body, framing.marker, strict, octets, behind);
  }

  /** Where the body ends behind which no marker stands. */
  private counted(head: number, body: number, limit: number, octets: Octets, behind: Behind): Extent | null {
    const [length, said] = this.length ?? [0, body];
    const end = body + Number(length);
    if (end > limit) throw new Wrong('size', said);
    if (octets.length >= end) return { head, body: [body, end], end, lengths: null };
    if (behind === NOTHING) throw new Wrong('truncated', octets.length, 'lengths', length);
    return null;
  }

  /** Where the body ends of which no length is declared. */
  private unmeasured(head: number, body: number, marker: string, strict: boolean, octets: Octets, behind: Behind): Extent | null {
    const found = this.firstMarker(marker, octets, behind);
    if (!found) {
      if (behind === NOTHING) throw new Wrong('marker', octets.length, 'body_end');
      return null;
    }
    const end = this.before(octets, body, found[0]);
    if (strict && end > body && this.framing.length !== null) throw new Wrong('required', head, 'length');
    return { head, body: [body, end], end: found[1], lengths: null };
  }

  /** Where the body ends of which a length is declared: there, if the marker stands behind it. */
  private measured(
    head: number,
    body: number,
    marker: string,
    [declared, said]: readonly [number | bigint, number],
    limit: number,
    strict: boolean,
    octets: Octets,
    behind: Behind,
  ): Extent | null {
    const end = body + Number(declared);
    let isContradicted = true;
    if (end <= limit) {
      const [found, next] = this.behind(marker, octets, body, end, behind);
      if (found === 'yes') return { head, body: [body, end], end: next, lengths: null };
      if (found === 'unknown') {
        if (behind === MORE || (behind === PAUSE && strict)) return null;
        isContradicted = false;
      }
    } else if (strict) {
      throw new Wrong('size', said);
    }
    const first = this.firstMarker(marker, octets, behind);
    if (first) {
      const ends = this.before(octets, body, first[0]);
      if (strict) throw new Wrong('length_mismatch', said, 'lengths', declared, ends - body);
      return { head, body: [body, ends], end: first[1], lengths: { declared, actual: ends - body } };
    }
    if (isContradicted && strict) throw new Wrong('length_mismatch', said, 'lengths', declared);
    if (behind === NOTHING) throw new Wrong('marker', octets.length, 'body_end');
    return null;
  }

  /** Reads lines of the head; gives the place of its last line and of the body. */
  private head(octets: Octets, behind: Behind): readonly [number, number] | null {
    const { framing } = this;
    for (let end = this.lineEnd(octets); end !== null; end = this.lineEnd(octets)) {
      const start = this.line;
      const text = framing.content(octets.slice(start, end));
      this.line = this.seen = end + 1;
      this.lines++;
      const odd = text.search(NOT_IN_LINE);
      if (odd >= 0) throw new Wrong('charset', start + odd);
      // A line end of another kind than the framing reads.
      if (!framing.readsLf && start + text.length === end) throw new Wrong('charset', end);
      if (this.lines === 1) {
        startLine(framing, text);
        continue;
      }
      if (text === framing.until) return [start, end + 1];
      if (text === framing.marker) throw new Wrong('marker', start, 'head_end');
      if (this.lines > framing.most + 1) throw new Wrong('headers', start);
      this.header(text, start);
    }
    // A marker needs no line end where nothing comes behind it.
    const last = octets.slice(this.line);
    const ends = behind === NOTHING || (behind === PAUSE && !framing.hasBody);
    return ends && this.lines && last && last === framing.until ? [this.line, octets.length] : null;
  }

  /** The place of the LF that ends the line; refuses as soon as the line is too long. */
  private lineEnd(octets: Octets): number | null {
    const most = this.line + this.framing.line;
    const end = octets.indexOf('\n', this.seen);
    const reached = end < 0 ? octets.length : end;
    const carriage = this.framing.readsCrlf && reached === most + 1 && octets[most] === '\r';
    if (reached > most + (carriage ? 1 : 0)) throw new Wrong('line_size', most);
    if (end >= 0) return end;
    this.seen = octets.length;
    return null;
  }

  /** Looks at a header for its form, and for the length if it says it. */
  private header(text: Octets, at: number): void {
    const { framing } = this;
    const name = framing.headerName(text);
    if (name === null) throw new Wrong('header', at);
    if (framing.length === null || !framing.same(framing.length, name)) return;
    let value = text.slice(name.length + framing.separator.length);
    if (framing.trim) value = trimmedStart(value);
    const place = at + text.length - value.length;
    if (this.length) throw new Wrong('duplicate', place, 'length');
    const length = digits(framing.trim ? trimmed(value) : value);
    if (length === null) throw new Wrong('number', place, 'length');
    this.length = [length, place];
  }

  /** What a text breaks that ends in its head. */
  private cutOff(octets: Octets): Wrong {
    if (this.lines === 0) {
      try {
        startLine(this.framing, octets);
      } catch (wrong) {
        if (wrong instanceof Wrong) return wrong;
        throw wrong;
      }
    }
    return new Wrong('marker', octets.length, 'head_end');
  }

  /** The first line of the body that is the marker. */
  private firstMarker(marker: string, octets: Octets, behind: Behind): readonly [number, number] | null {
    while (!this.marker) {
      const end = octets.indexOf('\n', this.seen);
      if (end < 0) {
        this.seen = octets.length;
        return behind !== MORE && octets.slice(this.line) === marker ? [this.line, octets.length] : null;
      }
      const line = octets.slice(this.line, end);
      if ((this.framing.readsCrlf && line === `${marker}\r`) || (this.framing.readsLf && line === marker)) this.marker = [this.line, end + 1];
      this.line = this.seen = end + 1;
    }
    return this.marker;
  }

  /** Where a body ends whose marker's line begins there: before the line end. */
  private before(octets: Octets, body: number, marker: number): number {
    return marker === body ? body : body + this.framing.content(octets.slice(body, marker - 1)).length;
  }

  /** Whether the marker stands behind a body that ends there, and the place behind its line. */
  private behind(marker: string, octets: Octets, body: number, end: number, behind: Behind): readonly ['yes' | 'no' | 'unknown', number] {
    const stop = octets.length;
    if (end > stop) return ['unknown', 0];
    const { readsLf, readsCrlf } = this.framing;
    let partly = false;
    for (const [lineEnd, read] of [['\n', readsLf], ['\r\n', readsCrlf], ['', end === body]] as const) {
      if (!read) continue;
      const wanted = lineEnd + marker;
      const stands = octets.slice(end, end + wanted.length + 2);
      if (!stands.startsWith(wanted)) {
        partly ||= wanted.startsWith(stands);
        continue;
      }
      const rest = stands.slice(wanted.length);
      const whole = end + wanted.length;
      if (!rest && behind !== MORE) return ['yes', stop];
      if (rest.startsWith('\n') && readsLf) return ['yes', whole + 1];
      if (rest.startsWith('\r\n') && readsCrlf) return ['yes', whole + 2];
      if (!rest || (rest === '\r' && readsCrlf && behind !== NOTHING)) partly = true;
    }
    return [partly ? 'unknown' : 'no', 0];
  }
}

/** A number in decimal digits alone, without leading zeros, so that no two readers can differ over it. */
function digits(text: string): number | bigint | null {
  if (!/^(?:0|[1-9][0-9]{0,19})$/.test(text)) return null;
  const value = BigInt(text);
  return value > UINT_MAX ? null : value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;
}

/** Looks at the start line for its form. */
function startLine(framing: Framing, line: Octets): void {
  if (!trimmed(line)) throw new Wrong('empty', 0);
  if (textOfOctets(line) === null) throw new Wrong('start', 0);
  framing.readStart(line, () => {});
}
