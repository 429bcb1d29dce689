// Deployments, ReplicaSets and DaemonSets: what the API takes, defaults and refuses.
import { existsSync, readFileSync } from 'node:fs';
import { afterAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { createCluster } from '../../src/cluster/index.js';
import { errorText } from '../../src/cli/errors.js';
import { kinds } from '../../src/kinds/index.js';
import { groupKindOf, type KubeObject } from '../../src/model/object.js';
import { type Status, StatusError } from '../../src/model/status.js';

const cluster = createCluster(':memory:', { clock: 'virtual' });
afterAll(() => cluster.close());

/** What `kubectl create --dry-run=server` would get. */
function create(manifest: KubeObject): { object?: KubeObject; error?: string; warnings: readonly string[] } {
  const { names } = kinds.get(groupKindOf(manifest))!;
  const namespace = manifest.metadata?.namespace ?? 'default';
  if (namespace !== 'default') {
    cluster.call({
      verb: 'create',
      group: '',
      resource: 'namespaces',
      body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    });
  }
  const { code, body, warnings } = cluster.call({
    verb: 'create',
    group: names.group,
    resource: names.plural,
    namespace,
    body: { ...manifest, metadata: { ...manifest.metadata, namespace } },
    options: { dryRun: true, fieldValidation: 'Strict' },
  });
  if (code >= 400) return { error: errorText(new StatusError(body as Status), 'kubectl create'), warnings };
  return { object: body as KubeObject, warnings };
}

const own = /^(Deployment|ReplicaSet|DaemonSet)$/;

const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image: 'nginx' }] } };
const workload = (kind: string, spec: object): KubeObject => ({
  apiVersion: 'apps/v1',
  kind,
  metadata: { name: 'web' },
  spec: { selector: { matchLabels: { app: 'web' } }, template, ...spec },
});

test('sizes and strategies that cannot be', () => {
  const errorOf = (kind: string, spec: object): string | undefined => create(workload(kind, spec)).error;
  expect(errorOf('Deployment', { strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: '0%' } } })).toBe(
    'The Deployment "web" is invalid: spec.strategy.rollingUpdate.maxUnavailable: Invalid value: "0%": may not be 0 when `maxSurge` is 0\n',
  );
  expect(errorOf('Deployment', { strategy: { type: 'Recreate', rollingUpdate: {} } })).toBe(
    'The Deployment "web" is invalid: spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is \'Recreate\'\n',
  );
  expect(errorOf('Deployment', { minReadySeconds: 600 })).toBe(
    'The Deployment "web" is invalid: spec.progressDeadlineSeconds: Invalid value: 600: must be greater than minReadySeconds\n',
  );
  expect(errorOf('DaemonSet', { updateStrategy: { rollingUpdate: { maxSurge: 1 } } })).toBe(
    'The DaemonSet "web" is invalid: spec.updateStrategy.rollingUpdate.maxSurge: Invalid value: 1: may not be set when maxUnavailable is non-zero\n',
  );
});

const recorded = new URL('../../../shared/recorded/mutants.jsonl', import.meta.url);

interface Mutant {
  id: string;
  kinds: string[];
  manifest: string;
  rc: number;
  stdout: string;
  stderr: string;
}

test.runIf(existsSync(recorded))('mutants, in the words of a real cluster', () => {
  const mutants = readFileSync(recorded, 'utf8')
    .split('\n')
    .filter((l) => l !== '')
    .map((l) => JSON.parse(l) as Mutant)
    .filter((m) => m.kinds.every((k) => own.test(k)) && (m.stderr.includes(' is invalid: ') || m.rc === 0));
  const wrong = mutants.filter((m) => m.manifest.split(/^---/m).length === 1 && said(m) !== m.stderr);
  expect(wrong.slice(0, 10).map((m) => ({ id: m.id, got: said(m), want: m.stderr }))).toEqual([]);
});

function said({ manifest }: Mutant): string {
  const { error, warnings } = create(parse(manifest, { version: '1.1', merge: true }) as KubeObject);
  return warnings.map((w) => `Warning: ${w}\n`).join('') + (error ?? '');
}

if (!existsSync(recorded)) console.log('skipped: no recordings');
