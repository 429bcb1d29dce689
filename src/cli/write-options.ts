// The flags of every verb that writes, and what they mean for its requests: --dry-run, --field-manager, --validate, --save-config.
// Mirrors GetDryRunStrategy, GetValidationDirective and CreateOrUpdateAnnotation of kubectl (pkg/cmd/util, pkg/util/apply.go).
import { goJSON } from '../lib/go-format.js';
import type { KubeObject } from '../model/object.js';
import type { RequestOptions } from '../model/request.js';
import type { Flag, FlagValues, Invocation } from '../model/verb.js';
import type { Client } from './client.js';
import { UsageError } from './errors.js';

export type DryRun = 'none' | 'client' | 'server';

export const dryRunFlag: Flag = {
  name: 'dry-run',
  type: 'string',
  default: 'none',
  bare: 'unchanged',
  usage: 'Must be "none", "server", or "client": whether to only show what would be sent (client) or be stored (server).',
};

export const fieldManagerFlag = (name: string): Flag => ({
  name: 'field-manager',
  type: 'string',
  default: name,
  usage: 'Name of the manager to record for the fields written.',
});

export const saveConfigFlag: Flag = {
  name: 'save-config',
  type: 'bool',
  default: 'false',
  usage: 'Whether to keep the configuration in an annotation, for a later apply.',
};

export const validateFlag: Flag = {
  name: 'validate',
  type: 'string',
  default: 'strict',
  bare: 'strict',
  usage: 'Must be one of: strict (or true), warn, ignore (or false): what to do about unknown and repeated fields.',
};

/** Prints what kubectl logs about the values it no longer likes. */
export function dryRunOf({ flags, io, client }: Invocation<Client>): DryRun {
  const value = flags.string('dry-run');
  const log = (line: number, text: string): void => io.err(`${logHead(client.now(), line)}] ${text}\n`);
  switch (value) {
    case 'none':
    case 'client':
    case 'server':
      return value;
    case 'unchanged':
      log(719, '--dry-run is deprecated and can be replaced with --dry-run=client.');
      return 'client';
    case 'true':
      log(733, '--dry-run=true is deprecated (boolean value) and can be replaced with --dry-run=client.');
      return 'client';
    case 'false':
      log(736, '--dry-run=false is deprecated (boolean value) and can be replaced with --dry-run=none.');
      return 'none';
    default:
      throw new UsageError(`Invalid dry-run value (${value}). Must be "none", "server", or "client".`);
  }
}

/** The head of a line of klog; the process id is always 1. */
function logHead(now: number, line: number): string {
  const [date = '', time = ''] = new Date(now).toISOString().slice(5, 23).split('T');
  return `W${date.replace('-', '')} ${time}000       1 helpers.go:${line}`;
}

/** "created (dry run)" */
export const operation = (done: string, dryRun: DryRun): string =>
  dryRun === 'none' ? done : `${done} (${dryRun === 'server' ? 'server dry run' : 'dry run'})`;

export function fieldValidation(flags: FlagValues): NonNullable<RequestOptions['fieldValidation']> {
  const value = flags.string('validate');
  switch (value) {
    case 'strict':
    case 'true':
    case '':
      return 'Strict';
    case 'warn':
      return 'Warn';
    case 'ignore':
    case 'false':
      return 'Ignore';
    default:
      throw new UsageError(`invalid - validate option ${JSON.stringify(value)}; must be one of: strict (or true), warn, ignore (or false)`);
  }
}

export const writeOptions = (dryRun: DryRun, flags: FlagValues, more: RequestOptions = {}): RequestOptions => ({
  ...(dryRun === 'server' && { dryRun: true }),
  fieldManager: flags.string('field-manager'),
  ...more,
});

const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

/** The object with itself in the annotation. `typed`: made by a generator, in the order of Go's fields; else keys are sorted. */
export function withLastApplied(object: KubeObject, typed: boolean): KubeObject {
  const { [lastApplied]: _, ...annotations } = object.metadata.annotations ?? {};
  const { annotations: __, ...metadata } = object.metadata;
  const bare = { ...object, metadata: Object.keys(annotations).length > 0 ? { ...metadata, annotations } : metadata };
  const text = typed ? goOrder(bare) : goJSON({ ...bare, metadata: { ...bare.metadata, annotations } });
  return { ...object, metadata: { ...object.metadata, annotations: { ...annotations, [lastApplied]: `${text}\n` } } };
}

const goOrder = (object: unknown): string =>
  JSON.stringify(object).replace(/[<>&\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
