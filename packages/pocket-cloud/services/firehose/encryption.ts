import type {
  DeliveryStreamEncryptionConfiguration,
  DeliveryStreamEncryptionConfigurationInput,
} from "@aws-sdk/client-firehose";
import { invalidArgument } from "./errors";

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
