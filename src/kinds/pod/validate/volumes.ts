// The volumes of a Pod: one source each. Mirrors ValidateVolumes and validateVolumeSource of Kubernetes.
import { isDNS1123Subdomain } from '../../../lib/names.js';
import { duplicate, type FieldError, forbiddenField, invalidValue, required } from '../../../model/field-error.js';
import type { ObjectMeta, Volume } from '../../../model/generated/api.js';
import { type SourceName, sourceNames, sourceRules } from './volume-sources.js';
import { requiredLabel, wrong } from '../../rules.js';

export interface ValidatedVolumes {
  /** Those without errors: what containers may mount. */
  readonly usable: ReadonlyMap<string, Volume>;
  readonly errors: readonly FieldError[];
}

/** `metadata` is that of the Pod itself; absent for templates, whose Pods have no names yet. */
export function validateVolumes(volumes: readonly Volume[] | undefined, metadata: ObjectMeta | undefined, path: string): ValidatedVolumes {
  const usable = new Map<string, Volume>();
  const errors: FieldError[] = [];
  const podName = metadata?.name;
  const created = new Set((volumes ?? []).filter((v) => v.ephemeral && podName).map((v) => `${podName}-${v.name}`));
  for (const [i, v] of (volumes ?? []).entries()) {
    const at = `${path}[${i}]`;
    const own = [...validateSource(v, at, podName), ...requiredLabel(`${at}.name`, v.name)];
    if (usable.has(v.name)) own.push(duplicate(`${at}.name`, v.name));
    if (own.length === 0) usable.set(v.name, v);
    errors.push(...own);
    const claim = v.persistentVolumeClaim?.claimName;
    if (claim !== undefined && created.has(claim)) {
      const detail = 'must not reference a PVC that gets created for an ephemeral volume';
      errors.push(invalidValue(`${at}.persistentVolumeClaim.claimName`, claim, detail));
    }
  }
  return { usable, errors };
}

function validateSource(v: Volume, path: string, podName: string | undefined): FieldError[] {
  const [first, ...others] = sourceNames.filter((name) => v[name] !== undefined);
  if (first === undefined) return [required(path, 'must specify a volume type')];
  const errors = check(v, first, path);
  if (first === 'iscsi' && v.iscsi?.initiatorName !== undefined && `${v.name}:${v.iscsi.targetPortal}`.length > 64) {
    const detail = 'Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified.';
    errors.push(invalidValue(`${path}.name`, v.name, detail));
  }
  if (first === 'ephemeral' && podName && v.name) {
    const claim = `${podName}-${v.name}`;
    errors.push(
      ...wrong(
        `${path}.name`,
        v.name,
        isDNS1123Subdomain(claim).map((m) => `PVC name ${JSON.stringify(claim)}: ${m}`),
      ),
    );
  }
  return [...errors, ...others.map((name) => forbiddenField(`${path}.${blamed[name] ?? name}`, 'may not specify more than 1 volume type'))];
}

/** Upstream spells these two differently when there is a second source. */
const blamed: Partial<Record<SourceName, string>> = { cephfs: 'cephFS', downwardAPI: 'downwarAPI' };

const check = (v: Volume, name: SourceName, path: string): FieldError[] =>
  (sourceRules[name] as (source: unknown, path: string) => FieldError[])(v[name], `${path}.${pathOf[name] ?? name}`);

/** And these when the source itself is wrong. */
const pathOf: Partial<Record<SourceName, string>> = { gcePersistentDisk: 'persistentDisk' };
