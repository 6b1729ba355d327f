import type { Caller } from "../../caller";
import { useKey } from "../shared/customer-key";
import type { ParameterStore } from "./store";

/** SSM API reference, PutParameter and GetParameter: InvalidKeyId. */
const CODES = {
  NotFoundException: "InvalidKeyId",
  DisabledException: "InvalidKeyId",
  KMSInvalidStateException: "InvalidKeyId",
};

/**
 * KMS developer guide, "How AWS Systems Manager Parameter Store uses AWS KMS": a standard parameter is encrypted with
 * kms:Encrypt, an advanced one with kms:GenerateDataKey, and both are decrypted with kms:Decrypt.
 */
export type KeyAction = "kms:Encrypt" | "kms:GenerateDataKey" | "kms:Decrypt";

export function checkKey(
  store: ParameterStore,
  name: string,
  keyId: string | undefined,
  action: KeyAction,
  caller: Caller,
): void {
  if (keyId === undefined) return;
  const encryptionContext = { PARAMETER_ARN: store.arn(name) };
  useKey(store.cloud, { service: "ssm", keyId, actions: [action], caller, encryptionContext }, CODES);
}
