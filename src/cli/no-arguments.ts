// For verbs that take flags only: an argument that would do nothing is refused. Mirrors the checks of kubectl's config, api-resources and others.
import { UsageError } from './errors.js';

export function noArguments({ args }: { readonly args: readonly string[] }): void {
  if (args.length > 0) throw new UsageError(`unexpected arguments: [${args.join(' ')}]`, true);
}
