// The parts of an awk program (POSIX awk, without functions of one's own, pipes and getline).

export type Expr =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'regex'; readonly source: string }
  | { readonly kind: 'var'; readonly name: string }
  | { readonly kind: 'index'; readonly name: string; readonly keys: readonly Expr[] }
  | { readonly kind: 'field'; readonly of: Expr }
  | { readonly kind: 'assign'; readonly to: Expr; readonly op: string; readonly value: Expr }
  | { readonly kind: 'step'; readonly to: Expr; readonly by: 1 | -1; readonly before: boolean }
  | { readonly kind: 'unary'; readonly op: string; readonly of: Expr }
  | { readonly kind: 'binary'; readonly op: string; readonly left: Expr; readonly right: Expr }
  | { readonly kind: 'in'; readonly keys: readonly Expr[]; readonly name: string }
  | { readonly kind: 'choice'; readonly test: Expr; readonly yes: Expr; readonly no: Expr }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Expr[] };

export type Statement =
  | {
      readonly kind: 'print';
      readonly args: readonly Expr[];
      readonly format: boolean;
      readonly to?: { readonly op: string; readonly file: Expr };
    }
  | { readonly kind: 'expr'; readonly expr: Expr }
  | { readonly kind: 'if'; readonly test: Expr; readonly yes: Statement; readonly no?: Statement }
  | { readonly kind: 'while'; readonly test: Expr; readonly body: Statement; readonly first: boolean }
  | { readonly kind: 'for'; readonly init?: Statement; readonly test?: Expr; readonly step?: Statement; readonly body: Statement }
  | { readonly kind: 'each'; readonly name: string; readonly of: string; readonly body: Statement }
  | { readonly kind: 'block'; readonly list: readonly Statement[] }
  | { readonly kind: 'delete'; readonly name: string; readonly keys: readonly Expr[] | undefined }
  | { readonly kind: 'jump'; readonly to: 'next' | 'exit' | 'break' | 'continue'; readonly code?: Expr };

export interface Rule {
  readonly when: 'BEGIN' | 'END' | 'always' | { readonly from: Expr; readonly to?: Expr };
  readonly body: Statement;
}

/** What the text has and this awk does not know. */
export class AwkError extends Error {}
