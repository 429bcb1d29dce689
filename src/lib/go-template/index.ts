// Go templates as kubectl runs them: `-o go-template=`.
import { goJSON, goQuote, goValue } from '../go-format.js';
import { execute, type Execution, type Options } from './execute.js';
import { functions } from './functions.js';
import { parse } from './parse.js';

export { TemplateError } from './lex.js';

export interface GoTemplate {
  execute(data: unknown, options: Options): Execution;
}

/** Throws TemplateError: "template: output:1: unclosed action". */
export function parseGoTemplate(source: string): GoTemplate {
  const template = parse(source, new Set(functions.keys()));
  return { execute: (data, options) => execute(template, data, options) };
}

/** What kubectl prints after the output of a template that failed; `error` is then its error. */
export function failureReport(source: string, data: unknown, error: Error): { report: string; error: string } {
  const report =
    `Error executing template: ${error.message}. Printing more information for debugging the template:\n` +
    `\ttemplate was:\n\t\t${source}\n\traw data was:\n\t\t${goJSON(data)}\n\tobject given to template engine was:\n\t\t${goValue(data)}\n\n`;
  return { report, error: `error executing template ${goQuote(source)}: ${error.message}` };
}
