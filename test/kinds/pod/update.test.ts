// What may change in a Pod, and through which door.
import { expect, test } from 'vitest';
import { clone } from '../../../src/lib/clone.js';
import { takeResize, validateResize } from '../../../src/kinds/pod/validate/resize.js';
import { validatePodStatus } from '../../../src/kinds/pod/validate/status.js';
import { validatePodUpdate } from '../../../src/kinds/pod/validate/update.js';
import { formatFieldError } from '../../../src/model/field-error.js';
import type { Pod } from '../../../src/model/generated/api.js';
import { create } from './harness.js';

const old = create({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web' },
  spec: { containers: [{ name: 'web', image: 'nginx', resources: { requests: { cpu: '100m' } } }] },
}).object as Pod;

function changed(change: (pod: Pod) => void): Pod {
  const pod = clone(old);
  change(pod);
  return pod;
}

const refusals = (change: (pod: Pod) => void): string[] => validatePodUpdate(changed(change), old).map(formatFieldError);

test('an image, a toleration and labels may change', () => {
  expect(
    refusals((pod) => {
      pod.metadata.labels = { a: 'b' };
      pod.spec.containers[0] = { ...old.spec.containers[0], name: 'web', image: 'nginx:2' };
      pod.spec.tolerations = [...(old.spec.tolerations ?? []), { key: 'a', operator: 'Exists' }];
    }),
  ).toEqual([]);
});

test('anything else is refused with a diff', () => {
  const [refusal = ''] = refusals((pod) => {
    pod.spec.hostname = 'other';
  });
  expect(refusal.split('\n')).toEqual([
    'spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
    '@@ -22,6 +22,7 @@',
    '  ],',
    '  "dnsPolicy": "ClusterFirst",',
    '  "enableServiceLinks": true,',
    '+ "hostname": "other",',
    '  "preemptionPolicy": "PreemptLowerPriority",',
    '  "priority": 0,',
    '  "restartPolicy": "Always",',
    '',
  ]);
});

test('containers and tolerations stay', () => {
  expect(
    refusals((pod) => pod.spec.containers.push({ name: 'b', image: 'b', imagePullPolicy: 'Never', terminationMessagePolicy: 'File' })),
  ).toEqual(['spec.containers: Forbidden: pod updates may not add or remove containers']);
  expect(refusals((pod) => pod.spec.tolerations?.pop())).toEqual([
    'spec.tolerations: Forbidden: existing toleration can not be modified except its tolerationSeconds',
  ]);
});

test('a deadline may only come nearer', () => {
  const running = changed((pod) => {
    pod.spec.activeDeadlineSeconds = 100;
  });
  const later = { ...running, spec: { ...running.spec, activeDeadlineSeconds: 200 } };
  expect(validatePodUpdate(running, old)).toEqual([]);
  expect(validatePodUpdate(later, running).map(formatFieldError)).toEqual([
    'spec.activeDeadlineSeconds: Invalid value: 200: must be less than or equal to previous value',
  ]);
});

test('resize takes CPU and memory, and nothing else', () => {
  const asked = changed((pod) => {
    pod.spec.hostname = 'ignored';
    pod.spec.containers[0] = { ...old.spec.containers[0], name: 'web', resources: { requests: { cpu: '200m' } } };
  });
  const next = takeResize(asked, old);
  expect(next.spec).toEqual({ ...old.spec, containers: [{ ...old.spec.containers[0], resources: { requests: { cpu: '200m' } } }] });
  expect(validateResize(next, old)).toEqual([]);
  const without = { ...old, spec: { ...old.spec, containers: [{ ...old.spec.containers[0], name: 'web', resources: {} }] } };
  expect(validateResize(without, old).map(formatFieldError)).toEqual([
    'spec: Invalid value: "Burstable": Pod QOS Class may not change as a result of resizing',
    'spec.containers[0].resources.requests: Forbidden: resource requests cannot be removed',
  ]);
});

test('a status has one address a family, and what has ended stays so', () => {
  const done = { name: 'web', image: 'nginx', imageID: '', ready: false, restartCount: 0, state: { terminated: { exitCode: 0 } } };
  const ended: Pod = { ...old, spec: { ...old.spec, restartPolicy: 'Never' }, status: { ...old.status, containerStatuses: [done] } };
  const again: Pod = {
    ...ended,
    status: { ...ended.status, containerStatuses: [{ ...done, state: {} }], podIPs: [{ ip: '10.0.0.1' }, { ip: '10.0.0.2' }] },
  };
  expect(validatePodStatus(ended, ended)).toEqual([]);
  expect(validatePodStatus(again, ended).map(formatFieldError)).toEqual([
    'status.containerStatuses[0].state: Forbidden: may not be transitioned to non-terminated state',
    'status.podIPs: Invalid value: [{"IP":"10.0.0.1"},{"IP":"10.0.0.2"}]: may specify no more than one IP for each IP family',
  ]);
});
