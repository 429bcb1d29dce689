// kubectl edit: objects in the user's editor until they are valid or given up. Mirrors k8s.io/kubectl/pkg/cmd/util/editor/editoptions.go.
import { existsSync, rmSync } from 'node:fs';
import { goJSON } from '../../../lib/go-format.js';
import { createMergePatch } from '../../../lib/merge-patch.js';
import { same } from '../../../lib/same.js';
import { twoWayPatch } from '../../../lib/strategic-merge/index.js';
import { readDocuments } from '../../../lib/yaml/documents.js';
import { toKyaml } from '../../../lib/yaml/kyaml.js';
import { toYaml } from '../../../lib/yaml/write.js';
import { builtinType, mergeSchema } from '../../../model/merge-schema.js';
import type { Json, KubeObject } from '../../../model/object.js';
import { qualified, StatusError } from '../../../model/status.js';
import type { Flag, Invocation, Verb } from '../../../model/verb.js';
import type { Client } from '../../client.js';
import { Exit, UsageError } from '../../errors.js';
import { withLastApplied } from '../../last-applied.js';
import { filenameFlags, givesFiles } from '../../filename-flags.js';
import { typeProblems } from '../../manifest/decode.js';
import { manifestsOf } from '../../manifest/index.js';
import { objectPrinter, printFlags, unknownFormat, withoutManagedFields } from '../../print/printer.js';
import { fieldManagerFlag, recordFlag, validateFlag, validationOf, withCause } from '../../write-flags.js';
import { findTargets, requestFor, type Target, throwErrors } from '../../resources.js';
import { editText } from './editor.js';
import { flag } from '../../flag.js';

const flags: readonly Flag[] = [
  ...filenameFlags('to use to edit the resource'),
  ...printFlags,
  fieldManagerFlag('kubectl-edit'),
  validateFlag,
  flag('output-patch', 'bool', 'false', 'Print the patch that the changes make.'),
  recordFlag,
  flag('save-config', 'bool', 'false', 'Remember the configuration in the annotation of kubectl apply.'),
  flag('subresource', 'string', '', 'Subresource to edit, such as status.'),
  flag('windows-line-endings', 'bool', 'false', 'Write the file with carriage returns.'),
];

export const edit: Verb<Client> = {
  id: 'edit',
  use: 'edit (RESOURCE/NAME | -f FILENAME)',
  short: 'Edit a resource on the server',
  long: 'Opens objects in the editor that KUBE_EDITOR or EDITOR names, and patches what was changed.',
  example: `
    # Edit a Service
    kubectl edit service web

    # With another editor
    KUBE_EDITOR="nano" kubectl edit deployment/web`,
  flags,
  run(invocation) {
    const { args, program, namespace, namespaceGiven, flags, io, client } = invocation;
    const subresource = flags.string('subresource');
    const output = flags.string('output').toLowerCase();
    const { targets, errors } = findTargets(
      {
        args,
        program,
        namespace,
        namespaceGiven,
        typeAlone: true,
        ...(subresource && { subresource }),
        ...(givesFiles(flags) && { manifests: manifestsOf(flags, io) }),
      },
      client,
    );
    throwErrors(errors);
    if (targets.length === 0) throw new UsageError('edit cancelled, no objects found');
    if (!['', 'json', 'yaml', 'kyaml'].includes(output)) throw unknownFormat(flags.string('output'), ['json', 'kyaml', 'yaml']);
    new EditSession(targets, invocation).run();
  },
};

interface Reason {
  readonly head: string;
  readonly details: readonly string[];
}

class EditSession {
  private readonly shown: string;
  private readonly asJSON: boolean;

  constructor(
    private readonly targets: readonly Target[],
    private readonly invocation: Invocation<Client>,
  ) {
    const { flags } = invocation;
    const clean = (o: KubeObject): KubeObject => (flags.bool('show-managed-fields') ? o : withoutManagedFields(o));
    const items = targets.map((t) => clean(t.object));
    const whole = items.length === 1 ? items[0] : { apiVersion: 'v1', items, kind: 'List', metadata: {} };
    this.asJSON = flags.string('output') === 'json';
    const text = this.asJSON ? `${goJSON(whole, '    ')}\n` : flags.string('output') === 'kyaml' ? toKyaml(whole) : toYaml(whole);
    this.shown = flags.bool('windows-line-endings') ? text.replaceAll('\n', '\r\n') : text;
  }

  run(): void {
    const { io, program } = this.invocation;
    let reasons: readonly Reason[] = [];
    let before: string | undefined;
    let path = '';
    for (;;) {
      const text = (this.asJSON ? '' : header(reasons)) + (before === undefined ? this.shown : withoutComments(before));
      const edited = editText(text, program, this.asJSON ? '.json' : '.yaml', io);
      if (before !== undefined && withoutComments(before) === withoutComments(edited.text))
        throw this.kept(new UsageError('Edit cancelled, no valid changes were saved.'), edited.path);
      if (path !== '') rmSync(path, { force: true });
      path = edited.path;
      const problem = typesMissing(edited.text);
      if (problem !== undefined) {
        reasons = [this.notValid(problem)];
        before = edited.text;
        continue;
      }
      if (withoutComments(this.shown) === withoutComments(edited.text)) return this.cancelled('no changes made', path);
      reasons = this.save(edited.text, path);
      if (reasons.length === 0) {
        rmSync(path, { force: true });
        return;
      }
      before = edited.text;
    }
  }

  /** A text without apiVersion and kind is no object: it is shown again. */
  private notValid(problem: string): Reason {
    const [first] = this.targets as [Target];
    const name = `${qualified(first.resource)} ${JSON.stringify(first.name)}`;
    this.invocation.io.err(`error: ${name} is invalid\n`);
    return { head: `${name} was not valid`, details: [`<nil>: Invalid value: "The edited file failed validation": ${problem}`] };
  }

