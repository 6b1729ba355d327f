import { type Make, onFunction, pageOf, qualifierOf } from "../operation";
import { notFound } from "../store";
import { versionOf, withoutRevision } from "../versions";

export const GetFunction: Make<"GetFunction"> = (lambda) => ({
  ...onFunction(lambda),
  run: (input) => {
    const record = lambda.store.find(input.FunctionName);
    return {
      Configuration: withoutRevision(versionOf(record, qualifierOf(input))),
      Code: { RepositoryType: "S3" },
      ...(Object.keys(record.tags).length > 0 && { Tags: record.tags }),
      ...(record.reservedConcurrency !== undefined && {
        Concurrency: { ReservedConcurrentExecutions: record.reservedConcurrency },
      }),
    };
  },
});

export const GetFunctionConfiguration: Make<"GetFunctionConfiguration"> = (lambda) => ({
  ...onFunction(lambda),
  run: (input) => withoutRevision(versionOf(lambda.store.find(input.FunctionName), qualifierOf(input))),
});

export const ListFunctions: Make<"ListFunctions"> = (lambda) => ({
  run: (input) => {
    const all = lambda.store.functions.values();
    const listed =
      input.FunctionVersion === "ALL"
        ? all.flatMap((record) => [record.configuration, ...record.versions])
        : all.map((record) => record.configuration);
    return pageOf(listed.map(withoutRevision), "Functions", input);
  },
});

export const ListVersionsByFunction: Make<"ListVersionsByFunction"> = (lambda) => ({
  ...onFunction(lambda),
  run: (input) => {
    const record = lambda.store.find(input.FunctionName);
    const latest = { ...record.configuration, FunctionArn: `${record.configuration.FunctionArn}:$LATEST` };
    return pageOf([latest, ...record.versions.map(withoutRevision)], "Versions", input);
  },
});

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
