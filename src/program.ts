// The bundle's entry: main() on the real process. Writes with writeSync, because process.stdout costs milliseconds to set up.
import { readFileSync, writeSync } from 'node:fs';
import { isatty } from 'node:tty';
import { main as run } from './main.js';
import type { Io } from './model/io.js';

let input: string | undefined;

const io: Io = {
  stdin: () => {
    input ??= readFileSync(0, 'utf8');
    return input;
  },
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
