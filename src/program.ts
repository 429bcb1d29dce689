// The bundle's entry: main() on the real process. Writes with writeSync, because process.stdout costs milliseconds to set up.
import { readFileSync, readSync, writeSync } from 'node:fs';
import { isatty } from 'node:tty';
import { main as run } from './main.js';
import type { Io } from './model/io.js';

let input: string | undefined;

const io: Io = {
  stdin: () => {
    input ??= readFileSync(0, 'utf8');
    return input;
  },
  line,
  out: (text) => write(1, text),
  err: (text) => write(2, text),
  get inputIsTTY() {
    return isatty(0);
  },
  get outputIsTTY() {
    return isatty(1);
  },
  env: process.env,
  cwd: process.cwd(),
};

export const main = (argv: string[], program: string): Promise<number> => run(argv, io, program);

/** What was read beyond the line that was asked for. */
let ahead = new Uint8Array(0);

function line(): string | undefined {
  const chunk = new Uint8Array(65_536);
  for (;;) {
    const end = ahead.indexOf(10) + 1;
    if (end > 0) return take(end);
    const length = readSome(chunk);
    if (length === 0) return ahead.length > 0 ? take(ahead.length) : undefined;
    const more = new Uint8Array(ahead.length + length);
    more.set(ahead);
    more.set(chunk.subarray(0, length), ahead.length);
    ahead = more;
  }
}

function take(length: number): string {
  const text = new TextDecoder().decode(ahead.subarray(0, length));
  ahead = ahead.slice(length);
  return text;
}

/** How much there is; 0 at the end. A terminal that others made non-blocking is waited for. */
function readSome(into: Uint8Array): number {
  for (;;) {
    try {
      return readSync(0, into);
    } catch (e) {
      const { code } = e as NodeJS.ErrnoException;
      if (code === 'EOF' || code === 'EIO') return 0;
      if (code !== 'EAGAIN') throw e;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
    }
  }
}

/** All of `text`: a full pipe is waited for, a reader that has gone ends the process as SIGPIPE would. */
function write(fd: number, text: string): void {
  const bytes = new TextEncoder().encode(text);
  for (let done = 0; done < bytes.length; ) {
    try {
      done += writeSync(fd, bytes, done);
    } catch (e) {
      const { code } = e as NodeJS.ErrnoException;
      if (code === 'EPIPE') process.exit(141);
      if (code !== 'EAGAIN') throw e;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
}
