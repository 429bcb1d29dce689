// rewrite: questions are changed on their way in, and answers back on their way out. Mirrors coredns/plugin/rewrite.
import { message, type Message, type Rcode, rcodes, type Record, targetOf, withTarget } from '../message.js';
import { normal } from '../name.js';
import { goRegExp, mistake, type Outcome, type Plugin, type Question } from '../plugin.js';

/** Changes one record of an answer. */
interface Revert {
  readonly record?: (record: Record) => Record;
  readonly rcode?: (rcode: Rcode) => Rcode;
}

interface Rule {
  readonly goesOn: boolean;
  /** Undefined: the rule does not fit. */
  apply(question: Question): { readonly question: Question; readonly reverts: readonly Revert[] } | undefined;
}

type Rewriter = (text: string) => string;

const inName = (rewriter: Rewriter): Revert => ({ record: (r) => ({ ...r, name: rewriter(r.name) }) });
const inValue = (rewriter: Rewriter): Revert => ({
  record: (r) => {
    const target = targetOf(r);
    return target === undefined ? r : withTarget(r, rewriter(target));
  },
});

/** The name itself, and what is below it. */
const remap =
  (from: string, to: string): Rewriter =>
  (text) =>
    text === from ? to : text.endsWith(`.${from}`) ? text.slice(0, -from.length) + to : text;

const bySuffix =
  (from: string, to: string): Rewriter =>
  (text) =>
    text.endsWith(from) ? text.slice(0, -from.length) + to : text;

/** {0}, {1} ... are the groups. */
const filled = (template: string, groups: readonly (string | undefined)[]): string =>
  groups.reduce<string>((text, group, i) => text.replaceAll(`{${i}}`, group ?? ''), template);

const byPattern =
  (pattern: RegExp, to: string): Rewriter =>
  (text) => {
    const found = pattern.exec(text);
    return found ? filled(to, found) : text;
  };

function patternOf(from: string, to: string): RegExp {
  const pattern = goRegExp(from);
  if (!pattern) throw mistake(`invalid regex matching pattern: ${from}`);
  const used = Array.from({ length: 101 }, (_, i) => i).filter((i) => to.includes(`{${i}}`)).length;
  if (used > groupsIn(pattern))
    throw mistake(`the rewrite regex pattern (${to}) uses more subexpressions than its corresponding matching regex pattern (${from})`);
  return pattern;
}

const groupsIn = (pattern: RegExp): number => (new RegExp(`${pattern.source}|`).exec('') as RegExpExecArray).length - 1;

const kindsOfMatch = ['exact', 'prefix', 'suffix', 'substring', 'regex'];

/** Does a name fit? `text` is a name, or for "regex" a pattern. */
function matcher(match: string, text: string): (name: string) => boolean {
  const part = normal(text);
  switch (match) {
    case 'prefix':
      return (name) => name.startsWith(part);
    case 'suffix':
      return (name) => name.endsWith(part);
    case 'substring':
      return (name) => name.includes(part);
    default:
      return (name) => name === part;
  }
}

function nameRule(goesOn: boolean, args: readonly string[]): Rule {
  if (args.length < 2) throw mistake('too few arguments for a name rule');
  const [match, from, to] =
    args.length === 2
      ? ['exact', args[0] as string, args[1] as string]
      : [(args[0] as string).toLowerCase(), args[1] as string, args[2] as string];
  const { auto, reverts } = answerRules(match, args.slice(3));
  const [source, target] = [normal(from), normal(to)];
  if (!kindsOfMatch.includes(match))
    throw mistake(`name rule supports only exact, prefix, suffix, substring, and regex name matching, received: ${match}`);
  const pattern = match === 'regex' ? patternOf(from, to) : match === 'exact' ? (patternOf(target, source), undefined) : undefined;
  const rename = (name: string): string | undefined => {
    switch (match) {
      case 'prefix':
        return name.startsWith(source) ? target + name.slice(source.length) : undefined;
      case 'suffix':
        return name.endsWith(source) ? name.slice(0, -source.length) + target : undefined;
      case 'substring':
        return name.includes(source) ? name.replaceAll(source, target) : undefined;
      case 'regex': {
        const groups = pattern?.exec(name);
        return groups ? filled(target, groups) : undefined;
      }
      default:
        return name === source ? target : undefined;
    }
  };
  return {
    goesOn,
    apply: (question) => {
      const name = question.name.toLowerCase();
      const renamed = rename(name);
      if (renamed === undefined) return undefined;
      const back = match === 'suffix' ? bySuffix(target, source) : remap(renamed, name);
      return {
        question: { ...question, name: renamed },
        reverts: auto || match === 'exact' ? [inName(back), inValue(back), ...reverts] : reverts,
      };
    },
  };
}

