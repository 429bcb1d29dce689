// What nginx's directives mean: from a configuration to a Site. Mirrors ngx_http_core_module's directives and those of the modules that answer;
// those that change no answer here are taken and forgotten, those that would and are not simulated are refused by name.
import { X509Certificate } from 'node:crypto';
import { at, ConfigError, type Directive, type Files, parse } from './config.js';
import type { Listen, Location, Pass, Peer, Scope, Site, Upstream, VirtualServer } from './site.js';
import { logTemplate, template, type Text } from './variables.js';

/** The addresses of a name, none when it has none. */
export type Resolve = (host: string) => readonly string[];

type Level = 'main' | 'events' | 'http' | 'upstream' | 'server' | 'location';

/** What is being read. */
interface Draft {
  readonly files: Files;
  readonly resolve: Resolve;
  readonly formats: Map<string, Text>;
  readonly upstreams: Map<string, Upstream>;
  readonly servers: VirtualServer[];
}

interface Here {
  readonly draft: Draft;
  readonly level: Level;
  readonly scope: Scope;
  /** Lists that this level has begun itself: they take nothing over. */
  readonly begun: Set<keyof Scope>;
  readonly listens: Listen[];
  readonly names: string[];
  readonly locations: Location[];
  readonly prefix: string;
  certificate?: X509Certificate;
}

interface Rule {
  readonly on: readonly Level[];
  /** How many arguments; of a block when `block`. */
  readonly args: readonly [number, number];
  readonly block?: true;
  set(here: Here, directive: Directive): void;
}

const combined = '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent"';
const within: readonly Level[] = ['http', 'server', 'location'];
const many: readonly [number, number] = [1, 99];

function add<K extends 'headers' | 'errorPages' | 'proxyHeaders'>({ scope, begun }: Here, key: K, value: Scope[K][number]): void {
  scope[key] = [...(begun.has(key) ? scope[key] : []), value] as unknown as Scope[K];
  begun.add(key);
}

const isOn = (d: Directive): boolean => {
  const [value] = d.args;
  if (value === 'on' || value === 'off') return value === 'on';
  throw new ConfigError(`invalid value "${value}" in "${d.name}" directive, it must be "on" or "off" ${at(d)}`);
};

function bytes(d: Directive): number {
  const m = /^(\d+)([kKmMgG]?)$/.exec(d.args[0] ?? '');
  if (!m) throw new ConfigError(`"${d.name}" directive invalid value ${at(d)}`);
  return Number(m[1]) * ({ k: 1024, m: 1024 ** 2, g: 1024 ** 3 }[(m[2] ?? '').toLowerCase()] ?? 1);
}

/** "1d 2h", "60s", "500ms", "60". */
function milliseconds(d: Directive, text = d.args[0] ?? ''): number {
  const m = /^(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m(?!s))?(?:(\d+)s?)?(?:(\d+)ms)?$/.exec(text);
  if (!m || text === '') throw new ConfigError(`"${d.name}" directive invalid value ${at(d)}`);
  return m.slice(1).reduce((sum, part, i) => sum + Number(part ?? 0) * ([86_400_000, 3_600_000, 60_000, 1000, 1][i] as number), 0);
}

/** Seconds from now, or an end of time. */
function expiresOf(d: Directive): Scope['expires'] {
  const [text = ''] = d.args;
  if (text === 'off') return undefined;
  if (text === 'epoch' || text === 'max') return text;
  return text.startsWith('-') ? -milliseconds(d, text.slice(1)) / 1000 : milliseconds(d) / 1000;
}

function certificateOf(path: string, text: string): X509Certificate {
  try {
    return new X509Certificate(text);
  } catch {
    const why = 'SSL: error:0480006C:PEM routines::no start line:Expecting: TRUSTED CERTIFICATE';
    throw new ConfigError(`cannot load certificate "${path}": PEM_read_bio_X509_AUX() failed (${why})`);
  }
}

/** Where nginx looks when a name is no upstream's: addresses that it asks for once, at its start. */
function peersOf(draft: Draft, text: string, d: Directive, fallback: number): Omit<Upstream, 'peers'> & { ips: readonly string[] } {
  const m = /^(\[[^\]]*\]|[^:]*)(?::(.*))?$/.exec(text);
  const host = m?.[1] ?? '';
  const port = m?.[2] === undefined ? fallback : Number(m[2]);
  if (host === '') throw new ConfigError(`no host in upstream "${text}" ${at(d)}`);
  if (!Number.isInteger(port) || port < 1 || port > 65535) throw new ConfigError(`invalid port in upstream "${text}" ${at(d)}`);
  const bare = host.replace(/^\[(.*)\]$/, '$1');
  const ips = /^[\d.]+$/.test(bare) || bare.includes(':') ? [bare] : draft.resolve(bare);
  if (ips.length === 0) throw new ConfigError(`host not found in upstream "${text}" ${at(d)}`);
  return { host, port, ips };
}

