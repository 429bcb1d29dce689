// The parts of a shell program: POSIX's grammar (XCU 2.10), as far as containers' one-liners go.

export type Part =
  | { readonly kind: 'text'; readonly text: string; readonly quoted: boolean }
  | {
      readonly kind: 'param';
      readonly name: string;
      readonly op: string;
      readonly word: Word | undefined;
      readonly length: boolean;
      readonly quoted: boolean;
      /** Of an array (bash): the text between the brackets. */
      readonly index?: string;
    }
  | { readonly kind: 'command'; readonly list: List; readonly quoted: boolean }
  | { readonly kind: 'arithmetic'; readonly word: Word; readonly quoted: boolean };

export type Word = readonly Part[];

export interface Redirect {
  readonly fd: number;
  readonly op: '<' | '>' | '>>' | '>|' | '<>' | '>&' | '<&' | '<<' | '<<<' | '&>' | '&>>';
  /** The file, the other descriptor, or the here-document's text. */
  readonly target: Word;
}

export interface ArrayAssign {
  readonly name: string;
  readonly append: boolean;
  /** Absent: the whole. */
  readonly index?: string;
  /** One word, or the list between parentheses. */
  readonly values: readonly Word[];
  readonly list: boolean;
}

/** Which shell reads: what is only bash's is unknown to the others. */
export type Dialect = 'dash' | 'ash' | 'bash';

export type Command =
  | {
      readonly kind: 'simple';
      readonly assigns: readonly (readonly [string, Word])[];
      /** name=(...), name+=(...), name[index]=word, name+=word (bash). */
      readonly arrays?: readonly ArrayAssign[];
      readonly words: readonly Word[];
      readonly redirects: readonly Redirect[];
    }
  | { readonly kind: 'group' | 'subshell'; readonly list: List; readonly redirects: readonly Redirect[] }
  | {
      readonly kind: 'if';
      readonly branches: readonly (readonly [List, List])[];
      readonly otherwise: List | undefined;
      readonly redirects: readonly Redirect[];
    }
  | { readonly kind: 'while'; readonly until: boolean; readonly test: List; readonly body: List; readonly redirects: readonly Redirect[] }
  | {
      readonly kind: 'for';
      readonly name: string;
      readonly words: readonly Word[] | undefined;
      readonly body: List;
      readonly redirects: readonly Redirect[];
    }
  | {
      readonly kind: 'case';
      readonly word: Word;
      readonly items: readonly { readonly patterns: readonly Word[]; readonly body: List }[];
      readonly redirects: readonly Redirect[];
    }
  /** [[ ... ]]: words and operators. */
  | { readonly kind: 'cond'; readonly items: readonly (Word | string)[]; readonly redirects: readonly Redirect[] }
  /** (( ... )) */
  | { readonly kind: 'arith'; readonly text: Word; readonly redirects: readonly Redirect[] }
  | {
      readonly kind: 'count';
      readonly init: Word;
      readonly test: Word;
      readonly step: Word;
      readonly body: List;
      readonly redirects: readonly Redirect[];
    }
  | { readonly kind: 'function'; readonly name: string; readonly body: Command };

export interface Pipeline {
  readonly not: boolean;
  /** `time` stands before it (bash). */
  readonly timed?: boolean;
  readonly commands: readonly Command[];
}

/** Pipelines joined by && and ||, in order. */
export interface AndOr {
  readonly first: Pipeline;
  readonly rest: readonly (readonly ['&&' | '||', Pipeline])[];
  readonly background: boolean;
}

export type List = readonly AndOr[];

export class SyntaxError extends Error {}
