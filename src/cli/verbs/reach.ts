// kubelab reach: the matrix of Pods and Services: who reaches what.
import Table from 'cli-table3';
import type { Verb } from '../../model/verb.js';
import type { Reached, ReachResult } from '../../model/why.js';
import type { Client } from '../client.js';
import { noArguments } from '../no-arguments.js';
import { jsonFlag, wantsJson } from '../json-output.js';
import { type Look, lookOf } from '../trace.js';

export const reach: Verb<Client> = {
  id: 'reach',
  use: 'reach [-n NAMESPACE] [-A]',
  short: 'Show which Pod reaches which Service',
  long: 'Looks up and walks, for each Pod and each port of each Service, every way that a packet may take. ok: all arrive. 2/3: two of three endpoints answer. nxdomain: the name is not resolved. Nothing is sent.',
  example: `
    kubelab reach
    kubelab reach -A -o json`,
  flags: [
    { name: 'all-namespaces', short: 'A', type: 'bool', default: 'false', usage: 'Pods and Services of all namespaces.' },
    jsonFlag('the matrix'),
  ],
  run({ args, flags, io, client, namespace }) {
    noArguments({ args });
    const json = wantsJson(flags);
    const all = flags.bool('all-namespaces');
    const result = client.call<ReachResult>({
      verb: 'connect',
      group: '',
      resource: 'services',
      subresource: 'reach',
      ...(!all && { namespace }),
    });
    if (json) io.out(`${JSON.stringify(result, undefined, 2)}\n`);
    else if (result.rows.length === 0)
      io.err(all ? 'No Pods with an address found\n' : `No Pods with an address found in ${namespace} namespace.\n`);
    else if (result.columns.length === 0) io.err(all ? 'No Services found\n' : `No Services found in ${namespace} namespace.\n`);
    else io.out(io.outputIsTTY ? boxed(result, all, lookOf(io)) : plain(result, all));
    return 0;
  },
};

const cellText = ({ outcome, ok, of }: Reached): string => (outcome === 'partial' ? `${ok}/${of}` : outcome);

const headings = ({ columns }: ReachResult, all: boolean): string[] =>
  columns.map((c) => `${all ? `${c.namespace}/` : ''}${c.service}:${c.port}${c.protocol === 'TCP' ? '' : `/${c.protocol}`}`);

const rowNames = ({ rows }: ReachResult, all: boolean): string[] => rows.map((r) => `${all ? `${r.namespace}/` : ''}${r.pod}`);

function boxed(result: ReachResult, all: boolean, { paint }: Look): string {
  const colour: Readonly<Record<Reached['outcome'], (text: string) => string>> = {
    ok: paint.green,
    partial: paint.yellow,
    refused: paint.red,
    timeout: paint.red,
    unreachable: paint.red,
    nxdomain: paint.magenta,
  };
  const names = rowNames(result, all);
  const table = new Table({ head: ['', ...headings(result, all).map((h) => paint.bold(h))], style: { head: [], border: [] } });
  result.rows.forEach((row, i) => table.push([names[i] as string, ...row.cells.map((c) => colour[c.outcome](cellText(c)))]));
  return `${table.toString()}\n`;
}

function plain(result: ReachResult, all: boolean): string {
  const names = rowNames(result, all);
  const lines = [['POD', ...headings(result, all)], ...result.rows.map((row, i) => [names[i] as string, ...row.cells.map(cellText)])];
  const widths = (lines[0] as string[]).map((_, i) => Math.max(...lines.map((l) => (l[i] as string).length)));
  return lines
    .map((l) => `${l.map((text, i) => (i === l.length - 1 ? text : text.padEnd((widths[i] as number) + 3))).join('')}\n`)
    .join('');
}
