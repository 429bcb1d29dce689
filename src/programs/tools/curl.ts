// curl: requests over HTTP, its texts and exit codes. Mirrors curl 8 (texts of libcurl's lib/strerror.c and tool_progress).
import { FileError, normalPath } from '../files.js';
import type { Process, Program } from '../process.js';
import type { HttpRequest, Reply } from '../wire.js';
import { type Options, parseOptions } from './curl-options.js';

const reasons: Record<number, string> = { 3: 'URL rejected: Malformed input to a URL function' };

export const curl: Program = (p) => {
  if (p.argv.length === 1) {
    p.err("curl: try 'curl --help' or 'curl --manual' for more information\n");
    return 2;
  }
  if (p.argv[1] === '--version' || p.argv[1] === '-V') {
    p.out(`curl ${version(p)} (x86_64-pc-linux-gnu) libcurl/${version(p)}\n`);
    return 0;
  }
  const o = parseOptions(p);
  if (!o) return 2;
  if (o.urls.length === 0) {
    p.err(`curl: (2) no URL specified\ncurl: try 'curl --help' or 'curl --manual' for more information\n`);
    return 2;
  }
  return o.urls.reduce((_, url, i) => transfer(p, o, url, o.outputs[i]), 0);
};

export const version = (p: Process): string =>
  p.machine.host.image.repository.endsWith('curlimages/curl') ? p.machine.host.image.version : '8.14.1';

const header =
  '  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current\n                                 Dload  Upload   Total   Spent    Left  Speed\n';
const meter = (received: number, spent = '--:--:--'): string =>
  received === 0
    ? `\r  0     0    0     0    0     0      0      0 --:--:-- ${spent} --:--:--     0`
    : `\r100 ${String(received).padStart(5)}  100 ${String(received).padStart(5)}    0     0   ${rate(received)}      0 --:--:-- --:--:-- --:--:--  ${rate(received)}`;
const rate = (bytes: number): string => `${Math.max(1, Math.round(bytes * 1.1))}k`.slice(0, 5).padStart(4);

interface Url {
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly scheme: string;
  /** As the Host header has it. */
  readonly authority: string;
}

