import { statSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { readOptions, shown } from "./problems";
import { type ProcessingConfig, readProcessing } from "./processing";

export interface FlowConfig {
  /** Key of the flow in checkpoints: destination and file pattern. */
  readonly id: string;
  readonly filePattern: string;
  readonly destination: Destination;
  /** Partition keys of records; undefined: the lane for packs, random for single records. */
  readonly partitionKey: "RANDOM" | "DETERMINISTIC" | undefined;
  readonly initialPosition: "START_OF_FILE" | "END_OF_FILE";
  readonly maxBufferAgeMillis: number;
  readonly maxBufferSizeRecords: number;
  readonly maxBufferSizeBytes: number;
  readonly pollMillis: number;
  readonly skipHeaderLines: number;
  readonly multiLineStart: RegExp | undefined;
  readonly truncatedTerminator: string;
  /** Several lines per record; undefined: yes for pricelake's own streams. */
  readonly packing: boolean | undefined;
  readonly processing: readonly ProcessingConfig[];
}

export interface Destination {
  readonly service: "kinesis" | "firehose";
  readonly name: string;
}

/** Maximum bytes of a record and of a call, per service. */
export const limits = {
  kinesis: { record: 1_048_576, call: 5 * 1024 * 1024 },
  firehose: { record: 1000 * 1024, call: 4 * 1024 * 1024 },
} as const;

/** Reads a flow. Problems are added to `problems`; undefined when there are any. */
export function readFlow(
  path: string,
  folder: string,
  given: Readonly<Record<string, unknown>>,
  problems: string[],
): FlowConfig | undefined {
  const before = problems.length;
  const values = readOptions("flow", path, given, problems);
  const get = <T>(name: string, otherwise: T): T => (values[name] as T | undefined) ?? otherwise;
  const destination = readDestination(path, given, problems);
  const processing = readProcessing(`${path}.dataProcessingOptions`, given.dataProcessingOptions, problems);
  const filePattern = readPattern(path, folder, given.filePattern, problems);
  if (given.deliveryStream !== undefined && given.partitionKeyOption !== undefined)
    problems.push(
      `${path}.partitionKeyOption is ${shown("", given.partitionKeyOption)}, but delivery streams have no partition keys; it goes with kinesisStream`,
    );
  if (values["pricelake.packing"] === true && processing.some((each) => "pretty" in each && each.pretty))
    problems.push(
      `${path}.pricelake.packing is true, but packs hold single lines, and PRETTYPRINT writes several lines per record`,
    );
  const limit = limits[destination?.service ?? "kinesis"];
  const bytes = get("maxBufferSizeBytes", limit.call as number);
  if (bytes > limit.call)
    problems.push(
      `${path}.maxBufferSizeBytes is ${bytes}; with deliveryStream it takes a whole number from 1 to ${limit.call}`,
    );
  const terminator = get("truncatedRecordTerminator", "\n");
  if (Buffer.byteLength(terminator) >= limit.record)
    problems.push(`${path}.truncatedRecordTerminator is longer than a record`);
  if (problems.length > before || !destination || filePattern === undefined) return undefined;
  const start = values.multiLineStartPattern as string | undefined;
  return {
    id: `${destination.service}:${destination.name}:${filePattern}`,
    filePattern,
    destination,
    partitionKey: values.partitionKeyOption as FlowConfig["partitionKey"],
    initialPosition: get("initialPosition", "END_OF_FILE" as FlowConfig["initialPosition"]),
    maxBufferAgeMillis: get("maxBufferAgeMillis", 60_000),
    maxBufferSizeRecords: get("maxBufferSizeRecords", 500),
    maxBufferSizeBytes: bytes,
    pollMillis: get("minTimeBetweenFilePollsMillis", 100),
    skipHeaderLines: get("skipHeaderLines", 0),
    // aws-kinesis-agent matches the pattern at the start of a line.
    multiLineStart: start === undefined ? undefined : new RegExp(`^(?:${start})`),
    truncatedTerminator: terminator,
    packing: values["pricelake.packing"] as boolean | undefined,
    processing,
  };
}

function readDestination(
  path: string,
  { kinesisStream, deliveryStream }: Readonly<Record<string, unknown>>,
  problems: string[],
): Destination | undefined {
  if ((kinesisStream === undefined) === (deliveryStream === undefined)) {
    problems.push(
      `${path} has ${kinesisStream === undefined ? "neither" : "both"} kinesisStream ${
        kinesisStream === undefined ? "nor" : "and"
      } deliveryStream; it takes one of them`,
    );
    return undefined;
  }
  return kinesisStream === undefined
    ? { service: "firehose", name: String(deliveryStream) }
    : { service: "kinesis", name: String(kinesisStream) };
}

function readPattern(path: string, folder: string, given: unknown, problems: string[]): string | undefined {
  if (given === undefined)
    problems.push(`${path}.filePattern is missing; it takes files such as /var/log/*.log`);
  if (typeof given !== "string" || given === "") return undefined;
  const pattern = isAbsolute(given) ? given : join(folder, given);
  if (!pattern.endsWith("/") && !statSync(pattern, { throwIfNoEntry: false })?.isDirectory()) return pattern;
  problems.push(
    `${path}.filePattern is ${shown("", given)}, a folder; it takes files, such as ${join(given, "*")}`,
  );
  return undefined;
}
