import * as checksum from "../../checksum";
import { unsupported } from "../../errors";
import { badChecksum, invalidRequest } from "./errors";
import type { Checksum, ChecksumName } from "./records";

interface Algorithm {
  readonly name: checksum.Algorithm;
  /** The member of inputs and outputs that carries the value. */
  readonly member: ChecksumMember;
  readonly bytes: number;
}

const algorithms: Record<ChecksumName, Algorithm> = {
  CRC32: { name: "crc32", member: "ChecksumCRC32", bytes: 4 },
  CRC32C: { name: "crc32c", member: "ChecksumCRC32C", bytes: 4 },
  CRC64NVME: { name: "crc64nvme", member: "ChecksumCRC64NVME", bytes: 8 },
  SHA1: { name: "sha1", member: "ChecksumSHA1", bytes: 20 },
  SHA256: { name: "sha256", member: "ChecksumSHA256", bytes: 32 },
};

export type ChecksumMember = `Checksum${ChecksumName}`;
export type ChecksumMembers = { readonly [M in ChecksumMember]?: string | undefined };

const names = Object.keys(algorithms) as ChecksumName[];

export const startDigest = (name: ChecksumName): checksum.Digest =>
  checksum.startDigest(algorithms[name].name);

/** The algorithm that a request names. Those of the model that are not supported are refused. */
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

/** The checksum that a request carries or asks for. S3 computes CRC64NVME by default. */
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
  const bytes = Buffer.from(value, "base64");
  if (bytes.length !== algorithms[name].bytes || bytes.toString("base64") !== value)
    throw invalidRequest(`Value for x-amz-checksum-${name.toLowerCase()} header is invalid.`);
  return { name, value };
}

export function verify(expected: Expected, actual: Buffer): Checksum {
  const value = actual.toString("base64");
  if (expected.value !== undefined && expected.value !== value) throw badChecksum(expected.name);
  return { algorithm: expected.name, value, type: "FULL_OBJECT" };
}

export const checksumMembers = (
  checksum: Checksum,
): ChecksumMembers & { ChecksumType: Checksum["type"] } => ({
  [algorithms[checksum.algorithm].member]: checksum.value,
  ChecksumType: checksum.type,
});

/** The checksum of a part in CompleteMultipartUpload, of any algorithm. */
export const givenChecksum = (part: ChecksumMembers): string | undefined =>
  names.map((name) => part[algorithms[name].member]).find((value) => value !== undefined);

/** The checksum of the parts' checksums. */
export function composite(algorithm: ChecksumName, parts: readonly Checksum[]): Checksum {
  const digest = startDigest(algorithm);
  for (const part of parts) digest.update(Buffer.from(part.value, "base64"));
  return { algorithm, value: `${digest.digest().toString("base64")}-${parts.length}`, type: "COMPOSITE" };
}
