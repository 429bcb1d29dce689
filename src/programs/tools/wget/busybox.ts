// wget of BusyBox.
import { joinHostPort } from '../../../lib/ip.js';
import { FileError, normalPath } from '../../files.js';
import type { Process } from '../../process.js';
import { answersAfter, headerOf, type Reply } from '../../wire.js';
import { resolveName } from '../lookup.js';
import type { Wanted } from './wanted.js';
import { fileNameOf, redirected, type Target, targetOf } from './url.js';

/** BusyBox gives up here when -T does not say otherwise. */
const patience = 900_000;

export const busyboxWget = (p: Process, w: Wanted): number => {
  for (const url of w.urls) {
    const code = fetch(p, w, targetOf(url), w.output ?? fileNameOf(targetOf(url)), w.redirects);
    if (code !== 0) return code;
  }
  return 0;
};

function fetch(p: Process, w: Wanted, t: Target, name: string, redirects: number): number {
  const say = (text: string): void => (w.quiet ? undefined : p.err(text));
  const fail = (text: string): number => {
    p.err(`wget: ${text}\n`);
    return 1;
  };
  const found = resolveName(p, t.host, { limit: w.timeout });
  const ip = found.addresses[0];
  if (found.cut) return fail('download timed out');
  if (ip === undefined) return fail(`bad address '${t.typed}'`);
  say(`Connecting to ${t.typed} (${joinHostPort(ip, t.port)})\n`);
  const user = t.user === undefined ? [] : [['Authorization', `Basic ${Buffer.from(t.user).toString('base64')}`] as [string, string]];
  const request = {
    method: w.body === undefined ? 'GET' : 'POST',
    path: t.path,
    host: headerOf(w.headers, 'host') ?? t.typed,
    headers: [
      ['User-Agent', w.agent ?? 'Wget'],
      ['Connection', 'close'],
      ...user,
      ...w.headers.filter(([k]) => k.toLowerCase() !== 'host'),
      ...(w.body === undefined
        ? []
        : [
            ['Content-Type', 'application/x-www-form-urlencoded'],
            ['Content-Length', String(Buffer.byteLength(w.body))],
          ]),
    ] as [string, string][],
    body: w.body ?? '',
    ...(t.scheme === 'https' && { tls: true }),
  };
  const got = p.machine.ask(() => p.machine.host.wire.connect(ip, t.port, 'TCP', request));
  const limit = w.timeout ?? patience;
  const wait = got.outcome === 'ok' ? answersAfter(got) : 0;
  if (wait > 0 && wait < limit) p.machine.sleep(wait);
  if (got.outcome === 'timeout' || wait >= limit) {
    p.machine.sleep(got.outcome === 'timeout' ? (w.timeout ?? 127_000) : limit);
    return fail(
      w.timeout === undefined && got.outcome === 'timeout'
        ? `can't connect to remote host (${ip}): Connection timed out`
        : 'download timed out',
    );
  }
  if (got.outcome === 'unreachable') return fail(`can't connect to remote host (${ip}): No route to host`);
  if (got.outcome !== 'ok' && got.outcome !== 'reset') return fail(`can't connect to remote host (${ip}): Connection refused`);
  if (t.scheme === 'https') {
    if (!w.unchecked) p.err('wget: note: TLS certificate validation not implemented\n');
    if (!got.certificate)
      return fail('TLS error from peer (alert code 70): protocol version\nwget: error getting response: Connection reset by peer');
  }
  if (!got.reply) return fail(got.outcome === 'reset' ? 'error getting response: Connection reset by peer' : 'error getting response');
  return deliver(p, w, t, name, got.reply, say, redirects);
}

function deliver(p: Process, w: Wanted, t: Target, name: string, reply: Reply, say: (text: string) => void, redirects: number): number {
  const status = `HTTP/1.1 ${reply.status} ${reply.reason}`;
  if (w.showHeaders) p.err(`  ${status}\n${reply.headers.map(([k, v]) => `  ${k}: ${v}\n`).join('')}  \n`);
  const location = headerOf(reply.headers, 'location');
  if (reply.status >= 300 && reply.status < 400 && location !== undefined) {
    if (redirects <= 0) {
      p.err('wget: too many redirections\n');
      return 1;
    }
    return fetch(p, w, targetOf(redirected(t, location)), name, redirects - 1);
  }
  if (reply.status >= 300) {
    p.err(`wget: server returned error: ${status}\n`);
    return 1;
  }
  if (w.spider) {
    say('remote file exists\n');
    return 0;
  }
  const file = w.folder !== '' && w.output === undefined ? `${w.folder}/${name}` : name;
  const code = save(p, w, file, reply.body, () => {
    const label = (name === '-' ? '-' : (name.split('/').at(-1) ?? '')).slice(0, 20).padEnd(20);
    say(name === '-' ? 'writing to stdout\n' : `saving to '${file}'\n`);
    say(`${label} 100% |********************************| ${String(Buffer.byteLength(reply.body)).padStart(5)}  0:00:00 ETA\n`);
  });
  if (code === 0) say(name === '-' ? 'written to stdout\n' : `'${file}' saved\n`);
  return code;
}

function save(p: Process, w: Wanted, file: string, text: string, progress: () => void): number {
  if (file === '-') {
    progress();
    p.out(text);
    return 0;
  }
  const path = normalPath(file, p.cwd);
  try {
    // Only -O and -c write over what is there.
    if (w.output === undefined && !w.resume && p.machine.files.exists(path)) throw new FileError('File exists');
    p.machine.files.write(path, text, false, p.machine.now);
  } catch (e) {
    if (!(e instanceof FileError)) throw e;
    p.err(`wget: can't open '${file}': ${e.message}\n`);
    return 1;
  }
  progress();
  return 0;
}
