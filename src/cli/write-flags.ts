// The flags of verbs that write: --dry-run, --validate, --field-manager, --cascade, --record, and how their values are read.
// Mirrors k8s.io/kubectl/pkg/cmd/util/helpers.go (GetDryRunStrategy, GetValidationDirective).
import type { Io } from '../model/io.js';
import type { KubeObject } from '../model/object.js';
import type { RequestOptions } from '../model/request.js';
import type { Flag, FlagValues, Invocation } from '../model/verb.js';
import { UsageError } from './errors.js';
import { parseBool } from './flag-values.js';

export type DryRun = 'none' | 'client' | 'server';

export const dryRunFlag: Flag = {
  name: 'dry-run',
  type: 'string',
  default: 'none',
  bare: 'unchanged',
  usage: 'Must be "none", "server", or "client": only print what would be sent, or let the server check it without keeping it.',
};

export const fieldManagerFlag = (manager: string): Flag => ({
  name: 'field-manager',
  type: 'string',
  default: manager,
  usage: 'Name of the manager used to track field ownership.',
});

export const validateFlag: Flag = {
  name: 'validate',
  type: 'string',
  default: 'strict',
  bare: 'strict',
  usage: 'Must be one of: strict (or true), warn, ignore (or false): what becomes of unknown and duplicate fields.',
};

export const saveConfigFlag: Flag = {
  name: 'save-config',
  type: 'bool',
  default: 'false',
  usage: 'Whether to keep the configuration in an annotation, for a later apply.',
};

export function dryRunOf(flags: FlagValues, io: Io): DryRun {
  const value = flags.string('dry-run');
  if (value === 'none' || value === 'client' || value === 'server') return value;
  if (value === 'unchanged') {
    io.err('Warning: --dry-run is deprecated and can be replaced with --dry-run=client.\n');
    return 'client';
  }
  if (value === 'true' || value === 'false') {
    const strategy = value === 'true' ? 'client' : 'none';
    io.err(`Warning: --dry-run=${value} is deprecated (boolean value) and can be replaced with --dry-run=${strategy}.\n`);
    return strategy;
  }
  throw new UsageError(`Invalid dry-run value (${value}). Must be "none", "server", or "client".`);
}

/** "configured" -> "configured (server dry run)" */
export const withDryRun = (operation: string, dryRun: DryRun): string =>
  dryRun === 'none' ? operation : `${operation} (${dryRun === 'server' ? 'server dry run' : 'dry run'})`;

export function validationOf(flags: FlagValues): NonNullable<RequestOptions['fieldValidation']> {
  switch (flags.string('validate')) {
    case 'strict':
    case 'true':
      return 'Strict';
    case 'warn':
      return 'Warn';
    case 'ignore':
    case 'false':
      return 'Ignore';
    default:
      throw new UsageError(
        `invalid - validate option ${JSON.stringify(flags.string('validate'))}; must be one of: strict (or true), warn, ignore (or false)`,
      );
  }
}

// --cascade of the verbs that delete. Mirrors GetCascadingStrategy of k8s.io/kubectl/pkg/cmd/util/helpers.go.

export type Propagation = NonNullable<RequestOptions['propagationPolicy']>;

const policies = { background: 'Background', foreground: 'Foreground', orphan: 'Orphan' } as const;

export function readCascade<C>({ flags, io }: Pick<Invocation<C>, 'flags' | 'io'>): Propagation {
  const value = flags.string('cascade');
  if (value in policies) return policies[value as keyof typeof policies];
  let policy: keyof typeof policies;
  try {
    policy = parseBool(value) ? 'background' : 'orphan';
  } catch {
    throw new UsageError(`invalid cascade value (${value}). Must be "background", "foreground", or "orphan"`);
  }
  io.err(`warning: --cascade=${value} is deprecated (boolean value) and can be replaced with --cascade=${policy}.\n`);
  return policies[policy];
}

// --record: notes the command in the object, for `rollout history`. Mirrors k8s.io/cli-runtime/pkg/genericclioptions/record_flags.go.

export const recordFlag: Flag = {
  name: 'record',
  type: 'bool',
  default: 'false',
  usage: 'Record the current command in the resource annotation.',
  deprecated: 'Flag --record has been deprecated, --record will be removed in the future',
};

const annotation = 'kubernetes.io/change-cause';

/** The object with the command in it, when --record asks for that. */
export function withCause<C>(object: KubeObject, { flags, commandLine }: Invocation<C>): KubeObject {
  if (!flags.bool('record')) return object;
  const { metadata } = object;
  return { ...object, metadata: { ...metadata, annotations: { ...metadata.annotations, [annotation]: commandLine } } };
}
