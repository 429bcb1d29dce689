// nginx as a process: it reads its configuration at its start and when it is told to reload, and listens where that says.
// What it answers is answer.ts. Mirrors src/core/nginx.c and the docker image's entry point.
import type { Json } from '../../../model/object.js';
import { journalValue } from '../../../network/runtime.js';
import { filesAround } from '../../files.js';
import type { Image } from '../../image.js';
import type { Machine, Process } from '../../process.js';
import type { Served, Server } from '../../server.js';
import { answer, type Answered } from './answer.js';
import { ConfigError, type Files } from './config.js';
import { compile } from './directives.js';
import type { Site } from './site.js';

const main = '/etc/nginx/nginx.conf';
const packaged = '/etc/nginx/conf.d/default.conf';

/** What it makes when it starts. */
const needed = [
  ['mkdir', '/var/cache/nginx/client_temp'],
  ['open', '/run/nginx.pid'],
] as const;

const lineOf = (text: string, pattern: RegExp): number => text.split('\n').findIndex((l) => pattern.test(l)) + 1;

/** As its log has it. */
const stamp = (ms: number): string => new Date(ms).toISOString().slice(0, 19).replaceAll('-', '/').replace('T', ' ');

/** What the image's entry point says of the server block that it may change. */
function entrypointLog(told: string): string {
  return `/docker-entrypoint.sh: /docker-entrypoint.d/ is not empty, will attempt to perform configuration
/docker-entrypoint.sh: Looking for shell scripts in /docker-entrypoint.d/
/docker-entrypoint.sh: Launching /docker-entrypoint.d/10-listen-on-ipv6-by-default.sh
${told}/docker-entrypoint.sh: Sourcing /docker-entrypoint.d/15-local-resolvers.envsh
/docker-entrypoint.sh: Launching /docker-entrypoint.d/20-envsubst-on-templates.sh
/docker-entrypoint.sh: Launching /docker-entrypoint.d/30-tune-worker-processes.sh
/docker-entrypoint.sh: Configuration complete; ready for start up
`;
}

function listenOnIPv6(files: Files, image: Image, readOnly: boolean): string {
  const conf = packaged;
  const say = (text: string): string => `10-listen-on-ipv6-by-default.sh: info: ${text}\n`;
  const checksum = say(`Getting the checksum of ${conf}`);
  if (!readOnly && files[conf] !== undefined && files[conf] === image.files[conf])
    return `${checksum}${say(`Enabled listen on IPv6 in ${conf}`)}`;
  if (files[conf] === undefined) return say(`${conf} is not a file or does not exist`);
  if (readOnly) return say(`can not modify ${conf} (read-only file system?)`);
  return `${checksum}${say(`${conf} differs from the packaged version`)}`;
}

/** May its configuration be another than the image's? Most containers leave it as it is. */
const isChanged = ({ usedFiles, host }: Machine): boolean =>
  usedFiles || host.mounts.some((m) => m === '/' || m.startsWith('/etc/nginx') || '/etc/nginx'.startsWith(`${m}/`));

interface Loaded {
  readonly files: Files;
  /** Where in the journal; absent: they are the image's. */
  readonly loaded?: number;
}

/** nginx that does not serve: its version, a test of its configuration, a signal to the one that runs. */
function question(p: Process, flag: string): number {
  const { machine } = p;
  const { version } = machine.host.image;
  if (flag === '-v' || flag === '-V') {
    p.err(`nginx version: nginx/${version}\n`);
    return 0;
  }
  const signal = flag === '-s' ? { quit: 'QUIT', stop: 'TERM', reload: 'HUP', reopen: 'USR1' }[p.argv[p.argv.indexOf('-s') + 1] ?? ''] : '';
  if (signal === undefined) {
    p.err(`nginx: invalid option: "-s ${p.argv[p.argv.indexOf('-s') + 1] ?? ''}"\n`);
    return 1;
  }
  const files = filesAround(machine.files, main);
  const wrong = attempt(() => compile(files, main, (host) => machine.host.wire.lookup(host).addresses));
  if (wrong instanceof ConfigError) {
    complain(p, wrong, 29);
    if (signal === '') p.err(`nginx: configuration file ${main} test failed\n`);
    return 1;
  }
  if (signal !== '') {
    p.err(`${stamp(machine.now)} [notice] 29#29: signal process started\n`);
    machine.signals.push(signal);
    return 0;
  }
  p.err(`nginx: the configuration file ${main} syntax is ok\nnginx: configuration file ${main} test is successful\n`);
  if (flag === '-T')
    for (const [path, text] of Object.entries(files))
      if (path.startsWith('/etc/nginx/') && /\.conf$|mime\.types$/.test(path)) p.out(`# configuration file ${path}:\n${text}\n`);
  return 0;
}

function attempt<T>(work: () => T): T | ConfigError {
  try {
    return work();
  } catch (e) {
    if (e instanceof ConfigError) return e;
    throw e;
  }
}

/** It is said twice: to the log and to who started it. */
function complain(p: Process, { message }: ConfigError, pid: number): void {
  p.err(`${stamp(p.machine.now)} [emerg] ${pid}#${pid}: ${message}\nnginx: [emerg] ${message}\n`);
}

