// BusyBox' httpd as version 1.35 answers.
import { expect, test } from 'vitest';
import { FileSystem, Tree } from '../../src/programs/files.js';
import type { Served } from '../../src/programs/server.js';
import { busyboxHttpd } from '../../src/programs/servers/busybox-httpd.js';

const files = new FileSystem(new Tree('', false, { '/www/index.html': 'home\n', '/www/a.txt': 'a\n', '/www/sub/x': 'x' }), []);
const argv = ['httpd', '-f', '-vv', '-h', '/www'];
const at = {
  socket: { protocol: 'TCP', port: 80, server: 'busybox-httpd', argv },
  client: { ip: '10.244.1.9', port: 40_000 },
  files,
  startedAt: 1000,
  now: 0,
} as unknown as Served;

const ask = (path: string, method = 'GET'): string => {
  const request = { method, path, host: 'w', headers: [], body: '' };
  const got = busyboxHttpd.http?.(request, at);
  if (!got) return '';
  const headers = got.headers.filter(([k]) => !['Date', 'Connection'].includes(k)).map(([k, v]) => `${k}: ${v}`);
  return [got.status, ...headers, JSON.stringify(got.body), busyboxHttpd.log?.(request, got, at)].join(' | ');
};

const page = (title: string, text: string): string =>
  JSON.stringify(`<HTML><HEAD><TITLE>${title}</TITLE></HEAD>\n<BODY><H1>${title}</H1>\n${text}\n</BODY></HTML>\n`);
const log = (url: string, status: number): string => `[::ffff:10.244.1.9]:40000: url:${url}\n[::ffff:10.244.1.9]:40000: response:${status}`;
const facts = 'Accept-Ranges: bytes | Last-Modified: Thu, 01 Jan 1970 00:00:01 GMT';
const none = page('404 Not Found', 'The requested URL was not found');

test.each([
  ['/', `200 | Content-type: text/html | ${facts} | ETag: "1-5" | Content-Length: 5 | "home\\n" | ${log('/', 200)}`],
  ['/a.txt?b', `200 | Content-type: text/plain | ${facts} | ETag: "1-2" | Content-Length: 2 | "a\\n" | ${log('/a.txt?b', 200)}`],
  ['/sub', `302 | Content-type: text/html | Location: /sub/ | "" | ${log('/sub', 302)}`],
  ['/sub/', `404 | Content-type: text/html | ${none} | ${log('/sub/', 404)}`],
  ['/none', `404 | Content-type: text/html | ${none} | ${log('/none', 404)}`],
])('%s', (path, expected) => expect(ask(path)).toBe(expected));

test('other methods', () => {
  const refusal = page('501 Not Implemented', 'The requested method is not recognized');
  expect(ask('/', 'POST')).toBe(`501 | Content-type: text/html | ${refusal} | ${log('/', 501)}`);
});
