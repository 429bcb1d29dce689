// Says of each ServiceCIDR whether addresses may be taken from it, and holds it back while some are in use.
// Mirrors pkg/controller/servicecidrs/servicecidrs_controller.go.
import { cidrContains, parseCIDR, parseIP } from '../lib/ip.js';
import type { Controller } from '../model/controller.js';
import type { Condition, ServiceCIDR } from '../model/generated/api.js';
import type { KubeObject } from '../model/object.js';
import type { Reader, Writer } from '../model/store.js';
import { timestamp } from '../model/world.js';
import { addFinalizer, removeFinalizer } from './ownership.js';

export const finalizer = 'networking.k8s.io/service-cidr-finalizer';
export const ready = { status: 'True', reason: '', message: 'Kubernetes Service CIDR is ready' } as const;
const kind = 'ServiceCIDR.networking.k8s.io';

export const serviceCIDR: Controller = {
  name: 'service-cidr',
  program: 'kube-controller-manager',
  watches: {
    [kind]: ({ object }, reader) => [object.metadata.name, ...terminating(reader)],
    'IPAddress.networking.k8s.io': (change, reader) => (change.type === 'DELETED' ? terminating(reader) : []),
  },
  reconcile(name, writer) {
    const cidr = writer.get(kind, '', name);
    if (!cidr) return;
    if (cidr.metadata.deletionTimestamp !== undefined) end(cidr, writer);
    else begin(cidr, writer);
  },
};

const terminating = (reader: Reader): string[] =>
  reader
    .list(kind)
    .filter((c) => c.metadata.deletionTimestamp !== undefined)
    .map((c) => c.metadata.name);

function begin(cidr: ServiceCIDR & KubeObject, writer: Writer): void {
  setReady(addFinalizer(writer, cidr, finalizer), writer, ready);
}

function end(cidr: ServiceCIDR & KubeObject, writer: Writer): void {
  if (!cidr.metadata.finalizers?.includes(finalizer)) return;
  if (orphans(cidr, writer)) {
    const message = 'There are still IPAddresses referencing the ServiceCIDR, please remove them or create a new ServiceCIDR';
    setReady(cidr, writer, { status: 'False', reason: 'Terminating', message });
    return;
  }
  removeFinalizer(writer, cidr, finalizer);
}

/** Is there an address in use that no other range has? */
function orphans(cidr: ServiceCIDR, reader: Reader): boolean {
  const rangesOf = (c: ServiceCIDR) => (c.spec.cidrs ?? []).flatMap((text) => parseCIDR(text) ?? []);
  const mine = rangesOf(cidr);
  const others = reader.list(kind).filter((c) => c.metadata.name !== cidr.metadata.name && c.metadata.deletionTimestamp === undefined);
  const elsewhere = others.flatMap(rangesOf);
  return reader.list('IPAddress.networking.k8s.io').some((address) => {
    const ip = parseIP(address.metadata.name);
    return ip !== undefined && mine.some((r) => cidrContains(r, ip)) && !elsewhere.some((r) => cidrContains(r, ip));
  });
}

function setReady(cidr: ServiceCIDR, writer: Writer, wanted: Pick<Condition, 'status' | 'reason' | 'message'>): void {
  const current = cidr.status?.conditions?.find((c) => c.type === 'Ready');
  if (current?.status === wanted.status && current.reason === wanted.reason && current.message === wanted.message) return;
  const others = (cidr.status?.conditions ?? []).filter((c) => c.type !== 'Ready');
  const condition: Condition = { lastTransitionTime: timestamp(writer.world.now()), ...wanted, type: 'Ready' };
  writer.updateStatus({ ...cidr, status: { ...cidr.status, conditions: [...others, condition] } });
}
