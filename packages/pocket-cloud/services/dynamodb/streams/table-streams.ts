import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type { StreamSpecification, TableDescription } from "@aws-sdk/client-dynamodb";
import { AwsError, validationError } from "../../../errors";
import type { CloudContext } from "../../../service";
import { Collection } from "../../../storage/collection";
import { RETENTION_MS, type StreamDefinition, TableStream } from "./table-stream";

/** The streams of all tables. A stream that was disabled, or whose table was deleted, stays readable for a day. */
export class TableStreams {
  readonly #definitions: Collection<StreamDefinition>;
  readonly #open = new Map<string, TableStream>();
  readonly #dir: string;

  constructor(
    readonly cloud: CloudContext,
    dir: string,
  ) {
    this.#dir = join(dir, "streams");
    this.#definitions = new Collection(dir, "streams");
  }

  /** Sets up or ends the stream of a table whose description changes. The caller saves the description. */
  apply(description: TableDescription, specification: StreamSpecification | undefined): void {
    if (!specification) return;
    const { TableName } = description;
    const enabled = description.StreamSpecification !== undefined;
    if (specification.StreamEnabled) {
      if (enabled) throw validationError(`Table already has an enabled stream: TableName: ${TableName}`);
      this.#enable(description, specification);
      return;
    }
    if (!enabled) throw validationError(`Table has no stream to disable: TableName: ${TableName}`);
    this.disable(description);
  }

  static check({ StreamEnabled, StreamViewType }: StreamSpecification): void {
    if (StreamEnabled && !StreamViewType)
      throw validationError(
        "One or more parameter values were invalid: StreamViewType is required when StreamEnabled is true",
      );
    if (!StreamEnabled && StreamViewType)
      throw validationError(
        "One or more parameter values were invalid: StreamViewType can only be specified when StreamEnabled is true",
      );
  }

  #enable(description: TableDescription, { StreamViewType: view }: StreamSpecification): void {
    const { TableName = "", TableArn, KeySchema = [] } = description;
    let createdAt = this.cloud.clock.now();
    const arnAt = (time: number) => `${TableArn}/stream/${labelOf(time)}`;
    while (this.#definitions.has(arnAt(createdAt))) createdAt++;
    const arn = arnAt(createdAt);
    const shardId = `shardId-${String(createdAt).padStart(20, "0")}-${randomBytes(4).toString("hex")}`;
    const definition: StreamDefinition = {
      ...{ arn, label: labelOf(createdAt), tableName: TableName, shardId, createdAt },
      ...{ view: view ?? "KEYS_ONLY", keySchema: KeySchema },
    };
    this.#definitions.set(arn, definition);
    description.LatestStreamArn = arn;
    description.LatestStreamLabel = definition.label;
    description.StreamSpecification = { StreamEnabled: true, StreamViewType: definition.view };
  }

  disable(description: TableDescription): void {
    if (!description.StreamSpecification) return;
    const stream = this.find(description.LatestStreamArn);
    this.#definitions.update(stream.definition.arn, (stored) => {
      stored.disabledAt = this.cloud.clock.now();
    });
    delete description.StreamSpecification;
    stream.announce();
  }

  /** The enabled stream of a table. */
  of({ StreamSpecification, LatestStreamArn }: TableDescription): TableStream | undefined {
    return StreamSpecification ? this.find(LatestStreamArn) : undefined;
  }

  find(arn: string | undefined): TableStream {
    this.#forgetExpired();
    const definition = this.#definitions.get(arn ?? "");
    if (!definition)
      throw new AwsError(
        "ResourceNotFoundException",
        `Requested resource not found: Stream: ${arn} not found`,
      );
    const open = this.#open.get(definition.arn);
    if (open) return open;
    const stream = new TableStream(this.cloud, definition, this.#dir);
    this.#open.set(definition.arn, stream);
    return stream;
  }

  /** Definitions by ARN, which is their order of creation within a table. */
  list(): StreamDefinition[] {
    this.#forgetExpired();
    return this.#definitions.values();
  }

  #forgetExpired(): void {
    const horizon = this.cloud.clock.now() - RETENTION_MS;
    for (const definition of this.#definitions.values()) {
      if ((definition.disabledAt ?? Number.POSITIVE_INFINITY) >= horizon) continue;
      const stream = this.#open.get(definition.arn) ?? new TableStream(this.cloud, definition, this.#dir);
      stream.remove();
      this.#open.delete(definition.arn);
      this.#definitions.delete(definition.arn);
    }
  }

  close(): void {
    for (const stream of this.#open.values()) stream.close();
    this.#open.clear();
  }
}

/** The date and time without the zone, as AWS writes it. */
const labelOf = (time: number): string => new Date(time).toISOString().slice(0, -1);