function passTo({ draft, level, prefix }: Here, d: Directive): Pass {
  const [url = ''] = d.args;
  if (url.includes('$')) throw new ConfigError(`kubelab: "${d.name}" with variables is not simulated ${at(d)}`);
  const m = /^(https?):\/\/([^/]*)(\/.*)?$/.exec(url);
  if (!m) throw new ConfigError(`invalid URL prefix ${at(d)}`);
  const [, scheme, authority = '', uri] = m;
  if (uri !== undefined && (level === 'server' || prefix.startsWith('~')))
    throw new ConfigError(
      `"proxy_pass" cannot have URI part in location given by regular expression, or inside named location, or inside "if" statement, or inside "limit_except" block ${at(d)}`,
    );
  const named = draft.upstreams.get(authority);
  const tls = scheme === 'https';
  if (named) return { tls, upstream: named, uri };
  const { host, port, ips } = peersOf(draft, authority, d, tls ? 443 : 80);
  return { tls, upstream: { host, port, peers: ips.map((ip) => ({ ip, port, weight: 1 })) }, uri };
}

function listenOf(d: Directive): Listen {
  const [where = '', ...flags] = d.args;
  const m = /^(?:(\[[^\]]*\]|[^:\d][^:]*|\d+\.\d+\.\d+\.\d+):)?(\d+)$/.exec(where);
  const alone = m ? undefined : /^(\[[^\]]*\]|\*|localhost|\d+\.\d+\.\d+\.\d+)$/.exec(where)?.[1];
  if (where.startsWith('unix:')) throw new ConfigError(`kubelab: "listen ${where}" is not simulated ${at(d)}`);
  const port = m ? Number(m[2]) : alone === undefined ? Number.NaN : 80;
  if (!(port >= 1 && port <= 65535))
    throw new ConfigError(
      /:\D*$|^\d+$/.test(where) || where.includes(':')
        ? `invalid port in "${where}" of the "listen" directive ${at(d)}`
        : `host not found in "${where}" of the "listen" directive ${at(d)}`,
    );
  const address = m?.[1] ?? alone ?? '*';
  const unknown = flags.find(
    (f) =>
      !/^(default_server|default|ssl|http2|quic|reuseport|deferred|bind|proxy_protocol|(backlog|rcvbuf|sndbuf|so_keepalive|ipv6only|fastopen|setfib|accept_filter)=.*)$/.test(
        f,
      ),
  );
  if (unknown !== undefined) throw new ConfigError(`invalid parameter "${unknown}" ${at(d)}`);
  return {
    port,
    loopback: address.startsWith('127.') || address === 'localhost' || address === '[::1]',
    ...(!flags.includes('ipv6only=off') && { family: address.startsWith('[') ? 'IPv6' : 'IPv4' }),
    tls: flags.includes('ssl'),
    isDefault: flags.includes('default_server') || flags.includes('default'),
  };
}

function patternOf(text: string, flags: string, d: Directive): RegExp {
  try {
    return new RegExp(text, flags);
  } catch {
    throw new ConfigError(`pcre2_compile() failed: invalid pattern in "${text}" ${at(d)}`);
  }
}

function locationOf(here: Here, d: Directive): Location {
  const [first = '', second] = d.args;
  const modifier = second === undefined ? (/^(=|\^~|~\*?)/.exec(first)?.[1] ?? '') : first;
  const path = second ?? first.slice(modifier.length);
  if (!['', '=', '^~', '~', '~*'].includes(modifier)) throw new ConfigError(`invalid location modifier "${modifier}" ${at(d)}`);
  if (path.startsWith('@')) throw new ConfigError(`kubelab: the named location "${path}" is not simulated ${at(d)}`);
  const isPattern = modifier.startsWith('~');
  const same = here.locations.some((l) => l.prefix === path && (l.kind === '=') === (modifier === '=') && !isPattern);
  if (same) throw new ConfigError(`duplicate location "${path}" ${at(d)}`);
  const { returns: _returns, pass: _pass, tries: _tries, ...inherited } = here.scope;
  const inner = inside(here, 'location', inherited, `${modifier}${path}`);
  run(inner, d.block ?? []);
  const kind = isPattern ? '~' : (modifier as '' | '=' | '^~');
  return { kind, prefix: path, scope: inner.scope, ...(isPattern && { pattern: patternOf(path, modifier === '~*' ? 'i' : '', d) }) };
}

