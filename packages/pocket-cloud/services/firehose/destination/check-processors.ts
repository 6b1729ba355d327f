import type { Processor, ProcessorType } from "@aws-sdk/client-firehose";
import { invalidArgument } from "../errors";
import { type Destination, parameter } from "../model";
import { type Part, parsePrefix } from "../prefix/expression";
import { checkQuery } from "../processing/partition-keys";

type Check = (processor: Processor, destination: Destination) => void | Promise<void>;

const within = (text: string | undefined, min: number, max: number): boolean =>
  text === undefined || (text.trim() !== "" && Number(text) >= min && Number(text) <= max);

const CHECKS: Record<ProcessorType, Check> = {
  Lambda: checkLambda,
  MetadataExtraction: checkMetadata,
  RecordDeAggregation: (processor, destination) => {
    onlyPartitioned(destination, "RecordDeAggregationProcessor");
    const type = parameter(processor, "SubRecordType") ?? "";
    if (type !== "JSON" && type !== "DELIMITED")
      throw invalidArgument("SubRecordType has to be one of JSON, DELIMITED");
    if (type === "DELIMITED" && !parameter(processor, "Delimiter"))
      throw invalidArgument("Delimiter should be present for DELIMITED");
  },
  AppendDelimiterToRecord: () => {},
  Decompression: (processor) => {
    if ((parameter(processor, "CompressionFormat") ?? "GZIP") !== "GZIP")
      throw invalidArgument("CompressionFormat of the Decompression processor must be GZIP");
  },
  CloudWatchLogProcessing: (processor, { ProcessingConfiguration }) => {
    if (!ProcessingConfiguration?.Processors?.some(({ Type }) => Type === "Decompression"))
      throw invalidArgument(
        "CloudWatchLogProcessingProcessor can only be enabled with DecompressionProcessor",
      );
    if (!/^(true|false)$/i.test(parameter(processor, "DataMessageExtraction") ?? ""))
      throw invalidArgument(
        "Invalid parameter value for DataMessageExtraction. Allowed values are True and False.",
      );
  },
};

/** AWS's rules on processors, with its messages. */
export async function checkProcessors(destination: Destination): Promise<void> {
  const { Enabled, Processors = [] } = destination.ProcessingConfiguration ?? {};
  if (!Enabled) return;
  if (Processors.length < 1 || Processors.length > 5)
    throw invalidArgument(
      "A maximum of 5 and a minimum of 1 processor needs to be supplied when processing is enabled.",
    );
  for (const processor of Processors) {
    const type = processor.Type as ProcessorType;
    if (Processors.filter(({ Type }) => Type === type).length > 1)
      throw invalidArgument(`Cannot have more than 1 ${type} processor.`);
    await CHECKS[type](processor, destination);
  }
}

function checkLambda(processor: Processor): void {
  if (!parameter(processor, "LambdaArn"))
    throw invalidArgument("LambdaArn is required when Lambda processor is used.");
  const size = parameter(processor, "BufferSizeInMBs");
  const interval = parameter(processor, "BufferIntervalInSeconds");
  if ((size === undefined) !== (interval === undefined))
    throw invalidArgument(
      "Both BufferSizeInMBs and BufferIntervalInSeconds are required to configure buffering for lambda processor.",
    );
  if (!within(size, 0.2, 3))
    throw invalidArgument("BufferSizeInMBs for lambda processor must be between 0.2 and 3.");
  if (!within(interval, 0, 900))
    throw invalidArgument("BufferIntervalInSeconds for lambda processor must be between 0 and 900.");
  if (!within(parameter(processor, "NumberOfRetries"), 0, 300))
    throw invalidArgument("Number of retries for lambda must be between 0 and 300.");
}

async function checkMetadata(processor: Processor, destination: Destination): Promise<void> {
  onlyPartitioned(destination, "MetadataExtractionProcessor");
  if (parameter(processor, "JsonParsingEngine") !== "JQ-1.6")
    throw invalidArgument("MetaDataExtraction JSON Parsing Engine has to be one of JQ-1.6");
  const query = parameter(processor, "MetadataExtractionQuery");
  if (!query)
    throw invalidArgument("MetadataExtractionQuery is required when MetadataExtraction processor is used.");
  let keys: readonly string[] | undefined;
  try {
    keys = await checkQuery(query);
  } catch (error) {
    throw invalidArgument(`MetaDataExtraction JQ Query is invalid: ${(error as Error).message}`);
  }
  const used = queryKeys(parsePrefix(destination.Prefix ?? ""));
  if (keys?.some((key) => !used.includes(key)))
    throw invalidArgument(
      "MetaDataExtraction JQ Query can't contain keys that are not present in the S3 Prefix expression",
    );
}

const queryKeys = (parts: readonly Part[]): string[] =>
  parts.flatMap((part) =>
    "namespace" in part && part.namespace === "partitionKeyFromQuery" ? [part.value] : [],
  );

function onlyPartitioned({ DynamicPartitioningConfiguration }: Destination, name: string): void {
  if (!DynamicPartitioningConfiguration?.Enabled)
    throw invalidArgument(
      `class com.amazonaws.services.firehose.internal.model.${name} can only be present when Dynamic Partitioning is enabled.`,
    );
}
