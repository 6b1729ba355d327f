import type {
  DeliveryStreamEncryptionConfiguration,
  DeliveryStreamEncryptionConfigurationInput,
} from "@aws-sdk/client-firehose";
import type { Caller } from "../../caller";
import { AwsError } from "../../errors";
import { invalidArgument } from "./errors";
import type { DeliveryStream } from "./model";
import type { FirehoseStore } from "./store";

export const ENCRYPTION_REFUSED =
  "Server side encryption from firehose is only allowed for direct put delivery streams and database as a source delivery streams";

/** Server-side encryption as DescribeDeliveryStream returns it. */
export function encryptionFor(
  input: DeliveryStreamEncryptionConfigurationInput | undefined,
): DeliveryStreamEncryptionConfiguration {
  if (!input) return { Status: "DISABLED" };
  const { KeyType, KeyARN } = input;
  if (KeyType === "CUSTOMER_MANAGED_CMK" && !KeyARN)
    throw invalidArgument("KeyARN has to be specified when KeyType is CUSTOMER_MANAGED_CMK");
  if (KeyType === "AWS_OWNED_CMK" && KeyARN)
    throw invalidArgument("KeyARN cannot be specified when KeyType is AWS_OWNED_CMK");
  return { Status: "ENABLED", KeyType, ...(KeyARN && { KeyARN }) };
}

/**
 * Firehose API reference, StartDeliveryStreamEncryption: Firehose creates a grant on the key with the caller's rights, so
 * that later only the state of the key matters. Puts fail with InvalidKMSResourceException, which has the code of KMS.
 */
function useKey({ cloud }: FirehoseStore, keyId: string, actions: readonly string[], caller: Caller): void {
  try {
    cloud.keys().use({ service: "firehose", keyId, actions, caller });
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw new AwsError("InvalidKMSResourceException", error.message, 400, { code: error.code });
  }
}

export function checkGrant(
  store: FirehoseStore,
  { KeyARN }: DeliveryStreamEncryptionConfiguration,
  caller: Caller,
) {
  if (KeyARN !== undefined) useKey(store, KeyARN, ["kms:CreateGrant"], caller);
}

export function checkKey(store: FirehoseStore, { encryption }: DeliveryStream, caller: Caller): void {
  if (encryption.KeyARN !== undefined) useKey(store, encryption.KeyARN, [], caller);
}
