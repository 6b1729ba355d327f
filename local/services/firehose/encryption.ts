import type {
  DeliveryStreamEncryptionConfiguration,
  DeliveryStreamEncryptionConfigurationInput,
} from "@aws-sdk/client-firehose";
import { invalidArgument } from "./errors";

/** Server-side encryption as it is read back. */
export function encryptionFor(
  given: DeliveryStreamEncryptionConfigurationInput | undefined,
): DeliveryStreamEncryptionConfiguration {
  if (!given) return { Status: "DISABLED" };
  const { KeyType, KeyARN } = given;
  if (KeyType === "CUSTOMER_MANAGED_CMK" && !KeyARN)
    throw invalidArgument("KeyARN must be specified when KeyType is CUSTOMER_MANAGED_CMK");
  if (KeyType === "AWS_OWNED_CMK" && KeyARN)
    throw invalidArgument("KeyARN must not be specified when KeyType is AWS_OWNED_CMK");
  return { Status: "ENABLED", KeyType, ...(KeyARN && { KeyARN }) };
}
