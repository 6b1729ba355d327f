import type { FunctionConfiguration } from "@aws-sdk/client-lambda";
import { locationOf } from "../code";
import { type Make, onFunction, pageOf, qualifierOf } from "../operation";
import { type FunctionRecord, notFound } from "../store";
import { versionOf, withoutRevision } from "../versions";

export const GetFunction: Make<"GetFunction"> = (lambda) => ({
  ...onFunction(lambda),
  run: (input) => {
    const record = lambda.store.find(input.FunctionName, qualifierOf(input));
    const configuration = read(record, qualifierOf(input));
    return {
      Configuration: configuration,
      Code: { RepositoryType: "S3", ...locationOf(lambda.store, configuration.CodeSha256) },
      ...(Object.keys(record.tags).length > 0 && { Tags: record.tags }),
      ...(record.reservedConcurrency !== undefined && {
        Concurrency: { ReservedConcurrentExecutions: record.reservedConcurrency },
      }),
    };
  },
});

export const GetFunctionConfiguration: Make<"GetFunctionConfiguration"> = (lambda) => ({
  ...onFunction(lambda),
  run: (input) => {
    const qualifier = qualifierOf(input);
    return read(lambda.store.find(input.FunctionName, qualifier), qualifier);
  },
});

/** The ARN ends in $LATEST when the request names it (recorded by LocalStack's test_publish_version_on_create). */
const read = (record: FunctionRecord, qualifier: string | undefined): FunctionConfiguration =>
  withoutRevision(qualifier === "$LATEST" ? latestOf(record) : versionOf(record, qualifier));

export const ListFunctions: Make<"ListFunctions"> = (lambda) => ({
  run: (input) => {
    const all = lambda.store.functions.values();
    const listed =
      input.FunctionVersion === "ALL"
        ? all.flatMap((record) => [latestOf(record), ...record.versions])
        : all.map((record) => record.configuration);
    return pageOf(listed.map(listedForm), "Functions", input);
  },
});

export const ListVersionsByFunction: Make<"ListVersionsByFunction"> = (lambda) => ({
  ...onFunction(lambda),
  run: (input) => {
    const record = lambda.store.find(input.FunctionName);
    return pageOf([latestOf(record), ...record.versions].map(listedForm), "Versions", input);
  },
});

const latestOf = ({ configuration }: FunctionRecord): FunctionConfiguration => ({
  ...configuration,
  FunctionArn: `${configuration.FunctionArn}:$LATEST`,
});

/** Lists leave out the states and the runtime's version (recorded by LocalStack's test_list_functions). */
function listedForm(configuration: FunctionConfiguration): FunctionConfiguration {
  const {
    State: _,
    LastUpdateStatus: __,
    RuntimeVersionConfig: ___,
    ...listed
  } = withoutRevision(configuration);
  return listed;
}

/** Aliases are not supported, so the list is always empty. */
export const ListAliases: Make<"ListAliases"> = (lambda) => ({
  ...onFunction(lambda),
  run: (input) => {
    lambda.store.find(input.FunctionName);
    return { Aliases: [] };
  },
});

export const GetAlias: Make<"GetAlias"> = (lambda) => ({
  ...onFunction(lambda),
  run: (input) => {
    const arn = lambda.store.find(input.FunctionName).configuration.FunctionArn;
    throw notFound(`Cannot find alias arn: ${arn}:${input.Name}`);
  },
});

export const GetFunctionCodeSigningConfig: Make<"GetFunctionCodeSigningConfig"> = (lambda) => ({
  ...onFunction(lambda),
  run: (input) => {
    // AWS returns an empty ARN for a function without a code signing configuration.
    const record = lambda.store.find(input.FunctionName);
    return { CodeSigningConfigArn: "", FunctionName: record.configuration.FunctionName };
  },
});

export const GetRuntimeManagementConfig: Make<"GetRuntimeManagementConfig"> = (lambda) => ({
  ...onFunction(lambda),
  run: (input) => ({
    UpdateRuntimeOn: "Auto",
    FunctionArn: lambda.store.find(input.FunctionName).configuration.FunctionArn,
  }),
});
