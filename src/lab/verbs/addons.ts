// kubelab addons list|enable|disable: parts that a fresh cluster does not have.
import { notSimulated, UsageError } from '../../cli/errors.js';
import { noArguments } from '../../cli/no-arguments.js';
import { addressRange } from '../../lib/ip-range.js';
import { TableWriter } from '../../lib/tabwriter.js';
import type { Addons } from '../../model/addons.js';
import type { Flag, Invocation, Verb } from '../../model/verb.js';
import { openedCluster } from '../opened-cluster.js';

type LabVerb = Verb<unknown>;

/** What there is, and what each is for. */
const known = {
  'gateway-api': 'The kinds of gateway.networking.k8s.io',
  'load-balancer': 'Addresses for Services of type LoadBalancer, from a pool',
} as const;
type Name = keyof typeof known;

const settings: readonly Flag[] = [
  {
    name: 'pool',
    type: 'stringSlice',
    default: '[172.30.1.200-172.30.1.250]',
    usage: 'load-balancer: addresses to give, as ranges or CIDRs.',
  },
  {
    name: 'ip-mode',
    type: 'string',
    default: 'VIP',
    usage: 'load-balancer: VIP (nodes take packets to the address themselves) or Proxy (all go through the load balancer).',
  },
];

function named({ args }: Invocation<unknown>): Name {
  const [name = ''] = args;
  if (args.length !== 1) throw new UsageError(`exactly one NAME is required, got ${args.length}`);
  if (!(name in known)) throw new UsageError(`there is no add-on ${JSON.stringify(name)}: there are ${Object.keys(known).join(', ')}`);
  // Its kinds are CustomResources.
  if (name === 'gateway-api') throw notSimulated('the add-on gateway-api: it consists of CustomResourceDefinitions');
  return name as Name;
}

function change(invocation: Invocation<unknown>, value: Addons['load-balancer']): void {
  const cluster = openedCluster(invocation);
  try {
    cluster.setAddon('load-balancer', value);
  } finally {
    cluster.close();
  }
}

const enable: LabVerb = {
  id: 'addons enable',
  use: 'enable NAME',
  short: 'Enable an add-on, or change its settings',
  example: '  kubelab addons enable load-balancer --pool 172.30.2.0/24',
  flags: settings,
  run(invocation) {
    const name = named(invocation);
    const pool = invocation.flags.strings('pool');
    const wrong = pool.find((text) => !addressRange(text));
    if (pool.length === 0 || wrong !== undefined)
      throw new UsageError(`invalid value "${wrong ?? ''}" for --pool: say FIRST-LAST or a CIDR`);
    const ipMode = invocation.flags.string('ip-mode');
    if (ipMode !== 'VIP' && ipMode !== 'Proxy') throw new UsageError(`invalid value "${ipMode}" for --ip-mode: must be VIP or Proxy`);
    change(invocation, { pool, ipMode });
    invocation.io.out(`${name} enabled\n`);
  },
};

const disable: LabVerb = {
  id: 'addons disable',
  use: 'disable NAME',
  short: 'Disable an add-on; what it gave is taken back',
  flags: [],
  run(invocation) {
    const name = named(invocation);
    change(invocation, undefined);
    invocation.io.out(`${name} disabled\n`);
  },
};

const list: LabVerb = {
  id: 'addons list',
  use: 'list',
  short: 'List the add-ons and which are enabled',
  flags: [],
  run(invocation) {
    noArguments(invocation);
    const cluster = openedCluster(invocation);
    const enabled = cluster.addons();
    cluster.close();
    const rows = Object.entries(known).map(([name, purpose]) => [name, statusOf(name as Name, enabled), purpose]);
    invocation.io.out(new TableWriter().rows([['NAME', 'STATUS', 'PURPOSE'], ...rows]));
  },
};

function statusOf(name: Name, enabled: Addons): string {
  if (name === 'gateway-api') return 'not simulated';
  const own = enabled[name];
  return own ? `enabled, pool ${own.pool.join(',')}${own.ipMode === 'Proxy' ? ', ipMode Proxy' : ''}` : 'disabled';
}

export const addons: Readonly<Record<string, LabVerb>> = { disable, enable, list };
