import { createHash } from "node:crypto";
import { unsupported } from "../../errors";
import { Crc32, Crc32c, Crc64Nvme, type Digest } from "./crc";
import { badChecksum, invalidRequest } from "./errors";
import type { Checksum, ChecksumName } from "./records";

const hash = (name: string): Digest => createHash(name);

/** One entry per algorithm: how it is computed, and the member that carries it in inputs and outputs. */
const algorithms: Record<ChecksumName, { start: () => Digest; member: ChecksumMember; bytes: number }> = {
  CRC32: { start: () => new Crc32(), member: "ChecksumCRC32", bytes: 4 },
  CRC32C: { start: () => new Crc32c(), member: "ChecksumCRC32C", bytes: 4 },
  CRC64NVME: { start: () => new Crc64Nvme(), member: "ChecksumCRC64NVME", bytes: 8 },
  SHA1: { start: () => hash("sha1"), member: "ChecksumSHA1", bytes: 20 },
  SHA256: { start: () => hash("sha256"), member: "ChecksumSHA256", bytes: 32 },
};

export type ChecksumMember = `Checksum${ChecksumName}`;
export type ChecksumMembers = { readonly [M in ChecksumMember]?: string | undefined };

const names = Object.keys(algorithms) as ChecksumName[];

export const startDigest = (name: ChecksumName): Digest => algorithms[name].start();

/** "CRC32" as a request names it; other algorithms of the model are refused. */
export function checksumName(value: string | undefined): ChecksumName | undefined {
  if (value === undefined) return undefined;
  const name = names.find((known) => known === value.toUpperCase());
  if (name) return name;
  if (["SHA512", "MD5", "XXHASH64", "XXHASH3", "XXHASH128"].includes(value))
    throw unsupported(`the checksum algorithm ${value}`);
  throw invalidRequest(
    "Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]",
  );
}

export interface Expected {
  readonly name: ChecksumName;
  readonly value?: string;
}

/** What checksum a request carries or asks for; S3 computes CRC64NVME when it names none. */
export function expectedChecksum(
  input: ChecksumMembers & { ChecksumAlgorithm?: string | undefined },
): Expected {
  const given = names.filter((name) => input[algorithms[name].member] !== undefined);
  if (given.length > 1)
    throw invalidRequest(
      "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.",
    );
  const name = given[0];
  if (!name) return { name: checksumName(input.ChecksumAlgorithm) ?? "CRC64NVME" };
  const value = input[algorithms[name].member] as string;
  if (Buffer.from(value, "base64").length !== algorithms[name].bytes)
    throw invalidRequest(`Value for x-amz-checksum-${name.toLowerCase()} header is invalid.`);
  return { name, value };
}

export function verify(expected: Expected, actual: Buffer): Checksum {
  const value = actual.toString("base64");
  if (expected.value !== undefined && expected.value !== value) throw badChecksum(expected.name);
  return { algorithm: expected.name, value, type: "FULL_OBJECT" };
}

/** The members of an answer that carry a checksum. */
export const checksumMembers = (
  checksum: Checksum,
): ChecksumMembers & { ChecksumType: Checksum["type"] } => ({
  [algorithms[checksum.algorithm].member]: checksum.value,
  ChecksumType: checksum.type,
});

/** The value an entry of CompleteMultipartUpload names for a part, whatever its algorithm. */
export const givenChecksum = (part: ChecksumMembers): string | undefined =>
  names.map((name) => part[algorithms[name].member]).find((value) => value !== undefined);

/** The checksum of the parts' checksums. */
export function composite(algorithm: ChecksumName, parts: readonly Checksum[]): Checksum {
  const digest = startDigest(algorithm);
  for (const part of parts) digest.update(Buffer.from(part.value, "base64"));
  return { algorithm, value: `${digest.digest().toString("base64")}-${parts.length}`, type: "COMPOSITE" };
}
