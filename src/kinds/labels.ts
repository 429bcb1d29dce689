// Validation of labels and label selectors, of metadata and inside specs. Mirrors k8s.io/apimachinery/pkg/apis/meta/v1/validation.
import { byText, sortedKeys } from '../lib/go-format.js';
import { isValidLabelValue } from '../lib/names.js';
import { type FieldError, forbiddenField, invalidValue, required } from '../model/field-error.js';
import type { LabelSelector, LabelSelectorRequirement } from '../model/generated/api.js';
import { qualifiedName, wrong } from './rules.js';

const labelValue = (path: string, value: string): FieldError[] => wrong(path, value, isValidLabelValue(value));

/** Keys and values of a label map at `path`, by their keys: upstream takes them as they come. */
export const validateLabels = (labels: Readonly<Record<string, string>> = {}, path: string): FieldError[] =>
  sortedKeys(labels).flatMap((key) => [...qualifiedName(path, key), ...labelValue(path, labels[key] ?? '')]);

export function validateLabelSelector(selector: LabelSelector | undefined, path: string): FieldError[] {
  if (!selector) return [];
  return [
    ...validateLabels(selector.matchLabels, `${path}.matchLabels`),
    ...(selector.matchExpressions ?? []).flatMap((r, i) => validateRequirement(r, `${path}.matchExpressions[${i}]`)),
  ];
}

function validateRequirement(r: LabelSelectorRequirement, path: string): FieldError[] {
  const values = r.values ?? [];
  return [
    ...validateOperator(r, path),
    ...qualifiedName(`${path}.key`, r.key ?? ''),
    ...values.flatMap((v, i) => labelValue(`${path}.values[${i}]`, v)),
  ];
}

/** In and NotIn want values, Exists and DoesNotExist none. */
export function validateOperator(r: LabelSelectorRequirement, path: string): FieldError[] {
  const count = r.values?.length ?? 0;
  switch (r.operator) {
    case 'In':
    case 'NotIn':
      return count > 0 ? [] : [required(`${path}.values`, "must be specified when `operator` is 'In' or 'NotIn'")];
    case 'Exists':
    case 'DoesNotExist':
      return count === 0 ? [] : [forbiddenField(`${path}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")];
    default:
      return [invalidValue(`${path}.operator`, r.operator ?? '', 'not a valid selector operator')];
  }
}

/** Whether a selector can be turned into requirements at all. Mirrors the error of metav1.LabelSelectorAsSelector. */
export const isUsableSelector = (selector: LabelSelector): boolean => validateLabelSelector(selector, '').length === 0;

/** `{}`, which selects everything. */
export const isEmptySelector = (selector: LabelSelector): boolean =>
  Object.keys(selector.matchLabels ?? {}).length === 0 && (selector.matchExpressions ?? []).length === 0;

/** "app=web,tier in (a,b)", "<none>" when it selects everything. Mirrors metav1.FormatLabelSelector. */
export function formatSelector(selector: LabelSelector | undefined): string {
  if (!selector) return '<none>';
  if (!isUsableSelector(selector)) return '<error>';
  const terms = [
    ...Object.entries(selector.matchLabels ?? {}).map(([key, value]) => ({ key, text: `${key}=${value}` })),
    ...(selector.matchExpressions ?? []).map((r) => ({ key: r.key, text: formatRequirement(r) })),
  ];
  const text = terms
    .sort((a, b) => byText(a.key, b.key))
    .map((t) => t.text)
    .join(',');
  return text === '' ? '<none>' : text;
}

function formatRequirement(r: LabelSelectorRequirement): string {
  const values = [...(r.values ?? [])].sort().join(',');
  if (r.operator === 'Exists') return r.key;
  if (r.operator === 'DoesNotExist') return `!${r.key}`;
  return `${r.key} ${r.operator === 'In' ? 'in' : 'notin'} (${values})`;
}
