// What others must say of a Pod before it is ready. Mirrors GeneratePodReadyCondition of pkg/kubelet/status/generate.go.
import { expect, it } from 'vitest';
import { createCluster } from '../../src/cluster/index.js';
import type { Json, KubeObject } from '../../src/model/object.js';
import type { Request } from '../../src/model/request.js';

const cluster = createCluster(':memory:', { clock: 'virtual', nodes: 2 });
const pods = { group: '', resource: 'pods', namespace: 'default' } as const;
const call = (request: Partial<Request>): KubeObject => cluster.call({ ...pods, ...request } as Request).body as KubeObject;

const gates = [{ conditionType: 'example.com/a' }, { conditionType: 'example.com/b' }];
const pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web' },
  spec: { readinessGates: gates, containers: [{ name: 'web', image: 'nginx' }] },
};
call({ verb: 'create', body: pod as unknown as Json });
cluster.setTime(cluster.now() + 60_000);

/** Somebody's controller says how the gates stand; the kubelet answers with the Pod's own Ready. */
function say(...statuses: string[]): unknown {
  const old = call({ verb: 'get', name: 'web' });
  const said = statuses.map((status, i) => ({ type: gates[i]!.conditionType, status, lastProbeTime: null, lastTransitionTime: null }));
  const kept = (old.status.conditions as { type: string }[]).filter((c) => !gates.some((g) => g.conditionType === c.type));
  const status = { ...old.status, conditions: [...kept, ...said] };
  call({ verb: 'update', name: 'web', subresource: 'status', body: { ...old, status } as unknown as Json });
  cluster.setTime(cluster.now() + 1000);
  const conditions = call({ verb: 'get', name: 'web' }).status.conditions as { type: string; status: string; message?: string }[];
  const ready = conditions.find((c) => c.type === 'Ready')!;
  return [ready.status, ready.message];
}

it('names the gates of which nothing is known, and what is said of the others', () => {
  expect(say()).toEqual([
    'False',
    'corresponding condition of pod readiness gate "example.com/a" does not exist., corresponding condition of pod readiness gate "example.com/b" does not exist.',
  ]);
  expect(say('Unknown')).toEqual([
    'False',
    'the status of pod readiness gate "example.com/a" is not "True", but Unknown, corresponding condition of pod readiness gate "example.com/b" does not exist.',
  ]);
});

it('is ready once all of them say so', () => {
  expect(say('True', 'True')).toEqual(['True', undefined]);
});
