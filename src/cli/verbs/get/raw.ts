// get --raw PATH: what the REST API answers at a path, in the field order of the server's Go types. Mirrors pkg/rawhttp/raw.go.
import { kinds } from '../../../kinds/index.js';
import { groupKindOf, type KubeObject } from '../../../model/object.js';
import { schemaType } from '../../../model/schema.js';
import { failure } from '../../../model/status.js';
import type { Request } from '../../../model/request.js';
import type { Client } from '../../client.js';
import { notSimulated, UsageError } from '../../errors.js';

const health = new Set(['/healthz', '/livez', '/readyz']);

export function rawText(path: string, client: Client): string {
  if (!path.startsWith('/')) throw new UsageError(`--raw must be a valid URL path: parse ${JSON.stringify(path)}: invalid URI for request`);
  const { pathname, searchParams } = new URL(path, 'http://localhost');
  if (health.has(pathname)) return 'ok';
  if (pathname === '/version') return JSON.stringify(client.call({ verb: 'discover', group: '', resource: 'version' }), null, 2);
  const body = client.call<KubeObject>({ ...requestAt(pathname), options: selectorsOf(searchParams) });
  return `${JSON.stringify(asServer(body))}\n`;
}

const notThere = (): Error => failure(404, 'NotFound', 'the server could not find the requested resource', {});

/** /api/v1/namespaces/NS/services/NAME/status, or without the namespace or the name; /apis/GROUP/VERSION/... for the other groups. */
function requestAt(path: string): Request {
  const [root, ...rest] = path
    .split('/')
    .filter((p) => p !== '')
    .map(decodeURIComponent);
  if (root !== 'api' && root !== 'apis') throw notThere();
  const group = root === 'api' ? '' : (rest.shift() ?? '');
  const version = rest.shift();
  if (version === undefined || rest.length === 0) throw notSimulated(`get --raw of discovery documents (${path})`);
  const namespace = rest[0] === 'namespaces' && rest.length > 2 ? rest[1] : undefined;
  const [resource = '', name, subresource] = namespace === undefined ? rest : rest.slice(2);
  return {
    verb: name === undefined ? 'list' : 'get',
    group,
    version,
    resource,
    ...(namespace !== undefined && { namespace }),
    ...(name !== undefined && { name }),
    ...(subresource !== undefined && { subresource }),
  };
}

function selectorsOf(params: URLSearchParams): Record<string, string> {
  for (const name of params.keys()) if (name !== 'labelSelector' && name !== 'fieldSelector') throw notSimulated(`get --raw with ?${name}`);
  return Object.fromEntries(params);
}

/** The object in Go's order: kind and apiVersion first; the items of a list have neither. */
function asServer(body: KubeObject): unknown {
  const { kind, apiVersion, ...rest } = body;
  if (!Array.isArray(body.items)) return { kind, apiVersion, ...(ordered(rest, schemaOf(body)) as object) };
  const items = (body.items as KubeObject[]).map((item) => {
    const { kind: _, apiVersion: __, ...fields } = item;
    return ordered(fields, schemaOf(item));
  });
  return { kind, apiVersion, metadata: body.metadata, items };
}

const schemaOf = (o: KubeObject): string => kinds.get(groupKindOf(o))?.schema ?? '';

function ordered(value: unknown, type: string): unknown {
  const element = type.replace(/^\*/, '');
  if (Array.isArray(value)) return value.map((v) => ordered(v, element.replace(/^\[\]/, '')));
  if (typeof value !== 'object' || value === null) return value;
  const fields = schemaType(element)?.fields;
  const entries = Object.entries(value);
  if (!fields || fields.size === 0) {
    const of = /^map\[\w+\](.*)$/.exec(element)?.[1] ?? '';
    return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([k, v]) => [k, ordered(v, of)]));
  }
  const rank = [...fields.keys()];
  return Object.fromEntries(
    entries.sort(([a], [b]) => rank.indexOf(a) - rank.indexOf(b)).map(([k, v]) => [k, ordered(v, fields.get(k)?.type ?? '')]),
  );
}
