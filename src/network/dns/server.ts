// A CoreDNS made of its Corefile: which zones it serves on which ports, by which plugins. Mirrors coredns/core/dnsserver and caddy.go.
import { canonicalIP, parseIP } from '../../lib/ip.js';
import { corefileHash, type Files, parseCorefile, type ServerBlock, type Source } from './corefile/parse.js';
import { CorefileError, Cursor } from './corefile/tokens.js';
import { message, type Message } from './message.js';
import { isReverse, splitZone } from './name.js';
import type { Asking, Handler, Outcome, Plugin, ProcessPlan, Question, Serve } from './plugin.js';
import { directives, ordered, pluginOf } from './plugins/index.js';

/** What a process had read of its files when it (re)loaded: plain JSON, kept with the run. */
export interface Snapshot {
  /** The Corefile's own path. */
  readonly path: string;
  readonly files: { readonly [path: string]: string };
  readonly env: readonly (readonly [string, string])[];
  /** Default port: -dns.port. */
  readonly port: number;
}

/** `-conf FILE`, `-dns.port N`; Go takes one dash or two. */
const flag = (argv: readonly string[], ...names: string[]): string | undefined => {
  for (const [i, a] of argv.entries()) {
    const [, name = '', , value] = /^--?([\w.]+)(=(.*))?$/.exec(a) ?? [];
    if (names.includes(name)) return value ?? argv[i + 1];
  }
  return undefined;
};

/** Where a CoreDNS with these arguments finds its Corefile. */
export const corefilePath = (argv: readonly string[]): string => flag(argv, 'conf') ?? '/Corefile';

export const snapshotOf = (argv: readonly string[], files: Snapshot['files'], env: Snapshot['env']): Snapshot => ({
  path: corefilePath(argv),
  files,
  env,
  port: Number(flag(argv, 'dns.port', 'p') ?? 53),
});

export interface Listener {
  /** "": every address. */
  readonly host: string;
  readonly port: number;
}

export interface CoreDNS {
  /** SHA-512, as `reload` shows it. */
  readonly hash: string;
  readonly plan: ProcessPlan;
  readonly listeners: readonly Listener[];
  /** ".:53" and the like. */
  readonly banner: string;
  /** Undefined: it keeps silent. */
  answer(at: Listener, question: Question, asking: Asking): Message | undefined;
}

interface Zone {
  readonly name: string;
  readonly listener: Listener;
  readonly serve: Serve | undefined;
  /** Names of the plugins that take part in answering. */
  readonly plugins: ReadonlySet<string>;
}

const filesOf = (snapshot: Snapshot): Files => ({
  read: (path) => snapshot.files[path],
  list: (folder) =>
    Object.keys(snapshot.files)
      .filter((f) => f.slice(0, f.lastIndexOf('/')) === folder)
      .map((f) => f.slice(folder.length + 1))
      .sort(),
});

const parsed = (snapshot: Snapshot, known?: ReadonlySet<string>): ServerBlock[] =>
  parseCorefile(
    { path: snapshot.path, text: snapshot.files[snapshot.path] ?? '', files: filesOf(snapshot), env: new Map(snapshot.env) },
    known,
  );

/** A Corefile that says nothing stands for this one. */
const unwritten = ({ path, port }: Snapshot): Source => ({
  path,
  text: `.:${port} {\nwhoami\nlog\n}\n`,
  files: { read: () => undefined, list: () => [] },
  env: new Map(),
});

/** What tells one configuration from another; throws CorefileError when the text cannot even be parsed. */
export const hashOf = (snapshot: Snapshot): string => corefileHash(parsed(snapshot));

interface Key {
  readonly zone: string;
  readonly port: number;
}

/** The keys of a block in full. Throws what upstream says of keys that are no zones. */
function keysOf(block: ServerBlock, defaultPort: number): Key[] {
  return block.keys.flatMap((key) => {
    let split: ReturnType<typeof splitZone>;
    try {
      split = splitZone(key);
    } catch (e) {
      throw new CorefileError(`error inspecting server blocks: ${(e as Error).message}`);
    }
    if (split.transport !== 'dns') throw new CorefileError(`kubelab does not simulate a server for ${key}`);
    return split.zones.map((zone) => ({ zone, port: split.port === '' ? defaultPort : Number(split.port) }));
  });
}

