// What all `create TYPE NAME` have in common: an object made from flags, stored or only shown. Its fields stand in the order of Go's
// structs, which -o json keeps. Mirrors CreateDeploymentOptions and its kin (pkg/cmd/create).
import type { KubeObject } from '../../../model/object.js';
import { StatusError } from '../../../model/status.js';
import type { Flag, FlagValues, Invocation } from '../../../model/verb.js';
import type { Client } from '../../client.js';
import { UsageError } from '../../errors.js';
import { withTypedConfiguration } from '../../last-applied.js';
import { objectPrinter, printFlags } from '../../print/printer.js';
import { dryRunFlag, dryRunOf, fieldManagerFlag, saveConfigFlag, validateFlag, validationOf, withDryRun } from '../../write-flags.js';

export const createFlags: readonly Flag[] = [...printFlags, dryRunFlag, fieldManagerFlag('kubectl-create'), saveConfigFlag, validateFlag];

/** The one argument; what stands behind `--` is not counted. */
export function nameOf({ args, dashAt }: Pick<Invocation<Client>, 'args' | 'dashAt'>): string {
  const names = dashAt < 0 ? args : args.slice(0, dashAt);
  if (names.length !== 1) throw new UsageError(`exactly one NAME is required, got ${names.length}`, true);
  return names[0] as string;
}

interface Meta {
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** Metadata with the namespace that -n gave: without -n, kubectl leaves it to the request. */
export const metadata = (name: string, { namespace, namespaceGiven }: Invocation<Client>, more: Meta = {}): KubeObject['metadata'] => ({
  name,
  ...(namespaceGiven && { namespace }),
  ...more,
});

/** Go writes maps by the order of their keys. */
export const inOrder = <T>(map: Readonly<Record<string, T>>): Record<string, T> =>
  Object.fromEntries(Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1)));

export interface Creation {
  readonly object: KubeObject;
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly namespaced?: false;
  /** "failed to create deployment: ": kubectl's head for errors of the server; absent where it has none. */
  readonly failure?: string;
}

export function createTyped(invocation: Invocation<Client>, make: (flags: FlagValues) => Creation): void {
  const { flags, io, client, namespace } = invocation;
  nameOf(invocation);
  const dryRun = dryRunOf(flags, io);
  const print = objectPrinter(invocation, { operation: withDryRun('created', dryRun), typed: true });
  const validation = validationOf(flags);
  const made = make(flags);
  const object = flags.bool('save-config') ? withTypedConfiguration(made.object) : made.object;
  if (dryRun === 'client') return io.out(print(object));
  const created = naming(made.failure, () =>
    client.call<KubeObject>({
      verb: 'create',
      group: made.group,
      version: made.version,
      resource: made.plural,
      ...(made.namespaced !== false && { namespace }),
      body: object,
      options: { fieldManager: flags.string('field-manager'), fieldValidation: validation, ...(dryRun === 'server' && { dryRun: true }) },
    }),
  );
  io.out(print(created));
}

/** kubectl wraps the server's errors of most typed creations: what is left is text. */
function naming<T>(head: string | undefined, work: () => T): T {
  try {
    return work();
  } catch (e) {
    if (head === undefined || !(e instanceof StatusError)) throw e;
    throw new UsageError(`${head}${e.message}`);
  }
}