function serverOf(here: Here, d: Directive): VirtualServer {
  const inner = inside(here, 'server', here.scope, '');
  run(inner, d.block ?? []);
  return {
    listens: inner.listens.length > 0 ? inner.listens : [{ port: 80, loopback: false, tls: false, isDefault: false, family: 'IPv4' }],
    names: inner.names.length > 0 ? inner.names : [''],
    scope: inner.scope,
    locations: inner.locations,
    certificate: inner.certificate,
  };
}

function upstreamOf(draft: Draft, d: Directive): Upstream {
  const peers: Peer[] = [];
  for (const s of d.block ?? []) {
    if (['keepalive', 'keepalive_timeout', 'keepalive_requests', 'zone', 'least_conn', 'random'].includes(s.name)) continue;
    if (s.name !== 'server') throw unknown(s, 'upstream');
    if (s.args.length === 0) throw new ConfigError(`invalid number of arguments in "server" directive ${at(s)}`);
    const flags = s.args.slice(1);
    if (flags.includes('down') || flags.includes('backup')) continue;
    const weight = Number(flags.find((f) => f.startsWith('weight='))?.slice(7) ?? 1);
    const { port, ips } = peersOf(draft, s.args[0] ?? '', s, 80);
    for (const ip of ips) peers.push({ ip, port, weight });
  }
  if (peers.length === 0) throw new ConfigError(`no servers are inside upstream ${at(d)}`);
  return { host: d.args[0] ?? '', port: 80, peers };
}

