import type { Caller } from "../../caller";
import { AwsError } from "../../errors";
import type { CloudContext } from "../../service";
import type { Stream } from "./model";

/** A successful KMS check is valid for this long, as AWS caches data keys. */
const CACHE_MS = 5 * 60_000;

/** Kinesis's names for errors of KMS. */
const ERROR_CODES: Readonly<Record<string, string>> = {
  AccessDeniedException: "KMSAccessDeniedException",
  NotFoundException: "KMSNotFoundException",
  DisabledException: "KMSDisabledException",
  KMSInvalidStateException: "KMSInvalidStateException",
  ThrottlingException: "KMSThrottlingException",
};

/** Every principal of the account may use the AWS managed key through Kinesis. */
const isAwsManaged = (keyId: string): boolean => keyId.endsWith("alias/aws/kinesis");

const contextOf = ({ arn }: Stream): Record<string, string> => ({ "aws:kinesis:arn": arn });

/** KMS checks for streams under a customer-managed key: a writer needs GenerateDataKey, a reader needs Decrypt. */
export class StreamKeys {
  readonly #allowedUntil = new Map<string, number>();

  constructor(readonly cloud: CloudContext) {}

  /** A new data key of the stream, encrypted; undefined for the AWS managed key. */
  async dataKey(stream: Stream, KeyId: string, caller: Caller): Promise<Uint8Array | undefined> {
    if (isAwsManaged(KeyId)) return undefined;
    const input = { KeyId, KeySpec: "AES_256" as const, EncryptionContext: contextOf(stream) };
    const { CiphertextBlob } = await withKinesisCode(() =>
      this.cloud.call("kms", "GenerateDataKey", input, caller),
    );
    return CiphertextBlob;
  }

  async checkWriter(stream: Stream, caller: Caller): Promise<void> {
    const { keyId, dataKey } = stream;
    if (keyId === undefined || dataKey === undefined) return;
    await this.#cached(`write ${keyId} ${caller.arn}`, () => this.dataKey(stream, keyId, caller));
  }

  async checkReader(stream: Stream, caller: Caller): Promise<void> {
    const { keyId, dataKey: CiphertextBlob } = stream;
    if (keyId === undefined || CiphertextBlob === undefined) return;
    const input = { CiphertextBlob, EncryptionContext: contextOf(stream) };
    await this.#cached(`read ${keyId} ${caller.arn}`, () =>
      withKinesisCode(() => this.cloud.call("kms", "Decrypt", input, caller)),
    );
  }

  async #cached(use: string, check: () => Promise<unknown>): Promise<void> {
    const now = this.cloud.clock.now();
    if ((this.#allowedUntil.get(use) ?? 0) > now) return;
    await check();
    this.#allowedUntil.set(use, now + CACHE_MS);
  }
}

async function withKinesisCode<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw new AwsError(ERROR_CODES[error.code] ?? error.code, error.message, error.status);
  }
}
