// Names: what CoreDNS' kubernetes plugin answers for the cluster's zone, and how a question gets there: as a packet to the
// nameserver, through the kube-dns Service's rules like any other. Mirrors coredns/plugin/kubernetes (dns-based service discovery 1.1.0).
import { formatIP, parseIP } from '../lib/ip.js';
import type { Service } from '../model/generated/api.js';
import type { Endpoint, Trace } from '../model/packet.js';
import { slicesOf } from './endpoints.js';
import type { Net } from './net.js';
import { walk } from './path.js';

export type RecordType = 'A' | 'AAAA' | 'CNAME' | 'SRV' | 'PTR' | 'TXT' | 'NS' | 'SOA' | 'MX';

export interface Record {
  /** Without the final dot. */
  readonly name: string;
  readonly type: RecordType;
  readonly ttl: number;
  readonly data: string;
}

export interface Answer {
  readonly rcode: 'NOERROR' | 'NXDOMAIN' | 'SERVFAIL' | 'REFUSED';
  readonly records: readonly Record[];
}

const ttl = 30;
const none: Answer = { rcode: 'NXDOMAIN', records: [] };
const found = (records: readonly Record[]): Answer => ({ rcode: 'NOERROR', records });

/** Names outside the cluster that the default Corefile's `forward` finds; addresses are those of the documentation ranges where it does not matter. */
const outsideNames: { readonly [name: string]: readonly string[] } = {
  'example.com': ['192.0.2.1'],
  'www.example.com': ['192.0.2.1'],
  'kubernetes.io': ['192.0.2.2'],
  'www.kubernetes.io': ['192.0.2.2'],
  'google.com': ['192.0.2.3'],
  'www.google.com': ['192.0.2.3'],
  'github.com': ['192.0.2.4'],
  'registry.k8s.io': ['192.0.2.5'],
  'docker.io': ['192.0.2.6'],
};

const bare = (name: string): string => name.toLowerCase().replace(/\.$/, '');

/** What the zone's server says to one question; `before` are the aliases that led to it. */
export function answer(net: Net, question: string, type: string, before: readonly string[] = []): Answer {
  const name = bare(question);
  const zone = net.config.clusterDomain;
  if (name === zone || name.endsWith(`.${zone}`))
    return inZone(net, name, type, name === zone ? [] : name.slice(0, -zone.length - 1).split('.'), before);
  if (name.endsWith('.in-addr.arpa') || name.endsWith('.ip6.arpa')) return reverse(net, name);
  const addresses = outsideNames[name];
  if (!addresses) return none;
  return found(type === 'A' ? addresses.map((data) => ({ name, type: 'A' as const, ttl, data })) : []);
}

const addressRecords = (name: string, ips: readonly string[], type: string): Record[] =>
  ips.flatMap((ip): Record[] => {
    const own = parseIP(ip)?.family === 'IPv6' ? 'AAAA' : 'A';
    return own === type ? [{ name, type: own, ttl, data: ip }] : [];
  });

function inZone(net: Net, name: string, type: string, labels: readonly string[], before: readonly string[]): Answer {
  const { reader } = net;
  const zone = net.config.clusterDomain;
  if (labels.length === 0) return found([]);
  if (labels.length === 1 && labels[0] === 'dns-version') return found(type === 'TXT' ? [{ name, type: 'TXT', ttl, data: '"1.1.0"' }] : []);
  const kind = labels.at(-1);
  if (labels.length === 1) return kind === 'svc' || kind === 'pod' ? found([]) : none;
  const namespace = labels.at(-2) as string;
  if (!reader.get('Namespace', '', namespace)) return none;
  if (labels.length === 2) return kind === 'svc' || kind === 'pod' ? found([]) : none;
  if (kind === 'pod') {
    if (labels.length !== 3) return none;
    const text = labels[0] as string;
    const ip = parseIP(text.replaceAll('-', '.')) ?? parseIP(text.replaceAll('-', ':'));
    return ip ? found(addressRecords(name, [formatIP(ip)], type)) : none;
  }
  if (kind !== 'svc') return none;
  const service = reader.get('Service', namespace, labels.at(-3) as string);
  if (!service) return none;
  const own = `${service.metadata.name}.${namespace}.svc.${zone}`;
  const rest = labels.slice(0, -3);
  if (service.spec.type === 'ExternalName') return rest.length === 0 ? alias(net, name, service, type, before) : none;
  if (rest.length === 0) return ofService(net, name, own, service, type);
  if (rest.length === 1) return ofEndpoint(net, name, service, rest[0] as string, type);
  if (rest.length === 2 && rest.every((l) => l.startsWith('_'))) {
    const [port, protocol] = rest as [string, string];
    const targets = srvTargets(net, own, service).filter(
      (t) => (port === '_*' || t.port === port.slice(1)) && (protocol === '_*' || t.protocol === protocol.slice(1)),
    );
    if (targets.length === 0) return none;
    return type === 'SRV' ? found(srvRecords(name, targets)) : found(addressRecords(name, addressesBehind(net, service), type));
  }
  return none;
}

/** How many aliases CoreDNS follows. */
const longestChain = 8;

