import type { Destination } from "../model";
import { dataPrefix } from "../prefix/evaluate";
import { type Failure, failed, groupBy, type Item } from "../records";

/** AWS's quota of active partitions of a delivery stream. */
const ACTIVE_PARTITIONS = 500;

/** The records of one object. */
export interface Group {
  readonly prefix: string;
  readonly items: readonly Item[];
  /** Arrival time of the oldest record. */
  readonly time: number;
}

export const oldest = (items: readonly { readonly arrived: { readonly time: number } }[]): number =>
  items.reduce((least, { arrived }) => Math.min(least, arrived.time), Number.POSITIVE_INFINITY);

/** One group of all records, or with dynamic partitioning one for each combination of keys, up to the quota. */
export function groupItems(
  destination: Destination,
  items: readonly Item[],
): { groups: Group[]; failures: Failure[] } {
  const { Prefix = "", CustomTimeZone: zone, DynamicPartitioningConfiguration } = destination;
  if (items.length === 0) return { groups: [], failures: [] };
  if (!DynamicPartitioningConfiguration?.Enabled) {
    const time = oldest(items);
    return { groups: [{ prefix: dataPrefix(Prefix, { time, zone }) ?? "", items, time }], failures: [] };
  }
  const failures: Failure[] = [];
  const byKeys = groupBy(items, ({ keys }) => JSON.stringify([keys.query, keys.lambda]));
  const groups = [...byKeys.values()].slice(0, ACTIVE_PARTITIONS).flatMap((members): Group[] => {
    const time = oldest(members);
    const prefix = dataPrefix(Prefix, { time, zone }, members[0]?.keys);
    if (prefix !== undefined) return [{ prefix, items: members, time }];
    const message = "A partition key of the prefix has no value, or the prefix is longer than 512 characters";
    for (const item of members)
      failures.push(failed(item, "DynamicPartitioning.PrefixEvaluationFailed", message));
    return [];
  });
  for (const members of [...byKeys.values()].slice(ACTIVE_PARTITIONS))
    for (const item of members) failures.push(overQuota(item));
  return { groups, failures };
}

const overQuota = (item: Item): Failure => {
  const message = "The limit of active partitions is exceeded";
  const code = "DynamicPartitioning.ActivePartitionExceeded";
  return failed(item, code, message, { type: "activePartitionExceeded" });
};
