// nginx's configuration: what it says of a wrong one, and what it answers by a right one.
import { describe, expect, test } from 'vitest';
import { answer } from '../../src/programs/servers/nginx/answer.js';
import { compile } from '../../src/programs/servers/nginx/directives.js';
import { nginxFiles } from '../../src/programs/servers/nginx/defaults.js';
import { FileSystem, Tree } from '../../src/programs/files.js';
import { knownImages } from '../../src/programs/known-images.js';
import type { Served } from '../../src/programs/server.js';
import type { Exchange, HttpRequest } from '../../src/programs/wire.js';

const conf = '/etc/nginx/conf.d/default.conf';
const site = (text: string, more: Record<string, string> = {}) =>
  compile({ ...nginxFiles([]), [conf]: text, ...more }, '/etc/nginx/nginx.conf', (host) => (host === 'nobody' ? [] : ['10.96.0.9']));

function complaint(text: string): string {
  try {
    site(text);
  } catch (e) {
    return (e as Error).message;
  }
  return 'none';
}

describe('what is wrong', () => {
  const at = (line: number): string => `in ${conf}:${line}`;
  test.each([
    ['server { listen 80; }', 'none'],
    ['server { listen 80 }', `unexpected "}" ${at(1)}`],
    ['server { listen 80;\n', `unexpected end of file, expecting "}" ${at(2)}`],
    ['server {\n listen 80\n', `unexpected end of file, expecting ";" or "}" ${at(3)}`],
    ['}', `unexpected "}" ${at(1)}`],
    ['server {\n  lissten 80;\n}', `unknown directive "lissten" ${at(2)}`],
    ['server { location / { listen 80; } }', `"listen" directive is not allowed here ${at(1)}`],
    ['location / { }', `"location" directive is not allowed here ${at(1)}`],
    ['server { root; }', `invalid number of arguments in "root" directive ${at(1)}`],
    ['server { root /a { } }', `directive "root" is not terminated by ";" ${at(1)}`],
    ['server;', `directive "server" has no opening "{" ${at(1)}`],
    ['server { listen abc:x; }', `invalid port in "abc:x" of the "listen" directive ${at(1)}`],
    ['server { listen 99999; }', `invalid port in "99999" of the "listen" directive ${at(1)}`],
    ['server { location / { proxy_pass web:80; } }', `invalid URL prefix ${at(1)}`],
    ['server { location / { proxy_pass http://nobody; } }', `host not found in upstream "nobody" ${at(1)}`],
    ['upstream u { server nobody:81; }', `host not found in upstream "nobody:81" ${at(1)}`],
    ['upstream u { }', `no servers are inside upstream ${at(1)}`],
    ['server { location /a { } location /a { } }', `duplicate location "/a" ${at(1)}`],
    ['server { autoindex yes; }', `invalid value "yes" in "autoindex" directive, it must be "on" or "off" ${at(1)}`],
    ['server { return 200 "$nothing"; }', 'unknown "nothing" variable'],
    ['include /etc/nginx/more.conf;', `open() "/etc/nginx/more.conf" failed (2: No such file or directory) ${at(1)}`],
    ['server { if ($host) { return 200; } }', `kubelab: the directive "if" (in server) is not simulated ${at(1)}`],
    ['server { return "a\nb" ', `unexpected end of file, expecting ";" or "}" ${at(2)}`],
    [
      'server { listen 443 ssl; ssl_certificate /etc/none.crt; }',
      'cannot load certificate "/etc/none.crt": BIO_new_file() failed (SSL: error:80000002:system library::No such file or directory:calling fopen(/etc/none.crt, r) error:10000080:BIO routines::no such file)',
    ],
  ])('%j', (text, expected) => expect(complaint(text)).toBe(expected));
});

const files = new FileSystem(
  new Tree('', false, {
    '/www/index.html': 'home',
    '/www/a.txt': 'a',
    '/www/sub/b.css': 'b',
    '/www/error.html': 'sorry',
    '/other/x': 'x',
  }),
  [],
);
const image = { ...knownImages.find((i) => i.names.includes('docker.io/library/nginx')), repository: 'docker.io/library/nginx' };
const sent: HttpRequest[] = [];

