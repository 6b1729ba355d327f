import { CloudWatchClient, type MetricDatum, PutMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import type { Connection } from "../kit/connect";
import type { Flow } from "./flow";
import { type Counts, noCounts } from "./flow";

/** Counts sent to CloudWatch, under the metric names of aws-kinesis-agent. */
const measured: readonly (readonly [keyof Counts, string, "Count" | "Bytes"])[] = [
  ["attempts", "RecordSendAttempts", "Count"],
  ["records", "RecordsSent", "Count"],
  ["refused", "RecordSendErrors", "Count"],
  ["bytes", "BytesSent", "Bytes"],
];

/** PutMetricData accepts this many data points per call. */
const MAX_DATA_PER_CALL = 1000;

/** Emits the changes of each flow's counts since the last call. */
export class Metrics {
  readonly #client: CloudWatchClient;
  readonly #emitted = new Map<Flow, Counts>();
  #trouble: string | undefined;

  constructor(
    connection: Connection,
    private readonly namespace: string,
    private readonly log: (what: string) => void,
  ) {
    this.#client = new CloudWatchClient(connection);
  }

  /** Never throws: a flow must not stop because its metrics fail. */
  async emit(flows: readonly Flow[], signal: AbortSignal): Promise<void> {
    const data = flows.flatMap((flow) => this.#since(flow));
    try {
      for (let at = 0; at < data.length; at += MAX_DATA_PER_CALL)
        await this.#client.send(
          new PutMetricDataCommand({
            Namespace: this.namespace,
            MetricData: data.slice(at, at + MAX_DATA_PER_CALL),
          }),
          { abortSignal: signal },
        );
      this.#trouble = undefined;
    } catch (error) {
      const trouble = error instanceof Error ? error.message : String(error);
      if (trouble !== this.#trouble) this.log(`metrics cannot be sent: ${trouble}`);
      this.#trouble = trouble;
    }
  }

  close(): void {
    this.#client.destroy();
  }

  #since(flow: Flow): MetricDatum[] {
    const before = this.#emitted.get(flow) ?? noCounts();
    this.#emitted.set(flow, { ...flow.counts });
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