const rules: Readonly<Record<string, Rule>> = {
  access_log: {
    on: within,
    args: many,
    set: ({ draft, scope }, d) => {
      const [path, format = 'combined'] = d.args;
      const line = draft.formats.get(format);
      if (line === undefined) throw new ConfigError(`unknown log format "${format}" ${at(d)}`);
      scope.log = path === '/dev/stdout' || path === '/var/log/nginx/access.log' ? line : undefined;
    },
  },
  add_header: {
    on: within,
    args: [2, 3],
    set: (here, { args: [name = '', value = '', always] }) =>
      add(here, 'headers', { name, value: template(value), always: always === 'always' }),
  },
  alias: { on: ['location'], args: [1, 1], set: ({ scope }, d) => void (scope.alias = d.args[0] ?? '') },
  allow: { on: within, args: [1, 1], set: ({ scope }, d) => void (d.args[0] === 'all' ? (scope.denied = false) : access(d)) },
  autoindex: { on: within, args: [1, 1], set: ({ scope }, d) => void (scope.autoindex = isOn(d)) },
  charset: { on: within, args: [1, 1], set: ({ scope }, { args: [name] }) => void (scope.charset = name === 'off' ? undefined : name) },
  client_max_body_size: { on: within, args: [1, 1], set: ({ scope }, d) => void (scope.maxBody = bytes(d)) },
  default_type: { on: within, args: [1, 1], set: ({ scope }, d) => void (scope.defaultType = d.args[0] ?? '') },
  deny: { on: within, args: [1, 1], set: ({ scope }, d) => void (d.args[0] === 'all' ? (scope.denied = true) : access(d)) },
  error_page: {
    on: within,
    args: [2, 99],
    set: (here, d) => {
      const uri = d.args.at(-1) ?? '';
      const status = d.args.find((a) => /^=\d+$/.test(a));
      const codes = d.args.slice(0, -1).filter((a) => /^\d+$/.test(a));
      add(here, 'errorPages', { codes: codes.map(Number), status: status === undefined ? undefined : Number(status.slice(1)), uri });
    },
  },
  etag: { on: within, args: [1, 1], set: ({ scope }, d) => void (scope.etag = isOn(d)) },
  expires: { on: within, args: [1, 1], set: ({ scope }, d) => void (scope.expires = expiresOf(d)) },
  events: { on: ['main'], args: [0, 0], block: true, set: (here, d) => run(inside(here, 'events', here.scope, ''), d.block ?? []) },
  http: { on: ['main'], args: [0, 0], block: true, set: (here, d) => http(inside(here, 'http', here.scope, ''), d.block ?? []) },
  index: { on: within, args: many, set: ({ scope }, d) => void (scope.index = d.args) },
  internal: { on: ['location'], args: [0, 0], set: ({ scope }) => void (scope.internal = true) },
  listen: { on: ['server'], args: many, set: ({ listens }, d) => void listens.push(listenOf(d)) },
  location: { on: ['server'], args: [1, 2], block: true, set: (here, d) => void here.locations.push(locationOf(here, d)) },
  log_format: {
    on: ['http'],
    args: [2, 99],
    set: ({ draft }, { args: [name = '', ...words] }) => {
      const escape = words[0]?.startsWith('escape=') ? words.shift()?.slice(7) : 'default';
      draft.formats.set(name, logTemplate(words.join(''), escape));
    },
  },
  proxy_connect_timeout: { on: within, args: [1, 1], set: ({ scope }, d) => void (scope.connectTimeout = milliseconds(d)) },
  proxy_pass: { on: ['location'], args: [1, 1], set: (here, d) => void (here.scope.pass = passTo(here, d)) },
  proxy_read_timeout: { on: within, args: [1, 1], set: ({ scope }, d) => void (scope.readTimeout = milliseconds(d)) },
  proxy_set_header: {
    on: within,
    args: [2, 2],
    set: (here, { args: [name = '', value = ''] }) => add(here, 'proxyHeaders', { name, value: template(value) }),
  },
  return: {
    on: ['server', 'location'],
    args: [1, 2],
    set: ({ scope }, d) => {
      // The first one counts.
      if (scope.returns) return;
      const [first = '', text] = d.args;
      if (/^\d+$/.test(first)) scope.returns = { code: Number(first), text: text === undefined ? undefined : template(text) };
      else if (text === undefined && /^(https?:\/\/|\$scheme)/.test(first)) scope.returns = { code: 302, text: template(first) };
      else throw new ConfigError(`invalid return code "${first}" ${at(d)}`);
    },
  },
  root: { on: within, args: [1, 1], set: ({ scope }, d) => void (scope.root = (d.args[0] ?? '').replace(/(.)\/$/, '$1')) },
  server: { on: ['http'], args: [0, 0], block: true, set: (here, d) => void here.draft.servers.push(serverOf(here, d)) },
  server_name: { on: ['server'], args: many, set: ({ names }, d) => void names.push(...d.args) },
  server_tokens: { on: within, args: [1, 1], set: ({ scope }, d) => void (scope.tokens = isOn(d)) },
  ssl_certificate: {
    on: ['http', 'server'],
    args: [1, 1],
    set: (here, d) => {
      const path = d.args[0] ?? '';
      const text = here.draft.files[path];
      if (text === undefined)
        throw new ConfigError(
          `cannot load certificate "${path}": BIO_new_file() failed (SSL: error:80000002:system library::No such file or directory:calling fopen(${path}, r) error:10000080:BIO routines::no such file)`,
        );
      here.certificate = certificateOf(path, text);
    },
  },
  stub_status: { on: ['server', 'location'], args: [0, 1], set: ({ scope }) => void (scope.status = true) },
  try_files: { on: ['server', 'location'], args: [2, 99], set: ({ scope }, d) => void (scope.tries = d.args) },
  types: {
    on: within,
    args: [0, 0],
    block: true,
    set: ({ scope }, d) =>
      void (scope.types = Object.fromEntries((d.block ?? []).flatMap((t) => t.args.map((end): [string, string] => [end, t.name])))),
  },
  upstream: {
    on: ['http'],
    args: [1, 1],
    block: true,
    // Read before the servers that name it.
    set: () => undefined,
  },
};

/** Real directives that change no answer here: how much, how fast, how long, how compressed, and TLS by what means. */
const idle =
  /^(worker_\w+|user|pid|error_log|daemon|master_process|pcre_jit|load_module|env|timer_resolution|use|multi_accept|accept_mutex|sendfile\w*|tcp_\w+|keepalive_\w+|types_hash_\w+|server_names_hash_\w+|variables_hash_\w+|gzip\w*|client_(body|header)_\w+|large_client_header_buffers|send_timeout|lingering_\w+|reset_timedout_connection|output_buffers|open_file_cache\w*|directio|aio|log_not_found|log_subrequest|http2|merge_slashes|port_in_redirect|resolver\w*|ssl_(?!certificate$)\w+|proxy_(buffer\w*|busy_buffers_size|send_timeout|http_version|max_temp_file_size|temp_\w+|ssl_\w+|request_buffering|socket_keepalive|next_upstream\w*|ignore_client_abort|headers_hash_\w+))$/;

