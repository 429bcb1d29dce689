// The flags of verbs that write: --dry-run, --validate, --field-manager, and how their values are read.
// Mirrors k8s.io/kubectl/pkg/cmd/util/helpers.go (GetDryRunStrategy, GetValidationDirective).
import type { Io } from '../model/io.js';
import type { RequestOptions } from '../model/request.js';
import type { Flag, FlagValues } from '../model/verb.js';
import { UsageError } from './errors.js';

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
