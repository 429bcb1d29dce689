// curl's command line. Mirrors src/tool_getparam.c: which options there are, which take a value, and how errors are worded.
import { normalPath } from '../../files.js';
import type { Process } from '../../process.js';
import { known } from './known.js';

export interface Options {
  method: string | undefined;
  headers: [string, string][];
  /** Headers that are taken out: `-H 'Accept:'`. */
  without: Set<string>;
  data: string | undefined;
  json: boolean;
  get: boolean;
  upload: string | undefined;
  urls: string[];
  outputs: string[];
  createDirs: boolean;
  dump: string | undefined;
  silent: boolean;
  showError: boolean;
  verbose: boolean;
  include: boolean;
  head: boolean;
  fail: 'no' | 'early' | 'with body';
  failEarly: boolean;
  location: boolean;
  redirects: number;
  writeOut: string;
  maxTime: number | undefined;
  connectTimeout: number | undefined;
  retry: number;
  retryDelay: number | undefined;
  retryAll: boolean;
  retryRefused: boolean;
  agent: string;
  user: string | undefined;
  resolve: Map<string, string>;
  connectTo: [string, string][];
  /** How progress is shown when the body does not go to a terminal. */
  progress: 'meter' | 'bar' | 'none';
  globbing: boolean;
  asIs: boolean;
  insecure: boolean;
  authority: string | undefined;
  family: 4 | 6 | undefined;
  http: '1.0' | '1.1';
}

const defaults = (agent: string): Options => ({
  method: undefined,
  headers: [],
  without: new Set(),
  data: undefined,
  json: false,
  get: false,
  upload: undefined,
  urls: [],
  outputs: [],
  createDirs: false,
  dump: undefined,
  silent: false,
  showError: false,
  verbose: false,
  include: false,
  head: false,
  fail: 'no',
  failEarly: false,
  location: false,
  redirects: 50,
  writeOut: '',
  maxTime: undefined,
  connectTimeout: undefined,
  retry: 0,
  retryDelay: undefined,
  retryAll: false,
  retryRefused: false,
  agent,
  user: undefined,
  resolve: new Map(),
  connectTo: [],
  progress: 'meter',
  globbing: true,
  asIs: false,
  insecure: false,
  authority: undefined,
  family: undefined,
  http: '1.1',
});

/** What is wrong with the arguments: curl's own words, or ours for what is not simulated. */
class Wrong extends Error {
  constructor(
    message: string,
    readonly ours: boolean,
  ) {
    super(message);
  }
}

/** Undefined after saying what is wrong with the arguments. */
export function parseOptions(p: Process, agent: string): Options | undefined {
  const o = defaults(agent);
  try {
    read(p, o);
    return o;
  } catch (e) {
    if (!(e instanceof Wrong)) throw e;
    p.err(
      e.ours
        ? `kubelab: curl ${e.message} is not simulated\n`
        : `curl: ${e.message}\ncurl: try 'curl --help' or 'curl --manual' for more information\n`,
    );
    return undefined;
  }
}

function read(p: Process, o: Options): void {
  const args = p.argv.slice(1);
  let options = true;
  while (args.length > 0) {
    const arg = args.shift() as string;
    if (options && arg === '--') options = false;
    else if (!options || !arg.startsWith('-') || arg === '-') o.urls.push(arg);
    else if (arg.startsWith('--')) long(p, o, arg, args);
    else bundle(p, o, arg, args);
  }
}

/** Long options may be shortened while they stay unmistakable; a value follows as the next word. */
function long(p: Process, o: Options, arg: string, args: string[]): void {
  const name = arg.slice(2);
  const off = name.startsWith('no-') && !known.has(name) ? name.slice(3) : undefined;
  const wanted = off ?? name;
  const full = known.has(wanted)
    ? wanted
    : [...known].filter((k) => k.startsWith(wanted)).length === 1
      ? [...known].find((k) => k.startsWith(wanted))
      : undefined;
  if (wanted === '' || full === undefined) throw new Wrong(`option ${arg}: is unknown`, false);
  apply(p, o, full, arg, args, off !== undefined);
}

function bundle(p: Process, o: Options, arg: string, args: string[]): void {
  for (let i = 1; i < arg.length; i++) {
    const letter = arg[i] as string;
    const name = letters[letter];
    if (name === undefined) throw new Wrong(`option ${arg}: is unknown`, false);
    if (name in withValue || unsimulated.has(name)) {
      const rest = arg.slice(i + 1);
      apply(p, o, name, `-${letter}`, rest === '' ? args : [rest], false);
      return;
    }
    apply(p, o, name, `-${letter}`, args, false);
  }
}

