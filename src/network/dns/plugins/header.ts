// header: flags of questions and answers, set or cleared. Mirrors coredns/plugin/header.
import type { Message } from '../message.js';
import { mistake, type Outcome, type Plugin } from '../plugin.js';

type Flag = 'aa' | 'ra' | 'rd';

const fields: { readonly [F in Flag]: keyof Message } = { aa: 'authoritative', ra: 'recursionAvailable', rd: 'recursionDesired' };

export const header: Plugin = {
  name: 'header',
  setup: ({ words }) => {
    const rules = { query: {} as { [F in Flag]?: boolean }, response: {} as { [F in Flag]?: boolean } };
    while (words.next()) {
      while (words.nextInBlock()) {
        const selector = words.word().toLowerCase();
        if (selector !== 'query' && selector !== 'response')
          throw mistake(`setting up rule: invalid selector=${selector} should be query or response`);
        const [action = '', ...flags] = words.args();
        Object.assign(rules[selector], ruleOf(action, flags));
      }
      if (Object.keys({ ...rules.query, ...rules.response }).length > 0) break;
      if (words.at >= words.tokens.length - 1) throw words.argError();
    }
    const { query, response } = rules;
    return (asked, asking, next): Outcome => {
      // Of a question only this flag is answered to.
      const question = query.rd === undefined ? asked : { ...asked, recursion: query.rd };
      const outcome = next(question, asking);
      const became = question === asked ? {} : { became: outcome.became ?? question };
      if (!outcome.message) return { ...outcome, ...became };
      const set = Object.fromEntries(Object.entries(response).map(([flag, on]) => [fields[flag as Flag], on]));
      const desired = query.rd === undefined ? {} : { recursionDesired: query.rd };
      return { ...outcome, ...became, message: { ...outcome.message, ...desired, ...set } };
    };
  },
};

function ruleOf(action: string, flags: readonly string[]): { [F in Flag]?: boolean } {
  const wrong = (text: string): Error => mistake(`setting up rule: ${text}`);
  if (action === '') throw wrong('no flag action provided');
  if (flags.length === 0) throw wrong('invalid length for flags, at least one should be provided');
  const lower = action.toLowerCase();
  if (lower !== 'set' && lower !== 'clear') throw wrong(`unknown flag action=${lower}, should be set or clear`);
  return Object.fromEntries(
    flags.map((f) => {
      const flag = f.toLowerCase();
      if (!Object.hasOwn(fields, flag)) throw wrong(`unknown/unsupported flag=${flag}`);
      return [flag, lower === 'set'];
    }),
  );
}
