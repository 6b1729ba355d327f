import type { Caller } from "../../caller";
import { AwsError } from "../../errors";
import type { CloudContext } from "../../service";

const HINT = "Check that the KMS key is available, enabled, and not in an invalid state.";

/** Secrets Manager API reference, CreateSecret and GetSecretValue. */
const FAILURES = {
  encrypt: {
    actions: ["kms:GenerateDataKey", "kms:Decrypt"],
    code: "EncryptionFailure",
    message: `Secrets Manager can't encrypt the protected secret text using the provided KMS key. ${HINT}`,
  },
  decrypt: {
    actions: ["kms:Decrypt"],
    code: "DecryptionFailure",
    message: `Secrets Manager can't decrypt the protected secret text using the provided KMS key. ${HINT}`,
  },
} as const;

interface Encrypted {
  readonly arn: string;
  readonly kmsKeyId?: string;
}

/** Secrets Manager user guide, "Secret encryption and decryption": the caller needs rights on the secret's key. */
export function checkKey(
  cloud: CloudContext,
  { arn, kmsKeyId: keyId }: Encrypted,
  use: keyof typeof FAILURES,
  caller: Caller,
): void {
  if (keyId === undefined) return;
  const { actions, code, message } = FAILURES[use];
  try {
    const encryptionContext = { SecretARN: arn };
    cloud.keys().use({ service: "secretsmanager", keyId, actions, caller, encryptionContext });
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    if (error.code === "AccessDeniedException")
      throw new AwsError("AccessDeniedException", "Access to KMS is not allowed");
    throw new AwsError(code, message);
  }
}
