import type { FunctionEventInvokeConfig } from "@aws-sdk/client-lambda";
import type { Lambda, LambdaOperation } from "../operation";
import { ofFunction } from "../operation";
import { type FunctionRecord, notFound } from "../store";

const rules = {
  MaximumRetryAttempts: { range: [0, 2] },
  MaximumEventAgeInSeconds: { range: [60, 21_600] },
} as const;

type Asked = Pick<
  FunctionEventInvokeConfig,
  "MaximumRetryAttempts" | "MaximumEventAgeInSeconds" | "DestinationConfig"
>;

function keep(lambda: Lambda, record: FunctionRecord, asked: Asked, before: FunctionEventInvokeConfig) {
  const given = (member: keyof Asked) => (asked[member] === undefined ? {} : { [member]: asked[member] });
  record.invokeConfig = {
    ...before,
    ...given("MaximumRetryAttempts"),
    ...given("MaximumEventAgeInSeconds"),
    DestinationConfig: {
      OnSuccess: {},
      OnFailure: {},
      ...before.DestinationConfig,
      ...asked.DestinationConfig,
    },
    FunctionArn: `${record.configuration.FunctionArn}:$LATEST`,
    LastModified: new Date(lambda.cloud.clock.now()),
  };
  lambda.store.functions.set(record.configuration.FunctionName ?? "", record);
  return record.invokeConfig;
}

const absent = (record: FunctionRecord) =>
  notFound(`The function ${record.configuration.FunctionArn}:$LATEST doesn't have an EventInvokeConfig`);

export const putFunctionEventInvokeConfig = (
  lambda: Lambda,
): LambdaOperation<"PutFunctionEventInvokeConfig"> => ({
  rules,
  resources: ofFunction(lambda),
  run: (input) => keep(lambda, lambda.store.find(input.FunctionName), input, {}),
});

export const updateFunctionEventInvokeConfig = (
  lambda: Lambda,
): LambdaOperation<"UpdateFunctionEventInvokeConfig"> => ({
  rules,
  resources: ofFunction(lambda),
  run: (input) => {
    const record = lambda.store.find(input.FunctionName);
    if (!record.invokeConfig) throw absent(record);
    return keep(lambda, record, input, record.invokeConfig);
  },
});

export const getFunctionEventInvokeConfig = (
  lambda: Lambda,
): LambdaOperation<"GetFunctionEventInvokeConfig"> => ({
  resources: ofFunction(lambda),
  run: (input) => {
    const record = lambda.store.find(input.FunctionName);
    if (!record.invokeConfig) throw absent(record);
    return record.invokeConfig;
  },
});

export const listFunctionEventInvokeConfigs = (
  lambda: Lambda,
): LambdaOperation<"ListFunctionEventInvokeConfigs"> => ({
  resources: ofFunction(lambda),
  run: (input) => {
    const { invokeConfig } = lambda.store.find(input.FunctionName);
    return { FunctionEventInvokeConfigs: invokeConfig ? [invokeConfig] : [] };
  },
});

export const deleteFunctionEventInvokeConfig = (
  lambda: Lambda,
): LambdaOperation<"DeleteFunctionEventInvokeConfig"> => ({
  resources: ofFunction(lambda),
  run: (input) => {
    const record = lambda.store.find(input.FunctionName);
    if (!record.invokeConfig) throw absent(record);
    delete record.invokeConfig;
    lambda.store.functions.set(record.configuration.FunctionName ?? "", record);
    return {};
  },
});
