// Gives every namespace its ServiceAccount "default". Mirrors pkg/controller/serviceaccount.
import type { Controller } from '../model/controller.js';
import type { Namespace } from '../model/generated/api.js';

const name = 'default';

export const serviceAccount: Controller = {
  name: 'service-account',
  program: 'kube-controller-manager',
  watches: {
    Namespace: ({ type, object }) => (type === 'DELETED' ? [] : [object.metadata.name]),
    ServiceAccount: ({ type, object }) => (type === 'DELETED' && object.metadata.name === name ? [object.metadata.namespace ?? ''] : []),
  },
  reconcile(namespace, writer) {
    if (!isActive(writer.get('Namespace', '', namespace)) || writer.get('ServiceAccount', namespace, name)) return;
    writer.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace } });
  },
};

/** Nothing new goes into a namespace that ends. */
export const isActive = (namespace: Namespace | undefined): boolean => namespace !== undefined && !namespace.metadata.deletionTimestamp;
