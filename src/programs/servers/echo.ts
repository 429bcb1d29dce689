// Servers that tell who they are: agnhost, hello-app, http-echo, echoserver, echo-server, whoami, python's http.server.
import { byText } from '../../lib/go-format.js';
import { joinHostPort } from '../../lib/ip.js';
import { normalPath } from '../files.js';
import type { Process } from '../process.js';
import { clfDate, goReply, httpDate, reply, type Served, type Server, serve } from '../server.js';
import { headerOf, type HttpRequest, type Reply } from '../wire.js';

/** The value of `--name=x`, `-name=x` or `--name x`. */
export function option(argv: readonly string[], name: string): string | undefined {
  for (const [i, arg] of argv.entries()) {
    const bare = arg.replace(/^--?/, '');
    if (bare === arg) continue;
    if (bare === name) return argv[i + 1];
    if (bare.startsWith(`${name}=`)) return bare.slice(name.length + 1);
  }
  return undefined;
}

const portOf = (process: Process, name: string, fallback: number): number => Number(option(process.argv, name) ?? fallback);

const text = (body: string, at: Served): Reply => goReply(body, at);
const notFound = (at: Served): Reply => ({
  ...goReply('404 page not found\n', at, [['X-Content-Type-Options', 'nosniff']]),
  status: 404,
  reason: 'Not Found',
});

/** "2026-01-01 00:00:00.000000000 +0000 UTC m=+12.000000000" */
const goTime = (at: Served): string =>
  `${new Date(at.now).toISOString().slice(0, 19).replace('T', ' ')}.${String(at.now % 1000).padStart(3, '0')}000000 +0000 UTC m=+${((at.now - at.startedAt) / 1000).toFixed(9)}`;

function netexec(request: HttpRequest, at: Served): Reply {
  const url = new URL(request.path, 'http://x');
  switch (url.pathname) {
    case '/':
      return text(`NOW: ${goTime(at)}`, at);
    case '/hostname':
    case '/hostName':
      return text(at.pod.hostname, at);
    case '/clientip':
      return text(joinHostPort(at.client.ip, at.client.port), at);
    case '/echo':
      return text(url.searchParams.get('msg') ?? '', at);
    case '/healthz':
      return text('', at);
    case '/header':
      return text(headerOf(request.headers, url.searchParams.get('key') ?? '') ?? '', at);
    default:
      return notFound(at);
  }
}

/** Which of agnhost's servers runs. */
const mode = (argv: readonly string[]): string => argv.find((a, i) => i > 0 && !a.startsWith('-')) ?? 'pause';

export const agnhost: Server = {
  name: 'agnhost',
  run: (p) => {
    switch (mode(p.argv)) {
      case 'netexec':
        p.err(`Started HTTP server on port ${portOf(p, 'http-port', 8080)}\nStarted UDP server on port  ${portOf(p, 'udp-port', 8081)}\n`);
        return serve(p, 'agnhost', [{ port: portOf(p, 'http-port', 8080) }, { port: portOf(p, 'udp-port', 8081), protocol: 'UDP' }]);
      case 'serve-hostname':
        p.err('Serving on port 9376.\n');
        return serve(p, 'agnhost', [{ port: portOf(p, 'port', 9376) }]);
      case 'test-webserver':
        return serve(p, 'agnhost', [{ port: portOf(p, 'port', 80) }]);
      case 'liveness':
      case 'nettest':
        return serve(p, 'agnhost', [{ port: 8080 }]);
      case 'pause':
        p.out('Paused\n');
        return p.machine.forever();
      default:
        p.err(`kubelab: agnhost ${mode(p.argv)} is not simulated\n`);
        return 127;
    }
  },
  http: (request, at) => {
    switch (mode(at.socket.argv)) {
      case 'serve-hostname':
        return text(at.pod.hostname, at);
      case 'liveness':
        return at.now - at.startedAt < 10_000
          ? text('ok', at)
          : { ...text(`error: ${((at.now - at.startedAt) / 1000).toFixed(9)}`, at), status: 500, reason: 'Internal Server Error' };
      default:
        return netexec(request, at);
    }
  },
};

