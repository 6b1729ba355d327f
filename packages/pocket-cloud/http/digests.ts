import { type Algorithm, type Digest, isAlgorithm, startDigest } from "../checksum";
import { AwsError, unsupported } from "../errors";
import type { WireRequest } from "./request";

interface Expected {
  readonly digest: Digest;
  readonly encoding: "base64" | "hex";
  /** A trailer's value is known only at the end of the body. */
  readonly value: () => string | undefined;
  readonly mismatch: readonly [code: string, message: string];
}

const MD5_MISMATCH = "The Content-MD5 you specified did not match what we received.";

const PREFIX = "x-amz-checksum-";
/** Headers with the same prefix that carry no checksum. */
const OTHER_HEADERS = new Set(["algorithm", "mode", "type"]);
const SHA256_HEX = /^[0-9a-f]{64}$/;

/** Checks a body against the digests in its request's headers and trailers. */
export class Digests {
  readonly #expected: Expected[] = [];
  readonly #ofPart: boolean;

  /** `checksummed` is false for CompleteMultipartUpload, whose checksum headers describe the object, not the body. */
  constructor({ headers, query }: WireRequest, checksummed: boolean) {
    this.#ofPart = query.some(([name]) => name === "partNumber");
    const sha256 = headers["x-amz-content-sha256"];
    if (typeof sha256 === "string" && SHA256_HEX.test(sha256))
      this.#expect("sha256", "hex", () => sha256, [
        "XAmzContentSHA256Mismatch",
        "The provided 'x-amz-content-sha256' header does not match what was computed.",
      ]);
    const md5 = headers["content-md5"];
    if (md5 !== undefined) {
      if (!/^[A-Za-z0-9+/]{22}==$/.test(String(md5)))
        throw new AwsError("InvalidDigest", "The Content-MD5 you specified was invalid.", 400, {
          "Content-MD5": md5,
        });
      this.#expect("md5", "base64", () => String(md5), ["BadDigest", MD5_MISMATCH]);
    }
    if (!checksummed) return;
    const checksums = Object.keys(headers).filter(
      (name) => name.startsWith(PREFIX) && !OTHER_HEADERS.has(name.slice(PREFIX.length)),
    );
    // Before the values (recorded by LocalStack's test_s3_checksum_no_algorithm).
    if (checksums.length > 1)
      throw new AwsError(
        "InvalidRequest",
        "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.",
      );
    for (const name of checksums) this.expect(name, () => String(headers[name]));
  }

  /** Expects the checksum of a header or trailer. */
  expect(header: string, value: () => string | undefined): void {
    const algorithm = header.slice(PREFIX.length);
    if (!isAlgorithm(algorithm)) throw unsupported(`the header ${header}`);
    const given = value();
    // The value of a trailer is not there yet. AWS's message, as recorded by LocalStack's test_put_object_checksum.
    if (given !== undefined && !isDigest(given, algorithm))
      throw new AwsError("InvalidRequest", `Value for ${header} header is invalid.`);
    this.#expect(algorithm, "base64", value, [
      "BadDigest",
      `The ${algorithm.toUpperCase()} you specified did not match the calculated checksum.`,
    ]);
  }

  update(data: Uint8Array): void {
    for (const { digest } of this.#expected) digest.update(data);
  }

  /** Throws AWS's error for the first digest that does not match. */
  finish(): void {
    for (const { digest, encoding, value, mismatch } of this.#expected) {
      const calculated = digest.digest().toString(encoding);
      const given = value() ?? "";
      if (calculated === given) continue;
      const [code, message] = mismatch;
      // S3 names both digests for Content-MD5 only (recorded by LocalStack's test_s3_invalid_content_md5).
      const details = message === MD5_MISMATCH && {
        CalculatedDigest: calculated,
        // In hexadecimal for an object, as given for a part (recorded by the same test).
        ExpectedDigest: this.#ofPart ? given : Buffer.from(given, "base64").toString("hex"),
      };
      throw new AwsError(code, message, 400, details || {});
    }
  }

  #expect(
    algorithm: Algorithm,
    encoding: Expected["encoding"],
    value: Expected["value"],
    mismatch: Expected["mismatch"],
  ): void {
    this.#expected.push({ digest: startDigest(algorithm), encoding, value, mismatch });
  }
}

const BYTES: Readonly<Record<string, number>> = {
  crc32: 4,
  crc32c: 4,
  crc64nvme: 8,
  sha1: 20,
  sha256: 32,
};

/** Whether a text is base64 of as many bytes as the algorithm has. */
function isDigest(text: string, algorithm: Algorithm): boolean {
  const bytes = Buffer.from(text, "base64");
  return bytes.toString("base64") === text && bytes.length === (BYTES[algorithm] ?? bytes.length);
}
