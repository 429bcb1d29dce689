// What nginx answers to a request: the server and the location for it, then a file, a text, a redirect, or what another server says.
// Mirrors ngx_http_core_module (location search, try_files, error_page), the static, index and proxy modules.
import { normalPath } from '../../files.js';
import { entityTag, httpDate, reply, type Served } from '../../server.js';
import { headerOf, type HttpRequest, type Reply } from '../../wire.js';
import type { Location, Pass, Scope, Site, VirtualServer } from './site.js';
import type { Visit } from './variables.js';

const reasons: Readonly<Record<number, string>> = {
  200: 'OK',
  201: 'Created',
  202: 'Accepted',
  204: 'No Content',
  301: 'Moved Permanently',
  302: 'Moved Temporarily',
  303: 'See Other',
  307: 'Temporary Redirect',
  308: 'Permanent Redirect',
  400: 'Bad Request',
  401: 'Authorization Required',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Not Allowed',
  408: 'Request Time-out',
  410: 'Gone',
  413: 'Request Entity Too Large',
  414: 'Request-URI Too Large',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  502: 'Bad Gateway',
  503: 'Service Temporarily Unavailable',
  504: 'Gateway Time-out',
};

type Header = readonly [string, string];

/** What a request ended at, before its page is written. */
interface End {
  readonly code: number;
  readonly type?: string;
  /** Absent: nginx's own page. */
  readonly body?: string;
  readonly headers?: readonly Header[];
  readonly modified?: string;
  /** Parts of it can be asked for. */
  readonly ranges?: true;
  readonly location?: string;
  /** Milliseconds until it is known. */
  readonly after?: number;
}

export interface Answered {
  readonly visit: Visit;
  readonly scope: Scope;
  readonly reply: Reply;
}

export function answer(site: Site, request: HttpRequest, at: Served): Answered {
  const server = serverFor(site, request, at);
  const scheme = request.tls ? 'https' : 'http';
  const visit: Visit = { request, at, serverName: server.names[0] ?? '', scheme, uri: pathOf(request) };
  const place = locationFor(server, visit.uri);
  const scope = place?.scope ?? server.scope;
  const found = server.scope.returns ? returned(server.scope, visit) : end(server, place, visit, 0);
  const written = write(paged(server, scope, visit, found), scope, visit);
  visit.reply = written;
  return { visit, scope, reply: written };
}

function pathOf(request: HttpRequest): string {
  const raw = request.path.split('?')[0] ?? '/';
  try {
    const path = normalPath(decodeURIComponent(raw));
    return raw.endsWith('/') && !path.endsWith('/') ? `${path}/` : path;
  } catch {
    return raw;
  }
}

/** By the port, then by the name asked for: exact, *.suffix, prefix.*, pattern; else the port's default. */
function serverFor({ servers }: Site, request: HttpRequest, { socket }: Served): VirtualServer {
  const here = servers.length === 1 ? servers : servers.filter((s) => s.listens.some((l) => l.port === socket.port));
  if (here.length === 1) return here[0] as VirtualServer;
  const host = request.host.replace(/:\d+$/, '').toLowerCase();
  const named = (fits: (name: string) => boolean): VirtualServer | undefined => here.find((s) => s.names.some(fits));
  return (named((n) => n.toLowerCase() === host || (n.startsWith('.') && n.slice(1) === host)) ??
    named((n) => /^\*?\./.test(n) && host.endsWith(n.replace(/^\*/, ''))) ??
    named((n) => n.endsWith('.*') && host.startsWith(n.slice(0, -1))) ??
    named((n) => n.startsWith('~') && new RegExp(n.slice(1)).test(host)) ??
    here.find((s) => s.listens.some((l) => l.port === socket.port && l.isDefault)) ??
    here[0]) as VirtualServer;
}

function locationFor({ locations }: VirtualServer, uri: string): Location | undefined {
  let longest: Location | undefined;
  for (const l of locations) {
    if (l.kind === '=' && l.prefix === uri) return l;
    if ((l.kind === '' || l.kind === '^~') && l.prefix.length > (longest?.prefix.length ?? -1) && uri.startsWith(l.prefix)) longest = l;
  }
  if (longest?.kind === '^~') return longest;
  return locations.find((l) => l.pattern?.test(uri)) ?? longest;
}

