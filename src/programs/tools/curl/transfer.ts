// One URL: requests, redirects, what is written where, and the account of it that -w prints.
import { FileError, normalPath } from '../../files.js';
import { answersAfter, headerOf, type HttpRequest, type Reply } from '../../wire.js';
import { type Attempt, Failure, handshake, ownAddress, Pool, reach } from './connection.js';
import { meterHeader, meterLine, waiting } from './meter.js';
import type { Options } from './options.js';
import { isProtocol, parseUrl, resolveUrl, type Url } from './url.js';
import type { Words } from './words.js';
import type { Outcome } from './write-out.js';
import type { Process } from '../../process.js';

export interface Job {
  readonly p: Process;
  readonly o: Options;
  readonly words: Words;
  readonly version: string;
  readonly pool: Pool;
}

/** Milliseconds that stages take when nothing has to be waited for. */
const stages = { lookup: 0.3, connect: 0.2, start: 0.3, rest: 0.1 };

export function transfer(job: Job, text: string, output: string | undefined, index: number): Outcome {
  const { p, o, words, pool } = job;
  const begun = p.machine.now;
  const say = (t: string): void => (o.verbose ? p.err(t) : undefined);
  const attempt: Attempt = { p, o, words, pool, begun, say };
  // On a terminal nothing but the body is seen.
  const drawn = o.silent || o.progress === 'none' || (p.tty && (output === undefined || output === '-')) ? 'none' : o.progress;
  const seen: { -readonly [K in keyof Outcome]?: Outcome[K] } = {
    connects: 0,
    redirects: 0,
    headerSize: 0,
    requestSize: 0,
    downloaded: 0,
    uploaded: 0,
  };
  const finish = (code: number, message: string): Outcome => {
    const waited = p.machine.now - begun;
    const fresh = (seen.connects ?? 0) > 0;
    const lookup = seen.remote ? (fresh ? stages.lookup : 0.01) : 0;
    const connect = seen.remote && fresh ? lookup + stages.connect : 0;
    const start = seen.reply ? Math.max(connect, lookup) + stages.start : 0;
    return {
      code,
      message,
      url: text,
      effective: text,
      scheme: '',
      method: 'GET',
      reply: undefined,
      remote: undefined,
      local: undefined,
      connects: 0,
      redirects: 0,
      redirectUrl: '',
      downloaded: 0,
      uploaded: 0,
      headerSize: 0,
      requestSize: 0,
      http: '0',
      referer: '',
      file: output ?? '',
      index,
      ...seen,
      times: {
        lookup,
        connect,
        tls: seen.scheme === 'HTTPS' && seen.reply ? connect + 1 : 0,
        start,
        redirect: 0,
        total: waited + (seen.reply ? start + stages.rest : connect),
      },
    };
  };
  let url: Url | undefined;
  try {
    url = parseUrl(text, o.asIs);
    if (!url) throw new Failure(3, words.badUrl(text), 'lookup');
    seen.effective = url.text;
    if (!isProtocol(url.scheme)) throw new Failure(1, words.noProtocol(url.scheme), 'lookup');
    if (drawn === 'meter') p.err(`${meterHeader}${meterLine({ ms: 0 })}`);
    if (index === 0) for (const [key, ip] of o.resolve) say(`* Added ${key}:${ip} to DNS cache\n`);
    follow(job, attempt, url, output, seen, drawn);
    return finish(0, '');
  } catch (e) {
    if (!(e instanceof Failure)) throw e;
    if (url && e.stage !== 'lookup' && drawn === 'meter' && e.code !== 22 && e.code !== 23)
      p.err(`${waiting(e.waited) || meterLine({ ms: 0 })}\n`);
    if (e.code !== 3 && e.code !== 23 && (e.code !== 22 || o.fail === 'early')) {
      say(words.closing(url && pool.find(url) ? (pool.find(url)?.number ?? 0) : pool.next));
      if (url) pool.close(url);
    }
    if (!o.silent || o.showError) p.err(e.code === 60 && e.message.startsWith('curl:') ? e.message : `curl: (${e.code}) ${e.message}\n`);
    return finish(e.code, e.message);
  }
}

type Seen = { -readonly [K in keyof Outcome]?: Outcome[K] };