function parseUrl(text: string): Url | undefined {
  const match = /^(?:([a-z][a-z0-9+.-]*):\/\/)?(?:[^@/]*@)?(\[[^\]]*\]|[^:/?#]*)(?::(\d*))?([/?#][^]*)?$/i.exec(text);
  if (!match || match[2] === '' || /\s/.test(text)) return undefined;
  const scheme = (match[1] ?? 'http').toLowerCase();
  const port = match[3] ? Number(match[3]) : scheme === 'https' ? 443 : 80;
  const path = (match[4] ?? '/').replace(/#.*$/, '');
  const host = match[2] as string;
  return {
    scheme,
    host,
    port,
    path: path.startsWith('/') ? path : `/${path}`,
    authority: match[3] && port !== (scheme === 'https' ? 443 : 80) ? `${host}:${port}` : host,
  };
}

function transfer(p: Process, o: Options, text: string, output: string | undefined): number {
  const url = parseUrl(text);
  // Nothing is seen on a terminal but the body; otherwise the meter goes to stderr.
  const metered = !o.silent && !o.noProgress && (!p.tty || output !== undefined);
  const fail = (code: number, message: string, meterDone = ''): number => {
    if (metered && meterDone !== '') p.err(meterDone);
    if (!o.silent || o.showError) p.err(`curl: (${code}) ${message}\n`);
    writeOut(p, o, undefined, url, '', code);
    return code;
  };
  if (!url) return fail(3, reasons[3] as string);
  if (url.scheme !== 'http' && url.scheme !== 'https') return fail(1, `Protocol "${url.scheme}" not supported`);
  if (metered) p.err(header);
  const begin = metered ? meter(0) : '';
  const looked = o.resolve.get(`${url.host}:${url.port}`);
  const found = looked ? { addresses: [looked], name: url.host } : p.machine.ask(() => p.machine.host.wire.lookup(url.host));
  const ip = found.addresses[0];
  if (ip === undefined) {
    if ('error' in found && found.error === 'again') {
      const wait = Math.min(o.maxTime ?? Number.POSITIVE_INFINITY, o.connectTimeout ?? Number.POSITIVE_INFINITY, 20_000);
      p.machine.sleep(wait);
      if (wait < 20_000) return fail(28, `Resolving timed out after ${wait + 1} milliseconds`, begin);
    }
    if (o.verbose) p.err(`* Could not resolve host: ${url.host}\n`);
    return fail(6, `Could not resolve host: ${url.host}`, begin);
  }
  const request: HttpRequest = {
    method: o.method ?? (o.head ? 'HEAD' : o.data !== undefined ? 'POST' : 'GET'),
    path: url.path,
    host: o.headers.find(([k]) => k.toLowerCase() === 'host')?.[1] ?? url.authority,
    headers: [
      ...(o.agent === undefined
        ? [['User-Agent', `curl/${version(p)}`] as [string, string]]
        : [['User-Agent', o.agent] as [string, string]]),
      ['Accept', '*/*'],
      ...o.headers.filter(([k]) => k.toLowerCase() !== 'host'),
      ...(o.data === undefined
        ? []
        : ([
            ['Content-Length', String(Buffer.byteLength(o.data))],
            ['Content-Type', 'application/x-www-form-urlencoded'],
          ] as [string, string][])),
    ],
    body: o.data ?? '',
  };
  if (o.verbose) p.err(`*   Trying ${ip}:${url.port}...\n`);
  const port = url.port;
  const got = p.machine.ask(() => p.machine.host.wire.connect(ip, port, 'TCP', request));
  const refusedWords = version(p).startsWith('7') ? "Couldn't connect to server" : 'Could not connect to server';
  if (got.outcome === 'timeout') {
    const limit = Math.min(o.maxTime ?? Number.POSITIVE_INFINITY, o.connectTimeout ?? Number.POSITIVE_INFINITY, 130_000);
    p.machine.sleep(limit);
    const ticks = metered
      ? begin +
        Array.from({ length: Math.min(Math.floor(limit / 1000), 300) }, (_, i) =>
          meter(0, `0:${String(Math.floor((i + 1) / 60)).padStart(2, '0')}:${String((i + 1) % 60).padStart(2, '0')}`.padStart(8)),
        ).join('') +
        '\n'
      : '';
    const byMax = o.maxTime !== undefined && limit === o.maxTime;
    if (!byMax && o.connectTimeout === undefined)
      return fail(28, `Failed to connect to ${url.host} port ${port} after ${limit + 1} ms: ${refusedWords}`, ticks);
    return fail(
      28,
      byMax
        ? `Connection timed out after ${limit + 1} milliseconds`
        : `Failed to connect to ${url.host} port ${port} after ${limit + 1} ms: Timeout was reached`,
      ticks,
    );
  }
  if (got.outcome !== 'ok') {
    const why = got.outcome === 'unreachable' ? 'No route to host' : 'Connection refused';
    if (o.verbose)
      p.err(
        `* connect to ${ip} port ${port} from ${p.machine.host.wire.ip} port 40000 failed: ${why}\n* Failed to connect to ${url.host} port ${port} after 0 ms: ${refusedWords}\n* closing connection #0\n`,
      );
    return fail(
      7,
      `Failed to connect to ${url.host} port ${port} after 0 ms: ${refusedWords}`,
      `${begin}${metered ? `${meter(0)}\n` : ''}`,
    );
  }
  if (o.verbose) p.err(`* Connected to ${url.host} (${ip}) port ${port}${version(p).startsWith('7') ? ' (#0)' : ''}\n`);
  if (url.scheme === 'https') return fail(35, 'TLS connect error: error:0A00010B:SSL routines::wrong version number', begin);
  if (o.verbose)
    p.err(
      `> ${request.method} ${url.path} HTTP/1.1\r\n> Host: ${request.host}\r\n${request.headers.map(([k, v]) => `> ${k}: ${v}\r\n`).join('')}> \r\n`,
    );
  if (!got.reply) return got.raw ? fail(1, 'Received HTTP/0.9 when not allowed', begin) : fail(52, 'Empty reply from server', begin);
  return deliver(p, o, url, got.reply, output, begin);
}

function deliver(p: Process, o: Options, url: Url, reply: Reply, output: string | undefined, begin: string): number {
  const location = reply.headers.find(([k]) => k.toLowerCase() === 'location')?.[1];
  if (o.location && reply.status >= 300 && reply.status < 400 && location)
    return transfer(p, o, location.startsWith('/') ? `${url.scheme}://${url.authority}${location}` : location, output);
  const status = `HTTP/1.1 ${reply.status} ${reply.reason}\r\n`;
  const headers = reply.headers.map(([k, v]) => `${k}: ${v}\r\n`).join('');
  if (o.verbose) p.err(`< ${status}${reply.headers.map(([k, v]) => `< ${k}: ${v}\r\n`).join('')}< \r\n`);
  const failed = o.fail && reply.status >= 400;
  const body = o.head || failed ? '' : reply.body;
  const text = `${o.include || o.head ? `${status}${headers}\r\n` : ''}${body}`;
  const metered = begin !== '';
  if (metered) p.err(`${begin}${meter(Buffer.byteLength(body))}\n`);
  if (output === undefined || output === '-') p.out(text);
  else {
    try {
      p.machine.files.write(normalPath(output || (url.path.split('/').at(-1) ?? 'index.html'), p.cwd), text, false, p.machine.now);
    } catch (e) {
      if (!(e instanceof FileError)) throw e;
      if (!o.silent || o.showError) p.err(`curl: (23) Failure writing output to destination\n`);
      return 23;
    }
  }
  if (o.verbose && body !== '' && (output !== undefined || !p.tty)) p.err(`{ [${Buffer.byteLength(body)} bytes data]\n`);
  if (o.verbose) p.err(`* Connection #0 to host ${url.host} left intact\n`);
  if (failed) {
    if (!o.silent || o.showError) p.err(`curl: (22) The requested URL returned error: ${reply.status}\n`);
    writeOut(p, o, reply, url, body, 22);
    return 22;
  }
  writeOut(p, o, reply, url, body, 0);
  return 0;
}

function writeOut(p: Process, o: Options, reply: Reply | undefined, url: Url | undefined, body: string, code: number): void {
  if (o.writeOut === '') return;
  const values: Record<string, string> = {
    http_code: reply ? String(reply.status) : '000',
    response_code: reply ? String(reply.status) : '000',
    size_download: String(Buffer.byteLength(body)),
    time_total: '0.000500',
    time_connect: '0.000200',
    time_namelookup: '0.000100',
    exitcode: String(code),
    url_effective: url ? `${url.scheme}://${url.authority}${url.path}` : '',
    content_type: reply?.headers.find(([k]) => k.toLowerCase() === 'content-type')?.[1] ?? '',
  };
  p.out(
    o.writeOut
      .replace(/%\{(\w+)\}/g, (_, name: string) => values[name] ?? '')
      .replaceAll('\\n', '\n')
      .replaceAll('\\t', '\t')
      .replaceAll('\\r', '\r'),
  );
}
