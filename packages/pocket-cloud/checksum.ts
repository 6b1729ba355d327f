import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";

/** A checksum that is fed piece by piece. */
export interface Digest {
  update(bytes: Uint8Array): unknown;
  digest(): Buffer;
}

/** The checksums of S3, named as in "x-amz-checksum-crc32", and MD5. */
const ALGORITHMS = {
  crc32: () => new Crc32(crc32),
  crc32c: () => new Crc32(crc32c),
  crc64nvme: () => new Crc64Nvme(),
  sha1: () => createHash("sha1"),
  sha256: () => createHash("sha256"),
  sha512: () => createHash("sha512"),
  md5: () => createHash("md5"),
} as const satisfies Record<string, () => Digest>;

export type Algorithm = keyof typeof ALGORITHMS;

export const isAlgorithm = (name: string): name is Algorithm => Object.hasOwn(ALGORITHMS, name);

export const startDigest = (algorithm: Algorithm): Digest => ALGORITHMS[algorithm]();

class Crc32 implements Digest {
  #value = 0;

  constructor(readonly step: (data: Uint8Array, value: number) => number) {}

  update(bytes: Uint8Array): void {
    this.#value = this.step(bytes, this.#value);
  }

  digest(): Buffer {
    const out = Buffer.alloc(4);
    out.writeUInt32BE(this.#value >>> 0);
    return out;
  }
}

// Node has no CRC32C and no CRC64NVME. Measured on 8 MB: @aws-crypto/crc32c is five times slower than this table, and
// @aws-sdk/crc64-nvme no faster, with an asynchronous digest. So Athena and Firehose, which write large objects, ask for CRC32:
// AWS's SDKs add it by default (SDKs and Tools Reference Guide, "Data Integrity Protections for Amazon S3").

const CRC32C_TABLE = Int32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0x82f63b78 : value >>> 1;
  return value;
});

function crc32c(bytes: Uint8Array, start: number): number {
  let value = ~start;
  for (let i = 0; i < bytes.length; i++)
    value = (CRC32C_TABLE[(value ^ (bytes[i] as number)) & 0xff] as number) ^ (value >>> 8);
  return ~value;
}

/** The table of the reflected NVME polynomial in two halves, because bit operations work on 32 bits. */
const CRC64_HIGH = new Int32Array(256);
const CRC64_LOW = new Int32Array(256);
for (let byte = 0; byte < 256; byte++) {
  let high = 0;
  let low = byte;
  for (let bit = 0; bit < 8; bit++) {
    const carry = low & 1;
    low = (low >>> 1) | (high << 31);
    high >>>= 1;
    if (carry) {
      high ^= 0x9a6c9329;
      low ^= 0xac4bc9b5;
    }
  }
  CRC64_HIGH[byte] = high;
  CRC64_LOW[byte] = low;
}

class Crc64Nvme implements Digest {
  #high = -1;
  #low = -1;

  update(bytes: Uint8Array): void {
    let high = this.#high;
    let low = this.#low;
    for (let i = 0; i < bytes.length; i++) {
      const at = (low ^ (bytes[i] as number)) & 0xff;
      low = ((low >>> 8) | (high << 24)) ^ (CRC64_LOW[at] as number);
      high = (high >>> 8) ^ (CRC64_HIGH[at] as number);
    }
    this.#high = high;
    this.#low = low;
  }

  digest(): Buffer {
    const out = Buffer.alloc(8);
    out.writeInt32BE(~this.#high);
    out.writeInt32BE(~this.#low, 4);
    return out;
  }
}
