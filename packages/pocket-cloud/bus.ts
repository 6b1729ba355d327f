/** What services tell each other inside one cloud: wake-ups, never data that an AWS call would carry. */
export interface Events {
  /** Records became readable in a shard. */
  "kinesis:records": { streamArn: string; shardId: string };
  /** A stream's shards changed (split, merge), or it was created or deleted. */
  "kinesis:stream": { streamArn: string };
  /** A message was put into a queue; it can be received from `at` on. */
  "sqs:message": { queueArn: string; at: number };
  "s3:object-created": { bucket: string; key: string };
  /** Log events were stored (embedded metric format is read from them). */
  "logs:events": {
    logGroup: string;
    logStream: string;
    events: readonly { timestamp: number; message: string }[];
  };
  /** A service reports a metric datum of its own (AWS/Kinesis IncomingRecords and so on). */
  "metric:datum": {
    namespace: string;
    name: string;
    dimensions: Record<string, string>;
    value: number;
    unit?: string;
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