  private cancelled(why: string, path: string): void {
    rmSync(path, { force: true });
    this.invocation.io.err(`Edit cancelled, ${why}.\n`);
  }

  private kept(error: unknown, path: string): unknown {
    if (existsSync(path)) this.invocation.io.err(`A copy of your changes has been stored to ${JSON.stringify(path)}\n`);
    return error;
  }

  /** Patches what was changed; what the server finds wrong is returned, to be shown in the editor. */
  private save(text: string, path: string): Reason[] {
    let objects: KubeObject[];
    try {
      objects = parse(text);
    } catch (e) {
      return [{ head: `The edited file had a syntax error: error parsing edited-file: ${(e as Error).message}`, details: [] }];
    }
    const reasons: Reason[] = [];
    let lost = 0;
    let retryable = 0;
    for (const object of objects) {
      const target = this.targetOf(object, path);
      try {
        this.patch(target, object, path);
      } catch (e) {
        if (!(e instanceof StatusError)) throw e;
        const name = `${qualified(target.resource)} ${JSON.stringify(target.name)}`;
        if (e.status.reason === 'Invalid') {
          this.invocation.io.err(`error: ${name} is invalid\n`);
          reasons.push({ head: `${name} was not valid`, details: (e.status.details?.causes ?? []).map((c) => `${c.field}: ${c.message}`) });
        } else if (e.status.reason === 'NotFound') {
          this.invocation.io.err(`error: ${name} could not be found on the server\n`);
          lost++;
        } else {
          this.invocation.io.err(`error: ${name} could not be patched: ${e.message}\n`);
          retryable++;
        }
      }
    }
    const { io, program } = this.invocation;
    if (retryable > 0) io.err(`You can run \`${program} replace -f ${path}\` to try this update again.\n`);
    else if (lost > 0) io.err(`The edits you made on deleted resources have been saved to ${JSON.stringify(path)}\n`);
    if (retryable > 0 || lost > 0) throw new Exit(1);
    return reasons;
  }

  private targetOf(object: KubeObject, path: string): Target {
    const single = this.targets.length === 1 ? this.targets[0] : undefined;
    const found = this.targets.find((t) => t.name === object.metadata?.name && t.object.kind === object.kind) ?? single;
    const renamed =
      !found || found.name !== object.metadata?.name || found.object.kind !== object.kind || found.object.apiVersion !== object.apiVersion;
    if (renamed) throw this.kept(new UsageError('At least one of apiVersion, kind and name was changed'), path);
    return found;
  }

  private patch(target: Target, edited: KubeObject, path: string): void {
    const { flags, io, client } = this.invocation;
    const { managedFields: _, ...metadata } = target.object.metadata;
    const original = flags.bool('show-managed-fields') ? target.object : ({ ...target.object, metadata } as KubeObject);
    const wanted = withCause(flags.bool('save-config') ? withLastApplied(edited) : edited, this.invocation);
    const say = (operation: string, object: KubeObject): void => io.out(objectPrinter({ flags: flags, io }, { operation })(object));
    if (same(original, edited)) return say('skipped', target.object);
    if (edited.metadata.namespace !== original.metadata.namespace)
      throw this.kept(
        new UsageError(
          `the namespace from the provided object ${JSON.stringify(edited.metadata.namespace ?? '')} does not match the namespace ${JSON.stringify(original.metadata.namespace ?? '')}. You must pass '--namespace=${edited.metadata.namespace ?? ''}' to perform this operation.`,
        ),
        path,
      );
    const type = builtinType(target.resource);
    const body = (type ? twoWayPatch(original, wanted, mergeSchema(type)) : createMergePatch(original, wanted)) as Json;
    if (flags.bool('output-patch')) io.out(`Patch: ${goJSON(body)}\n`);
    const options = {
      patchType: type ? 'strategic' : 'merge',
      fieldManager: flags.string('field-manager'),
      fieldValidation: validationOf(flags),
    } as const;
    const subresource = flags.string('subresource');
    say('edited', client.call<KubeObject>(requestFor({ ...target, ...(subresource && { subresource }) }, 'patch', { body, options })));
  }
}

const withoutComments = (text: string): string =>
  text
    .split('\n')
    .map((line) => line.replace(/\r$/, ''))
    .filter((line) => !line.startsWith('#'))
    .join('\n');

function header(reasons: readonly Reason[]): string {
  const lines = [
    "Please edit the object below. Lines beginning with a '#' will be ignored,",
    'and an empty file will abort the edit. If an error occurs while saving this file will be',
    'reopened with the relevant failures.',
    '',
  ];
  for (const { head, details } of reasons) lines.push(`${head}${details.length > 0 ? ':' : ''}`, ...details.map((d) => `* ${d}`), '');
  return lines.map((l) => `${l === '' ? '#' : `# ${l.replaceAll('\n', '\n# ')}`}\n`).join('');
}

/** What the first look at a manifest says. */
function typesMissing(text: string): string | undefined {
  try {
    const documents = [...readDocuments(withoutComments(text))];
    const problems = (documents.length === 0 ? [{ value: null }] : documents).flatMap(({ value }) => typeProblems(value));
    return problems.length > 1 ? `[${problems.join(', ')}]` : problems[0];
  } catch (e) {
    return (e as Error).message;
  }
}

function parse(text: string): KubeObject[] {
  return [...readDocuments(withoutComments(text))].flatMap(({ value }) => {
    const object = value as unknown as KubeObject & { items?: KubeObject[] };
    return Array.isArray(object?.items) && object.kind === 'List' ? object.items : [object];
  });
}
