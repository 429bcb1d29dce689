// What `rollout status` says at each stage of a rollout.
import { expect, test } from 'vitest';
import { daemonSetStatus, deploymentStatus } from '../../src/cli/verbs/rollout/status.js';
import type { DaemonSet, Deployment } from '../../src/model/generated/api.js';

const deployment = (status: object, annotations = {}): Deployment =>
  ({
    metadata: { name: 'web', generation: 2, annotations },
    spec: { replicas: 3 },
    status: { observedGeneration: 2, ...status },
  }) as Deployment;
const textOf = (status: object): string => deploymentStatus(deployment(status), 0).text;

test('deployments', () => {
  expect(textOf({ observedGeneration: 1 })).toBe('Waiting for deployment spec update to be observed...\n');
  expect(textOf({ updatedReplicas: 1 })).toBe(
    'Waiting for deployment "web" rollout to finish: 1 out of 3 new replicas have been updated...\n',
  );
  expect(textOf({ updatedReplicas: 3, replicas: 4 })).toBe(
    'Waiting for deployment "web" rollout to finish: 1 old replicas are pending termination...\n',
  );
  expect(textOf({ updatedReplicas: 3, replicas: 3, availableReplicas: 2 })).toBe(
    'Waiting for deployment "web" rollout to finish: 2 of 3 updated replicas are available...\n',
  );
  expect(deploymentStatus(deployment({ updatedReplicas: 3, replicas: 3, availableReplicas: 3 }), 0)).toEqual({
    text: 'deployment "web" successfully rolled out\n',
    done: true,
  });
  const late = { conditions: [{ type: 'Progressing', reason: 'ProgressDeadlineExceeded' }] };
  expect(() => textOf(late)).toThrow('deployment "web" exceeded its progress deadline');
  expect(() => deploymentStatus(deployment({}, { 'deployment.kubernetes.io/revision': '4' }), 2)).toThrow(
    'desired revision (2) is different from the running revision (4)',
  );
});

test('daemon sets', () => {
  const daemonSet = (status: object, type = 'RollingUpdate'): DaemonSet =>
    ({
      metadata: { name: 'agent', generation: 1 },
      spec: { updateStrategy: { type } },
      status: { observedGeneration: 1, ...status },
    }) as DaemonSet;
  expect(daemonSetStatus(daemonSet({ updatedNumberScheduled: 1, desiredNumberScheduled: 2 })).text).toBe(
    'Waiting for daemon set "agent" rollout to finish: 1 out of 2 new pods have been updated...\n',
  );
  expect(daemonSetStatus(daemonSet({ updatedNumberScheduled: 2, desiredNumberScheduled: 2, numberAvailable: 1 })).text).toBe(
    'Waiting for daemon set "agent" rollout to finish: 1 of 2 updated pods are available...\n',
  );
  expect(() => daemonSetStatus(daemonSet({}, 'OnDelete'))).toThrow('rollout status is only available for RollingUpdate strategy type');
});
