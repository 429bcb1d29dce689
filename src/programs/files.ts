// A container's file system: its own files and what is mounted into it, with every write dated so that it can be replayed.

export interface Write {
  readonly at: number;
  /** Name of the volume, "" for the container's own files. */
  readonly volume: string;
  /** Inside the volume: "/index.html". */
  readonly path: string;
  /** Absent: removed. null: a directory was made. */
  readonly data?: string | null;
  readonly append?: boolean;
}

/** One tree of files: the root, or a volume. */
export class Tree {
  readonly files = new Map<string, string>();
  readonly dirs = new Set<string>(['/']);

  constructor(
    readonly name: string,
    readonly readOnly: boolean,
    files: Readonly<Record<string, string>> = {},
  ) {
    for (const [path, data] of Object.entries(files)) this.put(path, data);
  }

  put(path: string, data: string): void {
    this.files.set(path, data);
    this.makeDirs(path.slice(0, path.lastIndexOf('/')));
  }

  makeDirs(path: string): void {
    for (let dir = path; dir !== '' && !this.dirs.has(dir); dir = dir.slice(0, dir.lastIndexOf('/'))) this.dirs.add(dir);
  }

  apply(write: Write): void {
    if (write.data === null) this.makeDirs(write.path);
    else if (write.data === undefined) this.remove(write.path);
    else this.put(write.path, write.append ? (this.files.get(write.path) ?? '') + write.data : write.data);
  }

  remove(path: string): void {
    this.files.delete(path);
    for (const p of this.files.keys()) if (p.startsWith(`${path}/`)) this.files.delete(p);
    for (const p of this.dirs) if (p === path || p.startsWith(`${path}/`)) this.dirs.delete(p);
  }

  has(path: string): boolean {
    return this.files.has(path) || this.dirs.has(path);
  }

  /** Names directly in `dir`, sorted. */
  names(dir: string): string[] {
    const prefix = dir === '/' ? '/' : `${dir}/`;
    const found = new Set<string>();
    for (const path of [...this.files.keys(), ...this.dirs]) {
      if (path.length > prefix.length && path.startsWith(prefix)) found.add(path.slice(prefix.length).split('/')[0] as string);
    }
    return [...found].sort();
  }
}

export interface Mount {
  readonly path: string;
  readonly tree: Tree;
  /** Folder of the tree that is mounted: "" for its root. */
  readonly sub: string;
  readonly readOnly: boolean;
}

export class FileError extends Error {}

/** A file of the kernel's that is there, but not here: its path. */
export class UnsimulatedFile extends Error {}

/** "//", "/./", "/../", or a "/" at the end. Few paths come to the pattern: looking for its parts is faster. */
const isLoose = (path: string): boolean =>
  (path.endsWith('/') || path.includes('//') || path.includes('/.')) && /\/\.{0,2}(?:\/|$)/.test(path);

