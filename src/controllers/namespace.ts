// Empties namespaces that are being deleted, Pods first, then lets them go. Mirrors pkg/controller/namespace/deletion.
import { kinds } from '../kinds/index.js';
import { same } from '../lib/same.js';
import type { Change } from '../model/change.js';
import type { Controller } from '../model/controller.js';
import type { Namespace, NamespaceCondition } from '../model/generated/api.js';
import { groupKindFor, type Kind } from '../model/kind.js';
import type { KubeObject } from '../model/object.js';
import { qualified } from '../model/status.js';
import type { Reader, Writer } from '../model/store.js';
import { timestamp } from '../model/world.js';

const finalizer = 'kubernetes';

const contents: readonly Kind[] = [...kinds.values()].filter((k) => k.names.namespaced);

export const namespace: Controller = {
  name: 'namespace',
  program: 'kube-controller-manager',
  watches: {
    ...Object.fromEntries(contents.map((kind) => [groupKindFor(kind), whenGone])),
    Namespace: ({ object }) => (object.metadata.deletionTimestamp ? [object.metadata.name] : []),
  },

  reconcile(name, writer) {
    const ns = writer.get('Namespace', '', name);
    if (!ns?.metadata.deletionTimestamp || !ns.spec?.finalizers?.includes(finalizer)) return;
    const left = empty(writer, name);
    if (left.length > 0) return report(writer, ns, left);
    writer.update({ ...ns, spec: { ...ns.spec, finalizers: ns.spec.finalizers.filter((f) => f !== finalizer) } });
  },
};

function whenGone({ type, object }: Change, reader: Reader): string[] {
  const name = object.metadata.namespace;
  if (type !== 'DELETED' || !name) return [];
  return reader.get('Namespace', '', name)?.metadata.deletionTimestamp ? [name] : [];
}

interface Left {
  readonly kind: Kind;
  readonly objects: readonly KubeObject[];
}

/** Deletes what can be deleted, and returns what is still there. */
function empty(writer: Writer, name: string): Left[] {
  const pods = contents.filter((k) => k.names.kind === 'Pod');
  const others = contents.filter((k) => k.names.kind !== 'Pod');
  const left = remove(writer, name, pods);
  return left.length > 0 ? left : remove(writer, name, others);
}

function remove(writer: Writer, name: string, list: readonly Kind[]): Left[] {
  const inside = (kind: Kind): KubeObject[] => writer.list(groupKindFor(kind), { namespace: name });
  for (const kind of list) {
    for (const obj of inside(kind)) if (!obj.metadata.deletionTimestamp) writer.remove(obj, { propagation: 'Background' });
  }
  return list.map((kind) => ({ kind, objects: inside(kind) })).filter((l) => l.objects.length > 0);
}

function report(writer: Writer, ns: Namespace & KubeObject, left: readonly Left[]): void {
  const now = timestamp(writer.world.now());
  const old = ns.status?.conditions ?? [];
  const conditions = conditionsOf(left).map((c) => {
    const known = old.find((o) => o.type === c.type);
    return { ...c, lastTransitionTime: known?.status === c.status && known.lastTransitionTime ? known.lastTransitionTime : now };
  });
  const status = { ...ns.status, conditions };
  if (!same(status, ns.status)) writer.updateStatus({ ...ns, status });
}

function conditionsOf(left: readonly Left[]): NamespaceCondition[] {
  const finalizers = left.flatMap((l) => l.objects).flatMap((o) => o.metadata.finalizers ?? []);
  const held = [...new Set(finalizers)].sort().map((f) => `${f} in ${finalizers.filter((x) => x === f).length} resource instances`);
  const remaining = left.map(({ kind, objects }) => `${resourceOf(kind)} has ${objects.length} resource instances`);
  return [
    said('NamespaceDeletionDiscoveryFailure', 'False', 'ResourcesDiscovered', 'All resources successfully discovered'),
    said('NamespaceDeletionGroupVersionParsingFailure', 'False', 'ParsedGroupVersions', 'All legacy kube types successfully parsed'),
    said('NamespaceDeletionContentFailure', 'False', 'ContentDeleted', 'All content successfully deleted, may be waiting on finalization'),
    said('NamespaceContentRemaining', 'True', 'SomeResourcesRemain', `Some resources are remaining: ${remaining.join(', ')}`),
    held.length > 0
      ? said(
          'NamespaceFinalizersRemaining',
          'True',
          'SomeFinalizersRemain',
          `Some content in the namespace has finalizers remaining: ${held.join(', ')}`,
        )
      : said('NamespaceFinalizersRemaining', 'False', 'ContentHasNoFinalizers', 'All content-preserving finalizers finished'),
  ];
}

/** "pods." and "deployments.apps": core resources keep the dot. */
const resourceOf = (kind: Kind): string => (kind.names.group === '' ? `${kind.names.plural}.` : qualified(kind.names));

const said = (type: string, status: string, reason: string, message: string): NamespaceCondition => ({ type, status, reason, message });
