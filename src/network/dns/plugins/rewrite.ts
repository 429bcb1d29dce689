// rewrite: questions are changed on their way in, and answers back on their way out. Mirrors coredns/plugin/rewrite.
import { classNames, message, type Rcode, rcodes, type Record, targetOf, typeNames, withTarget } from '../message.js';
import { normal } from '../name.js';
import { type Asking, mistake, type Outcome, patternOf, type Plugin, type Question, retold } from '../plugin.js';

/** Changes an answer on its way out. */
interface Revert {
  readonly record?: (record: Record) => Record;
  readonly rcode?: (rcode: Rcode) => Rcode;
  /** Other records in the place of all, because of one; undefined: they stay. */
  readonly answer?: (all: readonly Record[], record: Record, question: Question, asking: Asking) => readonly Record[] | undefined;
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

function groupsPattern(from: string, to: string): RegExp {
  const pattern = patternOf(from, () => mistake(`invalid regex matching pattern: ${from}`));
  const used = Array.from({ length: 101 }, (_, i) => i).filter((i) => to.includes(`{${i}}`)).length;
  if (used > groupsIn(pattern))
    throw mistake(`the rewrite regex pattern (${to}) uses more subexpressions than its corresponding matching regex pattern (${from})`);
  return pattern;
}

const groupsIn = (pattern: RegExp): number => (new RegExp(`${pattern.source}|`, pattern.flags).exec('') as RegExpExecArray).length - 1;

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
  const pattern = match === 'regex' ? groupsPattern(from, to) : match === 'exact' ? (groupsPattern(target, source), undefined) : undefined;
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
    const pattern = retold(
      () => groupsPattern(from, to),
      (why) => mistake(`${type} answer rule for ${match} rule: ${why}`),
    );
    const rewriter = byPattern(pattern, normal(to));
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
  const pattern = match === 'regex' ? patternOf(name, () => mistake(`invalid regex pattern in a ${kind} rule: ${name}`)) : undefined;
  const fits = pattern ? (text: string): boolean => pattern.test(text) : matcher(match, name);
  return { goesOn, apply: (question) => (fits(question.name.toLowerCase()) ? { question, reverts: [revert] } : undefined) };
}

const mostTTL = 2 ** 31 - 1;

function ttlRule(goesOn: boolean, args: readonly string[]): Rule {
  if (args.length < 2) throw mistake(`too few (${args.length}) arguments for a ttl rule`);
  if (args.length > 3) throw mistake("invalid TTL '' for a ttl rule");
  const text = args.at(-1) as string;
  const [, low, dash, high] = /^(\d*)(-?)(\d*)$/.exec(text) ?? [];
  const min = Number(low || 0);
  const max = dash ? Number(high || mostTTL) : min;
  if (low === undefined || (low === '' && !high) || min > max || Math.max(min, Number(high || 0)) >= 2 ** 32)
    throw mistake(`invalid TTL '${text}' for a ttl rule`);
  return answerOnly('ttl', goesOn, args.slice(0, -1), { record: (r) => ({ ...r, ttl: Math.max(min, Math.min(max, r.ttl)) }) });
}

function rcodeRule(goesOn: boolean, args: readonly string[]): Rule {
  if (args.length < 3) throw mistake(`too few (${args.length}) arguments for a rcode rule`);
  if (args.length > 4) throw mistake("invalid matching RCODE '' for a rcode rule");
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
  const wrong = [from, to].find((t) => !typeNames.has(t));
  if (wrong !== undefined) throw mistake(`invalid type ${JSON.stringify(wrong)}`);
  return { goesOn, apply: (question) => (question.type === from ? { question: { ...question, type: to }, reverts: [] } : undefined) };
}

