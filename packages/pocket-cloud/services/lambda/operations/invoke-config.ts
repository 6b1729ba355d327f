import type { FunctionEventInvokeConfig } from "@aws-sdk/client-lambda";
import { type Lambda, type Make, onFunction } from "../operation";
import { type FunctionRecord, notFound } from "../store";

/** Stores the members that a request gives over those of `before`. */
function store(
  { cloud, store: functions }: Lambda,
  record: FunctionRecord,
  { MaximumRetryAttempts, MaximumEventAgeInSeconds, DestinationConfig }: FunctionEventInvokeConfig,
  before: FunctionEventInvokeConfig,
) {
  record.invokeConfig = {
    ...before,
    ...(MaximumRetryAttempts !== undefined && { MaximumRetryAttempts }),
    ...(MaximumEventAgeInSeconds !== undefined && { MaximumEventAgeInSeconds }),
    DestinationConfig: { OnSuccess: {}, OnFailure: {}, ...before.DestinationConfig, ...DestinationConfig },
    FunctionArn: `${record.configuration.FunctionArn}:$LATEST`,
    LastModified: new Date(cloud.clock.now()),
  };
  functions.save(record);
  return record.invokeConfig;
}

/** The stored configuration of a function; throws when it has none. */
function configOf(record: FunctionRecord): FunctionEventInvokeConfig {
  if (record.invokeConfig) return record.invokeConfig;
  throw notFound(
    `The function ${record.configuration.FunctionArn}:$LATEST doesn't have an EventInvokeConfig`,
  );
}

export const PutFunctionEventInvokeConfig: Make<"PutFunctionEventInvokeConfig"> = (lambda) => ({
  ...onFunction(lambda),
  run: (input) => store(lambda, lambda.store.find(input.FunctionName), input, {}),
});

export const UpdateFunctionEventInvokeConfig: Make<"UpdateFunctionEventInvokeConfig"> = (lambda) => ({
  ...onFunction(lambda),
  run: (input) => {
    const record = lambda.store.find(input.FunctionName);
    return store(lambda, record, input, configOf(record));
  },
});

export const GetFunctionEventInvokeConfig: Make<"GetFunctionEventInvokeConfig"> = (lambda) => ({
  ...onFunction(lambda),
  run: (input) => configOf(lambda.store.find(input.FunctionName)),
});

export const ListFunctionEventInvokeConfigs: Make<"ListFunctionEventInvokeConfigs"> = (lambda) => ({
  ...onFunction(lambda),
  run: (input) => {
    const { invokeConfig } = lambda.store.find(input.FunctionName);
    return { FunctionEventInvokeConfigs: invokeConfig ? [invokeConfig] : [] };
  },
});

export const DeleteFunctionEventInvokeConfig: Make<"DeleteFunctionEventInvokeConfig"> = (lambda) => ({
  ...onFunction(lambda),
  run: (input) => {
    const record = lambda.store.find(input.FunctionName);
    configOf(record);
    delete record.invokeConfig;
    lambda.store.save(record);
    return {};
  },
});
