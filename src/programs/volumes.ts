// What a container's volumes hold: computed from objects (configMap, secret, downwardAPI, projected), or what containers wrote (emptyDir ...).
// Mirrors pkg/volume/{configmap,secret,downwardapi,projected}.
import { fieldValue, resourceValue } from './downward.js';
import type { Container, KeyToPath, Pod, Volume } from '../model/generated/api.js';
import type { Reader } from '../model/store.js';
import { type Mount, normalPath, Tree } from './files.js';
import { foreignVolume, type MountFailure, setUpFailed } from './foreign-volumes.js';

type Files = Record<string, string>;

/** What is missing before the Pod can start, in the kubelet's words; undefined when nothing is. */
export function missingVolume(reader: Reader, pod: Pod): MountFailure | undefined {
  for (const v of pod.spec.volumes ?? []) {
    const foreign = foreignVolume(pod, v);
    if (foreign) return foreign;
    const problems = problemsOf(reader, pod.metadata.namespace ?? '', v);
    if (problems.length > 0) return setUpFailed(v.name, problems.length === 1 ? (problems[0] as string) : `[${problems.join(', ')}]`);
  }
  return undefined;
}

function problemsOf(reader: Reader, ns: string, v: Volume): string[] {
  if (v.configMap) return missingSource(reader, ns, 'ConfigMap', v.configMap.name, v.configMap);
  if (v.secret) return missingSource(reader, ns, 'Secret', v.secret.secretName, v.secret);
  if (v.persistentVolumeClaim) return [`persistentvolumeclaim "${v.persistentVolumeClaim.claimName}" not found`];
  if (v.hostPath) return wrongType(v.hostPath);
  return (v.projected?.sources ?? []).flatMap((s) => [
    ...(s.configMap ? missingSource(reader, ns, 'ConfigMap', s.configMap.name, s.configMap) : []),
    ...(s.secret ? missingSource(reader, ns, 'Secret', s.secret.name, s.secret) : []),
  ]);
}

type Source = { readonly optional?: boolean; readonly items?: readonly KeyToPath[] };

function missingSource(reader: Reader, ns: string, kind: 'ConfigMap' | 'Secret', name = '', { optional, items }: Source): string[] {
  // Every namespace gets this one from a controller; a Pod may come first.
  if (optional || (kind === 'ConfigMap' && name === 'kube-root-ca.crt')) return [];
  const found = reader.get(kind, ns, name);
  if (!found) return [`${kind.toLowerCase()} "${name}" not found`];
  const keys: Record<string, string> = { ...found.data, ...found.binaryData };
  const missing = items?.find((i) => !(i.key in keys));
  return missing ? [`references non-existent ${kind === 'Secret' ? 'secret' : 'config'} key: ${missing.key}`] : [];
}

const typeNames: Readonly<Record<string, string>> = {
  Directory: 'directory',
  File: 'file',
  Socket: 'socket file',
  CharDevice: 'character device',
  BlockDevice: 'block device',
};

/** Where a node has something; of /tmp it is known that nobody has put anything there. */
const onNodes = /^\/(etc|var|usr|proc|sys|dev|lib|run)\b|^\/(tmp\/?)?$/;

function wrongType({ path, type }: NonNullable<Volume['hostPath']>): string[] {
  const name = typeNames[type ?? ''];
  return name === undefined || onNodes.test(path) ? [] : [`hostPath type check failed: ${path} is not a ${name}`];
}

export const decodeBase64 = (text: string): string => Buffer.from(text, 'base64').toString('utf8');

function pick(all: Files, items: readonly KeyToPath[] | undefined): Files {
  if (!items || items.length === 0) return all;
  return Object.fromEntries(items.filter((i) => i.key in all).map((i) => [i.path, all[i.key] as string]));
}

const configMapFiles = (reader: Reader, ns: string, name: string, items: readonly KeyToPath[] | undefined): Files => {
  const cm = reader.get('ConfigMap', ns, name);
  const binary = Object.entries(cm?.binaryData ?? {}).map(([k, v]): [string, string] => [k, decodeBase64(v)]);
  return pick({ ...cm?.data, ...Object.fromEntries(binary) }, items);
};

const secretFiles = (reader: Reader, ns: string, name: string, items: readonly KeyToPath[] | undefined): Files =>
  pick(Object.fromEntries(Object.entries(reader.get('Secret', ns, name)?.data ?? {}).map(([k, v]) => [k, decodeBase64(v)])), items);

/** Relative path -> content; undefined: a volume that containers write to. */
function computed(reader: Reader, pod: Pod, volume: Volume): Files | undefined {
  const ns = pod.metadata.namespace ?? '';
  if (volume.configMap) return configMapFiles(reader, ns, volume.configMap.name ?? '', volume.configMap.items);
  if (volume.secret) return secretFiles(reader, ns, volume.secret.secretName ?? '', volume.secret.items);
  if (volume.downwardAPI) return downward(pod, volume.downwardAPI.items ?? []);
  if (!volume.projected) return undefined;
  let files: Files = {};
  for (const s of volume.projected.sources ?? []) {
    if (s.configMap) files = { ...files, ...configMapFiles(reader, ns, s.configMap.name ?? '', s.configMap.items) };
    if (s.secret) files = { ...files, ...secretFiles(reader, ns, s.secret.name ?? '', s.secret.items) };
    if (s.downwardAPI) files = { ...files, ...downward(pod, s.downwardAPI.items ?? []) };
    if (s.serviceAccountToken) files[s.serviceAccountToken.path] = token(pod);
  }
  return files;
}

/** Shaped like a bound token; nothing can be done with it. */
const token = (pod: Pod): string => {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const sub = `system:serviceaccount:${pod.metadata.namespace}:${pod.spec.serviceAccountName ?? 'default'}`;
  return `${part({ alg: 'RS256', kid: 'kubelab' })}.${part({ aud: ['https://kubernetes.default.svc.cluster.local'], sub })}.kubelab`;
};

function downward(pod: Pod, items: NonNullable<NonNullable<Volume['downwardAPI']>['items']>): Files {
  return Object.fromEntries(
    items.map((i) => {
      const container = pod.spec.containers.find((c) => c.name === i.resourceFieldRef?.containerName);
      return [
        i.path,
        i.fieldRef ? (fieldValue(pod, i.fieldRef.fieldPath) ?? '') : container ? resourceValue(container, i.resourceFieldRef!) : '',
      ];
    }),
  );
}

/** The trees of a Pod's volumes, shared by its containers. */
export function volumeTrees(reader: Reader, pod: Pod): Map<string, Tree> {
  return new Map(
    (pod.spec.volumes ?? []).map((v) => {
      const files = computed(reader, pod, v);
      return [
        v.name,
        new Tree(v.name, files !== undefined, Object.fromEntries(Object.entries(files ?? {}).map(([k, data]) => [normalPath(k), data]))),
      ];
    }),
  );
}

export function mountsOf(container: Container, trees: ReadonlyMap<string, Tree>): Mount[] {
  return (container.volumeMounts ?? []).flatMap((m) => {
    const tree = trees.get(m.name);
    const sub = m.subPath ? normalPath(m.subPath) : '';
    return tree ? [{ path: normalPath(m.mountPath), tree, sub, readOnly: m.readOnly === true }] : [];
  });
}
