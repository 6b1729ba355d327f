import { camel, type LiveReaders, nameIn } from "./reader";

export const computeReaders: LiveReaders = {
  // The code itself is not read: its hash is an output.
  "aws:lambda/function:Function": async (id, { call }) => {
    const {
      Configuration: found,
      Tags,
      Concurrency,
    } = await call("lambda", "GetFunction", { FunctionName: id });
    if (!found) return undefined;
    return {
      inputs: {
        name: found.FunctionName,
        description: found.Description || undefined,
        role: found.Role,
        handler: found.Handler,
        runtime: found.Runtime,
        memorySize: found.MemorySize,
        timeout: found.Timeout,
        architectures: found.Architectures,
        environment: found.Environment?.Variables && { variables: found.Environment.Variables },
        kmsKeyArn: found.KMSKeyArn || undefined,
        deadLetterConfig: found.DeadLetterConfig?.TargetArn && {
          targetArn: found.DeadLetterConfig.TargetArn,
        },
        tracingConfig: found.TracingConfig && { mode: found.TracingConfig.Mode },
        ephemeralStorage: found.EphemeralStorage && { size: found.EphemeralStorage.Size },
        reservedConcurrentExecutions: Concurrency?.ReservedConcurrentExecutions,
      },
      defaults: {
        memorySize: 128,
        timeout: 3,
        architectures: ["x86_64"],
        tracingConfig: { mode: "PassThrough" },
        ephemeralStorage: { size: 512 },
      },
      outputs: { arn: found.FunctionArn, codeSha256: found.CodeSha256, lastModified: found.LastModified },
      ...(Tags && { tags: Tags }),
    };
  },
  "aws:lambda/eventSourceMapping:EventSourceMapping": async (UUID, { call }) => {
    const found = await call("lambda", "GetEventSourceMapping", { UUID });
    const { Tags: tags = {} } = await call("lambda", "ListTags", { Resource: found.EventSourceMappingArn });
    const onFailure = found.DestinationConfig?.OnFailure?.Destination;
    return {
      inputs: {
        eventSourceArn: found.EventSourceArn,
        functionName: found.FunctionArn,
        startingPosition: found.StartingPosition,
        enabled: !/^Disabl/.test(found.State ?? ""),
        batchSize: found.BatchSize,
        maximumBatchingWindowInSeconds: found.MaximumBatchingWindowInSeconds,
        parallelizationFactor: found.ParallelizationFactor,
        bisectBatchOnFunctionError: found.BisectBatchOnFunctionError,
        maximumRetryAttempts: found.MaximumRetryAttempts,
        maximumRecordAgeInSeconds: found.MaximumRecordAgeInSeconds,
        tumblingWindowInSeconds: found.TumblingWindowInSeconds || undefined,
        functionResponseTypes: found.FunctionResponseTypes,
        destinationConfig: onFailure && { onFailure: { destinationArn: onFailure } },
        metricsConfig: found.MetricsConfig && { metrics: found.MetricsConfig.Metrics },
      },
      defaults: {
        enabled: true,
        batchSize: /:sqs:/.test(found.EventSourceArn ?? "") ? 10 : 100,
        maximumBatchingWindowInSeconds: 0,
        parallelizationFactor: 1,
        bisectBatchOnFunctionError: false,
        maximumRetryAttempts: -1,
        maximumRecordAgeInSeconds: -1,
        functionResponseTypes: [],
      },
      outputs: {
        uuid: found.UUID,
        arn: found.EventSourceMappingArn,
        functionArn: found.FunctionArn,
        state: found.State,
      },
      tags,
    };
  },
  "aws:kinesis/stream:Stream": async (id, { call }) => {
    const StreamName = nameIn(id);
    const { StreamDescriptionSummary: found } = await call("kinesis", "DescribeStreamSummary", {
      StreamName,
    });
    const { Tags = [] } = await call("kinesis", "ListTagsForStream", { StreamName });
    const mode = found?.StreamModeDetails?.StreamMode;
    return {
      inputs: {
        name: found?.StreamName,
        shardCount: mode === "ON_DEMAND" ? undefined : found?.OpenShardCount,
        retentionPeriod: found?.RetentionPeriodHours,
        encryptionType: found?.EncryptionType,
        kmsKeyId: found?.KeyId,
        streamModeDetails: { streamMode: mode },
      },
      defaults: {
        retentionPeriod: 24,
        encryptionType: "NONE",
        streamModeDetails: { streamMode: "PROVISIONED" },
      },
      id: found?.StreamARN,
      outputs: { arn: found?.StreamARN },
      tags: Object.fromEntries(Tags.map(({ Key = "", Value = "" }) => [Key, Value])),
    };
  },
  "aws:scheduler/schedule:Schedule": async (id, { call }) => {
    const [GroupName, Name] = id.split("/");
    const found = await call("scheduler", "GetSchedule", { Name, GroupName });
    return {
      inputs: {
        name: found.Name,
        groupName: found.GroupName,
        description: found.Description || undefined,
        scheduleExpression: found.ScheduleExpression,
        scheduleExpressionTimezone: found.ScheduleExpressionTimezone,
        state: found.State,
        kmsKeyArn: found.KmsKeyArn,
        flexibleTimeWindow: camel(found.FlexibleTimeWindow),
        target: camel(found.Target),
        startDate: found.StartDate?.toISOString(),
        endDate: found.EndDate?.toISOString(),
      },
      defaults: { groupName: "default", scheduleExpressionTimezone: "UTC", state: "ENABLED" },
      outputs: { arn: found.Arn },
    };
  },
};
