// How control leaves a loop or a function of a shell program: thrown, caught by who runs it.

/** break and continue. */
export class LoopJump extends Error {
  constructor(
    readonly kind: 'break' | 'continue',
    readonly levels: number,
  ) {
    super(kind);
  }
}

export class Returned extends Error {
  constructor(readonly code: number) {
    super('return');
  }
}
