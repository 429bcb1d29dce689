// Durations in Go's words: parsing and printing of "1h2m3.5s", and the short ages of tables.
// Mirrors time.ParseDuration, time.Duration.String and k8s.io/apimachinery/pkg/util/duration.

const unitMs: Readonly<Record<string, number>> = { ns: 1e-6, us: 1e-3, µs: 1e-3, μs: 1e-3, ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** "5m30s" -> 330000 milliseconds. Throws with the text of time.ParseDuration. */
export function parseGoDuration(text: string): number {
  const quoted = JSON.stringify(text);
  const unsigned = text.replace(/^[-+]/, '');
  const sign = text.startsWith('-') ? -1 : 1;
  if (unsigned === '0') return 0;
  if (unsigned === '') throw new Error(`time: invalid duration ${quoted}`);
  let ms = 0;
  let rest = unsigned;
  while (rest !== '') {
    const [part, number, unit] = /^([0-9]*\.?[0-9]*)([^0-9.]*)/.exec(rest) as unknown as [string, string, string];
    if (!/[0-9]/.test(number)) throw new Error(`time: invalid duration ${quoted}`);
    if (unit === '') throw new Error(`time: missing unit in duration ${quoted}`);
    const size = unitMs[unit];
    if (size === undefined) throw new Error(`time: unknown unit ${JSON.stringify(unit)} in duration ${quoted}`);
    ms += Number(number) * size;
    if (ms > maxMs) throw new Error(`time: invalid duration ${quoted}`);
    rest = rest.slice(part.length);
  }
  return sign * ms;
}

/** An int64 of nanoseconds holds about 292 years. */
const maxMs = 2 ** 63 / 1e6;

/** 330000 -> "5m30s", 1500 -> "1.5s", 0 -> "0s", 3600000 -> "1h0m0s". */
export function formatGoDuration(ms: number): string {
  if (ms === 0) return '0s';
  if (ms < 0) return `-${formatGoDuration(-ms)}`;
  if (ms < 1e-3) return `${trimmed(ms * 1e6)}ns`;
  if (ms < 1) return `${trimmed(ms * 1e3)}µs`;
  if (ms < 1000) return `${trimmed(ms)}ms`;
  const hours = Math.floor(ms / 3_600_000);
  const minutes = Math.floor(ms / 60_000) % 60;
  const seconds = `${trimmed((ms % 60_000) / 1000)}s`;
  if (hours > 0) return `${hours}h${minutes}m${seconds}`;
  return minutes > 0 ? `${minutes}m${seconds}` : seconds;
}

const trimmed = (n: number): string => String(Number(n.toFixed(9)));

/** The AGE of tables: "45s", "5m30s", "3h", "2d4h", "400d", "3y20d". Mirrors duration.HumanDuration. */
export function humanDuration(ms: number): string {
  const total = Math.trunc(ms / 1000);
  if (total < -1) return '<invalid>';
  if (total < 0) return '0s';
  if (total < 120) return `${total}s`;
  const minutes = Math.floor(total / 60);
  if (minutes < 10) return two(minutes, 'm', total % 60, 's');
  if (minutes < 180) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  if (hours < 8) return two(hours, 'h', minutes % 60, 'm');
  if (hours < 48) return `${hours}h`;
  const days = Math.floor(hours / 24);
  if (hours < 24 * 8) return two(days, 'd', hours % 24, 'h');
  if (days < 365 * 2) return `${days}d`;
  const years = Math.floor(days / 365);
  return days < 365 * 8 ? two(years, 'y', days % 365, 'd') : `${years}y`;
}

const two = (large: number, largeUnit: string, small: number, smallUnit: string): string =>
  small === 0 ? `${large}${largeUnit}` : `${large}${largeUnit}${small}${smallUnit}`;

/** The AGE of a creationTimestamp: "<unknown>" when there is none. Mirrors translateTimestampSince. */
export const ageOf = (timestamp: string | undefined | null, now: number): string =>
  timestamp ? humanDuration(now - Date.parse(timestamp)) : '<unknown>';
