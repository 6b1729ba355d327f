import type { FunctionEventInvokeConfig } from "@aws-sdk/client-lambda";
import { type Lambda, type Make, onFunction, pageOf, qualifierOf } from "../operation";
import { type FunctionRecord, invokeConfigOf, notFound, parseName } from "../store";
import { versionOf } from "../versions";

/** Stores the members that a request gives over those of `before`. */
function store(
  { cloud, store: functions }: Lambda,
  record: FunctionRecord,
  qualifier: string,
  { MaximumRetryAttempts, MaximumEventAgeInSeconds, DestinationConfig }: FunctionEventInvokeConfig,
  before: FunctionEventInvokeConfig,
) {
  if (qualifier !== LATEST) versionOf(record, qualifier);
  const config: FunctionEventInvokeConfig = {
    ...before,
    ...(MaximumRetryAttempts !== undefined && { MaximumRetryAttempts }),
    ...(MaximumEventAgeInSeconds !== undefined && { MaximumEventAgeInSeconds }),
    DestinationConfig: { OnSuccess: {}, OnFailure: {}, ...before.DestinationConfig, ...DestinationConfig },
    FunctionArn: `${record.configuration.FunctionArn}:${qualifier}`,
    LastModified: new Date(cloud.clock.now()),
  };
  if (qualifier === LATEST) record.invokeConfig = config;
  else record.versionInvokeConfigs = { ...record.versionInvokeConfigs, [qualifier]: config };
  functions.save(record);
  return config;
}

const LATEST = "$LATEST";

interface Named {
  readonly FunctionName?: string | undefined;
  readonly Qualifier?: string | undefined;
}

/** The function of a request that sets a configuration; its error is recorded by test_lambda_eventinvokeconfig_exceptions. */
function existing(lambda: Lambda, { FunctionName }: Named): FunctionRecord {
  const found = lambda.store.functions.get(parseName(FunctionName).name);
  if (!found) throw notFound("The function doesn't exist.");
  return found;
}

const qualified = (input: Named): string => qualifierOf(input) ?? LATEST;

/** The stored configuration of a version; throws when it has none. */
function configOf(lambda: Lambda, input: Named): FunctionEventInvokeConfig {
  const { name } = parseName(input.FunctionName);
  const record = lambda.store.functions.get(name);
  const qualifier = qualified(input);
  const found = record && invokeConfigOf(record, qualifier);
  if (found) return found;
  throw notFound(`The function ${lambda.store.arn(name)}:${qualifier} doesn't have an EventInvokeConfig`);
}

export const PutFunctionEventInvokeConfig: Make<"PutFunctionEventInvokeConfig"> = (lambda) => ({
  ...onFunction(lambda),
  run: (input) => store(lambda, existing(lambda, input), qualified(input), input, {}),
});

export const UpdateFunctionEventInvokeConfig: Make<"UpdateFunctionEventInvokeConfig"> = (lambda) => ({
  ...onFunction(lambda),
  run: (input) => store(lambda, existing(lambda, input), qualified(input), input, configOf(lambda, input)),
});

export const GetFunctionEventInvokeConfig: Make<"GetFunctionEventInvokeConfig"> = (lambda) => ({
  ...onFunction(lambda),
  run: (input) => configOf(lambda, input),
});

export const ListFunctionEventInvokeConfigs: Make<"ListFunctionEventInvokeConfigs"> = (lambda) => ({
  ...onFunction(lambda),
  run: (input) => {
    const { invokeConfig, versionInvokeConfigs = {} } = existing(lambda, input);
    const versions = Object.values(versionInvokeConfigs);
    const all = invokeConfig ? [invokeConfig, ...versions] : versions;
    return pageOf(all, "FunctionEventInvokeConfigs", input);
  },
});

export const DeleteFunctionEventInvokeConfig: Make<"DeleteFunctionEventInvokeConfig"> = (lambda) => ({
  ...onFunction(lambda),
  run: (input) => {
    configOf(lambda, input);
    const record = lambda.store.find(input.FunctionName);
    const qualifier = qualified(input);
    if (qualifier === LATEST) delete record.invokeConfig;
    else {
      const { [qualifier]: _, ...others } = record.versionInvokeConfigs ?? {};
      record.versionInvokeConfigs = others;
    }
    lambda.store.save(record);
    return {};
  },
});
