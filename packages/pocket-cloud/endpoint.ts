import { readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Credentials } from "./caller";
import { isRunning } from "./processes";
import { keysOf } from "./services/iam/keys";
import { writeAtomic } from "./storage/atomic";

export interface RunningCloud {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: Credentials;
}

/** Written to the state directory of a running cloud, so that local clients find it. It contains no secret. */
interface EndpointFile {
  readonly port: number;
  readonly pid: number;
  readonly region: string;
}

const pathIn = (dir: string): string => join(resolve(dir), "endpoint.json");

export function announce(dir: string, port: number, region: string): void {
  const file: EndpointFile = { port, pid: process.pid, region };
  writeAtomic(pathIn(dir), `${JSON.stringify(file)}\n`);
}

export function withdraw(dir: string): void {
  rmSync(pathIn(dir), { force: true });
}

/** The cloud that runs on a state directory; undefined when there is none or its process is gone. */
export function runningCloud(dir: string): RunningCloud | undefined {
  let file: EndpointFile;
  try {
    file = JSON.parse(readFileSync(pathIn(dir), "utf8")) as EndpointFile;
  } catch {
    return undefined;
  }
  if (!isRunning(file.pid)) return undefined;
  return {
    endpoint: `http://127.0.0.1:${file.port}`,
    region: file.region,
    credentials: keysOf(join(resolve(dir), "cloud", "iam")).administrator,
  };
}
