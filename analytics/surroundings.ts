import type { Connection } from "./athena/connection";

/** What the command is given of the world. Nothing else is taken from it: a test gives its own. */
export interface Surroundings {
  /** Where an environment is; closed when the command ends. */
  readonly connect: (env: string, dir: string | undefined) => Promise<OpenConnection>;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly now: () => number;
  /** Aborts on Ctrl-C. */
  readonly signal?: AbortSignal;
  /** The folder of the saved reports; the program's own when absent. */
  readonly reports?: string;
  /** Where the ledger of costs is kept; .pricelake when absent. */
  readonly stateDir?: string;
  /** Whole of standard input, for `sql -`. */
  readonly stdin?: () => Promise<string>;
}

export interface OpenConnection {
  readonly connection: Connection;
  readonly close?: () => Promise<void>;
}

export interface Output {
  readonly isTTY: boolean;
  readonly columns?: number;
  /** Resolves when more may be written; rejects with EPIPE when nobody reads any more. */
  write(text: string): Promise<void>;
}

/** A Node stream as an {@link Output}. */
export function outputOf(stream: NodeJS.WriteStream): Output {
  // Without a listener, the first write after the reader left would end the process with a stack.
  stream.on("error", () => {});
  return {
    isTTY: stream.isTTY === true,
    // A terminal that does not know its width says 0.
    ...(stream.isTTY && stream.columns > 0 && { columns: stream.columns }),
    write: (text) =>
      new Promise((done, failed) => stream.write(text, (error) => (error ? failed(error) : done()))),
  };
}

export const isBrokenPipe = (error: unknown): boolean =>
  error instanceof Error &&
  "code" in error &&
  (error.code === "EPIPE" || error.code === "ERR_STREAM_DESTROYED");
