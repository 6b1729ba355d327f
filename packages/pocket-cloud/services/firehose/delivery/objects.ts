import { convert } from "../convert";
import type { DeliveryStream } from "../model";
import { dataPrefix, errorPrefix, objectName } from "../prefix/evaluate";
import { processRecords } from "../processing";
import { errorLines, type Failure, groupBy, type Item } from "../records";
import type { Arrived } from "../source/source";
import type { FirehoseStore } from "../store";
import { codecOf } from "./compress";
import { type Group, groupItems, oldest } from "./partitions";

export interface S3Object {
  readonly key: string;
  readonly body: Buffer;
  readonly records: number;
  /** Whether the object is written to the backup's bucket. */
  readonly backup?: true;
}

/** The S3 objects for a buffer of records: their backup, the data, and the records that failed. */
export async function prepareObjects(
  store: FirehoseStore,
  stream: DeliveryStream,
  records: readonly Arrived[],
  postponements: number,
): Promise<S3Object[]> {
  const received = records.map((arrived): Item => ({ data: arrived.data, arrived, keys: {} }));
  const { items, failures } = await processRecords(store, stream, received, postponements);
  const { groups, failures: unplaced } = groupItems(stream.destination, items);
  const objects = await backupObjects(stream, received);
  const unwritten: Failure[] = [];
  for (const group of groups) {
    const { object, failures: unconverted } = await dataObject(store, stream, group);
    if (object) objects.push(object);
    unwritten.push(...unconverted);
  }
  return [...objects, ...errorObjects(store, stream, [...failures, ...unplaced, ...unwritten])];
}

async function backupObjects(stream: DeliveryStream, items: readonly Item[]): Promise<S3Object[]> {
  const { S3BackupMode, S3BackupDescription } = stream.destination;
  if (S3BackupMode !== "Enabled" || !S3BackupDescription) return [];
  const codec = codecOf(S3BackupDescription.CompressionFormat);
  const moment = { time: oldest(items) };
  const name = objectName(stream.name, stream.version, moment);
  const prefix = dataPrefix(S3BackupDescription.Prefix ?? "", moment) ?? "";
  const body = await codec.compress(Buffer.concat(items.map(({ data }) => data)), name);
  return [{ key: prefix + name + codec.extension, body, records: items.length, backup: true }];
}

/** The records without anything between them, or converted to one Parquet file. */
async function dataObject(
  store: FirehoseStore,
  stream: DeliveryStream,
  { prefix, items, time }: Group,
): Promise<{ object?: S3Object; failures: readonly Failure[] }> {
  const { CompressionFormat, FileExtension, CustomTimeZone, DataFormatConversionConfiguration } =
    stream.destination;
  const name = objectName(stream.name, stream.version, { time, zone: CustomTimeZone });
  if (DataFormatConversionConfiguration?.Enabled) {
    const { body, rows, failures } = await convert(store, stream, items);
    if (!body) return { failures };
    return { object: { key: prefix + name + (FileExtension || ".parquet"), body, records: rows }, failures };
  }
  const codec = codecOf(CompressionFormat);
  const body = await codec.compress(Buffer.concat(items.map(({ data }) => data)), name);
  const key = prefix + name + (FileExtension || codec.extension);
  return { object: { key, body, records: items.length }, failures: [] };
}

function errorObjects(
  store: FirehoseStore,
  stream: DeliveryStream,
  failures: readonly Failure[],
): S3Object[] {
  return [...groupBy(failures, ({ type }) => type)].map(([type, members]) => {
    const moment = { time: oldest(members), zone: stream.destination.CustomTimeZone };
    const key =
      errorPrefix(stream.destination, type, moment) + objectName(stream.name, stream.version, moment);
    return { key, body: errorLines(members, store.cloud.clock.now()), records: members.length };
  });
}