function served(port: number, exchange: Exchange): Served {
  return {
    socket: { protocol: 'TCP', port, server: 'nginx', argv: [] },
    pod: { name: 'p', namespace: 'default', ip: '10.244.1.5', hostname: 'p', node: 'node01' },
    image,
    env: new Map(),
    files,
    client: { ip: '10.244.1.9', port: 40000 },
    startedAt: 0,
    now: 0,
    journal: [],
    pick: () => 0,
    wire: () => ({
      connect: (_ip: string, _port: number, _protocol: string, request: HttpRequest) => {
        sent.push(request);
        return exchange;
      },
    }),
  } as unknown as Served;
}

const refused: Exchange = { outcome: 'refused' };

/** Status, the headers that are not always there, and the body ("-": a page of nginx's own). */
function ask(text: string, path: string, { host = 'web', method = 'GET', exchange = refused, port = 80 } = {}): string {
  const request: HttpRequest = { method, path, host, headers: [['User-Agent', 'me']], body: '' };
  const { reply } = answer(site(text), request, served(port, exchange));
  const usual = new Set(['Server', 'Date', 'Content-Length', 'Connection', 'Last-Modified', 'ETag', 'Accept-Ranges']);
  const headers = reply.headers.filter(([k]) => !usual.has(k)).map(([k, v]) => `${k}=${v}`);
  return [reply.status, ...headers, reply.body.startsWith('<html>') ? '-' : JSON.stringify(reply.body)].join(' ');
}

describe('what it answers', () => {
  test.each([
    ['server { root /www; }', '/', '200 Content-Type=text/html "home"'],
    ['server { root /www; }', '/a.txt', '200 Content-Type=text/plain "a"'],
    ['server { root /www; charset utf-8; }', '/a.txt', '200 Content-Type=text/plain; charset=utf-8 "a"'],
    ['server { root /www; }', '/none', '404 Content-Type=text/html -'],
    ['server { root /www; }', '/sub', '301 Content-Type=text/html Location=http://web/sub/ -'],
    ['server { root /www; }', '/sub/', '403 Content-Type=text/html -'],
    ['server { root /www; error_page 404 /error.html; }', '/none', '404 Content-Type=text/html "sorry"'],
    ['server { root /www; error_page 404 =200 /error.html; }', '/none', '200 Content-Type=text/html "sorry"'],
    ['server { root /www; location / { try_files $uri $uri/ /index.html; } }', '/deep/link', '200 Content-Type=text/html "home"'],
    ['server { root /www; location / { try_files $uri =404; } }', '/deep', '404 Content-Type=text/html -'],
    ['server { location /o/ { alias /other/; } }', '/o/x', '200 Content-Type=application/octet-stream "x"'],
    [
      'server { location = / { return 200 exact; } location / { return 200 rest; } }',
      '/',
      '200 Content-Type=application/octet-stream "exact"',
    ],
    [
      'server { location / { return 200 rest; } location ~ \\.php$ { return 200 php; } }',
      '/a.php',
      '200 Content-Type=application/octet-stream "php"',
    ],
    [
      'server { location ^~ /a { return 200 a; } location ~ \\.php$ { return 200 php; } }',
      '/a.php',
      '200 Content-Type=application/octet-stream "a"',
    ],
    ['server { location /a { return 200 a; } location /ab { return 200 ab; } }', '/abc', '200 Content-Type=application/octet-stream "ab"'],
    [
      'server { default_type text/plain; return 200 "$host $request_uri $arg_n $remote_addr"; }',
      '/p?n=1',
      '200 Content-Type=text/plain "web /p?n=1 1 10.244.1.9"',
    ],
    ['server { return 404; }', '/', '404 Content-Type=text/html -'],
    ['server { return 204; }', '/', '204 ""'],
    ['server { return 301 https://$host$request_uri; }', '/a', '301 Content-Type=text/html Location=https://web/a -'],
    ['server { location / { deny all; } }', '/', '403 Content-Type=text/html -'],
    ['server { root /www; add_header X-A $hostname; add_header X-B b always; }', '/a.txt', '200 Content-Type=text/plain X-A=p X-B=b "a"'],
    ['server { root /www; add_header X-A a; add_header X-B b always; }', '/none', '404 Content-Type=text/html X-B=b -'],
    [
      'server { add_header X-A a; location / { add_header X-B b; return 200 x; } }',
      '/',
      '200 Content-Type=application/octet-stream X-B=b "x"',
    ],
    [
      'server { expires 1h; root /www; }',
      '/a.txt',
      '200 Content-Type=text/plain Expires=Thu, 01 Jan 1970 01:00:00 GMT Cache-Control=max-age=3600 "a"',
    ],
    [
      'server { server_name a; return 200 a; } server { server_name web; return 200 web; }',
      '/',
      '200 Content-Type=application/octet-stream "web"',
    ],
    [
      'server { server_name a; return 200 a; } server { server_name *.b; return 200 b; }',
      '/',
      '200 Content-Type=application/octet-stream "a"',
    ],
    ['server { return 200 a; } server { listen 80 default_server; return 200 b; }', '/', '200 Content-Type=application/octet-stream "b"'],
    ['server { location /i { internal; return 200 x; } }', '/i', '404 Content-Type=text/html -'],
  ])('%s %s', (text, path, expected) => expect(ask(text, path)).toBe(expected));

  test('another server behind it', () => {
    const ok: Exchange = {
      outcome: 'ok',
      reply: {
        status: 201,
        reason: 'Created',
        headers: [
          ['Server', 's'],
          ['X-Up', 'u'],
          ['Content-Type', 't/t'],
        ],
        body: 'up',
      },
    };
    const behind = (inner: string): string => `server { location /api/ { ${inner} } }`;
    expect(ask(behind('proxy_pass http://web:8080;'), '/api/x?q=1', { exchange: ok })).toBe('201 Content-Type=t/t X-Up=u "up"');
    expect(sent.at(-1)).toEqual({
      method: 'GET',
      path: '/api/x?q=1',
      host: 'web:8080',
      headers: [
        ['Connection', 'close'],
        ['User-Agent', 'me'],
      ],
      body: '',
      tls: false,
      http: '1.0',
    });
    ask(behind('proxy_pass http://web/v1/; proxy_set_header Host $host; proxy_set_header X-Real-IP $remote_addr;'), '/api/x?q=1', {
      exchange: ok,
    });
    expect([sent.at(-1)?.path, sent.at(-1)?.host, sent.at(-1)?.headers[0]]).toEqual(['/v1/x?q=1', 'web', ['X-Real-IP', '10.244.1.9']]);
    expect(ask(behind('proxy_pass http://web;'), '/api/')).toBe('502 Content-Type=text/html -');
    expect(ask(behind('proxy_pass http://web;'), '/api/', { exchange: { outcome: 'timeout' } })).toBe('504 Content-Type=text/html -');
  });
});

