// What may change in a Pod that exists: little. Mirrors ValidatePodUpdate of Kubernetes.
import { clone } from '../../../lib/clone.js';
import { sorted } from '../../../lib/go-format.js';
import { same } from '../../../lib/same.js';
import { unifiedDiff } from '../../../lib/unified-diff.js';
import { type FieldError, forbiddenField, invalidValue, required } from '../../../model/field-error.js';
import type { Container, NodeAffinity, NodeSelectorTerm, Pod, PodSpec, Toleration } from '../../../model/generated/api.js';
import { validateTolerations } from './affinity.js';
import { appArmor, mirror, validatePodAnnotations } from './annotations.js';
import { validateImageSpace } from './containers.js';
import { validatePod } from './index.js';

export function validatePodUpdate(pod: Pod, old: Pod): FieldError[] {
  const errors = [...validatePod(pod), ...validateAnnotationUpdate(pod, old)];
  for (const list of ['containers', 'initContainers'] as const) {
    const [now, before] = [pod.spec[list] ?? [], old.spec[list] ?? []];
    if (now.length !== before.length) return [...errors, forbiddenField(`spec.${list}`, 'pod updates may not add or remove containers')];
    errors.push(...now.flatMap((c, i) => validateImage(c, `spec.${list}[${i}]`)));
  }
  const deadline = validateDeadline(pod.spec.activeDeadlineSeconds, old.spec.activeDeadlineSeconds);
  errors.push(...deadline.errors);
  if (deadline.stop) return errors;
  errors.push(...validateAddedTolerations(pod.spec.tolerations ?? [], old.spec.tolerations ?? []));
  errors.push(...validateRemovedGates(pod.spec, old.spec));
  return [...errors, ...validateRest(pod.spec, old.spec)];
}

const validateImage = (c: Container, path: string): FieldError[] => [
  ...(c.image ? [] : [required(`${path}.image`)]),
  ...validateImageSpace(c, path),
];

function validateAnnotationUpdate(pod: Pod, old: Pod): FieldError[] {
  const [now, before] = [pod.metadata.annotations ?? {}, old.metadata.annotations ?? {}];
  const path = 'metadata.annotations';
  const errors: FieldError[] = [];
  for (const key of Object.keys({ ...before, ...now })) {
    if (now[key] === before[key]) continue;
    const what = before[key] === undefined ? 'add' : 'remove or update';
    if (key.startsWith(appArmor)) errors.push(forbiddenField(`${path}[${key}]`, `may not ${what} AppArmor annotations`));
    if (key === mirror) errors.push(forbiddenField(`${path}[${key}]`, `may not ${what} mirror pod annotation`));
  }
  return [...errors, ...validatePodAnnotations(now, pod.spec, path)];
}

/** It may be set, or made shorter. */
function validateDeadline(now: number | undefined, before: number | undefined): { errors: FieldError[]; stop: boolean } {
  const path = 'spec.activeDeadlineSeconds';
  if (now === undefined) {
    if (before === undefined) return { errors: [], stop: false };
    return { errors: [invalidValue(path, null, 'must not update from a positive integer to nil value')], stop: false };
  }
  if (now < 0 || now > 2 ** 31 - 1) return { errors: [invalidValue(path, now, 'must be between 0 and 2147483647, inclusive')], stop: true };
  if (before === undefined || now <= before) return { errors: [], stop: false };
  return { errors: [invalidValue(path, now, 'must be less than or equal to previous value')], stop: true };
}

function validateAddedTolerations(now: readonly Toleration[], before: readonly Toleration[]): FieldError[] {
  const path = 'spec.tolerations';
  const kept = before.every((old) => now.some((t) => same({ ...t, tolerationSeconds: 0 }, { ...old, tolerationSeconds: 0 })));
  if (!kept) return [forbiddenField(path, 'existing toleration can not be modified except its tolerationSeconds')];
  return validateTolerations(now, path);
}

function validateRemovedGates(now: PodSpec, before: PodSpec): FieldError[] {
  const known = new Set((before.schedulingGates ?? []).map((g) => g.name));
  return (now.schedulingGates ?? []).flatMap(({ name }, i) =>
    known.has(name)
      ? []
      : [forbiddenField(`spec.schedulingGates[${i}].name`, `only deletion is allowed, but found new scheduling gate '${name}'`)],
  );
}

