import { type CloudOptions, startCloud } from "./cloud";

export interface RunOptions {
  readonly dir: string;
  readonly port: number;
  readonly write: (line: string) => void;
  readonly log: (line: string) => void;
  /** Resolves when the cloud shall stop. */
  readonly until: Promise<unknown>;
  readonly options?: Pick<
    CloudOptions,
    "faults" | "faultSeed" | "administratorKeys" | "enforceDeletionProtection"
  >;
}

/** The embedded cloud alone: says when it serves, and serves until it is told to stop. */
export async function runCloud({ dir, port, write, log, until, options }: RunOptions): Promise<void> {
  const cloud = await startCloud({ dir, port, log, ...options });
  write(`ready ${cloud.endpoint}`);
  await until;
  await cloud.stop();
}
