// Pods that want to be near others, or far from them. Mirrors pkg/scheduler/framework/plugins/interpodaffinity.
import type { Pod, PodAffinityTerm } from '../../model/generated/api.js';
import { fromLabelSelector, type Labels, matches, type Requirement } from '../../model/selector.js';
import type { NodeInfo } from './node-info.js';

/** The labels of a namespace; terms may select namespaces. */
export type NamespaceLabels = (namespace: string) => Labels;

interface Term {
  readonly topologyKey: string;
  matches(other: Pod): boolean;
}

function termOf(owner: Pod, term: PodAffinityTerm, namespaceLabels: NamespaceLabels): Term {
  const selector = term.labelSelector && [...fromLabelSelector(term.labelSelector), ...keyed(owner, term)];
  const inherited = !term.namespaces?.length && !term.namespaceSelector;
  const namespaces = new Set(inherited ? [owner.metadata.namespace] : term.namespaces);
  const inNamespace = (ns: string): boolean =>
    namespaces.has(ns) || (term.namespaceSelector !== undefined && matches(fromLabelSelector(term.namespaceSelector), namespaceLabels(ns)));
  return {
    topologyKey: term.topologyKey,
    matches: (other) => selector !== undefined && inNamespace(other.metadata.namespace ?? '') && matches(selector, other.metadata.labels),
  };
}

/** matchLabelKeys and mismatchLabelKeys: the owner's own values. */
function keyed(owner: Pod, term: PodAffinityTerm): Requirement[] {
  const of = (keys: readonly string[] | undefined, operator: 'In' | 'NotIn'): Requirement[] =>
    (keys ?? []).flatMap((key) => {
      const value = owner.metadata.labels?.[key];
      return value === undefined ? [] : [{ key, operator, values: [value] }];
    });
  return [...of(term.matchLabelKeys, 'In'), ...of(term.mismatchLabelKeys, 'NotIn')];
}

const required = (pod: Pod, which: 'podAffinity' | 'podAntiAffinity'): readonly PodAffinityTerm[] =>
  pod.spec.affinity?.[which]?.requiredDuringSchedulingIgnoredDuringExecution ?? [];

const domain = (key: string, value: string): string => `${key}\0${value}`;

export interface PodAffinity {
  /** Why not, and whether evicting others could help. */
  refuses(info: NodeInfo): { readonly reason: string; readonly final: boolean } | undefined;
}

/** Looks at every Pod once, then answers for every node. */
export function podAffinity(pod: Pod, infos: readonly NodeInfo[], namespaceLabels: NamespaceLabels): PodAffinity {
  const near = required(pod, 'podAffinity').map((t) => termOf(pod, t, namespaceLabels));
  const far = required(pod, 'podAntiAffinity').map((t) => termOf(pod, t, namespaceLabels));
  const company = new Set<string>();
  const rivals = new Set<string>();
  const repelled = new Set<string>();
  for (const info of infos) {
    for (const other of near.length + far.length > 0 ? info.pods : []) {
      if (near.length > 0 && near.every((t) => t.matches(other))) for (const t of near) mark(company, t.topologyKey, info);
      for (const t of far) if (t.matches(other)) mark(rivals, t.topologyKey, info);
    }
    for (const other of info.repelling) {
      for (const own of required(other, 'podAntiAffinity')) {
        if (termOf(other, own, namespaceLabels).matches(pod)) mark(repelled, own.topologyKey, info);
      }
    }
  }
  // The first of a group that wants to be together may go anywhere.
  const first = company.size === 0 && near.length > 0 && near.every((t) => t.matches(pod));
  const among = (set: ReadonlySet<string>, t: Term, info: NodeInfo): boolean => {
    const value = info.labels[t.topologyKey];
    return value !== undefined && set.has(domain(t.topologyKey, value));
  };
  return {
    refuses(info) {
      const labelled = near.every((t) => info.labels[t.topologyKey] !== undefined);
      if (!labelled || (!first && !near.every((t) => among(company, t, info)))) {
        return { reason: "node(s) didn't match pod affinity rules", final: true };
      }
      if (far.some((t) => among(rivals, t, info))) return { reason: "node(s) didn't match pod anti-affinity rules", final: false };
      const unwelcome = repelled.size > 0 && Object.entries(info.labels).some(([key, value]) => repelled.has(domain(key, value)));
      return unwelcome ? { reason: "node(s) didn't satisfy existing pods anti-affinity rules", final: false } : undefined;
    },
  };
}

function mark(set: Set<string>, key: string, info: NodeInfo): void {
  const value = info.labels[key];
  if (value !== undefined) set.add(domain(key, value));
}

/** Weights of preferred terms, for each node: company wanted adds, company shunned takes away. */
export function podPreference(pod: Pod, infos: readonly NodeInfo[], namespaceLabels: NamespaceLabels): (info: NodeInfo) => number {
  const wishes = (['podAffinity', 'podAntiAffinity'] as const).flatMap((which) =>
    (pod.spec.affinity?.[which]?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map((w) => ({
      term: termOf(pod, w.podAffinityTerm, namespaceLabels),
      weight: which === 'podAffinity' ? w.weight : -w.weight,
    })),
  );
  if (wishes.length === 0) return () => 0;
  const scores = new Map<string, number>();
  for (const { term, weight } of wishes) {
    for (const info of infos) {
      const value = info.labels[term.topologyKey];
      const n = value === undefined ? 0 : info.pods.filter((p) => term.matches(p)).length;
      if (n > 0)
        scores.set(domain(term.topologyKey, value as string), (scores.get(domain(term.topologyKey, value as string)) ?? 0) + n * weight);
    }
  }
  return (info) => Object.entries(info.labels).reduce((sum, [k, v]) => sum + (scores.get(domain(k, v)) ?? 0), 0);
}
