// Secret. Mirrors pkg/apis/core/validation (ValidateSecret), pkg/apis/core/v1/conversion.go (stringData), pkg/registry/core/secret
// and kubectl's SecretDescriber.
import { decodeBase64, encodeBase64 } from '../lib/base64.js';
import { sortedKeys } from '../lib/go-format.js';
import { isConfigMapKey } from '../lib/names.js';
import { tabbed } from '../lib/prefix-writer.js';
import { type FieldError, invalidValue, required, tooLong } from '../model/field-error.js';
import type { Secret } from '../model/generated/api.js';
import { allVerbs, type Kind } from '../model/kind.js';
import { ageColumn, nameColumn, textColumn } from './columns.js';
import { decodedLength, immutableErrors, mostBytes } from './config-map.js';
import { writeHead } from './describe/lines.js';
import { immutable, wrong } from './rules.js';
import { tlsWarning } from './secret-tls.js';

const tokenType = 'kubernetes.io/service-account-token';
const accountName = 'kubernetes.io/service-account.name';

export const secret: Kind<Secret> = {
  names: {
    group: '',
    version: 'v1',
    kind: 'Secret',
    plural: 'secrets',
    singular: 'secret',
    shortNames: [],
    categories: [],
    namespaced: true,
  },
  verbs: allVerbs,
  subresources: [],
  schema: 'Secret',
  hasGeneration: false,
  defaults(obj) {
    foldStringData(obj);
    obj.type ||= 'Opaque';
  },
  validateCreate: validate,
  validateUpdate: (obj, old) => [...immutable('type', obj.type, old.type), ...immutableErrors(obj, old, ['data']), ...validate(obj)],
  warnings: (obj) => (obj.type === 'kubernetes.io/tls' ? tlsWarning(bytes(obj, 'tls.crt'), bytes(obj, 'tls.key')) : []),
  fields: (obj) => ({ type: obj.type ?? '' }),
  columns: [
    nameColumn,
    textColumn('Type', (o) => o.type ?? ''),
    textColumn('Data', (o) => String(sortedKeys(o.data ?? {}).length)),
    ageColumn,
  ],
  describe,
};

const bytes = (obj: Secret, key: string): string => decodeBase64(obj.data?.[key] ?? '').toString('utf8');

/** stringData is written only: it goes into data, over what is there. */
function foldStringData(obj: Secret): void {
  const { stringData } = obj;
  if (!stringData) return;
  obj.data = { ...obj.data, ...Object.fromEntries(Object.entries(stringData).map(([k, v]) => [k, encodeBase64(v)])) };
  delete obj.stringData;
}

function validate(obj: Secret): FieldError[] {
  const data = obj.data ?? {};
  const errors = sortedKeys(data).flatMap((key) => wrong(`data[${key}]`, key, isConfigMapKey(key)));
  const total = Object.values(data).reduce((sum, v) => sum + decodedLength(v), 0);
  if (total > mostBytes) errors.push(tooLong('data', mostBytes));
  return [...errors, ...typeErrors(obj)];
}

/** What the well-known types must hold. */
function typeErrors(obj: Secret): FieldError[] {
  const data = obj.data ?? {};
  const missing = (...keys: string[]): FieldError[] => keys.filter((key) => !(key in data)).map((key) => required(`data[${key}]`));
  switch (obj.type) {
    case tokenType:
      return obj.metadata.annotations?.[accountName] ? [] : [required(`metadata.annotations[${accountName}]`)];
    case 'kubernetes.io/dockercfg':
      return dockerErrors(obj, '.dockercfg');
    case 'kubernetes.io/dockerconfigjson':
      return dockerErrors(obj, '.dockerconfigjson');
    case 'kubernetes.io/basic-auth':
      return 'username' in data || 'password' in data ? [] : missing('username', 'password');
    case 'kubernetes.io/ssh-auth':
      return data['ssh-privatekey'] ? [] : [required('data[ssh-privatekey]')];
    case 'kubernetes.io/tls':
      return missing('tls.crt', 'tls.key');
    default:
      return [];
  }
}

function dockerErrors(obj: Secret, key: string): FieldError[] {
  if (!(key in (obj.data ?? {}))) return [required(`data[${key}]`)];
  const wrong = jsonObjectError(bytes(obj, key));
  return wrong === undefined ? [] : [invalidValue(`data[${key}]`, '<secret contents redacted>', wrong)];
}

/** What Go's json.Unmarshal into a map says of `text`; undefined when it fits. */
function jsonObjectError(text: string): string | undefined {
  if (text.trim() === '') return 'unexpected end of JSON input';
  try {
    const value: unknown = JSON.parse(text);
    if (value === null || (typeof value === 'object' && !Array.isArray(value))) return undefined;
    const word = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
    return `json: cannot unmarshal ${word} into Go value of type map[string]interface {}`;
  } catch {
    return syntaxError(text.trimStart());
  }
}

/** Only where the first character already cannot begin a value; deeper down Go's wording depends on its scanner's state. */
function syntaxError(text: string): string {
  const first = text.charAt(0);
  if (/[-{["0-9tfn]/.test(first)) return 'unexpected end of JSON input';
  return `invalid character '${first}' looking for beginning of value`;
}

function describe(obj: Secret): string {
  return tabbed((w) => {
    writeHead(w, obj);
    w.write(0, `\nType:\t${obj.type ?? ''}\n`);
    w.write(0, '\nData\n====\n');
    for (const key of sortedKeys(obj.data ?? {})) {
      const shown = key === 'token' && obj.type === tokenType;
      w.line(0, `${key}:`, shown ? bytes(obj, key) : `${decodedLength(obj.data?.[key] ?? '')} bytes`);
    }
  });
}
