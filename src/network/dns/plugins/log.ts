// The plugins that write the process' log: log and errors. Mirror coredns/plugin/{log,errors} and plugin/pkg/{replacer,response}.
import { bracketed } from '../../../lib/ip.js';
import { fitted, message, type Message, messageSize, ownOptSize, questionSize, rcodes } from '../message.js';
import { fqdn, isBelow } from '../name.js';
import { type Asking, mistake, type Outcome, patternOf, type Plugin, type Question, retold } from '../plugin.js';
import { duration, onlyOnce } from './process.js';

const common = '{remote}:{port} - {>id} "{type} {class} {name} {proto} {size} {>do} {>bufsize}" {rcode} {>rflags} {rsize} {duration}';

type Class = 'all' | 'success' | 'denial' | 'error';

interface Rule {
  readonly scope: string;
  readonly format: string;
  classes: ReadonlySet<Class>;
}

const classOf = (m: Message): Class => {
  if (m.rcode === 'NXDOMAIN') return 'denial';
  if (m.rcode !== 'NOERROR') return 'error';
  return m.answer.length === 0 && m.authority.some((r) => r.type === 'SOA') ? 'denial' : 'success';
};

export const log: Plugin = {
  name: 'log',
  setup: ({ words }) => {
    const rules: Rule[] = [];
    while (words.next()) {
      const args = words.args();
      const format = args.length > 1 && args.at(-1)?.includes('{') ? (args.pop() as string) : '{common}';
      const own = (args.length === 0 ? ['.'] : args).map(
        (scope): Rule => ({
          scope: fqdn(scope),
          format: format.replaceAll('{common}', common).replaceAll('{combined}', `${common} "{>opcode}"`),
          classes: new Set(),
        }),
      );
      const classes = new Set<Class>();
      while (words.nextInBlock()) {
        if (words.word() !== 'class') throw words.error(`unknown property '${words.word()}'`);
        const names = words.args();
        if (names.length === 0) throw words.argError();
        for (const name of names) {
          if (!['all', 'success', 'denial', 'error'].includes(name)) throw mistake(`invalid Class: ${name}`);
          classes.add(name as Class);
        }
      }
      for (const r of own) r.classes = classes.size === 0 ? new Set(['all']) : classes;
      rules.push(...own);
    }
    return (question, asking, next) => {
      const rule = rules.find((r) => isBelow(r.scope.toLowerCase(), question.name));
      const outcome = next(question, asking);
      const reply = outcome.message ?? message(outcome.rcode);
      if (rule && (rule.classes.has('all') || rule.classes.has(classOf(reply))))
        asking.log(`[INFO] ${line(rule.format, question, asking, outcome, reply)}`);
      return outcome;
    };
  },
};

/** The question as it was passed on; sizes are those before anything is cut off or added for the way. */
function line(format: string, question: Question, asking: Asking, outcome: Outcome, reply: Message): string {
  const { became = question } = outcome;
  const { net, client, protocol, edns, bufferSize } = asking;
  const sent = fitted(question.name, reply, protocol === 'TCP' ? 65_535 : bufferSize, edns);
  const flags = [
    'qr',
    ...(reply.authoritative ? ['aa'] : []),
    ...(sent.message.truncated ? ['tc'] : []),
    ...((reply.recursionDesired ?? became.recursion) ? ['rd'] : []),
    ...(reply.recursionAvailable ? ['ra'] : []),
  ];
  const values: { readonly [label: string]: () => string } = {
    '{remote}': () => bracketed(client.ip),
    '{port}': () => String(client.port()),
    '{local}': () => bracketed(asking.local),
    '{>id}': () => String(net.pick(65_536)),
    '{>opcode}': () => '0',
    '{type}': () => became.type,
    // A class that could be taken for a type is written as a number.
    '{class}': () => (became.class === 'ANY' ? 'CLASS255' : (became.class ?? 'IN')),
    '{name}': () => question.name.toLowerCase(),
    '{proto}': () => protocol.toLowerCase(),
    '{size}': () => String(questionSize(became.name, edns)),
    '{>do}': () => 'false',
    '{>bufsize}': () => String(protocol === 'TCP' ? 65_535 : bufferSize),
    '{rcode}': () => (outcome.silent ? '-' : reply.rcode),
    '{>rflags}': () => (outcome.silent ? '-' : flags.join(',')),
    '{rsize}': () => (outcome.silent ? '0' : String(messageSize(question.name, reply) + ownOptSize(reply))),
    '{duration}': () => `${((50_000 + net.pick(300_000)) / 1e9).toFixed(9)}s`,
  };
  return format.replace(/\{[^{}]*\}/g, (label) => values[label]?.() ?? (label.startsWith('{/') ? '-' : label));
}

export const errors: Plugin = {
  name: 'errors',
  setup: ({ words }) => {
    words.next();
    const args = words.args();
    if (args.length > 1) throw words.argError();
    if (args[0] !== undefined && args[0] !== 'stdout') throw words.error(`invalid log file: ${args[0]}`);
    const quiet: RegExp[] = [];
    while (words.nextInBlock()) {
      if (words.word() === 'stacktrace') continue;
      if (words.word() !== 'consolidate') throw words.syntaxError(`Unknown field ${words.word()}`);
      const [period = '', pattern = '', ...rest] = words.args();
      if (pattern === '' || rest.length > 2) throw words.argError();
      retold(
        () => duration(period),
        (why) => words.error(why),
      );
      const found = patternOf(pattern, (why) => words.error(why));
      const levels = rest.filter((r) => ['warning', 'error', 'info', 'debug'].includes(r));
      const unknown = rest.find((r) => r !== 'show_first' && !levels.includes(r));
      if (levels.length > 1) throw words.error('multiple log levels specified in consolidate');
      if (rest[0] === 'show_first' && levels.length > 0) throw words.error('log level must come before show_first in consolidate');
      if (unknown !== undefined) throw words.error(`unknown option in consolidate: ${unknown}`);
      if (!rest.includes('show_first')) quiet.push(found);
    }
    onlyOnce(words);
    return (question, asking, next): Outcome => {
      const outcome = next(question, asking);
      const { error, became = question } = outcome;
      if (error !== undefined && !quiet.some((q) => q.test(error)))
        asking.log(`[ERROR] plugin/errors: ${rcodes.indexOf(outcome.rcode)} ${became.name.toLowerCase()} ${became.type}: ${error}`);
      return outcome;
    };
  },
};
