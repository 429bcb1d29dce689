// acl: who may ask what. Mirrors coredns/plugin/acl.
import { cidrContains, type CIDR, parseCIDR, parseIP } from '../../../lib/ip.js';
import type { Cursor } from '../corefile/tokens.js';
import { message, typeNames } from '../message.js';
import { originsOf, zoneOf } from '../name.js';
import { type Asking, type Outcome, type Plugin, type Question, type Serve, written } from '../plugin.js';

type Action = 'allow' | 'block' | 'filter' | 'drop';

interface Policy {
  readonly action: Action;
  /** Absent: all. */
  readonly types?: ReadonlySet<string>;
  readonly nets?: readonly CIDR[];
}

interface Rule {
  readonly zones: readonly string[];
  readonly policies: Policy[];
}

const actions: readonly string[] = ['allow', 'block', 'filter', 'drop'];
const isSection = (word: string): boolean => ['type', 'net'].includes(word.toLowerCase());

const blocked = 15;
const filtered = 17;

export const acl: Plugin = {
  name: 'acl',
  setup: ({ words, keys }) => {
    const rules: Rule[] = [];
    while (words.next()) {
      const rule: Rule = { zones: originsOf(words.args(), keys), policies: [] };
      while (words.nextInBlock()) rule.policies.push(policy(words));
      rules.push(rule);
    }
    return (question, asking, behind): Outcome => {
      const next: Serve = (q, a) => (behind.nobody ? unanswered(q) : behind(q, a));
      for (const { zones, policies } of rules) {
        if (zoneOf(zones, question.name) === '') continue;
        switch (policies.find((p) => fits(p, question, asking))?.action) {
          case 'drop':
            return { rcode: 'NOERROR', silent: true };
          case 'block':
            return { ...written(message('REFUSED', { extendedError: blocked })), rcode: 'NOERROR' };
          case 'filter':
            return written(message('NOERROR', { extendedError: filtered }));
          case 'allow':
            return next(question, asking);
          default:
        }
      }
      return next(question, asking);
    };
  },
};

/** In its place it says the name that was asked for. */
const unanswered = ({ name }: Question): Outcome => ({ rcode: 'SERVFAIL', error: `plugin/${name.toLowerCase()}: no next plugin found` });

const fits = ({ types, nets }: Policy, { type }: Question, { client }: Asking): boolean => {
  const ip = parseIP(client.ip);
  return (!types || types.has(type)) && (!nets || (!!ip && nets.some((n) => cidrContains(n, ip))));
};

function policy(words: Cursor): Policy {
  const action = words.word().toLowerCase();
  if (!actions.includes(action))
    throw words.error(`unexpected token ${JSON.stringify(words.word())}; expect 'allow', 'block', 'filter' or 'drop'`);
  let made: Policy = { action: action as Action };
  const args = words.args();
  while (args.length > 0) {
    const section = args.shift() as string;
    if (!isSection(section)) throw words.error(`unexpected token ${JSON.stringify(section)}; expect 'type | net'`);
    const end = args.findIndex(isSection);
    const tokens = args.splice(0, end < 0 ? args.length : end);
    if (tokens.length === 0) throw words.error(`no token specified in ${JSON.stringify(section.toLowerCase())} section`);
    made = { ...made, ...(section.toLowerCase() === 'type' ? typesOf(tokens, words) : netsOf(tokens, words)) };
  }
  return made;
}

function typesOf(tokens: readonly string[], words: Cursor): Pick<Policy, 'types'> {
  const types = new Set<string>();
  for (const token of tokens) {
    if (token === '*') return {};
    if (!typeNames.has(token)) throw words.error(`unexpected token ${JSON.stringify(token)}; expect legal QTYPE`);
    types.add(token);
  }
  return { types };
}

function netsOf(tokens: readonly string[], words: Cursor): Pick<Policy, 'nets'> {
  const nets: CIDR[] = [];
  for (const token of tokens) {
    if (token === '*') return {};
    const full = token.includes('/') ? token : `${token}/${token.includes(':') ? 128 : 32}`;
    const net = parseCIDR(full);
    if (!net) throw words.error(`illegal CIDR notation ${JSON.stringify(full)}`);
    nets.push(net);
  }
  return { nets };
}
