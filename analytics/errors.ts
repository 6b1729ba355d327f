/** A person's mistake: the message alone is shown, and says what to write instead. */
export class UsageError extends Error {
  readonly exitCode = 2;
}

/** It was tried and did not work; the message says why and what to do. */
export class Failure extends Error {
  readonly exitCode = 1;
}

/** A guard said no before anything was spent. */
export class Refusal extends Error {
  readonly exitCode = 3;
}

/** The person pressed Ctrl-C; the query has been stopped. */
export class Interruption extends Error {
  readonly exitCode = 130;
}

/** Already told in a person's words. */
export const hasExitCode = (error: unknown): boolean => error instanceof Error && "exitCode" in error;
