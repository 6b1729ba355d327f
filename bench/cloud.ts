import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { scripts } from "../package.json";
import { type RunningCloud, runningCloud } from "../packages/pocket-cloud";

export interface SpawnedCloud {
  readonly connection: RunningCloud;
  readonly pid: number;
  stop(): Promise<void>;
}

/** `npm run cloud`, in a process of its own, so that the client's CPU time is not measured. */
export async function spawnCloud(dir: string): Promise<SpawnedCloud> {
  const [, ...command] = scripts.cloud.split(" ");
  const child = spawn(process.execPath, [...command, "--port", "0", "--dir", dir], {
    cwd: join(__dirname, ".."),
    stdio: ["ignore", "pipe", "inherit"],
  });
  await Promise.race([once(createInterface({ input: child.stdout }), "line"), once(child, "exit")]);
  const connection = runningCloud(dir);
  if (!connection || child.pid === undefined) throw new Error(`npm run cloud ended with ${child.exitCode}`);
  return {
    connection,
    pid: child.pid,
    stop: async () => {
      const ended = child.exitCode !== null || child.signalCode !== null;
      if (!ended) await Promise.all([once(child, "exit"), child.kill("SIGKILL")]);
    },
  };
}
