import { invalidArgument, notFound } from "../errors";
import { nameOf, type Stream } from "../model";
import { type Make, onResource } from "../operation";
import type { KinesisStore } from "../store";

interface Statement {
  readonly Resource?: string | readonly string[];
  readonly Principal?: unknown;
}

/** The stream that stores the policy of a stream or consumer. */
function streamOf(store: KinesisStore, arn: string): Stream {
  if (arn.includes("/consumer/")) return store.consumer(arn).stream;
  return store.stream(nameOf({ StreamARN: arn }));
}

function checkPolicy(policy: string, arn: string): void {
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

export const PutResourcePolicy: Make<"PutResourcePolicy"> = (store) => ({
  resources: onResource,
  run: ({ ResourceARN = "", Policy = "" }) => {
    const stream = streamOf(store, ResourceARN);
    checkPolicy(Policy, ResourceARN);
    return store.change(stream, { policies: { ...stream.policies, [ResourceARN]: Policy } });
  },
});

export const GetResourcePolicy: Make<"GetResourcePolicy"> = (store) => ({
  resources: onResource,
  run: ({ ResourceARN = "" }) => {
    // Without a policy AWS answers an empty one (recorded by LocalStack's test_resource_policy_crud).
    return { Policy: streamOf(store, ResourceARN).policies[ResourceARN] ?? "{}" };
  },
});

export const DeleteResourcePolicy: Make<"DeleteResourcePolicy"> = (store) => ({
  resources: onResource,
  run: ({ ResourceARN = "" }) => {
    const stream = streamOf(store, ResourceARN);
    const { [ResourceARN]: policy, ...policies } = stream.policies;
    if (policy === undefined) throw notFound(`No resource policy found for resource ARN ${ResourceARN}`);
    return store.change(stream, { policies });
  },
});
