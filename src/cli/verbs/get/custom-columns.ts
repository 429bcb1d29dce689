// -o custom-columns=HEADER:path,... and -o custom-columns-file=. Mirrors k8s.io/kubectl/pkg/cmd/get/customcolumn.go.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { goValue } from '../../../lib/go-format.js';
import { type JSONPath, parseJSONPath, relaxedJSONPath } from '../../../lib/jsonpath/index.js';
import { TableWriter } from '../../../lib/tabwriter.js';
import type { KubeObject } from '../../../model/object.js';
import { UsageError } from '../../errors.js';
import { isList, type Printer } from '../../print/printer.js';

interface CustomColumn {
  readonly header: string;
  readonly path: string;
}

export interface CustomColumnOptions {
  readonly template: string;
  readonly noHeaders: boolean;
  readonly cwd: string;
}

/** Undefined when `output` is another format. */
export function customColumns(output: string, { template, noHeaders, cwd }: CustomColumnOptions): Printer | undefined {
  const format = ['custom-columns', 'custom-columns-file'].find((f) => output === f || output.startsWith(`${f}=`));
  if (!format) return undefined;
  const spec = output === format ? template : output.slice(format.length + 1);
  if (spec === '') throw new UsageError('custom-columns format specified but no custom columns given');
  return format === 'custom-columns' ? columnPrinter(spec.split(',').map(readSpec), noHeaders) : columnPrinter(readFile(spec, cwd), false);
}

function readSpec(part: string): CustomColumn {
  const colon = part.indexOf(':');
  if (colon < 0) throw new UsageError(`unexpected custom-columns spec: ${part}, expected <header>:<json-path-expr>`);
  return { header: part.slice(0, colon), path: relaxed(part.slice(colon + 1)) };
}

function relaxed(path: string): string {
  try {
    return relaxedJSONPath(path);
  } catch (e) {
    throw new UsageError((e as Error).message);
  }
}

/** Two lines: headers, then paths, both separated by white space. */
function readFile(file: string, cwd: string): CustomColumn[] {
  let text: string;
  try {
    text = readFileSync(resolve(cwd, file), 'utf8');
  } catch {
    throw new UsageError(`error reading template ${file}, open ${file}: no such file or directory`);
  }
  const [headerLine, pathLine] = text.split('\n');
  const shape = 'Expected format is one line of space separated headers, one line of space separated column specs.';
  if (!headerLine) throw new UsageError(`invalid template, missing header line. ${shape}`);
  if (!pathLine) throw new UsageError(`invalid template, missing spec line. ${shape}`);
  const headers = headerLine.trim().split(/\s+/);
  const paths = pathLine.trim() === '' ? [] : pathLine.trim().split(/\s+/);
  if (headers.length !== paths.length)
    throw new UsageError(`number of headers (${headers.length}) and field specifications (${paths.length}) don't match`);
  return headers.map((header, i) => ({ header, path: relaxed(paths[i] as string) }));
}

function columnPrinter(columns: readonly CustomColumn[], noHeaders: boolean): Printer {
  const writer = new TableWriter();
  let printedHeaders = noHeaders;
  return (object) => {
    const paths = columns.map(({ path }) => parse(path));
    const rows = (isList(object) ? object.items : [object]).map((o) => paths.map((path) => cell(path, o)));
    const lines = printedHeaders ? rows : [columns.map((c) => c.header), ...rows];
    printedHeaders = true;
    return writer.rows(lines);
  };
}

function parse(path: string): JSONPath {
  try {
    return parseJSONPath(path);
  } catch (e) {
    throw new UsageError((e as Error).message);
  }
}

function cell(path: JSONPath, object: KubeObject): string {
  const values = path.find(object, { allowMissingKeys: true });
  const texts = values.flatMap((v) => v.map((x) => goValue(x).replaceAll('\u001b', '^[')));
  return (values[0]?.length ?? 0) === 0 ? ['<none>', ...texts].join(',') : texts.join(',');
}
