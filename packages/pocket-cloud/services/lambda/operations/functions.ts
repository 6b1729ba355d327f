import { randomUUID } from "node:crypto";
import type { FunctionConfiguration } from "@aws-sdk/client-lambda";
import { AwsError } from "../../../errors";
import { readCode, storeCode } from "../code";
import { configurationOf, initialConfiguration, refuseUnsupported, versionOfRuntime } from "../configuration";
import { checkConfiguredKey } from "../encryption";
import { type Lambda, type Make, onFunction, qualifierOf } from "../operation";
import { checkTagCount, conflict, type FunctionRecord, invalid, parseName } from "../store";
import { lambdaTime, publish } from "../versions";

/** AWS requires iam:PassRole on the role (IAM user guide, "Grant a user permissions to pass a role to an AWS service"). */
const passesRole = { passes: ({ Role }: { readonly Role?: string | undefined }) => [Role] };

export const CreateFunction: Make<"CreateFunction"> = (lambda) => ({
  ...onFunction(lambda),
  ...passesRole,
  run: async (input, call) => {
    const { cloud, store } = lambda;
    const { name } = parseName(input.FunctionName);
    checkNameLength(name);
    if (store.functions.has(name)) throw conflict(`Function already exist: ${name}`);
    refuseUnsupported(input);
    if (!input.Runtime || !input.Handler)
      throw invalid(
        "Runtime and Handler are mandatory parameters for functions created with deployment packages.",
      );
    checkRole(lambda, input.Role ?? "", name);
    checkTagCount(input.Tags);
    const code = storeCode(store, await readCode(cloud, input.Code ?? {}, call.caller));
    const now = cloud.clock.now();
    const record: FunctionRecord = {
      configuration: initialConfiguration(input, code, store.arn(name), name, cloud.region, now),
      versions: [],
      tags: input.Tags ?? {},
      statements: [],
      policyRevision: "",
    };
    checkConfiguredKey(cloud, record.configuration, call.caller);
    const version = input.Publish ? publish(record, now) : undefined;
    store.save(record);
    return beingCreated(record.configuration, version);
  },
});

/**
 * The answer to CreateFunction: AWS creates the function in the background, and it gets another revision when it is active
 * (recorded by LocalStack's tests). Here it is active at once, so only the answer shows the state.
 */
function beingCreated(latest: FunctionConfiguration, version: FunctionConfiguration | undefined) {
  const { LastUpdateStatus: _, ...configuration } = latest;
  return {
    ...configuration,
    Version: version?.Version ?? configuration.Version,
    RevisionId: randomUUID(),
    State: "Pending" as const,
    StateReason: "The function is being created.",
    StateReasonCode: "Creating" as const,
  };
}

/** The answer to an update. AWS gives the reason of creations, whose code the model lacks, and another revision when it is done. */
const beingUpdated = (configuration: FunctionConfiguration) => ({
  ...configuration,
  RevisionId: randomUUID(),
  LastUpdateStatus: "InProgress" as const,
  LastUpdateStatusReason: "The function is being created.",
  LastUpdateStatusReasonCode: "Creating" as "InternalError",
});

/** The model allows ARNs, which are longer. As recorded by LocalStack's test_function_arns. */
function checkNameLength(name: string): void {
  if (name.length > 64)
    throw invalid(
      `1 validation error detected: Value '${name}' at 'functionName' failed to satisfy constraint: Member must have length less than or equal to 64`,
    );
}

export const UpdateFunctionCode: Make<"UpdateFunctionCode"> = (lambda) => ({
  ...onFunction(lambda),
  run: async (input, call) => {
    const { cloud, store } = lambda;
    const record = store.find(input.FunctionName);
    checkRevision(record, input.RevisionId);
    const code = storeCode(store, await readCode(cloud, input, call.caller));
    const changes = {
      CodeSha256: code.sha256,
      CodeSize: code.size,
      ...(input.Architectures && { Architectures: input.Architectures }),
    };
    if (input.DryRun) return { ...record.configuration, ...changes };
    return change(lambda, record, changes, input.Publish);
  },
});

export const UpdateFunctionConfiguration: Make<"UpdateFunctionConfiguration"> = (lambda) => ({
  ...onFunction(lambda),
  ...passesRole,
  run: (input, { caller }) => {
    const record = lambda.store.find(input.FunctionName);
    checkRevision(record, input.RevisionId);
    refuseUnsupported(input);
    const { name } = parseName(input.FunctionName);
    if (input.Role) checkRole(lambda, input.Role, name);
    const changes = {
      ...configurationOf(input, name),
      ...(input.Runtime && { RuntimeVersionConfig: versionOfRuntime(input.Runtime, lambda.cloud.region) }),
    };
    checkConfiguredKey(lambda.cloud, { ...record.configuration, ...changes }, caller);
    return change(lambda, record, changes, false);
  },
});

function checkRole(lambda: Lambda, role: string, name: string): void {
  try {
    lambda.cloud.identities().assume(role, name, "lambda.amazonaws.com");
  } catch {
    throw invalid("The role defined for the function cannot be assumed by Lambda.");
  }
}

function checkRevision(record: FunctionRecord, revision: string | undefined): void {
  if (revision !== undefined && revision !== record.configuration.RevisionId)
    throw new AwsError(
      "PreconditionFailedException",
      "The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id",
      412,
    );
}

async function change(
  { cloud, store, runtime }: Lambda,
  record: FunctionRecord,
  changes: FunctionRecord["configuration"],
  publishes: boolean | undefined,
): Promise<FunctionRecord["configuration"]> {
  const now = cloud.clock.now();
  Object.assign(record.configuration, changes, { LastModified: lambdaTime(now), RevisionId: randomUUID() });
  const version = publishes ? publish(record, now) : undefined;
  store.save(record);
  await runtime.retire(record.configuration.FunctionName ?? "");
  return beingUpdated(version ?? record.configuration);
}

export const PublishVersion: Make<"PublishVersion"> = (lambda) => ({
  ...onFunction(lambda),
  run: (input) => {
    const record = lambda.store.find(input.FunctionName);
    const { CodeSha256 } = record.configuration;
    checkRevision(record, input.RevisionId);
    if (input.CodeSha256 !== undefined && input.CodeSha256 !== CodeSha256)
      throw invalid(
        `CodeSHA256 (${input.CodeSha256}) is different from current CodeSHA256 in $LATEST (${CodeSha256}). Please try again with the CodeSHA256 in $LATEST.`,
      );
    const version = publish(record, lambda.cloud.clock.now(), input.Description);
    lambda.store.save(record);
    return version;
  },
});

export const DeleteFunction: Make<"DeleteFunction"> = (lambda) => ({
  ...onFunction(lambda),
  run: async (input) => {
    const qualifier = qualifierOf(input);
    // As recorded by LocalStack's test_ops_with_arn_qualifier_mismatch.
    if (qualifier === "$LATEST")
      throw invalid("$LATEST version cannot be deleted without deleting the function.");
    const record = lambda.store.find(input.FunctionName);
    const name = record.configuration.FunctionName ?? "";
    if (qualifier === undefined) lambda.store.functions.delete(name);
    else {
      record.versions = record.versions.filter((version) => version.Version !== qualifier);
      lambda.store.save(record);
    }
    await lambda.runtime.retire(name);
    return { StatusCode: 204 };
  },
});
