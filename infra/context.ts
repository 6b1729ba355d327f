import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { type Names, names } from "../data/names";
import { type Config, loadConfig } from "./config/config";
import { StackKey } from "./encryption";

/** What every component is built with. */
export interface Context {
  readonly config: Config;
  readonly names: Names;
  readonly account: string;
  readonly region: string;
  readonly partition: string;
  /** ARN of the customer-managed key; undefined where AWS's own keys encrypt. */
  readonly key: pulumi.Output<string> | undefined;
}

/** Account, region and partition come from AWS: no account number is ever configured. */
export async function loadContext(): Promise<Context> {
  const config = loadConfig();
  const [{ accountId: account }, { region }, { partition }] = await Promise.all([
    aws.getCallerIdentity(),
    aws.getRegion(),
    aws.getPartition(),
  ]);
  const stack = { names: names(config.env), account, region, partition };
  const key = config.ownKey
    ? new StackKey("key", { ...stack, isProtected: config.isProtected }).arn
    : undefined;
  return { config, ...stack, key };
}
