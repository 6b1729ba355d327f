import type { Caller } from "../../caller";
import { AwsError } from "../../errors";
import type { CloudContext } from "../../service";
import type { Stream } from "./model";

/** What Kinesis asks of KMS is good for so long, as AWS keeps data keys. */
const CACHED = 5 * 60_000;

/** Kinesis names KMS's errors its own way. */
const NAMES: Readonly<Record<string, string>> = {
  AccessDeniedException: "KMSAccessDeniedException",
  NotFoundException: "KMSNotFoundException",
  DisabledException: "KMSDisabledException",
  KMSInvalidStateException: "KMSInvalidStateException",
  ThrottlingException: "KMSThrottlingException",
};

/** Everyone in the account may use AWS's own key through Kinesis. */
const isAwsManaged = (keyId: string): boolean => keyId.endsWith("alias/aws/kinesis");

const contextOf = ({ arn }: Stream): Record<string, string> => ({ "aws:kinesis:arn": arn });

/** An encrypted stream with a key of the customer's: who writes must be allowed GenerateDataKey, who reads Decrypt. */
export class StreamKeys {
  readonly #allowed = new Map<string, number>();

  constructor(readonly cloud: CloudContext) {}

  /** A data key of the stream's, encrypted; nothing for AWS's own key. */
  async dataKey(stream: Stream, KeyId: string, caller: Caller): Promise<Uint8Array | undefined> {
    if (isAwsManaged(KeyId)) return undefined;
    const input = { KeyId, KeySpec: "AES_256" as const, EncryptionContext: contextOf(stream) };
    const { CiphertextBlob } = await renamed(() => this.cloud.call("kms", "GenerateDataKey", input, caller));
    return CiphertextBlob;
  }

  async checkWriter(stream: Stream, caller: Caller): Promise<void> {
    const { keyId, dataKey } = stream;
    if (keyId === undefined || dataKey === undefined) return;
    await this.#once(`write ${keyId} ${caller.arn}`, () => this.dataKey(stream, keyId, caller));
  }

  async checkReader(stream: Stream, caller: Caller): Promise<void> {
    const { keyId, dataKey: CiphertextBlob } = stream;
    if (keyId === undefined || CiphertextBlob === undefined) return;
    const input = { CiphertextBlob, EncryptionContext: contextOf(stream) };
    await this.#once(`read ${keyId} ${caller.arn}`, () =>
      renamed(() => this.cloud.call("kms", "Decrypt", input, caller)),
    );
  }

  async #once(use: string, ask: () => Promise<unknown>): Promise<void> {
    const now = this.cloud.clock.now();
    if ((this.#allowed.get(use) ?? 0) > now) return;
    await ask();
    this.#allowed.set(use, now + CACHED);
  }
}

async function renamed<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw new AwsError(NAMES[error.code] ?? error.code, error.message, error.status);
  }
}
