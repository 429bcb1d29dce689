// What the real programs printed, byte for byte: fixtures/recorded/inpod_outputs.jsonl (BusyBox, curl 7.88.1, GNU wget against a small DNS and
// HTTP server), programs.jsonl (the same world, more programs) text-tools.jsonl and shell-lines.jsonl (BusyBox' ash, dash and bash with text tools). Times, dates and speeds are chance and hidden on both sides.
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { Image } from '../../src/programs/image.js';
import { run, wireOf } from './inpod-world.js';

interface Recorded {
  program: string;
  command: string;
  exit: number;
  ms: number;
  stdout: string;
  stderr: string;
}

const folder = resolve(dirname(fileURLToPath(import.meta.url)), '../../fixtures/recorded');
const recordsOf = (file: string): Recorded[] =>
  readFileSync(resolve(folder, file), 'utf8')
    .split('\n')
    .filter((l) => l !== '')
    .map((l) => JSON.parse(l) as Recorded)
    // Usage texts, and options that only the Debian builds of BusyBox lack.
    .filter((r) => !r.stderr.includes('multi-call binary'));

const debian: Partial<Image> = { repository: 'docker.io/library/debian', flavour: 'debian' };
const images: Record<string, Partial<Image>> = {
  BusyBox: { repository: 'docker.io/library/busybox', flavour: 'busybox' },
  curl: { repository: 'docker.io/curlimages/curl', flavour: 'busybox', programs: ['curl'] },
  GNU: { ...debian, packages: ['wget'] },
  ISC: { ...debian, packages: ['bind-tools'] },
  OpenBSD: { ...debian, packages: ['netcat-openbsd'] },
  iputils: { ...debian, packages: ['iputils'] },
  inetutils: { ...debian, packages: ['inetutils-telnet'] },
  glibc: debian,
  traceroute: { ...debian, packages: ['traceroute'] },
  bash: { ...debian, programs: ['bash'] },
  Debian: { ...debian, packages: ['iproute2', 'net-tools'] },
};

/** Dates, durations, speeds, ports and processes. */
const plain = (text: string): string =>
  text
    .replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g, 'DATE')
    .replace(/Date: .* GMT/g, 'Date: DATE')
    .replace(/\d+\.\d+ ms|= [\d./]+ ms|time \d+ms/g, 'MS')
    .replace(/after \d+ ?(ms|milliseconds)/g, 'after MS')
    .replace(/ +\d+k?( +\d+k?) (--:--:-- --:--:-- --:--:-- ) *\d+k?/g, ' SPEED $2SPEED')
    .replace(/[\d.]+M=0s|\([\d.]+ MB\/s\)/g, 'SPEED')
    .replace(/bundle for host: 0x[0-9a-f]+/g, 'bundle for host: ADDRESS')
    .replace(/pid=\d+,fd=\d+/g, 'pid=PID,fd=FD')
    .replace(/\b\d+\/node/g, 'PID/node');

const replay = (records: readonly Recorded[], crlf: boolean) =>
  describe('in-Pod programs print as the real ones', () => {
    test.each(records.map((r): [string, Recorded] => [`${r.program}: ${r.command}`, r]))('%s', (_, r) => {
      const [name = ''] = r.program.split(' ');
      const got = run(
        { ...images[name], version: r.program.split(' ').at(-1) ?? '' },
        r.command,
        wireOf(crlf),
        name === 'bash' ? 'bash' : 'sh',
      );
      // The first recording lost the carriage returns of standard output.
      const stdout = crlf ? got.stdout.replaceAll('\r', '') : got.stdout;
      expect({ exit: got.exit, stdout: plain(stdout), stderr: plain(got.stderr) }).toEqual({
        exit: r.exit,
        stdout: plain(r.stdout),
        stderr: plain(r.stderr),
      });
      // What waits in the real world waits as long here.
      if (r.ms >= 1900 || (r.ms > 0 && got.ms >= 900)) expect(Math.round(got.ms / 1000)).toBe(Math.round(r.ms / 1000));
    });
  });

replay(recordsOf('inpod_outputs.jsonl'), true);
replay(recordsOf('programs.jsonl'), false);
replay(recordsOf('text-tools.jsonl'), false);
replay(recordsOf('shell-lines.jsonl'), false);
