// `kubectl describe networkpolicy`. Mirrors describeNetworkPolicy of k8s.io/kubectl/pkg/describe/describe.go.
import { PrefixWriter } from '../../lib/prefix-writer.js';
import type { NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort } from '../../model/generated/api.js';
import { writeAnnotations, writeLabels } from '../describe/lines.js';
import { formatSelector, isEmptySelector } from '../labels.js';

/** A rule of either direction. */
interface Rule {
  readonly ports: readonly NetworkPolicyPort[] | undefined;
  readonly peers: readonly NetworkPolicyPeer[] | undefined;
}

interface Direction {
  readonly name: 'ingress' | 'egress';
  readonly peers: 'From' | 'To';
  readonly end: 'source' | 'destination';
}

const ingress: Direction = { name: 'ingress', peers: 'From', end: 'source' };
const egress: Direction = { name: 'egress', peers: 'To', end: 'destination' };

export function describe({ metadata, spec }: NetworkPolicy): string {
  const w = new PrefixWriter();
  w.line(0, 'Name:', metadata.name);
  w.line(0, 'Namespace:', metadata.namespace ?? '');
  w.line(0, 'Created on:', goTime(metadata.creationTimestamp));
  writeLabels(w, 'Labels', metadata.labels);
  writeAnnotations(w, 'Annotations', metadata.annotations);
  w.line(0, 'Spec:');
  const all = isEmptySelector(spec.podSelector ?? {});
  w.line(
    1,
    `PodSelector:     ${all ? '<none> (Allowing the specific traffic to all pods in this namespace)' : formatSelector(spec.podSelector)}`,
  );
  const types = spec.policyTypes ?? [];
  const ingressRules = (spec.ingress ?? []).map(({ ports, from }): Rule => ({ ports, peers: from }));
  const egressRules = (spec.egress ?? []).map(({ ports, to }): Rule => ({ ports, peers: to }));
  writeDirection(w, ingress, types.includes('Ingress') ? ingressRules : undefined);
  writeDirection(w, egress, types.includes('Egress') ? egressRules : undefined);
  w.line(1, `Policy Types: ${types.join(', ') || '<none>'}`);
  return w.toString();
}

/** Go's time.Time as %s prints it, in UTC. */
const goTime = (time: string | undefined): string => `${(time ?? '0001-01-01T00:00:00Z').replace('T', ' ').replace('Z', '')} +0000 UTC`;

function writeDirection(w: PrefixWriter, direction: Direction, rules: readonly Rule[] | undefined): void {
  if (!rules) {
    w.line(1, `Not affecting ${direction.name} traffic`);
    return;
  }
  w.line(1, `Allowing ${direction.name} traffic:`);
  if (rules.length === 0) w.line(2, `<none> (Selected pods are isolated for ${direction.name} connectivity)`);
  rules.forEach((rule, i) => {
    writePorts(w, rule.ports ?? []);
    writePeers(w, direction, rule.peers ?? []);
    if (i < rules.length - 1) w.line(2, '----------');
  });
}

function writePorts(w: PrefixWriter, ports: readonly NetworkPolicyPort[]): void {
  if (ports.length === 0) w.line(2, 'To Port: <any> (traffic allowed to all ports)');
  for (const { port, endPort, protocol = 'TCP' } of ports) {
    if (endPort === undefined) w.line(2, `To Port: ${port ?? '<nil>'}/${protocol}`);
    else w.line(2, `To Port Range: ${port ?? '<nil>'}-${endPort}/${protocol}`);
  }
}

function writePeers(w: PrefixWriter, { peers: word, end }: Direction, peers: readonly NetworkPolicyPeer[]): void {
  if (peers.length === 0) w.line(2, `${word}: <any> (traffic not restricted by ${end})`);
  for (const { podSelector, namespaceSelector, ipBlock } of peers) {
    w.line(2, `${word}:`);
    if (namespaceSelector) w.line(3, `NamespaceSelector: ${formatSelector(namespaceSelector)}`);
    if (podSelector) w.line(3, `PodSelector: ${formatSelector(podSelector)}`);
    if (!ipBlock || namespaceSelector || podSelector) continue;
    w.line(3, 'IPBlock:');
    w.line(4, `CIDR: ${ipBlock.cidr}`);
    w.line(4, `Except: ${(ipBlock.except ?? []).join(', ')}`);
  }
}
