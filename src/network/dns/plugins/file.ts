// file: zones from zone files. Mirrors coredns/plugin/file (lookup.go), without transfers and signatures.
import { message, type Message, type Rcode, type Record, targetOf } from '../message.js';
import { isBelow, labelsOf, originsOf, zoneOf } from '../name.js';
import { type Asking, Fallthrough, type Handler, mistake, type Outcome, type Plugin, retold, written } from '../plugin.js';
import { duration } from './process.js';
import { zoneRecords } from './zone-text.js';

/** How many aliases are followed. */
const longestChain = 8;

class Zone {
  readonly #byName = new Map<string, Record[]>();
  /** Names that have something below them. */
  readonly #parents = new Set<string>();
  readonly soa: readonly Record[];

  constructor(
    readonly origin: string,
    records: readonly Record[],
  ) {
    this.soa = records.filter((r) => r.type === 'SOA').slice(-1);
    for (const r of records) {
      this.#byName.set(r.name, [...(this.#byName.get(r.name) ?? []), r]);
      const labels = labelsOf(r.name);
      for (let i = 1; i < labels.length; i++) this.#parents.add(`${labels.slice(i).join('.')}.`);
    }
  }

  get ns(): readonly Record[] {
    return this.of(this.origin, 'NS');
  }

  of(name: string, type: string): readonly Record[] {
    return (this.at(name) ?? []).filter((r) => r.type === type);
  }

  /** Undefined: nothing is written about the name itself. */
  at(name: string): readonly Record[] | undefined {
    return this.#byName.get(name);
  }

  hasBelow(name: string): boolean {
    return this.#parents.has(name);
  }

  /** The origin, and one label more each time, down to the name. */
  wayTo(name: string): string[] {
    const labels = labelsOf(name);
    const first = labels.length - labelsOf(this.origin).length;
    return Array.from({ length: first + 1 }, (_, i) => labels.slice(first - i).join('.')).map((n) => (n === '' ? '.' : `${n}.`));
  }

  /** The servers that a part of the zone is given to. What is asked of the part itself by DS is answered here. */
  cut(part: string, name: string, type: string): readonly Record[] {
    return part === this.origin || (type === 'DS' && part === name) ? [] : this.of(part, 'NS');
  }

  delegation(name: string, type: string): readonly Record[] {
    return (
      this.wayTo(name)
        .map((part) => this.cut(part, name, type))
        .find((ns) => ns.length > 0) ?? []
    );
  }

  addresses(name: string): readonly Record[] {
    return [...this.of(name, 'A'), ...this.of(name, 'AAAA')];
  }

  /** Addresses of nameservers that are below the name that they serve. */
  glue(ns: readonly Record[]): Record[] {
    return ns.flatMap((r) => (isBelow(r.name, r.data) ? this.addresses(r.data.toLowerCase()) : []));
  }

  /** Addresses of names that records point to. */
  additional(records: readonly Record[]): Record[] {
    const targets = records.filter((r) => ['MX', 'SRV'].includes(r.type)).map((r) => (targetOf(r) ?? '').toLowerCase());
    return [...new Set(targets)].filter((t) => isBelow(this.origin, t)).flatMap((t) => this.addresses(t));
  }
}

/** `missing`: the name is not there (or only something below it), and others may be asked. */
interface Found {
  readonly message: Message;
  readonly missing?: boolean;
}

const found = (rcode: Rcode, parts: Partial<Message>): Found => ({ message: message(rcode, { authoritative: true, ...parts }) });

function lookup(zone: Zone, name: string, type: string, asking: Asking): Found {
  const noData = (): Found => found('NOERROR', { authority: zone.soa });
  if (name === zone.origin && type === 'SOA') return found('NOERROR', { answer: zone.soa, authority: zone.ns });
  if (name === zone.origin && type === 'NS') return found('NOERROR', { answer: zone.ns, additional: zone.glue(zone.ns) });
  let wild = '';
  for (const part of zone.wayTo(name)) {
    const here = zone.at(part);
    if (!here) {
      const star = `*.${part.slice(part.indexOf('.') + 1)}`;
      if (zone.at(star) || zone.hasBelow(star)) wild = star;
      continue;
    }
    const dname = here.find((r) => r.type === 'DNAME');
    if (dname && part !== name) return substituted(zone, dname, name, type, asking);
    const ns = zone.cut(part, name, type);
    if (ns.length > 0) return found('NOERROR', { authority: ns, additional: zone.glue(ns), authoritative: false });
  }
  const own = zone.at(name);
  const records = own ?? (wild !== '' && !hasCloser(zone, name, wild) ? (zone.at(wild) ?? []).map((r) => ({ ...r, name })) : undefined);
  if (!records) {
    const rcode = zone.hasBelow(name) ? 'NOERROR' : 'NXDOMAIN';
    return { ...found(rcode, { authority: zone.soa }), missing: true };
  }
  const alias = records.filter((r) => r.type === 'CNAME');
  if (alias.length > 0 && type !== 'CNAME') return followed(zone, alias, type, asking);
  const wanted = records.filter((r) => r.type === type);
  if (wanted.length === 0) return noData();
  return found('NOERROR', { answer: wanted, authority: zone.ns, additional: zone.additional(wanted) });
}

