import type { DeliveryStream } from "../model";
import { dataPrefix } from "../prefix/evaluate";
import { objectName } from "../prefix/object-name";
import type { Arrived } from "../source/source";
import { codecOf } from "./compress";

export interface S3Object {
  readonly key: string;
  readonly body: Buffer;
  readonly records: number;
}

/** What a buffer of records becomes in S3: their bytes one after another, with nothing between them. */
export async function objectsOf(stream: DeliveryStream, records: readonly Arrived[]): Promise<S3Object[]> {
  const { Prefix = "", CompressionFormat, FileExtension, CustomTimeZone } = stream.destination;
  const codec = codecOf(CompressionFormat);
  const moment = {
    time: records.reduce((oldest, { time }) => Math.min(oldest, time), Infinity),
    zone: CustomTimeZone,
  };
  const name = objectName(stream.name, stream.version, moment) + (FileExtension || codec.extension);
  const body = await codec.compress(Buffer.concat(records.map(({ data }) => data)));
  return [{ key: dataPrefix(Prefix, moment) + name, body, records: records.length }];
}
