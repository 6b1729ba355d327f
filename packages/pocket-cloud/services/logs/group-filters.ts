import { gzipSync } from "node:zlib";
import type { MetricTransformation } from "@aws-sdk/client-cloudwatch-logs";
import type { CloudContext } from "../../service";
import { Collection } from "../../storage/collection";
import { filterPattern } from "./patterns";
import type { FilterPattern } from "./patterns/pattern";

export interface MetricFilterRecord {
  readonly group: string;
  readonly name: string;
  readonly pattern: string;
  readonly transformations: readonly MetricTransformation[];
  readonly created: number;
}

export interface SubscriptionRecord {
  readonly group: string;
  readonly name: string;
  readonly pattern: string;
  readonly destinationArn: string;
  readonly roleArn?: string | undefined;
  readonly distribution: "ByLogStream" | "Random";
  readonly created: number;
}

export interface StoredEvents {
  readonly logGroup: string;
  readonly logStream: string;
  readonly events: readonly { readonly timestamp: number; readonly message: string }[];
}

/** Data of one PutMetricData. */
const MAX_DATA = 1000;

/** The metric filters and subscription filters of log groups, and what they do with new events. */
export class GroupFilters {
  readonly metrics: Collection<MetricFilterRecord>;
  readonly subscriptions: Collection<SubscriptionRecord>;
  readonly #compiled = new Map<string, FilterPattern>();
  #deliveries: Promise<unknown> = Promise.resolve();

  constructor(
    readonly cloud: CloudContext,
    dir: string,
  ) {
    this.metrics = new Collection(dir, "metric-filters");
    this.subscriptions = new Collection(dir, "subscription-filters");
  }

  deleteOf(group: string): void {
    for (const filters of [this.metrics, this.subscriptions])
      for (const filter of filters.values())
        if (filter.group === group) filters.delete(filterKey(group, filter.name));
  }

  apply(stored: StoredEvents): void {
    for (const filter of this.metrics.values())
      if (filter.group === stored.logGroup) this.#count(filter, stored);
    for (const filter of this.subscriptions.values())
      if (filter.group === stored.logGroup) this.#deliver(filter, stored);
  }

  /** Waits for deliveries in flight. */
  flush(): Promise<unknown> {
    return this.#deliveries;
  }

  #pattern(text: string): FilterPattern {
    const known = this.#compiled.get(text) ?? filterPattern(text);
    this.#compiled.set(text, known);
    return known;
  }

  #count({ pattern, transformations }: MetricFilterRecord, { events }: StoredEvents): void {
    const { matches, select } = this.#pattern(pattern);
    const found = events.filter(({ message }) => matches(message));
    for (const { metricName, metricNamespace, metricValue = "", ...more } of transformations) {
      const { unit, defaultValue, dimensions = {} } = more;
      const data = found.flatMap(({ timestamp, message }) => {
        const value = Number(metricValue.startsWith("$") ? select(message, metricValue) : metricValue);
        if (!Number.isFinite(value)) return [];
        const named = Object.entries(dimensions).map(([Name, selector]) => ({
          Name,
          Value: textOf(select(message, selector)),
        }));
        // An event without one of the values has no such metric.
        if (named.some(({ Value }) => Value === "")) return [];
        return [{ timestamp, value, dimensions: named }];
      });
      // The default is reported for periods in which events arrive and none matches.
      const [first] = events;
      if (found.length === 0 && defaultValue !== undefined && first)
        data.push({ timestamp: first.timestamp, value: defaultValue, dimensions: [] });
      if (data.length === 0) continue;
      const MetricData = data.map(({ timestamp, value, dimensions: Dimensions }) => ({
        ...{ MetricName: metricName, Value: value, Timestamp: new Date(timestamp), Dimensions },
        ...(unit && { Unit: unit }),
      }));
      for (let at = 0; at < MetricData.length; at += MAX_DATA) {
        const input = { Namespace: metricNamespace, MetricData: MetricData.slice(at, at + MAX_DATA) };
        const { administrator } = this.cloud.identities();
        this.#run(() => this.cloud.call("monitoring", "PutMetricData", input, administrator));
      }
    }
  }

  #deliver(filter: SubscriptionRecord, { logGroup, logStream, events }: StoredEvents): void {
    const { matches } = this.#pattern(filter.pattern);
    const logEvents = events
      .filter(({ message }) => matches(message))
      .map(({ timestamp, message }, at) => ({
        id: `${String(timestamp).padStart(15, "0")}${String(at).padStart(10, "0")}`,
        ...{ timestamp, message },
      }));
    if (logEvents.length === 0) return;
    this.#run(() =>
      deliver(this.cloud, filter, {
        messageType: "DATA_MESSAGE",
        ...{ owner: this.cloud.accountId, logGroup, logStream },
        ...{ subscriptionFilters: [filter.name], logEvents },
      }),
    );
  }

  /** Does not keep the writer of the events waiting; failures are logged. */
  #run(action: () => Promise<unknown>): void {
    this.#deliveries = Promise.all([
      this.#deliveries,
      action().catch((error: Error) => this.cloud.log(`logs: a filter failed: ${error.message}`)),
    ]);
  }
}

export const filterKey = (group: string, name: string): string => `${group}:${name}`;

const textOf = (value: unknown): string =>
  typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? String(value) : "";

/** Sends a message to the destination of a subscription: gzip, and for functions in base64. */
export async function deliver(
  cloud: CloudContext,
  { destinationArn, roleArn = "", distribution, group }: SubscriptionRecord,
  message: { readonly logStream: string; readonly [member: string]: unknown },
): Promise<void> {
  const data = gzipSync(JSON.stringify(message));
  const service = destinationArn.split(":")[2];
  if (service === "lambda") {
    const Payload = Buffer.from(JSON.stringify({ awslogs: { data: data.toString("base64") } }));
    const input = { FunctionName: destinationArn, InvocationType: "Event" as const, Payload };
    await cloud.call("lambda", "Invoke", input, cloud.identities().administrator);
    return;
  }
  const source = `arn:aws:logs:${cloud.region}:${cloud.accountId}:*`;
  const caller = cloud.identities().assume(roleArn, "CloudWatchLogs", "logs.amazonaws.com", source);
  const name = destinationArn.split("/").at(-1) ?? "";
  if (service === "kinesis") {
    const PartitionKey =
      distribution === "Random" ? String(cloud.faults.random()) : `${group}:${message.logStream}`;
    await cloud.call("kinesis", "PutRecord", { StreamName: name, PartitionKey, Data: data }, caller);
  } else
    await cloud.call("firehose", "PutRecord", { DeliveryStreamName: name, Record: { Data: data } }, caller);
}
