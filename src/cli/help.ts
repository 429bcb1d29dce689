// Help texts from the Verbs' own data, in kubectl's layout (k8s.io/kubectl/pkg/util/templates).
import type { Flag, Verb } from '../model/verb.js';
import type { Client } from './client.js';
import { globalFlags } from './global-flags.js';
import { commandGroups, groupShorts, groupUses } from './groups.js';

const optionsHint = (program: string): string =>
  `Use "${program} options" for a list of global command-line options (applies to all commands).\n`;

/** Names with their one line. */
type Rows = readonly (readonly [string, string])[];

/** `kubectl get -h`; `children` are the verbs below it. */
export function verbHelp(verb: Verb<Client>, children: Rows, program: string): string {
  const visible = verb.flags.filter((f) => !f.hidden && !f.deprecated);
  const sections = [
    [verb.short, ...(verb.long ? [verb.long] : [])].join('\n\n'),
    verb.aliases && verb.aliases.length > 0 ? `Aliases:\n${[verb.id.split(' ').at(-1), ...verb.aliases].join(', ')}` : '',
    verb.example ? `Examples:\n${indent(dedent(verb.example).replace(/\bkubectl\b/g, program))}` : '',
    children.length > 0 ? `Available Commands:\n${table(children).join('\n')}` : '',
    visible.length > 0 ? `Options:\n${flagList(visible).trimEnd()}` : '',
    `Usage:\n  ${[program, ...verb.id.split(' ').slice(0, -1), verb.use].join(' ')} [options]`,
  ];
  return `${sections.filter((s) => s !== '').join('\n\n')}\n\n${optionsHint(program)}`;
}

/** `kubectl options` */
export const optionsHelp = (): string => `The following options can be passed to any command:\n\n${flagList(globalFlags)}`;

/** `kubectl rollout`: a word that only groups commands. */
export function groupHelp(path: readonly string[], children: Rows, program: string): string {
  return [
    `${groupShorts[path.join(' ')] ?? `Commands of '${path.join(' ')}'`}.`,
    '',
    'Available Commands:',
    ...table(children),
    '',
    'Usage:',
    `  ${program} ${path.join(' ')} ${groupUses[path.join(' ')] ?? 'SUBCOMMAND'} [options]`,
    '',
    `Use "${program} ${path.join(' ')} <command> --help" for more information about a given command.`,
    optionsHint(program),
  ].join('\n');
}

/** `kubectl`: `shorts` maps the first word of a verb to its one line. */
export function rootHelp(shorts: ReadonlyMap<string, string>, program: string): string {
  const lines = [`${program} drives a simulated Kubernetes cluster that lives in one file, with the words of kubectl.`, ''];
  const listed = new Set(commandGroups.flatMap((g) => g.verbs));
  const width = widthOf([...shorts.keys()]);
  const rest = [...shorts.keys()].filter((v) => !listed.has(v));
  for (const group of commandGroups) {
    const names = [...group.verbs.filter((v) => shorts.has(v)), ...(group.title.startsWith('Simulator') ? rest : [])];
    if (names.length === 0) continue;
    lines.push(
      group.title,
      ...table(
        names.map((n) => [n, shorts.get(n) ?? ''] as const),
        width,
      ),
      '',
    );
  }
  lines.push(
    'Usage:',
    `  ${program} [flags] [options]`,
    '',
    `Use "${program} <command> --help" for more information about a given command.`,
    optionsHint(program),
  );
  return lines.join('\n');
}

/** cobra's column of command names: at least 11 wide, and three blanks. */
const widthOf = (names: readonly string[]): number => Math.max(11, ...names.map((n) => n.length)) + 3;

function table(rows: Rows, width = widthOf(rows.map((r) => r[0]))): string[] {
  return rows.map(([name, short]) => `  ${name.padEnd(width)}${short}`.trimEnd());
}

function flagList(flags: readonly Flag[]): string {
  const sorted = [...flags].sort((a, b) => (a.name < b.name ? -1 : 1));
  return sorted.map((f) => `    ${f.short ? `-${f.short}, ` : ''}--${f.name}=${shownDefault(f)}:\n\t${f.usage}\n\n`).join('');
}

const shownDefault = (f: Flag): string => (f.type === 'string' ? `'${f.default}'` : f.default === '' ? '[]' : f.default);

const indent = (text: string): string =>
  text
    .split('\n')
    .map((l) => `  ${l}`.trimEnd() || '  ')
    .join('\n');

function dedent(text: string): string {
  const lines = text.replace(/^\n+|\s+$/g, '').split('\n');
  const margin = Math.min(...lines.filter((l) => l.trim() !== '').map((l) => /^ */.exec(l)?.[0].length ?? 0));
  return lines.map((l) => l.slice(margin)).join('\n');
}
