import { randomUUID } from "node:crypto";
import type {
  CreateEventSourceMappingRequest,
  EventSourceMappingConfiguration,
  UpdateEventSourceMappingRequest,
} from "@aws-sdk/client-lambda";
import { unsupported } from "../../../errors";
import { type Lambda, type Make, pageOf } from "../operation";
import { parsePatterns } from "../polling/filter";
import { conflict, type MappingRecord, notFound, parseName } from "../store";
import { checkAccess, checkExists, checkSource, isQueue } from "./event-sources";

type Request = CreateEventSourceMappingRequest | UpdateEventSourceMappingRequest;

const mappingArn = (lambda: Lambda, uuid: string): string =>
  `arn:aws:lambda:${lambda.cloud.region}:${lambda.cloud.accountId}:event-source-mapping:${uuid}`;

const onMapping = (lambda: Lambda) => (input: { UUID?: string | undefined }) => [
  mappingArn(lambda, input.UUID ?? ""),
];

function refuseUnsupported(request: Request): void {
  if (request.TumblingWindowInSeconds) throw unsupported("tumbling windows of event source mappings");
  for (const member of [
    "ScalingConfig",
    "ProvisionedPollerConfig",
    "AmazonManagedKafkaEventSourceConfig",
    "SelfManagedKafkaEventSourceConfig",
    "DocumentDBEventSourceConfig",
  ] as const)
    if (request[member]) throw unsupported(`${member} of event source mappings`);
  if (request.SourceAccessConfigurations?.length)
    throw unsupported("SourceAccessConfigurations of event source mappings");
  parsePatterns(request.FilterCriteria);
}

/** Defaults of a mapping from a queue. */
const QUEUE_DEFAULTS: EventSourceMappingConfiguration = {
  BatchSize: 10,
  MaximumBatchingWindowInSeconds: 0,
  FunctionResponseTypes: [],
};

/** Defaults of a mapping from a stream. */
const STREAM_DEFAULTS: EventSourceMappingConfiguration = {
  BatchSize: 100,
  MaximumBatchingWindowInSeconds: 0,
  ParallelizationFactor: 1,
  MaximumRecordAgeInSeconds: -1,
  BisectBatchOnFunctionError: false,
  MaximumRetryAttempts: -1,
  TumblingWindowInSeconds: 0,
  FunctionResponseTypes: [],
  DestinationConfig: { OnFailure: {} },
};

const MEMBERS = [
  "BatchSize",
  "MaximumBatchingWindowInSeconds",
  "ParallelizationFactor",
  "MaximumRecordAgeInSeconds",
  "BisectBatchOnFunctionError",
  "MaximumRetryAttempts",
  "FunctionResponseTypes",
  "DestinationConfig",
  "FilterCriteria",
  "KMSKeyArn",
  "MetricsConfig",
] as const;

function configurationOf(request: Request): EventSourceMappingConfiguration {
  const defined = MEMBERS.filter((member) => request[member] !== undefined);
  const configuration = Object.fromEntries(defined.map((member) => [member, request[member]]));
  // An empty list of filters is none (recorded by LocalStack's test_create_event_filter_criteria_validation).
  if (request.FilterCriteria?.Filters?.length === 0) configuration.FilterCriteria = undefined;
  return configuration;
}

export const CreateEventSourceMapping: Make<"CreateEventSourceMapping"> = (lambda) => ({
  run: async (input) => {
    const { cloud, store } = lambda;
    refuseUnsupported(input);
    const arn = input.EventSourceArn ?? "";
    const { name, qualifier } = parseName(input.FunctionName);
    const { configuration: target } = store.find(input.FunctionName);
    const functionArn = qualifier ? `${store.arn(name)}:${qualifier}` : store.arn(name);
    checkSource(arn, input);
    await checkExists(lambda, target, arn);
    const same = store.mappings
      .values()
      .find(({ configuration: other }) => other.EventSourceArn === arn && other.FunctionArn === functionArn);
    if (same)
      throw conflict(
        `${
          isQueue(arn)
            ? `An event source mapping with SQS arn (" ${arn} ") and function (" ${name} ")`
            : `The event source arn (" ${arn} ") and function (" ${name} ") provided mapping`
        } already exists. Please update or delete the existing mapping with UUID ${same.configuration.UUID}`,
      );
    checkAccess(lambda, target.Role ?? "", name, arn);
    const uuid = randomUUID();
    const now = cloud.clock.now();
    const record: MappingRecord = {
      configuration: {
        ...(isQueue(arn) ? QUEUE_DEFAULTS : STREAM_DEFAULTS),
        ...configurationOf(input),
        UUID: uuid,
        EventSourceMappingArn: mappingArn(lambda, uuid),
        EventSourceArn: arn,
        FunctionArn: functionArn,
        ...(input.StartingPosition && { StartingPosition: input.StartingPosition }),
        ...(input.StartingPositionTimestamp && {
          StartingPositionTimestamp: input.StartingPositionTimestamp,
        }),
        LastModified: new Date(now),
        LastProcessingResult: "No records processed",
        State: input.Enabled === false ? "Disabled" : "Enabled",
        StateTransitionReason: "User action",
      },
      tags: input.Tags ?? {},
      createdAt: now,
    };
    store.mappings.set(uuid, record);
    await lambda.mappings.apply(record);
    return { ...record.configuration, State: "Creating" };
  },
});

const find = (lambda: Lambda, uuid: string | undefined): MappingRecord => {
  const found = lambda.store.mappings.get(uuid ?? "");
  if (!found) throw notFound("The resource you requested does not exist.");
  return found;
};

export const GetEventSourceMapping: Make<"GetEventSourceMapping"> = (lambda) => ({
  resources: onMapping(lambda),
  run: (input) => find(lambda, input.UUID).configuration,
});

export const ListEventSourceMappings: Make<"ListEventSourceMappings"> = (lambda) => ({
  run: (input) => {
    const name = input.FunctionName && parseName(input.FunctionName).name;
    const all = lambda.store.mappings
      .values()
      .map((record) => record.configuration)
      .filter((mapping) => !input.EventSourceArn || mapping.EventSourceArn === input.EventSourceArn)
      .filter((mapping) => !name || parseName(mapping.FunctionArn).name === name);
    return pageOf(all, "EventSourceMappings", input);
  },
});

export const UpdateEventSourceMapping: Make<"UpdateEventSourceMapping"> = (lambda) => ({
  resources: onMapping(lambda),
  run: async (input) => {
    const record = find(lambda, input.UUID);
    refuseUnsupported(input);
    const { store, cloud } = lambda;
    const target = input.FunctionName && store.find(input.FunctionName).configuration.FunctionArn;
    const configuration = {
      ...record.configuration,
      ...configurationOf(input),
      ...(target && { FunctionArn: target }),
      ...(input.Enabled !== undefined && { State: input.Enabled ? "Enabled" : "Disabled" }),
      LastModified: new Date(cloud.clock.now()),
    };
    const changed = { ...record, configuration };
    store.mappings.set(input.UUID ?? "", changed);
    await lambda.mappings.apply(changed);
    return { ...configuration, State: "Updating" };
  },
});

export const DeleteEventSourceMapping: Make<"DeleteEventSourceMapping"> = (lambda) => ({
  resources: onMapping(lambda),
  run: async (input) => {
    const { configuration } = find(lambda, input.UUID);
    lambda.store.mappings.delete(input.UUID ?? "");
    await lambda.mappings.remove(input.UUID ?? "");
    return { ...configuration, State: "Deleting" };
  },
});
