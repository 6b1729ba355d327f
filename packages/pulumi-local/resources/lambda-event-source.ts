import type {
  CreateEventSourceMappingRequest,
  EventSourceMappingConfiguration,
} from "@aws-sdk/client-lambda";
import type { lambda } from "@pulumi/aws";
import type { Unwrap } from "@pulumi/pulumi";
import { tagging } from "./tagging";
import { arn, pascal, type Types, type, uuidFor } from "./type";

type MappingArgs = Unwrap<lambda.EventSourceMappingArgs>;

export const eventSourceTypes: Types = {
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
};

const mappingOutputs = (mapping: EventSourceMappingConfiguration) => ({
  uuid: mapping.UUID,
  arn: mapping.EventSourceMappingArn,
  functionArn: mapping.FunctionArn,
  state: mapping.State,
});

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
