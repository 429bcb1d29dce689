// Keeps an IPAddress object for each cluster IP that a Service has. Upstream's allocator writes them itself
// (pkg/registry/core/service/ipallocator), and pkg/registry/core/service/ipallocator/controller/repairip.go puts back what is lost.
import { familyOf } from '../lib/ip.js';
import type { Change } from '../model/change.js';
import type { Controller } from '../model/controller.js';
import type { IPAddress, Service } from '../model/generated/api.js';
import { splitKey } from '../model/object.js';
import { clusterIPPool } from '../kinds/service/cluster-ip-pool.js';

const managedBy = 'ipaddress.kubernetes.io/managed-by';
const familyLabel = 'ipaddress.kubernetes.io/ip-family';
const allocator = 'ipallocator.k8s.io';

/** The key is the address: who owns it is for the allocator to say. */
export const ipAddress: Controller = {
  name: 'ip-address',
  program: 'kube-apiserver',
  watches: {
    Service: addressesOf,
    'IPAddress.networking.k8s.io': (change) => (change.type === 'DELETED' ? [change.object.metadata.name] : []),
  },
  reconcile(address, writer) {
    const owner = writer.allocator.owner(clusterIPPool, address);
    const current = writer.get('IPAddress.networking.k8s.io', '', address);
    if (owner === undefined) {
      if (current?.metadata.labels?.[managedBy] === allocator) writer.remove(current);
    } else if (!current) writer.create(objectFor(address, owner));
  },
};

function* addressesOf({ object, old }: Change): Iterable<string> {
  for (const service of [object, old] as (Service | undefined)[]) {
    for (const ip of service?.spec.clusterIPs ?? []) if (ip !== 'None') yield ip;
  }
}

/** `owner` is "Service namespace/name". */
function objectFor(address: string, owner: string): IPAddress {
  const { namespace, name } = splitKey(owner.slice(owner.indexOf(' ') + 1));
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'IPAddress',
    metadata: { name: address, labels: { [familyLabel]: familyOf(address) ?? 'IPv4', [managedBy]: allocator } },
    spec: { parentRef: { name, namespace, resource: 'services' } },
  };
}
