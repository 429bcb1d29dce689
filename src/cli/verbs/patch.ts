// kubectl patch. Mirrors k8s.io/kubectl/pkg/cmd/patch/patch.go.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { applyJSONPatch, JSONPatchError } from '../../lib/json-patch.js';
import { scanJson, UnexpectedEof } from '../../lib/json-scan.js';
import { mergePatch } from '../../lib/merge-patch.js';
import { same } from '../../lib/same.js';
import { PatchError, strategicMerge } from '../../lib/strategic-merge/index.js';
import { readYaml, YamlError } from '../../lib/yaml/read.js';
import { builtinType, mergeSchema } from '../../model/merge-schema.js';
import { groupOf, type Json, type KubeObject } from '../../model/object.js';
import { badRequest } from '../../model/status.js';
import type { Flag, Invocation, Verb } from '../../model/verb.js';
import type { Client } from '../client.js';
import { UsageError } from '../errors.js';
import { filenameFlags, givesFiles } from '../filename-flags.js';
import { allObjects, fileProblem, type ManifestObject, manifestsOf } from '../manifest/index.js';
import { mergePatchTo } from '../merge-patch-to.js';
import { objectPrinter, printFlags } from '../print/printer.js';
import { type DryRun, dryRunFlag, dryRunOf, fieldManagerFlag, recordFlag, withCause } from '../write-flags.js';
import { findTargets, requestFor, type Target, visitAll } from '../resources.js';

const patchTypes = ['json', 'merge', 'strategic'] as const;
type PatchType = (typeof patchTypes)[number];

const flags: readonly Flag[] = [
  ...filenameFlags('that name the object to change'),
  ...printFlags,
  dryRunFlag,
  fieldManagerFlag('kubectl-patch'),
  { name: 'local', type: 'bool', default: 'false', usage: 'Change the content of the file, and nothing on the server.' },
  { name: 'patch', short: 'p', type: 'string', default: '', usage: 'The patch, as JSON or YAML.' },
  { name: 'patch-file', type: 'string', default: '', usage: 'A file with the patch.' },
  recordFlag,
  { name: 'subresource', type: 'string', default: '', usage: 'Subresource to change, such as status or scale.' },
  { name: 'type', type: 'string', default: 'strategic', usage: 'The type of the patch; one of [json merge strategic].' },
];

export const patch: Verb<Client> = {
  id: 'patch',
  use: 'patch (-f FILENAME | TYPE NAME) [-p PATCH|--patch-file FILE]',
  short: 'Update fields of a resource',
  long: 'Changes fields of an object by a strategic merge patch, a JSON merge patch, or a JSON patch.',
  example: `
    # Make a Service reachable on every node
    kubectl patch service web -p '{"spec":{"type":"NodePort"}}'

    # Take a field away
    kubectl patch deployment web --type=json -p '[{"op":"remove","path":"/spec/template/spec/nodeSelector"}]'`,
  flags,
  run(invocation) {
    const { flags, io, client } = invocation;
    const type = checkFlags(invocation);
    const dryRun = dryRunOf(flags, io);
    const body = readPatch(invocation, type, flags.bool('local') || dryRun === 'client' ? inProcess : onServer);
    const print = (old: KubeObject, patched: KubeObject, shown = patched): void => {
      // kubectl does not say here that it was a dry run.
      const operation = same(patched, old) ? 'patched (no change)' : 'patched';
      io.out(objectPrinter(invocation, { operation })(shown));
    };
    if (flags.bool('local')) {
      for (const { object } of localObjects(invocation)) print(object, patchLocally(object, body(), type));
      return;
    }
    const found = findTargets(question(invocation), client);
    if (found.inOrder.length === 0) throw new UsageError('no objects passed to patch');
    visitAll(found.inOrder, (target) => {
      const old = target.manifest?.object ?? target.object;
      if (dryRun === 'client') return print(old, patchLocally(target.object, body(), type));
      const patched = patchOnServer(target, body(), type, dryRun, invocation);
      print(old, patched, flags.bool('record') ? noted(target, patched, dryRun, invocation) : patched);
    });
  },
};

function checkFlags({ args, flags }: Invocation<Client>): PatchType {
  if (flags.bool('local') && args.length > 0) throw new UsageError('cannot specify --local and server resources');
  if (flags.string('patch') !== '' && flags.string('patch-file') !== '')
    throw new UsageError('cannot specify --patch and --patch-file together');
  if (flags.string('patch') === '' && flags.string('patch-file') === '')
    throw new UsageError('must specify --patch or --patch-file containing the contents of the patch');
  const type = flags.string('type').toLowerCase();
  const known = patchTypes.find((t) => t === type);
  if (!known) throw new UsageError(`--type must be one of [${patchTypes.join(' ')}], not ${JSON.stringify(flags.string('type'))}`);
  return known;
}