/** Throws CorefileError. */
export function compile(snapshot: Snapshot): CoreDNS {
  const files = filesOf(snapshot);
  const written = parsed(snapshot, directives);
  const blocks = written.length > 0 ? written : parseCorefile(unwritten(snapshot), directives);
  const plan: ProcessPlan = { lameduck: 0, loops: [], upstreams: [], warnings: [] };
  const servers = blocks.map((block) => ({
    block,
    keys: keysOf(block, snapshot.port),
    handlers: new Map<string, { plugin: Plugin; handler: Handler }>(),
    options: { hosts: [''] as readonly string[] },
  }));
  const search = (/^search\s+(.*)$/m.exec(files.read('/etc/resolv.conf') ?? '')?.[1] ?? '')
    .split(/\s+/)
    .filter((s) => s !== '')
    .map((s) => `${s}.`);
  // A plugin is set up for all blocks before the next one is.
  for (const name of ordered(blocks.flatMap((b) => [...b.directives.keys()]))) {
    for (const { block, keys, handlers, options } of servers) {
      const tokens = block.directives.get(name);
      if (!tokens) continue;
      const plugin = pluginOf(name, handlers);
      try {
        const full = keys.map((k) => `dns://${k.zone}:${k.port}`);
        const handler = plugin.setup({
          words: new Cursor(snapshot.path, tokens),
          keys: full,
          port: keys[0]?.port ?? 53,
          files,
          plan,
          server: options,
          search,
        });
        if (handler) handlers.set(name, { plugin, handler });
      } catch (e) {
        throw e instanceof CorefileError ? new CorefileError(`plugin/${name}: ${e.message}`) : e;
      }
    }
  }
  const zones = servers.flatMap(({ keys, handlers, options }) => {
    const serve = chain([...handlers.values()]);
    const plugins = new Set(handlers.keys());
    return keys.flatMap((k) => options.hosts.map((host): Zone => ({ name: k.zone, listener: { host, port: k.port }, serve, plugins })));
  });
  unique(zones);
  const nowhere = zones.find(({ listener: { port } }) => port < 0 || port > 65_535);
  if (nowhere) throw new CorefileError(`address ${nowhere.listener.port}: invalid port`);
  const byListener = new Map<string, Map<string, Zone>>();
  for (const z of zones) {
    const here = byListener.get(listenerText(z.listener)) ?? new Map<string, Zone>();
    byListener.set(listenerText(z.listener), here.set(z.name, z));
  }
  return {
    hash: corefileHash(parsed(snapshot)),
    plan,
    listeners: [...new Map(zones.map((z) => [listenerText(z.listener), z.listener])).values()],
    banner: banner(zones),
    answer: (at, question, asking) => route(byListener.get(listenerText(at)) ?? new Map(), question, asking),
  };
}

const listenerText = ({ host, port }: Listener): string => `${host}:${port}`;

function unique(zones: readonly Zone[]): void {
  const seen = new Set<string>();
  for (const { name, listener } of zones) {
    const text = `dns://${name}:${listener.port}${listener.host === '' ? '' : ` on ${listener.host}`}`;
    if (seen.has(text)) throw new CorefileError(`cannot serve ${text} - it is already defined`);
    seen.add(text);
  }
}

const preferred = /^(([A-Za-z]([A-Za-z0-9-]*[A-Za-z0-9])?)\.)+$/;

const banner = (zones: readonly Zone[]): string =>
  [...zones]
    .sort((a, b) => a.listener.port - b.listener.port || (a.name < b.name ? -1 : 1))
    .map(({ name, listener }) => {
      const odd =
        name === '.' || isReverse(`.${name}`) || preferred.test(name)
          ? ''
          : `Warning: Domain ${JSON.stringify(name)} does not follow RFC1035 preferred syntax\n`;
      return `${odd}${name}:${listener.port}${listener.host === '' ? '' : ` on ${listener.host}`}\n`;
    })
    .join('');

/** One handler after the other; behind the last there is nobody. */
function chain(list: readonly { plugin: Plugin; handler: Handler }[]): Serve | undefined {
  const last = list.at(-1);
  if (!last) return undefined;
  const fails = (): Outcome => ({ rcode: 'SERVFAIL', error: `plugin/${last.plugin.name}: no next plugin found` });
  const nobody: Serve = Object.assign(fails, { nobody: true as const });
  return list.reduceRight<Serve>(
    (next, { handler }) =>
      (question, asking) =>
        handler(question, asking, next),
    nobody,
  );
}

/** With one of these in any of its zones, a listener takes questions of other classes than IN. */
const ofAnyClass = ['chaos', 'forward'];

/** Zones of one listener by name: the longest that the name is in answers, but for DS, which is what its parent says of a zone. */
function route(here: ReadonlyMap<string, Zone>, question: Question, asking: Asking): Message | undefined {
  if (question.class !== undefined && ![...here.values()].some((z) => ofAnyClass.some((p) => z.plugins.has(p)))) return message('REFUSED');
  const lower = question.name.toLowerCase();
  let found: Zone | undefined;
  for (let off = 0; off >= 0 && off < lower.length; off = lower.indexOf('.', off) + 1 || -1) {
    found = here.get(off === 0 ? lower : lower.slice(off)) ?? found;
    if (found && question.type !== 'DS') break;
  }
  const zone = found ?? here.get('.');
  return zone?.serve ? ended(zone.serve(question, asking), question) : message('REFUSED');
}

function ended({ rcode, message: m, silent, became }: Outcome, question: Question): Message | undefined {
  if (silent) return undefined;
  if (m) return m;
  const turned = became !== undefined && became.recursion !== question.recursion;
  return message(rcode, turned ? { recursionDesired: became.recursion } : {});
}

/** The listener that a packet to `ip` reaches. */
export const listenerFor = ({ listeners }: CoreDNS, ip: string, port: number): Listener | undefined =>
  listeners.find((l) => l.port === port && l.host !== '' && parseIP(l.host) && canonicalIP(l.host) === canonicalIP(ip)) ??
  listeners.find((l) => l.port === port && l.host === '');
