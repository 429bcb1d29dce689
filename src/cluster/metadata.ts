// What metadata may look like, and what of it may change. Kinds add only the rule for their names.
// Mirrors k8s.io/apimachinery/pkg/api/validation/objectmeta.go and pkg/apis/core/validation (finalizer names).
import { sortedKeys } from '../lib/go-format.js';
import { isDNS1123Subdomain, isQualifiedName } from '../lib/names.js';
import { same } from '../lib/same.js';
import { validateLabels } from '../kinds/labels.js';
import { dnsLabel, nonNegative, qualifiedName, standardFinalizer, wrong } from '../kinds/rules.js';
import { type FieldError, forbiddenField, invalidValue, required, tooLong } from '../model/field-error.js';
import type { OwnerReference } from '../model/generated/api.js';
import type { Kind } from '../model/kind.js';
import type { KubeObject, ObjectMeta } from '../model/object.js';

const annotationBytes = 256 * 1024;

/** An object about to be created; a generated name has been made already. */
export function validateNewMetadata(kind: Kind, obj: KubeObject): FieldError[] {
  const { metadata } = obj;
  return [
    ...nameErrors(kind, metadata),
    ...namespaceErrors(kind, metadata),
    ...generationErrors(metadata),
    ...validateLabels(metadata.labels, 'metadata.labels'),
    ...annotationErrors(metadata.annotations),
    ...ownerErrors(metadata.ownerReferences ?? []),
    ...finalizerErrors(metadata.finalizers ?? []),
  ];
}

/** Which fields a client may not change once the object is there. */
const immutable = ['name', 'namespace', 'uid', 'creationTimestamp', 'deletionTimestamp', 'deletionGracePeriodSeconds'] as const;

export function validateMetadataUpdate(obj: KubeObject, old: KubeObject): FieldError[] {
  const [next, before] = [obj.metadata, old.metadata];
  return [
    ...validateLabels(next.labels, 'metadata.labels'),
    ...annotationErrors(next.annotations),
    ...ownerErrors(next.ownerReferences ?? []),
    ...finalizerErrors(next.finalizers ?? []),
    ...newFinalizers(next, before),
    ...immutable
      .filter((field) => !same(next[field], before[field]))
      .map((field) => invalidValue(`metadata.${field}`, next[field] ?? null, 'field is immutable')),
  ];
}

function nameErrors(kind: Kind, { name, generateName }: ObjectMeta): FieldError[] {
  const rule = (value: string): string[] => (kind.validateName ? kind.validateName(value) : isDNS1123Subdomain(value));
  const prefix = generateName ? wrong('metadata.generateName', generateName, rule(maskTrailingDash(generateName))) : [];
  if (!name) return [...prefix, required('metadata.name', 'name or generateName is required')];
  return [...prefix, ...wrong('metadata.name', name, rule(name))];
}

/** A prefix may end with a dash: something follows. Two characters give way to one, as upstream has it. */
const maskTrailingDash = (prefix: string): string => (prefix.length > 1 && prefix.endsWith('-') ? `${prefix.slice(0, -2)}a` : prefix);

function namespaceErrors(kind: Kind, { namespace = '' }: ObjectMeta): FieldError[] {
  if (!kind.names.namespaced) return namespace === '' ? [] : [forbiddenField('metadata.namespace', 'not allowed on this type')];
  if (namespace === '') return [required('metadata.namespace')];
  return dnsLabel('metadata.namespace', namespace);
}

/** Kinds that do not count their generations keep the client's. */
const generationErrors = ({ generation }: ObjectMeta): FieldError[] => nonNegative('metadata.generation', generation);

function annotationErrors(annotations: Readonly<Record<string, string>> = {}): FieldError[] {
  const field = 'metadata.annotations';
  // Keys may have capitals in their prefix.
  const keys = sortedKeys(annotations).flatMap((key) => wrong(field, key, isQualifiedName(key.toLowerCase())));
  const bytes = Object.entries(annotations).reduce((sum, [k, v]) => sum + Buffer.byteLength(k) + Buffer.byteLength(v), 0);
  return bytes > annotationBytes ? [...keys, tooLong(field, annotationBytes)] : keys;
}

/** Each owner once; returns the uids of those that were there again. Mirrors dedupOwnerReferences of the API server's handlers. */
export function dropRepeatedOwners(metadata: ObjectMeta): string[] {
  const owners = (metadata.ownerReferences ?? []) as OwnerReference[];
  const again = owners.filter((owner, i) => owners.slice(0, i).some((other) => same(other, owner)));
  if (again.length > 0) metadata.ownerReferences = owners.filter((owner) => !again.includes(owner));
  return again.map(({ uid }) => uid);
}

function ownerErrors(owners: readonly OwnerReference[]): FieldError[] {
  const first = owners.find((o) => o.controller);
  const name = (o: OwnerReference): string => `${o.kind}/${o.name}`;
  return owners.flatMap((owner) => [
    ...ownerError(owner),
    ...(first && owner.controller && owner !== first
      ? [
          invalidValue(
            'metadata.ownerReferences',
            owners,
            `Only one reference can have Controller set to true. Found "true" in references for ${name(first)} and ${name(owner)}`,
          ),
        ]
      : []),
  ]);
}

function ownerError(owner: OwnerReference): FieldError[] {
  const field = 'metadata.ownerReferences';
  const empty = (['kind', 'name', 'uid'] as const)
    .filter((f) => !owner[f])
    .map((f) => invalidValue(`${field}.${f}`, '', 'must not be empty'));
  const { apiVersion = '' } = owner;
  const [first = '', second = first, third] = apiVersion.split('/');
  const version = second && third === undefined ? [] : [invalidValue(`${field}.apiVersion`, apiVersion, 'version must not be empty')];
  const banned = owner.apiVersion === 'v1' && owner.kind === 'Event';
  return [...version, ...empty, ...(banned ? [invalidValue(field, owner, '/v1, Kind=Event is disallowed from being an owner')] : [])];
}

function finalizerErrors(finalizers: readonly string[]): FieldError[] {
  const field = 'metadata.finalizers';
  const names = finalizers.flatMap((f) => qualifiedName(field, f));
  const both = finalizers.includes('orphan') && finalizers.includes('foregroundDeletion');
  return [
    ...names,
    ...(both ? [invalidValue(field, finalizers, 'finalizer orphan and foregroundDeletion cannot be both set')] : []),
    ...finalizers.flatMap((f, i) => standardFinalizer(`${field}[${i}]`, f)),
  ];
}

function newFinalizers(next: ObjectMeta, before: ObjectMeta): FieldError[] {
  if (!before.deletionTimestamp) return [];
  const extra = (next.finalizers ?? []).filter((f) => !before.finalizers?.includes(f)).sort();
  if (extra.length === 0) return [];
  const list = `[]string{${extra.map((f) => JSON.stringify(f)).join(', ')}}`;
  return [
    forbiddenField('metadata.finalizers', `no new finalizers can be added if the object is being deleted, found new finalizers ${list}`),
  ];
}
