// Where a Pod wants to run and not to run. Mirrors validateAffinity, validateTopologySpreadConstraints and ValidateTolerations of Kubernetes.
import { isValidLabelValue } from '../../../lib/names.js';
import { duplicate, type FieldError, forbiddenField, invalidValue, notSupported, required } from '../../../model/field-error.js';
import type {
  Affinity,
  LabelSelector,
  NodeAffinity,
  NodeSelectorRequirement,
  NodeSelectorTerm,
  PodAffinity,
  PodAffinityTerm,
  Toleration,
  TopologySpreadConstraint,
} from '../../../model/generated/api.js';
import { validateLabelSelector, validateOperator } from '../../labels.js';
import { dnsLabel, dnsSubdomain, ifAnyOneOf, qualifiedName, taintEffect, wrong } from '../../rules.js';

const required1 = 'requiredDuringSchedulingIgnoredDuringExecution';
const preferred = 'preferredDuringSchedulingIgnoredDuringExecution';

export function validateAffinity(affinity: Affinity | undefined, path: string): FieldError[] {
  if (!affinity) return [];
  return [
    ...validateNodeAffinity(affinity.nodeAffinity, `${path}.nodeAffinity`),
    ...validatePodAffinity(affinity.podAffinity, `${path}.podAffinity`),
    ...validatePodAffinity(affinity.podAntiAffinity, `${path}.podAntiAffinity`),
  ];
}

const weight = (path: string, value: number | undefined): FieldError[] =>
  (value ?? 0) <= 0 || (value ?? 0) > 100 ? [invalidValue(path, value ?? 0, 'must be in the range 1-100')] : [];

function validateNodeAffinity(affinity: NodeAffinity | undefined, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const must = affinity?.[required1];
  if (must) {
    const at = `${path}.${required1}.nodeSelectorTerms`;
    if (!must.nodeSelectorTerms?.length) errors.push(required(at, 'must have at least one node selector term'));
    for (const [i, term] of (must.nodeSelectorTerms ?? []).entries()) errors.push(...validateNodeTerm(term, `${at}[${i}]`, checkValues));
  }
  for (const [i, wish] of (affinity?.[preferred] ?? []).entries()) {
    const at = `${path}.${preferred}[${i}]`;
    errors.push(...weight(`${at}.weight`, wish.weight), ...validateNodeTerm(wish.preference ?? {}, `${at}.preference`, leaveValues));
  }
  return errors;
}

type ValueRule = (values: readonly string[], path: string) => FieldError[];
const checkValues: ValueRule = (values, path) => values.flatMap((v, i) => wrong(`${path}[${i}]`, v, isValidLabelValue(v)));
/** A wish may name values that no label can have. */
const leaveValues: ValueRule = () => [];

const validateNodeTerm = (term: NodeSelectorTerm, path: string, values: ValueRule): FieldError[] => [
  ...(term.matchExpressions ?? []).flatMap((r, i) => validateNodeRequirement(r, `${path}.matchExpressions[${i}]`, values)),
  ...(term.matchFields ?? []).flatMap((r, i) => validateNodeField(r, `${path}.matchFields[${i}]`)),
];

function validateNodeRequirement(r: NodeSelectorRequirement, path: string, values: ValueRule): FieldError[] {
  return [...validateNodeOperator(r, path), ...qualifiedName(`${path}.key`, r.key ?? ''), ...values(r.values ?? [], `${path}.values`)];
}

/** Nodes are compared by number, too. */
function validateNodeOperator(r: NodeSelectorRequirement, path: string): FieldError[] {
  const { operator, values = [] } = r;
  if (operator !== 'Gt' && operator !== 'Lt') return validateOperator(r, path);
  return values.length === 1 ? [] : [required(`${path}.values`, "must be specified single value when `operator` is 'Lt' or 'Gt'")];
}

function validateNodeField({ key, operator, values = [] }: NodeSelectorRequirement, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (operator !== 'In' && operator !== 'NotIn')
    errors.push(invalidValue(`${path}.operator`, operator ?? '', 'not a valid selector operator'));
  else if (values.length !== 1) {
    errors.push(required(`${path}.values`, "must be only one value when `operator` is 'In' or 'NotIn' for node field selector"));
  }
  if (key !== 'metadata.name') return [...errors, invalidValue(`${path}.key`, key ?? '', 'not a valid field selector key')];
  return [...errors, ...values.flatMap((v, i) => dnsSubdomain(`${path}.values[${i}]`, v))];
}

function validatePodAffinity(affinity: PodAffinity | undefined, path: string): FieldError[] {
  const must = affinity?.[required1] ?? [];
  const wishes = affinity?.[preferred] ?? [];
  return [
    ...must.flatMap((term, i) => validatePodTerm(term, `${path}.${required1}[${i}]`)),
    ...wishes.flatMap((wish, i) => [
      ...weight(`${path}.${preferred}[${i}].weight`, wish.weight),
      ...validatePodTerm(wish.podAffinityTerm ?? { topologyKey: '' }, `${path}.${preferred}[${i}].podAffinityTerm`),
    ]),
  ];
}

