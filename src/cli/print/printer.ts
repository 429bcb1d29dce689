// What -o prints: one printer per output format. Mirrors k8s.io/cli-runtime/pkg/genericclioptions (print_flags.go) and its printers.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { goJSON, orderedJSON } from '../../lib/go-format.js';
import { toKyaml } from '../../lib/yaml/kyaml.js';
import { toYaml } from '../../lib/yaml/write.js';
import { failureReport, type GoTemplate, parseGoTemplate } from '../../lib/go-template/index.js';
import { executionError, parseJSONPath } from '../../lib/jsonpath/index.js';
import type { Io } from '../../model/io.js';
import { groupOf, type KubeObject } from '../../model/object.js';
import type { Flag, FlagValues } from '../../model/verb.js';
import { UsageError } from '../errors.js';
import { singularName } from '../mapper.js';
import { inGoOrder } from '../../model/go-order.js';

/** Text for one object (or one List), newline included where kubectl prints one. */
export type Printer = (object: KubeObject) => string;

export const outputFlag = (usage: string): Flag => ({ name: 'output', short: 'o', type: 'string', default: '', usage });

/** The flags of every verb that prints objects. */
export const printFlags: readonly Flag[] = [
  {
    name: 'allow-missing-template-keys',
    type: 'bool',
    default: 'true',
    usage: 'Whether a template may name fields that are missing. Only for go-template and jsonpath.',
  },
  outputFlag(
    'Output format. One of: (json, yaml, name, go-template, go-template-file, template, templatefile, jsonpath, jsonpath-as-json, jsonpath-file).',
  ),
  { name: 'show-managed-fields', type: 'bool', default: 'false', usage: 'Whether to keep managedFields in JSON and YAML.' },
  {
    name: 'template',
    type: 'string',
    default: '',
    usage: 'Template, or path of a template file, for -o=go-template and -o=go-template-file.',
  },
];

/** What the verb prints without -o: "created" makes `service/web created`. */
export interface PrintOptions {
  readonly operation?: string;
  /** True when kubectl holds the object in a Go type, not as what JSON it came in: -o json then has the order of its fields. */
  readonly typed?: boolean;
}

interface PrintContext {
  readonly flags: FlagValues;
  readonly io: Io;
}

const templateFormats = [
  'go-template',
  'go-template-file',
  'jsonpath',
  'jsonpath-as-json',
  'jsonpath-file',
  'template',
  'templatefile',
] as const;
/** What unknownFormat() lists, for verbs that print no tables. */
export const outputFormats: readonly string[] = [...templateFormats, 'json', 'kyaml', 'name', 'yaml'].sort();

/** The printer that the flags ask for. Throws what kubectl says of a wrong -o. */
export function objectPrinter({ flags, io }: PrintContext, options: PrintOptions = {}): Printer {
  const output = flags.string('output');
  const printer = plainPrinter(output, flags, options) ?? templatePrinter(output, { flags, io });
  if (printer) return printer;
  throw unknownFormat(output, outputFormats);
}

export const unknownFormat = (output: string, allowed: readonly string[]): UsageError =>
  new UsageError(
    `unable to match a printer suitable for the output format ${JSON.stringify(output)}, allowed formats are: ${allowed.join(',')}`,
  );

/** json, yaml, name, and the sentence of the verb; undefined for any other format. */
export function plainPrinter(output: string, flags: FlagValues, { operation, typed }: PrintOptions): Printer | undefined {
  const clean = flags.bool('show-managed-fields') ? (o: KubeObject) => o : withoutManagedFields;
  switch (output.toLowerCase()) {
    case 'json':
      return (o) => `${typed ? orderedJSON(inGoOrder(clean(o)), '    ') : goJSON(clean(o), '    ')}\n`;
    case 'yaml':
      return yamlPrinter(clean);
    case 'kyaml':
      return (o) => toKyaml(typed ? clean(o) : sortedFields(clean(o)));
    case 'name':
      return eachItem((o) => `${objectName(o)}\n`);
    case '':
      // --template alone means -o go-template, as in kubectl.
      if (flags.string('template') !== '') return undefined;
      return operation === undefined ? undefined : eachItem((o) => `${objectName(o)} ${operation}\n`);
    default:
      return undefined;
  }
}

