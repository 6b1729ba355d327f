import type { OpenConnection } from "../tools/kit/connect";
import type { Output } from "../tools/kit/output";

export interface Console {
  readonly input: NodeJS.ReadableStream & { setRawMode?: (raw: boolean) => unknown };
  readonly output: NodeJS.WritableStream & { readonly rows?: number };
  /** Edits lines and keeps a history; false for a pipe or a file. */
  readonly isTerminal: boolean;
}

/** Everything that the report command uses of its process, so that tests can replace it. */
export interface Context {
  /** Connects to an environment. The connection is closed when the command ends. */
  readonly connect: (env: string, dir: string | undefined) => Promise<OpenConnection>;
  readonly stdout: Output;
  readonly stderr: Output;
  /** Reads standard input to its end, for `sql -`. */
  readonly stdin?: () => Promise<string>;
  /** The keyboard and screen of `shell`. */
  readonly console?: Console;
  readonly now: () => number;
  /** Aborts on Ctrl-C. */
  readonly signal?: AbortSignal;
  /** Folder of the saved reports; sql/ by default. */
  readonly reports?: string;
  /** Folder of the cost ledger; .pricelake by default. */
  readonly stateDir?: string;
}