function follow(job: Job, a: Attempt, first: Url, output: string | undefined, seen: Seen, drawn: string): void {
  const { p, o } = job;
  let url = first;
  let method = o.method ?? (o.upload !== undefined ? 'PUT' : o.head ? 'HEAD' : o.data !== undefined && !o.get ? 'POST' : 'GET');
  let headers = '';
  let withBody = true;
  for (let n = 0; ; n++) {
    const { reply, request, fresh } = exchange(job, a, url, method, withBody, seen);
    seen.method = method;
    seen.reply = reply;
    if (fresh) seen.connects = (seen.connects ?? 0) + 1;
    const head = `HTTP/${o.http} ${reply.status} ${reply.reason}\r\n${reply.headers.map(([k, v]) => `${k}: ${v}\r\n`).join('')}\r\n`;
    headers += head;
    seen.headerSize = Buffer.byteLength(headers);
    say(a, request, reply, head);
    const location = headerOf(reply.headers, 'location');
    const next = location !== undefined && reply.status >= 300 && reply.status < 400 ? resolveUrl(url, location) : undefined;
    if (next !== undefined && o.location) {
      if (n >= o.redirects) throw new Failure(47, `Maximum (${o.redirects}) redirects followed`);
      if (reply.body !== '' && method !== 'HEAD') a.say(`* Ignoring the response-body\n{ [${Buffer.byteLength(reply.body)} bytes data]\n`);
      leave(job, a, url, reply);
      a.say(`* Issue another request to this URL: '${next}'\n`);
      const parsed = parseUrl(next, o.asIs);
      if (!parsed) throw new Failure(3, job.words.badUrl(next));
      url = parsed;
      seen.effective = url.text;
      seen.redirects = n + 1;
      // 303 always becomes GET, 301 and 302 do so after POST.
      if (reply.status === 303 || (reply.status < 303 && method === 'POST')) {
        if (o.method === undefined) method = o.head ? 'HEAD' : 'GET';
        withBody = false;
      }
      continue;
    }
    if (next !== undefined) seen.redirectUrl = next;
    deliver(job, a, url, output, seen, { reply, head: headers, method, drawn });
    leave(job, a, url, reply);
    if (o.fail === 'with body' && reply.status >= 400) throw new Failure(22, `The requested URL returned error: ${reply.status}`);
    return;
  }

  function say(at: Attempt, request: HttpRequest, reply: Reply, head: string): void {
    if (request.body !== '') at.say(`} [${Buffer.byteLength(request.body)} bytes data]\n`);
    if (job.words.number >= 808) at.say('* Request completely sent off\n');
    const failing = o.fail === 'early' && reply.status >= 400;
    const lines = head.split('\r\n').slice(0, failing ? -2 : -1);
    at.say(lines.map((l) => `< ${l}\r\n`).join(''));
    if (failing) at.say(`* The requested URL returned error: ${reply.status}\n`);
  }

  /** The connection stays for the next URL unless the server closes it. */
  function leave(j: Job, at: Attempt, u: Url, reply: Reply): void {
    const kept = j.pool.find(u);
    if (headerOf(reply.headers, 'connection')?.toLowerCase() === 'close' || o.http === '1.0') {
      at.say(j.words.number >= 810 ? `* shutting down connection #${kept?.number ?? 0}\n` : j.words.closing(kept?.number ?? 0));
      j.pool.close(u);
    } else at.say(`* Connection #${kept?.number ?? 0} to host ${u.host} left intact\n`);
    void p;
  }
}

function requestOf(job: Job, url: Url, method: string, withBody: boolean): HttpRequest {
  const { p, o } = job;
  const given = new Set(o.headers.map(([k]) => k.toLowerCase()));
  const drop = (k: string): boolean => given.has(k.toLowerCase()) || o.without.has(k.toLowerCase());
  const user = o.user ?? url.user;
  const upload = o.upload === undefined ? undefined : o.upload === '-' ? p.stdin : p.machine.files.read(normalPath(o.upload, p.cwd));
  if (o.upload !== undefined && upload === undefined)
    throw new Failure(26, `Failed to open/read local data from file/application`, 'lookup');
  const body = !withBody ? undefined : (upload ?? (o.get ? undefined : o.data));
  const own: [string, string][] = [
    ...(user === undefined
      ? []
      : ([['Authorization', `Basic ${Buffer.from(user.includes(':') ? user : `${user}:`).toString('base64')}`]] as [string, string][])),
    ...(o.agent === '' ? [] : ([['User-Agent', o.agent]] as [string, string][])),
    ...(o.json
      ? ([
          ['Content-Type', 'application/json'],
          ['Accept', 'application/json'],
        ] as [string, string][])
      : ([['Accept', '*/*']] as [string, string][])),
  ];
  const tail: [string, string][] =
    body === undefined
      ? []
      : [
          ['Content-Length', String(Buffer.byteLength(body))],
          ...(upload === undefined && !o.json ? ([['Content-Type', 'application/x-www-form-urlencoded']] as [string, string][]) : []),
          ...(upload !== undefined && job.words.number < 812 ? ([['Expect', '100-continue']] as [string, string][]) : []),
        ];
  const query = o.get && o.data !== undefined ? `${url.path.includes('?') ? '&' : '?'}${o.data}` : '';
  return {
    method,
    path: `${url.path}${query}`,
    host: headerOf(o.headers, 'host') ?? url.authority,
    headers: [
      ...own.filter(([k]) => !drop(k)),
      ...o.headers.filter(([k]) => k.toLowerCase() !== 'host'),
      ...tail.filter(([k]) => !drop(k)),
    ],
    body: body ?? '',
    http: o.http,
    ...(url.scheme === 'https' && { tls: true }),
  };
}

