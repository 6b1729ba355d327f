import type {
  CreateEventSourceMappingRequest,
  CreateFunctionRequest,
  EventSourceMappingConfiguration,
  FunctionConfiguration,
  UpdateFunctionConfigurationRequest,
} from "@aws-sdk/client-lambda";
import type { lambda } from "@pulumi/aws";
import type { Unwrap } from "@pulumi/pulumi";
import { assetBytes, zipArchive } from "../archives";
import type { CallAws } from "../aws";
import { isArchive, type Value } from "../values";
import { tagging } from "./tagging";
import { arn, type Context, digits, pascal, type Types, type, until, uuidFor } from "./type";

type FunctionArgs = Unwrap<lambda.FunctionArgs>;
type MappingArgs = Unwrap<lambda.EventSourceMappingArgs>;

export const lambdaTypes: Types = {
  "aws:lambda/function:Function": type<lambda.FunctionArgs>({
    nameInput: "name",
    replaceOn: ["name", "packageType"],
    taggable: tagging.lambda,
    describe: ({ name = "" }, location) => {
      const functionArn = arn(location, "lambda", `function:${name}`);
      const path = `${arn({ ...location, account: "lambda" }, "apigateway", "path/2015-03-31")}/functions`;
      return {
        id: name,
        outputs: {
          name,
          arn: functionArn,
          qualifiedArn: `${functionArn}:$LATEST`,
          version: "$LATEST",
          invokeArn: `${path}/${functionArn}/invocations`,
        },
      };
    },
    create: async (inputs, context) => {
      const created: FunctionConfiguration = await context.call("lambda", "CreateFunction", {
        ...configuration(inputs),
        Code: { ZipFile: code(inputs, context) },
        Architectures: inputs.architectures as ["arm64"],
        PackageType: (inputs.packageType ?? "Zip") as "Zip",
        Publish: inputs.publish,
        Tags: { ...context.tags },
      });
      await active(context.call, inputs.name);
      if ((inputs.reservedConcurrentExecutions ?? -1) >= 0) await reserve(context.call, inputs);
      return {
        outputs: {
          arn: created.FunctionArn,
          codeSha256: created.CodeSha256,
          lastModified: created.LastModified,
        },
      };
    },
    update: async (inputs, { changed, ...context }) => {
      const { call } = context;
      if (changed.has("code") || changed.has("architectures")) {
        await call("lambda", "UpdateFunctionCode", {
          FunctionName: inputs.name,
          ZipFile: code(inputs, context),
          Architectures: inputs.architectures as ["arm64"],
        });
        await active(call, inputs.name);
      }
      await call("lambda", "UpdateFunctionConfiguration", { ...DEFAULTS, ...configuration(inputs) });
      await active(call, inputs.name);
      if (changed.has("reservedConcurrentExecutions")) await reserve(call, inputs);
    },
    refresh: async ({ name }, { call }) => {
      const { CodeSha256: codeSha256, LastModified: lastModified } = await call(
        "lambda",
        "GetFunctionConfiguration",
        { FunctionName: name },
      );
      return { codeSha256, lastModified };
    },
    delete: ({ name }, { call }) => call("lambda", "DeleteFunction", { FunctionName: name }),
  }),
  "aws:lambda/eventSourceMapping:EventSourceMapping": type<lambda.EventSourceMappingArgs>({
    replaceOn: ["eventSourceArn", "startingPosition", "startingPositionTimestamp"],
    taggable: tagging.lambda,
    describe: ({ functionName }, location, urn) => {
      const uuid = uuidFor(urn);
      const name = functionName.split(":").at(-1);
      return {
        id: uuid,
        outputs: {
          uuid,
          arn: arn(location, "lambda", `event-source-mapping:${uuid}`),
          functionArn: arn(location, "lambda", `function:${name}`),
          state: "Enabled",
        },
      };
    },
    find: async ({ functionName, eventSourceArn }, { call }) => {
      const { EventSourceMappings: [found] = [] } = await call("lambda", "ListEventSourceMappings", {
        FunctionName: functionName,
        EventSourceArn: eventSourceArn,
      });
      return found?.UUID === undefined ? undefined : { id: found.UUID, outputs: mappingOutputs(found) };
    },
    create: async (inputs, { call, tags }) => {
      const { startingPosition, startingPositionTimestamp: at } = inputs;
      const created = await call("lambda", "CreateEventSourceMapping", {
        ...mapping(inputs),
        EventSourceArn: inputs.eventSourceArn,
        StartingPosition: startingPosition as "LATEST",
        ...(at && { StartingPositionTimestamp: new Date(at) }),
        Tags: { ...tags },
      });
      return {
        ...(created.UUID && { id: created.UUID }),
        outputs: mappingOutputs(created),
      };
    },
    update: (inputs, { call, id }) =>
      call("lambda", "UpdateEventSourceMapping", { ...mapping(inputs), UUID: id }),
    delete: (_, { call, id }) => call("lambda", "DeleteEventSourceMapping", { UUID: id }),
  }),
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

const mappingOutputs = (mapping: EventSourceMappingConfiguration) => ({
  uuid: mapping.UUID,
  arn: mapping.EventSourceMappingArn,
  functionArn: mapping.FunctionArn,
  state: mapping.State,
});

const configuration = (inputs: FunctionArgs): Omit<CreateFunctionRequest, "Code"> => ({
  FunctionName: inputs.name,
  Description: inputs.description,
  Role: inputs.role,
  Handler: inputs.handler,
  Runtime: inputs.runtime as "nodejs22.x",
  Timeout: inputs.timeout ?? 3,
  MemorySize: inputs.memorySize ?? 128,
  ...(inputs.kmsKeyArn && { KMSKeyArn: inputs.kmsKeyArn }),
  Environment: { Variables: inputs.environment?.variables ?? {} },
  ...(inputs.deadLetterConfig && { DeadLetterConfig: { TargetArn: inputs.deadLetterConfig.targetArn } }),
  ...(inputs.tracingConfig && { TracingConfig: { Mode: inputs.tracingConfig.mode as "Active" } }),
  ...(inputs.ephemeralStorage && { EphemeralStorage: { Size: inputs.ephemeralStorage.size ?? 512 } }),
  ...(inputs.loggingConfig && { LoggingConfig: pascal(inputs.loggingConfig) as object }),
});

/** Settings that an update resets when the program no longer has them: Lambda keeps those that are left out. */
const DEFAULTS: Partial<UpdateFunctionConfigurationRequest> = {
  KMSKeyArn: "",
  DeadLetterConfig: { TargetArn: "" },
  TracingConfig: { Mode: "PassThrough" },
  EphemeralStorage: { Size: 512 },
};

function code({ code: archive, name }: FunctionArgs, { dir }: Context): Uint8Array {
  const value = archive as unknown as Value;
  if (!isArchive(value)) throw new Error(`function ${name} has no archive for its code`);
  const path = value.path;
  return typeof path === "string" && path.endsWith(".zip") ? assetBytes(value, dir) : zipArchive(value, dir);
}

const eventInvoke = (inputs: Unwrap<lambda.FunctionEventInvokeConfigArgs>) => ({
  FunctionName: inputs.functionName,
  Qualifier: inputs.qualifier,
  MaximumEventAgeInSeconds: inputs.maximumEventAgeInSeconds,
  MaximumRetryAttempts: inputs.maximumRetryAttempts,
  ...(inputs.destinationConfig?.onFailure && {
    DestinationConfig: { OnFailure: { Destination: inputs.destinationConfig.onFailure.destination } },
  }),
});

async function reserve(
  call: CallAws,
  { name, reservedConcurrentExecutions: reserved }: FunctionArgs,
): Promise<void> {
  if (reserved === undefined || reserved < 0)
    await call("lambda", "DeleteFunctionConcurrency", { FunctionName: name });
  else
    await call("lambda", "PutFunctionConcurrency", {
      FunctionName: name,
      ReservedConcurrentExecutions: reserved,
    });
}

const active = (call: CallAws, name: string | undefined): Promise<void> =>
  until(async () => {
    const { State, LastUpdateStatus } = await call("lambda", "GetFunctionConfiguration", {
      FunctionName: name,
    });
    return (State ?? "Active") === "Active" && LastUpdateStatus !== "InProgress";
  }, `function ${name}`);

/** What creating and updating a mapping have in common. */
const mapping = (inputs: MappingArgs) =>
  ({
    FunctionName: inputs.functionName,
    Enabled: inputs.enabled ?? true,
    BatchSize: inputs.batchSize,
    MaximumBatchingWindowInSeconds: inputs.maximumBatchingWindowInSeconds,
    ParallelizationFactor: inputs.parallelizationFactor,
    BisectBatchOnFunctionError: inputs.bisectBatchOnFunctionError,
    MaximumRetryAttempts: inputs.maximumRetryAttempts,
    MaximumRecordAgeInSeconds: inputs.maximumRecordAgeInSeconds,
    TumblingWindowInSeconds: inputs.tumblingWindowInSeconds,
    FunctionResponseTypes: inputs.functionResponseTypes as ["ReportBatchItemFailures"],
    ...(inputs.destinationConfig?.onFailure && {
      DestinationConfig: { OnFailure: { Destination: inputs.destinationConfig.onFailure.destinationArn } },
    }),
    ...(inputs.filterCriteria && { FilterCriteria: pascal(inputs.filterCriteria) as object }),
    ...(inputs.metricsConfig && {
      MetricsConfig: { Metrics: inputs.metricsConfig.metrics as ["EventCount"] },
    }),
    ...(inputs.scalingConfig && { ScalingConfig: pascal(inputs.scalingConfig) as object }),
  }) satisfies CreateEventSourceMappingRequest;
