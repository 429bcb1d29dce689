// Whose rules a node has: while its kube-proxy runs, the API's; when it stops, those of that moment (network/proxy/node.ts).
// What is kept is who writes them and with which settings. Mirrors the life of cmd/kube-proxy on a node.
import type { Change } from '../model/change.js';
import type { Controller } from '../model/controller.js';
import type { Container, Pod } from '../model/generated/api.js';
import type { Json } from '../model/object.js';
import type { Writer } from '../model/store.js';
import { netFrom, podsOn } from '../network/net.js';
import { frozenState, fullSyncPeriod, leftovers, type ProxyState, proxyStateKey } from '../network/proxy/node.js';
import { ipvsDeprecation, ProxyConfigError, type ProxySettings } from '../network/proxy/settings.js';
import { isRunning, runtimeOf } from '../network/runtime.js';
import { filesOf } from '../programs/container.js';
import { commandOf, imageOf } from '../programs/facts.js';
import { settingsOf } from '../programs/servers/kube-proxy.js';

export const kubeProxy: Controller = {
  name: 'kube-proxy',
  program: 'own',
  watches: {
    Pod: ({ object, old }: Change) =>
      [object, old].flatMap((pod) => {
        const { spec } = (pod ?? { spec: {} }) as unknown as Pod;
        return spec.nodeName && proxyContainer(pod as unknown as Pod) ? [spec.nodeName] : [];
      }),
  },
  reconcile,
};

const proxyContainer = (pod: Pod): Container | undefined =>
  pod.spec.containers.find((c) => /(^|\/)kube-proxy$/.test(imageName(c)) || c.command?.[0]?.endsWith('kube-proxy'));

const imageName = (c: Container): string => (c.image ?? '').replace(/[:@].*$/, '');

function reconcile(node: string, writer: Writer): void {
  const key = proxyStateKey(node);
  const state = writer.state(key) as unknown as ProxyState | undefined;
  const found = running(writer, node);
  if (!found) {
    if (state?.writer) writer.setState(key, frozenState(writer, state, writer.world.now()));
    return;
  }
  if (state?.writer === found.id) {
    if (state.flushed) mend(writer, node, state, state.flushed.at + fullSyncPeriod);
    return;
  }
  const settings = found.settings();
  if (!settings) return;
  writer.setState(key, { settings, writer: found.id, ...leftovers(writer, state, settings, writer.world.now()) } as unknown as Json);
  const object = settings.mode === 'ipvs' ? writer.get('Node', '', node) : undefined;
  if (object) writer.event(object, 'Warning', 'IPVSDeprecation', ipvsDeprecation, { component: 'kube-proxy', host: node });
}

/** What was taken away comes back when it writes all rules. */
function mend(writer: Writer, node: string, { flushed, ...whole }: ProxyState, at: number): void {
  const left = at - writer.world.now();
  if (left > 0) writer.after(left, node);
  else writer.setState(proxyStateKey(node), whole as unknown as Json);
}

/** The kube-proxy that runs on the node, and how to read what it was started with. */
function running(writer: Writer, node: string): { id: string; settings: () => ProxySettings | undefined } | undefined {
  for (const pod of podsOn(writer, node).filter((p) => p.metadata.namespace === 'kube-system')) {
    const container = proxyContainer(pod);
    const runtime = container && runtimeOf(writer, pod);
    const attempt = runtime?.containers[container?.name ?? '']?.attempt;
    if (!container || !runtime || !attempt || !isRunning(runtime.containers[container.name])) continue;
    return {
      id: attempt.id,
      settings: () => {
        const files = filesOf(netFrom(writer, writer), pod, runtime, container);
        try {
          return settingsOf(
            commandOf(container, imageOf(container), () => undefined),
            (path) => files.read(path),
          );
        } catch (e) {
          if (e instanceof ProxyConfigError) return undefined;
          throw e;
        }
      },
    };
  }
  return undefined;
}