function answerRules(match: string, args: readonly string[]): { auto: boolean; reverts: Revert[] } {
  if (args.length === 0) return { auto: false, reverts: [] };
  if (args.length < 2) throw mistake(`invalid arguments for ${match} rule`);
  const rest = [...args];
  const reverts: Revert[] = [];
  let auto = false;
  let named = false;
  for (let first = true; rest.length > 0; first = false) {
    if (first && rest[0] !== 'answer') throw mistake(`exceeded the number of arguments for a non-answer rule argument for ${match} rule`);
    if (rest[0] === 'answer') rest.shift();
    const type = rest.shift();
    if (type === undefined) throw mistake(`type missing for answer rule for ${match} rule`);
    if (type === 'auto') {
      auto = true;
      continue;
    }
    if (type !== 'name' && type !== 'value') throw mistake(`invalid type ${JSON.stringify(type)} for answer rule for ${match} rule`);
    if (rest.length < 2) throw mistake(`${type} answer rule for ${match} rule: 2 arguments required`);
    const [from, to] = [rest.shift() as string, rest.shift() as string];
    const rewriter = byPattern(patternOf(from, to), normal(to));
    reverts.push(type === 'name' ? inName(rewriter) : inValue(rewriter));
    named ||= type === 'name';
  }
  if (auto && named) throw mistake('auto name answer rule cannot be combined with explicit name anwer rules');
  return { auto, reverts };
}

/** Rules that change nothing of the question, but of its answers: ttl, rcode. */
function answerOnly(kind: string, goesOn: boolean, args: readonly string[], revert: Revert): Rule {
  const [match, name] = args.length === 2 ? [(args[0] as string).toLowerCase(), args[1] as string] : ['exact', args[0] as string];
  if (!kindsOfMatch.includes(match)) throw mistake(`${kind} rule supports only exact, prefix, suffix, substring, and regex name matching`);
  const pattern = match === 'regex' ? goRegExp(name) : undefined;
  if (match === 'regex' && !pattern) throw mistake(`invalid regex pattern in a ${kind} rule: ${name}`);
  const fits = pattern ? (text: string): boolean => pattern.test(text) : matcher(match, name);
  return { goesOn, apply: (question) => (fits(question.name.toLowerCase()) ? { question, reverts: [revert] } : undefined) };
}

function ttlRule(goesOn: boolean, args: readonly string[]): Rule {
  if (args.length < 2) throw mistake(`too few (${args.length}) arguments for a ttl rule`);
  if (args.length > 3) throw mistake('many few arguments for a ttl rule');
  const text = args.at(-1) as string;
  const [, low, dash, high] = /^(\d*)(-?)(\d*)$/.exec(text) ?? [];
  const min = Number(low || 0);
  const max = dash ? Number(high || 2_147_483_647) : min;
  if (low === undefined || (low === '' && !high) || min > max) throw mistake(`invalid TTL '${text}' for a ttl rule`);
  return answerOnly('ttl', goesOn, args.slice(0, -1), { record: (r) => ({ ...r, ttl: Math.max(min, Math.min(max, r.ttl)) }) });
}

