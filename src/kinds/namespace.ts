// Namespace. Mirrors pkg/registry/core/namespace/strategy.go, pkg/apis/core/validation (ValidateNamespace) and kubectl's NamespaceDescriber.
import { isDNS1123Label } from '../lib/names.js';
import { tabbed } from '../lib/prefix-writer.js';
import { same } from '../lib/same.js';
import { type FieldError, invalidValue } from '../model/field-error.js';
import type { Namespace } from '../model/generated/api.js';
import type { DescribeContext, Kind } from '../model/kind.js';
import { ageColumn, nameColumn, textColumn } from './columns.js';
import { validateLabels } from './labels.js';
import { qualifiedName, standardFinalizer } from './rules.js';
import { writeAnnotations, writeConditions, writeLabels } from './describe/lines.js';

const immortal = new Set(['default', 'kube-system', 'kube-public']);
/** A namespace's own name, for selectors. */
export const nameLabel = 'kubernetes.io/metadata.name';

export const namespace: Kind<Namespace> = {
  names: {
    group: '',
    version: 'v1',
    kind: 'Namespace',
    plural: 'namespaces',
    singular: 'namespace',
    shortNames: ['ns'],
    categories: [],
    namespaced: false,
  },
  verbs: ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'],
  subresources: ['finalize', 'status'],
  schema: 'Namespace',
  hasGeneration: false,
  validateName: isDNS1123Label,
  defaults(obj) {
    if (obj.metadata.name) obj.metadata.labels = { ...obj.metadata.labels, [nameLabel]: obj.metadata.name };
  },
  prepareCreate(obj) {
    obj.status = { phase: 'Active' };
    const finalizers = obj.spec?.finalizers ?? [];
    obj.spec = { ...obj.spec, finalizers: finalizers.includes('kubernetes') ? finalizers : [...finalizers, 'kubernetes'] };
  },
  prepareUpdate(obj, old) {
    // Only the namespace controller takes its finalizer away, through the finalize subresource.
    if (!obj.metadata.deletionTimestamp) obj.spec = old.spec;
  },
  validateCreate: validate,
  // Labels that were wrong already may stay so.
  validateUpdate: (obj, old) => (same(securityErrors(obj), securityErrors(old)) ? finalizerErrors(obj) : validate(obj)),
  prepareStatusUpdate(obj) {
    obj.status = { ...obj.status, phase: obj.status?.phase || 'Active' };
  },
  validateStatusUpdate(obj) {
    const phase = obj.metadata.deletionTimestamp ? 'Terminating' : 'Active';
    if (obj.status?.phase === phase) return [];
    const when = `may only be '${phase}' if \`deletionTimestamp\` is ${phase === 'Active' ? 'empty' : 'not empty'}`;
    return [invalidValue('status.Phase', obj.status?.phase ?? '', when)];
  },
  immortal: (obj) => (immortal.has(obj.metadata.name) ? 'this namespace may not be deleted' : undefined),
  finalizers: (obj) => [...(obj.spec?.finalizers ?? []), ...(obj.metadata.finalizers ?? [])],
  terminate: (obj) => ({ ...obj, status: { ...obj.status, phase: 'Terminating' } }),
  fields: (obj) => ({ 'status.phase': obj.status?.phase ?? '' }),
  columns: [nameColumn, textColumn('Status', (o) => o.status?.phase ?? ''), ageColumn],
  describe,
};

/** The admission plugin PodSecurity looks at what is valid otherwise. */
function validate(obj: Namespace): FieldError[] {
  const errors = finalizerErrors(obj);
  const valid = errors.length === 0 && validateLabels(obj.metadata.labels, '').length === 0;
  return valid ? securityErrors(obj) : errors;
}

/** The labels of Pod Security admission. Mirrors PolicyToEvaluate of k8s.io/pod-security-admission. */
function securityErrors({ metadata: { labels = {} } }: Namespace): FieldError[] {
  const wrong = (label: string, form: RegExp, detail: string): FieldError[] => {
    const key = `pod-security.kubernetes.io/${label}`;
    const value = labels[key];
    return value === undefined || form.test(value) ? [] : [invalidValue(`metadata.labels[${key}]`, value, detail)];
  };
  return ['enforce', 'audit', 'warn'].flatMap((mode) => [
    ...wrong(mode, /^(privileged|baseline|restricted)$/, 'must be one of privileged, baseline, restricted'),
    ...wrong(`${mode}-version`, /^(latest|v1\.(\d|[1-9]\d+))$/, 'must be "latest" or "v1.x"'),
  ]);
}

function finalizerErrors(obj: Namespace): FieldError[] {
  return (obj.spec?.finalizers ?? []).flatMap((f) => [...qualifiedName('spec.finalizers', f), ...standardFinalizer('spec.finalizers', f)]);
}

function describe(obj: Namespace, _ctx: DescribeContext): string {
  return tabbed((w) => {
    w.line(0, 'Name:', obj.metadata.name);
    writeLabels(w, 'Labels', obj.metadata.labels);
    writeAnnotations(w, 'Annotations', obj.metadata.annotations);
    w.line(0, 'Status:', obj.status?.phase ?? '');
    writeConditions(w, obj.status?.conditions ?? []);
    // ResourceQuotas and LimitRanges are not served yet: a cluster that has none says so.
    w.write(0, '\nNo resource quota.\n');
    w.write(0, '\nNo LimitRange resource.\n');
  });
}
