import { createHash } from "node:crypto";
import { AwsError } from "../errors";
import { isAlgorithm, type Running, startChecksum } from "./checksums";
import type { WireRequest } from "./request";

interface Expected {
  readonly running: Running;
  readonly value: string;
  readonly mismatch: () => AwsError;
}

const PREFIX = "x-amz-checksum-";
/** Headers of the same prefix that name no checksum. */
const SETTINGS = new Set(["algorithm", "mode", "type"]);
const SHA256_HEX = /^[0-9a-f]{64}$/;

/** The digests a request claims for its body; `finish` throws unless each of them holds. */
export class Digests {
  readonly #expected: Expected[] = [];

  /** `checksummed`: whether x-amz-checksum headers speak of the body, not of an object (CompleteMultipartUpload). */
  constructor(request: WireRequest, checksummed: boolean) {
    const { headers } = request;
    const sha256 = headers["x-amz-content-sha256"];
    if (typeof sha256 === "string" && SHA256_HEX.test(sha256)) this.#expectSha256(sha256);
    if (headers["content-md5"] !== undefined) this.#expectMd5(String(headers["content-md5"]));
    if (!checksummed) return;
    for (const name of Object.keys(headers))
      if (name.startsWith(PREFIX) && !SETTINGS.has(name.slice(PREFIX.length)))
        this.expect(name, () => String(headers[name]));
  }

  /** A checksum whose value may only be known at the end, from a trailer. */
  expect(header: string, value: () => string | undefined): void {
    const algorithm = header.slice(PREFIX.length);
    if (!isAlgorithm(algorithm))
      throw new AwsError(
        "NotImplementedException",
        `The embedded cloud does not support the header ${header}`,
        501,
      );
    this.#expected.push({
      running: startChecksum(algorithm),
      get value() {
        return value() ?? "";
      },
      mismatch: () =>
        new AwsError(
          "BadDigest",
          `The ${algorithm.toUpperCase()} you specified did not match the calculated checksum.`,
        ),
    });
  }

  update(data: Uint8Array): void {
    for (const { running } of this.#expected) running.update(data);
  }

  finish(): void {
    for (const { running, value, mismatch } of this.#expected)
      if (running.digest() !== value) throw mismatch();
  }

  #expectSha256(value: string): void {
    const hash = createHash("sha256");
    this.#expected.push({
      running: { update: (data) => void hash.update(data), digest: () => hash.digest("hex") },
      value,
      mismatch: () =>
        new AwsError(
          "XAmzContentSHA256Mismatch",
          "The provided 'x-amz-content-sha256' header does not match what was computed.",
        ),
    });
  }

  #expectMd5(value: string): void {
    if (!/^[A-Za-z0-9+/]{22}==$/.test(value))
      throw new AwsError("InvalidDigest", "The Content-MD5 you specified was invalid.");
    this.#expected.push({
      running: startChecksum("md5"),
      value,
      mismatch: () =>
        new AwsError("BadDigest", "The Content-MD5 you specified did not match what we received."),
    });
  }
}
