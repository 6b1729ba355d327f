import { join, resolve } from "node:path";
import type { Cloud } from "../../packages/pocket-cloud";
import { type Deployment, deployProgram, nameOfUrn, StateError } from "../../packages/pulumi-local";
import { withActivity } from "../kit/activity";
import { Failure, Interruption, messageOf } from "../kit/errors";
import type { DemoOptions } from "./demo-options";
import { log } from "./log";
import { beginAnew } from "./state-files";

export const STACK = "local";
const projectDir = resolve(__dirname, "../..");

/** What a full or read-only disk makes of calls to the cloud, several of them at the same time. */
const DISK_ERROR = /\b(?:ENOSPC|EDQUOT|EROFS)\b/;
const DISK_ERRORS: Readonly<Record<string, string>> = {
  ENOSPC: "no space left on the disk",
  EDQUOT: "the quota of the disk is used up",
  EROFS: "the disk is read-only",
};

/** Deploys the local stack into the cloud. What was deleted in the cloud since the last start is created again. */
export async function deployStack(
  cloud: Cloud,
  options: Pick<DemoOptions, "dir" | "live">,
  marketUrl: string,
  signal: AbortSignal,
): Promise<{ lakeBucket: string }> {
  let progress = "running the program";
  const deployment = await withActivity(
    () => `deploying: ${progress}`,
    () =>
      deployTo(cloud, options, marketUrl, signal, (text) => {
        progress = text;
      }),
  ).catch((error: unknown) => {
    if (signal.aborted) throw new Interruption();
    const disk = DISK_ERROR.exec(messageOf(error))?.[0];
    if (disk !== undefined)
      throw new Failure(
        `${DISK_ERRORS[disk]} for ${options.dir}; what was written before is kept: make room, and start again`,
      );
    if (!(error instanceof StateError)) throw error;
    throw new Failure(
      `${error.message}. The data of the cloud beside it is complete, but ${beginAnew(options.dir)}`,
    );
  });
  for (const urn of deployment.restored) log(`restored ${nameOfUrn(urn)}: it had been deleted`);
  const made = deployment.created.length + deployment.updated.length + deployment.replaced.length;
  log(
    `deployed the ${STACK} stack: ${made} resources created or changed, ${deployment.unchanged.length} unchanged`,
  );
  return { lakeBucket: String(deployment.outputs.lakeBucket) };
}

const deployTo = (
  cloud: Cloud,
  options: Pick<DemoOptions, "dir" | "live">,
  marketUrl: string,
  signal: AbortSignal,
  onProgress: (text: string) => void,
): Promise<Deployment> =>
  deployProgram({
    dir: projectDir,
    stack: STACK,
    endpoint: cloud.endpoint,
    region: cloud.region,
    credentials: cloud.credentials,
    statePath: join(resolve(options.dir), "stack.json"),
    config: {
      // The embedded cloud has no CloudFront; its endpoint serves the folder.
      site: "bucket",
      siteMinutes: "5",
      siteUrl: `${cloud.endpoint}/_site/`,
      ...(options.live
        ? { priceSource: "coingecko", fallbackSource: "coinpaprika" }
        : { sampleMarketUrl: marketUrl }),
    },
    log: log,
    signal,
    onProgress: (done, total) => onProgress(`${done} of ${total} resources`),
  });
