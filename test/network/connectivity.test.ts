// What a real kernel did with each kind of Service (recorded/connectivity.json, in both modes), asked again of the simulated network.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { type Cluster, createCluster } from '../../src/cluster/index.js';
import type { KubeObject } from '../../src/model/object.js';
import type { ExecResult } from '../../src/model/request.js';

interface Probe {
  mode: string;
  from: 'c' | 'solo' | 'node';
  url: string;
  outcome: string;
}

const path = resolve(dirname(fileURLToPath(import.meta.url)), '../../../shared/recorded/connectivity.json');
const recorded = existsSync(path)
  ? (JSON.parse(readFileSync(path, 'utf8')) as { objects: KubeObject[]; loadBalancer: Record<string, string>; probes: Probe[] })
  : undefined;
if (!recorded) console.log('skipped: no recordings');

const resources: Record<string, readonly [string, string]> = {
  Service: ['', 'services'],
  EndpointSlice: ['discovery.k8s.io', 'endpointslices'],
  Endpoints: ['', 'endpoints'],
};

/** One node, so that every Pod is on the node that is asked. */
function build({ objects, loadBalancer }: NonNullable<typeof recorded>, mode: string): Cluster {
  const cluster = createCluster(':memory:', { clock: 'virtual', nodes: 1 });
  const say = (request: object): void => {
    const { code, body } = cluster.call(request as never);
    if (code >= 400) throw new Error(JSON.stringify(body));
  };
  switchMode(cluster, mode);
  say({ verb: 'create', group: '', resource: 'namespaces', body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'conn' } } });
  const tolerations = [{ operator: 'Exists' }];
  const pod = (name: string, app: string, image: string, command?: string[]): object => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'conn', labels: { app } },
    spec: { tolerations, containers: [{ name: 'c', image, ...(command && { command }) }] },
  });
  const pods = [
    pod('s1', 'web', 'nginx'),
    pod('s2', 'web', 'nginx'),
    pod('solo', 'solo', 'nginx:alpine'),
    pod('c', 'c', 'busybox:1.36', ['sleep', '3600']),
  ];
  for (const body of pods) say({ verb: 'create', group: '', resource: 'pods', namespace: 'conn', body });
  cluster.setTime(cluster.now() + 5000);
  for (const body of objects) {
    const [group, resource] = resources[body.kind] as readonly [string, string];
    say({ verb: 'create', group, resource, namespace: 'conn', body });
  }
  for (const [name, ip] of Object.entries(loadBalancer)) {
    const body = { status: { loadBalancer: { ingress: [{ ip }] } } };
    say({
      verb: 'patch',
      group: '',
      resource: 'services',
      namespace: 'conn',
      name,
      subresource: 'status',
      body,
      options: { patchType: 'merge' },
    });
  }
  cluster.setTime(cluster.now() + 5000);
  return cluster;
}

/** By the ConfigMap and a restart of the DaemonSet's Pods. */
function switchMode(cluster: Cluster, mode: string): void {
  const system = { group: '', namespace: 'kube-system' };
  const map = cluster.call({ verb: 'get', ...system, resource: 'configmaps', name: 'kube-proxy' }).body as KubeObject;
  const data = { ...map.data, 'config.conf': map.data['config.conf'].replace(/^mode:.*$/m, `mode: ${mode}`) };
  cluster.call({ verb: 'update', ...system, resource: 'configmaps', name: 'kube-proxy', body: { ...map, data } });
  const options = { labelSelector: 'k8s-app=kube-proxy' };
  cluster.call({ verb: 'deletecollection', ...system, resource: 'pods', options });
  cluster.setTime(cluster.now() + 40_000);
}

/** By curl's exit codes. */
const outcomes: Record<number, string> = { 0: 'ok', 6: 'nxdomain', 7: 'refused', 28: 'timeout' };

describe.skipIf(!recorded).each(['iptables', 'nftables'])('as a real kernel did: %s', (mode) => {
  const cluster = recorded && build(recorded, mode);
  afterAll(() => cluster?.close());
  const podIP = (): string =>
    ((cluster as Cluster).call({ verb: 'get', group: '', resource: 'pods', namespace: 'conn', name: 's1' }).body as KubeObject).status
      .podIP;
  const node = '172.30.1.2';

  function ask({ from, url }: Probe): string {
    const target = url.replace('POD', podIP());
    const request =
      from === 'node'
        ? { resource: 'nodes', name: 'controlplane', subresource: 'curl', command: ['curl', '-s', '-m', '2', target] }
        : from === 'solo'
          ? { resource: 'pods', namespace: 'conn', name: 'solo', subresource: 'exec', command: ['curl', '-s', '-m', '2', target] }
          : { resource: 'pods', namespace: 'conn', name: 'c', subresource: 'exec', command: ['wget', '-qO-', '-T', '2', target] };
    const { command, ...where } = request;
    const { body } = cluster!.call({ verb: 'connect', group: '', ...where, options: { exec: { command } } });
    const { exitCode, stderr } = body as ExecResult;
    if (from !== 'c') return outcomes[exitCode] ?? String(exitCode);
    if (exitCode === 0) return 'ok';
    return stderr.includes('bad address')
      ? 'nxdomain'
      : stderr.includes('refused')
        ? 'refused'
        : stderr.includes('timed out')
          ? 'timeout'
          : stderr;
  }

  test.each((recorded?.probes ?? []).filter((p) => p.mode === mode).map((p): [string, Probe] => [`${p.from} ${p.url}`, p]))(
    '%s',
    (_, probe) => {
      expect({ node, outcome: ask(probe) }).toEqual({ node, outcome: probe.outcome });
    },
  );
});