/** Internal redirects (index, try_files, error_page) come back here. */
const mostRedirects = 10;

function end(server: VirtualServer, place: Location | undefined, visit: Visit, turn: number): End {
  if (turn > mostRedirects) return { code: 500 };
  const scope = place?.scope ?? server.scope;
  if (scope.internal && turn === 0) return { code: 404 };
  if (scope.returns) return returned(scope, visit);
  if (scope.denied) return { code: 403 };
  if (Buffer.byteLength(visit.request.body) > scope.maxBody && scope.maxBody > 0) return { code: 413 };
  if (scope.tries) return tried(server, place, scope, scope.tries, visit, turn);
  if (scope.status)
    return {
      code: 200,
      type: 'text/plain',
      body: 'Active connections: 1 \nserver accepts handled requests\n 1 1 1 \nReading: 0 Writing: 1 Waiting: 0 \n',
    };
  return scope.pass ? passed(scope.pass, place, scope, visit) : file(server, place, scope, visit, turn);
}

function returned({ returns, defaultType }: Scope, visit: Visit): End {
  const { code, text } = returns as NonNullable<Scope['returns']>;
  if ([301, 302, 303, 307, 308].includes(code)) return { code, location: absolute(visit, text?.(visit) ?? '') };
  return text ? { code, type: defaultType, body: text(visit) } : { code };
}

/** A path becomes a whole URL of this server. */
const absolute = ({ request, scheme, at }: Visit, to: string): string => {
  if (!to.startsWith('/')) return to;
  const usual = at.socket.port === (scheme === 'https' ? 443 : 80);
  return `${scheme}://${request.host.replace(/:\d+$/, '')}${usual ? '' : `:${at.socket.port}`}${to}`;
};

/** Where on the disk a URI is. */
function diskPath(place: Location | undefined, scope: Scope, uri: string): string {
  if (scope.alias === undefined || !place) return normalPath(`${scope.root}${uri}`);
  return normalPath(place.pattern ? scope.alias : `${scope.alias}${uri.slice(place.prefix.length)}`);
}

function tried(
  server: VirtualServer,
  place: Location | undefined,
  scope: Scope,
  tries: readonly string[],
  visit: Visit,
  turn: number,
): End {
  const { files } = visit.at;
  for (const text of tries.slice(0, -1)) {
    const uri = text.replaceAll('$uri', visit.uri).replaceAll('$args', '');
    const path = diskPath(place, scope, uri);
    const hit = uri.endsWith('/') ? files.isDirectory(path) : files.read(path) !== undefined && !files.isDirectory(path);
    if (!hit) continue;
    visit.uri = uri;
    return scope.pass ? passed(scope.pass, place, scope, visit) : file(server, place, scope, visit, turn);
  }
  const last = tries.at(-1) ?? '';
  if (last.startsWith('=')) return { code: Number(last.slice(1)) };
  visit.uri = (last.replaceAll('$uri', visit.uri).split('?')[0] as string) || '/';
  return end(server, locationFor(server, visit.uri), visit, turn + 1);
}

function file(server: VirtualServer, place: Location | undefined, scope: Scope, visit: Visit, turn: number): End {
  const { request, at } = visit;
  const path = diskPath(place, scope, visit.uri);
  if (visit.uri.endsWith('/')) {
    for (const index of scope.index) {
      if (at.files.read(`${path}/${index}`.replace('//', '/')) === undefined) continue;
      visit.uri = index.startsWith('/') ? index : `${visit.uri}${index}`;
      return end(server, locationFor(server, visit.uri), visit, turn + 1);
    }
    if (!at.files.isDirectory(path)) return { code: 404 };
    return scope.autoindex ? { code: 200, type: 'text/html', body: listing(visit, path) } : { code: 403 };
  }
  if (at.files.isDirectory(path)) return { code: 301, location: absolute(visit, `${visit.uri}/`) };
  const body = at.files.read(path);
  if (body === undefined) return { code: 404 };
  if (request.method !== 'GET' && request.method !== 'HEAD') return { code: 405 };
  const type = scope.types[path.slice(path.lastIndexOf('.') + 1)] ?? scope.defaultType;
  const tag = entityTag(at.startedAt, Buffer.byteLength(body));
  return { code: 200, type, body, ranges: true, modified: httpDate(at.startedAt), headers: scope.etag ? [['ETag', tag]] : [] };
}

