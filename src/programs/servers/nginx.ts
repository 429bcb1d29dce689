// nginx and Apache httpd: files of a folder over HTTP.
import { normalPath } from '../files.js';
import type { Process } from '../process.js';
import { clfDate, header, httpDate, reply, type Served, type Server, serve } from '../server.js';
import type { HttpRequest, Reply } from '../wire.js';

const types: Record<string, string> = {
  html: 'text/html',
  htm: 'text/html',
  txt: 'text/plain',
  css: 'text/css',
  js: 'application/javascript',
  json: 'application/json',
  svg: 'image/svg+xml',
};

const errorPage = (code: number, reason: string, version: string): string =>
  `<html>\r\n<head><title>${code} ${reason}</title></head>\r\n<body>\r\n<center><h1>${code} ${reason}</h1></center>\r\n<hr><center>nginx/${version}</center>\r\n</body>\r\n</html>\r\n`;

function nginxAnswer(request: HttpRequest, at: Served): Reply {
  const { version } = at.image;
  const head = (type: string, body: string): [string, string][] => [
    ['Server', `nginx/${version}`],
    ['Date', httpDate(at.now)],
    ['Content-Type', type],
    ['Content-Length', String(Buffer.byteLength(body))],
  ];
  const fail = (code: number, reason: string): Reply => {
    const body = errorPage(code, reason, version);
    return reply(code, reason, [...head('text/html', body), ['Connection', 'keep-alive']], body);
  };
  if (request.method !== 'GET' && request.method !== 'HEAD') return fail(405, 'Not Allowed');
  if (at.image.repository.endsWith('nginxdemos/hello') || at.image.repository.endsWith('nginxdemos/nginx-hello')) {
    const body = `Server address: ${at.pod.ip}:${at.socket.port}\nServer name: ${at.pod.hostname}\nDate: ${clfDate(at.now)}\nURI: ${request.path}\n`;
    return reply(200, 'OK', head('text/plain', body), body);
  }
  if (at.image.repository.endsWith('/network-multitool')) {
    const body = `WBITT Network MultiTool (with NGINX) - ${at.pod.hostname} - ${at.pod.ip} - HTTP: 80 , HTTPS: 443 . (Formerly praqma/network-multitool)\n`;
    return reply(200, 'OK', head('text/html', body), body);
  }
  const path = normalPath(decodeURI(request.path.split('?')[0] ?? '/'));
  const root = '/usr/share/nginx/html';
  const whole = path === '/' ? root : `${root}${path}`;
  const isFolder = at.files.isDirectory(whole);
  const file = isFolder ? `${whole}/index.html` : whole;
  const body = at.files.read(file);
  if (body === undefined) return isFolder ? fail(403, 'Forbidden') : fail(404, 'Not Found');
  const modified: [string, string] = ['Last-Modified', httpDate(at.startedAt)];
  return reply(
    200,
    'OK',
    [
      ...head(types[file.slice(file.lastIndexOf('.') + 1)] ?? 'application/octet-stream', body),
      modified,
      ['Connection', 'keep-alive'],
      ['ETag', `"${Math.floor(at.startedAt / 1000).toString(16)}-${Buffer.byteLength(body).toString(16)}"`],
      ['Accept-Ranges', 'bytes'],
    ],
    body,
  );
}

const entrypointLog = `/docker-entrypoint.sh: /docker-entrypoint.d/ is not empty, will attempt to perform configuration
/docker-entrypoint.sh: Looking for shell scripts in /docker-entrypoint.d/
/docker-entrypoint.sh: Launching /docker-entrypoint.d/10-listen-on-ipv6-by-default.sh
10-listen-on-ipv6-by-default.sh: info: Getting the checksum of /etc/nginx/conf.d/default.conf
10-listen-on-ipv6-by-default.sh: info: Enabled listen on IPv6 in /etc/nginx/conf.d/default.conf
/docker-entrypoint.sh: Sourcing /docker-entrypoint.d/15-local-resolvers.envsh
/docker-entrypoint.sh: Launching /docker-entrypoint.d/20-envsubst-on-templates.sh
/docker-entrypoint.sh: Launching /docker-entrypoint.d/30-tune-worker-processes.sh
/docker-entrypoint.sh: Configuration complete; ready for start up
`;

