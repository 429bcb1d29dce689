// Puts the cluster's certificate into every namespace, for Pods to trust the API server by. Mirrors pkg/controller/certificates/rootcacertpublisher.
import { same } from '../lib/same.js';
import type { Controller } from '../model/controller.js';
import type { ConfigMap } from '../model/generated/api.js';
import { clusterCA } from '../model/cluster-ca.js';
import { isActive } from './service-account.js';

const name = 'kube-root-ca.crt';
const data = { 'ca.crt': clusterCA };

export const rootCA: Controller = {
  name: 'root-ca',
  program: 'kube-controller-manager',
  watches: {
    Namespace: ({ type, object }) => (type === 'DELETED' ? [] : [object.metadata.name]),
    ConfigMap: ({ object }) => (object.metadata.name === name ? [object.metadata.namespace ?? ''] : []),
  },
  reconcile(namespace, writer) {
    if (!isActive(writer.get('Namespace', '', namespace))) return;
    const found = writer.get('ConfigMap', namespace, name);
    if (!found) writer.create(published(namespace));
    else if (!same(found.data, data)) writer.update({ ...found, data });
  },
};

const published = (namespace: string): ConfigMap => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: {
    name,
    namespace,
    annotations: {
      'kubernetes.io/description':
        'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.',
    },
  },
  data,
});