function listing({ uri, at }: Visit, path: string): string {
  const names = at.files.names(path).map((n) => (at.files.isDirectory(`${path}/${n}`) ? `${n}/` : n));
  const sorted = [...names.filter((n) => n.endsWith('/')).sort(), ...names.filter((n) => !n.endsWith('/')).sort()];
  const [day, month, year] = httpDate(at.startedAt).slice(5, 16).split(' ');
  const time = `${day}-${month}-${year} ${new Date(at.startedAt).toISOString().slice(11, 16)}`;
  const lines = sorted.map((n) => {
    const size = n.endsWith('/') ? '-' : String(Buffer.byteLength(at.files.read(`${path}/${n}`) ?? ''));
    return `<a href="${n}">${n}</a>${' '.repeat(Math.max(0, 50 - n.length))} ${time} ${size.padStart(19)}\r\n`;
  });
  const title = `Index of ${uri}`;
  return `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<h1>${title}</h1><hr><pre><a href="../">../</a>\r\n${lines.join('')}</pre><hr></body>\r\n</html>\r\n`;
}

/** Headers that belong to one connection, or that nginx writes itself. */
const own = new Set([
  'server',
  'date',
  'content-type',
  'content-length',
  'connection',
  'transfer-encoding',
  'keep-alive',
  'location',
  'last-modified',
]);

function passed(pass: Pass, place: Location | undefined, scope: Scope, visit: Visit): End {
  const { request, at } = visit;
  const { upstream, uri } = pass;
  const all = upstream.peers.flatMap((peer) => Array<typeof peer>(peer.weight).fill(peer));
  const first = at.pick(all.length);
  visit.upstream = upstream;
  const query = /\?.*$/s.exec(request.path)?.[0] ?? '';
  const path = uri === undefined || !place ? request.path : `${uri}${visit.uri.slice(place.prefix.length)}${query}`;
  const set = scope.proxyHeaders.map(({ name, value }): Header => [name, value(visit)]);
  const host = upstream.port === (pass.tls ? 443 : 80) ? upstream.host : `${upstream.host}:${upstream.port}`;
  const kept = request.headers.filter(
    ([k]) => !['host', 'connection', 'keep-alive'].includes(k.toLowerCase()) && headerOf(set, k) === undefined,
  );
  const onward: HttpRequest = {
    ...request,
    path,
    host: headerOf(set, 'host') ?? host,
    headers: [
      ...set.filter(([k, v]) => k.toLowerCase() !== 'host' && k.toLowerCase() !== 'connection' && v !== ''),
      ['Connection', 'close'],
      ...kept,
    ],
    tls: pass.tls,
    http: '1.0',
  };
  let code = 502;
  let after = 0;
  // One after the other, each server once.
  for (const peer of new Set([...all.slice(first), ...all.slice(0, first)])) {
    const exchange = at.wire().connect(peer.ip, peer.port, 'TCP', onward);
    const got = exchange.reply;
    if (got) {
      const [type, location, modified] = ['content-type', 'location', 'last-modified'].map((name) => headerOf(got.headers, name));
      return {
        code: got.status,
        body: got.body,
        headers: got.headers.filter(([k]) => !own.has(k.toLowerCase())),
        ...(type !== undefined && { type }),
        ...(location !== undefined && { location: homeward(visit, onward, place, pass, location) }),
        ...(modified !== undefined && { modified }),
      };
    }
    const isLost = exchange.outcome === 'timeout' || exchange.silent;
    code = isLost ? 504 : 502;
    if (isLost) after += exchange.silent ? scope.readTimeout : scope.connectTimeout;
  }
  return { code, after };
}

