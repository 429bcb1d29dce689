// Static Pods: each node's kubelet runs what the files of its manifest folder say, and shows it to the API as mirror Pods, which come back when they
// are deleted. Mirrors pkg/kubelet/config/file.go and pkg/kubelet/pod/mirror_client.go.
import { pod as podKind } from '../kinds/pod/index.js';
import { clone } from '../lib/clone.js';
import { readYaml } from '../lib/yaml/read.js';
import type { Controller } from '../model/controller.js';
import { kubeletActs } from '../model/faults.js';
import type { Node, Pod } from '../model/generated/api.js';
import type { Json, KubeObject } from '../model/object.js';
import type { Writer } from '../model/store.js';
import { unmarshal } from '../model/unmarshal.js';
import { netFrom, podsOn } from '../network/net.js';
import { runtimeKey, type RuntimePod } from '../network/runtime.js';
import { nodeFiles } from '../programs/node-files.js';
import { foundedHashesKey, hashAnnotation, isMirror, manifestDigest, manifestFolder, mirrorOf } from '../programs/static-pods.js';

type Mirror = Pod & KubeObject;

export const staticPods: Controller = {
  name: 'static-pods',
  program: 'kubelet',
  watches: {
    Node: ({ type, old, object }) => (type === 'ADDED' && !old ? [object.metadata.name] : []),
    Pod: ({ type, object }) =>
      isMirror(object) && (type === 'DELETED' || object.metadata.deletionTimestamp) && object.spec.nodeName ? [object.spec.nodeName] : [],
  },

  reconcile(name, writer) {
    const node = writer.get('Node', '', name);
    if (!node || !kubeletActs(writer, name)) return;
    const wanted = new Map(
      manifestsOf(node, writer).map((m) => [`${m.pod.metadata.namespace || 'default'}/${m.pod.metadata.name}-${name}`, m]),
    );
    for (const mirror of podsOn(writer, name).filter(isMirror)) {
      const key = `${mirror.metadata.namespace}/${mirror.metadata.name}`;
      const same = wanted.get(key)?.hash === mirror.metadata.annotations?.[hashAnnotation];
      if (same && !mirror.metadata.deletionTimestamp) wanted.delete(key);
      // Somebody deleted the mirror: what it shows goes on. Otherwise the kubelet stops what runs, and the mirror goes last.
      else if (same) writer.remove(mirror, { gracePeriodSeconds: 0 });
      else {
        if (!mirror.metadata.deletionTimestamp) writer.remove(mirror);
        wanted.delete(key);
      }
    }
    for (const { pod, hash } of wanted.values()) show(mirrorOf(pod, node, hash, writer.world.now()), hash, writer);
  },
};

interface Wanted {
  readonly pod: Mirror;
  /** Of the file: a changed file is another Pod. */
  readonly hash: string;
}

function manifestsOf(node: Node, writer: Writer): Wanted[] {
  const net = netFrom(writer, writer);
  const files = nodeFiles(net, node);
  const founded = (writer.state(foundedHashesKey) as Record<string, string> | undefined) ?? {};
  return files
    .names(manifestFolder)
    .filter((name) => !name.startsWith('.') && !files.isDirectory(`${manifestFolder}/${name}`))
    .flatMap((name) => {
      const text = files.read(`${manifestFolder}/${name}`) ?? '';
      const pod = read(text, writer);
      const digest = manifestDigest(text);
      return pod ? [{ pod, hash: founded[digest] ?? manifestDigest(`${node.metadata.name}/${name}/${text}`) }] : [];
    });
}

/** A file that is no Pod is passed over. */
function read(text: string, writer: Writer): Mirror | undefined {
  try {
    const body = readYaml(text) as { kind?: unknown; apiVersion?: unknown } | null;
    if (body?.kind !== 'Pod' || body.apiVersion !== 'v1') return undefined;
    const { value, error } = unmarshal(body as unknown as Json, 'Pod');
    if (error !== undefined) return undefined;
    const pod = { ...(value as object), apiVersion: 'v1', kind: 'Pod' } as Mirror;
    if (!pod.metadata?.name || !pod.spec) return undefined;
    const complete = clone({ ...pod, metadata: { ...pod.metadata, namespace: pod.metadata.namespace || 'default' } });
    podKind.defaults?.(complete);
    const errors = podKind.validateCreate?.(complete, { ...writer, reader: writer, dryRun: true, warn: () => {} });
    return errors && errors.length > 0 ? undefined : pod;
  } catch {
    return undefined;
  }
}

/** Makes the mirror; when what it shows runs already, it is the same as before under another uid. */
function show(mirror: Mirror, hash: string, writer: Writer): void {
  const made = writer.create(mirror);
  const key = runtimeKey(made.metadata.namespace ?? '', made.metadata.name);
  const kept = writer.state(key) as unknown as RuntimePod | undefined;
  if (kept?.mirror?.hash === hash) writer.setState(key, { ...kept, uid: made.metadata.uid ?? '' } as unknown as Json);
}
