// curl's command line. Mirrors tool_getparam.c.
import type { Process } from '../process.js';

export interface Options {
  method?: string;
  headers: [string, string][];
  data?: string;
  urls: string[];
  outputs: (string | undefined)[];
  silent: boolean;
  showError: boolean;
  verbose: boolean;
  include: boolean;
  head: boolean;
  fail: boolean;
  location: boolean;
  writeOut: string;
  maxTime: number | undefined;
  connectTimeout: number | undefined;
  retry: number;
  agent: string | undefined;
  resolve: Map<string, string>;
  noProgress: boolean;
}

const withValue = new Set([
  '-o',
  '--output',
  '-w',
  '--write-out',
  '-H',
  '--header',
  '-X',
  '--request',
  '-d',
  '--data',
  '--data-raw',
  '--data-binary',
  '--data-urlencode',
  '-m',
  '--max-time',
  '--connect-timeout',
  '--resolve',
  '-A',
  '--user-agent',
  '-u',
  '--user',
  '--retry',
  '--retry-delay',
  '-e',
  '--referer',
  '-b',
  '--cookie',
  '--interface',
  '-x',
  '--proxy',
  '--cacert',
  '--cert',
  '--key',
]);
const short = 'sSvIifLkgOfGN46#a';

/** Undefined after saying what is wrong with the arguments. */
export function parseOptions(p: Process): Options | undefined {
  const o: Options = {
    headers: [],
    urls: [],
    outputs: [],
    silent: false,
    showError: false,
    verbose: false,
    include: false,
    head: false,
    fail: false,
    location: false,
    writeOut: '',
    maxTime: undefined,
    connectTimeout: undefined,
    retry: 0,
    agent: undefined,
    resolve: new Map(),
    noProgress: false,
  };
  const args = p.argv.slice(1);
  const bundles: string[] = [];
  while (args.length > 0) {
    const arg = args.shift() as string;
    if (!arg.startsWith('-') || arg === '-') {
      o.urls.push(arg);
      continue;
    }
    if (arg.startsWith('--')) {
      const [name = '', ...rest] = arg.split('=');
      bundles.push(name);
      if (withValue.has(name)) {
        const value = rest.length > 0 ? rest.join('=') : args.shift();
        if (!option(o, name, value))
          return usage(
            p,
            value === undefined ? `option ${name}: requires parameter` : `option ${name}: is not simulated`,
            value === undefined,
          );
      } else if (!flag(o, name)) return usage(p, `option ${arg}: is unknown`, true);
      continue;
    }
    for (let i = 1; i < arg.length; i++) {
      const name = `-${arg[i]}`;
      if (withValue.has(name)) {
        const value = arg.slice(i + 1) || args.shift();
        if (!option(o, name, value))
          return usage(
            p,
            value === undefined ? `option ${name}: requires parameter` : `option ${name}: is not simulated`,
            value === undefined,
          );
        break;
      }
      if (!short.includes(arg[i] as string) || !flag(o, name)) return usage(p, `option ${arg}: is unknown`, true);
    }
  }
  return o;
}

function usage(p: Process, what: string, real: boolean): undefined {
  p.err(real ? `curl: ${what}\ncurl: try 'curl --help' or 'curl --manual' for more information\n` : `kubelab: curl ${what}\n`);
  return undefined;
}

function option(o: Options, name: string, value: string | undefined): boolean {
  if (value === undefined) return false;
  switch (name) {
    case '-o':
    case '--output':
      o.outputs.push(value);
      return true;
    case '-w':
    case '--write-out':
      o.writeOut = value;
      return true;
    case '-H':
    case '--header': {
      const colon = value.indexOf(':');
      if (colon > 0) o.headers.push([value.slice(0, colon), value.slice(colon + 1).trim()]);
      return true;
    }
    case '-X':
    case '--request':
      o.method = value;
      return true;
    case '-d':
    case '--data':
    case '--data-raw':
    case '--data-binary':
    case '--data-urlencode':
      o.data = o.data === undefined ? value : `${o.data}&${value}`;
      return true;
    case '-m':
    case '--max-time':
      o.maxTime = Number(value) * 1000;
      return true;
    case '--connect-timeout':
      o.connectTimeout = Number(value) * 1000;
      return true;
    case '--retry':
      o.retry = Number(value);
      return true;
    case '--retry-delay':
      return true;
    case '-A':
    case '--user-agent':
      o.agent = value;
      return true;
    case '-u':
    case '--user':
      o.headers.push(['Authorization', `Basic ${Buffer.from(value).toString('base64')}`]);
      return true;
    case '-e':
    case '--referer':
      o.headers.push(['Referer', value]);
      return true;
    case '-b':
    case '--cookie':
      o.headers.push(['Cookie', value]);
      return true;
    case '--resolve': {
      const [host = '', port = '', ip = ''] = value.split(':');
      o.resolve.set(`${host}:${port}`, ip);
      return true;
    }
    default:
      return false;
  }
}

function flag(o: Options, name: string): boolean {
  const set: Record<string, () => void> = {
    '-s': () => (o.silent = true),
    '-S': () => (o.showError = true),
    '-v': () => (o.verbose = true),
    '-I': () => (o.head = true),
    '-i': () => (o.include = true),
    '-f': () => (o.fail = true),
    '-L': () => (o.location = true),
    '-k': () => undefined,
    '-g': () => undefined,
    '-N': () => undefined,
    '-4': () => undefined,
    '-O': () => o.outputs.push(''),
    '--no-progress-meter': () => (o.noProgress = true),
  };
  const long: Record<string, string> = {
    '--silent': '-s',
    '--show-error': '-S',
    '--verbose': '-v',
    '--head': '-I',
    '--include': '-i',
    '--fail': '-f',
    '--location': '-L',
    '--insecure': '-k',
    '--globoff': '-g',
    '--no-buffer': '-N',
    '--ipv4': '-4',
    '--remote-name': '-O',
  };
  const action = set[long[name] ?? name];
  action?.();
  return action !== undefined;
}
