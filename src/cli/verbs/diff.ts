// kubectl diff: what an apply would change, told by the system's diff program. Mirrors k8s.io/kubectl/pkg/cmd/diff/diff.go.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toYaml } from '../../lib/yaml/write.js';
import type { Json, KubeObject } from '../../model/object.js';
import type { RequestOptions } from '../../model/request.js';
import { matches } from '../../model/selector.js';
import type { Flag, Invocation, Verb } from '../../model/verb.js';
import type { Client } from '../client.js';
import { addSource, severalErrors, UsageError } from '../errors.js';
import { configurationText } from '../last-applied.js';
import { filenameFlags, givesFiles } from '../filename-flags.js';
import { manifestsOf } from '../manifest/index.js';
import { withoutManagedFields } from '../print/printer.js';
import { type ItemQuery, liveObject, manifestItem, placedObject, requestFor, requirements } from '../resources.js';
import { fieldManagerFlag } from '../write-flags.js';
import { findPruned } from './apply/prune.js';
import { computePatch } from './apply/patcher.js';
import { flag } from '../flag.js';

const flags: readonly Flag[] = [
  ...filenameFlags('contains the configuration to diff'),
  fieldManagerFlag('kubectl-client-side-apply'),
  flag('concurrency', 'int', '1', 'How many objects to look at in parallel; here always one after the other.'),
  flag('force-conflicts', 'bool', 'false', 'With --server-side: take fields from their managers.'),
  flag('prune', 'bool', 'false', 'Show what pruning would delete.'),
  flag('prune-allowlist', 'stringArray', '[]', 'With --prune: the types to look at.'),
  flag('selector', 'string', '', "Only objects whose labels match, such as 'app=web'.", 'l'),
  flag('server-side', 'bool', 'false', 'Compare with what a server-side apply would make.'),
  flag('show-managed-fields', 'bool', 'false', 'Compare managed fields, too.'),
  flag('show-secrets', 'bool', 'false', 'Do not hide the values of Secrets.'),
];

export const diff: Verb<Client> = {
  id: 'diff',
  use: 'diff -f FILENAME',
  short: 'Diff the live version against a would-be applied version',
  long: 'Prints how the objects of the manifests would differ from the live ones after an apply. Exit code 1: there are differences.',
  example: `
    # What would applying this file change?
    kubectl diff -f web.yaml

    # The same for standard input
    cat web.yaml | kubectl diff -f -`,
  flags,
  // 1 means that there are differences.
  errorCode: 2,
  run: compareAll,
};

function compareAll(invocation: Invocation<Client>): number {
  const { args, flags, io } = invocation;
  if (args.length > 0) throw new UsageError(`Unexpected args: [${args.join(' ')}]`, true);
  if (!givesFiles(flags)) throw new UsageError('must specify one of -f and -k');
  if (flags.bool('force-conflicts') && !flags.bool('server-side')) throw new UsageError('--force-conflicts only works with --server-side');
  const folders = { live: mkdtempSync(join(tmpdir(), 'LIVE-')), merged: mkdtempSync(join(tmpdir(), 'MERGED-')) };
  try {
    const errors = writeVersions(invocation, folders);
    if (errors.length > 0) throw severalErrors(errors);
    return runDiff(folders, io);
  } finally {
    rmSync(folders.live, { recursive: true });
    rmSync(folders.merged, { recursive: true });
  }
}

interface Folders {
  readonly live: string;
  readonly merged: string;
}

