import type { AwsOptions } from "../aws";
import { type ProviderConfig, providerConfig, structured } from "../provider";
import { isObject, type PropertyMap, type Value } from "../values";

/** What the plugin takes from a provider's inputs and from the environment. */
export interface Settings extends ProviderConfig, Omit<AwsOptions, "region"> {}

/** The provider's names for endpoints that differ from the names of the SDK's clients. */
const ENDPOINT_NAMES: Readonly<Record<string, readonly string[]>> = {
  cloudwatch: ["cloudwatch"],
  "cloudwatch-logs": ["logs", "cloudwatchlogs", "cloudwatchlog"],
};

/**
 * As the AWS provider reads them: `endpoints` before AWS_ENDPOINT_URL, `accessKey` before AWS's credential chain. An
 * endpoint is required, so that this plugin never changes an AWS account by mistake.
 */
export function settingsOf(inputs: PropertyMap, env: NodeJS.ProcessEnv): Settings {
  const region = text(inputs.region) ?? env.AWS_REGION ?? env.AWS_DEFAULT_REGION;
  if (!region) throw new Error("no AWS region: set aws:region in the stack's configuration, or AWS_REGION");
  const endpoints = endpointsIn(structured(inputs.endpoints));
  const endpoint = (service: string): string => {
    const names = ENDPOINT_NAMES[service] ?? [service];
    const url = names.map((name) => endpoints[name]).find(Boolean) ?? env.AWS_ENDPOINT_URL;
    if (url) return url;
    throw new Error(
      `no endpoint for ${service}: pulumi-local deploys to an emulator only. ` +
        `Set AWS_ENDPOINT_URL, or aws:endpoints in the stack's configuration`,
    );
  };
  const accessKeyId = text(inputs.accessKey);
  const secretAccessKey = text(inputs.secretKey);
  const sessionToken = text(inputs.token);
  return {
    ...providerConfig({ ...inputs, region }),
    endpoint,
    ...(accessKeyId !== undefined &&
      secretAccessKey !== undefined && {
        credentials: { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) },
      }),
  };
}

/** The provider takes a list of maps, from service to URL. */
const endpointsIn = (list: Value | undefined): Readonly<Record<string, string>> =>
  Object.assign({}, ...(Array.isArray(list) ? list : [list]).filter((item) => isObject(item)));

const text = (value: Value | undefined): string | undefined =>
  typeof value === "string" && value !== "" ? value : undefined;
