import { isCutShort, resourceFault } from "./resource-form";
import { statementsOf } from "./syntax";

type Statement = Readonly<Record<string, unknown>>;

const SYNTAX = "Syntax errors in policy.";
const LEGACY = "The policy failed legacy parsing";

/**
 * What IAM says of an identity policy, or undefined when it takes the policy. The checks and their order are those that
 * moto's tests of policy documents state (tests/test_iam/test_iam_policies.py), whose authors compared them with AWS.
 * Managed policies must be of the newer version.
 */
export function identityPolicyFault(text: string, kind: "inline" | "managed"): string | undefined {
  const statements = statementsOf(text);
  if (!statements) return SYNTAX;
  const { Version } = JSON.parse(text) as { Version?: string };
  if (kind === "managed" && Version !== "2012-10-17")
    return "Policy document must be version 2012-10-17 or greater.";
  if (statements.some(failsLegacyParsing)) return LEGACY;
  const ids = statements.flatMap(({ Sid }) => (Sid === undefined || Sid === "" ? [] : [Sid]));
  if (new Set(ids).size < ids.length) return "Statement IDs (SID) in a single policy must be unique.";
  if (statements.some((statement) => listOf(statement, "Action").length === 0))
    return "Policy statement must contain actions.";
  if (statements.some(({ Principal, NotPrincipal }) => Principal !== undefined || NotPrincipal !== undefined))
    return "Policy document should not specify a principal.";
  return (
    first(statements, "Resource", resourceFault) ??
    first(statements, "Action", actionFault) ??
    (statements.some((statement) => listOf(statement, "Resource").length === 0)
      ? "Policy statement must contain resources."
      : undefined)
  );
}

/** The values of a member, or of its opposite (NotAction, NotResource). */
const listOf = (statement: Statement, member: string): readonly string[] => {
  const value = statement[member] ?? statement[`Not${member}`];
  return value === undefined ? [] : ([value].flat() as string[]);
};

function first(
  statements: readonly Statement[],
  member: string,
  faultOf: (value: string) => string | undefined,
): string | undefined {
  for (const statement of statements)
    for (const value of listOf(statement, member)) {
      const fault = faultOf(value);
      if (fault !== undefined) return fault;
    }
  return undefined;
}

function actionFault(action: string): string | undefined {
  if (action === "*") return undefined;
  const [vendor = "", name, ...others] = action.split(":");
  if (name === undefined) return "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.";
  if (others.length > 0) return "Actions/Condition can contain only one colon.";
  return /^[a-zA-Z0-9.-]+$/.test(vendor) ? undefined : `Vendor ${vendor} is not valid`;
}

/** An effect in other letters, an ARN that is cut short, or a date that is none. */
function failsLegacyParsing(statement: Statement): boolean {
  if (statement.Effect !== "Allow" && statement.Effect !== "Deny") return true;
  const resources = listOf(statement, "Resource");
  const invalid = resources.some((resource) => resourceFault(resource)?.startsWith("Partition"));
  if (!invalid && resources.some(isCutShort)) return true;
  return Object.entries((statement.Condition ?? {}) as Record<string, Record<string, unknown>>).some(
    ([operator, keys]) =>
      /(^|:)Date/.test(operator) &&
      Object.values(keys)
        .flat()
        .some((value) => !isDate(String(value))),
  );
}

const DATE = /^(-?\d+)(?:-(\d{1,2}))?(?:-(\d{1,2}))?$/;
const TIME = /^(?:(\d{1,2})(?::(\d{1,2})(?::(\d{1,2})(?:\.\d{1,9})?(?:z|[+-]\d{2}(?::\d{2})?)?)?)?)?z?$/;

/** A date of ISO 8601, in whole or the beginning of one, or seconds since the epoch in 64 bits. */
function isDate(text: string): boolean {
  if (/^-?\d+$/.test(text)) return BigInt.asIntN(64, BigInt(text)) === BigInt(text);
  const [date = "", time = ""] = text.toLowerCase().split("t", 2);
  const [, , month = 1, day = 1] = DATE.exec(date)?.map(Number) ?? [0, 0, 0];
  const [, hour = 0, minute = 0, second = 0] = TIME.exec(time)?.map(Number) ?? [0, 24];
  const within = (value: number, least: number, most: number) =>
    Number.isNaN(value) || (value >= least && value <= most);
  return (
    within(month, 1, 12) &&
    within(day, 1, 31) &&
    within(hour, 0, 23) &&
    within(minute, 0, 59) &&
    within(second, 0, 59)
  );
}
