// The kubernetes plugin's answers by type of question. Mirrors coredns/plugin/kubernetes/handler.go and plugin/backend_lookup.go.
import { familyOf } from '../../../lib/ip.js';
import { addressRecord, message, type Message, type Record } from '../message.js';
import { addressOf, fqdn, isBelow, isReverse, normal } from '../name.js';
import type { Asking } from '../plugin.js';
import {
  addressesIn,
  endpointsAt,
  findPods,
  findServices,
  type Found,
  isExposed,
  isHeadless,
  namesOf,
  type Options,
  slicesOf,
} from './find.js';
import { requestOf } from './request.js';

export interface Zone {
  /** In the case of the question. */
  readonly name: string;
  /** The first zone that is no reverse one: where names of addresses are. */
  readonly primary: string;
  readonly ttl: number;
  readonly options: Options;
}

/** Thrown where upstream returns an error that means: no such name. */
class NoName extends Error {}

/** Undefined: there is no such name, and others may be asked. */
export function answer(zone: Zone, asking: Asking, name: string, type: string): Message | undefined {
  try {
    const { records, additional = [] } = new Lookup(zone, asking).of(name, type);
    return records.length === 0
      ? message('NOERROR', { authority: [soa(zone, asking)], authoritative: true })
      : message('NOERROR', { answer: records, additional, authoritative: true });
  } catch (e) {
    if (e instanceof NoName) return undefined;
    throw e;
  }
}

export const noName = (zone: Zone, asking: Asking): Message => message('NXDOMAIN', { authority: [soa(zone, asking)], authoritative: true });

/** The serial is when the process had read the cluster's objects; a real one also moves with each of their changes. */
export const soa = ({ name, ttl }: Zone, { self }: Asking): Record => ({
  name,
  type: 'SOA',
  ttl: Math.min(ttl, 300),
  data: `${below('ns.dns', name)} ${below('hostmaster', name)} ${Math.floor(self.startedAt / 1000)} 7200 1800 86400 ${ttl}`,
});

const below = (label: string, zone: string): string => (zone === '.' ? `${label}.` : `${label}.${zone}`);

/** How many aliases are followed. */
const longestChain = 10;
const versionTTL = 28_800;

interface Records {
  readonly records: readonly Record[];
  readonly additional?: readonly Record[];
}

class Lookup {
  constructor(
    private readonly zone: Zone,
    private readonly asking: Asking,
  ) {}

  of(name: string, type: string): Records {
    const lower = name.toLowerCase();
    switch (type) {
      case 'A':
      case 'AAAA':
        return { records: this.#addresses(name, type, []) };
      case 'TXT':
        return { records: this.#texts(name, lower) };
      case 'CNAME':
        return { records: this.#alias(name, lower) };
      case 'PTR':
        return { records: this.#pointers(name, lower) };
      case 'MX':
        this.#found(lower, type);
        return { records: [] };
      case 'SRV':
        return this.#services(name, lower);
      case 'SOA':
        return { records: name === this.zone.name ? [soa(this.zone, this.asking)] : [] };
      case 'NS':
        if (lower === this.zone.name) return this.#nameservers(name);
        break;
      default:
    }
    // Nothing of this type is ever there: is the name?
    this.#addresses(name, 'A', []);
    return { records: [] };
  }

  /** What stands behind a name; throws NoName. */
  #found(name: string, type: string): readonly Found[] {
    if (type !== 'PTR' && this.zone.name !== '.' && name === below('ns.dns', this.zone.name))
      return this.#own().filter((f) => (familyOf(f.host) === 'IPv6' ? 'AAAA' : 'A') === type);
    const { options } = this.zone;
    const { reader } = this.asking.net;
    const request = requestOf(name, this.zone.name);
    if (!request) throw new NoName();
    if (!request.kind) return [];
    if (isReverse(name) || !isExposed(reader, request.namespace, options)) throw new NoName();
    const found = request.kind === 'pod' ? findPods(reader, request, options) : findServices(reader, request, options);
    if (!found) throw new NoName();
    return found;
  }

  #addresses(name: string, type: 'A' | 'AAAA', before: readonly Record[]): Record[] {
    const { zone, asking } = this;
    const records: Record[] = [];
    for (const { host } of this.#found(name.toLowerCase(), type)) {
      const family = familyOf(host);
      if (family) {
        const own = addressRecord(name, host, zone.ttl);
        if (own.type === type && !records.some((r) => r.data === own.data)) records.push(own);
        continue;
      }
      const alias: Record = { name, type: 'CNAME', ttl: zone.ttl, data: fqdn(host) };
      // A name that is its own alias, or bites the tail of its chain, is left out.
      if (isBelow(name.toLowerCase(), normal(host)) || before.length > longestChain || before.some((r) => r.data === alias.data)) continue;
      if (isBelow(zone.name.toLowerCase(), alias.data)) {
        const rest = this.#quietly(() => this.#addresses(alias.data, type, [...before, alias]));
        if (rest.length > 0) records.push(alias, ...rest);
      } else {
        const elsewhere = asking.lookup(alias.data, type);
        if (elsewhere) records.push(alias, ...elsewhere.answer);
      }
    }
    return records;
  }

  #quietly(look: () => Record[]): Record[] {
    try {
      return look();
    } catch (e) {
      if (e instanceof NoName) return [];
      throw e;
    }
  }

  #texts(name: string, lower: string): Record[] {
    if (requestOfVersion(lower, this.zone.name)) return [{ name, type: 'TXT', ttl: versionTTL, data: '"1.1.0"' }];
    if (this.#found(lower, 'TXT').length === 0) throw new NoName();
    return [];
  }

  #alias(name: string, lower: string): Record[] {
    const [first] = this.#found(lower, 'CNAME');
    return first && !familyOf(first.host) ? [{ name, type: 'CNAME', ttl: this.zone.ttl, data: fqdn(first.host) }] : [];
  }

