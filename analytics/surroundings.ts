import type { OpenConnection } from "../tools/kit/connect";
import type { Output } from "../tools/kit/output";

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
