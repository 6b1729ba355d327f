import { invalidArgument, notFound } from "../errors";
import type { Stream } from "../model";
import { type Make, nameOf } from "../operation";
import type { KinesisStore } from "../store";

interface Statement {
  readonly Resource?: string | readonly string[];
  readonly Principal?: unknown;
}

interface OnArn {
  readonly ResourceARN?: string | undefined;
}

const onArn = ({ ResourceARN = "" }: OnArn): readonly string[] => [ResourceARN];

/** The stream whose policy, or whose consumer's policy, it is. */
function streamOf(store: KinesisStore, arn: string): Stream {
  if (arn.includes("/consumer/")) return store.consumer(arn).stream;
  return store.stream(nameOf({ StreamARN: arn }));
}

function check(policy: string, arn: string): void {
  let statements: readonly Statement[];
  try {
    const { Statement = [] } = JSON.parse(policy) as { Statement?: Statement | readonly Statement[] };
    statements = [Statement].flat();
  } catch {
    throw invalidArgument("Policy validation error: the policy is not valid JSON.");
  }
  for (const { Resource, Principal } of statements) {
    if (Principal === undefined)
      throw invalidArgument("Policy validation error: Missing required field Principal");
    if ([Resource].flat().some((resource) => resource !== arn))
      throw invalidArgument("The resource policy's resource must be the same as the resource ARN.");
  }
}

export const putResourcePolicy: Make<"PutResourcePolicy"> = (store) => ({
  resources: onArn,
  run: ({ ResourceARN = "", Policy = "" }) => {
    const stream = streamOf(store, ResourceARN);
    check(Policy, ResourceARN);
    store.change(stream, ({ policies }) => {
      policies[ResourceARN] = Policy;
    });
    return {};
  },
});

export const getResourcePolicy: Make<"GetResourcePolicy"> = (store) => ({
  resources: onArn,
  run: ({ ResourceARN = "" }) => {
    const Policy = streamOf(store, ResourceARN).policies[ResourceARN];
    if (Policy === undefined) throw notFound(`No resource policy found for resource ARN ${ResourceARN}`);
    return { Policy };
  },
});

export const deleteResourcePolicy: Make<"DeleteResourcePolicy"> = (store) => ({
  resources: onArn,
  run: ({ ResourceARN = "" }) => {
    const stream = streamOf(store, ResourceARN);
    if (stream.policies[ResourceARN] === undefined)
      throw notFound(`No resource policy found for resource ARN ${ResourceARN}`);
    store.change(stream, ({ policies }) => {
      delete policies[ResourceARN];
    });
    return {};
  },
});
