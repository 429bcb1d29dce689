// Tools that look at files and make them.
import { normalPath } from '../files.js';
import type { Process, Program } from '../process.js';
import { flags, isBusybox, readFile, refuse, writing } from './arguments.js';

const stamp = (ms: number): string => {
  const d = new Date(ms);
  return `${d.toUTCString().slice(8, 11)} ${String(d.getUTCDate()).padStart(2)} ${d.toISOString().slice(11, 16)}`;
};

export const ls: Program = (p) => {
  const f = flags(p.argv, '1aAlhtrRdFi', { all: 'a', color: 'h' });
  if (f.unknown) return refuse(p, f.unknown);
  const { files } = p.machine;
  p.machine.present();
  let code = 0;
  const paths = f.rest.length > 0 ? f.rest : ['.'];
  const isDir = (full: string): boolean => files.isDirectory(full) && !f.has('d');
  const long = (name: string, full: string): string => {
    const dir = files.isDirectory(full);
    const size = dir ? 4096 : Buffer.byteLength(files.read(full) ?? '');
    return `${dir ? 'drwxr-xr-x' : '-rw-r--r--'}    ${dir ? 2 : 1} root     root     ${String(size).padStart(9)} ${stamp(p.machine.host.startedAt)} ${name}\n`;
  };
  const show = (names: readonly string[], at: (n: string) => string): void => {
    if (names.length === 0) return;
    if (f.has('l')) p.out(names.map((n) => long(n, at(n))).join(''));
    else p.out(p.tty && !f.has('1') ? `${names.join('  ')}\n` : names.map((n) => `${n}\n`).join(''));
  };
  const plain = paths.filter((x) => !isDir(normalPath(x, p.cwd)));
  for (const x of plain) {
    if (files.exists(normalPath(x, p.cwd))) show([x], (n) => normalPath(n, p.cwd));
    else {
      p.err(isBusybox(p) ? `ls: ${x}: No such file or directory\n` : `ls: cannot access '${x}': No such file or directory\n`);
      code = isBusybox(p) ? 1 : 2;
    }
  }
  const dirs = paths.filter((x) => isDir(normalPath(x, p.cwd)));
  for (const [i, x] of dirs.entries()) {
    const full = normalPath(x, p.cwd);
    if (paths.length > 1) p.out(`${i > 0 || plain.length > 0 ? '\n' : ''}${x}:\n`);
    const names = [...(f.has('a') ? ['.', '..'] : []), ...files.names(full).filter((n) => f.has('a') || f.has('A') || !n.startsWith('.'))];
    if (f.has('l')) p.out(`total ${names.length * 4}\n`);
    show(f.has('r') ? names.reverse() : names, (n) => normalPath(n, full));
  }
  return code;
};

export const mkdir: Program = (p) => {
  const f = flags(p.argv, 'pm:v', { parents: 'p' });
  return f.rest.reduce((code, path) => {
    const full = normalPath(path, p.cwd);
    if (p.machine.files.exists(full) && !f.has('p')) {
      p.err(
        isBusybox(p) ? `mkdir: can't create directory '${path}': File exists\n` : `mkdir: cannot create directory '${path}': File exists\n`,
      );
      return 1;
    }
    return writing(p, path, () => p.machine.files.makeDirectory(full, p.machine.now)) || code;
  }, 0);
};

export const touch: Program = (p) =>
  flags(p.argv, 'acmt:').rest.reduce(
    (code, path) => writing(p, path, (full) => p.machine.files.write(full, '', true, p.machine.now)) || code,
    0,
  );

export const rm: Program = (p) => {
  const f = flags(p.argv, 'rRfiv', { recursive: 'r', force: 'f' });
  let code = 0;
  for (const path of f.rest) {
    const full = normalPath(path, p.cwd);
    if (!p.machine.files.exists(full)) {
      if (f.has('f')) continue;
      p.err(
        isBusybox(p)
          ? `rm: can't remove '${path}': No such file or directory\n`
          : `rm: cannot remove '${path}': No such file or directory\n`,
      );
      code = 1;
    } else if (p.machine.files.isDirectory(full) && !f.has('r') && !f.has('R')) {
      p.err(isBusybox(p) ? `rm: '${path}' is a directory\n` : `rm: cannot remove '${path}': Is a directory\n`);
      code = 1;
    } else code = writing(p, path, () => p.machine.files.remove(full, p.machine.now)) || code;
  }
  return code;
};

function transfer(p: Process, keep: boolean): number {
  const f = flags(p.argv, 'rRafpvn');
  const target = f.rest.at(-1) ?? '';
  const into = p.machine.files.isDirectory(normalPath(target, p.cwd));
  let code = 0;
  for (const source of f.rest.slice(0, -1)) {
    const text = readFile(p, source);
    if (text === undefined) {
      code = 1;
      continue;
    }
    const name = into ? `${target}/${source.split('/').at(-1)}` : target;
    code = writing(p, name, (full) => p.machine.files.write(full, text, false, p.machine.now)) || code;
    if (!keep && code === 0) code = writing(p, source, (full) => p.machine.files.remove(full, p.machine.now)) || code;
  }
  return code;
}

export const cp: Program = (p) => transfer(p, true);
export const mv: Program = (p) => transfer(p, false);

export const basename: Program = (p) => {
  const name = (p.argv[1] ?? '').replace(/\/+$/, '').split('/').at(-1) ?? '';
  const suffix = p.argv[2] ?? '';
  p.out(`${suffix && name.endsWith(suffix) ? name.slice(0, -suffix.length) : name}\n`);
  return 0;
};

export const dirname: Program = (p) => {
  const path = p.argv[1] ?? '';
  p.out(`${path.includes('/') ? path.slice(0, path.lastIndexOf('/')) || '/' : '.'}\n`);
  return 0;
};

export const pwd: Program = (p) => {
  p.out(`${p.cwd}\n`);
  return 0;
};
