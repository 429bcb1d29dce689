// What may be done to a node's machine, and the refusal. Apart from machines.ts, which only the verbs that do it load.

export type MachineAction = 'add' | 'remove' | 'start' | 'stop';

/** It cannot be done: the user's mistake. */
export class MachineError extends Error {}
