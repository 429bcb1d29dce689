import { expect, it } from 'vitest';
import { createCluster } from '../../src/cluster/index.js';
import type { KubeObject } from '../../src/model/object.js';

const cluster = createCluster(':memory:', { clock: 'virtual', nodes: 2, podCIDRs: ['10.244.0.0/16', 'fd00:10:244::/48'] });

const names = (group: string, resource: string, namespace?: string): string[] => {
  const { body } = cluster.call({ verb: 'list', group, resource, ...(namespace && { namespace }) });
  return ((body as KubeObject).items as KubeObject[]).map((o) => o.metadata.name);
};

it('a fresh cluster holds what kubeadm makes', () => {
  expect(names('', 'namespaces')).toEqual(['default', 'kube-node-lease', 'kube-public', 'kube-system']);
  expect(names('', 'nodes')).toEqual(['controlplane', 'node01']);
  expect(names('', 'serviceaccounts', 'default')).toEqual(['default']);
  expect(names('', 'configmaps', 'kube-public')).toEqual(['cluster-info', 'kube-root-ca.crt']);
  expect(names('', 'services', 'default')).toEqual(['kubernetes']);
  expect(names('networking.k8s.io', 'servicecidrs')).toEqual(['kubernetes']);
});

it('the API server has its endpoints, whoever watches', () => {
  const { body } = cluster.call({ verb: 'get', group: '', resource: 'endpoints', namespace: 'default', name: 'kubernetes' });
  expect((body as KubeObject).subsets).toEqual([
    { addresses: [{ ip: '172.30.1.2' }], ports: [{ name: 'https', port: 6443, protocol: 'TCP' }] },
  ]);
});

it('nodes have a Pod range of each family', () => {
  const { body } = cluster.call({ verb: 'get', group: '', resource: 'nodes', name: 'node01' });
  expect((body as KubeObject).spec).toEqual({ podCIDR: '10.244.1.0/24', podCIDRs: ['10.244.1.0/24', 'fd00:10:244:1::/64'] });
});

it('a new namespace gets its account and certificate, and gets them back', () => {
  cluster.call({
    verb: 'create',
    group: '',
    resource: 'namespaces',
    body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'web' } },
  });
  expect(names('', 'serviceaccounts', 'web')).toEqual(['default']);
  cluster.call({ verb: 'delete', group: '', resource: 'configmaps', namespace: 'web', name: 'kube-root-ca.crt' });
  expect(names('', 'configmaps', 'web')).toEqual(['kube-root-ca.crt']);
});
