// Questions and answers, how long they are on the wire, and how they are cut to what the asker can take.
// Mirrors miekg/dns (Msg, Truncate) and coredns/request (Scrub).
import { familyOf } from '../../lib/ip.js';
import { fqdn, labelsOf, withoutDot } from './name.js';

/** Names in `name` and `data` end in a dot. */
export interface Record {
  readonly name: string;
  /** "A", "SRV" ... */
  readonly type: string;
  readonly ttl: number;
  /** "IN" when absent. */
  readonly class?: string;
  /** As in a zone file. */
  readonly data: string;
}

/** The types and classes that have a name. */
export const typeNames: ReadonlySet<string> = new Set(
  `A AAAA AFSDB AMTRELAY ANY APL ATMA AVC AXFR CAA CDNSKEY CDS CERT CNAME CSYNC DHCID DLV DNAME DNSKEY DS EID EUI48 EUI64 GID GPOS HINFO HIP HTTPS IPSECKEY
  ISDN IXFR KEY KX L32 L64 LOC LP MAILA MAILB MB MD MF MG MINFO MR MX NAPTR NID NIMLOC NINFO NS NSAP-PTR NSEC NSEC3 NSEC3PARAM NULL NXNAME NXT None OPENPGPKEY OPT
  PTR PX RESINFO RKEY RP RRSIG RT Reserved SIG SMIMEA SOA SPF SRV SSHFP SVCB TA TALINK TKEY TLSA TSIG TXT UID UINFO UNSPEC URI X25 ZONEMD`.split(
    /\s+/,
  ),
);

export const classNames: ReadonlySet<string> = new Set(['IN', 'CS', 'CH', 'HS', 'NONE', 'ANY']);

export type Rcode = 'NOERROR' | 'FORMERR' | 'SERVFAIL' | 'NXDOMAIN' | 'NOTIMP' | 'REFUSED';

export const rcodes: readonly string[] = [
  'NOERROR',
  'FORMERR',
  'SERVFAIL',
  'NXDOMAIN',
  'NOTIMP',
  'REFUSED',
  'YXDOMAIN',
  'YXRRSET',
  'NXRRSET',
  'NOTAUTH',
  'NOTZONE',
];

export interface Message {
  readonly rcode: Rcode;
  readonly answer: readonly Record[];
  readonly authority: readonly Record[];
  readonly additional: readonly Record[];
  readonly authoritative: boolean;
  readonly truncated: boolean;
  readonly recursionAvailable: boolean;
  /** As it was asked for, when absent. */
  readonly recursionDesired?: boolean;
  /** Why there is no better answer (RFC 8914): 15 Blocked, 17 Filtered. It comes in an OPT record of the server's own. */
  readonly extendedError?: number;
}

export const message = (rcode: Rcode, parts: Partial<Message> = {}): Message => ({
  rcode,
  answer: [],
  authority: [],
  additional: [],
  authoritative: false,
  truncated: false,
  recursionAvailable: false,
  ...parts,
});

export const addressRecord = (name: string, ip: string, ttl: number): Record => ({
  name,
  type: familyOf(ip) === 'IPv6' ? 'AAAA' : 'A',
  ttl,
  data: ip,
});

/** Which fields of a record's data are names. */
export const nameFields: { readonly [type: string]: readonly number[] } = {
  CNAME: [0],
  DNAME: [0],
  MX: [1],
  NS: [0],
  PTR: [0],
  SOA: [0, 1],
  SRV: [3],
};

/** The target of a record, which `rewrite` may change; undefined when it has none. */
export function targetOf({ type, data }: Record): string | undefined {
  const at = nameFields[type]?.[0];
  return at === undefined ? undefined : data.split(' ')[at];
}

export function withTarget(record: Record, target: string): Record {
  const at = nameFields[record.type]?.[0];
  return at === undefined
    ? record
    : {
        ...record,
        data: record.data
          .split(' ')
          .map((f, i) => (i === at ? target : f))
          .join(' '),
      };
}

/** Data with `change` made to each of its names. */
export function mapNames({ type, data }: Pick<Record, 'type' | 'data'>, change: (name: string) => string): string {
  const at = nameFields[type];
  return at
    ? data
        .split(' ')
        .map((f, i) => (at.includes(i) ? change(f) : f))
        .join(' ')
    : data;
}

