// --from-literal, --from-file and --from-env-file of ConfigMaps and Secrets.
// Mirrors pkg/cmd/create (create_configmap.go, create_secret.go) and pkg/util (generate.go ParseFileSource, env_file.go HandleFromEnvFile).
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { goJSON } from '../../../lib/go-format.js';
import { isEnvVarName } from '../../../lib/names.js';
import type { Io } from '../../../model/io.js';
import type { Flag, FlagValues } from '../../../model/verb.js';
import { UsageError } from '../../errors.js';
import { fileProblem } from '../../manifest/index.js';

export const keyValueFlags: readonly Flag[] = [
  { name: 'append-hash', type: 'bool', default: 'false', usage: 'Append a hash of the content to the name.' },
  { name: 'from-env-file', type: 'stringSlice', default: '[]', usage: 'File of lines key=val.' },
  { name: 'from-file', type: 'stringSlice', default: '[]', usage: 'File or directory, with or without key= before it.' },
  { name: 'from-literal', type: 'stringArray', default: '[]', usage: 'A key and its value, as key=value.' },
];

export interface KeyValue {
  readonly key: string;
  readonly value: Buffer;
}

/** Literals first, then files, then env files: the order in which kubectl meets them, and complains. */
export function* keyValues(flags: FlagValues, io: Io): Generator<KeyValue> {
  const [literals, files, envFiles] = [flags.strings('from-literal'), flags.strings('from-file'), flags.strings('from-env-file')];
  if (envFiles.length > 0 && (files.length > 0 || literals.length > 0))
    throw new UsageError('from-env-file cannot be combined with from-file or from-literal');
  for (const literal of literals) yield fromLiteral(literal);
  for (const source of files) yield* fromFile(source, io.cwd);
  for (const file of envFiles) yield* fromEnvFile(file, io);
}

function fromLiteral(literal: string): KeyValue {
  const equals = literal.indexOf('=');
  if (equals < 1) throw new UsageError(`invalid literal source ${literal}, expected key=value`);
  return { key: literal.slice(0, equals), value: Buffer.from(literal.slice(equals + 1)) };
}

function* fromFile(source: string, cwd: string): Generator<KeyValue> {
  const { key, path } = parseSource(source);
  const stat = reading(path, () => statSync(resolve(cwd, path)));
  if (!stat.isDirectory()) return yield { key, value: reading(path, () => readFileSync(resolve(cwd, path))) };
  if (source.includes('=')) throw new UsageError('cannot give a key name for a directory path');
  for (const entry of readdirSync(resolve(cwd, path), { withFileTypes: true }).toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.isFile()) yield { key: entry.name, value: reading(path, () => readFileSync(resolve(cwd, join(path, entry.name)))) };
  }
}

function parseSource(source: string): { key: string; path: string } {
  const [first = '', second, ...more] = source.split('=');
  if (second === undefined) return { key: basename(source), path: source };
  if (more.length === 0 && first === '') throw new UsageError(`key name for file path ${second} missing`);
  if (more.length === 0 && second === '') throw new UsageError(`file path for key name ${first} missing`);
  if (more.length > 0) throw new UsageError("key names or file paths cannot contain '='");
  return { key: first, path: second };
}

function reading<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (e) {
    throw new UsageError(`error reading ${fileProblem('', path, e).trimStart()}`);
  }
}

/** Blanks before a key and lines of # are skipped; a key alone takes its value from the environment. */
function* fromEnvFile(path: string, io: Io): Generator<KeyValue> {
  const text = reading(path, () => readFileSync(resolve(io.cwd, path), 'utf8')).replace(/^\ufeff/, '');
  for (const line of text.split(/\r?\n/).map((l) => l.trimStart())) {
    if (line === '' || line.startsWith('#')) continue;
    const equals = line.indexOf('=');
    const key = equals < 0 ? line : line.slice(0, equals);
    const errors = isEnvVarName(key);
    if (errors.length > 0) throw new UsageError(`${JSON.stringify(key)} is not a valid key name: ${errors.join(';')}`);
    yield { key, value: Buffer.from(equals < 0 ? (io.env[key] ?? '') : line.slice(equals + 1)) };
  }
}

/** What stands in for the letters and digits that could make words. */
const letters: Readonly<Record<string, string>> = { '0': 'g', '1': 'h', '3': 'k', a: 'm', e: 't' };

/** The suffix of --append-hash: a hash of kind, name and content, without vowels. Mirrors pkg/util/hash. */
export function contentHash(content: Readonly<Record<string, unknown>>): string {
  const hex = createHash('sha256').update(goJSON(content)).digest('hex');
  return hex.slice(0, 10).replace(/[013ae]/g, (c) => letters[c] as string);
}
