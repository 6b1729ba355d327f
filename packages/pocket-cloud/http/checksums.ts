import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";

/** A checksum under way: fed as the bytes come, read in base64 as AWS writes it. */
export interface Running {
  update(data: Uint8Array): void;
  digest(): string;
}

export type Algorithm = keyof typeof algorithms;

/** The checksums S3 knows by the last part of their header's name ("x-amz-checksum-crc32"). */
const algorithms = {
  crc32: () => reduce32((value, data) => crc32(data, value)),
  crc32c: () => reduce32(crc32c),
  crc64nvme: () => crc64nvme(),
  sha1: () => hashed("sha1"),
  sha256: () => hashed("sha256"),
  sha512: () => hashed("sha512"),
  md5: () => hashed("md5"),
} as const satisfies Record<string, () => Running>;

export const isAlgorithm = (name: string): name is Algorithm => Object.hasOwn(algorithms, name);

export const startChecksum = (algorithm: Algorithm): Running => algorithms[algorithm]();

function hashed(name: string): Running {
  const hash = createHash(name);
  return { update: (data) => void hash.update(data), digest: () => hash.digest("base64") };
}

function reduce32(step: (value: number, data: Uint8Array) => number): Running {
  let value = 0;
  return {
    update: (data) => {
      value = step(value, data);
    },
    digest: () => {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(value >>> 0);
      return bytes.toString("base64");
    },
  };
}

/** Castagnoli's polynomial, reflected. */
const CRC32C_POLYNOMIAL = 0x82f63b78;
const crc32cTable = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ CRC32C_POLYNOMIAL : value >>> 1;
  return value >>> 0;
});

function crc32c(value: number, data: Uint8Array): number {
  let crc = ~value;
  for (const byte of data) crc = (crcEntry(crc, byte) ^ (crc >>> 8)) | 0;
  return ~crc;
}

const crcEntry = (crc: number, byte: number): number => crc32cTable[(crc ^ byte) & 0xff] as number;

/** NVMe's 64-bit polynomial, reflected, in two halves: big integers per byte would be far too slow. */
const CRC64_HIGH = 0x9a6c9329;
const CRC64_LOW = 0xac4bc9b5;
const crc64Table = { high: new Uint32Array(256), low: new Uint32Array(256) };
for (let index = 0; index < 256; index++) {
  let high = 0;
  let low = index;
  for (let bit = 0; bit < 8; bit++) {
    const odd = low & 1;
    low = (low >>> 1) | ((high & 1) << 31);
    high >>>= 1;
    if (odd) {
      high ^= CRC64_HIGH;
      low ^= CRC64_LOW;
    }
  }
  crc64Table.high[index] = high;
  crc64Table.low[index] = low;
}

function crc64nvme(): Running {
  let high = -1;
  let low = -1;
  return {
    update: (data) => {
      for (const byte of data) {
        const index = (low ^ byte) & 0xff;
        low = ((low >>> 8) | (high << 24)) ^ (crc64Table.low[index] as number);
        high = (high >>> 8) ^ (crc64Table.high[index] as number);
      }
    },
    digest: () => {
      const bytes = Buffer.alloc(8);
      bytes.writeUInt32BE(~high >>> 0, 0);
      bytes.writeUInt32BE(~low >>> 0, 4);
      return bytes.toString("base64");
    },
  };
}
