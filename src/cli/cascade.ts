// --cascade of the verbs that delete. Mirrors GetCascadingStrategy of k8s.io/kubectl/pkg/cmd/util/helpers.go.
import type { RequestOptions } from '../model/request.js';
import type { Invocation } from '../model/verb.js';
import { UsageError } from './errors.js';
import { parseBool } from './flag-values.js';

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
