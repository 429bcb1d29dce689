// Sample applications and small web servers of well-known images: where they listen and what they answer to GET /.
// Facts from the images' own documentation.
import { httpDate, reply, type Served, type Server, serve } from '../server.js';
import type { HttpRequest, Reply } from '../wire.js';

type Answer = (
  request: HttpRequest,
  at: Served,
) => readonly [status: number, type: string, body: string, headers?: readonly (readonly [string, string])[]];

interface Sample {
  /** The end of the repository's name. */
  readonly image: RegExp;
  readonly ports: readonly number[];
  /** Undefined: it speaks no HTTP, and closes. */
  answer?(
    request: HttpRequest,
    at: Served,
  ): readonly [status: number, type: string, body: string, headers?: readonly (readonly [string, string])[]];
}

const html = 'text/html; charset=utf-8';
const plain = 'text/plain; charset=utf-8';
const json = 'application/json; charset=utf-8';
const pathOf = (request: HttpRequest): string => request.path.split('?')[0] as string;
const of =
  (type: string, body: string): Answer =>
  () => [200, type, body];

function podinfo(request: HttpRequest, at: Served): readonly [number, string, string] {
  if (/^\/(healthz|readyz)$/.test(pathOf(request))) return [200, json, '{\n  "status": "OK"\n}'];
  const version = at.image.version || '6.9.2';
  const facts = { hostname: at.pod.hostname, version, message: `greetings from podinfo v${version}`, goos: 'linux', goarch: 'amd64' };
  return pathOf(request) === '/' ? [200, json, JSON.stringify(facts, undefined, 2)] : [404, plain, '404 page not found\n'];
}

function httpbin(request: HttpRequest, at: Served): readonly [number, string, string] {
  const path = pathOf(request);
  const status = /^\/status\/(\d{3})$/.exec(path);
  if (status) return [Number(status[1]), plain, ''];
  const headers = Object.fromEntries([['Host', request.host], ...request.headers]);
  if (path === '/headers') return [200, 'application/json', `${JSON.stringify({ headers }, undefined, 2)}\n`];
  if (path === '/ip') return [200, 'application/json', `${JSON.stringify({ origin: at.client.ip }, undefined, 2)}\n`];
  if (path === '/get' || path === '/anything')
    return [
      200,
      'application/json',
      `${JSON.stringify({ args: {}, headers, origin: at.client.ip, url: `http://${request.host}${path}` }, undefined, 2)}\n`,
    ];
  return path === '/' ? [200, html, '<!DOCTYPE html>\n<title>httpbin.org</title>\n'] : [404, html, '<title>404 Not Found</title>\n'];
}

const samples: readonly Sample[] = [
  { image: /\/hpa-example$/, ports: [80], answer: of(html, 'OK!') },
  {
    image: /\/gb-frontend$/,
    ports: [80],
    answer: of(html, '<html ng-app="redis">\n  <head>\n    <title>Guestbook</title>\n  </head>\n</html>\n'),
  },
  { image: /\/(gb-redis-follower|gb-redisslave)$/, ports: [6379] },
  {
    image: /\/wordpress$/,
    ports: [80],
    answer: (request, at) =>
      at.env.get('WORDPRESS_DB_HOST')
        ? [302, html, '', [['Location', `http://${request.host}/wp-admin/install.php`]]]
        : [500, html, '<h1>Error establishing a database connection</h1>\n'],
  },
  {
    image: /\/webapp-color$/,
    ports: [8080],
    answer: (_, at) => [
      200,
      html,
      `<!doctype html>\n<title>Hello from Flask</title>\n<body style="background: ${at.env.get('APP_COLOR') ?? 'red'};"></body>\n`,
    ],
  },
  {
    image: /kodekloud\/(simple-webapp|simple-webapp-mysql|webapp-conntest|ecommerce)$/,
    ports: [8080],
    answer: of(html, '<!doctype html>\n<title>Hello from Flask</title>\n'),
  },
  {
    image: /\/simpleapp$/,
    ports: [8080],
    answer: (_, at) => [200, html, `Hello world from ${at.pod.hostname} and version ${at.image.version || '2.0'}`],
  },
  {
    image: /\/app-on-two-ports$/,
    ports: [8000, 5000],
    answer: (request, at) =>
      at.socket.port === 8000
        ? [200, plain, 'Hello from HTTP server.\n']
        : pathOf(request) === '/metrics'
          ? [200, plain, 'http.requests=1\ngo.goroutines=5\ngo.cpus=1\n']
          : [404, plain, '404 page not found\n'],
  },
  { image: /\/nodejs-hello-world$/, ports: [3000], answer: of(html, 'Hello World') },
  { image: /\/hello-go-gke$/, ports: [80], answer: of('application/json', '{"message":"Hello"}\n') },
  { image: /\/node-hello$/, ports: [8080], answer: of(plain, 'Hello Kubernetes!') },
  { image: /\/hello-openshift$/, ports: [8080, 8888], answer: of(plain, 'Hello OpenShift!\n') },
  { image: /\/kuard-amd64$/, ports: [8080], answer: of(html, '<!doctype html>\n<title>KUAR Demo</title>\n') },
  { image: /\/podinfo$/, ports: [9898], answer: podinfo },
  { image: /\/go-httpbin$/, ports: [8080], answer: httpbin },
  { image: /\/httpbin$/, ports: [80], answer: httpbin },
  {
    image: /\/tomcat$/,
    ports: [8080],
    answer: of(html, '<!doctype html><html lang="en"><head><title>HTTP Status 404 – Not Found</title></head></html>'),
  },
  { image: /\/(fluentd|fluent-bit)$/, ports: [24224] },
  { image: /\/zookeeper$/, ports: [2181] },
  { image: /\/event-simulator$/, ports: [] },
];

const sampleOf = (repository: string): Sample | undefined => samples.find((s) => s.image.test(repository));

const reasons: Readonly<Record<number, string>> = {
  200: 'OK',
  302: 'Found',
  400: 'Bad Request',
  404: 'Not Found',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

/** Started under many names: `programs/servers/index.ts` lists them. */
export const sample: Server = {
  name: 'sample',
  run: (p) =>
    serve(
      p,
      'sample',
      (sampleOf(p.machine.host.image.repository)?.ports ?? []).map((port) => ({ port })),
    ),
  http: (request, at): Reply => {
    const [status, type, body, more = []] = sampleOf(at.image.repository)?.answer?.(request, at) ?? [200, plain, ''];
    return reply(
      status,
      reasons[status] ?? '',
      [...more, ['Date', httpDate(at.now)], ['Content-Type', type], ['Content-Length', String(Buffer.byteLength(body))]],
      body,
    );
  },
  speaks: (at) => sampleOf(at.repository)?.answer !== undefined,
};
