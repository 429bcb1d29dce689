// ipset 7.17 on a node: lists the address sets that kube-proxy made in ipvs mode. What writes sets, and other forms of output, are refused by name.
import { fnv32a } from '../../lib/fnv.js';
import { ipvsRuleset, referencesTo } from '../../network/proxy/ipvs/rules.js';
import { type IPSet, ipSets, type SetType } from '../../network/proxy/ipvs/sets.js';
import { ofMode, proxyNode } from '../../network/proxy/node.js';
import type { NodeAccess } from '../node-access.js';
import type { NodeProgram, Process } from '../process.js';

interface Known extends IPSet {
  /** How many rules ask it. */
  readonly references: number;
}

const commands: Readonly<Record<string, 'list' | 'save' | 'test' | 'write'>> = {
  list: 'list',
  '-L': 'list',
  '--list': 'list',
  save: 'save',
  '-S': 'save',
  '--save': 'save',
  test: 'test',
  '-T': 'test',
  '--test': 'test',
  create: 'write',
  '-N': 'write',
  n: 'write',
  add: 'write',
  '-A': 'write',
  del: 'write',
  '-D': 'write',
  destroy: 'write',
  '-X': 'write',
  flush: 'write',
  '-F': 'write',
  rename: 'write',
  '-E': 'write',
  swap: 'write',
  '-W': 'write',
  restore: 'write',
  '-R': 'write',
};

const prefix = 'ipset v7.17: ';

export const ipset: NodeProgram = (p, access) => {
  const words = p.argv.slice(1);
  const flag = (...names: string[]): boolean => words.some((w) => names.includes(w));
  if (flag('-v', '--version', '-V', 'version')) return said(p, 'ipset v7.17, protocol version: 7\n');
  const other = words.find((w) => /^(-o|--?output|-f|--?file|-exist|-!|-h|--?help|help|-r|--?resolve|-q|--?quiet)$/.test(w));
  if (other !== undefined) return refused(p, other);
  const at = words.findIndex((w) => commands[w] !== undefined);
  const operands = words.slice(at + 1).filter((w) => !w.startsWith('-'));
  if (at < 0) return misused(p, `No command specified${words[0] === undefined ? '.' : `: unknown argument ${words[0]}`}`);
  const verb = words[at] as string;
  const command = commands[verb];
  if (command === 'write') return refused(p, `${verb} (only kube-proxy writes sets)`);
  const sets = known(access);
  if (command === 'test') return test(p, sets, operands);
  if (operands.length > 1) return misused(p, `Unknown argument ${operands[1]}`);
  const shown = operands.length === 0 ? sets : sets.filter((s) => s.name === operands[0]);
  if (operands.length > 0 && shown.length === 0) return failed(p, 'The set with the given name does not exist');
  if (command === 'save') return said(p, shown.map((s) => saved(s, access.name)).join(''));
  if (flag('-n', '-name', '--name')) return said(p, shown.map((s) => `${s.name}\n`).join(''));
  const terse = flag('-t', '-terse', '--terse');
  return said(p, shown.map((s) => listed(s, access.name, terse)).join('\n'));
};

function said(p: Process, text: string): number {
  p.out(text);
  return 0;
}

function failed(p: Process, why: string): number {
  p.err(`${prefix}${why}\n`);
  return 1;
}

function misused(p: Process, why: string): number {
  p.err(`${prefix}${why}\nTry \`ipset help' for more information.\n`);
  return 2;
}

function refused(p: Process, what: string): number {
  p.err(`kubelab: ipset ${what} is not simulated\n`);
  return 127;
}

/** Those that it made, or left. */
function known({ net, name }: NodeAccess): Known[] {
  const node = ofMode(proxyNode(net.reader, name), 'ipvs');
  if (!node) return [];
  return (['IPv4', 'IPv6'] as const).flatMap((family) => {
    const rules = ipvsRuleset(node, family);
    return Object.values(ipSets(node, family).byName).map((set) => ({ ...set, references: referencesTo(rules, set.name) }));
  });
}

/** Of a type: its revision, and what it takes in memory, empty and for each member (IPv4, IPv6). */
const sizes: Readonly<Record<SetType, { revision: number; IPv4: readonly [number, number]; IPv6: readonly [number, number] }>> = {
  'hash:ip': { revision: 6, IPv4: [216, 40], IPv6: [224, 64] },
  'hash:ip,port': { revision: 7, IPv4: [216, 48], IPv6: [232, 72] },
  'hash:ip,port,ip': { revision: 6, IPv4: [208, 56], IPv6: [232, 104] },
  'hash:ip,port,net': { revision: 8, IPv4: [464, 56], IPv6: [1256, 104] },
  'bitmap:port': { revision: 3, IPv4: [8264, 0], IPv6: [8264, 0] },
};

function header({ name, family, type }: IPSet, node: string): string {
  if (type === 'bitmap:port') return 'range 0-65535';
  const seed = fnv32a(`${node} ${name}`).toString(16).padStart(8, '0');
  return `family ${family === 'IPv4' ? 'inet' : 'inet6'} hashsize 1024 maxelem 65536 bucketsize 12 initval 0x${seed}`;
}

function listed(set: Known, node: string, terse: boolean): string {
  const {
    revision,
    [set.family]: [empty, each],
  } = sizes[set.type];
  return [
    `Name: ${set.name}`,
    `Type: ${set.type}`,
    `Revision: ${revision}`,
    `Header: ${header(set, node)}`,
    `Size in memory: ${empty + each * set.members.length}`,
    `References: ${set.references}`,
    `Number of entries: ${set.members.length}`,
    ...(terse ? [] : ['Members:', ...set.members]),
    '',
  ].join('\n');
}

const saved = (set: IPSet, node: string): string =>
  [`create ${set.name} ${set.type} ${header(set, node)}`, ...set.members.map((m) => `add ${set.name} ${m}`), ''].join('\n');

function test(p: Process, sets: readonly Known[], [name, entry]: readonly string[]): number {
  if (name === undefined) return misused(p, 'Missing mandatory argument to command test');
  if (entry === undefined) return misused(p, 'Missing second mandatory argument to command test');
  const set = sets.find((s) => s.name === name);
  if (!set) return failed(p, 'The set with the given name does not exist');
  const parts = set.type === 'bitmap:port' ? 1 : set.type.split(',').length;
  const given = entry.split(',');
  if (given.length < parts) return failed(p, `Syntax error: ${given.length === 1 ? 'Second' : 'Third'} element is missing from ${entry}.`);
  if (!set.members.includes(entry)) {
    p.err(`${entry} is NOT in set ${name}.\n`);
    return 1;
  }
  p.err(`Warning: ${entry} is in set ${name}.\n`);
  return 0;
}
