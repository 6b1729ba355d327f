import type { Caller } from "../../caller";
import { AwsError } from "../../errors";
import type { KeyStore } from "./store";

interface Request {
  readonly Policy?: string | undefined;
  readonly BypassPolicyLockoutSafetyCheck?: boolean | undefined;
}

/**
 * The caller must be able to put the next policy, unless the request bypasses the check (KMS developer guide, "Key policy
 * lockout safety check"; the message is that of terraform-provider-aws's acceptance tests).
 */
export function checkLockout({ cloud }: KeyStore, request: Request, caller: Caller, arn: string): void {
  const { Policy: policy, BypassPolicyLockoutSafetyCheck: bypass = false } = request;
  if (policy === undefined || bypass) return;
  if (!cloud.identities().trusts(policy, caller, "kms:PutKeyPolicy", arn))
    throw new AwsError(
      "MalformedPolicyDocumentException",
      "The new key policy will not allow you to update the key policy in the future.",
    );
}
