import type { Consumer } from "@aws-sdk/client-kinesis";
import { inUse, invalidArgument, limitExceeded, notFound } from "../errors";
import { nameOf, type StreamConsumer } from "../model";
import { type Make, pageOf } from "../operation";
import type { KinesisStore } from "../store";

const CONSUMER_LIMIT = 20;
const describe = (consumer: StreamConsumer): Consumer => ({
  ConsumerName: consumer.name,
  ConsumerARN: consumer.arn,
  ConsumerStatus: "ACTIVE",
  ConsumerCreationTimestamp: consumer.createdAt,
});

interface NamesConsumer {
  readonly StreamARN?: string | undefined;
  readonly ConsumerName?: string | undefined;
  readonly ConsumerARN?: string | undefined;
}

/** The consumer that a request names by its ARN, or by its name and the stream's ARN. */
function consumerOf(store: KinesisStore, { StreamARN, ConsumerName, ConsumerARN }: NamesConsumer) {
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

const onConsumer = ({ StreamARN, ConsumerName, ConsumerARN }: NamesConsumer): readonly string[] => [
  ConsumerARN ?? `${StreamARN}/consumer/${ConsumerName}:*`,
];

export const RegisterStreamConsumer: Make<"RegisterStreamConsumer"> = (store) => ({
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
    store.change(stream, { consumers: [...stream.consumers, consumer] });
    return { Consumer: { ...describe(consumer), ConsumerStatus: "CREATING" } };
  },
});

export const DeregisterStreamConsumer: Make<"DeregisterStreamConsumer"> = (store, subscriptions) => ({
  resources: onConsumer,
  run: (input) => {
    const { stream, consumer } = consumerOf(store, input);
    subscriptions.end(consumer.arn);
    return store.change(stream, { consumers: stream.consumers.filter(({ arn }) => arn !== consumer.arn) });
  },
});

export const DescribeStreamConsumer: Make<"DescribeStreamConsumer"> = (store) => ({
  resources: onConsumer,
  run: (input) => {
    const { stream, consumer } = consumerOf(store, input);
    return { ConsumerDescription: { ...describe(consumer), StreamARN: stream.arn } };
  },
});

export const ListStreamConsumers: Make<"ListStreamConsumers"> = (store) => ({
  resources: ({ StreamARN = "" }) => [StreamARN],
  run: ({ StreamARN, MaxResults = 100, NextToken = "" }) => {
    const after = Buffer.from(NextToken, "base64").toString();
    const sorted = [...store.stream(nameOf({ StreamARN })).consumers].sort((a, b) =>
      a.name < b.name ? -1 : 1,
    );
    const { items, more } = pageOf(
      sorted.filter(({ name }) => name > after),
      MaxResults,
    );
    return {
      Consumers: items.map(describe),
      ...(more && { NextToken: Buffer.from(items.at(-1)?.name ?? "").toString("base64") }),
    };
  },
});
