// autopath: walks the asker's search list on the server. Mirrors coredns/plugin/autopath.
import { message, type Record } from '../message.js';
import { isBelow, originsOf, trimZone, zoneOf } from '../name.js';
import { type Asking, type Handler, mistake, type Outcome, type Plugin, type Question } from '../plugin.js';

type SearchPath = (question: Question, asking: Asking) => readonly string[];

/** `others`: the block's handlers by the name of their plugin, there when the first question comes. */
export const autopath = (others: ReadonlyMap<string, { plugin: Plugin; handler: Handler }>): Plugin => ({
  name: 'autopath',
  setup: ({ words, keys, files }) => {
    let zones: readonly string[] = [];
    let source = '';
    while (words.next()) {
      const args = words.args();
      if (args.length === 0) throw mistake('no resolv-conf specified');
      source = args.at(-1) as string;
      zones = originsOf(args.slice(0, -1), keys);
    }
    const fixed = source.startsWith('@') ? undefined : searchIn(files.read(source), source);
    let search: SearchPath | undefined = fixed && (() => fixed);
    return (question, asking, next): Outcome => {
      if (zoneOf(zones, question.name) === '') return next(question, asking);
      if (!search) {
        const other = others.get(source.slice(1));
        search = (other && other.plugin.autopath?.(other.handler)) ?? (() => []);
      }
      const path = search(question, asking);
      const [first] = path;
      if (first === undefined || !isBelow(first.toLowerCase(), question.name)) return next(question, asking);
      const base = trimZone(question.name, first);
      let whole: Outcome | undefined;
      for (const suffix of path) {
        const outcome = next({ ...question, name: suffix === '' || suffix === '.' ? `${base}.` : `${base}.${suffix}` }, asking);
        if (outcome.error !== undefined) return outcome;
        whole ??= outcome;
        if (!outcome.message || outcome.message.rcode === 'NXDOMAIN') continue;
        return { ...outcome, message: { ...outcome.message, answer: aliased(outcome.message.answer, question.name) } };
      }
      return whole ?? { rcode: 'SERVFAIL', message: message('SERVFAIL') };
    };
  },
});

function searchIn(text: string | undefined, path: string): readonly string[] {
  if (text === undefined) throw mistake(`failed to parse ${JSON.stringify(path)}: open ${path}: no such file or directory`);
  const found = /^search\s+(.*)$/m.exec(text)?.[1] ?? '';
  return [
    ...found
      .split(/\s+/)
      .filter((s) => s !== '')
      .map((s) => `${s.replace(/\.$/, '')}.`),
    '',
  ];
}

/** The asker takes an answer to another name when an alias leads there. */
function aliased(answer: readonly Record[], name: string): readonly Record[] {
  const [first] = answer;
  if (!first || first.name === name) return answer;
  return [{ name, type: 'CNAME', ttl: Math.min(...answer.map((r) => r.ttl)), data: first.name }, ...answer];
}
