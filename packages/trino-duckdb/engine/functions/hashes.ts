import { createHmac } from "node:crypto";
import { BLOB, DuckDBBlobValue } from "@duckdb/node-api";
import { fail, type Native } from "./native";

const u64 = (value: bigint): bigint => BigInt.asUintN(64, value);
const rotate = (value: bigint, by: bigint): bigint => u64((value << by) | (value >> (64n - by)));

/** A little-endian number of up to eight bytes. */
function word(bytes: Uint8Array, at: number, size: number): bigint {
  let value = 0n;
  for (let i = Math.min(size, bytes.length - at) - 1; i >= 0; i--)
    value = (value << 8n) | BigInt(bytes[at + i] ?? 0);
  return value;
}

const P1 = 0x9e3779b185ebca87n;
const P2 = 0xc2b2ae3d27d4eb4fn;
const P3 = 0x165667b19e3779f9n;
const P4 = 0x85ebca77c2b2ae63n;
const P5 = 0x27d4eb2f165667c5n;

const round = (lane: bigint, input: bigint): bigint => u64(rotate(u64(lane + input * P2), 31n) * P1);

/** XXH64 with the seed 0. */
export function xxhash64(bytes: Uint8Array): bigint {
  let [hash, at] = [P5, 0];
  if (bytes.length >= 32) {
    const lanes = [u64(P1 + P2), P2, 0n, u64(-P1)];
    for (; at + 32 <= bytes.length; at += 32)
      for (const [i, lane] of lanes.entries()) lanes[i] = round(lane, word(bytes, at + 8 * i, 8));
    hash = u64(lanes.reduce((sum, lane, i) => sum + rotate(lane, [1n, 7n, 12n, 18n][i] ?? 0n), 0n));
    for (const lane of lanes) hash = u64((hash ^ round(0n, lane)) * P1 + P4);
  }
  hash = u64(hash + BigInt(bytes.length));
  for (; at + 8 <= bytes.length; at += 8)
    hash = u64(rotate(hash ^ round(0n, word(bytes, at, 8)), 27n) * P1 + P4);
  for (; at + 4 <= bytes.length; at += 4)
    hash = u64(rotate(u64(hash ^ u64(word(bytes, at, 4) * P1)), 23n) * P2 + P3);
  for (; at < bytes.length; at++) hash = u64(rotate(u64(hash ^ u64(BigInt(bytes[at] ?? 0) * P5)), 11n) * P1);
  hash = u64((hash ^ (hash >> 33n)) * P2);
  hash = u64((hash ^ (hash >> 29n)) * P3);
  return hash ^ (hash >> 32n);
}

const C1 = 0x87c37b91114253d5n;
const C2 = 0x4cf5ad432745937fn;

function mixed(value: bigint): bigint {
  const once = u64((value ^ (value >> 33n)) * 0xff51afd7ed558ccdn);
  const twice = u64((once ^ (once >> 33n)) * 0xc4ceb9fe1a85ec53n);
  return twice ^ (twice >> 33n);
}

/** MurmurHash3 for x64 with 128 bits and the seed 0. */
export function murmur3(bytes: Uint8Array): [bigint, bigint] {
  let [a, b, at] = [0n, 0n, 0];
  const low = (k: bigint) => u64(rotate(u64(k * C1), 31n) * C2);
  const high = (k: bigint) => u64(rotate(u64(k * C2), 33n) * C1);
  for (; at + 16 <= bytes.length; at += 16) {
    a = u64(u64(rotate(a ^ low(word(bytes, at, 8)), 27n) + b) * 5n + 0x52dce729n);
    b = u64(u64(rotate(b ^ high(word(bytes, at + 8, 8)), 31n) + a) * 5n + 0x38495ab5n);
  }
  if (bytes.length - at > 8) b ^= high(word(bytes, at + 8, 8));
  if (bytes.length - at > 0) a ^= low(word(bytes, at, 8));
  const size = BigInt(bytes.length);
  [a, b] = [a ^ size, b ^ size];
  a = u64(a + b);
  b = u64(b + a);
  [a, b] = [mixed(a), mixed(b)];
  a = u64(a + b);
  return [a, u64(b + a)];
}

const bytesOf = (value: bigint, order: "BE" | "LE"): Buffer => {
  const buffer = Buffer.alloc(8);
  if (order === "BE") buffer.writeBigUInt64BE(value);
  else buffer.writeBigUInt64LE(value);
  return buffer;
};

export const hashNatives: readonly Native[] = [
  {
    name: "trino_xxhash64",
    takes: [BLOB],
    gives: BLOB,
    run: (value: DuckDBBlobValue) => new DuckDBBlobValue(bytesOf(xxhash64(value.bytes), "BE")),
  },
  {
    name: "trino_murmur3",
    takes: [BLOB],
    gives: BLOB,
    run: (value: DuckDBBlobValue) =>
      new DuckDBBlobValue(Buffer.concat(murmur3(value.bytes).map((half) => bytesOf(half, "LE")))),
  },
  ...["md5", "sha1", "sha256", "sha512"].map((hash) => ({
    name: `trino_hmac_${hash}`,
    takes: [BLOB, BLOB],
    gives: BLOB,
    run: (value: DuckDBBlobValue, key: DuckDBBlobValue) =>
      key.bytes.length === 0
        ? fail("INVALID_FUNCTION_ARGUMENT", "Empty key")
        : new DuckDBBlobValue(createHmac(hash, key.bytes).update(value.bytes).digest()),
  })),
];
