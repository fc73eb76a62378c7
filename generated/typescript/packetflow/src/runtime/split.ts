// @generated: comes with what ltpc writes for TypeScript, and is the same for every protocol.
/** Cutting a stream of octets into the frames of framed text. */
import { Wrong, type Framing, type Lengths } from './framing.js';
import type { Octets } from './octets.js';
import { MORE, NOTHING, PAUSE, Scan, type Behind } from './scan.js';

/** A whole message: its octets, and lengths that disagree, where the splitter is an advisory one. */
export interface Frame {
  readonly octets: Octets;
  readonly lengths: Lengths | null;
}

/** Octets that no message can begin with, as many as are there. */
export class Broken extends Error {
  constructor(readonly octets: Octets) {
    super('no message can begin so');
  }
}

/**
 * Takes octets in pieces of any size and gives whole frames; the same octets give the same frames however they are cut.
 *
 * Never more is held than one message may have, beside what a single read brought. Line ends between messages are passed over. What breaks
 * the form breaks the stream: there is no place to go on from.
 */
export class Splitter {
  private held: Octets = '';
  private scan: Scan;
  private isBroken = false;

  constructor(
    private readonly framing: Framing,
    private readonly limit: number,
    private readonly strict: boolean = framing.strict,
  ) {
    this.scan = new Scan(framing);
  }

  /** Octets that no frame has been made of yet. */
  get pending(): number {
    return this.held.length;
  }

  push(octets: Octets): void {
    this.held += octets;
  }

  /** The next whole message; nothing: more octets are needed. Throws {@link Broken}. */
  next(): Frame | null {
    return this.cut(MORE);
  }

  /**
   * As {@link next}, when the peer has paused: a message is also whole whose end marker lacks only its line end, and, for an advisory reader,
   * one whose declared length reaches past its end marker.
   */
  pause(): Frame | null {
    return this.cut(PAUSE);
  }

  /** As {@link next}, when no more octets will come. */
  finish(): Frame | null {
    return this.cut(NOTHING);
  }

  private cut(behind: Behind): Frame | null {
    if (this.scan.seen === 0) this.passOver();
    if (this.isBroken) throw new Broken(this.held);
    if (!this.held || (this.framing.readsCrlf && behind !== NOTHING && this.held === '\r')) return null;
    let extent;
    try {
      extent = this.scan.step(this.limit, this.strict, this.held, behind);
    } catch (wrong) {
      if (!(wrong instanceof Wrong)) throw wrong;
      this.isBroken = true;
      throw new Broken(this.held);
    }
    if (!extent) return null;
    const octets = this.held.slice(0, extent.end);
    this.held = this.held.slice(extent.end);
    this.scan = new Scan(this.framing);
    return { octets, lengths: extent.lengths };
  }

  /** Passes over line ends before a message. */
  private passOver(): void {
    const { readsLf, readsCrlf } = this.framing;
    let at = 0;
    for (;;) {
      if (readsLf && this.held[at] === '\n') at++;
      else if (readsCrlf && this.held.startsWith('\r\n', at)) at += 2;
      else break;
    }
    if (at) this.held = this.held.slice(at);
  }
}
