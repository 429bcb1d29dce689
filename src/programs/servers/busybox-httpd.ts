// BusyBox' httpd: the files of a folder over HTTP/1.1, one request a connection. Mirrors networking/httpd.c.
import { joinHostPort } from '../../lib/ip.js';
import { isIPv6 } from '../../network/net.js';
import { normalPath } from '../files.js';
import { httpDate, reply, type Served, type Server, serve, entityTag } from '../server.js';
import { flags } from '../tools/arguments.js';
import type { HttpRequest, Reply } from '../wire.js';

const types: Readonly<Record<string, string>> = {
  txt: 'text/plain',
  h: 'text/plain',
  c: 'text/plain',
  html: 'text/html',
  htm: 'text/html',
  css: 'text/css',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  png: 'image/png',
  svg: 'image/svg+xml',
  wav: 'audio/wav',
  avi: 'video/x-msvideo',
  qt: 'video/quicktime',
  mov: 'video/quicktime',
  mpg: 'video/mpeg',
  mpeg: 'video/mpeg',
  mid: 'audio/midi',
};

const read = (argv: readonly string[]): ReturnType<typeof flags> => flags(argv, 'fp:h:vi');

const folderOf = (argv: readonly string[]): string => normalPath(read(argv).value('h') ?? '/');

export const busyboxHttpd: Server = {
  name: 'busybox-httpd',
  run: (p) => {
    const f = read(p.argv);
    const refused = f.unknown ?? (f.has('i') ? '-i' : undefined) ?? f.rest[0];
    if (refused !== undefined) {
      p.err(`kubelab: httpd ${refused} is not simulated\n`);
      return 126;
    }
    const home = f.value('h');
    if (home !== undefined && !p.machine.files.isDirectory(normalPath(home, p.cwd))) {
      p.err(`httpd: can't change directory to '${home}': No such file or directory\n`);
      return 1;
    }
    // In the background it goes on, but nobody waits for it: the container ends.
    if (!f.has('f')) return 0;
    const [, host, port] = /^(?:(.*):)?(\d+)$/.exec(f.value('p') ?? '80') ?? [];
    const argv = [...p.argv, '-h', normalPath(home ?? '.', p.cwd)];
    const bound = host ? ({ family: isIPv6(host) ? 'IPv6' : 'IPv4' } as const) : {};
    return serve({ ...p, argv }, 'busybox-httpd', [{ port: Number(port), ...bound, ...(host?.startsWith('127.') && { loopback: true }) }]);
  },
  http: answer,
  log: (request, { status }, { client, socket }) => {
    const verbose = (socket.argv.join(' ').match(/(?<= -\w*)v/g) ?? []).length;
    const who = joinHostPort(isIPv6(client.ip) ? client.ip : `::ffff:${client.ip}`, client.port);
    const url = verbose > 1 ? `${who}: url:${request.path}\n` : '';
    return verbose === 0 ? undefined : `${url}${who}: response:${status}`;
  },
};

function answer(request: HttpRequest, at: Served): Reply {
  const common: [string, string][] = [
    ['Date', httpDate(at.now)],
    ['Connection', 'close'],
  ];
  const page = (status: number, reason: string, text: string): Reply =>
    reply(
      status,
      reason,
      [...common, ['Content-type', 'text/html']],
      `<HTML><HEAD><TITLE>${status} ${reason}</TITLE></HEAD>\n<BODY><H1>${status} ${reason}</H1>\n${text}\n</BODY></HTML>\n`,
    );
  if (!['GET', 'HEAD'].includes(request.method)) return page(501, 'Not Implemented', 'The requested method is not recognized');
  const url = request.path.split('?')[0] ?? '/';
  const path = normalPath(`${folderOf(at.socket.argv)}${decodeURI(url)}`);
  if (at.files.isDirectory(path) && !url.endsWith('/'))
    return reply(302, 'Found', [...common, ['Content-type', 'text/html'], ['Location', `${url}/`]], '');
  const file = at.files.isDirectory(path) ? normalPath(`${path}/index.html`) : path;
  const body = at.files.read(file);
  if (body === undefined) return page(404, 'Not Found', 'The requested URL was not found');
  const size = Buffer.byteLength(body);
  return reply(
    200,
    'OK',
    [
      ...common,
      ['Content-type', types[file.split('.').at(-1) ?? ''] ?? 'application/octet-stream'],
      ['Accept-Ranges', 'bytes'],
      ['Last-Modified', httpDate(at.startedAt)],
      ['ETag', entityTag(at.startedAt, size)],
      ['Content-Length', String(size)],
    ],
    body,
  );
}
