// file: zones from zone files. Mirrors coredns/plugin/file (lookup.go), without transfers and signatures.
import { message, type Message, type Record, targetOf } from '../message.js';
import { isBelow, labelsOf, originsOf, zoneOf } from '../name.js';
import { type Asking, Fallthrough, type Handler, mistake, type Outcome, type Plugin, written } from '../plugin.js';
import { duration } from './process.js';
import { zoneRecords } from './zone-text.js';

/** How many aliases are followed. */
const longestChain = 8;

class Zone {
  readonly #byName = new Map<string, Record[]>();
  /** Names that only have something below them. */
  readonly #between = new Set<string>();

  constructor(
    readonly origin: string,
    records: readonly Record[],
  ) {
    for (const r of records) {
      this.#byName.set(r.name, [...(this.#byName.get(r.name) ?? []), r]);
      const labels = labelsOf(r.name);
      for (let i = 1; i < labels.length - labelsOf(origin).length; i++) this.#between.add(`${labels.slice(i).join('.')}.`);
    }
  }

  of(name: string, type: string): Record[] {
    return (this.#byName.get(name) ?? []).filter((r) => r.type === type);
  }

  get soa(): Record[] {
    return this.of(this.origin, 'SOA');
  }

  get ns(): Record[] {
    return this.of(this.origin, 'NS');
  }

  /** The name itself, or the wildcard that stands for it, with its records made the name's own. */
  at(name: string): { readonly records: readonly Record[] } | undefined {
    const own = this.#byName.get(name);
    if (own) return { records: own };
    if (this.#between.has(name)) return { records: [] };
    for (let parent = name; parent !== this.origin && parent !== ''; ) {
      parent = parent.slice(parent.indexOf('.') + 1);
      const wild = this.#byName.get(`*.${parent}`);
      if (wild) return { records: wild.map((r) => ({ ...r, name })) };
      // The closest name that is there decides.
      if (this.#byName.has(parent) || this.#between.has(parent)) return undefined;
    }
    return undefined;
  }

  /** The servers that a part of the zone was given to, on the way down to `name`. */
  delegation(name: string): Record[] {
    const labels = labelsOf(name);
    for (let i = labels.length - labelsOf(this.origin).length - 1; i >= 0; i--) {
      const ns = this.of(`${labels.slice(i).join('.')}.`, 'NS');
      if (ns.length > 0) return ns;
    }
    return [];
  }

  /** Addresses of names that records point to. */
  glue(records: readonly Record[]): Record[] {
    const targets = records.filter((r) => ['NS', 'MX', 'SRV'].includes(r.type)).map((r) => (targetOf(r) ?? '').toLowerCase());
    return [...new Set(targets)].filter((t) => isBelow(this.origin, t)).flatMap((t) => [...this.of(t, 'A'), ...this.of(t, 'AAAA')]);
  }
}

function answer(zone: Zone, name: string, type: string, asking: Asking): Message | undefined {
  const denial = (rcode: 'NOERROR' | 'NXDOMAIN'): Message => message(rcode, { authority: zone.soa, authoritative: true });
  const given = zone.delegation(name);
  if (given.length > 0) return message('NOERROR', { authority: given, additional: zone.glue(given) });
  const found = zone.at(name);
  if (!found) return undefined;
  const records: Record[] = [];
  let here = found.records;
  for (let i = 0; i <= longestChain; i++) {
    const wanted = here.filter((r) => r.type === type);
    records.push(...wanted);
    const alias = wanted.length === 0 ? here.find((r) => r.type === 'CNAME') : undefined;
    if (!alias) break;
    records.push(alias);
    const target = alias.data.toLowerCase();
    const next = isBelow(zone.origin, target) ? zone.at(target) : undefined;
    if (!next) {
      const elsewhere = asking.lookup(alias.data, type);
      records.push(...(elsewhere?.answer ?? []));
      if (elsewhere?.rcode === 'NXDOMAIN') return message('NXDOMAIN', { answer: records, authority: zone.soa, authoritative: true });
      break;
    }
    here = next.records;
  }
  if (records.length === 0) return denial('NOERROR');
  const atApex = name === zone.origin && type === 'NS';
  return message('NOERROR', { answer: records, authority: atApex ? [] : zone.ns, additional: zone.glue(records), authoritative: true });
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
        if (name === 'fallthrough') fall.zones = args.length === 0 ? ['.'] : originsOf(args, keys);
        else if (name === 'reload') {
          if (args.length === 0) throw mistake('reload duration value is expected');
          reload = duration(args[0] as string);
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
      if (origin === '') return next(question, asking);
      const zone = zones.get(origin);
      if (!zone) return { rcode: 'SERVFAIL' };
      if (question.type === 'AXFR' || question.type === 'IXFR') return { rcode: 'REFUSED' };
      const found = answer(zone, name, question.type, asking);
      if (found) return written(found);
      return fall.through(name) ? next(question, asking) : written(message('NXDOMAIN', { authority: zone.soa, authoritative: true }));
    };
  },
};

function read(text: string, origin: string, path: string): Zone {
  const { records, mistake: wrong } = zoneRecords(text, origin);
  if (wrong) throw mistake(`kubelab cannot read line ${wrong.line} of ${path}: ${wrong.text}`);
  const zone = new Zone(
    origin,
    records.filter((r) => isBelow(origin, r.name)),
  );
  if (zone.soa.length === 0) throw mistake(`file ${JSON.stringify(path)} has no SOA record for origin ${origin}`);
  return zone;
}
