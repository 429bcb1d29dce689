// nginx's variables: $host, $remote_addr ... Mirrors ngx_http_variables.c and the proxy module's own.
import { clfDate, type Served } from '../../server.js';
import { headerOf, type HttpRequest, type Reply } from '../../wire.js';
import { ConfigError } from './config.js';

/** A request on its way through a server. */
export interface Visit {
  readonly request: HttpRequest;
  readonly at: Served;
  readonly serverName: string;
  readonly scheme: 'http' | 'https';
  /** Without its query, normalised; changed by try_files and error_page. */
  uri: string;
  /** Of proxy_pass. */
  upstream?: { readonly host: string; readonly port: number };
  reply?: Reply;
}

/** A text that a visit fills in. */
export type Text = (v: Visit) => string;

/** Undefined: not found, which is another thing than empty. */
type Value = (v: Visit) => string | undefined;

const queryOf = ({ request }: Visit): string | undefined => /\?(.*)$/s.exec(request.path)?.[1];
const own = (request: HttpRequest, name: string): string | undefined => headerOf(request.headers, name);
const clientOf: Text = (v) => v.at.client.ip;

const variables: Readonly<Record<string, Value>> = {
  args: queryOf,
  body_bytes_sent: ({ reply, request }) => String(request.method === 'HEAD' ? 0 : Buffer.byteLength(reply?.body ?? '')),
  bytes_sent: ({ reply }) => String(Buffer.byteLength(reply?.body ?? '')),
  content_length: ({ request }) => own(request, 'Content-Length'),
  content_type: ({ request }) => own(request, 'Content-Type'),
  document_uri: (v) => v.uri,
  host: ({ request, serverName }) => request.host.replace(/:\d+$/, '').toLowerCase() || serverName,
  hostname: ({ at }) => at.pod.hostname,
  https: ({ scheme }) => (scheme === 'https' ? 'on' : ''),
  is_args: (v) => (queryOf(v) ? '?' : ''),
  msec: ({ at }) => (at.now / 1000).toFixed(3),
  nginx_version: ({ at }) => at.image.version,
  proxy_add_x_forwarded_for: (v) => [own(v.request, 'X-Forwarded-For'), clientOf(v)].filter((t) => t !== undefined).join(', '),
  proxy_host: ({ upstream }) => upstream && `${upstream.host}${upstream.port === 80 ? '' : `:${upstream.port}`}`,
  proxy_port: ({ upstream }) => upstream && String(upstream.port),
  query_string: queryOf,
  remote_addr: clientOf,
  remote_port: ({ at }) => String(at.client.port),
  remote_user: () => undefined,
  request: ({ request }) => `${request.method} ${request.path} HTTP/${request.http ?? '1.1'}`,
  request_method: ({ request }) => request.method,
  request_time: () => '0.000',
  request_uri: ({ request }) => request.path,
  scheme: ({ scheme }) => scheme,
  server_addr: ({ at }) => at.pod.ip,
  server_name: ({ serverName }) => serverName,
  server_port: ({ at }) => String(at.socket.port),
  server_protocol: ({ request }) => `HTTP/${request.http ?? '1.1'}`,
  status: ({ reply }) => String(reply?.status ?? ''),
  time_iso8601: ({ at }) => `${new Date(at.now).toISOString().slice(0, 19)}+00:00`,
  time_local: ({ at }) => clfDate(at.now),
  uri: (v) => v.uri,
};

function valueOf(name: string): Value {
  const known = variables[name];
  if (known) return known;
  const sent = /^http_(\w+)$/.exec(name)?.[1];
  if (sent === 'host') return ({ request }) => request.host;
  if (sent !== undefined) {
    const header = sent.replaceAll('_', '-');
    return ({ request }) => own(request, header);
  }
  const asked = /^arg_(\w+)$/.exec(name)?.[1];
  if (asked !== undefined) return (v) => rawArgument(queryOf(v) ?? '', asked);
  throw new ConfigError(`unknown "${name}" variable`);
}

/** As it was sent: nginx does not decode it. Its name in whatever case. */
const rawArgument = (query: string, name: string): string | undefined =>
  query
    .split('&')
    .find((pair) => pair.toLowerCase().startsWith(`${name.toLowerCase()}=`))
    ?.slice(name.length + 1);

/** A text with variables in it; what is not found is left out. Throws ConfigError for a variable that does not exist. */
export const template = (text: string): Text => filled(text, (value) => value ?? '');

/** The same for a line of a log: what is not found is "-", and what could forge a line is written by its codes. */
export const logTemplate = (text: string, escape = 'default'): Text => {
  if (escape === 'none') return template(text);
  if (escape === 'json') return filled(text, (value = '') => JSON.stringify(value).slice(1, -1));
  if (escape !== 'default') throw new ConfigError(`unknown log format escaping "${escape}"`);
  return filled(text, (value) => (value === undefined ? '-' : escaped(value)));
};

const escaped = (value: string): string =>
  /^[ !#-[\]-~]*$/.test(value)
    ? value
    : [...Buffer.from(value)]
        .map((byte) =>
          byte < 0x20 || byte > 0x7e || byte === 0x22 || byte === 0x5c
            ? `\\x${byte.toString(16).toUpperCase().padStart(2, '0')}`
            : String.fromCharCode(byte),
        )
        .join('');

function filled(text: string, write: (value: string | undefined) => string): Text {
  const parts = text.split(/\$(\w+|\{\w+\})/).map((part, i): string | Value => (i % 2 ? valueOf(part.replace(/[{}]/g, '')) : part));
  const [only] = parts;
  if (parts.length === 1 && typeof only === 'string') return () => only;
  return (v) => parts.map((part) => (typeof part === 'string' ? part : write(part(v)))).join('');
}
