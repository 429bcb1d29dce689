// What SIGTERM does to a container's process 1: servers stop, a shell or `sleep` as process 1 has no handler and goes on until it is killed.
import type { Container } from '../model/generated/api.js';
import type { Attempt } from '../network/runtime.js';
import { commandOf, imageOf } from './facts.js';

const deaf = new Set([
  'sh',
  'ash',
  'bash',
  'dash',
  'sleep',
  'tail',
  'cat',
  'ping',
  'watch',
  'yes',
  'python',
  'python3',
  'node',
  'perl',
  'top',
]);

export function handlesTerm(container: Container, attempt: Attempt): boolean {
  const env = new Map(attempt.env);
  const [name = '', ...args] = commandOf(container, imageOf(container), (n) => env.get(n));
  const short = name.split('/').at(-1) ?? '';
  const text = args.join(' ');
  if (/\btrap\s+('[^']*'|"[^"]*"|\S+)\s[^;]*\b(SIG)?TERM\b/.test(text)) return true;
  // `exec nginx` leaves no shell.
  if (/\bexec\s+(?!sleep\b|tail\b|sh\b)/.test(text) && deaf.has(short)) return true;
  return !deaf.has(short);
}
