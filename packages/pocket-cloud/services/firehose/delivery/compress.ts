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

/** AWS does not say how hard it tries. Half of the time of the usual level, for a tenth more bytes. */
const LEVEL = 3;
const gzipped = promisify(gzip);

const CODECS: Record<CompressionFormat, Codec> = {
  UNCOMPRESSED: { extension: "", compress: (data) => data },
  GZIP: { extension: ".gz", compress: (data) => gzipped(data, { level: LEVEL }) },
  ZIP: { extension: ".zip", compress: (data, name) => Buffer.from(zipSync({ [name]: data })) },
  Snappy: { extension: ".snappy", compress: framedSnappy },
  HADOOP_SNAPPY: { extension: ".snappy", compress: hadoopSnappy },
};

export const codecOf = (format: CompressionFormat | undefined): Codec => CODECS[format ?? "UNCOMPRESSED"];
