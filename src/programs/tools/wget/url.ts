// URLs as wget reads them.

export interface Target {
  readonly scheme: string;
  readonly host: string;
  /** With the port when it was typed: part of messages. */
  readonly typed: string;
  readonly port: number;
  readonly path: string;
  readonly user: string | undefined;
}

const ports: Readonly<Record<string, number>> = { http: 80, https: 443, ftp: 21 };

export function targetOf(url: string): Target {
  const match = /^(?:([a-z]+):\/\/)?(?:([^@/]*)@)?([^:/?]*|\[[^\]]*\])(?::(\d+))?([/?][^]*)?$/i.exec(url);
  const scheme = (match?.[1] ?? 'http').toLowerCase();
  const host = match?.[3] ?? url;
  const path = match?.[5] ?? '/';
  return {
    scheme,
    host,
    typed: match?.[4] ? `${host}:${match[4]}` : host,
    port: Number(match?.[4] ?? ports[scheme] ?? 80),
    path: path.startsWith('/') ? path : `/${path}`,
    user: match?.[2],
  };
}

/** Where a Location header leads. */
export const redirected = (t: Target, location: string): string =>
  /^[a-z]+:\/\//i.test(location) ? location : `${t.scheme}://${t.typed}${location.startsWith('/') ? location : `/${location}`}`;

export const fileNameOf = (t: Target): string => (t.path.split('?')[0] as string).split('/').at(-1) || 'index.html';
