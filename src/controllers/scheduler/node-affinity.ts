// nodeSelector and node affinity. Mirrors k8s.io/component-helpers/scheduling/corev1/nodeaffinity.
import type { Node, NodeSelectorTerm, Pod } from '../../model/generated/api.js';
import { fromMap, type Labels, matches, type Requirement } from '../../model/selector.js';

const requirements = (list: NodeSelectorTerm['matchExpressions']): Requirement[] =>
  (list ?? []).map((e) => ({
    key: e.key,
    operator: (e.operator === 'Gt' ? 'GreaterThan' : e.operator === 'Lt' ? 'LessThan' : e.operator) as Requirement['operator'],
    values: e.values ?? [],
  }));

/** An empty term matches no node. */
function termMatches(term: NodeSelectorTerm, node: Node): boolean {
  const labels = requirements(term.matchExpressions);
  const fields = requirements(term.matchFields);
  if (labels.length === 0 && fields.length === 0) return false;
  return matches(labels, node.metadata.labels) && matches(fields, { 'metadata.name': node.metadata.name });
}

const requiredTerms = (pod: Pod): readonly NodeSelectorTerm[] | undefined =>
  pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;

export function matchesNode(pod: Pod, node: Node): boolean {
  if (pod.spec.nodeSelector && !matches(fromMap(pod.spec.nodeSelector as Labels), node.metadata.labels)) return false;
  const terms = requiredTerms(pod);
  return !terms || terms.some((t) => termMatches(t, node));
}

/** The nodes that the Pod names in every one of its terms (as a DaemonSet's Pods do); undefined when it leaves that open. */
export function namedNodes(pod: Pod): ReadonlySet<string> | undefined {
  const names = new Set<string>();
  for (const term of requiredTerms(pod) ?? []) {
    const wanted = (term.matchFields ?? [])
      .filter((f) => f.key === 'metadata.name' && f.operator === 'In')
      .map((f) => new Set(f.values ?? []));
    if (wanted.length === 0) return undefined;
    for (const name of wanted[0] ?? []) if (wanted.every((w) => w.has(name))) names.add(name);
  }
  return requiredTerms(pod)?.length ? names : undefined;
}

/** The weights of the preferred terms that the node meets. */
export const nodePreference = (pod: Pod, node: Node): number =>
  (pod.spec.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [])
    .filter((p) => termMatches(p.preference, node))
    .reduce((n, p) => n + p.weight, 0);
