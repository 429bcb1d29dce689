// What becomes of a Pod before it is stored: defaults, admission, first status.
import { expect, test } from 'vitest';
import { create } from './harness.js';

test('a plain Pod gets its defaults, a token and a status', () => {
  const { object } = create({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web' },
    spec: { containers: [{ name: 'web', image: 'nginx:1.29' }] },
  });
  const token = 'kube-api-access-bbbb2';
  const untilGone = { operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 };
  expect(object).toEqual({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', namespace: 'default' },
    spec: {
      containers: [
        {
          name: 'web',
          image: 'nginx:1.29',
          imagePullPolicy: 'IfNotPresent',
          resources: {},
          terminationMessagePath: '/dev/termination-log',
          terminationMessagePolicy: 'File',
          volumeMounts: [{ name: token, readOnly: true, mountPath: '/var/run/secrets/kubernetes.io/serviceaccount' }],
        },
      ],
      dnsPolicy: 'ClusterFirst',
      enableServiceLinks: true,
      preemptionPolicy: 'PreemptLowerPriority',
      priority: 0,
      restartPolicy: 'Always',
      schedulerName: 'default-scheduler',
      securityContext: {},
      serviceAccount: 'default',
      serviceAccountName: 'default',
      terminationGracePeriodSeconds: 30,
      tolerations: [
        { key: 'node.kubernetes.io/not-ready', ...untilGone },
        { key: 'node.kubernetes.io/unreachable', ...untilGone },
      ],
      volumes: [
        {
          name: token,
          projected: {
            defaultMode: 420,
            sources: [
              { serviceAccountToken: { path: 'token', expirationSeconds: 3607 } },
              { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
              { downwardAPI: { items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }] } },
            ],
          },
        },
      ],
    },
    status: { phase: 'Pending', qosClass: 'BestEffort' },
  });
});

test('requests follow limits, and make the class', () => {
  const limits = { cpu: '1', memory: '1Gi' };
  const { object } = create({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web' },
    spec: { containers: [{ name: 'web', image: 'nginx', resources: { limits } }] },
  });
  expect(object.spec.containers[0].resources).toEqual({ limits, requests: limits });
  expect(object.status).toEqual({ phase: 'Pending', qosClass: 'Guaranteed' });
});