export const helloApp: Server = {
  name: 'hello-app',
  run: (p) => {
    const port = Number(p.env.get('PORT') ?? 8080);
    p.err(
      `${new Date(p.machine.now).toISOString().slice(0, 19).replaceAll('-', '/').replace('T', ' ')} Server listening on port ${port}\n`,
    );
    return serve(p, 'hello-app', [{ port }]);
  },
  http: (_request, at) =>
    text(`Hello, world!\nVersion: ${at.image.version.replace(/^(\d+\.\d+)$/, '$1.0')}\nHostname: ${at.pod.hostname}\n`, at),
  log: (request, _answer, at) =>
    `${new Date(at.now).toISOString().slice(0, 19).replaceAll('-', '/').replace('T', ' ')} Serving request: ${request.path}`,
};

export const httpEcho: Server = {
  name: 'http-echo',
  run: (p) => {
    const words = option(p.argv, 'text') ?? p.env.get('ECHO_TEXT');
    if (words === undefined && p.machine.host.image.version.startsWith('0.')) {
      p.err('Missing -text option!\n');
      return 127;
    }
    const listen = option(p.argv, 'listen') ?? ':5678';
    const stamp = new Date(p.machine.now).toISOString().slice(0, 19).replaceAll('-', '/').replace('T', ' ');
    p.err(`${stamp} [INFO] server is listening on ${listen}\n`);
    return serve(p, 'http-echo', [
      { port: Number(listen.slice(listen.lastIndexOf(':') + 1)), ...(listen.startsWith('127.') && { loopback: true }) },
    ]);
  },
  http: (_request, at) =>
    goReply(`${option(at.socket.argv, 'text') ?? at.env.get('ECHO_TEXT') ?? 'hello-world'}\n`, at, [
      ['X-App-Name', 'http-echo'],
      ['X-App-Version', at.image.version],
    ]),
};

export const echoServer: Server = {
  name: 'echo-server',
  run: (p) => serve(p, 'echo-server', [{ port: Number(p.env.get('PORT') ?? 8080) }]),
  http: (request, at) =>
    text(
      `Request served by ${at.pod.hostname}\n\n${request.method} ${request.path} HTTP/1.1\n\nHost: ${request.host}\n${request.headers.map(([k, v]) => `${k}: ${v}\n`).join('')}\n${request.body}`,
      at,
    ),
};

/** registry.k8s.io/echoserver: 1.4 prints CLIENT VALUES, later ones Hostname and the request. */
export const echoserver: Server = {
  name: 'echoserver',
  run: (p) => serve(p, 'echoserver', [{ port: 8080 }, ...(p.machine.host.image.version === '1.4' ? [] : [{ port: 8443 }])]),
  http: (request, at) => {
    const headers = [['accept', '*/*'], ['host', request.host], ...request.headers.map(([k, v]) => [k.toLowerCase(), v])]
      .filter(([k], i, all) => all.findLastIndex(([o]) => o === k) === i)
      .map(([k, v]) => `${k}=${v}`)
      .sort();
    if (at.image.version === '1.4') {
      return reply(
        200,
        'OK',
        [
          ['Server', 'nginx/1.10.0'],
          ['Date', httpDate(at.now)],
          ['Content-Type', 'text/plain'],
        ],
        `CLIENT VALUES:\nclient_address=${at.client.ip}\ncommand=${request.method}\nreal path=${request.path}\nquery=nil\nrequest_version=1.1\nrequest_uri=http://${request.host.split(':')[0]}:8080${request.path}\n\nSERVER VALUES:\nserver_version=nginx: 1.10.0 - lua: 10001\n\nHEADERS RECEIVED:\n${headers.join('\n')}\nBODY:\n${request.body || '-no body in request-'}`,
      );
    }
    return reply(
      200,
      'OK',
      [
        ['Date', httpDate(at.now)],
        ['Content-Type', 'text/plain'],
        ['Server', 'echoserver'],
      ],
      `\n\nHostname: ${at.pod.hostname}\n\nPod Information:\n\t-no pod information available-\n\nServer values:\n\tserver_version=nginx: 1.13.3 - lua: 10008\n\nRequest Information:\n\tclient_address=${at.client.ip}\n\tmethod=${request.method}\n\treal path=${request.path}\n\tquery=\n\trequest_version=1.1\n\trequest_scheme=http\n\trequest_uri=http://${request.host.split(':')[0]}:8080${request.path}\n\nRequest Headers:\n${headers.map((h) => `\t${h}`).join('\n')}\n\nRequest Body:\n\t${request.body || '-no body in request-'}\n\n`,
    );
  },
};

