import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { CompressionFormat } from "@aws-sdk/client-firehose";
import { zipSync } from "fflate";
import { framedSnappy, hadoopSnappy } from "./snappy";

interface Codec {
  readonly extension: string;
  /** `name` is that of the one entry of an archive. */
  compress(data: Buffer, name: string): Promise<Buffer> | Buffer;
}

const gzipped = promisify<Buffer, Buffer>(gzip);

const CODECS: Record<CompressionFormat, Codec> = {
  UNCOMPRESSED: { extension: "", compress: (data) => data },
  GZIP: { extension: ".gz", compress: (data) => gzipped(data) },
  ZIP: { extension: ".zip", compress: (data, name) => Buffer.from(zipSync({ [name]: data })) },
  Snappy: { extension: ".snappy", compress: framedSnappy },
  HADOOP_SNAPPY: { extension: ".snappy", compress: hadoopSnappy },
};

export const codecOf = (format: CompressionFormat | undefined): Codec => CODECS[format ?? "UNCOMPRESSED"];
