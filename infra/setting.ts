import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { type Names, names } from "../data/names";
import { type Config, loadConfig } from "./config";
import { StackKey } from "./encryption";

/** Where a stack is, and what it is called there. */
export interface Site {
  readonly config: Config;
  readonly names: Names;
  readonly account: string;
  readonly region: string;
  readonly partition: string;
}

/** What every part of the stack is built with. */
export interface Setting extends Site {
  /** ARN of the stack's own key, where it has one. */
  readonly key: pulumi.Output<string> | undefined;
}

/** Where the stack goes is asked of AWS: no account number is ever configured. */
export async function currentSetting(): Promise<Setting> {
  const config = loadConfig();
  const [{ accountId: account }, { region }, { partition }] = await Promise.all([
    aws.getCallerIdentity(),
    aws.getRegion(),
    aws.getPartition(),
  ]);
  const site: Site = { config, names: names(config.env), account, region, partition };
  return { ...site, key: config.ownKey ? new StackKey("key", site).arn : undefined };
}
