import type { KinesisClientConfig } from "@aws-sdk/client-kinesis";
import { readEnv } from "./env";

const nothing = (): void => {};

/**
 * A logger without `info` and `error`. With them, even with the SDK's own no-op logger, the SDK filters every
 * input and output for secrets: a quarter of the time of a call with many items.
 */
const silent = { trace: nothing, debug: nothing, warn: nothing } as unknown as NonNullable<
  KinesisClientConfig["logger"]
>;

/**
 * Client configuration for functions: the role's credentials from Lambda's environment, and no provider chain
 * that searches files or metadata services. The SDK itself reads AWS_ENDPOINT_URL.
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

/** Read on each use, because Lambda may renew the credentials. */
async function environmentCredentials() {
  const env = readEnv();
  const sessionToken = env.optional("AWS_SESSION_TOKEN");
  return {
    accessKeyId: env.text("AWS_ACCESS_KEY_ID"),
    secretAccessKey: env.text("AWS_SECRET_ACCESS_KEY"),
    ...(sessionToken === undefined ? {} : { sessionToken }),
  };
}
