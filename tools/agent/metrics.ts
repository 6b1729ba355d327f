import { CloudWatchClient, type MetricDatum, PutMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import type { Connection } from "../kit/connect";
import type { Flow } from "./flow";
import { type Counts, noCounts } from "./flow";

/** The counts that CloudWatch gets, under the names aws-kinesis-agent gives them. */
const measured: readonly (readonly [keyof Counts, string, "Count" | "Bytes"])[] = [
  ["attempts", "RecordSendAttempts", "Count"],
  ["records", "RecordsSent", "Count"],
  ["refused", "RecordSendErrors", "Count"],
  ["bytes", "BytesSent", "Bytes"],
];

const AT_ONCE = 1000;

/** What has happened since the last time, as metrics of each destination. */
export class Metrics {
  readonly #client: CloudWatchClient;
  readonly #told = new Map<Flow, Counts>();
  #trouble: string | undefined;

  constructor(
    connection: Connection,
    private readonly namespace: string,
    private readonly say: (what: string) => void,
  ) {
    this.#client = new CloudWatchClient(connection);
  }

  /** Never throws: a flow does not stop because nobody counts it. */
  async emit(flows: readonly Flow[], signal: AbortSignal): Promise<void> {
    const data = flows.flatMap((flow) => this.#since(flow));
    try {
      for (let at = 0; at < data.length; at += AT_ONCE)
        await this.#client.send(
          new PutMetricDataCommand({ Namespace: this.namespace, MetricData: data.slice(at, at + AT_ONCE) }),
          { abortSignal: signal },
        );
      this.#trouble = undefined;
    } catch (error) {
      const trouble = error instanceof Error ? error.message : String(error);
      if (trouble !== this.#trouble) this.say(`metrics are not taken: ${trouble}`);
      this.#trouble = trouble;
    }
  }

  close(): void {
    this.#client.destroy();
  }

  #since(flow: Flow): MetricDatum[] {
    const before = this.#told.get(flow) ?? noCounts();
    this.#told.set(flow, { ...flow.counts });
    const { service, name } = flow.parts.config.destination;
    const Value = `${service === "kinesis" ? "KinesisStream" : "DeliveryStream"}:${name}`;
    return measured.map(([count, MetricName, Unit]) => ({
      MetricName,
      Unit,
      Value: flow.counts[count] - before[count],
      Dimensions: [{ Name: "Destination", Value }],
    }));
  }
}
