import { join } from "node:path";
import { AwsError } from "../../errors";
import type { CloudContext } from "../../service";
import { Collection } from "../../storage/collection";
import type { Tags } from "../shared/tags";
import { type DeduplicationScope, QueueData } from "./queue";

export interface QueueRecord {
  readonly name: string;
  readonly arn: string;
  readonly createdAt: number;
  modifiedAt: number;
  /** Only the attributes that were set; the others have DEFAULTS. */
  attributes: Record<string, string>;
  /** The scope of deduplication before its last change, which takes a minute. */
  scopeBefore?: { readonly scope: DeduplicationScope; readonly until: number };
  tags: Tags;
  /** Part of the file name, so that a queue created again under a deleted name starts empty. */
  readonly generation: number;
}

export interface Queue {
  readonly record: QueueRecord;
  readonly data: QueueData;
  readonly fifo: boolean;
  number(attribute: keyof typeof DEFAULTS): number;
  readonly redrive: { readonly deadLetterTargetArn: string; readonly maxReceiveCount: number } | undefined;
}

export const DEFAULTS = {
  VisibilityTimeout: "30",
  MaximumMessageSize: "1048576",
  MessageRetentionPeriod: "345600",
  DelaySeconds: "0",
  ReceiveMessageWaitTimeSeconds: "0",
} as const;

export class QueueStore {
  readonly records: Collection<QueueRecord>;
  readonly #data = new Map<string, QueueData>();
  readonly dir: string;

  constructor(readonly cloud: CloudContext) {
    this.dir = join(cloud.dir, "sqs");
    this.records = new Collection(this.dir, "queues");
  }

  arn(name: string): string {
    return `arn:aws:sqs:${this.cloud.region}:${this.cloud.accountId}:${name}`;
  }

  /** The resource of IAM checks. */
  readonly arnsOf = ({ QueueUrl }: { QueueUrl?: string | undefined }): string[] => [
    this.arn(nameIn(QueueUrl)),
  ];

  url(name: string): string {
    return `${this.cloud.endpoint()}/${this.cloud.accountId}/${name}`;
  }

  /** Finds a queue by the name in its URL; the URL's host does not matter. */
  find(url: string | undefined): Queue {
    const queue = this.byName(nameIn(url));
    if (queue) return queue;
    throw new AwsError("QueueDoesNotExist", "The specified queue does not exist.", 400);
  }

  byArn(arn: string): Queue | undefined {
    return this.byName(arn.split(":")[5] ?? "");
  }

  byName(name: string): Queue | undefined {
    const record = this.records.get(name);
    if (!record) return undefined;
    const policy = record.attributes.RedrivePolicy;
    return {
      record,
      data: this.#dataOf(record),
      fifo: record.attributes.FifoQueue === "true",
      number: (attribute) => Number(record.attributes[attribute] ?? DEFAULTS[attribute]),
      redrive: policy ? (JSON.parse(policy) as NonNullable<Queue["redrive"]>) : undefined,
    };
  }

  save(record: QueueRecord): void {
    record.modifiedAt = this.cloud.clock.now();
    this.records.set(record.name, record);
  }

  delete(record: QueueRecord): void {
    this.#dataOf(record).delete();
    this.#data.delete(record.name);
    this.records.delete(record.name);
  }

  /** Wakes receivers that wait for a message in this queue. */
  announce({ record }: Queue, at: number): void {
    this.cloud.bus.emit("sqs:message", { queueArn: record.arn, at });
  }

  #dataOf(record: QueueRecord): QueueData {
    const open = this.#data.get(record.name);
    if (open) return open;
    const data = new QueueData(join(this.dir, "messages", `${record.name}.${record.generation}.ndjson`));
    this.#data.set(record.name, data);
    return data;
  }

  close(): void {
    for (const data of this.#data.values()) data.close();
    this.#data.clear();
  }
}

const nameIn = (url: string | undefined): string => (url ?? "").split("/").at(-1) ?? "";