describe('variables', () => {
  const line = (format: string, headers: readonly (readonly [string, string])[], path = '/'): string => {
    const request: HttpRequest = { method: 'GET', path, host: 'web', headers, body: '' };
    const text = `log_format mine '${format}'; access_log /dev/stdout mine; server { return 200 "<$http_x|$args|$is_args|$arg_n>"; }`;
    const { scope, visit, reply } = answer(site(text), request, served(80, refused));
    return `${reply.body} ${scope.log?.(visit)}`;
  };
  test.each([
    ['a header that is absent', '$http_x', [], '/', '<|||> -'],
    ['one that is "-"', '$http_x', [['X', '-']], '/', '<-|||> -'],
    ['one that is empty', '[$http_x]', [['X', '']], '/', '<|||> []'],
    ['what would break the line', '$http_x', [['X', 'a"b\\c\té']], '/', '<a"b\\c\té|||> a\\x22b\\x5Cc\\x09\\xC3\\xA9'],
    ['no question mark', '$args [$is_args] $remote_user [$https]', [], '/', '<|||> - [] - []'],
    ['nothing behind it', '[$args]', [], '/?', '<|||> []'],
    ['an argument is not decoded', '$arg_n', [], '/?m=1&N=a%20b', '<|m=1&N=a%20b|?|a%20b> a%20b'],
  ] as const)('%s', (_, format, headers, path, expected) => expect(line(format, headers, path)).toBe(expected));
});

test('it listens where its servers say', () => {
  const { sockets } = site('server { listen 8080; listen [::]:8080; } server { listen 127.0.0.1:9000; } server { }');
  expect(sockets.map((s) => `${s.port}${s.loopback ? ' loopback' : ''}`)).toEqual(['8080', '9000 loopback', '80']);
});
