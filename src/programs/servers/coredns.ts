// CoreDNS as a process: it starts with its Corefile, says what is wrong with it, and takes up another one while it runs when it is told to `reload`.
// What it answers is network/dns. Mirrors coredns/coremain/run.go and plugin/reload.
import { joinHostPort } from '../../lib/ip.js';
import { CorefileError } from '../../network/dns/corefile/tokens.js';
import { isBelow } from '../../network/dns/name.js';
import { compile, type CoreDNS, corefilePath, hashOf, snapshotOf } from '../../network/dns/server.js';
import type { Socket } from '../../network/runtime.js';
import { filesAround } from '../files.js';
import type { Process } from '../process.js';
import { httpDate, reply, type Server } from '../server.js';

/** What releases say they were built with. */
const builds: { readonly [version: string]: string } = {
  '1.8.6': 'go1.17.1, 13a9191',
  '1.9.3': 'go1.18.2, 45b0a11',
  '1.10.1': 'go1.20, 055b2c3',
  '1.11.1': 'go1.20.7, ae2bbc2',
  '1.11.3': 'go1.21.11, a6338e9',
  '1.12.0': 'go1.23.3, 51e11f1',
  '1.12.1': 'go1.24.1, 707c7c1',
  '1.13.1': 'go1.25.2, 1db4568',
};

const newest = { version: '1.14.7', build: 'go1.26.6, 427fc80' };

const flags = `Usage of coredns:
  -conf string
    \tCorefile to load (default "Corefile")
  -dns.port string
    \tDefault port (default "53")
  -p string
    \tDefault port (default "53")
  -pidfile string
    \tPath to write pid file
  -plugins
    \tList installed plugins
  -quiet
    \tQuiet mode (no initialization output)
  -version
    \tShow version
`;

const known = /^--?(conf|dns\.port|p|pidfile|plugins|quiet|version)(=|$)/;

export const coredns: Server = {
  name: 'coredns',
  run: (p) => {
    const { machine } = p;
    const wrong = p.argv.slice(1).find((a) => a.startsWith('-') && !known.test(a));
    if (wrong !== undefined) {
      p.err(`flag provided but not defined: -${wrong.replace(/^--?/, '').replace(/=.*/s, '')}\n${flags}`);
      return 2;
    }
    const release = machine.host.image.version;
    const version = `CoreDNS-${builds[release] ? release : newest.version}\nlinux/amd64, ${builds[release] ?? newest.build}\n`;
    const has = (flag: string): boolean => p.argv.some((a) => a.replace(/^--?/, '') === flag);
    if (has('version')) {
      p.out(version);
      return 0;
    }
    const files = machine.ask(() => filesAround(machine.files, corefilePath(p.argv)));
    const first = snapshotOf(p.argv, files, [...p.env]);
    if (!/^1\.([0-9]|1[01])\./.test(release)) p.out('maxprocs: Leaving GOMAXPROCS=4: CPU quota undefined\n');
    if (first.files[first.path] === undefined) {
      p.err(`loading Caddyfile via flag: open ${first.path}: no such file or directory\n`);
      return 1;
    }
    const started = attempt(() => compile(first));
    if ('error' in started) {
      p.err(`${started.error}\n`);
      return 1;
    }
    const running = started.value;
    p.out(running.plan.warnings.map((w) => `${w}\n`).join('') + (has('quiet') ? '' : running.banner));
    if (running.plan.reload) p.out(runningHash(running.hash));
    if (!has('quiet')) p.out(version);
    if (running.listeners.length === 0) return 0;
    return serveOn(p, running, machine.lastAnswer);
  },
};

