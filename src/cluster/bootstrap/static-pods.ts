// The control plane's static Pods in a fresh cluster: mirrors of what the kubelet runs from kubeadm's files, one per component.
import type { ClusterConfig } from '../../model/config.js';
import type { Node, Pod } from '../../model/generated/api.js';
import type { KubeObject } from '../../model/object.js';
import type { World } from '../../model/world.js';
import { controlPlaneManifests, manifestDigest, mirrorOf } from '../../programs/static-pods.js';
import { nodeIP } from './nodes.js';

export interface StaticPods {
  readonly pods: (Pod & KubeObject)[];
  /** Digest of each file's text -> the hash that its Pod is marked with. */
  readonly hashes: Record<string, string>;
}

export function staticPods(world: World, node: Node, config: ClusterConfig): StaticPods {
  const made = controlPlaneManifests(config, nodeIP(0)).map(({ pod, text }) => {
    const hash = world.uid().replaceAll('-', '');
    return { pod: mirrorOf(pod, node, hash, world.now()), digest: manifestDigest(text), hash };
  });
  return { pods: made.map((m) => m.pod), hashes: Object.fromEntries(made.map((m) => [m.digest, m.hash])) };
}
