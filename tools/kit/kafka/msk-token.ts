import { createHash, createHmac, type Hash } from "node:crypto";
import { STSClient } from "@aws-sdk/client-sts";
import { SignatureV4 } from "@smithy/signature-v4";

/** MSK takes tokens of at most 15 minutes; the client asks for a new one at each authentication. */
const EXPIRES_SECONDS = 900;

type Credentials = ConstructorParameters<typeof SignatureV4>[0]["credentials"];

/**
 * The token of IAM access control for MSK: the presigned URL of kafka-cluster:Connect, in base64url. AWS's own signer for
 * JavaScript gives the same: https://github.com/aws/aws-msk-iam-sasl-signer-js
 */
export async function mskToken(
  region: string,
  credentials?: Credentials,
  signingDate = new Date(),
): Promise<string> {
  const sts = new STSClient({ region });
  const signer = new SignatureV4({
    service: "kafka-cluster",
    region,
    credentials: credentials ?? sts.config.credentials,
    sha256: Sha256,
    applyChecksum: false,
  });
  const hostname = `kafka.${region}.amazonaws.com`;
  try {
    const { query = {} } = await signer.presign(
      {
        method: "GET",
        protocol: "https:",
        hostname,
        path: "/",
        headers: { host: hostname },
        query: { Action: "kafka-cluster:Connect" },
      },
      { expiresIn: EXPIRES_SECONDS, signingDate },
    );
    const search = new URLSearchParams(query as Record<string, string>);
    search.set("User-Agent", "pricelake");
    return Buffer.from(`https://${hostname}/?${search}`).toString("base64url");
  } finally {
    sts.destroy();
  }
}

/** Node's SHA-256 in the form that the signer takes. */
class Sha256 {
  #hash: Hash;
  readonly #secret: string | undefined;

  constructor(secret?: unknown) {
    this.#secret = secret as string | undefined;
    this.#hash = this.#fresh();
  }

  update(data: Uint8Array | string): void {
    this.#hash.update(data);
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }

  reset(): void {
    this.#hash = this.#fresh();
  }

  #fresh(): Hash {
    return this.#secret === undefined
      ? createHash("sha256")
      : (createHmac("sha256", this.#secret) as unknown as Hash);
  }
}
