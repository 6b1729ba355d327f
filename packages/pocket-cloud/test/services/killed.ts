import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

/** How often a test kills the cloud; the environment variable ROUNDS overrides it. */
export const rounds = (usual: number): number => Number(process.env.ROUNDS ?? usual);

export interface Victim {
  readonly process: ChildProcess;
  /** Options for SDK clients. */
  readonly client: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
    readonly maxAttempts: number;
  };
}

/** Starts a cloud in a separate process, which the test kills. */
export async function victim(dir: string): Promise<Victim> {
  const child = spawn(
    process.execPath,
    ["--require", "tsx/cjs", join(__dirname, "kinesis", "victim.ts"), dir],
    {
      stdio: ["ignore", "pipe", "ignore"],
    },
  );
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  const { endpoint, credentials } = JSON.parse(line.toString()) as Pick<
    Victim["client"],
    "endpoint" | "credentials"
  >;
  return { process: child, client: { endpoint, credentials, region: "us-east-1", maxAttempts: 1 } };
}

/** Runs `work` in three concurrent loops and kills the cloud after `calls` runs. */
export async function loadUntilKilled(
  { process: child }: Victim,
  calls: number,
  work: () => Promise<void>,
): Promise<void> {
  let done = 0;
  const lane = async () => {
    for (;;) {
      try {
        await work();
      } catch (error) {
        if (child.killed) return;
        child.kill("SIGKILL");
        throw error;
      }
      if (++done === calls) child.kill("SIGKILL");
    }
  };
  const gone = once(child, "exit");
  await Promise.all([lane(), lane(), lane(), gone]);
}
