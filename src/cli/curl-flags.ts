// curl's own flags at `kubelab curl`: each is passed on as it was given.
import type { Flag, FlagValues } from '../model/verb.js';

type Own = Flag & { readonly send: string };

const on = (name: string, short: string, usage: string): Own => ({
  name,
  ...(short !== '' && { short }),
  type: 'bool',
  default: 'false',
  usage,
  send: short === '' ? `--${name}` : `-${short}`,
});

const one = (name: string, short: string, usage: string): Own => ({ ...on(name, short, usage), type: 'string', default: '' });
const many = (name: string, short: string, usage: string): Own => ({ ...on(name, short, usage), type: 'stringArray', default: '[]' });

export const curlFlags: readonly Own[] = [
  on('silent', 's', 'No progress meter and no errors.'),
  on('show-error', 'S', 'Errors even with -s.'),
  on('no-progress-meter', '', 'No progress meter.'),
  on('verbose', 'v', 'Show the conversation.'),
  on('include', 'i', 'Show the headers of the answer.'),
  on('head', 'I', 'Ask for headers only.'),
  on('location', 'L', 'Follow redirects.'),
  one('max-redirs', '', 'How many redirects are followed.'),
  on('insecure', 'k', 'Trust any certificate.'),
  on('fail', 'f', 'Exit code 22 for answers from 400 on.'),
  on('fail-with-body', '', 'Exit code 22 for answers from 400 on, and their bodies.'),
  many('output', 'o', 'Where the body goes; only /dev/null and - are there. With --trace, json: the answer and its traces as JSON.'),
  one('write-out', 'w', "What to print at the end, such as '%{http_code}'."),
  many('header', 'H', 'A header to send.'),
  one('request', 'X', 'The method.'),
  many('data', 'd', 'A body to send.'),
  many('data-raw', '', 'A body to send; @ means nothing.'),
  many('data-urlencode', '', 'A body to send, encoded.'),
  one('json', '', 'A body to send, of type application/json.'),
  on('get', 'G', 'The data belong to the URL.'),
  one('user-agent', 'A', 'What the sender calls itself.'),
  one('user', 'u', 'USER:PASSWORD.'),
  one('referer', 'e', 'Where the link was found.'),
  many('cookie', 'b', 'NAME=VALUE.'),
  one('max-time', 'm', 'Seconds that all may take.'),
  one('connect-timeout', '', 'Seconds that the connection may take.'),
  many('resolve', '', 'HOST:PORT:ADDRESS instead of asking DNS.'),
  many('connect-to', '', 'HOST:PORT:OTHER:PORT: where to go instead.'),
  one('retry', '', 'How often to try again after failures that may pass.'),
  one('retry-delay', '', 'Seconds between tries.'),
  on('retry-connrefused', '', 'Try again after a refusal, too.'),
  on('retry-all-errors', '', 'Try again after any failure.'),
  on('ipv4', '4', 'IPv4 addresses only.'),
  on('ipv6', '6', 'IPv6 addresses only.'),
  on('globoff', 'g', 'Brackets and braces in URLs stand for themselves.'),
  on('path-as-is', '', 'Leave /../ in the path.'),
  on('compressed', '', 'Say that compressed answers are understood.'),
  on('no-buffer', 'N', 'As curl has it.'),
  one('dump-header', 'D', 'Where the headers go; only /dev/null and - are there.'),
];

/** The flags that were given, as curl wants them. */
export const givenFlags = (flags: FlagValues, but: readonly string[]): string[] =>
  curlFlags.flatMap((f) => {
    if (!flags.changed(f.name) || but.includes(f.name)) return [];
    if (f.type === 'bool') return flags.bool(f.name) ? [f.send] : [];
    return (f.type === 'stringArray' ? flags.strings(f.name) : [flags.string(f.name)]).flatMap((value) => [f.send, value]);
  });
