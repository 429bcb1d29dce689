// The parser of Go templates. Mirrors Go's text/template/parse/parse.go, with its error texts.
import { lex, syntaxError, type Token, type TokenType } from './lex.js';
import { parseNumber, type Num } from './number.js';
import { unquote } from './unquote.js';

interface At {
  readonly position: number;
}

export type Operand =
  | ({ readonly type: 'dot' | 'nil' } & At)
  | ({ readonly type: 'constant'; readonly value: string | boolean | Num; readonly text: string } & At)
  | ({ readonly type: 'function'; readonly name: string } & At)
  /** `.a.b`, `$x.a` (root "$x"), `(...).a` (of) */
  | ({ readonly type: 'field'; readonly names: readonly string[]; readonly root?: string; readonly of?: Operand } & At)
  | ({ readonly type: 'pipeline'; readonly pipeline: Pipeline } & At);

export interface Command extends At {
  readonly words: readonly Operand[];
}

export interface Pipeline extends At {
  /** "$i", "$c" */
  readonly variables: readonly string[];
  readonly assigns: boolean;
  readonly commands: readonly Command[];
}

export type Node =
  | ({ readonly type: 'text'; readonly text: string } & At)
  | ({ readonly type: 'action'; readonly pipeline: Pipeline } & At)
  | ({
      readonly type: 'if' | 'with' | 'range';
      readonly pipeline: Pipeline;
      readonly body: readonly Node[];
      readonly otherwise: readonly Node[];
    } & At)
  | ({ readonly type: 'template'; readonly name: string; readonly pipeline?: Pipeline } & At)
  | ({ readonly type: 'break' | 'continue' } & At);

export interface Template {
  readonly source: string;
  readonly body: readonly Node[];
  readonly defined: ReadonlyMap<string, readonly Node[]>;
}

type Ending = 'end' | 'else' | 'eof';

export function parse(source: string, functions: ReadonlySet<string>): Template {
  const parser = new Parser(source, functions);
  const { nodes } = parser.list('top');
  return { source, body: nodes, defined: parser.defined };
}

class Parser {
  readonly defined = new Map<string, readonly Node[]>();
  private readonly tokens: Token[];
  private at = 0;
  private variables: string[] = ['$'];
  private ranges = 0;

  constructor(
    private readonly source: string,
    private readonly functions: ReadonlySet<string>,
  ) {
    this.tokens = lex(source);
  }

  private peek(): Token {
    return this.tokens[this.at] as Token;
  }

  private next(): Token {
    return this.tokens[this.at++] as Token;
  }

  private skipSpace(): Token {
    while (this.peek().type === 'space') this.at++;
    return this.peek();
  }

  private fail(message: string, token: Token = this.peek()): never {
    throw syntaxError(this.source, token.position, message);
  }

  private unexpected(token: Token, context: string): never {
    const shown =
      token.type === 'eof'
        ? 'EOF'
        : token.type === 'close'
          ? '"}}"'
          : `${isKeyword(token) ? `<${token.text}>` : JSON.stringify(token.text)}`;
    return this.fail(`unexpected ${shown} in ${context}`, token);
  }

  /** Nodes up to {{end}}, {{else}} or the end of the text. */
  list(where: 'top' | 'block'): { nodes: Node[]; ending: Ending; elseToken?: Token } {
    const nodes: Node[] = [];
    for (;;) {
      const token = this.next();
      if (token.type === 'eof') {
        if (where === 'block') this.fail('unexpected EOF', token);
        return { nodes, ending: 'eof' };
      }
      if (token.type === 'text') {
        nodes.push({ type: 'text', text: token.text, position: token.position });
        continue;
      }
      const first = this.skipSpace();
      if (first.type === 'identifier' && (first.text === 'end' || first.text === 'else')) {
        if (where === 'top') this.fail(`unexpected {{${first.text}}}`, first);
        this.next();
        if (first.text === 'end') this.close('end');
        return { nodes, ending: first.text as Ending, elseToken: first };
      }
      const node = this.action(first, where);
      if (node) nodes.push(node);
    }
  }

  private close(context: string): void {
    const token = this.skipSpace();
    if (token.type !== 'close') this.unexpected(token, context);
    this.next();
  }