function exchange(
  job: Job,
  a: Attempt,
  url: Url,
  method: string,
  withBody: boolean,
  seen: Seen,
): { reply: Reply; request: HttpRequest; fresh: boolean } {
  const { p, o } = job;
  const request = requestOf(job, url, method, withBody);
  seen.scheme = url.scheme.toUpperCase();
  const reached = reach(a, url, request);
  seen.remote = { ip: reached.connection.ip, port: reached.connection.port };
  seen.local = { ip: ownAddress(p, reached.connection.ip), port: reached.connection.localPort };
  if (url.scheme !== 'http' && url.scheme !== 'https') throw new Failure(1, `kubelab: ${url.scheme} is not simulated`);
  if (url.scheme === 'https' && reached.fresh) handshake(a, url, reached);
  if (job.words.number >= 810 && reached.fresh) a.say('* using HTTP/1.x\n');
  const lines = `${method} ${request.path} HTTP/${o.http}\r\nHost: ${request.host}\r\n${request.headers.map(([k, v]) => (v === '' ? `${k}:\r\n` : `${k}: ${v}\r\n`)).join('')}\r\n`;
  a.say(
    lines
      .split('\r\n')
      .slice(0, -1)
      .map((l) => `> ${l}\r\n`)
      .join(''),
  );
  seen.requestSize = (seen.requestSize ?? 0) + Buffer.byteLength(lines) + Buffer.byteLength(request.body);
  seen.uploaded = Buffer.byteLength(request.body);
  const { reply, raw, outcome } = reached.exchange;
  const say = (code: number, message: string, waited = 0): never => {
    a.say(`* ${message}\n`);
    throw new Failure(code, message, 'transfer', waited);
  };
  if (outcome === 'reset') return say(56, 'Recv failure: Connection reset by peer');
  if (raw !== undefined) return say(1, 'Received HTTP/0.9 when not allowed');
  const limit = o.maxTime === undefined ? Number.POSITIVE_INFINITY : Math.max(0, o.maxTime - (p.machine.now - a.begun));
  const wait = answersAfter(reached.exchange);
  if (wait > 0) p.machine.sleep(Math.min(wait, limit));
  if (wait > limit) {
    const spent = p.machine.now - a.begun;
    return say(28, `Operation timed out after ${spent + 1} milliseconds with 0 bytes received`, spent);
  }
  if (!reply) return say(52, 'Empty reply from server');
  seen.http = o.http === '1.0' ? '1' : '1.1';
  return { reply, request, fresh: reached.fresh };
}

interface Delivery {
  readonly reply: Reply;
  readonly head: string;
  readonly method: string;
  readonly drawn: string;
}

/** Body and headers go to their files, and the meter comes to its end. */
function deliver(job: Job, a: Attempt, url: Url, output: string | undefined, seen: Seen, { reply, head, method, drawn }: Delivery): void {
  const { p, o, words } = job;
  const failing = o.fail === 'early' && reply.status >= 400;
  const body = method === 'HEAD' || failing ? '' : reply.body;
  const size = Buffer.byteLength(body);
  seen.downloaded = size;
  if (o.dump !== undefined) save(job, o.dump, head);
  let target = output;
  if (output === '') {
    target = (url.path.split('?')[0] as string).split('/').at(-1) || (words.number >= 808 ? 'curl_response' : '');
    if (target === '') {
      if (!o.silent) p.err('curl: Remote file name has no length!\n');
      throw new Failure(23, 'Failed writing received data to disk/application');
    }
  }
  seen.file = target ?? '';
  if (!failing || o.include || o.head) save(job, target ?? '-', `${o.include || o.head ? head : ''}${body}`);
  if (body !== '' && (target !== undefined || !p.tty)) a.say(`{ [${size} bytes data]\n`);
  const total = Number(headerOf(reply.headers, 'content-length') ?? size);
  if (drawn === 'meter') p.err(`${meterLine({ total, received: size, sent: seen.uploaded ?? 0, ms: 0 })}\n`);
  if (drawn === 'bar') p.err(`\r${'#'.repeat(72)} 100.0%\n`);
  if (failing) throw new Failure(22, `The requested URL returned error: ${reply.status}`);
}

function save({ p, o }: Job, target: string, text: string): void {
  if (target === '-') {
    p.out(text);
    return;
  }
  const path = normalPath(target, p.cwd);
  try {
    if (o.createDirs && path.lastIndexOf('/') > 0) p.machine.files.makeDirectory(path.slice(0, path.lastIndexOf('/')), p.machine.now);
    p.machine.files.write(path, text, false, p.machine.now);
  } catch (e) {
    if (!(e instanceof FileError)) throw e;
    if (!o.silent) p.err(`Warning: Failed to open the file ${target}: ${e.message}\n`);
    throw new Failure(23, 'Failure writing output to destination');
  }
}
