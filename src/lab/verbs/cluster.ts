// kubelab cluster create|reset|info|check|delete: the life of a cluster file.
import { closeSync, existsSync, mkdirSync, openSync, readSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { UsageError } from '../../cli/errors.js';
import { noArguments } from '../../cli/no-arguments.js';
import { type CIDR, cidrSize, cidrsOverlap, parseCIDR } from '../../lib/ip.js';
import { isDNS1123Subdomain } from '../../lib/names.js';
import { type ClusterOptions, createCluster } from '../../cluster/index.js';
import { networkPlugins } from '../../model/config.js';
import type { Flag, Invocation, Verb } from '../../model/verb.js';
import { openedCluster } from '../opened-cluster.js';

type LabVerb = Verb<unknown>;

const flags: readonly Flag[] = [
  {
    name: 'clock',
    type: 'string',
    default: 'real',
    usage: 'real: the machine\'s time. virtual: stands still, and moves by "clock advance" or when a command waits.',
  },
  { name: 'nodes', type: 'int', default: '3', usage: "How many nodes, the control plane's included." },
  { name: 'seed', type: 'int', default: '1', usage: 'What all chance follows from: names, uids, addresses, the choice of endpoints.' },
  {
    name: 'service-cidr',
    type: 'stringSlice',
    default: '[10.96.0.0/12]',
    usage: 'Addresses of Services; one range, or one of each family.',
  },
  { name: 'pod-cidr', type: 'stringSlice', default: '[10.244.0.0/16]', usage: 'Addresses of Pods; one range, or one of each family.' },
  { name: 'cni', type: 'string', default: 'kindnet', usage: 'The network plugin: kindnet, or flannel, which ignores NetworkPolicies.' },
  { name: 'cluster-domain', type: 'string', default: 'cluster.local', usage: 'The DNS domain of the cluster.' },
];

function optionsOf({ flags: f }: Invocation<unknown>): ClusterOptions {
  const clock = f.string('clock');
  if (clock !== 'real' && clock !== 'virtual') throw new UsageError(`invalid value "${clock}" for --clock: must be real or virtual`);
  const nodes = f.int('nodes');
  if (nodes < 1 || nodes > 250) throw new UsageError(`invalid value "${nodes}" for --nodes: must be between 1 and 250`);
  const cni = networkPlugins.find((name) => name === f.string('cni'));
  if (!cni) throw new UsageError(`invalid value "${f.string('cni')}" for --cni: must be one of: ${networkPlugins.join(', ')}`);
  const clusterDomain = f.string('cluster-domain');
  const [wrong] = isDNS1123Subdomain(clusterDomain);
  if (wrong) throw new UsageError(`invalid value "${clusterDomain}" for --cluster-domain: ${wrong}`);
  const serviceCIDRs = ranges(f.strings('service-cidr'), 'service-cidr');
  const podCIDRs = ranges(f.strings('pod-cidr'), 'pod-cidr');
  checkRoom(serviceCIDRs, podCIDRs, nodes);
  return { clock, nodes, seed: f.int('seed'), serviceCIDRs, podCIDRs, clusterDomain, cni };
}

const nodeNetworks = ['172.30.0.0/16', 'fd00:172:30:1::/64'];

/** Addresses of Services (the DNS Service has the tenth), Pods (each node a /24 or /64) and machines must not be the same ones. */
function checkRoom(services: readonly string[], pods: readonly string[], nodes: number): void {
  const parsed = (texts: readonly string[]) => texts.map((text) => ({ text, cidr: parseCIDR(text) as CIDR }));
  for (const { text, cidr } of parsed(services))
    if (cidrSize(cidr) < 16n) throw new UsageError(`invalid value "${text}" for --service-cidr: 16 addresses are the least`);
  for (const { text, cidr } of parsed(pods)) {
    const each = cidr.family === 'IPv4' ? 24 : 64;
    if (cidrSize(cidr) < BigInt(nodes) << BigInt((cidr.family === 'IPv4' ? 32 : 128) - each))
      throw new UsageError(`invalid value "${text}" for --pod-cidr: no room for ${nodes} nodes, each gets a /${each}`);
  }
  const all = [
    ...parsed(services).map((r) => ({ ...r, name: '--service-cidr' })),
    ...parsed(pods).map((r) => ({ ...r, name: '--pod-cidr' })),
    ...parsed(nodeNetworks).map((r) => ({ ...r, name: "the nodes' network" })),
  ];
  for (const [i, a] of all.entries())
    for (const b of all.slice(i + 1))
      if (a.cidr.family === b.cidr.family && cidrsOverlap(a.cidr, b.cidr))
        throw new UsageError(`invalid value "${a.text}" for ${a.name}: overlaps ${b.name} ${b.text}`);
}

/** One CIDR, or two of different families. */
function ranges(texts: readonly string[], flag: string): string[] {
  const parsed = texts.map((text) => {
    const cidr = parseCIDR(text);
    if (!cidr) throw new UsageError(`invalid value "${text}" for --${flag}: must be a CIDR such as 10.96.0.0/12`);
    return cidr;
  });
  if (parsed.length < 1 || parsed.length > 2 || (parsed.length === 2 && parsed[0]?.family === parsed[1]?.family)) {
    throw new UsageError(`invalid value "${texts.join(',')}" for --${flag}: one range, or one of each IP family`);
  }
  return [...texts];
}

/** Makes the file, with its folder, and says what is in it. */
function make(invocation: Invocation<unknown>, options: ClusterOptions): void {
  mkdirSync(dirname(invocation.clusterPath), { recursive: true, mode: 0o700 });
  createCluster(invocation.clusterPath, options).close();
}

/** The file, below the user's home as shells write it. */
function shown({ clusterPath, io }: Invocation<unknown>): string {
  const home = io.env.HOME;
  return home && clusterPath.startsWith(`${home}/`) ? `~${clusterPath.slice(home.length)}` : clusterPath;
}

/** SQLite's first words, and the bytes of a database's header where kubelab has its file version and others mostly 0. */
const magic = 'SQLite format 3\0';
const versionAt = 60;

/** A path may be mistyped: only what may be a cluster's file is removed, sound or damaged. */
function remove(path: string): void {
  if (existsSync(path) && !mayBeCluster(path)) throw new UsageError(`${path} is no cluster file: it is not removed`);
  for (const suffix of ['', '-journal', '-wal', '-shm']) rmSync(path + suffix, { force: true });
}

function mayBeCluster(path: string): boolean {
  if (!statSync(path).isFile()) return false;
  const head = new Uint8Array(64);
  const file = openSync(path, 'r');
  const length = readSync(file, head, 0, head.length, 0);
  closeSync(file);
  const isDatabase = String.fromCharCode(...head.subarray(0, magic.length)) === magic;
  return length === 0 || (isDatabase && new DataView(head.buffer).getUint32(versionAt) > 0);
}

const create: LabVerb = {
  id: 'cluster create',
  use: 'create [--clock real|virtual] [--nodes N] [--seed S] [--cni kindnet|flannel]',
  short: 'Create a cluster in the file that $KUBELAB_CLUSTER names',
  flags,
  run(invocation) {
    noArguments(invocation);
    if (existsSync(invocation.clusterPath))
      throw new UsageError(`a cluster exists at ${invocation.clusterPath}: "cluster reset" makes it anew`);
    make(invocation, optionsOf(invocation));
    invocation.io.out(`cluster created at ${shown(invocation)}\n`);
  },
};

const reset: LabVerb = {
  id: 'cluster reset',
  use: 'reset [--clock real|virtual] [--nodes N] [--seed S] [--cni kindnet|flannel]',
  short: 'Delete the cluster and create it anew',
  flags,
  run(invocation) {
    noArguments(invocation);
    const options = optionsOf(invocation);
    remove(invocation.clusterPath);
    make(invocation, options);
    invocation.io.out(`cluster reset at ${shown(invocation)}\n`);
  },
};

const info: LabVerb = {
  id: 'cluster info',
  use: 'info',
  short: 'Show where the cluster is and what it was created with',
  flags: [],
  run(invocation) {
    noArguments(invocation);
    const { clusterPath, io } = invocation;
    const cluster = openedCluster(invocation);
    const { version, clock, seed, serviceCIDRs, podCIDRs, clusterDomain, cni = 'kindnet' } = cluster.config;
    const rows = [
      ['File', clusterPath],
      ['Version', version],
      ['Clock', `${clock}, ${new Date(cluster.now()).toISOString()}`],
      ['Seed', String(seed)],
      ['Service CIDR', serviceCIDRs.join(',')],
      ['Pod CIDR', podCIDRs.join(',')],
      ['Cluster domain', clusterDomain],
      ['Network plugin', cni],
    ];
    cluster.close();
    io.out(rows.map(([name, value]) => `${`${name}:`.padEnd(17)}${value}\n`).join(''));
  },
};

const check: LabVerb = {
  id: 'cluster check',
  use: 'check',
  short: 'Compute endpoints, allocations and indexes anew and compare',
  flags: [],
  run(invocation) {
    noArguments(invocation);
    const cluster = openedCluster(invocation);
    const wrong = cluster.check();
    cluster.close();
    invocation.io.out(wrong.length === 0 ? 'all is well\n' : wrong.map((w) => `${w}\n`).join(''));
    return wrong.length === 0 ? 0 : 1;
  },
};

const del: LabVerb = {
  id: 'cluster delete',
  use: 'delete',
  short: 'Delete the cluster file',
  flags: [],
  run(invocation) {
    noArguments(invocation);
    const { clusterPath, io } = invocation;
    if (!existsSync(clusterPath)) throw new UsageError(`no cluster at ${clusterPath}`);
    remove(clusterPath);
    io.out(`cluster deleted at ${shown(invocation)}\n`);
  },
};

export const cluster: Readonly<Record<string, LabVerb>> = { check, create, delete: del, info, reset };
