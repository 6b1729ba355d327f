import { type CloudOptions, startCloud } from "./cloud";

export interface RunOptions {
  readonly dir: string;
  readonly port: number;
  readonly write: (line: string) => void;
  readonly log: (line: string) => void;
  /** Resolves when the cloud shall stop. */
  readonly until: Promise<unknown>;
  readonly faults?: NonNullable<CloudOptions["faults"]>;
}

/** The embedded cloud alone: says when it serves, and serves until it is told to stop. */
export async function runCloud({ dir, port, write, log, until, faults }: RunOptions): Promise<void> {
  const cloud = await startCloud({ dir, port, log, ...(faults && { faults }) });
  write(`ready ${cloud.endpoint}`);
  await until;
  await cloud.stop();
}
