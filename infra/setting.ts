import * as aws from "@pulumi/aws";
import { type Config, loadConfig } from "./config";
import { type Names, names } from "./naming";

/** What every part of the stack is built with. */
export interface Setting {
  readonly config: Config;
  readonly names: Names;
  readonly account: string;
  readonly region: string;
  readonly partition: string;
}

/** Where the stack goes is asked of AWS: no account number is ever configured. */
export async function currentSetting(): Promise<Setting> {
  const config = loadConfig();
  const [{ accountId }, { region }, { partition }] = await Promise.all([
    aws.getCallerIdentity(),
    aws.getRegion(),
    aws.getPartition(),
  ]);
  return { config, names: names(config.env), account: accountId, region, partition };
}
