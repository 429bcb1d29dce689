// dig's command line: servers, names, types and +options, each for one name or, before the first, for all. Mirrors bind9/bin/dig/dig.c (parse_args).
import { isIP } from 'node:net';

export interface Lookup {
  readonly name: string;
  readonly type: string;
  readonly class: string;
  readonly show: Show;
  readonly ask: How;
}

export interface Show {
  readonly cmd: boolean;
  readonly comments: boolean;
  readonly question: boolean;
  readonly answer: boolean;
  readonly authority: boolean;
  readonly additional: boolean;
  readonly stats: boolean;
  readonly short: boolean;
  readonly identify: boolean;
  readonly ttl: boolean;
  readonly class: boolean;
  readonly multiline: boolean;
}

export interface How {
  readonly server?: string;
  readonly port: number;
  /** undefined: UDP, but TCP for ANY. */
  readonly tcp?: boolean;
  readonly ignoreTruncation: boolean;
  readonly edns: boolean;
  readonly cookie: boolean;
  readonly bufferSize?: number;
  readonly recursion: boolean;
  readonly class: string;
  readonly search: boolean;
  readonly ndots?: number;
  readonly seconds: number;
  readonly tries: number;
}

/** What dig says and ends with instead of asking. */
export interface Refusal {
  readonly text: string;
  readonly code: number;
}

const show: Show = {
  cmd: true,
  comments: true,
  question: true,
  answer: true,
  authority: true,
  additional: true,
  stats: true,
  short: false,
  identify: false,
  ttl: true,
  class: true,
  multiline: false,
};

const how: How = {
  port: 53,
  ignoreTruncation: false,
  edns: true,
  cookie: true,
  recursion: true,
  class: 'IN',
  search: false,
  seconds: 5,
  tries: 3,
};

const types = new Set(
  'A AAAA ANY AXFR CAA CNAME DNAME DNSKEY DS HINFO HTTPS IXFR LOC MX NAPTR NS NSEC PTR RRSIG SOA SPF SRV SSHFP SVCB TLSA TXT'.split(' '),
);

/** 10.0.0.1 -> 1.0.0.10.in-addr.arpa. */
export function reverseName(ip: string): string {
  if (isIP(ip) === 4) return `${ip.split('.').reverse().join('.')}.in-addr.arpa.`;
  const [left = '', right = ''] = ip.split('::');
  const parts = (side: string): string[] => (side === '' ? [] : side.split(':'));
  const zeros = Array<string>(8 - parts(left).length - parts(right).length).fill('0');
  const nibbles = [...parts(left), ...(ip.includes('::') ? zeros : []), ...parts(right)].map((p) => p.padStart(4, '0')).join('');
  return `${[...nibbles].reverse().join('.')}.ip6.arpa.`;
}

/** Classes by their names. */
const classes: ReadonlyMap<string, string> = new Map([
  ['IN', 'IN'],
  ['CH', 'CH'],
  ['CHAOS', 'CH'],
  ['HS', 'HS'],
  ['HESIOD', 'HS'],
  ['ANY', 'ANY'],
  ['NONE', 'NONE'],
]);

interface State {
  show: Show;
  how: How;
  type: string | undefined;
  class: string | undefined;
}

interface Draft extends State {
  name: string;
}

const usage =
  'Usage:  dig [@global-server] [domain] [q-type] [q-class] {q-opt}\n            {global-d-opt} host [@local-server] {local-d-opt}\n            [ host [@local-server] {local-d-opt} [...]]\n\nUse "dig -h" (or "dig -h | more") for complete list of options\n';

export function lookupsOf(argv: readonly string[]): readonly Lookup[] | Refusal {
  const args = argv.slice(1);
  const common: State = { show, how, type: undefined, class: undefined };
  const drafts: Draft[] = [];
  const current = (): State => drafts.at(-1) ?? common;
  const add = (name: string, type?: string): void => {
    const waiting = drafts.length === 0 ? common.type : undefined;
    drafts.push({
      show: common.show,
      how: drafts.at(-1)?.how.server ? { ...common.how, server: drafts.at(-1)?.how.server as string } : common.how,
      type: type ?? waiting,
      class: drafts.length === 0 ? common.class : undefined,
      name,
    });
  };
  while (args.length > 0) {
    const arg = args.shift() as string;
    if (arg.startsWith('@')) current().how = { ...current().how, server: arg.slice(1) };
    else if (arg.startsWith('+')) {
      const refused = plus(current(), arg.slice(1));
      if (refused) return refused;
    } else if (arg.startsWith('-') && arg.length > 1) {
      const refused = dash(arg, args, current(), add);
      if (refused) return refused;
    } else if (types.has(arg.toUpperCase()) || /^TYPE\d+$/i.test(arg)) current().type = arg.toUpperCase();
    else if (classes.has(arg.toUpperCase())) current().class = classes.get(arg.toUpperCase());
    else add(arg);
  }
  if (drafts.length === 0) {
    add('.', common.type ?? 'NS');
  }
  return drafts.map(({ name, type = 'A', class: ofClass = 'IN', show: shown, how: asked }) => ({
    name,
    type,
    class: ofClass,
    show: shown,
    ask: { ...asked, class: ofClass },
  }));
}

