// A door with a few objects behind it, for tests of the client half alone.
import type { Connection } from '../../src/cli/client.js';
import { runCommandLine } from '../../src/cli/run.js';
import { verbs } from '../../src/cli/verbs/index.js';
import { groupOf, type KubeObject } from '../../src/model/object.js';
import type { APIResource, Reply, Request, Table } from '../../src/model/request.js';
import { fromMap, matches } from '../../src/model/selector.js';
import { notFound, type Status } from '../../src/model/status.js';

const resource = (group: string, kind: string, plural: string, shortNames: string[], more: Partial<APIResource> = {}): APIResource => ({
  group,
  version: 'v1',
  kind,
  plural,
  singular: kind.toLowerCase(),
  shortNames,
  categories: [],
  namespaced: true,
  verbs: ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'],
  ...more,
});

export const resources: readonly APIResource[] = [
  resource('', 'ConfigMap', 'configmaps', ['cm']),
  resource('', 'Event', 'events', ['ev']),
  resource('', 'Node', 'nodes', ['no'], { namespaced: false }),
  resource('', 'Service', 'services', ['svc'], { categories: ['all'] }),
  resource('apps', 'Deployment', 'deployments', ['deploy'], { categories: ['all'] }),
  resource('events.k8s.io', 'Event', 'events', ['ev']),
];

export const object = (apiVersion: string, kind: string, name: string, more: Partial<KubeObject> = {}): KubeObject => ({
  apiVersion,
  kind,
  ...more,
  metadata: { name, ...(kind !== 'Node' && { namespace: 'default' }), ...more.metadata },
});

const reply = (code: number, body: Reply['body'], warnings: readonly string[] = []): Reply => ({ code, body, warnings });

export function fakeCluster(objects: readonly KubeObject[], warnings: readonly string[] = []): Connection {
  const table = (rows: readonly KubeObject[]): Table => ({
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata: { resourceVersion: '9' },
    columnDefinitions: [
      {
        name: 'Name',
        type: 'string',
        priority: 0,
      },
      {
        name: 'Age',
        type: 'string',
        priority: 0,
      },
      {
        name: 'Selector',
        type: 'string',
        priority: 1,
      },
    ],
    rows: rows.map((object) => ({
      cells: [object.metadata.name, '1d', 'a=b'],
      object,
    })),
  });
  const call = (request: Request): Reply => {
    if (request.verb === 'discover') return reply(200, resources as unknown as Reply['body']);
    const of = resources.find((r) => r.plural === request.resource && r.group === request.group) as APIResource;
    const wanted = Object.fromEntries(
      (request.options?.labelSelector ?? '')
        .split(',')
        .filter(Boolean)
        .map((p) => p.split('=')),
    );
    const found = objects
      .filter((o) => o.kind === of.kind && groupOf(o.apiVersion) === of.group)
      .filter((o) => request.namespace === undefined || o.metadata.namespace === request.namespace)
      .filter((o) => request.name === undefined || o.metadata.name === request.name)
      .filter((o) => matches(fromMap(wanted), o.metadata.labels));
    if (request.verb === 'get' && found.length === 0) return reply(404, notFound(of, request.name ?? '').status as Status, warnings);
    if (request.options?.asTable) return reply(200, table(found), warnings);
    return reply(
      200,
      request.verb === 'get'
        ? (found[0] as KubeObject)
        : ({ kind: 'List', apiVersion: 'v1', metadata: {}, items: found } as unknown as KubeObject),
      warnings,
    );
  };
  return {
    call,
    config: { clock: 'virtual' },
    now: () => 0,
    pass: (ms) => ms,
    together: (work) => work(),
    close: () => {},
    preference: () => undefined,
    setPreference: () => {},
  };
}

/** Runs one command line on the objects; what it printed, as a terminal would show it, and the exit code if it is not 0. */
export async function kubectl(cluster: Connection, ...argv: string[]): Promise<string> {
  let shown = '';
  const write = (text: string): void => void (shown += text);
  const io = { stdin: () => '', out: write, err: write, inputIsTTY: false, outputIsTTY: false, env: {}, cwd: '/' };
  const code = await runCommandLine(argv, {
    io,
    program: 'kubectl',
    connect: () => cluster,
    clusterPath: '',
    verbs,
    namespace: () => 'default',
  });
  return code === 0 ? shown : `${shown}? ${code}\n`;
}
