// The subsets of a Service's Endpoints object, from its Pods: a pure function.
// Mirrors pkg/controller/endpoint/endpoints_controller.go and the repacking of pkg/api/v1/endpoints/util.go.
import { createHash } from 'node:crypto';
import { isReady } from '../../kinds/pod/facts.js';
import { hasClusterIP } from '../../kinds/service/facts.js';
import { byText } from '../../lib/go-format.js';
import { canonicalIP, familyOf, type IPFamily } from '../../lib/ip.js';
import type { EndpointAddress, EndpointPort, EndpointSubset, Pod, Service } from '../../model/generated/api.js';
import { findPort, isEndpoint, referenceTo, showsHostname } from './endpoint.js';

/** An Endpoints object holds at most so many addresses; what is more is cut. */
const maxAddresses = 1000;

interface Entry {
  readonly address: EndpointAddress;
  readonly ready: boolean;
}

/** Who offers each port; the port is undefined for a headless Service without ports. */
type ByPort = Map<string, { port: EndpointPort | undefined; entries: Map<string, Entry> }>;

/** All Pods that the Service selects, in any state; sorted as the API's canonical form is. */
export function subsetsFor(service: Service, pods: readonly Pod[]): EndpointSubset[] {
  const everyone = service.spec.publishNotReadyAddresses === true;
  const ports = service.spec.ports ?? [];
  const byPort: ByPort = new Map();
  for (const pod of pods) {
    if (!isEndpoint(pod, everyone)) continue;
    const address = addressOf(service, pod);
    if (!address) continue;
    const entry = { address, ready: everyone || isReady(pod) };
    if (ports.length === 0 && service.spec.clusterIP === 'None') addEntry(byPort, undefined, entry);
    for (const servicePort of ports) {
      const number = findPort(pod, servicePort);
      if (number === undefined) continue;
      const port: EndpointPort = {
        ...(servicePort.appProtocol !== undefined && { appProtocol: servicePort.appProtocol }),
        ...(servicePort.name && { name: servicePort.name }),
        port: number,
        protocol: servicePort.protocol ?? 'TCP',
      };
      addEntry(byPort, port, entry);
    }
  }
  return sorted(repack(byPort));
}

/** Not ready wins when the same address is both (two Services' ports may lead to one port of the Pod). */
function addEntry(byPort: ByPort, port: EndpointPort | undefined, entry: Entry): void {
  const key = JSON.stringify([port?.name, port?.port, port?.protocol, port?.appProtocol]);
  const group = byPort.get(key) ?? { port, entries: new Map<string, Entry>() };
  byPort.set(key, group);
  const id = addressId(entry.address);
  if (group.entries.get(id)?.ready !== false) group.entries.set(id, entry);
}

const addressId = (a: EndpointAddress): string => `${a.ip} ${a.targetRef?.uid ?? ''} ${a.targetRef?.name ?? ''}`;

/** Ports with the very same addresses share a subset. */
function repack(byPort: ByPort): EndpointSubset[] {
  const groups = new Map<string, { entries: Entry[]; ports: EndpointPort[] }>();
  for (const { port, entries } of byPort.values()) {
    const key = [...entries]
      .map(([id, e]) => `${id} ${e.ready}`)
      .sort()
      .join('\n');
    const group = groups.get(key) ?? { entries: [...entries.values()], ports: [] };
    groups.set(key, group);
    if (port) group.ports.push(port);
  }
  return [...groups.values()].map((g) => subset(g.entries, g.ports));
}

function subset(entries: readonly Entry[], ports: EndpointPort[]): EndpointSubset {
  const addresses = entries.filter((e) => e.ready).map((e) => e.address);
  const notReadyAddresses = entries.filter((e) => !e.ready).map((e) => e.address);
  return {
    ...(addresses.length > 0 && { addresses }),
    ...(notReadyAddresses.length > 0 && { notReadyAddresses }),
    ...(ports.length > 0 && { ports }),
  };
}

/** The Pod's address in the Service's first family; undefined when it has none of that family. */
function addressOf(service: Service, pod: Pod): EndpointAddress | undefined {
  const family = primaryFamily(service, pod);
  const ips = pod.status?.podIPs?.map((p) => p.ip ?? '') ?? [];
  const ip = ips.find((candidate) => familyOf(candidate) === family);
  if (ip === undefined) return undefined;
  return {
    ...(showsHostname(pod, service) && { hostname: pod.spec.hostname! }),
    ip: canonicalIP(ip),
    ...(pod.spec.nodeName && { nodeName: pod.spec.nodeName }),
    targetRef: referenceTo(pod),
  };
}

function primaryFamily(service: Service, pod: Pod): IPFamily {
  const [family] = service.spec.ipFamilies ?? [];
  if (family) return family as IPFamily;
  const hint = hasClusterIP(service) ? service.spec.clusterIP : pod.status?.podIP;
  return (hint && familyOf(hint)) || 'IPv4';
}

const byAddress = (a: EndpointAddress, b: EndpointAddress): number =>
  byText(a.ip, b.ip) || byText(a.targetRef?.uid ?? '', b.targetRef?.uid ?? '');

/** Upstream orders ports and subsets by the MD5 of their printed Go value; so do we, for ports, which users see in that order. */
function sorted(subsets: readonly EndpointSubset[]): EndpointSubset[] {
  return subsets
    .map((s) => ({
      ...(s.addresses && { addresses: [...s.addresses].sort(byAddress) }),
      ...(s.notReadyAddresses && { notReadyAddresses: [...s.notReadyAddresses].sort(byAddress) }),
      ...(s.ports && { ports: [...s.ports].sort((a, b) => byText(portHash(a), portHash(b))) }),
    }))
    .sort((a, b) => byText(portHash(a.ports?.[0]), portHash(b.ports?.[0])));
}

/** The text is what spew prints of an EndpointPort ("%#v" without addresses). */
function portHash(port: EndpointPort | undefined): string {
  if (!port) return '';
  const app = port.appProtocol === undefined ? '(*string)<nil>' : `(*string)${port.appProtocol}`;
  const text = `(v1.EndpointPort){Name:(string)${port.name ?? ''} Port:(int32)${port.port} Protocol:(v1.Protocol)${port.protocol ?? ''} AppProtocol:${app}}`;
  return createHash('md5').update(text).digest('hex');
}

/** Cut down to maxAddresses, ready ones first, each subset in proportion; undefined when nothing must be cut. */
export function truncated(subsets: readonly EndpointSubset[]): EndpointSubset[] | undefined {
  const total = (of: (s: EndpointSubset) => unknown[] | undefined) => subsets.reduce((sum, s) => sum + (of(s)?.length ?? 0), 0);
  const ready = total((s) => s.addresses);
  const notReady = total((s) => s.notReadyAddresses);
  if (ready + notReady <= maxAddresses) return undefined;
  const cutsReady = ready > maxAddresses;
  const room = cutsReady ? maxAddresses : maxAddresses - ready;
  const all = cutsReady ? ready : notReady;
  let left = room;
  const share = (list: EndpointAddress[] = []): EndpointAddress[] => {
    const kept = list.slice(0, Math.min(Math.ceil((list.length / all) * room), left));
    left -= kept.length;
    return kept;
  };
  return subsets.map((s) => {
    const addresses = cutsReady ? share(s.addresses) : (s.addresses ?? []);
    const notReadyAddresses = cutsReady ? [] : share(s.notReadyAddresses);
    return {
      ...(addresses.length > 0 && { addresses }),
      ...(notReadyAddresses.length > 0 && { notReadyAddresses }),
      ...(s.ports && { ports: s.ports }),
    };
  });
}
