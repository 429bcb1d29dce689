// Why no kube-proxy writes a node's rules: the hop that names the object to look at.
import type { DaemonSet, Node, Pod } from '../model/generated/api.js';
import type { Hop } from '../model/packet.js';
import type { Reader } from '../model/store.js';

const namespace = 'kube-system';
const name = 'kube-proxy';

/** Told after the hop that found no rules of the API's on node `nodeName`. */
export function noProxy(reader: Reader, nodeName: string): Hop {
  const told = { step: 'because', cause: 'not-programmed' } as const;
  const set = reader.get('DaemonSet.apps', namespace, name);
  if (!set)
    return {
      ...told,
      object: `DaemonSet ${namespace}/${name}`,
      why: 'it does not exist: nobody writes the rules of Services',
      field: 'metadata.name',
    };
  const object = `DaemonSet ${namespace}/${name}`;
  const pod = reader.list('Pod', { namespace }).find((p) => p.spec.nodeName === nodeName && p.metadata.labels?.['k8s-app'] === name);
  if (pod) return { ...told, object: `Pod ${namespace}/${pod.metadata.name}`, ...stateOf(pod) };
  const missing = unmatchedLabel(set, reader.get('Node', '', nodeName));
  if (missing)
    return {
      ...told,
      object,
      why: `spec.template.spec.nodeSelector wants ${missing}, which node ${nodeName} has not: no kube-proxy runs there`,
      field: 'spec.template.spec.nodeSelector',
    };
  return { ...told, object, why: `it has no Pod on node ${nodeName}`, field: 'spec.template.spec' };
}

function unmatchedLabel(set: DaemonSet, node: Node | undefined): string | undefined {
  const wanted = Object.entries(set.spec?.template.spec?.nodeSelector ?? {});
  const [key, value] = wanted.find(([k, v]) => node?.metadata.labels?.[k] !== v) ?? [];
  return key === undefined ? undefined : `${key}=${value}`;
}

function stateOf(pod: Pod): Pick<Hop, 'why' | 'field'> {
  const waiting = pod.status?.containerStatuses?.[0]?.state?.waiting?.reason;
  return {
    why: `the node's kube-proxy does not run (${waiting ?? pod.status?.phase ?? 'Pending'}): kubectl logs -n ${namespace} ${pod.metadata.name} tells why`,
    field: 'status.containerStatuses[0].state',
  };
}
