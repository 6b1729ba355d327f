import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Connection } from "../analytics/athena/connection";
import type { OpenConnection } from "../analytics/surroundings";
import { keysOf } from "../local/services/iam/keys";

const stateDirectory = ".pricelake";

/**
 * "local": AWS_ENDPOINT_URL when set, else the running cloud of the state directory, or else that directory opened
 * here for the one command. Any other environment: what the AWS settings of this shell say.
 */
export async function connect(env: string, dir = stateDirectory): Promise<OpenConnection> {
  if (env !== "local" || process.env.AWS_ENDPOINT_URL) return { connection: {} };
  const running = runningCloud(dir);
  if (running) return { connection: running };
  const { startCloud } = await import("../local/cloud");
  const { endpoint, region, credentials, stop } = await startCloud({ dir });
  return { connection: { endpoint, region, credentials }, close: stop };
}

function runningCloud(dir: string): Connection | undefined {
  const state = resolve(dir);
  let holder: { port: number; pid: number; region?: string };
  try {
    holder = JSON.parse(readFileSync(join(state, "endpoint.json"), "utf8"));
    process.kill(holder.pid, 0);
  } catch {
    return undefined;
  }
  return {
    endpoint: `http://127.0.0.1:${holder.port}`,
    region: holder.region ?? "us-east-1",
    credentials: keysOf(join(state, "cloud", "iam")).administrator,
  };
}
