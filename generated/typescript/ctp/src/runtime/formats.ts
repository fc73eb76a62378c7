// @generated: comes with what ltpc writes for TypeScript, and is the same for every protocol.
/** Formats with a name: UUID and date-time. */

const UUID = /^[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$/;
const DATETIME =
  /^([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt]([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.[0-9]+)?(?:[Zz]|([+-])([0-9]{2}):([0-9]{2}))$/;
const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Whether the text is of RFC 9562's form, in either case. */
export function isUuid(text: string): boolean {
  return text.length === 36 && UUID.test(text);
}

/** Whether the text is an RFC 3339 date and time with an offset; a leap second only as the last one of a UTC day. */
export function isDatetime(text: string): boolean {
  const match = DATETIME.exec(text);
  if (!match || text.endsWith('\n')) return false;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [number, number, number, number, number, number];
  if (month < 1 || month > 12) return false;
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  if (day < 1 || day > DAYS[month - 1]! + (leap && month === 2 ? 1 : 0)) return false;
  let east = 0;
  if (match[7]) {
    const [hours, minutes] = [Number(match[8]), Number(match[9])];
    if (hours > 23 || minutes > 59) return false;
    east = (hours * 60 + minutes) * (match[7] === '-' ? -1 : 1);
  }
  const last = (((hour * 60 + minute - east) % 1440) + 1440) % 1440 === 1439;
  return hour < 24 && minute < 60 && (second < 60 || (second === 60 && last));
}

/** Milliseconds since the Unix epoch as RFC 3339 text in UTC. */
export function rfc3339(unix: number): string {
  return new Date(Math.min(unix, 253402300799999)).toISOString();
}
