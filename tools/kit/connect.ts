import type { OpenConnection } from "../../analytics/surroundings";
import { runningCloud } from "../../packages/pocket-cloud";

const stateDirectory = ".pricelake";

/**
 * "local": AWS_ENDPOINT_URL when set, else the running cloud of the state directory, or else that directory opened
 * here for the one command. Any other environment: what the AWS settings of this shell say.
 */
export async function connect(env: string, dir = stateDirectory): Promise<OpenConnection> {
  if (env !== "local" || process.env.AWS_ENDPOINT_URL) return { connection: {} };
  const running = runningCloud(dir);
  if (running) return { connection: running };
  const { startCloud } = await import("../../packages/pocket-cloud");
  // On a clock that stands still: schedules and windows wait for the next `npm start`. A shard's limits would wait too.
  const { endpoint, region, credentials, stop } = await startCloud({
    dir,
    simulateFrom: Date.now(),
    enforceLimits: false,
  });
  return { connection: { endpoint, region, credentials }, close: stop };
}
