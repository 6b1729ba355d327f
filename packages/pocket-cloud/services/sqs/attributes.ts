import { AwsError } from "../../errors";
import type { DeduplicationScope } from "./queue";
import { DEFAULTS, type Queue, type QueueRecord } from "./store";

const RANGES: Readonly<Record<string, readonly [min: number, max: number]>> = {
  VisibilityTimeout: [0, 43_200],
  MaximumMessageSize: [1024, 1_048_576],
  MessageRetentionPeriod: [60, 1_209_600],
  DelaySeconds: [0, 900],
  ReceiveMessageWaitTimeSeconds: [0, 20],
  KmsDataKeyReusePeriodSeconds: [60, 86_400],
};

const VALUES: Readonly<Record<string, readonly string[]>> = {
  FifoQueue: ["true", "false"],
  ContentBasedDeduplication: ["true", "false"],
  SqsManagedSseEnabled: ["true", "false"],
  DeduplicationScope: ["messageGroup", "queue"],
  FifoThroughputLimit: ["perQueue", "perMessageGroupId"],
};

const NAMES = new Set([
  ...Object.keys(RANGES),
  "Policy",
  "RedrivePolicy",
  "RedriveAllowPolicy",
  "KmsMasterKeyId",
  "SqsManagedSseEnabled",
  "FifoQueue",
  "ContentBasedDeduplication",
  "DeduplicationScope",
  "FifoThroughputLimit",
]);

/** What can be read: what can be set, and what the queue states itself. */
const READABLE = new Set([
  ...NAMES,
  "All",
  "QueueArn",
  "CreatedTimestamp",
  "LastModifiedTimestamp",
  "ApproximateNumberOfMessages",
  "ApproximateNumberOfMessagesNotVisible",
  "ApproximateNumberOfMessagesDelayed",
]);

export function checkReadable(names: readonly string[]): void {
  for (const name of names)
    if (!READABLE.has(name)) throw new AwsError("InvalidAttributeName", `Unknown Attribute ${name}.`);
}

/** AWS accepts "True" and "FALSE", and returns small letters. */
export const normalized = (
  attributes: Readonly<Record<string, string | undefined>> = {},
): Record<string, string> =>
  Object.fromEntries(
    Object.entries(attributes).map(([name, value = ""]) => [
      name,
      VALUES[name]?.includes("true") ? value.toLowerCase() : value,
    ]),
  );

/** Attributes of FIFO queues, and how a standard queue refuses them. */
const FIFO_ONLY: Readonly<Record<string, string>> = {
  FifoQueue: "Unknown Attribute FifoQueue.",
  ContentBasedDeduplication: "Unknown Attribute ContentBasedDeduplication.",
  DeduplicationScope: "You can specify the DeduplicationScope only when FifoQueue is set to true.",
  FifoThroughputLimit: "You can specify the FifoThroughputLimit only when FifoQueue is set to true.",
};

export function checkAttributes(attributes: Readonly<Record<string, string>>, fifo: boolean): void {
  for (const [name, value] of Object.entries(attributes)) {
    const refusal = fifo ? undefined : FIFO_ONLY[name];
    if (refusal) throw new AwsError("InvalidAttributeName", refusal);
    if (!NAMES.has(name)) throw new AwsError("InvalidAttributeName", `Unknown Attribute ${name}.`);
    if (!isValid(name, value))
      throw new AwsError("InvalidAttributeValue", `Invalid value for the parameter ${name}.`);
  }
  if (attributes.KmsMasterKeyId && attributes.SqsManagedSseEnabled === "true")
    throw new AwsError(
      "InvalidAttributeName",
      "You can use one type of server-side encryption (SSE) at one time. You can either enable KMS SSE or SQS SSE.",
    );
}

function isValid(name: string, value: string): boolean {
  if (name.endsWith("Policy")) return value === "" || isJson(value);
  if (Object.hasOwn(VALUES, name)) return VALUES[name]?.includes(value) ?? false;
  const [min, max] = RANGES[name] ?? [];
  if (min === undefined || max === undefined) return true;
  return /^\d+$/.test(value) && Number(value) >= min && Number(value) <= max;
}

function isJson(text: string): boolean {
  try {
    return typeof JSON.parse(text) === "object";
  } catch {
    return false;
  }
}

/** Where a FIFO queue deduplicates at a time. */
export function scopeOf({ attributes, scopeBefore }: QueueRecord, now: number): DeduplicationScope {
  if (scopeBefore && now < scopeBefore.until) return scopeBefore.scope;
  return attributes.DeduplicationScope === "messageGroup" ? "messageGroup" : "queue";
}

/** Sets attributes; an empty value removes one. The two ways of encryption exclude each other. */
export function setAttributes(record: QueueRecord, changes: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(changes)) {
    if (value === "") delete record.attributes[name];
    else record.attributes[name] = value;
  }
  if (changes.KmsMasterKeyId) record.attributes.SqsManagedSseEnabled = "false";
  if (changes.SqsManagedSseEnabled === "true") delete record.attributes.KmsMasterKeyId;
}

/** All attributes, with defaults and message counts. */
export function attributesOf({ record, data, fifo }: Queue, now: number): Record<string, string> {
  const { visible, inFlight, delayed } = data.counts(now);
  const { KmsDataKeyReusePeriodSeconds: _, ...others } = record.attributes;
  // Without a key AWS leaves out how long data keys are used (recorded by test_set_queue_attributes_default_values).
  const attributes = others.KmsMasterKeyId ? record.attributes : others;
  return {
    ...DEFAULTS,
    ...(fifo && {
      ContentBasedDeduplication: "false",
      DeduplicationScope: "queue",
      FifoThroughputLimit: "perQueue",
    }),
    ...(record.attributes.KmsMasterKeyId && { KmsDataKeyReusePeriodSeconds: "300" }),
    ...attributes,
    QueueArn: record.arn,
    CreatedTimestamp: String(Math.floor(record.createdAt / 1000)),
    LastModifiedTimestamp: String(Math.floor(record.modifiedAt / 1000)),
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
    ApproximateNumberOfMessagesDelayed: String(delayed),
  };
}
