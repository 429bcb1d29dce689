// wget, as BusyBox and as GNU print it.
import { FileError, normalPath } from '../files.js';
import type { Process, Program } from '../process.js';
import type { Exchange, Reply } from '../wire.js';
import { flags, isBusybox, refuse } from './arguments.js';
import { strftime } from './system.js';

export const wget: Program = (p) => {
  const f = flags(p.argv, 'qO:ST:t:ncP:U:4xH:D:k', {
    quiet: 'q',
    'output-document': 'O',
    timeout: 'T',
    tries: 't',
    spider: 'x',
    header: 'H',
    'post-data': 'D',
    'server-response': 'S',
    'no-check-certificate': 'k',
    'user-agent': 'U',
    'connect-timeout': 'T',
  });
  const args = longOnly(p.argv);
  if (f.unknown) return refuse(p, f.unknown);
  const [text] = f.rest.filter((r) => !args.values.has(r));
  if (text === undefined) {
    p.err(
      isBusybox(p)
        ? 'BusyBox v1.36.1 (2024-06-10 07:11:47 UTC) multi-call binary.\n\nUsage: wget [-cqS] [--spider] [-O FILE] [-o LOGFILE] [--header STR]\n'
        : "wget: missing URL\nUsage: wget [OPTION]... [URL]...\n\nTry `wget --help' for more options.\n",
    );
    return 1;
  }
  const wanted = {
    url: text,
    quiet: f.has('q'),
    output: f.value('O'),
    spider: args.spider,
    showHeaders: f.has('S'),
    headers: args.headers,
    data: args.data,
    timeout: Number(f.value('T') ?? 900) * 1000,
    tries: Number(f.value('t') ?? 20),
  };
  return isBusybox(p) ? busybox(p, wanted) : gnu(p, wanted);
};

interface Wanted {
  readonly url: string;
  readonly quiet: boolean;
  readonly output: string | undefined;
  readonly spider: boolean;
  readonly showHeaders: boolean;
  readonly headers: readonly (readonly [string, string])[];
  readonly data: string | undefined;
  readonly timeout: number;
  readonly tries: number;
}

/** Long flags that flags() has no letter for. */
function longOnly(argv: readonly string[]): {
  spider: boolean;
  headers: [string, string][];
  data: string | undefined;
  values: Set<string>;
} {
  const headers: [string, string][] = [];
  const values = new Set<string>();
  let data: string | undefined;
  argv.forEach((a, i) => {
    const match = /^--(header|post-data)(?:=([^]*))?$/.exec(a);
    if (!match) return;
    const value = match[2] ?? argv[i + 1] ?? '';
    if (match[2] === undefined) values.add(value);
    if (match[1] === 'post-data') data = value;
    else headers.push([value.split(':')[0] ?? '', value.slice(value.indexOf(':') + 1).trim()]);
  });
  return { spider: argv.includes('--spider'), headers, data, values };
}

function target(url: string): { host: string; typed: string; port: number; path: string; https: boolean } {
  const match = /^(?:(https?):\/\/)?([^:/?]*|\[[^\]]*\])(?::(\d+))?([/?].*)?$/.exec(url);
  const https = match?.[1] === 'https';
  const host = match?.[2] ?? url;
  const path = match?.[4] ?? '/';
  return {
    host,
    typed: match?.[3] ? `${host}:${match[3]}` : host,
    port: Number(match?.[3] ?? (https ? 443 : 80)),
    path: path.startsWith('/') ? path : `/${path}`,
    https,
  };
}

function send(p: Process, w: Wanted, ip: string, agent: string): Exchange {
  const t = target(w.url);
  const host = w.headers.find(([k]) => k.toLowerCase() === 'host')?.[1] ?? t.typed;
  return p.machine.ask(() =>
    p.machine.host.wire.connect(ip, t.port, 'TCP', {
      method: w.data !== undefined ? 'POST' : w.spider && agent.startsWith('Wget/') ? 'HEAD' : 'GET',
      path: t.path,
      host,
      headers: [['User-Agent', agent], ...w.headers.filter(([k]) => k.toLowerCase() !== 'host')],
      body: w.data ?? '',
    }),
  );
}

function save(p: Process, w: Wanted, name: string, reply: Reply): number {
  if (w.output === '-') {
    p.out(reply.body);
    return 0;
  }
  try {
    p.machine.files.write(normalPath(name, p.cwd), reply.body, false, p.machine.now);
    return 0;
  } catch (e) {
    if (!(e instanceof FileError)) throw e;
    p.err(isBusybox(p) ? `wget: can't open '${name}': ${e.message}\n` : `${name}: ${e.message}\n`);
    return 1;
  }
}

