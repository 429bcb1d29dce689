// ControllerRevision: an unchanging snapshot of a DaemonSet's template. Mirrors pkg/apis/apps/validation and pkg/registry/apps/controllerrevision.
import { type FieldError, invalidValue, required } from '../model/field-error.js';
import type { ControllerRevision } from '../model/generated/api.js';
import { allVerbs, type Kind } from '../model/kind.js';
import { ageColumn, nameColumn, textColumn } from './columns.js';
import { immutable, nonNegative } from './rules.js';

export const controllerRevision: Kind<ControllerRevision> = {
  names: {
    group: 'apps',
    version: 'v1',
    kind: 'ControllerRevision',
    plural: 'controllerrevisions',
    singular: 'controllerrevision',
    shortNames: [],
    categories: [],
    namespaced: true,
  },
  verbs: allVerbs,
  subresources: [],
  schema: 'ControllerRevision',
  hasGeneration: false,

  validateCreate: validate,
  validateUpdate: (obj, old) => [...validate(obj), ...immutable('data', obj.data, old.data)],

  columns: [nameColumn, textColumn('Controller', controllerOf), textColumn('Revision', (o) => o.revision ?? 0), ageColumn],
};

/** "daemonset.apps/web" or "<none>". */
function controllerOf(obj: ControllerRevision): string {
  const owner = obj.metadata.ownerReferences?.find((o) => o.controller);
  if (!owner) return '<none>';
  const group = owner.apiVersion.includes('/') ? `.${owner.apiVersion.split('/')[0]}` : '';
  return `${owner.kind.toLowerCase()}${group}/${owner.name}`;
}

function validate(obj: ControllerRevision): FieldError[] {
  const errors: FieldError[] = [];
  if (obj.data === undefined || obj.data === null) errors.push(required('data', 'data is mandatory'));
  else if (typeof obj.data !== 'object' || Array.isArray(obj.data)) {
    errors.push(invalidValue('data', obj.data, 'data must be a JSON object'));
  }
  return [...errors, ...nonNegative('revision', obj.revision)];
}
