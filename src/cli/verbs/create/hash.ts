// The suffix of --append-hash: a hash of kind, name and content, without vowels. Mirrors pkg/util/hash.
import { createHash } from 'node:crypto';
import { goJSON } from '../../../lib/go-format.js';

const letters: Readonly<Record<string, string>> = { '0': 'g', '1': 'h', '3': 'k', a: 'm', e: 't' };

export function contentHash(content: Readonly<Record<string, unknown>>): string {
  const hex = createHash('sha256').update(goJSON(content)).digest('hex');
  return hex.slice(0, 10).replace(/[013ae]/g, (c) => letters[c] as string);
}
