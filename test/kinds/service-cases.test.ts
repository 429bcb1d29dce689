// Upstream's tables of the Service API (fixtures/cases/service-api.json), through the door.
import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { type Cluster, createCluster } from '../../src/cluster/index.js';
import { kinds } from '../../src/kinds/index.js';
import { groupKindOf, type KubeObject } from '../../src/model/object.js';
import type { Reply } from '../../src/model/request.js';
import type { Status } from '../../src/model/status.js';

interface Case {
  id: string;
  given: { cluster?: { serviceCIDRs: string[] }; manifest?: KubeObject; steps?: { apply: KubeObject[] }[] };
  when: { command: string; manifest?: KubeObject };
  expect: { exitCode: number; stderr?: string; errors?: string[]; fields?: Record<string, unknown>; absent?: string[] };
}
const { cases } = JSON.parse(readFileSync(new URL('../../fixtures/cases/service-api.json', import.meta.url), 'utf8')) as { cases: Case[] };

/** Where a real 1.36 cluster answers otherwise than the table, which was derived from older sources. */
const exceptions: Record<string, string> = {
  'service/alloc/nodeport-other-protocol': 'node ports are allocated by number alone: only one Service may have it (portallocator)',
  'service/name/1web': 'since 1.36 a name is a DNS-1123 label (recorded: a Service may be named 1st)',
  'service/name/web-dash': 'as above: the message names the other rule',
  'service/name/web-svc': 'as above: the message is "must not contain dots"',
  'service/validate/nagative-healthchecknodeport-field': 'a table of the validator alone: in the API the allocator refuses the port first',
  'service/validate/valid-loadbalancer-service-with-externaltrafficpolicy-and-healthcheckn':
    'as above: 34567 is out of the range of node ports',
};

const clusters = new Map<string, Cluster>();
afterAll(() => {
  for (const c of clusters.values()) c.close();
});

function fresh(serviceCIDRs: string[]): Cluster {
  const cluster = createCluster(':memory:', { clock: 'virtual', nodes: 1, serviceCIDRs });
  // Pods need the ServiceAccount that a controller makes in a whole cluster.
  cluster.call({
    verb: 'create',
    group: '',
    resource: 'namespaces',
    body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } },
  });
  const body = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } };
  cluster.call({ verb: 'create', group: '', resource: 'serviceaccounts', namespace: 'default', body });
  return cluster;
}

function shared(serviceCIDRs: string[]): Cluster {
  const key = serviceCIDRs.join();
  const cluster = clusters.get(key) ?? fresh(serviceCIDRs);
  clusters.set(key, cluster);
  return cluster;
}

function create(cluster: Cluster, object: KubeObject): Reply {
  const { namespace } = object.metadata;
  if (namespace) {
    const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } };
    cluster.call({ verb: 'create', group: '', resource: 'namespaces', body });
  }
  const names = kinds.get(groupKindOf(object))!.names;
  return cluster.call({
    verb: 'create',
    group: names.group,
    resource: names.plural,
    namespace: namespace ?? 'default',
    body: structuredClone(object),
    options: { fieldValidation: 'Strict' },
  });
}

/** Not as a dry run, which allocates otherwise. */
function createAndDelete(cluster: Cluster, object: KubeObject): Reply {
  const reply = create(cluster, object);
  const { group, plural: resource } = kinds.get(groupKindOf(object))!.names;
  const { namespace = 'default', name } = object.metadata;
  if (reply.code < 400) cluster.call({ verb: 'delete', group, resource, namespace, name });
  return reply;
}

function patch(cluster: Cluster, command: string): Reply {
  const [, name, body] = /patch service (\S+) --type=merge -p '(.*)'$/.exec(command)!;
  return cluster.call({
    verb: 'patch',
    group: '',
    resource: 'services',
    namespace: 'default',
    name: name!,
    body: JSON.parse(body!),
    options: { patchType: 'merge' },
  });
}

function run(c: Case): Reply {
  const cidrs = c.given.cluster?.serviceCIDRs ?? ['10.96.0.0/12'];
  if (!c.given.steps) return createAndDelete(shared(cidrs), c.given.manifest!);
  const cluster = fresh(cidrs);
  clusters.set(c.id, cluster);
  for (const object of c.given.steps.flatMap((s) => s.apply)) expect(create(cluster, object).body).not.toMatchObject({ status: 'Failure' });
  return c.when.manifest ? create(cluster, c.when.manifest) : patch(cluster, c.when.command);
}

/** As kubectl prints it. */
function stderrOf(status: Status): string {
  const { details } = status;
  if (status.reason !== 'Invalid') return `Error from server (${status.reason}): ${status.message}\n`;
  const causes = (details?.causes ?? []).map((cause) => `${cause.field}: ${cause.message}`);
  const head = `The ${details?.kind} "${details?.name}" is invalid: `;
  return causes.length === 1 ? `${head}${causes[0]}\n` : `${head}\n${causes.map((cause) => `* ${cause}\n`).join('')}`;
}

function at(object: unknown, path: string): unknown {
  return path
    .split(/[.[\]]+/)
    .filter((p) => p !== '')
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], object);
}

function checkField(object: unknown, path: string, wanted: unknown): void {
  const got = at(object, path);
  const plain = (value: unknown): unknown => {
    if (typeof value !== 'string' && typeof value !== 'number') return value;
    if (typeof value === 'string' && value.startsWith('10.')) return '<auto:IPv4>';
    if (typeof value === 'string' && value.startsWith('fd00:')) return '<auto:IPv6>';
    return typeof value === 'number' && value >= 30000 && value <= 32767 ? '<auto:nodePort>' : value;
  };
  const text = JSON.stringify(wanted);
  if (text.includes('<auto:'))
    expect([path, Array.isArray(got) ? got.map(plain) : plain(got)]).toEqual([path, Array.isArray(wanted) ? wanted.map(plain) : wanted]);
  else expect([path, got]).toEqual([path, wanted]);
}

describe('upstream tables', () => {
  const ran = cases.filter((c) => !(c.id in exceptions) && kinds.has(groupKindOf((c.given.manifest ?? c.given.steps?.[0]?.apply[0])!)));
  for (const c of ran) {
    it(c.id, () => {
      const reply = run(c);
      if (c.expect.exitCode !== 0) {
        // Which file it was is the client's to say.
        const wanted = c.expect.stderr!.replace('error when creating "manifest.yaml": ', '');
        expect(
          stderrOf(reply.body as Status)
            .split('\n')
            .sort(),
        ).toEqual(wanted.split('\n').sort());
        return;
      }
      expect(reply.body).not.toMatchObject({ status: 'Failure' });
      for (const [path, wanted] of Object.entries(c.expect.fields ?? {})) checkField(reply.body, path, wanted);
      for (const path of c.expect.absent ?? []) expect([path, at(reply.body, path)]).toEqual([path, undefined]);
    });
  }
});