function rcodeRule(goesOn: boolean, args: readonly string[]): Rule {
  if (args.length < 3) throw mistake(`too few (${args.length}) arguments for a rcode rule`);
  if (args.length > 4) throw mistake('many few arguments for a rcode rule');
  const code = (text: string, what: string): Rcode => {
    const found = /^\d+$/.test(text) ? rcodes[Number(text)] : rcodes.find((c) => c === text.toUpperCase());
    if (found === undefined) throw mistake(`invalid ${what} RCODE '${text}' for a rcode rule`);
    return found as Rcode;
  };
  const from = code(args.at(-2) as string, 'matching');
  const to = code(args.at(-1) as string, 'replacement');
  return answerOnly('rcode', goesOn, args.slice(0, -2), { rcode: (rcode) => (rcode === from ? to : rcode) });
}

function typeRule(goesOn: boolean, args: readonly string[]): Rule {
  if (args.length !== 2) throw mistake('type rules must have exactly two arguments');
  const [from, to] = args.map((a) => a.toUpperCase()) as [string, string];
  const wrong = [from, to].find((t) => !/^[A-Z][A-Z0-9]*$/.test(t));
  if (wrong !== undefined) throw mistake(`invalid type ${JSON.stringify(wrong)}`);
  return { goesOn, apply: (question) => (question.type === from ? { question: { ...question, type: to }, reverts: [] } : undefined) };
}

function ruleOf(args: readonly string[]): Rule {
  const [first = ''] = args;
  if (args.length === 0) throw mistake('no rule type specified for rewrite');
  const mode = first.toLowerCase();
  const moded = mode === 'continue' || mode === 'stop';
  if (moded && args.length < 2) throw mistake(`${mode} rule must begin with a rule type`);
  const [type = '', ...rest] = moded ? args.slice(1) : args;
  const goesOn = mode === 'continue';
  switch (type.toLowerCase()) {
    case 'answer':
      throw mistake('response rewrites must begin with a name rule');
    case 'name':
      return nameRule(goesOn, rest);
    case 'type':
      return typeRule(goesOn, rest);
    case 'ttl':
      return ttlRule(goesOn, rest);
    case 'rcode':
      return rcodeRule(goesOn, rest);
    case 'class':
    case 'edns0':
    case 'cname':
      throw mistake(`kubelab does not simulate '${type}' rules`);
    default:
      throw mistake(`invalid rule type ${JSON.stringify(first)}`);
  }
}

export const rewrite: Plugin = {
  name: 'rewrite',
  setup: ({ words }) => {
    const rules: Rule[] = [];
    while (words.next()) {
      const args = words.args();
      if (args.length < 2) while (words.nextInBlock()) args.push(words.word());
      rules.push(ruleOf(args));
    }
    return (asked, asking, next): Outcome => {
      let question = asked;
      const reverts: Revert[] = [];
      for (const rule of rules) {
        const done = rule.apply(question);
        if (!done) continue;
        if (/\.\./.test(done.question.name)) return { rcode: 'SERVFAIL', error: `invalid name after rewrite: ${done.question.name}` };
        question = done.question;
        reverts.push(...done.reverts);
        if (!rule.goesOn) break;
      }
      const outcome = next(question, asking);
      return reverts.length === 0 ? outcome : reverted(outcome, [...reverts].reverse());
    };
  },
};

function reverted({ rcode, message: m = message(rcode), error }: Outcome, reverts: readonly Revert[]): Outcome {
  const each = (records: readonly Record[]): Record[] =>
    records.map((r) => reverts.reduce((record, revert) => revert.record?.(record) ?? record, r));
  const changed: Message = {
    ...m,
    rcode: reverts.reduce((code, revert) => revert.rcode?.(code) ?? code, m.rcode),
    answer: each(m.answer),
    authority: each(m.authority),
    additional: each(m.additional),
  };
  return { rcode: 'NOERROR', message: changed, ...(error !== undefined && { error }) };
}
