import { malformed, type Patterns, parsePolicy, type Statement } from "./document";

const VERSIONS = ["2012-10-17", "2008-10-17"];

/** Checks what IAM requires of identity policies, beyond their syntax. */
export function checkIdentityPolicy(text: string): void {
  for (const statement of statementsOf(text)) {
    if (statement.principals) throw malformed("Policy document should not specify a principal.");
    if (!statement.resources) throw malformed("Policy statement must contain resources.");
    if (!statement.actions.values.every((action) => action === "*" || /^[\w-]+:[\w*?]+$/.test(action)))
      throw malformed("Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.");
    checkResources(statement.resources);
  }
}

/** Checks what IAM requires of a role's trust policy. */
export function checkTrustPolicy(text: string): void {
  for (const { principals, resources, actions } of statementsOf(text)) {
    if (!principals) throw malformed("AssumeRolepolicy must contain principals.");
    if (resources) throw malformed("Has prohibited field Resource.");
    if (actions.not || !actions.values.every((action) => /^sts:/i.test(action)))
      throw malformed("AssumeRole policy may only specify STS AssumeRole actions.");
  }
}

function statementsOf(text: string): readonly Statement[] {
  const statements = parsePolicy(text);
  const { Version } = JSON.parse(text) as { Version?: unknown };
  if (Version !== undefined && !VERSIONS.includes(String(Version)))
    throw malformed("The policy must contain a valid version string.");
  return statements;
}

function checkResources({ values }: Patterns): void {
  const invalid = values.find((resource) => resource !== "*" && !/^(?:arn|\*|\$\{)[^:]*:/.test(resource));
  if (invalid !== undefined) throw malformed(`Resource ${invalid} must be in ARN format or "*".`);
}
