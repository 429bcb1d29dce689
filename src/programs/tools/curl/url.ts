// URLs as curl reads them, and its globbing: [1-3], [a-c:2], {x,y}.

export interface Url {
  readonly scheme: string;
  /** Without the brackets of an IPv6 address. */
  readonly host: string;
  readonly port: number;
  /** With the query; without the fragment. */
  readonly path: string;
  /** As the Host header has it. */
  readonly authority: string;
  readonly user: string | undefined;
  readonly text: string;
}

const ports: Readonly<Record<string, number>> = {
  http: 80,
  https: 443,
  ftp: 21,
  ftps: 990,
  telnet: 23,
  gopher: 70,
  dict: 2628,
  ldap: 389,
  tftp: 69,
};

export const isProtocol = (scheme: string): boolean => scheme in ports;

export function parseUrl(text: string, asIs: boolean): Url | undefined {
  const match = /^(?:([a-z][a-z0-9+.-]*):\/\/)?(?:([^@/?#]*)@)?(\[[^\]]*\]|[^:/?#]*)(?::(\d*))?([/?#][^]*)?$/i.exec(text);
  if (!match || match[3] === '' || /[\s]/.test(text)) return undefined;
  const scheme = (match[1] ?? 'http').toLowerCase();
  const shown = match[3] as string;
  const port = match[4] ? Number(match[4]) : (ports[scheme] ?? 0);
  if (port > 65535) return undefined;
  const [, rest = '', fragment = ''] = /^([^#]*)(#.*)?$/.exec(match[5] ?? '') ?? [];
  const [, plain = '', query = ''] = /^([^?]*)(\?.*)?$/.exec(rest) ?? [];
  const path = `${asIs ? plain || '/' : withoutDots(plain)}${query}`;
  const authority = match[4] && port !== ports[scheme] ? `${shown}:${port}` : shown;
  return {
    scheme,
    host: shown.replace(/^\[(.*)\]$/, '$1'),
    port,
    path,
    authority,
    user: match[2] === undefined ? undefined : decode(match[2]),
    text: `${scheme}://${match[2] === undefined ? '' : `${match[2]}@`}${match[4] ? `${shown}:${match[4]}` : shown}${path}${fragment}`,
  };
}

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

/** RFC 3986, 5.2.4. */
function withoutDots(path: string): string {
  if (!path.includes('.')) return path || '/';
  const out: string[] = [];
  const parts = path.split('/').slice(1);
  for (const [i, part] of parts.entries()) {
    const last = i === parts.length - 1;
    if (part === '..') out.pop();
    else if (part !== '.') {
      out.push(part);
      continue;
    }
    if (last) out.push('');
  }
  return `/${out.join('/')}`;
}

/** Where a Location header leads. */
export function resolveUrl(base: Url, location: string): string {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(location)) return location;
  const origin = `${base.scheme}://${base.authority}`;
  if (location.startsWith('//')) return `${base.scheme}:${location}`;
  if (location.startsWith('/')) return `${origin}${location}`;
  const path = base.path.split('?')[0] as string;
  return location.startsWith('?') ? `${origin}${path}${location}` : `${origin}${path.slice(0, path.lastIndexOf('/') + 1)}${location}`;
}

export class GlobError extends Error {}

/** Every URL that the pattern stands for, with what each pattern was filled with (#1, #2 of -o). */
export function expandGlob(pattern: string): { url: string; parts: string[] }[] {
  let all: { url: string; parts: string[] }[] = [{ url: '', parts: [] }];
  const fail = (what: string, at: number): never => {
    throw new GlobError(`${what} in URL position ${at}:\n${pattern}\n${' '.repeat(Math.max(0, at - 1))}^`);
  };
  for (let i = 0; i < pattern.length; ) {
    const c = pattern[i] as string;
    let choices: string[] | undefined;
    let end = i + 1;
    if (c === '{') {
      end = pattern.indexOf('}', i) + 1;
      if (end === 0) fail('unmatched brace', i + 1);
      choices = pattern.slice(i + 1, end - 1).split(',');
    } else if (c === '[' && !/^\[[0-9a-f:.]*:[0-9a-f:.]*(%\w+)?\]/i.test(pattern.slice(i))) {
      end = pattern.indexOf(']', i) + 1;
      choices = rangeOf(end === 0 ? '' : pattern.slice(i, end));
      // It has read the range when it finds out, unless there is none.
      if (!choices) fail('bad range', end === 0 ? i + 2 : end + 1);
    } else if (c === '}' || (c === ']' && !/\[[0-9a-f:.]*$/i.test(pattern.slice(0, i)))) fail('unmatched close brace/bracket', i + 1);
    else if (c === '\\' && /[{}[\]]/.test(pattern[i + 1] ?? '')) end = i + 2;
    if (choices) all = all.flatMap((a) => (choices as string[]).map((x) => ({ url: a.url + x, parts: [...a.parts, x] })));
    else {
      const text = c === '\\' && end === i + 2 ? (pattern[i + 1] as string) : c;
      all = all.map((a) => ({ ...a, url: a.url + text }));
    }
    i = end;
  }
  return all;
}

function rangeOf(text: string): string[] | undefined {
  const numbers = /^\[(\d+)-(\d+)(?::(\d+))?\]$/.exec(text);
  const characters = /^\[([a-z])-([a-z])(?::(\d+))?\]$|^\[([A-Z])-([A-Z])(?::(\d+))?\]$/.exec(text);
  const [from, to, step] = numbers
    ? [Number(numbers[1]), Number(numbers[2]), Number(numbers[3] ?? 1)]
    : characters
      ? [
          (characters[1] ?? characters[4] ?? '').charCodeAt(0),
          (characters[2] ?? characters[5] ?? '').charCodeAt(0),
          Number(characters[3] ?? characters[6] ?? 1),
        ]
      : [1, 0, 1];
  if (from > to || step < 1) return undefined;
  const width = numbers && /^0\d/.test(numbers[1] as string) ? (numbers[1] as string).length : 0;
  return Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, i) =>
    numbers ? String(from + i * step).padStart(width, '0') : String.fromCharCode(from + i * step),
  );
}