function apply(p: Process, o: Options, name: string, shown: string, args: string[], off: boolean): void {
  const take = withValue[name];
  if (take) {
    const value = args.shift();
    if (value === undefined) throw new Wrong(`option ${shown}: requires parameter`, false);
    take(o, value, shown, p);
    return;
  }
  const flag = flags[name];
  if (!flag) {
    if (unsimulated.has(name) && args.length === 0) throw new Wrong(`option ${shown}: requires parameter`, false);
    throw new Wrong(shown, true);
  }
  flag(o, !off);
}

const number = (value: string, shown: string): number => {
  if (!/^\d*\.?\d+$|^\d+\.$/.test(value)) throw new Wrong(`option ${shown}: expected a proper numerical parameter`, false);
  return Number(value);
};

function fileOr(p: Process, value: string, stripLines: boolean): string {
  if (!value.startsWith('@')) return value;
  const path = value.slice(1);
  const text = path === '-' ? p.stdin : p.machine.files.read(normalPath(path, p.cwd));
  if (text === undefined) {
    if (!p.argv.some((a) => /^-[a-zA-Z]*s/.test(a) || a === '--silent'))
      p.err(`Warning: Couldn't read data from file "${path}", this makes an empty POST.\n`);
    return '';
  }
  return stripLines ? text.replace(/[\r\n\0]/g, '') : text;
}

const addData = (o: Options, text: string, separator = '&'): void => {
  o.data = o.data === undefined ? text : `${o.data}${separator}${text}`;
};

/** "x=a b" keeps the name and encodes the rest. */
function urlEncoded(p: Process, value: string): string {
  const at = value.search(/[=@]/);
  const name = at > 0 ? value.slice(0, at) : '';
  const content = at < 0 ? value : value[at] === '@' ? fileOr(p, value.slice(at), false) : value.slice(at + 1);
  const encoded = encodeURIComponent(content)
    .replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+');
  return name === '' ? encoded : `${name}=${encoded}`;
}

type Take = (o: Options, value: string, shown: string, p: Process) => void;

const withValue: Readonly<Record<string, Take>> = {
  'connect-timeout': (o, v, s) => (o.connectTimeout = number(v, s) * 1000),
  'connect-to': (o, v) => {
    const parts = v.match(/(\[[^\]]*\]|[^:]*)/g)?.filter((_, i, all) => i === 0 || all[i - 1] !== '') ?? [];
    const [host = '', port = '', toHost = '', toPort = ''] = v.includes('[') ? parts : v.split(':');
    o.connectTo.push([`${host}:${port}`, `${toHost}:${toPort}`]);
  },
  cookie: (o, v) => void o.headers.push(['Cookie', v]),
  data: (o, v, _s, p) => addData(o, fileOr(p, v, true)),
  'data-ascii': (o, v, _s, p) => addData(o, fileOr(p, v, true)),
  'data-binary': (o, v, _s, p) => addData(o, fileOr(p, v, false)),
  'data-raw': (o, v) => addData(o, v),
  'data-urlencode': (o, v, _s, p) => addData(o, urlEncoded(p, v)),
  'dump-header': (o, v) => (o.dump = v),
  header: (o, v, _s, p) => {
    for (const line of v.startsWith('@') ? fileOr(p, v, false).split('\n') : [v]) {
      const at = line.search(/[:;]/);
      if (at < 1) continue;
      const [name, value] = [line.slice(0, at), line.slice(at + 1).trim()];
      if (line[at] === ';' && value !== '') continue;
      if (line[at] === ':' && value === '') o.without.add(name.toLowerCase());
      else o.headers.push([name, value]);
    }
  },
  json: (o, v, _s, p) => {
    o.json = true;
    addData(o, fileOr(p, v, false), '');
  },
  cacert: (o, v) => (o.authority = v),
  interface: () => undefined,
  'limit-rate': () => undefined,
  'keepalive-time': () => undefined,
  'max-redirs': (o, v, s) => (o.redirects = number(v, s)),
  'max-time': (o, v, s) => (o.maxTime = number(v, s) * 1000),
  noproxy: () => undefined,
  output: (o, v) => void o.outputs.push(v),
  referer: (o, v) => void o.headers.push(['Referer', v]),
  request: (o, v) => (o.method = v),
  resolve: (o, v) => {
    const [, host = '', port = '', address = ''] = /^\+?([^:]*):([^:]*):(.*)$/.exec(v) ?? [];
    if (address === '') throw new Wrong(`Couldn't parse CURLOPT_RESOLVE entry '${v}'`, false);
    o.resolve.set(`${host.toLowerCase()}:${port}`, (address.split(',')[0] as string).replace(/^\[(.*)\]$/, '$1'));
  },
  retry: (o, v, s) => (o.retry = number(v, s)),
  'retry-delay': (o, v, s) => (o.retryDelay = number(v, s)),
  'retry-max-time': () => undefined,
  'speed-limit': () => undefined,
  'speed-time': () => undefined,
  'tls-max': () => undefined,
  'upload-file': (o, v) => (o.upload = v),
  url: (o, v) => void o.urls.push(v),
  user: (o, v) => (o.user = v),
  'user-agent': (o, v) => (o.agent = v),
  'write-out': (o, v, _s, p) => (o.writeOut = v.startsWith('@') ? (p.machine.files.read(normalPath(v.slice(1), p.cwd)) ?? '') : v),
};

