// Addresses for Services of type LoadBalancer, when the add-on of that name is enabled: as MetalLB gives them from a pool, with the finalizer
// and the cleaning up of upstream's service controller (k8s.io/cloud-provider/controllers/service).
import { familyOf } from '../lib/ip.js';
import { same } from '../lib/same.js';
import { type Addons, addonsKey, type LoadBalancerAddon } from '../model/addons.js';
import type { Controller } from '../model/controller.js';
import type { LoadBalancerIngress, Service } from '../model/generated/api.js';
import { keyOf, type KubeObject, splitKey } from '../model/object.js';
import type { Change } from '../model/change.js';
import type { Reader, Writer } from '../model/store.js';
import { firstFree, inRanges } from '../lib/ip-range.js';
import { addFinalizer, removeFinalizer } from './ownership.js';

const finalizer = 'service.kubernetes.io/load-balancer-cleanup';
const source = { component: 'metallb-controller' };

type Balanced = Service & KubeObject;

export const loadBalancer: Controller = {
  name: 'load-balancer',
  program: 'own',
  watches: { Service: woken },

  reconcile(key, writer) {
    const { namespace, name } = splitKey(key);
    const service = writer.get('Service', namespace, name);
    if (!service) return;
    const addon = addonOf(writer);
    if (addon && isOurs(service)) return give(service, addon, writer);
    if (service.metadata.finalizers?.includes(finalizer)) takeBack(service, writer);
  },
};

/** The Service itself; and when an address became free, those that wait for one. */
function woken({ type, object, old }: Change, reader: Reader): string[] {
  const own = type !== 'DELETED' && concerns(object as Balanced) ? [keyOf(object)] : [];
  const freed = addresses(old).some((ip) => type === 'DELETED' || !addresses(object).includes(ip));
  if (!freed) return own;
  const waiting = reader.list('Service').filter((s) => isOurs(s) && addresses(s).length === 0);
  return [...own, ...waiting.map(keyOf)];
}

const addresses = (service: KubeObject | Service | undefined): string[] =>
  ((service as Service | undefined)?.status?.loadBalancer?.ingress ?? []).map((i) => i.ip ?? '');

const addonOf = (reader: Reader): LoadBalancerAddon | undefined =>
  (reader.state(addonsKey) as unknown as Addons | undefined)?.['load-balancer'];

const concerns = (s: Service): boolean => s.spec.type === 'LoadBalancer' || !!s.metadata.finalizers?.includes(finalizer);

/** A class names another implementation, which is not here. */
const isOurs = ({ metadata, spec }: Service): boolean =>
  spec.type === 'LoadBalancer' && !metadata.deletionTimestamp && spec.loadBalancerClass === undefined;

function give(service: Balanced, addon: LoadBalancerAddon, writer: Writer): void {
  const held = addresses(service);
  const found = addressesFor(service, addon, held, writer);
  if ('problem' in found) {
    const message = `Failed to allocate IP for ${JSON.stringify(keyOf(service))}: ${found.problem}`;
    // Said once for each version of the Service, not with every look at it.
    const told = `load-balancer/refused/${service.metadata.uid}`;
    if (writer.state(told) !== message) {
      writer.setState(told, message);
      writer.event(service, 'Warning', 'AllocationFailed', message, source);
    }
    if (held.length > 0) writer.updateStatus({ ...service, status: { ...service.status, loadBalancer: {} } });
    return;
  }
  const marked = addFinalizer(writer, service, finalizer);
  const ingress = found.ips.map((ip): LoadBalancerIngress => ({ ip, ipMode: addon.ipMode }));
  if (same(service.status?.loadBalancer?.ingress, ingress)) return;
  writer.updateStatus({ ...marked, status: { ...marked.status, loadBalancer: { ingress } } });
  if (!same(held, found.ips))
    writer.event(service, 'Normal', 'IPAllocated', `Assigned IP [${found.ips.map((ip) => JSON.stringify(ip)).join(' ')}]`, source);
}

function takeBack(service: Balanced, writer: Writer): void {
  const held = service.status?.loadBalancer?.ingress;
  const cleared = held ? writer.updateStatus({ ...service, status: { ...service.status, loadBalancer: {} } }) : service;
  removeFinalizer(writer, cleared, finalizer);
}

/** One address of each of the Service's families: the one it asks for, the one it has, or the pool's first free one. */
function addressesFor(
  service: Balanced,
  addon: LoadBalancerAddon,
  held: readonly string[],
  reader: Reader,
): { ips: string[] } | { problem: string } {
  const asked = service.spec.loadBalancerIP;
  const taken = takenBy(reader, service);
  const ips: string[] = [];
  for (const family of service.spec.ipFamilies ?? ['IPv4']) {
    if (asked && familyOf(asked) === family) {
      const owner = taken.get(asked);
      if (owner) return { problem: `can't change sharing key for ${JSON.stringify(keyOf(service))}, address also in use by ${owner}` };
      ips.push(asked);
      continue;
    }
    const kept = held.find((ip) => familyOf(ip) === family && inRanges(addon.pool, ip) && !taken.has(ip));
    const ip = kept ?? firstFree(addon.pool, family, taken);
    if (!ip) return { problem: 'no available IPs' };
    ips.push(ip);
  }
  return { ips };
}

/** Who has which address. */
function takenBy(reader: Reader, self: Balanced): Map<string, string> {
  const taken = new Map<string, string>();
  for (const s of reader.list('Service'))
    if (s.metadata.uid !== self.metadata.uid) for (const { ip } of s.status?.loadBalancer?.ingress ?? []) if (ip) taken.set(ip, keyOf(s));
  return taken;
}
