// GNU wget.
import { FileError, normalPath } from '../../files.js';
import type { Process } from '../../process.js';
import { answersAfter, type Exchange, headerOf, type HttpRequest, type Reply } from '../../wire.js';
import { isAddress, resolveName } from '../lookup.js';
import { strftime } from '../system.js';
import type { Wanted } from './wanted.js';
import { fileNameOf, redirected, type Target, targetOf } from './url.js';

const version = '1.21.3';
const dnsFailure = { unknown: 'Name or service not known', again: 'Temporary failure in name resolution' } as const;

export function gnuWget(p: Process, w: Wanted): number {
  let code = 0;
  if (w.spider && !w.quiet && !w.terse) p.err('Spider mode enabled. Check if remote file exists.\n');
  for (const url of w.urls) code = Math.max(code, new Download(p, w, targetOf(url)).run());
  return code;
}

class Download {
  #target: Target;
  /** Found names, so that a second try does not ask again. */
  #found = new Map<string, readonly string[]>();
  #open: string | undefined;

  constructor(
    readonly p: Process,
    readonly w: Wanted,
    readonly first: Target,
  ) {
    this.#target = first;
  }

  #say(text: string): void {
    if (!this.w.quiet && !this.w.terse) this.p.err(text);
  }

  #stamp(): string {
    return strftime('%F %T', this.p.machine.now);
  }

  #url(): string {
    const t = this.#target;
    return `${t.scheme}://${t.typed}${t.path}`;
  }

  /** As often as -t says; each pause is a second longer. */
  run(): number {
    let redirects = 0;
    for (let n = 1; ; n++) {
      this.#say(`--${this.#stamp()}--  ${n > 1 ? `(try:${String(n).padStart(2)})  ` : ''}${this.#url()}\n`);
      const result = this.#once();
      if (typeof result === 'number') return result;
      if (result === 'again') {
        if (this.w.tries !== 0 && n >= this.w.tries) {
          this.#say('Giving up.\n\n');
          return 4;
        }
        this.#say('Retrying.\n\n');
        this.p.machine.sleep(Math.min(n, 10) * 1000);
        continue;
      }
      if (++redirects > this.w.redirects) {
        this.#say(`${this.w.redirects} redirections exceeded.\n`);
        return 8;
      }
      this.#target = targetOf(redirected(this.#target, result.location));
      n = 0;
    }
  }

  /** An exit code, a failure that may pass, or where to go on. */
  #once(): number | 'again' | { location: string } {
    const t = this.#target;
    const addresses = this.#resolve(t);
    if (typeof addresses === 'number') return addresses;
    const request = this.#request(t);
    const got = this.#connect(t, addresses, request);
    if (typeof got === 'number' || got === 'again') return got;
    this.#say('HTTP request sent, awaiting response... ');
    const limit = this.w.timeout ?? 900_000;
    const wait = answersAfter(got);
    if (wait > 0) this.p.machine.sleep(Math.min(wait, limit));
    if (wait > limit) {
      this.#say('Read error (Connection timed out) in headers.\n');
      return 'again';
    }
    if (got.outcome === 'reset') {
      this.#say('Read error (Connection reset by peer) in headers.\n');
      return 'again';
    }
    if (!got.reply) {
      this.#say(got.raw === undefined ? 'No data received.\n' : '200 No headers, assuming HTTP/0.9\nLength: unspecified\n');
      return 'again';
    }
    return this.#answer(t, got.reply);
  }

  #resolve(t: Target): readonly string[] | number {
    const { p } = this;
    if (isAddress(t.host)) return [t.host];
    const before = this.#found.get(t.host);
    if (before) return before;
    this.#say(`Resolving ${t.host} (${t.host})... `);
    const found = resolveName(p, t.host, { limit: this.w.timeout });
    if (found.addresses.length === 0) {
      const why = found.cut ? 'Connection timed out' : dnsFailure[found.error ?? 'unknown'];
      this.#say(`failed: ${why}.\nwget: unable to resolve host address ‘${t.host}’\n`);
      if (this.w.terse) p.err(`wget: unable to resolve host address ‘${t.host}’\n`);
      return 4;
    }
    this.#say(`${found.addresses.join(', ')}\n`);
    this.#found.set(t.host, found.addresses);
    return found.addresses;
  }

  #request(t: Target): HttpRequest {
    const { w } = this;
    const own: [string, string][] = [
      ...(t.user === undefined ? [] : ([['Authorization', `Basic ${Buffer.from(t.user).toString('base64')}`]] as [string, string][])),
      ['User-Agent', w.agent ?? `Wget/${version}`],
      ['Accept', '*/*'],
      ['Accept-Encoding', 'identity'],
      ['Connection', 'Keep-Alive'],
      ...(w.body === undefined
        ? []
        : ([
            ['Content-Type', 'application/x-www-form-urlencoded'],
            ['Content-Length', String(Buffer.byteLength(w.body))],
          ] as [string, string][])),
    ];
    const given = new Set(w.headers.map(([k]) => k.toLowerCase()));
    return {
      method: w.method ?? (w.body !== undefined ? 'POST' : w.spider ? 'HEAD' : 'GET'),
      path: t.path,
      host: headerOf(w.headers, 'host') ?? t.typed,
      headers: [...own.filter(([k]) => !given.has(k.toLowerCase())), ...w.headers.filter(([k]) => k.toLowerCase() !== 'host')],
      body: w.body ?? '',
      ...(t.scheme === 'https' && { tls: true }),
    };
  }

  #connect(t: Target, addresses: readonly string[], request: HttpRequest): Exchange | number | 'again' {
    const { p, w } = this;
    const key = `${t.scheme}://${t.host}:${t.port}`;
    const send = (ip: string): Exchange => p.machine.ask(() => p.machine.host.wire.connect(ip, t.port, 'TCP', request));
    if (this.#open === key) {
      this.#say(`Reusing existing connection to ${t.host}:${t.port}.\n`);
      return send(addresses[0] as string);
    }
    let why = '';
    for (const ip of addresses) {
      this.#say(isAddress(t.host) ? `Connecting to ${ip}:${t.port}... ` : `Connecting to ${t.host} (${t.host})|${ip}|:${t.port}... `);
      const got = send(ip);
      if (got.outcome === 'ok' || got.outcome === 'reset') {
        this.#say('connected.\n');
        const trusted = this.#verify(t, got);
        if (trusted !== 0) return trusted;
        this.#open = key;
        return got;
      }
      if (got.outcome === 'timeout') p.machine.sleep(w.timeout ?? 127_000);
      why = got.outcome === 'timeout' ? 'Connection timed out' : got.outcome === 'unreachable' ? 'No route to host' : 'Connection refused';
      this.#say(`failed: ${why}.\n`);
    }
    if (w.terse) p.err(`failed: ${why}.\n`);
    return why === 'Connection timed out' ? 'again' : 4;
  }

  #verify(t: Target, got: Exchange): number {
    if (t.scheme !== 'https') return 0;
    if (!got.certificate) {
      this.#say('OpenSSL: error:0A00010B:SSL routines::wrong version number\nUnable to establish SSL connection.\n');
      return 4;
    }
    if (this.w.unchecked) return 0;
    const { issuer, subject } = got.certificate;
    this.#say(
      `ERROR: cannot verify ${t.host}'s certificate, issued by ‘CN=${issuer || subject}’:\n  ${issuer === '' ? 'Self-signed certificate encountered.' : "Unable to locally verify the issuer's authority."}\nTo connect to ${t.host} insecurely, use \`--no-check-certificate'.\n`,
    );
    return 5;
  }

  #answer(t: Target, reply: Reply): number | { location: string } {
    const { w, p } = this;
    const line = `${reply.status} ${reply.reason}`;
    this.#say(w.showHeaders ? `\n  HTTP/1.1 ${line}\n${reply.headers.map(([k, v]) => `  ${k}: ${v}\n`).join('')}` : `${line}\n`);
    const location = headerOf(reply.headers, 'location');
    if (reply.status >= 300 && reply.status < 400 && location !== undefined) {
      this.#say(`Location: ${location} [following]\n`);
      return { location };
    }
    if (reply.status >= 400) {
      if (w.spider) this.#say('Remote file does not exist -- broken link!!!\n\n');
      else this.#say(`${this.#stamp()} ERROR ${reply.status}: ${reply.reason}.\n\n`);
      if (w.terse) p.err(`${this.#url()}:\n${this.#stamp()} ERROR ${reply.status}: ${reply.reason}.\n`);
      // -O opens its file before anything is asked.
      if (w.output !== undefined && w.output !== '-') this.#write(w.output, '');
      return 8;
    }
    const size = Buffer.byteLength(reply.body);
    const type = headerOf(reply.headers, 'content-type')?.split(';')[0];
    this.#say(`Length: ${headerOf(reply.headers, 'content-length') ?? 'unspecified'}${type ? ` [${type}]` : ''}\n`);
    if (w.spider) {
      this.#say('Remote file exists and could contain further links,\nbut recursion is disabled -- not retrieving.\n\n');
      return 0;
    }
    return this.#save(t, reply.body, size);
  }

  #write(name: string, text: string): FileError | undefined {
    try {
      this.p.machine.files.write(normalPath(name, this.p.cwd), text, false, this.p.machine.now);
      return undefined;
    } catch (e) {
      if (e instanceof FileError) return e;
      throw e;
    }
  }

  #save(t: Target, body: string, size: number): number {
    const { w, p } = this;
    const toStdout = w.output === '-';
    const name = w.output ?? this.#free(`${w.folder === '' ? '' : `${w.folder}/`}${fileNameOf(this.first)}`);
    if (toStdout) p.out(body);
    else {
      const problem = this.#write(name, body);
      if (problem) {
        p.err(`${name}: ${problem.message}\n`);
        return 1;
      }
    }
    this.#say(
      `Saving to: ‘${toStdout ? 'STDOUT' : name}’\n\n     0K                                                       100% 33.3M=0s\n\n`,
    );
    this.#say(`${this.#stamp()} (33.3 MB/s) - ${toStdout ? 'written to stdout' : `‘${name}’ saved`} [${size}/${size}]\n\n`);
    if (w.terse && !w.quiet) p.err(`${this.#stamp()} URL:${this.#url()} [${size}/${size}] -> "${name}" [1]\n`);
    void t;
    return 0;
  }

  /** index.html.1 when index.html is there. */
  #free(name: string): string {
    const exists = (n: string): boolean => this.p.machine.files.exists(normalPath(n, this.p.cwd));
    for (let i = 0; ; i++) if (!exists(i === 0 ? name : `${name}.${i}`)) return i === 0 ? name : `${name}.${i}`;
  }
}