function run(p: Process): number {
  const { machine } = p;
  const { image, init, uid, readOnlyRoot } = machine.host;
  const entrypoint = (told: string): void => (init[0] === '/docker-entrypoint.sh' ? p.out(entrypointLog(told)) : undefined);
  let current: Loaded = { files: image.files };
  if (isChanged(machine)) {
    const readOnly = machine.ask(() => machine.files.refusal(packaged) !== undefined);
    const files = machine.ask(() => filesAround(machine.files, main));
    current = { files, loaded: machine.lastAnswer };
    entrypoint(listenOnIPv6(files, image, readOnly));
  } else entrypoint(listenOnIPv6(image.files, image, machine.host.readOnlyRoot === true || uid !== 0));
  const resolve = (host: string): readonly string[] => machine.ask(() => machine.host.wire.lookup(host).addresses);
  const note = (text: string): void => p.err(`${stamp(machine.now)} [notice] 1#1: ${text}\n`);
  const site = attempt(() => compile(current.files, main, resolve));
  if (site instanceof ConfigError) {
    complain(p, site, 1);
    return 1;
  }
  if (uid !== 0 && /^user\s/m.test(current.files[main] ?? ''))
    p.err(
      `${stamp(machine.now)} [warn] 1#1: the "user" directive makes sense only if the master process runs with super-user privileges, ignored in ${main}:${lineOf(current.files[main] ?? '', /^user\s/)}\nnginx: [warn] the "user" directive makes sense only if the master process runs with super-user privileges, ignored in ${main}:${lineOf(current.files[main] ?? '', /^user\s/)}\n`,
    );
  for (const [call, path] of uid !== 0 || readOnlyRoot ? needed : []) {
    const refusal = machine.files.refusal(path);
    if (refusal === undefined) continue;
    complain(p, new ConfigError(`${call}() "${path}" failed (${refusal === 'Permission denied' ? 13 : 30}: ${refusal})`), 1);
    return 1;
  }
  if (!bound(p, site)) return 1;
  note('using the "epoll" event method');
  note(`nginx/${image.version}`);
  note('start worker processes');
  note('start worker process 29');
  // What the entry point could not do: the image's own server block listens on IPv6 because of it.
  const denied = init[0] === '/docker-entrypoint.sh' && (readOnlyRoot || uid !== 0);
  const open = (next: Site, files: Files, loaded: number | undefined): void =>
    listen(p, denied && files[packaged] === image.files[packaged] ? onIPv4(next, 80) : next, loaded);
  open(site, current.files, current.loaded);
  for (;;) {
    const files = machine.signalled<Files>('HUP', main);
    const loaded = machine.lastAnswer;
    note('signal 1 (SIGHUP) received, reconfiguring');
    note('reconfiguring');
    const next = attempt(() => compile(files, main, resolve));
    if (next instanceof ConfigError) p.err(`${stamp(machine.now)} [emerg] 1#1: ${next.message}\n`);
    else open(next, files, loaded);
  }
}

/** Containers of one Pod share its ports: who comes second tries five times, and gives up. */
function bound(p: Process, site: Site): boolean {
  const { machine } = p;
  if (!machine.host.neighbours) return true;
  const taken = machine.ask(() => machine.host.wire.sockets().map((s) => s.port));
  const wanted = site.sockets.filter((s) => taken.includes(s.port));
  if (wanted.length === 0) return true;
  for (let attempt = 0; attempt < 5; attempt++) {
    for (const { port } of wanted)
      for (const address of ['0.0.0.0', '[::]'])
        complain(p, new ConfigError(`bind() to ${address}:${port} failed (98: Address already in use)`), 1);
    machine.sleep(500);
  }
  complain(p, new ConfigError('still could not bind()'), 1);
  return false;
}

const onIPv4 = (site: Site, port: number): Site => ({
  ...site,
  sockets: site.sockets.map((s) => (s.port === port ? { ...s, family: 'IPv4' } : s)),
});

function listen({ machine, argv }: Process, site: Site, loaded: number | undefined): void {
  machine.sockets.length = 0;
  for (const { port, tls, loopback, family } of site.sockets)
    machine.sockets.push({
      protocol: 'TCP',
      port,
      server: 'nginx',
      argv: [...argv],
      ...(tls && { tls }),
      ...(loopback && { loopback }),
      ...(family && { family }),
      ...(loaded !== undefined && { loaded }),
    });
}

const sites = new WeakMap<object, Site>();

/** What the nginx that answers has loaded: made once from the files and addresses that it had. */
function siteOf({ socket, image, journal }: Served): Site {
  const entry = socket.loaded === undefined ? image.files : (journal[socket.loaded] as object);
  let site = sites.get(entry);
  if (!site) {
    let next = (socket.loaded ?? 0) + 1;
    site = compile(journalValue(entry as Json) as Files, main, () => journal[next++] as string[]);
    sites.set(entry, site);
  }
  return site;
}

/** What was answered last: its line of the log is asked for next. */
let latest: Answered | undefined;

export const nginx: Server = {
  name: 'nginx',
  binds: 'each',
  run: (p) => {
    const asked = p.argv.find((a) => /^-[vVtTs]$/.test(a));
    return asked === undefined ? run(p) : question(p, asked);
  },
  http: (request, at) => {
    latest = answer(siteOf(at), request, at);
    return latest.reply;
  },
  certificate: (at) => {
    const own = siteOf(at).servers.find((s) => s.certificate && s.listens.some((l) => l.port === at.socket.port))?.certificate;
    const nameOf = (text = ''): string => /(?:^|\n)CN=(.*)/.exec(text)?.[1] ?? '';
    const names = [...(own?.subjectAltName ?? '').matchAll(/(?:DNS|IP Address):([^,]+)/g)].map((m) => m[1] as string);
    const subject = nameOf(own?.subject);
    return { subject, issuer: own?.issuer === own?.subject ? '' : nameOf(own?.issuer), names: names.length > 0 ? names : [subject] };
  },
  log: (_request, reply) => {
    return latest?.reply === reply ? latest.scope.log?.(latest.visit) : undefined;
  },
};
