// Tools that look at files and make them.
import { normalPath } from '../files.js';
import type { Process, Program } from '../process.js';
import { flags, isBusybox, readFile, refuse, writing } from './arguments.js';

const stamp = (ms: number): string => {
  const d = new Date(ms);
  return `${d.toUTCString().slice(8, 11)} ${String(d.getUTCDate()).padStart(2)} ${d.toISOString().slice(11, 16)}`;
};

/** 4096 as 4.0K. */
const shortSize = (bytes: number): string => {
  if (bytes < 1024) return String(bytes);
  const k = bytes / 1024;
  return k < 10 ? `${k.toFixed(1)}K` : k < 1024 ? `${Math.round(k)}K` : `${(k / 1024).toFixed(1)}M`;
};

export const ls: Program = (p) => {
  const f = flags(p.argv, '1aAlhtrRdFi', { all: 'a', color: 'h' });
  if (f.unknown) return refuse(p, f.unknown);
  const { files } = p.machine;
  p.machine.present();
  let code = 0;
  const paths = f.rest.length > 0 ? f.rest : ['.'];
  const isDir = (full: string): boolean => files.isDirectory(full) && !f.has('d');
  const sizeOf = (full: string): number => (files.isDirectory(full) ? 4096 : Buffer.byteLength(files.read(full) ?? ''));
  /** GNU makes columns as narrow as they can be. */
  const long = (name: string, full: string, widest: number): string => {
    const dir = files.isDirectory(full);
    const mode = dir ? 'drwxr-xr-x' : '-rw-r--r--';
    const when = stamp(p.machine.host.startedAt);
    const size = f.has('h') ? shortSize(sizeOf(full)) : String(sizeOf(full));
    return isBusybox(p)
      ? `${mode}    ${dir ? 2 : 1} root     root     ${size.padStart(9)} ${when} ${name}\n`
      : `${mode} ${dir ? 2 : 1} root root ${size.padStart(widest)} ${when} ${name}\n`;
  };
  const show = (names: readonly string[], at: (n: string) => string): void => {
    if (names.length === 0) return;
    if (f.has('l')) {
      const widest = Math.max(...names.map((n) => (f.has('h') ? shortSize(sizeOf(at(n))) : String(sizeOf(at(n)))).length));
      p.out(names.map((n) => long(n, at(n), widest)).join(''));
    } else p.out(p.tty && !f.has('1') ? `${names.join('  ')}\n` : names.map((n) => `${n}\n`).join(''));
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
    if (f.has('l')) p.out(`total ${names.reduce((sum, n) => sum + Math.ceil(sizeOf(normalPath(n, full)) / 4096) * 4, 0)}\n`);
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
    // Only -p makes what is missing on the way.
    if (!f.has('p') && !p.machine.files.isDirectory(full.slice(0, full.lastIndexOf('/')) || '/')) {
      p.err(`mkdir: ${isBusybox(p) ? "can't" : 'cannot'} create directory '${path}': No such file or directory\n`);
      return 1;
    }
    return writing(p, path, () => p.machine.files.makeDirectory(full, p.machine.now)) || code;
  }, 0);
};

export const rmdir: Program = (p) => {
  const f = flags(p.argv, 'p');
  if (f.unknown || f.has('p')) return refuse(p, f.unknown ?? '-p');
  return f.rest.reduce((code, path) => {
    const full = normalPath(path, p.cwd);
    const { files } = p.machine;
    const why = !files.exists(full)
      ? 'No such file or directory'
      : !files.isDirectory(full)
        ? 'Not a directory'
        : files.names(full).length > 0
          ? 'Directory not empty'
          : '';
    if (why === '') return writing(p, path, () => files.remove(full, p.machine.now)) || code;
    p.err(isBusybox(p) ? `rmdir: '${path}': ${why}\n` : `rmdir: failed to remove '${path}': ${why}\n`);
    return 1;
  }, 0);
};

/** There are no links here: a name leads to itself or to nothing. */
export const readlink: Program = (p) => {
  const f = flags(p.argv, 'fenm');
  if (!f.has('f') && !f.has('e') && !f.has('m')) return 1;
  return realpath({ ...p, argv: ['realpath', ...f.rest], stdin: '' });
};

export const realpath: Program = (p) => {
  for (const path of p.argv.slice(1).filter((a) => !a.startsWith('-'))) p.out(`${normalPath(path, p.cwd)}\n`);
  return 0;
};

export const truncate: Program = (p) => {
  const f = flags(p.argv, 's:c', { size: 's' });
  const size = Number(f.value('s'));
  if (f.unknown || Number.isNaN(size)) return refuse(p, f.unknown ?? `-s ${f.value('s')}`);
  return f.rest.reduce((code, path) => {
    const text = p.machine.files.read(normalPath(path, p.cwd)) ?? '';
    return writing(p, path, (full) => p.machine.files.write(full, text.slice(0, size).padEnd(size, '\0'), false, p.machine.now)) || code;
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

function copyTree(p: Process, from: string, to: string): number {
  const { files, now } = p.machine;
  let code = writing(p, to, (full) => files.makeDirectory(full, now));
  for (const name of files.names(from)) {
    const [a, b] = [normalPath(name, from), normalPath(name, to)];
    if (files.isDirectory(a)) code = copyTree(p, a, b) || code;
    else code = writing(p, b, (full) => files.write(full, files.read(a) ?? '', false, now)) || code;
  }
  return code;
}

function transfer(p: Process, keep: boolean): number {
  const f = flags(p.argv, 'rRafpvn');
  const target = f.rest.at(-1) ?? '';
  const into = p.machine.files.isDirectory(normalPath(target, p.cwd));
  let code = 0;
  for (const source of f.rest.slice(0, -1)) {
    const from = normalPath(source, p.cwd);
    if (!p.machine.files.exists(from)) {
      const busy = keep ? `cp: can't stat '${source}'` : `mv: can't rename '${source}'`;
      p.err(`${isBusybox(p) ? busy : `${keep ? 'cp' : 'mv'}: cannot stat '${source}'`}: No such file or directory\n`);
      code = 1;
      continue;
    }
    if (p.machine.files.isDirectory(from)) {
      if (keep && !f.has('r') && !f.has('R') && !f.has('a')) {
        p.err(isBusybox(p) ? `cp: omitting directory '${source}'\n` : `cp: -r not specified; omitting directory '${source}'\n`);
        code = 1;
        continue;
      }
      code = copyTree(p, from, normalPath(into ? `${target}/${source.replace(/\/+$/, '').split('/').at(-1)}` : target, p.cwd)) || code;
      if (!keep && code === 0) code = writing(p, source, (full) => p.machine.files.remove(full, p.machine.now)) || code;
      continue;
    }
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
