import { readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Credentials } from "./caller";
import { keysOf } from "./services/iam/keys";
import { writeAtomic } from "./storage/atomic";

export interface RunningCloud {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: Credentials;
}

/** What a running cloud leaves in its state directory, so that clients on this machine find it. No secret is in it. */
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

/** The cloud running in a state directory; undefined when none does, whatever a killed one left behind. */
export function runningCloud(dir: string): RunningCloud | undefined {
  let file: EndpointFile;
  try {
    file = JSON.parse(readFileSync(pathIn(dir), "utf8")) as EndpointFile;
    process.kill(file.pid, 0);
  } catch {
    return undefined;
  }
  return {
    endpoint: `http://127.0.0.1:${file.port}`,
    region: file.region,
    credentials: keysOf(join(resolve(dir), "cloud", "iam")).administrator,
  };
}
