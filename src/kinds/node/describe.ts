// `kubectl describe node`. Mirrors describeNode of k8s.io/kubectl/pkg/describe/describe.go.
import { sortedKeys } from '../../lib/go-format.js';
import { ageOf } from '../../lib/duration.js';
import type { PrefixWriter } from '../../lib/prefix-writer.js';
import { tabbed } from '../../lib/prefix-writer.js';
import { formatQuantity, milliValue, type Quantity, wholeValue, zeroQuantity } from '../../lib/quantity.js';
import type { Lease, Node, Pod } from '../../model/generated/api.js';
import type { DescribeContext } from '../../model/kind.js';
import type { KubeObject } from '../../model/object.js';
import { eventsOf, writeEvents } from '../describe/events.js';
import { rfc1123z, writeAnnotations, writeLabels, writeTaints } from '../describe/lines.js';
import { roles } from './roles.js';
import { podResources, quantities, totalResources } from '../pod-resources.js';

export function describe(node: Node, ctx: DescribeContext): string {
  return tabbed((w) => {
    w.line(0, 'Name:', node.metadata.name);
    w.line(0, 'Roles:', roles(node).join(',') || '<none>');
    writeLabels(w, 'Labels', node.metadata.labels);
    writeAnnotations(w, 'Annotations', node.metadata.annotations);
    w.line(0, 'CreationTimestamp:', rfc1123z(node.metadata.creationTimestamp));
    writeTaints(w, 'Taints', node.spec?.taints);
    w.line(0, 'Unschedulable:', String(node.spec?.unschedulable ?? false));
    writeLease(w, node, ctx);
    writeStatus(w, node);
    writePods(w, node, ctx);
    writeEvents(w, nodeEvents(node, ctx), ctx.now);
  });
}

function writeLease(w: PrefixWriter, node: Node, ctx: DescribeContext): void {
  const reply = ctx.api.call({
    verb: 'get',
    group: 'coordination.k8s.io',
    resource: 'leases',
    namespace: 'kube-node-lease',
    name: node.metadata.name,
  });
  if (reply.code >= 400) {
    w.line(0, 'Lease:', `Failed to get lease: ${(reply.body as { message?: string }).message ?? ''}`);
    return;
  }
  const { spec } = reply.body as unknown as Lease;
  w.write(0, 'Lease:\n');
  w.line(1, 'HolderIdentity:', spec?.holderIdentity ?? '<unset>');
  w.line(1, 'AcquireTime:', spec?.acquireTime ? rfc1123z(spec.acquireTime) : '<unset>');
  w.line(1, 'RenewTime:', spec?.renewTime ? rfc1123z(spec.renewTime) : '<unset>');
}

function writeStatus(w: PrefixWriter, { status, spec }: Node): void {
  const conditions = status?.conditions ?? [];
  if (conditions.length > 0) {
    w.write(0, 'Conditions:\n  Type\tStatus\tLastHeartbeatTime\tLastTransitionTime\tReason\tMessage\n');
    w.line(1, '----', '------', '-----------------', '------------------', '------', '-------');
    for (const c of conditions) {
      const cells = [c.type, c.status, rfc1123z(c.lastHeartbeatTime), rfc1123z(c.lastTransitionTime), c.reason ?? ''];
      w.write(1, `${cells.map((cell) => `${cell} `).join('\t')}\t${c.message ?? ''}\n`);
    }
  }
  w.write(0, 'Addresses:\n');
  for (const a of status?.addresses ?? []) w.line(1, `${a.type}:`, a.address);
  writeResourceList(w, 'Capacity', status?.capacity);
  writeResourceList(w, 'Allocatable', status?.allocatable);
  w.write(0, 'System Info:\n');
  for (const [title, field] of systemInfo) w.line(1, `${title}:`, status?.nodeInfo?.[field] ?? '');
  if (spec?.podCIDR) w.line(0, 'PodCIDR:', spec.podCIDR);
  if ((spec?.podCIDRs ?? []).length > 0) w.line(0, 'PodCIDRs:', (spec?.podCIDRs ?? []).join(','));
  if (spec?.providerID) w.line(0, 'ProviderID:', spec.providerID);
}

