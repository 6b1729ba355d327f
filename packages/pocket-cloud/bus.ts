/** Events between the services of one cloud. They wake consumers; data travels in AWS calls only. */
export interface Events {
  /** A shard has new records. */
  "kinesis:records": { streamArn: string; shardId: string };
  /** A stream was created, deleted, split or merged. */
  "kinesis:stream": { streamArn: string };
  /** A table's stream has new records, or was disabled. */
  "dynamodb:stream-records": { streamArn: string; shardId: string };
  /** A queue has a new message, which can be received from `at` on. */
  "sqs:message": { queueArn: string; at: number };
  "s3:object-created": { bucket: string; key: string };
  /** Log events were stored. CloudWatch reads the embedded metric format from them. */
  "logs:events": {
    logGroup: string;
    logStream: string;
    events: readonly { timestamp: number; message: string }[];
  };
  /** Values of a resource's metrics, for CloudWatch. `units` has the unit of each metric of the namespace. */
  "metrics:values": {
    namespace: string;
    dimensions: Readonly<Record<string, string>>;
    values: Readonly<Record<string, number | undefined>>;
    units: Readonly<Record<string, string>>;
  };
}

type Listener<K extends keyof Events> = (event: Events[K]) => void;

export class Bus {
  readonly #listeners = new Map<keyof Events, Set<(event: never) => void>>();

  on<K extends keyof Events>(topic: K, listener: Listener<K>): () => void {
    const listeners = this.#listeners.get(topic) ?? new Set();
    this.#listeners.set(topic, listeners);
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  emit<K extends keyof Events>(topic: K, event: Events[K]): void {
    for (const listener of this.#listeners.get(topic) ?? []) (listener as Listener<K>)(event);
  }
}
