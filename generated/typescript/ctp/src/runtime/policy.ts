// @generated: comes with what ltpc writes for TypeScript, and is the same for every protocol.
/** What decides on claims, and counts: for all connections of an endpoint together, in bounded memory. */

/** Agents that are known, by name. */
export type Registry = { readonly [agent: string]: { readonly tier: string; readonly key?: string } };

interface Rate {
  readonly limit: number;
  readonly window: number;
}

export class Policy {
  private readonly meters = new Map<string, Map<string, { most: number; times: number[] }>>();

  constructor(private readonly registry: Registry = {}) {}

  /** The level that an agent is granted: the lower of its claim and of what it is allowed. */
  grant(tiers: readonly any[], agent: string, level: number, key: string | null): number {
    return Math.min(Math.max(level, this.allowed(tiers, agent, key)), tiers.length - 1);
  }

  private allowed(tiers: readonly any[], agent: string, key: string | null): number {
    const free = tiers.map((tier) => tier.by_key).lastIndexOf(true) + 1;
    const known = Object.hasOwn(this.registry, agent) ? this.registry[agent] : undefined;
    const level = tiers.findIndex((tier) => tier.name === known?.tier);
    if (!known || level < 0) return free;
    return known.key !== undefined && key !== null && isSame(key, known.key) ? level : Math.max(level, free);
  }

  /** Milliseconds until a meter admits one more. It counts nothing. */
  wait(meter: any, key: string, rate: Rate, now: number): number {
    const logs = this.meters.get(meter.name);
    const log = logs?.get(key);
    if (!logs || !log) return 0;
    logs.delete(key);
    logs.set(key, log);
    const oldest = log.times[log.times.length - Math.max(rate.limit, 1)];
    return oldest === undefined ? 0 : Math.max(oldest + Number(rate.window) - now, 0);
  }

  /** Counts one. */
  count(meter: any, key: string, rate: Rate, now: number): void {
    let logs = this.meters.get(meter.name);
    if (!logs) this.meters.set(meter.name, (logs = new Map()));
    const log = logs.get(key) ?? { most: 0, times: [] };
    if (!logs.delete(key) && logs.size >= Math.max(meter.last, 1)) logs.delete(logs.keys().next().value!);
    logs.set(key, log);
    log.most = Math.max(log.most, Math.max(rate.limit, 1));
    if (log.times.length >= log.most) log.times.shift();
    log.times.push(now);
  }
}

/** Compares in a time that says nothing of the key. */
function isSame(shown: string, key: string): boolean {
  let differ = shown.length ^ key.length;
  for (let at = 0; at < shown.length; at++) differ |= shown.charCodeAt(at) ^ key.charCodeAt(Math.min(at, key.length - 1));
  return differ === 0;
}