const changeable = [
  '`spec.containers[*].image`',
  '`spec.initContainers[*].image`',
  '`spec.activeDeadlineSeconds`',
  '`spec.tolerations` (only additions to existing tolerations)',
  '`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
];

/** Everything else must be as it was. The API server shows a diff of its internal structures, we one of the fields as they are written. */
function validateRest(spec: PodSpec, old: PodSpec): FieldError[] {
  if (same(spec, old)) return [];
  const munged = withOldChangeables(spec, old);
  const errors = old.schedulingGates?.length ? allowGated(munged, old) : [];
  if (same(munged, old)) return errors;
  const diff = unifiedDiff(JSON.stringify(sorted(old), null, 1), JSON.stringify(sorted(munged), null, 1));
  return [...errors, forbiddenField('spec', `pod updates may not change fields other than ${changeable.join(',')}\n${diff}`)];
}

function withOldChangeables(spec: PodSpec, old: PodSpec): PodSpec {
  const munged = clone(spec);
  for (const list of ['containers', 'initContainers'] as const) {
    for (const [i, c] of (munged[list] ?? []).entries()) {
      const image = old[list]?.[i]?.image;
      if (image === undefined) delete c.image;
      else c.image = image;
    }
  }
  for (const field of ['activeDeadlineSeconds', 'schedulingGates', 'tolerations'] as const) restore(munged, old, field);
  if ((old.terminationGracePeriodSeconds ?? 0) < 0 && munged.terminationGracePeriodSeconds === 1) {
    restore(munged, old, 'terminationGracePeriodSeconds');
  }
  return munged;
}

function restore<K extends keyof PodSpec>(spec: PodSpec, old: PodSpec, field: K): void {
  if (old[field] === undefined) delete spec[field];
  else spec[field] = old[field];
}

/** While a Pod waits at its scheduling gates, it may still be told more narrowly where to run. Writes into `munged`. */
function allowGated(munged: PodSpec, old: PodSpec): FieldError[] {
  const errors: FieldError[] = [];
  if (!same(munged.nodeSelector, old.nodeSelector)) {
    const kept = Object.entries(old.nodeSelector ?? {}).every(([key, value]) => munged.nodeSelector?.[key] === value);
    const detail = 'only additions to spec.nodeSelector are allowed (no mutations or deletions)';
    if (!kept) errors.push(invalidValue('spec.nodeSelector', munged.nodeSelector ?? null, detail));
    restore(munged, old, 'nodeSelector');
  }
  const [now, before] = [munged.affinity?.nodeAffinity, old.affinity?.nodeAffinity];
  if (same(now, before)) return errors;
  errors.push(...validateNarrowedAffinity(now, before));
  const affinity = { ...munged.affinity };
  if (before) affinity.nodeAffinity = before;
  else delete affinity.nodeAffinity;
  if (Object.keys(affinity).length === 0 && !old.affinity) delete munged.affinity;
  else munged.affinity = affinity;
  return errors;
}

function validateNarrowedAffinity(now: NodeAffinity | undefined, before: NodeAffinity | undefined): FieldError[] {
  const path = 'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms';
  const terms = (a: NodeAffinity | undefined): NodeSelectorTerm[] =>
    a?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  const [newTerms, oldTerms] = [terms(now), terms(before)];
  if (oldTerms.length === 0) return [];
  if (oldTerms.length !== newTerms.length) {
    return [invalidValue(path, newTerms, 'no additions/deletions to non-empty NodeSelectorTerms list are allowed')];
  }
  return oldTerms.flatMap((old, i) =>
    onlyAdded(newTerms[i] ?? {}, old)
      ? []
      : [invalidValue(`${path}[${i}]`, newTerms[i], 'only additions are allowed (no mutations or deletions)')],
  );
}

function onlyAdded(now: NodeSelectorTerm, before: NodeSelectorTerm): boolean {
  const lists = ['matchExpressions', 'matchFields'] as const;
  // A term that matched nothing must go on matching nothing.
  if (lists.every((list) => !before[list]?.length)) return lists.every((list) => !now[list]?.length);
  return lists.every((list) => same((now[list] ?? []).slice(0, before[list]?.length ?? 0), before[list] ?? []));
}
