import type { Lambda, LambdaOperation } from "../operation";
import { ofFunction } from "../operation";
import { versionOf } from "../runtime/runtime";
import { notFound, parseName } from "../store";
import { asRead } from "../versions";

const PAGE = 50;

export const getFunction = (lambda: Lambda): LambdaOperation<"GetFunction"> => ({
  resources: ofFunction(lambda),
  run: (input) => {
    const record = lambda.store.find(input.FunctionName);
    const qualifier = input.Qualifier ?? parseName(input.FunctionName).qualifier;
    return {
      Configuration: asRead(versionOf(record, qualifier)),
      Code: { RepositoryType: "S3" },
      ...(Object.keys(record.tags).length > 0 && { Tags: record.tags }),
      ...(record.reservedConcurrency !== undefined && {
        Concurrency: { ReservedConcurrentExecutions: record.reservedConcurrency },
      }),
    };
  },
});

export const getFunctionConfiguration = (lambda: Lambda): LambdaOperation<"GetFunctionConfiguration"> => ({
  resources: ofFunction(lambda),
  run: (input) =>
    asRead(
      versionOf(
        lambda.store.find(input.FunctionName),
        input.Qualifier ?? parseName(input.FunctionName).qualifier,
      ),
    ),
});

export const listFunctions = (lambda: Lambda): LambdaOperation<"ListFunctions"> => ({
  run: (input) => {
    const all = lambda.store.functions.values();
    const listed =
      input.FunctionVersion === "ALL"
        ? all.flatMap((f) => [f.configuration, ...f.versions])
        : all.map((f) => f.configuration);
    return page(listed.map(asRead), "Functions", input);
  },
});

export const listVersionsByFunction = (lambda: Lambda): LambdaOperation<"ListVersionsByFunction"> => ({
  resources: ofFunction(lambda),
  run: (input) => {
    const record = lambda.store.find(input.FunctionName);
    const latest = { ...record.configuration, FunctionArn: `${record.configuration.FunctionArn}:$LATEST` };
    return page([latest, ...record.versions.map(asRead)], "Versions", input);
  },
});

/** Versions and $LATEST are what a qualifier can name here: there are no aliases. */
export const listAliases = (lambda: Lambda): LambdaOperation<"ListAliases"> => ({
  resources: ofFunction(lambda),
  run: (input) => {
    lambda.store.find(input.FunctionName);
    return { Aliases: [] };
  },
});

export const getAlias = (lambda: Lambda): LambdaOperation<"GetAlias"> => ({
  resources: ofFunction(lambda),
  run: (input) => {
    const arn = lambda.store.find(input.FunctionName).configuration.FunctionArn;
    throw notFound(`Cannot find alias arn: ${arn}:${input.Name}`);
  },
});

export const getFunctionCodeSigningConfig = (
  lambda: Lambda,
): LambdaOperation<"GetFunctionCodeSigningConfig"> => ({
  resources: ofFunction(lambda),
  run: (input) => {
    // A function without a signing configuration is answered by its name and an empty ARN.
    const record = lambda.store.find(input.FunctionName);
    return { CodeSigningConfigArn: "", FunctionName: record.configuration.FunctionName };
  },
});

export const getRuntimeManagementConfig = (
  lambda: Lambda,
): LambdaOperation<"GetRuntimeManagementConfig"> => ({
  resources: ofFunction(lambda),
  run: (input) => ({
    UpdateRuntimeOn: "Auto",
    FunctionArn: lambda.store.find(input.FunctionName).configuration.FunctionArn,
  }),
});

export function page<T, K extends string>(
  all: readonly T[],
  member: K,
  input: { Marker?: string | undefined; MaxItems?: number | undefined },
): Record<K, T[]> & { NextMarker?: string } {
  const from = Number(input.Marker ?? 0);
  const until = from + Math.min(input.MaxItems ?? PAGE, 10_000);
  const result = { [member]: all.slice(from, until) } as Record<K, T[]>;
  return until < all.length ? { ...result, NextMarker: String(until) } : result;
}