/** Answers until it is stopped; with `reload`, by each new Corefile that can be used. */
function serveOn(p: Process, first: CoreDNS, loaded: number): number {
  const { machine } = p;
  let running = first;
  let { reload } = running.plan;
  let hash = running.hash;
  let looked: () => void = () => undefined;
  listen(p, running, loaded);
  for (;;) {
    if (isLoop(p, running)) return 1;
    const { rereads } = running.plan;
    if (!reload && !rereads) return machine.forever();
    const jittered = reload
      ? reload.interval + (reload.jitter > 0 ? machine.host.pick(reload.jitter) - reload.jitter / 2 : 0)
      : Number.POSITIVE_INFINITY;
    const every = Math.min(jittered, rereads ?? jittered);
    const found = snapshotOf(p.argv, machine.watch(corefilePath(p.argv), every, looked), [...p.env]);
    looked = () => undefined;
    const parsed = attempt(() => hashOf(found));
    if ('error' in parsed) {
      if (!reload) continue;
      looked = () => p.out(`[WARNING] plugin/reload: Corefile parse failed: ${parsed.error}\n`);
      looked();
      continue;
    }
    if (parsed.value === hash) {
      // Files beside the Corefile (`hosts FILE`) are read anew by their own plugins.
      const same = attempt(() => compile(found));
      if ('value' in same) {
        running = same.value;
        listen(p, running, machine.lastAnswer);
      }
      continue;
    }
    // Without `reload` it goes on with the Corefile of its start.
    if (!reload) continue;
    hash = parsed.value;
    p.out('[INFO] Reloading\n');
    const next = attempt(() => compile(found));
    if ('error' in next) {
      p.out(`[ERROR] Restart failed: ${next.error}\n`);
      p.out(`[ERROR] plugin/reload: Corefile changed but reload failed: starting with listener file descriptors: ${next.error}\n`);
      continue;
    }
    running = next.value;
    // Once begun, it goes on even when the new Corefile does not ask for it.
    reload = running.plan.reload ?? reload;
    p.out(`${running.plan.warnings.map((w) => `${w}\n`).join('')}${runningHash(hash)}[INFO] Reloading complete\n`);
    listen(p, running, machine.lastAnswer);
  }
}

const runningHash = (hash: string): string => `[INFO] plugin/reload: Running configuration SHA512 = ${hash}\n`;

function attempt<T>(work: () => T): { readonly value: T } | { readonly error: string } {
  try {
    return { value: work() };
  } catch (e) {
    if (e instanceof CorefileError) return { error: e.message };
    throw e;
  }
}

const isLoopback = (host: string): boolean => host.startsWith('127.') || host === '::1' || host === 'localhost';

/** Opens the ports of a configuration, and no others. */
function listen({ machine, argv }: Process, { listeners, plan }: CoreDNS, loaded: number): void {
  machine.lameduck = plan.lameduck;
  const sockets: Socket[] = listeners.flatMap(({ host, port }) =>
    (['UDP', 'TCP'] as const).map((protocol) => ({
      protocol,
      port,
      server: 'coredns',
      argv,
      loaded,
      ...(isLoopback(host) && { loopback: true }),
    })),
  );
  for (const [server, at] of [
    ['coredns-metrics', plan.metrics],
    ['coredns-health', plan.health],
    ['coredns-ready', plan.ready],
  ] as const)
    if (at) sockets.push({ protocol: 'TCP', port: at.port, server, argv, ...(isLoopback(at.host) && { loopback: true }) });
  machine.sockets.splice(0, machine.sockets.length, ...sockets);
}

/** A question that it forwards comes back to itself: the `loop` plugin ends the process. */
function isLoop({ machine, out }: Process, { plan, listeners }: CoreDNS): boolean {
  const { wire, pick } = machine.host;
  for (const { zone, port } of plan.loops) {
    const back = plan.upstreams.find(
      (u) => isBelow(u.from, zone) && (isLoopback(u.ip) || u.ip === wire.ip) && listeners.some((l) => l.port === u.port),
    );
    if (!back) continue;
    const random = (): string => `${1 + pick(2 ** 30)}${String(pick(10 ** 9)).padStart(9, '0')}`;
    const query = `${random()}.${random()}.${zone === '.' ? '' : zone}`;
    out(
      `[FATAL] plugin/loop: Loop (${joinHostPort(back.ip, 32_768 + pick(28_232))} -> :${port}) detected for zone ${JSON.stringify(zone)}, see https://coredns.io/plugins/loop#troubleshooting. Query: "HINFO ${query}"\n`,
    );
    return true;
  }
  return false;
}

/** One page for one path. */
const page = (name: string, path: string, body: string): Server => ({
  name,
  run: (p) => p.machine.forever(),
  http: (request, at) => {
    const found = request.path === path;
    const text = found ? body : '404 page not found\n';
    return reply(
      found ? 200 : 404,
      found ? 'OK' : 'Not Found',
      [
        ...(found ? [] : [['X-Content-Type-Options', 'nosniff'] as const]),
        ['Date', httpDate(at.now)],
        ['Content-Length', String(text.length)],
        ['Content-Type', 'text/plain; charset=utf-8'],
      ],
      text,
    );
  },
});

export const corednsHealth = page('coredns-health', '/health', 'OK');
export const corednsReady = page('coredns-ready', '/ready', 'OK');
export const corednsMetrics = page(
  'coredns-metrics',
  '/metrics',
  `# HELP coredns_build_info A metric with a constant '1' value labeled by version, revision, and goversion from which CoreDNS was built.
# TYPE coredns_build_info gauge
coredns_build_info{goversion="go1.26.6",revision="427fc80",version="1.14.7"} 1
`,
);
