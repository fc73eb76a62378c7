// @generated: comes with what ltpc writes for TypeScript, and is the same for every protocol.
/** Numbered things by a rank: the least first, of equal ones the one with the least number. */
export type Ranked = readonly [rank: number, serial: number];

export class Heap {
  private readonly items: Ranked[] = [];

  get first(): Ranked | undefined {
    return this.items[0];
  }

  push(item: Ranked): void {
    const { items } = this;
    let at = items.push(item) - 1;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (!isBefore(item, items[above]!)) break;
      items[at] = items[above]!;
      at = above;
    }
    items[at] = item;
  }

  pop(): Ranked | undefined {
    const { items } = this;
    const first = items[0];
    const last = items.pop();
    if (!last || !items.length) return first;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if (below + 1 < items.length && isBefore(items[below + 1]!, items[below]!)) below++;
      if (below >= items.length || !isBefore(items[below]!, last)) break;
      items[at] = items[below]!;
      at = below;
    }
    items[at] = last;
    return first;
  }
}

/** The order of ranks, then of numbers. */
export function isBefore(a: Ranked, b: Ranked): boolean {
  return a[0] < b[0] || (a[0] === b[0] && a[1] < b[1]);
}
