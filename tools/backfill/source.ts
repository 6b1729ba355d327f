import { GetFunctionConfigurationCommand, type LambdaClient } from "@aws-sdk/client-lambda";
import { GetParameterCommand, type SSMClient } from "@aws-sdk/client-ssm";
import { type PriceSource, priceSource } from "../../functions/poll-prices/source";
import { readEnv } from "../../functions/shared/env";

export interface DeployedSource {
  readonly name: string;
  readonly source: PriceSource;
  readonly apiKey: string | undefined;
  readonly pollSeconds: number;
  /** Default limit of a backfill's requests: a part of the plan's monthly quota. */
  readonly quota: number;
}

/** The keyless and demo plans allow about 10,000 requests a month; polling every five minutes needs nearly all. */
const quotas: Readonly<Record<string, number>> = {
  coingecko: 300,
  "coingecko-pro": 10_000,
  sample: 100_000,
};

/** The price source in the configuration of the deployed poller. */
export async function deployedSource(
  lambda: LambdaClient,
  ssm: SSMClient,
  functionName: string,
): Promise<DeployedSource> {
  const { Environment } = await lambda.send(
    new GetFunctionConfigurationCommand({ FunctionName: functionName }),
  );
  const env = readEnv({ ...Environment?.Variables });
  const name = env.text("PRICE_SOURCE");
  const parameter = env.optional("API_KEY_PARAMETER");
  const { Parameter } =
    parameter === undefined
      ? {}
      : await ssm.send(new GetParameterCommand({ Name: parameter, WithDecryption: true }));
  return {
    name,
    source: priceSource(env),
    apiKey: Parameter?.Value,
    pollSeconds: env.whole("POLL_SECONDS", 30, 3600),
    quota: quotas[name] ?? 0,
  };
}
