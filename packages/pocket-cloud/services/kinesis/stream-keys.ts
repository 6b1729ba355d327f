import type { Caller } from "../../caller";
import type { CloudContext } from "../../service";
import { useKey } from "../shared/customer-key";
import type { Stream } from "./model";

/** A successful KMS check is valid for this long, as AWS caches data keys. */
const CACHE_MS = 5 * 60_000;

/** Kinesis's names for errors of KMS. */
const CODES = {
  AccessDeniedException: "KMSAccessDeniedException",
  NotFoundException: "KMSNotFoundException",
  DisabledException: "KMSDisabledException",
};

/** KMS checks for streams under a customer-managed key: a writer needs GenerateDataKey, a reader needs Decrypt. */
export class StreamKeys {
  readonly #allowedUntil = new Map<string, number>();

  constructor(readonly cloud: CloudContext) {}

  check(stream: Stream, keyId: string, action: string, caller: Caller): void {
    const encryptionContext = { "aws:kinesis:arn": stream.arn };
    useKey(this.cloud, { service: "kinesis", keyId, actions: [action], caller, encryptionContext }, CODES);
  }

  checkWriter(stream: Stream, caller: Caller): void {
    this.#cached(stream, "kms:GenerateDataKey", caller);
  }

  checkReader(stream: Stream, caller: Caller): void {
    this.#cached(stream, "kms:Decrypt", caller);
  }

  #cached(stream: Stream, action: string, caller: Caller): void {
    const { keyId } = stream;
    if (keyId === undefined) return;
    const use = `${action} ${keyId} ${caller.arn}`;
    const now = this.cloud.clock.now();
    if ((this.#allowedUntil.get(use) ?? 0) > now) return;
    this.check(stream, keyId, action, caller);
    this.#allowedUntil.set(use, now + CACHE_MS);
  }
}