/** A wildcard does not reach over a name that has something below it. */
const hasCloser = (zone: Zone, name: string, wild: string): boolean => {
  const way = zone.wayTo(name);
  return way.slice(way.indexOf(wild.slice(2)) + 1, -1).some((part) => zone.hasBelow(part));
};

function substituted(zone: Zone, dname: Record, name: string, type: string, asking: Asking): Found {
  const target = name.slice(0, name.length - dname.name.length) + dname.data;
  const alias: Record = { name, type: 'CNAME', ttl: dname.ttl, data: target };
  if (target.toLowerCase() === name) return found('SERVFAIL', {});
  if (type === 'CNAME') return found('NOERROR', { answer: [dname, alias], authority: zone.ns });
  const { message: m } = followed(zone, [alias], type, asking);
  return { message: { ...m, answer: [dname, ...m.answer] } };
}

/** Where aliases lead, in the zone and out of it. */
function followed(zone: Zone, aliases: readonly Record[], type: string, asking: Asking): Found {
  const answer = [...aliases];
  let target = (aliases[0] as Record).data;
  for (let i = 0; ; i++) {
    const lower = target.toLowerCase();
    const here = isBelow(zone.origin, lower) ? zone.at(lower) : undefined;
    const given = isBelow(zone.origin, lower) ? zone.delegation(lower, type) : [];
    if (given.length > 0 && (here || given[0]?.name !== lower))
      return found('NOERROR', { answer, authority: given, additional: zone.glue(given) });
    if (!here || type === 'NS' || (type === 'SOA' && lower === zone.origin)) return elsewhere(zone, answer, target, type, asking);
    const next = here.filter((r) => r.type === 'CNAME');
    if (next.length === 0) {
      answer.push(...here.filter((r) => r.type === type));
      break;
    }
    answer.push(...next);
    if (i >= longestChain) break;
    target = (next[0] as Record).data;
  }
  return found('NOERROR', { answer, authority: zone.ns, additional: zone.additional(answer) });
}

function elsewhere(zone: Zone, answer: readonly Record[], target: string, type: string, asking: Asking): Found {
  const said = asking.lookup(target, type) ?? message('SERVFAIL');
  const all = [...answer, ...said.answer];
  const negative = said.rcode === 'NXDOMAIN' || (said.rcode === 'NOERROR' && said.answer.length === 0);
  const rcode = said.rcode === 'NXDOMAIN' || said.rcode === 'SERVFAIL' ? said.rcode : 'NOERROR';
  return found(rcode, { answer: all, authority: negative ? zone.soa : zone.ns, additional: zone.additional(all) });
}

export const file: Plugin = {
  name: 'file',
  setup: ({ words, keys, files, plan }): Handler => {
    const zones = new Map<string, Zone | undefined>();
    const fall = new Fallthrough();
    while (words.next()) {
      if (!words.nextArg()) throw words.argError();
      const path = words.word();
      const origins = originsOf(words.args(), keys);
      const text = files.read(path);
      for (const origin of origins) zones.set(origin, text === undefined ? undefined : read(text, origin, path));
      let reload = 60_000;
      while (words.nextInBlock()) {
        const name = words.word();
        const args = words.args();
        if (name === 'fallthrough') fall.set(args, keys);
        else if (name === 'reload') {
          if (args.length === 0) throw mistake('reload duration value is expected');
          reload = retold(
            () => duration(args[0] as string),
            (why) => mistake(`plugin/file: ${why}`),
          );
        } else if (name !== 'upstream' && name !== 'reload_by_mtime') throw words.error(`unknown property '${name}'`);
      }
      if (reload > 0) plan.rereads = Math.min(plan.rereads ?? reload, reload);
      if (text === undefined) {
        const missing = `open ${path}: no such file or directory`;
        if (reload === 0) throw mistake(`plugin/file: ${missing}`);
        plan.warnings.push(
          `[WARNING] plugin/file: Failed to open ${JSON.stringify(missing)}: trying again in ${reload === 60_000 ? '1m0s' : `${reload / 1000}s`}`,
        );
      }
    }
    const names = [...zones.keys()];
    return (question, asking, next): Outcome => {
      const name = question.name.toLowerCase();
      const origin = zoneOf(names, name);
      if (origin === '') return next.nobody ? { rcode: 'REFUSED' } : next(question, asking);
      const zone = zones.get(origin);
      if (!zone) return { rcode: 'SERVFAIL' };
      if (question.type === 'AXFR' || question.type === 'IXFR') return { rcode: 'REFUSED' };
      const { message: m, missing } = lookup(zone, name, question.type, asking);
      if (missing && fall.through(name)) return next(question, asking);
      return m.rcode === 'SERVFAIL' && m.answer.length === 0 ? { rcode: 'SERVFAIL' } : written(m);
    };
  },
};

function read(text: string, origin: string, path: string): Zone {
  const { records, mistake: wrong } = zoneRecords(text, origin);
  if (wrong) throw mistake(`kubelab cannot read line ${wrong.line} of ${path}: ${wrong.text}`);
  const zone = new Zone(origin, records);
  if (zone.soa.length === 0) throw mistake(`file ${JSON.stringify(path)} has no SOA record for origin ${origin}`);
  return zone;
}
