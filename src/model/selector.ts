// Label selectors: parsed requirements and their match. Parsing of `-l` strings is lib/selector.ts.
// Mirrors k8s.io/apimachinery/pkg/labels/selector.go and apis/meta/v1/helpers.go (LabelSelectorAsSelector).
import type { LabelSelector } from './generated/api.js';

export interface Requirement {
  readonly key: string;
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist' | 'GreaterThan' | 'LessThan';
  readonly values: readonly string[];
}

export type Labels = Readonly<Record<string, string>>;

export function matches(requirements: readonly Requirement[], labels: Labels | undefined): boolean {
  return requirements.every((r) => meets(r, labels?.[r.key]));
}

function meets(r: Requirement, value: string | undefined): boolean {
  switch (r.operator) {
    case 'In':
      return value !== undefined && r.values.includes(value);
    case 'NotIn':
      return value === undefined || !r.values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    case 'GreaterThan':
      return value !== undefined && Number(value) > Number(r.values[0]);
    case 'LessThan':
      return value !== undefined && Number(value) < Number(r.values[0]);
  }
}

/** "app=web,tier=front"; "<none>" without labels. Mirrors labels.FormatLabels: sorted as pairs, so that `a-b=` stands before `a=`. */
export function formatLabels(labels: Labels | undefined): string {
  const pairs = Object.entries(labels ?? {}).map(([key, value]) => `${key}=${value}`);
  return pairs.sort().join(',') || '<none>';
}

/** A map selector (Service.spec.selector): every pair must be there. An empty map matches everything: callers decide what that means. */
export const fromMap = (map: Labels): Requirement[] => Object.entries(map).map(([key, v]) => ({ key, operator: 'In', values: [v] }));

/** A metav1.LabelSelector; undefined selects nothing, which callers must handle, `{}` selects everything. */
export const fromLabelSelector = (s: LabelSelector): Requirement[] => [
  ...fromMap(s.matchLabels ?? {}),
  ...(s.matchExpressions ?? []).map((e) => ({ key: e.key, operator: e.operator as Requirement['operator'], values: e.values ?? [] })),
];
