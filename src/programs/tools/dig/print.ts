// How dig shows an answer. Mirrors bind9/bin/dig/dig.c (printmessage, received) and lib/dns/masterdump.c (columns).
import { mapNames } from '../../../network/dns/message.js';
import { fqdn } from '../../../network/dns/name.js';
import type { DnsRecord, DnsReply } from '../../wire.js';
import type { Show } from './options.js';

export const dataOf = (record: DnsRecord): string => mapNames(record, fqdn);

const tab = 8;

/** Fields at their columns, with tabs; a field that is too long is followed by one blank. */
function columns(fields: readonly (readonly [text: string, column: number])[]): string {
  let line = '';
  let at = 0;
  for (const [text, column] of fields) {
    if (line !== '') {
      const to = Math.max(column, at + 1);
      const tabs = Math.floor(to / tab) - Math.floor(at / tab);
      const from = tabs > 0 ? Math.floor(to / tab) * tab : at;
      line += '\t'.repeat(tabs) + ' '.repeat(to - from);
      at = to;
    }
    line += text;
    at += text.length;
  }
  return line;
}

function recordLine(record: DnsRecord, show: Show): string {
  const fields: (readonly [string, number])[] = [[fqdn(record.name), 0]];
  let next = 24;
  for (const [wanted, text] of [
    [show.ttl, String(record.ttl)],
    [show.class, record.class ?? 'IN'],
    [true, record.type],
  ] as const) {
    if (!wanted) continue;
    fields.push([text, next]);
    next += 8;
  }
  const data = show.multiline && record.type === 'SOA' ? multilineSOA(dataOf(record)) : dataOf(record);
  return `${columns([...fields, [data, next]])}\n`;
}

function multilineSOA(data: string): string {
  const [ns, mail, ...numbers] = data.split(' ');
  const meaning = ['serial', 'refresh', 'retry', 'expire', 'minimum'];
  const spans = ['', ...numbers.slice(1).map((n) => ` (${spanOf(Number(n))})`)];
  const lines = numbers.map((n, i) => `\t\t\t\t${n.padEnd(10)} ; ${meaning[i]}${spans[i]}`);
  return `${ns} ${mail} (\n${lines.join('\n')}\n\t\t\t\t)`;
}

function spanOf(seconds: number): string {
  const parts: string[] = [];
  let rest = seconds;
  for (const [unit, size] of [
    ['week', 604_800],
    ['day', 86_400],
    ['hour', 3600],
    ['minute', 60],
    ['second', 1],
  ] as const) {
    const n = Math.floor(rest / size);
    rest -= n * size;
    if (n > 0) parts.push(`${n} ${unit}${n === 1 ? '' : 's'}`);
  }
  return parts.join(' ') || '0 seconds';
}

export interface Shown {
  readonly name: string;
  readonly type: string;
  readonly class: string;
  readonly reply: DnsReply;
  readonly show: Show;
  readonly id: number;
  /** "10.96.0.10#53(10.96.0.10) (UDP)" */
  readonly server: string;
  readonly when: Date;
  readonly bufferSize: number | undefined;
  readonly cookie: string | undefined;
  /** Since 9.11 it warns of .local. */
  readonly warnsOfLocal: boolean;
}

export function shownShort({ reply, show, server }: Shown): string {
  const by = show.identify ? ` from server ${server.replace(/#.*/, '')} in ${reply.ms} ms.` : '';
  return reply.answer.map((r) => `${dataOf(r)}${by}\n`).join('');
}

export function shownFull(s: Shown): string {
  const { reply, show, name, type } = s;
  const sections: readonly (readonly [string, boolean, readonly DnsRecord[]])[] = [
    ['ANSWER', show.answer, reply.answer],
    ['AUTHORITY', show.authority, reply.authority],
    ['ADDITIONAL', show.additional, reply.additional],
  ];
  let text = show.comments ? header(s) : '';
  if (show.question) {
    const line = `;${columns([
      [fqdn(name), 0],
      [s.class, 32],
      [type, 40],
    ])}\n`;
    text += show.comments ? `;; QUESTION SECTION:\n${line}\n` : line;
  }
  for (const [title, wanted, records] of sections) {
    if (!wanted || records.length === 0) continue;
    const lines = records.map((r) => recordLine(r, show)).join('');
    text += show.comments ? `;; ${title} SECTION:\n${lines}\n` : lines;
  }
  if (show.stats)
    text += `;; Query time: ${reply.ms} msec\n;; SERVER: ${s.server}\n;; WHEN: ${whenText(s.when)}\n;; MSG SIZE  rcvd: ${reply.size}\n\n`;
  return text;
}

function header(shown: Shown): string {
  const { name, reply, show, id, warnsOfLocal } = shown;
  const { flags, answer, authority, additional } = reply;
  const opt = optText(shown);
  const local = warnsOfLocal && /(^|\.)local\.?$/i.test(name);
  let text = ';; Got answer:\n';
  if (local)
    text +=
      ';; WARNING: .local is reserved for Multicast DNS\n;; You are currently testing what happens when an mDNS query is leaked to DNS\n';
  text += `;; ->>HEADER<<- opcode: QUERY, status: ${reply.rcode}, id: ${id}\n`;
  text += `;; flags: ${['qr', ...flags].join(' ')}; QUERY: 1, ANSWER: ${answer.length}, AUTHORITY: ${authority.length}, ADDITIONAL: ${additional.length + (opt === '' ? 0 : 1)}\n`;
  if (flags.includes('rd') && !flags.includes('ra')) text += ';; WARNING: recursion requested but not available\n';
  text += '\n';
  return show.additional ? text + opt : text;
}

const reasons: { readonly [code: number]: string } = { 15: 'Blocked', 17: 'Filtered' };

/** What a server adds to an answer that it keeps back has flags and a size of its own when none were offered. */
const ownBuffer = 4096;

function optText({ reply: { extendedError }, bufferSize, cookie }: Shown): string {
  if (bufferSize === undefined && extendedError === undefined) return '';
  const own = bufferSize === undefined ? ' do' : '';
  const head = `;; OPT PSEUDOSECTION:\n; EDNS: version: 0, flags:${own}; udp: ${bufferSize ?? ownBuffer}\n`;
  if (extendedError !== undefined) return `${head}; EDE: ${extendedError} (${reasons[extendedError]})\n`;
  return cookie === undefined ? head : `${head}; COOKIE: ${cookie} (echoed)\n`;
}

/** "Thu Jan 01 00:00:21 UTC 2026" */
const whenText = (d: Date): string => {
  const [day, date, month, year, time] = d.toUTCString().replace(',', '').split(' ');
  return `${day} ${month} ${date} ${time} UTC ${year}`;
};
