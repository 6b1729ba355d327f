import { AwsError, unsupported } from "../../../errors";
import { ofQueue, type Sqs, type SqsOperation } from "../operation";
import { DEFAULTS, type Queue, type QueueRecord } from "../store";

const RANGES: Readonly<Record<string, readonly [number, number]>> = {
  VisibilityTimeout: [0, 43_200],
  MaximumMessageSize: [1024, 1_048_576],
  MessageRetentionPeriod: [60, 1_209_600],
  DelaySeconds: [0, 900],
  ReceiveMessageWaitTimeSeconds: [0, 20],
  KmsDataKeyReusePeriodSeconds: [60, 86_400],
};
const KNOWN = new Set([
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

function checkAttributes(attributes: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (!KNOWN.has(name)) throw new AwsError("InvalidAttributeName", `Unknown Attribute ${name}.`);
    const range = RANGES[name];
    const number = Number(value);
    const outside = range && (!/^\d+$/.test(value) || number < range[0] || number > range[1]);
    const malformed = (name.endsWith("Policy") && value !== "" && !isJson(value)) || outside;
    if (malformed) throw new AwsError("InvalidAttributeValue", `Invalid value for the parameter ${name}.`);
  }
}

function isJson(text: string): boolean {
  try {
    return typeof JSON.parse(text) === "object";
  } catch {
    return false;
  }
}

/** Read back with one form; an empty value takes a setting away. */
function apply(record: QueueRecord, given: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(given)) {
    if (value === "") delete record.attributes[name];
    else record.attributes[name] = value;
  }
  // The two ways of encryption exclude each other.
  if (given.KmsMasterKeyId) record.attributes.SqsManagedSseEnabled = "false";
  if (given.SqsManagedSseEnabled === "true") delete record.attributes.KmsMasterKeyId;
}

export const createQueue = (sqs: Sqs): SqsOperation<"CreateQueue"> => ({
  resources: (input) => [sqs.store.arn(input.QueueName ?? "")],
  run: (input) => {
    const { store, cloud } = sqs;
    const name = input.QueueName ?? "";
    const attributes = (input.Attributes ?? {}) as Record<string, string>;
    if (!/^[\w-]{1,80}$/.test(name.replace(/\.fifo$/, "")))
      throw new AwsError(
        "InvalidParameterValue",
        "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length",
      );
    checkAttributes(attributes);
    if ((attributes.FifoQueue === "true") !== name.endsWith(".fifo"))
      throw new AwsError(
        "InvalidParameterValue",
        "The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must end with .fifo suffix and be 1 to 80 in length.",
      );
    const before = store.records.get(name);
    if (before) {
      const different = Object.entries(attributes).find(
        ([key, value]) => allAttributes(sqs, store.find(store.url(name)))[key] !== value,
      );
      if (different)
        throw new AwsError(
          "QueueNameExists",
          `A queue already exists with the same name and a different value for attribute ${different[0]}`,
        );
      return { QueueUrl: store.url(name) };
    }
    const now = cloud.clock.now();
    const record: QueueRecord = {
      name,
      arn: store.arn(name),
      createdAt: now,
      modifiedAt: now,
      attributes: { SqsManagedSseEnabled: "true" },
      tags: { ...input.tags },
      generation: now,
    };
    apply(record, attributes);
    store.save(record);
    return { QueueUrl: store.url(name) };
  },
});

export const getQueueUrl = (sqs: Sqs): SqsOperation<"GetQueueUrl"> => ({
  resources: (input) => [sqs.store.arn(input.QueueName ?? "")],
  run: (input) => {
    sqs.store.find(input.QueueName);
    return { QueueUrl: sqs.store.url(input.QueueName ?? "") };
  },
});

export const listQueues = (sqs: Sqs): SqsOperation<"ListQueues"> => ({
  run: (input) => {
    const names = sqs.store.records.keys().filter((name) => name.startsWith(input.QueueNamePrefix ?? ""));
    const from = Number(input.NextToken ?? 0);
    const until = from + (input.MaxResults ?? 1000);
    const QueueUrls = names.slice(from, until).map((name) => sqs.store.url(name));
    return {
      ...(QueueUrls.length > 0 && { QueueUrls }),
      ...(until < names.length && { NextToken: String(until) }),
    };
  },
});

export const deleteQueue = (sqs: Sqs): SqsOperation<"DeleteQueue"> => ({
  resources: ofQueue(sqs),
  run: (input) => {
    sqs.store.delete(sqs.store.find(input.QueueUrl).record);
    return {};
  },
});

const PURGE_PAUSE = 60_000;

export const purgeQueue = (sqs: Sqs): SqsOperation<"PurgeQueue"> => ({
  resources: ofQueue(sqs),
  run: (input) => {
    const { data, record } = sqs.store.find(input.QueueUrl);
    const now = sqs.cloud.clock.now();
    if (now - data.purgedAt < PURGE_PAUSE)
      throw new AwsError(
        "PurgeQueueInProgress",
        `Only one PurgeQueue operation on ${record.name} is allowed every 60 seconds.`,
        403,
      );
    data.purge(now);
    return {};
  },
});

