// Runs a parsed template over plain JSON. Mirrors Go's text/template/exec.go.
import { sortedKeys } from '../go-format.js';
import { CallError, functions, truth } from './functions.js';
import { TemplateError } from './lex.js';
import { asNum, int, Num } from './number.js';
import { type Command, commandText, type Node, type Operand, type Pipeline, pipelineText, type Template, textOf } from './parse.js';
import { show, typeName } from './printf.js';

export interface Options {
  /** Missing keys print `<no value>` instead of failing. */
  readonly allowMissingKeys: boolean;
}

/** What was printed, and the error that ended it. */
export interface Execution {
  readonly output: string;
  readonly error?: TemplateError;
}

export function execute(template: Template, data: unknown, options: Options): Execution {
  const run = new Run(template, options);
  try {
    run.template(template.body, data);
    return { output: run.output };
  } catch (e) {
    if (e instanceof TemplateError) return { output: run.output, error: e };
    throw e;
  }
}

/** No value at all: what a missing key of nothing is. */
const nothing = undefined;

class Jump extends Error {
  constructor(readonly to: 'break' | 'continue') {
    super(to);
  }
}

interface Variable {
  readonly name: string;
  value: unknown;
}

class Run {
  output = '';
  private variables: Variable[] = [];
  private where = { position: 0, text: '' };
  private depth = 0;

  constructor(
    private readonly parsed: Template,
    private readonly options: Options,
  ) {}

  template(body: readonly Node[], dot: unknown): void {
    const outer = this.variables;
    this.variables = [{ name: '$', value: dot }];
    this.nodes(body, dot);
    this.variables = outer;
  }

  private at(position: number, text: string): void {
    this.where = { position, text };
  }

  private fail(message: string): never {
    const before = this.parsed.source.slice(0, this.where.position);
    const lines = before.split('\n');
    const column = Buffer.byteLength(lines.at(-1) ?? '');
    throw new TemplateError(`template: output:${lines.length}:${column}: executing "output" at <${this.where.text}>: ${message}`);
  }

  private nodes(nodes: readonly Node[], dot: unknown): void {
    for (const node of nodes) this.node(node, dot);
  }

  private node(node: Node, dot: unknown): void {
    switch (node.type) {
      case 'text':
        this.output += node.text;
        return;
      case 'action': {
        const value = this.pipeline(node.pipeline, dot);
        if (node.pipeline.variables.length === 0) this.output += value === nothing || value === null ? '<no value>' : show(value);
        return;
      }
      case 'if':
      case 'with':
        return this.branch(node, dot);
      case 'range':
        return this.range(node, dot);
      case 'template':
        return this.call(node, dot);
      case 'break':
      case 'continue':
        throw new Jump(node.type);
    }
  }

  private branch(node: Extract<Node, { type: 'if' | 'with' | 'range' }>, dot: unknown): void {
    const depth = this.variables.length;
    const value = this.pipeline(node.pipeline, dot);
    if (truth(value)) this.nodes(node.body, node.type === 'with' ? value : dot);
    else this.nodes(node.otherwise, dot);
    this.variables.length = depth;
  }

  private range(node: Extract<Node, { type: 'if' | 'with' | 'range' }>, dot: unknown): void {
    const depth = this.variables.length;
    const value = this.pipeline({ ...node.pipeline, variables: [] }, dot);
    const pairs = this.pairs(value);
    for (const [key, item] of pairs) {
      this.variables.length = depth;
      const { variables, assigns } = node.pipeline;
      const set = (name: string, v: unknown): void => (assigns ? this.assign(name, v) : void this.variables.push({ name, value: v }));
      const [first, second] = variables;
      if (first !== undefined) set(first, second === undefined ? item : key);
      if (second !== undefined) set(second, item);
      try {
        this.nodes(node.body, item);
      } catch (e) {
        if (!(e instanceof Jump)) throw e;
        if (e.to === 'break') break;
      }
    }
    this.variables.length = depth;
    if (pairs.length === 0) this.nodes(node.otherwise, dot);
  }

  private pairs(value: unknown): [unknown, unknown][] {
    if (value === null || value === nothing) return [];
    if (Array.isArray(value)) return value.map((v, i) => [int(i), v]);
    const number = asNum(value);
    if (number && number.kind !== 'float64') return Array.from({ length: Math.max(0, number.value) }, (_, i) => [int(i), int(i)]);
    if (typeof value === 'object' && !number) return sortedKeys(value).map((k) => [k, (value as Record<string, unknown>)[k]]);
    return this.fail(`range can't iterate over ${show(value)}`);
  }

