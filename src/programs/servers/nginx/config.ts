// nginx's configuration language: words, directives, blocks and includes, and what nginx says when it cannot read them.
// Mirrors src/core/ngx_conf_file.c.
import { normalPath } from '../../files.js';

export interface Directive {
  readonly name: string;
  readonly args: readonly string[];
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** Of `name { ... }`. */
  readonly block?: readonly Directive[];
}

/** Why nginx does not start: its own words. */
export class ConfigError extends Error {}

export const at = ({ file, line }: Pick<Directive, 'file' | 'line'>): string => `in ${file}:${line}`;

/** Texts by path. */
export type Files = Readonly<Record<string, string>>;

interface Word {
  readonly text: string;
  readonly line: number;
  /** ";", "{" or "}", not in quotes. */
  readonly mark: boolean;
}

const spaces = /\s/;

function* words(text: string, file: string): Generator<Word> {
  let line = 1;
  let i = 0;
  while (i < text.length) {
    const c = text[i] as string;
    if (c === '\n') line++;
    if (spaces.test(c)) i++;
    else if (c === '#') while (i < text.length && text[i] !== '\n') i++;
    else if (c === ';' || c === '{' || c === '}') {
      yield { text: c, line, mark: true };
      i++;
    } else {
      const start = line;
      const quote = c === '"' || c === "'" ? c : undefined;
      let word = '';
      if (quote) i++;
      for (; i < text.length; i++) {
        const d = text[i] as string;
        if (quote ? d === quote : spaces.test(d) || d === ';' || (d === '{' && !word.endsWith('$'))) break;
        if (d === '\n') line++;
        if (d === '\\' && i + 1 < text.length) {
          const next = text[++i] as string;
          const plain = { t: '\t', r: '\r', n: '\n' }[next];
          word += plain ?? (/["'\\ ;{}]/.test(next) ? next : `\\${next}`);
        } else word += d;
      }
      if (quote && i >= text.length) throw new ConfigError(`unexpected end of file, expecting ";" or "}" in ${file}:${line}`);
      if (quote) {
        i++;
        const after = text[i];
        if (after !== undefined && !/[\s;{)]/.test(after)) throw new ConfigError(`unexpected "${after}" in ${file}:${line}`);
      }
      yield { text: word, line: start, mark: false };
    }
  }
}

/** The directives of a file, with those of the files that it includes in their place. */
export function parse(files: Files, file: string, by?: Directive): readonly Directive[] {
  const text = files[file];
  if (text === undefined) throw new ConfigError(`open() "${file}" failed (2: No such file or directory)${by ? ` ${at(by)}` : ''}`);
  const all = [...words(text, file)];
  const end = text.split('\n').length;
  let next = 0;
  const block = (inside: boolean): Directive[] => {
    const found: Directive[] = [];
    for (;;) {
      const first = all[next++];
      if (!first) {
        if (inside) throw new ConfigError(`unexpected end of file, expecting "}" in ${file}:${end}`);
        return found;
      }
      if (first.mark && first.text === '}' && inside) return found;
      if (first.mark) throw new ConfigError(`unexpected "${first.text}" in ${file}:${first.line}`);
      const args: string[] = [];
      let word = all[next++];
      for (; word && !word.mark; word = all[next++]) args.push(word.text);
      if (!word) throw new ConfigError(`unexpected end of file, expecting ";" or "}" in ${file}:${end}`);
      if (word.text === '}') throw new ConfigError(`unexpected "}" in ${file}:${word.line}`);
      const directive: Directive = {
        name: first.text,
        args,
        file,
        line: word.line,
        ...(word.text === '{' && { block: block(true) }),
      };
      if (directive.name === 'include' && !directive.block) found.push(...included(files, directive));
      else found.push(directive);
    }
  };
  return block(false);
}

/** Paths are taken from the folder of nginx.conf. */
function included(files: Files, directive: Directive): Directive[] {
  const wanted = normalPath(directive.args[0] ?? '', '/etc/nginx');
  if (!/[*?[]/.test(wanted)) return [...parse(files, wanted, directive)];
  const pattern = new RegExp(
    `^${wanted
      .replace(/[.+^$()|{}\\]/g, '\\$&')
      .replace(/\*/g, '[^/]*')
      .replace(/\?/g, '[^/]')}$`,
  );
  return Object.keys(files)
    .filter((path) => pattern.test(path))
    .sort()
    .flatMap((path) => parse(files, path, directive));
}
