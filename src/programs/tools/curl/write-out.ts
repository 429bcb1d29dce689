// -w: variables of a transfer. Mirrors src/tool_writeout.c.
import type { Reply } from '../../wire.js';

/** What a transfer was like when it was over. Times in milliseconds since its beginning. */
export interface Outcome {
  readonly code: number;
  readonly message: string;
  readonly url: string;
  readonly effective: string;
  readonly scheme: string;
  readonly method: string;
  readonly reply: Reply | undefined;
  readonly remote: { readonly ip: string; readonly port: number } | undefined;
  readonly local: { readonly ip: string; readonly port: number } | undefined;
  readonly connects: number;
  readonly redirects: number;
  readonly redirectUrl: string;
  readonly downloaded: number;
  readonly uploaded: number;
  readonly headerSize: number;
  readonly requestSize: number;
  readonly http: string;
  readonly referer: string;
  readonly file: string;
  readonly index: number;
  readonly times: {
    readonly lookup: number;
    readonly connect: number;
    readonly tls: number;
    readonly start: number;
    readonly redirect: number;
    readonly total: number;
  };
}

const seconds = (ms: number): string => (ms / 1000).toFixed(6);

const lastHeader = (reply: Reply | undefined, name: string): string =>
  reply?.headers.findLast(([k]) => k.toLowerCase() === name.toLowerCase())?.[1] ?? '';

const speed = (bytes: number, ms: number): string => String(ms > 0 ? Math.floor((bytes * 1000) / ms) : 0);

const variables: Readonly<Record<string, (o: Outcome) => string | number>> = {
  certs: () => '',
  content_type: (o) => lastHeader(o.reply, 'content-type'),
  errormsg: (o) => o.message,
  exitcode: (o) => o.code,
  filename_effective: (o) => o.file,
  http_code: (o) => String(o.reply?.status ?? 0).padStart(3, '0'),
  http_connect: () => '000',
  http_version: (o) => o.http,
  local_ip: (o) => o.local?.ip ?? '',
  local_port: (o) => o.local?.port ?? 0,
  method: (o) => o.method,
  num_certs: () => 0,
  num_connects: (o) => o.connects,
  num_headers: (o) => o.reply?.headers.length ?? 0,
  num_redirects: (o) => o.redirects,
  num_retries: () => 0,
  proxy_ssl_verify_result: () => 0,
  redirect_url: (o) => o.redirectUrl,
  referer: (o) => o.referer,
  remote_ip: (o) => o.remote?.ip ?? '',
  remote_port: (o) => o.remote?.port ?? 0,
  response_code: (o) => String(o.reply?.status ?? 0).padStart(3, '0'),
  scheme: (o) => o.scheme,
  size_download: (o) => o.downloaded,
  size_header: (o) => o.headerSize,
  size_request: (o) => o.requestSize,
  size_upload: (o) => o.uploaded,
  speed_download: (o) => speed(o.downloaded, o.times.total),
  speed_upload: (o) => speed(o.uploaded, o.times.total),
  ssl_verify_result: () => 0,
  time_appconnect: (o) => seconds(o.times.tls),
  time_connect: (o) => seconds(o.times.connect),
  time_namelookup: (o) => seconds(o.times.lookup),
  time_pretransfer: (o) => seconds(Math.max(o.times.connect, o.times.tls)),
  time_redirect: (o) => seconds(o.times.redirect),
  time_starttransfer: (o) => seconds(o.times.start),
  time_total: (o) => seconds(o.times.total),
  url: (o) => o.url,
  url_effective: (o) => o.effective,
  urlnum: (o) => o.index,
};

const numeric = /^(exitcode|http_code|http_connect|response_code|local_port|remote_port|num_|proxy_ssl|size_|speed_|ssl_|urlnum)/;

function asJson(o: Outcome, version: string): string {
  const entries = Object.keys(variables).map((k): [string, unknown] => {
    const value = (variables[k] as (o: Outcome) => string | number)(o);
    if (k.startsWith('time_') || numeric.test(k)) return [k, Number(value)];
    return [k, value === '' && ['content_type', 'errormsg', 'redirect_url', 'referer', 'scheme'].includes(k) ? null : value];
  });
  const texts = entries.map(([k, v]) => `${JSON.stringify(k)}:${k.startsWith('time_') ? Number(v).toFixed(6) : JSON.stringify(v)}`);
  return `{${texts.join(',')},"curl_version":"libcurl/${version}"}`;
}

function headersAsJson(reply: Reply | undefined): string {
  const names = [...new Set((reply?.headers ?? []).map(([k]) => k.toLowerCase()))];
  const line = (n: string): string =>
    `${JSON.stringify(n)}:${JSON.stringify((reply?.headers ?? []).filter(([k]) => k.toLowerCase() === n).map(([, v]) => v))}`;
  return `{${names.map(line).join(',\n')}\n}`;
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };

/** Writes the format to both streams. */
export function writeOut(format: string, o: Outcome, version: string, streams: { out(text: string): void; err(text: string): void }): void {
  let say = streams.out;
  for (const [token, name, header, escape] of format.matchAll(/%\{([^}]*)\}|%header\{([^}]*)\}|\\(.)|%%|[^%\\]+|[^]/g)) {
    if (header !== undefined) say(lastHeader(o.reply, header));
    else if (name !== undefined) {
      if (name === 'stdout' || name === 'stderr') say = name === 'stdout' ? streams.out : streams.err;
      else if (name === 'onerror') {
        if (o.code === 0) return;
      } else if (name === 'json') say(asJson(o, version));
      else if (name === 'header_json') say(headersAsJson(o.reply));
      else if (variables[name]) say(String(variables[name](o)));
      else streams.err(`curl: unknown --write-out variable: '${name}'\n`);
    } else if (escape !== undefined) say(escapes[escape] ?? `\\${escape}`);
    else say(token === '%%' ? '%' : token);
  }
}