const systemInfo = [
  ['Machine ID', 'machineID'],
  ['System UUID', 'systemUUID'],
  ['Boot ID', 'bootID'],
  ['Kernel Version', 'kernelVersion'],
  ['OS Image', 'osImage'],
  ['Operating System', 'operatingSystem'],
  ['Architecture', 'architecture'],
  ['Container Runtime Version', 'containerRuntimeVersion'],
  ['Kubelet Version', 'kubeletVersion'],
] as const;

function writeResourceList(w: PrefixWriter, title: string, list: Readonly<Record<string, string>> | undefined): void {
  if (Object.keys(list ?? {}).length === 0) return;
  w.write(0, `${title}:\n`);
  for (const name of sortedKeys(list)) w.line(1, `${name}:`, list?.[name] ?? '');
}

function writePods(w: PrefixWriter, node: Node, ctx: DescribeContext): void {
  const reply = ctx.api.call({
    verb: 'list',
    group: '',
    resource: 'pods',
    options: { fieldSelector: `spec.nodeName=${node.metadata.name},status.phase!=Succeeded,status.phase!=Failed` },
  });
  const pods = ((reply.body as KubeObject).items ?? []) as Pod[];
  const allocatable = quantities(node.status?.allocatable ?? node.status?.capacity);
  const cell = (list: ReadonlyMap<string, Quantity>, resource: string): string =>
    share(list.get(resource), allocatable.get(resource), resource);
  w.line(0, 'Non-terminated Pods:', `(${pods.length} in total)`);
  w.line(1, 'Namespace', 'Name', '', 'CPU Requests', 'CPU Limits', 'Memory Requests', 'Memory Limits', 'Age');
  w.line(1, '---------', '----', '', '------------', '----------', '---------------', '-------------', '---');
  for (const pod of pods) {
    const [requests, limits] = [podResources(pod, 'requests'), podResources(pod, 'limits')];
    const cells = [cell(requests, 'cpu'), cell(limits, 'cpu'), cell(requests, 'memory'), cell(limits, 'memory')];
    w.line(1, pod.metadata.namespace ?? '', pod.metadata.name, '', ...cells, ageOf(pod.metadata.creationTimestamp, ctx.now));
  }
  w.write(0, 'Allocated resources:\n  (Total limits may be over 100 percent, i.e., overcommitted.)\n');
  w.line(1, 'Resource', 'Requests', 'Limits');
  w.line(1, '--------', '--------', '------');
  const [requests, limits] = [totalResources(pods, 'requests'), totalResources(pods, 'limits')];
  const names = [...allocatable.keys()].sort();
  const shared = ['cpu', 'memory', 'ephemeral-storage', ...names.filter((n) => n.startsWith('hugepages-'))];
  for (const name of shared) w.line(1, name, cell(requests, name), cell(limits, name));
  for (const name of names.filter((n) => !shared.includes(n) && n !== 'pods')) {
    w.line(1, name, formatQuantity(requests.get(name) ?? zeroQuantity), formatQuantity(limits.get(name) ?? zeroQuantity));
  }
}

/** "100m (10%)" */
function share(used: Quantity = zeroQuantity, total: Quantity = zeroQuantity, resource: string): string {
  const value = resource === 'cpu' ? milliValue : wholeValue;
  const percent = value(total) === 0n ? 0 : Math.trunc((Number(value(used)) / Number(value(total))) * 100);
  return `${formatQuantity(used)} (${percent}%)`;
}

/** Controllers name a Node by its uid, the kubelet by its name. */
function nodeEvents(node: Node, ctx: DescribeContext): ReturnType<typeof eventsOf> {
  const byUid = eventsOf(node, ctx);
  return byUid && [...byUid, ...(eventsOf({ ...node, metadata: { ...node.metadata, uid: node.metadata.name } }, ctx) ?? [])];
}
