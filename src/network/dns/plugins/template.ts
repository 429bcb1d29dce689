// template: answers made of Go templates. Mirrors coredns/plugin/template.
import { type GoTemplate, parseGoTemplate } from '../../../lib/go-template/index.js';
import type { Cursor } from '../corefile/tokens.js';
import { classNames, message, type Rcode, rcodes, type Record, typeNames } from '../message.js';
import { originsOf, zoneOf } from '../name.js';
import { Fallthrough, mistake, type Outcome, patternOf, type Plugin, type Question, written } from '../plugin.js';
import { recordOf } from './zone-text.js';

type Section = 'answer' | 'additional' | 'authority';

interface Template {
  readonly zones: readonly string[];
  readonly type: string;
  readonly class: string;
  readonly patterns: { readonly text: string; readonly regexp: RegExp }[];
  readonly sections: { readonly [S in Section]: GoTemplate[] };
  readonly fall: Fallthrough;
  rcode: Rcode;
}

/** Fails to make a record: SERVFAIL, and a line of the `errors` plugin. */
class Unusable extends Error {}

export const template: Plugin = {
  name: 'template',
  setup: ({ words, keys }) => {
    const templates: Template[] = [];
    while (words.next()) templates.push(stanza(words, keys));
    const zones = templates.flatMap((t) => t.zones);
    return (question, asking, next): Outcome => {
      const name = question.name.toLowerCase();
      if (zoneOf(zones, name) === '') return next(question, asking);
      for (const t of templates) {
        const zone = zoneOf(t.zones, name);
        if (zone === '' || !fits(t.class, question.class ?? 'IN') || !fits(t.type, question.type)) continue;
        const match = t.patterns.map((p) => ({ p, groups: p.regexp.exec(name) })).find((m) => m.groups);
        if (!match?.groups) {
          if (!t.fall.through(name)) return { rcode: 'SERVFAIL' };
          continue;
        }
        if (t.rcode === 'SERVFAIL') return { rcode: 'SERVFAIL' };
        const data = dataFor(
          question,
          zone,
          match.p.text,
          match.groups,
          question.type === 'ANY' ? t.type : question.type,
          asking.client.ip,
        );
        try {
          const answer = t.sections.answer.flatMap((a) => {
            const record = execute(a, data);
            const target = (question.type === 'A' || question.type === 'AAAA') && record.type === 'CNAME' ? record.data : undefined;
            return [record, ...(target === undefined ? [] : (asking.lookup(target, question.type)?.answer ?? []))];
          });
          const rest = (section: Section): Record[] => t.sections[section].map((a) => execute(a, data));
          return written(message(t.rcode, { answer, additional: rest('additional'), authority: rest('authority'), authoritative: true }));
        } catch (e) {
          if (e instanceof Unusable) return { rcode: 'SERVFAIL', error: e.message };
          throw e;
        }
      }
      return next(question, asking);
    };
  },
};

/** Miekg's words for the mistakes that templates make. */
function badRecord(text: string): string {
  const [, type, data] = /\s(A|AAAA)\s+(\S+)\s*$/.exec(text) ?? [];
  const kind = type === undefined ? 'record' : `${type} ${type}`;
  return `dns: bad ${kind}: ${JSON.stringify(data ?? text)}${type === undefined ? '' : ` at line: 1:${text.trimEnd().length}`}`;
}

/** Asked for, or one of the two means any. */
const fits = (own: string, asked: string): boolean => own === 'ANY' || asked === 'ANY' || own === asked;

function execute(source: GoTemplate, data: object): Record {
  const { output, error } = source.execute(data, { allowMissingKeys: true });
  if (error) throw new Unusable(error.message);
  const record = recordOf(output);
  if (!record) throw new Unusable(badRecord(output));
  return record;
}

function dataFor(question: Question, zone: string, regex: string, groups: RegExpExecArray, type: string, remote: string): object {
  const all = [...groups].map((g) => g ?? '');
  return {
    Zone: zone,
    Name: question.name.toLowerCase(),
    Regex: regex,
    Match: all,
    Group: { ...Object.fromEntries(all.map((g, i) => [String(i), g])), ...groups.groups },
    Class: question.class ?? 'IN',
    Type: type,
    Question: { Name: question.name, Qtype: type, Qclass: 'IN' },
    Remote: remote,
  };
}

function stanza(words: Cursor, keys: readonly string[]): Template {
  if (!words.nextArg()) throw words.argError();
  if (!classNames.has(words.word())) throw words.error(`invalid query class ${words.word()}`);
  const ofClass = words.word();
  if (!words.nextArg()) throw words.argError();
  const type = words.word();
  if (!typeNames.has(type)) throw words.error(`invalid RR class ${type}`);
  const t: Template = {
    zones: originsOf(words.args(), keys),
    type,
    class: ofClass,
    patterns: [],
    sections: { answer: [], additional: [], authority: [] },
    fall: new Fallthrough(),
    rcode: 'NOERROR',
  };
  while (words.nextInBlock()) property(t, words, keys);
  if (t.patterns.length === 0) t.patterns.push({ text: '.*', regexp: /.*/ });
  return t;
}

function property(t: Template, words: Cursor, keys: readonly string[]): void {
  const name = words.word();
  const args = words.args();
  const some = (): string[] => {
    if (args.length === 0) throw words.argError();
    return args;
  };
  switch (name) {
    case 'match':
      for (const text of some())
        t.patterns.push({ text, regexp: patternOf(text, (why) => words.error(`could not parse regex: ${text}, ${why}`)) });
      return;
    case 'answer':
    case 'additional':
    case 'authority':
      for (const text of some()) {
        try {
          t.sections[name].push(parseGoTemplate(text));
        } catch (e) {
          throw words.error(
            `could not compile template: ${text}, ${(e as Error).message.replace('template: output:', `template: ${name}:`)}`,
          );
        }
      }
      return;
    case 'rcode': {
      const code = rcodes.find((c) => c === some()[0]);
      if (args.length > 1) throw words.argError();
      if (code === undefined) throw words.error(`unknown rcode ${args[0]}`);
      t.rcode = code as Rcode;
      return;
    }
    case 'fallthrough':
      t.fall.set(args, keys);
      return;
    case 'upstream':
      return;
    case 'var':
    case 'expr':
    case 'ederror':
      throw mistake(`kubelab does not simulate '${name}'`);
    default:
      throw words.argError();
  }
}
