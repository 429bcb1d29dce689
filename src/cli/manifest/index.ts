// Reads what -f names: files, directories, patterns, standard input; documents and lists taken apart into objects.
// Mirrors k8s.io/cli-runtime/pkg/resource (builder.go FilenameParam, visitor.go): its order and its words.
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { basename, extname, join, resolve } from 'node:path';
import { readDocuments } from '../../lib/yaml/documents.js';
import type { Io } from '../../model/io.js';
import type { FlagValues } from '../../model/verb.js';
import type { KubeObject } from '../../model/object.js';
import { notSimulated, severalErrors, UsageError } from '../errors.js';
import { decodeManifest, validateManifest } from './decode.js';

export interface ManifestObject {
  readonly object: KubeObject;
  /** A path, or "STDIN". */
  readonly source: string;
}

export interface Manifests {
  readonly objects: readonly ManifestObject[];
  /** What could not be read; kubectl goes on with the rest and prints these at the end. */
  readonly errors: readonly Error[];
  /** Both, as they came: what is wrong with an object later on is told between them. */
  readonly inOrder: readonly (ManifestObject | Error)[];
}

export interface ManifestQuestion {
  readonly filenames: readonly string[];
  readonly recursive: boolean;
  /** -k; "" when not given. */
  readonly kustomize: string;
  /** Check for apiVersion and kind first, as verbs with --validate do. */
  readonly validate?: boolean;
}

/** Throws when nothing is named or a path is not there. */
export function manifestsOf(flags: FlagValues, io: Io, options: { validate?: boolean } = {}): Manifests {
  const question = { filenames: flags.strings('filename'), recursive: flags.bool('recursive'), kustomize: flags.string('kustomize') };
  return readManifests({ ...question, ...options }, io);
}

export function readManifests(question: ManifestQuestion, io: Io): Manifests {
  const { filenames, kustomize } = question;
  if (filenames.length > 0 && kustomize !== '') throw new UsageError('only one of -f or -k can be specified');
  if (kustomize !== '') throw notSimulated(`-k ${kustomize}: kustomize`);
  const sources = findSources(question, io);
  const inOrder: (ManifestObject | Error)[] = [];
  for (const { name, read } of sources) {
    try {
      readSource(name, read(), question.validate === true, inOrder);
    } catch (e) {
      if (!(e instanceof UsageError)) throw e;
      inOrder.push(e);
    }
  }
  const isError = (entry: ManifestObject | Error): entry is Error => entry instanceof Error;
  return { inOrder, errors: inOrder.filter(isError), objects: inOrder.filter((entry): entry is ManifestObject => !isError(entry)) };
}

/** The objects; throws when any document could not be read (verbs that collect everything first). */
export function allObjects({ objects, errors }: Manifests): readonly ManifestObject[] {
  if (errors.length > 0) throw severalErrors(errors);
  return objects;
}

interface Source {
  readonly name: string;
  readonly read: () => string;
}

function findSources({ filenames, recursive }: ManifestQuestion, io: Io): Source[] {
  const sources: Source[] = [];
  const errors: Error[] = [];
  for (const filename of filenames) {
    if (filename === '') continue;
    if (filename === '-') {
      if (!sources.some((s) => s.name === 'STDIN')) sources.push({ name: 'STDIN', read: () => io.stdin() });
    } else if (/^https?:\/\//.test(filename)) {
      throw notSimulated(`-f ${filename}: reading from URLs (nothing leaves this machine)`);
    } else {
      try {
        for (const path of expandPattern(filename, io.cwd)) sources.push(...pathSources(path, recursive, io.cwd));
      } catch (e) {
        if (!(e instanceof UsageError)) throw e;
        errors.push(e);
      }
    }
  }
  if (errors.length > 0) throw severalErrors(errors);
  if (sources.length === 0) throw new UsageError('one or more files must be specified as -f pod.yaml or --filename=pod.json');
  return sources;
}

