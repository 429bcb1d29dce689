// iptables-save and `iptables -S`: a table's chains and rules as commands.
import { builtIn } from './frame.js';
import { printRule } from './print.js';
import type { Rule, Ruleset, TableName } from './rule.js';

/** All chains of a table: the kernel's own first, the others by name. */
export function chainsOf(rules: Ruleset, table: TableName): Map<string, Rule[]> {
  const found = new Map<string, Rule[]>();
  for (const part of rules.parts)
    for (const [name, own] of part[table]) {
      const all = found.get(name);
      if (all) all.push(...own);
      else found.set(name, [...own]);
    }
  const order = [...builtIn[table], ...[...found.keys()].filter((name) => !builtIn[table].includes(name)).sort()];
  return new Map(order.map((name) => [name, found.get(name) ?? []]));
}

/** Without the comments that tell program and time. */
export function save(rules: Ruleset, table: TableName): string {
  const chains = [...chainsOf(rules, table)];
  return [
    `*${table}`,
    ...chains.map(([name]) => `:${name} ${builtIn[table].includes(name) ? 'ACCEPT' : '-'} [0:0]`),
    ...chains.flatMap(([, own]) => own.map((rule) => printRule(rule, rules.ipv6))),
    'COMMIT\n',
  ].join('\n');
}