/** One file for each object and version; nothing where there is no live object. */
function writeVersions(invocation: Invocation<Client>, folders: Folders): Error[] {
  const { flags, io, client, program, namespace, namespaceGiven } = invocation;
  const manifests = manifestsOf(flags, io);
  if (manifests.errors.length > 0) return [...manifests.errors];
  const chosen = requirements(flags.string('selector').trim());
  const errors: Error[] = [];
  const kept: KubeObject[] = [];
  for (const manifest of manifests.objects.filter(({ object }) => matches(chosen, object.metadata?.labels))) {
    try {
      const item = manifestItem(manifest, { args: [], program, namespace, namespaceGiven }, client.mapper);
      const live = liveObject(item, client);
      kept.push(live ?? placedObject(item));
      const shown = shownVersions(live, mergedObject(item, live, invocation), flags.bool('show-secrets'));
      const clean = (o: KubeObject): KubeObject => (flags.bool('show-managed-fields') ? o : withoutManagedFields(o));
      if (shown.live) writeFileSync(join(folders.live, fileName(item)), toYaml(clean(shown.live)));
      writeFileSync(join(folders.merged, fileName(item)), toYaml(clean(shown.merged)));
    } catch (e) {
      errors.push(e as Error);
      // kubectl stops at the first object that it cannot compare.
      break;
    }
  }
  if (flags.bool('prune') && errors.length === 0) {
    const question = { allowlist: flags.strings('prune-allowlist'), selector: flags.string('selector'), kept };
    for (const { resource, object } of findPruned(question, client)) {
      const { name, namespace } = object.metadata;
      writeFileSync(
        join(folders.live, fileName({ resource, name, ...(namespace && { namespace }) })),
        toYaml(withoutManagedFields(object)),
      );
    }
  }
  return errors;
}

/** "apps.v1.Deployment.default.web" */
function fileName({ resource, namespace, name }: ItemQuery): string {
  const { group, version, kind } = resource;
  return `${group === '' ? '' : `${group}.`}${version}.${kind}.${namespace ?? ''}.${name}`;
}

function mergedObject(item: ItemQuery, live: KubeObject | undefined, { client, flags, io }: Invocation<Client>): KubeObject {
  const local = placedObject(item);
  const serverSide = flags.bool('server-side');
  const manager = serverSide && !flags.changed('field-manager') ? 'kubectl' : flags.string('field-manager');
  const options: RequestOptions = { dryRun: true, fieldManager: manager };
  if (serverSide) {
    const how = { ...options, patchType: 'apply', force: flags.bool('force-conflicts') } as const;
    return client.call<KubeObject>(requestFor(item, 'patch', { body: local, options: how }));
  }
  if (!live) {
    const { name: _, ...place } = item;
    return client.call<KubeObject>(requestFor(place, 'create', { body: local, options }));
  }
  const wanted = JSON.parse(configurationText(local)) as KubeObject;
  const source = item.manifest?.source ?? '';
  try {
    const { patch, type } = computePatch(item.resource, live, wanted, io);
    if (Object.keys(patch).length === 0) return live;
    return client.call<KubeObject>(requestFor(item, 'patch', { body: patch as Json, options: { ...options, patchType: type } }));
  } catch (e) {
    throw addSource('patching', source, e);
  }
}

interface Versions {
  readonly live: KubeObject | undefined;
  readonly merged: KubeObject;
}

/** Values of Secrets are hidden; whether they differ is not. Mirrors diff.go (Masker). */
function shownVersions(live: KubeObject | undefined, merged: KubeObject, showSecrets: boolean): Versions {
  if (showSecrets || merged.kind !== 'Secret' || merged.apiVersion !== 'v1') return { live, merged };
  const [before, after] = [live?.data ?? {}, merged.data ?? {}];
  const mask = (object: KubeObject, own: Record<string, string>, other: Record<string, string>, suffix: string): KubeObject => ({
    ...object,
    ...(object.data && {
      data: Object.fromEntries(
        Object.entries(own).map(([key, value]) => [key, key in other && other[key] !== value ? `*** (${suffix})` : '***']),
      ),
    }),
  });
  return { live: live && mask(live, before, after, 'before'), merged: mask(merged, after, before, 'after') };
}

/** The program's output is kubectl's; so is its exit code. */
function runDiff({ live, merged }: Folders, io: Invocation<Client>['io']): number {
  const [program = 'diff', ...options] = (io.env.KUBECTL_EXTERNAL_DIFF ?? '').split(' ').filter((w) => w !== '');
  // As kubectl does: only plain words and options may come out of the variable.
  const safe = options.filter((o) => /^[a-zA-Z0-9-=]+$/.test(o));
  const args = io.env.KUBECTL_EXTERNAL_DIFF ? safe : ['-u', '-N'];
  const done = spawnSync(program, [...args, live, merged], { encoding: 'utf8', maxBuffer: 1 << 28 });
  if (done.error)
    throw new UsageError(`failed to run ${JSON.stringify(program)}: exec: ${JSON.stringify(program)}: executable file not found in $PATH`);
  io.out(done.stdout);
  io.err(done.stderr);
  return done.status ?? 1;
}
