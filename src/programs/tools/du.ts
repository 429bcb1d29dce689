// du: what files take, in blocks of 4 KiB as most file systems give them.
import { normalPath } from '../files.js';
import type { Program } from '../process.js';
import { flags, isBusybox, refuse } from './arguments.js';

const human = (k: number, decimals: boolean): string => {
  if (k === 0) return '0';
  const [n, unit] = k < 1024 ? [k, 'K'] : [k / 1024, 'M'];
  return `${decimals || n < 10 ? n.toFixed(1) : Math.round(n)}${unit}`;
};

export const du: Program = (p) => {
  const f = flags(p.argv, 'shakcd:m', { summarize: 's', 'human-readable': 'h', all: 'a', total: 'c', 'max-depth': 'd' });
  if (f.unknown || f.has('m')) return refuse(p, f.unknown ?? '-m');
  const { files } = p.machine;
  const most = f.has('s') ? 0 : Number(f.value('d') ?? Number.POSITIVE_INFINITY);
  let code = 0;
  const show = (k: number, path: string): void => p.out(`${f.has('h') ? human(k, isBusybox(p)) : k}\t${path}\n`);
  const sizeOf = (path: string, full: string, depth: number): number => {
    if (!files.isDirectory(full)) {
      const k = Math.ceil(Buffer.byteLength(files.read(full) ?? '') / 4096) * 4;
      if (f.has('a') && depth > 0 && depth <= most) show(k, path);
      return k;
    }
    const k = files
      .names(full)
      .reduce((sum, n) => sum + sizeOf(path.endsWith('/') ? `${path}${n}` : `${path}/${n}`, normalPath(n, full), depth + 1), 4);
    if (depth > 0 && depth <= most) show(k, path);
    return k;
  };
  let total = 0;
  for (const path of f.rest.length > 0 ? f.rest : ['.']) {
    const full = normalPath(path, p.cwd);
    if (!files.exists(full)) {
      p.err(isBusybox(p) ? `du: ${path}: No such file or directory\n` : `du: cannot access '${path}': No such file or directory\n`);
      code = 1;
      continue;
    }
    const k = sizeOf(path, full, 0);
    total += k;
    show(k, path);
  }
  if (f.has('c')) show(total, 'total');
  return code;
};