/** A request as Go's Request.Write sends one on: certain headers first, the others by name. */
function asGoWrites({ method, path, host, headers, body }: HttpRequest): string {
  const proper = (name: string): string => name.toLowerCase().replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase());
  const first = ['Host', 'User-Agent', 'Content-Length', 'Transfer-Encoding', 'Trailer'];
  const others = headers
    .map(([k, v]): [string, string] => [proper(k), v])
    .filter(([k]) => !first.includes(k))
    .sort(([a], [b]) => byText(a, b));
  const lines: [string, string][] = [
    ['Host', host],
    ['User-Agent', headerOf(headers, 'User-Agent') ?? 'Go-http-client/1.1'],
    ...(body === '' ? [] : [['Content-Length', String(Buffer.byteLength(body))] as [string, string]]),
    ...others,
  ];
  return `${method} ${path} HTTP/1.1\r\n${lines.map(([k, v]) => `${k}: ${v}\r\n`).join('')}\r\n${body}`;
}

export const whoami: Server = {
  name: 'whoami',
  run: (p) => serve(p, 'whoami', [{ port: Number(option(p.argv, 'port') ?? p.env.get('WHOAMI_PORT_NUMBER') ?? 80) }]),
  http: (request, at) => {
    const addresses = at
      .wire()
      .netns()
      .links.flatMap((l) => l.addresses.map(({ ip }) => `IP: ${ip}\n`));
    const remote = `RemoteAddr: ${joinHostPort(at.client.ip, at.client.port)}\n`;
    return text(`Hostname: ${at.pod.hostname}\n${addresses.join('')}${remote}${asGoWrites(request)}`, at);
  },
};

/** node server.js of kubernetes-bootcamp, and node webserver of ealen/echo-server. */
export const node: Server = {
  name: 'node',
  run: (p) => {
    const { image, declaredPorts } = p.machine.host;
    if (image.repository.endsWith('/kubernetes-bootcamp')) {
      p.out(`Kubernetes Bootcamp App Started At: ${new Date(p.machine.now).toISOString()} | Running On:  ${p.machine.host.hostname} \n\n`);
      return serve(p, 'node', [{ port: 8080 }]);
    }
    if (image.repository.endsWith('ealen/echo-server')) {
      const port = Number(p.env.get('PORT') ?? 80);
      p.out(`Listening on port ${port}.\n`);
      return serve(p, 'node', [{ port }]);
    }
    if (p.argv.length < 2) return 0;
    const code = /^(-e|--eval|-p|--print|-v|--version)$/.exec(p.argv[1] ?? '')?.[0];
    if (code !== undefined) {
      p.err(`kubelab: node ${code} is not simulated\n`);
      return 127;
    }
    return serve(p, 'node', declaredPorts);
  },
  http: (request, at) => {
    if (at.image.repository.endsWith('/kubernetes-bootcamp'))
      return reply(
        200,
        'OK',
        [
          ['Content-Type', 'text/plain'],
          ['Date', httpDate(at.now)],
          ['Connection', 'keep-alive'],
        ],
        `Hello Kubernetes bootcamp! | Running on: ${at.pod.hostname} | v=${at.image.repository.includes('jocatalin') ? 2 : 1}\n`,
      );
    const body = JSON.stringify({
      host: { hostname: request.host.split(':')[0], ip: at.client.ip, ips: [] },
      http: { method: request.method, baseUrl: '', originalUrl: request.path, protocol: 'http' },
    });
    return reply(
      200,
      'OK',
      [
        ['Content-Type', 'application/json; charset=utf-8'],
        ['Content-Length', String(Buffer.byteLength(body))],
        ['Date', httpDate(at.now)],
        ['Connection', 'keep-alive'],
      ],
      body,
    );
  },
};

