import type { Location } from "./resources/type";
import type { PropertyMap } from "./values";

type Invoke = (args: PropertyMap, location: Location) => PropertyMap;

/** The provider's functions that a program may call. */
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

export function answerInvoke(token: string, args: PropertyMap, location: Location): PropertyMap {
  const invoke = invokes[token];
  if (!invoke) throw new Error(`the function ${token} is not supported: add it to invokes.ts`);
  return invoke(args, location);
}
