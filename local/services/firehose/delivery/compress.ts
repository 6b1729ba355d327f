import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { CompressionFormat } from "@aws-sdk/client-firehose";
import { unsupported } from "../../../errors";

interface Codec {
  readonly extension: string;
  compress(data: Buffer): Promise<Buffer>;
}

const gzipped = promisify<Buffer, Buffer>(gzip);

const CODECS: Partial<Record<CompressionFormat, Codec>> = {
  UNCOMPRESSED: { extension: "", compress: async (data) => data },
  GZIP: { extension: ".gz", compress: gzipped },
};

export function codecOf(format: CompressionFormat | undefined): Codec {
  const codec = CODECS[format ?? "UNCOMPRESSED"];
  if (!codec) throw unsupported(`the Firehose compression format ${format}`);
  return codec;
}
