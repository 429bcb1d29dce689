// Upstream's tables of container environments (fixtures/cases/env-vars.json) with the kubelet in between: the objects are made on a
// cluster, and `exec -- env` says what came of them, or `get pod` why there is no container.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createCluster } from '../../src/cluster/index.js';
import type { Pod } from '../../src/model/generated/api.js';
import type { KubeObject } from '../../src/model/object.js';
import { kubectl } from '../cli/kubectl.js';

interface Case {
  id: string;
  given: { variant: string; objects: KubeObject[] };
  when: { namespace: string; pod: string; container?: string };
  expect: {
    env?: Record<string, string>;
    exact?: false;
    absent?: string[];
    absentPrefixes?: string[];
    containerWaitingReason?: string;
    containerWaitingMessage?: string;
    podStatusColumn?: string;
  };
}
const { cases } = JSON.parse(readFileSync(new URL('../../fixtures/cases/env-vars.json', import.meta.url), 'utf8')) as { cases: Case[] };

const fromServices = /_SERVICE_HOST$|_SERVICE_PORT|_PORT$|_PORT_\d+_/;

const twoFamilies = { serviceCIDRs: ['10.96.0.0/12', 'fd00:10:96::/112'], podCIDRs: ['10.244.0.0/16', 'fd00:10:244::/56'] };

/** The tables only look at the environment: a Pod goes to a node that there is, and its process stays to be asked. */
function placed(object: KubeObject): KubeObject {
  if (object.kind !== 'Pod') return object;
  const { nodeName: _, containers, ...spec } = object.spec as Pod['spec'];
  return { ...object, spec: { ...spec, containers: containers.map((c) => ({ ...c, command: ['sleep', '3600'] })) } };
}

async function play({ given, when }: Case) {
  const dual = given.objects.some((o) => String(o.spec?.clusterIP ?? '').includes(':'));
  const cluster = createCluster(':memory:', { clock: 'virtual', ...(dual && twoFamilies) });
  try {
    // Every cluster has the Service kubernetes.
    const items = given.objects.filter((o) => o.metadata.name !== 'kubernetes' || o.metadata.namespace !== 'default').map(placed);
    const { stderr: refused } = await kubectl(cluster, ['create', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
    cluster.setTime(cluster.now() + 60_000);
    const { namespace, pod } = when;
    const get = (...output: string[]) => kubectl(cluster, ['get', 'pod', pod, '-n', namespace, ...output]);
    const live = JSON.parse((await get('-o', 'json')).stdout || '{}') as Pod;
    return {
      refused,
      waiting: live.status?.containerStatuses?.[0]?.state?.waiting,
      column: (await get('--no-headers')).stdout.split(/ +/)[2],
      env: (await kubectl(cluster, ['exec', pod, '-n', namespace, '--', 'env'])).stdout,
    };
  } finally {
    cluster.close();
  }
}

const variables = (text: string): Record<string, string> =>
  Object.fromEntries(
    text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );

describe('upstream tables', () => {
  for (const c of cases.filter((c) => c.given.variant === 'cluster')) {
    test(c.id, async () => {
      const got = await play(c);
      expect(got.refused).toBe('');
      const { env: wanted, exact, absent = [], absentPrefixes = [], ...failure } = c.expect;
      if (!wanted) {
        expect(got.waiting).toEqual({ reason: failure.containerWaitingReason, message: failure.containerWaitingMessage });
        expect(got.column).toBe(failure.podStatusColumn);
        return;
      }
      const env = variables(got.env);
      const compared = Object.entries(env).filter(([name]) => name in wanted || (exact !== false && fromServices.test(name)));
      expect(Object.fromEntries(compared)).toEqual(wanted);
      const forbidden = (name: string): boolean => absent.includes(name) || absentPrefixes.some((p) => name.startsWith(p));
      expect(Object.keys(env).filter(forbidden)).toEqual([]);
    });
  }
});