/** Absolute, without "." and "..". */
export function normalPath(path: string, cwd = '/'): string {
  // Most paths are so already.
  if (path.startsWith('/') && path !== '/' && !isLoose(path)) return path;
  const parts: string[] = [];
  for (const part of (path.startsWith('/') ? path : `${cwd}/${path}`).split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

export class FileSystem {
  readonly writes: Write[] = [];
  readonly #mounts: readonly Mount[];

  constructor(
    readonly root: Tree,
    mounts: readonly Mount[],
    /** Brings a shared tree up to date before it is looked at. */
    private readonly sync: (tree: Tree) => void = () => undefined,
    /** When somebody else next writes to a file, after `time`. */
    private readonly upcoming: (tree: Tree, path: string, time: number) => number | undefined = () => undefined,
    /** Where in the root tree its user may write; undefined: everywhere. */
    private readonly own: ((path: string) => boolean) | undefined = undefined,
  ) {
    this.#mounts = [...mounts].sort((a, b) => b.path.length - a.path.length);
    for (const m of this.#mounts)
      if (m.tree.files.has(m.sub)) root.makeDirs(m.path.slice(0, m.path.lastIndexOf('/')));
      else root.makeDirs(m.path);
  }

  #find(path: string): { tree: Tree; path: string; readOnly: boolean } {
    const mount = this.#mounts.find((m) => path === m.path || path.startsWith(`${m.path}/`));
    if (!mount) return { tree: this.root, path, readOnly: this.root.readOnly && !/^\/(dev|proc)(\/|$)/.test(path) };
    this.sync(mount.tree);
    const inside = `${mount.sub}${path.slice(mount.path.length)}`;
    return { tree: mount.tree, path: inside === '' ? '/' : inside, readOnly: mount.readOnly || mount.tree.readOnly };
  }

  /** Is the path on a volume that others may change? */
  isShared(path: string): boolean {
    return this.#find(path).tree !== this.root;
  }

  /** When somebody else next writes to the file: how `tail -f` goes on. */
  nextWrite(path: string, after: number): number | undefined {
    const at = this.#find(path);
    return this.upcoming(at.tree, at.path, after);
  }

  read(path: string): string | undefined {
    if (path === '/dev/null') return '';
    const at = this.#find(path);
    const text = at.tree.files.get(at.path);
    if (text === undefined && /^\/(proc|sys)\/./.test(path) && !at.tree.dirs.has(at.path)) throw new UnsimulatedFile(path);
    return text;
  }

  isDirectory(path: string): boolean {
    const at = this.#find(path);
    return at.tree.dirs.has(at.path);
  }

  exists(path: string): boolean {
    const at = this.#find(path);
    return path === '/dev/null' || at.tree.has(at.path);
  }

  isReadOnly(path: string): boolean {
    return this.#find(path).readOnly;
  }

  /** Why it cannot be written to, in the words of strerror. */
  refusal(path: string): 'Read-only file system' | 'Permission denied' | undefined {
    const at = this.#find(path);
    if (at.readOnly) return 'Read-only file system';
    return at.tree === this.root && this.own?.(path) === false ? 'Permission denied' : undefined;
  }

  #guard(path: string): void {
    const refusal = this.refusal(path);
    if (refusal !== undefined) throw new FileError(refusal);
  }

  /** Throws FileError with the words of strerror. */
  write(path: string, data: string, append: boolean, now: number): void {
    if (path === '/dev/null' || path === '/dev/stdout' || path === '/dev/stderr') return;
    const at = this.#find(path);
    if (at.tree.dirs.has(at.path)) throw new FileError('Is a directory');
    this.#guard(path);
    if (!this.isDirectory(path.slice(0, path.lastIndexOf('/')) || '/')) throw new FileError('No such file or directory');
    this.#log({ at: now, volume: at.tree.name, path: at.path, data, ...(append && { append }) }, at.tree);
  }

  makeDirectory(path: string, now: number): void {
    const at = this.#find(path);
    this.#guard(path);
    this.#log({ at: now, volume: at.tree.name, path: at.path, data: null }, at.tree);
  }

  remove(path: string, now: number): void {
    const at = this.#find(path);
    this.#guard(path);
    this.#log({ at: now, volume: at.tree.name, path: at.path }, at.tree);
  }

  #log(write: Write, tree: Tree): void {
    this.writes.push(write);
    tree.apply(write);
  }

  names(path: string): string[] {
    const at = this.#find(path);
    const found = new Set(at.tree.names(at.path));
    const prefix = path === '/' ? '/' : `${path}/`;
    for (const m of this.#mounts) if (m.path.startsWith(prefix)) found.add(m.path.slice(prefix.length).split('/')[0] as string);
    return [...found].sort();
  }
}

// A configuration file with all that it may draw in: its neighbours, and every file that it names. Plain JSON, so that a run can be replayed with it.

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
      const named = normalPath(word.replace(/;$/, ''), folder);
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
