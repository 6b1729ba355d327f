import type { lambda } from "@pulumi/aws";
import type { Unwrap } from "@pulumi/pulumi";
import { eventSourceTypes } from "./lambda-event-source";
import { functionTypes } from "./lambda-function";
import { digits, type Types, type } from "./type";

export const lambdaTypes: Types = {
  ...functionTypes,
  ...eventSourceTypes,
  "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig":
    type<lambda.FunctionEventInvokeConfigArgs>({
      replaceOn: ["functionName", "qualifier"],
      describe: ({ functionName }) => ({ id: functionName }),
      put: (inputs, { call }) => call("lambda", "PutFunctionEventInvokeConfig", eventInvoke(inputs)),
      delete: ({ functionName, qualifier }, { call }) =>
        call("lambda", "DeleteFunctionEventInvokeConfig", {
          FunctionName: functionName,
          Qualifier: qualifier,
        }),
    }),
  // An input that changes calls the function again, as the provider does with its lifecycle scope CREATE_ONLY.
  "aws:lambda/invocation:Invocation": type<lambda.InvocationArgs>({
    describe: ({ functionName, qualifier = "$LATEST" }, _, urn) => ({
      id: `${functionName}_${qualifier}_${digits(urn, 32)}`,
      outputs: { result: "null" },
    }),
    create: async ({ functionName, qualifier, input }, { call }) => {
      const { FunctionError, Payload } = await call("lambda", "Invoke", {
        FunctionName: functionName,
        Qualifier: qualifier,
        Payload: Buffer.from(input),
      });
      const result = Buffer.from(Payload ?? []).toString();
      if (FunctionError) throw new Error(`the function ${functionName} failed: ${result}`);
      return { outputs: { result } };
    },
    delete: async () => undefined,
  }),
  "aws:lambda/permission:Permission": type<lambda.PermissionArgs>({
    nameInput: "statementId",
    replaceOn: ["statementId", "function", "action", "principal", "sourceArn", "sourceAccount"],
    describe: ({ statementId = "" }) => ({ id: statementId, outputs: { statementId } }),
    create: async (inputs, { call }) => {
      await call("lambda", "AddPermission", {
        FunctionName: String(inputs.function),
        StatementId: inputs.statementId,
        Action: inputs.action,
        Principal: inputs.principal,
        SourceArn: inputs.sourceArn,
        SourceAccount: inputs.sourceAccount,
      });
    },
    delete: (inputs, { call, id }) =>
      call("lambda", "RemovePermission", { FunctionName: String(inputs.function), StatementId: id }),
  }),
};

const eventInvoke = (inputs: Unwrap<lambda.FunctionEventInvokeConfigArgs>) => ({
  FunctionName: inputs.functionName,
  Qualifier: inputs.qualifier,
  MaximumEventAgeInSeconds: inputs.maximumEventAgeInSeconds,
  MaximumRetryAttempts: inputs.maximumRetryAttempts,
  ...(inputs.destinationConfig?.onFailure && {
    DestinationConfig: { OnFailure: { Destination: inputs.destinationConfig.onFailure.destination } },
  }),
});
