import { malformed, parsePolicy } from "./document";
import { identityPolicyFault } from "./faults";

const VERSIONS = ["2012-10-17", "2008-10-17"];

/** Checks what IAM requires of an identity policy: of a role, or a managed one. */
export function checkIdentityPolicy(text: string, kind: "inline" | "managed"): void {
  const fault = identityPolicyFault(text, kind);
  if (fault !== undefined) throw malformed(fault);
  parsePolicy(text);
}

/** Checks what IAM requires of a role's trust policy. */
export function checkTrustPolicy(text: string): void {
  const statements = parsePolicy(text);
  const { Version } = JSON.parse(text) as { Version?: unknown };
  if (Version !== undefined && !VERSIONS.includes(String(Version)))
    throw malformed("The policy must contain a valid version string.");
  for (const { principals, resources, actions } of statements) {
    if (!principals) throw malformed("AssumeRolepolicy must contain principals.");
    if (resources) throw malformed("Has prohibited field Resource.");
    if (actions.not || !actions.values.every((action) => /^sts:/i.test(action)))
      throw malformed("AssumeRole policy may only specify STS AssumeRole actions.");
  }
}
