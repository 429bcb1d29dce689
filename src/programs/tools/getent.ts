// getent: what libc's name services say. Databases: hosts, ahosts, ahostsv4, ahostsv6, passwd, group.
import { isIPv6 } from '../../network/net.js';
import type { Process, Program } from '../process.js';
import { ask, isAddress, resolveName, reverseName } from './lookup.js';

export const getent: Program = (p) => {
  const [database, ...keys] = p.argv.slice(1).filter((a) => !a.startsWith('-'));
  switch (database) {
    case 'hosts':
      return keys.length === 0 ? everyHost(p) : worst(keys, (k) => hosts(p, k));
    case 'ahosts':
      return worst(keys, (k) => streams(p, k));
    case 'ahostsv4':
    case 'ahostsv6':
      return worst(keys, (k) => streams(p, k, database === 'ahostsv4' ? 4 : 6));
    case 'passwd':
    case 'group': {
      const lines = (p.machine.files.read(`/etc/${database}`) ?? '').split('\n').filter((l) => l !== '');
      if (keys.length === 0) p.out(lines.map((l) => `${l}\n`).join(''));
      return worst(keys, (k) => {
        const line = lines.find((l) => l.split(':')[0] === k || l.split(':')[2] === k);
        if (line !== undefined) p.out(`${line}\n`);
        return line === undefined ? 2 : 0;
      });
    }
    default:
      if (database === undefined || others.has(database)) {
        p.err(`kubelab: getent ${database ?? 'without a database'} is not simulated\n`);
        return 127;
      }
      p.err(`Unknown database: ${database}\n`);
      p.out("Try `getent --help' or `getent --usage' for more information.\n");
      return 1;
  }
};

/** Databases that there are, but not here. */
const others = new Set(['aliases', 'ethers', 'gshadow', 'initgroups', 'netgroup', 'networks', 'protocols', 'rpc', 'services', 'shadow']);

const worst = (keys: readonly string[], each: (key: string) => number): number => keys.reduce((code, k) => Math.max(code, each(k)), 0);

const hostsLines = (p: Process): { ip: string; names: string[] }[] =>
  (p.machine.files.read('/etc/hosts') ?? '').split('\n').flatMap((l) => {
    const [ip, ...names] = l
      .replace(/#.*/, '')
      .split(/\s+/)
      .filter((w) => w !== '');
    return ip !== undefined && names.length > 0 ? [{ ip, names }] : [];
  });

/** The loopback address of IPv6 is shown as that of IPv4. */
function everyHost(p: Process): number {
  for (const { ip, names } of hostsLines(p)) p.out(`${(ip === '::1' ? '127.0.0.1' : ip).padEnd(15)} ${names.join(' ')}\n`);
  return 0;
}

/** gethostbyname: IPv6 addresses win where there are any. */
function hosts(p: Process, key: string): number {
  if (isAddress(key)) {
    const name = ask(p, reverseName(key), 'PTR', undefined).answer.find((r) => r.type === 'PTR')?.data;
    if (name !== undefined) p.out(`${key.padEnd(15)} ${name}\n`);
    return name === undefined ? 2 : 0;
  }
  const own = hostsLines(p).filter(({ names }) => names.includes(key));
  const line = own.find(({ ip }) => ip.includes(':')) ?? own[0];
  if (line) {
    p.out(`${line.ip.padEnd(15)} ${line.names.join(' ')}\n`);
    return 0;
  }
  const found = resolveName(p, key);
  if (found.addresses.length === 0) return 2;
  const six = ask(p, found.name, 'AAAA', undefined).answer.filter((r) => r.type === 'AAAA');
  const aliases = ask(p, found.name, 'A', undefined).answer.filter((r) => r.type === 'CNAME');
  const canonical = aliases.at(-1)?.data ?? found.name;
  const names = [canonical, ...aliases.map((r) => r.name)].join(' ');
  for (const a of six.length > 0 ? six.map((r) => r.data) : found.addresses) p.out(`${a.padEnd(15)} ${names}\n`);
  return 0;
}

function streams(p: Process, key: string, family?: 4 | 6): number {
  // An IPv4 address is shown as it is written among those of IPv6; a name that has only such ones has none.
  const found = resolveName(p, key, { family: isAddress(key) ? undefined : family, all: family !== 4 });
  const shown = (ip: string): string => (family === 6 && !isIPv6(ip) ? `::ffff:${ip}` : ip);
  if (found.addresses.length === 0 || (family === 4 && isIPv6(found.addresses[0] ?? ''))) return 2;
  for (const [i, a] of found.addresses.map(shown).entries())
    p.out(`${a.padEnd(15)} STREAM ${i === 0 ? found.name : ''}\n${a.padEnd(15)} DGRAM  \n${a.padEnd(15)} RAW    \n`);
  return 0;
}
