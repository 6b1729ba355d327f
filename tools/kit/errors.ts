/** An error that the run function prints as one line, without a stack; its exit code becomes that of the process. */
export abstract class CommandError extends Error {
  abstract readonly exitCode: number;
}

/** The command line is wrong. The message names the option, its value and what is allowed. */
export class UsageError extends CommandError {
  readonly exitCode = 2;
}

/** The command failed. The message says why and what to do. */
export class Failure extends CommandError {
  readonly exitCode = 1;
}

/** A guard refused before anything was spent or changed. */
export class Refusal extends CommandError {
  readonly exitCode = 3;
}

/** The user pressed Ctrl-C. Nothing is printed when the message is empty. */
export class Interruption extends CommandError {
  readonly exitCode = 130;
}

/** The reader of stdout, such as `head`, has closed the pipe: the rest of the output is not needed. */
export class ClosedPipe extends CommandError {
  readonly exitCode = 0;
}

/** True for errors whose message is written for the user, including those of sql/library. */
export const hasExitCode = (error: unknown): error is Error & { readonly exitCode: number } =>
  error instanceof Error && "exitCode" in error && typeof error.exitCode === "number";

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
