// wget: the command line, which BusyBox's applet and GNU's program share for the most part.
import { isInstalled } from '../../image.js';
import type { Process, Program } from '../../process.js';
import { isBusybox } from '../arguments.js';
import { busyboxWget } from './busybox.js';
import { gnuWget } from './gnu.js';
import type { Wanted } from './wanted.js';

type Take = (w: Wanted, value: string, p: Process) => void;

const seconds: Take = (w, v) => (w.timeout = Number(v) > 0 ? Number(v) * 1000 : undefined);
const addHeader: Take = (w, v) => void w.headers.push([v.slice(0, v.indexOf(':')), v.slice(v.indexOf(':') + 1).trim()]);
const nothing = (): void => undefined;

/** Options with a value, of both. */
const taking: Readonly<Record<string, Take>> = {
  O: (w, v) => (w.output = v),
  P: (w, v) => (w.folder = v),
  T: seconds,
  U: (w, v) => (w.agent = v),
  t: (w, v) => (w.tries = v === 'inf' ? 0 : Number(v)),
  Y: nothing,
  o: nothing,
  header: addHeader,
  'post-data': (w, v) => (w.body = v),
  'post-file': (w, v, p) => (w.body = p.machine.files.read(v.startsWith('/') ? v : `${p.cwd}/${v}`) ?? ''),
};

/** Those of GNU only. */
const takingGnu: Readonly<Record<string, Take>> = {
  'max-redirect': (w, v) => (w.redirects = Number(v)),
  method: (w, v) => (w.method = v),
  'body-data': (w, v) => (w.body = v),
  waitretry: nothing,
  'ca-certificate': (w) => (w.unchecked = true),
  w: nothing,
};

const long: Readonly<Record<string, string>> = {
  quiet: 'q',
  'output-document': 'O',
  timeout: 'T',
  'connect-timeout': 'T',
  'read-timeout': 'T',
  'dns-timeout': 'T',
  tries: 't',
  'server-response': 'S',
  'user-agent': 'U',
  'directory-prefix': 'P',
  continue: 'c',
  proxy: 'Y',
  'output-file': 'o',
  'no-verbose': 'nv',
  wait: 'w',
  'inet4-only': '4',
};

const flags: Readonly<Record<string, (w: Wanted) => void>> = {
  q: (w) => (w.quiet = true),
  S: (w) => (w.showHeaders = true),
  c: (w) => (w.resume = true),
  spider: (w) => (w.spider = true),
  'no-check-certificate': (w) => (w.unchecked = true),
};

const flagsGnu: Readonly<Record<string, (w: Wanted) => void>> = {
  nv: (w) => (w.terse = true),
  '4': nothing,
  'no-proxy': nothing,
  'no-cache': nothing,
  'no-dns-cache': nothing,
  'no-http-keep-alive': nothing,
  'retry-connrefused': nothing,
  'show-progress': nothing,
  'no-hsts': nothing,
  'content-on-error': nothing,
};

export const wget: Program = (p) => {
  const busy = isBusybox(p) && !isInstalled(p.machine.host.image, 'wget');
  const w: Wanted = {
    urls: [],
    quiet: false,
    terse: false,
    output: undefined,
    folder: '',
    spider: false,
    showHeaders: false,
    resume: false,
    headers: [],
    body: undefined,
    method: undefined,
    agent: undefined,
    timeout: undefined,
    tries: 20,
    unchecked: false,
    redirects: 20,
  };
  const values = busy ? taking : { ...taking, ...takingGnu };
  const switches = busy ? flags : { ...flags, ...flagsGnu };
  const args = p.argv.slice(1);
  while (args.length > 0) {
    const arg = args.shift() as string;
    if (!arg.startsWith('-') || arg === '-') {
      w.urls.push(arg);
      continue;
    }
    const problem = arg.startsWith('--') ? longOption(p, w, arg, args, values, switches) : letters(p, w, arg, args, values, switches);
    if (problem === undefined) continue;
    if (problem.real) return usage(p, busy, problem.text);
    p.err(`kubelab: wget ${problem.text} is not simulated\n`);
    return 127;
  }
  if (w.urls.length === 0) return usage(p, busy, busy ? '' : 'missing URL');
  return busy ? busyboxWget(p, w) : gnuWget(p, w);
};

interface Problem {
  readonly text: string;
  readonly real: boolean;
}

type Values = Readonly<Record<string, Take>>;
type Switches = Readonly<Record<string, (w: Wanted) => void>>;

function longOption(p: Process, w: Wanted, arg: string, args: string[], values: Values, switches: Switches): Problem | undefined {
  const at = arg.indexOf('=');
  const name = at < 0 ? arg.slice(2) : arg.slice(2, at);
  const key = long[name] ?? name;
  const take = values[key];
  if (take) {
    const value = at < 0 ? args.shift() : arg.slice(at + 1);
    if (value === undefined) return { text: `option '--${name}' requires an argument`, real: true };
    take(w, value, p);
    return undefined;
  }
  const act = switches[key];
  if (act) act(w);
  else if (
    /^(recursive|mirror|page-requisites|limit-rate|user|password|http-user|http-password|compression|content-disposition|no-clobber|background|input-file|certificate|private-key|load-cookies|save-cookies|referer|progress|timestamping)$/.test(
      name,
    )
  )
    return { text: arg, real: false };
  else return { text: `unrecognized option '--${name}'`, real: true };
  return undefined;
}

function letters(p: Process, w: Wanted, arg: string, args: string[], values: Values, switches: Switches): Problem | undefined {
  if (arg === '-nv') {
    if (!switches.nv) return { text: '-nv', real: false };
    switches.nv(w);
    return undefined;
  }
  for (let i = 1; i < arg.length; i++) {
    const letter = arg[i] as string;
    const take = values[letter];
    if (take) {
      const value = arg.slice(i + 1) || args.shift();
      if (value === undefined) return { text: `option requires an argument -- '${letter}'`, real: true };
      take(w, value, p);
      return undefined;
    }
    const act = switches[letter];
    if (!act)
      return /[rmpkNxnbiEHKLABDXIldev]/.test(letter)
        ? { text: `-${letter}`, real: false }
        : { text: `invalid option -- '${letter}'`, real: true };
    act(w);
  }
  return undefined;
}

function usage(p: Process, busy: boolean, problem: string): number {
  const first = problem === '' ? '' : `wget: ${problem}\n`;
  if (busy) {
    p.err(
      `${first}BusyBox v${p.machine.host.image.version || '1.36.1'} multi-call binary.\n\nUsage: wget [-cqS] [--spider] [-O FILE] [-o LOGFILE] [--header STR]\n\t[--post-data STR | --post-file FILE] [-Y on/off]\n\t[--no-check-certificate] [-P DIR] [-U AGENT] [-T SEC] URL...\n`,
    );
    return 1;
  }
  p.err(`${first}Usage: wget [OPTION]... [URL]...\n\nTry \`wget --help' for more options.\n`);
  return problem === 'missing URL' ? 1 : 2;
}