/** python -m http.server [PORT] */
export const python: Server = {
  name: 'python3',
  run: (p) => {
    const code = p.argv.slice(1).find((a) => /^-[ci]/.test(a));
    if (code !== undefined && p.argv[1] === code) {
      p.err(`kubelab: python ${code.slice(0, 2)} is not simulated\n`);
      return 127;
    }
    const m = p.argv.indexOf('-m');
    const isServer = m > 0 && /^(http\.server|SimpleHTTPServer)$/.test(p.argv[m + 1] ?? '');
    if (!isServer && p.argv.length < 2) return 0;
    if (!isServer && (p.argv[1] === '--version' || p.argv[1] === '-V')) {
      p.out(`Python ${p.machine.host.image.version}\n`);
      return 0;
    }
    if (!isServer)
      return serve(
        p,
        'python3',
        p.machine.host.declaredPorts.map((port) => ({ ...port, family: 'IPv4' })),
      );
    const bind = p.argv.findIndex((a) => a === '-b' || a === '--bind');
    const port = Number(p.argv.slice(m + 2).find((a) => /^\d+$/.test(a)) ?? 8000);
    return serve(p, 'python3', [{ port, family: 'IPv4', ...(p.argv[bind + 1]?.startsWith('127.') && bind > 0 && { loopback: true }) }]);
  },
  http: (request, at) => {
    const path = normalPath(request.path.split('?')[0] ?? '/');
    const common: [string, string][] = [
      ['Server', `SimpleHTTP/0.6 Python/${at.image.version}`],
      ['Date', httpDate(at.now)],
    ];
    const file = at.files.read(path === '/' ? '/index.html' : path);
    if (file !== undefined)
      return reply(200, 'OK', [...common, ['Content-type', 'text/html'], ['Content-Length', String(Buffer.byteLength(file))]], file);
    if (at.files.isDirectory(path)) {
      const items = at.files.names(path).map((n) => (at.files.isDirectory(normalPath(n, path)) ? `${n}/` : n));
      const body = `<!DOCTYPE HTML>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>Directory listing for ${path}</title>\n</head>\n<body>\n<h1>Directory listing for ${path}</h1>\n<hr>\n<ul>\n${items.map((n) => `<li><a href="${n}">${n}</a></li>\n`).join('')}</ul>\n<hr>\n</body>\n</html>\n`;
      return reply(
        200,
        'OK',
        [...common, ['Content-type', 'text/html; charset=utf-8'], ['Content-Length', String(Buffer.byteLength(body))]],
        body,
      );
    }
    const page = `<!DOCTYPE HTML>\n<html lang="en">\n    <head>\n        <meta charset="utf-8">\n        <title>Error response</title>\n    </head>\n    <body>\n        <h1>Error response</h1>\n        <p>Error code: 404</p>\n        <p>Message: File not found.</p>\n        <p>Error code explanation: 404 - Nothing matches the given URI.</p>\n    </body>\n</html>\n`;
    return reply(
      404,
      'File not found',
      [...common, ['Connection', 'close'], ['Content-Type', 'text/html;charset=utf-8'], ['Content-Length', String(page.length)]],
      page,
    );
  },
  log: (request, answer, at) =>
    `${at.client.ip} - - [${clfDate(at.now).slice(0, 20).replace(':', ' ')}] "${request.method} ${request.path} HTTP/1.1" ${answer.status} -`,
};
