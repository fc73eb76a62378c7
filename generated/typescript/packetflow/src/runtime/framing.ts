// @generated: comes with what ltpc writes for TypeScript, and is the same for every protocol.
/** How messages stand as framed text, and what breaks its form. */
import { lossyText, type Octets } from './octets.js';

/** A part of the start line: a text, a member of the envelope by its index, or what names the message. */
export interface StartPart {
  readonly text?: string;
  readonly member?: number;
  readonly tag?: boolean;
}

const TOKEN = /^[A-Za-z0-9!#-'*+\-.^-`|~]*/;

export class Framing {
  readonly envelope: number;
  readonly newline: string;
  readonly readsLf: boolean;
  readonly readsCrlf: boolean;
  readonly start: readonly StartPart[];
  readonly separator: string;
  readonly insensitive: boolean;
  readonly trim: boolean;
  readonly unknown: 'keep' | 'ignore' | 'refuse';
  readonly most: number;
  readonly lists: ReadonlyMap<string, string>;
  readonly until: string;
  readonly hasBody: boolean;
  readonly length: string | null;
  readonly marker: string | null;
  readonly strict: boolean;
  readonly charset: 'text' | 'utf8' | 'ascii';
  readonly line: number;

  constructor(table: any) {
    this.envelope = table.envelope;
    this.newline = table.newline;
    this.readsLf = table.reads_lf;
    this.readsCrlf = table.reads_crlf;
    this.start = table.start;
    this.separator = table.separator;
    this.insensitive = table.insensitive;
    this.trim = table.trim;
    this.unknown = table.unknown;
    this.most = table.most;
    this.lists = new Map(table.lists);
    this.until = table.until;
    this.hasBody = table.has_body;
    this.length = table.length;
    this.marker = table.marker;
    this.strict = table.strict;
    this.charset = table.charset;
    this.line = table.line;
  }

  /** Whether two names are one header's. */
  same(one: string, other: string): boolean {
    return one === other || (this.insensitive && one.length === other.length && one.toLowerCase() === other.toLowerCase());
  }

  /** A line without its end; the LF is gone already. */
  content(line: Octets): Octets {
    return this.readsCrlf && line.endsWith('\r') ? line.slice(0, -1) : line;
  }

  /** The name that a line of the head begins with; nothing if it is no header. */
  headerName(line: Octets): string | null {
    let name = TOKEN.exec(line)?.[0] ?? '';
    const cut = name.indexOf(this.separator[0] ?? '');
    if (cut >= 0) name = name.slice(0, cut);
    return name && line.startsWith(this.separator, name.length) ? name : null;
  }

  /**
   * Reads the start line: gives each part that is no text, with what stands there and the octet at which that begins. Throws {@link Wrong} at
   * the octet at which the line is of another form.
   */
  readStart(line: Octets, each: (part: StartPart, text: string, at: number) => void): void {
    let at = 0;
    for (const [index, part] of this.start.entries()) {
      if (part.text !== undefined) {
        let same = 0;
        while (same < part.text.length && line[at + same] === part.text[same]) same++;
        if (same < part.text.length) throw new Wrong('start', at + same);
        at += same;
        continue;
      }
      const following = this.start[index + 1]?.text;
      const end = following === undefined ? line.length : line.indexOf(following, at);
      if (end < 0) throw new Wrong('start', line.length);
      if (end === at) throw new Wrong('start', at);
      each(part, lossyText(line.slice(at, end)), at);
      at = end;
    }
    if (at < line.length) throw new Wrong('start', at);
  }
}

/** A declared length that the end marker contradicts: the octets that the header says, and those before the first end marker. */
export interface Lengths {
  readonly declared: number | bigint;
  readonly actual: number;
}

/** Where the parts of a whole message stand: the line that ends the head, the body, and the end of it all. */
export interface Extent {
  readonly head: number;
  readonly body: readonly [start: number, end: number];
  readonly end: number;
  readonly lengths: Lengths | null;
}

/** What breaks the form: the rule, the octet, and which marker, length or header it is about. */
export class Wrong extends Error {
  constructor(
    readonly rule: string,
    readonly at: number,
    readonly about = '',
    readonly declared: number | bigint = 0,
    readonly found: number | null = null,
  ) {
    super(`${rule} at octet ${at}`);
  }
}