function alias(net: Net, name: string, service: Service, type: string, before: readonly string[]): Answer {
  const target = bare(service.spec.externalName ?? '');
  const cname: Record = { name, type: 'CNAME', ttl, data: target };
  if (type === 'CNAME' || target === name) return found([cname]);
  if (type !== 'A' && type !== 'AAAA') return found([]);
  // A chain that ends nowhere in the zone, or bites its own tail, is told as no data at all.
  const lost = before.length === 0 ? found([]) : none;
  if (before.includes(target) || before.length >= longestChain) return lost;
  const rest = answer(net, target, type, [...before, name]);
  return rest.rcode === 'NXDOMAIN' && target.endsWith(`.${net.config.clusterDomain}`) ? lost : found([cname, ...rest.records]);
}

const isHeadless = (s: Service): boolean => s.spec.clusterIP === 'None';

interface NamedAddress {
  readonly ip: string;
  /** The label under the Service's name. */
  readonly label: string;
  readonly ports: readonly { readonly name: string; readonly protocol: string; readonly port: number }[];
}

function addressesOf(net: Net, service: Service): NamedAddress[] {
  return slicesOf(net.reader, service).flatMap((slice) =>
    (slice.endpoints ?? [])
      .filter((e) => e.conditions?.ready !== false)
      .flatMap((e) =>
        e.addresses.map((ip) => ({
          ip,
          label: e.hostname ?? ip.replaceAll('.', '-').replaceAll(':', '-'),
          ports: (slice.ports ?? []).map((p) => ({ name: p.name ?? '', protocol: (p.protocol ?? 'TCP').toLowerCase(), port: p.port ?? 0 })),
        })),
      ),
  );
}

/** Its own, or those of its endpoints. */
const addressesBehind = (net: Net, service: Service): readonly string[] =>
  isHeadless(service)
    ? [...new Set(addressesOf(net, service).map((a) => a.ip))]
    : (service.spec.clusterIPs ?? (service.spec.clusterIP ? [service.spec.clusterIP] : []));

function ofService(net: Net, name: string, own: string, service: Service, type: string): Answer {
  // A headless Service without any ready endpoint has no name.
  const addresses = addressesBehind(net, service);
  if (addresses.length === 0) return none;
  return found(type === 'SRV' ? srvRecords(name, srvTargets(net, own, service)) : addressRecords(name, addresses, type));
}

function ofEndpoint(net: Net, name: string, service: Service, label: string, type: string): Answer {
  if (!isHeadless(service)) return none;
  const hits = addressesOf(net, service).filter((a) => a.label === label);
  return hits.length === 0 ? none : found(addressRecords(name, [...new Set(hits.map((a) => a.ip))], type));
}

interface Target {
  readonly port: string;
  readonly protocol: string;
  readonly name: string;
  readonly number: number;
}

/** What SRV records of a Service may point to. */
function srvTargets(net: Net, own: string, service: Service): Target[] {
  if (!isHeadless(service))
    return (service.spec.ports ?? []).map((p) => ({
      port: p.name ?? '',
      protocol: (p.protocol ?? 'TCP').toLowerCase(),
      name: own,
      number: p.port,
    }));
  return addressesOf(net, service).flatMap((a) =>
    a.ports.map((p) => ({ port: p.name, protocol: p.protocol, name: `${a.label}.${own}`, number: p.port })),
  );
}

/** The weight is shared by those that answer. */
function srvRecords(name: string, targets: readonly Target[]): Record[] {
  const weight = Math.floor(100 / Math.max(1, targets.length));
  return targets.map((t) => ({ name, type: 'SRV', ttl, data: `0 ${weight} ${t.number} ${t.name}` }));
}

function reverse(net: Net, name: string): Answer {
  const ip = name.endsWith('.in-addr.arpa')
    ? name.slice(0, -'.in-addr.arpa'.length).split('.').reverse().join('.')
    : (
        name
          .slice(0, -'.ip6.arpa'.length)
          .split('.')
          .reverse()
          .join('')
          .match(/.{1,4}/g) ?? []
      ).join(':');
  const parsed = parseIP(ip);
  if (!parsed) return none;
  const address = formatIP(parsed);
  const zone = net.config.clusterDomain;
  const point = (data: string): Answer => found([{ name, type: 'PTR', ttl, data }]);
  for (const s of net.reader.list('Service')) {
    const own = `${s.metadata.name}.${s.metadata.namespace}.svc.${zone}`;
    if (s.spec.clusterIPs?.includes(address)) return point(own);
    if (s.spec.clusterIP !== 'None') continue;
    const hit = addressesOf(net, s).find((a) => a.ip === address);
    if (hit) return point(`${hit.label}.${own}`);
  }
  return none;
}

/** The nameserver's answer to `sender`, or how the question was lost. */
export function ask(net: Net, sender: Endpoint, nameserver: string, name: string, type: string): { answer?: Answer; trace: Trace } {
  const trace = walk(net, { from: sender, to: nameserver, port: 53, protocol: 'UDP' });
  return trace.outcome === 'ok' ? { answer: answer(net, name, type), trace } : { trace };
}
