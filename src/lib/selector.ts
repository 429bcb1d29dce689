// Parses `-l` and `--field-selector` strings. Mirrors k8s.io/apimachinery/pkg/labels (Parse) and pkg/fields (ParseSelector), with their texts.
import { byText } from './go-format.js';
import { isQualifiedName, isValidLabelValue } from './names.js';

/** Shaped as model/selector.ts wants it; `exact` tells `a=b` from `a in (b)` for printing. */
export interface LabelRequirement {
  readonly key: string;
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist' | 'GreaterThan' | 'LessThan';
  readonly values: readonly string[];
  readonly exact?: '=' | '==' | '!=';
}

export interface FieldRequirement {
  readonly field: string;
  readonly operator: '=' | '!=';
  readonly value: string;
}

/** The message is upstream's; who asked puts words around it. */
export class SelectorError extends Error {}

type Operator = 'in' | 'notin' | '=' | '==' | '!=' | '>' | '<';
const operators: readonly string[] = ['in', 'notin', '=', '==', '!=', '>', '<'] satisfies Operator[];

interface Token {
  /** Punctuation and keywords are their own kind; "" is the end of the text. */
  readonly kind: string;
  readonly text: string;
}

function tokens(text: string): Token[] {
  const found = text.match(/==|!=|[=!(),<>]|[^=!(),<>\s]+/g) ?? [];
  const list = found.map((t) => ({ kind: /^([=!(),<>]+|in|notin)$/.test(t) ? t : 'identifier', text: t }));
  return [...list, { kind: '', text: '' }];
}

/** Requirements sorted by key, their values sorted; throws SelectorError. An empty text selects everything. */
export function parseLabelSelector(text: string): LabelRequirement[] {
  const list = tokens(text);
  const requirements: LabelRequirement[] = [];
  let at = 0;
  // Words that look like operators are values wherever a value may stand.
  const value = (t: Token | undefined): string => (t?.kind === 'in' || t?.kind === 'notin' ? 'identifier' : (t?.kind ?? ''));
  const peek = (): string => value(list[at]);
  const next = (): Token => list[Math.min(at++, list.length - 1)] as Token;
  const fail = (t: Token | undefined, expected: string): never => {
    throw new SelectorError(`found '${t?.text ?? ''}', expected: ${expected}`);
  };

  function requirement(): LabelRequirement {
    const negated = peek() === '!';
    if (negated) next();
    const name = next();
    if (value(name) !== 'identifier') fail(name, 'identifier');
    const key = name.text;
    checkKey(key, '<nil>');
    if (peek() === '' || peek() === ',') return { key, operator: negated ? 'DoesNotExist' : 'Exists', values: [] };
    const operator = next();
    if (!operators.includes(operator.kind)) fail(operator, 'in, notin, =, ==, !=, gt, lt');
    const set = operator.kind === 'in' || operator.kind === 'notin';
    const values = set ? valueList() : [exactValue()];
    return checked(key, operator.kind as Operator, [...new Set(values)].sort());
  }

  function valueList(): string[] {
    const open = next();
    if (open.kind !== '(') throw new SelectorError(`found '${open.text}' expected: '('`);
    const values: string[] = [];
    if (peek() === ')') values.push('');
    else if (peek() === 'identifier' || peek() === ',') identifiers(values);
    else fail(list[at], "',', ')' or identifier");
    next();
    return values;
  }

  function identifiers(values: string[]): void {
    for (;;) {
      const item = next();
      if (value(item) === 'identifier') {
        values.push(item.text);
        if (peek() === ')') return;
        if (peek() !== ',') fail(list[at], "',' or ')'");
      } else if (item.kind === ',') {
        if (values.length === 0) values.push('');
        if (peek() === ')' || peek() === ',') values.push('');
        if (peek() === ')') return;
      } else {
        fail(item, "',', or identifier");
      }
    }
  }

  function exactValue(): string {
    if (peek() === '' || peek() === ',') return '';
    const item = next();
    if (value(item) !== 'identifier') fail(item, 'identifier');
    return item.text;
  }

  while (peek() !== '') {
    if (peek() !== 'identifier' && peek() !== '!') fail(list[at], "!, identifier, or 'end of string'");
    try {
      requirements.push(requirement());
    } catch (e) {
      throw e instanceof SelectorError ? new SelectorError(`unable to parse requirement: ${e.message}`) : e;
    }
    const end = next();
    if (end.kind === '') break;
    if (end.kind !== ',') fail(end, "',' or 'end of string'");
    if (peek() !== 'identifier' && peek() !== '!') fail(list[at], "identifier after ','");
  }
  return requirements.sort((a, b) => byText(a.key, b.key));
}

