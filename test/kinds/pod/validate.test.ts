// Which Pods the API takes, and its words for those it does not.
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import type { KubeObject } from '../../../src/model/object.js';
import { create, createTemplate } from './harness.js';

const base = (spec: object): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web' },
  spec: { containers: [{ name: 'web', image: 'nginx' }], ...spec },
});
const errorsOf = (spec: object): readonly string[] => create(base(spec)).errors;
const errorsOfContainer = (fields: object): readonly string[] => errorsOf({ containers: [{ name: 'web', image: 'nginx', ...fields }] });

test('a plain Pod is valid', () => {
  expect(errorsOf({})).toEqual([]);
});

test('containers', () => {
  expect(errorsOf({ containers: [] })).toEqual(['spec.containers: Required value']);
  expect(errorsOf({ initContainers: [{ name: 'web', image: 'nginx', livenessProbe: { tcpSocket: { port: 1 } } }] })).toEqual([
    'spec.initContainers[0].name: Duplicate value: "web"',
    'spec.initContainers[0].livenessProbe: Forbidden: may not be set for init containers without restartPolicy=Always',
  ]);
  expect(errorsOfContainer({ ports: [{ containerPort: 80, name: 'a--b', hostPort: 99999, protocol: 'HTTP' }] })).toEqual([
    'spec.containers[0].ports[0].name: Invalid value: "a--b": must not contain consecutive hyphens',
    'spec.containers[0].ports[0].hostPort: Invalid value: 99999: must be between 1 and 65535, inclusive',
    'spec.containers[0].ports[0].protocol: Unsupported value: "HTTP": supported values: "SCTP", "TCP", "UDP"',
  ]);
});

test('probes and hooks', () => {
  expect(errorsOfContainer({ livenessProbe: { httpGet: { port: 0, scheme: 'FTP' }, exec: { command: [] }, successThreshold: 2 } })).toEqual(
    [
      'spec.containers[0].livenessProbe.exec.command: Required value',
      'spec.containers[0].livenessProbe.httpGet: Forbidden: may not specify more than 1 handler type',
      'spec.containers[0].livenessProbe.successThreshold: Invalid value: 2: must be 1',
    ],
  );
  expect(errorsOfContainer({ lifecycle: { preStop: { sleep: { seconds: 60 } } } })).toEqual([
    'spec.containers[0].lifecycle.preStop.sleep: Invalid value: 60: must be non-negative and less than terminationGracePeriodSeconds (30)',
  ]);
});

test('resources', () => {
  expect(errorsOfContainer({ resources: { requests: { cpu: '2', 'example.com/gpu': '1' }, limits: { cpu: '500m' } } })).toEqual([
    'spec.containers[0].resources.requests: Invalid value: "2": must be less than or equal to cpu limit of 500m',
    'spec.containers[0].resources.limits: Required value: Limit must be set for non overcommitable resources',
  ]);
});

test('volumes and mounts', () => {
  const volumes = [
    { name: 'a', emptyDir: {}, hostPath: { path: '/x' } },
    { name: 'b', configMap: { name: 'c', defaultMode: 4096 } },
  ];
  const mounts = [{ name: 'c', mountPath: '/c', subPath: '../x' }];
  expect(errorsOf({ volumes, containers: [{ name: 'web', image: 'nginx', volumeMounts: mounts }] })).toEqual([
    'spec.volumes[0].hostPath: Forbidden: may not specify more than 1 volume type',
    'spec.volumes[1].configMap.defaultMode: Invalid value: 4096: must be a number between 0 and 0777 (octal), both inclusive',
    'spec.containers[0].volumeMounts[0].name: Not found: "c"',
    'spec.containers[0].volumeMounts.subPath: Invalid value: "../x": must not contain \'..\'',
  ]);
});

test('scheduling', () => {
  expect(
    errorsOf({
      tolerations: [{ key: 'a', operator: 'Exists', value: 'b', effect: 'Never' }],
      topologySpreadConstraints: [{ maxSkew: 0, topologyKey: 'zone', whenUnsatisfiable: 'Maybe' }],
    }),
  ).toEqual([
    'spec.topologySpreadConstraints[0].maxSkew: Invalid value: 0: must be greater than zero',
    'spec.topologySpreadConstraints[0].whenUnsatisfiable: Unsupported value: "Maybe": supported values: "DoNotSchedule", "ScheduleAnyway"',
    'spec.tolerations[0].operator: Invalid value: "b": value must be empty when `operator` is \'Exists\'',
    'spec.tolerations[0].effect: Unsupported value: "Never": supported values: "NoSchedule", "PreferNoSchedule", "NoExecute"',
  ]);
});

test('DNS', () => {
  expect(errorsOf({ dnsPolicy: 'None' })).toEqual(['spec.dnsConfig: Required value: must provide `dnsConfig` when `dnsPolicy` is None']);
  expect(errorsOf({ hostAliases: [{ ip: '10.0.0', hostnames: ['a_b'] }] })[0]).toBe(
    'spec.hostAliases[0].ip: Invalid value: "10.0.0": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
  );
});

test('warnings', () => {
  const env = [
    { name: 'A', value: '1' },
    { name: 'A', value: '2' },
  ];
  expect(create(base({ containers: [{ name: 'web', image: 'nginx', env }] })).warnings).toEqual([
    'spec.containers[0].env[1]: hides previous definition of "A", which may be dropped when using apply',
  ]);
});

interface Mutant {
  id: string;
  kinds: string[];
  manifest: string;
  rc: number;
  stderr: string;
}

const file = new URL('../../../../shared/recorded/mutants.jsonl', import.meta.url);
const workloads = ['Deployment', 'DaemonSet', 'ReplicaSet'];
/** What validation said, without what metadata and the workload around a template add. */
const ours = (m: Mutant): string[] =>
  (/is invalid: ([\s\S]*)$/.exec(m.stderr)?.[1] ?? '')
    .trim()
    .split('\n')
    .map((line) => line.replace(/^\* /, ''))
    .filter((line) => (m.kinds[0] === 'Pod' ? /^spec/ : /^spec\.template\.(spec|labels|annotations)/).test(line));

test('mutants are refused as a real API server refused them', () => {
  if (!existsSync(file)) return console.log('skipped: no recordings');
  const mutants = readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Mutant);
  for (const m of mutants) {
    const refused = m.stderr.includes('is invalid: ');
    if (m.kinds.length !== 1 || !['Pod', ...workloads].includes(m.kinds[0] ?? '') || (m.rc !== 0 && !refused)) continue;
    // One document in the manifest, by which it is recognised, is what these tests decode.
    const manifest = parse(m.manifest, { version: '1.1', merge: true }) as KubeObject | undefined;
    if (!manifest?.metadata?.name || (manifest.kind !== 'Pod' && !manifest.spec?.template)) continue;
    const { errors } = manifest.kind === 'Pod' ? create(manifest) : createTemplate(manifest.spec.template);
    expect({ id: m.id, errors }).toEqual({ id: m.id, errors: ours(m) });
  }
});
