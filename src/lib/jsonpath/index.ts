// kubectl's JSONPath: `-o jsonpath=`, and the relaxed paths of --sort-by, custom-columns and wait.
import { goQuote, goSyntax } from '../go-format.js';
import { findResults, type Options, resultText } from './evaluate.js';
import { JSONPathError, type Part, parseTemplate } from './parse.js';

export { JSONPathError };

export interface JSONPath {
  /** The printed text; throws JSONPathError. */
  execute(data: unknown, options?: Options): string;
  /** The values of each action. */
  find(data: unknown, options?: Options): unknown[][];
}

/** Throws JSONPathError with the parser's bare words. */
export function parseJSONPath(template: string): JSONPath {
  const parts: Part[] = parseTemplate(template);
  return {
    find: (data, options) => findResults(parts, data, options),
    execute: (data, options) =>
      findResults(parts, data, options)
        .map((values) => values.map(resultText).join(' '))
        .join(''),
  };
}

/** The whole text that `-o jsonpath` prints when the template does not fit the object. */
export const executionError = (template: string, data: unknown, error: Error): string =>
  `error executing jsonpath ${goQuote(template)}: Error executing template: ${error.message}. ` +
  `Printing more information for debugging the template:\n\ttemplate was:\n\t\t${template}\n` +
  `\tobject given to jsonpath engine was:\n\t\t${goSyntax(data)}\n\n`;

/** `x.y`, `.x.y`, `{x.y}` and `{.x.y}` are all `{.x.y}`. Mirrors get.RelaxedJSONPathExpression; throws JSONPathError. */
export function relaxedJSONPath(expression: string): string {
  if (expression === '') return expression;
  const match = /^\{\.?([^{}]+)\}$|^\.?([^{}]+)$/.exec(expression);
  if (!match) {
    throw new JSONPathError(`unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'`);
  }
  return `{.${match[1] ?? match[2]}}`;
}
