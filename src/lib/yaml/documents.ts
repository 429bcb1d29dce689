// Cuts a file into its documents: YAML between lines of `---`, or JSON values one after the other.
// Mirrors k8s.io/apimachinery/pkg/util/yaml (YAMLOrJSONDecoder), line counting of its errors included.
import { goJSON } from '../go-format.js';
import { JsonSyntaxError, scanJson } from '../json-scan.js';
import { readYaml, type YamlValue } from './read.js';

export interface Document {
  readonly value: YamlValue;
  /** The document as JSON text: as it was written, or as the YAML was converted. */
  readonly json: () => string;
}

/** Yields document by document; throws, after those before it, what kubectl prints behind `error parsing FILE: `. */
export function* readDocuments(text: string): Generator<Document> {
  const whole = wholeJson(text);
  if (whole) return yield whole;
  let at = 0;
  while (/^\s*\{/.test(text.slice(at, at + 4096))) {
    const start = at;
    try {
      at = scanJson(text, start);
    } catch (jsonError) {
      yield* yamlInstead(text.slice(start), jsonError as Error);
      return;
    }
    const json = text.slice(start, at).trim();
    yield { value: JSON.parse(json) as YamlValue, json: () => json };
  }
  if (text.slice(at).trim() !== '') yield* yamlDocuments(text.slice(at));
}

/** One JSON value and nothing else: what large files are, read by the fastest way there is. */
function wholeJson(text: string): Document | undefined {
  if (!/^\s*\{/.test(text)) return undefined;
  try {
    const value = JSON.parse(text) as YamlValue;
    return { value, json: () => text.trim() };
  } catch {
    return undefined;
  }
}

/** What begins as JSON may still be YAML (`{a: b}`); if it is neither, the complaint is about JSON. */
function* yamlInstead(text: string, jsonError: Error): Generator<Document> {
  const documents = yamlDocuments(text);
  let first: IteratorResult<Document>;
  try {
    first = documents.next();
  } catch {
    throw jsonError instanceof JsonSyntaxError ? new Error(`json: offset ${jsonError.offset}: ${jsonError.message}`) : jsonError;
  }
  if (first.done) return;
  yield first.value;
  yield* documents;
}

function* yamlDocuments(text: string): Generator<Document> {
  for (const part of splitDocuments(text)) {
    let value: YamlValue;
    try {
      value = readYaml(part);
    } catch (e) {
      throw new Error(`error converting YAML to JSON: ${(e as Error).message}`);
    }
    yield { value, json: () => goJSON(value) };
  }
}

/** A separator opens its own document when nothing came before it: then lines count from it. Every line gets its end, the last one too. */
export function* splitDocuments(given: string): Generator<string> {
  const text = given.endsWith('\n') ? given : `${given}\n`;
  let start = 0;
  let at = 0;
  while (at < text.length) {
    const end = text.indexOf('\n', at);
    const next = end < 0 ? text.length : end + 1;
    if (text.startsWith('---', at)) {
      const rest = text.slice(at + 3, next).trim();
      if (rest !== '' && !rest.startsWith('#')) throw new Error(`invalid Yaml document separator: ${rest}`);
      if (at > start) {
        yield text.slice(start, at);
        start = next;
      }
    }
    at = next;
  }
  if (start < text.length) yield text.slice(start);
}