/** A redirect of the other server to itself becomes one to this server (proxy_redirect default). */
function homeward(visit: Visit, onward: HttpRequest, place: Location | undefined, { uri = '', upstream }: Pass, location: string): string {
  const itself = `${onward.tls ? 'https' : 'http'}://${upstream.host}${onward.host.includes(':') ? `:${upstream.port}` : ''}${uri}`;
  return place && location.startsWith(itself)
    ? absolute(visit, `${uri === '' ? '' : place.prefix}${location.slice(itself.length)}`)
    : location;
}

/** error_page: another URI's answer in place of nginx's own page. */
function paged(server: VirtualServer, scope: Scope, visit: Visit, found: End): End {
  if (found.body !== undefined || found.code < 300) return found;
  const page = scope.errorPages.find((p) => p.codes.includes(found.code));
  if (!page) return found;
  if (/^https?:/.test(page.uri)) return { code: 302, location: page.uri };
  visit.uri = page.uri;
  const instead = end(server, locationFor(server, page.uri), visit, 1);
  if (instead.body === undefined) return found;
  return { ...instead, ...(found.after && { after: found.after }), code: page.status ?? found.code };
}

const page = (code: number, version: string): string =>
  `<html>\r\n<head><title>${code} ${reasons[code] ?? ''}</title></head>\r\n<body>\r\n<center><h1>${code} ${reasons[code] ?? ''}</h1></center>\r\n<hr><center>${version}</center>\r\n</body>\r\n</html>\r\n`;

/** What a charset is told of. */
const texts = new Set(['text/html', 'text/xml', 'text/plain', 'text/vnd.wap.wml', 'application/javascript', 'application/rss+xml']);

function expiry(expires: Scope['expires'], now: number): Header[] {
  if (expires === undefined) return [];
  const told = (date: string, control: string): Header[] => [
    ['Expires', date],
    ['Cache-Control', control],
  ];
  if (expires === 'epoch') return told('Thu, 01 Jan 1970 00:00:01 GMT', 'no-cache');
  if (expires === 'max') return told('Thu, 31 Dec 2037 23:55:55 GMT', 'max-age=315360000');
  return told(httpDate(now + expires * 1000), expires < 0 ? 'no-cache' : `max-age=${expires}`);
}

function write(found: End, scope: Scope, visit: Visit): Reply {
  const { code } = found;
  const version = scope.tokens ? `nginx/${visit.at.image.version}` : 'nginx';
  const body = found.body ?? (code >= 300 ? page(code, version) : '');
  const bare = found.type ?? (found.body === undefined && code >= 300 ? 'text/html' : undefined);
  const type = bare !== undefined && scope.charset && texts.has(bare) ? `${bare}; charset=${scope.charset}` : bare;
  const isShown = [200, 201, 204, 206, 301, 302, 303, 304, 307, 308].includes(code);
  const added = scope.headers.filter((h) => h.always || isShown).map((h): Header => [h.name, h.value(visit)]);
  const headers: Header[] = [
    ['Server', version],
    ['Date', httpDate(visit.at.now)],
    ...(type === undefined ? [] : [['Content-Type', type] as const]),
    ...(code === 204 ? [] : [['Content-Length', String(Buffer.byteLength(body))] as const]),
    ...(found.modified === undefined ? [] : [['Last-Modified', found.modified] as const]),
    ...(found.location === undefined ? [] : [['Location', found.location] as const]),
    ['Connection', 'keep-alive'],
    ...(found.headers ?? []),
    ...(isShown ? expiry(scope.expires, visit.at.now) : []),
    ...added.filter(([, value]) => value !== ''),
    ...(found.ranges ? [['Accept-Ranges', 'bytes'] as const] : []),
  ];
  const written = reply(code, reasons[code] ?? '', headers, code === 204 ? '' : body);
  return found.after ? { ...written, after: found.after } : written;
}