/** A pattern the shell left alone; kubectl knows * ? [ ] within one directory. */
function expandPattern(filename: string, cwd: string): string[] {
  if (!/[*?[]/.test(basename(filename)) || exists(resolve(cwd, filename))) return [filename];
  const folder = filename.slice(0, filename.length - basename(filename).length);
  const names = exists(resolve(cwd, folder)) ? readdirSync(resolve(cwd, folder)).sort() : [];
  const found = names.filter((name) => matchesPattern(name, basename(filename)));
  if (found.length === 0) throw new UsageError(`the path ${JSON.stringify(filename)} does not exist`);
  return found.map((name) => folder + name);
}

function matchesPattern(name: string, pattern: string): boolean {
  const source = pattern.replace(/\[[^\]]*\]|[^]/g, (part) => {
    if (part === '*') return '[^/]*';
    if (part === '?') return '[^/]';
    return part.length > 1 ? part : part.replace(/[.+^${}()|[\]\\]/, '\\$&');
  });
  return new RegExp(`^${source}$`).test(name);
}

const exists = (path: string): boolean => statSync(path, { throwIfNoEntry: false }) !== undefined;
const extensions = ['.json', '.yaml', '.yml'];

function pathSources(path: string, recursive: boolean, cwd: string): Source[] {
  let stat: ReturnType<typeof statSync>;
  try {
    stat = statSync(resolve(cwd, path), { throwIfNoEntry: false });
  } catch (e) {
    throw new UsageError(`the path ${JSON.stringify(path)} cannot be accessed: ${fileProblem('stat', path, e)}`);
  }
  if (!stat) throw new UsageError(`the path ${JSON.stringify(path)} does not exist`);
  const files = stat.isDirectory() ? walk(path, recursive, cwd) : [path];
  if (files.length === 0) throw new UsageError(`error reading [${path}]: recognized file extensions are [${extensions.join(' ')}]`);
  return files.map((name) => ({ name, read: () => readText(name, cwd) }));
}

/** Names in order, each directory where its name stands. */
function walk(folder: string, recursive: boolean, cwd: string): string[] {
  return readdirSync(resolve(cwd, folder), { withFileTypes: true })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (statSync(resolve(cwd, path), { throwIfNoEntry: false })?.isDirectory())
        return recursive && !entry.isSymbolicLink() ? walk(path, true, cwd) : [];
      return extensions.includes(extname(entry.name)) ? [path] : [];
    });
}

function readText(path: string, cwd: string): string {
  try {
    const bytes = readFileSync(resolve(cwd, path));
    if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.toString('utf16le');
    return bytes.toString('utf8');
  } catch (e) {
    throw new UsageError(fileProblem('open', path, e));
  }
}

/** "open x: permission denied": an error of Node in Go's words. */
export function fileProblem(action: string, path: string, error: unknown): string {
  const words: Readonly<Record<string, string>> = {
    ENOENT: 'no such file or directory',
    EACCES: 'permission denied',
    EISDIR: 'is a directory',
    ENOTDIR: 'not a directory',
  };
  const { code = '', message } = error as NodeJS.ErrnoException;
  return `${code === 'EISDIR' ? 'read' : action} ${path}: ${words[code] ?? message}`;
}

/** What is wrong with one object does not keep the others of its file from being read; what is wrong with the text does. */
function readSource(source: string, text: string, validate: boolean, into: (ManifestObject | Error)[]): void {
  const documents = readDocuments(text);
  for (;;) {
    let next: ReturnType<typeof documents.next>;
    try {
      next = documents.next();
    } catch (e) {
      throw new UsageError(`error parsing ${source}: ${(e as Error).message}`);
    }
    if (next.done) return;
    if (next.value.value === null) continue;
    if (validate) validateManifest(next.value.value, source);
    try {
      for (const object of decodeManifest(next.value, source)) into.push({ object, source });
    } catch (e) {
      if (!(e instanceof UsageError)) throw e;
      into.push(e);
    }
  }
}