/** -x ADDRESS, -t TYPE ... */
function dash(arg: string, args: string[], state: State, add: (name: string, type?: string) => void): Refusal | undefined {
  const letter = arg[1] as string;
  if ('46mriu'.includes(letter)) return undefined;
  if (letter === 'h') return { text: usage, code: 0 };
  if (letter === 'v') return { text: 'version', code: 0 };
  const value = arg.length > 2 ? arg.slice(2) : args.shift();
  if (value === undefined || !'xtpqcb'.includes(letter))
    return 'fkyT'.includes(letter)
      ? { text: `kubelab: dig -${letter} is not simulated\n`, code: 127 }
      : { text: `Invalid option: ${arg}\n${usage}`, code: 1 };
  switch (letter) {
    case 'x':
      if (isIP(value) === 0) return { text: `dig: invalid IP address ${value}\n`, code: 10 };
      add(reverseName(value), 'PTR');
      return undefined;
    case 't':
      state.type = value.toUpperCase();
      return undefined;
    case 'q':
      add(value);
      return undefined;
    case 'p':
      if (!/^\d+$/.test(value)) return { text: `dig: Couldn't parse port number '${value}'\n`, code: 10 };
      state.how = { ...state.how, port: Number(value) };
      return undefined;
    case 'c':
      if (!classes.has(value.toUpperCase())) return { text: `;; Warning, ignoring invalid class ${value}\n`, code: 1 };
      state.class = classes.get(value.toUpperCase());
      return undefined;
    default:
      return undefined;
  }
}

const notSimulated = new Set([
  'trace',
  'yaml',
  'nssearch',
  'tls',
  'https',
  'http-plain',
  'qr',
  'mapped',
  'subnet',
  'ednsopt',
  'rrcomments',
  'ttlunits',
  'crypto',
  'nsid',
  'split',
]);
const withoutEffect = new Set([
  'dnssec',
  'do',
  'adflag',
  'cdflag',
  'aaonly',
  'aaflag',
  'besteffort',
  'fail',
  'keepopen',
  'sigchase',
  'dns64prefix',
  'zflag',
  'badcookie',
  'defname',
  'onesoa',
  'expire',
  'keepalive',
  'padding',
  'raflag',
  'tcflag',
  'opcode',
  'unexpected',
  'unknownformat',
  'idnin',
  'idnout',
  'showsearch',
  'showbadcookie',
  'showbadvers',
  'header-only',
  'ednsflags',
  'ednsnegotiation',
  'proxy',
]);

/** Each option may be said by its beginning; those that turn something on or off. */
const shown: { readonly [option: string]: keyof Show } = {
  cmd: 'cmd',
  comments: 'comments',
  question: 'question',
  answer: 'answer',
  authority: 'authority',
  additional: 'additional',
  stats: 'stats',
  short: 'short',
  identify: 'identify',
  ttlid: 'ttl',
  class: 'class',
  multiline: 'multiline',
};

function plus(state: State, text: string): Refusal | undefined {
  const [, no = '', option = '', , value = ''] = /^(no)?([^=]*)(=(.*))?$/s.exec(text) ?? [];
  const on = no === '';
  const number = (): number => Number(value);
  const set = (change: Partial<How>): undefined => {
    state.how = { ...state.how, ...change };
  };
  const field = shown[option];
  if (field) {
    state.show = { ...state.show, [field]: on };
    return undefined;
  }
  switch (option) {
    case 'all':
      state.show = { ...state.show, cmd: on, comments: on, question: on, answer: on, authority: on, additional: on, stats: on };
      return undefined;
    case 'tcp':
    case 'vc':
      return set({ tcp: on });
    case 'ignore':
      return set({ ignoreTruncation: on });
    case 'edns':
      return set({ edns: on });
    case 'cookie':
    case 'sit':
      return set({ cookie: on });
    case 'bufsize':
      return set({ bufferSize: number(), edns: true });
    case 'recurse':
    case 'rdflag':
      return set({ recursion: on });
    case 'search':
      return set({ search: on });
    case 'ndots':
      return set({ ndots: number() });
    case 'time':
    case 'timeout':
      return set({ seconds: Math.max(1, number()) });
    case 'tries':
      return set({ tries: Math.max(1, number()) });
    case 'retry':
      return set({ tries: number() + 1 });
    default:
      if (notSimulated.has(option)) return { text: `kubelab: dig +${text} is not simulated\n`, code: 127 };
      return withoutEffect.has(option) ? undefined : { text: `Invalid option: +${text}\n${usage}`, code: 1 };
  }
}