function question(invocation: Invocation<Client>) {
  const { args, program, namespace, namespaceGiven, flags, io } = invocation;
  const subresource = flags.string('subresource');
  return {
    args,
    program,
    namespace,
    namespaceGiven,
    ...(subresource && { subresource }),
    ...(givesFiles(flags) && { manifests: manifestsOf(flags, io) }),
  };
}

function localObjects({ flags, io }: Invocation<Client>): readonly ManifestObject[] {
  if (!givesFiles(flags)) throw new UsageError('one or more files must be specified as -f');
  return allObjects(manifestsOf(flags, io));
}

/** JSON goes to the server as it is, which then says what is wrong with it: so it is read for each object. Anything else is read as YAML. */
function readPatch({ flags, io }: Invocation<Client>, type: PatchType, refuse: Refusal): () => Json {
  const file = flags.string('patch-file');
  const text = file === '' ? flags.string('patch') : readFile(file, io.cwd);
  if (/^\s*\{/.test(text)) return () => parseJSON(text, (message) => refuse(type, message));
  try {
    const body = readYaml(text) as Json;
    return () => body;
  } catch (e) {
    if (!(e instanceof YamlError)) throw e;
    throw new UsageError(`unable to parse ${JSON.stringify(flags.string('patch'))}: ${e.message}`);
  }
}

function readFile(file: string, cwd: string): string {
  try {
    return readFileSync(resolve(cwd, file), 'utf8');
  } catch (e) {
    throw new UsageError(`unable to read patch file: ${fileProblem('open', file, e)}`);
  }
}

/** How broken JSON is refused by whoever merges the patch. */
type Refusal = (type: PatchType, message: string) => Error;

const onServer: Refusal = (type, message) => badRequest(type === 'strategic' ? message : `error decoding patch: ${message}`);

const inProcess: Refusal = (type, message) =>
  new UsageError({ strategic: 'invalid JSON document', merge: 'Invalid JSON Patch', json: message }[type]);

function parseJSON(text: string, refusal: (message: string) => Error): Json {
  try {
    const rest = text.slice(scanJson(text, 0)).trim();
    if (rest !== '') throw new Error(`invalid character '${rest[0]}' after top-level value`);
    return JSON.parse(text) as Json;
  } catch (e) {
    throw refusal(e instanceof UnexpectedEof ? 'unexpected end of JSON input' : (e as Error).message);
  }
}

function patchOnServer(target: Target, body: Json, type: PatchType, dryRun: DryRun, { flags, client }: Invocation<Client>): KubeObject {
  const subresource = flags.string('subresource');
  const options = { patchType: type, fieldManager: flags.string('field-manager'), dryRun: dryRun === 'server' };
  return client.call<KubeObject>(requestFor({ ...target, ...(subresource && { subresource }) }, 'patch', { body, options }));
}

/** --record: its annotation comes by a second patch. */
function noted(target: Target, patched: KubeObject, dryRun: DryRun, invocation: Invocation<Client>): KubeObject {
  const fieldManager = invocation.flags.string('field-manager');
  return mergePatchTo({ ...target, object: patched }, withCause(patched, invocation), { client: invocation.client, dryRun, fieldManager });
}

function patchLocally(old: KubeObject, body: Json, type: PatchType): KubeObject {
  const patched = locally(old, body, type);
  if (typeof patched !== 'object' || patched === null || Array.isArray(patched))
    throw new UsageError(
      `json: cannot unmarshal ${Array.isArray(patched) ? 'array' : typeof patched} into Go value of type unstructured.detector`,
    );
  return patched as KubeObject;
}

function locally(old: KubeObject, body: Json, type: PatchType): unknown {
  const isObject = typeof body === 'object' && body !== null && !Array.isArray(body);
  try {
    switch (type) {
      case 'json':
        return applyJSONPatch(old, body);
      case 'merge':
        if (!isObject && !Array.isArray(body)) throw new UsageError('Invalid JSON Patch');
        return mergePatch(old, body);
      case 'strategic':
        if (!isObject) throw new UsageError('invalid JSON document');
        return strategicMerge(old, body, localSchema(old));
    }
  } catch (e) {
    if (e instanceof PatchError) throw new UsageError(e.message);
    if (!(e instanceof JSONPatchError)) throw e;
    const missing = e.message.indexOf('doc is missing key: ');
    throw new UsageError(missing < 0 ? e.message : `Object to be patched is missing field (${e.message.slice(missing + 20)})`);
  }
}

function localSchema(object: KubeObject) {
  const version = object.apiVersion.slice(object.apiVersion.indexOf('/') + 1);
  const type = builtinType({ group: groupOf(object.apiVersion), version, kind: object.kind });
  if (type) return mergeSchema(type);
  throw new UsageError(`cannot apply strategic merge patch for ${object.apiVersion}, Kind=${object.kind} locally, try --type merge`);
}
