// Pods that a kubelet turns away, as a rule those that came with a node's name and never saw the scheduler.
// Mirrors pkg/kubelet/lifecycle/predicate.go and pkg/kubelet/sysctl/allowlist.go.
import { conditionOf } from '../../kinds/pod/facts.js';
import { podsOn } from '../../network/net.js';
import { runtimeOf } from '../../network/runtime.js';
import { isMirror } from '../../programs/static-pods.js';
import { matchesNode } from '../scheduler/node-affinity.js';
import { hostPorts, nodeInfos, portsConflict, requestsOf } from '../scheduler/node-info.js';
import { untolerated } from '../scheduler/tolerations.js';
import type { Work } from './work.js';

interface Rejection {
  readonly reason: string;
  readonly message: string;
}

const safeSysctls = new Set([
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.ping_group_range',
  'net.ipv4.ip_unprivileged_port_start',
  'net.ipv4.ip_local_reserved_ports',
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
  'net.ipv4.tcp_rmem',
  'net.ipv4.tcp_wmem',
]);

/** Why this node does not take the Pod. */
export function rejection(work: Work): Rejection | undefined {
  const { pod } = work;
  if (isMirror(pod)) return undefined;
  const unsafe = pod.spec.securityContext?.sysctls?.find((s) => !safeSysctls.has(s.name.replaceAll('/', '.')));
  if (unsafe) return { reason: 'SysctlForbidden', message: `forbidden sysctl: ${JSON.stringify(unsafe.name)} not allowlisted` };
  // The scheduler has made sure of the rest.
  return conditionOf(pod, 'PodScheduled') ? undefined : unfit(work);
}

function unfit({ writer, pod, node }: Work): Rejection | undefined {
  const taken = podsOn(writer, node.metadata.name).filter((p) => p.metadata.uid !== pod.metadata.uid);
  const [info] = nodeInfos(
    [node],
    taken.filter((p) => runtimeOf(writer, p)),
  );
  if (!info) return undefined;
  for (const [resource, requested] of requestsOf(pod)) {
    const capacity = info.allocatable.get(resource);
    const used = info.used.get(resource) ?? 0;
    if (capacity !== undefined && requested > 0 && used + requested > capacity)
      return {
        reason: `OutOf${resource}`,
        message: `Node didn't have enough resource: ${resource}, requested: ${requested}, used: ${used}, capacity: ${capacity}`,
      };
  }
  const failed = (name: string, why: string): Rejection => ({ reason: name, message: `Predicate ${name} failed: ${why}` });
  if (!matchesNode(pod, node)) return failed('NodeAffinity', "node(s) didn't match Pod's node affinity/selector");
  if (portsConflict(hostPorts(pod), info.ports)) return failed('NodePorts', "node(s) didn't have free ports for the requested pod ports");
  if (untolerated(node.spec?.taints, pod.spec.tolerations, ['NoExecute']).length > 0)
    return failed('TaintToleration', 'node(s) had untolerated taint(s)');
  return undefined;
}
