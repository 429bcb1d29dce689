// -o of kubelab's own questions: plain text, or json.
import type { Flag, FlagValues } from '../model/verb.js';
import { UsageError } from './errors.js';
import { flag } from './flag.js';

/** `what`: what is printed as JSON. */
export const jsonFlag = (what: string): Flag => flag('output', 'string', '', `json: ${what} as JSON.`, 'o');

/** Is JSON wanted? Throws UsageError for any other format. */
export function wantsJson(flags: FlagValues): boolean {
  const output = flags.string('output');
  if (output === '' || output === 'json') return output === 'json';
  throw new UsageError(`unable to match a printer suitable for the output format "${output}", allowed formats are: json`);
}
