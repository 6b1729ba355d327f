import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type RunningCloud, runningCloud } from "../../packages/pocket-cloud";
import { temporaryDirectory } from "./temporary";

export interface Started {
  /** The state directory. */
  readonly dir: string;
  readonly cloud: RunningCloud;
  /** CPU time of the process in milliseconds. */
  cpuMillis(): number;
  memoryMegabytes(): number;
  stop(): Promise<void>;
}

/** `npm start` with an hour of data in a directory of its own. */
export async function startDemo(): Promise<Started> {
  const dir = temporaryDirectory();
  const { AWS_ENDPOINT_URL: _unset, ...env } = process.env;
  const args = [
    "--require",
    "tsx/cjs",
    "tools/main.ts",
    "start",
    "--port",
    "0",
    "--hours",
    "1",
    "--dir",
    dir.path,
  ];
  const child: ChildProcess = spawn(process.execPath, args, {
    cwd: join(__dirname, "../.."),
    env,
    stdio: ["ignore", "pipe", "ignore"],
  });
  let said = "";
  for await (const chunk of child.stdout ?? []) {
    said += String(chunk);
    if (said.includes("ready ")) break;
  }
  const cloud = runningCloud(dir.path);
  if (!cloud) throw new Error(`npm start ended with ${child.exitCode}: ${said}`);
  child.stdout?.resume();
  const proc = (file: string) => readFileSync(`/proc/${child.pid}/${file}`, "utf8");
  return {
    dir: dir.path,
    cloud,
    cpuMillis: () => {
      // The name in parentheses may contain spaces. utime and stime are the 12th and 13th field after it, in 1/100 s.
      const fields = proc("stat").split(") ").at(-1)?.split(" ") ?? [];
      return 10 * (Number(fields[11]) + Number(fields[12]));
    },
    memoryMegabytes: () => Number(/VmRSS:\s+(\d+) kB/.exec(proc("status"))?.[1]) / 1024,
    stop: async () => {
      child.kill("SIGKILL");
      await once(child, "exit");
      dir.remove();
    },
  };
}

let shared: Promise<Started> | undefined;

/** One `npm start` for all suites of a file, which calls `stopSharedDemo` at its end. */
export function sharedDemo(): Promise<Started> {
  shared ??= startDemo();
  return shared;
}

export async function stopSharedDemo(): Promise<void> {
  await (await shared)?.stop();
  shared = undefined;
}
