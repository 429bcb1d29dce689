// The syntaxes of names, keys, ports and percentages, each as a function from a string to messages (none when valid).
// Mirrors k8s.io/apimachinery/pkg/util/validation and pkg/api/validate/content (which say "characters" and "bytes" respectively).

const length = (value: string): number => Buffer.byteLength(value);
const upTo = (value: string, max: number, unit: 'bytes' | 'characters' = 'characters'): string[] =>
  length(value) > max ? [`must be no more than ${max} ${unit}`] : [];

/** "what (e.g. 'a',  or 'b', regex used for validation is 'r')": the doubled blanks are upstream's. */
export function regexError(what: string, pattern: string, ...examples: string[]): string {
  if (examples.length === 0) return `${what} (regex used for validation is '${pattern}')`;
  return `${what} (e.g. ${examples.map((e) => `'${e}', `).join(' or ')}regex used for validation is '${pattern}')`;
}

const whole = (pattern: string): RegExp => new RegExp(`^(?:${pattern})$`);
const word = 'lower case alphanumeric characters';
const edges = 'and must start and end with an alphanumeric character';

const label = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const subdomain = `${label}(\\.${label})*`;
const labelWithUnderscore = '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?';
const subdomainWithUnderscore = `${labelWithUnderscore}(\\.${labelWithUnderscore})*`;
const labelKey = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const labelValue = `(${labelKey})?`;

const labelRegex = whole(label);
const subdomainRegex = whole(subdomain);
const subdomainWithUnderscoreRegex = whole(subdomainWithUnderscore);
const labelKeyRegex = whole(labelKey);
const labelValueRegex = whole(labelValue);

const subdomainWords = `a lowercase RFC 1123 subdomain must consist of ${word}, '-' or '.', ${edges}`;
const labelKeyWords = "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";

/** "a": up to 63 characters. */
export function isDNS1123Label(value: string): string[] {
  const errors = upTo(value, 63);
  if (labelRegex.test(value)) return errors;
  // A subdomain that is no label must have dots.
  if (subdomainRegex.test(value)) return [...errors, 'must not contain dots'];
  return [...errors, regexError(`a lowercase RFC 1123 label must consist of ${word} or '-', ${edges}`, label, 'my-name', '123-abc')];
}

/** "a.b": up to 253 characters. */
export function isDNS1123Subdomain(value: string): string[] {
  return [...upTo(value, 253), ...(subdomainRegex.test(value) ? [] : [regexError(subdomainWords, subdomain, 'example.com')])];
}

/** As isDNS1123Subdomain, with `_` allowed (Pod DNS searches, external names). */
export function isDNS1123SubdomainWithUnderscore(value: string): string[] {
  if (subdomainWithUnderscoreRegex.test(value)) return upTo(value, 253);
  const what = `a lowercase RFC 1123 subdomain must consist of ${word}, '_', '-' or '.', ${edges}`;
  return [...upTo(value, 253), regexError(what, subdomainWithUnderscore, 'example.com')];
}

/** A label's or annotation's key: "name" or "prefix.example.com/name". */
export function isQualifiedName(value: string): string[] {
  const parts = value.split('/');
  const rule = regexError(labelKeyWords, labelKey, 'MyName', 'my.name', '123-abc');
  if (parts.length > 2) return [`a valid label key ${rule} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`];
  const errors = parts.length === 2 ? prefixErrors(parts[0] ?? '') : [];
  const name = parts[parts.length - 1] ?? '';
  if (name === '') errors.push('name part must be non-empty');
  else errors.push(...upTo(name, 63, 'bytes').map((m) => `name part ${m}`));
  if (!labelKeyRegex.test(name)) errors.push(`name part ${rule}`);
  return errors;
}

function prefixErrors(prefix: string): string[] {
  if (prefix === '') return ['prefix part must be non-empty'];
  const errors = subdomainRegex.test(prefix) ? [] : [regexError(subdomainWords, subdomain, 'example.com')];
  return [...upTo(prefix, 253, 'bytes'), ...errors].map((m) => `prefix part ${m}`);
}

export function isValidLabelValue(value: string): string[] {
  if (labelValueRegex.test(value)) return upTo(value, 63, 'bytes');
  const what = `a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', ${edges}`;
  return [...upTo(value, 63, 'bytes'), regexError(what, labelValue, 'MyValue', 'my_value', '12345')];
}

export const isInRange = (value: number, min: number, max: number): string[] =>
  value >= min && value <= max ? [] : [`must be between ${min} and ${max}, inclusive`];

export const isValidPortNum = (port: number): string[] => isInRange(port, 1, 65535);

/** User and group ids. */
export const isValidUserID = (id: number): string[] => isInRange(id, 0, 2 ** 31 - 1);

/** An IANA service name: at most 15 characters. */
export function isValidPortName(port: string): string[] {
  const errors = upTo(port, 15);
  if (!/^[-a-z0-9]+$/.test(port)) errors.push('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)');
  if (!/[a-z]/.test(port)) errors.push('must contain at least one letter (a-z)');
  if (port.includes('--')) errors.push('must not contain consecutive hyphens');
  if (port.startsWith('-') || port.endsWith('-')) errors.push('must not begin or end with a hyphen');
  return errors;
}

export const isValidPercent = (value: string): string[] =>
  /^[0-9]+%$/.test(value)
    ? []
    : [regexError("a valid percent string must be a numeric string followed by an ending '%'", '[0-9]+%', '1%', '93%')];

export const isHTTPHeaderName = (value: string): string[] =>
  /^[-A-Za-z0-9]+$/.test(value)
    ? []
    : [regexError("a valid HTTP header must consist of alphanumeric characters or '-'", '[-A-Za-z0-9]+', 'X-Header-Name')];

/** The strict form, which clients use; the API server takes isRelaxedEnvVarName. */
export function isEnvVarName(value: string): string[] {
  const what =
    "a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not start with a digit";
  const errors = /^[-._a-zA-Z][-._a-zA-Z0-9]*$/.test(value)
    ? []
    : [regexError(what, '[-._a-zA-Z][-._a-zA-Z0-9]*', 'my.env-name', 'MY_ENV.NAME', 'MyEnvName1')];
  return [...errors, ...parentFolder(value)];
}

/** Any printable ASCII but `=`. */
export function isRelaxedEnvVarName(value: string): string[] {
  const errors = value === '' ? ['environment variable name must be non-empty'] : [];
  if (!/^[\x20-\x3c\x3e-\x7e]*$/.test(value)) {
    errors.push("a valid environment variable name must consist only of printable ASCII characters other than '='");
  }
  return errors;
}

/** A key of a ConfigMap or Secret. */
export function isConfigMapKey(value: string): string[] {
  const what = "a valid config key must consist of alphanumeric characters, '-', '_' or '.'";
  const errors = /^[-._a-zA-Z0-9]+$/.test(value) ? [] : [regexError(what, '[-._a-zA-Z0-9]+', 'key.name', 'KEY_NAME', 'key-name')];
  return [...upTo(value, 253), ...errors, ...parentFolder(value)];
}

function parentFolder(value: string): string[] {
  if (value === '.') return ["must not be '.'"];
  if (value === '..') return ["must not be '..'"];
  return value.startsWith('..') ? ["must not start with '..'"] : [];
}

/** What may be one part of a URL's path. Mirrors IsValidPathSegmentName. */
export function isPathSegment(text: string): string[] {
  if (text === '.' || text === '..') return [`may not be '${text}'`];
  return ['/', '%'].filter((c) => text.includes(c)).map((c) => `may not contain '${c}'`);
}