  private action(first: Token, where: 'top' | 'block'): Node | undefined {
    const { position } = first;
    if (first.type === 'identifier') {
      switch (first.text) {
        case 'if':
        case 'with':
        case 'range':
          this.next();
          return this.control(first.text, position);
        case 'break':
        case 'continue':
          this.next();
          this.close(`{{${first.text}}}`);
          if (this.ranges === 0) this.fail(`{{${first.text}}} outside {{range}}`, first);
          return { type: first.text, position };
        case 'define':
          this.next();
          if (where !== 'top') this.fail('unexpected {{define}}', first);
          this.define(this.name('define clause'));
          return undefined;
        case 'block':
        case 'template':
          this.next();
          return this.template(first);
      }
    }
    const before = this.variables.length;
    const pipeline = this.pipeline('command', 'close');
    // A variable of an action lives on; one of a control structure is taken back there.
    if (this.variables.length < before) this.variables.length = before;
    return { type: 'action', pipeline, position };
  }

  private control(type: 'if' | 'with' | 'range', position: number): Node {
    const depth = this.variables.length;
    const pipeline = this.pipeline(type, 'close');
    if (type === 'range') this.ranges++;
    const { nodes: body, ending } = this.list('block');
    if (type === 'range') this.ranges--;
    const otherwise = ending === 'else' ? this.otherwise(type) : [];
    this.variables.length = depth;
    return { type, pipeline, body, otherwise, position };
  }

  /** {{else}} ... {{end}}, or {{else if}}, {{else with}}, which share the {{end}}. */
  private otherwise(type: string): Node[] {
    const token = this.skipSpace();
    if (token.type === 'identifier' && token.text === type && type !== 'range') {
      this.next();
      return [this.control(type as 'if' | 'with', token.position)];
    }
    this.close('else');
    const { nodes, ending, elseToken } = this.list('block');
    if (ending === 'else') this.fail('expected end; found {{else}}', elseToken);
    return nodes;
  }

  private name(context: string): string {
    const token = this.skipSpace();
    if (token.type !== 'string') this.unexpected(token, context);
    this.next();
    return unquote(token.text);
  }

  private define(name: string): void {
    this.close('define clause');
    this.body(name);
  }

  private body(name: string): void {
    const outer = this.variables;
    this.variables = ['$'];
    const { nodes, ending, elseToken } = this.list('block');
    if (ending === 'else') this.fail('unexpected {{else}} in define clause', elseToken);
    this.variables = outer;
    this.defined.set(name, nodes);
  }

  private template(keyword: Token): Node {
    const context = `${keyword.text} clause`;
    const token = this.skipSpace();
    const name = this.name(context);
    const position = token.position;
    if (keyword.text === 'template' && this.skipSpace().type === 'close') {
      this.next();
      return { type: 'template', name, position };
    }
    const pipeline = this.pipeline(context, 'close');
    if (keyword.text === 'block') this.body(name);
    return { type: 'template', name, pipeline, position };
  }

  private pipeline(context: string, end: TokenType): Pipeline {
    const { position } = this.skipSpace();
    const { variables, assigns } = this.declarations(context);
    const commands: Command[] = [];
    for (;;) {
      const token = this.skipSpace();
      if (token.type === end) {
        this.next();
        if (commands.length === 0) this.fail(`missing value for ${context}`, token);
        this.checkStages(commands);
        return { variables, assigns, commands, position };
      }
      if (['identifier', 'field', 'variable', 'dot', 'number', 'char', 'string', '('].includes(token.type)) commands.push(this.command());
      else this.unexpected(token, context);
    }
  }

  /** Only functions and fields take a value from the pipe. */
  private checkStages(commands: readonly Command[]): void {
    commands.slice(1).forEach((c, i) => {
      const type = c.words[0]?.type;
      if (type === 'constant' || type === 'nil' || type === 'dot') this.fail(`non executable command in pipeline stage ${i + 2}`);
    });
  }

