// What ReplicaSets, Deployments and DaemonSets share: rules for their numbers and templates, and warnings.
// Mirrors pkg/apis/apps/validation (ValidatePositiveIntOrPercent, IsNotMoreThan100Percent, and the callers of validatePodTemplate).
import { isDNS1123Label, isValidPercent } from '../../lib/names.js';
import { type FieldError, forbiddenField, invalidValue, notSupported, required } from '../../model/field-error.js';
import type { DaemonSetUpdateStrategy, DeploymentStrategy, LabelSelector, PodTemplateSpec } from '../../model/generated/api.js';
import { fromLabelSelector, matches } from '../../model/selector.js';
import { isEmptySelector, isUsableSelector, validateLabelSelector } from '../labels.js';
import { validatePodTemplate } from '../pod/template.js';
import { nonNegative, wrong } from '../rules.js';

type IntOrPercent = number | string;

export function validatePositiveIntOrPercent(value: IntOrPercent, path: string): FieldError[] {
  if (typeof value === 'number') return nonNegative(path, value);
  return wrong(path, value, isValidPercent(value));
}

export const validateAtMost100Percent = (value: IntOrPercent, path: string): FieldError[] =>
  (percentOf(value) ?? 0) > 100 ? [invalidValue(path, value, 'must not be greater than 100%')] : [];

const percentOf = (value: IntOrPercent): number | undefined =>
  typeof value === 'string' && isValidPercent(value).length === 0 ? Number(value.slice(0, -1)) : undefined;

/** The number itself, even when it is written as a text, or the percentage without its sign: enough to ask whether it is 0. */
export const sizeOf = (value: IntOrPercent | undefined): number =>
  typeof value === 'number' ? value : value ? (percentOf(value) ?? (/^[-+]?\d+$/.test(value) ? Number(value) : 0)) : 0;

/** A strategy in a message: upstream prints its internal type there, which has no JSON names. */
export const internalStrategy = ({ type, rollingUpdate: rolling }: DaemonSetUpdateStrategy | DeploymentStrategy) => ({
  Type: type,
  RollingUpdate: rolling ? { MaxUnavailable: rolling.maxUnavailable ?? 0, MaxSurge: rolling.maxSurge ?? 0 } : null,
});

/** A template's Pods must be among those that are selected; no selector selects nothing. */
export function validateTemplateLabels(
  selector: LabelSelector | undefined,
  template: PodTemplateSpec | undefined,
  path: string,
): FieldError[] {
  const labels = template?.metadata?.labels;
  if (selector && matches(fromLabelSelector(selector), labels)) return [];
  return [invalidValue(`${path}.metadata.labels`, labels, '`selector` does not match template `labels`')];
}

/** A template whose Pods run for ever. `kind` is named in messages. */
export function validateLongRunningTemplate(template: PodTemplateSpec, path: string, kind: string): FieldError[] {
  const spec = template.spec;
  const errors = validatePodTemplate(template, path);
  if (spec && spec.restartPolicy !== 'Always')
    errors.push(notSupported(`${path}.spec.restartPolicy`, spec.restartPolicy ?? '', ['Always']));
  if (spec?.activeDeadlineSeconds !== undefined) {
    errors.push(forbiddenField(`${path}.spec.activeDeadlineSeconds`, `activeDeadlineSeconds in ${kind} is not Supported`));
  }
  return errors;
}

/** The selector of a ReplicaSet or a Deployment; both name the Deployment. */
export function validateSelector(selector: LabelSelector | undefined): FieldError[] {
  if (!selector) return [required('spec.selector')];
  const errors = validateLabelSelector(selector, 'spec.selector');
  return isEmptySelector(selector)
    ? [...errors, invalidValue('spec.selector', selector, 'empty selector is invalid for deployment')]
    : errors;
}

/** selector and template of a ReplicaSet or a Deployment. */
export function validateReplicated(spec: { selector?: LabelSelector; template?: PodTemplateSpec }, path: string): FieldError[] {
  const { selector, template } = spec;
  if (selector && !isUsableSelector(selector)) return [invalidValue(`${path}.selector`, selector, 'invalid label selector')];
  if (!template) return [required(`${path}.template`, '')];
  return [
    ...validateTemplateLabels(selector, template, `${path}.template`),
    ...validateLongRunningTemplate(template, `${path}.template`, 'ReplicaSet'),
  ];
}

/** Pods are named after what makes them. */
export function nameWarnings(name: string): string[] {
  const messages = isDNS1123Label(name);
  if (messages.length === 0) return [];
  return [
    `metadata.name: this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label is recommended: [${messages.join(' ')}]`,
  ];
}
