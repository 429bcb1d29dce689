// One command of the line, as data plus run(). `cli/command.ts` makes the oclif class of it; cli/flags.ts parses as pflag does.
import type { Io } from './io.js';

export interface Flag {
  readonly name: string;
  readonly short?: string;
  readonly type: 'string' | 'bool' | 'int' | 'duration' | 'stringArray' | 'stringSlice' | 'stringToString';
  /** Printed in help; the value when absent. Strings for every type, as pflag prints them ("false", "0s", "[]"). */
  readonly default: string;
  /** Value of the bare flag ("--dry-run" -> "unchanged"): pflag's NoOptDefVal. bool has "true" by itself. */
  readonly bare?: string;
  readonly usage: string;
  readonly hidden?: boolean;
  /** The command is refused without it: `required flag(s) "image" not set`. */
  readonly required?: boolean;
  /** A line printed on use: "Flag --x has been deprecated, ...". */
  readonly deprecated?: string;
}

/** Reads parsed flags by name; the wrong name or type is a bug and throws. */
export interface FlagValues {
  string(name: string): string;
  bool(name: string): boolean;
  int(name: string): number;
  /** Milliseconds. */
  duration(name: string): number;
  strings(name: string): string[];
  /** Was it given on the command line? */
  changed(name: string): boolean;
}

/** What run() gets; `C` is the client (cli/client.ts). */
export interface Invocation<C> {
  readonly args: readonly string[];
  /** Index into args where "--" stood, or -1: cobra's ArgsLenAtDash. */
  readonly dashAt: number;
  readonly flags: FlagValues;
  readonly io: Io;
  /** Connected on first use; opens the cluster file. */
  readonly client: C;
  /** Where the cluster file is ($KUBELAB_CLUSTER or the user's default one). Verbs of lab/ open it themselves. */
  readonly clusterPath: string;
  /** The name the program was called by: "kubectl", "kubelab". */
  readonly program: string;
  /** "kubectl set image deploy/web c=nginx --record=true": words first, then flags in their long form. */
  readonly commandLine: string;
  /** -n, or the current context's namespace; `namespaceGiven` tells whether -n was used. */
  readonly namespace: string;
  readonly namespaceGiven: boolean;
}

export interface Verb<C> {
  /** "get", "create deployment" */
  readonly id: string;
  readonly aliases?: readonly string[];
  /** cobra's Use, Short, Long, Example. */
  readonly use: string;
  readonly short: string;
  readonly long?: string;
  readonly example?: string;
  readonly flags: readonly Flag[];
  /** Works whatever the current context leads to: `config`. */
  readonly anyContext?: boolean;
  /** The exit code of errors where it is not 1, as 1 means something (diff). Such a verb words flag errors as it does its own. */
  readonly errorCode?: number;
  /** run() is synchronous and makes many small writes without waiting for anything: they reach the disk together, and then it is told. */
  readonly together?: boolean;
  /** Exit code; void is 0. Errors: throw StatusError, UsageError or Exit (cli/errors.ts). */
  run(invocation: Invocation<C>): number | void | Promise<number | void>;
}