/** "service/web", "deployment.apps/web". */
export const objectName = (o: KubeObject): string =>
  `${singularName({ kind: o.kind, group: groupOf(o.apiVersion) })}/${o.metadata?.name || '<unknown>'}`;

const eachItem =
  (print: Printer): Printer =>
  (o) =>
    isList(o) ? o.items.map(print).join('') : print(o);

export const isList = (o: KubeObject): o is KubeObject & { items: KubeObject[] } =>
  Array.isArray(o.items) && (o.kind ?? '').endsWith('List');

/** Objects that come from the server have lost the order of their fields. */
const sortedFields = (o: KubeObject): unknown => JSON.parse(goJSON(o));

/** Documents after the first are separated. */
function yamlPrinter(clean: (o: KubeObject) => KubeObject): Printer {
  let printed = 0;
  return (o) => `${printed++ > 0 ? '---\n' : ''}${toYaml(clean(o))}`;
}

export function withoutManagedFields(o: KubeObject): KubeObject {
  if (isList(o)) return { ...o, items: o.items.map(withoutManagedFields) } as KubeObject;
  if (!o.metadata?.managedFields) return o;
  const { managedFields: _, ...metadata } = o.metadata;
  return { ...o, metadata };
}

/** jsonpath and go-template in all their spellings; undefined for any other format. */
export function templatePrinter(output: string, { flags, io }: PrintContext): Printer | undefined {
  const given = flags.string('template');
  const format = output === '' && given !== '' ? 'go-template' : output;
  const kind =
    templateFormats.find((f) => format === f) ?? (given === '' ? templateFormats.find((f) => format.startsWith(`${f}=`)) : undefined);
  if (!kind) return undefined;
  const value = given !== '' ? given : format.slice(kind.length + 1);
  if (value === '') throw new UsageError('template format specified but no template given');
  const isFile = kind.endsWith('file');
  const template = isFile ? readTemplate(value, io.cwd) : value;
  const allowMissingKeys = flags.bool('allow-missing-template-keys');
  return kind.startsWith('jsonpath')
    ? jsonPathPrinter(template, { allowMissingKeys, asJSON: kind === 'jsonpath-as-json' })
    : goTemplatePrinter(template, { allowMissingKeys, io });
}

function readTemplate(file: string, cwd: string): string {
  try {
    return readFileSync(resolve(cwd, file), 'utf8');
  } catch {
    throw new UsageError(`error reading --template ${file}, open ${file}: no such file or directory`);
  }
}

function jsonPathPrinter(template: string, how: { allowMissingKeys: boolean; asJSON: boolean }): Printer {
  let path: ReturnType<typeof parseJSONPath>;
  try {
    path = parseJSONPath(template);
  } catch (e) {
    throw new UsageError(`error parsing jsonpath ${template}, ${(e as Error).message}`);
  }
  return (o) => {
    try {
      if (!how.asJSON) return path.execute(o, how);
      return path
        .find(o, how)
        .map((values) => `${goJSON(values, '    ')}\n`)
        .join('');
    } catch (e) {
      throw new UsageError(`${executionError(template, o, e as Error)}\n`);
    }
  };
}

function goTemplatePrinter(source: string, { allowMissingKeys, io }: { allowMissingKeys: boolean; io: Io }): Printer {
  let template: GoTemplate;
  try {
    template = parseGoTemplate(source);
  } catch (e) {
    throw new UsageError(`error parsing template ${source}, ${(e as Error).message}`);
  }
  return (o) => {
    const { output, error: failed } = template.execute(o, { allowMissingKeys });
    if (!failed) return output;
    const { report, error } = failureReport(source, o, failed);
    io.out(output + report);
    throw new UsageError(error);
  };
}