  private declarations(context: string): { variables: string[]; assigns: boolean } {
    const start = this.at;
    const variables: string[] = [];
    for (;;) {
      const token = this.skipSpace();
      if (token.type !== 'variable') break;
      this.next();
      const after = this.skipSpace();
      if (after.type === 'declare' || after.type === 'assign') {
        this.next();
        variables.push(token.text);
        if (after.type === 'declare') this.variables.push(...variables);
        return { variables, assigns: after.type === 'assign' };
      }
      if (after.type !== 'comma' || context !== 'range' || variables.length > 0) break;
      this.next();
      variables.push(token.text);
    }
    this.at = start;
    return { variables: [], assigns: false };
  }

  private command(): Command {
    const { position } = this.peek();
    const words: Operand[] = [];
    for (;;) {
      this.skipSpace();
      const operand = this.operand();
      if (operand) words.push(operand);
      const token = this.peek();
      if (token.type === 'space') {
        const after = this.skipSpace();
        if (after.type !== 'pipe' && after.type !== 'close' && after.type !== ')') continue;
      }
      const end = this.peek();
      if (end.type === 'pipe') {
        this.next();
        if (['close', ')'].includes(this.skipSpace().type)) this.fail('missing value for command', end);
      } else if (end.type !== 'close' && end.type !== ')') this.unexpected(end, 'operand');
      if (words.length === 0) this.fail('empty command');
      return { words, position };
    }
  }

  private operand(): Operand | undefined {
    const term = this.term();
    if (!term) return undefined;
    if (this.peek().type !== 'field') return term;
    const { position } = this.peek();
    const names: string[] = [];
    while (this.peek().type === 'field') names.push(this.next().text.slice(1));
    if (term.type === 'field') return { ...term, names: [...term.names, ...names], position };
    if (term.type === 'dot') return { type: 'field', names, position };
    if (term.type === 'constant' || term.type === 'nil') this.fail(`unexpected . after term ${JSON.stringify(textOf(term))}`);
    return { type: 'field', names, of: term, position };
  }

  private term(): Operand | undefined {
    const token = this.next();
    const { position, text } = token;
    switch (token.type) {
      case 'dot':
        return { type: 'dot', position };
      case 'field':
        return { type: 'field', names: [text.slice(1)], position };
      case 'variable':
        if (!this.variables.includes(text)) this.fail(`undefined variable ${JSON.stringify(text)}`, token);
        return { type: 'field', names: [], root: text, position };
      case 'string':
        return { type: 'constant', value: unquote(text), text, position };
      case 'number':
      case 'char':
        return { type: 'constant', value: this.number(token), text, position };
      case '(':
        return { type: 'pipeline', pipeline: this.pipeline('parenthesized pipeline', ')'), position };
      case 'identifier':
        return this.word(token);
      default:
        this.at--;
        return undefined;
    }
  }

  private number(token: Token): Num {
    const value = parseNumber(token.text);
    return value ?? this.fail(`bad number syntax: ${JSON.stringify(token.text)}`, token);
  }

  private word(token: Token): Operand {
    const { position, text } = token;
    if (text === 'true' || text === 'false') return { type: 'constant', value: text === 'true', text, position };
    if (text === 'nil') return { type: 'nil', position };
    if (isKeyword(token)) this.unexpected(token, 'command');
    if (!this.functions.has(text)) this.fail(`function ${JSON.stringify(text)} not defined`, token);
    return { type: 'function', name: text, position };
  }
}

const keywords = new Set(['block', 'break', 'continue', 'define', 'else', 'end', 'if', 'range', 'template', 'with']);
const isKeyword = (token: Token): boolean => token.type === 'identifier' && keywords.has(token.text);

/** The operand as templates write it: shown in errors. */
export function textOf(operand: Operand): string {
  switch (operand.type) {
    case 'dot':
      return '.';
    case 'nil':
      return 'nil';
    case 'constant':
      return operand.text;
    case 'function':
      return operand.name;
    case 'pipeline':
      return `(${pipelineText(operand.pipeline)})`;
    case 'field':
      return `${operand.of ? textOf(operand.of) : (operand.root ?? '')}${operand.names.map((n) => `.${n}`).join('')}`;
  }
}

export const commandText = (command: Command): string => command.words.map(textOf).join(' ');

export function pipelineText({ variables, assigns, commands }: Pipeline): string {
  const head = variables.length > 0 ? `${variables.join(', ')} ${assigns ? '=' : ':='} ` : '';
  return `${head}${commands.map(commandText).join(' | ')}`;
}
