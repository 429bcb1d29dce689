// The API server as a program sees it over HTTPS: health, version, and what it says to somebody without a token. Requests with a token
// would need their subject's rights, which are not simulated here: that is said by name.
import { httpDate, reply, type Served } from '../server.js';
import { type Certificate, headerOf, type HttpRequest, type Reply } from '../wire.js';

export const apiServerCertificate = (at: Served): Certificate => ({
  subject: 'kube-apiserver',
  issuer: 'kubernetes',
  names: [
    ...['', '.default', '.default.svc', '.default.svc.cluster.local'].map((s) => `kubernetes${s}`),
    at.pod.node,
    at.pod.ip,
    '10.96.0.1',
  ],
});

const json = (code: number, reason: string, body: unknown, at: Served): Reply => {
  const text = JSON.stringify(body, undefined, 2);
  return reply(
    code,
    reason,
    [
      ['Cache-Control', 'no-cache, private'],
      ['Content-Type', 'application/json'],
      ['X-Content-Type-Options', 'nosniff'],
      ['Date', httpDate(at.now)],
      ['Content-Length', String(Buffer.byteLength(text))],
    ],
    text,
  );
};

const failure = (code: number, reason: string, message: string, details: object, at: Served): Reply =>
  json(
    code,
    code === 403 ? 'Forbidden' : 'Not Implemented',
    { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, details, code },
    at,
  );

const verbs: Readonly<Record<string, string>> = { POST: 'create', PUT: 'update', PATCH: 'patch', DELETE: 'delete' };

/** The resource that a path names. */
function resourceOf(path: string): { group: string; namespace: string; plural: string; name: string } | undefined {
  const match = /^\/(?:api\/v1|apis\/([^/]+)\/[^/]+)(?:\/namespaces\/([^/]+))?(?:\/([^/]+))?(?:\/([^/]+))?/.exec(path);
  if (!match) return undefined;
  const [, group = '', namespace = '', plural, name = ''] = match;
  if (plural === undefined) return namespace === '' ? undefined : { group: '', namespace, plural: 'namespaces', name: namespace };
  return { group, namespace, plural, name };
}

function forbidden(request: HttpRequest, at: Served): Reply {
  const path = request.path.split('?')[0] as string;
  const named = resourceOf(path);
  const anonymous = 'User "system:anonymous" cannot';
  if (!named)
    return failure(403, 'Forbidden', `forbidden: ${anonymous} ${(verbs[request.method] ?? 'get').toLowerCase()} path "${path}"`, {}, at);
  const { group, namespace, plural, name } = named;
  const verb = verbs[request.method] ?? (name === '' ? 'list' : 'get');
  const where = namespace === '' ? 'at the cluster scope' : `in the namespace "${namespace}"`;
  const subject = name === '' ? plural : `${plural} "${name}"`;
  const message = `${subject} is forbidden: ${anonymous} ${verb} resource "${plural}" in API group "${group}" ${where}`;
  return failure(
    403,
    'Forbidden',
    message.replace(`${plural} is`, group === '' ? `${plural} is` : `${plural}.${group} is`),
    { ...(name !== '' && { name }), ...(group !== '' && { group }), kind: plural },
    at,
  );
}

export function apiServerAnswer(request: HttpRequest, at: Served): Reply {
  const path = request.path.split('?')[0] as string;
  if (/^\/(healthz|livez|readyz)(\/.*)?$/.test(path))
    return reply(
      200,
      'OK',
      [
        ['Content-Type', 'text/plain; charset=utf-8'],
        ['X-Content-Type-Options', 'nosniff'],
        ['Date', httpDate(at.now)],
        ['Content-Length', '2'],
      ],
      'ok',
    );
  if (headerOf(request.headers, 'authorization') !== undefined)
    return failure(501, 'NotImplemented', 'kubelab: requests to the API with a token of a Pod are not simulated; use kubectl', {}, at);
  if (path === '/version') {
    const [, major = '1', minor = '36'] = /^(\d+)\.(\d+)/.exec(at.image.version) ?? [];
    return json(200, 'OK', { major, minor, gitVersion: `v${at.image.version || '1.36.3'}`, platform: 'linux/amd64' }, at);
  }
  return forbidden(request, at);
}
