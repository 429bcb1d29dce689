// Objects for programs: one object alone, or a v1 List of whatever was found. Mirrors get.go (printGeneric).
import type { KubeObject } from '../../../model/object.js';
import { isNotFound } from '../../../model/status.js';
import type { Invocation } from '../../../model/verb.js';
import type { Client } from '../../client.js';
import { outputFormats, plainPrinter, type Printer, templatePrinter, unknownFormat } from '../../print/printer.js';
import { findTargets, type Question, throwErrors } from '../../resources.js';
import { customColumns } from './custom-columns.js';
import { sortObjects } from './sort.js';

export function printGeneric(invocation: Invocation<Client>, question: Question): void {
  const { flags, io, client } = invocation;
  const found = findTargets(question, client);
  const ignoreNotFound = flags.bool('ignore-not-found');
  const errors = ignoreNotFound ? found.errors.filter((e) => !isNotFound(e)) : [...found.errors];
  if (errors.length > 0 && found.single) throwErrors(errors);
  const objects = found.targets.map((t) => t.object);
  if (objects.length === 0 && ignoreNotFound) return throwErrors(errors);

  const print = getPrinter(invocation);
  const alone = found.single && objects.length === 1 ? objects[0] : undefined;
  try {
    io.out(print(alone ?? listOf(objects, flags.string('sort-by'))));
  } catch (e) {
    errors.push(e as Error);
  }
  throwErrors(errors);
}

function listOf(objects: readonly KubeObject[], sortBy: string): KubeObject {
  const items = sortBy === '' ? objects : sortObjects(objects, sortBy);
  return { apiVersion: 'v1', items, kind: 'List', metadata: { resourceVersion: '' } } as unknown as KubeObject;
}

/** get's printers: those of every verb, and custom-columns. */
export function getPrinter({ flags, io }: Invocation<Client>): Printer {
  const output = flags.string('output');
  const printer =
    plainPrinter(output, flags, {}) ??
    templatePrinter(output, { flags, io }) ??
    customColumns(output, { template: flags.string('template'), noHeaders: flags.bool('no-headers'), cwd: io.cwd });
  if (!printer) throw unknownFormat(output, [...outputFormats, 'custom-columns', 'custom-columns-file', 'wide'].sort());
  return printer;
}
