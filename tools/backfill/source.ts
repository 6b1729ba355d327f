import { GetFunctionConfigurationCommand, type LambdaClient } from "@aws-sdk/client-lambda";
import { GetParameterCommand, type SSMClient } from "@aws-sdk/client-ssm";
import { type PriceSource, priceSource } from "../../functions/poll-prices/source";
import { readEnv } from "../../functions/shared/env";

export interface DeployedSource {
  readonly name: string;
  readonly source: PriceSource;
  readonly apiKey: string | undefined;
  /** As many requests as a backfill may make unless it is told otherwise: a part of what the plan gives in a month. */
  readonly quota: number;
}

/** The keyless and demo plans give some 10 000 requests a month, of which polls of five minutes take nearly all. */
const quotas: Readonly<Record<string, number>> = {
  coingecko: 300,
  "coingecko-pro": 10_000,
  sample: 100_000,
};

/** The price source of the deployed poller, from its own configuration. */
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
  return { name, source: priceSource(env), apiKey: Parameter?.Value, quota: quotas[name] ?? 0 };
}