  #pointers(name: string, lower: string): Record[] {
    const ip = addressOf(lower);
    if (ip === '') {
      this.#found(lower, 'PTR');
      return [];
    }
    const names = namesOf(this.asking.net.reader, ip, this.zone.options);
    if (names.length === 0) throw new NoName();
    return [...new Set(names)].map((n) => ({ name, type: 'PTR', ttl: this.zone.ttl, data: below(n, this.zone.primary) }));
  }

  #services(name: string, lower: string): Records {
    const found = this.#found(lower, 'SRV').filter((f) => familyOf(f.host));
    const { ttl } = this.zone;
    const weight = Math.max(1, Math.floor(100 / Math.max(1, found.length)));
    const records = new Map<string, Record>();
    const additional = new Map<string, Record>();
    for (const f of found) {
      if (f.port === -1) continue;
      const target = below(f.name, this.zone.name);
      const key = `${target} ${f.port}`;
      if (!records.has(key)) records.set(key, { name, type: 'SRV', ttl, data: `0 ${weight} ${f.port} ${target}` });
      if (!additional.has(`${target} ${f.host}`)) additional.set(`${target} ${f.host}`, addressRecord(target, f.host, ttl));
    }
    return { records: [...records.values()], additional: [...additional.values()] };
  }

  #nameservers(name: string): Records {
    const own = this.#own();
    const target = (f: Found): string => below(f.name, this.zone.name);
    return {
      records: [...new Set(own.map(target))].map((data) => ({ name, type: 'NS', ttl: this.zone.ttl, data })),
      additional: own.map((f) => addressRecord(target(f), f.host, this.zone.ttl)),
    };
  }

  /** The Services in front of the very process that answers; its own address when there is none. */
  #own(): Found[] {
    const { options } = this.zone;
    const { net, self } = this.asking;
    const endpoints = self.ips.flatMap((ip) => endpointsAt(net.reader, ip, options));
    if (endpoints.length === 0) return self.ips.map((host) => ({ host, port: 0, name: 'ns.dns' }));
    return endpoints.flatMap((e) => {
      const service = net.reader.get('Service', e.namespace, e.service);
      if (!service) return [];
      const name = `${e.service}.${e.namespace}.svc`;
      return isHeadless(service)
        ? slicesOf(net.reader, service.metadata, options).flatMap((s) =>
            addressesIn(s, options).map((a) => ({ host: a.ip, port: 0, name: `${a.label}.${name}` })),
          )
        : (service.spec.clusterIPs ?? []).map((host) => ({ host, port: 0, name }));
    });
  }
}

const requestOfVersion = (name: string, zone: string): boolean => name === below('dns-version', zone.toLowerCase());