function allAttributes(sqs: Sqs, queue: Queue): Record<string, string> {
  const { record, data } = queue;
  const { visible, inFlight, delayed } = data.counts(sqs.cloud.clock.now());
  return {
    ...DEFAULTS,
    ...(queue.fifo && {
      ContentBasedDeduplication: "false",
      DeduplicationScope: "queue",
      FifoThroughputLimit: "perQueue",
    }),
    ...(record.attributes.KmsMasterKeyId && { KmsDataKeyReusePeriodSeconds: "300" }),
    ...record.attributes,
    QueueArn: record.arn,
    CreatedTimestamp: String(Math.floor(record.createdAt / 1000)),
    LastModifiedTimestamp: String(Math.floor(record.modifiedAt / 1000)),
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
    ApproximateNumberOfMessagesDelayed: String(delayed),
  };
}

export const getQueueAttributes = (sqs: Sqs): SqsOperation<"GetQueueAttributes"> => ({
  resources: ofQueue(sqs),
  run: (input) => {
    const all = allAttributes(sqs, sqs.store.find(input.QueueUrl));
    const asked: readonly string[] = input.AttributeNames ?? [];
    const wanted = Object.entries(all).filter(([name]) => asked.includes("All") || asked.includes(name));
    return wanted.length > 0 ? { Attributes: Object.fromEntries(wanted) } : {};
  },
});

export const setQueueAttributes = (sqs: Sqs): SqsOperation<"SetQueueAttributes"> => ({
  resources: ofQueue(sqs),
  run: (input) => {
    const { record } = sqs.store.find(input.QueueUrl);
    const attributes = (input.Attributes ?? {}) as Record<string, string>;
    checkAttributes(attributes);
    if ("FifoQueue" in attributes && attributes.FifoQueue !== record.attributes.FifoQueue)
      throw new AwsError(
        "InvalidAttributeName",
        "You can specify the FifoQueue attribute only when you create a queue.",
      );
    apply(record, attributes);
    sqs.store.save(record);
    return {};
  },
});

export const tagQueue = (sqs: Sqs): SqsOperation<"TagQueue"> => ({
  resources: ofQueue(sqs),
  run: (input) => {
    const { record } = sqs.store.find(input.QueueUrl);
    Object.assign(record.tags, input.Tags);
    sqs.store.save(record);
    return {};
  },
});

export const untagQueue = (sqs: Sqs): SqsOperation<"UntagQueue"> => ({
  resources: ofQueue(sqs),
  run: (input) => {
    const { record } = sqs.store.find(input.QueueUrl);
    for (const key of input.TagKeys ?? []) delete record.tags[key];
    sqs.store.save(record);
    return {};
  },
});

export const listQueueTags = (sqs: Sqs): SqsOperation<"ListQueueTags"> => ({
  resources: ofQueue(sqs),
  run: (input) => ({ Tags: sqs.store.find(input.QueueUrl).record.tags }),
});

export const listDeadLetterSourceQueues = (sqs: Sqs): SqsOperation<"ListDeadLetterSourceQueues"> => ({
  resources: ofQueue(sqs),
  run: (input) => {
    const { record } = sqs.store.find(input.QueueUrl);
    const sources = sqs.store.records
      .keys()
      .filter((name) => sqs.store.byName(name)?.redrive?.deadLetterTargetArn === record.arn);
    return { queueUrls: sources.map((name) => sqs.store.url(name)) };
  },
});

/** Moves what lies in a dead-letter queue back to where it came from, or elsewhere. */
export const startMessageMoveTask = (sqs: Sqs): SqsOperation<"StartMessageMoveTask"> => ({
  resources: (input) => [input.SourceArn ?? ""],
  run: (input) => {
    const { store, cloud } = sqs;
    const source = store.byArn(input.SourceArn ?? "");
    if (!source)
      throw new AwsError(
        "ResourceNotFoundException",
        "The resource that you specified for the SourceArn parameter doesn't exist.",
        404,
      );
    const gone: string[] = [];
    for (const { visibleAt: _v, receives: _r, firstReceivedAt: _f, receipt: _h, source: from, ...stored } of [
      ...source.data.all(),
    ]) {
      const target = store.byArn(input.DestinationArn ?? from ?? "");
      if (!target) throw unsupported("moving messages whose source queue is not known");
      target.data.adopt({ ...stored, visibleFrom: cloud.clock.now() });
      cloud.bus.emit("sqs:message", { queueArn: target.record.arn, at: cloud.clock.now() });
      gone.push(stored.id);
    }
    source.data.remove(gone);
    return {
      TaskHandle: Buffer.from(
        JSON.stringify({ taskId: cloud.clock.now(), sourceArn: input.SourceArn }),
      ).toString("base64"),
    };
  },
});
