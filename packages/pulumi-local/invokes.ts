import type { Site } from "./resources/type";
import type { PropertyMap } from "./values";

type Invoke = (args: PropertyMap, site: Site) => PropertyMap;

/** The provider's functions, answered from where the stack lives. */
const invokes: Readonly<Record<string, Invoke>> = {
  "aws:index/getCallerIdentity:getCallerIdentity": (_, { account, partition }) => ({
    accountId: account,
    arn: `arn:${partition}:iam::${account}:root`,
    id: account,
    userId: account,
  }),
  "aws:index/getRegion:getRegion": (_, { region, partition }) => ({
    region,
    name: region,
    id: region,
    description: region,
    endpoint: `ec2.${region}.${suffixOf(partition)}`,
  }),
  "aws:index/getPartition:getPartition": (_, { partition }) => ({
    partition,
    id: partition,
    dnsSuffix: suffixOf(partition),
    reverseDnsPrefix: suffixOf(partition).split(".").reverse().join("."),
  }),
};

const suffixOf = (partition: string): string =>
  partition === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com";

export function answerInvoke(token: string, args: PropertyMap, site: Site): PropertyMap {
  const invoke = invokes[token];
  if (!invoke) throw new Error(`the function ${token} has no answer in packages/pulumi-local/invokes.ts`);
  return invoke(args, site);
}
