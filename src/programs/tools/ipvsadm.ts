// ipvsadm 1.31 on a node: lists the virtual servers that kube-proxy made in ipvs mode. Resolving names, counting packets and writing are refused by name.
import { endpointText } from '../../network/proxy/port.js';
import { listed, saved } from '../../network/proxy/ipvs/list.js';
import { connectionsOf } from '../../network/proxy/ipvs/memory.js';
import { type VirtualServer, virtualServers } from '../../network/proxy/ipvs/servers.js';
import { ofMode, proxyNode } from '../../network/proxy/node.js';
import type { NodeAccess } from '../node-access.js';
import type { NodeProgram } from '../process.js';
import type { Process } from '../process.js';
import { flags } from './arguments.js';

const long: Readonly<Record<string, string>> = {
  list: 'L',
  save: 'S',
  numeric: 'n',
  'tcp-service': 't',
  'udp-service': 'u',
  'sctp-service': 'q',
  connection: 'c',
  stats: 'x',
  rate: 'y',
  timeout: 'T',
  daemon: 'd',
  thresholds: 'h',
  'persistent-conn': 'P',
  sort: 'N',
  nosort: 'N',
  exact: 'e',
  help: 'H',
  version: 'v',
};

/** What only shows how a packet counter or another subsystem stands, or writes. */
const strange: Readonly<Record<string, string>> = {
  c: '-c (the connection table: see conntrack)',
  x: '--stats (packets are not counted)',
  y: '--rate (packets are not counted)',
  T: '--timeout',
  d: '--daemon',
  h: '--thresholds',
  P: '--persistent-conn',
  H: '--help',
};

export const ipvsadm: NodeProgram = (p, access) => {
  const given = flags(p.argv, 'LlSnt:u:q:cxyTdhPNeHvAEDCaerdRZ', long);
  if (given.unknown !== undefined) return fail(p, `unrecognized option '${given.unknown}'`);
  if (given.has('v')) {
    p.out('ipvsadm v1.31 2019/12/24 (compiled with popt and IPVS v1.2.1)\n');
    return 0;
  }
  const other = Object.keys(strange).find((f) => given.has(f));
  if (other !== undefined) return refused(p, strange[other] as string);
  const write = [...'AEDCaerdRZ'].find((f) => given.has(f));
  if (write !== undefined) return refused(p, `-${write} (only kube-proxy makes virtual servers)`);
  const servers = serversOf(access);
  const asked = ['t', 'u', 'q'].find((f) => given.has(f));
  const shown =
    asked === undefined ? servers : servers.filter((s) => protocolOf[asked] === s.of.protocol && endpointText(s) === given.value(asked));
  if (asked !== undefined && shown.length === 0) {
    p.err('No such service\n');
    return 1;
  }
  if (shown.length > 0 && !given.has('n')) return refused(p, 'names of addresses and ports: use -n');
  p.out(given.has('S') ? saved(shown) : listed(shown, connectionsOf(access.net, access.name)));
  return 0;
};

const protocolOf: Readonly<Record<string, string>> = { t: 'TCP', u: 'UDP', q: 'SCTP' };

function fail(p: Process, message: string): number {
  p.err(`ipvsadm: ${message}\n`);
  return 1;
}

const refused = (p: Process, what: string): number => fail(p, `not simulated: ${what}`);

/** Those that kube-proxy made, or left. */
function serversOf({ net, name }: NodeAccess): readonly VirtualServer[] {
  const node = ofMode(proxyNode(net.reader, name), 'ipvs');
  if (!node) return [];
  return (['IPv4', 'IPv6'] as const).flatMap((family) => node.table.all().flatMap((entry) => virtualServers(node, entry, family)));
}
