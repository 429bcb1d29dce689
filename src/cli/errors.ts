// Every error a command may end with, and the one place that turns them into kubectl's words.
// Mirrors k8s.io/kubectl/pkg/cmd/util/helpers.go (checkErr, StandardErrorMessage, MultilineError, AddSourceToErr).
import { type StatusCause, StatusError, unreachable } from '../model/status.js';

/** The command line is wrong, or the client half says no: printed as `error: message`. */
export class UsageError extends Error {
  /** `seeHelp` adds kubectl's second line, "See 'kubectl get -h' for help and examples". */
  constructor(
    message: string,
    readonly seeHelp: boolean = false,
  ) {
    super(message);
    this.name = 'UsageError';
  }
}

/** The command line cannot be taken apart: cobra's FlagErrorFunc of kubectl. */
export class FlagError extends UsageError {
  constructor(
    readonly problem: string,
    commandPath: string,
  ) {
    super(`${problem}\nSee '${commandPath} --help' for usage.`);
  }
}

/** A message that kubectl prints as it stands, without "error: ": its errors of several causes are, and some of one. */
export const bareError = (message: string): AggregateError => new AggregateError([new UsageError(message)], message);

/** The output is made already; only the exit code is left (diff 1, curl 7). */
export class Exit extends Error {
  constructor(readonly code: number) {
    super(`exit ${code}`);
    this.name = 'Exit';
  }
}

/** Something that Kubernetes has and kubelab does not, by name: `error: kubelab does not simulate --as`. */
export const notSimulated = (what: string): UsageError => new UsageError(`kubelab does not simulate ${what}`);

/** More arguments, or fewer, than the verb takes. */
export const unexpectedArgs = (args: readonly string[]): UsageError => new UsageError(`unexpected args: [${args.join(' ')}]`, true);

/** What one command could not do to several objects. kubectl prints one line each. */
export const severalErrors = (errors: readonly Error[]): Error =>
  errors.length === 1 ? (errors[0] as Error) : new AggregateError(errors, errors.map((e) => e.message).join('\n'));

/** `error when creating "FILE": ...`: names the manifest an error is about, and keeps it a StatusError. */
export function addSource(verb: string, source: string, error: unknown): unknown {
  if (source === '') return error;
  const prefix = `error when ${verb} ${JSON.stringify(source)}: `;
  if (error instanceof StatusError) return new StatusError({ ...error.status, message: `${prefix}${error.status.message ?? ''}` });
  return error instanceof UsageError ? new UsageError(`${prefix}${error.message}`) : error;
}

/** Is this an error whose text was made for the user? Anything else is a bug. */
export const isExpected = (error: unknown): error is Error =>
  error instanceof StatusError ||
  error instanceof UsageError ||
  error instanceof Exit ||
  (error instanceof AggregateError && error.errors.every(isExpected));

/** What kubectl writes to stderr for `error`, with the newline. `commandPath` is "kubectl get". */
export function errorText(error: Error, commandPath: string): string {
  if (error instanceof Exit) return '';
  if (error instanceof AggregateError) return error.errors.map((e: Error) => `${standardMessage(e) ?? e.message}\n`).join('');
  if (error instanceof StatusError && error.status.reason === 'Invalid') return invalidText(error);
  const text = standardMessage(error) ?? withPrefix(error.message);
  const help = error instanceof UsageError && error.seeHelp ? `\nSee '${commandPath} -h' for help and examples` : '';
  return line(text + help);
}

const line = (text: string): string => (text.endsWith('\n') ? text : `${text}\n`);

const withPrefix = (message: string): string => (message.startsWith('error: ') ? message : `error: ${message}`);

/** `Error from server (NotFound): ...`; undefined when the error is not the server's. */
export function standardMessage(error: Error): string | undefined {
  if (!(error instanceof StatusError)) return undefined;
  const { reason, message } = error.status;
  if (reason === unreachable) return message;
  if (reason === 'Unauthorized') return `error: You must be logged in to the server (${message})`;
  return reason ? `Error from server (${reason}): ${message}` : `Error from server: ${message}`;
}

/** 422s are printed from their causes, not from their message. */
function invalidText({ status }: StatusError): string {
  const { details, message } = status;
  if (!details) return line(`The request is invalid: ${message}`);
  const named = details.kind || details.name;
  const head = named ? `The ${details.kind ?? ''} ${JSON.stringify(details.name ?? '')} is invalid` : 'The request is invalid';
  const causes = [...new Set((details.causes ?? []).map(causeText))];
  if (causes.length === 0) return line(named || !message ? head : `${head}: ${message}`);
  return causes.length === 1 ? line(`${head}: ${causes[0]}`) : `${head}: \n${causes.map((c) => `* ${c}\n`).join('')}`;
}

const causeText = (cause: StatusCause): string => `${cause.field ?? ''}: ${cause.message ?? ''}`;
