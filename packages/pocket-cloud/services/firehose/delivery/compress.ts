import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { CompressionFormat } from "@aws-sdk/client-firehose";
import { zipSync } from "fflate";
import { framedSnappy, hadoopSnappy } from "./snappy";

interface Codec {
  readonly extension: string;
  /** `name` is the name of the file inside a ZIP archive. */
  compress(data: Buffer, name: string): Promise<Buffer> | Buffer;
}

/** AWS does not document its level. Level 3 takes half the time of the default level, for 10 % more bytes. */
const GZIP_LEVEL = 3;
const gzipAsync = promisify(gzip);

const CODECS: Record<CompressionFormat, Codec> = {
  UNCOMPRESSED: { extension: "", compress: (data) => data },
  GZIP: { extension: ".gz", compress: (data) => gzipAsync(data, { level: GZIP_LEVEL }) },
  ZIP: { extension: ".zip", compress: (data, name) => Buffer.from(zipSync({ [name]: data })) },
  Snappy: { extension: ".snappy", compress: framedSnappy },
  HADOOP_SNAPPY: { extension: ".snappy", compress: hadoopSnappy },
};

export const codecOf = (format: CompressionFormat | undefined): Codec => CODECS[format ?? "UNCOMPRESSED"];