/** Real directives of modules that answer otherwise. */
const elsewhere =
  /^(rewrite\w*|if|set|break|map\w*|geo\w*|split_clients|stream|mail|limit_\w+|auth_\w+|satisfy|fastcgi_\w+|uwsgi_\w+|scgi_\w+|grpc_\w+|memcached_\w+|sub_filter\w*|mirror\w*|proxy_\w+|secure_link\w*|real_ip_\w+|set_real_ip_from|dav_\w+|ssi\w*|addition_\w+|add_before_body|add_after_body|random_index|referer_\w+|valid_referers|image_filter\w*|perl\w*|js_\w+|slice|userid\w*|xslt_\w+|mp4\w*|flv|absolute_redirect|server_name_in_redirect|disable_symlinks|chunked_transfer_encoding|add_trailer|default_server|zone|least_conn|ip_hash|hash|random|keepalive|lua_\w+|access_by_\w+|content_by_\w+|more_\w+|opentracing\w*|otel_\w+|http3\w*|quic_\w+|override_charset|source_charset)$/;

const access = (d: Directive): never => {
  throw new ConfigError(`kubelab: "${d.name} ${d.args[0]}" is not simulated ("all" is) ${at(d)}`);
};

const unknown = (d: Directive, level: Level): ConfigError =>
  rules[d.name] || idle.test(d.name)
    ? new ConfigError(`"${d.name}" directive is not allowed here ${at(d)}`)
    : elsewhere.test(d.name)
      ? new ConfigError(`kubelab: the directive "${d.name}" (in ${level}) is not simulated ${at(d)}`)
      : new ConfigError(`unknown directive "${d.name}" ${at(d)}`);

function run(here: Here, directives: readonly Directive[]): void {
  for (const d of directives) {
    const rule = rules[d.name];
    if (!rule && idle.test(d.name)) continue;
    if (!rule || !rule.on.includes(here.level)) throw unknown(d, here.level);
    if (rule.block && !d.block) throw new ConfigError(`directive "${d.name}" has no opening "{" ${at(d)}`);
    if (!rule.block && d.block) throw new ConfigError(`directive "${d.name}" is not terminated by ";" ${at(d)}`);
    if (d.args.length < rule.args[0] || d.args.length > rule.args[1])
      throw new ConfigError(`invalid number of arguments in "${d.name}" directive ${at(d)}`);
    rule.set(here, d);
  }
}

/** Formats and upstreams may be named before they stand there. */
function http(here: Here, directives: readonly Directive[]): void {
  const { draft } = here;
  for (const d of directives) if (d.name === 'upstream' && d.block) draft.upstreams.set(d.args[0] ?? '', upstreamOf(draft, d));
  run(here, directives);
}

const inside = ({ draft }: Pick<Here, 'draft'>, level: Level, scope: Scope, prefix: string): Here => ({
  draft,
  level,
  scope: { ...scope },
  begun: new Set(),
  listens: [],
  names: [],
  locations: [],
  prefix,
});

/** Throws ConfigError. */
export function compile(files: Files, path: string, resolve: Resolve): Site {
  const draft: Draft = { files, resolve, formats: new Map([['combined', logTemplate(combined)]]), upstreams: new Map(), servers: [] };
  const scope: Scope = {
    root: '/etc/nginx/html',
    index: ['index.html'],
    types: { html: 'text/html', gif: 'image/gif', jpg: 'image/jpeg' },
    defaultType: 'text/plain',
    headers: [],
    errorPages: [],
    proxyHeaders: [],
    tokens: true,
    log: logTemplate(combined),
    maxBody: 1024 ** 2,
    autoindex: false,
    denied: false,
    connectTimeout: 60_000,
    readTimeout: 60_000,
    charset: undefined,
    etag: true,
    expires: undefined,
  };
  const directives = parse(files, path);
  run(inside({ draft }, 'main', scope, ''), directives);
  if (!directives.some((d) => d.name === 'events')) throw new ConfigError('no "events" section in configuration');
  const sockets = new Map<number, Listen>();
  for (const listen of draft.servers.flatMap((s) => s.listens)) {
    const before = sockets.get(listen.port);
    sockets.set(listen.port, before ? together(before, listen) : listen);
  }
  for (const { listens, certificate } of draft.servers)
    if (listens.some((l) => l.tls) && certificate === undefined)
      throw new ConfigError(`no "ssl_certificate" is defined for the "listen ... ssl" directive in ${path}`);
  return { servers: draft.servers, sockets: [...sockets.values()] };
}

/** Two `listen` of one port. */
function together({ family, ...before }: Listen, listen: Listen): Listen {
  const both = { ...before, loopback: before.loopback && listen.loopback, tls: before.tls || listen.tls };
  return family === undefined || family !== listen.family ? both : { ...both, family };
}
