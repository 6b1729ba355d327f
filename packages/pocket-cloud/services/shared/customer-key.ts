import { AwsError } from "../../errors";
import type { KeyUse } from "../../kms-access";
import type { CloudContext } from "../../service";

/** A service's names for the error codes of KMS; others stay as they are. */
export type KmsCodes = Readonly<Record<string, string>>;

/** Checks a use of a key and throws KMS's refusal as the service names it. Returns the key's ARN. */
export function useKey(cloud: Pick<CloudContext, "keys">, use: KeyUse, codes: KmsCodes = {}): string {
  try {
    return cloud.keys().use(use);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const code = codes[error.code];
    throw code === undefined ? error : new AwsError(code, error.message);
  }
}
