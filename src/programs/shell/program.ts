// `sh` and `bash` as programs: a script from -c, from a file or from standard input.
import { normalPath } from '../files.js';
import type { Process } from '../process.js';
import type { Input, Launch } from './io.js';
import { converse } from './converse.js';
import { RunningShell } from './run.js';

/** The program `sh`, `bash`, `ash`. */
export function shellProgram(launch: Launch): (process: Process & { input: Input }, asMain: boolean) => number {
  return (p) => {
    const name = p.argv[0]?.endsWith('bash') ? 'bash' : 'sh';
    const args = p.argv.slice(1);
    let text: string | undefined;
    let errexit = false;
    let xtrace = false;
    while (args[0]?.startsWith('-') && args[0] !== '-' && args[0] !== '--') {
      const flags = args.shift() as string;
      if (flags.includes('e') && !flags.startsWith('--')) errexit = true;
      if (flags.includes('x') && !flags.startsWith('--')) xtrace = true;
      if (flags.includes('o') && !flags.startsWith('--')) args.shift();
      if (/^-[a-z]*c/.test(flags)) text = '';
    }
    const shell = new RunningShell(p.machine, p.env, p.cwd, name, { input: p.input, out: p.out, err: p.err, tty: p.tty }, launch);
    shell.errexit = errexit;
    shell.xtrace = xtrace;
    if (text !== undefined) {
      text = args.shift();
      if (text === undefined) {
        p.err(name === 'bash' ? 'bash: -c: option requires an argument\n' : `${shell.prefix()}-c requires an argument\n`);
        return 2;
      }
      args.shift();
      shell.positional = args;
    } else if (args.length > 0) {
      const script = args.shift() as string;
      text = p.machine.files.read(normalPath(script, p.cwd));
      if (text === undefined) {
        p.err(
          name === 'bash'
            ? `bash: ${script}: No such file or directory\n`
            : p.machine.host.image.flavour === 'debian'
              ? `sh: 0: cannot open ${script}: No such file\n`
              : `sh: can't open '${script}': No such file or directory\n`,
        );
        return name === 'bash' ? 127 : 2;
      }
      shell.positional = args;
    } else if (p.input.keys) {
      return converse(shell, p.input.keys);
    } else {
      text = p.input.rest;
      p.input.rest = '';
    }
    return shell.runText(text.replace(/^#!.*\n/, '\n'));
  };
}
