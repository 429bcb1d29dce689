// What a client may write through pods/resize: CPU and memory of containers that run.
// Mirrors ValidatePodResize and podResizeStrategy of Kubernetes.
import { same } from '../../../lib/same.js';
import { type FieldError, forbiddenField, invalidValue } from '../../../model/field-error.js';
import type { Container, Pod, ResourceRequirements } from '../../../model/generated/api.js';
import { qosClass } from '../qos.js';
import { mirror } from './annotations.js';
import { validatePod } from './index.js';

const lists = ['initContainers', 'containers'] as const;

/** Of what is written, only the resources of containers count. */
export function takeResize(pod: Pod, old: Pod): Pod {
  const spec = { ...old.spec };
  for (const list of lists) {
    const [now, before] = [pod.spec[list], old.spec[list]];
    if (!now || !before) continue;
    // Containers in another order are left for validation to refuse.
    const ordered = now.length === before.length && before.every((c, i) => c.name === now[i]?.name);
    spec[list] = ordered ? before.map((c, i) => resized(c, now[i] ?? c)) : now;
  }
  return { ...old, metadata: pod.metadata, spec };
}

function resized(old: Container, { resources, resizePolicy }: Container): Container {
  const { resources: _, resizePolicy: __, ...rest } = old;
  return { ...rest, ...(resources && { resources }), ...(resizePolicy && { resizePolicy }) };
}

export function validateResize(pod: Pod, old: Pod): FieldError[] {
  if (old.metadata.annotations?.[mirror] !== undefined) return [forbiddenField('', 'static pods cannot be resized')];
  const errors = validatePod(pod);
  if (qosClass(pod.spec) !== qosClass(old.spec)) {
    errors.push(invalidValue('spec', pod.status?.qosClass ?? '', 'Pod QOS Class may not change as a result of resizing'));
  }
  const order = lists.flatMap((list) => validateOrder(pod.spec[list] ?? [], old.spec[list] ?? [], `spec.${list}`));
  if (order.length > 0) return [...errors, ...order];
  for (const list of lists) {
    for (const [i, c] of (pod.spec[list] ?? []).entries()) {
      errors.push(...validateKept(c.resources, old.spec[list]?.[i]?.resources, `spec.${list}[${i}].resources`));
    }
  }
  const others = lists.some((list) =>
    (pod.spec[list] ?? []).some((c, i) => !same(withoutResizable(c), withoutResizable(old.spec[list]?.[i]))),
  );
  return others ? [...errors, forbiddenField('spec', 'only cpu and memory resources are mutable')] : errors;
}

function validateOrder(now: readonly Container[], before: readonly Container[], path: string): FieldError[] {
  if (now.length !== before.length) return [forbiddenField(path, 'containers may not be added or removed on resize')];
  return before.flatMap((c, i) =>
    c.name === now[i]?.name ? [] : [forbiddenField(`${path}[${i}].name`, 'containers may not be renamed or reordered on resize')],
  );
}

function validateKept(now: ResourceRequirements | undefined, before: ResourceRequirements | undefined, path: string): FieldError[] {
  return (['requests', 'limits'] as const).flatMap((part) => {
    const removed = Object.keys(before?.[part] ?? {}).some((name) => now?.[part]?.[name] === undefined);
    return removed ? [forbiddenField(`${path}.${part}`, `resource ${part} cannot be removed`)] : [];
  });
}

function withoutResizable(c: Container | undefined): unknown {
  const rest = (list: Readonly<Record<string, string>> | undefined): Record<string, string> => {
    const { cpu: _, memory: __, ...others } = list ?? {};
    return others;
  };
  const { limits, requests, ...resources } = c?.resources ?? {};
  return { ...c, resources: { ...resources, limits: rest(limits), requests: rest(requests) } };
}