const nothing = (): void => undefined;

const flags: Readonly<Record<string, (o: Options, on: boolean) => void>> = {
  compressed: (o) => void o.headers.push(['Accept-Encoding', 'deflate, gzip, br, zstd']),
  'create-dirs': (o, on) => (o.createDirs = on),
  disable: nothing,
  fail: (o, on) => (o.fail = on ? 'early' : 'no'),
  'fail-early': (o, on) => (o.failEarly = on),
  'fail-with-body': (o, on) => (o.fail = on ? 'with body' : 'no'),
  get: (o, on) => (o.get = on),
  globoff: (o, on) => (o.globbing = !on),
  head: (o, on) => (o.head = on),
  'http1.0': (o) => (o.http = '1.0'),
  'http1.1': nothing,
  include: (o, on) => (o.include = on),
  'show-headers': (o, on) => (o.include = on),
  insecure: (o, on) => (o.insecure = on),
  ipv4: (o) => (o.family = 4),
  ipv6: (o) => (o.family = 6),
  keepalive: nothing,
  location: (o, on) => (o.location = on),
  'location-trusted': (o, on) => (o.location = on),
  buffer: nothing,
  'no-buffer': nothing,
  'path-as-is': (o, on) => (o.asIs = on),
  'progress-bar': (o) => (o.progress = 'bar'),
  'progress-meter': (o, on) => (o.progress = on ? 'meter' : 'none'),
  'remote-name': (o) => void o.outputs.push(''),
  'remote-name-all': (o) => void o.outputs.push(''),
  'retry-all-errors': (o, on) => (o.retryAll = on),
  'retry-connrefused': (o, on) => (o.retryRefused = on),
  'show-error': (o, on) => (o.showError = on),
  silent: (o, on) => (o.silent = on),
  tlsv1: nothing,
  'tlsv1.0': nothing,
  'tlsv1.1': nothing,
  'tlsv1.2': nothing,
  'tlsv1.3': nothing,
  'tcp-nodelay': nothing,
  'tcp-fastopen': nothing,
  'styled-output': nothing,
  verbose: (o, on) => (o.verbose = on),
};

const letters: Readonly<Record<string, string>> = {
  '0': 'http1.0',
  '1': 'tlsv1',
  '4': 'ipv4',
  '6': 'ipv6',
  '#': 'progress-bar',
  A: 'user-agent',
  b: 'cookie',
  C: 'continue-at',
  c: 'cookie-jar',
  D: 'dump-header',
  d: 'data',
  E: 'cert',
  e: 'referer',
  F: 'form',
  f: 'fail',
  G: 'get',
  g: 'globoff',
  H: 'header',
  h: 'help',
  I: 'head',
  i: 'include',
  J: 'remote-header-name',
  j: 'junk-session-cookies',
  K: 'config',
  k: 'insecure',
  L: 'location',
  l: 'list-only',
  M: 'manual',
  m: 'max-time',
  N: 'no-buffer',
  n: 'netrc',
  O: 'remote-name',
  o: 'output',
  P: 'ftp-port',
  p: 'proxytunnel',
  Q: 'quote',
  q: 'disable',
  R: 'remote-time',
  r: 'range',
  S: 'show-error',
  s: 'silent',
  T: 'upload-file',
  t: 'telnet-option',
  U: 'proxy-user',
  u: 'user',
  V: 'version',
  v: 'verbose',
  w: 'write-out',
  X: 'request',
  x: 'proxy',
  Y: 'speed-limit',
  y: 'speed-time',
  Z: 'parallel',
  z: 'time-cond',
};

/** Of those that are not simulated, the ones that would take a value. */
const unsimulated = new Set([
  'continue-at',
  'cookie-jar',
  'cert',
  'form',
  'config',
  'ftp-port',
  'quote',
  'range',
  'telnet-option',
  'proxy-user',
  'proxy',
  'time-cond',
]);
