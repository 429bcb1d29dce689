// kubelab why: what became of the last request that did not arrive, where to look, and with --fix the command that cures it.
import { failureOf } from '../../model/failure.js';
import type { Verb } from '../../model/verb.js';
import type { WhyResult } from '../../model/why.js';
import type { Client } from '../client.js';
import { UsageError } from '../errors.js';
import { jsonFlag, wantsJson } from '../json-output.js';
import { headText, type Look, lookOf } from '../trace.js';

export const why: Verb<Client> = {
  id: 'why',
  use: 'why [--fix]',
  short: 'Explain why the last request did not arrive',
  long: 'Explains the last request that did not arrive (of curl, trace, or a program in a container): refused, timed out or not resolved, at which step, and which field of which object to look at. --fix finds the smallest change of one object that makes it arrive, tries it on a copy, and prints it as a kubectl command; it ends with 1 when there is none.',
  example: `
    kubelab curl http://web
    kubelab why --fix`,
  flags: [
    { name: 'fix', type: 'bool', default: 'false', usage: 'Find the change of one object that makes it arrive. Nothing is changed.' },
    jsonFlag('all of it'),
  ],
  run({ args, flags, io, client, namespace }) {
    if (args.length > 0) throw new UsageError(`why takes no arguments: it explains the last request that did not arrive`);
    const json = wantsJson(flags);
    const fix = flags.bool('fix');
    const result = client.call<WhyResult>({
      verb: 'connect',
      group: '',
      resource: 'services',
      subresource: 'why',
      namespace,
      options: { fix },
    });
    io.out(json ? `${JSON.stringify(result, undefined, 2)}\n` : whyText(result, fix, lookOf(io)));
    return fix && !result.arrives && !result.cure && result.wait === undefined ? 1 : 0;
  },
};

function whyText(result: WhyResult, fix: boolean, look: Look): string {
  const failure = failureOf(result.traces);
  if (!failure) return '';
  const { paint } = look;
  const { trace, culprit, fork } = failure;
  const before = culprit && culprit.step === 'because' ? trace.hops[trace.hops.indexOf(culprit) - 1] : undefined;
  const rows: [string, string][] = [['Fork', paint.red(fork)]];
  if (before) rows.push(['Hop', `${before.step}${before.object ? ` (${before.object})` : ''}: ${before.why}`]);
  if (culprit) rows.push([before ? 'Because' : 'Hop', before ? culprit.why : `${culprit.step}: ${culprit.why}`]);
  if (culprit?.object) rows.push(['Object', paint.bold(culprit.object)]);
  if (culprit?.field) rows.push(['Field', paint.bold(culprit.field)]);
  if (result.see) rows.push(['See', `${paint.cyan(result.see.command)}`], ['', result.see.shows]);
  for (const hint of result.hints) rows.push(['Hint', hint]);
  if (result.arrives) rows.push(['Now', paint.green('it arrives')]);
  else if (fix) rows.push(...fixRows(result, look));
  const body = rows.map(([name, text]) => `${(name === '' ? '' : `${name}:`).padEnd(10)}${text}\n`).join('');
  return `${headText(trace, look)}${body}`;
}

function fixRows({ cure, wait, tried = 0 }: WhyResult, { paint }: Look): [string, string][] {
  if (wait !== undefined) return [['Fix', `wait: without any change it arrives ${after(wait)}`]];
  if (!cure)
    return [['Fix', tried === 0 ? 'no change of one object is known to help' : `no change of one object helps (${tried} tried on a copy)`]];
  return [
    ['Fix', paint.green(cure.command)],
    ['', `${cure.object}: ${cure.what}`],
    [
      '',
      `tried on a copy: ${cure.ways === 1 ? 'it arrives' : cure.ways === 0 ? 'the name is resolved' : `${cure.ways} of ${cure.ways} ways arrive`} ${after(cure.seconds)}`,
    ],
  ];
}

const after = (seconds: number): string => (seconds === 0 ? 'at once' : `after ${seconds} s`);
