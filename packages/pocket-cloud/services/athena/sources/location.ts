import type { StorageDescriptor } from "@aws-sdk/client-glue";
import { fail } from "../../../../trino-duckdb";

export interface Location {
  readonly bucket: string;
  /** Ends with a slash unless it is empty. */
  readonly prefix: string;
}

/** The key values and location of one partition. */
export interface Partition extends Location {
  readonly values: readonly (string | null)[];
  /** Set if the partition has its own storage descriptor. */
  readonly storage?: StorageDescriptor;
}

/** Parses s3://bucket/folder/. */
export function parseLocation(location: string | undefined, what: string): Location {
  const match = /^s3[an]?:\/\/([^/]+)\/?(.*)$/.exec(location ?? "");
  if (!match)
    return fail(
      "HIVE_INVALID_METADATA",
      `the location '${location ?? ""}' of ${what} is not an s3:// location`,
    );
  const [, bucket = "", folder = ""] = match;
  return { bucket, prefix: folder === "" || folder.endsWith("/") ? folder : `${folder}/` };
}
