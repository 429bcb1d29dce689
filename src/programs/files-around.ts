// A configuration file with all that it may draw in: its neighbours, and every file that it names. Plain JSON, so that a run can be replayed with it.
import type { FileSystem } from './files.js';
import { normalPath } from './files.js';

/** Read in any case: they say who a Pod is and whom it asks. */
const always = ['/etc/hosts', '/etc/resolv.conf'];

export function filesAround(files: FileSystem, path: string): Record<string, string> {
  const found: Record<string, string> = {};
  const folder = path.slice(0, path.lastIndexOf('/'));
  const visit = (file: string): void => {
    if (found[file] !== undefined) return;
    const text = files.read(file);
    if (text === undefined) return;
    found[file] = text;
    if (always.includes(file)) return;
    for (const word of text.split(/\s+/)) {
      if (!word.includes('/') || word.includes('://')) continue;
      const named = normalPath(word, folder);
      if (/[*?]/.test(named)) visitFolder(named.slice(0, named.lastIndexOf('/')));
      else visit(named);
    }
  };
  const visitFolder = (name: string): void => {
    if (files.isDirectory(name)) for (const f of files.names(name)) visit(`${name}/${f}`);
  };
  if (folder === '') visit(path);
  else visitFolder(folder);
  for (const file of always) visit(file);
  return found;
}