function validatePodTerm(term: PodAffinityTerm, path: string): FieldError[] {
  return [
    ...validateLabelSelector(term.labelSelector, `${path}.labelSelector`),
    ...validateLabelSelector(term.namespaceSelector, `${path}.namespaceSelector`),
    ...(term.namespaces ?? []).flatMap((name) => dnsLabel(`${path}.namespace`, name)),
    ...validateLabelKeys(term.matchLabelKeys, term.labelSelector, `${path}.matchLabelKeys`),
    ...validateLabelKeys(term.mismatchLabelKeys, term.labelSelector, `${path}.mismatchLabelKeys`),
    ...keysInSelectorToo(term, path),
    ...(term.matchLabelKeys ?? []).flatMap((key, i) =>
      term.mismatchLabelKeys?.includes(key)
        ? [invalidValue(`${path}.matchLabelKeys[${i}]`, key, 'exists in both matchLabelKeys and mismatchLabelKeys')]
        : [],
    ),
    ...(term.topologyKey ? [] : [required(`${path}.topologyKey`, 'can not be empty')]),
    ...qualifiedName(`${path}.topologyKey`, term.topologyKey ?? ''),
  ];
}

function validateLabelKeys(keys: readonly string[] | undefined, selector: LabelSelector | undefined, path: string): FieldError[] {
  if (!keys?.length) return [];
  if (!selector) return [forbiddenField(path, 'must not be specified when labelSelector is not set')];
  return keys.flatMap((key, i) => qualifiedName(`${path}[${i}]`, key));
}

/** The selector was completed from matchLabelKeys already, so that a key seen before was written by hand. */
function keysInSelectorToo(term: PodAffinityTerm, path: string): FieldError[] {
  const seen = new Set(Object.keys(term.labelSelector?.matchLabels ?? {}));
  return (term.labelSelector?.matchExpressions ?? []).flatMap(({ key }) => {
    const index = (term.matchLabelKeys ?? []).lastIndexOf(key);
    const errors =
      index >= 0 && seen.has(key) ? [invalidValue(`${path}[${index}]`, key, 'exists in both matchLabelKeys and labelSelector')] : [];
    seen.add(key);
    return errors;
  });
}

const nodePolicies = ['Honor', 'Ignore'];

export const validateSpread = (constraints: readonly TopologySpreadConstraint[] | undefined, path: string): FieldError[] =>
  (constraints ?? []).flatMap((c, i, all) => {
    const at = `${path}[${i}]`;
    const repeated = all.slice(i + 1).some((o) => o.topologyKey === c.topologyKey && o.whenUnsatisfiable === c.whenUnsatisfiable);
    return [
      ...((c.maxSkew ?? 0) <= 0 ? [invalidValue(`${at}.maxSkew`, c.maxSkew ?? 0, 'must be greater than zero')] : []),
      ...(c.topologyKey ? [] : [required(`${at}.topologyKey`, 'can not be empty')]),
      ...ifAnyOneOf(`${at}.whenUnsatisfiable`, c.whenUnsatisfiable ?? '', ['DoNotSchedule', 'ScheduleAnyway']),
      ...(repeated ? [duplicate(`${at}.{topologyKey, whenUnsatisfiable}`, `{${c.topologyKey}, ${c.whenUnsatisfiable}}`)] : []),
      ...validateMinDomains(c, `${at}.minDomains`),
      ...ifAnyOneOf(`${at}.nodeAffinityPolicy`, c.nodeAffinityPolicy, nodePolicies),
      ...ifAnyOneOf(`${at}.nodeTaintsPolicy`, c.nodeTaintsPolicy, nodePolicies),
      ...validateSpreadKeys(c, at),
      ...validateLabelSelector(c.labelSelector, `${at}.labelSelector`),
    ];
  });

function validateMinDomains({ minDomains, whenUnsatisfiable }: TopologySpreadConstraint, path: string): FieldError[] {
  if (minDomains === undefined) return [];
  const errors = minDomains <= 0 ? [invalidValue(path, minDomains, 'must be greater than zero')] : [];
  if (whenUnsatisfiable === 'DoNotSchedule') return errors;
  const detail = `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${whenUnsatisfiable ?? ''}`;
  return [...errors, invalidValue(path, minDomains, detail)];
}

function validateSpreadKeys(c: TopologySpreadConstraint, path: string): FieldError[] {
  return [
    ...validateLabelKeys(c.matchLabelKeys, c.labelSelector, `${path}.matchLabelKeys`),
    ...keysInSelectorToo({ ...c, topologyKey: c.topologyKey }, path),
  ];
}

const everyKey = 'operator must be Exists when `key` is empty, which means "match all values and all keys"';

export const validateTolerations = (tolerations: readonly Toleration[] | undefined, path: string): FieldError[] =>
  (tolerations ?? []).flatMap((t, i) => {
    const at = `${path}[${i}]`;
    const errors = t.key ? qualifiedName(`${at}.key`, t.key) : [];
    if (!t.key && t.operator !== 'Exists') errors.push(invalidValue(`${at}.operator`, t.operator ?? '', everyKey));
    if (t.tolerationSeconds !== undefined && t.effect !== 'NoExecute') {
      errors.push(invalidValue(`${at}.effect`, t.effect ?? '', "effect must be 'NoExecute' when `tolerationSeconds` is set"));
    }
    errors.push(...validateTolerated(t, `${at}.operator`));
    if (t.effect) errors.push(...taintEffect(`${at}.effect`, t.effect));
    return errors;
  });

function validateTolerated({ operator, value = '' }: Toleration, path: string): FieldError[] {
  switch (operator) {
    case undefined:
    case '':
    case 'Equal': {
      const problems = isValidLabelValue(value);
      return problems.length > 0 ? [invalidValue(path, value, problems.join(';'))] : [];
    }
    case 'Exists':
      return value ? [invalidValue(path, value, "value must be empty when `operator` is 'Exists'")] : [];
    case 'Lt':
    case 'Gt':
      // Known, but their feature is off.
      return [notSupported(path, operator, ['Equal', 'Exists', 'Lt', 'Gt'])];
    default:
      return [notSupported(path, operator, ['Equal', 'Exists'])];
  }
}
