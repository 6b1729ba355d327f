import type { KinesisClientConfig } from "@aws-sdk/client-kinesis";
import { readEnv } from "./env";

const nothing = (): void => {};

/**
 * A logger that has neither `info` nor `error`: given those, even the SDK's own silent ones, it would walk through every
 * input and output for what may not be shown, a quarter of the work of a call with many items.
 */
const silent = { trace: nothing, debug: nothing, warn: nothing } as unknown as NonNullable<
  KinesisClientConfig["logger"]
>;

/**
 * Configuration for any SDK client in a function: the role's credentials as Lambda puts them into the environment, and
 * nothing that would look for others in files or on the network. AWS_ENDPOINT_URL is the SDK's own business.
 */
export function clientConfig() {
  const env = readEnv();
  return {
    region: env.text("AWS_REGION"),
    credentials: environmentCredentials,
    maxAttempts: 3,
    retryMode: "standard",
    useDualstackEndpoint: false,
    useFipsEndpoint: false,
    defaultsMode: "standard",
    logger: silent,
  } as const;
}

/** Read at each use: Lambda may have renewed them. */
async function environmentCredentials() {
  const env = readEnv();
  const sessionToken = env.optional("AWS_SESSION_TOKEN");
  return {
    accessKeyId: env.text("AWS_ACCESS_KEY_ID"),
    secretAccessKey: env.text("AWS_SECRET_ACCESS_KEY"),
    ...(sessionToken === undefined ? {} : { sessionToken }),
  };
}