/** Data without the final dots of its names. */
export const bareData = (record: Record): string => mapNames(record, withoutDot);

/** Bytes of a name as it is written in full; "\\." and "\\046" are one byte. */
const fullSize = (name: string): number => (name === '.' ? 1 : fqdn(name).replace(/\\(\d{3}|.)/g, '_').length + 1);

/** Bytes of a name; with `seen`, what has been written before is pointed at, where the field may do so. */
function nameSize(name: string, seen: Set<string> | undefined, mayPoint = true): number {
  if (!seen) return fullSize(name);
  const labels = labelsOf(name);
  for (let i = 0; i < labels.length; i++) {
    const rest = labels.slice(i).join('.');
    if (!seen.has(rest)) seen.add(rest);
    else return mayPoint ? fullSize(name) - fullSize(`${rest}.`) + 2 : fullSize(name);
  }
  return fullSize(name);
}

const fixedData: { readonly [type: string]: number } = { A: 4, AAAA: 16, MX: 2, SRV: 6, SOA: 20 };

/** The types whose names may be compressed (RFC 1035; SRV's target may not, but others may point at it). */
const compressed = new Set(['CNAME', 'MX', 'NS', 'PTR', 'SOA']);

function recordSize(record: Record, seen: Set<string> | undefined): number {
  const { type, data } = record;
  const head = nameSize(record.name, seen) + 10 + (fixedData[type] ?? 0);
  if (type === 'A' || type === 'AAAA') return head;
  const fields = data.split(' ');
  const names = nameFields[type];
  const inside = names
    ? names.reduce((sum, at) => sum + nameSize(fields[at] ?? '.', seen, compressed.has(type)), 0)
    : (data.match(/"(?:[^"\\]|\\.)*"|\S+/g) ?? []).reduce((sum, text) => sum + text.replace(/^"|"$/g, '').length + 1, 0);
  return head + inside;
}

const headSize = (question: string, seen: Set<string> | undefined): number => 12 + nameSize(question, seen) + 4;

const optSize = 11;
/** Ten bytes of client cookie are sent back as they came. */
export const cookieSize = 12;
const extendedErrorSize = 6;

/** Bytes of the OPT record that an answer has of its own. */
export const ownOptSize = (m: Message): number => (m.extendedError === undefined ? 0 : optSize + extendedErrorSize);

const optOf = (m: Message, edns: boolean): number => ownOptSize(m) || (edns ? optSize + cookieSize : 0);

export const questionSize = (question: string, edns: boolean): number => headSize(question, undefined) + (edns ? optSize + cookieSize : 0);

export function messageSize(question: string, m: Message, seen?: Set<string>): number {
  let size = headSize(question, seen);
  for (const section of [m.answer, m.authority, m.additional]) for (const r of section) size += recordSize(r, seen);
  return size;
}

export interface Fitted {
  readonly message: Message;
  readonly size: number;
}

/** The message as it leaves: uncompressed when it fits so, else compressed, else cut off. `edns`: the asker offered a buffer, and gets an OPT back. */
export function fitted(question: string, m: Message, limit: number, edns: boolean): Fitted {
  const opt = optOf(m, edns);
  const plain = messageSize(question, m) + opt;
  if (plain <= limit) return { message: m, size: plain };
  const seen = new Set<string>();
  let size = headSize(question, seen);
  const room = limit - opt;
  const take = (records: readonly Record[]): readonly Record[] => {
    const kept: Record[] = [];
    for (const r of records) {
      const next = size + recordSize(r, seen);
      if (next > room) {
        size = room;
        break;
      }
      size = next;
      kept.push(r);
    }
    return kept;
  };
  const answer = take(m.answer);
  const authority = size < room ? take(m.authority) : [];
  const additional = size < room ? take(m.additional) : [];
  const cut = answer.length < m.answer.length || authority.length < m.authority.length || additional.length < m.additional.length;
  const short = { ...m, answer, authority, additional, truncated: m.truncated || cut };
  return { message: short, size: messageSize(question, short, new Set()) + opt };
}