  private call(node: Extract<Node, { type: 'template' }>, dot: unknown): void {
    this.at(node.position, `{{template ${JSON.stringify(node.name)}${node.pipeline ? ` ${pipelineText(node.pipeline)}` : ''}}}`);
    const body = this.parsed.defined.get(node.name);
    if (!body) this.fail(`template ${JSON.stringify(node.name)} not defined`);
    if (++this.depth > 1000) this.fail('exceeded maximum template depth (100000)');
    this.template(body as readonly Node[], node.pipeline ? this.pipeline(node.pipeline, dot) : null);
    this.depth--;
  }

  private assign(name: string, value: unknown): void {
    const variable = this.variables.findLast((v) => v.name === name);
    if (variable) variable.value = value;
  }

  private pipeline(pipeline: Pipeline, dot: unknown): unknown {
    this.at(pipeline.position, pipelineText(pipeline));
    let value: unknown;
    pipeline.commands.forEach((command, i) => {
      value = this.command(command, dot, i === 0 ? [] : [value]);
    });
    for (const name of pipeline.variables) {
      if (pipeline.assigns) this.assign(name, value);
      else this.variables.push({ name, value });
    }
    return value;
  }

  /** `piped` holds the value of the stage before. */
  private command(command: Command, dot: unknown, piped: readonly unknown[]): unknown {
    const [first, ...args] = command.words as [Operand, ...Operand[]];
    if (first.type === 'function') return this.function(first.name, command, args, dot, piped);
    const hasArguments = args.length > 0 || piped.length > 0;
    if (first.type === 'field') {
      const value = this.operand(first, dot);
      if (hasArguments && first.names.length > 0) {
        this.at(first.position, textOf(first));
        this.fail(`${first.names.at(-1)} is not a method but has arguments`);
      }
      if (hasArguments) this.fail(`can't give argument to non-function ${textOf(first)}`);
      return value;
    }
    this.at(first.position, textOf(first));
    if (first.type === 'nil') this.fail('nil is not a command');
    if (hasArguments && first.type !== 'pipeline') this.fail(`can't give argument to non-function ${textOf(first)}`);
    if (hasArguments) this.fail(`can't give argument to non-function ${textOf(first)}`);
    return this.operand(first, dot);
  }

  private function(name: string, command: Command, args: readonly Operand[], dot: unknown, piped: readonly unknown[]): unknown {
    const { wants, atLeast, call } = functions.get(name) as NonNullable<ReturnType<typeof functions.get>>;
    const count = args.length + piped.length;
    this.at(command.position, commandText(command));
    if (atLeast && count < wants) this.fail(`wrong number of args for ${name}: want at least ${wants} got ${count}`);
    if (!atLeast && count !== wants) this.fail(`wrong number of args for ${name}: want ${wants} got ${count}`);
    if (name === 'and' || name === 'or') return this.shortCut(name, args, dot, piped);
    const values = [...args.map((a) => this.operand(a, dot)), ...piped];
    this.at(command.position, commandText(command));
    if (name === 'call') this.fail(`error calling call: non-function ${args[0] ? textOf(args[0]) : ''} of type ${typeName(values[0])}`);
    try {
      return call(...values);
    } catch (e) {
      if (e instanceof CallError) this.fail(`error calling ${name}: ${e.message}`);
      throw e;
    }
  }

  private shortCut(name: 'and' | 'or', args: readonly Operand[], dot: unknown, piped: readonly unknown[]): unknown {
    let value: unknown;
    for (const arg of args) {
      value = this.operand(arg, dot);
      if (truth(value) === (name === 'or')) return value;
    }
    return piped.length > 0 ? piped[0] : value;
  }

  private operand(operand: Operand, dot: unknown): unknown {
    switch (operand.type) {
      case 'dot':
        return dot;
      case 'nil':
        return null;
      case 'constant':
        return operand.value;
      case 'pipeline':
        return this.pipeline(operand.pipeline, dot);
      case 'function':
        return this.function(operand.name, { words: [operand], position: operand.position }, [], dot, []);
      case 'field': {
        const start = operand.of ? this.operand(operand.of, dot) : operand.root ? this.variable(operand.root) : dot;
        this.at(operand.position, textOf(operand));
        return operand.names.reduce((value: unknown, name) => this.field(value, name), start);
      }
    }
  }

  private variable(name: string): unknown {
    return this.variables.findLast((v) => v.name === name)?.value;
  }

  private field(value: unknown, name: string): unknown {
    if (value === null || value === nothing) {
      if (!this.options.allowMissingKeys) this.fail(`nil data; no entry for key ${JSON.stringify(name)}`);
      return nothing;
    }
    if (typeof value !== 'object' || Array.isArray(value) || value instanceof Num)
      this.fail(`can't evaluate field ${name} in type interface {}`);
    const map = value as Record<string, unknown>;
    if (Object.hasOwn(map, name)) return map[name];
    if (!this.options.allowMissingKeys) this.fail(`map has no entry for key ${JSON.stringify(name)}`);
    return nothing;
  }
}
