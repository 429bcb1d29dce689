// curl: requests over HTTP, several URLs after each other, retries. Texts and exit codes by the version that is in the image.
import type { Program } from '../../process.js';
import { Pool } from './connection.js';
import { type Options, parseOptions } from './options.js';
import { type Job, transfer } from './transfer.js';
import { expandGlob, GlobError } from './url.js';
import { versionOf, wordsOf } from './words.js';
import { type Outcome, writeOut } from './write-out.js';

export const curl: Program = (p) => {
  const version = versionOf(p);
  const hint = "curl: try 'curl --help' or 'curl --manual' for more information\n";
  if (p.argv.length === 1) {
    p.err(hint);
    return 2;
  }
  if (p.argv[1] === '--version' || p.argv[1] === '-V') {
    p.out(`curl ${version} (x86_64-pc-linux-gnu) libcurl/${version} OpenSSL/3.5.4 zlib/1.3.1\n`);
    return 0;
  }
  const o = parseOptions(p, `curl/${version}`);
  if (!o) return 2;
  const words = wordsOf(version);
  if (o.urls.length === 0) {
    p.err(words.number >= 800 ? `curl: (2) no URL specified\n${hint}` : `curl: no URL specified!\n${hint}`);
    return 2;
  }
  const job: Job = { p, o, words, version, pool: new Pool() };
  let code = 0;
  let index = 0;
  for (const [i, pattern] of o.urls.entries()) {
    const urls = matches(job, pattern);
    if (!urls) return 3;
    for (const { url, parts } of urls) {
      const output = o.outputs[i]?.replace(/#(\d+)/g, (whole, n: string) => parts[Number(n) - 1] ?? whole);
      code = repeated(job, url, output, index++);
      if (code !== 0 && o.failEarly) return code;
    }
  }
  return code;
};

function matches({ p, o }: Job, pattern: string): { url: string; parts: string[] }[] | undefined {
  if (!o.globbing) return [{ url: pattern, parts: [] }];
  try {
    return expandGlob(pattern);
  } catch (e) {
    if (!(e instanceof GlobError)) throw e;
    if (!o.silent || o.showError) p.err(`curl: (3) ${e.message}\n`);
    return undefined;
  }
}

/** --retry: transient failures are tried again, after 1, 2, 4 ... seconds. */
function repeated(job: Job, url: string, output: string | undefined, index: number): number {
  const { p, o, words, version } = job;
  for (let left = o.retry, delay = 1; ; left--, delay = Math.min(delay * 2, 600)) {
    const outcome = transfer(job, url, output, index);
    const why = left > 0 ? transient(o, outcome) : undefined;
    if (why !== undefined) {
      const seconds = o.retryDelay ?? delay;
      const unit = words.number >= 800 && seconds === 1 ? 'second' : 'seconds';
      if (!o.silent)
        p.err(
          `Warning: Problem: ${why}. Will retry in ${seconds} ${unit}. ${left} ${words.number >= 800 && left === 1 ? 'retry' : 'retries'} left.\n`,
        );
      p.machine.sleep(seconds * 1000);
      continue;
    }
    if (o.writeOut !== '') writeOut(o.writeOut, outcome, version, p);
    return outcome.code;
  }
}

const retried = new Set([408, 429, 500, 502, 503, 504]);

/** Why another try may help, in curl's words. */
function transient(o: Options, { code, reply, message }: Outcome): string | undefined {
  if (code === 28) return 'timeout';
  if (code === 7 && o.retryRefused && !message.includes('Timeout')) return 'connection refused';
  if ((code === 0 || code === 22) && reply && retried.has(reply.status)) return 'HTTP error';
  return code !== 0 && o.retryAll ? '(retrying all errors)' : undefined;
}
