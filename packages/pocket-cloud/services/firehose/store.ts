import { join } from "node:path";
import type { Caller } from "../../caller";
import type { CloudContext } from "../../service";
import { Collection } from "../../storage/collection";
import { Checkpoints } from "./checkpoints";
import { streamNotFound } from "./errors";
import { type FirehoseReport, firehoseReport } from "./metrics";
import type { DeliveryStream } from "./model";

export class FirehoseStore {
  readonly streams: Collection<DeliveryStream>;
  readonly checkpoints: Checkpoints;
  readonly dir: string;
  readonly #report: FirehoseReport;

  constructor(readonly cloud: CloudContext) {
    this.dir = join(cloud.dir, "firehose");
    this.#report = firehoseReport(cloud.bus);
    this.streams = new Collection<DeliveryStream>(this.dir, "delivery-streams");
    this.checkpoints = new Checkpoints(this.dir);
  }

  arn(name: string): string {
    return `arn:aws:firehose:${this.cloud.region}:${this.cloud.accountId}:deliverystream/${name}`;
  }

  stream(name: string): DeliveryStream {
    const stream = this.streams.get(name);
    if (!stream) throw streamNotFound(name, this.cloud.accountId);
    return stream;
  }

  /** Firehose in a role that a delivery stream names; throws when the role does not trust Firehose. */
  caller({ name, arn }: Pick<DeliveryStream, "name" | "arn">, role = ""): Caller {
    return this.cloud.identities().assume(role, name, "firehose.amazonaws.com", arn);
  }

  /** Reports metrics of a delivery stream. */
  report(stream: string, values: Parameters<FirehoseReport>[1]): void {
    this.#report({ DeliveryStreamName: stream }, values);
  }
}
