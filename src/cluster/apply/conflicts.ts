// Fields that somebody else set to another value. Mirrors k8s.io/apimachinery/pkg/util/managedfields/internal/conflict.go.
import { failure, type StatusError } from '../../model/status.js';
import { pathText, paths } from './field-set.js';
import type { Owner } from './managed-fields.js';

/** An owner, with the fields of its set that are in dispute. */
export type Conflict = Owner;

export function conflictError(conflicts: readonly Conflict[]): StatusError {
  const all = conflicts.flatMap((c) => paths(c.set).map((path) => ({ who: managerText(c), field: pathText(path) })));
  const causes = all.map(({ who, field }) => ({ reason: 'FieldManagerConflict', message: `conflict with ${who}`, field }));
  const [first] = all;
  const managers = [...new Set(all.map((c) => c.who))].sort();
  const lists = managers.map((who) =>
    [`conflicts with ${who}:`, ...all.filter((c) => c.who === who).map((c) => `- ${c.field}`)].join('\n'),
  );
  const message =
    all.length === 1 && first
      ? `Apply failed with 1 conflict: conflict with ${first.who}: ${first.field}`
      : `Apply failed with ${all.length} conflicts: ${lists.join('\n')}`;
  return failure(409, 'Conflict', message, { causes });
}

function managerText({ manager, subresource, operation, apiVersion }: Owner): string {
  const name = `${JSON.stringify(manager)}${subresource ? ` with subresource ${JSON.stringify(subresource)}` : ''}`;
  return operation === 'Update' ? `${name} using ${apiVersion}` : name;
}
