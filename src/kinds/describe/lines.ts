// Building blocks of `kubectl describe`: labels, annotations, tolerations, booleans, times.
// Mirrors the print*Multiline helpers of k8s.io/kubectl/pkg/describe/describe.go.
import { byText, sortedKeys } from '../../lib/go-format.js';
import type { PrefixWriter } from '../../lib/prefix-writer.js';
import type { Condition, ObjectMeta, Taint, Toleration } from '../../model/generated/api.js';
import type { KubeObject } from '../../model/object.js';

export const orNone = (text: string | undefined): string => (text ? text : '<none>');

/** "True" or "False". */
export const boolWord = (value: boolean | undefined): string => (value ? 'True' : 'False');

/** A list as Go's %v prints it. */
export const goList = (values: readonly unknown[] | undefined): string => `[${(values ?? []).join(' ')}]`;

/** `title:` and one item a line, under each other; "<none>" when there are none. */
export function writeMultiline(w: PrefixWriter, title: string, lines: readonly string[]): void {
  if (lines.length === 0) w.write(0, `${title}:\t<none>\n`);
  else w.write(0, `${title}:\t${lines.join('\n\t')}\n`);
}

export const writeLabels = (w: PrefixWriter, title: string, labels: Readonly<Record<string, string>> | undefined): void =>
  writeMultiline(
    w,
    title,
    sortedKeys(labels).map((key) => `${key}=${labels?.[key]}`),
  );

const hiddenAnnotations = new Set(['kubectl.kubernetes.io/last-applied-configuration']);
const longest = 140;

export const writeAnnotations = (w: PrefixWriter, title: string, annotations: Readonly<Record<string, string>> | undefined): void =>
  writeMultiline(w, title, annotationLines(annotations));

/** How the description of most namespaced objects begins. */
export function writeHead(w: PrefixWriter, { metadata: { name, namespace, labels, annotations } }: KubeObject): void {
  w.line(0, 'Name:', name);
  w.line(0, 'Namespace:', namespace ?? '');
  writeLabels(w, 'Labels', labels);
  writeAnnotations(w, 'Annotations', annotations);
}

/** The table of conditions with what is said of each; nothing when there are none. */
export function writeConditions(w: PrefixWriter, conditions: readonly Partial<Condition>[]): void {
  if (conditions.length === 0) return;
  w.write(0, 'Conditions:\n');
  w.line(1, 'Type', 'Status', 'LastTransitionTime', 'Reason', 'Message');
  w.line(1, '----', '------', '------------------', '------', '-------');
  for (const { type = '', status = '', lastTransitionTime, reason = '', message = '' } of conditions) {
    w.line(1, type, status, rfc1123z(lastTransitionTime), reason, message);
  }
}

/** Long and multi-line values go under their key; what is longer still is cut. */
export function annotationLines(annotations: Readonly<Record<string, string>> | undefined): string[] {
  return sortedKeys(annotations)
    .filter((key) => !hiddenAnnotations.has(key))
    .flatMap((key) => {
      const value = (annotations?.[key] ?? '').replace(/\n$/, '');
      if (byteLength(value) + byteLength(key) + 2 <= longest && !value.includes('\n')) return [`${key}: ${value}`];
      return [`${key}:`, ...value.split('\n').map((line) => `  ${shorten(line, longest - 2)}`)];
    });
}

const byteLength = (text: string): number => Buffer.byteLength(text);
const shorten = (text: string, max: number): string =>
  byteLength(text) > max ? `${Buffer.from(text).subarray(0, max).toString()}...` : text;

export const writeTolerations = (w: PrefixWriter, title: string, tolerations: readonly Toleration[] | undefined): void =>
  writeMultiline(w, title, [...(tolerations ?? [])].sort((a, b) => byText(a.key ?? '', b.key ?? '')).map(tolerationText));

function tolerationText(t: Toleration): string {
  const subject = `${t.key ?? ''}${t.value ? `=${t.value}` : ''}${t.effect ? `:${t.effect}` : ''}`;
  const all = t.operator === 'Exists' && !t.value;
  const seconds = t.tolerationSeconds === undefined ? '' : ` for ${t.tolerationSeconds}s`;
  return `${subject}${all ? `${t.key || t.effect ? ' ' : ''}op=Exists` : ''}${seconds}`;
}

/** "key=value:Effect" of a node's taint. */
function taintText(t: Taint): string {
  if (!t.effect) return t.value ? `${t.key}=${t.value}:` : t.key;
  return `${t.key}${t.value ? `=${t.value}` : ''}:${t.effect}`;
}

export const writeTaints = (w: PrefixWriter, title: string, taints: readonly Taint[] | undefined): void =>
  writeMultiline(w, title, [...(taints ?? [])].sort((a, b) => byText(`${a.effect},${a.key}`, `${b.effect},${b.key}`)).map(taintText));

/** "ReplicaSet/web-5d5c8", or undefined. */
export function controlledBy(metadata: ObjectMeta): string | undefined {
  const owner = metadata.ownerReferences?.find((o) => o.controller);
  return owner && `${owner.kind}/${owner.name}`;
}

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** RFC 1123 with a numeric zone: "Sat, 21 Nov 2026 11:39:30 +0000". An absent time is Go's zero time. */
export function rfc1123z(time: string | undefined): string {
  if (!time) return 'Mon, 01 Jan 0001 00:00:00 +0000';
  const t = new Date(time);
  const two = (n: number): string => String(n).padStart(2, '0');
  const clock = `${two(t.getUTCHours())}:${two(t.getUTCMinutes())}:${two(t.getUTCSeconds())}`;
  return `${days[t.getUTCDay()]}, ${two(t.getUTCDate())} ${months[t.getUTCMonth()]} ${t.getUTCFullYear()} ${clock} +0000`;
}
