// RFC 3339 times as Go reads them, with Go's sentences. Mirrors time.Parse for the two layouts the API uses.
import { goQuote } from './go-format.js';

const layouts = { seconds: '2006-01-02T15:04:05Z07:00', micros: '2006-01-02T15:04:05.000000Z07:00' } as const;

interface Step {
  readonly text: string;
  readonly pattern: RegExp;
}

const digits = (n: number): RegExp => new RegExp(`^[0-9]{${n}}`);
const literal = (text: string): Step => ({ text, pattern: new RegExp(`^${text}`) });
const head: readonly Step[] = [
  { text: '2006', pattern: digits(4) },
  literal('-'),
  { text: '01', pattern: digits(2) },
  literal('-'),
  { text: '02', pattern: digits(2) },
  literal('T'),
  { text: '15', pattern: digits(2) },
  literal(':'),
  { text: '04', pattern: digits(2) },
  literal(':'),
  { text: '05', pattern: digits(2) },
];
const zone: Step = { text: 'Z07:00', pattern: /^(?:Z|[-+][0-9]{2}:[0-9]{2})/ };
const fractions = {
  // a fraction is read after the seconds even where the layout has none
  seconds: { text: '', pattern: /^(?:[.,][0-9]+)?/ },
  micros: { text: '.000000', pattern: /^\.[0-9]{6}/ },
} as const;

/** The same moment in UTC, as metav1.Time (whole seconds) or metav1.MicroTime marshals it. Throws an Error with Go's sentence. */
export function parseGoTime(text: string, precision: 'seconds' | 'micros'): string {
  const parts: string[] = [];
  let rest = text;
  for (const step of [...head, fractions[precision], zone]) {
    const match = step.pattern.exec(rest);
    if (!match)
      throw new Error(`parsing time ${goQuote(text)} as "${layouts[precision]}": cannot parse ${goQuote(rest)} as "${step.text}"`);
    parts.push(match[0]);
    rest = rest.slice(match[0].length);
    const wrong = outOfRange(step.text, Number(match[0]));
    if (wrong) throw new Error(`parsing time ${goQuote(text)}: ${wrong} out of range`);
  }
  if (rest !== '') throw new Error(`parsing time ${goQuote(text)}: extra text: ${goQuote(rest)}`);
  const [year, month, day] = [Number(parts[0]), Number(parts[2]), Number(parts[4])];
  if (day > new Date(Date.UTC(year, month, 0)).getUTCDate()) throw new Error(`parsing time ${goQuote(text)}: day out of range`);
  const whole = `${parts.slice(0, 11).join('')}${parts[12]}`;
  const utc = new Date(whole).toISOString().slice(0, 19);
  return precision === 'micros' ? `${utc}${parts[11]}Z` : `${utc}Z`;
}

function outOfRange(step: string, value: number): string | undefined {
  if (step === '01' && (value < 1 || value > 12)) return 'month';
  if (step === '02' && value < 1) return 'day';
  if (step === '15' && value > 23) return 'hour';
  if (step === '04' && value > 59) return 'minute';
  return step === '05' && value > 59 ? 'second' : undefined;
}