function checkKey(key: string, path: string): void {
  const errors = isQualifiedName(key);
  if (errors.length > 0) throw new SelectorError(`${path}: Invalid value: ${JSON.stringify(key)}: ${errors.join('; ')}`);
}

function checked(key: string, operator: Operator, values: string[]): LabelRequirement {
  const errors: string[] = [];
  const order = operator === '>' || operator === '<';
  values.forEach((v, i) => {
    const head = `values[${i}]`;
    if (order && !/^[-+]?[0-9]+$/.test(v)) {
      errors.push(`${head}: Invalid value: ${JSON.stringify(v)}: for 'Gt', 'Lt' operators, the value must be an integer`);
    }
    const wrong = isValidLabelValue(v);
    if (wrong.length > 0) errors.push(`${head}[${key}]: Invalid value: ${JSON.stringify(v)}: ${wrong.join('; ')}`);
  });
  if (errors.length > 0) throw new SelectorError(errors.length === 1 ? (errors[0] as string) : `[${errors.join(', ')}]`);
  switch (operator) {
    case 'in':
      return { key, operator: 'In', values };
    case 'notin':
      return { key, operator: 'NotIn', values };
    case '=':
    case '==':
      return { key, operator: 'In', values, exact: operator };
    case '!=':
      return { key, operator: 'NotIn', values, exact: operator };
    case '>':
      return { key, operator: 'GreaterThan', values };
    case '<':
      return { key, operator: 'LessThan', values };
  }
}

/** The canonical text, as labels.Selector prints itself. */
export function formatLabelSelector(requirements: readonly LabelRequirement[]): string {
  return requirements.map(formatRequirement).join(',');
}

function formatRequirement(r: LabelRequirement): string {
  const values = r.values.join(',');
  if (r.exact) return `${r.key}${r.exact}${values}`;
  switch (r.operator) {
    case 'In':
      return `${r.key} in (${values})`;
    case 'NotIn':
      return `${r.key} notin (${values})`;
    case 'Exists':
      return r.key;
    case 'DoesNotExist':
      return `!${r.key}`;
    case 'GreaterThan':
      return `${r.key}>${values}`;
    case 'LessThan':
      return `${r.key}<${values}`;
  }
}

/** `metadata.name=x,status.phase!=Running`; `\\`, `\,` and `\=` are escapes. Throws SelectorError. */
export function parseFieldSelector(text: string): FieldRequirement[] {
  const terms = (text.match(/(?:\\.|[^,\\])+|\\$/gs) ?? []).filter((t) => t !== '');
  return terms
    .map((term) => {
      // A term's first operator outside escapes splits it; `==` is `=`.
      const [, field, operator, raw] = /^((?:\\.|[^=!\\]|!(?!=))*?)(!=|==|=)(.*)$/s.exec(term) ?? [];
      if (field === undefined) throw new SelectorError(`invalid selector: '${text}'; can't understand '${term}'`);
      const value = unescapeValue(raw ?? '');
      return { field, operator: operator === '!=' ? ('!=' as const) : ('=' as const), value };
    })
    .sort((a, b) => byText(a.field, b.field));
}

function unescapeValue(raw: string): string {
  const bad = /(?<!\\)(?:\\\\)*(\\(?![\\,=]).?|(?<!\\)=)/s.exec(raw);
  if (bad) {
    const sequence = bad[1] ?? '';
    throw new SelectorError(
      sequence.startsWith('\\')
        ? `invalid field selector: invalid escape sequence: ${sequence}`
        : `invalid field selector: unescaped character in value: ${sequence}`,
    );
  }
  return raw.replace(/\\([\\,=])/g, '$1');
}

const escapeValue = (value: string): string => value.replace(/[\\,=]/g, '\\$&');

/** The canonical text. */
export const formatFieldSelector = (requirements: readonly FieldRequirement[]): string =>
  requirements.map((r) => `${r.field}${r.operator}${escapeValue(r.value)}`).join(',');

/** `fields` must name every field that may be asked for. */
export const fieldsMatch = (requirements: readonly FieldRequirement[], fields: Readonly<Record<string, string>>): boolean =>
  requirements.every((r) => ((fields[r.field] ?? '') === r.value) === (r.operator === '='));
