import { AwsError } from "../../../errors";
import type { Operations } from "../../../service";
import { pageOf } from "../../shared/paging";
import { removeTags } from "../../shared/tags";
import {
  attributesOf,
  checkAttributes,
  checkReadable,
  normalized,
  scopeOf,
  setAttributes,
} from "../attributes";
import { invalidValue, missingParameter } from "../parameters";
import { checkRedrive } from "../redrive";
import type { QueueRecord, QueueStore } from "../store";

const PROPAGATION_MS = 60_000;
const PURGE_PAUSE_MS = 60_000;

export function queueOperations(store: QueueStore) {
  const { cloud, records } = store;
  const resources = store.arnsOf;
  const byName = ({ QueueName = "" }: { QueueName?: string | undefined }) => [store.arn(QueueName)];
  const change = (url: string | undefined, apply: (record: QueueRecord) => void) => {
    const { record } = store.find(url);
    apply(record);
    store.save(record);
    return {};
  };
  return {
    CreateQueue: {
      resources: byName,
      run: (input) => {
        const { QueueName: name = "", tags } = input;
        const attributes = normalized(input.Attributes);
        checkName(name, attributes);
        checkRedrive(store, { arn: store.arn(name), fifo: name.endsWith(".fifo") }, attributes);
        const QueueUrl = store.url(name);
        const existing = store.byName(name);
        if (existing) {
          const current = attributesOf(existing, cloud.clock.now());
          const [different] = Object.entries(attributes).find(([key, value]) => current[key] !== value) ?? [];
          if (different === undefined) return { QueueUrl };
          throw new AwsError(
            "QueueNameExists",
            `A queue already exists with the same name and a different value for attribute ${different}`,
          );
        }
        const now = cloud.clock.now();
        const record: QueueRecord = {
          name,
          arn: store.arn(name),
          createdAt: now,
          modifiedAt: now,
          attributes: { SqsManagedSseEnabled: "true" },
          tags: { ...tags },
          generation: now,
        };
        setAttributes(record, attributes);
        store.save(record);
        return { QueueUrl };
      },
    },
    GetQueueUrl: {
      resources: byName,
      run: ({ QueueName }) => ({ QueueUrl: store.url(store.find(QueueName).record.name) }),
    },
    ListQueues: {
      run: ({ QueueNamePrefix = "", NextToken, MaxResults = 1000 }) => {
        const names = records.keys().filter((name) => name.startsWith(QueueNamePrefix));
        const { items, next } = pageOf(names, NextToken, MaxResults);
        return { ...(items.length > 0 && { QueueUrls: items.map((name) => store.url(name)) }), ...next };
      },
    },
    DeleteQueue: {
      resources,
      run: ({ QueueUrl }) => {
        store.delete(store.find(QueueUrl).record);
        return {};
      },
    },
    PurgeQueue: {
      resources,
      run: ({ QueueUrl }) => {
        const { data, record } = store.find(QueueUrl);
        const now = cloud.clock.now();
        if (now - data.purgedAt < PURGE_PAUSE_MS)
          throw new AwsError(
            "PurgeQueueInProgress",
            `Only one PurgeQueue operation on ${record.name} is allowed every 60 seconds.`,
            403,
          );
        data.purge(now);
        return {};
      },
    },
    GetQueueAttributes: {
      resources,
      run: (input) => {
        const all = attributesOf(store.find(input.QueueUrl), cloud.clock.now());
        const names: readonly string[] = input.AttributeNames ?? [];
        checkReadable(names);
        const listed = Object.entries(all).filter(([name]) => names.includes("All") || names.includes(name));
        return listed.length > 0 ? { Attributes: Object.fromEntries(listed) } : {};
      },
    },
    SetQueueAttributes: {
      resources,
      run: (input) =>
        change(input.QueueUrl, (record) => {
          const attributes = normalized(input.Attributes);
          const fifo = record.attributes.FifoQueue === "true";
          checkAttributes(attributes, fifo);
          if (fifo && attributes.FifoQueue === "false")
            throw new AwsError(
              "InvalidAttributeValue",
              "Invalid value for the parameter FifoQueue. Reason: Modifying queue type is not supported.",
            );
          checkRedrive(store, { arn: record.arn, fifo }, attributes);
          // API reference, SetQueueAttributes: a change takes up to 60 seconds; AWS deduplicated in the scope of before
          // (recorded by LocalStack's tests of changed throughput).
          const now = cloud.clock.now();
          if (attributes.DeduplicationScope !== undefined)
            record.scopeBefore = { scope: scopeOf(record, now), until: now + PROPAGATION_MS };
          setAttributes(record, attributes);
        }),
    },
    TagQueue: {
      resources,
      run: ({ QueueUrl, Tags = {} }) => {
        if (Object.keys(Tags).length === 0) throw missingParameter("Tags");
        const { name, tags } = store.find(QueueUrl).record;
        if (Object.keys({ ...tags, ...Tags }).length > MOST_TAGS)
          throw invalidValue(`Too many tags added for queue ${name}.`);
        return change(QueueUrl, (record) => Object.assign(record.tags, Tags));
      },
    },
    UntagQueue: {
      resources,
      run: ({ QueueUrl, TagKeys = [] }) => {
        if (TagKeys.length === 0 || TagKeys.some((key) => key.length < 1 || key.length > 128))
          throw invalidValue("Tag keys must be between 1 and 128 characters in length.");
        return change(QueueUrl, ({ tags }) => removeTags(tags, TagKeys));
      },
    },
    ListQueueTags: {
      resources,
      run: ({ QueueUrl }) => {
        const { tags } = store.find(QueueUrl).record;
        return Object.keys(tags).length > 0 ? { Tags: tags } : {};
      },
    },
  } satisfies Operations<"sqs">;
}

/** SQS developer guide, "Quotas related to queues". */
const MOST_TAGS = 50;

function checkName(name: string, attributes: Readonly<Record<string, string>>): void {
  if (!/^[\w-]{1,80}$/.test(name.replace(/\.fifo$/, "")))
    throw invalidValue(
      "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length",
    );
  checkAttributes(attributes, name.endsWith(".fifo"));
  if ((attributes.FifoQueue === "true") !== name.endsWith(".fifo"))
    throw invalidValue(
      "The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must end with .fifo suffix and be 1 to 80 in length.",
    );
}