/** nginx that does not serve: its version, a test of its configuration, a signal to the one that runs. */
function question(p: Process, flag: string, version: string): number {
  const file = '/etc/nginx/nginx.conf';
  if (flag === '-v' || flag === '-V') p.err(`nginx version: nginx/${version}\n`);
  else if (flag === '-s') {
    const signal = { quit: 'QUIT', stop: 'TERM', reload: 'HUP', reopen: 'USR1' }[p.argv[p.argv.indexOf('-s') + 1] ?? ''];
    if (signal === undefined) {
      p.err(`nginx: invalid option: "-s ${p.argv[p.argv.indexOf('-s') + 1] ?? ''}"\n`);
      return 1;
    }
    p.machine.signals.push(signal);
  } else {
    p.err(`nginx: the configuration file ${file} syntax is ok\nnginx: configuration file ${file} test is successful\n`);
    if (flag === '-T') p.out(`# configuration file ${file}:\n${p.machine.files.read(file) ?? ''}\n`);
  }
  return 0;
}

export const nginx: Server = {
  name: 'nginx',
  binds: 'each',
  run: (p) => {
    const { image, init } = p.machine.host;
    const asked = p.argv.find((a) => /^-[vVtTs]$/.test(a));
    if (asked !== undefined) return question(p, asked, image.version);
    if (init[0] === '/docker-entrypoint.sh') p.out(entrypointLog);
    const stamp = new Date(p.machine.now).toISOString().slice(0, 19).replaceAll('-', '/').replace('T', ' ');
    const note = (text: string): void => p.err(`${stamp} [notice] 1#1: ${text}\n`);
    note('using the "epoll" event method');
    note(`nginx/${image.version}`);
    note('start worker processes');
    note('start worker process 29');
    const unprivileged = /unprivileged|nginx-hello/.test(image.repository);
    const both = image.repository.endsWith('/network-multitool');
    return serve(p, 'nginx', [{ port: unprivileged ? 8080 : 80 }, ...(both ? [{ port: 443, tls: true }] : [])]);
  },
  http: nginxAnswer,
  certificate: () => ({ subject: 'localhost', issuer: '', names: ['localhost'] }),
  log: (request, answer, at) =>
    `${at.client.ip} - - [${clfDate(at.now)}] "${request.method} ${request.path} HTTP/1.1" ${answer.status} ${request.method === 'HEAD' ? 0 : Buffer.byteLength(answer.body)} "-" "${header(request, 'User-Agent')}" "-"`,
};

export const httpd: Server = {
  name: 'httpd-foreground',
  run: (p) => {
    const name = `AH00558: httpd: Could not reliably determine the server's fully qualified domain name, using ${p.machine.host.wire.ip}. Set the 'ServerName' directive globally to suppress this message\n`;
    p.err(name);
    p.err(name);
    return serve(p, 'httpd-foreground', [{ port: 80 }]);
  },
  http: (request, at) => {
    const path = normalPath(request.path.split('?')[0] ?? '/');
    const root = '/usr/local/apache2/htdocs';
    const body = at.files.read(path === '/' ? `${root}/index.html` : `${root}${path}`);
    const common: [string, string][] = [
      ['Date', httpDate(at.now)],
      ['Server', `Apache/${at.image.version} (Unix)`],
    ];
    if (body === undefined) {
      const page = `<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">\n<html><head>\n<title>404 Not Found</title>\n</head><body>\n<h1>Not Found</h1>\n<p>The requested URL was not found on this server.</p>\n</body></html>\n`;
      return reply(
        404,
        'Not Found',
        [...common, ['Content-Length', String(page.length)], ['Content-Type', 'text/html; charset=iso-8859-1']],
        page,
      );
    }
    return reply(
      200,
      'OK',
      [
        ...common,
        ['Last-Modified', httpDate(at.startedAt)],
        ['Accept-Ranges', 'bytes'],
        ['Content-Length', String(Buffer.byteLength(body))],
        ['Content-Type', 'text/html'],
      ],
      body,
    );
  },
  log: (request, answer, at) =>
    `${at.client.ip} - - [${clfDate(at.now)}] "${request.method} ${request.path} HTTP/1.1" ${answer.status} ${Buffer.byteLength(answer.body)}`,
};
