import type { Scan } from "../../../../trino-duckdb";
import { type Partition, parseLocation } from "../sources/location";
import type { Objects } from "../sources/objects";

/** Hive's name for a partition whose key is NULL. */
const NULL_PARTITION = "__HIVE_DEFAULT_PARTITION__";

/** The partitions that the Glue catalogue lists. */
export async function cataloguePartitions(scan: Scan, { cloud, caller }: Objects): Promise<Partition[]> {
  const found: Partition[] = [];
  let token: string | undefined;
  do {
    const request = {
      DatabaseName: scan.table.schema,
      TableName: scan.table.name,
      ...(token !== undefined && { NextToken: token }),
    };
    const { Partitions, NextToken } = await cloud.call("glue", "GetPartitions", request, caller);
    for (const { Values, StorageDescriptor: storage } of Partitions ?? []) {
      const { bucket, prefix } = parseLocation(storage?.Location, `a partition of ${scan.table.name}`);
      found.push({
        bucket,
        prefix,
        values: (Values ?? []).map((value) => (value === NULL_PARTITION ? null : value)),
        ...(storage && { storage }),
      });
    }
    token = NextToken;
  } while (token);
  return found;
}
