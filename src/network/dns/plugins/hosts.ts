// hosts: names from a file and from the Corefile itself. Mirrors coredns/plugin/hosts.
import { canonicalIP, familyOf, parseIP } from '../../../lib/ip.js';
import { addressRecord, message, type Record } from '../message.js';
import { addressOf, fqdn, isBelow, normal, originsOf, zoneOf } from '../name.js';
import { Fallthrough, mistake, type Plugin, retold, written } from '../plugin.js';
import { duration } from './process.js';

interface Entry {
  readonly ip: string;
  readonly name: string;
}

const entriesOf = (text: string): Entry[] =>
  text.split('\n').flatMap((line) => {
    const [address = '', ...names] = line.replace(/#.*/, '').trim().split(/\s+/);
    const ip = address.replace(/%.*/, '');
    return parseIP(ip) ? names.map((name) => ({ ip: canonicalIP(ip), name: normal(name) })) : [];
  });

export const hosts: Plugin = {
  name: 'hosts',
  setup: ({ words, keys, files, plan }) => {
    words.next();
    const [path = '/etc/hosts', ...zoneArgs] = words.args();
    const zones = originsOf(zoneArgs, keys);
    const text = files.read(path);
    if (text === undefined && path !== '/etc/hosts') plan.warnings.push(`[WARNING] plugin/hosts: File does not exist: ${path}`);
    const fall = new Fallthrough();
    const inline: string[] = [];
    let ttl = 3600;
    let reverse = true;
    let passUnsupported = false;
    let again = 5000;
    while (words.nextInBlock()) {
      const name = words.word();
      const args = words.args();
      if (name === 'fallthrough') fall.set(args, keys);
      else if (name === 'fallthrough_unsupported') {
        if (args.length > 0) throw words.argError();
        passUnsupported = true;
      } else if (name === 'no_reverse') reverse = false;
      else if (name === 'ttl') {
        if (args.length === 0) throw words.error('ttl needs a time in second');
        if (!/^[-+]?\d+$/.test(args[0] as string)) throw words.error('ttl needs a number of second');
        ttl = Number(args[0]);
        if (ttl <= 0 || ttl > 65_535) throw words.error('ttl provided is invalid');
      } else if (name === 'reload') {
        if (args.length !== 1) throw words.error('reload needs a duration (zero seconds to disable)');
        again = retold(
          () => duration(args[0] as string),
          () => words.error(`invalid duration for reload '${args[0]}'`),
        );
        if (again < 0) throw words.error(`invalid negative duration for reload '${args[0]}'`);
      } else if (fall.zones.length === 0) inline.push([name, ...args].join(' '));
      else throw words.error(`unknown property '${name}'`);
    }
    if (again > 0 && path !== '/etc/hosts') plan.rereads = Math.min(plan.rereads ?? again, again);
    if (passUnsupported && fall.zones.length === 0) throw words.error('fallthrough_unsupported requires fallthrough');
    if (words.next()) throw mistake('this plugin can only be used once per Server Block');
    const entries = [...entriesOf(text ?? ''), ...entriesOf(inline.join('\n'))].filter((e) => zoneOf(zones, e.name) !== '');
    const addresses = (name: string): string[] => {
      const exact = entries.filter((e) => e.name === name);
      const wild = `*.${name.slice(name.indexOf('.') + 1)}`;
      return (exact.length > 0 ? exact : entries.filter((e) => e.name === wild)).map((e) => e.ip);
    };
    return (question, asking, next) => {
      const name = question.name.toLowerCase();
      const { type } = question;
      if (type !== 'PTR' && !zones.some((z) => isBelow(z, name))) return next(question, asking);
      let answer: Record[] = [];
      if (type === 'PTR') {
        const ip = addressOf(name);
        const names = reverse && ip !== '' ? entries.filter((e) => e.ip === ip && !e.name.startsWith('*')) : [];
        if (names.length === 0) return next(question, asking);
        answer = names.map((e) => ({ name, type, ttl, data: fqdn(e.name) }));
      } else if (type === 'A' || type === 'AAAA')
        answer = addresses(name)
          .filter((ip) => familyOf(ip) === (type === 'A' ? 'IPv4' : 'IPv6'))
          .map((ip) => addressRecord(name, ip, ttl));
      else if (passUnsupported && fall.through(name)) return next(question, asking);
      if (answer.length === 0 && addresses(name).length === 0) return fall.through(name) ? next(question, asking) : { rcode: 'SERVFAIL' };
      return written(message('NOERROR', { answer, authoritative: true }));
    };
  },
};
