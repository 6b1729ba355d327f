import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

/** Rounds of a test that kills a cloud; more by ROUNDS=50 in the environment. */
export const rounds = (usual: number): number => Number(process.env.ROUNDS ?? usual);

export interface Victim {
  readonly process: ChildProcess;
  /** What an SDK client of it is made with. */
  readonly client: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
    readonly maxAttempts: number;
  };
}

/** A cloud in a process of its own, on a state directory, to be killed. */
export async function victim(dir: string): Promise<Victim> {
  const child = spawn(process.execPath, ["--import", "tsx", join(__dirname, "kinesis", "victim.ts"), dir], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  const { endpoint, credentials } = JSON.parse(line.toString()) as Pick<
    Victim["client"],
    "endpoint" | "credentials"
  >;
  return { process: child, client: { endpoint, credentials, region: "us-east-1", maxAttempts: 1 } };
}

/** Calls `work` in a few lanes until the cloud is gone, which is after `calls` of them. */
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
