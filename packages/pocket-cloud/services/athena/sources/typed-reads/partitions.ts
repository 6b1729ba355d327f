import { createHash } from "node:crypto";
import type { StorageDescriptor } from "@aws-sdk/client-glue";
import type { Scan } from "../../../../../trino-duckdb";
import type { LocalObject } from "../../../../s3-files";
import type { GlueSource } from "../../catalogue/catalogue";

/** The files of one partition. */
export interface PartitionFiles {
  readonly files: readonly LocalObject[];
  readonly storage: StorageDescriptor;
}

/** Names what is known or kept of a partition's files. A name changes whenever the files, or the way they are read, change. */
export class PartitionNames {
  readonly #table: string;
  readonly #alias: string;
  readonly #partitions = new Map<PartitionFiles, string>();
  readonly #contents = new Map<string, string>();

  constructor({ table, alias }: Scan<GlueSource>) {
    this.#table = digest([table.columns, table.glue.Parameters]);
    this.#alias = alias;
  }

  /** `content` is a condition on the partition's rows, or what a copy has of them. */
  of(partition: PartitionFiles, content: string): string {
    let name = this.#contents.get(content);
    if (name === undefined) {
      name = digest(content.replaceAll(`${this.#alias}.`, ""));
      this.#contents.set(content, name);
    }
    const files = this.#partitions.get(partition) ?? this.#nameOf(partition);
    this.#partitions.set(partition, files);
    return files + name;
  }

  #nameOf({ files, storage }: PartitionFiles): string {
    const { Location: _location, ...format } = storage;
    return digest([this.#table, format, files.map(({ key, path, etag, size }) => [key, path, etag, size])]);
  }
}

export const bytesOf = (partitions: readonly PartitionFiles[]): number =>
  partitions.reduce((sum, { files }) => sum + files.reduce((bytes, { size }) => bytes + size, 0), 0);

const digest = (value: unknown): string =>
  createHash("sha1").update(JSON.stringify(value)).digest("base64url");
