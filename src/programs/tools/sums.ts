// Sums and encodings: md5sum, sha1sum, sha256sum, sha512sum, base64.
import { createHash } from 'node:crypto';
import type { Program } from '../process.js';
import { flags, isBusybox, readAll, readFile, refuse } from './arguments.js';

const sumOf =
  (algorithm: string): Program =>
  (p) => {
    const f = flags(p.argv, 'cbtsw');
    if (f.unknown || f.has('c')) return refuse(p, f.unknown ?? '-c');
    let code = 0;
    for (const path of f.rest.length > 0 ? f.rest : ['-']) {
      const text = readFile(p, path);
      if (text === undefined) code = 1;
      else p.out(`${createHash(algorithm).update(text).digest('hex')}  ${path}\n`);
    }
    return code;
  };

export const md5sum = sumOf('md5');
export const sha1sum = sumOf('sha1');
export const sha256sum = sumOf('sha256');
export const sha512sum = sumOf('sha512');

export const base64: Program = (p) => {
  const f = flags(p.argv, 'dw:i', { decode: 'd', wrap: 'w' });
  const { text, code } = readAll(p, f.rest);
  if (f.unknown) return refuse(p, f.unknown);
  if (f.has('d')) {
    if (/[^A-Za-z0-9+/=\s]/.test(text) && !isBusybox(p)) {
      p.err('base64: invalid input\n');
      return 1;
    }
    p.out(Buffer.from(text, 'base64').toString('utf8'));
  } else {
    const width = Number(f.value('w') ?? 76);
    const encoded = Buffer.from(text).toString('base64');
    p.out(width === 0 ? encoded : `${(encoded.match(new RegExp(`.{1,${width}}`, 'g')) ?? ['']).join('\n')}\n`);
  }
  return code;
};
