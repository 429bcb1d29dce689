// Removes Pods that are bound to a Node which is no more: nobody is left to report on them. Mirrors pkg/controller/podgc (gcOrphaned).
import type { Controller } from '../model/controller.js';
import type { Reader } from '../model/store.js';
import { podsOn } from '../network/net.js';

/** A Node that is missing may come back: it is given this long, in milliseconds. */
const quarantine = 40_000;

const since = (node: string): string => `pod-garbage-collector/${node}`;
const isMissing = (node: string, reader: Reader): boolean => reader.get('Node', '', node) === undefined;

export const podGarbageCollector: Controller = {
  name: 'pod-garbage-collector',
  program: 'kube-controller-manager',
  watches: {
    Node: ({ type, object, old }) => (type === 'DELETED' || !old ? [object.metadata.name] : []),
    Pod: ({ type, object }, reader) => {
      const node: string = object.spec?.nodeName ?? '';
      return type !== 'DELETED' && node !== '' && isMissing(node, reader) ? [node] : [];
    },
  },

  reconcile(node, writer) {
    if (!isMissing(node, writer)) return writer.setState(since(node), undefined);
    const pods = podsOn(writer, node);
    if (pods.length === 0) return writer.setState(since(node), undefined);
    const now = writer.world.now();
    const start = writer.state(since(node)) as number | undefined;
    if (start === undefined) writer.setState(since(node), now);
    const left = (start ?? now) + quarantine - now;
    if (left > 0) return writer.after(left, node);
    for (const pod of pods) writer.remove(pod, { gracePeriodSeconds: 0 });
    writer.setState(since(node), undefined);
  },
};