function busybox(p: Process, w: Wanted): number {
  const t = target(w.url);
  const say = (text: string): void => (w.quiet ? undefined : p.err(text));
  const found = p.machine.ask(() => p.machine.host.wire.lookup(t.host));
  const ip = found.addresses[0];
  if (ip === undefined) {
    if (found.error === 'again') p.machine.sleep(10_000);
    p.err(`wget: bad address '${t.typed}'\n`);
    return 1;
  }
  say(`Connecting to ${t.typed} (${ip.includes(':') ? `[${ip}]` : ip}:${t.port})\n`);
  const got = send(p, w, ip, 'Wget');
  if (got.outcome === 'timeout') {
    p.machine.sleep(w.timeout);
    p.err('wget: download timed out\n');
    return 1;
  }
  if (got.outcome !== 'ok') {
    p.err(`wget: can't connect to remote host (${ip}): Connection refused\n`);
    return 1;
  }
  if (t.https) {
    p.err('wget: TLS error from peer (alert code 70): protocol version\nwget: error getting response: Connection reset by peer\n');
    return 1;
  }
  if (!got.reply) {
    p.err(got.raw ? 'wget: bad header line: \n' : 'wget: error getting response\n');
    return 1;
  }
  if (w.showHeaders)
    p.err(`  HTTP/1.1 ${got.reply.status} ${got.reply.reason}\n${got.reply.headers.map(([k, v]) => `  ${k}: ${v}\n`).join('')}  \n`);
  if (got.reply.status >= 400) {
    p.err(`wget: server returned error: HTTP/1.1 ${got.reply.status} ${got.reply.reason}\n`);
    return 1;
  }
  if (w.spider) {
    say('remote file exists\n');
    return 0;
  }
  const name = w.output ?? (t.path.split('?')[0]?.split('/').at(-1) || 'index.html');
  const size = Buffer.byteLength(got.reply.body);
  const label = (w.output === '-' ? '-' : (name.split('/').at(-1) ?? '')).slice(0, 20).padEnd(20);
  say(w.output === '-' ? 'writing to stdout\n' : `saving to '${name}'\n`);
  say(`${label} 100% |********************************| ${String(size).padStart(5)}  0:00:00 ETA\n`);
  const code = save(p, w, name, got.reply);
  if (code === 0) say(w.output === '-' ? 'written to stdout\n' : `'${name}' saved\n`);
  return code;
}

function gnu(p: Process, w: Wanted): number {
  const t = target(w.url);
  const say = (text: string): void => (w.quiet ? undefined : p.err(text));
  const stamp = (): string => strftime('%F %T', p.machine.now);
  say(`--${stamp()}--  http://${t.typed}${t.path}\n`);
  const isAddress = /^[\d.]+$/.test(t.host);
  if (!isAddress) say(`Resolving ${t.host} (${t.host})... `);
  const found = p.machine.ask(() => p.machine.host.wire.lookup(t.host));
  const ip = found.addresses[0];
  if (ip === undefined) {
    say(
      `failed: ${found.error === 'again' ? 'Temporary failure in name resolution' : 'Name or service not known'}.\nwget: unable to resolve host address ‘${t.host}’\n`,
    );
    return 4;
  }
  if (!isAddress) say(`${found.addresses.join(', ')}\n`);
  say(isAddress ? `Connecting to ${ip}:${t.port}... ` : `Connecting to ${t.host} (${t.host})|${ip}|:${t.port}... `);
  const got = send(p, w, ip, 'Wget/1.21.3');
  if (got.outcome !== 'ok') {
    if (got.outcome === 'timeout') p.machine.sleep(w.timeout);
    say(
      `failed: ${got.outcome === 'timeout' ? 'Connection timed out' : 'Connection refused'}.\n${got.outcome === 'timeout' ? 'Giving up.\n\n' : ''}`,
    );
    return 4;
  }
  say('connected.\n');
  if (!got.reply) {
    say('HTTP request sent, awaiting response... No data received.\n');
    return 4;
  }
  say(
    `HTTP request sent, awaiting response... ${w.showHeaders ? `\n  HTTP/1.1 ${got.reply.status} ${got.reply.reason}\n${got.reply.headers.map(([k, v]) => `  ${k}: ${v}\n`).join('')}` : `${got.reply.status} ${got.reply.reason}\n`}`,
  );
  if (got.reply.status >= 400) {
    say(`${stamp()} ERROR ${got.reply.status}: ${got.reply.reason}.\n\n`);
    return 8;
  }
  const size = Buffer.byteLength(got.reply.body);
  const type = got.reply.headers.find(([k]) => k.toLowerCase() === 'content-type')?.[1]?.split(';')[0] ?? '';
  say(`Length: ${size} [${type}]\n`);
  if (w.spider) {
    say('Remote file exists and could contain further links,\nbut recursion is disabled -- not retrieving.\n\n');
    return 0;
  }
  const name = w.output ?? (t.path.split('?')[0]?.split('/').at(-1) || 'index.html');
  say(
    `Saving to: ‘${w.output === '-' ? 'STDOUT' : name}’\n\n     0K                                                       100% 33.3M=0s\n\n`,
  );
  const code = save(p, w, name, got.reply);
  say(
    w.output === '-'
      ? `${stamp()} (33.3 MB/s) - written to stdout [${size}/${size}]\n\n`
      : `${stamp()} (33.3 MB/s) - ‘${name}’ saved [${size}/${size}]\n\n`,
  );
  return code;
}