/** An alias is given another target, and the records that this one has. */
function cnameRule(goesOn: boolean, args: readonly string[]): Rule {
  if (args.length !== 2 && args.length !== 3) throw mistake(`too few (${args.length}) arguments for a cname rule`);
  const [match, from, to] = (args.length === 2 ? ['exact', ...args] : args).map((a) => a.toLowerCase()) as [string, string, string];
  if (!kindsOfMatch.includes(match)) throw mistake(`unknown cname rewrite type: ${match}`);
  const pattern = match === 'regex' ? patternOf(from, (why) => mistake(`invalid cname rewrite regex pattern: ${why}`)) : undefined;
  const retarget: { readonly [match: string]: (target: string) => string | undefined } = {
    exact: (t) => (t === normal(from) ? normal(to) : undefined),
    prefix: (t) => (t.startsWith(from) ? to + t.slice(from.length) : undefined),
    suffix: (t) => (t.endsWith(from) ? t.slice(0, -from.length) + to : undefined),
    substring: (t) => (t.includes(from) ? t.replaceAll(from, to) : undefined),
    regex: (t) => {
      const groups = pattern?.exec(t);
      return groups ? filled(to, groups) : undefined;
    },
  };
  const answer: Revert['answer'] = (all, { type, data }, question, asking) => {
    const target = type === 'CNAME' ? retarget[match]?.(data) : undefined;
    const found = target === undefined ? undefined : asking.lookup(target, question.type);
    if (target === undefined || !found) return undefined;
    const aliases = all.filter((r) => r.type === 'CNAME');
    const at = aliases.findIndex((r) => r.data === data);
    const kept = at < 0 ? aliases : [...aliases.slice(0, at), { ...(aliases[at] as Record), data: target }];
    return [...kept, ...found.answer];
  };
  return { goesOn, apply: (question) => ({ question, reverts: [{ answer }] }) };
}

function classRule(goesOn: boolean, args: readonly string[]): Rule {
  if (args.length !== 2) throw mistake('class rules must have exactly two arguments');
  const [from, to] = args.map((a) => a.toUpperCase()) as [string, string];
  const wrong = [from, to].find((c) => !classNames.has(c));
  if (wrong !== undefined) throw mistake(`invalid class ${JSON.stringify(wrong)}`);
  const apply = ({ class: asked = 'IN', ...rest }: Question): ReturnType<Rule['apply']> =>
    asked === from ? { question: { ...rest, ...(to !== 'IN' && { class: to }) }, reverts: [] } : undefined;
  return { goesOn, apply };
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
    case 'cname':
      return cnameRule(goesOn, rest);
    case 'class':
      return classRule(goesOn, rest);
    case 'edns0':
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
      let stopped = false;
      const reverts: Revert[] = [];
      for (const rule of rules) {
        const done = rule.apply(question);
        if (!done) continue;
        if (/\.\./.test(done.question.name)) return { rcode: 'SERVFAIL', error: `invalid name after rewrite: ${done.question.name}` };
        question = done.question;
        reverts.push(...done.reverts);
        stopped = !rule.goesOn;
        if (stopped) break;
      }
      const outcome = next(question, asking);
      const became = question === asked ? {} : { became: outcome.became ?? question };
      if (!stopped && reverts.length === 0) return { ...outcome, ...became };
      return { ...reverted(outcome, [...reverts].reverse(), question, asking), ...became };
    };
  },
};

/** The answer as the asker gets it. That it is written, even when it tells of a failure, is all that plugins before this one see of it. */
function reverted(
  { rcode, message: m = message(rcode), error }: Outcome,
  reverts: readonly Revert[],
  question: Question,
  asking: Asking,
): Outcome {
  let answer: readonly Record[] = m.answer;
  const turned = (record: Record): Record =>
    reverts.reduce((before, revert) => {
      const after = revert.record?.(before) ?? before;
      const replaced = answer.map((r) => (r === before ? after : r));
      answer = revert.answer?.(replaced, after, question, asking) ?? replaced;
      return after;
    }, record);
  const authority = m.authority.map(turned);
  for (const record of m.answer) turned(record);
  const additional = m.additional.map(turned);
  const code = reverts.reduce((before, revert) => revert.rcode?.(before) ?? before, m.rcode);
  return { rcode: 'NOERROR', message: { ...m, rcode: code, answer, authority, additional }, ...(error !== undefined && { error }) };
}
