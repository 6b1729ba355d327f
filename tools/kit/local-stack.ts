import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { runningCloud } from "../../packages/pocket-cloud";
import { Failure, hasExitCode } from "./errors";
import { readIfThere } from "./files";

/** Runs work. A failure for which the deployment of `npm start` is too young says only that. */
export async function afterDeployment<T>(env: string, dir: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (mayMissResources(error) && isDeploying(env, dir))
      throw new Failure("npm start is still deploying the local stack: try again in a few seconds");
    throw error;
  }
}

const mayMissResources = (error: unknown): boolean =>
  hasExitCode(error) ? error.exitCode === 1 : error instanceof Error && "$metadata" in error;

/** A deployment begins with a state without resources, and journals its changes until it is complete. */
function isDeploying(env: string, dir: string): boolean {
  if (!startedHere(env, dir)) return false;
  const state = readIfThere(join(dir, "stack.json"))?.toString("utf8");
  return existsSync(join(dir, "stack.json.journal")) || state?.endsWith('"resources":[]}') === true;
}

/** Whether commands use the cloud that runs on this state directory. */
function startedHere(env: string, dir: string): boolean {
  const running = env === "local" ? runningCloud(dir) : undefined;
  return running !== undefined && running.endpoint === (process.env.AWS_ENDPOINT_URL ?? running.endpoint);
}

/** The catch-up saves its progress several times a second, and the live pipeline only at its end. */
const FRESH_MS = 20_000;
const BEHIND_MS = 15 * 60_000;

/** How far `npm start` has played the market. Undefined when it is not in its catch-up. */
export function catchingUp(env: string, dir: string, now = Date.now()): string | undefined {
  const path = join(dir, "progress.json");
  const text = readIfThere(path)?.toString("utf8");
  if (text === undefined || !startedHere(env, dir) || now - statSync(path).mtimeMs > FRESH_MS)
    return undefined;
  const playedUntil = Number(/"playedUntil":(\d+)/.exec(text)?.[1]);
  if (!(now - playedUntil > BEHIND_MS)) return undefined;
  const minute = new Date(playedUntil).toISOString().slice(0, 16).replace("T", " ");
  return `npm start is still playing the market, and has reached ${minute} UTC: later hours have no data yet`;
}
