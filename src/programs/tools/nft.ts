// nft 1.0.6 on a node: lists kube-proxy's tables. What writes rules, and other forms of listing, are refused by name.
import { proxyNode } from '../../network/proxy/node.js';
import { nftables, withClients } from '../../network/proxy/nftables/build.js';
import { chainSketch, chainText, partText, setText, tableText } from '../../network/proxy/nftables/list.js';
import type { NamedSet, Ruleset } from '../../network/proxy/nftables/ruleset.js';
import type { NodeAccess } from '../node-access.js';
import type { NodeProgram } from '../process.js';
import type { Process } from '../process.js';
import { flags } from './arguments.js';

/** An error of nft's parser or of the kernel: shown under the word that it is about. */
class Refusal extends Error {
  constructor(
    message: string,
    readonly word: number,
  ) {
    super(message);
  }
}

const missing = (word: number): Refusal => new Refusal('No such file or directory', word);

const families = ['ip', 'ip6', 'inet', 'arp', 'bridge', 'netdev'];

const long: Readonly<Record<string, string>> = {
  version: 'v',
  stateless: 's',
  terse: 't',
  check: 'c',
  handle: 'a',
  json: 'j',
  numeric: 'n',
  'numeric-priority': 'y',
};

export const nft: NodeProgram = (p, access) => {
  const given = flags(p.argv, 'vVstchajneoSNpuyTd:f:iI:D:', long);
  if (given.unknown !== undefined) return fail(p, `unrecognized option '${given.unknown}'`);
  if (given.has('v')) {
    p.out('nftables v1.0.6 (Lester Gooch #5)\n');
    return 0;
  }
  const strange = [...'VhajneoSNpuyTdfiID'].find((f) => given.has(f));
  if (strange !== undefined) return refused(p, `option -${strange}`);
  const words = given.rest.join(' ').split(/\s+/).filter(Boolean);
  if (words.length === 0) return fail(p, 'no command specified');
  if (words[0] !== 'list') return refused(p, `${words[0]} (only kube-proxy writes rules)`);
  try {
    const shown = list(words, tables(access), { stateless: given.has('s'), terse: given.has('t') });
    if (shown === undefined) return refused(p, words.slice(0, 2).join(' '));
    p.out(shown);
    return 0;
  } catch (e) {
    if (e instanceof Refusal) p.err(complaint(words, e));
    else if (e instanceof OtherMode) return refused(p, e.message);
    else throw e;
    return 1;
  }
};

function fail(p: Process, message: string): number {
  p.err(`nft: ${message}\n`);
  return 1;
}

const refused = (p: Process, what: string): number => fail(p, `not simulated: ${what}`);

/** The command again, with its word underlined: past its end where a word is missing. */
function complaint(words: readonly string[], { message, word }: Refusal): string {
  const line = words.join(' ');
  const at = words.slice(0, word).join(' ').length + (word > 0 && word < words.length ? 1 : 0);
  return `Error: ${message}\n${line}\n${' '.repeat(at)}${'^'.repeat(words[word]?.length ?? 1)}\n`;
}

class OtherMode extends Error {}

/** What the node has: kube-proxy's two tables, once it has written any. */
function tables({ net, name }: NodeAccess): readonly Ruleset[] {
  const node = proxyNode(net.reader, name);
  if (!node) return [];
  const { mode } = node.settings;
  if (mode !== 'nftables')
    throw new OtherMode(`the tables that iptables keeps in nftables (kube-proxy runs in ${mode} mode: see iptables-save)`);
  return (['IPv4', 'IPv6'] as const).map((family) => withClients(nftables(node, family), net, name));
}

const familyOf = (rules: Ruleset): string => (rules.family === 'IPv4' ? 'ip' : 'ip6');

interface Options {
  readonly stateless: boolean;
  readonly terse: boolean;
}

/** Undefined: not simulated. */
function list(words: readonly string[], all: readonly Ruleset[], options: Options): string | undefined {
  const what = words[1];
  if (what === undefined) throw new Refusal('syntax error, unexpected newline', 1);
  const rest = words.slice(2);
  const family = families.includes(rest[0] ?? '') ? rest[0] : undefined;
  const names = family === undefined ? rest : rest.slice(1);
  const first = words.length - names.length;
  const tooMany = (n: number): void => {
    if (names.length > n) throw new Refusal('syntax error, unexpected string, expecting end of file or newline or semicolon', first + n);
    if (names.length < n) throw new Refusal('syntax error, unexpected newline, expecting string', words.length);
  };
  const ofFamily = all.filter((t) => family === undefined || familyOf(t) === family);
  const set = (s: NamedSet): string => setText(shown(s, options));
  switch (what) {
    case 'ruleset':
      tooMany(0);
      return ofFamily.map((t) => tableText(shownTable(t, options))).join('');
    case 'tables':
      tooMany(0);
      return ofFamily.map((t) => `table ${familyOf(t)} kube-proxy\n`).join('');
    case 'chains':
      tooMany(0);
      return ofFamily.map((t) => partText(t, t.chains.map(chainSketch))).join('');
    case 'sets':
    case 'maps':
      tooMany(0);
      return ofFamily.map((t) => partText(t, t.sets.filter((s) => `${s.kind}s` === what).map(set))).join('');
    case 'table':
      tooMany(1);
      return tableText(shownTable(tableOf(all, family, names[0], first), options));
    case 'chain': {
      tooMany(2);
      const table = tableOf(all, family, names[0], first);
      const chain = table.chains.find((c) => c.name === names[1]);
      if (!chain) throw missing(first + 1);
      return partText(table, [chainText(chain, table.family)]);
    }
    case 'set':
    case 'map': {
      tooMany(2);
      const table = tableOf(all, family, names[0], first);
      const found = table.sets.find((s) => s.name === names[1] && s.kind === what);
      if (!found) throw missing(first + 1);
      return partText(table, [set(found)]);
    }
    default:
      return undefined;
  }
}

function tableOf(all: readonly Ruleset[], family: string | undefined, name: string | undefined, word: number): Ruleset {
  const table = name === 'kube-proxy' ? all.find((t) => familyOf(t) === (family ?? 'ip')) : undefined;
  if (!table) throw missing(word);
  return table;
}

const shownTable = (t: Ruleset, options: Options): Ruleset => ({ ...t, sets: t.sets.map((s) => shown(s, options)) });

/** --terse leaves elements out, --stateless how long they are still remembered. */
const shown = (s: NamedSet, { stateless, terse }: Options): NamedSet => ({
  ...s,
  elements: terse ? [] : stateless ? s.elements.map(({ expires: _, ...e }) => e) : s.elements,
});
