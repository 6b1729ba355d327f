import type { Consumer } from "@aws-sdk/client-kinesis";
import { inUse, invalidArgument, limitExceeded, notFound } from "../errors";
import type { Stream, StreamConsumer } from "../model";
import { type Make, nameOf, page, streamRules } from "../operation";
import type { KinesisStore } from "../store";

const CONSUMER_LIMIT = 20;
const consumerName = { length: [1, 128], pattern: /[a-zA-Z0-9_.-]+/ } as const;
const rules = { ...streamRules, ConsumerName: consumerName };

const describe = (consumer: StreamConsumer): Consumer => ({
  ConsumerName: consumer.name,
  ConsumerARN: consumer.arn,
  ConsumerStatus: "ACTIVE",
  ConsumerCreationTimestamp: consumer.createdAt,
});

interface Which {
  readonly StreamARN?: string | undefined;
  readonly ConsumerName?: string | undefined;
  readonly ConsumerARN?: string | undefined;
}

/** A consumer by its ARN, or by its name and the stream's ARN. */
function find(store: KinesisStore, { StreamARN, ConsumerName, ConsumerARN }: Which) {
  if (ConsumerARN !== undefined) return store.consumer(ConsumerARN);
  if (StreamARN === undefined || ConsumerName === undefined)
    throw invalidArgument("Either ConsumerARN or StreamARN and ConsumerName must be provided.");
  const stream = store.stream(nameOf({ StreamARN }));
  const consumer = stream.consumers.find(({ name }) => name === ConsumerName);
  if (!consumer)
    throw notFound(
      `Consumer ${ConsumerName} under stream ${stream.name} not found for account ${store.cloud.accountId}.`,
    );
  return { stream, consumer };
}

const onConsumer = ({ StreamARN, ConsumerName, ConsumerARN }: Which): readonly string[] => [
  ConsumerARN ?? `${StreamARN}/consumer/${ConsumerName}:*`,
];

export const registerStreamConsumer: Make<"RegisterStreamConsumer"> = (store) => ({
  rules,
  resources: ({ StreamARN = "" }) => [StreamARN],
  run: ({ StreamARN, ConsumerName: name = "", Tags = {} }) => {
    const stream = store.stream(nameOf({ StreamARN }));
    if (stream.consumers.some((consumer) => consumer.name === name))
      throw inUse(
        `Consumer ${name} under stream ${stream.name} already exists for account ${store.cloud.accountId}.`,
      );
    if (stream.consumers.length >= CONSUMER_LIMIT)
      throw limitExceeded(`A stream can have at most ${CONSUMER_LIMIT} registered consumers.`);
    const createdAt = new Date(store.cloud.clock.now());
    const arn = `${stream.arn}/consumer/${name}:${Math.floor(createdAt.getTime() / 1000)}`;
    const consumer: StreamConsumer = { name, arn, createdAt, tags: Tags };
    store.change(stream, ({ consumers }) => void consumers.push(consumer));
    return { Consumer: { ...describe(consumer), ConsumerStatus: "CREATING" } };
  },
});

export const deregisterStreamConsumer: Make<"DeregisterStreamConsumer"> = (store) => ({
  rules,
  resources: onConsumer,
  run: (input) => {
    const { stream, consumer } = find(store, input);
    store.change(stream, (changing: Stream) => {
      changing.consumers = changing.consumers.filter(({ arn }) => arn !== consumer.arn);
    });
    store.subscriptions.end(consumer.arn);
    return {};
  },
});

export const describeStreamConsumer: Make<"DescribeStreamConsumer"> = (store) => ({
  rules,
  resources: onConsumer,
  run: (input) => {
    const { stream, consumer } = find(store, input);
    return { ConsumerDescription: { ...describe(consumer), StreamARN: stream.arn } };
  },
});

export const listStreamConsumers: Make<"ListStreamConsumers"> = (store) => ({
  rules: { ...streamRules, MaxResults: { range: [1, 10_000] }, NextToken: { length: [1, 1_048_576] } },
  resources: ({ StreamARN = "" }) => [StreamARN],
  run: ({ StreamARN, MaxResults = 100, NextToken = "" }) => {
    const after = Buffer.from(NextToken, "base64").toString();
    const sorted = [...store.stream(nameOf({ StreamARN })).consumers].sort((a, b) =>
      a.name < b.name ? -1 : 1,
    );
    const { items, more } = page(
      sorted.filter(({ name }) => name > after),
      MaxResults,
    );
    return {
      Consumers: items.map(describe),
      ...(more && { NextToken: Buffer.from(items.at(-1)?.name ?? "").toString("base64") }),
    };
  },
});
