import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { type RunningCloud, runningCloud } from "../../packages/pocket-cloud";
import { withActivity } from "./activity";
import { Failure } from "./errors";
import { afterDeployment } from "./local-stack";
import { parsed } from "./options";
import { regionOfStack } from "./stacks";

/** Endpoint, region and keys of an environment. Absent parts come from the AWS environment variables and profile. */
export interface Connection {
  readonly endpoint?: string;
  readonly region?: string;
  readonly credentials?: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  };
}

export interface OpenConnection {
  readonly connection: Connection;
  /** Stops the cloud that was started for this command, if any. */
  readonly close?: () => Promise<void>;
}

export const STATE_DIRECTORY = ".pricelake";

/** Options of every command that connects to an environment. */
export const environmentOptions = {
  env: parsed(
    "NAME",
    "environment: local, minimal, dev, staging, prod",
    (name) => (/^[a-z][a-z0-9-]{0,19}$/.test(name) ? name : undefined),
    "a stack name (lower-case letters, digits, dashes)",
    "local",
  ),
  dir: parsed(
    "PATH",
    "state directory of the local cloud",
    (path) => (path.trim() === "" ? undefined : path),
    "the path of a folder",
    STATE_DIRECTORY,
  ),
};

/**
 * "local" uses AWS_ENDPOINT_URL when set, else the running cloud of the state directory, else starts a cloud on its data
 * for this command. With `mayBegin` that may be a directory without data, where a cloud begins. Any other environment uses
 * the AWS credential chain and the region of its stack.
 */
export async function connect(env: string, dir = STATE_DIRECTORY, mayBegin = false): Promise<OpenConnection> {
  if (process.env.AWS_ENDPOINT_URL) return { connection: {} };
  if (env !== "local") return { connection: await stackConnection(env) };
  const running = runningCloud(dir);
  if (running) return { connection: running };
  if (!mayBegin && !existsSync(join(dir, "cloud")))
    throw new Failure(
      `no cloud is running in ${resolve(dir)}, and none has run there: run "npm start" in another terminal first, or correct --dir`,
    );
  return withActivity(
    () => `opening ${dir}, where no cloud runs`,
    () => openCloud(dir),
  );
}

/** The region of a stack on AWS. Missing credentials are reported here, before commands begin to retry. */
async function stackConnection(env: string): Promise<Connection> {
  const region = regionOfStack(env);
  const connection = region === undefined ? {} : { region };
  const { STSClient } = await import("@aws-sdk/client-sts");
  const sts = new STSClient(connection);
  try {
    await sts.config.credentials();
  } finally {
    sts.destroy();
  }
  return connection;
}

/** Starts a cloud on a state directory for this command. */
export async function openCloud(dir: string): Promise<OpenConnection> {
  const { startCloud } =
    require("../../packages/pocket-cloud") as typeof import("../../packages/pocket-cloud");
  // The simulated clock does not advance, so schedules and buffers wait for the next `npm start`. Shard limits are off
  // because their windows would not advance either.
  const { endpoint, region, credentials, stop } = await startCloud({
    dir,
    clock: { simulateFrom: Date.now() },
    enforceLimits: false,
  });
  return { connection: { endpoint, region, credentials }, close: stop };
}

/** Account and region of a connection; both are part of the bucket names. */
export async function accountOf(connection: Connection): Promise<{ account: string; region: string }> {
  const { GetCallerIdentityCommand, STSClient } = await import("@aws-sdk/client-sts");
  const sts = new STSClient(connection);
  try {
    const { Account } = await sts.send(new GetCallerIdentityCommand({}));
    return { account: String(Account), region: await sts.config.region() };
  } finally {
    sts.destroy();
  }
}

/** The running cloud of a state directory. Throws when there is none. */
export function requireRunningCloud(dir: string): RunningCloud {
  const running = runningCloud(dir);
  if (running) return running;
  throw new Failure(
    `no cloud is running in ${resolve(dir)}: start one with "npm start" or "npm run cloud", or correct --dir`,
  );
}

/** Whether the local environment is served by a running process, so that other programs can write to it. */
export const localCloudRuns = (dir: string): boolean =>
  Boolean(process.env.AWS_ENDPOINT_URL) || runningCloud(dir) !== undefined;

/** Runs work on a connection that closes afterwards. */
export async function withConnection<T>(
  { env, dir }: { readonly env: string; readonly dir: string },
  work: (connection: Connection) => Promise<T>,
  mayBegin = false,
): Promise<T> {
  const { connection, close } = await connect(env, dir, mayBegin);
  try {
    return await afterDeployment(env, dir, () => work(connection));
  } finally {
    await close?.();
  }
}
