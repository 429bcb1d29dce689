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

/** What the zone's server says to one question. */
export function answer(net: Net, question: string, type: string): Answer {
  const name = bare(question);
  const zone = net.config.clusterDomain;
  if (name === zone || name.endsWith(`.${zone}`))
    return inZone(net, name, type, name === zone ? [] : name.slice(0, -zone.length - 1).split('.'));
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

function inZone(net: Net, name: string, type: string, labels: readonly string[]): Answer {
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
  if (service.spec.type === 'ExternalName') return rest.length === 0 ? alias(net, name, service, type) : none;
  if (rest.length === 0) return ofService(net, name, own, service, type);
  if (rest.length === 1) return ofEndpoint(net, name, service, rest[0] as string, type);
  if (rest.length === 2 && rest.every((l) => l.startsWith('_'))) {
    const [port, protocol] = rest as [string, string];
    const records = srvRecords(net, name, own, service).filter(
      (r) => (port === '_*' || r.port === port.slice(1)) && (protocol === '_*' || r.protocol === protocol.slice(1)),
    );
    return records.length === 0 ? none : found(type === 'SRV' ? records.map((r) => r.record) : []);
  }
  return none;
}

function alias(net: Net, name: string, service: Service, type: string): Answer {
  const target = bare(service.spec.externalName ?? '');
  const cname: Record = { name, type: 'CNAME', ttl, data: target };
  if (type === 'CNAME' || target === name) return found([cname]);
  if (type !== 'A' && type !== 'AAAA') return found([]);
  return found([cname, ...answer(net, target, type).records]);
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
      .filter((e) => e.conditions?.ready !== false || service.spec.publishNotReadyAddresses)
      .flatMap((e) =>
        e.addresses.map((ip) => ({
          ip,
          label: e.hostname ?? ip.replaceAll('.', '-').replaceAll(':', '-'),
          ports: (slice.ports ?? []).map((p) => ({ name: p.name ?? '', protocol: (p.protocol ?? 'TCP').toLowerCase(), port: p.port ?? 0 })),
        })),
      ),
  );
}

function ofService(net: Net, name: string, own: string, service: Service, type: string): Answer {
  if (type === 'SRV') return found(srvRecords(net, name, own, service).map((r) => r.record));
  if (!isHeadless(service)) return found(addressRecords(name, service.spec.clusterIPs ?? [service.spec.clusterIP ?? ''], type));
  const addresses = addressesOf(net, service);
  // A headless Service without any ready endpoint has no name.
  return addresses.length === 0 ? none : found(addressRecords(name, [...new Set(addresses.map((a) => a.ip))], type));
}

function ofEndpoint(net: Net, name: string, service: Service, label: string, type: string): Answer {
  if (!isHeadless(service)) return none;
  const hits = addressesOf(net, service).filter((a) => a.label === label);
  return hits.length === 0 ? none : found(addressRecords(name, [...new Set(hits.map((a) => a.ip))], type));
}

function srvRecords(net: Net, name: string, own: string, service: Service): { port: string; protocol: string; record: Record }[] {
  const record = (target: string, weight: number, port: number): Record => ({
    name,
    type: 'SRV',
    ttl,
    data: `0 ${weight} ${port} ${target}`,
  });
  if (!isHeadless(service)) {
    const ports = service.spec.ports ?? [];
    const weight = Math.floor(100 / Math.max(1, ports.length));
    return ports.map((p) => ({ port: p.name ?? '', protocol: (p.protocol ?? 'TCP').toLowerCase(), record: record(own, weight, p.port) }));
  }
  const addresses = addressesOf(net, service);
  const all = addresses.flatMap((a) => a.ports.map((p) => ({ ...p, label: a.label })));
  const weight = Math.floor(100 / Math.max(1, all.length));
  return all.map((p) => ({ port: p.name, protocol: p.protocol, record: record(`${p.label}.${own}`, weight, p.port) }));
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
