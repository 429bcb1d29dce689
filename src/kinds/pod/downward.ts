// The fields of a Pod that the downward API hands out. Mirrors pkg/fieldpath and pkg/apis/core/pods of Kubernetes.
import type { ObjectFieldSelector, Pod } from '../../model/generated/api.js';

/** "metadata.labels['app']" -> its parts; undefined without brackets. */
export function subscripted(path: string): { path: string; key: string } | undefined {
  const found = /^(.+)\['(.*)'\]$/s.exec(path);
  return found ? { path: found[1] ?? '', key: found[2] ?? '' } : undefined;
}

const lines = (map: Readonly<Record<string, string>> | undefined): string =>
  Object.keys(map ?? {})
    .sort()
    .map((key) => `${key}=${JSON.stringify(map?.[key])}`)
    .join('\n');

/** The text of a field of `pod`, or "" for what it has none of (yet). */
export const fieldValue =
  (pod: Pod) =>
  ({ fieldPath }: ObjectFieldSelector): string => {
    const entry = subscripted(fieldPath);
    if (entry?.path === 'metadata.labels') return pod.metadata.labels?.[entry.key] ?? '';
    if (entry?.path === 'metadata.annotations') return pod.metadata.annotations?.[entry.key] ?? '';
    return fields[fieldPath]?.(pod) ?? '';
  };

const fields: Readonly<Record<string, (pod: Pod) => string | undefined>> = {
  'metadata.name': (pod) => pod.metadata.name,
  'metadata.namespace': (pod) => pod.metadata.namespace,
  'metadata.uid': (pod) => pod.metadata.uid,
  'metadata.labels': (pod) => lines(pod.metadata.labels),
  'metadata.annotations': (pod) => lines(pod.metadata.annotations),
  'spec.nodeName': (pod) => pod.spec.nodeName,
  'spec.serviceAccountName': (pod) => pod.spec.serviceAccountName,
  'status.hostIP': (pod) => pod.status.hostIP,
  'status.hostIPs': (pod) => pod.status.hostIPs?.map((h) => h.ip).join(','),
  'status.podIP': (pod) => pod.status.podIP,
  'status.podIPs': (pod) => pod.status.podIPs?.map((p) => p.ip).join(','),
};
