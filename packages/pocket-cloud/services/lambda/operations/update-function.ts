import { randomUUID } from "node:crypto";
import { AwsError } from "../../../errors";
import { keepCode, readCode } from "../code";
import { functionRules, lambdaTime, refuseUnsupported, settings } from "../configuration";
import type { Lambda, LambdaOperation } from "../operation";
import { ofFunction } from "../operation";
import { type FunctionRecord, parseName } from "../store";
import { publish } from "../versions";
import { checkRole } from "./create-function";

export const updateFunctionCode = (lambda: Lambda): LambdaOperation<"UpdateFunctionCode"> => ({
  rules: functionRules,
  resources: ofFunction(lambda),
  run: async (input, call) => {
    const { cloud, store } = lambda;
    const record = store.find(input.FunctionName);
    checkRevision(record, input.RevisionId);
    const code = keepCode(store, await readCode(cloud, input, call.caller));
    const changed = { CodeSha256: code.sha256, CodeSize: code.size };
    const architectures = input.Architectures ? { Architectures: input.Architectures } : {};
    if (input.DryRun) return { ...record.configuration, ...changed, ...architectures };
    return change(lambda, record, { ...changed, ...architectures }, input.Publish);
  },
});

export const updateFunctionConfiguration = (
  lambda: Lambda,
): LambdaOperation<"UpdateFunctionConfiguration"> => ({
  rules: functionRules,
  resources: ofFunction(lambda),
  run: (input) => {
    const record = lambda.store.find(input.FunctionName);
    checkRevision(record, input.RevisionId);
    refuseUnsupported(input);
    const { name } = parseName(input.FunctionName);
    if (input.Role) checkRole(lambda, input.Role, name);
    return change(lambda, record, settings(input, name), false);
  },
});

async function change(
  lambda: Lambda,
  record: FunctionRecord,
  changed: FunctionRecord["configuration"],
  publishing: boolean | undefined,
): Promise<FunctionRecord["configuration"]> {
  const now = lambda.cloud.clock.now();
  Object.assign(record.configuration, changed, { LastModified: lambdaTime(now), RevisionId: randomUUID() });
  const published = publishing ? publish(record, now) : undefined;
  const name = record.configuration.FunctionName ?? "";
  lambda.store.functions.set(name, record);
  await lambda.runtime.retire(name);
  return published ?? record.configuration;
}

function checkRevision(record: FunctionRecord, revision: string | undefined): void {
  if (revision !== undefined && revision !== record.configuration.RevisionId)
    throw new AwsError(
      "PreconditionFailedException",
      "The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id",
      412,
    );
}

export const publishVersion = (lambda: Lambda): LambdaOperation<"PublishVersion"> => ({
  resources: ofFunction(lambda),
  run: (input) => {
    const record = lambda.store.find(input.FunctionName);
    const version = publish(record, lambda.cloud.clock.now(), input.Description);
    lambda.store.functions.set(record.configuration.FunctionName ?? "", record);
    return version;
  },
});

export const deleteFunction = (lambda: Lambda): LambdaOperation<"DeleteFunction"> => ({
  resources: ofFunction(lambda),
  run: async (input) => {
    const record = lambda.store.find(input.FunctionName);
    const name = record.configuration.FunctionName ?? "";
    const qualifier = input.Qualifier ?? parseName(input.FunctionName).qualifier;
    if (qualifier === undefined) lambda.store.functions.delete(name);
    else {
      record.versions = record.versions.filter((version) => version.Version !== qualifier);
      lambda.store.functions.set(name, record);
    }
    await lambda.runtime.retire(name);
    return { StatusCode: 204 };
  },
});
